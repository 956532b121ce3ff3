"""The loops over votes: sort them by item once, then one fused pass of expectation and counting per iteration.

Votes lie item after item: the codes of item i are `codes[starts[i] : starts[i + 1]]`. Tables of evidence and counts
have one row per code. A state is an outcome with its subtype, numbered outcome * subtypes + subtype. Plain loops over
scalars, since slices and array methods cost seconds of compilation.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Starts = NDArray[np.int64]
Floats = NDArray[np.float64]
States = NDArray[np.float32]
Bools = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def by_item(
    item: Codes, voter: Codes, label: Codes, items: int, voters: int, outcomes: int
) -> tuple[Starts, Codes, Starts, Codes]:
    """Votes in the order of items: starts (items + 1,), codes (votes,), votes by code and by item and outcome.

    A code is voter * outcomes + label. Of several votes of one voter on one item the first is kept.
    A counting sort: stable, linear.

    >>> item, voter, label = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 0]], dtype=np.int32)
    >>> starts, codes, fired, tally = by_item(item, voter, label, 2, 1, 2)
    >>> starts.tolist(), codes.tolist(), fired.tolist(), tally.tolist()
    ([0, 1, 2], [0, 1], [1, 1], [[1, 0], [0, 1]])
    """
    starts = np.zeros(items + 1, dtype=np.int64)
    for row in range(item.size):
        starts[item[row] + 1] += 1
    for i in range(items):
        starts[i + 1] += starts[i]
    ends = np.empty(items, dtype=np.int64)
    for i in range(items):
        ends[i] = starts[i]
    codes = np.empty(item.size, dtype=np.int32)
    for row in range(item.size):
        codes[ends[item[row]]] = voter[row] * outcomes + label[row]
        ends[item[row]] += 1
    fired = np.zeros(voters * outcomes, dtype=np.int64)
    tally = np.zeros((items, outcomes), dtype=np.int32)
    last = np.full(voters, -1, dtype=np.int32)
    kept = 0
    for i in range(items):
        first = starts[i]
        starts[i] = kept
        for vote in range(first, ends[i]):
            v = codes[vote] // outcomes
            if last[v] != i:
                last[v] = i
                codes[kept] = codes[vote]
                fired[codes[vote]] += 1
                tally[i, codes[vote] - v * outcomes] += 1
                kept += 1
    starts[items] = kept
    return starts, codes[:kept], fired, tally


@njit(cache=True, nogil=True)
def count(starts: Starts, codes: Codes, states: States, counts: Floats) -> None:
    """Add the `states` (items, states; float32) of each item to the rows of `counts` (codes, states) of its votes.

    >>> counts, states = np.zeros((2, 2)), np.array([[0.25, 0.75]], dtype=np.float32)
    >>> count(np.array([0, 1]), np.array([1], dtype=np.int32), states, counts)
    >>> counts.tolist()
    [[0.0, 0.0], [0.25, 0.75]]
    """
    for i in range(starts.size - 1):
        for vote in range(starts[i], starts[i + 1]):
            row = codes[vote]
            for j in range(states.shape[1]):
                counts[row, j] += states[i, j]


@njit(cache=True, nogil=True)
def em_pass(
    starts: Starts,
    codes: Codes,
    evidence: Floats,
    base: Floats,
    clamped: Bools,
    states: States,
    counts: Floats,
    subtypes: int,
) -> float:
    """One pass over the votes; returns the sum over items and outcomes of the change of the posterior.

    The `states` (items, states; float32) of each item become the softmax of `base` (states,) plus the `evidence`
    (codes, states) of its votes; where `clamped` (items,), states at zero stay there. Then they are added to the rows
    of `counts` (codes, states) of its votes.

    >>> counts, states, free = np.zeros((2, 2)), np.full((1, 2), 0.5, dtype=np.float32), np.zeros(1, dtype=np.bool_)
    >>> starts, codes, evidence = np.array([0, 1]), np.array([1], dtype=np.int32), np.log([[0.5, 0.5], [0.25, 0.75]])
    >>> round(em_pass(starts, codes, evidence, np.zeros(2), free, states, counts, 1), 6)
    0.5
    >>> counts.round(6).tolist()
    [[0.0, 0.0], [0.25, 0.75]]
    """
    width = base.size
    now = np.empty(width)
    change = 0.0
    for i in range(starts.size - 1):
        add_up(starts[i], starts[i + 1], codes, evidence, base, now)
        top = -np.inf
        for j in range(width):
            if clamped[i] and states[i, j] == 0.0:
                now[j] = -np.inf
            top = max(top, now[j])
        total = 0.0
        for j in range(width):
            now[j] = np.exp(now[j] - top)
            total += now[j]
        for first in range(0, width, subtypes):
            moved = 0.0
            for j in range(first, first + subtypes):
                now[j] /= total
                moved += now[j] - states[i, j]
                states[i, j] = now[j]
            change += abs(moved)
        for vote in range(starts[i], starts[i + 1]):
            row = codes[vote]
            for j in range(width):
                counts[row, j] += now[j]
    return change


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
