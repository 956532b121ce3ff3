"""Votes that are numbers: what an item's value is, when voters are biased, noisy and sometimes grossly wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator

from payoff.aggregate.base import NotYetFitted, check_passes
from payoff.aggregate.hearing import PEOPLE, kinds_of, pools
from payoff.aggregate.kernels import Codes, Floats, Starts
from payoff.aggregate.numeric_coding import code_known, code_numbers, spread_of
from payoff.aggregate.numeric_estimates import WIDE, heard_from, known_of, learnt_from, values_of, voters_table
from payoff.aggregate.numeric_learning import State, learn_numbers
from payoff.items import text_of


class NumericLabelModel(BaseEstimator):
    """The value of each item from votes that are numbers: a mean by reliability, with an interval.

    A vote is the item's value plus its voter's bias plus an error of its voter's noise. A voter with few votes is taken
    for typical of its source, errors follow a Student distribution whose tails are learnt, so that a gross error counts
    little, and items are drawn towards their own mean. Everything is learnt by variational passes; at the end the
    posterior of each item is integrated, each voter known by its votes on the other items.

    Votes alone cannot tell the level: without gold, voters of the `expert` kind are right on average; without these
    all people, and without people all voters. `kinds` maps sources to rule, system, proxy, model, crowd or expert; a
    source missing from it is a crowd. It stops after `max_iter` passes over the votes or when values move by less than
    `tol` of their standard deviation on average.

    Sources: Raykar et al., "Learning from crowds" (2010), section 5, for voters of different precision; Li et al., "A
    confidence-aware approach for truth discovery on long-tail data" (2014), for voters with few votes; Smyth, "Linear
    models and empirical Bayes methods" (2004), for precisions drawn from a pool; Liu and Rubin (1995), for the tails.

    >>> votes = {"item": [1, 1, 1, 2, 2, 2], "source": ["a", "b", "c"] * 2, "label": [5, 5, 50, 7, 7, 7]}
    >>> NumericLabelModel().fit(votes).estimates_["mean"].round(0).to_list()
    [5.0, 7.0]
    """

    items_: pl.Series
    estimates_: pl.DataFrame
    voters_: pl.DataFrame
    n_iter_: int
    _state: State
    _units: tuple[float, float]

    def __init__(self, *, kinds: Mapping[str, str] | None = None, max_iter: int = 200, tol: float = 1e-3) -> None:
        self.kinds = kinds
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, votes: Any, gold: Any = None) -> Self:
        """Learn from votes, any table of item, source, label and perhaps voter; the first vote of a voter counts.

        `gold`, a table of item and label, is taken for the truth: it says how biased and noisy voters are, and its
        items are certain.

        >>> votes = {"item": [1, 2, 3], "source": ["ann"] * 3, "label": [11, 21, 31]}
        >>> model = NumericLabelModel().fit(votes, gold={"item": [1], "label": [10]})
        >>> model.estimates_.row(0)
        (1, 10.0, 0.0, 10.0, 10.0)
        """
        check_passes(self.max_iter, self.tol)
        coded = code_numbers(votes)
        known, value = code_known(gold, coded.items)
        centre, unit = spread_of(coded.label)
        coded = coded.scaled(centre, unit or 1.0)
        kind = kinds_of(coded.voters, self.kinds or {})
        pool = pools(coded.voters, kind).astype(np.int32)
        truth = known, (value - centre) / (unit or 1.0)
        state = learn_numbers(
            coded, pool, tells_level(kind, pool, len(known)), truth, max_iter=self.max_iter, tol=self.tol
        )
        found = values_of(learnt_from(coded, state), state.crowd, state.shared)
        self._state, self._units = state, (centre, unit)
        self.items_, self.n_iter_ = coded.items, state.passes
        self.estimates_ = with_known(as_estimates(coded.items, found, centre, unit), known, value)
        self.voters_ = voters_table(coded, state, unit)
        return self

    def predict(self, votes: Any) -> pl.DataFrame:
        """Estimates of other items by what was learnt: `item`, `mean`, `sd`, `low` and `high`, sorted by item.

        An unknown voter of a known source is taken for typical of it; votes of unknown sources are not heard, and an
        item without any other vote is estimated by the items learnt from.

        >>> model = NumericLabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": [1, 3]})
        >>> model.predict({"item": [7], "source": ["bob"], "label": [3]})["mean"].to_list()
        [2.0]
        """
        self._check_fitted()
        centre, unit = self._units
        coded = code_numbers(votes).scaled(centre, unit or 1.0)
        number = self._numbers_of(coded.voters)
        coded = coded.only((number >= 0)[coded.voter])
        heard = heard_from(coded.starts, coded.label, number[coded.voter], known_of(self._state), self._state.crowd[2])
        return as_estimates(coded.items, values_of(heard, self._state.crowd, self._state.shared), centre, unit)

    def estimates_of(self, items: Sequence[Any] | pl.Series) -> pl.DataFrame:
        """Estimates of any items in their order; an item without a vote is one like those learnt from.

        >>> model = NumericLabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": [1, 3]})
        >>> model.estimates_of([2, 9])["mean"].round(3).to_list()[1]
        2.0
        """
        self._check_fitted()
        centre, unit = self._units
        middle, spread = self._state.crowd[0], np.sqrt(self._state.crowd[1] + self._state.shared[0, 0])
        usual = np.array([[middle, spread, middle - WIDE * spread, middle + WIDE * spread]])
        asked = pl.DataFrame({"item": pl.Series("item", items)}).with_columns(key=text_of(pl.Series("item", items)))
        found = asked.join(
            self.estimates_.with_columns(key=text_of(self.items_)).drop("item"),
            on="key",
            how="left",
            maintain_order="left",
        ).drop("key")
        plain = as_estimates(pl.Series("item", [0]), usual, centre, unit)
        return found.with_columns(
            pl.col(name).fill_null(pl.lit(plain[name][0], pl.Float64)) for name in plain.columns[1:]
        )

    def _numbers_of(self, voters: pl.DataFrame) -> Codes:
        """The number of each voter, (voters,): known, typical of a known source, or -1."""
        of, count = self._state.pools.of, len(self.voters_)
        known = self.voters_.select("source", "voter", own=pl.int_range(pl.len()), pool=pl.Series(of))
        people = known.filter(pl.Series(np.isin(kinds_of(known, self.kinds or {}), PEOPLE)))
        mates = people.group_by("source").agg(mate=pl.col("pool").min() + count)
        found = voters.join(known.drop("pool"), on=["source", "voter"], how="left", maintain_order="left")
        found = found.join(mates, on="source", how="left", maintain_order="left")
        return found.select(pl.coalesce("own", "mate").fill_null(-1)).to_series().to_numpy().astype(np.int32)

    def _check_fitted(self) -> None:
        if not hasattr(self, "estimates_"):
            raise NotYetFitted(type(self).__name__)


def tells_level(kind: Any, pool: Codes, known: int) -> Floats:
    """Whether the voters of each pool are taken for right on average, (pools,).

    >>> tells_level(np.array(["crowd", "expert"], dtype=object), np.array([0, 1]), known=0).tolist()
    [0.0, 1.0]
    """
    trusted = kind == "expert"
    if not known and not trusted.any():
        people = np.isin(kind, PEOPLE)
        trusted = people if people.any() else ~people
    level = np.zeros(int(pool.max()) + 1)
    level[pool[trusted.astype(np.bool_)]] = 1.0
    return level


def as_estimates(items: pl.Series, found: Floats, centre: float, unit: float) -> pl.DataFrame:
    """A table of `item`, `mean`, `sd`, `low` and `high` from values in units of `unit` about `centre`.

    Where the labels never differ, `unit` is 0 and nothing says how far a vote may be off: only the mean is told.

    >>> as_estimates(pl.Series("item", ["a"]), np.array([[1.0, 0.5, 0.0, 2.0]]), 10.0, 2.0).rows()
    [('a', 12.0, 1.0, 10.0, 14.0)]
    """
    mean, low, high = (centre + unit * found[:, column] for column in (0, 2, 3))
    table = pl.DataFrame({"item": items, "mean": mean, "sd": unit * found[:, 1], "low": low, "high": high})
    return table if unit else table.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("sd", "low", "high"))


def with_known(table: pl.DataFrame, known: Starts, value: Floats) -> pl.DataFrame:
    """Estimates with the rows `known` at their `value`, certain.

    >>> table = as_estimates(pl.Series("item", ["a"]), np.array([[1.0, 0.5, 0.0, 2.0]]), 10.0, 2.0)
    >>> with_known(table, np.array([0]), np.array([11.0])).rows()
    [('a', 11.0, 0.0, 11.0, 11.0)]
    """
    rows = pl.Series(known)
    for name in table.columns[1:]:
        told = pl.Series(np.zeros(len(value)) if name == "sd" else value, dtype=pl.Float64)
        table = table.with_columns(table[name].scatter(rows, told))
    return table
