"""The family of errors: each says what was found, what was expected and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches


class PayoffError(ValueError):
    """Base of every error of `payoff`: found, expected, next step.

    >>> raise PayoffError("the table has no rows", "at least one item", "Check the export.")
    Traceback (most recent call last):
    payoff.errors.PayoffError: the table has no rows
      expected: at least one item
      next: Check the export.
    """

    def __init__(self, found: str, expected: str, next_step: str) -> None:
        self.found, self.expected, self.next_step = found, expected, next_step
        super().__init__(f"{found}\n  expected: {expected}\n  next: {next_step}")


def listed(names: Iterable[object], most: int = 8) -> str:
    """Names as one reads them, cut after `most`.

    >>> listed(["keep", "remove"])
    "'keep', 'remove'"
    """
    every = [repr(str(name)) for name in names]
    tail = "" if len(every) <= most else f" and {len(every) - most} more"
    return ", ".join(every[:most]) + tail


def meant(name: object, known: Iterable[str]) -> str:
    """The known name that is close to a refused one, as a sentence with its leading space; empty if none is close.

    >>> meant("per_moth", ["per_month", "months"])
    " Did you mean 'per_month'?"
    """
    close = get_close_matches(str(name), list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


# --- the objective and its cells -----------------------------------------------------------------


class ObjectiveError(PayoffError):
    """The objective cannot be used as written."""


class OpenCell(ObjectiveError):
    """A payoff still holds the mark of an open cell.

    >>> raise OpenCell("remove", "spam")
    Traceback (most recent call last):
    payoff.errors.OpenCell: remove.spam is still open
      expected: what 'remove' is worth when the outcome is 'spam'
      next: Put a number or an expression such as -amount for 'spam' in [objective.payoff.remove].
    """

    def __init__(self, decision: str, outcome: str) -> None:
        super().__init__(
            f"{decision}.{outcome} is still open",
            f"what {decision!r} is worth when the outcome is {outcome!r}",
            f"Put a number or an expression such as -amount for {outcome!r} in [objective.payoff.{decision}].",
        )


class MissingCell(ObjectiveError):
    """A decision has no payoff for an outcome that another decision has."""

    def __init__(self, decision: str, outcome: str, *, given: Iterable[str]) -> None:
        given = list(given)
        super().__init__(
            f"the decision {decision!r} has no payoff for the outcome {outcome!r}; it has {listed(given) or 'none'}",
            "a payoff of every decision for every outcome",
            f"Add {outcome!r} to [objective.payoff.{decision}].{meant(outcome, given)}",
        )


class BadCell(ObjectiveError):
    """A payoff is neither a finite number nor an expression that gives one for every item."""

    def __init__(self, decision: str, outcome: str, cell: object, why: str, next_step: str | None = None) -> None:
        super().__init__(
            f"the payoff {decision}.{outcome} = {cell!r} cannot be used: {why}",
            "a finite number, or a SQL expression over the item's own columns",
            next_step
            or "Write a number or an expression such as -amount; names with other characters in double quotes.",
        )


class MissingColumn(ObjectiveError):
    """A column that the objective reads is not in the table of items."""

    def __init__(self, column: str, *, known: Iterable[str], reader: str, otherwise: str = "") -> None:
        known = list(known)
        super().__init__(
            f"{reader} reads the column {column!r}, and the items have {listed(known) or 'no columns'}",
            f"a column {column!r}",
            f"Correct the name or add the column{otherwise}.{meant(column, known)}",
        )


class UnknownDecision(ObjectiveError):
    """A decision that the objective gives no payoff to.

    >>> raise UnknownDecision("hold", known=["keep", "remove"])
    Traceback (most recent call last):
    payoff.errors.UnknownDecision: the objective gives no payoff to the decision 'hold'
      expected: one of 'keep', 'remove'
      next: Add it to [objective.payoff] or map it to one of these.
    """

    def __init__(self, decision: object, *, known: Iterable[str]) -> None:
        known = list(known)
        super().__init__(
            f"the objective gives no payoff to the decision {decision!r}",
            f"one of {listed(known)}",
            f"Add it to [objective.payoff] or map it to one of these.{meant(decision, known)}",
        )


class UnknownOutcome(ObjectiveError):
    """An outcome that the objective has no payoff for."""

    def __init__(self, outcome: object, *, known: Iterable[str]) -> None:
        known = list(known)
        super().__init__(
            f"the objective has no payoff for the outcome {outcome!r}",
            f"one of {listed(known)}",
            f"Give it a payoff under every decision or map it to one of these.{meant(outcome, known)}",
        )


class BadProbabilities(ObjectiveError):
    """Probabilities of outcomes that are not (n, outcomes) rows of shares that sum to 1."""

    def __init__(self, found: str, *, outcomes: Iterable[str]) -> None:
        super().__init__(
            found,
            f"one row an item, one share from 0 to 1 for each of {listed(outcomes)}, together 1",
            "Hand over probabilities of all outcomes, sorted by name, or a table with one column per outcome.",
        )


class LimitError(ObjectiveError):
    """A limit is malformed, or no way to decide can hold it."""


# --- items and tables ----------------------------------------------------------------------------


class TableError(PayoffError):
    """A table cannot be used as items."""


class UnreadableFile(TableError):
    """A file cannot be read as a table; the message opens with its path.

    >>> raise UnreadableFile("items.csv", "the file is empty", "a header and rows", "Check the export.")
    Traceback (most recent call last):
    payoff.errors.UnreadableFile: items.csv: the file is empty
      expected: a header and rows
      next: Check the export.
    """

    def __init__(self, path: object, found: str, expected: str, next_step: str) -> None:
        self.path = str(path)
        super().__init__(f"{path}: {found}", expected, next_step)


class NoSuchColumn(TableError):
    """A column was named that the table does not have.

    >>> raise NoSuchColumn("spm", columns=["item", "spam"], role="outcome")
    Traceback (most recent call last):
    payoff.errors.NoSuchColumn: the table has no column 'spm' (named as outcome); did you mean 'spam'?
      expected: one of 'item', 'spam'
      next: Correct the name, or add the column to the table.
    """

    def __init__(self, name: str, *, columns: Iterable[str], role: str) -> None:
        self.name, self.role = name, role
        known = list(columns)
        by_lower = {column.lower(): column for column in known}
        close = get_close_matches(name.lower(), by_lower, n=1)
        hint = f"; did you mean {by_lower[close[0]]!r}?" if close else ""
        super().__init__(
            f"the table has no column {name!r} (named as {role}){hint}",
            f"one of {listed(known)}",
            "Correct the name, or add the column to the table.",
        )


class UnusableColumn(TableError):
    """A column is there but cannot play the role it was given.

    >>> raise UnusableColumn("y", role="outcome", found="has no value at all", expected="known outcomes", next_step="...")
    Traceback (most recent call last):
    payoff.errors.UnusableColumn: the column 'y' (outcome) has no value at all
      expected: known outcomes
      next: ...
    """

    def __init__(self, column: str, *, role: str, found: str, expected: str, next_step: str) -> None:
        self.column, self.role = column, role
        super().__init__(f"the column {column!r} ({role}) {found}", expected, next_step)


# --- sources and votes ---------------------------------------------------------------------------


class VoteError(PayoffError):
    """Votes or their source cannot be used."""


class SourceError(VoteError):
    """A source cannot be used as described."""


class RulesError(SourceError):
    """A file of rules cannot be used."""


class NotAnOutcome(VoteError):
    """A source votes something that is no outcome.

    >>> print(NotAnOutcome("spma", 3, source="filter", outcomes=["ham", "spam"]))
    3 votes of 'filter' say 'spma', which is no outcome
      expected: one of 'ham', 'spam', or nothing where the source is silent
      next: Map 'spma' to one of these, or add it to every decision of the objective.
    """

    def __init__(self, label: object, count: int, *, source: str, outcomes: Iterable[str]) -> None:
        votes = "1 vote" if count == 1 else f"{count} votes"
        says = "says" if count == 1 else "say"
        super().__init__(
            f"{votes} of {source!r} {says} {str(label)!r}, which is no outcome",
            f"one of {listed(outcomes)}, or nothing where the source is silent",
            f"Map {str(label)!r} to one of these, or add it to every decision of the objective.",
        )


class MissingVoteColumns(VoteError):
    """A table of votes lacks a column."""

    def __init__(self, missing: Sequence[str], known: Sequence[str]) -> None:
        super().__init__(
            f"the table of votes has no column {listed(missing)}; its columns are {listed(known)}",
            "the columns item, source and label, and voter where a source has several",
            "Rename the columns or add them.",
        )


class IncompleteVote(VoteError):
    """A row of votes lacks its item, source or label."""

    def __init__(self, row: Mapping[str, object], number: int, column: str) -> None:
        super().__init__(
            f"row {number} of the votes has no {column}: {dict(row)}",
            "an item, a source and a label in every row; a voter who says nothing has no row",
            "Leave the row out or fill it in.",
        )


class NoVotes(VoteError):
    """There is no vote to learn from."""

    def __init__(self, found: str = "the table of votes has no rows") -> None:
        super().__init__(found, "at least one vote", "Give votes first, or use the base rates alone.")


class NoSuchOutcome(VoteError):
    """A vote or gold label names no known outcome."""

    def __init__(self, labels: Iterable[object], known: Iterable[object]) -> None:
        super().__init__(
            f"labels that are no outcome: {listed(labels)}",
            f"one of {listed(known)}",
            "Map them to known outcomes, or add them to outcomes.",
        )


class ReservedOutcome(VoteError):
    """An outcome has the name of a column of the results."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"an outcome is called {name!r}", "another name: results have a column of that name", "Rename the label."
        )


