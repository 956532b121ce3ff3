"""Crowds with planted confusions, spammers, copiers and changes, whose truth is known here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from payoff.aggregate import LabelModel
from payoff.aggregate.coding import Coded, code_votes
from payoff.aggregate.left_out import LeftOut, Predict, leave_out, leave_out_apart
from payoff.decide import Floats, Ints


@dataclass(frozen=True)
class Planted:
    """`truth` (items,), `confusion` (voters, outcomes, labels), votes as item, voter and label (votes,)."""

    truth: Ints
    confusion: Floats
    item: Ints
    voter: Ints
    label: Ints

    @property
    def votes(self) -> pl.DataFrame:
        names = [f"{voter:03d}" for voter in self.voter]
        return pl.DataFrame({"item": self.item, "source": "crowd", "voter": names, "label": self.label.astype(str)})

    @property
    def coded(self) -> Coded:
        return code_votes(self.votes)

    @property
    def known(self) -> Floats:
        """The truth as probabilities."""
        return np.eye(self.confusion.shape[1])[self.truth]

    def left_out(self, model: LabelModel) -> LeftOut:
        coded = self.coded
        return leave_out(coded, np.arange(len(coded.voters)), model.predict_proba, model.prior_)

    def apart(self) -> LeftOut:
        """Left out, the others as they are known from the other half of the items."""
        coded = self.coded
        fold = np.arange(len(coded.items)) % 2

        def learnt_from(items: pl.Series) -> Predict:
            votes = self.votes.filter(pl.col("item").is_in(items.implode()))
            return LabelModel(outcomes=coded.outcomes).fit(votes).predict_proba

        even = np.full(len(coded.outcomes), 1 / len(coded.outcomes))
        return leave_out_apart(coded, np.arange(len(coded.voters)), fold, learnt_from, even)


def crowd(
    seed: int, *, items: int = 400, voters: int = 25, each: int = 5, outcomes: int = 2, spammers: int = 0
) -> Planted:
    """A crowd of which the first `spammers` vote whatever the outcome is; `each` item has so many votes."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, outcomes, items)
    right = rng.beta(8, 2, (voters, outcomes))
    confusion = (1 - right[..., None]) * rng.dirichlet(np.ones(outcomes), (voters, outcomes))
    confusion[:, np.arange(outcomes), np.arange(outcomes)] += right
    confusion[:spammers] = rng.dirichlet(np.full(outcomes, 2.0), (spammers, 1))
    item = np.repeat(np.arange(items), each)
    voter = np.concatenate([rng.choice(voters, each, replace=False) for _ in range(items)])
    return Planted(truth, confusion, item, voter, drawn(rng, confusion[voter, truth[item]]))


def drawn(rng: np.random.Generator, chances: Floats) -> Ints:
    """One label for each row of chances."""
    above = rng.random(len(chances))[:, None] > chances.cumsum(axis=1)
    return np.minimum(above.sum(axis=1), chances.shape[1] - 1)


def copied(world: Planted, seed: int, *, copiers: int = 1, share: float = 0.9) -> Planted:
    """The same crowd with further voters who vote on the items of voter 0 and mostly copy it."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(world.voter == 0)
    item, voter, label = [world.item], [world.voter], [world.label]
    for copier in range(copiers):
        own = drawn(rng, world.confusion[1, world.truth[world.item[rows]]])
        item.append(world.item[rows])
        voter.append(np.full(len(rows), len(world.confusion) + copier))
        label.append(np.where(rng.random(len(rows)) < share, world.label[rows], own))
    return Planted(world.truth, world.confusion, *(np.concatenate(part) for part in (item, voter, label)))
