"""How surprising an estimate is: its error if the true difference were some other value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainccinv, gammaincinv, ndtri, stdtrit

from payoff.judge.powered import Point, Sample

Floats = NDArray[np.float64]

_FLOOR = 0.02  # share of the posterior that goes evenly to all outcomes, so that none is impossible
_FARTHEST = 60.0  # tilt at which all weight is on the best or the worst outcome
# Votes at which the observed and the tilted variance count the same, where the tilted one is the larger and where it is
# the smaller: a posterior too sure of itself foretells too little. docs/decisions/judging.md has the figures.
_WIDENS, _NARROWS = 100, 40
_ALMOST_NORMAL = 1e-3  # skewness below which Pearson's quantile is the normal one to four digits
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

    def skewness(self, theta: float, variances: tuple[float, float]) -> float:
        """Skewness of the estimate if the mean difference were `theta`, given its `variances` there, just asked for.

        An item adds X = f, and (d - f) / P more where it is drawn. Rare dear losses make it negative: then no sample
        without one lies far above the mean.

        A census at +1 or -1, nine gains to a loss: (0.1 - 0.9) / sqrt(0.9 * 0.1), over the root of its four items.

        >>> from payoff.judge.powered import point
        >>> gains, none = np.tile([1.0, -1.0], (4, 1)), np.zeros(0)
        >>> seen = Sample(4, gains, np.full((4, 2), 0.5), np.ones(4), np.arange(4), np.ones(4))
        >>> tilted = Tilted(seen, point(seen))
        >>> skewness = tilted.skewness(0.9 - 0.1, tilted.variances(0.9 - 0.1))
        >>> abs(skewness - (0.1 - 0.9) / (0.9 * 0.1) ** 0.5 / 4**0.5) < 1e-6
        True
        """
        votes, items = variances
        plain = votes + items / self._factor
        if plain <= 0:
            return 0.0
        one = self._predicted + (self._gain - self._predicted) * (1 + self._odds)
        cube = (one**3 + self._odds * self._predicted**3) / (1 + self._odds)
        weight = self._weights(self._eta)
        third = float(np.vdot(weight, cube)) / self._total
        central = third - 3 * theta * (plain * self._total + theta**2) + 2 * theta**3
        # groups that agree within make the third moment larger by the square of what they make the second
        return float(central / self._total**2 * self._factor**2 / (votes + items) ** 1.5)

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


def quantile(draws: float, tail: float) -> float:
    """Student's quantile with `draws` - 2 degrees of freedom that leaves `tail` above it; infinite below three draws.

    >>> round(quantile(102, 0.025), 3), quantile(2, 0.025)
    (1.984, inf)
    """
    return float(stdtrit(draws - 2, 1 - tail)) if draws > 2 else float("inf")


def pearson(skewness: float, tail: float) -> float:
    """Quantile with `tail` above it of Pearson's type III: mean 0, variance 1 and a skewness; normal without one.

    With a tail to the left the upper quantile is lower, and never above 2 / |skewness|; one to the right never lowers
    it below the normal one.

    >>> pearson(0.0, 0.025).__round__(3), pearson(-1.0, 0.025).__round__(3), pearson(1.0, 0.025).__round__(3)
    (1.96, 1.455, 2.384)
    """
    normal = -float(ndtri(tail))
    if abs(skewness) < _ALMOST_NORMAL:
        return normal
    shape = 4 / skewness**2
    if skewness < 0:
        return float((shape - gammaincinv(shape, tail)) / np.sqrt(shape))
    return max(float((gammainccinv(shape, tail) - shape) / np.sqrt(shape)), normal)


def trusted(observed: float, foretold: float, draws: float) -> float:
    """How much of the way from the observed to the tilted variance to go: less, the more draws there are.

    r = 100 / (100 + n) where the tilted one is the larger, 40 / (40 + n) where it is the smaller.

    >>> trusted(1.0, 3.0, draws=100), trusted(3.0, 1.0, draws=60)
    (0.5, 0.4)
    """
    half = _WIDENS if foretold > observed else _NARROWS
    return half / (half + draws)


def limits(point: Point, tilted: Tilted, tail: float = 0.025) -> tuple[float, float]:
    """Lower and upper limit L of the mean difference, the error of each taken at the limit itself (Wilson's interval).

    L = mean -+ t_{n-2} sqrt(U + r (U0(L) - U)), U = V + S, U0 = V0 + S0, r as in `trusted`; three rounds from the plain
    limit. Where dear losses are rare, U0 is larger below the mean than above it: the interval reaches further down, and
    less far up, than Student's.

    Twenty gains and no loss seen: the interval reaches further down than up.

    >>> from payoff.judge.powered import point
    >>> gains = np.tile([1.0, -1.0], (100, 1))
    >>> seen = Sample(100, gains, np.full((100, 2), 0.5), np.full(100, 0.2), np.arange(20), np.ones(20))
    >>> at = point(seen)
    >>> low, high = limits(at, Tilted(seen, at))
    >>> at.mean - low > high - at.mean
    True
    """
    student, observed = quantile(point.freedom + 2, tail), point.votes_variance + point.items_variance
    plain = student * np.sqrt(observed)
    ends = []
    for side in (-1, 1):
        limit = point.mean + side * plain
        for _ in range(_ROUNDS):
            foretold = sum(tilted.variances(limit, tolerance=1e-3 * plain))
            part = trusted(observed, foretold, point.draws)
            limit = point.mean + side * student * np.sqrt(observed + part * (foretold - observed))
        ends.append(float(limit))
    return ends[0] - point.below, ends[1] + point.above
