"""Votes of always-on sources as columns: one for each voter and outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import polars as pl
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from payoff.items import text_of


class VotesView(TransformerMixin, BaseEstimator):
    """One column for each voter and outcome, 1 where the voter said so; silence is zero everywhere.

    `outcomes`: all outcomes, for a column each; left out, those that the voter gave in `fit`. Learnt: `columns_` (the
    voter and outcome of each column), `feature_names_`. In `transform`, unknown voters and labels are ignored and
    absent voters are silent.

    >>> votes = pl.DataFrame({"rules/link": ["spam", None], "filter": ["ham", "spam"]})
    >>> view = VotesView().fit(votes)
    >>> view.feature_names_
    ['rules/link=spam', 'filter=ham', 'filter=spam']
    >>> view.transform(votes).toarray().tolist()
    [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """

    def __init__(self, *, outcomes: Sequence[str] | None = None) -> None:
        self.outcomes = outcomes

    def fit(self, votes: pl.DataFrame, y: object = None) -> Self:
        """Learn the voters and their labels from one column of labels per voter.

        >>> VotesView(outcomes=["ham", "spam"]).fit(pl.DataFrame({"a": ["spam"]})).feature_names_
        ['a=ham', 'a=spam']
        """
        self.columns_ = [
            (voter, outcome)
            for voter in votes.columns
            for outcome in (self.outcomes or sorted(text_of(votes[voter]).drop_nulls().unique()))
        ]
        self.feature_names_ = [f"{voter}={outcome}" for voter, outcome in self.columns_]
        return self

    def transform(self, votes: pl.DataFrame) -> sparse.csr_array:
        """(n, voters x outcomes) CSR of zeros and ones.

        >>> view = VotesView().fit(pl.DataFrame({"a": ["spam"]}))
        >>> view.transform(pl.DataFrame({"a": ["ham"], "b": ["spam"]})).nnz
        0
        """
        places: dict[str, dict[str, int]] = {}
        for place, (voter, outcome) in enumerate(self.columns_):
            places.setdefault(voter, {})[outcome] = place
        rows, columns = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for voter in (voter for voter in places if voter in votes.columns):
            known = list(places[voter])
            labels = text_of(votes[voter])
            codes = labels.replace_strict(known, [places[voter][label] for label in known], default=None)
            spoken = codes.is_not_null().arg_true()
            rows.append(spoken.to_numpy().astype(np.int64))
            columns.append(codes.gather(spoken).to_numpy().astype(np.int64))
        row, column = np.concatenate(rows), np.concatenate(columns)
        shape = (votes.height, len(self.columns_))
        return sparse.csr_array((np.ones(len(row)), (row, column)), shape=shape)
