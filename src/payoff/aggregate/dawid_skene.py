"""A confusion matrix for each voter, by expectation and maximisation: the baseline for crowds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from payoff.aggregate.base import Aggregator, check_passes
from payoff.aggregate.coding import Coded, code_votes
from payoff.aggregate.kernels import Floats, count
from payoff.aggregate.majority import shares
from payoff.aggregate.passes import pass_over

SMOOTHING = 0.01  # added to every cell of a confusion matrix, as in the published comparisons


class DawidSkene(Aggregator):
    """Dawid and Skene (1979), started from the shares of the votes: good for crowds, useless for one-sided rules.

    A rule that only ever votes one outcome carries no evidence here, since what it says is certain once it votes.
    `outcomes` are all outcomes, by default those voted. It stops after `max_iter` passes or when the posterior changes
    by less than `tol` on average.

    >>> votes = {"item": [1, 1, 1, 2, 2, 2], "source": ["a", "b", "c"] * 2, "label": list("xxyyyy")}
    >>> DawidSkene().fit(votes).labels_.rows()
    [(1, 'x'), (2, 'y')]
    """

    n_iter_: int

    def __init__(self, *, outcomes: Sequence[str] | None = None, max_iter: int = 150, tol: float = 1e-4) -> None:
        self.outcomes = outcomes
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, votes: Any, gold: Any = None) -> Self:
        """Learn from votes, any table of item, source, label and perhaps voter; gold labels are not used.

        >>> DawidSkene().fit({"item": ["a"], "source": ["ann"], "label": ["spam"]}).proba_.tolist()
        [[1.0]]
        """
        check_passes(self.max_iter, self.tol)
        coded = code_votes(votes, self.outcomes)
        states = shares(coded).astype(np.float32, order="F")
        counts, free = np.zeros((len(coded.voter), len(coded.outcomes))), np.zeros(len(coded.items), dtype=np.bool_)
        count(coded.starts, coded.codes, states, counts)
        self.n_iter_, change = 0, np.inf
        while self.n_iter_ < self.max_iter and change >= self.tol * states.size:
            self.n_iter_ += 1
            evidence, base = confusions(coded, counts), np.log(states.mean(axis=0, dtype=np.float64) + 1e-12)
            counts, change = pass_over(coded, evidence, base, free, states, 1, vouch=True)
        self.items_, self.outcomes_ = coded.items, coded.outcomes
        self.proba_ = states.astype(np.float64, order="C")
        self.prior_ = self.proba_.mean(axis=0)
        return self


def confusions(coded: Coded, counts: Floats) -> Floats:
    """The logarithm of P(label | outcome, voter) of each code, (codes, outcomes), from its counts.

    >>> coded = code_votes({"item": [1], "source": ["r"], "label": ["x"]})
    >>> confusions(coded, np.array([[1.0]])).tolist()
    [[0.0]]
    """
    every = np.zeros((len(coded.voters), len(coded.outcomes)))
    np.add.at(every, coded.voter, counts)
    every += SMOOTHING * len(coded.outcomes)
    table: Floats = np.log((counts + SMOOTHING) / every[coded.voter])
    return table
