"""What is believed of each item from votes: the label model, checked against majority, perhaps beside the columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from payoff.aggregate import LabelModel, MajorityVote
from payoff.decide import Floats, Ints
from payoff.policies import Views
from payoff.project.column_voter import NAME, ColumnVoter, cross_fitted, silent, verdict_on_columns, votes_of_columns
from payoff.project.ground import Ground
from payoff.project.trusting import Exam, Trust, folds_of_groups, trust_of, unchecked

# Votes from which a fit starts at the last one, and examinations are held on a sample; below, a fit owes nothing to
# what was computed before.
MANY = 100_000


@dataclass(frozen=True)
class Belief:
    """What the votes say, and how far that is to be trusted.

    `model` knows the voters. `spoken` is what is believed of an item's votes alone: the model, or majority where that
    is shown to be better. `posterior` (item, one column per outcome) is P(outcome | votes), with the columns where
    they are heard. `trust` and `columns` say why in words.
    """

    model: LabelModel
    spoken: LabelModel | MajorityVote
    posterior: pl.DataFrame
    trust: Trust
    columns: ColumnVoter


@dataclass(frozen=True)
class Learning:
    """What a posterior is learnt from: votes (item, source, voter, label), gold (item, label) and kinds of sources.

    A vote that made an item gold is not among the votes: it is in the gold, and it would answer its own examination.
    `last` is the model of an earlier state of the votes.
    """

    ground: Ground
    kinds: Mapping[str, str]
    votes: pl.DataFrame
    gold: pl.DataFrame
    views: Views
    last: LabelModel | None = None

    def belief(self) -> Belief:
        """The belief, learnt and checked."""
        model = self.model(self.votes, self.gold)
        exam, heard = self.exam, [self.kinds[name] for name in self.votes["source"].unique()]
        if not exam.enough:
            return Belief(model, model, model.posterior_, unchecked(len(exam), heard), silent(len(exam)))
        learnt, counted = exam.answers(self.model, self.sample, self.gold), self.majority.proba_of(exam.items)
        trust = trust_of(exam, learnt, counted, heard)
        spoken = self.majority if trust.majority else model
        found = Belief(model, spoken, spoken.posterior_, trust, silent(None))
        return self._beside_columns(found, counted if trust.majority else learnt) if self._columns_may_help else found

    def model(self, votes: pl.DataFrame, gold: pl.DataFrame) -> LabelModel:
        """The label model of votes."""
        model = LabelModel(kinds={NAME: "model", **self.kinds}, outcomes=self.ground.objective.outcomes)
        start = self.last if len(votes) > MANY else None
        part = min(1.0, votes["item"].n_unique() / self.votes["item"].n_unique())
        return model.fit(votes, gold if len(gold) else None, items=round(part * len(self.ground.items)), start=start)

    @cached_property
    def majority(self) -> MajorityVote:
        """The shares of the votes with one vote added, which makes them better calibrated; gold teaches it nothing."""
        return MajorityVote(outcomes=self.ground.objective.outcomes, added=1).fit(self.votes)

    @cached_property
    def sample(self) -> pl.DataFrame:
        """The votes to hold examinations on: all, or of many those on items examined and on others drawn by chance."""
        if len(self.votes) <= MANY:
            return self.votes
        sizes = self.votes.group_by("item", maintain_order=True).len()
        examined = pl.col("item").is_in(self.exam.items.implode())
        luck = np.random.default_rng(self.ground.settings.items.seed).random(len(sizes))
        drawn = sizes.with_columns(examined=examined, luck=luck).sort("examined", "luck", descending=[True, False])
        kept = drawn.filter(pl.col("examined") | (pl.col("len").cum_sum() <= MANY))
        return self.votes.filter(pl.col("item").is_in(kept["item"].implode()))

    @cached_property
    def exam(self) -> Exam:
        """Items of known outcome that somebody else voted on."""
        ground, outcomes = self.ground, self.ground.objective.outcomes
        known = self.gold.filter(pl.col("item").is_in(self.votes["item"].unique().implode()))
        rows = np.array([ground.position[item] for item in known["item"]], dtype=np.int64)
        payoffs = ground.objective.table(ground.items.table[rows], missing="nan")
        return Exam(
            rows=rows,
            items=known["item"],
            truth=np.array([outcomes.index(label) for label in known["label"]], dtype=np.int64),
            fold=self._fold[rows],
            payoffs=np.nan_to_num(payoffs),
            weights=ground.weights[rows],
            groups=ground.groups[rows],
            outcomes=outcomes,
            unit=ground.objective.unit,
        )

    @cached_property
    def _fold(self) -> Ints:
        return folds_of_groups(self.ground.groups, seed=self.ground.settings.items.seed)

    @property
    def _columns_may_help(self) -> bool:
        """Whether there are columns, and items of the learning part that people or always-on sources leave in doubt."""
        ground = self.ground
        open_ = ~ground.items.ids.gather(ground.learning).is_in(self.gold["item"].implode())
        return bool(ground.learning_columns.width and open_.any() and NAME not in self.kinds)

    def _beside_columns(self, found: Belief, answers: Floats) -> Belief:
        """The same belief with the columns as one more voter, where that is shown to bring it nearer to what is known.

        An item's column vote comes from a model that saw neither its votes nor its outcome; nor did the label model
        that is examined see its outcome.
        """
        said = self._said_by_columns(found)
        here = said if self.sample is self.votes else said.join(self.sample, on="item", how="semi")
        beside = self.exam.answers(self.model, pl.concat([self.sample, here]), self.gold)
        columns = verdict_on_columns(self.exam.compare(beside, answers))
        if not columns.heard:
            return replace(found, columns=columns)
        return replace(
            found, posterior=self.model(pl.concat([self.votes, said]), self.gold).posterior_, columns=columns
        )

    def _said_by_columns(self, found: Belief) -> pl.DataFrame:
        """Votes of the columns on the items of the learning part."""
        ground, rows = self.ground, self.ground.learning
        ids, table = ground.items.ids.gather(rows), ground.learning_columns
        proba = cross_fitted(
            self.views.matrix(self.views.of(table), table),
            found.spoken.proba_of(ids),
            ids.is_in(self.votes["item"].unique().implode()).to_numpy(),
            ground.weights[rows],
            self._fold[rows],
            seed=ground.settings.items.seed,
        )
        return votes_of_columns(ids, proba, ground.objective.outcomes).select(self.votes.columns)
