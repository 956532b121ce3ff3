"""Gains that are asked for and cannot be had."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from payoff.decide import Floats
from payoff.stakes import figure, worths


def gain_remarks(
    payoffs: Floats,
    least_gain: float | None,
    well_enough: float | None,
    unit: str,
    volume: float | None = None,
    shares: Floats | None = None,
) -> list[str]:
    """A least gain, or one that is well enough, above all there is to win; empty if neither is.

    `payoffs` is (n or 1, D, K), `shares` the (K,) base rates; without them the gain is held against the base rates at
    which there is most to win. Gains are over the `volume` of items, per item where it is None.

    >>> act = np.array([[[10.0, -10.0], [0.0, 0.0]]])
    >>> print(gain_remarks(act, 600, None, "EUR", volume=100)[0])
    least_gain is 600 EUR, and knowing every outcome wins 500 EUR over the best constant at most, at any base rates: ...
    """
    asked = [(name, gain) for name, gain in (("least_gain", least_gain), ("well_enough", well_enough)) if gain]
    if not asked:
        return []
    left = most_to_win(payoffs) if shares is None else worths(payoffs, shares)[2] - worths(payoffs, shares)[1]
    total, scale = left * (volume or 1.0), "" if volume else " an item"
    at = "at most, at any base rates" if shares is None else "at these base rates"
    ends = {"least_gain": "nothing would be worth shipping", "well_enough": "improving would never be well enough"}
    over = [(name, gain) for name, gain in asked if gain > total * (1 + 1e-9)]
    return [
        f"{name} is {figure(gain)} {unit}{scale}, and knowing every outcome wins {figure(total)} {unit}{scale} over "
        f"the best constant {at}: unless what is done today earns less than that constant, {ends[name]}."
        for name, gain in over[:1]
    ]


def most_to_win(payoffs: Floats) -> float:
    """The most that perfect knowledge wins per item over the best constant decision, whatever the base rates.

    `payoffs` is (n or 1, D, K).

    >>> most_to_win(np.array([[[10.0, -10.0], [0.0, 0.0]]]))    # at even base rates: 10 / 2 against 0
    5.0
    """
    size = float(np.abs(payoffs).max()) or 1.0  # the solver's nought is not in our unit
    top, mean = payoffs.max(axis=1).mean(axis=0) / size, payoffs.mean(axis=0) / size
    # Over the base rates p and the worth c of the best constant: the largest p @ top - c with c >= p @ mean of each.
    found = linprog(
        np.r_[-top, 1.0],
        A_ub=np.column_stack([mean, -np.ones(len(mean))]),
        b_ub=np.zeros(len(mean)),
        A_eq=np.r_[np.ones(len(top)), 0.0][None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * len(top) + [(None, None)],
        method="highs",
    )
    return float(-found.fun) * size
