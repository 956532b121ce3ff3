"""Decisions that are never, or always, the best: dominated, worth the same, a sign turned, named like an outcome."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from payoff.decide import Bools, Floats
from payoff.stakes import ever_best, figure

# Where no outcome settles it, whether a decision is ever the best is a linear programme an item: tried on so many.
MOST_ITEMS = 50


def choice_remarks(
    payoffs: Floats, decisions: Sequence[str], outcomes: Sequence[str], reveals: Sequence[str] = ()
) -> list[str]:
    """What looks like a mistake in payoffs (n or 1, D, K), in words; empty if nothing does.

    A decision is held to be dominated, or never the best, only if it is so at every item.

    >>> choice_remarks(np.array([[[1.0, 1.0], [0.0, 0.0]]]), ["send", "skip"], ["buys", "not"])[0]
    "'send' is worth most whatever the outcome: there is nothing to decide."
    """
    found = _outcomes_as_decisions(decisions, outcomes)
    always = _always_best(payoffs)
    if always is not None:
        found.append(f"{decisions[always]!r} is worth most whatever the outcome: there is nothing to decide.")
        return found + _turned(payoffs, decisions, outcomes)
    dominated = {d: why for d in range(len(decisions)) if (why := _dominated(payoffs, d, decisions)) is not None}
    unused = [d for d in range(len(decisions)) if d not in dominated and not _best_somewhere(payoffs, d)]
    found += dominated.values()
    found += [
        f"{decisions[d]!r} is not the best decision at any probability of the outcomes{_everywhere(payoffs)}."
        for d in unused
    ]
    if dominated:
        found += _turned(payoffs, decisions, outcomes)
    silent = [decisions[d] for d in (*dominated, *unused) if decisions[d] in reveals]
    found += [f"{name!r} reveals the outcome, but no outcome comes back while it is never taken." for name in silent]
    return found + _against_its_name(payoffs, decisions, outcomes)


def _outcomes_as_decisions(decisions: Sequence[str], outcomes: Sequence[str]) -> list[str]:
    names = {name.casefold().strip() for name in outcomes}
    alike = [name for name in decisions if name.casefold().strip() in names]
    if len(alike) < 2 or 2 * len(alike) < len(decisions):
        return []
    named = ", ".join(map(repr, alike))
    return [f"The decisions {named} look like outcomes: what is done with an item that is {alike[0]!r}?"]


def _always_best(payoffs: Floats) -> int | None:
    """The decision worth most at every item under every outcome, if there is one."""
    whole = (payoffs >= payoffs.max(axis=1, keepdims=True)).all(axis=(0, 2))
    return int(np.argmax(whole)) if whole.any() else None


def _dominated(payoffs: Floats, position: int, decisions: Sequence[str]) -> str | None:
    """Which other decision is worth at least as much under every outcome of every item, if one is."""
    mine = payoffs[:, position]
    for other in range(len(decisions)):
        if other == position:
            continue
        if (payoffs[:, other] == mine).all():
            if other < position:
                return f"{decisions[position]!r} is worth the same as {decisions[other]!r} under every outcome."
        elif (payoffs[:, other] >= mine).all():
            return (
                f"{decisions[position]!r} is never worth more than {decisions[other]!r}, "
                f"whatever the outcome{_everywhere(payoffs)}."
            )
    return None


def _everywhere(payoffs: Floats) -> str:
    return ", at any item" if len(payoffs) > 1 else ""


def _best_somewhere(payoffs: Floats, position: int) -> bool:
    """Whether a decision is the best at some probabilities of some item; a tie with an earlier one does not count."""
    before = payoffs[:, :position].max(axis=1, initial=-np.inf)
    after = payoffs[:, position + 1 :].max(axis=1, initial=-np.inf)
    sure: Bools = (payoffs[:, position] > before) & (payoffs[:, position] >= after)
    if sure.any():
        return True
    tried = np.linspace(0, len(payoffs) - 1, min(len(payoffs), MOST_ITEMS)).round().astype(int)
    return any(ever_best(payoffs[item], position) for item in tried)


def _turned(payoffs: Floats, decisions: Sequence[str], outcomes: Sequence[str]) -> list[str]:
    """Cells whose sign, if turned, would give every decision its place: the likely slip of the pen."""
    found = []
    for d, k in np.argwhere((payoffs != 0).any(axis=0)).tolist():
        other = payoffs.mean(axis=0)
        other[d, k] *= -1
        if all(_dominated(other[None], each, decisions) is None for each in range(len(decisions))):
            found.append(f"{decisions[d]}.{outcomes[k]} = {figure(-other[d, k])}")
    return [f"If a sign is wrong, it may be that of {' or '.join(found)}."] if found else []


def _against_its_name(payoffs: Floats, decisions: Sequence[str], outcomes: Sequence[str]) -> list[str]:
    """Decisions that bear the name of an outcome and are the best one under it at no item."""
    named = [name for name in decisions if name in outcomes]
    top = payoffs.max(axis=1)
    wrong = [
        name
        for name in named
        if (payoffs[:, decisions.index(name), outcomes.index(name)] < top[:, outcomes.index(name)]).all()
    ]
    return [f"{name!r} is not the best decision when the outcome is {name!r}: check the signs." for name in wrong]
