"""The loops over votes that are numbers: one pass of learning, and the posterior of each item on a grid.

Votes lie item after item: those of item i are `voter[starts[i] : starts[i + 1]]`, and `label` beside it. Whatever pulls
an item's value belongs to a pool: pool 0 is the population of items, which pulls every item towards its mean.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from payoff.aggregate.kernels import Codes, Floats, Starts

WEIGHT, SHIFT, SQUARES, OWN, FREE, PULL, SUMS = 0, 1, 2, 3, 4, 5, 6  # columns of what a pass adds up by voter
NATS = 12.0  # a grid ends where the density is so much below its top
ZOOMS = 40  # of a grid; each narrows it by a factor of 2 to 32


@njit(cache=True, nogil=True)
def numeric_pass(
    starts: Starts,
    voter: Codes,
    label: Floats,
    weight: Floats,
    mean: Floats,
    variance: Floats,
    voters: Floats,
    crowd: Floats,
    sums: Floats,
    pulls: Floats,
) -> tuple[float, float]:
    """One pass: each item's mean and variance from its votes, then each vote's weight and what it tells of its voter.

    `voters` (voters, 4): bias, its variance, precision, pool. `crowd` (3,): mean and variance of the items, degrees of
    freedom of the errors. An item of variance 0 is known. To `sums` (voters, SUMS) and `pulls` (pools, pools), the
    precision of shifts of whole pools with the items summed out, is added. Returns the sum of the changes of the means
    and the sum over votes of E log w - E w, but for a term of `crowd`.

    >>> weight, mean, variance, sums, pulls = np.ones(1), np.zeros(1), np.ones(1), np.zeros((1, SUMS)), np.zeros((2, 2))
    >>> votes = np.array([0, 1]), np.zeros(1, dtype=np.int32), np.array([2.0]), weight
    >>> voters, crowd = np.array([[0.0, 0.0, 3.0, 1.0]]), np.array([0.0, 1.0, 9.0])
    >>> moved, _ = numeric_pass(*votes, mean, variance, voters, crowd, sums, pulls)
    >>> mean.tolist(), variance.tolist()  # a vote of precision 3 on 2, items of precision 1 about 0
    ([1.5], [0.25])
    """
    pulled, touched = np.zeros(len(pulls)), np.zeros(len(pulls), dtype=np.int64)
    moved, tails = 0.0, 0.0
    for i in range(starts.size - 1):
        pulled[0] = total = 1.0 / crowd[1]
        value, many = crowd[0] * total, 1
        for j in range(starts[i], starts[i + 1]):
            v = voter[j]
            p = voters[v, 2] * weight[j]
            one = int(voters[v, 3])
            if pulled[one] == 0.0:
                touched[many] = one
                many += 1
            pulled[one] += p
            total += p
            value += p * (label[j] - voters[v, 0])
        if variance[i] > 0.0:
            moved += abs(value / total - mean[i])
            mean[i], variance[i] = value / total, 1.0 / total
        add_pulls(pulled, touched[:many], variance[i], pulls)
        for j in range(starts[i], starts[i + 1]):
            weight[j], more = add_vote(
                label[j] - mean[i], variance[i], weight[j], voters[voter[j]], crowd[2], sums[voter[j]]
            )
            tails += more
    return moved, tails


@njit(cache=True, nogil=True)
def add_pulls(pulled: Floats, touched: Starts, variance: float, pulls: Floats) -> None:
    """Add an item to the precision of the shifts of pools that it ties together; sets `pulled` back to zero.

    >>> pulls = np.zeros((2, 2))
    >>> add_pulls(np.array([1.0, 3.0]), np.array([0, 1]), 1 / 4, pulls)
    >>> pulls.tolist()  # 1 - 1 * 1 / 4, -1 * 3 / 4, 3 - 3 * 3 / 4
    [[0.75, -0.75], [-0.75, 0.75]]
    """
    for one in touched:
        pulls[one, one] += pulled[one]
        for other in touched:
            pulls[one, other] -= pulled[one] * pulled[other] * variance
    for one in touched:
        pulled[one] = 0.0


@njit(cache=True, nogil=True)
def add_vote(
    off: float, variance: float, weight: float, voter: Floats, freedom: float, sums: Floats
) -> tuple[float, float]:
    """Add to `sums` (SUMS,) what a vote, `off` its item's mean, tells of its `voter` (4,); returns its new weight.

    >>> sums = np.zeros(SUMS)
    >>> add_vote(2.0, 0.0, 1.0, np.array([0.0, 0.0, 1.0, 1.0]), 4.0, sums)[0]  # (4 + 1) / (4 + 2 * 2)
    0.625
    >>> float(sums[SHIFT])
    1.25
    """
    error = off - voter[0]
    square = error * error + variance + voter[1]
    odds = freedom + voter[2] * square
    now = (freedom + 1.0) / odds
    pull = voter[2] * weight
    sums[PULL] += pull * error
    sums[WEIGHT] += now
    sums[SHIFT] += now * off
    sums[SQUARES] += now * square
    sums[OWN] += 1.0 - pull * variance
    sums[FREE] += pull * (1.0 - pull * variance)
    return now, -np.log(odds) - now


@njit(cache=True, nogil=True)
def posterior_grid(
    starts: Starts, centre: Floats, scale: Floats, freedom: Floats, crowd: Floats, points: int, tail: float
) -> Floats:
    """Mean, standard deviation, and the quantiles `tail` and 1 - `tail` of each item's value, (items, 4).

    A vote says that the value is about `centre`, with errors of `scale` and `freedom`, (votes,) each; `crowd` is the
    mean and variance of the items. The density is taken on `points` points over all that was voted, then again over
    the part of them that matters, until most do: two camps of votes give an interval that holds both.

    >>> votes = np.array([0, 1]), np.ones(1), np.ones(1), np.full(1, 1e9)
    >>> posterior_grid(*votes, np.array([0.0, 1.0]), 41, 0.025).round(1).tolist()  # .5, sqrt(1 / 2), -+ 1.96 of it
    [[0.5, 0.7, -0.9, 1.9]]
    """
    result = np.empty((starts.size - 1, 4))
    logs = np.empty(points)
    for i in range(starts.size - 1):
        low, high = crowd[0], crowd[0]
        for j in range(starts[i], starts[i + 1]):
            low, high = min(low, centre[j]), max(high, centre[j])
        low, high = low - 6.0 * np.sqrt(crowd[1]), high + 6.0 * np.sqrt(crowd[1])
        for _ in range(ZOOMS):
            step = (high - low) / (points - 1)
            for g in range(points):
                logs[g] = density(low + g * step, starts[i], starts[i + 1], centre, scale, freedom, crowd)
            left, right = reach(logs)
            if right - left > points // 2:
                break
            low, high = low + (left - 1) * step, low + (right + 1) * step
        summarise(logs, tail, result[i])
        result[i] *= step
        for column in (0, 2, 3):
            result[i, column] += low
    return result


@njit(cache=True, nogil=True)
def density(at: float, first: int, last: int, centre: Floats, scale: Floats, freedom: Floats, crowd: Floats) -> float:
    """Log-density of an item's value `at`, less a constant: normal about the population, a Student t per vote.

    >>> one = np.ones(1)
    >>> density(2.0, 0, 1, one, one, one, np.array([0.0, 4.0]))  # -2 ** 2 / 4 / 2 - (1 + 1) / 2 * log(1 + 1)
    -1.193147
    """
    away = at - crowd[0]
    total = -0.5 * away * away / float(crowd[1])
    for j in range(first, last):
        off = (at - centre[j]) / scale[j]
        total -= 0.5 * (freedom[j] + 1.0) * np.log1p(off * off / freedom[j])
    return float(total)


@njit(cache=True, nogil=True)
def reach(logs: Floats) -> tuple[int, int]:
    """The first and the last point whose log-density is within NATS of the top.

    >>> reach(np.array([-90.0, -1.0, 0.0, -20.0]))
    (1, 2)
    """
    least = logs.max() - NATS
    left, right = len(logs), 0
    for g in range(len(logs)):
        if logs[g] > least:
            left, right = min(left, g), g
    return left, right


@njit(cache=True, nogil=True)
def summarise(logs: Floats, tail: float, result: Floats) -> None:
    """Write mean, standard deviation and both quantiles of a density on a grid into `result` (4,), in grid steps.

    >>> result = np.empty(4)
    >>> summarise(np.zeros(4), 0.25, result)
    >>> result[[0, 2, 3]].tolist()  # four points of one quarter each, -0.5 to 3.5
    [1.5, 0.5, 2.5]
    """
    top = logs.max()
    total, one, two = 0.0, 0.0, 0.0
    for g in range(len(logs)):
        logs[g] = np.exp(logs[g] - top)
        total += logs[g]
        one += logs[g] * g
    one /= total
    for g in range(len(logs)):
        two += logs[g] * (g - one) ** 2
    result[0], result[1] = one, np.sqrt(two / total)
    for column, share in ((2, tail), (3, 1.0 - tail)):
        below, g = 0.0, 0
        while below + logs[g] < share * total and g < len(logs) - 1:
            below += logs[g]
            g += 1
        result[column] = g - 0.5 + within(logs, g, (share * total - below) / logs[g])


@njit(cache=True, nogil=True)
def within(mass: Floats, g: int, share: float) -> float:
    """How far into the cell of point `g`, 0 to 1, a `share` of its mass lies below, the density falling exponentially.

    >>> within(np.ones(3), 1, 0.25)
    0.25
    >>> within(np.array([1.0, 2.0, 4.0]), 1, 0.5)  # (2 ** x - 1) / (2 - 1) = 1 / 2
    0.5849625
    """
    before, after = mass[max(g - 1, 0)], mass[min(g + 1, len(mass) - 1)]
    slope = 0.5 * np.log(max(after, 1e-300) / max(before, 1e-300))
    if abs(slope) < 1e-6:
        return share
    return float(np.log1p(share * np.expm1(slope)) / slope)
