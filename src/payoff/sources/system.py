"""A column that holds votes: today's system, a proxy, somebody's model."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

import polars as pl

from payoff.errors import NotAnOutcome, SourceError, listed
from payoff.items import text_of


def votes_from_column(
    table: pl.DataFrame, column: str, ids: pl.Series, outcomes: Collection[str], *, source: str | None = None
) -> pl.DataFrame:
    """The votes in a column: item, source, voter, label; no row where the column is null.

    `ids` names the n rows of the table; the source, and its one voter, is called `source`, or else as the column is.
    Raises `SourceError` if there is no such column, `NotAnOutcome` on a value that is none of the outcomes.

    >>> table = pl.DataFrame({"old": ["spam", None, "ham"]})
    >>> votes_from_column(table, "old", pl.Series(["a", "b", "c"]), ["ham", "spam"], source="filter").rows()
    [('a', 'filter', 'filter', 'spam'), ('c', 'filter', 'filter', 'ham')]
    """
    name = column if source is None else source
    if column not in table.columns:
        raise _no_column(column, name, table.columns)
    labels = text_of(table[column])
    _check_outcomes(labels, outcomes, name)
    votes = pl.DataFrame({"item": ids.cast(pl.String), "source": [name] * len(ids), "voter": name, "label": labels})
    return votes.drop_nulls("label")


def _no_column(column: str, source: str, known: list[str]) -> SourceError:
    close = get_close_matches(column, known, n=1)
    step = (
        f"Did you mean {close[0]!r}?"
        if close
        else "Name a column that holds the voted outcome, null where it is silent."
    )
    return SourceError(f"the source {source!r} votes by the column {column!r}, which is not there", listed(known), step)


def _check_outcomes(labels: pl.Series, outcomes: Collection[str], source: str) -> None:
    strange = labels.drop_nulls().filter(~labels.drop_nulls().is_in(list(outcomes)))
    if len(strange):
        # The commonest first; of equals, the first by name.
        counts = strange.value_counts().sort(["count", strange.name], descending=[True, False])
        label, count = counts.row(0)
        raise NotAnOutcome(label, count, source=source, outcomes=outcomes)
