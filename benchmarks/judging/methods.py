"""Five ways to judge a pair with votes bought in batches: ours, and four peers at a level that can be calibrated.

A method walks through the batches and says after each how strongly it leans, in units of what its own test asks for:
`up` towards adopting, `down` towards keeping. At 1 the verdict is given. Ours is the library's `chances` and `compare`
as they are, so it leans by 0 or by infinity; for the peers the mark is moved from 1 to where it makes as many false
verdicts as ours (`verdicts.calibrated`).

All peers spend levels over looks as ours does, add the scatter of the items to their error (the mean of items to come
is judged, not that of the pool) and pay for no vote on items where both policies decide alike, the random audit aside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from judging.worlds import Floats, Ints, Pool
from payoff.judge import chances, compare
from payoff.judge.ledger import level_of

BATCHES = (20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000)
DRAWS = 12_000  # with replacement, enough for every batch but where a pool is nearly exhausted


class Leaning(NamedTuple):
    """After each batch: votes spent (NaN past a verdict), how far it leans to adopting and to keeping; 1 is proof."""

    votes: Floats
    up: Floats
    down: Floats


Method = Callable[[Pool, np.random.Generator], Leaning]


def batches_of(pool: Pool) -> list[int]:
    """The batches a pool can feed; its last vote is always one."""
    items = len(pool.outcome)
    return [votes for votes in BATCHES if votes < items] + [items] * (items <= BATCHES[-1])


def audit_of(pool: Pool, item: Ints) -> dict[str, Floats | Ints]:
    """The audit that votes on these items make."""
    outcome = pool.outcome[item]
    return {"item": item, "incumbent": pool.incumbent[item, outcome], "candidate": pool.candidate[item, outcome]}


def ours(pool: Pool, rng: np.random.Generator) -> Leaning:
    """Draw each batch by the library's probabilities, compare after it, stop at a verdict."""
    batches = batches_of(pool)
    drawn, audited, ledger = np.zeros(len(pool.outcome)), np.zeros(len(pool.outcome), dtype=bool), None
    votes, up, down = np.full(len(batches), np.nan), np.zeros(len(batches)), np.zeros(len(batches))
    for look, more in enumerate(np.diff(batches, prepend=0).tolist()):
        chance = chances_of(pool, more, drawn, audited)
        audited |= rng.random(len(chance)) < chance
        drawn = 1 - (1 - drawn) * (1 - chance)
        item = np.flatnonzero(audited)
        found = compare(
            pool.incumbent, pool.candidate, pool.posterior, audit_of(pool, item), drawn=drawn, ledger=ledger
        )
        ledger = found.ledger
        votes[look] = len(item)
        if found.verdict != "cannot tell":
            (up if found.verdict == "adopt" else down)[look:] = np.inf
            break
    return Leaning(votes, up, down)


def chances_of(pool: Pool, votes: float, drawn: Floats, audited: NDArray[np.bool_]) -> Floats:
    """Probability (n,) of each item in the next round, were it not audited yet: to draw the open ones by and record."""
    seen = np.flatnonzero(audited)
    return chances(pool.incumbent, pool.candidate, pool.posterior, votes, drawn=drawn, audited=seen)


def random_audit(pool: Pool, rng: np.random.Generator) -> Leaning:
    """The classical paired test on items drawn evenly from all."""
    batches = batches_of(pool)
    seen = pool.gain[rng.permutation(len(pool.outcome))]
    taken = np.array(batches)
    mean, square = _running(seen, taken)
    variance = np.maximum(square - mean**2, 0) / np.maximum(taken - 1, 1)
    return leaning(taken, mean, variance, taken - 1)


def uniform(pool: Pool, rng: np.random.Generator) -> Leaning:
    """Items drawn evenly from those on which the two differ."""
    differing = pool.gain[pool.differs]
    seen, items = differing[rng.permutation(len(differing))], len(pool.outcome)
    taken = np.minimum(batches_of(pool), len(seen))
    mean, square = _running(seen, taken)
    share = len(seen) / items
    votes = (1 - taken / len(seen)) * share**2 * np.maximum(square - mean**2, 0) / np.maximum(taken - 1, 1)
    scatter = np.maximum(share * square - (share * mean) ** 2, 0) / items
    return leaning(taken, share * mean, votes + scatter, taken - 1)


