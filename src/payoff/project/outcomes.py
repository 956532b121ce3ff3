"""What a table says of its own outcomes: known, not known, or none that the objective has."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import polars as pl

from payoff.errors import StrangeOutcomes, listed, meant
from payoff.items import Items, text_of
from payoff.project.ground import Ground
from payoff.words import count

FEW = 0.05  # share of known outcomes up to which those that the objective has not are left out, and said
PLAIN = ("outcome", "label")  # what a column of outcomes is called where the project has none


def known_outcomes(ground: Ground, items: Items) -> pl.Series | None:
    """The known outcomes of a table, (n,), null where unknown; None where it has no column of outcomes.

    Outcomes that the objective has not count as not known where they are few, with a warning; where they are many
    StrangeOutcomes is raised. A column that is only called like outcomes and holds none of them is another thing.
    """
    named = ground.items.roles.outcome
    column = next((name for name in (named, *PLAIN) if name in items.table.columns and name != ground.proxy), None)
    if column is None:
        return None
    names = text_of(items.table[column]).replace("", None)
    outcomes = ground.objective.outcomes
    right = names.is_in(outcomes)
    strange, known = _counted(names.filter(~right)), len(names) - names.null_count()
    if not right.any() and (column != named or not known):
        return None
    if sum(strange.values()) > FEW * known:
        raise StrangeOutcomes(column, strange, known=known, outcomes=outcomes)
    if strange:
        warnings.warn(_left_out(column, strange, known, outcomes), stacklevel=2)
    return names.set(~right.fill_null(value=True), None)


def _counted(names: pl.Series) -> Mapping[str, int]:
    """How often each name occurs, the commonest first, of equals the first by name."""
    counts = names.drop_nulls().value_counts().sort(["count", names.name], descending=[True, False])
    return dict(counts.rows())


def _left_out(column: str, strange: Mapping[str, int], known: int, outcomes: list[str]) -> str:
    rows = f"{sum(strange.values())} of {count(known, 'known outcome')} in the column {column!r}"
    close = meant(next(iter(strange)), outcomes)
    return f"{rows} are none that the objective has ({listed(strange, 3)}): they count as not known.{close}"
