"""What the votes say: the posterior of every item, and what policies see and learn from. No audit vote gets here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from payoff.aggregate import LabelModel
from payoff.decide import Bools, Floats, Ints
from payoff.errors import NothingObserved, OneProbability, UnknownDecision
from payoff.items import Items
from payoff.names import codes_of, names_of
from payoff.policies import Lesson, Sight, Views
from payoff.project.believing import Belief, Learning
from payoff.project.ground import Ground
from payoff.sources import Source
from payoff.votes import in_force, wide


@dataclass(frozen=True)
class Evidence:
    """Votes in force and what follows from them.

    `free` holds the always-on votes, `proxied` those of a proxy of the outcome, which teach and are no input of a
    policy, `people` the learning votes of crowds and experts, `gold` the outcomes taken as true (item, label);
    `belief` is what the votes say, None without any; `posterior` is (n, outcomes) over the project's items, `labelled`
    (n,) marks the learning items a person voted on or whose outcome, or its proxy, is known; `set_aside` counts expert
    votes nobody asked for on items of the audit part: an item that taught cannot judge, so they serve nothing.
    """

    ground: Ground
    sources: Mapping[str, Source]
    free: pl.DataFrame
    proxied: pl.DataFrame
    people: pl.DataFrame
    gold: pl.DataFrame
    belief: Belief | None
    posterior: Floats
    labelled: Bools
    set_aside: int

    def without(self, sources: Collection[str]) -> Evidence:
        """The same evidence when these always-on sources are not heard, as on items on which they cannot vote."""
        return replace(self, free=self.free.filter(~pl.col("source").is_in(list(sources))))

    @property
    def model(self) -> LabelModel | None:
        """The label model of the votes, which knows the voters; None without votes."""
        return None if self.belief is None else self.belief.model

    @property
    def reliance(self) -> tuple[str, ...]:
        """What the posterior rests on, in sentences: how the label model was checked, whether the columns are heard."""
        return () if self.belief is None else (self.belief.trust.words, self.belief.columns.words)

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes, sorted."""
        return self.ground.objective.outcomes

    @cached_property
    def base(self) -> Floats:
        """Share of each outcome, (outcomes,): the mean posterior of the learning part, items counted by weight."""
        rows = self.ground.learning
        return np.asarray(np.average(self.posterior[rows], axis=0, weights=self.ground.weights[rows]))

    @cached_property
    def voters(self) -> list[str]:
        """Columns of the always-on voters in the wide table of their votes."""
        return wide(self.free, []).columns

    @cached_property
    def given(self) -> dict[tuple[str, str], float]:
        """Expected value of each payoff cell over columns known only afterwards: its mean over learning items of
        that outcome.
        """
        objective, known_after = self.ground.objective, self.ground.items.roles.known_after
        cells = objective.cells_over(known_after)
        if not cells:
            return {}
        worth = objective.table(self.ground.items.table, missing="nan")
        return {cell: self._observed_mean(worth, cell) for cell in cells}

    def _observed_mean(self, worth: Floats, cell: tuple[str, str]) -> float:
        objective, rows = self.ground.objective, self.ground.learning
        decision, outcome = objective.decisions.index(cell[0]), self.outcomes.index(cell[1])
        values = worth[rows, decision, outcome]
        seen = self.posterior[rows, outcome] * self.ground.weights[rows] * np.isfinite(values)
        weight = seen * self.labelled[rows]
        if not weight.sum() > 0:
            weight = seen
        if not weight.sum() > 0:
            raise NothingObserved(*cell)
        return float(weight @ np.nan_to_num(values) / weight.sum())

    def lesson(self) -> Lesson:
        """What policies learn from: items people voted on; before there are any, the posterior of the always-on
        votes.
        """
        rows = self.ground.learning
        weight = self.labelled[rows].astype(np.float64)
        if not weight.any() and self.voters:
            covered = self.ground.items.ids.is_in(self.free["item"].unique().to_list())
            weight = covered.to_numpy()[rows].astype(np.float64)
        # An item stands for as many of its like as its weight says: rates and cuts are those of the population.
        weight = weight * self.ground.weights[rows]
        return Lesson(target=self.posterior[rows], weight=weight, groups=self.ground.groups[rows])

    @cached_property
    def sight(self) -> Sight:
        """What is known when deciding on each of the project's items."""
        return self.look_at(self.ground.items, self.free)

    def learning_sight(self) -> Sight:
        """What is known of the learning part; its columns are the same object in every round, so that views are
        kept.
        """
        return replace(self.sight.at(self.ground.learning), columns=self.ground.learning_columns)

    @cached_property
    def sealed_sight(self) -> Sight:
        """What is known of the audit part when deciding: no outcome, no audit vote."""
        return self.sight.at(self.ground.sealed) if len(self.ground.reserve) else self.audit_sight

    @cached_property
    def kept_sight(self) -> Sight:
        """What is known when deciding of the items whose outcomes are kept aside."""
        return self.sight.at(self.ground.reserve)

    @cached_property
    def audit_sight(self) -> Sight:
        """What is known of the whole audit part when deciding, what is kept aside included."""
        return self.sight.at(self.ground.audited)

    def look_at(self, items: Items, free: pl.DataFrame) -> Sight:
        """What is known of any items when deciding, `free` being the always-on votes on them."""
        payoffs = self.ground.objective.table(items.table, given=self.given)
        votes = wide(free, items.ids.to_list())
        silent = [pl.lit(None, dtype=pl.String).alias(name) for name in self.voters if name not in votes.columns]
        return Sight(
            columns=self.ground.columns_of(items),
            votes=votes.with_columns(silent).select(self.voters) if self.voters else pl.DataFrame(),
            payoffs=payoffs,
            voting=self._voting(items, free),
            today=self._today(items, free, payoffs),
            proba=self._own_model(items),
        )

    def _voting(self, items: Items, free: pl.DataFrame) -> Floats:
        if self.belief is None or free.is_empty():
            return np.tile(self.base, (len(items), 1))
        return aligned(self.belief.spoken.predict_proba(free), items.ids, self.outcomes, otherwise=self.base)

    def _today(self, items: Items, free: pl.DataFrame, payoffs: Floats) -> Ints | None:
        """Index of today's decision: the column of decisions, else what the one system's votes make worth most."""
        objective, column = self.ground.objective, items.roles.today
        if column is not None:
            there = column in items.table.columns
            return codes_of(items.table[column], objective.decisions, UnknownDecision) if there else None
        systems = [source.name for source in self.sources.values() if source.kind == "system"]
        if len(systems) != 1:
            return None
        said = wide(free.filter(pl.col("source") == systems[0]), items.ids.to_list())
        constant = int(np.argmax(payoffs.mean(axis=0) @ self.base))
        decisions = np.full(len(items), constant, dtype=np.int64)
        if said.width:
            codes = (
                said.select(pl.coalesce(pl.all()))
                .to_series()
                .replace_strict(self.outcomes, list(range(len(self.outcomes))), default=None, return_dtype=pl.Int64)
            )
            rows = np.flatnonzero(codes.is_not_null().to_numpy())
            each = np.broadcast_to(payoffs, (len(items), *payoffs.shape[1:]))
            decisions[rows] = each[rows, :, codes.drop_nulls().to_numpy()].argmax(axis=1)
        return decisions

    def _own_model(self, items: Items) -> Floats | None:
        """The user's own probabilities: one column, of the last outcome by name."""
        name = items.roles.proba
        if name is None:
            return None
        if len(self.outcomes) > 2:
            raise OneProbability(name, self.outcomes)
        if name not in items.table.columns:
            return None
        last = items.table[name].cast(pl.Float64).fill_null(0.5).to_numpy()
        return np.column_stack([1 - last, last])


