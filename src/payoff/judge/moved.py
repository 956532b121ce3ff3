"""Whether items are still like those of the audit: two samples compared column by column, at one stated level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2_contingency, fisher_exact, ks_2samp

Floats = NDArray[np.float64]

FALSE_ALARM = 0.01  # chance, over all columns of a table, to call items moved that were drawn like those before
FEWEST = 30  # items on either side below which nothing is said
EXPECTED = 5  # expected count below which a name is pooled with the others (Cochran 1954)


@dataclass(frozen=True)
class Shift:
    """A column that moved: the chance of so large a difference had it not, corrected for all columns, and its size.

    `size` is the largest difference of the two distribution functions, or half the sum of differences of shares: 0 for
    none, 1 for nothing in common.
    """

    name: str
    p: float
    size: float


def moved(before: Mapping[str, ArrayLike], now: Mapping[str, ArrayLike], *, level: float = FALSE_ALARM) -> list[Shift]:
    """The columns in which two samples of items differ, those that moved most first.

    `before` and `now` map the same names to columns: numbers, (n,) and (m,), NaN where missing, or names (strings).
    Numbers are compared by Kolmogorov and Smirnov's test and by the share missing, names by the chi-square test and
    rare names by Fisher's. All p values are corrected by Holm (1979), so that over the whole table the chance of a
    false alarm is at most `level`, whatever depends on what. Nothing is said of fewer than 30 items on either side.

    Forty items whose number is never above 39, then forty from 40 on:

    >>> [shift.name for shift in moved({"x": range(40), "y": range(40)}, {"x": range(40, 80), "y": range(40)})]
    ['x']
    """
    pairs = {name: (np.asarray(before[name]), np.asarray(now[name])) for name in before}
    tests = [
        (name, test)
        for name, (old, new) in pairs.items()
        if min(len(old), len(new)) >= FEWEST
        for test in _tests(old, new)
    ]
    corrected = holm([test.p for _, test in tests])
    found: dict[str, Shift] = {}
    for (name, test), p in zip(tests, corrected, strict=True):
        if p < level:
            found[name] = Shift(name, p, max(test.size, found[name].size if name in found else 0.0))
    return sorted(found.values(), key=lambda shift: (-shift.size, shift.p))


def holm(chances: Sequence[float]) -> list[float]:
    """p values corrected for their number (Holm 1979): the smallest times n, the next times n - 1, never falling.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]    # 0.01 * 3, then 0.03 * 2, then 0.04 * 1 raised to 0.06
    [0.03, 0.06, 0.06]
    """
    found = np.asarray(chances, dtype=np.float64)
    order = np.argsort(found)
    raised = np.minimum(np.maximum.accumulate(found[order] * np.arange(len(found), 0, -1)), 1.0)
    corrected = np.empty(len(found))
    corrected[order] = raised
    return [float(p) for p in corrected]


class _Test(NamedTuple):
    p: float
    size: float


def _tests(before: NDArray[np.generic], now: NDArray[np.generic]) -> list[_Test]:
    if before.dtype.kind in "biuf" and now.dtype.kind in "biuf":
        return _of_numbers(before.astype(np.float64), now.astype(np.float64))
    return _of_names(before.astype(str), now.astype(str))


def _of_numbers(before: Floats, now: Floats) -> list[_Test]:
    old, new = before[np.isfinite(before)], now[np.isfinite(now)]
    found = []
    if len(old) < len(before) or len(new) < len(now):
        found.append(_shares_apart(len(before) - len(old), len(before), len(now) - len(new), len(now)))
    if len(old) and len(new):
        # With ties the asymptotic p value is too large, never too small.
        test = ks_2samp(old, new, method="asymp")
        found.append(_Test(float(test.pvalue), float(test.statistic)))
    return found


def _of_names(before: NDArray[np.str_], now: NDArray[np.str_]) -> list[_Test]:
    names, place = np.unique(np.concatenate([before, now]), return_inverse=True)
    table = np.stack([np.bincount(part, minlength=len(names)) for part in np.split(place, [len(before)])])
    often = table.sum(axis=0) * table.sum(axis=1).min() / table.sum() >= EXPECTED
    common, rare = table[:, often], table[:, ~often].sum(axis=1)
    found = []
    if rare.sum():
        found.append(_shares_apart(int(rare[0]), len(before), int(rare[1]), len(now)))
    if common.shape[1] > 1 and common.sum(axis=1).all():
        chance = float(chi2_contingency(common, correction=common.shape[1] == 2).pvalue)
        shares = common / common.sum(axis=1, keepdims=True)
        found.append(_Test(chance, float(np.abs(shares[0] - shares[1]).sum() / 2)))
    return found


def _shares_apart(one: int, of_one: int, other: int, of_other: int) -> _Test:
    """Two shares compared by Fisher's exact test."""
    chance = fisher_exact([[one, of_one - one], [other, of_other - other]]).pvalue
    return _Test(float(chance), abs(one / of_one - other / of_other))
