"""Filling decisions under caps, precision and recall: the arithmetic of limits, on positions and arrays only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from payoff.errors import LimitError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Sums of probabilities are compared with this slack, so that 0.4 - 0.4 counts as 0.
SLACK = 1e-9

# A budget takes what fits, then of the rest again what fits what is left; after this many times the rest, each of
# them nearly as dear as all that is left, stays out, so that a million items do not last.
FILLS = 100

# Precision and capacity are settled in turns; after this many the bar is set at the precision itself, item by item,
# under which any subset holds it. Turns are few (2 to 5 in practice); the bound keeps a million items from lasting.
TURNS = 25


@dataclass(frozen=True)
class Cap:
    """At most `most[part]` items of each part get the decision; `part` is (n,), the group and period of an item.

    With `cost`, (n,) and 0 or more, `most` is a budget: what the items so decided cost together.
    """

    decision: int
    part: Ints
    most: Ints | Floats
    cost: Floats | None = None


@dataclass(frozen=True)
class Share:
    """In each part at least `least` of something: of the items so decided (precision), or of the hits (recall).

    `hit` is (n,), the probability that the decision is right for the item.
    """

    decision: int
    part: Ints
    least: float
    hit: Floats


class Marks(NamedTuple):
    """Decisions an item may not get (`barred`) and those it gets unless barred or full (`taken`), both (n, D).

    >>> worth = np.array([[1.0, 0.0], [1.0, 0.0]])
    >>> marks = Marks(np.zeros((2, 2), dtype=bool), np.array([[False, True], [False, False]]))
    >>> hold(worth, [], [], [], marks).tolist()
    [1, 0]
    """

    barred: Bools
    taken: Bools


def first_best(worth: Floats) -> Ints:
    """Column of the largest worth in each row of (n, D), (n,); ties, up to rounding, go to the first column.

    >>> first_best(np.array([[1.0, 1.0], [0.1 + 0.2, 0.3]])).tolist()
    [0, 0]
    """
    top = worth.max(axis=1, keepdims=True)
    rounding = 1e-12 * np.abs(worth, where=np.isfinite(worth), out=np.zeros_like(worth)).max(axis=1, keepdims=True)
    position: Ints = np.argmax(worth >= top - rounding, axis=1).astype(np.int64)
    return position


def hold(
    worth: Floats,
    caps: Sequence[Cap],
    precisions: Sequence[Share],
    recalls: Sequence[Share],
    marks: Marks | None = None,
) -> Ints:
    """Decisions of highest expected payoff that hold the limits, (n,).

    `worth` is (n, D). Where not everything can hold, caps come first, then precision, then recall as near as they
    allow. Raises LimitError if the caps leave an item without a decision.

    >>> worth = np.array([[0.0, 3.0], [0.0, 2.0], [0.0, 1.0]])
    >>> hold(worth, [Cap(1, np.zeros(3, dtype=np.int64), np.array([2]))], [], []).tolist()
    [1, 1, 0]
    """
    none = np.zeros(worth.shape, dtype=bool)
    barred, taken = (none, none) if marks is None else marks
    for _ in range(TURNS):
        chosen = _fill(worth, barred, taken, caps, recalls)
        newly = np.zeros_like(barred)
        for precision in precisions:
            newly[_below_bar(worth, barred, chosen, precision), precision.decision] = True
        if not newly.any():
            return chosen
        barred = barred | newly
    for precision in precisions:
        newly[precision.hit < precision.least, precision.decision] = True
    barred = barred | newly
    return _fill(worth, barred, taken, caps, recalls)


def _fill(worth: Floats, barred: Bools, taken: Bools, caps: Sequence[Cap], recalls: Sequence[Share]) -> Ints:
    """Every item asks for its best decision; a full one keeps those it is worth most to, the rest ask elsewhere.

    That is deferred acceptance (Gale & Shapley 1962): what was refused stays refused, so it ends, and a decision
    once full stays full.
    """
    step = 2.0 * float(np.ptp(worth)) + 1.0 if len(worth) else 1.0
    wanted = worth - step * barred + step * (taken & ~barred)
    asked = wanted + step * _recalled(wanted, barred | taken.any(axis=1, keepdims=True), recalls)
    while True:
        chosen = first_best(asked)
        open_ = np.where(np.isfinite(asked), wanted, -np.inf)
        kept = chosen.copy()
        for cap in caps:
            items = _overflow(open_, kept, cap)
            asked[items, cap.decision] = -np.inf
            kept[items] = -1
        if (kept >= 0).all():
            return chosen
        if not np.isfinite(asked).any(axis=1).all():
            raise LimitError(
                f"the limits leave {int((~np.isfinite(asked).any(axis=1)).sum())} of {len(asked)} items undecided",
                "capacities that together take every item",
                "Raise a capacity, or leave one decision without at_most and share.",
            )


def _recalled(worth: Floats, barred: Bools, recalls: Sequence[Share]) -> Bools:
    """Which (item, decision) are taken up at a loss, least cost per expected hit first, until recall is reached."""
    taken = np.zeros(worth.shape, dtype=bool)
    chosen = first_best(worth)
    for recall in recalls:
        wanted = recall.least * np.bincount(recall.part, recall.hit)
        has = np.bincount(recall.part, recall.hit * (chosen == recall.decision), minlength=len(wanted))
        open_ = (chosen != recall.decision) & (recall.hit > 0) & ~barred[:, recall.decision] & ~taken.any(axis=1)
        items = np.flatnonzero(open_)
        loss = worth[items, chosen[items]] - worth[items, recall.decision]
        order = np.lexsort((loss / recall.hit[items], recall.part[items]))
        items = items[order]
        part = recall.part[items]
        before = running(recall.hit[items], part) - recall.hit[items]
        items = items[has[part] + before < wanted[part] - SLACK]
        taken[items, recall.decision] = True
        chosen[items] = recall.decision
    return taken


def _below_bar(worth: Floats, barred: Bools, chosen: Ints, precision: Share) -> Ints:
    """Items to bar from the decision so that its expected share of right ones holds.

    Those go first that gain least per missing probability of being right; where a capacity keeps others waiting that
    gain no more, these are barred with them, or they would take the place and break the bar again.
    """
    part, room = precision.part, precision.hit - precision.least
    mine = chosen == precision.decision
    movable = (room < 0) & ~barred[:, precision.decision]
    price = np.divide(net_gain(worth, precision.decision), -room, out=np.zeros(len(room)), where=movable)
    fixed = np.bincount(part, room * (mine & ~movable))
    items = np.flatnonzero(mine & movable)
    items = items[np.lexsort((-price[items], part[items]))]
    dropped = items[fixed[part[items]] + running(room[items], part[items]) < -SLACK]
    bar = np.full(len(fixed), -np.inf)
    np.maximum.at(bar, part[dropped], price[dropped])
    waiting = movable & ~mine & (price <= bar[part])
    return np.concatenate([dropped, np.flatnonzero(waiting)])


def _overflow(wanted: Floats, chosen: Ints, cap: Cap) -> Ints:
    """Items beyond the cap: those to whom the decision brings least over their next best, for what they cost.

    Under a budget that is the greedy filling of a knapsack (Dantzig 1957): under one budget alone what is given up
    against the best filling is less than the gain of one item in each part.
    """
    items = np.flatnonzero(chosen == cap.decision)
    cost = np.ones(len(items)) if cap.cost is None else cap.cost[items]
    if (np.bincount(cap.part[items], cost, minlength=len(cap.most)) <= cap.most).all():
        return items[:0]
    gain = net_gain(wanted[items], cap.decision)
    order = np.lexsort((-np.divide(gain, cost, out=np.full(len(items), np.inf), where=cost > 0), cap.part[items]))
    return items[order][~affordable(cost[order], cap.part[items][order], cap.most)]


def affordable(cost: Floats, part: Ints, most: Ints | Floats) -> Bools:
    """Which items, (n,), are taken if each in turn is taken that what is left of its part still pays for.

    Rows of one part stand together; `most` is what each part has.

    >>> affordable(np.array([3.0, 9.0, 2.0]), np.array([0, 0, 0]), np.array([5])).tolist()
    [True, False, True]
    """
    taken = np.zeros(len(cost), dtype=bool)
    left = most * (1 + SLACK)
    rest = np.arange(len(cost))
    for _ in range(FILLS):
        rest = rest[cost[rest] <= left[part[rest]]]
        if not len(rest):
            break
        fits = running(cost[rest], part[rest]) <= left[part[rest]]
        now, rest = rest[fits], rest[~fits]
        taken[now] = True
        left -= np.bincount(part[now], cost[now], minlength=len(left))
    return taken


def net_gain(worth: Floats, decision: int) -> Floats:
    """What a decision brings over the best of the others, (n,); inf where no other is open.

    >>> net_gain(np.array([[5.0, 2.0, 4.0]]), 0).tolist()
    [1.0]
    """
    others = np.delete(worth, decision, axis=1).max(axis=1, initial=-np.inf)
    gain: Floats = worth[:, decision] - others
    return gain


def running(values: Floats, part: Ints) -> Floats:
    """Running sums that start anew in each part; rows of one part stand together.

    >>> running(np.array([1.0, 2.0, 4.0]), np.array([0, 0, 1])).tolist()
    [1.0, 3.0, 4.0]
    """
    sums = np.cumsum(values)
    starts = np.flatnonzero(np.r_[True, part[1:] != part[:-1]]) if len(part) else np.zeros(0, dtype=np.int64)
    before = np.r_[0.0, sums][starts]
    within: Floats = sums - np.repeat(before, np.diff(np.r_[starts, len(part)]))
    return within
