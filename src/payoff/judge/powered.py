"""The estimate: what the posterior predicts for every item, put right by weighted audit votes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from payoff.judge.sampling import doubt

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RIDGE = 0.02  # on columns scaled to size one, so that two columns alike can be fitted
_TRUST = 1.2  # the posterior's expected difference is believed at most so much
_LEVERAGE = 0.8  # a vote that decides the fit alone would else have an error without bound


@dataclass(frozen=True)
class Sample:
    """The items where two policies differ, D of them, and the votes on them.

    `total` is the number of items N, those alike included; `gain` (D, K) and `posterior` (D, K); `drawn` (D,) the
    probability of being in the audit; `row` and `seen` (n,) the rows voted on and the difference observed there;
    `group` (D,) and `sizes` (G,) the group of each row and the items in each group, None without groups; `mistaken` how
    far mistakes of the experts could move the mean.
    """

    total: int
    gain: Floats
    posterior: Floats
    drawn: Floats
    row: Ints
    seen: Floats
    group: Ints | None = None
    sizes: Floats | None = None
    mistaken: float = 0.0

    @property
    def draws(self) -> int:
        """Draws that count in the error: votes, or groups with a vote."""
        return len(self.row) if self.group is None else len(np.unique(self.group[self.row]))

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the error: votes less 2, or groups with a vote less 1.

        Groups of uneven weight count as fewer, (sum w)^2 / sum w^2, by the money in doubt on them (Carter, Schnepel &
        Steigerwald 2017). None are left below three groups.
        """
        if self.group is None or self.sizes is None:
            return len(self.row) - 2.0
        stakes = np.bincount(self.group, doubt(self.posterior, self.gain), len(self.sizes))
        even = float(stakes.sum() ** 2 / (stakes**2).sum()) if stakes.any() else 0.0
        return min(even, float(self.draws)) - 1.0 if self.draws > 2 else 0.0


@dataclass(frozen=True)
class Point:
    """The estimate of a sample: mean, the variance votes reduce (V), the one only items reduce (S), and what led there.

    `predicted` (D,) is the prediction f, `spread_factor` how much grouping widens S, `doubtful` (D,) marks rows whose
    difference is unknown and could not be drawn, `below` and `above` what these and mistakes could take away or add.
    `freedom` the degrees of freedom of the error.

    Two votes leave no freedom for an interval:

    >>> gain, seen = np.array([[3.0, 0.0], [1.0, 0.0]]), np.array([3.0, 1.0])
    >>> point(Sample(4, gain, np.full((2, 2), 0.5), np.ones(2), np.arange(2), seen)).freedom
    0.0
    """

    mean: float
    votes_variance: float
    items_variance: float
    draws: int
    freedom: float
    predicted: Floats
    unit_variance: float
    spread_factor: float
    doubtful: NDArray[np.bool_]
    below: float
    above: float


def point(sample: Sample) -> Point:
    """Mean difference per item and its two variances: a difference estimator over a prediction.

    A census, each vote with probability one, has the plain mean and no error from votes:

    >>> seen = np.array([3.0, 1.0])
    >>> census = Sample(4, np.array([[3.0, 0.0], [1.0, 0.0]]), np.full((2, 2), 0.5), np.ones(2), np.arange(2), seen)
    >>> point(census).mean == (3 + 1) / 4, point(census).votes_variance
    (True, 0.0)
    """
    size = max(sample.total, 1)
    certain = np.ptp(sample.gain, axis=1) == 0
    doubtful = (sample.drawn == 0) & ~certain
    predicted, leverage = _predict(sample, certain, doubtful)
    weight = 1 / sample.drawn[sample.row]
    error = weight * (sample.seen - predicted[sample.row])
    mean = float((predicted.sum() + error.sum()) / size)
    unseen = 1 - sample.drawn[sample.row]
    votes_variance = float((unseen * (error / (1 - leverage)) ** 2).sum() / size**2)
    items_variance, factor = _scatter(sample, predicted, error, mean, certain | doubtful)
    unit = float(doubt(sample.posterior, sample.gain).sum() ** 2 / size**2)
    below, above = reach(sample.gain[doubtful], predicted[doubtful])
    return Point(
        mean=mean, votes_variance=votes_variance, items_variance=items_variance, draws=sample.draws,
        freedom=sample.freedom,
        predicted=predicted, unit_variance=unit, spread_factor=factor, doubtful=doubtful,
        below=below / size + sample.mistaken, above=above / size + sample.mistaken,
    )  # fmt: skip


