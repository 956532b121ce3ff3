"""How sure a probability is: voters are known from few votes, and how much people share their errors is not known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from scipy.special import digamma, expit, ndtri, polygamma, softmax

from payoff.aggregate.calibration import OFFSET, SPREAD, Doubt, majority, tempered, votes_worth
from payoff.aggregate.cast import Gold
from payoff.aggregate.coding import Coded
from payoff.aggregate.evidence import LIKE_ITS_POOL, learnt_from
from payoff.aggregate.firing import RULE_GOLD
from payoff.aggregate.kernels import Floats, count
from payoff.aggregate.learning import Learnt, weighed

TAIL = 0.025  # intervals hold 95 %
WIDE = float(-ndtri(TAIL))  # standard errors to each side of a normal one
CHUNK = 65_536  # items whose votes are held at once
SURE = 1e-12  # no probability is nearer to 0 or 1
LEAST = 0.5  # of a vote stands for any rate
STEPS, FAR = 81, 3.5  # how finely, and how many deviations about what is usual, shares of errors are weighed


def as_intervals(items: pl.Series, outcomes: list[str], proba: Floats, low: Floats, high: Floats) -> pl.DataFrame:
    """Probabilities with their ends, (items, outcomes) each, as a table: item, outcome, proba, low, high.

    >>> one = np.array([[0.5]])
    >>> as_intervals(pl.Series("item", ["a"]), ["x"], one, one - 0.25, one + 0.25).rows()
    [('a', 'x', 0.5, 0.25, 0.75)]
    """
    row = np.repeat(np.arange(len(items)), len(outcomes))
    table = {"proba": proba.ravel(), "low": low.ravel(), "high": high.ravel()}
    return pl.DataFrame({"item": items[row], "outcome": outcomes * len(items), **table})


def posterior_ends(coded: Coded, learnt: Learnt, gold: Gold, doubt: Doubt, proba: Floats) -> tuple[Floats, Floats]:
    """Low and high ends, 95 %, of `proba`, P(outcome | votes), (items, outcomes) each; gold leaves no doubt.

    Two things are not known. What a vote says: the log-odds of an outcome have the variance of the votes' log-evidence
    (delta method). And how much of one vote the others said already, by `doubt`: log-odds at both ends of what that may
    be. Each moves the log-odds to its side, and their squares are added; the plain shares of the votes are mixed in as
    they are in the posterior. Not in it: that the model is wrong, and that a vote vouches for its own voter, which
    makes ends too near where voters have few votes.

    >>> from payoff.aggregate import LabelModel
    >>> votes = {"item": [1, 1, 2], "source": ["ann", "bob", "ann"], "label": ["x", "x", "y"]}
    >>> LabelModel().fit(votes, gold={"item": [2], "label": ["y"]}).intervals_.rows()[2:]
    [(2, 'x', 0.0, 0.0, 0.0), (2, 'y', 1.0, 1.0, 1.0)]
    """
    low, high = np.empty(coded.tally.shape), np.empty(coded.tally.shape)
    evidence, unsaid = heard_with_doubt(learnt, firm_counts(coded, learnt, gold))
    copies, shared, plain = learnt.hearing.copies, doubt.shared, doubt.majority
    ends, worth = shared_ends(coded, learnt, gold, doubt), votes_worth(coded, learnt.evidence, copies)
    for rows in chunks(len(low)):
        states = added_up(coded, rows, evidence) + learnt.base
        scores, unsure = over_subtypes(states, added_up(coded, rows, unsaid), learnt.subtypes)
        low[rows], high[rows] = ends_of(scores, unsure, learnt.prior, worth[rows], shared, ends)
    seen = plain * majority(coded, learnt.prior, copies)
    low = np.minimum((1 - plain) * low + seen, proba)
    high = np.maximum((1 - plain) * high + seen, proba)
    low[gold.item] = high[gold.item] = np.eye(len(coded.outcomes))[gold.outcome]
    return low, high


def chunks(items: int) -> Iterator[slice]:
    """Slices that cover so many items, CHUNK at a time.

    >>> list(chunks(70_000))
    [slice(0, 65536, None), slice(65536, 70000, None)]
    """
    for first in range(0, items, CHUNK):
        yield slice(first, min(first + CHUNK, items))


def added_up(coded: Coded, rows: slice, table: Floats) -> Floats:
    """The sum of the rows of `table`, (codes, columns), over the votes of each of the items `rows`, (items, columns).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1, 2], "source": ["ann", "bob", "ann"], "label": list("xxx")})
    >>> added_up(coded, slice(0, 2), np.array([[1.0], [10.0]])).tolist()
    [[11.0], [1.0]]
    """
    starts = coded.starts[rows.start : rows.stop + 1]
    votes = coded.codes[starts[0] : starts[-1]]
    return np.asarray(np.add.reduceat(table[votes], starts[:-1] - starts[0]))


def over_subtypes(states: Floats, unsure: Floats, subtypes: int) -> tuple[Floats, Floats]:
    """Log-probability of outcomes from that of `states`, but for a constant, and its variance: (items, outcomes) each.

    >>> scores, unsure = over_subtypes(np.log([[1.0, 1.0]]), np.array([[0.5, 0.5]]), subtypes=2)
    >>> np.exp(scores).tolist(), unsure.tolist()  # 1 + 1, and a quarter of each variance
    ([[2.0]], [[0.25]])
    """
    shape = (len(states), -1, subtypes)
    split, doubt = states.reshape(shape), unsure.reshape(shape)
    top = split.max(axis=2, keepdims=True)
    within = np.exp(split - top)
    total = within.sum(axis=2, keepdims=True)
    return (top + np.log(total))[:, :, 0], ((within / total) ** 2 * doubt).sum(axis=2)


def ends_of(
    scores: Floats, unsure: Floats, prior: Floats, votes: Floats, shared: float, ends: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Ends of the tempered P(outcome), from log-probabilities and their variance, (items, outcomes) each.

    >>> even = np.full(2, 0.5)
    >>> low, high = ends_of(np.log([even]), np.array([even]), even, np.array([1]), 0.5, (0.1, 2.0))
    >>> bool(abs(np.log(high[0, 0] / low[0, 1]) - 1.96) < 1e-4), bool(abs(low[0, 0] + high[0, 0] - 1) < 1e-9)
    (True, True)
    """
    middle, one, other = (log_odds(tempered(scores, prior, votes, value)) for value in (shared, *ends))
    share = expit(middle) ** 2 * unsure
    others = (share.sum(axis=1, keepdims=True) - share) / np.maximum(expit(-middle), SURE) ** 2
    error = WIDE * np.sqrt(unsure + np.maximum(others, 0)) / (1 + shared * np.maximum(votes[:, np.newaxis] - 1, 0))
    below = np.maximum(middle - np.minimum(one, other), 0)
    above = np.maximum(np.maximum(one, other) - middle, 0)
    return expit(middle - np.hypot(error, below)), expit(middle + np.hypot(error, above))


