"""Expectation and maximisation: posteriors from evidence, evidence from posteriors, until they settle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma
from scipy.stats import rankdata

from payoff.aggregate.coding import Coded
from payoff.aggregate.evidence import Cast, evidence_of
from payoff.aggregate.hearing import Hearing
from payoff.aggregate.kernels import Codes, Floats, States, count, em_pass
from payoff.aggregate.majority import shares

PRIOR_WEIGHT = 80.0  # gold labels that weigh as much as the base rates the votes suggest
SUBTYPE = 0.1  # items added to each outcome, spread over its subtypes


@dataclass(frozen=True)
class Gold:
    """Outcomes that are known: number of the item and of its outcome (gold,), and counts of all (outcomes,)."""

    item: Codes
    outcome: Codes
    counts: Codes


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

    @property
    def evidence(self) -> Floats:
        """The log-evidence of each code for each state, (codes, states)."""
        return evidence_of(self.counts, self.cast, self.hearing, self.prior, self.subtypes)


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
    (states,) of an earlier fit. Two subtypes, easy and hard, where people vote; else one.

    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.hearing import hear
    >>> coded, none = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}), np.zeros(0, dtype=np.int32)
    >>> learn(coded, hear(coded, None), Gold(none, none, np.zeros(1)), max_iter=9, tol=0).passes
    9
    """
    subtypes = 2 if hearing.people else 1
    seen = len(coded.items) if items is None else items
    cast = Cast(coded.voter, coded.label, coded.fired, gold_votes(coded, gold), seen)
    prior = base_rates(coded, hearing, gold)
    states = start_states(coded, subtypes, shares(coded))
    clamped = clamp(states, gold, subtypes)
    counts = np.zeros((len(coded.voter), states.shape[1]))
    if start is None:
        count(coded.starts, coded.codes, states, counts)
    else:
        em_pass(coded.starts, coded.codes, *start, clamped, states, counts, subtypes)
    passes, moved = 0, np.inf
    while passes < max_iter and moved >= tol * coded.tally.size:
        passes += 1
        evidence = evidence_of(counts, cast, hearing, prior, subtypes)
        base = base_of(states, prior, subtypes)
        counts = np.zeros_like(counts)
        moved = em_pass(coded.starts, coded.codes, evidence, base, clamped, states, counts, subtypes)
    return Learnt(cast, hearing, prior, subtypes, counts, base_of(states, prior, subtypes), passes)


def gold_votes(coded: Coded, gold: Gold) -> Floats:
    """How often each code was cast on an item whose outcome is known, (codes, outcomes).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]})
    >>> gold_votes(coded, Gold(np.array([1]), np.array([0]), np.array([1, 0]))).tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    sizes = coded.sizes[gold.item]
    offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    codes = coded.codes[np.repeat(coded.starts[gold.item], sizes) + offsets]
    votes = np.zeros((len(coded.voter), len(coded.outcomes)))
    np.add.at(votes, (codes, np.repeat(gold.outcome, sizes)), 1.0)
    return votes


def base_rates(coded: Coded, hearing: Hearing, gold: Gold) -> Floats:
    """The base rate of each outcome, (outcomes,): mean share of the votes, or even where only rules vote; then gold.

    Rules are one-sided, so that their shares say nothing of the base rates. One item is spread over all outcomes, and
    the rates are not learnt again from the posterior: that loses accuracy where voters are poor.

    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.hearing import hear
    >>> coded = code_votes({"item": [1, 2, 3], "source": ["ann"] * 3, "label": list("xxy")})
    >>> none = np.zeros(0, dtype=np.int32)
    >>> base_rates(coded, hear(coded, None), Gold(none, none, np.zeros(2))).tolist() == [2.5 / 4, 1.5 / 4]
    True
    """
    outcomes = len(coded.outcomes)
    rates = np.full(outcomes, 1 / outcomes)
    if hearing.confused.any():
        rates = (shares(coded).sum(axis=0) + rates) / (len(coded.items) + 1)
    table: Floats = (PRIOR_WEIGHT * rates + gold.counts) / (PRIOR_WEIGHT + gold.counts.sum())
    return table


def start_states(coded: Coded, subtypes: int, posterior: Floats) -> States:
    """The posterior spread over subtypes, (items, states), float32: the more alike its votes, the easier an item.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1, 2, 2], "source": ["a", "b"] * 2, "label": list("xyxx")})
    >>> start_states(coded, 2, shares(coded))[:, :2].tolist()  # ranks of ease 1/4 and 3/4
    [[0.125, 0.375], [0.75, 0.25]]
    """
    if subtypes == 1:
        return posterior.astype(np.float32)
    alike = (coded.tally.max(axis=1) + 0.5) / (coded.sizes + len(coded.outcomes) / 2)
    easy = (rankdata(alike) - 0.5) / len(alike)
    states = np.empty((*posterior.shape, 2), dtype=np.float32)
    states[:, :, 0] = posterior * easy[:, np.newaxis]
    states[:, :, 1] = posterior * (1 - easy)[:, np.newaxis]
    return states.reshape(len(posterior), -1)


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


def base_of(states: States, prior: Floats, subtypes: int) -> Floats:
    """The log-rate of each state, (states,): the outcome's base rate times the share of the subtype in it.

    >>> base_of(np.array([[0.5, 0.5]], dtype=np.float32), np.array([0.25, 0.75]), 1).round(6).tolist()
    [-1.386294, -0.287682]
    """
    mass = states.sum(axis=0, dtype=np.float64).reshape(len(prior), subtypes) + SUBTYPE / subtypes
    rates = np.log(prior)[:, np.newaxis] + digamma(mass) - digamma(mass.sum(axis=1, keepdims=True))
    table: Floats = rates.ravel()
    return table
