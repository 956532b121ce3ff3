"""What a rule says: how much oftener it fires under an outcome than in all, and what its silence says."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from payoff.aggregate.cast import Cast
from payoff.aggregate.kernels import Codes, Floats

# Strengths of belief; one set for every table of votes.
RIGHT_RULE = 0.88  # a rule that fires on TYPICAL of the items is right so often
TYPICAL, RARER = 0.1, 0.1  # the rarer it fires, the oftener it is right: log-odds per log of its share of items
TRUST = 0.8  # this belief against what the other votes say of the rule
RULE_VOTES = 5.0  # votes that weigh as much as the belief where a rule has few
POOLED = 20.0  # gold labels of all rules for one outcome that weigh as much as the belief in them
RULE_GOLD = 8.0  # gold labels of a rule that weigh as much as both
RULE_CAP = 0.98  # no rule fires under an outcome on more than so many of that outcome's items
SILENCE = 0.2  # of what silence would say if rules fired independently of one another
ODDS = (-3.0, 5.0)  # log-odds of a rule being right stay within
SURE = 1e-6  # no rate is nearer to 0 or 1


def firing(counts: Floats, cast: Cast, prior: Floats) -> tuple[Floats, Floats]:
    """Log of how much oftener each code is cast, and of how much oftener it is not, by outcome: (codes, outcomes) each.

    `counts`, (codes, outcomes), are votes by the outcome of their items. No rule fires on more items of an outcome than
    there are; the rest of its votes fall to the other outcomes. A code that was never cast says nothing.

    >>> cast = Cast(np.array([0]), np.array([0]), np.array([4]), np.array([[0.0, 8.0]]), items=4)
    >>> fires, _ = firing(np.array([[4.0, 0.0]]), cast, np.array([0.5, 0.5]))
    >>> np.exp(fires).round(6).tolist()  # on all four items, so on no outcome's oftener
    [[1.02, 0.98]]
    """
    fired = np.maximum(cast.fired, 1)[:, np.newaxis]
    own = np.arange(len(prior)) == cast.label[:, np.newaxis]
    right = expit(np.clip(rightness(counts, cast), *ODDS))[:, np.newaxis]
    share = np.where(own, right, (1 - right) * wrongly(counts, own, prior))
    share = (RULE_GOLD * share + cast.gold) / (RULE_GOLD + cast.gold.sum(axis=1, keepdims=True))
    share = within_reach(share, RULE_CAP * cast.items / fired * prior)
    share[cast.fired == 0] = prior
    seldom = 1 - np.minimum(share * fired / (cast.items * prior), RULE_CAP)
    silent = np.log(seldom) - np.log(1 - np.minimum(fired / cast.items, RULE_CAP))
    silent[cast.fired == 0] = 0
    return np.log(np.maximum(share / prior, SURE)), SILENCE * silent


def rightness(counts: Floats, cast: Cast) -> Floats:
    """The log-odds that a vote of each code is right, (codes,): a belief, moved by how it fares among its like.

    Rules for one outcome are compared among themselves, by what the other votes say of theirs, and only how much better
    one is than the rest counts: what they have in common cannot be told from the base rate, and learning it runs away
    with the outcome that has more rules. Source for the belief that most rules are better than chance: Wu et al.,
    "Learning hyper label model for programmatic weak supervision" (2023).

    >>> cast = Cast(np.arange(2), np.zeros(2, dtype=int), np.array([10, 10]), np.zeros((2, 2)), items=100)
    >>> low, high = rightness(np.array([[2.0, 8.0], [8.0, 2.0]]), cast)
    >>> bool(low < logit(RIGHT_RULE) < high), round(float(low + high) / 2, 6) == round(float(logit(RIGHT_RULE)), 6)
    (True, True)
    """
    votes = counts.sum(axis=1)
    hits = counts[np.arange(len(counts)), cast.label]
    odds = logit((hits + RULE_VOTES * RIGHT_RULE) / (votes + RULE_VOTES))
    belief = logit(believed_right(cast))
    odds += belief - mean_of_label(odds, np.sqrt(votes + 1), cast.label, counts.shape[1])
    rarer: Floats = np.log(np.maximum(cast.fired, 1) / cast.items) - np.log(TYPICAL)
    return np.asarray((1 - TRUST) * odds + TRUST * belief - RARER * rarer)


def believed_right(cast: Cast) -> Floats:
    """How often a rule for the label of each code is right, before its own votes are looked at, (codes,).

    The gold labels of all rules for one outcome move the belief, which weighs POOLED of them.

    >>> gold = np.array([[20.0, 0.0], [0.0, 0.0]])
    >>> cast = Cast(np.arange(2), np.array([0, 0]), np.array([9, 9]), gold, items=100)
    >>> np.allclose(believed_right(cast), (POOLED * RIGHT_RULE + 20) / (POOLED + 20))
    True
    """
    outcomes = cast.gold.shape[1]
    hits = np.bincount(cast.label, weights=cast.gold[np.arange(len(cast.label)), cast.label], minlength=outcomes)
    told = np.bincount(cast.label, weights=cast.gold.sum(axis=1), minlength=outcomes)
    table: Floats = ((POOLED * RIGHT_RULE + hits) / (POOLED + told))[cast.label]
    return table


def mean_of_label(values: Floats, weights: Floats, label: Codes, outcomes: int) -> Floats:
    """The weighted mean of `values`, (codes,), over the codes of the same label, (codes,).

    >>> mean_of_label(np.array([1.0, 3.0, 9.0]), np.ones(3), np.array([0, 0, 1]), 2).tolist()
    [2.0, 2.0, 9.0]
    """
    total = np.bincount(label, weights=weights * values, minlength=outcomes)
    table: Floats = (total / np.maximum(np.bincount(label, weights=weights, minlength=outcomes), SURE))[label]
    return table


def wrongly(counts: Floats, own: Floats, prior: Floats) -> Floats:
    """What is true of items on which a code is wrong, (codes, outcomes): half as counted, half as by the base rates.

    `own`, (codes, outcomes), marks the outcome that the code says.

    >>> counts, own = np.array([[4.0, 1.0, 0.0]]), np.array([[True, False, False]])
    >>> table = wrongly(counts, own, np.full(3, 1 / 3))  # half each of (1 + 5/6) / (1 + 5/3), and of 1/2
    >>> np.allclose(table, [[0, 11 / 32 + 1 / 4, 5 / 32 + 1 / 4]], atol=1e-5)
    True
    """
    other = np.where(own, 0, prior)
    other /= np.maximum(other.sum(axis=1, keepdims=True), SURE)
    spread = 0.5 * counts.sum(axis=1).mean() / len(prior)
    seen = np.where(own, 0, counts + spread + SURE)
    seen /= np.maximum(seen.sum(axis=1, keepdims=True), SURE)
    table: Floats = (seen + other) / 2
    return table


def within_reach(share: Floats, room: Floats) -> Floats:
    """Shares of outcomes, (codes, outcomes), none above its `room` where there is room: what is over goes there.

    >>> within_reach(np.array([[0.75, 0.25]]), np.array([[0.5, 1.0]])).tolist()
    [[0.5, 0.5]]
    """
    over, free = np.maximum(share - room, 0), np.maximum(room - share, 0)
    moved = over.sum(axis=1, keepdims=True) * free / np.maximum(free.sum(axis=1, keepdims=True), SURE)
    table: Floats = share - over + moved
    return table
