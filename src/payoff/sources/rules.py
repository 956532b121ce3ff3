"""Rules: functions that look at one item and say an outcome, or nothing."""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice, repeat
from numbers import Real
from pathlib import Path
from types import CodeType, MappingProxyType, ModuleType
from typing import Any

import polars as pl

from payoff.errors import RulesError, SourceError, listed
from payoff.names import name_of

Item = Mapping[str, Any]
Rule = Callable[[Item], object]
"""Takes one item as a mapping of columns, returns an outcome or None."""

_BATCH = 10_000
"""Items held as dictionaries at a time: bounds the memory on large tables."""


_VOTES = dict.fromkeys(["item", "source", "voter", "label"], pl.String)
_FAILURES = dict.fromkeys(["voter", "item", "message"], pl.String)


@dataclass(frozen=True)
class RuleRun:
    """What a source said: `votes` (item, source, voter, label) and `failures` (voter, item, message), all text.

    >>> RuleRun().votes.columns
    ['item', 'source', 'voter', 'label']
    """

    votes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_VOTES))
    failures: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_FAILURES))


def load_rules(path: str | Path) -> dict[str, Rule]:
    """The rules of a Python file by name, in the order written: every public function that is defined in it.

    The file is read afresh each time; nothing is left in `sys.modules`, and no bytecode beside the file. Raises
    `RulesError` if the file is missing, cannot be read or run (with the line), or has no rule.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "rules.py")
    ...     written = path.write_text("def asks_to_click(item): return 'spam' if 'click' in item['text'] else None")
    ...     list(load_rules(path))
    ['asks_to_click']
    """
    path = Path(path)
    module = _run(path, _compiled(path, _read(path)))
    rules = _public_functions(module)
    if not rules:
        raise RulesError(
            f"{str(path)!r} has no rule",
            "at least one public function of one item that returns an outcome or None",
            "Write one; a name that begins with _ is a helper, an imported function is no rule.",
        )
    for name, rule in rules.items():
        _check_takes_one_item(name, rule, path)
    return rules


def run_rules(
    rules: Mapping[str, Rule],
    table: pl.DataFrame,
    ids: pl.Series,
    outcomes: Collection[str],
    *,
    known: Sequence[str],
    source: str = "rules",
) -> RuleRun:
    """Ask every rule about every item, of which it sees the columns `known`; a failure costs that vote only.

    `ids` names the n rows of the table. What a rule returns is matched to the outcomes by name (1.0 is "1"); None is
    silence. A rule that raises, or returns what is no outcome, has failed on that item: no vote, one row of `failures`.
    Raises `SourceError` if a column of `known` is not in the table.

    >>> table = pl.DataFrame({"text": ["click here", "hello", "eh"]})
    >>> rules = {"clicks": lambda item: "spam" if "click" in item["text"] else None, "short": lambda item: "hma"}
    >>> run = run_rules(rules, table, pl.Series(["1", "2", "3"]), ["ham", "spam"], known=["text"])
    >>> run.votes.rows()
    [('1', 'rules', 'clicks', 'spam')]
    >>> run.failures.row(0)
    ('short', '1', "returned 'hma', which is no outcome; the outcomes are 'ham', 'spam'")
    """
    _check_columns(known, table)
    hearings = [Hearing(name, rule, outcomes, known) for name, rule in rules.items()]
    names = iter(ids.cast(pl.String).to_list())
    for items in _batches(table, known):
        asked = list(islice(names, len(items)))
        for hearing in hearings:
            hearing.ask(asked, items)
    return _as_run(hearings, source)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RulesError(
            f"the rules file {str(path)!r} cannot be read: {error.strerror}",
            "a Python file with one function for each rule",
            "Write it, or correct `module` of the source.",
        ) from error