def log_odds(logs: Floats) -> Floats:
    """Log-odds of each outcome from log-probabilities, (items, outcomes).

    >>> np.exp(log_odds(np.log([[0.8, 0.2]]))).round(9).tolist()
    [[4.0, 0.25]]
    """
    proba = np.exp(logs)
    odds: Floats = logs - np.log(np.maximum(proba.sum(axis=1, keepdims=True) - proba, SURE))
    return odds


def heard_with_doubt(learnt: Learnt, firm: Floats) -> tuple[Floats, Floats]:
    """The log-evidence of each code for each state and its variance, (codes, states) each.

    A rate that c of n votes stand for, believed ones included, has a log of variance trigamma(c) - trigamma(n). Votes
    on items in doubt stand for less: only `firm` (codes, states) of them. The log of a rate of almost nothing has no
    useful variance, so at least LEAST of a vote stands for each. The rate of a rule rests on a belief that weighs
    RULE_GOLD gold labels; what all outcomes have in common cancels out.

    >>> from payoff.aggregate.cast import Cast
    >>> from payoff.aggregate.hearing import Hearing
    >>> cast = Cast(np.array([0]), np.array([0]), np.array([9]), np.zeros((1, 2)), items=20)
    >>> rule = Hearing(np.array(["rule"], dtype=object), np.array([False]), np.array([0]), np.array([1.0]))
    >>> learnt = Learnt(cast, rule, np.array([0.5, 0.5]), 1, np.array([[9.0, 0.0]]), np.zeros(2), passes=1)
    >>> evidence, doubt = heard_with_doubt(learnt, learnt.counts)
    >>> bool(np.allclose(doubt, polygamma(1, np.maximum(8 * np.exp(evidence) / 2, LEAST))))
    True
    """
    cast, copies = learnt.cast, learnt.hearing.copies[learnt.cast.voter][:, np.newaxis]
    confused = learnt.hearing.confused[cast.voter][:, np.newaxis]
    evidence = learnt.evidence * copies
    split = learnt.counts.reshape(len(learnt.counts), -1, learnt.subtypes)
    part = learnt_from(learnt.hearing, cast.voter, split)[:, np.newaxis]
    counts, firm = learnt.counts * part, firm * part
    believed = LIKE_ITS_POOL + by_voter(counts, learnt)
    own = np.maximum(inverse_digamma(np.minimum(evidence, 0) + digamma(believed)), LEAST)
    firmly = np.maximum(own - (counts - firm), LEAST)
    heard = np.maximum(polygamma(1, firmly) - polygamma(1, LIKE_ITS_POOL + by_voter(firm, learnt)), 0)
    weight = RULE_GOLD + cast.gold.sum(axis=1, keepdims=True)
    fires = polygamma(1, np.maximum(weight * np.exp(evidence) * np.repeat(learnt.prior, learnt.subtypes), LEAST))
    says = np.where(confused, digamma(own) - digamma(believed), evidence)
    return says / copies, np.where(confused, heard, fires) / copies


