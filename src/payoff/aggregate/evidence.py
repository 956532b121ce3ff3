"""What a vote says: from counts of how voters have voted to the log-evidence of each vote for each outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, logit

from payoff.aggregate.hearing import Hearing, Ints
from payoff.aggregate.kernels import Codes, Floats

# Strengths of belief, in votes; one set for every table of votes, chosen on 27 crowds and three sets of rules.
LIKE_ITS_POOL = 16.0  # a voter confuses outcomes as its pool does
SKILLED_AS_ITS_POOL = 4.0  # a voter is right as often as its pool
RIGHT, RIGHT_WEIGHT = 0.7, 20.0  # a pool is right so often
EXPERT_RIGHT, EXPERT_WEIGHT = 0.97, 200.0
RULE_ODDS, RULE_TRUST = 9.0, 0.8  # a rule multiplies the odds of its label by 9: this belief against its votes
RULE_GOLD = 8.0  # gold labels of a rule that weigh as much as both
RULE_CAP = 0.98  # no rule fires under an outcome on more than so many of that outcome's items
SURE = 1e-6  # no rate is nearer to 0 or 1


@dataclass(frozen=True)
class Cast:
    """What was cast: a code is one voter with one label, and every array has a row per code."""

    voter: Codes
    label: Codes
    fired: Ints  # votes
    gold: Floats  # (codes, outcomes) votes on items with gold
    items: int  # items with a vote


def evidence_of(counts: Floats, cast: Cast, hearing: Hearing, prior: Floats, subtypes: int) -> Floats:
    """The log-evidence of each code for each state from its `counts`, both (codes, states).

    >>> cast = Cast(np.array([0]), np.array([1]), np.array([8]), np.zeros((1, 2)), items=20)
    >>> hearing = Hearing(np.array(["rule"], dtype=object), np.array([False]), np.array([0]), np.array([1.0]))
    >>> evidence = evidence_of(np.array([[0.0, 8.0]]), cast, hearing, np.array([0.5, 0.5]), 1)
    >>> np.exp(evidence).round(6).tolist()  # (.2 * 8 + .8 * 8 * .9) / 8 / .5 = 1.84
    [[0.16, 1.84]]
    """
    split = counts.reshape(len(counts), len(prior), subtypes)
    evidence = np.empty_like(split)
    rows = hearing.confused[cast.voter]
    if rows.any():
        evidence[rows] = confusion(split[rows], cast.voter[rows], cast.label[rows], hearing)
    if not rows.all():
        evidence[~rows] = firing(split.sum(axis=2), cast, prior)[~rows, :, np.newaxis]
    evidence /= hearing.copies[cast.voter][:, np.newaxis, np.newaxis]
    return evidence.reshape(counts.shape)


def confusion(split: Floats, voter: Codes, label: Codes, hearing: Hearing) -> Floats:
    """Log P(label | outcome, subtype, voter), (codes, outcomes, subtypes): the mean under a Dirichlet posterior.

    The prior of a voter is its pool's confusion, shifted to the voter's own skill. Source: the variational treatment
    of Kim and Ghahramani, "Bayesian classifier combination" (2012), with a prior learnt from the pool.

    >>> hearing = Hearing(np.array(["crowd"], dtype=object), np.array([True]), np.array([0]), np.array([1.0]))
    >>> votes, codes = np.array([[[90.0], [0.0]], [[10.0], [100.0]]]), np.array([0, 1])
    >>> np.exp(confusion(votes, np.array([0, 0]), codes, hearing)[:, :, 0]).round(1).tolist()
    [[0.9, 0.0], [0.1, 1.0]]
    """
    counts = split.sum(axis=2)
    typical = pooled_confusion(counts, hearing.pool[voter], label, hearing)
    shift = skill_shift(counts, voter, label, hearing)
    diagonal = np.diagonal(typical, axis1=1, axis2=2)
    own = expit(logit(diagonal)[hearing.pool[voter]] + shift[voter][:, np.newaxis])
    wrong = (1 - own) / (1 - diagonal[hearing.pool[voter]])
    expected = typical[hearing.pool[voter], :, label]
    hit = np.arange(counts.shape[1]) == label[:, np.newaxis]
    expected = np.where(hit, own, expected * wrong)
    total = np.zeros((len(hearing.pool), *split.shape[1:]))
    np.add.at(total, voter, split)
    evidence: Floats = digamma(split + LIKE_ITS_POOL * expected[:, :, np.newaxis])
    evidence -= digamma(total + LIKE_ITS_POOL)[voter]
    return evidence


def pooled_confusion(counts: Floats, pool: Ints, label: Codes, hearing: Hearing) -> Floats:
    """P(label | outcome) of each pool, (pools, outcomes, labels), from the counts of its codes, (codes, outcomes).

    >>> hearing = Hearing(np.array(["crowd"], dtype=object), np.array([True]), np.array([0]), np.array([1.0]))
    >>> confusions = pooled_confusion(np.array([[20.0, 0.0]]), np.array([0]), np.array([0]), hearing)
    >>> confusions[0, 0].round(6).tolist()  # (20 + 20 * .7) / 40 and 20 * .3 / 40
    [0.85, 0.15]
    """
    outcomes = counts.shape[1]
    right, weight = expected_right(hearing)
    wrong = (1 - right) / max(outcomes - 1, 1)
    same = np.eye(outcomes, dtype=np.bool_)
    confusions: Floats = np.where(same, right[:, np.newaxis, np.newaxis], wrong[:, np.newaxis, np.newaxis])
    confusions *= weight[:, np.newaxis, np.newaxis]
    np.add.at(confusions.transpose(0, 2, 1), (pool, label), counts)
    confusions /= confusions.sum(axis=2, keepdims=True)
    return np.clip(confusions, SURE, 1 - SURE)


def expected_right(hearing: Hearing) -> tuple[Floats, Floats]:
    """How often each pool is expected to be right, and how many votes that belief weighs, (pools,) each.

    >>> hearing = Hearing(np.array(["expert"], dtype=object), np.array([True]), np.array([0]), np.array([1.0]))
    >>> expected_right(hearing)
    (array([0.97]), array([200.]))
    """
    expert = np.zeros(hearing.pool.max() + 1, dtype=np.bool_)
    expert[hearing.pool] = hearing.kind == "expert"
    return np.where(expert, EXPERT_RIGHT, RIGHT), np.where(expert, EXPERT_WEIGHT, RIGHT_WEIGHT)


def skill_shift(counts: Floats, voter: Codes, label: Codes, hearing: Hearing) -> Floats:
    """How much better each voter is than its pool, in log odds of being right, (voters,).

    >>> hearing = Hearing(np.array(["crowd"], dtype=object), np.array([True]), np.array([0]), np.array([1.0]))
    >>> skill_shift(np.array([[0.7, 0.3]]), np.array([0]), np.array([0]), hearing).round(9).tolist()  # as expected
    [0.0]
    """
    voters = len(hearing.pool)
    right = np.bincount(voter, weights=counts[np.arange(len(label)), label], minlength=voters)
    votes = np.bincount(voter, weights=counts.sum(axis=1), minlength=voters)
    expected, weight = expected_right(hearing)
    pool = np.bincount(hearing.pool, weights=right) + weight * expected
    typical = (pool / (np.bincount(hearing.pool, weights=votes) + weight))[hearing.pool]
    own = (right + SKILLED_AS_ITS_POOL * typical) / (votes + SKILLED_AS_ITS_POOL)
    shift: Floats = logit(np.clip(own, SURE, 1 - SURE)) - logit(np.clip(typical, SURE, 1 - SURE))
    return shift


def firing(counts: Floats, cast: Cast, prior: Floats) -> Floats:
    """Log of how much oftener a rule fires under each outcome than in all, (codes, outcomes).

    It rests on the belief that a rule multiplies the odds of its label by RULE_ODDS, on its votes, and on gold. Since a
    rule sees every item, silence is heard through the rate: no rule fires on more items of an outcome than there are,
    the rest of its votes fall to the other outcomes.

    >>> cast = Cast(np.array([0]), np.array([0]), np.array([4]), np.array([[0.0, 8.0]]), items=4)
    >>> np.exp(firing(np.array([[4.0, 0.0]]), cast, np.array([0.5, 0.5]))).round(6).tolist()
    [[1.02, 0.98]]
    """
    fired = np.maximum(cast.fired, 1)[:, np.newaxis]
    believed = np.where(np.arange(len(prior)) == cast.label[:, np.newaxis], RULE_ODDS, 1.0) * prior
    believed /= believed.sum(axis=1, keepdims=True)
    share = (1 - RULE_TRUST) * counts / fired + RULE_TRUST * believed
    share = (RULE_GOLD * share + cast.gold) / (RULE_GOLD + cast.gold.sum(axis=1, keepdims=True))
    share[cast.fired == 0] = prior  # a vote that was never seen says nothing
    room = RULE_CAP * cast.items / fired * prior
    over, free = np.maximum(share - room, 0), np.where(share < room, prior, 0)
    moved = over.sum(axis=1, keepdims=True) * free / np.maximum(free.sum(axis=1, keepdims=True), SURE)
    oftener: Floats = np.maximum((share - over + moved) / prior, SURE)
    return np.log(oftener, out=oftener)
