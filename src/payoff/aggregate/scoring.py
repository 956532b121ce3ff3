"""Sums over the votes of each item that need no copy of them: scores, tallies, agreement. Plain loops for numba."""

from __future__ import annotations

import numpy as np
from numba import njit

from payoff.aggregate.kernels import Codes, Floats, Starts


@njit(cache=True, nogil=True)
def add_up(first: int, last: int, codes: Codes, evidence: Floats, base: Floats, total: Floats) -> None:
    """Write `base` plus the `evidence` of the votes from `first` up to `last` into `total`, (states,).

    >>> total = np.empty(1)
    >>> add_up(0, 2, np.array([0, 0], dtype=np.int32), np.array([[1.0]]), np.array([5.0]), total)
    >>> total.tolist() == [5.0 + 1.0 + 1.0]
    True
    """
    for j in range(base.size):
        total[j] = base[j]
    for vote in range(first, last):
        row = codes[vote]
        for j in range(base.size):
            total[j] += evidence[row, j]


@njit(cache=True, nogil=True)
def log_posterior(starts: Starts, codes: Codes, evidence: Floats, base: Floats, outcomes: int) -> Floats:
    """The logarithm of P(outcome | votes) of each item, (items, outcomes), subtypes summed over.

    >>> starts, codes = np.array([0, 1]), np.array([0], dtype=np.int32)
    >>> np.exp(log_posterior(starts, codes, np.log([[0.25, 0.75]]), np.zeros(2), 2)).round(6).tolist()
    [[0.25, 0.75]]
    """
    width = base.size
    subtypes = width // outcomes
    now = np.empty(width)
    result = np.empty((starts.size - 1, outcomes))
    for i in range(starts.size - 1):
        add_up(starts[i], starts[i + 1], codes, evidence, base, now)
        top = -np.inf
        for j in range(width):
            top = max(top, now[j])
        every = 0.0
        for k in range(outcomes):
            high = now[k * subtypes]
            for j in range(k * subtypes + 1, (k + 1) * subtypes):
                high = max(high, now[j])
            total = 0.0
            for j in range(k * subtypes, (k + 1) * subtypes):
                total += np.exp(now[j] - high)
            result[i, k] = high - top + np.log(total)
            every += np.exp(result[i, k])
        every = np.log(every)
        for k in range(outcomes):
            result[i, k] -= every
    return result


@njit(cache=True, nogil=True)
def effective_votes(starts: Starts, codes: Codes, say: Floats, alone: Floats) -> Floats:
    """How many votes like its most telling one those of an item are worth, (items,).

    `say`, (codes,), is what each tells, `alone` what it would tell without its copies. Votes that tell nothing do not
    count.

    >>> votes, say = (np.array([0, 3]), np.array([0, 0, 1], dtype=np.int32)), np.array([2.0, 0.0])
    >>> effective_votes(*votes, say, say).tolist(), effective_votes(*votes, np.ones(2), np.full(2, 3.0)).tolist()
    ([2.0], [1.0])
    """
    result = np.zeros(starts.size - 1)
    for i in range(starts.size - 1):
        total, most = 0.0, 0.0
        for vote in range(starts[i], starts[i + 1]):
            total += say[codes[vote]]
            most = max(most, alone[codes[vote]])
        if most > 0:
            result[i] = total / most
    return result


@njit(cache=True, nogil=True)
def tally_by_weight(starts: Starts, codes: Codes, label: Codes, weight: Floats, outcomes: int) -> Floats:
    """The votes for each outcome on each item, (items, outcomes), each by the `weight` of its code, (codes,).

    >>> votes = np.array([0, 2]), np.array([0, 1], dtype=np.int32)
    >>> tally_by_weight(*votes, np.array([0, 1], dtype=np.int32), np.array([2.0, 0.5]), 2).tolist()
    [[2.0, 0.5]]
    """
    table = np.zeros((starts.size - 1, outcomes))
    for i in range(starts.size - 1):
        for vote in range(starts[i], starts[i + 1]):
            table[i, label[codes[vote]]] += weight[codes[vote]]
    return table


@njit(cache=True, nogil=True)
def agreement_by_code(starts: Starts, codes: Codes, label: Codes, tally: Codes) -> Floats:
    """Of each code, the votes on items with other votes, and the share of those that say the same: sums, (codes, 2).

    >>> votes = np.array([0, 3]), np.array([0, 0, 1], dtype=np.int32)
    >>> label, tally = np.array([0, 1], dtype=np.int32), np.array([[2, 1]], dtype=np.int32)
    >>> agreement_by_code(*votes, label, tally).tolist()  # two votes, each with one of two others; one with none
    [[2.0, 1.0], [1.0, 0.0]]
    """
    table = np.zeros((label.size, 2))
    for i in range(starts.size - 1):
        others = starts[i + 1] - starts[i] - 1
        if others > 0:
            for vote in range(starts[i], starts[i + 1]):
                code = codes[vote]
                table[code, 0] += 1
                table[code, 1] += (tally[i, label[code]] - 1) / others
    return table
