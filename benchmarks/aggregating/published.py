"""Published methods of which no maintained package is at hand: our own plain code of the formulas in the papers.

Each takes votes as numbers and gives P(outcome), (items, outcomes). `A`, (items, voters * outcomes), holds a 1 for
every vote; a row of a table (voters * outcomes, states) is one voter with one label.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import digamma, gammaln, softmax

from aggregating.peers import Tuples

Floats = NDArray[np.float64]

RIGHT, WRONG = 4.0, 1.0  # Dirichlet prior of a row of a confusion matrix, on and off the diagonal
SUBTYPES, SPARSE = 10, 0.1  # of an outcome, and the Dirichlet prior of their shares, in all
STARTS, PASSES = 3, 500


def incidence(votes: Tuples) -> sparse.csr_array:
    items, voters, outcomes = votes.sizes
    code = votes.voter * outcomes + votes.label
    return sparse.csr_array((np.ones(len(code)), (votes.item, code)), shape=(items, voters * outcomes))


def shares(votes: Tuples) -> Floats:
    """Share of the votes of each item, (items, outcomes)."""
    items, _, outcomes = votes.sizes
    count = np.zeros((items, outcomes))
    np.add.at(count, (votes.item, votes.label), 1)
    return np.asarray(count / count.sum(axis=1, keepdims=True))


def ibcc(votes: Tuples) -> Floats:
    """Kim and Ghahramani, "Bayesian classifier combination" (2012), variational: a confusion matrix a voter."""
    return subtyped(votes, shares(votes)[:, :, np.newaxis], np.ones(len(votes.outcomes)))[0]


def ebcc(votes: Tuples) -> Floats:
    """Li, Rubinstein and Cohn, "Exploiting worker correlation" (ICML 2019): ten subtypes, the best of 3 starts."""
    share = shares(votes)
    runs = []
    for seed in range(STARTS):  # the old generator of numpy: with it the runs are those of the authors' code
        split = np.random.RandomState(seed).dirichlet(np.ones(SUBTYPES), share.shape)
        runs.append(subtyped(votes, share[:, :, np.newaxis] * split, share.sum(axis=0)))
    return max(runs, key=lambda run: run[1])[0]


def subtyped(votes: Tuples, start: Floats, usual: Floats) -> tuple[Floats, float]:
    """Variational Bayes from `start`, (items, outcomes, subtypes), with a Dirichlet prior `usual` of the base rates.

    Returns the posterior and the evidence lower bound.
    """
    A = incidence(votes)
    items, outcomes, subtypes = start.shape
    diagonal = np.full((outcomes, outcomes), WRONG) + (RIGHT - WRONG) * np.eye(outcomes)
    prior = np.broadcast_to(diagonal[np.newaxis, :, :, np.newaxis], (votes.voters, outcomes, outcomes, subtypes))
    state, posterior = start.reshape(items, -1), start.sum(axis=2)
    for _ in range(PASSES):
        count = (A.T @ state).reshape(votes.voters, outcomes, outcomes, subtypes)  # voter, label, outcome, subtype
        confusion = count + prior
        rates = usual + posterior.sum(axis=0)
        split = SPARSE / subtypes + state.sum(axis=0).reshape(outcomes, subtypes)
        base = expected_log(rates, 0)[:, np.newaxis] + expected_log(split, 1)
        scores = A @ expected_log(confusion, 1).reshape(-1, outcomes * subtypes) + base.ravel()
        state = softmax(scores, axis=1)
        last, posterior = posterior, state.reshape(items, outcomes, subtypes).sum(axis=2)
        if np.allclose(last, posterior, atol=1e-3):
            break
    bound = gain(confusion, np.asarray(prior), 1) + gain(rates, usual, 0)
    bound += gain(split, np.full_like(split, SPARSE / subtypes), 1)
    return posterior, bound - float((state * np.log(np.maximum(state, 1e-300))).sum())


def expected_log(counts: Floats, axis: int) -> Floats:
    """Mean of the logarithm under a Dirichlet."""
    return np.asarray(digamma(counts) - digamma(counts.sum(axis=axis, keepdims=True)))


def gain(counts: Floats, prior: Floats, axis: int) -> float:
    """Logarithm of the normalising constant of a Dirichlet over that of its prior, summed."""

    def constant(each: Floats) -> float:
        return float(gammaln(each).sum() - gammaln(each.sum(axis=axis)).sum())

    return constant(counts) - constant(prior)


def bwa(votes: Tuples, weight: float = 15.0, pull: float = 1.0) -> Floats:
    """Li, Rubinstein and Cohn, "Truth inference at scale" (WWW 2019): one precision a voter, outcome by outcome."""
    items, voters, outcomes = votes.sizes
    here = sparse.csr_array((np.ones(len(votes.item)), (votes.item, votes.voter)), shape=(items, voters))
    per_item, per_voter = np.bincount(votes.item, minlength=items), np.bincount(votes.voter, minlength=voters)
    result = shares(votes)
    for k in range(outcomes):
        said = votes.label == k
        yes = sparse.csr_array((np.ones(said.sum()), (votes.item[said], votes.voter[said])), shape=(items, voters))
        truth = result[:, k].copy()
        scatter = per_item @ (truth * (1 - truth)) / len(votes.item) * 4 * (1 - 1 / outcomes)
        for _ in range(PASSES):
            missed = here.T @ truth**2 - 2 * (yes.T @ truth) + np.asarray(yes.sum(axis=0)).ravel()
            precision = (weight + per_voter) / np.maximum(weight * scatter + missed, 1e-6)
            last, truth = truth, (pull * truth.mean() + yes @ precision) / (pull + here @ precision)
            if np.allclose(last, truth, rtol=1e-3):
                break
        result[:, k] = truth
    return np.asarray(result / result.sum(axis=1, keepdims=True))


PUBLISHED = {"IBCC": ibcc, "EBCC": ebcc, "BWA": bwa}
