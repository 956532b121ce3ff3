"""From scores to probabilities one can bet on: voters share their errors, so many votes prove less than they seem."""

from __future__ import annotations

import numpy as np

from payoff.aggregate.coding import Coded
from payoff.aggregate.kernels import Codes, Floats
from payoff.aggregate.scoring import effective_votes

SHARED = 0.85  # of what a further person or model says, so much was said by the others already
SHARED_BY_RULES = 0.7  # the same of rules
MAJORITY = 0.3  # weight of the plain shares of the votes
GRID = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 1.0, 1.5, 2.0)
OFFSET, SPREAD = 0.05, 0.7  # before gold is seen, log(shared + OFFSET) is normal with this deviation


def calibrated(scores: Floats, coded: Coded, prior: Floats, votes: Floats, shared: float) -> Floats:
    """P(outcome), (items, outcomes): tempered `scores`, log P(outcome), mixed with the shares of the votes.

    `prior`, (outcomes,), are the base rates the scores were made with; one vote of theirs is added to the shares.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded, even = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"]), np.full(2, 0.5)
    >>> calibrated(np.log([[0.8, 0.2]]), coded, even, np.ones(1), 0.5).round(6).tolist()  # .7 * .8 + .3 * .75
    [[0.785, 0.215]]
    """
    proba = tempered(scores, prior, votes, shared)
    np.exp(proba, out=proba)
    proba *= 1 - MAJORITY
    proba += MAJORITY * majority(coded, prior)
    return proba


def unmixed(proba: Floats, coded: Coded, prior: Floats) -> Floats:
    """P(outcome), (items, outcomes), before the shares of the votes were mixed in: what voters are measured by.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded, even = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"]), np.full(2, 0.5)
    >>> unmixed(calibrated(np.log([[0.8, 0.2]]), coded, even, np.ones(1), 0.5), coded, even).round(6).tolist()
    [[0.8, 0.2]]
    """
    return np.clip((proba - MAJORITY * majority(coded, prior)) / (1 - MAJORITY), 0, 1)


def majority(coded: Coded, prior: Floats) -> Floats:
    """The share of each outcome in the votes of each item and one vote of the base rates `prior`, (items, outcomes).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"])
    >>> majority(coded, np.array([0.5, 0.5])).tolist()
    [[0.75, 0.25]]
    """
    table: Floats = (coded.tally + prior) / (coded.sizes[:, np.newaxis] + 1)
    return table


def votes_worth(coded: Coded, evidence: Floats) -> Floats:
    """How many votes like the most telling one those of each item are worth, (items,): by what each tells.

    `evidence`, (codes, states), is the log-evidence of the votes.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1], "source": ["ann", "bob"], "label": ["x", "x"]})
    >>> votes_worth(coded, np.log([[0.9, 0.1], [0.5, 0.5]])).tolist()
    [1.0]
    """
    worth: Floats = effective_votes(coded.starts, coded.codes, np.ptp(evidence, axis=1))
    return worth


def tempered(scores: Floats, prior: Floats, votes: Floats, shared: float) -> Floats:
    """Log P(outcome) when n `votes` of an item are worth n / (1 + shared * (n - 1)), (items, outcomes).

    `scores` are log P(outcome) under the base rates `prior`. Those are no vote, and are doubted by the root only.

    >>> np.exp(tempered(np.log([[0.8, 0.2]]), np.full(2, 0.5), np.array([3]), 0.5)).round(6).tolist()  # odds of 4 ** .5
    [[0.666667, 0.333333]]
    """
    sharp = 1 / (1 + shared * np.maximum(votes[:, np.newaxis] - 1, 0))
    base = np.log(prior)
    table = (scores - base) * sharp
    table += base * np.sqrt(sharp)
    table -= table.max(axis=1, keepdims=True)
    table -= np.log(np.exp(table).sum(axis=1, keepdims=True))
    return table


def usual_share(confused: bool) -> float:
    """How much of one vote the others said already, before gold is seen.

    >>> usual_share(confused=True), usual_share(confused=False)
    (0.85, 0.7)
    """
    return SHARED if confused else SHARED_BY_RULES


def shared_by_gold(scores: Floats, prior: Floats, votes: Floats, truth: Codes, usual: float) -> float:
    """The value of GRID under which the gold outcomes `truth`, (items,), are likeliest, `usual` believed before.

    `scores`, (items, outcomes), are those of the gold items as if their outcomes were not known.

    >>> sure, wrong = np.log([[0.999, 0.001]] * 50), np.array([0, 1] * 25)
    >>> shared_by_gold(sure, np.full(2, 0.5), np.full(50, 9), wrong, usual=0.5)
    2.0
    """
    if not len(truth):
        return usual
    worth = []
    for shared in GRID:
        fit = tempered(scores, prior, votes, shared)[np.arange(len(truth)), truth].sum()
        distance = np.log(shared + OFFSET) - np.log(usual + OFFSET)
        worth.append(fit - 0.5 * (distance / SPREAD) ** 2)
    return GRID[int(np.argmax(worth))]