def _compiled(path: Path, code: bytes) -> CodeType:
    try:
        return compile(code, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise _broken(path, line, getattr(error, "msg", str(error))) from error


def _run(path: Path, code: CodeType) -> ModuleType:
    module = ModuleType(f"the rules of {path}")
    module.__file__ = str(path)
    # A class in the file looks its module up by name while it is made (dataclasses do), and never after.
    sys.modules[module.__name__] = module
    try:
        exec(code, module.__dict__)  # noqa: S102  the rules are the user's own program
    except Exception as error:
        raise _broken(path, _line_of(error, path), f"{type(error).__name__}: {error}") from error
    finally:
        del sys.modules[module.__name__]
    return module


def _line_of(error: Exception, path: Path) -> int | None:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines else None


def _broken(path: Path, line: int | None, message: str) -> RulesError:
    where = "" if line is None else f", line {line}"
    step = "Mend the file; its votes told before are untouched."
    return RulesError(f"{str(path)!r}{where}: {message}", "a Python file that runs", step)


def _public_functions(module: ModuleType) -> dict[str, Rule]:
    public = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    first_names = {id(value): name for name, value in reversed(public.items())}
    return {
        name: value
        for name, value in public.items()
        if _is_written_in(module, value) and first_names[id(value)] == name
    }


def _is_written_in(module: ModuleType, value: object) -> bool:
    is_function = callable(value) and inspect.isfunction(inspect.unwrap(value))
    return is_function and getattr(value, "__module__", None) == module.__name__


def _check_takes_one_item(name: str, rule: Rule, path: Path) -> None:
    try:
        inspect.signature(rule).bind({})
    except TypeError as error:
        raise RulesError(
            f"the rule {name!r} of {str(path)!r} cannot be asked about one item: {error}",
            "a function of one item, a mapping of columns",
            f"If it is a helper, call it '_{name}'.",
        ) from error


def _check_columns(known: Sequence[str], table: pl.DataFrame) -> None:
    if missing := [column for column in known if column not in table.columns]:
        raise SourceError(
            f"the rules are to see the column {missing[0]!r}, which the table does not have",
            f"columns of the table: {listed(table.columns)}",
            "Give a table with every column that rules may see.",
        )


def _batches(table: pl.DataFrame, known: Sequence[str]) -> Iterator[list[Item]]:
    for part in table.iter_slices(_BATCH):
        rows = part.select(known).iter_rows(named=True) if known else repeat({}, part.height)
        # Read-only, since all rules share an item: one that writes to it fails alone.
        yield [MappingProxyType(row) for row in rows]


class Hearing:
    """What one rule has said so far: `votes` (item, label) and `failures` (item, message).

    >>> hearing = Hearing("links", lambda item: "spam" if item["links"] else None, ["ham", "spam"], ["links"])
    >>> hearing.ask(["1", "2", "3"], [{"links": 2}, {"links": 0}, {}])
    >>> hearing.votes, [item for item, message in hearing.failures]
    ([('1', 'spam')], ['3'])
    """

    def __init__(self, voter: str, rule: Rule, outcomes: Collection[str], known: Sequence[str]) -> None:
        self.voter, self.rule = voter, rule
        self.outcomes, self.known = sorted(outcomes), known
        self.votes: list[tuple[str, str]] = []
        self.failures: list[tuple[str, str]] = []
        self._is_outcome = set(outcomes)

    def ask(self, names: Sequence[str], items: Sequence[Item]) -> None:
        """Ask it about items of these names; whatever it does wrong is a failure on that item."""
        for name, item in zip(names, items, strict=True):
            try:
                answer = self.rule(item)
            except Exception as error:  # whatever a rule does wrong, the others are heard
                self.failures.append((name, self._why(error)))
                continue
            if answer is not None:
                self._hear(name, answer)

    def _hear(self, name: str, answer: object) -> None:
        label = answer if type(answer) is str else name_of(answer)
        if label in self._is_outcome:
            self.votes.append((name, label))
        elif not _is_nan(answer):
            known = listed(self.outcomes)
            self.failures.append((name, f"returned {label!r}, which is no outcome; the outcomes are {known}"))

    def _why(self, error: Exception) -> str:
        if isinstance(error, KeyError) and error.args and error.args[0] not in self.known:
            wanted = str(error.args[0])
            close = get_close_matches(wanted, self.known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"a rule sees {listed(self.known)}"
            return f"KeyError: there is no column {wanted!r} to see; {hint}"
        return f"{type(error).__name__}: {error}"


def _is_nan(answer: object) -> bool:
    """Of a number that comes from a gap in a numeric column: as absent as None."""
    return isinstance(answer, Real) and bool(answer != answer)


def _as_run(hearings: Sequence[Hearing], source: str) -> RuleRun:
    votes = [(item, source, hearing.voter, label) for hearing in hearings for item, label in hearing.votes]
    failures = [(hearing.voter, item, message) for hearing in hearings for item, message in hearing.failures]
    return RuleRun(
        votes=pl.DataFrame(votes, schema=_VOTES, orient="row"),
        failures=pl.DataFrame(failures, schema=_FAILURES, orient="row"),
    )
