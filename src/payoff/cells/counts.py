"""What limits count: the groups and periods of items, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from payoff.cells.table import costs_of
from payoff.decide import Floats, Ints, Limit
from payoff.frames import column_of, numbered, period_of


class Counts(NamedTuple):
    """Of each item its group by column, its period by day, week or month, and its cost by expression, all (n,).

    >>> Counts({}, {}, {}).groups
    {}
    """

    groups: dict[str, Ints]
    periods: dict[str, Ints]
    costs: dict[str, Floats]


def counts_of(limits: Sequence[Limit], items: Any, time: str | None = None) -> Counts:
    """What the limits count in these items; `time` names the column of the periods, without it there are none.

    Raises MissingColumn, LimitError.

    >>> counts_of([Limit("act", at_most=1, by="team")], {"team": ["b", "a", "b"]}, None).groups["team"].tolist()
    [1, 0, 1]
    """
    columns = {limit.by: limit for limit in limits if limit.by is not None}
    groups = {by: numbered(column_of(items, by, repr(limit))) for by, limit in columns.items()}
    pers = {limit.per: limit for limit in limits if limit.per is not None} if time is not None else {}
    periods = {per: period_of(column_of(items, str(time), repr(limit)), per) for per, limit in pers.items()}
    return Counts(groups, periods, costs_of(limits, items))
