"""The project: each verb a short walk over the parts, from objective to decisions."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl

from payoff.advise import Advice, next_step
from payoff.decide import Strings
from payoff.errors import BadBudget, NothingToAsk, ProjectExists
from payoff.judge import Estimate
from payoff.objective import Objective
from payoff.policies import rung_of
from payoff.project.advising import next_rung, situation, state
from payoff.project.asking import Desk, readable
from payoff.project.audit import record_of
from payoff.project.create import create_files
from payoff.project.deciding import decide_on, decided_by_rung, policy_for, say_not_shown, say_reverted
from payoff.project.goal import Goal, goal_of
from payoff.project.hindsight import outcomes_in, realised_by_rung, voters_on
from payoff.project.promise import hold_to_promise, promise_for, void_promise
from payoff.project.realised import remember_realised
from payoff.project.results import Status, Trial
from payoff.project.rows import sources_of, sources_table
from payoff.project.scrutiny import Scrutiny, scrutiny_of
from payoff.project.standing import proof_record
from payoff.project.status import status_of
from payoff.project.story import story_of
from payoff.project.summary import lines_of
from payoff.project.telling import checked
from payoff.project.trying import tried
from payoff.project.usual import usual_metrics
from payoff.project.workplace import Workplace
from payoff.project.worth import deciding
from payoff.report.page import page
from payoff.report.record import Story
from payoff.sources import Source


class Project:
    """A folder with payoff.toml and payoff.db, and everything that can be done with it.

    Make one with `Project.create`, come back to it with `Project.open`. Each verb reads what it needs, computes, and
    writes what is to be remembered in one transaction; several processes may have a project open.

    >>> import tempfile
    >>> objective = Objective({"remove": {"ham": -2, "spam": 1}, "keep": {"ham": 0, "spam": -1}}, unit="EUR")
    >>> items = pl.DataFrame({"item": range(40), "links": [0, 3] * 20, "y": ["ham", "spam"] * 20})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     project = Project.create(Path(folder) / "spam", items=items, objective=objective, outcome="y")
    ...     project.decide([{"item": 40, "links": 3}, {"item": 41, "links": 0}])["decision"].to_list()
    ['remove', 'keep']
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._at = Workplace(self.folder)

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Open the project of a folder. Raises `NoProject`, `BrokenToml`, `OpenCell` or others saying what to mend."""
        return cls(folder)

    @classmethod
    def create(
        cls,
        folder: str | Path,
        *,
        items: Any,
        objective: Objective,
        id: str | None = "item",
        outcome: str | None = None,
        today: str | None = None,
        proba: str | None = None,
        time: str | None = None,
        group: str | None = None,
        weight: str | None = None,
        known_after: Iterable[str] = (),
        known: str | None = None,
        audit: float = 1 / 3,
        seed: int = 0,
    ) -> Self:
        """Make a project: write payoff.toml (and `items.parquet` for a dataframe), split the items, remember the split.

        `items` is any dataframe or the path of a table; `id`, `outcome` (known outcomes), `today` (today's
        decisions), `proba` (the user's own model), `time`, `group`, `weight` and `known_after` name columns of it.
        `known` says how a partly known outcome came to be known: "at random" lets it judge, "selected" (the default)
        lets it only teach.
        """
        roles = {"outcome": outcome, "today": today, "proba": proba, "time": time, "group": group, "weight": weight}
        names = (known_after,) if isinstance(known_after, str) else tuple(known_after)
        given = {**roles, "id": id, "known_after": names, "known": known, "audit": audit, "seed": seed}
        target = Path(folder)
        if (target / "payoff.toml").exists() or (target / "payoff.db").exists():
            raise ProjectExists(str(folder))
        create_files(target, items, objective, given)
        return cls(target)

    @property
    def objective(self) -> Objective:
        """What each decision is worth, what must hold."""
        return self._at.ground.objective

    @property
    def outcomes_in_words(self) -> dict[str, str]:
        """Every outcome as one reads it: 'churned=1' where it is called 1 in the column 'churned'."""
        return {outcome: self._at.ground.named(outcome) for outcome in self.objective.outcomes}

    @property
    def sources(self) -> Mapping[str, Source]:
        """Who votes, by name."""
        return self._at.sources

    @property
    def spent(self) -> float:
        """What the votes told so far cost, in the objective's unit."""
        return self._at.spent

    @property
    def trials(self) -> list[Trial]:
        """Trials so far under the present objective, oldest first."""
        return self._at.trials

    def add_source(
        self,
        name: str,
        *,
        kind: str,
        price: float = 0.0,
        module: str | None = None,
        column: str | None = None,
        function: Callable[[Mapping[str, Any]], object] | None = None,
    ) -> None:
        """Add a source to payoff.toml; one with a column, a module of rules or a function votes on every item."""
        self._at.add(Source(name, kind=kind, price=price, module=module, column=column, function=function))

    def tell(self, votes: Any, *, new: Source | None = None) -> int:
        """Append votes (item, source, label [, voter, at, seconds, purpose, id]) and return how many were new.

        Telling the same votes twice changes nothing. A vote on an item, of a source or for an outcome that the
        project does not have is refused with an error that names it, and nothing is told. `new` is a source that is
        added with its votes: where they are refused, so is it.
        """
        sources = self.sources if new is None else {new.name: new, **self.sources}
        told = checked(votes, self._at.ground, sources, self._at.memory)
        if new is not None:
            self._at.add(new)
        return told.keep(self._at.store)

    def ask(self, budget: float) -> pl.DataFrame:
        """The votes to buy next for at most `budget` in all: item, source, price, worth, purpose ("learn" or "audit").

        Raises `BadBudget`, or `NothingToAsk` where no source answers on request.
        """
        if isinstance(budget, bool) or not isinstance(budget, int | float | np.number) or not 0 <= budget < np.inf:
            raise BadBudget(budget)
        drawn, standing = len(self._at.memory.draws()), self._at.standing()
        if standing.source is None:
            raise NothingToAsk(self._at.sources)
        advice = next_step(situation(standing))
        wanted = advice.votes or 0 if advice.purpose == "audit" else 0
        told, experts = self._at.bought, self._at.bought_from("expert")
        desk = Desk.of(standing, self._at.memory.open_requests(), told, experts)
        batch = desk.batch(float(budget), wanted=wanted)
        with self._at.store.transaction():
            if batch.round is not None and len(self._at.memory.draws()) != drawn:
                return self.ask(budget)  # another process drew in the meantime: its round comes first
            number = len(self._at.memory.requests) + 1
            self._at.store.add_requests(batch.requests.with_columns(round=pl.lit(number)))
            if batch.round is not None:
                self._at.store.add_record("draw", record_of(*batch.round))
        return batch.requests.with_columns(self._at.ground.id_values_of(batch.requests["item"]))

    def posterior(self) -> pl.DataFrame:
        """P(outcome | votes, columns) of each item: item and one column per outcome. No audit vote is in it."""
        ground, bench = self._at.ground, self._at.bench()
        found = np.empty((len(ground.items), len(self.objective.outcomes)))
        found[ground.learning] = bench.posterior
        found[ground.sealed], found[ground.reserve] = bench.sealed_posterior, bench.kept_posterior
        return ground.items.id_values.to_frame().hstack(pl.DataFrame(found, schema=self.objective.outcomes))

    def trial(self, rung: Any = None) -> Trial | None:
        """Fit a rung (or any scikit-learn classifier), judge it against the incumbent on the audit, adopt it or not.

        Without an argument the next rung of the ladder; None when the ladder is at its end.
        """
        begun = clock.perf_counter()
        standing = self._at.standing()
        chosen = next_rung(standing) if rung is None else rung_of(rung, sight=standing.bench.sight)
        if chosen is None:
            return None
        trial, ledger = tried(standing, chosen, begun=begun, votes=self._at.bought, spent=self.spent)
        if chosen.estimator is not None:
            self._at.own[chosen.name] = chosen
        proof = proof_record(standing, chosen, self._at.told_now()) if trial.adopted else None
        kept = self._at.memory.remember_trial(trial, self._at.version, ledger, before=standing.ledger, proof=proof)
        return trial if kept else self.trial(rung)

    def next(self) -> Advice:
        """The one action that is worth its cost, or stop; with its expected gain, its cost and the runners-up."""
        standing = self._at.standing()
        void = void_promise(self._at, deciding(standing).name)
        advice = next_step(situation(standing, void="" if void is None else void.said))
        now = state(standing, votes=self._at.bought, spent=self.spent)
        self._at.memory.remember_advice(advice, {**now, "version": self._at.version})
        return advice

    def decide(self, items: Any = None, provisional: bool | None = None) -> pl.DataFrame:
        """Decisions on a table: item, decision, expected, low, high, provisional and one column per outcome.

        `provisional` None: the incumbent if one is proven or in use, else the policy of highest expected payoff,
        stamped; True: that policy in any case; False: only what is proven or in use, else the best constant. Without
        `items`, the project's own.
        """
        standing = self._at.standing()
        rung, stamped = policy_for(standing, provisional)
        decided = decide_on(standing, rung, stamped, items, self._at.votes_about(items, rung))
        say_reverted(standing, rung)
        say_not_shown(standing, rung)
        if items is not None:
            hold_to_promise(self._at, standing, decided, items)
        return decided.table

    def promised(self, items: int, provisional: bool | None = None) -> Estimate | None:
        """What `decide` promises for so many items like those audited: mean per item with its 95% prediction interval.

        None before there is an audit, and where the promise is void.
        """
        return promise_for(self._at, items, policy_for(self._at.standing(), provisional)[0])

    def decisions_by_rung(self, items: Any = None) -> dict[str, Strings]:
        """What each rung that can be fitted, baselines included, would decide on a table: name -> (n,) decisions."""
        return decided_by_rung(self._at.standing(), items, self._at.votes_about(items))

    def labels(self) -> pl.DataFrame:
        """Items with the last label a person told: item and label, votes of the audit included."""
        people = [name for name, source in self.sources.items() if source.on_request]
        told = self._at.votes.filter(pl.col("source").is_in(people))
        return told.unique("item", keep="last", maintain_order=True).select("item", "label")

    def value(self) -> Estimate:
        """What the incumbent earns per item to come, on the audit: mean with its 95% interval."""
        standing = self._at.standing()
        return standing.level(standing.incumbent)

    def status(self) -> Status:
        """The sixty questions of good methodology: answered, computed, blocked or open."""
        return status_of(self._at)

    def summary(self) -> list[str]:
        """Where the project stands, in a few lines: what the incumbent earns, looks used and left, what is void."""
        return lines_of(self._at, self._at.standing())

    def story(self, **more: Any) -> Story:
        """Everything the report says, as records; options are those of `payoff.project.story.story_of`."""
        return story_of(self._at, self.next(), **more)

    def goal(self) -> Goal:
        """What there is to win before a label is bought: break-even, best constant, perfect knowledge."""
        return goal_of(self._at)

    def voters(self, table: Any = None) -> pl.DataFrame:
        """Every voter: source, voter, kind, price, votes, coverage, accuracy with its 95% interval, what it cost.

        With a `table` of items whose outcome is known: how right the always-on voters are there, beside before.
        """
        found = sources_table(sources_of(self._at))
        return found if table is None else voters_on(self._at, self._at.ground.read(table), found)

    def scrutiny(self) -> Scrutiny:
        """What there is to say of the votes: what they earn, where they differ, what and whom to look at again."""
        return scrutiny_of(self._at)

    def realised(self, table: Any) -> pl.DataFrame | None:
        """What each rung realises on a table with known outcomes: policy, mean per item with interval; else None."""
        items = self._at.ground.read(table)
        if outcomes_in(self._at, items) is None:
            return None
        found = realised_by_rung(self._at, items, self.decisions_by_rung(table))
        remember_realised(self._at, table, found)
        return found

    def usual(self) -> pl.DataFrame:
        """What each usual metric would have picked and what that costs an item: metric, picks, costs, low, high."""
        return usual_metrics(self._at)

    def readable(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Requests with the columns of their items and an empty column `label`, for a person to fill in."""
        return readable(self._at.ground, batch)

    def report(self, path: str | Path | None = None) -> Path:
        """Write the report, one self-contained page, and return where it is."""
        target = Path(path) if path else self.folder / "report.html"
        target.write_text(page(self.story()), encoding="utf-8")
        return target
