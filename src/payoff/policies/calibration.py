"""Probabilities put right with few labels: a temperature and one shift per outcome, shrunk towards no change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from payoff.decide import Floats

# A prior worth about ten labels on each parameter: below that many, what a model says is left nearly as it is.
PRIOR_LABELS = 10.0


@dataclass(frozen=True)
class Calibration:
    """Adds up logits of one or more models, each times its scale, plus one shift per outcome.

    >>> calibration = Calibration(scales=np.array([2.0]), shifts=np.zeros(2))
    >>> calibration.logits([np.array([[1.0, 0.0]])]).tolist()
    [[2.0, 0.0]]
    """

    scales: Floats
    shifts: Floats

    def logits(self, parts: Sequence[Floats]) -> Floats:
        """Logits (n, K) from those of each model, each (n, K)."""
        return np.asarray(sum(s * part for s, part in zip(self.scales, parts, strict=True)) + self.shifts)

    def proba(self, parts: Sequence[Floats]) -> Floats:
        """Probabilities (n, K)."""
        return np.asarray(softmax(self.logits(parts), axis=1))


def calibrate(
    parts: Sequence[Floats], target: Floats, weight: Floats, *, start: Floats | None = None, prior: float = PRIOR_LABELS
) -> Calibration:
    """Scales and shifts of least log-loss against soft targets (n, K), held to `start` and no shift.

    Temperature scaling (Guo 2017) with shifts (Alexandari 2020), as a posterior mode under a normal prior of
    precision `prior`. Without labels nothing changes.

    >>> empty = np.zeros((0, 2))
    >>> calibrate([empty], empty, np.zeros(0)).scales.tolist()
    [1.0]
    """
    known, k = len(parts), target.shape[1]
    begin = np.concatenate([np.ones(known) if start is None else start, np.zeros(k)])
    if not len(target):
        return Calibration(begin[:known], begin[known:])
    stack = np.stack([part - part.mean(axis=1, keepdims=True) for part in parts])
    wt = weight[:, None] * target

    def loss(theta: Floats) -> tuple[float, Floats]:
        log_p = log_softmax(np.tensordot(theta[:known], stack, axes=1) + theta[known:], axis=1)
        error = weight[:, None] * np.exp(log_p) - wt
        off = theta - begin
        slope = np.concatenate([(stack * error).sum(axis=(1, 2)), error.sum(axis=0)]) + prior * off
        return float(-(wt * log_p).sum() + prior / 2 * off @ off), slope

    bounds = [(0.0, None)] * known + [(None, None)] * k
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60}).x
    return Calibration(found[:known], found[known:])


def log_odds(proba: Floats, *, floor: float = 1e-3) -> Floats:
    """Log-probabilities (n, K), centred by row, none further out than `floor` allows.

    >>> log_odds(np.array([[0.5, 0.5]])).tolist()
    [[0.0, 0.0]]
    """
    logs = np.log((1 - floor) * proba + floor / proba.shape[1])
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))