class UnknownKind(VoteError):
    """A source was given a kind that does not exist."""

    def __init__(self, source: str, kind: object, known: Iterable[object]) -> None:
        close = get_close_matches(str(kind), [str(name) for name in known], n=1)
        hint = f"Did you mean {close[0]!r}?" if close else "Correct the kind of the source."
        super().__init__(f"the source {source!r} has the kind {kind!r}", f"one of {listed(known)}", hint)


class ConflictingGold(VoteError):
    """Two gold labels of one item differ."""

    def __init__(self, item: object, labels: Iterable[object]) -> None:
        super().__init__(
            f"the item {str(item)!r} has several gold labels: {listed(labels)}",
            "one gold label an item",
            "Leave disputed items out of gold; give them as votes of an expert source.",
        )


class UnusableAggregateOption(VoteError):
    """An option of an aggregation method is out of its range."""

    def __init__(self, name: str, value: object, expected: str) -> None:
        super().__init__(f"{name} is {value!r}", expected, f"Give another {name}.")


class NotFitted(VoteError):
    """An aggregation method was asked before it was fitted."""

    def __init__(self, method: str) -> None:
        super().__init__(f"this {method} has not been fitted", "votes learnt by fit", "Call fit(votes) first.")


# --- policies -------------------------------------------------------------------------------------


