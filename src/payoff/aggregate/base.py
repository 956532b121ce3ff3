"""What every method of aggregation shares: its options, and how it shows what it learnt."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from payoff.aggregate.kernels import Floats
from payoff.errors import NotFitted, UnusableAggregateOption
from payoff.items import text_of


class Aggregator(BaseEstimator):
    """Votes to posteriors, by scikit-learn's contract. A subclass's `fit` sets items_, outcomes_, proba_ and prior_.

    items_: the items with a vote, sorted, in the type given (n,). outcomes_: sorted names (K,). proba_: P(outcome |
    votes), (n, K). prior_: base rates, (K,).

    >>> from payoff.aggregate import MajorityVote
    >>> model = MajorityVote().fit({"item": [2, 1], "source": ["ann", "ann"], "label": ["spam", "ham"]})
    >>> model.items_.to_list(), model.outcomes_, model.proba_.tolist()
    ([1, 2], ['ham', 'spam'], [[1.0, 0.0], [0.0, 1.0]])
    """

    items_: pl.Series
    outcomes_: list[str]
    proba_: Floats
    prior_: Floats

    @property
    def posterior_(self) -> pl.DataFrame:
        """One row per item with a vote, sorted by item: `item` and one column per outcome.

        >>> from payoff.aggregate import MajorityVote
        >>> votes = {"item": [1, 1], "source": ["ann", "bob"], "label": ["spam", "ham"]}
        >>> MajorityVote().fit(votes).posterior_.to_dicts()
        [{'item': 1, 'ham': 0.5, 'spam': 0.5}]
        """
        self._check_fitted()
        return as_posterior(self.items_, self.outcomes_, self.proba_)

    @property
    def labels_(self) -> pl.DataFrame:
        """One row per item with a vote, sorted by item: `item` and its likeliest `label`, of equals the first.

        >>> from payoff.aggregate import MajorityVote
        >>> votes = {"item": [1, 1, 2], "source": ["ann", "bob", "ann"], "label": ["spam", "ham", "spam"]}
        >>> MajorityVote().fit(votes).labels_.rows()
        [(1, 'ham'), (2, 'spam')]
        """
        self._check_fitted()
        labels = pl.Series(self.outcomes_, dtype=pl.String)[self.proba_.argmax(axis=1)]
        return pl.DataFrame({"item": self.items_, "label": labels})

    def proba_of(self, items: Sequence[Any] | pl.Series) -> Floats:
        """P(outcome | votes) of any items, (n, K), in their order; the base rates where an item has no vote.

        >>> from payoff.aggregate import MajorityVote
        >>> model = MajorityVote().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["spam", "ham"]})
        >>> model.proba_of([2, 3]).tolist()
        [[1.0, 0.0], [0.5, 0.5]]
        """
        self._check_fitted()
        rows = pl.DataFrame({"item": text_of(self.items_)}).with_row_index("row")
        asked = pl.DataFrame({"item": text_of(pl.Series("item", items))})
        row = asked.join(rows, on="item", how="left", maintain_order="left")["row"]
        known = row.is_not_null().to_numpy()
        proba = np.tile(self.prior_, (len(asked), 1))
        proba[known] = self.proba_[row.drop_nulls().to_numpy()]
        return proba

    def _check_fitted(self) -> None:
        if not hasattr(self, "proba_"):
            raise NotYetFitted(type(self).__name__)


class NotYetFitted(NotFitted, NotFittedError):
    """NotFitted for those who know scikit-learn: they catch its NotFittedError, and `hasattr` is False.

    >>> hasattr(Aggregator(), "posterior_")
    False
    """


def check_passes(max_iter: int, tol: float) -> None:
    """Raise UnusableAggregateOption unless there is at least one pass, and a change that ends them, 0 or more.

    >>> check_passes(150, float("nan"))
    Traceback (most recent call last):
    payoff.errors.UnusableAggregateOption: tol is nan
      expected: a mean change of the posterior, 0 or more
      next: Give another tol.
    """
    if not (isinstance(max_iter, Integral) and max_iter >= 1):
        raise UnusableAggregateOption("max_iter", max_iter, "a number of passes, 1 or more")
    if not (isinstance(tol, Real) and tol >= 0):
        raise UnusableAggregateOption("tol", tol, "a mean change of the posterior, 0 or more")


def as_posterior(items: pl.Series, outcomes: Sequence[str], proba: Floats) -> pl.DataFrame:
    """A posterior as a table: `item` and one column per outcome.

    >>> as_posterior(pl.Series("item", ["a"]), ["ham", "spam"], np.array([[0.25, 0.75]])).rows()
    [('a', 0.25, 0.75)]
    """
    columns = {name: proba[:, k] for k, name in enumerate(outcomes)}
    return pl.DataFrame({"item": items, **columns})
