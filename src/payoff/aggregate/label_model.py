"""Votes of every kind of source to probabilities one can bet on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import polars as pl

from payoff.aggregate.base import Aggregator, as_posterior
from payoff.aggregate.calibration import SHARED, calibrated, shared_by_gold
from payoff.aggregate.coding import Coded, code_gold, code_votes, gold_table
from payoff.aggregate.hearing import Hearing, hear
from payoff.aggregate.kernels import Floats, log_posterior
from payoff.aggregate.learning import Gold, Learnt, learn
from payoff.aggregate.voters import evidence_for, reliability
from payoff.errors import UnusableAggregateOption


class LabelModel(Aggregator):
    """One model for rules, systems, crowds and experts: the kind of a source says how its votes and silence are read.

    An item has an outcome and inside it a subtype, easy or hard. A person shown an item errs at a rate of their own for
    each outcome and subtype; a rule sees every item, so what counts is how much oftener it fires under an outcome.
    Voters with few votes are taken for typical of their source; copies of a rule count once; what many people say is
    discounted, since they share their errors. It learns by expectation and maximisation from the shares of the votes.

    `kinds` maps sources to rule, system, proxy, model, crowd or expert; a source missing from it is a crowd. `outcomes`
    are all outcomes, by default those voted. It stops after `max_iter` passes over the votes or when the posterior
    changes by less than `tol` on average. Sources: Dawid and Skene (1979); Kim and Ghahramani, "Bayesian classifier
    combination" (2012); Li, Rubinstein and Cohn, "Exploiting worker correlation for label aggregation" (2019).

    >>> votes = {"item": [1, 1, 1, 2, 2, 2], "source": ["a", "b", "c"] * 2, "label": list("xxyyyy")}
    >>> LabelModel().fit(votes).labels_.rows()
    [(1, 'x'), (2, 'y')]
    """

    n_iter_: int
    voters_: pl.DataFrame
    _learnt: Learnt
    _shared: float

    def __init__(
        self,
        *,
        kinds: Mapping[str, str] | None = None,
        outcomes: Sequence[str] | None = None,
        max_iter: int = 150,
        tol: float = 1e-4,
    ) -> None:
        self.kinds = kinds
        self.outcomes = outcomes
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, votes: Any, gold: Any = None, *, items: int | None = None, start: LabelModel | None = None) -> Self:
        """Learn from votes, any table of item, source, label and perhaps voter; the first vote of a voter counts.

        `gold`, a table of item and label, is taken for the truth: those items are certain. `items` is how many items
        the always-on voters saw, by default those with a vote or in `gold`. `start`, a model fitted before, saves
        passes where few votes were added since; one of other outcomes or kinds is not used.

        >>> votes, gold = {"item": [1, 2], "source": ["a", "a"], "label": ["x", "y"]}, {"item": [1], "label": ["y"]}
        >>> LabelModel().fit(votes, gold).proba_[0].tolist()
        [0.0, 1.0]
        """
        if not self.max_iter >= 1:
            raise UnusableAggregateOption("max_iter", self.max_iter, "a number of passes, 1 or more")
        known = gold_table({"item": [], "label": []} if gold is None else gold)
        coded = code_votes(votes, self.outcomes, known["label"])
        truth = Gold(*code_gold(known, coded.items, coded.outcomes))
        hearing = hear(coded, self.kinds)
        begin = None if start is None else start._evidence_for(coded, hearing)
        least = len(coded.items) + int(truth.counts.sum()) - len(truth.item)
        seen = max(least, items or 0)
        learnt = learn(coded, hearing, truth, items=seen, max_iter=self.max_iter, tol=self.tol, start=begin)
        self.items_, self.outcomes_ = coded.items, coded.outcomes
        self.prior_, self.n_iter_ = learnt.prior, learnt.passes
        scores = log_posterior(coded.starts, coded.codes, learnt.evidence, learnt.base, len(coded.outcomes))
        self._learnt, self._shared = learnt, shared_by(scores, coded, truth, hearing)
        self.proba_ = calibrated(scores, coded, self._shared)
        self.proba_[truth.item] = np.eye(len(coded.outcomes))[truth.outcome]
        self.voters_ = reliability(coded, self.proba_, hearing)
        return self

    def predict_proba(self, votes: Any) -> pl.DataFrame:
        """P(outcome | votes) of other items by what was learnt: `item` and one column per outcome, sorted by item.

        An unknown person of a known source is taken for typical of it; votes of other unknown voters are not heard, and
        an item without any other vote has the base rates. Raises NoSuchOutcome for a label that was not learnt from.

        >>> model = LabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]})
        >>> model.predict_proba({"item": [7], "source": ["ann"], "label": ["y"]})["y"][0] == float(model.proba_[1, 1])
        True
        """
        self._check_fitted()
        learnt = self._learnt
        coded = code_votes(votes, self.outcomes_)
        evidence, heard = evidence_for(coded, self.voters_.select("source", "voter"), learnt)
        coded = coded.only(heard)
        scores = log_posterior(coded.starts, coded.codes, evidence, learnt.base, len(coded.outcomes))
        proba = calibrated(scores, coded, self._shared)
        proba[coded.sizes == 0] = self.prior_
        return as_posterior(coded.items, coded.outcomes, proba)

    def _evidence_for(self, coded: Coded, hearing: Hearing) -> tuple[Floats, Floats] | None:
        """What this model says of the codes of other votes, and its base; None where it speaks of other states."""
        self._check_fitted()
        if coded.outcomes != self.outcomes_ or hearing.people != self._learnt.hearing.people:
            return None
        evidence, _ = evidence_for(coded, self.voters_.select("source", "voter"), self._learnt)
        return evidence, self._learnt.base


def shared_by(scores: Floats, coded: Coded, gold: Gold, hearing: Hearing) -> float:
    """How much of one vote the others said already: by gold where there is some, else by whether people vote.

    >>> coded = code_votes({"item": [1], "source": ["ann"], "label": ["x"]})
    >>> none = np.zeros(0, dtype=np.int32)
    >>> shared_by(np.zeros((1, 1)), coded, Gold(none, none, np.zeros(1)), hear(coded, None))
    0.5
    """
    usual = SHARED if hearing.people else 0.0
    if not len(gold.item):
        return usual
    return shared_by_gold(scores[gold.item], coded.sizes[gold.item], gold.outcome, usual)
