"""The limits as shares of all items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from payoff.decide import A_MONTH, Floats, Ints, Limit, hits


@dataclass(frozen=True)
class Bound:
    """A limit per item: kind most, precision, recall or budget, and the share or budget `value` it allows or asks.

    `cost` is what each item takes of the budget, (n or 1,).

    >>> Bound("most", 0, 0.1, Limit("remove", share=0.1)).value
    0.1
    """

    kind: str
    decision: int
    value: float
    limit: Limit
    outcome: int | None = None
    cost: Floats | None = None

    def right(self, payoffs: Floats) -> Floats:
        """1 where so decided counts as right for precision and recall, else 0: (n or 1, K).

        >>> Bound("recall", 1, 0.5, Limit("a", recall=0.5)).right(np.array([[[0.0, 1.0], [2.0, 0.0]]])).tolist()
        [[1.0, 0.0]]
        """
        if self.outcome is None:
            return hits(payoffs, self.decision)
        one: Floats = np.eye(payoffs.shape[2])[[self.outcome]]
        return one


def bounds_of(
    limits: Sequence[Limit],
    decisions: Sequence[str],
    outcomes: Sequence[str],
    groups: Mapping[str, Ints],
    periods: Mapping[str, Ints],
    costs: Mapping[str, Floats],
    per_month: float | None,
) -> list[Bound]:
    """The limits as shares of all items, or as what they allow per item; arguments as of `payoff.decide.within`.

    A capacity or a budget becomes one where the items of a period can be counted or `per_month` is known, and is
    passed over where neither is or where its groups or costs are not at hand. What holds in every group holds over
    all of them.

    >>> weekly = Limit("remove", at_most=70, per="week")
    >>> round(bounds_of([weekly], ["remove", "keep"], ["a", "b"], {}, {}, {}, 365.25 / 12 * 100)[0].value, 6)
    0.1
    """
    bounds = []
    for limit in limits:
        d = decisions.index(limit.decision)
        k = None if limit.outcome is None else outcomes.index(limit.outcome)
        rate = None if limit.at_most is None else _per_item(limit.at_most, limit, groups, periods, per_month)
        kinds = [("most", limit.share), ("most", rate), ("precision", limit.precision), ("recall", limit.recall)]
        bounds += [Bound(kind, d, value, limit, k) for kind, value in kinds if value is not None]
        budget = None if limit.budget is None else _per_item(limit.budget, limit, groups, periods, per_month)
        cost = costs.get(limit.cost) if isinstance(limit.cost, str) else np.atleast_1d(limit.cost or 0.0)
        if budget is not None and cost is not None:
            bounds.append(Bound("budget", d, budget, limit, cost=cost))
    return bounds


def _per_item(
    amount: float, limit: Limit, groups: Mapping[str, Ints], periods: Mapping[str, Ints], per_month: float | None
) -> float | None:
    """What an amount per period and group is per item, if that can be told."""
    if limit.per is None or (limit.by is not None and limit.by not in groups):
        return None
    many = 1 if limit.by is None else len(np.unique(groups[limit.by]))
    if limit.per in periods:
        a_period = len(periods[limit.per]) / len(np.unique(periods[limit.per]))
    elif per_month is not None:
        a_period = per_month / A_MONTH[limit.per]
    else:
        return None
    return amount * many / a_period
