"""The share of the votes: the baseline every other method has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import polars as pl

from payoff.aggregate.base import Aggregator, as_posterior
from payoff.aggregate.coding import Coded, code_votes
from payoff.aggregate.kernels import Floats
from payoff.errors import UnusableAggregateOption


class MajorityVote(Aggregator):
    """P(outcome) is its share of the item's votes; of several votes of one voter on an item the first counts.

    `outcomes` are all outcomes, by default those voted. `added` votes are spread over the outcomes of every item: with
    0 one vote is certainty; with 1 the decisions are the same and the probabilities better calibrated.

    >>> votes = {"item": ["a", "a", "a"], "source": ["ann", "bob", "cid"], "label": ["spam", "spam", "ham"]}
    >>> MajorityVote().fit(votes).proba_.tolist() == [[1 / 3, 2 / 3]]
    True
    >>> MajorityVote(added=1).fit(votes).proba_.tolist() == [[1.5 / 4, 2.5 / 4]]
    True
    """

    def __init__(self, *, outcomes: Sequence[str] | None = None, added: float = 0.0) -> None:
        self.outcomes = outcomes
        self.added = added

    def fit(self, votes: Any, gold: Any = None) -> Self:
        """Count the votes, any table of item, source, label and perhaps voter; gold labels are not used.

        >>> MajorityVote().fit({"item": ["a"], "source": ["ann"], "label": ["spam"]}).outcomes_
        ['spam']
        """
        if not self.added >= 0:
            raise UnusableAggregateOption("added", self.added, "a number of votes, 0 or more")
        coded = code_votes(votes, self.outcomes)
        self.items_, self.outcomes_ = coded.items, coded.outcomes
        self.proba_ = shares(coded, self.added)
        self.prior_ = self.proba_.mean(axis=0)
        return self

    def predict_proba(self, votes: Any) -> pl.DataFrame:
        """The same shares of other votes: `item` and one column per outcome.

        >>> model = MajorityVote().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["spam", "ham"]})
        >>> model.predict_proba({"item": [9], "source": ["bob"], "label": ["ham"]}).rows()
        [(9, 1.0, 0.0)]
        """
        self._check_fitted()
        coded = code_votes(votes, self.outcomes_)
        return as_posterior(coded.items, coded.outcomes, shares(coded, self.added))


def shares(coded: Coded, added: float = 0.0) -> Floats:
    """Share of each outcome in the votes of each item, (items, outcomes), `added` votes spread over the outcomes.

    >>> shares(code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"]), added=1).tolist()
    [[0.75, 0.25]]
    """
    spread = added / len(coded.outcomes)
    table: Floats = np.add(coded.tally, spread, dtype=np.float64)
    table /= coded.sizes[:, np.newaxis] + added
    return table
