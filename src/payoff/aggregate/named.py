"""Naming people is an accusation: the chance that anybody is named wrongly is held over all who were looked at."""

from __future__ import annotations

import numpy as np

from payoff.aggregate.kernels import Floats

WRONGLY = 0.05  # chance that anyone at all is named wrongly


def adjusted(p: Floats, tests: int | None = None) -> Floats:
    """P-values that hold for all of them together, (n,): name where one is at most WRONGLY. NaN was not tested.

    `tests` is how many were made where `p` holds only the smallest of them. Source: Holm, "A simple sequentially
    rejective multiple test procedure" (1979); it holds whatever the tests have to do with each other.

    >>> adjusted(np.array([0.04, 0.01, np.nan])).tolist()  # 2 * .01, then the larger of that and 1 * .04
    [0.04, 0.02, nan]
    """
    found = np.full(len(p), np.nan)
    tested = np.flatnonzero(np.isfinite(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    left = (len(order) if tests is None else tests) - np.arange(len(order))
    found[order] = np.minimum(np.maximum.accumulate(p[order] * left), 1.0)
    return found