def gather(
    ground: Ground,
    sources: Mapping[str, Source],
    votes: pl.DataFrame,
    *,
    views: Views | None = None,
    last: LabelModel | None = None,
) -> Evidence:
    """Evidence from all votes told: audit votes and experts' unasked votes on audit items are left out.

    `votes` are those of the store, in the order of telling; `views` keeps what was made of the columns, `last` is the
    label model of an earlier state of the votes, which saves time where they are many.
    """
    kinds = {name: source.kind for name, source in sources.items()}
    learning = in_force(votes.filter(pl.col("purpose") != "audit"))
    proxied = learning.filter(pl.col("source") == (ground.proxy or ""))
    always_on = [name for name, source in sources.items() if source.always_on and name != ground.proxy]
    # Votes on items kept aside for later judge what was promised, by hand; those on new items help to decide on them.
    here = pl.col("item").is_in(ground.items.ids.implode())
    free = learning.filter(pl.col("source").is_in(always_on) & here)
    asked = [name for name, source in sources.items() if source.on_request]
    people = learning.filter(pl.col("source").is_in(asked) & here)
    sealed = set(ground.items.ids.gather(ground.audited).to_list())
    experts = [name for name, kind in kinds.items() if kind == "expert"]
    aside = people["source"].is_in(experts) & people["item"].is_in(sealed)
    people = people.filter(~aside)
    gold = _gold(ground, people.filter(pl.col("source").is_in(experts)))
    if ground.proxy is not None:
        kinds[ground.proxy] = "crowd"  # on an item to decide on it is not known yet: its silence says nothing
    # A vote taken for the truth is no evidence of it besides: it would make a set of rules look like a crowd.
    certain = pl.col("source").is_in(experts) & pl.col("item").is_in(gold["item"].implode())
    heard = pl.concat([free, people.filter(~certain), proxied]).select("item", "source", "voter", "label")
    what = Learning(ground, kinds, heard, gold, Views() if views is None else views, last)
    belief = None if heard.is_empty() else what.belief()
    posterior, labelled = _posterior(ground, belief, pl.concat([people, proxied]), gold)
    return Evidence(ground, sources, free, proxied, people, gold, belief, posterior, labelled, int(aside.sum()))


