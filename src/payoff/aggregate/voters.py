"""What was learnt about each voter, and what it says about votes that were not learnt from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betaincinv

from payoff.aggregate.cast import Cast
from payoff.aggregate.coding import Coded
from payoff.aggregate.evidence import SKILLED_AS_ITS_POOL, expected_right
from payoff.aggregate.hearing import PEOPLE, Hearing, Ints
from payoff.aggregate.kernels import Bools, Floats, count
from payoff.aggregate.learning import Learnt

TAIL = 0.025  # intervals hold 95 %


def reliability(coded: Coded, proba: Floats, hearing: Hearing) -> pl.DataFrame:
    """Each voter's `votes`, its `accuracy`, and `low` and `high` of the 95 % interval, by source and voter.

    Accuracy is how likely a vote is right under the posterior `proba`, (items, outcomes), drawn towards its pool's by
    eight votes; the interval is that of the Beta distribution with these counts.

    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.hearing import hear
    >>> coded = code_votes({"item": list(range(80)), "source": ["ann"] * 80, "label": ["x"] * 40 + ["y"] * 40})
    >>> table = reliability(coded, np.array([[1.0, 0.0]] * 80), hear(coded, None))
    >>> table["accuracy"].round(6).to_list() == [round((40 + 8 * (40 + 20 * 0.7) / 100) / 88, 6)]
    True
    """
    counts = np.zeros((len(coded.voter), len(coded.outcomes)))
    count(coded.starts, coded.codes, proba.astype(np.float32), counts)
    hits, voters = counts[np.arange(len(coded.label)), coded.label], len(coded.voters)
    right = np.bincount(coded.voter, weights=hits, minlength=voters)
    votes = np.bincount(coded.voter, weights=coded.fired, minlength=voters)
    expected, weight = expected_right(hearing)
    pooled = np.bincount(hearing.pool, weights=right) + weight * expected
    typical = (pooled / (np.bincount(hearing.pool, weights=votes) + weight))[hearing.pool]
    good = right + SKILLED_AS_ITS_POOL * typical
    bad = np.maximum(votes - right, 0) + SKILLED_AS_ITS_POOL * (1 - typical)
    return coded.voters.with_columns(
        votes=votes.astype(np.int64),
        accuracy=good / (good + bad),
        low=betaincinv(good, bad, TAIL),
        high=betaincinv(good, bad, 1 - TAIL),
    )


def confusions(coded: Coded, proba: Floats) -> pl.DataFrame:
    """How often each voter says `label` where the truth is `outcome`: a `share` with its 95% interval, in a long table.

    `proba` is P(outcome), (items, outcomes). Columns source, voter, outcome, label, votes (expected number of votes on
    items of that outcome), share, low, high; the share is null where there is no such vote. The interval is Jeffreys'
    for the votes (Brown, Cai and DasGupta 2001), widened by what is not known of the items: the variance of the share
    over outcomes drawn from `proba`, to the first order (as between multiple imputations, Rubin 1987).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 2, 3, 4], "source": ["ann"] * 4, "label": list("xxxy")})
    >>> table = confusions(coded, np.array([[1.0, 0.0]] * 4))
    >>> table.select("outcome", "label", "votes", "share").rows()
    [('x', 'x', 4.0, 0.75), ('x', 'y', 4.0, 0.25), ('y', 'x', 0.0, None), ('y', 'y', 0.0, None)]
    """
    counts, doubt = confusion_counts(coded, proba), confusion_counts(coded, proba * (1 - proba))
    total = counts.sum(axis=2, keepdims=True)
    share = (counts + 0.5) / (total + 0.5 * max(len(coded.outcomes), 2))
    sampled = share * (1 - share) / (total + 2)
    hidden = (1 - share) ** 2 * doubt + share**2 * (doubt.sum(axis=2, keepdims=True) - doubt)
    size = share * (1 - share) / (sampled + hidden / np.maximum(total + 1, 1) ** 2) - 1
    many = len(coded.outcomes)
    names = pl.DataFrame({"outcome": np.repeat(coded.outcomes, many), "label": coded.outcomes * many})
    with np.errstate(invalid="ignore"):  # 0 / 0 where no vote is on an item of that outcome
        found = {
            "votes": np.broadcast_to(total, counts.shape),
            "share": counts / total,
            "low": betaincinv(share * size, (1 - share) * size, TAIL),
            "high": betaincinv(share * size, (1 - share) * size, 1 - TAIL),
        }
    table = coded.voters.join(names, how="cross", maintain_order="left_right")
    table = table.with_columns(pl.Series(name, values.ravel()) for name, values in found.items())
    return table.with_columns(pl.col("share").fill_nan(None))


def confusion_counts(coded: Coded, proba: Floats) -> Floats:
    """The sum of `proba` over the items on which a voter said a label, (voters, outcomes, labels).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 2], "source": ["ann"] * 2, "label": list("xx")}, outcomes=["x", "y"])
    >>> confusion_counts(coded, np.array([[1.0, 0.0], [0.25, 0.75]])).tolist()
    [[[1.25, 0.0], [0.75, 0.0]]]
    """
    outcomes = len(coded.outcomes)
    each, table = np.zeros((len(coded.voter), outcomes)), np.zeros((len(coded.voters), outcomes, outcomes))
    count(coded.starts, coded.codes, proba.astype(np.float32), each)
    table[coded.voter, :, coded.label] = each
    return table


def evidence_for(coded: Coded, voters: pl.DataFrame, learnt: Learnt) -> tuple[Floats, Bools]:
    """The log-evidence of codes of other votes, (codes, states), and whether they are heard at all, (codes,).

    `voters` are those learnt from. An unknown person of a known source is taken for typical of it; other unknown voters
    are not heard.

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1, 2], "source": ["ann", "bob"], "label": ["x", "y"]})
    >>> model.predict_proba({"item": [9], "source": ["eve"], "label": ["x"]}).rows()
    [(9, 0.5, 0.5)]
    """
    person = pl.Series(np.isin(learnt.hearing.kind, PEOPLE))
    known = voters.with_row_index("known")
    mates = known.filter(person).group_by("source").agg(mate=pl.col("known").min())
    found = coded.voters.join(known, on=["source", "voter"], how="left", maintain_order="left")
    found = found.join(mates, on="source", how="left", maintain_order="left").with_row_index("new")
    number = found.select(pl.col("known").fill_null(pl.col("new") + len(voters))).to_series().to_numpy()
    heard = found.select(pl.any_horizontal(pl.col("known", "mate").is_not_null())).to_series().to_numpy()
    hearing = learnt.hearing.joined_by(found["mate"].fill_null(0).to_numpy())
    outcomes = len(coded.outcomes)
    wanted = number.astype(np.int64)[coded.voter] * outcomes + coded.label
    evidence = widened(learnt, hearing, wanted, outcomes).evidence
    keys = np.union1d(keys_of(learnt.cast, outcomes), wanted)
    known_codes = heard[coded.voter]
    return np.where(known_codes[:, np.newaxis], evidence[np.searchsorted(keys, wanted)], 0.0), known_codes


def widened(learnt: Learnt, hearing: Hearing, wanted: Ints, outcomes: int) -> Learnt:
    """The same learnt values with a code for each of the keys `wanted` too, voter * outcomes + label, never counted.

    >>> cast = Cast(np.array([0]), np.array([1]), np.array([5]), np.zeros((1, 2)), items=5)
    >>> hearing = Hearing(np.array(["rule"], dtype=object), np.array([False]), np.array([0]), np.array([1.0]))
    >>> learnt = Learnt(cast, hearing, np.array([0.5, 0.5]), 1, np.array([[1.0, 4.0]]), np.zeros(2), passes=1)
    >>> widened(learnt, hearing, np.array([0]), 2).counts.tolist()
    [[0.0, 0.0], [1.0, 4.0]]
    """
    own = keys_of(learnt.cast, outcomes)
    keys = np.union1d(own, wanted)
    place = np.searchsorted(keys, own)

    def spread(rows: NDArray[Any]) -> NDArray[Any]:
        table = np.zeros((len(keys), *rows.shape[1:]), dtype=rows.dtype)
        table[place] = rows
        return table

    voter, label = (keys // outcomes).astype(np.int32), (keys % outcomes).astype(np.int32)
    cast = replace(
        learnt.cast, voter=voter, label=label, fired=spread(learnt.cast.fired), gold=spread(learnt.cast.gold)
    )
    return replace(learnt, cast=cast, hearing=hearing, counts=spread(learnt.counts))


def keys_of(cast: Cast, outcomes: int) -> Ints:
    """One number per code, voter * outcomes + label, (codes,).

    >>> keys_of(Cast(np.array([0, 2]), np.array([1, 0]), np.array([1, 1]), np.zeros((2, 3)), items=1), 3).tolist()
    [1, 6]
    """
    return cast.voter.astype(np.int64) * outcomes + cast.label
