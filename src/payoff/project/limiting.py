"""Decisions under the limits of the objective, on any table of items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from payoff.decide import Floats, Ints, Limit, Marks, chance_right
from payoff.judge.bars import Tally
from payoff.names import names_of
from payoff.objective import Objective
from payoff.policies import Sight
from payoff.project.ground import Ground

Kind = Literal["precision", "recall"]

# Where nothing is shown of a group: no item gets a decision whose precision must hold, each one whose recall must.
UNSHOWN: dict[Kind, float] = {"precision": np.inf, "recall": -np.inf}
NO_LABELS = Tally(0.0, 0.0)


@dataclass(frozen=True)
class Bar:
    """What a limit with confidence asks of the items of one group, beyond what it asks on average.

    Precision: an item whose probability of being right is below `least` may not get the decision; recall: one at
    `least` or above gets it. `tally` is what known outcomes of the learning part, met out of fold, say of the share,
    `needed` how many of them must count for it to be shown at all; `shown`: whether they show that it holds.
    """

    limit: Limit
    kind: Kind
    group: str | None
    least: float
    tally: Tally = NO_LABELS
    needed: int | None = None
    shown: bool = False

    @property
    def share(self) -> float:
        """The share that is to hold."""
        return float(getattr(self.limit, self.kind))


@dataclass(frozen=True)
class Batch:
    """Items that are decided on at once: their payoffs (n or 1, D, K), probabilities (n, K) and columns."""

    objective: Objective
    payoffs: Floats
    proba: Floats
    table: pl.DataFrame
    time: str | None

    def chance(self, limit: Limit, proba: Floats) -> Floats:
        """Probability that each item is one for which the limit's decision is right, (n,)."""
        decision = self.objective.decisions.index(limit.decision)
        return chance_right(limit, decision, self.payoffs, proba, self.objective.outcomes)

    def groups(self, limit: Limit) -> list[str | None]:
        """The group of each item in which the limit is to hold, (n,); None where it has none."""
        return [None] * len(self.proba) if limit.by is None else names_of(self.table[limit.by]).to_list()

    def decided(self, bars: Sequence[Bar]) -> Ints:
        """The decisions (n,) that hold the limits, and these bars, and earn most."""
        marks = self._marks(bars) if bars else None
        return self.objective.choose(self.payoffs, self.proba, self.table, time=self.time, marks=marks)

    def _marks(self, bars: Sequence[Bar]) -> Marks:
        shape = (len(self.proba), len(self.objective.decisions))
        marks = Marks(np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool))
        for limit, kind in dict.fromkeys((bar.limit, bar.kind) for bar in bars):
            least = {bar.group: bar.least for bar in bars if (bar.limit, bar.kind) == (limit, kind)}
            asked = np.array([least.get(group, UNSHOWN[kind]) for group in self.groups(limit)])
            above = self.chance(limit, self.proba) >= asked
            decision = self.objective.decisions.index(limit.decision)
            if kind == "precision":
                marks.barred[~above, decision] = True
            else:
                marks.taken[above, decision] = True
        return marks


def batch_of(ground: Ground, sight: Sight, table: pl.DataFrame, proba: Floats, *, fixed: str) -> Batch:
    """Items to decide on as a rung sees them: the best constant sees all of them alike."""
    payoffs = sight.payoffs
    if fixed == "constant":
        payoffs, proba = payoffs.mean(axis=0, keepdims=True), np.tile(proba.mean(axis=0), (len(proba), 1))
    return Batch(ground.objective, payoffs, proba, table, ground.items.roles.time)


def under_limits(
    ground: Ground,
    sight: Sight,
    table: pl.DataFrame,
    proba: Floats,
    free: Ints,
    *,
    fixed: str,
    bars: Sequence[Bar] = (),
) -> Ints:
    """The decisions (n,) that hold the limits and earn most under `proba` (n, outcomes); `free` are those without
    limits.

    Today's system is what it is, limits or not; the best constant is filled blindly up to a capacity, the rest at the
    next best. `bars` are what limits with confidence ask besides.
    """
    if not ground.objective.limits or fixed == "system" or not len(free):
        return free
    return batch_of(ground, sight, table, proba, fixed=fixed).decided(bars)
