"""Where audit votes are drawn: where two policies differ, by the money at stake times the posterior's doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from payoff.errors import NotACount
from payoff.judge.checks import binary_scale, difference, positions, posterior_of, probabilities

Floats = NDArray[np.float64]

CERTAIN = 0.95  # no item is drawn with more, so that a later candidate finds unseen items everywhere
TRUST = 0.75  # weight of the posterior in the draw; the rest goes evenly to all outcomes, in case it is wrong


def draw(
    incumbent: ArrayLike,
    candidate: ArrayLike,
    posterior: ArrayLike,
    votes: float,
    *,
    drawn: ArrayLike | None = None,
    audited: Sequence[int] | NDArray[Any] = (),
) -> Floats:
    """Probability (N,) with which each item is to be drawn in this round, independently of the others.

    `incumbent` and `candidate` (N, K) are payoffs under each outcome with that policy's decision, `posterior` (N, K) is
    P(outcome) without any audit vote, `votes` how many to buy, `drawn` (N,) the probability that each item was
    audited before, `audited` the positions that were. Audited items get 0; the sum is at most `votes`. Raises
    JudgeError for uneven shapes and for what is no probability. Monetary-unit sampling by the difference: Sawade,
    Landwehr & Scheffer 2012.

    The two differ on the first two items only, and twice as much is at stake on the first:

    >>> draw([[0, 0]] * 3, [[2, -2], [1, -1], [0, 0]], [[0.5, 0.5]] * 3, votes=0.6).round(3).tolist()
    [0.4, 0.2, 0.0]
    """
    chance = chances(incumbent, candidate, posterior, votes, drawn=drawn, audited=audited)
    chance[positions("audited", audited, len(chance))] = 0.0
    return chance


def chances(
    incumbent: ArrayLike,
    candidate: ArrayLike,
    posterior: ArrayLike,
    votes: float,
    *,
    drawn: ArrayLike | None = None,
    audited: Sequence[int] | NDArray[Any] = (),
) -> Floats:
    """Probability (N,) with which each item is drawn in this round if it is not audited yet: what is to be recorded.

    As `draw`, but an audited item keeps the probability it would have. With 0 there, its probability of being in the
    audit by now would stop growing on the day it was drawn, and the weights of votes drawn early would be too large:
    over ten rounds they add up to three times the items (Horvitz & Thompson 1952 ask for the probability by design).

    >>> chances([[0, 0]] * 3, [[2, -2], [1, -1], [1, -1]], [[0.5, 0.5]] * 3, votes=0.6, audited=[0]).round(3).tolist()
    [0.6, 0.3, 0.3]
    """
    gain = difference(incumbent, candidate)
    gain = gain / binary_scale(gain)
    items = len(gain)
    if isinstance(votes, bool) or not np.isfinite(votes) or votes < 0:
        raise NotACount("number of votes", votes, "a number from 0")
    earlier = np.zeros(items) if drawn is None else probabilities("drawn", drawn, items)
    score = np.divide(doubt(posterior_of(posterior, gain), gain), 1 - earlier, out=np.zeros(items), where=earlier < 1)
    open_ = np.ones(items, dtype=bool)
    open_[positions("audited", audited, items)] = False
    share = fill(np.where(open_, score, 0.0), votes, CERTAIN)
    return np.where(open_, share, np.minimum(CERTAIN, score * _rate(score, share)))


def _rate(score: Floats, share: Floats) -> float:
    """How much share one unit of score got; where all that could be drawn got the most, any score gets it."""
    below = (share > 0) & (share < CERTAIN)
    if below.any():
        return float((share[below] / score[below]).max())
    least = score[score > 0].min(initial=np.inf)
    return CERTAIN / float(least) if share.any() else 0.0


def doubt(posterior: Floats, gain: Floats) -> Floats:
    """Standard deviation (N,) of an item's difference under a posterior mixed with equal outcomes; 0 where none.

    >>> doubt(np.array([[0.5, 0.5]]), np.array([[2.0, -2.0]])).tolist()
    [2.0]
    """
    outcomes = gain.shape[1]
    mixed = TRUST * posterior + (1 - TRUST) / max(outcomes, 1)
    centre = (mixed * gain).sum(axis=1, keepdims=True)
    variance: Floats = (mixed * (gain - centre) ** 2).sum(axis=1)
    span = np.ptp(gain, axis=1) if outcomes else np.zeros(len(gain))
    return np.where(span > 0, np.sqrt(variance), 0.0)


def fill(score: Floats, total: float, most: float) -> Floats:
    """Shares min(most, c * score) (N,) that add up to `total`; all `most` where too few have a score.

    >>> fill(np.array([8.0, 1.0, 1.0, 0.0]), 2.0, most=1.0).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    share = np.zeros(len(score))
    if total <= 0 or not np.any(score > 0):
        return share
    order = np.argsort(-score, kind="stable")
    falling = score[order] / score[order[0]]
    count = int(np.count_nonzero(falling > 0))
    if count * most <= total:
        share[score > 0] = most
        return share
    rest = np.cumsum(falling[::-1])[::-1]  # what the items from here on have together
    room = total - most * np.arange(count)
    whole = int(np.argmax(room * falling[:count] <= most * rest[:count]))  # so many items are taken at most
    share[order] = np.minimum(most, falling * room[whole] / rest[whole])
    share[order[:whole]] = most
    over: float = share.sum() / total
    return share / over if over > 1 else share
