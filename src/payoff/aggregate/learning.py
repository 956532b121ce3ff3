"""Expectation and maximisation: posteriors from evidence, evidence from posteriors, until they settle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma
from scipy.stats import rankdata

from payoff.aggregate.base_rates import base_rates, start_shares
from payoff.aggregate.cast import Cast, Gold
from payoff.aggregate.coding import Coded
from payoff.aggregate.evidence import evidence_of
from payoff.aggregate.hearing import Hearing
from payoff.aggregate.kernels import Floats, Starts, States, count
from payoff.aggregate.passes import pass_over

STEADY, STRIDE = 4, 3.0  # after four plain passes, counts run ahead, at most three times as far as they would go
TINY = 1e-300
SUBTYPES = 2  # easy and hard
SUBTYPE = 0.1  # items added to each outcome, spread over its subtypes


@dataclass(frozen=True)
class Kept:
    """What each item was counted as, and the sum of it: with these, a few items can be counted again."""

    states: States  # (items, states) as last counted
    mass: Floats  # (states,) their sum


@dataclass(frozen=True)
class Learnt:
    """What the votes taught: counts (codes, states) of how voters vote, the base log-rates (states,), passes made."""

    cast: Cast
    hearing: Hearing
    prior: Floats  # (outcomes,)
    subtypes: int
    counts: Floats
    base: Floats
    passes: int
    kept: Kept | None = None  # by every fit

    @property
    def evidence(self) -> Floats:
        """The log-evidence of each code for each state, (codes, states)."""
        return evidence_of(self.counts, self.cast, self.hearing, self.prior, self.subtypes)[0]


def learn(
    coded: Coded,
    hearing: Hearing,
    gold: Gold,
    *,
    max_iter: int,
    tol: float,
    items: int | None = None,
    start: tuple[Floats, Floats] | None = None,
) -> Learnt:
    """Learn from coded votes, at most `max_iter` passes or until the posterior moves less than `tol` on average.

    `items` is how many items the always-on voters saw, by default those with a vote.
    The first posterior is the shares of the votes, or made from `start`: the evidence (codes, states) and the base
    (states,) of an earlier fit. Two subtypes, easy and hard, where anybody is heard through a
    confusion matrix; else one.

    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.hearing import hear
    >>> coded, none = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}), np.zeros(0, dtype=np.int32)
    >>> learn(coded, hear(coded, None), Gold(none, none, np.zeros(1)), max_iter=9, tol=0).passes
    9
    """
    subtypes = SUBTYPES if hearing.any_confused else 1
    seen = len(coded.items) if items is None else items
    cast = Cast(coded.voter, coded.label, coded.fired, gold_votes(coded, gold), seen)
    prior = base_rates(coded, hearing, gold, seen)
    states = start_states(coded, subtypes, start_shares(coded, hearing))
    clamped = clamp(states, gold, subtypes)
    if start is None:
        counts = np.zeros((len(coded.voter), states.shape[1]))
        count(coded.starts, coded.codes, weighed(states, coded.sizes, clamped), counts)
    else:
        counts, _ = pass_over(coded, *start, clamped, states, subtypes)
    passes, moved, known = 0, np.inf, np.vstack([counts, mass_of(states)])
    path = [known]
    while passes < max_iter and moved >= tol * coded.tally.size:
        passes += 1
        evidence, silence = evidence_of(path[-1][:-1], cast, hearing, prior, subtypes)
        base = base_of(path[-1][-1], prior, subtypes) + silence
        counts, moved = pass_over(coded, evidence, base, clamped, states, subtypes)
        known = np.vstack([counts, mass_of(states)])
        path.append(known)
        if len(path) == 3:
            path = [known if passes <= STEADY else ahead(*path)]
    _, silence = evidence_of(known[:-1], cast, hearing, prior, subtypes)
    base, kept = base_of(known[-1], prior, subtypes) + silence, Kept(states, known[-1])
    return Learnt(cast, hearing, prior, subtypes, known[:-1], base, passes, kept)


def ahead(first: Floats, second: Floats, third: Floats) -> Floats:
    """Where counts are going that passes took from `first` to `second` to `third`, (rows, states), none below zero.

    The sums of the rows stay. A step of 1 would be `third`; the less the passes turn, the longer it is, up to STRIDE.
    Source: Varadhan and Roland, "Simple and globally convergent methods for accelerating the convergence of any EM
    algorithm" (2008), scheme S3.

    >>> ahead(np.array([[8.0, 8.0]]), np.array([[10.0, 6.0]]), np.array([[11.0, 5.0]])).tolist()  # halved: 2, 1, ...
    [[12.0, 4.0]]
    """
    pace = second - first
    turn = (third - second) - pace
    step = min(max(float(np.linalg.norm(pace)) / max(float(np.linalg.norm(turn)), TINY), 1.0), STRIDE)
    table: Floats = np.maximum(first + 2 * step * pace + step**2 * turn, 0)
    table *= first.sum(axis=1, keepdims=True) / np.maximum(table.sum(axis=1, keepdims=True), TINY)
    return table


def gold_votes(coded: Coded, gold: Gold) -> Floats:
    """How often each code was cast on an item whose outcome is known, (codes, outcomes).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]})
    >>> gold_votes(coded, Gold(np.array([1]), np.array([0]), np.array([1, 0]))).tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    known = coded.at(gold.item)
    votes = np.zeros((len(coded.voter), len(coded.outcomes)))
    np.add.at(votes, (known.codes, np.repeat(gold.outcome, known.sizes)), 1.0)
    return votes


