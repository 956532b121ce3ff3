"""A table of raw columns as one matrix a model can use."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer

from payoff.items import Kind, kind_of, text_of, why_no_feature
from payoff.views.columns import CategoriesView, NumbersView
from payoff.views.matrices import Matrix, side_by_side
from payoff.views.text import TextView

# Whole numbers with more distinct values than this may be in an order that counts, so they are numbers as well.
ORDERED = 3
MOST_ROWS = 100_000  # more rows than this teach a view nothing new, so it is fitted to every so many of them


class TableView(TransformerMixin, BaseEstimator):
    """Every column of a table by its kind: numbers scaled, categories one-hot, text by its words, times in days.

    Columns that cannot serve (identifiers, all missing, constant) are left out and named in `notes_`. Fitted without
    outcomes, so one fit serves every model. Learnt: `kinds_` (column to kind), `feature_names_`, `notes_`. In
    `transform` an absent column counts as missing, a column of another type is cast, what cannot be is missing.

    >>> table = pl.DataFrame({"links": [0.5, 1.5, 2.5], "old": [True, False, None]})
    >>> view = TableView().fit(table)
    >>> view.feature_names_
    ['links', 'old=False', 'old=True', 'old=(missing)']
    >>> view.transform(pl.DataFrame({"links": [1.5]})).tolist()
    [[0.0, 0.0, 0.0, 1.0]]
    """

    def __init__(self, *, latent: int = 100) -> None:
        self.latent = latent

    def fit(self, columns: pl.DataFrame, y: object = None) -> Self:
        """Learn kinds, scales, values and vocabularies from (n, columns) raw columns.

        >>> TableView().fit(pl.DataFrame({"a": [1.0, 2.0], "b": [None, None]})).notes_
        ['"b" is left out: no value at all']
        """
        self.kinds_: dict[str, Kind] = {}
        self.notes_: list[str] = []
        for name in columns.columns:
            reason = why_no_feature(columns[name])
            if reason is None:
                self.kinds_[name] = kind_of(columns[name])
            else:
                self.notes_.append(f'"{name}" is left out: {reason}')
        self.parts_ = _varying_parts(columns, self._of_kind("time"))
        self.transformer_ = self._transformer(columns)
        self.feature_names_: list[str] = []
        if self.transformer_ is not None:
            step = -(-columns.height // MOST_ROWS)
            self.transformer_.fit(self._prepared(columns.gather_every(step)))
            for name, view, _ in self.transformer_.transformers_:
                self.feature_names_ += view.feature_names_ if name != "remainder" else []
        return self

    def transform(self, columns: pl.DataFrame) -> Matrix:
        """(n, features) float64: CSR where mostly zeros, else dense; always the one or the other after one fit.

        >>> TableView().fit(pl.DataFrame({"a": [1.0, 3.0]})).transform(pl.DataFrame({"a": [2.0, 9.0]})).tolist()
        [[0.0], [1.0]]
        """
        if self.transformer_ is None or columns.is_empty():
            return np.zeros((columns.height, len(self.feature_names_)))
        return side_by_side(self.transformer_.transform(self._prepared(columns)))

    def absent(self, columns: pl.DataFrame) -> list[str]:
        """The fitted columns that a table lacks, which `transform` takes as missing.

        >>> TableView().fit(pl.DataFrame({"a": [1.0, 2.0]})).absent(pl.DataFrame({"b": [1.0]}))
        ['a']
        """
        return [name for name in self.kinds_ if name not in columns.columns]

    def _of_kind(self, kind: Kind) -> list[str]:
        return [name for name, its_kind in self.kinds_.items() if its_kind == kind]

    def _transformer(self, columns: pl.DataFrame) -> Any | None:
        facts = self._of_kind("category")
        ordered = [name for name in facts if columns[name].dtype.is_numeric() and columns[name].n_unique() > ORDERED]
        numbers = [*self._of_kind("number"), *self._of_kind("time"), *ordered]
        steps: list[tuple[str, Any, list[str]]] = [
            ("numbers", NumbersView(), numbers),
            ("categories", CategoriesView(), [*facts, *self.parts_]),
            *((f"text: {name}", TextView(latent=self.latent), [name]) for name in self._of_kind("text")),
        ]
        steps = [step for step in steps if step[2]]
        return ColumnTransformer(steps, verbose_feature_names_out=False) if steps else None

    def _prepared(self, columns: pl.DataFrame) -> pl.DataFrame:
        """The fitted columns alone, absent ones null, times as days and their parts beside them."""
        ready = {name: _column(columns, name, kind) for name, kind in self.kinds_.items()}
        times = {name: ready[name] for name in self._of_kind("time")}
        parts = {part: _part(times[name], at) for part, (name, at) in self.parts_.items()}
        days = {name: _days(values) for name, values in times.items()}
        return pl.DataFrame({**ready, **days, **parts})


def _column(columns: pl.DataFrame, name: str, kind: Kind) -> pl.Series:
    if name not in columns.columns:
        return pl.Series(name, [None] * columns.height, dtype=pl.Datetime("us") if kind == "time" else pl.String)
    values = columns[name]
    if kind == "time":
        return _time(values)
    return text_of(values) if kind in ("category", "text") else values


def _time(values: pl.Series) -> pl.Series:
    """A column as date and time; text is read as ISO, anything else is missing."""
    if values.dtype == pl.Time:
        return (
            pl.select(pl.lit(0).cast(pl.Datetime("us")) + values.cast(pl.Duration("us"))).to_series().alias(values.name)
        )
    if values.dtype.is_temporal() and values.dtype != pl.Duration:
        plain = values.cast(pl.Datetime("us", getattr(values.dtype, "time_zone", None)))
        return plain.dt.replace_time_zone(None)
    if values.dtype == pl.String:
        formats = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d")
        read = [pl.lit(values).str.to_datetime(each, strict=False, time_unit="us") for each in formats]
        return pl.select(pl.coalesce(read)).to_series().alias(values.name)
    return pl.Series(values.name, [None] * len(values), dtype=pl.Datetime("us"))


def _days(values: pl.Series) -> pl.Series:
    return values.to_physical() / 86_400e6


def _part(values: pl.Series, part: str) -> pl.Series:
    number: pl.Series = getattr(values.dt, part)()
    return number


def _varying_parts(columns: pl.DataFrame, names: list[str]) -> dict[str, tuple[str, str]]:
    """Month, weekday and hour of each time column, those that vary: name of the part to its column and method."""
    times = {name: _time(columns[name]) for name in names}
    parts = {f"{name} {part}": (name, part) for name in names for part in ("month", "weekday", "hour")}
    return {
        part: (name, at) for part, (name, at) in parts.items() if _part(times[name], at).drop_nulls().n_unique() > 1
    }
