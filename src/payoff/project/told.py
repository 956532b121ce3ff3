"""The learning votes in force beside what is believed of their items, as the core reads them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from payoff.aggregate import LabelModel, MajorityVote
from payoff.aggregate.coding import Coded, code_votes
from payoff.aggregate.left_out import LeftOut, Predict, leave_out, leave_out_apart
from payoff.aggregate.suspects import labels_of
from payoff.decide import Floats, Ints
from payoff.items import kind_of
from payoff.project.evidence import Evidence
from payoff.project.trusting import folds_of_groups
from payoff.votes import KEYS


@dataclass(frozen=True)
class Told:
    """Learning votes in force with what is believed of their items: no audit vote is among them."""

    evidence: Evidence
    votes: pl.DataFrame

    @classmethod
    def of(cls, evidence: Evidence) -> Told | None:
        """The votes of a state of the evidence; None where there are none."""
        here = pl.col("item").is_in(evidence.ground.items.ids.implode())
        votes = pl.concat([evidence.free, evidence.people, evidence.proxied]).filter(here)
        return cls(evidence, votes) if len(votes) else None

    @cached_property
    def people(self) -> Told | None:
        """The votes of people alone."""
        votes = self.votes.filter(pl.col("source").is_in(self.named("crowd", "expert")))
        return Told(self.evidence, votes) if len(votes) else None

    def named(self, *kinds: str) -> list[str]:
        """Sources of these kinds."""
        return [name for name, source in self.evidence.sources.items() if source.kind in kinds]

    @cached_property
    def coded(self) -> Coded:
        """The votes as arrays."""
        return code_votes(self.votes.select(KEYS), self.evidence.outcomes)

    @cached_property
    def rows(self) -> Ints:
        """Position in the table of items of each coded item."""
        return np.array([self.evidence.ground.position[item] for item in self.coded.items], dtype=np.int64)

    @property
    def times(self) -> pl.DataFrame:
        """The time of each of the project's items as text that sorts: item, time; null without a time."""
        items = self.evidence.ground.items
        time = items.roles.time
        return pl.DataFrame({"item": items.ids, "time": items.table[time] if time else None}).cast(pl.String)

    @property
    def proba(self) -> Floats:
        """What is believed of each coded item, (n, K)."""
        return self.evidence.posterior[self.rows]

    @property
    def payoffs(self) -> Floats:
        """Payoffs of each coded item, (n or 1, D, K)."""
        return self.payoffs_of(self.rows)

    def payoffs_of(self, rows: Ints) -> Floats:
        """Payoffs of the items at these positions of the table, (n or 1, D, K)."""
        return self._payoffs[rows] if len(self._payoffs) > 1 else self._payoffs

    @cached_property
    def _payoffs(self) -> Floats:
        return self.evidence.ground.objective.table(self.evidence.ground.items.table, given=self.evidence.given)

    def predict(self, votes: pl.DataFrame) -> pl.DataFrame:
        """P(outcome | votes) of any votes, what experts say with one voice taken for true."""
        belief = self.evidence.belief
        return self._said(votes, None if belief is None else belief.spoken)

    def _said(self, votes: pl.DataFrame, spoken: LabelModel | MajorityVote | None) -> pl.DataFrame:
        expert = votes.filter(pl.col("source").is_in(self.named("expert")))
        said = expert.group_by("item").agg(pl.col("label").unique()).filter(pl.col("label").list.len() == 1)
        sure = said.select("item", label=pl.col("label").list.first())
        rest = votes.join(sure, on="item", how="anti")
        certain = (pl.col("label").eq(name).cast(pl.Float64).alias(name) for name in self.coded.outcomes)
        known = sure.select("item", *certain)
        if spoken is None or rest.is_empty():
            return known
        return pl.concat([known, spoken.predict_proba(rest).select(known.columns)])

    def without(self, unit: Ints) -> LeftOut:
        """Each unit, a number for each voter (voters,), left out of its items."""
        return leave_out(self.coded, unit, self.predict, self.evidence.base)

    def apart(self, unit: Ints) -> LeftOut:
        """The same, the other voters heard as they are known from the other half of the items."""
        ground = self.evidence.ground
        half = folds_of_groups(ground.groups, seed=ground.settings.items.seed, folds=2)[self.rows]
        return leave_out_apart(self.coded, unit, half, self._learnt_from, self.evidence.base)

    def _learnt_from(self, items: pl.Series) -> Predict:
        """What votes say by these items alone; majority learns from none."""
        belief, here = self.evidence.belief, pl.col("item").is_in(items.implode())
        gold = self.evidence.gold.filter(here)
        certain = pl.col("source").is_in(self.named("expert")) & pl.col("item").is_in(gold["item"].implode())
        heard = self.votes.filter(here & ~certain).select(KEYS)
        if belief is None or belief.spoken is not belief.model or heard.is_empty():
            return self.predict
        seen = round(len(self.evidence.ground.items) * len(items) / len(self.coded.items))
        model = LabelModel(kinds=belief.model.kinds, outcomes=self.evidence.outcomes)
        model.fit(heard, gold if len(gold) else None, items=seen)
        return lambda votes: self._said(votes, model)

    def checked(self, each: LeftOut) -> pl.DataFrame:
        """Votes, each voter left out, with how right they are by all else: item, source, voter, right, sure.

        All else is the known outcome where there is one that the voter did not tell. `sure` is the sum of squares.
        """
        expert = self.coded.voters["source"].is_in(self.named("expert")).to_numpy()
        gold = pl.DataFrame({"item": self.coded.items}).join(
            self.evidence.gold, on="item", how="left", maintain_order="left"
        )
        outcome = gold["label"].replace_strict(self.coded.outcomes, range(len(self.coded.outcomes)), default=-1)
        known = np.flatnonzero((outcome.to_numpy()[each.item] >= 0) & ~expert[each.unit])
        proba = each.without.copy()
        proba[known] = np.eye(len(self.coded.outcomes))[outcome.to_numpy()[each.item[known]]]
        right = proba[np.arange(len(proba)), labels_of(self.coded, each)]
        table = pl.DataFrame(
            {"item": self.coded.items.gather(each.item), "right": right, "sure": (proba**2).sum(axis=1)}
        )
        return table.hstack(self.coded.voters[each.unit.tolist()])


def with_text(evidence: Evidence, found: pl.DataFrame) -> pl.DataFrame:
    """Rows with the text of their item, where items have one."""
    items = evidence.ground.items
    texts = [name for name in items.features if kind_of(items.table[name]) == "text"]
    column = items.table[texts[0]] if texts else pl.repeat(None, len(items), dtype=pl.String, eager=True)
    shown = pl.DataFrame({"item": items.ids, "text": column})
    return found.join(shown, on="item", how="left", maintain_order="left")
