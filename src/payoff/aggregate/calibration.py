"""From scores to probabilities one can bet on: voters share their errors, so many votes prove less than they seem."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from payoff.aggregate.base_rates import weighted_tally
from payoff.aggregate.coding import Coded
from payoff.aggregate.kernels import Codes, Floats
from payoff.aggregate.scoring import effective_votes

SHARED = 0.85  # of what a further person or model says, so much was said by the others already
SHARED_BY_RULES = 0.7  # the same of rules
SHARED_ALONE = 0.05  # the same of people whose votes show no sign that they err on the same items
MAJORITY = 0.3  # weight of the plain shares of the votes
MAJORITY_ALONE = 0.05  # the same where there is no such sign
GRID = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 1.0, 1.5, 2.0)
OFFSET, SPREAD = 0.05, 0.7  # before gold is seen, log(shared + OFFSET) is normal with this deviation


@dataclass(frozen=True)
class Doubt:
    """How far votes are doubted beyond what each says."""

    shared: float  # of what a further vote says, so much was said by the others already
    majority: float  # weight of the plain shares of the votes
    usual: float  # what `shared` was believed to be before gold was seen


def calibrated(
    scores: Floats, coded: Coded, prior: Floats, votes: Floats, doubt: Doubt, copies: Floats | None = None
) -> Floats:
    """P(outcome), (items, outcomes): tempered `scores`, log P(outcome), mixed with the shares of the votes.

    `prior`, (outcomes,), are the base rates the scores were made with; one vote of theirs is added to the shares.
    `copies`, (voters,), is how many are copies of one another, for `majority`.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded, even = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"]), np.full(2, 0.5)
    >>> doubt = Doubt(shared=0.5, majority=0.3, usual=0.5)
    >>> calibrated(np.log([[0.8, 0.2]]), coded, even, np.ones(1), doubt).round(6).tolist()  # .7 * .8 + .3 * .75
    [[0.785, 0.215]]
    """
    proba = tempered(scores, prior, votes, doubt.shared)
    np.exp(proba, out=proba)
    proba *= 1 - doubt.majority
    proba += doubt.majority * majority(coded, prior, copies)
    return proba


def unmixed(proba: Floats, coded: Coded, prior: Floats, doubt: Doubt, copies: Floats | None = None) -> Floats:
    """P(outcome), (items, outcomes), before the shares of the votes were mixed in: what voters are measured by.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded, even = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"]), np.full(2, 0.5)
    >>> doubt = Doubt(shared=0.5, majority=0.3, usual=0.5)
    >>> mixed = calibrated(np.log([[0.8, 0.2]]), coded, even, np.ones(1), doubt)
    >>> unmixed(mixed, coded, even, doubt).round(6).tolist()
    [[0.8, 0.2]]
    """
    return np.clip((proba - doubt.majority * majority(coded, prior, copies)) / (1 - doubt.majority), 0, 1)


def majority(coded: Coded, prior: Floats, copies: Floats | None = None) -> Floats:
    """The share of each outcome in the votes of each item and one vote of the base rates `prior`, (items, outcomes).

    Voters that are `copies` of one another, (voters,), have one vote together.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1], "source": ["ann", "bob"], "label": ["x", "x"]}, outcomes=["x", "y"])
    >>> majority(coded, np.array([0.5, 0.5]), np.array([2.0, 2.0])).tolist()
    [[0.75, 0.25]]
    """
    said = coded.tally if copies is None or not (copies > 1).any() else weighted_tally(coded, 1 / copies)
    table: Floats = (said + prior) / (said.sum(axis=1, keepdims=True) + 1)
    return table


def votes_worth(coded: Coded, evidence: Floats, copies: Floats | None = None) -> Floats:
    """How many votes like the most telling one those of each item are worth, (items,): by what each tells.

    `evidence`, (codes, states), is the log-evidence of the votes, that of `copies`, (voters,), shared among them.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1], "source": ["ann", "bob"], "label": ["x", "x"]})
    >>> votes_worth(coded, np.log([[0.9, 0.1], [0.5, 0.5]])).tolist()
    [1.0]
    """
    say = np.ptp(evidence, axis=1)
    alone = say if copies is None else say * copies[coded.voter]
    worth: Floats = effective_votes(coded.starts, coded.codes, say, alone)
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


def usual_doubt(confused: bool, together: float = 1.0) -> Doubt:
    """How far votes are doubted before gold is seen; `together` is how likely people err on the same items.

    >>> usual_doubt(confused=True).shared, usual_doubt(confused=False).shared, usual_doubt(True, together=0.0).shared
    (0.85, 0.7, 0.05)
    """
    shared = SHARED if confused else SHARED_BY_RULES
    share = together * shared + (1 - together) * SHARED_ALONE
    return Doubt(share, together * MAJORITY + (1 - together) * MAJORITY_ALONE, share)


def doubt_by_gold(scores: Floats, prior: Floats, votes: Floats, truth: Codes, doubt: Doubt) -> Doubt:
    """The doubt with the share under which the gold outcomes `truth`, (items,), are likeliest: see `shared_by_gold`.

    >>> sure, wrong = np.log([[0.999, 0.001]] * 50), np.array([0, 1] * 25)
    >>> doubt_by_gold(sure, np.full(2, 0.5), np.full(50, 9), wrong, Doubt(0.5, 0.3, 0.5)).shared
    2.0
    """
    return replace(doubt, shared=shared_by_gold(scores, prior, votes, truth, doubt.usual))


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
