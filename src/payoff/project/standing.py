"""Where a project stands: incumbent and candidate, what was tried, who answers, what the audit says of each rung."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from payoff import judge
from payoff.advise import LearningCurve
from payoff.ask import START
from payoff.decide import Ints
from payoff.objective import Objective
from payoff.policies import Rung
from payoff.project.audit import Court
from payoff.project.bench import Bench
from payoff.project.proof import Proof, Refit, record_of_proof, refit_of
from payoff.project.results import Trial
from payoff.project.stand_in import AUDITED, about, stand_in
from payoff.sources import Source

LATER = ("trees",)  # rungs that are weighed only once tried


@dataclass(frozen=True)
class Standing:
    """Where the project stands: incumbent and candidate rungs, what was tried, who answers at what price.

    `told` are the verdicts of looks at the known outcomes kept aside.
    """

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
    proof: Proof | None = None
    told: tuple[str, ...] = ()

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
        return self.bench.best(self.able)

    @property
    def able(self) -> list[Rung]:
        """The rungs among which the candidate is chosen."""
        last = {trial.name: trial for trial in self.trials}
        able = [rung for name, rung in self.known.items() if name in last or name not in LATER]
        return [rung for rung in able if not self._beaten(last.get(rung.name))]

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

    @cached_property
    def stand_in(self) -> Court | None:
        """The court that takes a declared proxy for the outcome; None where there is none."""
        return stand_in(self.court)

    @property
    def about(self) -> str:
        """The stamp on figures that rest on a proxy alone; nothing once votes judge how far off it is."""
        proxy = self.court.audit.ground.proxy
        return "" if proxy is None or self.court.audit.votes >= AUDITED else about(proxy)

    @property
    def speaking(self) -> Court:
        """The court whose figures are shown: that of a proxy until votes judge. It decides nothing."""
        return self.stand_in if self.stand_in is not None and self.about else self.court

    def level(self, rung: Rung) -> judge.Estimate:
        """What a rung earns per item to come, on the audit; before there is an audit, what is expected out of fold,
        without interval.
        """
        return self.levelled(rung).estimate

    def levelled(self, rung: Rung) -> judge.Judged:
        """The level of a rung with the two parts of its error."""
        unit = self.bench.evidence.ground.objective.unit
        judged = self.speaking.level(self.sealed(rung))
        estimate = replace(judged.estimate, unit=unit, about=self.about)
        if not np.isfinite(estimate.low):
            estimate = judge.Estimate(self.bench.worth(rung), -np.inf, np.inf, unit, self.about)
        return replace(judged, estimate=estimate)

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
    def objective(self) -> Objective:
        """What decisions are worth, and what must hold."""
        return self.bench.evidence.ground.objective

    @property
    def unit(self) -> str:
        """The unit of the objective."""
        return self.objective.unit

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
        return self.compared(self.candidate, again=True)

    def over(self, base: Rung, rung: Rung) -> judge.Comparison:
        """What one rung earns over another on the audit, to be shown: no look is spent, nothing is adopted by it."""
        here, there = self.sealed(base), self.sealed(rung)
        return self.speaking.compare(here, there, ledger=self.ledger, name="shown", fresh=False)

    def compared(self, rung: Rung, *, again: bool) -> judge.Comparison:
        """A rung against the incumbent on the audit as it lies open.

        Without votes since its last trial a rung is only shown, except to plan (`again`); so is, on a census, a model
        thought of after a look (`late`). Where votes are bought, such a model needs later rounds.
        """
        census = self.court.audit.ground.judged_by_census
        return self.court.compare(
            self.sealed(self.incumbent),
            self.sealed(rung),
            ledger=self.ledger,
            name=rung.name,
            after=self.fixed(rung) if self.is_late(rung) and not census else None,
            fresh=(again or self.news(rung)) and not (census and self.late(rung)),
        )

    def news(self, rung: Rung) -> bool:
        """Whether a trial of the rung could tell something new: its first, or one with more votes; none open."""
        earlier = [trial for trial in self.trials if trial.name == rung.name]
        audit = self.court.audit
        return not len(audit.open) and (not earlier or audit.votes > earlier[-1].audit_votes)

    def fixed(self, rung: Rung) -> int:
        """Rounds of the audit drawn before the rung was fixed."""
        earlier = [trial for trial in self.trials if trial.name == rung.name]
        return earlier[0].rounds if earlier else len(self.court.audit.rounds)

    def is_late(self, rung: Rung) -> bool:
        """Whether the rung is a model of the user's own, thought of after a look at the audit.

        The ladder was fixed before the audit was opened, so all votes are fresh for its rungs.
        """
        return rung.estimator is not None and judge.looks_left(self.ledger) < judge.looks_left(None)

    def late(self, rung: Rung) -> bool:
        """Whether votes that were seen cannot judge the rung: it, or the incumbent, was thought of after a look."""
        return self.is_late(rung) or self.proven_aside

    @property
    def proven_aside(self) -> bool:
        """Whether the incumbent was proven on outcomes kept aside: what it earns on the others may flatter."""
        proved = [trial.kept for trial in self.trials if trial.adopted and trial.name == self.incumbent.name]
        return bool(proved and proved[-1])

    def sealed(self, rung: Rung) -> Ints:
        """Decisions of a rung on the audit part, (N,): those of the proven fit where its refit was found worse."""
        if self.proof is not None and self._reverted(rung):
            return self.proof.decisions
        return self._sealed_now(rung)

    @cached_property
    def refit(self) -> Refit | None:
        """The present fit of the proven rung beside the one that was proven; None where none was."""
        return None if self.refitted is None else refit_of(self.court, *self.refitted, self.ledger)

    @cached_property
    def refitted(self) -> tuple[Ints, Ints] | None:
        """Decisions of the proven fit and of its refit on the audit part, (N,) each; None where nothing is proven."""
        return None if self.proof is None else (self.proof.decisions, self._sealed_now(self.incumbent))

    def bench_of(self, rung: Rung) -> Bench:
        """The bench whose fit of a rung decides: that of the proof where the refit was found worse."""
        return self.proof.bench if self.proof is not None and self._reverted(rung) else self.bench

    def _reverted(self, rung: Rung) -> bool:
        """Whether the proven fit of this rung decides, since the audit shows its refit to be worse."""
        return rung.name == self.incumbent.name and self.refit is not None and self.refit.worse

    def kept(self, rung: Rung) -> Ints:
        """Decisions of a rung on the items whose outcomes are kept aside."""
        ground = self.bench.evidence.ground
        return self._on_audit(self.bench_of(rung), rung)[ground.aside[ground.audited]]

    def _sealed_now(self, rung: Rung) -> Ints:
        ground = self.bench.evidence.ground
        return self._on_audit(self.bench, rung)[~ground.aside[ground.audited]]

    def _on_audit(self, bench: Bench, rung: Rung) -> Ints:
        """Decisions on the whole audit part at once: a limit per week counts the items of its week together."""
        evidence = bench.evidence
        return bench.decisions(rung, evidence.audit_sight, evidence.ground.items.table[evidence.ground.audited])


def proof_record(at: Standing, rung: Rung, told: Mapping[str, Any]) -> dict[str, Any]:
    """What a trial that adopted the rung proved, as the store keeps it."""
    return record_of_proof(rung.name, at.sealed(rung), at.labels, told)