class PolicyError(PayoffError):
    """A policy cannot be fitted or asked on these items."""


class NothingInUse(PolicyError):
    """The policy 'system' was asked about items without today's decisions."""

    def __init__(self, n_items: int) -> None:
        super().__init__(
            f"the {n_items} items carry no decisions of today",
            "today's decision of each item",
            "Name the column `today`, or register a source of kind system.",
        )


class NoModelOfTheirOwn(PolicyError):
    """The policy 'own model' was asked about items without the user's probabilities."""

    def __init__(self, n_items: int) -> None:
        super().__init__(
            f"the {n_items} items carry no probabilities of a model of your own",
            "one probability per outcome of each item",
            "Name the column `proba`, or try another rung.",
        )


class RungNotHere(PolicyError):
    """A rung that these items cannot carry."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"the rung {name!r} is not available for these items",
            f"one of {listed(known, most=20)}",
            "Add what it rests on (decisions of today, always-on sources, a model of your own, columns).",
        )


# --- judging -------------------------------------------------------------------------------------


class JudgeError(PayoffError):
    """Policies cannot be compared on what was given."""


class NotFinite(JudgeError):
    """A payoff or a probability is missing or infinite."""

    def __init__(self, what: str, value: object, position: object) -> None:
        found = f"{what} holds {value} at position {position}"
        super().__init__(found, "finite numbers, no larger than 1e150", "Fill the cell, or leave the item out of the comparison.")


class UnevenArrays(JudgeError):
    """Arrays that describe the same items or votes do not have the same shape."""

    def __init__(self, what: str, shape: tuple[int, ...], expected: str) -> None:
        super().__init__(f"{what} has the shape {shape}", expected, "Build all arrays from the same items.")


class NotProbability(JudgeError):
    """A value that must be a probability is not one."""

    def __init__(self, what: str, value: object, position: object, expected: str = "numbers from 0 to 1") -> None:
        super().__init__(f"{what} is {value} at position {position}", expected, "Pass the recorded probabilities.")


class AuditError(JudgeError):
    """Audit votes cannot judge as given."""


class LedgerError(JudgeError):
    """What was passed as the ledger is none."""

    def __init__(self, found: object) -> None:
        expected = "None for the first look, else the ledger of the last comparison"
        super().__init__(f"the ledger is {str(found)[:80]!r}", expected, "Pass on the last `.ledger` as it was.")


class NotACount(JudgeError):
    """A number of votes or items, or a price, is not one."""

    def __init__(self, what: str, value: object, expected: str) -> None:
        super().__init__(f"{what} is {value!r}", expected, f"Pass another {what}.")


# --- projects, stores and commands ---------------------------------------------------------------


class ProjectError(PayoffError):
    """A project cannot be created, opened or moved on."""


class NoProject(ProjectError):
    """There is no payoff.toml where one was looked for."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"no payoff.toml in '{folder}'", "the folder of a project", "Make one with `payoff init TABLE`, or go to its folder."
        )


