"""From what was learnt to estimates with intervals: of the values of items, of the bias and noise of voters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import gammaincinv, ndtr, ndtri
from scipy.stats import t as student

from payoff.aggregate.kernels import Codes, Floats, Starts
from payoff.aggregate.numeric_coding import Numbers
from payoff.aggregate.numeric_kernels import FREE, OWN, SHIFT, SQUARES, WEIGHT, posterior_grid
from payoff.aggregate.numeric_learning import State

TAIL = 0.025  # intervals hold 95 %
WIDE = float(-ndtri(TAIL))  # standard errors to each side of a normal one
POINTS = 41  # of a grid over one item's value
CHUNK = 65_536  # items whose pulls are held at once


@dataclass(frozen=True)
class Voters:
    """What is known of voters, (voters,) each; the last are one typical voter of each pool."""

    pool: Codes
    bias: Floats
    doubt: Floats  # variance of the bias about its pool's, which is itself in doubt
    shape: Floats  # precision ~ Gamma(shape, rate)
    rate: Floats


@dataclass(frozen=True)
class Heard:
    """What votes say of their items' values, (votes,) each: about `centre`, with errors of `scale` and `freedom`."""

    starts: Starts  # (items + 1,)
    centre: Floats
    scale: Floats
    freedom: Floats
    pool: Codes


def known_of(state: State) -> Voters:
    """What was learnt of each voter, and of a typical voter of each pool.

    A vote tells the less of its voter, the less is known of its item; and a Student error tells freedom / (freedom + 3)
    of what a normal one tells of its scale.

    >>> from payoff.aggregate import NumericLabelModel
    >>> model = NumericLabelModel().fit({"item": [1, 2], "source": ["ann", "bob"], "label": [1, 3]})
    >>> known_of(model._state).pool.tolist()  # ann, bob, and somebody
    [0, 0, 0]
    """
    pools, seen = state.pools, state.sums
    of, tells = pools.of, state.crowd[2] / (state.crowd[2] + 3)
    shape = pools.shape[of] + 0.5 * np.maximum(seen[:, OWN], 0) * tells
    spare = (1 - 1 / pools.size)[of]  # a pool's only voter has its pool's bias
    return Voters(
        pool=np.append(of, np.arange(len(pools.size))).astype(np.int32),
        bias=np.append(state.bias, pools.shift),
        doubt=np.append(spare / (1 / pools.scatter[of] + seen[:, FREE]), pools.scatter),
        shape=np.append(shape, pools.shape),
        rate=np.append(shape / state.precision, pools.rate),
    )


def heard_from(starts: Starts, label: Floats, voter: Codes, voters: Voters, freedom: float) -> Heard:
    """Votes on items that were not learnt from, heard by what is known of their voters.

    >>> ann = Voters(np.array([0]), np.array([1.0]), np.array([0.5]), np.array([2.0]), np.array([1.0]))
    >>> heard = heard_from(np.array([0, 1]), np.array([7.0]), np.array([0]), ann, freedom=4.0)
    >>> heard.centre.tolist(), heard.scale.tolist(), heard.freedom.tolist()  # 7 - 1, sqrt(1 / 2 + .5), 1 / (1/4 + 1/4)
    ([6.0], [1.0], [2.0])
    """
    scale = np.sqrt(voters.rate / voters.shape + voters.doubt)[voter]
    free = 1 / (1 / freedom + 0.5 / voters.shape)
    return Heard(starts, label - voters.bias[voter], scale, free[voter], voters.pool[voter])


def learnt_from(coded: Numbers, state: State) -> Heard:
    """The votes that were learnt from, each heard by what its voter's votes on the other items tell.

    Else a vote would vouch for itself: a voter with few votes seems the more precise, the more its items follow it.

    >>> from payoff.aggregate import NumericLabelModel
    >>> from payoff.aggregate.numeric_coding import code_numbers
    >>> votes = {"item": [1, 2], "source": ["crowd"] * 2, "voter": ["ann", "bob"], "label": [-1, 1]}
    >>> heard = learnt_from(code_numbers(votes), NumericLabelModel().fit(votes)._state)
    >>> heard.centre.tolist(), bool(heard.scale[0] == heard.scale[1])  # one vote each: both are like their pool
    ([-1.0, 1.0], True)
    """
    v, pools = coded.voter, state.pools
    off, doubt = coded.label - state.mean[coded.item], state.variance[coded.item]
    firm, shift = (1 / pools.scatter)[pools.of][v], pools.shift[pools.of][v]
    precision, weight = state.precision[v], state.weight
    others = np.maximum(state.sums[v, WEIGHT] - weight, 0)
    left = np.where(others > 0, state.sums[v, SHIFT] - weight * off, 0)
    bias = (shift * firm + precision * left) / (firm + precision * others)
    own = precision * weight * (1 - precision * weight * doubt)
    spare = (1 - 1 / pools.size)[pools.of][v]
    unsure = spare / (firm + np.maximum(state.sums[v, FREE] - own, 0))
    squares = state.sums[v, SQUARES] - weight * ((off - state.bias[v]) ** 2 + doubt + state.doubt[v])
    rate = pools.rate[pools.of][v] + np.maximum(squares, 0) / 2
    many = np.bincount(v, minlength=len(pools.of))[v]
    known = pools.shape[pools.of][v]
    tells = state.crowd[2] / (state.crowd[2] + 3) * (1 - 1 / many)
    free = 1 / (1 / state.crowd[2] + 0.5 / (known + 0.5 * np.maximum(state.sums[v, OWN], 0) * tells))
    scale = np.sqrt(rate / (known + (many - 1) / 2) + unsure)
    return Heard(coded.starts, coded.label - bias, scale, free, pools.of[v])


