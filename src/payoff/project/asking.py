"""From a budget to requests: open audit items first, the audit's share drawn, the rest for learning."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Self

import numpy as np
import polars as pl

from payoff.ask import START, audit_votes, expected_regret, learning_batch
from payoff.decide import Bools, Floats, Ints
from payoff.items import text_of
from payoff.policies import Rung
from payoff.project.advising import slope as slope_of
from payoff.project.audit import Court
from payoff.project.bench import Bench
from payoff.project.ground import Ground
from payoff.project.revealing import CHANCE
from payoff.project.stand_in import AUDITED
from payoff.project.standing import Standing
from payoff.sources import Source

MOST = 500  # requests in one batch: nobody answers more before the next refit
COLUMNS = {"item": pl.String, "source": pl.String, "price": pl.Float64, "worth": pl.Float64, "purpose": pl.String}


@dataclass(frozen=True)
class Batch:
    """What to ask: `requests` (item, source, price, worth, purpose), and the audit round drawn for it, if one was."""

    requests: pl.DataFrame
    round: tuple[Floats, Ints] | None


@dataclass(frozen=True)
class Desk:
    """All that asking rests on: the deciding policy's bench, the audit, who answers and what is open."""

    ground: Ground
    bench: Bench
    court: Court
    source: Source
    expert: Source | None
    open: pl.DataFrame
    bought: int
    experts: int
    incumbent: Ints
    candidate: Ints
    refit: tuple[Ints, Ints] | None
    deciding: Rung
    slope: float
    seed: int

    @classmethod
    def of(cls, standing: Standing, open: pl.DataFrame, bought: int, experts: int) -> Self:
        """The desk of a project that has someone to ask."""
        assert standing.source is not None
        ground = standing.bench.evidence.ground
        return cls(
            ground=ground,
            bench=standing.bench,
            court=standing.court,
            source=standing.source,
            expert=standing.expert,
            open=open,
            bought=bought + len(standing.court.audit.open),
            experts=experts + len(standing.court.audit.open),
            incumbent=standing.sealed(standing.incumbent),
            candidate=standing.sealed(standing.candidate),
            refit=standing.refitted,
            deciding=standing.candidate,
            slope=slope_of(standing),
            seed=ground.settings.items.seed,
        )

    def batch(self, budget: float, *, wanted: int = 0) -> Batch:
        """Requests that cost at most `budget`; `wanted` audit votes are asked for by the advice.

        Open audit items come first; those the budget cannot pay for stay drawn and lead the next batch.
        """
        waiting = self._waiting_audit()
        again = waiting.head(self._affordable(budget, self.expert))
        left = budget - float(again["price"].sum())
        drawn, round_ = self._audit(left, wanted)
        left -= float(drawn["price"].sum())
        learn = self._learning(self._affordable(left, self.source))
        return Batch(pl.concat([again, drawn, learn]), round_)

    def _affordable(self, budget: float, source: Source | None) -> int:
        if source is None:
            return 0
        return MOST if source.price == 0 else min(floor(budget / source.price + 1e-9), MOST)

    def _waiting_audit(self) -> pl.DataFrame:
        """Drawn audit items without an answer, in the order drawn."""
        if self.expert is None:
            return pl.DataFrame(schema=COLUMNS)
        return self._rows(self.ground.sealed[self.court.audit.open], self.expert, 0.0, "audit")

    def _audit(self, budget: float, wanted: int) -> tuple[pl.DataFrame, tuple[Floats, Ints] | None]:
        nothing = pl.DataFrame(schema=COLUMNS)
        votes = self._affordable(budget, self.expert)
        if self.expert is None or not votes or self.ground.judged_by_census:
            return nothing, None
        audited = sum(len(each.drawn) for each in self.court.audit.rounds)
        bought = self.bought
        if self.ground.proxy is not None:
            # The proxy teaches from the start, and every figure is about it until votes measure how far off it is.
            bought, wanted = max(bought, START), max(wanted, AUDITED - audited)
        share = audit_votes(bought, audited, votes, wanted=wanted, experts=self.experts)
        if not share:
            return nothing, None
        chance, drawn = self.court.draw(self.incumbent, self.candidate, share, seed=self.seed, refit=self.refit)
        if not chance.any():
            return nothing, None
        # A round in which chance drew nobody is recorded too: its probabilities are part of every later weight.
        return self._rows(self.ground.sealed[drawn], self.expert, 0.0, "audit").head(votes), (chance, drawn)

    def _learning(self, votes: int) -> pl.DataFrame:
        """Items of the learning part to learn from next; those asked for in vain go to the back of the queue."""
        posterior = self.bench.fitted(self.deciding).predict_proba(self.bench.sight)
        if self.source.kind == "crowd":
            posterior = self.bench.posterior
        regret = expected_regret(self.bench.sight.payoffs, posterior) * self.ground.weights[self.ground.learning]
        ids = self.ground.items.ids.gather(self.ground.learning)
        done = self._done(ids)
        vain = ids.is_in(self.open.filter(pl.col("purpose") == "learn")["item"].to_list()).to_numpy() & ~done
        places = self.bench.places
        picked = learning_batch(regret, places, done | vain, votes, seed=self.seed + self.bought)
        if len(picked) < votes:
            picked = np.concatenate([picked, np.flatnonzero(vain)[: votes - len(picked)]])
        spread = (
            regret[picked] / regret[picked].mean() if len(picked) and regret[picked].any() else np.ones(len(picked))
        )
        return self._rows(self.ground.learning[picked], self.source, self.slope * spread, "learn")

    def _done(self, ids: pl.Series) -> Bools:
        """Items not to be asked for again: an expert answers once; a crowd up to five times while the item is in
        doubt.
        """
        evidence = self.bench.evidence
        known = (
            evidence.ground.census[self.ground.learning].any(axis=1)
            | ids.is_in(evidence.gold["item"].to_list()).to_numpy()
        )
        experts = [name for name, source in evidence.sources.items() if source.kind == "expert"]
        votes = evidence.people.group_by("item").len()
        if self.source.kind == "expert":
            votes = evidence.people.filter(pl.col("source").is_in(experts)).group_by("item").len()
        often = votes.filter(pl.col("len") >= (5 if self.source.kind == "crowd" else 1))
        return np.asarray(known | ids.is_in(often["item"].to_list()).to_numpy())

    def _rows(self, positions: Ints, source: Source, worth: Floats | float, purpose: str) -> pl.DataFrame:
        items = self.ground.items.ids.gather(positions)
        return pl.DataFrame(
            {"item": items, "source": [source.name] * len(items), "price": [float(source.price)] * len(items),
             "worth": np.broadcast_to(worth, len(items)).astype(np.float64), "purpose": [purpose] * len(items)},
            schema=COLUMNS,
        )  # fmt: skip


def readable(ground: Ground, batch: pl.DataFrame) -> pl.DataFrame:
    """Requests beside the columns of their items as known when deciding, with an empty column `label` to fill in."""
    items = ground.items
    roles = {items.roles.id, items.roles.today, items.roles.proba, items.roles.weight}
    shown = [name for name in items.columns_at_decision() if name not in roles]
    rows = [ground.position[name] for name in text_of(batch["item"])]
    asked = batch.select("item", pl.lit(None, dtype=pl.String).alias("label"), pl.exclude("item"))
    # A column of the items called `voter` or `at` would come back as one of the votes.
    taken = {*asked.columns, "voter", "at", "seconds", "id", "kind", CHANCE}
    return asked.hstack(
        items.table[rows].select(pl.col(name).alias(f"its {name}" if name in taken else name) for name in shown)
    )