def _gold(ground: Ground, expert: pl.DataFrame) -> pl.DataFrame:
    """Undisputed expert votes and known outcomes of the learning part."""
    told = expert.group_by("item", maintain_order=True).agg(pl.col("label").unique())
    told = told.filter(pl.col("label").list.len() == 1).with_columns(pl.col("label").list.first())
    rows = ground.learning[ground.census[ground.learning].any(axis=1)]
    names = np.array(ground.objective.outcomes)[ground.census[rows].argmax(axis=1)]
    known = pl.DataFrame(
        {"item": ground.items.ids.gather(rows), "label": names_of(names)},
        schema={"item": pl.String, "label": pl.String},
    )
    return pl.concat([known, told.select("item", "label")]).unique("item", keep="first", maintain_order=True)


def _posterior(ground: Ground, belief: Belief | None, people: pl.DataFrame, gold: pl.DataFrame) -> tuple[Floats, Bools]:
    outcomes = ground.objective.outcomes
    count = len(outcomes)
    rows = np.array([ground.position[item] for item in gold["item"]], dtype=np.int64)
    truth = np.zeros((len(rows), count))
    truth[np.arange(len(rows)), [outcomes.index(label) for label in gold["label"]]] = 1.0
    shares = ground.weights[rows] / max(ground.weights[rows].mean(), 1e-300) if len(rows) else np.empty(0)
    base = (shares @ truth + 1 / count) / (len(rows) + 1)
    posterior = np.tile(base, (len(ground.items), 1))
    if belief is not None:
        posterior = aligned(belief.posterior, ground.items.ids, outcomes, otherwise=base)
    posterior[rows] = truth
    labelled = np.zeros(len(ground.items), dtype=bool)
    labelled[rows] = True
    labelled[ground.items.ids.is_in(people["item"].unique().to_list()).to_numpy()] = True
    return posterior, labelled & ~ground.audit


def aligned(posterior: pl.DataFrame, ids: pl.Series, outcomes: Sequence[str], *, otherwise: Floats) -> Floats:
    """Rows of a table item + outcomes in the order of `ids`, (n, outcomes); items that are not in it get
    `otherwise`.
    """
    rows = ids.alias("item").to_frame().join(posterior, on="item", how="left", maintain_order="left").select(outcomes)
    found = rows.to_numpy().astype(np.float64)
    absent = ~np.isfinite(found).all(axis=1)
    found[absent] = otherwise
    return found
