"""What a verdict asks for: tests of the estimate against its error, and the draws at which each would be passed."""

from __future__ import annotations

import math
from typing import NamedTuple

from payoff.judge.null import Tilted, pearson, quantile, trusted
from payoff.judge.powered import Point

LEVEL_TO_KEEP = 0.025  # at every look: a candidate wrongly kept out costs its gain, never harm
LEAST_SKEWNESS = -0.25  # a foretold tail of losses lowers the bar this far only: with heavy tails it is no safe guess
_POWER = 0.84  # normal quantile of 80%: as often the draws advised are to settle it, at the size seen


class Demand(NamedTuple):
    """A test: the mean must be more than `bar` standard errors above 0; the error by votes (V) and by items (S).

    A mean of 3 with a variance of 1 + 3 is one and a half standard errors above 0:

    >>> Demand(1.4, 1.0, 3.0).passed(3.0), Demand(1.6, 1.0, 3.0).passed(3.0)
    (True, False)
    """

    bar: float
    votes_variance: float
    items_variance: float

    def passed(self, mean: float) -> bool:
        """Whether a mean is proof enough."""
        return mean > self.bar * math.sqrt(self.votes_variance + self.items_variance)

    def draws(self, mean: float, have: float) -> float:
        """Draws in all at which four of five audits pass if the difference is `mean`; infinite where none would do.

        V * have / room, room = (mean / (bar + 0.84))^2 - S: V shrinks with draws, S does not.

        >>> Demand(1.16, 1.0, 3.0).draws(4.0, have=50)  # room is (4 / 2)^2 - 3 = 1, and V is 1 already
        50.0
        >>> Demand(1.16, 1.0, 3.0).draws(2.0, have=50)
        inf
        """
        room = (mean / (self.bar + _POWER)) ** 2 - self.items_variance
        return self.votes_variance * have / room if mean > 0 and room > 0 else math.inf


def to_adopt(at: Point, tilted: Tilted, level: float, freedom: float | None = None) -> tuple[Demand, Demand]:
    """The two tests that must both be passed to adopt at a level.

    mean > t_{n-2}(1 - level) sqrt(V + S): by the scatter seen, Student's. `freedom` is that of the estimate if left
    out; infinite for votes yet to come, that bring their own.

    mean > g(1 - level) sqrt(V0 + S0): by the scatter and skewness foretold if the two were equal, g the quantile of
    Pearson's type III: a score test, which no sample can pass in which rare dear losses were to be expected and
    happened not to come.

    A hundred even bets, all known, scatter as was foretold:

    >>> import numpy as np
    >>> from payoff.judge.powered import Sample, point
    >>> bets = np.tile([1.0, -1.0], (100, 1))
    >>> even = Sample(100, bets, np.full((100, 2), 0.5), np.ones(100), np.arange(100), np.tile([1.0, -1.0], 50))
    >>> seen, foretold = to_adopt(point(even), Tilted(even, point(even)), 0.025, freedom=np.inf)
    >>> (round(seen.bar, 2), seen.votes_variance, seen.items_variance) == (1.96, 0.0, 1 / 100)
    True
    >>> (round(foretold.bar, 2), foretold.items_variance) == (1.96, 1 / 100)
    True
    """
    variances = tilted.variances(0.0)
    skewness = max(tilted.skewness(0.0, variances), LEAST_SKEWNESS)
    student = quantile((at.freedom if freedom is None else freedom) + 2, level)
    return Demand(student, at.votes_variance, at.items_variance), Demand(pearson(skewness, level), *variances)


def to_keep(at: Point, tilted: Tilted) -> Demand:
    """The test that the candidate is no better, of the mean turned round: its upper limit is at 0.

    The error is that of the interval, taken at the limit: U + r (U0 - U), as in `limits`. A hundred bets, all known, of
    which 30 won: they scatter by 1 - 0.4^2 around their mean, by 1 around nought, and the two count the same.

    >>> import numpy as np
    >>> from payoff.judge.powered import Sample, point
    >>> bets, seen = np.tile([1.0, -1.0], (100, 1)), np.repeat([1.0, -1.0], [30, 70])
    >>> known = Sample(100, bets, np.full((100, 2), 0.5), np.ones(100), np.arange(100), seen)
    >>> asked = to_keep(point(known), Tilted(known, point(known)))
    >>> round(asked.bar, 2), round(asked.items_variance, 6) == (1 + (1 - 0.4**2)) / 2 / 100
    (1.96, True)
    """
    votes, items = tilted.variances(0.0)
    part = trusted(at.votes_variance + at.items_variance, votes + items, at.draws)
    return Demand(
        quantile(math.inf, LEVEL_TO_KEEP),
        at.votes_variance + part * (votes - at.votes_variance),
        at.items_variance + part * (items - at.items_variance),
    )
