"""What constant decisions and perfect knowledge earn under any base rates, seen from the payoffs of a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from payoff.decide import Floats
from payoff.names import outcome_in_words
from payoff.objective import Objective, Stakes
from payoff.project.workplace import Workplace
from payoff.stakes import break_even, worths

GRID = np.linspace(0.0, 1.0, 61)  # base rates of the last of two outcomes that the chart shows
FEW = 100  # items of which the limits are held on each base rate of the chart
HEAVY = 0.7  # with more than two outcomes unknown: each in turn is so common


@dataclass(frozen=True)
class Prospect:
    """Payoffs of n items, (n or 1, D, K), with what is known of their outcomes: weights (n, K), and base rates or None.

    `table` holds the items where payoffs read columns, `given` the expected value of cells known only afterwards.
    """

    objective: Objective
    payoffs: Floats
    outcomes: Floats
    known: Floats | None
    table: pl.DataFrame | None
    given: Mapping[tuple[str, str], float]
    column: str | None = None

    def named(self, outcome: str) -> str:
        """An outcome as one reads it, with its `column` where its bare name says nothing."""
        return outcome_in_words(outcome, self.objective.outcomes, self.column)

    @cached_property
    def cells(self) -> Floats:
        """Mean payoff of each decision under each outcome, (D, K), over the items of that outcome as far as known."""
        every = np.broadcast_to(self.payoffs, (len(self.outcomes), *self.payoffs.shape[1:]))
        means: Floats = np.einsum("ndk,nk->dk", every, self.outcomes)
        return means

    @property
    def rates(self) -> Floats:
        """The base rates as known so far, (K,); even ones before any is."""
        many = len(self.objective.outcomes)
        return np.full(many, 1 / many) if self.known is None else self.known

    @cached_property
    def perfect(self) -> Floats:
        """What knowing it earns under each outcome, (K,)."""
        return np.asarray((self.payoffs.max(axis=1) * self.outcomes).sum(axis=0))

    def at(self, rates: Floats) -> Stakes:
        """The stakes under base rates (K,)."""
        objective = self.objective
        if objective.limits:
            return objective.stakes(
                dict(zip(objective.outcomes, rates.tolist(), strict=True)), self.table, given=self.given
            )
        constant, worth, _ = worths(self.cells[None], rates)
        perfect = float(self.perfect @ rates)
        return Stakes(
            objective.decisions[constant], worth, perfect, perfect - worth, unit=objective.unit, volume=objective.volume
        )

    def along(self) -> list[Stakes]:
        """The stakes at every base rate of the chart, with two outcomes."""
        few = self
        if self.objective.limits and self.table is not None and len(self.table) > FEW:
            rows = np.linspace(0, len(self.table) - 1, FEW).round().astype(int)
            few = Prospect(self.objective, self.payoffs, self.outcomes, None, self.table[rows], self.given, self.column)
        return [few.at(np.array([1 - rate, rate])) for rate in GRID]

    def stretches(self) -> list[tuple[float, str]]:
        """With two outcomes: from which base rate of the last one each decision is the best constant, in order."""
        rows = break_even(self.cells, self.objective.decisions, self.objective.outcomes).drop_nulls("low")
        return [(float(low), decision) for decision, _, low, _ in rows.sort("low").iter_rows()]

    def scenarios(self) -> list[tuple[str, Floats]]:
        """Base rates by name where none is known and there are more than two outcomes: even, and each one common."""
        outcomes = self.objective.outcomes
        many = len(outcomes)
        heavy = np.full((many, many), (1 - HEAVY) / (many - 1))
        np.fill_diagonal(heavy, HEAVY)
        named = [(f"{HEAVY:.0%} {self.named(outcome)}", rates) for outcome, rates in zip(outcomes, heavy, strict=True)]
        return [("even", self.rates), *named]

    def with_cell(self, decision: str, outcome: str, value: float) -> Prospect:
        """The same were one cell this number for every item."""
        payoffs = self.payoffs.copy()
        payoffs[:, self.objective.decisions.index(decision), self.objective.outcomes.index(outcome)] = value
        objective = self.objective.with_cells({(decision, outcome): value})
        return Prospect(objective, payoffs, self.outcomes, self.known, self.table, self.given, self.column)

    def turns(self, first: str, then: str) -> Floats:
        """With two outcomes: the probability of the last one from which `then` is worth more than `first`, each item.

        Nought where it always is, 1 where it never is.
        """
        decisions = self.objective.decisions
        gain = self.payoffs[:, decisions.index(then)] - self.payoffs[:, decisions.index(first)]
        at_none, at_all = gain.T
        turn = np.divide(at_none, at_none - at_all, out=np.ones(len(gain)), where=(at_none < 0) & (at_all > 0))
        return np.asarray(np.where(at_none >= 0, 0.0, turn))


def prospect_of(at: Workplace) -> Prospect:
    """The prospect of a project: of its labelled items where there are any, else of all with base rates not known."""
    evidence, ground = at.standing().bench.evidence, at.ground
    table = ground.items.table if ground.objective.columns else None
    payoffs = evidence.sight.payoffs
    rows = np.flatnonzero(evidence.labelled)
    if len(rows):
        weights = evidence.posterior[rows] * ground.weights[rows, None]
        payoffs = payoffs if len(payoffs) == 1 else payoffs[rows]
    else:
        weights = np.tile(ground.weights[:, None], (1, len(ground.objective.outcomes)))
    base = evidence.base if len(rows) else None
    column = ground.items.roles.outcome
    return Prospect(ground.objective, payoffs, _shared(weights), base, table, evidence.given, column)


def _shared(weights: Floats) -> Floats:
    """Weights (n, K) that add up to 1 under each outcome; an outcome nobody saw is taken to be like all items."""
    weights = np.where(weights.sum(axis=0) > 0, weights, weights.sum(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=0))
