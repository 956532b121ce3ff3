"""Where a project stands: incumbent and candidate, what was tried, who answers, what the audit says of each rung."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from payoff import judge
from payoff.advise import LearningCurve
from payoff.ask import START
from payoff.decide import Ints
from payoff.policies import Rung
from payoff.project.audit import Court
from payoff.project.bench import Bench
from payoff.project.results import Trial
from payoff.sources import Source

LATER = ("trees",)  # rungs that are weighed only once tried


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

        One that the audit showed to be worse than the incumbent is left out until the votes have grown by half, and so
        is one of the later rungs that was not expected to earn more.
        """
        last = {trial.name: trial for trial in self.trials}
        able = [rung for name, rung in self.known.items() if name in last or name not in LATER]
        return self.bench.best([rung for rung in able if not self._beaten(last.get(rung.name))])

    def _beaten(self, trial: Trial | None) -> bool:
        """Whether the last trial of a rung showed that it need not be weighed again yet."""
        if trial is None or trial.name == self.incumbent.name or self.labels >= 1.5 * trial.labels:
            return False
        slow = trial.name in LATER and not (trial.expected or 0.0) > 0
        return trial.verdict == "keep" or slow

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
            said=self._said(comparison, rung),
            look=comparison.look,
            expected=self.bench.gain(rung, self.incumbent)[0],
            votes=votes,
            audit_votes=self.court.audit.votes,
            labels=self.labels,
            spent=spent,
            unit=objective.unit,
            rounds=fixed,
        )
        return trial, comparison.ledger

    def _said(self, comparison: judge.Comparison, rung: Rung) -> str:
        """The verdict in words; what a rule decides; why a candidate of one's own on a used census is only shown."""
        objective = self.bench.evidence.ground.objective
        words = comparison.words(objective.unit, None if self.expert is None else self.expert.price)
        looked = judge.looks_left(self.ledger) < judge.looks_left(None)
        if rung.estimator is not None and looked and self.court.audit.ground.judged_by_census:
            return f"{words} Only shown: known outcomes that were looked at cannot prove a model thought of later."
        return f"{words} {self.decides(rung)}".strip()

    def decides(self, rung: Rung) -> str:
        """What a simple rung decides, in words: the best constant, the one rule; nothing for richer ones."""
        decisions = self.bench.evidence.ground.objective.decisions
        if rung.name == "constant":
            return f"'{decisions[int(self.sealed(rung)[0])]}' everywhere."
        if rung.name == "one rule":
            rule = self.bench.fitted(rung).rule_  # type: ignore[attr-defined]
            return f"The rule: {rule.words(decisions)}."
        return ""

    @property
    def labels(self) -> int:
        """Learning items that a person voted on or whose outcome is known."""
        return int(self.bench.evidence.labelled.sum())

    @property
    def unlabelled(self) -> int:
        """Learning items nobody voted on yet."""
        return len(self.bench.evidence.ground.learning) - self.labels

    def left(self) -> float:
        """What there is to win per item: perfect knowledge less what the deciding policy is expected to earn.

        Before there are votes of people, less the best constant: what rules say of themselves is not believed yet.
        """
        reference = self.candidate if self.labels >= START else self.rung("constant")
        return max(self.bench.perfect() - self.bench.worth(reference), 0.0)

    def _taught(self) -> Rung:
        """The rung that more votes would teach: the candidate, or linear where the candidate does not learn from
        columns.
        """
        fixed = ("constant", "system", "base rate", "voting", "own model")
        linear = next((rung for rung in self.bench.rungs if rung.name == "linear"), self.candidate)
        return linear if self.candidate.name in fixed else self.candidate

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
