"""Decisions under the limits of the objective, on any table of items."""

from __future__ import annotations

import numpy as np
import polars as pl

from payoff.decide import Floats, Ints
from payoff.policies import Sight
from payoff.project.ground import Ground


def under_limits(ground: Ground, sight: Sight, table: pl.DataFrame, proba: Floats, free: Ints, *, fixed: str) -> Ints:
    """The decisions (n,) that hold the limits and earn most under `proba` (n, outcomes); `free` are those without
    limits.

    Today's system is what it is, limits or not; the best constant is filled blindly up to a capacity, the rest at the
    next best.
    """
    objective = ground.objective
    if not objective.limits or fixed == "system" or not len(free):
        return free
    payoffs = sight.payoffs
    if fixed == "constant":
        payoffs, proba = payoffs.mean(axis=0, keepdims=True), np.tile(proba.mean(axis=0), (len(free), 1))
    return objective.choose(payoffs, proba, table, time=ground.items.roles.time)