def by_voter(counts: Floats, learnt: Learnt) -> Floats:
    """The sum of `counts` over all codes of a code's voter, (codes, states).

    >>> from payoff.aggregate import LabelModel
    >>> learnt = LabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]})._learnt
    >>> by_voter(np.array([[1.0], [2.0]]), learnt).tolist()
    [[3.0], [3.0]]
    """
    voter = learnt.cast.voter
    total = np.zeros((len(learnt.hearing.kind), counts.shape[1]))
    np.add.at(total, voter, counts)
    return total[voter]


def firm_counts(coded: Coded, learnt: Learnt, gold: Gold) -> Floats:
    """Votes of each code on items of each state, (codes, states), each counted by the square of the item's posterior.

    What is not known of an item is not known of who voted on it: the missing information of Louis, "Finding the
    observed information matrix when using the EM algorithm" (1982), state by state.

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1], "source": ["r"], "label": ["x"]}, gold={"item": [1], "label": ["y"]})
    >>> firm_counts(model._coded, model._learnt, model._truth)[:, :2].tolist()  # the outcome is y, so x has none
    [[0.0, 0.0]]
    """
    firm = np.zeros_like(learnt.counts)
    outcome = np.full(len(coded.items), -1)
    outcome[gold.item] = gold.outcome
    of_state = np.repeat(np.arange(len(learnt.prior)), learnt.subtypes)
    evidence = learnt.evidence
    for rows in chunks(len(coded.items)):
        states = added_up(coded, rows, evidence) + learnt.base
        known = outcome[rows, np.newaxis]
        states[(known >= 0) & (of_state != known)] = -np.inf
        proba = softmax(states, axis=1)
        firmly = weighed((proba**2).astype(np.float32), coded.sizes[rows], known[:, 0] >= 0)
        count(coded.starts[rows.start : rows.stop + 1], coded.codes, firmly, firm)
    return firm


def inverse_digamma(value: Floats) -> Floats:
    """The number whose digamma is `value` (Minka, "Estimating a Dirichlet distribution", 2000, appendix C).

    >>> inverse_digamma(digamma(np.array([0.01, 3.0, 70.0]))).round(9).tolist()
    [0.01, 3.0, 70.0]
    """
    small = -1 / (np.minimum(value, -2.22) - digamma(1))
    number: Floats = np.where(value >= -2.22, np.exp(value) + 0.5, small)
    for _ in range(5):
        number -= (digamma(number) - value) / polygamma(1, number)
    return number


def shared_ends(coded: Coded, learnt: Learnt, gold: Gold, doubt: Doubt) -> tuple[float, float]:
    """Between which values the share of a vote that others said already lies, 95 %; `doubt` is what is reckoned with.

    Before gold is seen its logarithm is normal about what is usual; gold items make values likelier under which their
    outcomes are.

    >>> from payoff.aggregate import LabelModel
    >>> from payoff.aggregate.coding import code_votes
    >>> coded, none = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}), np.zeros(0, dtype=np.int32)
    >>> learnt = LabelModel().fit({"item": [1], "source": ["ann"], "label": ["x"]})._learnt
    >>> low, high = shared_ends(coded, learnt, Gold(none, none, np.zeros(1)), Doubt(0.85, 0.3, 0.85))
    >>> far = np.exp(1.96 * 0.7)
    >>> bool(abs(low - (0.9 / far - 0.05)) < 0.01), bool(abs(high - (0.9 * far - 0.05)) < 0.1)
    (True, True)
    """
    away = np.linspace(-FAR, FAR, STEPS)
    values = np.maximum((doubt.usual + OFFSET) * np.exp(SPREAD * away) - OFFSET, 0)
    worth = -0.5 * away**2
    if len(gold.item):
        states = np.concatenate([added_up(coded, rows, learnt.evidence) for rows in chunks(len(coded.items))])[
            gold.item
        ]
        scores, _ = over_subtypes(states + learnt.base, states, learnt.subtypes)
        rows = np.arange(len(scores)), gold.outcome
        votes = votes_worth(coded, learnt.evidence, learnt.hearing.copies)[gold.item]
        worth += [tempered(scores, learnt.prior, votes, value)[rows].sum() for value in values]
    mass = np.exp(worth - worth.max())
    below = (np.cumsum(mass) - mass / 2) / mass.sum()
    low, high = np.interp([TAIL, 1 - TAIL], below, values)
    return min(float(low), doubt.shared), max(float(high), doubt.shared)
