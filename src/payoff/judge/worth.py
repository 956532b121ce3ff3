"""What an estimate promises for items to come, and whether more audit votes are worth their price."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from payoff.errors import NotACount
from payoff.judge.ledger import level_of, next_level
from payoff.judge.records import Comparison, Estimate, Judged

BATCHES = (20, 50, 100, 200, 500)
_LEAST_FRESH = 20


class Asking(NamedTuple):
    """Audit votes worth buying: how many, what they are expected to gain, what they cost, both in the unit."""

    votes: int
    gain: float
    cost: float


def promise(judged: Judged, items: float) -> Estimate:
    """Prediction interval for the mean over `items` to come: the error of the estimate plus the scatter of those items.

    Takes what `level` or `compare` returned. Raises NotACount for fewer than one item. Over infinitely many items the
    promise is the estimate; over one it is as wide as items scatter.

    >>> from payoff.judge import level
    >>> judged = level([[1, -1]] * 50, [[0.5, 0.5]] * 50, {"item": range(50), "payoff": [1, -1] * 25}, drawn=[1] * 50)
    >>> promise(judged, 10).high > promise(judged, 1000).high > judged.estimate.high
    True
    """
    if not items >= 1:
        raise NotACount("number of items", items, "1 or more")
    at, error = judged.estimate, judged.votes_variance + judged.items_variance
    scatter = judged.items_variance * judged.items / items
    # In proportion: where the limits allow for dear losses not seen yet, the scatter of new items does so too.
    wider = math.sqrt(1 + (scatter / error if error > 0 else judged.items / items))
    return Estimate(at.mean, at.mean - wider * (at.mean - at.low), at.mean + wider * (at.high - at.mean), at.unit)


def worth_asking(comparison: Comparison, *, price: float, volume: float) -> Asking | None:
    """The number of further audit votes with the best expected net value, None where none pays.

    The gain per item is Normal(mean, V + S) cut at 0; n votes more adopt with the chance that the estimate then passes
    the next level. `price` is per vote, `volume` the items the decision will be used on. Raises NotACount below 0.

    Policies that decide alike need no vote:

    >>> from payoff.judge import compare
    >>> nobody = {"item": [], "incumbent": [], "candidate": []}
    >>> same = compare([[1, 0]], [[1, 0]], [[0.5, 0.5]], nobody, drawn=[0])
    >>> print(worth_asking(same, price=1.0, volume=1000))
    None
    """
    for what, value in (("price", price), ("volume", volume)):
        if not value >= 0 or math.isinf(value):
            raise NotACount(what, value, "a number from 0")
    next_one = next_level(comparison.ledger)
    if next_one is None or comparison.left == 0 or comparison.verdict != "cannot tell":
        return None
    batches = [votes for votes in BATCHES if votes < comparison.left] + [comparison.left] * (
        comparison.left <= BATCHES[-1]
    )
    offers = [Asking(votes, volume * _gain_after(comparison, votes, next_one), votes * price) for votes in batches]
    best = max(offers, key=lambda offer: offer.gain - offer.cost)
    return best if best.gain > best.cost else None


def _gain_after(comparison: Comparison, votes: int, held_to: float = level_of(1)) -> float:
    """Expected gain per item of deciding after `votes` more: adopted where the estimate then passes the level."""
    if comparison.differing + votes < _LEAST_FRESH:
        return 0.0
    mean, have = comparison.estimate.mean, max(comparison.votes, 1)
    spread = math.sqrt(comparison.votes_variance + comparison.items_variance)
    after = math.sqrt(comparison.votes_variance * have / (have + votes) + comparison.items_variance)
    if spread == 0 or after == 0:
        return max(mean, 0.0)
    chances = (np.arange(200) + 0.5) / 200
    gains = np.maximum(mean + spread * ndtri(chances), 0.0)
    return float((gains * ndtr(gains / after + ndtri(held_to))).mean())
