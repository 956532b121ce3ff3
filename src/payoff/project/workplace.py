"""All that a project has at hand: its ground, memory, sources and bench, read once and kept up to date."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from payoff.errors import SourceExists, VotesForNoOutcome
from payoff.items import check_roles
from payoff.policies import Rung, Views
from payoff.project.audit import Court, audit_of
from payoff.project.bench import Bench
from payoff.project.evidence import gather
from payoff.project.ground import lay
from payoff.project.memory import Memory
from payoff.project.paying import Purchase
from payoff.project.proof import Proof, proof_of
from payoff.project.results import Trial
from payoff.project.settings import add_source_table, read_settings
from payoff.project.standing import Standing
from payoff.project.voices import asks_once, fingerprint, speaks, summed, votes_on, warn_of
from payoff.sources import Source
from payoff.store import Store

DEAF = ("constant", "base rate", "own model")  # rungs that hear no votes


class Workplace:
    """The parts of one project in a folder; `own` are the user's estimators tried in this session, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = read_settings(folder)
        settings.made_objective()
        self.store = Store(folder / "payoff.db")
        self.ground = lay(folder, settings, self.store)
        self.memory = Memory(self.store)
        self.version = self.memory.objective_version(self.ground.objective.to_dict())
        self.sources = {source.name: source for source in settings.voters}
        self.own: dict[str, Rung] = {}
        self._fresh_cache()
        for source in settings.voters:
            self._hear(source)
        self._check_labels()

    def _fresh_cache(self) -> None:
        self._views = Views()
        self._bench: tuple[Any, Bench] | None = None
        self._standing: tuple[Any, Standing] | None = None

    @property
    def votes(self) -> pl.DataFrame:
        """All votes told, in order."""
        return self.memory.votes

    @property
    def votes_now(self) -> pl.DataFrame:
        """All votes told by sources the project has, of one that speaks only those of its present version."""
        return _of_runs(self.votes.filter(pl.col("source").is_in(list(self.sources))), self._runs)

    @property
    def _runs(self) -> dict[str, str]:
        """The present run of each source that speaks."""
        return {record["source"]: record["run"] for record in self.store.records("run")}

    def told_now(self) -> dict[str, Any]:
        """Which votes there are, so that what they teach can be taught again: the last one, the sources, their runs."""
        last = int(self.votes["seq"][-1]) if len(self.votes) else 0
        return {"last_vote": last, "sources": list(self.sources), "runs": self._runs, "version": self.version}

    def _bench_then(self, told: Mapping[str, Any]) -> Bench:
        """The bench as it was when only these votes had been told."""
        sources = {name: source for name, source in self.sources.items() if name in told["sources"]}
        votes = self.votes.filter((pl.col("seq") <= told["last_vote"]) & pl.col("source").is_in(list(sources)))
        evidence = gather(self.ground, sources, _of_runs(votes, told["runs"]), views=self._views)
        return Bench(evidence, self._views, self.ground.settings.items.seed)

    def _proof(self, standing: Standing) -> Proof | None:
        """The proof of the incumbent; None where nothing is proven, or it was proven before proofs were kept."""
        kept = [
            record
            for record in self.store.records("proof")
            if (record["version"], record["rung"]) == (self.version, standing.incumbent.name)
        ]
        if not standing.proven or not kept:
            return None
        return proof_of(kept[-1], lambda: self._bench_then(kept[-1]))

    @property
    def trials(self) -> list[Trial]:
        """Trials under the present version of the objective, oldest first."""
        return self.memory.trials(self.version)

    @property
    def spent(self) -> float:
        """What the votes told so far cost, in the objective's unit; outcomes that a decision revealed are free."""
        prices = {name: source.price for name, source in self.sources.items() if source.price}
        paid = self.votes.filter(pl.col("source").is_in(list(prices)) & (pl.col("purpose") != "decided"))
        counts = paid.group_by("source").len()
        return float(sum(prices[name] * count for name, count in counts.rows()))

    @property
    def bought(self) -> int:
        """Votes of sources on request told so far."""
        return self.bought_from("crowd", "expert")

    def bought_from(self, *kinds: str) -> int:
        """Votes of sources of these kinds told so far; outcomes that a decision revealed were not bought."""
        names = [name for name, source in self.sources.items() if source.kind in kinds]
        return self.votes.filter(pl.col("source").is_in(names) & (pl.col("purpose") != "decided")).height

    def bench(self) -> Bench:
        """Rungs fitted on the learning votes told so far: kept until there are new ones."""
        audits = int((self.votes["purpose"] == "audit").sum())
        key = (self.votes.height - audits, tuple(self.sources))
        if self._bench is None or self._bench[0] != key:
            last = None if self._bench is None else self._bench[1].evidence.model
            evidence = gather(self.ground, self.sources, self.votes_now, views=self._views, last=last)
            self._bench = key, Bench(evidence, self._views, self.ground.settings.items.seed)
        return self._bench[1]

    def standing(self) -> Standing:
        """Where the project stands: incumbent, candidate, trials, who answers; kept until something is told, drawn
        or tried.
        """
        draws, trials = self.memory.draws(), self.trials
        looks = (self.store.last("ledger") or {"seq": 0})["seq"]  # trials under other objectives spend looks as well
        key = (self.votes.height, len(draws), len(trials), looks, tuple(self.sources), tuple(self.own))
        if self._standing is None or self._standing[0] != key:
            bench = self.bench()
            court = Court(audit_of(self.ground, draws, self.votes), bench)
            standing = Standing.of(bench, court, trials, self.sources, self.memory.ledger(), self.own)
            standing = replace(standing, proof=self._proof(standing), told=self.memory.told_of_reserve())
            self._warn_of_missing(standing)
            self._standing = key, standing
        return self._standing[1]

    def _warn_of_missing(self, standing: Standing) -> None:
        """An estimator of the user's own lives in their program: after the project was opened again it is missing."""
        adopted = [trial.name for trial in standing.trials if trial.adopted]
        if adopted and not standing.has(adopted[-1]):
            warnings.warn(
                f"the adopted policy '{adopted[-1]}' is an estimator of your own, which a project does not keep; "
                f"until project.trial(...) has it again '{standing.incumbent.name}' is the incumbent",
                stacklevel=4,
            )

    def add(self, source: Source) -> None:
        """A new source: written to payoff.toml; one that speaks votes on every item at once."""
        known = self.sources.get(source.name)
        terms = ("kind", "price", "module", "column")
        if known is not None and any(getattr(known, term) != getattr(source, term) for term in terms):
            raise SourceExists(source.name, ", ".join(f"{term} {getattr(known, term)}" for term in terms))
        if speaks(source):
            # Refused now if it cannot speak, before anything is written.
            votes_on(self.ground, source, self.ground.items)
            self._check_column(source)
        if known is None:
            add_source_table(self.folder, source)
        self.sources[source.name] = source
        if source.column in self.ground.items.features:
            # A column that a source votes with is no raw feature any more; the split stays.
            self.ground = lay(self.folder, read_settings(self.folder), self.store)
            self._fresh_cache()
        self._hear(source)
        if asks_once(source):
            warn_of(Purchase(self.ground, self.memory, source).buy(self.ground.items))

    def votes_about(self, table: Any, rung: Rung | None = None) -> pl.DataFrame:
        """All votes told, after every priced function was asked about the items of a table that it does not know.

        What that costs is said before. Nothing is asked for a `rung` that hears no votes, nor without a column of ids:
        row numbers do not tell items apart, and nothing would be asked only once.
        """
        priced = [source for source in self.sources.values() if asks_once(source)]
        if table is None or self.ground.items.roles.id is None or (rung is not None and rung.name in DEAF):
            return self.votes
        for source in priced:
            purchase, items = Purchase(self.ground, self.memory, source), self.ground.read(table)
            if source.name not in items.table.columns and (many := len(purchase.missing(items))):
                warnings.warn(purchase.cost(many), stacklevel=4)
                warn_of(purchase.buy(items))
        return self.votes

    def _check_column(self, source: Source) -> None:
        """A source may not vote with the outcome itself, nor with what is known only after the decision."""
        roles = self.ground.items.roles
        columns = roles.source_columns + ((source.column,) if source.column else ())
        check_roles(self.ground.items.table, replace(roles, source_columns=columns).named())

    def _hear(self, source: Source) -> None:
        """Let a source that speaks vote on the project's items, once for each version of it."""
        if not (source.always_on and speaks(source)):
            return
        mark = fingerprint(self.folder, source)
        runs = [record for record in self.store.records("run") if record["source"] == source.name]
        if runs and mark is not None and runs[-1]["mark"] == mark and self._strange(source.name).is_empty():
            return
        # Items kept aside are heard when they are decided on: without an id their row numbers are those of others.
        heard = votes_on(self.ground, source, self.ground.items)
        at = f"run {len(runs) + 1}"
        votes = heard.votes.with_columns(purpose=pl.lit("learn"), at=pl.lit(at))
        failures = summed(heard.failures)
        with self.store.transaction():
            self.store.add_votes(votes)
            self.store.add_record("run", {"source": source.name, "mark": mark, "run": at, "failures": failures})
        warn_of(heard.failures)

    def _strange(self, *sources: str) -> pl.DataFrame:
        """Votes in force of these sources for outcomes that payoff.toml does not name."""
        strange = ~pl.col("label").is_in(self.ground.objective.outcomes)
        return self.votes_now.filter(pl.col("source").is_in(sources) & strange)

    def _check_labels(self) -> None:
        """An outcome that was renamed in payoff.toml leaves votes for what is no outcome any more."""
        strange = self._strange(*self.sources)
        if not strange.is_empty():
            counts = strange["label"].value_counts().sort(["count", "label"], descending=[True, False])
            sources, outcomes = strange["source"].unique(maintain_order=True), self.ground.objective.outcomes
            raise VotesForNoOutcome(dict(counts.rows()), sources=sources, outcomes=outcomes)


def _of_runs(votes: pl.DataFrame, runs: Mapping[str, str]) -> pl.DataFrame:
    """The votes of these runs of the sources that speak, and all of the others."""
    if not runs:
        return votes
    run = pl.col("source").replace_strict(dict(runs), default=None, return_dtype=pl.String)
    return votes.filter(run.is_null() | (pl.col("at") == run))
