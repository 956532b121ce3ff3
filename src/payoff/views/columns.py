"""Columns of numbers and of categories as columns a linear model can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import ndtri
from sklearn.base import BaseEstimator, TransformerMixin

from payoff.items import text_of

Floats = NDArray[np.float64]

MOST_RANKS = 10_000  # sorted values kept of a column; more of them do not change a rank worth speaking of


class NumbersView(TransformerMixin, BaseEstimator):
    """Numbers as normal scores: the normal quantiles of their mid-ranks, brought to mean 0 and variance 1.

    Skew, heavy tails and units then make no difference (van der Waerden 1952). A value between two known ones lies
    between them, one beyond them all counts as the last. A missing value gets the median, and a column that has some
    gets an indicator beside it. Learnt: `scales_`, `gaps_` (columns with missing values), `feature_names_`.

    >>> view = NumbersView().fit(pl.DataFrame({"links": [1.0, 2.0, None, 3000.0]}))
    >>> view.feature_names_
    ['links', 'links is missing']
    >>> view.transform(pl.DataFrame({"links": [2.0, None]})).tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """

    def fit(self, columns: pl.DataFrame, y: object = None) -> Self:
        """Learn the scale of each column from (n, columns) values.

        >>> NumbersView().fit(pl.DataFrame({"a": [1, 2]})).feature_names_
        ['a']
        """
        values = {name: _floats(columns[name]) for name in columns.columns}
        self.scales_ = {name: _scale(known) for name, known in values.items()}
        self.gaps_ = [name for name, known in values.items() if np.isnan(known).any()]
        self.feature_names_ = [*columns.columns, *(f"{name} is missing" for name in self.gaps_)]
        return self

    def transform(self, columns: pl.DataFrame) -> Floats:
        """(n, columns + indicators) float64.

        >>> NumbersView().fit(pl.DataFrame({"a": [1, 3]})).transform(pl.DataFrame({"a": [2, 9]})).tolist()
        [[0.0], [1.0]]
        """
        values = {name: _floats(columns[name]) for name in self.scales_}
        scaled = [scale.of(values[name]) for name, scale in self.scales_.items()]
        missing = [np.isnan(values[name]).astype(np.float64) for name in self.gaps_]
        return np.stack([*scaled, *missing], axis=1) if scaled else np.zeros((columns.height, 0))


@dataclass(frozen=True)
class _Scale:
    """The sorted known values of one column and what brings their normal scores to mean 0 and variance 1."""

    known: Floats
    median: float
    centre: float
    spread: float

    def of(self, values: Floats) -> Floats:
        filled = np.where(np.isnan(values), self.median, values)
        return np.asarray((_normal_scores(filled, self.known) - self.centre) / self.spread, dtype=np.float64)


def _floats(values: pl.Series) -> Floats:
    """A column as float64, NaN where it is missing or no number."""
    if values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object):
        return np.full(len(values), np.nan)
    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    return values.to_physical().cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def _scale(values: Floats) -> _Scale:
    known = np.sort(values[~np.isnan(values)])
    if len(known) == 0:
        return _Scale(np.zeros(1), 0.0, 0.0, 1.0)
    if len(known) > MOST_RANKS:
        known = known[np.linspace(0, len(known) - 1, MOST_RANKS).round().astype(np.int64)]
    scores = _normal_scores(known, known)
    return _Scale(known, float(np.median(known)), float(scores.mean()), float(scores.std()) or 1.0)


def _normal_scores(values: Floats, known: Floats) -> Floats:
    below, upto = np.searchsorted(known, values, "left"), np.searchsorted(known, values, "right")
    share = (below + upto) / 2 / len(known)
    return np.asarray(ndtri(np.clip(share, 0.5 / len(known), 1 - 0.5 / len(known))), dtype=np.float64)


class CategoriesView(TransformerMixin, BaseEstimator):
    """One column for each value of a category, one for its rare values together, one for missing.

    A value is rare when fewer than `rare` items have it (left out: 1 to 5, with their number), or when it is not among
    the `most` commonest. A value never seen counts as rare. Learnt: `values_` (column to values), `feature_names_`.

    >>> view = CategoriesView(rare=2).fit(pl.DataFrame({"colour": ["red", "red", "blue", None]}))
    >>> view.feature_names_
    ['colour=red', 'colour=(other)', 'colour=(missing)']
    >>> view.transform(pl.DataFrame({"colour": ["red", "green", None]})).toarray().tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """

    def __init__(self, *, rare: int | None = None, most: int = 100) -> None:
        self.rare = rare
        self.most = most

    def fit(self, columns: pl.DataFrame, y: object = None) -> Self:
        """Learn the values of each column from (n, columns) values.

        >>> CategoriesView(rare=1).fit(pl.DataFrame({"a": [1.0, 0.0]})).feature_names_
        ['a=0', 'a=1']
        """
        self.values_, self.gaps_ = {}, {}
        for name in columns.columns:
            values = text_of(columns[name]).alias("value")
            self.values_[name], others = self._common(values.drop_nulls())
            self.gaps_[name] = ["(other)"] * others + ["(missing)"] * (values.null_count() > 0)
        self.feature_names_ = [
            f"{name}={value}" for name in columns.columns for value in [*self.values_[name], *self.gaps_[name]]
        ]
        return self

    def _common(self, values: pl.Series) -> tuple[list[str], bool]:
        """The values that get a column, in order, and whether others are left."""
        rare = self.rare if self.rare is not None else min(5, 1 + len(values) // 100)
        counts = values.value_counts(name="rows").sort(["rows", "value"], descending=[True, False])
        common = counts.filter(pl.col("rows") >= rare).head(self.most)["value"].sort().to_list()
        return common, len(common) < counts.height

    def transform(self, columns: pl.DataFrame) -> sparse.csr_array:
        """(n, values of all columns) CSR of zeros and ones, at most one 1 in each column of the table.

        >>> view = CategoriesView(rare=1).fit(pl.DataFrame({"a": [1, 0]}))
        >>> view.transform(pl.DataFrame({"a": [1]})).toarray().tolist()
        [[0.0, 1.0]]
        """
        rows, places, start = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], 0
        for name, values in self.values_.items():
            codes = self._codes(name, text_of(columns[name]))
            spoken = np.flatnonzero(codes >= 0)
            rows.append(spoken)
            places.append(codes[spoken] + start)
            start += len(values) + len(self.gaps_[name])
        row, place = np.concatenate(rows), np.concatenate(places)
        return sparse.csr_array((np.ones(len(row)), (row, place)), shape=(columns.height, start))

    def _codes(self, name: str, values: pl.Series) -> NDArray[np.int64]:
        """The place of each value among those of its column, -1 where none is for it."""
        known, gaps = self.values_[name], self.gaps_[name]
        place = {gap: len(known) + at for at, gap in enumerate(gaps)}
        other, missing = place.get("(other)", -1), place.get("(missing)", -1)
        codes = values.replace_strict(known, list(range(len(known))), default=other, return_dtype=pl.Int64)
        return np.where(values.is_null().to_numpy(), missing, codes.to_numpy()).astype(np.int64)
