"""What models learn from: columns, free votes and their posterior side by side in one matrix, views fitted once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import polars as pl
from scipy import sparse

from payoff.decide import Floats
from payoff.policies.calibration import log_odds
from payoff.policies.sight import Sight
from payoff.views import Matrix, TableView, VotesView, side_by_side


class Views:
    """Fits the view of a table the first time it is seen and hands out the same one afterwards.

    Tables are told apart by identity, so hand in the very same dataframe every round; the last `keep` are remembered.

    >>> views, table = Views(), pl.DataFrame({"links": [0.0, 3.0, 1.0]})
    >>> views.of(table) is views.of(table)
    True
    """

    def __init__(self, make: Callable[[], Any] = TableView, *, keep: int = 3) -> None:
        self.make = make
        self.keep = keep
        self._views: list[tuple[pl.DataFrame, Any]] = []
        self._matrices: list[tuple[Any, pl.DataFrame, Matrix]] = []
        self._features: list[tuple[Sight, Features]] = []

    def features(self, sight: Sight) -> Features:
        """The features fitted on this very sight: rungs and parts of the votes share them."""
        for known, features in self._features:
            if known is sight:
                return features
        features = Features(self).fit(sight)
        self._features = [(sight, features), *self._features][: self.keep]
        return features

    def of(self, table: pl.DataFrame) -> Any:
        """The view fitted on this very table."""
        for known, view in self._views:
            if known is table:
                return view
        view = self.make().fit(table)
        self._views = [(table, view), *self._views][: self.keep]
        return view

    def matrix(self, view: Any, table: pl.DataFrame) -> Matrix:
        """What the view makes of this table: a matrix or CSR of n rows."""
        for known, seen, matrix in self._matrices:
            if known is view and seen is table:
                return matrix
        matrix = view.transform(table)
        self._matrices = [(view, table, matrix), *self._matrices][: self.keep]
        return matrix

    def __sklearn_clone__(self) -> Self:
        """A cache is shared by clones, not copied."""
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Pickled empty: a cache can always be filled again."""
        return {"make": self.make, "keep": self.keep, "_views": [], "_matrices": [], "_features": []}


class Features:
    """Columns of a sight, its free votes one-hot and the log-odds of their posterior, side by side.

    >>> sight = Sight(
    ...     columns=pl.DataFrame({"links": [0.0, 3.0, 1.0]}), payoffs=np.eye(2)[None],
    ...     voting=np.full((3, 2), 0.5),
    ... )
    >>> Features(Views()).fit(sight).transform(sight).shape[0]
    3
    """

    def __init__(self, views: Views) -> None:
        self.views = views

    def fit(self, sight: Sight) -> Self:
        """Fit the view of the columns (or take the one kept) and that of the votes."""
        self.table_ = self.views.of(sight.columns) if sight.columns.width else None
        self.votes_ = VotesView().fit(sight.votes) if sight.has_votes else None
        self._made: list[tuple[Sight, Matrix]] = []
        return self

    def transform(self, sight: Sight) -> Matrix:
        """Matrix or CSR (n, p); the last few made are remembered."""
        for known, matrix in self._made:
            if known is sight:
                return matrix
        self._made = [(sight, self._stack(sight)), *self._made][: self.views.keep]
        return self._made[0][1]

    def _stack(self, sight: Sight) -> Matrix:
        parts: list[Matrix] = [] if self.table_ is None else [self.views.matrix(self.table_, sight.columns)]
        if self.votes_ is not None:
            parts += [self.votes_.transform(sight.votes), log_odds(sight.voting)]
        return side_by_side(*parts) if parts else np.zeros((len(sight), 0))

    def __getstate__(self) -> dict[str, Any]:
        """Pickled without the matrices made."""
        return self.__dict__ | {"_made": []}


def dense(matrix: Matrix, *, columns: np.ndarray[Any, Any] | None = None) -> Floats:
    """The matrix as an array (n, p), or some of its columns.

    >>> dense(sparse.csr_array(np.eye(2)), columns=np.array([1])).tolist()
    [[0.0], [1.0]]
    """
    part = matrix if columns is None else matrix[:, columns]
    return np.asarray(part.toarray() if sparse.issparse(part) else part, dtype=np.float64)
