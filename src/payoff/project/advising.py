"""The situation of a project in plain figures, from which `advise` says the next step."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from scipy.stats import norm

from payoff import judge
from payoff.advise import LearningCurve, Situation
from payoff.ask import START
from payoff.decide import Ints
from payoff.policies import Rung
from payoff.project.audit import Court
from payoff.project.bench import Bench
from payoff.project.results import Trial
from payoff.sources import Source

FRESH = 20  # audit votes since the last trial from which another may change its verdict
FIRST_AUDIT = 50  # votes of the first audit
LATER = ("trees",)  # rungs that are weighed only once tried
NEEDS = {"one rule": 8, "linear": 8, "trees": 100}  # labels below which a rung learns nothing worth a trial


@dataclass(frozen=True)
class Standing:
    """Where the project stands: incumbent and candidate rungs, what was tried, who answers at what price."""

    bench: Bench
    court: Court
    incumbent: Rung
    trials: list[Trial]
    source: Source | None
    expert: Source | None
    ledger: Any
    proven: bool
    in_use: bool
    known: Mapping[str, Rung]

    @classmethod
    def of(
        cls,
        bench: Bench,
        court: Court,
        trials: list[Trial],
        sources: Mapping[str, Source],
        ledger: Any,
        own: Mapping[str, Rung],
    ) -> Self:
        """The standing of a project from its parts; `own` are the user's estimators tried in this session."""
        known = {rung.name: rung for rung in bench.rungs} | dict(own)
        adopted = [trial.name for trial in trials if trial.adopted and trial.name in known]
        in_use = bench.sight.today is not None
        incumbent = adopted[-1] if adopted else "system" if in_use else "constant"
        experts = sorted((each for each in sources.values() if each.kind == "expert"), key=lambda each: each.price)
        crowds = sorted((each for each in sources.values() if each.kind == "crowd"), key=lambda each: each.price)
        return cls(
            bench=bench,
            court=court,
            incumbent=known[incumbent],
            trials=trials,
            source=next(iter(experts + crowds), None),
            expert=next(iter(experts), None),
            ledger=ledger,
            proven=bool(adopted),
            in_use=in_use,
            known=known,
        )

    @cached_property
    def candidate(self) -> Rung:
        """The rung of highest expected payoff, out of fold, among those up to linear and those tried.

        One that the audit showed to be worse than the incumbent is left out until the votes have grown by half.
        """
        last = {trial.name: trial for trial in self.trials}
        worse = {
            name for name, trial in last.items() if trial.verdict == "keep" and self._labels() < 1.5 * trial.labels
        }
        able = [rung for name, rung in self.known.items() if name in last or name not in LATER]
        return self.bench.best([rung for rung in able if rung.name not in worse or rung.name == self.incumbent.name])

    def has(self, name: str) -> bool:
        """Whether a rung of that name can be fitted here."""
        return name in self.known

    def rung(self, name: str) -> Rung:
        """The rung of that name."""
        return self.known[name]

    def curve(self) -> LearningCurve:
        """What more learning votes would bring; nothing where nobody answers or nothing is left to ask."""
        if self.source is None or not self.unlabelled:
            return LearningCurve(0.0, 0.0, len(self.bench.lesson.rows))
        return self.bench.curve(self._taught(), left=self.left())

    def situation(self) -> Situation:
        """All figures advice rests on."""
        objective = self.bench.evidence.ground.objective
        left = self.left()
        due, gain = self._due()
        return Situation(
            unit=objective.unit,
            volume=objective.volume,
            curve=self.curve(),
            incumbent=self.incumbent.name,
            candidate=self.candidate.name,
            source=None if self.source is None else self.source.name,
            price=None if self.source is None else self.source.price,
            unlabelled=self.unlabelled,
            open=len(self.court.audit.open),
            due=due,
            due_gain=gain,
            settle=self._settle(),
            left=left,
            proven=self.proven,
            changes_today=self.proven and self.incumbent.name != "system",
        )

    def slope(self) -> float:
        """What one more learning vote is worth over the horizon, per item without a volume."""
        volume = self.bench.evidence.ground.objective.volume
        return self.curve().gain(1) * (volume or 1.0)

    def state(self, *, votes: int, spent: float) -> dict[str, Any]:
        """Where the money stands: votes, what they cost, what the deciding policy is expected to earn per item, and
        its level.
        """
        deciding = self.incumbent if self.proven else self.candidate
        level = self.level(deciding)
        worth = {"deciding": deciding.name, "expected": self.bench.worth(deciding)}
        return {"votes": votes, "spent": spent, **worth, "mean": level.mean, "low": level.low, "high": level.high}

    def level(self, rung: Rung) -> judge.Estimate:
        """What a rung earns per item to come, on the audit; before there is an audit, what is expected out of fold,
        without interval.
        """
        return self.levelled(rung).estimate

    def levelled(self, rung: Rung) -> judge.Judged:
        """The level of a rung with the two parts of its error."""
        unit = self.bench.evidence.ground.objective.unit
        judged = self.court.level(self.sealed(rung))
        estimate = replace(judged.estimate, unit=unit)
        if not np.isfinite(estimate.low):
            estimate = judge.Estimate(self.bench.worth(rung), -np.inf, np.inf, unit)
        return replace(judged, estimate=estimate)

    def judged(self, rung: Rung, *, begun: float, votes: int, spent: float) -> tuple[Trial, Any]:
        """A rung tried against the incumbent, and the ledger after the look."""
        objective = self.bench.evidence.ground.objective
        comparison, fixed = self._compared(rung, again=False)
        trial = Trial(
            name=rung.name,
            estimate=replace(comparison.estimate, unit=objective.unit),
            verdict=comparison.verdict,
            adopted=comparison.verdict == "adopt",
            votes_needed=comparison.votes_needed,
            seconds=time.perf_counter() - begun,
            against=self.incumbent.name,
            said=comparison.words(objective.unit, None if self.expert is None else self.expert.price),
            look=comparison.look,
            expected=self.bench.gain(rung, self.incumbent)[0],
            votes=votes,
            audit_votes=self.court.audit.votes,
            labels=self._labels(),
            spent=spent,
            unit=objective.unit,
            rounds=fixed,
        )
        return trial, comparison.ledger

    def _labels(self) -> int:
        """Learning items that a person voted on or whose outcome is known."""
        return int(self.bench.evidence.labelled.sum())

    @property
    def unlabelled(self) -> int:
        """Learning items nobody voted on yet."""
        return len(self.bench.evidence.ground.learning) - self._labels()

    def left(self) -> float:
        """What there is to win per item over the deciding policy: perfect knowledge less what it is expected to
        earn.
        """
        sight, posterior = self.bench.sight, self.bench.posterior
        perfect = float((posterior * np.broadcast_to(sight.payoffs.max(axis=1), posterior.shape)).sum(axis=1).mean())
        return max(perfect - self.bench.worth(self.candidate), 0.0)

    def _taught(self) -> Rung:
        """The rung that more votes would teach: the candidate, or linear where the candidate does not learn from
        columns.
        """
        fixed = ("constant", "system", "base rate", "voting", "own model")
        linear = next((rung for rung in self.bench.rungs if rung.name == "linear"), self.candidate)
        return linear if self.candidate.name in fixed else self.candidate

    def _due(self) -> tuple[str | None, float]:
        """The rung a trial of which could change the verdict: one never tried, or the candidate after fresh audit
        votes.
        """
        if not self._judgeable():
            return None, 0.0
        rung = self.next_rung()
        if rung is None:
            return None, 0.0
        return rung.name, self.bench.gain(rung, self.incumbent)[0]

    def _judgeable(self) -> bool:
        """Whether anything can be learnt from a trial now: a census, or something to fit and nothing open in the
        audit.
        """
        if self.court.audit.ground.judged_by_census:
            return True
        return not len(self.court.audit.open) and (self.bench.teachable or bool(self.bench.evidence.voters))

    def next_rung(self) -> Rung | None:
        """The next rung of the ladder worth a trial: never tried, or tried and undecided with fresh audit votes since.

        On a census the ladder is climbed to its end. With votes that must be bought, only the candidate of highest
        expected payoff is tried once it is known; simpler rungs stand as baselines beside it.
        """
        names = {trial.name for trial in self.trials}
        census = self.court.audit.ground.judged_by_census
        for rung in self.bench.rungs:
            if rung.name in ("constant", "system", self.incumbent.name) or rung.name in names:
                continue
            if rung.name == "base rate" and len(self.bench.sight.payoffs) == 1:
                continue  # with payoffs alike for all items it is the best constant
            if census or self._labels() >= NEEDS.get(rung.name, 0):
                return rung
        again = self.candidate
        if not census and again.name != self.incumbent.name and self._fresh(again.name) >= FRESH:
            return again
        return None

    def _fresh(self, name: str) -> int:
        """Audit votes since the rung was last tried."""
        last = [trial.audit_votes for trial in self.trials if trial.name == name]
        return self.court.audit.votes - (last[-1] if last else 0)

    def _settle(self) -> tuple[int, float, float] | None:
        """Audit votes that would settle the candidate: (votes, gain, cost) over the horizon; None where none pay."""
        objective = self.bench.evidence.ground.objective
        if self.expert is None or objective.volume is None or not self.in_use:
            return None
        if self._labels() < START or self.candidate.name == self.incumbent.name:
            return None
        comparison = self.shown()
        if comparison.votes >= 10:
            return judge.worth_asking(comparison, price=self.expert.price, volume=objective.volume)
        gain, error = self.bench.gain(self.candidate, self.incumbent)
        if not gain > 0 or not self.bench.teachable:
            return None
        chance = float(norm.cdf(gain / error)) if np.isfinite(error) and error > 0 else 0.5
        return FIRST_AUDIT, chance * gain * objective.volume, FIRST_AUDIT * self.expert.price

    def shown(self) -> judge.Comparison:
        """Candidate against incumbent on the audit so far, to plan by: its ledger is thrown away, nothing is
        adopted by it.
        """
        return self._compared(self.candidate, again=True)[0]

    def _compared(self, rung: Rung, *, again: bool) -> tuple[judge.Comparison, int]:
        """A rung against the incumbent, and the audit rounds drawn before it was fixed.

        The ladder was fixed before the audit was opened, so all votes are fresh for its rungs. A candidate of the
        user's own, thought of after a look, needs later rounds. Without votes since its last trial a rung is only
        shown, except to plan (`again`).
        """
        earlier = [trial for trial in self.trials if trial.name == rung.name]
        audit = self.court.audit
        fixed = earlier[0].rounds if earlier else len(audit.rounds)
        planned = rung.name in {each.name for each in self.bench.rungs} or judge.looks_left(
            self.ledger
        ) == judge.looks_left(None)
        news = not len(audit.open) and (not earlier or audit.votes > earlier[-1].audit_votes)
        census = audit.ground.judged_by_census
        comparison = self.court.compare(
            self.sealed(self.incumbent),
            self.sealed(rung),
            ledger=self.ledger,
            name=rung.name,
            after=None if planned or census else fixed,
            fresh=(news or again) and (planned or not census),
        )
        return comparison, fixed

    def sealed(self, rung: Rung) -> Ints:
        """Decisions of a rung on the audit part."""
        ground = self.bench.evidence.ground
        return self.bench.decisions(rung, self.bench.evidence.sealed_sight, ground.items.table[ground.sealed])
