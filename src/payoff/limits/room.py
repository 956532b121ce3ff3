"""Whether capacities together have room for every item: told from the limits alone, and of the items at hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from payoff.errors import LimitError
from payoff.limits.filling import SLACK, Cap, Ints, affordable
from payoff.limits.limit import A_MONTH, Limit

EXPECTED = "capacities that together take every item"
NEXT = "leave one decision without at_most, share and budget"


def check_shares(limits: Sequence[Limit], decisions: Sequence[str], per_month: float | None) -> None:
    """Refuse limits under which some items can have no decision, whatever the items are: LimitError with the shares.

    >>> check_shares([Limit("remove", share=0.2), Limit("keep", share=0.5)], ["remove", "keep"], None)
    Traceback (most recent call last):
    payoff.errors.LimitError: the limits let at most 0.7 of all items be decided: 'remove' 0.2, 'keep' 0.5
      expected: capacities that together take every item
      next: Give 0.3 more to one of them, or leave one decision without at_most, share and budget.
    """
    most = dict.fromkeys(decisions, 1.0)
    for limit in limits:
        most[limit.decision] = min(most[limit.decision], _share(limit, per_month))
    room = sum(most.values())
    if room < 1 - SLACK:
        each = ", ".join(f"{decision!r} {share:.4g}" for decision, share in most.items())
        raise LimitError(
            f"the limits let at most {room:.4g} of all items be decided: {each}",
            EXPECTED,
            f"Give {1 - room:.4g} more to one of them, or {NEXT}.",
        )


def check_room(caps: Sequence[Cap], items: int, decisions: Sequence[str]) -> None:
    """Refuse caps under which some of so many items can have no decision: LimitError with the numbers.

    It counts what each decision takes at most, of all items and in each group or period; caps that pass may still
    leave items over.

    >>> here = np.zeros(5, dtype=np.int64)
    >>> check_room([Cap(0, here, np.array([1])), Cap(1, here, np.array([2]))], 5, ["look", "go"])
    Traceback (most recent call last):
    payoff.errors.LimitError: the limits leave 2 of 5 items undecided: 'look' takes 1 at most, 'go' 2
      expected: capacities that together take every item
      next: Raise a capacity, or leave one decision without at_most, share and budget.
    """
    if {cap.decision for cap in caps} != set(range(len(decisions))):
        return
    takes = [_takes(cap) for cap in caps]
    whole = np.zeros(items, dtype=np.int64)
    short = max(_short(part, caps, takes, len(decisions)) for part in (whole, *(cap.part for cap in caps)))
    if not short:
        return
    most = [
        min(int(take.sum()) for cap, take in zip(caps, takes, strict=True) if cap.decision == d)
        for d in range(len(decisions))
    ]
    each = [
        f"{decision!r} {'takes ' * (not d)}{most[d]:,}{' at most' * (not d)}" for d, decision in enumerate(decisions)
    ]
    uneven = ", too few in some group or period" if sum(most) >= items else ""
    raise LimitError(
        f"the limits leave {short:,} of {items:,} items undecided: {', '.join(each)}{uneven}",
        EXPECTED,
        f"Raise a capacity, or {NEXT}.",
    )


def _share(limit: Limit, per_month: float | None) -> float:
    """The largest share of all items that a limit lets have its decision, as far as that can be told without items."""
    shares = [1.0 if limit.share is None else limit.share]
    if limit.per is not None and per_month is not None and limit.by is None:
        a_period = per_month / A_MONTH[limit.per]
        shares += [] if limit.at_most is None else [limit.at_most / a_period]
        if limit.budget is not None and isinstance(limit.cost, float) and limit.cost > 0:
            shares.append(limit.budget / limit.cost / a_period)
    return min(shares)


def _takes(cap: Cap) -> Ints:
    """How many items of each part a cap lets have the decision: of a budget, the cheapest."""
    sizes = np.bincount(cap.part, minlength=len(cap.most))
    if cap.cost is None:
        return np.minimum(sizes, np.floor(cap.most)).astype(np.int64)
    order = np.lexsort((cap.cost, cap.part))
    taken = affordable(cap.cost[order], cap.part[order], np.array(cap.most, dtype=np.float64))
    return np.bincount(cap.part[order][taken], minlength=len(cap.most))


def _short(part: Ints, caps: Sequence[Cap], takes: Sequence[Ints], decisions: int) -> int:
    """How many items at least stay without a decision, counted in each part."""
    sizes = np.bincount(part)
    room = np.zeros(len(sizes), dtype=np.int64)
    for decision in range(decisions):
        most = sizes.copy()
        for cap, take in zip(caps, takes, strict=True):
            if cap.decision == decision and (len(sizes) == 1 or np.array_equal(cap.part, part)):
                most = np.minimum(most, take.sum() if len(sizes) == 1 else take)
        room += most
    return int(np.maximum(sizes - room, 0).sum())