def values_of(heard: Heard, crowd: Floats, shared: Floats) -> Floats:
    """Mean, standard deviation, low and high of each item's value, (items, 4).

    The posterior of an item is integrated on a grid, voters as heard; the doubt of the levels of whole pools, `shared`,
    the covariance of their shifts, is added to it.

    >>> heard = Heard(np.array([0, 1]), np.ones(1), np.ones(1), np.full(1, 1e9), np.zeros(1, dtype=np.int32))
    >>> values_of(heard, np.array([0.0, 1.0]), np.eye(2)).round(1).tolist()  # sd: 1 / 2, and 1 / 4 + 1 / 4 of the pools
    [[0.5, 1.0, -1.5, 2.5]]
    """
    found = posterior_grid(heard.starts, heard.centre, heard.scale, heard.freedom, crowd, POINTS, TAIL)
    more = levels_doubt(heard, found[:, 0], crowd, shared)
    mean = found[:, 0]
    return np.column_stack(
        [
            mean,
            np.sqrt(found[:, 1] ** 2 + more),
            mean - np.hypot(mean - found[:, 2], WIDE * np.sqrt(more)),
            mean + np.hypot(found[:, 3] - mean, WIDE * np.sqrt(more)),
        ]
    )


def levels_doubt(heard: Heard, mean: Floats, crowd: Floats, shared: Floats) -> Floats:
    """Variance of each item's value from the doubt of the levels of pools, by how much each pool pulls it, (items,).

    >>> heard = Heard(np.array([0, 1]), np.ones(1), np.ones(1), np.full(1, 1e9), np.zeros(1, dtype=np.int32))
    >>> levels_doubt(heard, np.array([0.5]), np.array([0.0, 1.0]), np.eye(2)).round(3).tolist()  # 1/2 ** 2 + 1/2 ** 2
    [0.5]
    """
    item = np.repeat(np.arange(len(mean)), np.diff(heard.starts))
    away = (heard.centre - mean[item]) / heard.scale
    pull = (heard.freedom + 1) / (heard.freedom + away**2) / heard.scale**2
    doubt, pools = np.empty(len(mean)), len(shared)
    for first in range(0, len(mean), CHUNK):
        size = min(CHUNK, len(mean) - first)
        votes = slice(heard.starts[first], heard.starts[first + size])
        cell = (item[votes] - first) * pools + heard.pool[votes] + 1
        share = np.bincount(cell, weights=pull[votes], minlength=size * pools).reshape(size, pools).astype(np.float64)
        share[:, 0] = 1 / crowd[1]
        share /= share.sum(axis=1, keepdims=True)
        doubt[first : first + size] = ((share @ shared) * share).sum(axis=1)
    return np.maximum(doubt, 0)


def voters_table(coded: Numbers, state: State, unit: float) -> pl.DataFrame:
    """Each voter's `votes`, its `bias` and its `noise` with 95 % intervals, by source and voter.

    68 % of a voter's errors about its bias are smaller than its noise: for normal errors the standard deviation. Both
    are null where labels never differ, `unit` is 0.

    >>> from payoff.aggregate import NumericLabelModel
    >>> model = NumericLabelModel().fit({"item": [1, 2], "source": ["ann", "bob"], "label": [1, 3]})
    >>> model.voters_.columns
    ['source', 'voter', 'votes', 'bias', 'bias_low', 'bias_high', 'noise', 'noise_low', 'noise_high']
    """
    voters, count = known_of(state), len(coded.voters)
    shared = np.diag(state.shared)[1:][state.pools.of]
    half = WIDE * np.sqrt(voters.doubt[:count] + shared)
    shape, rate = voters.shape[:count], voters.rate[:count]
    typical = unit * student.ppf(ndtr(1.0), state.crowd[2])
    votes = np.bincount(coded.voter, minlength=count).astype(np.int64)
    if not unit:
        names = ("bias", "bias_low", "bias_high", "noise", "noise_low", "noise_high")
        return coded.voters.with_columns(pl.Series("votes", votes), *(pl.lit(None, pl.Float64).alias(n) for n in names))
    return coded.voters.with_columns(
        votes=votes,
        bias=unit * state.bias,
        bias_low=unit * (state.bias - half),
        bias_high=unit * (state.bias + half),
        noise=typical * np.sqrt(rate / shape),
        noise_low=typical * np.sqrt(rate / gammaincinv(shape, 1 - TAIL)),
        noise_high=typical * np.sqrt(rate / gammaincinv(shape, TAIL)),
    )