def _predict(sample: Sample, certain: NDArray[np.bool_], doubtful: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Predicted difference (D,) and the leverage (n,) of each vote on it.

    b1 * doubt + b2 * expected difference, by weighted least squares on the audited; a row with one possible difference
    has that one, and rows that could not be drawn keep the posterior's. Prediction powering: Angelopoulos et al. 2023.
    """
    expected: Floats = (sample.posterior * sample.gain).sum(axis=1)
    columns = np.column_stack([doubt(sample.posterior, sample.gain), expected])
    weight = (1 - sample.drawn[sample.row]) / sample.drawn[sample.row] ** 2
    weight = np.where(certain[sample.row], 0.0, weight)
    slopes, leverage = regress(columns[sample.row], sample.seen, weight)
    return np.where(certain | doubtful, expected, columns @ slopes), leverage


def regress(columns: Floats, target: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Slopes (2,) of the two columns and the leverage (n,) of each row; the posterior alone where none can be fitted.

    >>> regress(np.array([[0.0, 1.0], [0.0, 2.0]]), np.array([0.51, 1.02]), np.ones(2))[0].round(3).tolist()
    [0.0, 0.5]
    """
    gram = columns.T @ (columns * weight[:, None])
    size = np.diag(gram).copy()
    if not size.any():
        return np.array([0.0, 1.0]), np.zeros(len(target))
    right = columns.T @ (weight * target)
    ridged = gram + np.diag(np.where(size > 0, _RIDGE * size, 1.0))
    inverse = np.linalg.inv(ridged)
    slopes = inverse @ right
    bounded = float(np.clip(slopes[1], 0.0, _TRUST))
    if bounded != slopes[1]:
        slopes = np.array([(right[0] - gram[0, 1] * bounded) / ridged[0, 0], bounded])
    leverage = weight * np.einsum("ij,jk,ik->i", columns, inverse, columns)
    return slopes, np.minimum(leverage, _LEVERAGE)


def _scatter(
    sample: Sample, predicted: Floats, error: Floats, mean: float, by_table: NDArray[np.bool_]
) -> tuple[float, float]:
    """Variance of the mean from the scatter of the items, and how many times larger groups make it."""
    size = max(sample.total, 1)
    table = np.where(by_table, (sample.posterior * sample.gain**2).sum(axis=1), 0.0)
    squares = table.sum() + ((sample.seen**2 - table[sample.row]) / sample.drawn[sample.row]).sum()
    alone = max(float((squares / size - mean**2) / size), 0.0)
    if sample.group is None or sample.sizes is None or alone == 0:
        return alone, 1.0
    totals = np.bincount(sample.group, predicted, len(sample.sizes)) - mean * sample.sizes
    totals += np.bincount(sample.group[sample.row], error, len(sample.sizes))
    # the mean follows a large group, so that it looks nearer to it than it is (the jackknife's correction, CR3)
    others = np.maximum(1 - sample.sizes / size, 1 / len(sample.sizes))
    both = float(((totals / others) ** 2).sum()) / size**2
    drawing = float(((1 - sample.drawn[sample.row]) * error**2).sum()) / size**2
    together = max(alone, both - drawing)
    return together, together / alone


def reach(gain: Floats, predicted: Floats) -> tuple[float, float]:
    """How far below and above their prediction rows could lie in all, whatever their outcome.

    >>> reach(np.array([[-1.0, 2.0]]), np.array([0.5]))
    (1.5, 1.5)
    """
    if gain.size == 0:
        return 0.0, 0.0
    return float((predicted - gain.min(axis=1)).sum()), float((gain.max(axis=1) - predicted).sum())
