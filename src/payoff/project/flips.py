"""Which payoff would flip the choice: of a rung, out of fold and with the probabilities at hand, or of a constant. No
look at the audit, nothing fitted anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from textwrap import shorten

import numpy as np

from payoff.decide import Floats, Ints
from payoff.limits import first_best
from payoff.names import outcome_in_words
from payoff.objective import Objective
from payoff.policies import Rung
from payoff.project.bench import Bench
from payoff.project.standing import Standing
from payoff.sensitivity import Basis, Chooser, Dial, Swing, dials_of, flip_point, swing_of, worth_of_knowing
from payoff.stakes import figure
from payoff.words import count

MOST_RANGES = 6  # ranges whose corners are all looked at: 64 of them
LONGEST = 40  # characters of an expression that a line quotes
SHOWN = 2  # payoffs named in the line: those that flip soonest


def sensitivity_line(standing: Standing) -> str | None:
    """While what a payoff may be the choice of rung stays as it is: one sentence without a full stop.

    Such as "the choice 'linear' holds while a wrong 'allow' (phish) costs between 4.1 and 31 EUR (now 10), else
    'constant' earns more". None before anybody said what is true of an item, or while these labels cannot tell the
    choice from any other rung.
    """
    choice = as_decided(standing)
    return None if choice is None else f"{choice.line()}, all deciding as they do now, on the items learnt from"


def range_lines(choice: Choice) -> list[str]:
    """For each uncertain payoff, one sentence: whether its range changes the choice, how many decisions it changes,
    and what finding it out is worth at most.
    """
    return [*(choice.range_line(*cell, *ends) for cell, ends in choice.objective.ranges.items()), *choice.together()]


@dataclass(frozen=True)
class Choice:
    """The policy that earns most, by name, and its rivals; `noun` says what is chosen."""

    noun: str
    name: str
    objective: Objective
    basis: Basis
    choosers: Mapping[str, Chooser]
    column: str | None = None

    def swings(self) -> list[Swing]:
        """The payoffs that flip the choice, soonest first; those of nought are what the others are compared with."""
        size = float(np.abs(self.basis.payoffs).mean(axis=0).max())
        dials = [dial for dial in dials_of(self.objective, self.basis.payoffs) if dial.now != 0]
        swings = [swing_of(self.choosers, self.name, dial, size=size) for dial in dials]
        return sorted((swing for swing in swings if np.isfinite(swing.nearest)), key=lambda swing: swing.nearest)

    def line(self) -> str:
        """The payoffs that flip the choice soonest, in words."""
        said = [self._words(swing) for swing in self.swings()[:SHOWN]]
        if not said:
            return f"{self.noun} '{self.name}' holds whatever any one payoff is, up to a hundred times as much"
        return f"{self.noun} '{self.name}' holds while {'; and while '.join(said)}"

    def range_line(self, decision: str, outcome: str, low: float, high: float) -> str:
        """What a range does to the choice, and what finding the payoff out is worth."""
        middle = (low + high) / 2
        dial = self._dial(decision, outcome, middle)
        flips = [self._flip(dial, end - middle) for end in (low, high)]
        holds = " and ".join(said for said in flips if said) or f"'{self.name}' holds"
        between = f"{decision}/{outcome} between {figure(low)} and {figure(high)} {self.objective.unit}"
        parts = [f"{between}: {self.noun} {holds}", *self._changed(dial, low - middle, high - middle)]
        return "; ".join([*parts, settling(self.knowing(decision, outcome, low, high), self.objective)])

    def together(self) -> list[str]:
        """Whether the choice holds at every corner of several ranges, or at which one it does not; in a sentence."""
        ranges = self.objective.ranges
        if not 1 < len(ranges) <= MOST_RANGES:
            return []
        for corner in product(*ranges.values()):
            best = self._best_at(dict(zip(ranges, corner, strict=True)))
            if best != self.name:
                at = ", ".join(f"{d}/{o} {figure(end)}" for (d, o), end in zip(ranges, corner, strict=True))
                return [f"all ranges at once: with {at}, '{best}' would be {self.noun}"]
        return [f"all ranges at once: {self.noun} '{self.name}' holds at every corner"]

    def _best_at(self, values: Mapping[tuple[str, str], float]) -> str:
        """The policy that earns most were some payoffs these numbers; ties go to the one listed first."""
        payoffs = self.basis.payoffs.copy()
        for (decision, outcome), value in values.items():
            payoffs[:, self.objective.decisions.index(decision), self.objective.outcomes.index(outcome)] = value
        basis = replace(self.basis, payoffs=payoffs)
        earns = [replace(chooser, basis=basis).earns() for chooser in self.choosers.values()]
        return list(self.choosers)[int(first_best(np.array([earns]))[0])]

    def knowing(self, decision: str, outcome: str, low: float, high: float) -> float:
        """What finding out a payoff in this range is worth at most, per item."""
        middle = (low + high) / 2
        dial = self._dial(decision, outcome, middle)
        curves = {name: chooser.curve(dial) for name, chooser in self.choosers.items()}
        return worth_of_knowing(curves, low - middle, high - middle)

    def _dial(self, decision: str, outcome: str, now: float) -> Dial:
        return Dial(
            self.objective.decisions.index(decision), (self.objective.outcomes.index(outcome),), now, np.ones(1)
        )

    def _flip(self, dial: Dial, to: float) -> str | None:
        curves = {name: chooser.curve(dial) for name, chooser in self.choosers.items()}
        flip = flip_point(curves, self.name, to=to)
        if flip is None:
            return None
        side = "below" if to < 0 else "above"
        better = "earns as much as" if flip.tied else "earns more than"
        return f"flips at {figure(dial.now + flip.shift)}: {side} it '{flip.rival}' {better} '{self.name}'"

    def _changed(self, dial: Dial, low: float, high: float) -> list[str]:
        """For how many items the decision of the choice changes within the range."""
        chooser = self.choosers[self.name]
        if chooser.proba is None:
            return []
        many, items = int(chooser.changed(dial, low, high).sum()), len(self.basis.posterior)
        return [f"the decision changes for {many:,} of {count(items, 'item')}" if many else "no decision changes"]

    def _words(self, swing: Swing) -> str:
        """Between which values of a payoff the choice holds, and what takes its place."""
        name, verb, sign = self._named(swing.dial)
        flips = (swing.below, swing.above)
        low, high = (None if flip is None else sign * (swing.dial.now + flip.shift) for flip in flips[:: int(sign)])
        bounds = _between(low, high)
        told = [flip for flip in flips if flip is not None]
        rivals = " or ".join(dict.fromkeys(f"'{flip.rival}'" for flip in told))
        better = "earns as much" if all(flip.tied for flip in told) else "earns more"
        row = self.objective.payoffs[self.objective.decisions[swing.dial.decision]]
        cell = row[self.objective.outcomes[swing.dial.outcomes[0]]]
        now = f"{self.objective.unit} (now {figure(sign * swing.dial.now)})"
        unit = f"times {shorten(cell, LONGEST, placeholder=' …')}" if isinstance(cell, str) else now
        return f"{name} {verb} {bounds} {unit}, else {rivals} {better}"

    def _named(self, dial: Dial) -> tuple[str, str, float]:
        """What a payoff is called, its verb, and the sign with which it is said: a loss is what it costs."""
        decision = self.objective.decisions[dial.decision]
        mean = self.basis.payoffs.mean(axis=0)
        value = mean[dial.decision, dial.outcomes[0]]
        verb, sign = ("costs", -1.0) if value < 0 else ("earns", 1.0)
        if isinstance(self.objective.payoffs[decision][self.objective.outcomes[dial.outcomes[0]]], str):
            verb, sign = "is worth", 1.0
        if len(dial.outcomes) > 1:
            return f"'{decision}'", verb, sign
        right = value == mean[:, dial.outcomes[0]].max()
        kind = "a right " if right else "a wrong " if value < 0 else ""
        outcome = self.objective.outcomes[dial.outcomes[0]]
        return f"{kind}'{decision}' ({outcome_in_words(outcome, self.objective.outcomes, self.column)})", verb, sign


def choice_of(standing: Standing, chosen: Rung | None = None) -> Choice | None:
    """The chosen rung (else that of highest expected payoff) and the rungs that these labels show to earn less; None
    without labels or rivals.

    It is called the candidate where another one is proven and decides. A rung within one standard error of the choice
    is as good as it: that the two change places says nothing.
    """
    bench, best = standing.bench, chosen or standing.candidate
    if not standing.labels:
        return None
    told = [rung for rung in standing.able if rung.name in bench.fits and _told(bench, rung, best)]
    ground = bench.evidence.ground
    basis = Basis(bench.sight.payoffs, bench.posterior, ground.weights[ground.learning])
    choosers = {rung.name: chooser_of(bench, rung, basis) for rung in told}
    noun = "the candidate" if standing.proven and best.name != standing.incumbent.name else "the choice"
    column = ground.items.roles.outcome
    return Choice(noun, best.name, ground.objective, basis, choosers, column) if len(told) > 1 else None


def as_decided(standing: Standing) -> Choice | None:
    """The same, every rung keeping the decisions it takes now, beside each decision taken everywhere.

    That is what a payoff guessed wrongly does: nobody decides anew, since nobody knows.
    """
    choice = choice_of(standing, standing.incumbent if standing.proven else None)
    objective = standing.bench.evidence.ground.objective
    if choice is None:
        return None
    always = {
        f"{name} everywhere": Chooser(choice.basis, decisions=np.full(len(choice.basis.posterior), d))
        for d, name in enumerate(objective.decisions)
    }
    kept = {
        name: Chooser(choice.basis, decisions=standing.bench.out_of_fold(standing.rung(name)))
        for name in choice.choosers
        if name != "constant" or name == choice.name
    }
    return replace(choice, choosers={**always, **kept})


def constant_choice(objective: Objective, cells: Floats, rates: Floats, column: str | None = None) -> Choice:
    """The best constant decision at base rates (K,) under mean payoffs (D, K), and the other ones."""
    basis = Basis(cells[None], rates[None], np.ones(1))
    always = {name: Chooser(basis, decisions=np.array([d])) for d, name in enumerate(objective.decisions)}
    best = objective.decisions[int(first_best((cells @ rates)[None])[0])]
    return Choice("the best constant", best, objective, basis, always, column)


def chooser_of(bench: Bench, rung: Rung, basis: Basis) -> Chooser:
    """How a rung would decide were a payoff otherwise: by its probabilities out of fold, item by item or all at once.

    Today's system keeps its decisions; so, we take it, does one that its probabilities do not explain, as under limits.
    """
    decisions = bench.out_of_fold(rung)
    if rung.name == "system":
        return Chooser(basis, decisions=decisions)
    proba = bench.fitted(rung).out_of_fold_.proba  # type: ignore[attr-defined]
    together = {
        "constant": Chooser(basis, proba=basis.posterior, blocks=np.zeros(len(decisions), dtype=np.int64)),
        "one rule": Chooser(basis, proba=proba, blocks=_sides(proba)),
    }
    anew = together.get(rung.name, Chooser(basis, proba=proba))
    return anew if (anew.now() == decisions).all() else Chooser(basis, decisions=decisions)


def settling(worth: float, objective: Objective) -> str:
    """What finding out an uncertain payoff is worth at most, a month where the volume is known."""
    many, per = (objective.per_month, "a month") if objective.per_month else (1.0, "an item")
    cells = [cell for row in objective.payoffs.values() for cell in row.values() if not isinstance(cell, str)]
    if worth <= 1e-9 * float(np.abs(np.hstack(cells)).max()):
        return "finding it out is worth nothing"
    return f"finding it out is worth at most {figure(worth * many)} {objective.unit} {per}"


def _between(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"between {figure(low)} and {figure(high)}"
    return f"at least {figure(low)}" if low is not None else f"at most {figure(high or 0.0)}"


def _told(bench: Bench, rung: Rung, best: Rung) -> bool:
    """Whether a rung is the best one, or these labels tell it from that."""
    gain, error = bench.gain(rung, best)
    return rung.name == best.name or gain < -error


def _sides(proba: Floats) -> Ints:
    """Items that a rule treats alike, (n,): those of one side, in one fold, have the same probabilities."""
    return np.unique(proba.round(12), axis=0, return_inverse=True)[1].ravel().astype(np.int64)
