"""How surprising an estimate is: its error if the true difference were some other value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from payoff.judge.powered import Point, Sample

Floats = NDArray[np.float64]

_FLOOR = 0.02  # share of the posterior that goes evenly to all outcomes, so that none is impossible
_FARTHEST = 60.0  # tilt at which all weight is on the best or the worst outcome
_BLEND = 20  # votes at which the observed and the tilted variance count the same
_ROUNDS = 3  # rounds from the plain limit to the tilted one
_STEPS = 12


class Tilted:
    """The posterior of a sample, tilted until the mean difference is any wanted value.

    p~_ik in proportion to p'_ik exp(eta d_ik / range_i). A sample in which rare dear losses have not yet been seen has
    a small observed variance; under the tilted posterior it has the variance these losses would give it.

    A census of two items at +1 or -1, both seen to gain: if the mean were 0 they would scatter by 1, hence 1 / 2.

    >>> from payoff.judge.powered import point
    >>> gains = np.array([[1.0, -1.0], [1.0, -1.0]])
    >>> seen = Sample(2, gains, np.full((2, 2), 0.5), drawn=np.ones(2), row=np.arange(2), seen=np.ones(2))
    >>> Tilted(seen, point(seen)).variances(0.0)
    (0.0, 0.5)
    """

    def __init__(self, sample: Sample, point: Point) -> None:
        # outcomes by items, since sums over a few outcomes are many times faster down than across
        gain = np.ascontiguousarray(sample.gain.T)
        low, span = (gain.min(axis=0), np.ptp(gain, axis=0)) if gain.size else (np.zeros(0), np.zeros(0))
        self._total = max(sample.total, 1)
        self._gain = gain
        self._span = float(span.sum())
        self._scaled = np.where(span > 0, (gain - low) / np.where(span > 0, span, 1.0) - 0.5, 0.0)
        self._prior = (1 - _FLOOR) * np.ascontiguousarray(sample.posterior.T) + _FLOOR / max(len(gain), 1)
        drawn = np.where(sample.drawn > 0, sample.drawn, 1.0)
        self._odds = (1 - drawn) / drawn
        self._predicted = point.predicted
        self._factor = point.spread_factor
        self._eta = 0.0
        self._room = np.empty((2, *gain.shape))  # asking the system for new arrays took most of the time

    def variances(self, theta: float, tolerance: float = 0.0) -> tuple[float, float]:
        """V0 and S0: the two variances of the estimate if the mean difference were `theta`."""
        gained = self._tilt(theta, tolerance)
        centre = gained.sum(axis=0)
        square = np.multiply(gained, self._gain, out=gained).sum(axis=0)
        votes = self._odds @ (square - 2 * self._predicted * centre + self._predicted**2)
        items = (square.sum() / self._total - theta**2) / self._total
        return max(float(votes), 0.0) / self._total**2, max(float(items), 0.0) * self._factor

    def _tilt(self, theta: float, tolerance: float) -> Floats:
        """Weight times difference (K, D) where their sum is `theta` an item, or as near as any weights bring it."""
        least, most, wanted = -_FARTHEST, _FARTHEST, theta * self._total
        close, eta = max(tolerance * self._total, 1e-9 * self._span), self._eta
        for _ in range(_STEPS):
            weight = self._weights(eta)
            gained: Floats = np.multiply(weight, self._gain, out=self._room[1])
            centre = gained.sum(axis=0)
            short = wanted - float(centre.sum())
            if abs(short) <= close:
                break
            least, most = (eta, most) if short > 0 else (least, eta)
            slope = float(np.vdot(gained, self._scaled) - centre @ np.einsum("ij,ij->j", weight, self._scaled))
            step = eta + short / slope if slope > 1e-12 * self._span else np.inf
            eta = step if least < step < most else (least + most) / 2
        self._eta = eta
        return gained

    def _weights(self, eta: float) -> Floats:
        weight: Floats = np.multiply(self._scaled, eta, out=self._room[0])
        np.exp(weight, out=weight)
        weight *= self._prior
        weight /= weight.sum(axis=0)
        return weight


def quantile(draws: int, tail: float) -> float:
    """Student's quantile with `draws` - 2 degrees of freedom that leaves `tail` above it; infinite below three draws.

    >>> round(quantile(102, 0.025), 3), quantile(2, 0.025)
    (1.984, inf)
    """
    return float(stdtrit(draws - 2, 1 - tail)) if draws > 2 else float("inf")


def limits(point: Point, tilted: Tilted, tail: float = 0.025) -> tuple[float, float]:
    """Lower and upper limit of the mean difference, the error of each taken at the limit itself (Wilson's interval).

    Twenty gains and no loss seen: the interval reaches further down than up.

    >>> from payoff.judge.powered import point
    >>> gains = np.tile([1.0, -1.0], (100, 1))
    >>> seen = Sample(100, gains, np.full((100, 2), 0.5), np.full(100, 0.2), np.arange(20), np.ones(20))
    >>> at = point(seen)
    >>> low, high = limits(at, Tilted(seen, at))
    >>> at.mean - low > high - at.mean
    True
    """
    student, blend = quantile(point.draws, tail), _BLEND / (_BLEND + point.draws)
    observed = point.votes_variance + point.items_variance
    plain = student * np.sqrt(observed)
    ends = []
    for side in (-1, 1):
        limit = point.mean + side * plain
        for _ in range(_ROUNDS):
            votes, items = tilted.variances(limit, tolerance=1e-3 * plain)
            more = max(votes - point.votes_variance, 0.0) + max(items - point.items_variance, 0.0)
            limit = point.mean + side * student * np.sqrt(observed + blend * more)
        ends.append(float(limit))
    return ends[0] - point.below, ends[1] + point.above
