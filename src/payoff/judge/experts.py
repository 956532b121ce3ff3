"""Experts who err: how far their mistakes could move a comparison, whichever items they fall on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from payoff.judge.checks import probabilities
from payoff.judge.samples import Evidence


def erring(found: Evidence, error: float | None) -> Evidence:
    """The evidence with the reach of mistakes in it; `error` is the share of labels wrong where the two differ.

    The votes estimate what the candidate earns if the experts are right. Truth can lie below or above that by at most
    the sum, over that share of the items that differ, of the span of an item's difference, the largest first: mistakes
    fall on the dearest items and all in one direction. It needs no assumption on which labels are mistaken for which.
    Random mistakes between two outcomes shrink a difference rather, by 1 - 2 `error` (Rogan & Gladen 1978).

    A tenth of 20 items, each worth 1 or -1, is two items, which could move the mean of 40 items by 2 * 2 / 40:

    >>> from payoff.judge.samples import evidence
    >>> gain, none = np.array([[1.0, -1.0]] * 20 + [[0.0, 0.0]] * 20), np.zeros(40)
    >>> votes = (np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=bool))
    >>> found = evidence(gain, np.full((40, 2), 0.5), none, none, votes, None)
    >>> erring(found, 0.1).sample.mistaken == 2 * 2 / 40
    True
    """
    if error is None:
        return found
    share = float(probabilities("expert_error", [error], 1)[0])
    span = np.sort(np.ptp(found.sample.gain, axis=1))[::-1] if len(found.sample.gain) else np.zeros(0)
    wrong = share * np.count_nonzero(span)
    taken = np.clip(wrong - np.arange(len(span)), 0.0, 1.0)  # the last item in part
    reach = float(taken @ span) / max(found.sample.total, 1)
    return replace(found, sample=replace(found.sample, mistaken=reach))
