"""Mistakes in an objective, found and named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from payoff.decide import Floats, Limit, hits
from payoff.stakes import ever_best, figure


def remarks_on(payoffs: Floats, decisions: Sequence[str], outcomes: Sequence[str]) -> list[str]:
    """What looks like a mistake in mean payoffs (D, K), in words; empty if nothing does.

    >>> remarks_on(np.array([[1.0, 1.0], [0.0, 0.0]]), ["send", "skip"], ["buys", "not"])[0]
    "'send' is worth most whatever the outcome: there is nothing to decide."
    """
    always = _always_best(payoffs)
    if always is not None:
        found = [f"{decisions[always]!r} is worth most whatever the outcome: there is nothing to decide."]
        return found + _turned(payoffs, decisions, outcomes)
    never = [_never(payoffs, position, decisions) for position in range(len(decisions))]
    return [remark for remark in never if remark] + _against_its_name(payoffs, decisions, outcomes)


def limit_remarks(
    payoffs: Floats, limits: Sequence[Limit], decisions: Sequence[str], per_month: float | None
) -> list[str]:
    """Limits that cannot hold, or count nothing, under payoffs (n or 1, D, K), in words.

    >>> limit_remarks(np.zeros((1, 2, 2)), [Limit("a", at_most=5, per="day")], ["a", "b"], None)
    ["Limit('a', at_most=5, per='day') needs a time column of the items or per_month, and per_month is not known."]
    """
    found = []
    for limit in limits:
        if limit.per is not None and per_month is None:
            found.append(f"{limit!r} needs a time column of the items or per_month, and per_month is not known.")
        counted = (limit.precision is not None or limit.recall is not None) and limit.outcome is None
        if counted and not hits(payoffs, decisions.index(limit.decision)).any():
            found.append(f"{limit!r}: {limit.decision!r} is worth most under no outcome; name the outcome to count.")
    shares = dict.fromkeys(decisions, 1.0)
    for limit in limits:
        if limit.share is not None and limit.by is None:
            shares[limit.decision] = min(shares[limit.decision], limit.share)
    if sum(shares.values()) < 1 - 1e-9:
        found.append(f"The shares allowed add up to {figure(sum(shares.values()))}: some items have no decision.")
    return found


def _always_best(payoffs: Floats) -> int | None:
    whole = (payoffs >= payoffs.max(axis=0)).all(axis=1)
    return int(np.argmax(whole)) if whole.any() else None


def _turned(payoffs: Floats, decisions: Sequence[str], outcomes: Sequence[str]) -> list[str]:
    """Cells whose sign, if turned, would make it a real choice: the likely slip of the pen."""
    found = []
    for d, k in np.argwhere(payoffs != 0).tolist():
        other = payoffs.copy()
        other[d, k] *= -1
        if _always_best(other) is None:
            found.append(f"{decisions[d]}.{outcomes[k]} = {figure(payoffs[d, k])}")
    return [f"If a sign is wrong, it may be that of {' or '.join(found)}."] if found else []


def _never(payoffs: Floats, position: int, decisions: Sequence[str]) -> str | None:
    """Why a decision is never the best one, if it never is."""
    mine = payoffs[position]
    for other in range(len(payoffs)):
        if other == position:
            continue
        if (payoffs[other] == mine).all():
            if other < position:
                return f"{decisions[position]!r} is worth the same as {decisions[other]!r} under every outcome."
        elif (payoffs[other] >= mine).all():
            return f"{decisions[position]!r} is never worth more than {decisions[other]!r}, whatever the outcome."
    if not ever_best(payoffs, position):
        return f"{decisions[position]!r} is not the best decision at any probability of the outcomes."
    return None


def _against_its_name(payoffs: Floats, decisions: Sequence[str], outcomes: Sequence[str]) -> list[str]:
    """Decisions that bear the name of an outcome and are not the best one under it."""
    named = [name for name in decisions if name in outcomes]
    wrong = [
        name
        for name in named
        if payoffs[decisions.index(name), outcomes.index(name)] < payoffs[:, outcomes.index(name)].max()
    ]
    return [f"{name!r} is not the best decision when the outcome is {name!r}: check the signs." for name in wrong]
