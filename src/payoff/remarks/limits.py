"""Limits that cannot hold, or count nothing, and what would make them hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from payoff.decide import Floats, Ints, Limit, hits
from payoff.stakes import Bound, bounds_of, figure


def limit_remarks(
    payoffs: Floats,
    limits: Sequence[Limit],
    decisions: Sequence[str],
    outcomes: Sequence[str],
    groups: Mapping[str, Ints],
    periods: Mapping[str, Ints],
    costs: Mapping[str, Floats],
    per_month: float | None = None,
    shares: Floats | None = None,
) -> list[str]:
    """Limits that cannot hold, or count nothing, under payoffs (n or 1, D, K), in words; empty if all may hold.

    Arguments as of `payoff.decide.within`; `shares` are the (K,) base rates: without them only what holds at any base
    rates is said.

    >>> few = Limit("a", at_most=5, per="day")
    >>> limit_remarks(np.zeros((1, 2, 2)), [few], ["a", "b"], ["x", "y"], {}, {}, {})
    ["Limit('a', at_most=5, per='day') needs a time column of the items or per_month, and per_month is not known."]
    """
    bounds = bounds_of(limits, decisions, outcomes, groups, periods, costs, per_month)
    most = _most(bounds, len(decisions))
    found = [remark for limit in limits for remark in _alone(limit, payoffs, decisions, per_month, costs)]
    if most.sum() < 1 - 1e-9:
        found.append(_undecided(most, decisions))
    if shares is not None:
        found += [remark for bound in bounds for remark in _together(bound, payoffs, most, shares, decisions)]
    return found


def _alone(
    limit: Limit, payoffs: Floats, decisions: Sequence[str], per_month: float | None, costs: Mapping[str, Floats]
) -> list[str]:
    """What is amiss with a limit whatever the others and the base rates."""
    found = []
    if limit.per is not None and per_month is None:
        found.append(f"{limit!r} needs a time column of the items or per_month, and per_month is not known.")
    counted = (limit.precision is not None or limit.recall is not None) and limit.outcome is None
    if counted and not hits(payoffs, decisions.index(limit.decision)).any():
        found.append(f"{limit!r}: {limit.decision!r} is worth most under no outcome; name the outcome to count.")
    if limit.recall and (limit.at_most == 0 or limit.share == 0 or limit.budget == 0):
        found.append(f"{limit!r} asks for recall of a decision that it never lets be taken.")
    cheapest = _cheapest(limit, costs)
    if cheapest is not None and limit.budget is not None and cheapest > limit.budget > 0:
        found.append(
            f"{limit!r}: one item costs {figure(cheapest)} at least, more than the whole budget, so {limit.decision!r} "
            f"is never taken. The least budget that takes one is {figure(cheapest)}."
        )
    return found


def _cheapest(limit: Limit, costs: Mapping[str, Floats]) -> float | None:
    if isinstance(limit.cost, str):
        return float(costs[limit.cost].min()) if len(costs.get(limit.cost, ())) else None
    return limit.cost


def _most(bounds: Sequence[Bound], decisions: int) -> Floats:
    """The largest share of the items that each decision may have, (D,)."""
    most = np.ones(decisions)
    for bound in bounds:
        if bound.kind == "most":
            most[bound.decision] = min(most[bound.decision], bound.value)
        if bound.kind == "budget" and bound.cost is not None:
            most[bound.decision] = min(most[bound.decision], _served(bound.cost, bound.value))
    return most


def _served(cost: Floats, budget: float) -> float:
    """The largest share of items that a budget per item pays for: the cheapest first, the last one in part."""
    spent = np.r_[0.0, np.cumsum(np.sort(cost))] / len(cost)
    return float(np.interp(budget, spent, np.linspace(0, 1, len(spent)))) if spent[-1] > budget else 1.0


def _undecided(most: Floats, decisions: Sequence[str]) -> str:
    capped = ", ".join(f"{name!r} {figure(share)}" for name, share in zip(decisions, most, strict=True))
    return (
        f"The limits let at most {figure(float(most.sum()))} of all items be decided ({capped}), and the rest have no "
        f"decision: give {figure(float(1 - most.sum()))} more to one of them."
    )


def _together(bound: Bound, payoffs: Floats, most: Floats, shares: Floats, decisions: Sequence[str]) -> list[str]:
    """Whether recall fits the capacity, and precision what is left for a decision, even if all outcomes were known."""
    if bound.kind not in ("recall", "precision"):
        return []
    right = float((bound.right(payoffs) @ shares).mean())
    name, room = decisions[bound.decision], float(most[bound.decision])
    if bound.kind == "recall" and bound.value * right > room + 1e-9:
        return [
            f"{bound.limit!r} asks for {figure(bound.value * right)} of all items to be decided {name!r}, and the "
            f"limits allow {figure(room)}: the least capacity is {figure(bound.value * right)} of all items, the "
            f"greatest recall {figure(room / right)}."
        ]
    due = max(0.0, 1.0 - float(np.delete(most, bound.decision).sum()))
    if bound.kind == "precision" and due > 0 and right < bound.value * due - 1e-9:
        return [
            f"{bound.limit!r}: {name!r} takes at least {figure(due)} of all items, as the other decisions are full, "
            f"and is right for {figure(right)}: the greatest precision is {figure(right / due)}."
        ]
    return []
