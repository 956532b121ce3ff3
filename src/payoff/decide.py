"""From probabilities to the decision worth most, under limits: pure functions of arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from payoff.errors import LimitError
from payoff.limits import A_MONTH, Bools, Cap, Floats, Ints, Limit, Marks, Share, check_room, first_best, hold

Strings = NDArray[np.str_]

__all__ = [
    "A_MONTH",
    "Bools",
    "Floats",
    "Ints",
    "Limit",
    "Marks",
    "Strings",
    "best",
    "chance_right",
    "check_capacities",
    "expected",
    "hits",
    "within",
]


def expected(payoffs: Floats, proba: Floats) -> Floats:
    """Expected payoff of each decision for each item, (n, D).

    `payoffs` is (n, D, K), or (1, D, K) where all items share one table; `proba` is (n, K).

    >>> expected(np.array([[[0.0, 10.0], [2.0, 2.0]]]), np.array([[0.9, 0.1], [0.5, 0.5]])).tolist()
    [[1.0, 2.0], [5.0, 2.0]]
    """
    if len(payoffs) == 1:
        return np.asarray(proba @ payoffs[0].T, dtype=np.float64)
    worth: Floats = np.einsum("ndk,nk->nd", payoffs, proba)
    return worth


def best(payoffs: Floats, proba: Floats) -> Ints:
    """Position of the decision worth most for each item, (n,); ties go to the decision listed first.

    Arrays as in `expected`, all finite.

    >>> best(np.array([[[0.0, 10.0], [2.0, 2.0]]]), np.array([[0.9, 0.1], [0.8, 0.2]])).tolist()
    [1, 0]
    """
    return first_best(expected(payoffs, proba))


def hits(payoffs: Floats, decision: int) -> Floats:
    """1 where the decision is worth most under an outcome (alone or with others), else 0: (n or 1, K).

    >>> hits(np.array([[[0.0, 10.0], [2.0, 2.0]]]), 0).tolist()
    [[0.0, 1.0]]
    """
    top = payoffs.max(axis=1)
    right: Floats = (payoffs[:, decision] >= top - 1e-12 * np.abs(payoffs).max(axis=1)).astype(np.float64)
    return right


def within(
    limits: Sequence[Limit],
    payoffs: Floats,
    proba: Floats,
    *,
    decisions: Sequence[str],
    outcomes: Sequence[str],
    groups: Mapping[str, Ints] | None = None,
    periods: Mapping[str, Ints] | None = None,
    costs: Mapping[str, Floats] | None = None,
    per_month: float | None = None,
    marks: Marks | None = None,
) -> Ints:
    """Position of the decision of each item, (n,), that is worth most in sum while the limits hold.

    Arrays as in `expected`. `groups` numbers the groups of each column that a limit names with `by`; `periods`
    numbers the days, weeks or months the items fall in, from 0; `costs` is what each item costs, (n,), by the
    expression of the limit. Without periods capacity and budget count pro rata: n items are n / per_month of a month,
    counts rounded down. `marks` say which decisions an item may not get, and which it must. Raises LimitError where
    neither periods nor a volume are given, or where capacities leave items undecided. Where not all can hold,
    capacities and budgets go before precision, precision before recall.

    >>> payoffs = np.array([[[0.0, 10.0], [2.0, 2.0]]])
    >>> few = [Limit("block", at_most=1)]
    >>> proba = np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> within(few, payoffs, proba, decisions=["block", "allow"], outcomes=["good", "bad"]).tolist()
    [1, 0]
    """
    worth = expected(payoffs, proba)
    precisions: list[Share] = []
    recalls: list[Share] = []
    for limit in limits:
        decision, part = list(decisions).index(limit.decision), _part(limit, len(proba), groups)
        if limit.precision is None and limit.recall is None:
            continue
        hit = chance_right(limit, decision, payoffs, proba, outcomes)
        if limit.precision is not None:
            precisions.append(Share(decision, part, limit.precision, hit))
        if limit.recall is not None:
            recalls.append(Share(decision, part, limit.recall, hit))
    caps = _all_caps(limits, len(proba), decisions, groups, periods, costs, per_month)
    return hold(worth, caps, precisions, recalls, marks)


def check_capacities(
    limits: Sequence[Limit],
    items: int,
    *,
    decisions: Sequence[str],
    groups: Mapping[str, Ints] | None = None,
    periods: Mapping[str, Ints] | None = None,
    costs: Mapping[str, Floats] | None = None,
    per_month: float | None = None,
) -> None:
    """Refuse limits that can never give each of these items a decision: LimitError with the numbers; as `within`.

    >>> check_capacities([Limit("block", at_most=1), Limit("allow", at_most=2)], 3, decisions=["block", "allow"])
    """
    check_room(_all_caps(limits, items, decisions, groups, periods, costs, per_month), items, decisions)


def _all_caps(
    limits: Sequence[Limit],
    items: int,
    decisions: Sequence[str],
    groups: Mapping[str, Ints] | None,
    periods: Mapping[str, Ints] | None,
    costs: Mapping[str, Floats] | None,
    per_month: float | None,
) -> list[Cap]:
    """Every share, number and budget of the limits as caps of these items."""
    caps: list[Cap] = []
    for limit in limits:
        decision, part = list(decisions).index(limit.decision), _part(limit, items, groups)
        caps += _caps(limit, decision, part, periods or {}, costs or {}, per_month)
    return caps


def _part(limit: Limit, items: int, groups: Mapping[str, Ints] | None) -> Ints:
    """The group of each item in which a limit holds, (n,): one of all where it names no column."""
    return np.zeros(items, dtype=np.int64) if limit.by is None else (groups or {})[limit.by]


def chance_right(limit: Limit, decision: int, payoffs: Floats, proba: Floats, outcomes: Sequence[str]) -> Floats:
    """Probability that an item counts for the precision and recall of a limit's decision, (n,).

    Arrays as in `expected`; `decision` is the position of the limit's decision.

    >>> payoffs, proba = np.array([[[0.0, 10.0], [2.0, 2.0]]]), np.array([[0.25, 0.75]])
    >>> chance_right(Limit("block", precision=0.9), 0, payoffs, proba, ["good", "bad"]).tolist()
    [0.75]
    """
    if limit.outcome is not None:
        return np.asarray(proba[:, list(outcomes).index(limit.outcome)], dtype=np.float64)
    return np.asarray((hits(payoffs, decision) * proba).sum(axis=1), dtype=np.float64)


def _caps(
    limit: Limit,
    decision: int,
    part: Ints,
    periods: Mapping[str, Ints],
    costs: Mapping[str, Floats],
    per_month: float | None,
) -> list[Cap]:
    """What a limit allows in each part, from its share, its number and its budget."""
    caps = []
    if limit.share is not None:
        most = np.floor(limit.share * np.bincount(part) + 1e-9).astype(np.int64)
        caps.append(Cap(decision, part, most))
    if limit.at_most is None and limit.budget is None:
        return caps
    many = _periods_here(limit, len(part), periods, per_month)
    if limit.per is not None and limit.per in periods:
        period = periods[limit.per]
        part = np.unique(part * (period.max(initial=0) + 1) + period, return_inverse=True)[1]
    parts = part.max(initial=-1) + 1
    if limit.at_most is not None:
        caps.append(Cap(decision, part, np.full(parts, math.floor(limit.at_most * many + 1e-9))))
    if limit.budget is not None:
        cost = costs[limit.cost] if isinstance(limit.cost, str) else np.full(len(part), limit.cost)
        caps.append(Cap(decision, part, np.full(parts, limit.budget * many), cost))
    return caps


def _periods_here(limit: Limit, items: int, periods: Mapping[str, Ints], per_month: float | None) -> float:
    """How many periods of a limit each part of these items stands for: one, or pro rata of the volume."""
    if limit.per is None or limit.per in periods:
        return 1.0
    if per_month is None:
        raise LimitError(
            f"{limit!r} counts per {limit.per}, and the items have no time and the objective no volume",
            "a time column of the items, or per_month of the objective",
            f"Name the time column, set per_month, or leave out per={limit.per!r} to count the items at hand.",
        )
    return items * A_MONTH[limit.per] / per_month