def weighed(states: States, votes: Starts, clamped: NDArray[np.bool_]) -> States:
    """What each item counts as, (items, states): (votes - 1) / votes of its `states`, or all where `clamped`.

    A vote cannot vouch for itself.

    >>> weighed(np.ones((2, 1), dtype=np.float32), np.array([1, 4]), np.zeros(2, dtype=np.bool_)).tolist()
    [[0.0], [0.75]]
    """
    part = np.where(clamped, 1.0, (votes - 1) / np.maximum(votes, 1)).astype(np.float32)
    return np.asarray(states * part[:, np.newaxis])


def start_states(coded: Coded, subtypes: int, posterior: Floats) -> States:
    """The posterior spread over subtypes, (items, states), float32: the more alike its votes, the easier an item.

    In memory a state lies item after item, as `em_pass` reads it.

    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.majority import shares
    >>> coded = code_votes({"item": [1, 1, 2, 2], "source": ["a", "b"] * 2, "label": list("xyxx")})
    >>> start_states(coded, 2, shares(coded))[:, :2].tolist()  # ranks of ease 1/4 and 3/4
    [[0.125, 0.375], [0.75, 0.25]]
    """
    if subtypes == 1:
        return posterior.astype(np.float32, order="F")
    alike = (coded.tally.max(axis=1) + 0.5) / (coded.sizes + len(coded.outcomes) / 2)
    easy = (rankdata(alike) - 0.5) / len(alike)
    states = np.empty((posterior.shape[1], 2, len(easy)), dtype=np.float32)
    np.multiply(posterior.T, easy, out=states[:, 0], casting="unsafe")
    np.multiply(posterior.T, 1 - easy, out=states[:, 1], casting="unsafe")
    return states.reshape(-1, len(easy)).T


def clamp(states: States, gold: Gold, subtypes: int) -> NDArray[np.bool_]:
    """Set the states of gold items to their outcome, in place, and return which items are clamped, (items,).

    >>> states = np.full((2, 2), 0.5, dtype=np.float32)
    >>> clamp(states, Gold(np.array([1]), np.array([0]), np.array([1, 0])), 1).tolist(), states.tolist()
    ([False, True], [[0.5, 0.5], [1.0, 0.0]])
    """
    clamped = np.zeros(len(states), dtype=np.bool_)
    clamped[gold.item] = True
    states[gold.item] = 0
    for subtype in range(subtypes):
        states[gold.item, gold.outcome * subtypes + subtype] = 1 / subtypes
    return clamped


def mass_of(states: States) -> Floats:
    """How many items are in each state, (states,).

    >>> mass_of(np.array([[0.5, 0.5], [0.25, 0.75]], dtype=np.float32)).tolist()
    [0.75, 1.25]
    """
    total: Floats = states.sum(axis=0, dtype=np.float64)
    return total


def base_of(mass: Floats, prior: Floats, subtypes: int) -> Floats:
    """The log-rate of each state, (states,): the outcome's base rate times the share of the subtype in its `mass`.

    >>> base_of(np.array([4.0, 4.0]), np.array([0.25, 0.75]), 1).round(6).tolist()
    [-1.386294, -0.287682]
    """
    shared = mass.reshape(len(prior), subtypes) + SUBTYPE / subtypes
    rates = np.log(prior)[:, np.newaxis] + digamma(shared) - digamma(shared.sum(axis=1, keepdims=True))
    table: Floats = rates.ravel()
    return table
