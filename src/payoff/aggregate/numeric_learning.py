"""What votes that are numbers teach: each item's value, each voter's bias and noise, each pool's habits."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import digamma

from payoff.aggregate.kernels import Codes, Floats, Starts
from payoff.aggregate.numeric_coding import Numbers
from payoff.aggregate.numeric_kernels import PULL, SHIFT, SQUARES, SUMS, WEIGHT, numeric_pass

# Beliefs before any vote, in the spread of the labels, and how many voters, votes or items they weigh.
NOISE, NOISE_VOTES = 0.2, 4.0  # variance of errors
ALIKE, ALIKE_VOTERS = 2.0, 2.0  # shape of the Gamma of precisions in a pool: how alike its voters are
BIAS, BIAS_VOTERS = 0.05, 1.0  # variance of biases in a pool
SPREAD_ITEMS = 2.0  # items as spread as the labels
POOL_BIAS = 1.0  # variance of the bias that a whole pool shares, where something tells the level
TAILS = (2.0, 200.0)  # degrees of freedom of errors: gross errors are common, or there are none
TAILS_VOTED, TAILS_VOTES = 8.0, 20.0  # degrees of freedom believed at first


@dataclass
class Pools:
    """What the voters of each pool have in common, (pools,) each."""

    of: Codes  # (voters,) the pool of a voter
    level: Floats  # whether it tells the level: its biases are about zero
    shift: Floats  # the bias they share
    scatter: Floats  # variance of their biases about it
    shape: Floats  # precision ~ Gamma(shape, rate)
    rate: Floats
    size: Floats  # voters


@dataclass
class State:
    """What is believed of items, voters and pools, in units of the labels' spread.

    >>> from payoff.aggregate import NumericLabelModel
    >>> state = NumericLabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": [1, 3]})._state
    >>> state.mean.shape, state.weight.shape, state.bias.shape, state.pools.shift.shape  # items, votes, voters, pools
    ((2,), (2,), (1,), (1,))
    """

    mean: Floats  # (items,)
    variance: Floats  # (items,) 0 where it is known
    weight: Floats  # (votes,) near 1; a gross error has little
    crowd: Floats  # mean and variance of the items, degrees of freedom of errors
    bias: Floats  # (voters,)
    doubt: Floats  # (voters,) variance of the bias
    shape: Floats  # (voters,) precision ~ Gamma(shape, rate)
    rate: Floats
    pools: Pools
    sums: Floats  # (voters, SUMS) of the last pass
    shared: Floats = field(default_factory=lambda: np.zeros((2, 2)))  # covariance of the shifts, population first
    passes: int = 0

    @property
    def precision(self) -> Floats:
        """Expected precision of each voter, (voters,)."""
        return self.shape / self.rate


def learn_numbers(
    coded: Numbers, pool: Codes, level: Floats, known: tuple[Starts, Floats], *, max_iter: int, tol: float
) -> State:
    """Learn by variational passes, until the values move by less than `tol` of their doubt on average.

    >>> from payoff.aggregate.numeric_coding import code_numbers
    >>> coded = code_numbers({"item": [1, 1], "source": ["ann", "bob"], "label": [-1, 1]})
    >>> none = np.zeros(0, dtype=np.int64), np.zeros(0)
    >>> state = learn_numbers(coded, np.zeros(2, dtype=np.int32), np.ones(1), none, max_iter=9, tol=0)
    >>> state.passes, state.mean.round(6).tolist()
    (9, [0.0])
    """
    state = first_state(coded, pool, level, known)
    votes = np.bincount(coded.voter, minlength=len(pool)).astype(np.float64)
    moved = np.inf
    while state.passes < max_iter and moved >= tol:
        state.passes += 1
        voters = np.column_stack([state.bias, state.doubt, state.precision, pool + 1.0])
        sums, pulls = np.zeros((len(pool), SUMS)), np.zeros((len(level) + 1,) * 2)
        change, tails = numeric_pass(
            coded.starts,
            coded.voter,
            coded.label,
            state.weight,
            state.mean,
            state.variance,
            voters,
            state.crowd,
            sums,
            pulls,
        )
        moved = change / max(np.sqrt(state.variance).sum(), 1e-300)
        state.sums = sums
        learn_items(state, tails / len(coded.label))
        learn_biases(state, pulls)
        learn_noise(state, votes)
    return state


def first_state(coded: Numbers, pool: Codes, level: Floats, known: tuple[Starts, Floats]) -> State:
    """What is believed before the first pass: no voter is biased, and a vote far from its item's median counts little.

    >>> from payoff.aggregate.numeric_coding import code_numbers
    >>> coded = code_numbers({"item": [1, 1, 1], "source": ["a", "b", "c"], "label": [0, 0, 2]})
    >>> none = np.zeros(0, dtype=np.int64), np.zeros(0)
    >>> first_state(coded, np.zeros(3, dtype=np.int32), np.ones(1), none).weight.tolist()  # 9 / 8 and 9 / (8 + 4 / .2)
    [1.125, 1.125, 0.32142857]
    """
    voters, pools, start = len(pool), len(level), TAILS_VOTED
    middle = medians(coded)
    away = coded.label - middle[coded.item]
    variance = np.full(len(middle), NOISE)
    middle[known[0]], variance[known[0]] = known[1], 0.0
    return State(
        mean=middle,
        variance=variance,
        weight=(start + 1) / (start + away**2 / NOISE),
        crowd=np.array([0.0, 1.0, start]),
        bias=np.zeros(voters),
        doubt=np.full(voters, BIAS),
        shape=np.full(voters, ALIKE),
        rate=np.full(voters, ALIKE * NOISE),
        pools=Pools(
            of=pool,
            level=level,
            shift=np.zeros(pools),
            scatter=np.full(pools, BIAS),
            shape=np.full(pools, ALIKE),
            rate=np.full(pools, ALIKE * NOISE),
            size=np.bincount(pool, minlength=pools).astype(np.float64),
        ),
        sums=np.zeros((voters, SUMS)),
    )


def medians(coded: Numbers) -> Floats:
    """The median of each item's labels, (items,).

    >>> from payoff.aggregate.numeric_coding import code_numbers
    >>> medians(code_numbers({"item": [1, 1, 1, 2], "source": ["a", "b", "c", "a"], "label": [5, 9, 6, 7]})).tolist()
    [6.0, 7.0]
    """
    label = coded.label[np.lexsort((coded.label, coded.item))]
    ends = coded.starts[:-1] + coded.starts[1:]
    middle: Floats = (label[(ends - 1) // 2] + label[ends // 2]) / 2
    return middle


def learn_items(state: State, tails: float) -> None:
    """Learn how spread the items are and, from the mean over votes that a pass returns, how common gross errors are.

    Source: Liu and Rubin, "ML estimation of the t distribution using EM and its extensions" (1995).

    >>> from payoff.aggregate.numeric_coding import code_numbers
    >>> none = np.zeros(0, dtype=np.int64), np.zeros(0)
    >>> coded = code_numbers({"item": [1, 2], "source": ["a", "a"], "label": [-1, 1]})
    >>> state = first_state(coded, np.zeros(1, dtype=np.int32), np.ones(1), none)
    >>> learn_items(state, -3.0)
    >>> float(state.crowd[1])  # (1.2 + 1.2 + 2 * 1) / 4
    1.1
    """
    spread = (state.mean - state.crowd[0]) ** 2 + state.variance
    state.crowd[1] = (spread.sum() + SPREAD_ITEMS) / (len(spread) + SPREAD_ITEMS)
    votes, start = len(state.weight), TAILS_VOTED / 2
    seen = digamma((state.crowd[2] + 1) / 2) + np.log(2) + tails
    usual = digamma(start) - np.log(start) - 1
    found = 2 * gamma_shape(-1 - (votes * seen + TAILS_VOTES * usual) / (votes + TAILS_VOTES))
    state.crowd[2] = np.clip(found, *TAILS)


def learn_biases(state: State, pulls: Floats) -> None:
    """Learn biases: of whole pools with the items summed out, of voters within their pool with the items as they are.

    Shifts of whole pools are solved for, since passes that take items and voters in turn hardly move them.

    >>> from payoff.aggregate.numeric_coding import code_numbers
    >>> none = np.zeros(0, dtype=np.int64), np.zeros(0)
    >>> coded = code_numbers({"item": [1], "source": ["a"], "label": [0]})
    >>> state = first_state(coded, np.zeros(1, dtype=np.int32), np.ones(1), none)
    >>> learn_biases(state, np.eye(2))
    >>> state.shared.round(6).tolist()  # a pool of one with biases of variance .05: 1 / (1 + 20)
    [[1.0, 0.0], [0.0, 0.047619]]
    """
    pools = state.pools
    of, level = pools.of, pools.level > 0
    believed = np.where(level, pools.size / pools.scatter, 1 / POOL_BIAS)
    state.shared = np.asarray(np.linalg.inv(pulls + np.diag(np.append(0.0, believed))), dtype=np.float64)
    drag = np.where(level, np.bincount(of, weights=state.bias) / pools.scatter, pools.shift / POOL_BIAS)
    pulled = np.bincount(of, weights=state.sums[:, PULL]) - drag
    crowd = (state.crowd[0] - state.mean).sum() / state.crowd[1]
    shifts = state.shared @ np.append(crowd, pulled)
    firm = 1 / pools.scatter[of]
    total = firm + state.precision * state.sums[:, WEIGHT]
    step = (pools.shift[of] * firm + state.precision * state.sums[:, SHIFT]) / total - state.bias
    step -= (np.bincount(of, weights=step) / pools.size)[of]
    state.bias = state.bias + step + shifts[1:][of]
    state.doubt = 1 / total
    state.crowd[0] -= shifts[0]
    middle = np.bincount(of, weights=state.bias) / pools.size
    pools.shift = np.where(level, 0.0, middle * pools.size / (pools.size + pools.scatter / POOL_BIAS))
    scatter = np.bincount(of, weights=(state.bias - pools.shift[of]) ** 2 + state.doubt)
    pools.scatter = (scatter + BIAS_VOTERS * BIAS) / (pools.size + BIAS_VOTERS)


def learn_noise(state: State, votes: Floats) -> None:
    """Learn the precision of each voter with so many `votes` (voters,), and how alike the voters of a pool are.

    >>> from payoff.aggregate.numeric_coding import code_numbers
    >>> none = np.zeros(0, dtype=np.int64), np.zeros(0)
    >>> coded = code_numbers({"item": [1], "source": ["a"], "label": [0]})
    >>> state = first_state(coded, np.zeros(1, dtype=np.int32), np.ones(1), none)
    >>> learn_noise(state, np.ones(1))
    >>> state.shape.tolist(), state.rate.tolist()  # 2 + 1 / 2 votes, 2 * .2 + 0 / 2
    ([2.5], [0.4])
    """
    pools = state.pools
    of = pools.of
    state.shape = pools.shape[of] + votes / 2
    state.rate = pools.rate[of] + state.sums[:, SQUARES] / 2
    mean = np.bincount(of, weights=state.precision) / pools.size
    logs = np.bincount(of, weights=digamma(state.shape) - np.log(state.rate)) / pools.size
    many = np.bincount(of, weights=votes)
    typical = np.exp((many * np.log(mean) - NOISE_VOTES * np.log(NOISE)) / (many + NOISE_VOTES))
    apart = pools.size * (np.log(mean) - logs) + ALIKE_VOTERS * (np.log(ALIKE) - digamma(ALIKE))
    pools.shape = gamma_shape(apart / (pools.size + ALIKE_VOTERS))
    pools.rate = pools.shape / typical


def gamma_shape(apart: Floats) -> Floats:
    """The shape of Gamma variables, given the log of their mean less the mean of their logs (Minka 2002, eq. 13).

    >>> gamma_shape(np.array([np.log(3) - digamma(3)])).round(1).tolist()
    [3.0]
    """
    some = np.maximum(apart, 1e-3)
    shape: Floats = (3 - some + np.sqrt((some - 3) ** 2 + 24 * some)) / (12 * some)
    return shape
