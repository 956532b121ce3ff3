"""From arrays of all items to the sample that judges: the rows that differ, scaled, and their fresh part."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from payoff.errors import UnevenArrays
from payoff.judge.checks import binary_scale
from payoff.judge.powered import Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NONE_LEFT = 1e-12  # a chance below this is rounding


@dataclass(frozen=True)
class Evidence:
    """The rows that differ as one sample, in units of `scale`; which votes are fresh, and `before` of each row."""

    sample: Sample
    fresh: Bools
    before: Floats
    scale: float

    @property
    def differing(self) -> int:
        """Fresh votes on items where the two differ."""
        return int(self.fresh.sum())

    @property
    def left(self) -> int:
        """Items with something to learn from a vote that have none yet."""
        unknown = np.ptp(self.sample.gain, axis=1) > 0
        unknown[self.sample.row] = False
        return int(unknown.sum())


def evidence(
    gain: Floats,
    posterior: Floats,
    drawn: Floats,
    before: Floats,
    votes: tuple[Ints, Floats, Bools],
    groups: ArrayLike | None,
) -> Evidence:
    """Keep the rows that differ, and scale payoffs by a power of two, which loses no digit.

    A row is one that differs where a payoff does under some outcome, or was seen to.

    >>> gain, none = np.array([[4.0, 0.0], [0.0, 0.0]]), np.zeros(2)
    >>> votes = (np.array([0]), np.array([4.0]), np.array([True]))
    >>> found = evidence(gain, np.full((2, 2), 0.5), np.ones(2), none, votes, None)
    >>> found.sample.gain.tolist(), found.scale, found.sample.total, found.differing
    ([[1.0, 0.0]], 4.0, 2, 1)
    """
    item, seen, fresh = votes
    differs = (gain != 0).any(axis=1)
    differs[item[seen != 0]] = True
    scale = binary_scale(gain, seen)
    row_of = np.cumsum(differs) - 1
    on_row = differs[item]
    group, sizes = grouped(groups, differs)
    sample = Sample(
        total=len(gain),
        gain=gain[differs] / scale,
        posterior=posterior[differs],
        drawn=drawn[differs],
        row=row_of[item[on_row]],
        seen=seen[on_row] / scale,
        group=group,
        sizes=sizes,
    )
    return Evidence(sample=sample, fresh=fresh[on_row], before=before[differs], scale=scale)


def grouped(groups: ArrayLike | None, differs: Bools) -> tuple[Ints | None, Floats | None]:
    """Group number of each row that differs, and the size of every group.

    >>> grouped(["a", "b", "a"], np.array([True, False, True]))
    (array([0, 0]), array([2., 1.]))
    """
    if groups is None:
        return None, None
    values = np.asarray(groups)
    if values.shape != differs.shape:
        raise UnevenArrays("groups", values.shape, f"one group for each of {len(differs)} items")
    names = values.astype(str) if values.dtype.kind == "O" else values
    _, number, sizes = np.unique(names, return_inverse=True, return_counts=True)
    return number[differs].astype(np.int64), sizes.astype(np.float64)


def fresh_part(found: Evidence) -> Sample:
    """The sample of fresh votes, as a draw from the items that no vote had been seen of.

    Items audited before leave; each that remains stands for 1 / (1 - before) items, and was drawn since with
    probability 1 - (1 - drawn) / (1 - before).

    Item 0 was seen when half of the items had been; the other then stands for two:

    >>> gain, before = np.array([[1.0, -1.0], [1.0, -1.0]]), np.full(2, 0.5)
    >>> votes = (np.array([0, 1]), np.ones(2), np.array([False, True]))
    >>> fresh_part(evidence(gain, np.full((2, 2), 0.5), np.full(2, 0.75), before, votes, None)).seen.tolist()
    [2.0]
    """
    if found.fresh.all() and not found.before.any():
        return found.sample
    sample, gone = found.sample, found.before >= 1  # where no unseen item is left to stand for those seen
    unseen = np.where(gone, 1.0, 1 - found.before)
    seen_before = np.zeros(len(gone), dtype=bool)
    seen_before[sample.row[~found.fresh]] = True
    leaves = seen_before & ~gone
    stands_for = np.where(leaves, 0.0, 1 / unseen)
    since = (sample.drawn - found.before) / unseen
    since = np.where(since < _NONE_LEFT, 0.0, since)
    row = sample.row[found.fresh]
    return replace(
        sample,
        gain=sample.gain * stands_for[:, None],
        drawn=np.where(leaves, 1.0, np.minimum(since, 1.0)),
        row=row,
        seen=sample.seen[found.fresh] * stands_for[row],
    )
