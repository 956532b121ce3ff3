"""How often a proxy says what is true, by votes drawn with known chances: over all items and for each outcome."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import betaincinv

from payoff.errors import NotProbability, UnevenArrays
from payoff.judge.checks import probabilities


class Share(NamedTuple):
    """A share with its 95% interval, and how many votes it rests on."""

    mean: float
    low: float
    high: float
    votes: int


def right_shares(said: Any, true: Any, *, drawn: Any, outcomes: int) -> tuple[Share | None, list[Share | None]]:
    """The share of items of which a proxy says what is true: of all, and of those of each outcome.

    `said` and `true` are (n,) indices of outcomes of the n audited items the proxy spoke on, `drawn` (n,) the chance
    each had to be audited. An item drawn with chance p stands for 1 / p (Hajek 1971); the interval is Jeffreys' at
    Kish's effective number of votes (sum w)^2 / sum w^2. None where no such item was audited. Raises UnevenArrays, and
    NotProbability for a chance outside 0 to 1 or of nought.

    Four items of outcome 0, one of them called 1; one item of outcome 1 that stands for two:

    >>> whole, each = right_shares([0, 0, 0, 1, 1], [0, 0, 0, 0, 1], drawn=[1, 1, 1, 1, 1 / 2], outcomes=2)
    >>> whole.mean == 5 / 6, each[0].mean == 3 / 4, each[1].mean == 1
    (True, True, True)
    """
    here, there = np.asarray(said, dtype=np.int64), np.asarray(true, dtype=np.int64)
    chance = probabilities("drawn", drawn, len(there))
    if len(here) != len(there):
        raise UnevenArrays("said", here.shape, f"the shape of true, {there.shape}")
    if len(chance) and not chance.min() > 0:
        raise NotProbability("drawn", 0.0, int(chance.argmin()), "numbers above 0, up to 1")
    right, weight = here == there, 1.0 / chance
    each = [_share(right[there == code], weight[there == code]) for code in range(outcomes)]
    return _share(right, weight), each


def _share(right: np.ndarray[Any, np.dtype[np.bool_]], weight: np.ndarray[Any, np.dtype[np.float64]]) -> Share | None:
    if not len(right):
        return None
    mean = float(np.average(right, weights=weight))
    votes = float(weight.sum() ** 2 / (weight**2).sum())
    low, high = betaincinv(votes * mean + 0.5, votes * (1 - mean) + 0.5, [0.025, 0.975])
    return Share(mean, float(low), float(high), len(right))
