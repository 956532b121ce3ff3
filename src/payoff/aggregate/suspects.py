"""Votes and voters to look at again: experts contradicted by everything else, people whose votes say nothing."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import t as student

from payoff.aggregate.coding import Coded
from payoff.aggregate.evidence import EXPERT_RIGHT
from payoff.aggregate.hearing import Ints
from payoff.aggregate.kernels import Bools, Floats
from payoff.aggregate.left_out import LeftOut, rows_on
from payoff.aggregate.named import WRONGLY, adjusted
from payoff.aggregate.voters import confusion_counts

HALF = 0.5  # a voter who says half as much as usual is none to name
FEWEST = 10  # votes from which a voter can be named


def doubts(label: Ints, others: Floats, payoffs: Floats, right: float = EXPERT_RIGHT) -> pl.DataFrame:
    """How doubtful experts' votes are: wrong, at_stake, likely, suspicious; a row a vote, in order.

    `label` is the outcome voted (votes,), `others` P(outcome) by everything but this vote (votes, outcomes), `payoffs`
    (votes or 1, decisions, outcomes), `right` how often experts are right. `wrong` is the probability that the vote is
    wrong, `at_stake` what knowing the truth is worth beyond acting on the vote, in the unit of the payoffs: what a
    review earns. `likely` is the outcome the others name. `suspicious` are votes whose item is at least as likely to be
    of another outcome as items voted so usually are. Source: Northcutt, Jiang and Chuang, "Confident learning:
    estimating uncertainty in dataset labels" (2021), equations 1 and 2.

    >>> others = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.95, 0.05]])
    >>> found = doubts(np.array([0, 0, 1, 1]), others, np.array([[[0.0, -1.0], [-2.0, 1.0]]]), right=0.95)
    >>> found["suspicious"].to_list(), found["likely"].to_list()  # .95 is above the mean of .9 and .8
    ([False, False, False, True], [0, 0, 1, 0])
    >>> round(found["wrong"][3], 6)  # one in twenty against one in twenty
    0.5
    """
    rows, outcomes = np.arange(len(label)), others.shape[1]
    cast = np.full(others.shape, (1 - right) / max(outcomes - 1, 1))
    cast[rows, label] = right
    believed = others * cast
    believed /= np.maximum(believed.sum(axis=1, keepdims=True), 1e-300)
    followed = payoffs.argmax(axis=1)[rows if len(payoffs) > 1 else np.zeros_like(rows), label]
    each = np.broadcast_to(payoffs, (len(label), *payoffs.shape[1:]))
    lost = each.max(axis=1) - each[rows, followed]
    return pl.DataFrame(
        {
            "wrong": 1 - believed[rows, label],
            "at_stake": (believed * lost).sum(axis=1),
            "likely": contenders(label, others).argmax(axis=1),
            "suspicious": confidently_other(label, others),
        }
    )


def contenders(label: Ints, others: Floats) -> Floats:
    """The outcomes that are at least as likely as where they were voted, else a likelihood of 0; (votes, outcomes).

    >>> contenders(np.array([0, 1]), np.array([[0.9, 0.1], [0.9, 0.1]])).tolist()
    [[0.9, 0.1], [0.9, 0.1]]
    """
    usual = np.full(others.shape[1], np.inf)
    for outcome in np.unique(label):
        usual[outcome] = others[label == outcome, outcome].mean()
    return np.where(others >= usual - 1e-12, others, 0.0)


def confidently_other(label: Ints, others: Floats) -> Bools:
    """Whether the likeliest contender is another outcome than was voted, (votes,).

    >>> confidently_other(np.array([0, 1]), np.array([[0.9, 0.1], [0.9, 0.1]])).tolist()
    [False, True]
    """
    found = contenders(label, others)
    there = found.max(axis=1) > found[np.arange(len(label)), label]
    return np.asarray(there)


def spammers(coded: Coded, left: LeftOut, pool: Ints, proba: Floats) -> pl.DataFrame:
    """How much each voter's votes say: source, voter, votes, score, says, opposite, p; a row a voter.

    `left` leaves each voter out (`leave_out_apart`: hearing others as known from the same items names people wrongly),
    `pool` (voters,) says who is alike, `proba` is P(outcome), (items, outcomes).
    `says` is how far a voter's labels move with what all the others say, over how far they do for its pool: 1 is
    usual, 0 is nothing, below 0 is the opposite. `p` is for the claim that a voter says at least half as much as usual,
    and holds for all voters together (Holm 1979): naming those at most .05 names anybody wrongly with a chance of 5%.
    Whoever says something clearly, if less than half, has p 1; whoever clearly says the `opposite` is named for that.
    `score` is that of Raykar and Yu, "Eliminating spammers and ranking annotators for crowdsourced labeling tasks"
    (2012), equation 9: how unlike the rows of the confusion matrix are, between 0 and 1.

    >>> from payoff.aggregate import LabelModel
    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.left_out import leave_out
    >>> votes = {"item": list(range(120)) * 4, "source": np.repeat(list("abcd"), 120)}
    >>> votes["label"] = ["x", "y"] * 180 + ["x"] * 120  # d says x whatever the others say
    >>> model, coded = LabelModel().fit(votes), code_votes(votes)
    >>> left = leave_out(coded, np.arange(4), model.predict_proba, model.prior_)  # quicker, and plain enough here
    >>> spammers(coded, left, np.zeros(4, int), model.proba_).filter(pl.col("p") <= WRONGLY)["voter"].to_list()
    ['d']
    """
    voters, voter, label = len(coded.voters), left.unit, labels_of(coded, left)
    votes = np.bincount(voter, minlength=voters)
    says, could = moves(voter, label, left.without, voters)
    with np.errstate(invalid="ignore", divide="ignore"):  # a pool whose others say nothing has nothing to compare with
        usual = np.bincount(pool[voter], weights=says) / np.bincount(pool[voter], weights=could)
        own = np.bincount(voter, weights=says, minlength=voters) / np.bincount(voter, weights=could, minlength=voters)
    typical = np.where(np.isfinite(usual), usual, 0.0)[pool]
    less = tail(voter, says - HALF * typical[voter] * could, pool)
    nothing = tail(voter, says, pool)
    clearly = np.minimum(nothing, 1 - nothing) <= WRONGLY / 2
    tested = (votes >= FEWEST) & (typical > 0)
    opposite = tested & (adjusted(np.where(tested, nothing, np.nan)) <= WRONGLY)
    p = adjusted(np.where(tested, np.where(clearly & (nothing > 0.5), 1.0, less), np.nan))
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = own / typical
    table = coded.voters.with_columns(
        votes=votes, score=spammer_score(coded, proba), says=relative, opposite=opposite, p=p
    )
    return table.with_columns(pl.selectors.float().fill_nan(None))


def labels_of(coded: Coded, left: LeftOut) -> Ints:
    """The label of the voter that each row leaves out, (rows,).

    >>> from payoff.aggregate import MajorityVote
    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.left_out import leave_out
    >>> votes = {"item": [1, 1], "source": ["b", "a"], "label": ["x", "y"]}
    >>> model, coded = MajorityVote().fit(votes), code_votes(votes)
    >>> labels_of(coded, leave_out(coded, np.arange(2), model.predict_proba, model.prior_)).tolist()
    [1, 0]
    """
    item, rows = rows_on(coded, np.unique(left.item))
    codes = coded.codes[rows]
    found: Ints = coded.label[codes[np.lexsort((coded.voter[codes], item))]].astype(np.int64)
    return found


def moves(voter: Ints, label: Ints, others: Floats, voters: int) -> tuple[Floats, Floats]:
    """How far each label goes with what the others say of its item, and how far a perfect voter's would, (votes,).

    The first is P(label by the others) less what it would be for labels of the same shares dealt out blindly.

    >>> says, could = moves(np.array([0, 0]), np.array([0, 1]), np.array([[1.0, 0.0], [0.0, 1.0]]), 1)
    >>> says.tolist(), could.tolist()  # 1 in place of a half, as far as it can go
    ([0.5, 0.5], [0.5, 0.5])
    """
    outcomes = others.shape[1]
    votes = np.maximum(np.bincount(voter, minlength=voters), 1)
    given = np.bincount(voter * outcomes + label, minlength=voters * outcomes).reshape(voters, outcomes)
    mean = np.zeros((voters, outcomes))
    np.add.at(mean, voter, others)
    mean /= votes[:, np.newaxis]
    blindly = (given[voter] / votes[voter, np.newaxis] * others).sum(axis=1)
    says: Floats = others[np.arange(len(label)), label] - blindly
    could: Floats = (others * (others - mean[voter])).sum(axis=1)
    return says, could


def tail(voter: Ints, values: Floats, pool: Ints) -> Floats:
    """P-value for the mean of each voter's values being zero or more, (voters,): small where it is clearly below.

    No voter's values are taken for less scattered than those of its `pool`, (voters,): whoever always votes the same
    has values that hardly differ, and has said the less.

    >>> tail(np.zeros(4, int), np.array([-1.0, -3.0, -1.0, -3.0]), np.array([0])).round(4).tolist()
    [0.0202]
    """
    votes = np.maximum(np.bincount(voter, minlength=len(pool)), 2)
    mean = np.bincount(voter, weights=values, minlength=len(pool)) / votes
    off = np.bincount(voter, weights=(values - mean[voter]) ** 2, minlength=len(pool))
    usual = np.bincount(pool, weights=off) / np.bincount(pool, weights=votes - 1)
    error = np.sqrt(np.maximum(off / (votes - 1), usual[pool]) / votes)
    return np.asarray(student.cdf(mean / np.maximum(error, 1e-12), votes - 1))


def spammer_score(coded: Coded, proba: Floats) -> Floats:
    """How unlike the rows of each voter's confusion matrix are, (voters,): 0 tells nothing, 1 everything.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 2, 1, 2], "source": list("aabb"), "label": list("xyxx")})
    >>> spammer_score(coded, np.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
    [1.0, 0.0]
    """
    outcomes = len(coded.outcomes)
    if outcomes < 2:
        return np.zeros(len(coded.voters))
    counts = confusion_counts(coded, proba)
    totals = counts.sum(axis=2, keepdims=True)
    rows = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    seen = totals[:, :, 0] > 0
    apart = seen.sum(axis=1) * (rows**2).sum(axis=(1, 2)) - (rows.sum(axis=1) ** 2).sum(axis=1)
    score: Floats = apart / np.maximum(seen.sum(axis=1) * (seen.sum(axis=1) - 1), 1)
    return score
