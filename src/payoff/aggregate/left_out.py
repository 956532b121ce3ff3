"""What would be said of an item if one voter, or one source, had not voted on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from payoff.aggregate.coding import Coded
from payoff.aggregate.hearing import Ints
from payoff.aggregate.kernels import Codes, Floats

Predict = Callable[[pl.DataFrame], pl.DataFrame]
WORK = 2_000_000  # votes read again; beyond, every so manyeth item is looked at


@dataclass(frozen=True)
class LeftOut:
    """One row for each item looked at and each unit that voted on it; a unit is a voter or a source.

    `item` and `unit` are numbers (rows,), `votes` how many votes the unit has there (rows,), `within` and `without` are
    P(outcome | votes) with the unit's votes and without them, (rows, outcomes).
    """

    item: Ints
    unit: Ints
    votes: Ints
    within: Floats
    without: Floats


def leave_out(coded: Coded, unit: Ints, predict: Predict, prior: Floats) -> LeftOut:
    """Leave each unit out of each item; `unit`, (voters,), is the number of the unit of each voter.

    `predict` makes a table of item and one column per outcome from a table of votes, as `LabelModel.predict_proba`
    does; an item without votes has the `prior`, (outcomes,). Nothing is learnt again.

    >>> from payoff.aggregate import MajorityVote
    >>> from payoff.aggregate.coding import code_votes
    >>> votes = {"item": [1, 1, 1], "source": ["ann", "bob", "cid"], "label": ["x", "x", "y"]}
    >>> model = MajorityVote().fit(votes)
    >>> left = leave_out(code_votes(votes), np.arange(3), model.predict_proba, model.prior_)
    >>> left.unit.tolist(), left.without.tolist()
    ([0, 1, 2], [[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]])
    """
    looked = looked_at(coded)
    item, rows = rows_on(coded, looked)
    units = int(unit.max(initial=0)) + 1
    pairs, many = np.unique(item * units + unit[coded.voter[coded.codes[rows]]], return_counts=True)
    there, out = pairs // units, pairs % units
    codes = coded.codes[rows_on(coded, there)[1]]
    pair = np.repeat(np.arange(len(pairs)), coded.sizes[there])
    kept = unit[coded.voter[codes]] != out[pair]
    without = said(coded, pair[kept], codes[kept], len(pairs), predict, prior)
    within = said(coded, item, coded.codes[rows], len(coded.items), predict, prior)
    return LeftOut(there, out, many.astype(np.int64), within[there], without)


def leave_out_apart(
    coded: Coded, unit: Ints, fold: Ints, learnt_from: Callable[[pl.Series], Predict], prior: Floats
) -> LeftOut:
    """Leave each unit out of each item, and hear the others as they are known from other items only.

    `fold` is a number for each item (items,); `learnt_from` makes a `predict` as of `leave_out` from the items of the
    other folds. Voters who err alike on an item are believed for it there, and so seem to be right and the rest wrong.

    >>> from payoff.aggregate import MajorityVote
    >>> from payoff.aggregate.coding import code_votes
    >>> votes = {"item": [1, 1, 2, 2], "source": ["ann", "bob"] * 2, "label": ["x", "y", "y", "y"]}
    >>> model, coded = MajorityVote().fit(votes), code_votes(votes)
    >>> left = leave_out_apart(coded, np.arange(2), np.array([1, 0]), lambda items: model.predict_proba, model.prior_)
    >>> left.item.tolist(), left.unit.tolist(), left.without[:, 1].tolist()
    ([0, 0, 1, 1], [0, 1, 0, 1], [1.0, 0.0, 1.0, 1.0])
    """
    parts = []
    for number in np.unique(fold):
        rows = np.flatnonzero(fold == number)
        predict = learnt_from(coded.items.gather(np.flatnonzero(fold != number)))
        part = leave_out(coded.at(rows), unit, predict, prior)
        parts.append(replace(part, item=rows[part.item]))
    order = np.argsort(np.concatenate([part.item for part in parts]), kind="stable")  # units are in order already
    both = (np.concatenate(each)[order] for each in zip(*(vars(part).values() for part in parts), strict=True))
    return LeftOut(*both)


def looked_at(coded: Coded) -> Ints:
    """Numbers of the items that are looked at: as many as WORK affords.

    >>> from payoff.aggregate.coding import code_votes
    >>> looked_at(code_votes({"item": [1, 1, 2], "source": ["ann", "bob", "ann"], "label": list("xyx")})).tolist()
    [0, 1]
    """
    work = (coded.sizes.astype(np.float64) ** 2).sum()
    return np.arange(0, len(coded.items), max(int(np.ceil(work / WORK)), 1))


def rows_on(coded: Coded, items: Ints) -> tuple[Ints, Ints]:
    """The votes on items of these numbers, item after item: the number of the item and the row of the vote, (votes,).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1, 2], "source": ["ann", "bob", "ann"], "label": list("xyx")})
    >>> [each.tolist() for each in rows_on(coded, np.array([1, 0]))]
    [[1, 0, 0], [2, 0, 1]]
    """
    sizes = coded.sizes[items]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(items, sizes), np.repeat(coded.starts[items], sizes) + within


def said(
    coded: Coded,
    item: Ints,
    codes: Codes,
    items: int,
    predict: Predict,
    prior: Floats,
) -> Floats:
    """P(outcome | votes) of so many items, numbered from 0, (items, outcomes); the votes are `codes` on `item`.

    >>> from payoff.aggregate import MajorityVote
    >>> from payoff.aggregate.coding import code_votes
    >>> votes = {"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]}
    >>> model = MajorityVote().fit(votes)
    >>> said(code_votes(votes), np.array([1]), np.array([0]), 2, model.predict_proba, model.prior_).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    proba = np.tile(prior, (items, 1))
    if not len(item):
        return proba
    voter = coded.voter[codes]
    table = pl.DataFrame(
        {
            "item": item,
            "source": coded.voters["source"].gather(voter),
            "voter": coded.voters["voter"].gather(voter),
            "label": pl.Series(coded.outcomes, dtype=pl.String).gather(coded.label[codes]),
        }
    )
    found = predict(table)
    proba[found["item"].to_numpy()] = found.select(coded.outcomes).to_numpy()
    return proba
