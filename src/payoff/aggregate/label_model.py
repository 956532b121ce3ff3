"""Votes of every kind of source to probabilities one can bet on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from numbers import Integral
from typing import Any, Self

import numpy as np
import polars as pl

from payoff.aggregate.base import Aggregator, as_posterior, check_passes
from payoff.aggregate.calibration import Doubt, calibrated, doubt_by_gold, unmixed, usual_doubt, votes_worth
from payoff.aggregate.cast import Gold
from payoff.aggregate.certainty import as_intervals, posterior_ends
from payoff.aggregate.coding import Coded, code_gold, code_votes, gold_table
from payoff.aggregate.hearing import Hearing, hear
from payoff.aggregate.kernels import Floats
from payoff.aggregate.learning import Learnt, learn
from payoff.aggregate.scoring import log_posterior
from payoff.aggregate.together import erring_together
from payoff.aggregate.updating import Fitted, rescored, updated
from payoff.aggregate.voters import confusions, evidence_for, reliability
from payoff.errors import UnusableAggregateOption


class LabelModel(Aggregator):
    """One model for rules, systems, crowds and experts: the kind of a source says how its votes and silence are read.

    An item has an outcome and inside it a subtype, easy or hard. A person shown an item errs at a rate of their own for
    each outcome and subtype; a rule sees every item, so what counts is how much oftener it fires under an outcome, and
    its silence says something too. Voters with few votes are taken for typical of their source, and no vote vouches for
    itself. Rules are compared with rules for the same outcome only; copies of a rule count once. What many say is
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
    _learnt: Learnt
    _doubt: Doubt
    _coded: Coded
    _truth: Gold

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
        check_passes(self.max_iter, self.tol)
        if start is not None and not isinstance(start, LabelModel):
            raise UnusableAggregateOption("start", start, "a LabelModel that was fitted, or None")
        known = gold_table({"item": [], "label": []} if gold is None else gold)
        self._coded = code_votes(votes, self.outcomes, known["label"])
        self._truth = Gold(*code_gold(known, self._coded.items, self._coded.outcomes))
        seen = items_seen(items, self._coded, self._truth)
        hearing = hear(self._coded, self.kinds, seen)
        begin = None if start is None else start._evidence_for(self._coded, hearing)
        coded, truth = self._coded, self._truth
        self._score(learn(coded, hearing, truth, items=seen, max_iter=self.max_iter, tol=self.tol, start=begin))
        return self

    def _score(self, learnt: Learnt) -> None:
        """Set what is learnt, and the posterior that follows from it."""
        coded, truth, hearing = self._coded, self._truth, learnt.hearing
        evidence = learnt.evidence
        scores = log_posterior(coded.starts, coded.codes, evidence, learnt.base, len(coded.outcomes))
        worth, told = votes_worth(coded, evidence, hearing.copies), truth.item
        usual = usual_doubt(hearing.any_confused, erring_together(coded, learnt))
        self._learnt, self.n_iter_ = learnt, learnt.passes
        self.items_, self.outcomes_, self.prior_ = coded.items, coded.outcomes, learnt.prior
        self._doubt = doubt_by_gold(scores[told], learnt.prior, worth[told], truth.outcome, usual)
        self.proba_ = calibrated(scores, coded, learnt.prior, worth, self._doubt, hearing.copies)
        self.proba_[told] = np.eye(len(coded.outcomes))[truth.outcome]
        self.__dict__.pop("voters_", None)

    def update(self, votes: Any) -> Self:
        """Learn from further votes without a refit: their items are scored again, and their voters counted.

        Other items keep their posteriors, base rates and how far people err together stay; `fit` makes up for that. A
        voter's vote on an item it voted on before is dropped. Raises NoSuchOutcome for a label that was not learnt
        from, OtherItems, or what `fit` raises.

        >>> model = LabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]})
        >>> model.update({"item": [2, 3], "source": ["bob", "bob"], "label": ["y", "x"]}).labels_.rows()
        [(1, 'x'), (2, 'y'), (3, 'x')]
        """
        self._check_fitted()
        known, inserted, item = updated(Fitted(self._coded, self._truth, self._learnt), votes, self.kinds)
        self.proba_ = rescored(known, self.proba_, self._doubt, inserted, item)
        self._coded, self._truth, self._learnt = known.coded, known.gold, known.learnt
        self.items_, self.prior_ = known.coded.items, known.learnt.prior
        self.__dict__.pop("voters_", None)
        return self

    @cached_property
    def voters_(self) -> pl.DataFrame:
        """Each voter's votes, accuracy and its 95 % interval, by source and voter; made when first asked for.

        >>> LabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]}).voters_["votes"].to_list()
        [2]
        """
        return reliability(self._coded, self._unmixed(), self._learnt.hearing)

    @property
    def confusions_(self) -> pl.DataFrame:
        """How often each voter says a label where an outcome is true, with a 95 % interval: see `voters.confusions`.

        Columns source, voter, outcome, label, votes, share, low, high.

        >>> model = LabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]})
        >>> model.confusions_.select("outcome", "label").rows()
        [('x', 'x'), ('x', 'y'), ('y', 'x'), ('y', 'y')]
        """
        self._check_fitted()
        return confusions(self._coded, self._unmixed())

    @property
    def intervals_(self) -> pl.DataFrame:
        """Each item's outcomes with the 95 % interval of their probability: item, outcome, proba, low, high.

        >>> model = LabelModel().fit({"item": [1, 2, 2], "source": ["a", "a", "b"], "label": ["x", "y", "y"]})
        >>> _, outcome, proba, low, high = model.intervals_.row(3)
        >>> outcome, low < proba < high
        ('y', True)
        """
        self._check_fitted()
        low, high = posterior_ends(self._coded, self._learnt, self._truth, self._doubt, self.proba_)
        return as_intervals(self.items_, self.outcomes_, self.proba_, low, high)

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
        evidence, heard = evidence_for(coded, self._coded.voters, learnt)
        coded = coded.only(heard)
        scores = log_posterior(coded.starts, coded.codes, evidence, learnt.base, len(coded.outcomes))
        copies = self._copies_of(coded)
        proba = calibrated(scores, coded, learnt.prior, votes_worth(coded, evidence, copies), self._doubt, copies)
        proba[coded.sizes == 0] = self.prior_
        return as_posterior(coded.items, coded.outcomes, proba)

    def _unmixed(self) -> Floats:
        """The posterior before the shares of the votes were mixed in."""
        return unmixed(self.proba_, self._coded, self.prior_, self._doubt, self._learnt.hearing.copies)

    def _copies_of(self, coded: Coded) -> Floats:
        """How many are copies of one another, (voters,), of the voters of other votes; 1 for unknown ones."""
        known = self._coded.voters.with_columns(copies=self._learnt.hearing.copies)
        found = coded.voters.join(known, on=["source", "voter"], how="left", maintain_order="left")
        return found["copies"].fill_null(1.0).to_numpy()

    def _evidence_for(self, coded: Coded, hearing: Hearing) -> tuple[Floats, Floats] | None:
        """What this model says of the codes of other votes, and its base; None where it speaks of other states."""
        self._check_fitted()
        if coded.outcomes != self.outcomes_ or hearing.any_confused != self._learnt.hearing.any_confused:
            return None
        evidence, _ = evidence_for(coded, self._coded.voters, self._learnt)
        return evidence, self._learnt.base


def items_seen(items: int | None, coded: Coded, gold: Gold) -> int:
    """How many items the always-on voters saw: those with a vote or in `gold`, or `items` where that is more.

    Raises UnusableAggregateOption.

    >>> coded = code_votes({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "x"]})
    >>> none = np.zeros(0, dtype=np.int32)
    >>> items_seen(5, coded, Gold(none, none, np.zeros(1)))
    5
    """
    if items is not None and not (isinstance(items, Integral) and items >= 0):
        raise UnusableAggregateOption("items", items, "how many items the always-on voters saw, or None")
    return max(len(coded.items) + int(gold.counts.sum()) - len(gold.item), int(items or 0))
