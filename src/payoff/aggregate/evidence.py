"""What a vote says: from counts of how voters have voted to the log-evidence of each vote for each outcome."""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, expit, logit

from payoff.aggregate.cast import Cast
from payoff.aggregate.firing import SURE, firing
from payoff.aggregate.hearing import Hearing, Ints
from payoff.aggregate.kernels import Codes, Floats

# Strengths of belief, in votes; one set for every table of votes.
LIKE_ITS_POOL = 24.0  # a voter confuses outcomes as its pool does
SKILLED_AS_ITS_POOL = 8.0  # a voter is right as often as its pool
RIGHT, RIGHT_WEIGHT = 0.7, 20.0  # a pool is right so often
EXPERT_RIGHT, EXPERT_WEIGHT = 0.97, 200.0
LEARNT, EXPERT_LEARNT = 50.0, 2.0  # votes, at most, by which others teach what an always-on voter, an expert is


def evidence_of(counts: Floats, cast: Cast, hearing: Hearing, prior: Floats, subtypes: int) -> tuple[Floats, Floats]:
    """The log-evidence of each code, (codes, states), from its `counts`, and that of silence on everything, (states,).

    A rule that votes takes its silence back: both are in its evidence.

    >>> cast = Cast(np.array([0]), np.array([1]), np.array([2]), np.zeros((1, 2)), items=20)
    >>> hearing = Hearing(np.array(["rule"], dtype=object), np.array([False]), np.array([0]), np.array([1.0]))
    >>> evidence, silence = evidence_of(np.array([[0.0, 2.0]]), cast, hearing, np.array([0.5, 0.5]), 1)
    >>> np.exp(evidence + silence).round(6).tolist()  # right in 85 of 100, at even base rates
    [[0.3, 1.7]]
    """
    split = counts.reshape(len(counts), len(prior), subtypes)
    evidence, silence = np.empty_like(split), np.zeros((len(prior), 1))
    rows = hearing.confused[cast.voter]
    copies = hearing.copies[cast.voter][:, np.newaxis, np.newaxis]
    if rows.any():
        evidence[rows] = confusion(split[rows], cast.voter[rows], cast.label[rows], hearing)
    if not rows.all():
        fires, silent = firing(split[~rows].sum(axis=2), cast.of(~rows), prior)
        evidence[~rows] = (fires - silent)[:, :, np.newaxis]
        silence = (silent / copies[~rows, :, 0]).sum(axis=0)[:, np.newaxis]
    evidence /= copies
    return evidence.reshape(counts.shape), np.repeat(silence, subtypes, axis=1).ravel()


def confusion(split: Floats, voter: Codes, label: Codes, hearing: Hearing) -> Floats:
    """Log P(label | outcome, subtype, voter), (codes, outcomes, subtypes): the mean under a Dirichlet posterior.

    The prior of a voter is its pool's confusion, shifted to the voter's own skill. Source: the variational treatment
    of Kim and Ghahramani, "Bayesian classifier combination" (2012), with a prior learnt from the pool.

    >>> hearing = Hearing(np.array(["crowd"], dtype=object), np.array([True]), np.array([0]), np.array([1.0]))
    >>> votes, codes = np.array([[[90.0], [0.0]], [[10.0], [100.0]]]), np.array([0, 1])
    >>> np.exp(confusion(votes, np.array([0, 0]), codes, hearing)[:, :, 0]).round(1).tolist()
    [[0.9, 0.0], [0.1, 1.0]]
    """
    split = split * learnt_from(hearing, voter, split)[:, np.newaxis, np.newaxis]
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


def learnt_from(hearing: Hearing, voter: Codes, split: Floats) -> Floats:
    """Which part of the counts of each code is learnt from, (codes,): all of a crowd's, of others a few votes a voter.

    Experts are trusted, and a crowd that errs must not teach that they err. Always-on voters are few and err on the
    same items, so that the many items they vote on mostly teach that they agree.

    >>> hearing = Hearing(np.array(["expert"], dtype=object), np.array([True]), np.array([0]), np.array([1.0]))
    >>> learnt_from(hearing, np.array([0]), np.array([[[100.0], [100.0]]])).tolist() == [EXPERT_LEARNT / 200]
    True
    """
    votes = np.bincount(voter, weights=split.sum(axis=(1, 2)), minlength=len(hearing.pool))
    most = np.where(hearing.kind == "expert", EXPERT_LEARNT, LEARNT)
    part: Floats = np.minimum(1, most / np.maximum(votes, SURE))[voter]
    return np.where(hearing.kind[voter] == "crowd", 1.0, part)


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