class ProjectExists(ProjectError):
    """A folder that holds a project is not made into a new one."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"'{folder}' holds a project already (payoff.toml or payoff.db)",
            "a folder without one",
            "Open it (`payoff status`, Project.open), or name another folder.",
        )


class BrokenToml(ProjectError):
    """payoff.toml is not TOML; the message of the parser names the line."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path} cannot be read: {message}", "valid TOML", "Mend that line; nothing was changed.")


class UnknownKey(ProjectError):
    """payoff.toml has a key that means nothing, or lacks one that is needed."""

    def __init__(self, key: str, where: str, known: Iterable[str], wanted: str | None = None) -> None:
        close = get_close_matches(key, list(known), n=1)
        found = f"{where} has no key '{wanted}'" if wanted else f"{where} has the key '{key}'"
        hint = f"Did you mean '{close[0]}'?" if close else "Mend payoff.toml; nothing was changed."
        super().__init__(found, f"the keys {listed(sorted(known), 14)}", hint)


class ItemsChanged(ProjectError):
    """The table is no longer the one the project was split on."""

    def __init__(self, table: str, found: int, expected: int) -> None:
        super().__init__(
            f"the items in '{table}' are not those the project began with ({found} items now, {expected} then)",
            "the same items: the audit part was sealed on them",
            "Put the old table back, or begin a new project in another folder.",
        )


