"""Whether the limits on precision and recall hold: what the audit says of them, interval ends and not points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from payoff.decide import Bools, Floats, Ints, Limit, chance_right
from payoff.judge.bars import Tally, tally
from payoff.names import names_of
from payoff.policies import Rung
from payoff.project.limiting import Kind
from payoff.project.raising import level_of, not_shown
from payoff.project.standing import Standing
from payoff.words import count, share

CONFIDENCE = 0.95  # with which a limit is looked at that names no confidence of its own


@dataclass(frozen=True)
class Held:
    """A share that is to hold in one group, and what the answered items of the audit part say of it.

    `low` and `high` are exceeded, and not reached, with the confidence of the limit (95% where it names none), over
    all its groups together.
    """

    limit: Limit
    kind: Kind
    group: str | None
    tally: Tally
    low: float
    high: float

    @property
    def least(self) -> float:
        """The share that is to hold."""
        return float(getattr(self.limit, self.kind))

    @property
    def verdict(self) -> str:
        """'holds' where the lower end does, 'broken' where even the upper end does not, else 'not shown'."""
        return "holds" if self.low >= self.least else "broken" if self.high < self.least else "not shown"

    def words(self) -> str:
        """The share with its ends, and what they say.

        >>> limit = Limit("act", precision=0.9)
        >>> Held(limit, "precision", None, Tally(100.0, 97.0), 0.92, 0.99).words()
        "precision of 'act' is 97% (92% to 99% on 100 audit items), at least 90%: shown to hold"
        """
        where = "" if self.limit.by is None else f" where {self.limit.by} is '{self.group}'"
        said = {"holds": "shown to hold", "broken": "does not hold", "not shown": "not shown to hold yet"}[self.verdict]
        ends = f"{_end(self.low)} to {_end(self.high)} on {count(self.tally.many, 'audit item')}"
        found = "not known yet" if self.tally.share is None else f"{_end(self.tally.share)} ({ends})"
        return f"{self.kind} of '{self.limit.decision}'{where} is {found}, at least {share(self.least)}: {said}"


def limits_held(standing: Standing, rung: Rung) -> list[Held]:
    """What the audit says of every limit on precision and recall, under what a rung decides on the audit part.

    Answers are weighted by the inverse of the chance with which they were drawn; they are looked at and change nothing.
    """
    bench, audit = standing.bench_of(rung), standing.court.audit
    ground, sight = bench.evidence.ground, bench.evidence.sealed_sight
    spots = np.flatnonzero(audit.answered)
    decisions, objective = standing.sealed(rung)[spots], ground.objective
    weight = ground.weights[ground.sealed][spots] / audit.drawn[spots]
    found: list[Held] = []
    for limit in objective.limits:
        kinds: tuple[Kind, ...] = ("precision", "recall")
        asked = [kind for kind in kinds if getattr(limit, kind) is not None]
        if not asked:
            continue
        decision = objective.decisions.index(limit.decision)
        payoffs = sight.payoffs if len(sight.payoffs) == 1 else sight.payoffs[spots]
        right = chance_right(limit, decision, payoffs, audit.truth[spots], objective.outcomes) > 0.5
        mine = decisions == decision
        every = [None] * len(ground.items) if limit.by is None else names_of(ground.items.table[limit.by]).to_list()
        names = [every[row] for row in ground.sealed]
        said = Answers(right, mine, weight, ground.groups[ground.sealed][spots], [names[spot] for spot in spots])
        found += [each for kind in asked for each in said.held(limit, kind, set(names))]
    return found


@dataclass(frozen=True)
class Answers:
    """The answered items of the audit: whether the decision is `right` for them, whether it is taken (`mine`)."""

    right: Bools
    mine: Bools
    weight: Floats
    groups: Ints
    names: list[str | None]

    def held(self, limit: Limit, kind: Kind, groups: Iterable[str | None]) -> list[Held]:
        """What they say of one share in each group of the limit."""
        base, wanted = (self.mine, self.right) if kind == "precision" else (self.right, self.mine)
        wide = limit if limit.confidence is not None else Limit(limit.decision, precision=0.0, confidence=CONFIDENCE)
        every = sorted(groups, key=lambda name: (name is None, name))
        confidence = 1.0 - level_of(wide, len(every))
        found = []
        for group in every:
            rows = np.flatnonzero(base & np.array([name == group for name in self.names], dtype=bool))
            said = tally(wanted[rows], self.weight[rows], self.groups[rows])
            found.append(Held(limit, kind, group, said, said.low(confidence), said.high(confidence)))
        return found


def holding_line(standing: Standing, rung: Rung) -> str | None:
    """The limits with the ends of their intervals, in one line; None where none is on precision or recall.

    Those on share, number and budget hold by construction: decisions are filled under them.
    """
    missing = lacking(standing, rung)
    # A decision that is closed for want of labels is named as such: that the audit has none of it says nothing more.
    held = [each for each in limits_held(standing, rung) if each.tally.many or not missing]
    worst = sorted(held, key=lambda each: ("broken", "not shown", "holds").index(each.verdict))
    rest = [f"{len(worst) - 3} more"] if len(worst) > 3 else []
    return "; ".join([*missing, *(each.words() for each in worst[:3]), *rest]) or None


def lacking(standing: Standing, rung: Rung) -> list[str]:
    """A sentence for each limit with confidence that no bar of the rung is shown to hold.

    Where the rung would not so decide anyway, that is no lack if the bars of another rung are shown to hold; if none
    are, the one that would so decide most often says what it takes.
    """
    others = [standing.bench.bars(other) for other in standing.able if other.name != rung.name]
    found = []
    for spot, bar in enumerate(standing.bench_of(rung).bars(rung)):
        rivals = [bars[spot] for bars in others if spot < len(bars)]
        if bar.tally.many or not any(rival.shown for rival in rivals):
            found.append(bar if bar.tally.many else max([bar, *rivals], key=lambda each: each.tally.many))
    return not_shown(found)


def _end(value: float) -> str:
    """A share to a tenth of a per cent where it is near 1, so that 94.6% is not read as 95%."""
    return f"{value:.1%}" if 0.9 < value < 0.9995 and round(value, 2) != round(value, 3) else share(value)