def sawade(pool: Pool, rng: np.random.Generator, trust: float = 1.0) -> Leaning:
    """Active comparison (Sawade, Landwehr & Scheffer 2012), the posterior standing for their p(y | x).

    Items are drawn with replacement by q* ~ sqrt(E (d - D)^2), d the difference under the posterior and D its mean; the
    estimate weights by 1 / q and divides by the sum of the weights; Student's t on its asymptotic variance. A vote
    drawn again is not paid again. `trust` below 1 mixes the posterior with equal outcomes, as our draw does: the paper
    does not, but an outcome thought impossible then has a weight without bound.
    """
    difference, outcomes = pool.candidate - pool.incumbent, pool.posterior.shape[1]
    believed = trust * pool.posterior + (1 - trust) / outcomes
    centre = (believed * difference).sum(axis=1).mean()
    score = np.sqrt((believed * (difference - centre) ** 2).sum(axis=1))
    chance = score / score.sum()
    item = np.searchsorted(np.cumsum(chance), rng.random(DRAWS) * (1 - 1e-12))
    paid = np.cumsum(_first_times(item) & pool.differs[item], dtype=np.float64)
    taken = np.searchsorted(paid, batches_of(pool), side="right")  # draws until the vote after the last one paid for
    taken = np.maximum(taken, 1)
    weight, seen = 1 / (len(chance) * chance[item]), pool.gain[item]
    total, square = np.cumsum(weight)[taken - 1], np.cumsum(weight**2)[taken - 1]
    first, second = np.cumsum(weight * seen)[taken - 1], np.cumsum(weight * seen**2)[taken - 1]
    mean = first / total
    crossed, squared = np.cumsum(weight**2 * seen)[taken - 1], np.cumsum((weight * seen) ** 2)[taken - 1]
    votes = np.maximum(squared - 2 * mean * crossed + mean**2 * square, 0) / total**2
    scatter = np.maximum(second / total - mean**2, 0) / len(chance)
    return leaning(paid[taken - 1], mean, votes + scatter, paid[taken - 1] - 1)


def sawade_mixed(pool: Pool, rng: np.random.Generator) -> Leaning:
    """Active comparison with the posterior trusted by three quarters, as our draw does."""
    return sawade(pool, rng, trust=0.75)


METHODS: dict[str, Method] = {
    "ours": ours,
    "random audit": random_audit,
    "uniform on disagreements": uniform,
    "Sawade et al. 2012": sawade,
    "the same, posterior mixed": sawade_mixed,
}


def leaning(votes: Sequence[int] | Floats, mean: Floats, variance: Floats, freedom: Floats | Ints) -> Leaning:
    """How many times what the test asks for: level 0.05 / (k H_30) at look k to adopt, 0.025 to keep, as ours has."""
    taken = np.asarray(votes, dtype=np.float64)
    ratio = np.divide(mean, np.sqrt(variance), out=np.zeros(len(taken)), where=variance > 0)
    adopt = np.array([level_of(look + 1) for look in range(len(taken))])
    freedom = np.maximum(freedom, 1)
    return Leaning(taken, ratio / stdtrit(freedom, 1 - adopt), -ratio / stdtrit(freedom, 0.975))


def _running(values: Floats, taken: Floats | Ints) -> tuple[Floats, Floats]:
    """Mean and mean square of the first so many values."""
    last = np.asarray(taken) - 1
    return np.cumsum(values)[last] / taken, np.cumsum(values**2)[last] / taken


def _first_times(item: Ints) -> NDArray[np.bool_]:
    """Whether a draw (n,) is the first of its item."""
    first = np.zeros(len(item), dtype=bool)
    first[np.unique(item, return_index=True)[1]] = True
    return first