class NothingToAsk(ProjectError):
    """No source answers on request, so nothing can be asked."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            f"no source answers on request; the sources are: {listed(names) or 'none'}",
            "a source of kind expert or crowd",
            "Add one: project.add_source('experts', kind='expert', price=0.60), or a [[source]] in payoff.toml.",
        )


class BadBudget(ProjectError):
    """A budget is a finite amount of at least nought."""

    def __init__(self, budget: object) -> None:
        super().__init__(f"the budget {budget!r}", "a finite number, nought or more", "Say what may be spent, in the objective's unit.")


class UnknownRung(ProjectError):
    """The ladder has no rung of that name here."""

    def __init__(self, name: object, known: Iterable[str]) -> None:
        super().__init__(
            f"no rung called '{name}'", f"one of {listed(known, 12)}, or a scikit-learn classifier", "Name one of these."
        )


class UnknownSource(ProjectError):
    """A vote or a request names a source the project does not have."""

    def __init__(self, name: object, known: Iterable[str]) -> None:
        super().__init__(
            f"the source '{name}' is not in the project",
            f"one of {listed(known, 12) or 'none yet'}",
            "Add it first: project.add_source(name, kind=..., price=...), or `payoff tell FILE --source NAME --kind KIND --price P`.",
        )


class SourceExists(ProjectError):
    """A source of that name is there already, with other terms."""

    def __init__(self, name: str, stated: str) -> None:
        super().__init__(f"a source '{name}' is there already: {stated}", "a new name, or the same terms", "Change it in payoff.toml.")


class UnknownItem(ProjectError):
    """Votes on items that are not in the project."""

    def __init__(self, items: Iterable[object], count: int, known: Iterable[object]) -> None:
        super().__init__(
            f"{count} vote(s) on items that the project does not have, such as {listed(items, 3)}",
            f"item ids such as {listed(known, 3)}",
            "Look at the column 'item'; nothing was told.",
        )


class UnknownLabel(ProjectError):
    """Votes for outcomes the objective does not have."""

    def __init__(self, labels: Iterable[object], known: Iterable[str]) -> None:
        super().__init__(
            f"votes for {listed(labels, 3)}",
            f"an outcome of the objective: {listed(known, 12)}",
            "Map these labels to outcomes, or add the outcome to every decision in [objective.payoff]; nothing was told.",
        )


class NothingObserved(ProjectError):
    """A payoff over a column known only afterwards has no observation to take its expected value from."""

    def __init__(self, decision: str, outcome: str) -> None:
        super().__init__(
            f"the payoff of '{decision}' if '{outcome}' is over a column known only afterwards, and no item has it observed",
            "at least one item with that outcome and that column",
            "Give a number for the cell until some are observed, or put observed values in the table.",
        )


class StoreError(ProjectError):
    """The database of a project cannot be read or written."""


class BadFuture(ProjectError):
    """--future names no column, or a value that no item or every item has."""

    def __init__(self, given: str, known: Iterable[object]) -> None:
        super().__init__(
            f"--future '{given}'", f"COLUMN=VALUE that some items have and others do not; here: {listed(known)}", "Correct it; nothing was written."
        )


class NoOutcomes(ProjectError):
    """Nothing says which outcomes an item may have."""

    def __init__(self, given: str, columns: Iterable[str]) -> None:
        super().__init__(
            f"no outcomes are named (--outcomes '{given}', and no --outcome column)",
            f"--outcome COLUMN with known outcomes, one of {listed(columns, 12)}, or --outcomes with two or more names",
            "Say for example: payoff init TABLE --outcome label, or payoff init TABLE --outcomes ham,spam.",
        )


class TooManyOutcomes(ProjectError):
    """A column of outcomes with so many values is a measurement, not an outcome."""

    def __init__(self, column: str, count: int, values: Iterable[str], most: int) -> None:
        super().__init__(
            f"the outcome column '{column}' has {count} different values, such as {listed(values, 4)}",
            f"at most {most} outcomes",
            "Name another column, or make classes of it first (a payoff may still use it as an expression).",
        )


class DemoDataMissing(ProjectError):
    """The package that ships the demo's data is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(f"the package '{package}', which ships the demo's data, is not here", f"'{package}' installed", "Run: pip install 'payoff[demo]'")


class NotADemoFolder(ProjectError):
    """The demo replaces only folders it made."""

    def __init__(self, folder: str, strange: Iterable[str]) -> None:
        super().__init__(
            f"the folder '{folder}' holds other things than a demo: {listed(strange) or 'no payoff.toml and rules.py'}",
            "an empty folder, a new one, or that of an earlier demo",
            "Name another: payoff demo DIR.",
        )
