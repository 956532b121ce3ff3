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

U = np.uint64
TOGETHER = 64  # items whose scores and counts stay in the nearest cache
LOWEST = -700.0  # exp of less is 0
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93145751953125e-1, 1.42860682030941723212e-6  # whole * LN2_HIGH is exact
ROUND = 1.5 * 2**52  # adding it to a float leaves its nearest whole number in the last bits
P0, P1 = 1.26177193074810590878e-4, 3.02994407707441961300e-2
Q0, Q1, Q2 = 3.00198505138664455042e-6, 2.52448340349684104192e-3, 2.27265548208155028766e-1


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


@njit(cache=True, nogil=True, error_model="numpy")
def em_pass(
    starts: Starts,
    codes: Codes,
    evidence: Floats,
    base: Floats,
    clamped: Bools,
    states: States,
    counts: Floats,
    subtypes: int,
    first: int,
    last: int,
    vouch: bool,
) -> float:
    """One pass over the votes of the items from `first` up to `last`; returns how much their posteriors changed.

    The `states` (states, items; float32) of an item become the softmax of `base` plus the `evidence` of its votes;
    where `clamped` (items,), states at zero stay there. Then they are added to the rows of `counts` of its votes: in
    full where clamped or where votes may `vouch` for themselves, else by (votes - 1) / votes. The change is summed over
    items and outcomes. A row of `evidence` and `counts`, (codes * width,), and `base`, (width,),
    are filled up with zeros to a `width` that is a multiple of 4.

    >>> counts, states, free = np.zeros(4), np.full((2, 1), 0.5, dtype=np.float32), np.zeros(1, dtype=np.bool_)
    >>> evidence = np.array([np.log(0.5), np.log(0.75), 0, 0])
    >>> votes = np.array([0, 2]), np.array([0, 0], dtype=np.int32)
    >>> round(em_pass(*votes, evidence, np.zeros(4), free, states, counts, 1, 0, 1, False), 6)
    0.384615
    >>> (13 * counts).round(6).tolist()  # two votes, half of each: 1/4 and 9/16 of 13/16
    [4.0, 9.0, 0.0, 0.0]
    """
    scores = np.zeros((base.size, TOGETHER))
    spare = np.empty(TOGETHER)
    change = 0.0
    for begin in range(first, last, TOGETHER):
        end = min(begin + TOGETHER, last)
        _sum_evidence(starts, codes, evidence, base, begin, end, scores)
        for i in range(begin, end):
            if clamped[i]:
                for j in range(states.shape[0]):
                    if states[j, i] == 0.0:
                        scores[j, i - begin] = -np.inf
        _softmax(scores, states.shape[0], spare)
        change += _replace(states, scores, begin, end, subtypes, spare)
        if not vouch:
            _discount(starts, clamped, scores, begin, end)
        _add_counts(starts, codes, scores, begin, end, counts)
    return change


@njit(cache=True, nogil=True, error_model="numpy")
def _sum_evidence(
    starts: Starts, codes: Codes, evidence: Floats, base: Floats, begin: int, end: int, scores: Floats
) -> None:
    """Write `base` plus the evidence of the votes into `scores` (width, items): four states at a time, in registers.

    Unsigned numbers everywhere, since numba checks signed ones for being negative, and cannot add four at a time then.
    """
    width = U(base.size)
    for i in range(U(begin), U(end)):
        vote, stop, item = U(starts[i]), U(starts[i + U(1)]), i - U(begin)
        for j in range(U(0), width, U(4)):
            a, b, c, d = base[j], base[j + U(1)], base[j + U(2)], base[j + U(3)]
            for n in range(vote, stop):
                at = U(codes[n]) * width + j
                a += evidence[at]
                b += evidence[at + U(1)]
                c += evidence[at + U(2)]
                d += evidence[at + U(3)]
            scores[j, item], scores[j + U(1), item], scores[j + U(2), item], scores[j + U(3), item] = a, b, c, d


@njit(cache=True, nogil=True, error_model="numpy")
def _add_counts(starts: Starts, codes: Codes, scores: Floats, begin: int, end: int, counts: Floats) -> None:
    """Add the posteriors in `scores` (width, items) to the rows of `counts` of the votes."""
    width = U(scores.shape[0])
    for i in range(U(begin), U(end)):
        vote, stop, item = U(starts[i]), U(starts[i + U(1)]), i - U(begin)
        for j in range(U(0), width, U(4)):
            a, b, c, d = scores[j, item], scores[j + U(1), item], scores[j + U(2), item], scores[j + U(3), item]
            for n in range(vote, stop):
                at = U(codes[n]) * width + j
                counts[at] += a
                counts[at + U(1)] += b
                counts[at + U(2)] += c
                counts[at + U(3)] += d


@njit(cache=True, nogil=True, error_model="numpy")
def _softmax(scores: Floats, width: int, spare: Floats) -> None:
    """Turn the first `width` rows of `scores` into shares of their sum of exponentials, item by item, in place.

    `spare` is room for one row. Many items at a time: 2 ** whole is written into the exponent of a float, the rest of
    the exponential is a quotient of polynomials. Source: Moshier, the Cephes library (1989), exp.
    """
    rows, items = U(width), U(spare.size)
    bits = spare.view(np.int64)
    for i in range(items):
        top = scores[U(0), i]
        for j in range(U(1), rows):
            top = max(top, scores[j, i])
        for j in range(rows):
            scores[j, i] -= top
    for j in range(rows):
        for i in range(items):
            x = max(scores[j, i], LOWEST)
            spare[i] = x * LOG2_E + ROUND
            whole = spare[i] - ROUND
            x = (x - whole * LN2_HIGH) - whole * LN2_LOW
            square = x * x
            odd = x * ((P0 * square + P1) * square + 1.0)
            even = ((Q0 * square + Q1) * square + Q2) * square + 2.0
            scores[j, i] = 1.0 + 2.0 * (odd / (even - odd)) if scores[j, i] > LOWEST else 0.0
        for i in range(items):
            bits[i] = (bits[i] + 1023) << 52
        for i in range(items):
            scores[j, i] *= spare[i]
    for i in range(items):
        total = 0.0
        for j in range(rows):
            total += scores[j, i]
        for j in range(rows):
            scores[j, i] /= total


@njit(cache=True, nogil=True, error_model="numpy")
def _discount(starts: Starts, clamped: Bools, scores: Floats, begin: int, end: int) -> None:
    """Take the share of one vote off the posteriors in `scores` (width, items) of all items that are not clamped."""
    for i in range(begin, end):
        votes = starts[i + 1] - starts[i]
        if not clamped[i] and votes > 0:
            for j in range(scores.shape[0]):
                scores[j, i - begin] *= (votes - 1) / votes


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
def _replace(states: States, scores: Floats, begin: int, end: int, subtypes: int, moved: Floats) -> float:
    """Put the posteriors in `scores` in place of those in `states`; the change, summed over items and outcomes."""
    change = 0.0
    first, items, step = U(begin), U(end - begin), U(subtypes)
    for outcome in range(U(0), U(states.shape[0]), step):
        for i in range(items):
            moved[i] = 0.0
        for j in range(outcome, outcome + step):
            for i in range(items):
                moved[i] += scores[j, i] - states[j, first + i]
            for i in range(items):
                states[j, first + i] = scores[j, i]
        for i in range(items):
            change += abs(moved[i])
    return change
