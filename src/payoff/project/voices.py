"""Always-on sources speak: on the project's items once, on new items whenever something is to be decided."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from payoff.items import Items
from payoff.project.ground import Ground
from payoff.sources import Source
from payoff.sources.rules import Rule, RuleRun, load_rules, run_rules
from payoff.sources.system import votes_from_column

VOTES = {"item": pl.String, "source": pl.String, "voter": pl.String, "label": pl.String}


def speaks(source: Source) -> bool:
    """Whether the source can vote on any item by itself, for nothing: it has a column, a module or a function.

    A function whose answers cost money is asked once an item and its answers are kept, so that its votes are told.
    """
    return bool(source.column or source.module or (source.function and not asks_once(source)))


def asks_once(source: Source) -> bool:
    """Whether each answer of the source costs money, so that it is bought once and kept.

    >>> asks_once(Source("llm", kind="model", function=lambda item: "spam", price=0.002))
    True
    """
    return source.function is not None and source.price > 0


def votes_on(ground: Ground, source: Source, items: Items) -> RuleRun:
    """What a source that speaks says about items; rules that raise cost their vote only and are reported."""
    if source.column is not None:
        if source.column not in items.table.columns and items is not ground.items:
            return RuleRun(votes=pl.DataFrame(schema=VOTES))
        votes = votes_from_column(items.table, source.column, items.ids, ground.objective.outcomes, source=source.name)
        return RuleRun(votes=votes.select(list(VOTES)))
    run = run_rules(
        _rules(ground.folder, source),
        items.table,
        items.ids,
        ground.objective.outcomes,
        known=shown_to_rules(ground, items),
        source=source.name,
    )
    return RuleRun(votes=run.votes.select(list(VOTES)), failures=run.failures)


def shown_to_rules(ground: Ground, items: Items) -> list[str]:
    """Columns that a rule or a function sees of items: those known when deciding, here and in the project."""
    return [name for name in items.columns_at_decision() if name in ground.items.columns_at_decision()]


def _rules(folder: Path, source: Source) -> Mapping[str, Rule]:
    if source.module is not None:
        return load_rules(folder / source.module)
    assert source.function is not None  # `speaks` says so
    return {source.name: source.function}


def fingerprint(folder: Path, source: Source) -> str | None:
    """Changes when what the source would say may have changed; None for a function, which cannot be compared."""
    if source.module is not None:
        path = folder / source.module
        if not path.is_file():
            load_rules(path)  # refuses it by name
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    return source.column


def all_votes_on(ground: Ground, sources: Iterable[Source], items: Items) -> pl.DataFrame:
    """Votes of every always-on source that speaks, on items to decide on; failures are warned of.

    A proxy of the outcome does not speak there: it is seen after the decision, like the outcome.
    """
    heard = [source for source in sources if source.always_on and speaks(source) and source.name != ground.proxy]
    runs = [votes_on(ground, source, items) for source in heard]
    for run in runs:
        warn_of(run.failures)
    return pl.concat([pl.DataFrame(schema=VOTES), *(run.votes for run in runs)])


def warn_of(failures: pl.DataFrame) -> None:
    """Warn of rules that failed on some item: the rule, an item and the message, and how often."""
    for voter, item, message, count in summed(failures):
        warnings.warn(
            f"the rule '{voter}' failed on {count} item(s), first on item '{item}': {message}; these votes are missing",
            stacklevel=4,
        )


def summed(failures: pl.DataFrame) -> list[tuple[str, str, str, int]]:
    """Failures a rule: its name, the first item, the message there and how many there were."""
    each = failures.group_by("voter", maintain_order=True).agg(
        pl.first("item"), pl.first("message"), pl.len().alias("count")
    )
    return [(row[0], row[1], row[2], row[3]) for row in each.rows()]
