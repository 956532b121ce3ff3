"""What was cast: how often each voter gave each label, and the outcomes that are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from payoff.aggregate.kernels import Codes, Floats


@dataclass(frozen=True)
class Cast:
    """A code is one voter with one label, and every array has a row per code."""

    voter: Codes
    label: Codes
    fired: NDArray[np.int64]  # votes
    gold: Floats  # (codes, outcomes) votes on items with gold
    items: int  # that the always-on voters saw

    def of(self, rows: NDArray[np.bool_]) -> Cast:
        """The codes of these rows.

        >>> Cast(np.arange(2), np.arange(2), np.arange(2), np.zeros((2, 2)), items=1).of(np.array([False, True])).fired
        array([1])
        """
        return Cast(self.voter[rows], self.label[rows], self.fired[rows], self.gold[rows], self.items)


@dataclass(frozen=True)
class Gold:
    """Outcomes that are known: number of the item and of its outcome (gold,), and counts of all (outcomes,)."""

    item: Codes
    outcome: Codes
    counts: Codes
