"""Candidate against incumbent: the estimate, the verdict, and what a look at the audit costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from payoff.judge.checks import audit_of, difference, drawn_by_chance, posterior_of, probabilities
from payoff.judge.experts import erring
from payoff.judge.ledger import next_level, spend, unspent
from payoff.judge.null import Tilted, limits
from payoff.judge.powered import Point, Sample, point
from payoff.judge.proof import to_adopt
from payoff.judge.records import Comparison, Estimate, Judged, Ledger, Verdict
from payoff.judge.samples import Evidence, evidence, fresh_part
from payoff.judge.settle import LEAST_FRESH, SHOWN_FROM, said, votes_to_settle
from payoff.judge.told import checked_bits

Floats = NDArray[np.float64]


def compare(
    incumbent: ArrayLike,
    candidate: ArrayLike,
    posterior: ArrayLike,
    audit: Mapping[str, Any],
    *,
    drawn: ArrayLike,
    before: ArrayLike | None = None,
    ledger: Ledger | None = None,
    name: str = "candidate",
    groups: ArrayLike | None = None,
    told: float = 0.0,
    expert_error: float | None = None,
) -> Comparison:
    """What the candidate earns over the incumbent per item to come, and whether that is proof enough to adopt it.

    `incumbent`, `candidate` (N, K): payoffs under each outcome with that policy's decision. `posterior` (N, K): without
    any audit vote. `drawn` (N,): the probability that each item is in the audit by now; `before` (N,): that it was when
    this candidate was fixed. `audit`: `item` (positions), `incumbent`, `candidate` (payoffs observed) and perhaps
    `fresh`, one entry for each vote; old votes belong in it, marked. `groups` (N,): items of one group count as one
    draw. With all votes marked as old a call shows an estimate, costs no level and cannot adopt. `told`: bits these
    votes had told when this candidate was thought of (`bits_told`); each halves the level. `expert_error`: share of
    labels that are wrong where the two differ; limits and verdict allow for it, whichever they are. Raises JudgeError
    for uneven arrays, what is no probability or no finite payoff, and votes that were not drawn.

    "adopt" asks for two tests that agree, on 20 fresh votes or more (`proof.to_adopt`): over one ledger the chance of
    adopting a candidate that is not better is at most 5%, for the policy as fitted when tested, items drawn like these,
    experts right. "keep" asks for an upper limit at 0 or below, which errs 2.5% of the time at each look: that costs a
    candidate as good or better, never harm. The interval is pointwise: for a candidate thought of after looks at
    these votes it flatters (`protected` is False).

    A census of 40 items on which the candidate earned 1 more on 30 and 1 less on 10:

    >>> outcome = [0] * 30 + [1] * 10
    >>> audit = {"item": range(40), "incumbent": [0] * 40, "candidate": [1, *[1] * 29, *[-1] * 10]}
    >>> found = compare([[0, 0]] * 40, [[1, -1]] * 40, [[0.7, 0.3]] * 40, audit, drawn=[1] * 40)
    >>> found.estimate.mean == (30 - 10) / 40, found.verdict, found.votes_variance
    (True, 'adopt', 0.0)
    """
    gain = difference(incumbent, candidate)
    chance = probabilities("drawn", drawn, len(gain))
    earlier = np.zeros(len(gain)) if before is None else probabilities("before", before, len(gain))
    item, (old, new), fresh = audit_of(audit, len(gain), ("incumbent", "candidate"))
    drawn_by_chance(item, fresh, chance, earlier)
    seen = difference(old[:, None], new[:, None])[:, 0]
    found = evidence(gain, posterior_of(posterior, gain), chance, earlier, (item, seen, fresh), groups)
    if len(found.sample.gain) == 0:
        return _alike(len(gain), ledger)
    return _verdict_on(erring(found, expert_error), ledger, name, checked_bits(told))


def level(
    payoffs: ArrayLike,
    posterior: ArrayLike,
    audit: Mapping[str, Any],
    *,
    drawn: ArrayLike,
    groups: ArrayLike | None = None,
) -> Judged:
    """What one policy earns per item to come: the comparison with earning 0, without verdict or look.

    `payoffs` (N, K) under each outcome with the policy's decision; `audit` maps `item` and `payoff` (observed). Every
    item whose payoff depends on the outcome must have had a chance: draw with `draw(zeros, payoffs, ...)`.

    >>> audit = {"item": range(20), "payoff": [1] * 15 + [-1] * 5}
    >>> judged = level([[1, -1]] * 20, [[0.5, 0.5]] * 20, audit, drawn=[1] * 20)
    >>> judged.estimate.mean == (15 - 5) / 20
    True
    """
    gain = difference(np.zeros_like(difference(payoffs, payoffs)), payoffs)
    chance = probabilities("drawn", drawn, len(gain))
    item, (seen,), fresh = audit_of(audit, len(gain), ("payoff",))
    drawn_by_chance(item, np.ones_like(fresh), chance, np.zeros(len(gain)))
    found = evidence(gain, posterior_of(posterior, gain), chance, np.zeros(len(gain)), (item, seen, fresh), groups)
    sample = found.sample
    if len(sample.gain) == 0:
        return _judged_of(_nothing(), (0.0, 0.0), found.scale, len(gain))
    at = _settled_point(sample)
    return _judged_of(at, _interval(at, Tilted(sample, at), len(sample.row)), found.scale, sample.total)


def _verdict_on(found: Evidence, ledger: Ledger | None, name: str, told: float) -> Comparison:
    """Estimate on all votes, test on the fresh ones, and the ledger after it."""
    sample = found.sample
    at = _settled_point(sample)
    tilted = Tilted(sample, at)
    low, high = _interval(at, tilted, len(sample.row))
    enough = found.differing >= LEAST_FRESH
    held_to = next_level(ledger, told) if enough else None
    look = held_to is not None
    proven = held_to is not None and _better(found, held_to, at, tilted)
    verdict: Verdict = "adopt" if proven else "keep" if enough and high <= 0 else "cannot tell"
    after = spend(ledger, name, votes=found.differing, verdict=verdict, told=told) if look else unspent(ledger)
    needed = None if verdict != "cannot tell" else votes_to_settle(at, tilted, found, next_level(after, told))
    protected = bool(found.fresh.all()) and not found.before.any() and not told
    judged = _judged_of(at, (low, high), found.scale, sample.total)
    return Comparison(
        **vars(judged), verdict=verdict, votes_needed=needed, ledger=after, look=look, level=held_to,
        differing=found.differing, left=found.left, uncovered=int(at.doubtful.sum()),
        protected=protected, said=said(
            judged.estimate, verdict, needed, sample.total, left=found.left, spent=next_level(after) is None,
            level=held_to, protected=protected or not len(sample.row),
            few_groups=sample.group is not None and len(sample.row) >= SHOWN_FROM,
        ),
    )  # fmt: skip


def _better(found: Evidence, held_to: float, at: Point, tilted: Tilted) -> bool:
    """Whether the fresh votes alone prove the candidate better at this level, by two tests that must both agree."""
    sample = fresh_part(found)
    if sample is not found.sample:
        at = _settled_point(sample)
        tilted = Tilted(sample, at)
    return all(test.passed(at.mean - at.below) for test in to_adopt(at, tilted, held_to))


def _settled_point(sample: Sample) -> Point:
    """The estimate; with too few votes to show their own scatter its variances are those the posterior foretells."""
    at = point(sample)
    votes = len(sample.row)
    if votes >= SHOWN_FROM:
        return at
    squares = float((sample.posterior * sample.gain**2).sum()) / sample.total
    foretold = max(squares - at.mean**2, 0.0) / sample.total * at.spread_factor
    by_votes = max(at.votes_variance, at.unit_variance / max(votes, 1)) if (sample.drawn < 1).any() else 0.0
    return replace(at, votes_variance=by_votes, items_variance=max(at.items_variance, foretold))


def _interval(at: Point, tilted: Tilted, votes: int) -> tuple[float, float]:
    """The 95% interval, without limits where the votes are too few to show one."""
    if votes < SHOWN_FROM or at.freedom <= 0:
        return -np.inf, np.inf
    return limits(at, tilted)


def _judged_of(at: Point, ends: tuple[float, float], scale: float, items: int) -> Judged:
    """A point and its limits in the unit they came in."""
    return Judged(
        estimate=Estimate(at.mean * scale, ends[0] * scale, ends[1] * scale),
        votes_variance=at.votes_variance * scale**2,
        items_variance=at.items_variance * scale**2,
        votes=at.draws,
        items=items,
    )


def _nothing() -> Point:
    """The estimate where nothing differs: exactly 0."""
    none = np.zeros(0)
    return Point(0.0, 0.0, 0.0, 0, 0.0, none, 0.0, 1.0, none.astype(bool), 0.0, 0.0)


def _alike(items: int, ledger: Ledger | None) -> Comparison:
    """Policies that never differ: nothing to tell apart, the incumbent stays, no level is spent."""
    end = 0.0 if items else np.inf
    judged = _judged_of(_nothing(), (0.0 - end, end), 1.0, items)
    words = f"Keep the incumbent: the two decide alike on these {items:,} items."
    return Comparison(
        **vars(judged), verdict="keep", votes_needed=None, ledger=unspent(ledger), look=False, level=None,
        differing=0, left=0, uncovered=0, protected=True, said=words,
    )  # fmt: skip
