"""From scores to probabilities one can bet on: people share their errors, so many votes prove less than they seem."""

from __future__ import annotations

import numpy as np

from payoff.aggregate.coding import Coded
from payoff.aggregate.kernels import Codes, Floats, Starts
from payoff.aggregate.majority import shares

SHARED = 0.5  # of what a further person says, so much was said by the others already
MAJORITY = 0.1  # weight of the plain shares of the votes
GRID = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
OFFSET, SPREAD = 0.05, 0.7  # before gold is seen, log(shared + OFFSET) is normal with this deviation


def calibrated(scores: Floats, coded: Coded, shared: float) -> Floats:
    """P(outcome), (items, outcomes): tempered `scores`, log P(outcome), mixed with the shares of the votes.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"])
    >>> calibrated(np.log([[0.8, 0.2]]), coded, 0.5).round(6).tolist()  # .9 * .8 + .1 * .75 and .9 * .2 + .1 * .25
    [[0.795, 0.205]]
    """
    proba = tempered(scores, coded.sizes, shared)
    np.exp(proba, out=proba)
    proba *= 1 - MAJORITY
    proba += MAJORITY * shares(coded, added=1)
    return proba


def tempered(scores: Floats, votes: Starts, shared: float) -> Floats:
    """Log P(outcome) when n `votes` of an item are worth n / (1 + shared * (n - 1)), (items, outcomes).

    >>> np.exp(tempered(np.log([[0.8, 0.2]]), np.array([3]), 0.5)).round(6).tolist()  # odds of 4, to the power 1/2
    [[0.666667, 0.333333]]
    """
    table = scores / (1 + shared * np.maximum(votes[:, np.newaxis] - 1, 0))
    table -= table.max(axis=1, keepdims=True)
    table -= np.log(np.exp(table).sum(axis=1, keepdims=True))
    return table


def shared_by_gold(scores: Floats, votes: Starts, truth: Codes, usual: float) -> float:
    """The value of GRID under which the gold outcomes `truth`, (items,), are likeliest, `usual` believed before.

    `scores`, (items, outcomes), are those of the gold items as if their outcomes were not known.

    >>> sure, wrong = np.log([[0.999, 0.001]] * 50), np.array([0, 1] * 25)
    >>> shared_by_gold(sure, np.full(50, 9), wrong, usual=0.5)
    2.0
    """
    worth = []
    for shared in GRID:
        fit = tempered(scores, votes, shared)[np.arange(len(truth)), truth].sum()
        distance = np.log(shared + OFFSET) - np.log(usual + OFFSET)
        worth.append(fit - 0.5 * (distance / SPREAD) ** 2)
    return GRID[int(np.argmax(worth))]
