"""How good probabilities are: accuracy, log-loss, calibration error, over the items that have a truth and a vote."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FLOOR = 1e-6  # of a probability in the log-loss
BINS = 15


class Score(NamedTuple):
    """Accuracy in percent, log-loss (natural logarithm), calibration error in percent, passes and seconds of CPU."""

    accuracy: float
    loss: float
    error: float
    seconds: float = float("nan")


class Right(NamedTuple):
    """What each scored item got, (items,) each: its share of a right answer, its loss, its top probability."""

    hit: Floats
    loss: Floats
    top: Floats

    def score(self, seconds: float = float("nan")) -> Score:
        if not len(self.hit):
            return Score(float("nan"), float("nan"), float("nan"), seconds)
        error = 100 * calibration_error(self.top, self.hit)
        return Score(100 * float(self.hit.mean()), float(self.loss.mean()), error, seconds)


def compared(items: pl.Series, outcomes: list[str], proba: Floats, truth: pl.DataFrame) -> Right:
    """Each item with a truth, in the order of the items; ties share the answer equally.

    An outcome that was never voted has probability 0.
    """
    rows = pl.DataFrame({"item": items}).join(truth, on="item", how="left", maintain_order="left")["label"]
    known = rows.is_not_null().to_numpy()
    proba = proba[known]
    place = {name: k for k, name in enumerate(outcomes)}
    right = np.array([place.get(label, -1) for label in rows.drop_nulls()], dtype=int)
    every = np.arange(len(right))
    told = np.where(right >= 0, proba[every, right], 0.0)
    best = np.isclose(proba, proba.max(axis=1, keepdims=True), atol=1e-9)
    hit = np.where(right >= 0, best[every, right] / best.sum(axis=1), 0.0)
    return Right(hit, -np.log(np.maximum(told, FLOOR)), proba.max(axis=1))


def calibration_error(top: Floats, hit: Floats, bins: int = BINS) -> float:
    """Mean distance of the top probability from how often it is right, over bins of equally many items.

    Items with equal probabilities are never parted by their order: within a run of equals each has the run's mean.
    """
    order = np.argsort(top, kind="stable")
    top, hit = top[order], hit[order]
    _, run = np.unique(top, return_inverse=True)
    hit = (np.bincount(run, weights=hit) / np.bincount(run))[run]
    parts = np.array_split(np.arange(len(top)), min(bins, len(top)))
    return float(sum(abs(top[part].mean() - hit[part].mean()) * len(part) for part in parts) / len(top))
