"""The probabilities at which the decision turns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.optimize import linprog

from payoff.decide import Floats


def break_even(payoffs: Floats, decisions: Sequence[str], outcomes: Sequence[str]) -> pl.DataFrame:
    """Where each decision can be best: decision, outcome, low, high; null where it never is.

    `payoffs` is (D, K), the mean payoffs. With two outcomes, for the second by name: between low and high the decision
    is the best. With more, for every outcome: only between low and high can it be the best, and whether it is depends
    on how the rest is shared. Ties belong to the decision listed first.

    >>> payoffs = np.array([[0.0, -10.0], [-4.0, 2.0]])
    >>> break_even(payoffs, ["allow", "block"], ["good", "phish"]).rows()
    [('allow', 'phish', 0.0, 0.25), ('block', 'phish', 0.25, 1.0)]
    """
    rows: list[tuple[str, str, float | None, float | None]] = []
    for position, decision in enumerate(decisions):
        better = _better(payoffs, position)
        if len(outcomes) == 2:
            rows.append((decision, outcomes[1], *_interval(better)))
            continue
        best_somewhere = ever_best(payoffs, position)
        for k, outcome in enumerate(outcomes):
            rows.append((decision, outcome, *(_reach(better, k) if best_somewhere else (None, None))))
    schema = {"decision": pl.String, "outcome": pl.String, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ever_best(payoffs: Floats, position: int) -> bool:
    """Whether some probabilities of the outcomes make this decision the best; `payoffs` is (D, K).

    >>> ever_best(np.array([[0.0, -10.0], [-4.0, 2.0], [-5.0, -5.0]]), 2)
    False
    """
    better = _better(payoffs, position)
    if not len(better):
        return True
    # Largest margin over all others that some probabilities reach: a linear programme over (p, margin).
    outcomes = better.shape[1]
    better = _as_shares(better)
    found = linprog(
        np.r_[np.zeros(outcomes), -1.0],
        A_ub=np.column_stack([-better, np.ones(len(better))]),
        b_ub=np.zeros(len(better)),
        A_eq=np.r_[np.ones(outcomes), 0.0][None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * outcomes + [(None, None)],
        method="highs",
    )
    return bool(-found.fun > 1e-9)


def _better(payoffs: Floats, position: int) -> Floats:
    """Payoff of a decision over each other one, (others, K); a copy of it that is listed later does not count."""
    same = (payoffs == payoffs[position]).all(axis=1)
    rivals = np.arange(len(payoffs)) != position
    rivals &= ~(same & (np.arange(len(payoffs)) > position))
    better: Floats = payoffs[position] - payoffs[rivals]
    return better


def _as_shares(values: Floats) -> Floats:
    """Values as shares of the largest: what a solver of linear programmes calls nought does not depend on the unit."""
    shares: Floats = values / (np.abs(values).max(initial=0.0) or 1.0)
    return shares


def _interval(better: Floats) -> tuple[float | None, float | None]:
    """Probabilities of the second of two outcomes at which every row of (1 - p) b0 + p b1 is at least 0."""
    low, high = 0.0, 1.0
    for at_none, at_all in better.tolist():
        if max(at_none, at_all) <= 0:
            return None, None
        if at_none < 0:
            low = max(low, at_none / (at_none - at_all))
        if at_all < 0:
            high = min(high, at_none / (at_none - at_all))
    return (low, high) if low < high else (None, None)


def _reach(better: Floats, outcome: int) -> tuple[float, float]:
    """Smallest and largest probability of an outcome at which the decision can be best."""
    aim = np.zeros(better.shape[1])
    aim[outcome] = 1.0
    better = _as_shares(better)
    sides = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * aim,
            A_ub=-better if len(better) else None,
            b_ub=np.zeros(len(better)) if len(better) else None,
            A_eq=np.ones((1, len(aim))),
            b_eq=[1.0],
            bounds=(0, 1),
            method="highs",
        )
        sides.append(float(abs(found.fun)))
    return sides[0], sides[1]
