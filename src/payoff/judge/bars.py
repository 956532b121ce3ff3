"""Which bar is shown to hold a share: exact tests in a fixed order, from strict to loose, on arrays only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv

Floats = NDArray[np.float64]

# Of n labels all right, exp(-n (1 - share)) is how likely they are at a share that does not hold: the first chain of
# tests begins no sooner than at exp(-3) = 5%, further ones, which have a part of the level only, at exp(-5) = 0.7%.
TO_SHOW = 3.0
TO_SHOW_BY_A_PART = 5.0
PARTS = (0.5, 0.25, 0.25)  # of the level, for chains from where most is expected, from half and a quarter of its labels


@dataclass(frozen=True)
class Tally:
    """What labels say of a share: `right` of `many` draws, fractions where weights or groups make a label less.

    >>> Tally(many=20, right=19).share
    0.95
    """

    many: float
    right: float

    @property
    def share(self) -> float | None:
        """The share that is right; None of none."""
        return self.right / self.many if self.many else None

    def surprise(self, least: float) -> float:
        """How likely so many right ones are if the share is below `least`: the exact binomial P value, at most.

        >>> Tally(many=10, right=10).surprise(0.5) == 0.5**10
        True
        """
        if least <= 0 or self.right <= 0:
            return float(least > 0)
        return float(betainc(self.right, self.many - self.right + 1, least))

    def low(self, confidence: float) -> float:
        """The share that is exceeded with this confidence (Clopper & Pearson 1934, one end); 0 of none.

        >>> round(Tally(many=10, right=10).low(1 - 0.5**10), 6)
        0.5
        """
        return float(betaincinv(self.right, self.many - self.right + 1, 1 - confidence)) if self.right > 0 else 0.0

    def high(self, confidence: float) -> float:
        """The share that is not reached with this confidence, the other end; 1 of none.

        >>> Tally(many=10, right=10).high(0.95)
        1.0
        """
        wrong = self.many - self.right
        return float(betaincinv(self.right + 1, wrong, confidence)) if wrong > 0 else 1.0


def tally(right: ArrayLike, weight: ArrayLike | None = None, groups: ArrayLike | None = None) -> Tally:
    """Labels (n,), 1 where right, as draws: with weights (n,) fewer than n, items of one group no more than one.

    The number of draws is that of Kish (1965), over groups; an exact interval on it is that of Korn & Graubard (1998).

    >>> tally([1, 1, 0, 1]), tally([1, 1, 0, 1], groups=["a", "a", "b", "b"])
    (Tally(many=4.0, right=3.0), Tally(many=2.0, right=1.5))
    """
    hit = np.asarray(right, dtype=np.float64)
    mass = np.ones(len(hit)) if weight is None else np.asarray(weight, dtype=np.float64)
    if not mass.sum() > 0:
        return Tally(0.0, 0.0)
    whole = mass if groups is None else np.bincount(np.unique(np.asarray(groups), return_inverse=True)[1], mass)
    many = float(mass.sum() ** 2 / (whole**2).sum())
    return Tally(many, min(many * float(mass @ hit / mass.sum()), many))


def starts(many: ArrayLike, expected: ArrayLike, least: float) -> Floats:
    """The part of the level that each test (n,), strict to loose, begins with; 1 in sum.

    `many` are the labels of each test and `expected` the share that the probabilities promise: what labels say plays
    no part, nor does the confidence. The first chain begins where the promise is the most standard errors above
    `least`; where probabilities promise too much that is too loose, so two more begin at half and a quarter of its
    labels.

    >>> starts([30, 100, 200, 400], [0.99, 0.99, 0.98, 0.95], least=0.95).tolist()  # 0.04 * 10 < 0.03 * 14.1
    [0.0, 0.3333333333333333, 0.6666666666666666, 0.0]
    """
    counts, hoped = np.asarray(many, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    part = np.zeros(len(counts))
    able = counts * (1 - least) >= TO_SHOW - 1e-9
    errors = np.where(able | ~able.any(), (hoped - least) * np.sqrt(counts), -np.inf)
    peak = int(np.argmax(errors))
    for halvings, share in enumerate(PARTS):
        wanted = counts[peak] / 2.0**halvings
        if not halvings or wanted * (1 - least) >= TO_SHOW_BY_A_PART - 1e-9:
            part[int(np.argmax(counts >= wanted - 1e-9))] += share
    return np.asarray(part / part.sum())


def loosest_shown(surprises: Sequence[float] | Floats, begin: ArrayLike, level: float) -> int | None:
    """Position of the last of the tests, strict to loose, that is passed; None where none is.

    Each test has its own share `begin` of the level, and inherits that of the test before if this was passed: with
    one start, fixed-sequence testing. In all, a share that does not hold is passed with a chance of at most `level`.
    Source: Wiens 2003, "A fixed sequence Bonferroni procedure"; Angelopoulos, Bates, Candes, Jordan & Lei 2021, "Learn
    then Test".

    >>> loosest_shown([0.01, 0.04, 0.2, 0.04], [1, 0, 0, 0], 0.05)
    1
    """
    found, carried = None, 0.0
    for position, (surprise, share) in enumerate(zip(surprises, np.asarray(begin, dtype=np.float64), strict=True)):
        mine = carried + level * float(share)
        passed = mine > 0 and surprise <= mine
        found = position if passed else found
        carried = mine if passed else 0.0
    return found


def labels_needed(least: float, level: float) -> int | None:
    """Fewest labels, all of them right, that show a share of `least` at a level; None where none do.

    >>> labels_needed(0.95, 0.05)  # 0.95^59 = 0.0485
    59
    """
    if least <= 0:
        return 0
    return None if least >= 1 else math.ceil(math.log(level) / math.log(least) - 1e-9)
