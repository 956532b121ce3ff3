"""The story of a project as the report tells it: plain records, every figure of worth with what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from payoff import judge
from payoff.advise import Advice, Option
from payoff.policies import Rung
from payoff.project.rows import curves, ladder_rows, promised, shown, sources_of
from payoff.project.standing import Standing
from payoff.project.status import questions_of
from payoff.project.workplace import Workplace
from payoff.report.record import Action, Cell, Figure, Stakes, Story
from payoff.words import number

COVERS = (
    "The intervals are 95%. A policy is adopted only on audit votes, every look at them is paid for, and over 30 looks "
    "the chance of ever adopting one that is worse than the incumbent stays below 5%: for the policy as fitted when "
    "tested, items drawn like these, experts right. Refits on more votes, drift and erring experts are outside it."
)
PROMISED = 1_000  # items a promise is made for where no volume is given


def story_of(
    at: Workplace,
    advice: Advice,
    *,
    title: str = "",
    realised: Mapping[str, float] | None = None,
    items: int | None = None,
) -> Story:
    """Everything the report says; `realised` gives what rungs earned per item on `items` items kept aside."""
    standing, objective = at.standing(), at.ground.objective
    promised_items = items or round(objective.per_month or PROMISED)
    return Story(
        title=title or at.folder.resolve().name,
        made=datetime.now(UTC).strftime("%Y-%m-%d"),
        **_stated(at),
        **_counted(at, standing),
        **_earned(standing, promised_items),
        next=_action(advice, objective.volume),
        alternatives=tuple(_action(each, objective.volume) for each in advice.alternatives[:4]),
        ladder=ladder_rows(at, standing, promised_items, realised or {}, items),
        sources=sources_of(at),
        **curves(at, standing, advice),
        questions=tuple(questions_of(at, standing)),
    )


def _stated(at: Workplace) -> dict[str, Any]:
    """What a person stated or the tool assumed: the objective in full, the notes."""
    objective = at.ground.objective
    return {
        "unit": objective.unit,
        "goal": _goal(at),
        "payoffs": _cells(at),
        "limits": tuple(str(limit) for limit in objective.limits),
        "per_month": objective.per_month,
        "months": objective.months,
        "assumed": _assumed(at),
        "notes": _notes(at),
        "covers": COVERS,
    }


def _counted(at: Workplace, standing: Standing) -> dict[str, Any]:
    """How many items, votes and looks there are, and what was spent."""
    return {
        "items": len(at.ground.items),
        "learning_items": len(at.ground.learning),
        "audit_items": len(at.ground.sealed),
        "votes": at.bought,
        "audit_votes": standing.court.audit.votes,
        "spent": at.spent,
        "looks_used": judge.looks_left(None) - judge.looks_left(standing.ledger),
        "looks_left": judge.looks_left(standing.ledger),
    }


def _earned(standing: Standing, promised_items: int) -> dict[str, Any]:
    """What is earned today, what the deciding policy would earn, and what there is to win."""
    today = standing.rung("system") if standing.in_use else standing.rung("constant")
    deciding = standing.incumbent if standing.proven else standing.candidate
    return {
        "today": shown(standing, today),
        "today_words": _today_words(standing, today),
        "would_earn": shown(standing, deciding),
        "would_words": f"{deciding.name}: {standing.decides(deciding) or deciding.words}",
        "gain": _gain(standing, today, deciding),
        "promised": promised(standing, deciding, promised_items),
        "promised_items": promised_items,
        "provisional": not standing.proven and not (standing.in_use and deciding.name == "system"),
        "judged_on": _judged_on(standing),
        "stakes": _stakes(standing, today),
    }


def _goal(at: Workplace) -> str:
    objective = at.ground.objective
    choices = ", ".join(objective.decisions)
    return f"For every item choose among {choices}, so that the sum of payoffs in {objective.unit} is largest."


def _cells(at: Workplace) -> tuple[Cell, ...]:
    payoffs = at.ground.objective.payoffs
    text = {
        key: cell if isinstance(cell, str) else f"{cell:g}"
        for decision in payoffs
        for key, cell in _of(payoffs, decision)
    }
    return tuple(Cell(decision=d, outcome=o, text=text[d, o]) for d, o in text)


def _of(payoffs: Mapping[str, Mapping[str, Any]], decision: str) -> list[tuple[tuple[str, str], Any]]:
    return [((decision, outcome), cell) for outcome, cell in payoffs[decision].items()]


def _assumed(at: Workplace) -> tuple[str, ...]:
    objective = at.ground.objective
    found: Sequence[str] = [
        "the items to come are like these",
        "experts are right; the label model and the audit take their votes as the truth",
        *(
            f"one vote of '{source.name}' costs {number(source.price)} {objective.unit}"
            for source in at.sources.values()
            if source.on_request
        ),
    ]
    if objective.volume is None:
        found = [*found, "no volume was given: figures are per item, and advice ranks by gain per item"]
    later = at.ground.items.roles.known_after
    if objective.cells_over(later):
        found = [*found, "payoffs over columns known only afterwards use their mean by outcome when deciding"]
    return tuple(found)


def _notes(at: Workplace) -> tuple[str, ...]:
    """What was inferred, left out or went wrong, a sentence each."""
    notes = list(at.ground.items.notes)
    for record in at.store.records("run"):
        notes += [
            f"the rule '{voter}' failed on {count} item(s), first '{item}': {message}"
            for voter, item, message, count in record["failures"]
        ]
    aside = at.standing().bench.evidence.set_aside
    if aside:
        notes.append(
            f"{aside} expert vote(s) nobody asked for lie in the sealed audit part: they neither teach nor judge"
        )
    return tuple(notes)


def _today_words(standing: Standing, today: Rung) -> str:
    if standing.in_use:
        return "what is decided today"
    decision = standing.bench.evidence.ground.objective.decisions[int(standing.sealed(today)[0])]
    return f"nothing is in use: the best constant, '{decision}' everywhere"


def _gain(standing: Standing, today: Rung, deciding: Rung) -> Figure | None:
    if today.name == deciding.name:
        return None
    paired = standing.court.compare(
        standing.sealed(today), standing.sealed(deciding), ledger=standing.ledger, name="shown", fresh=False
    )
    found = paired.estimate
    if not np.isfinite(found.low):
        return Figure(standing.bench.gain(deciding, today)[0])
    return Figure(found.mean, found.low, found.high)


def _judged_on(standing: Standing) -> str:
    audit = standing.court.audit
    if audit.ground.judged_by_census:
        return f"{audit.votes:,} items of the audit part whose outcome is known"
    return f"{audit.votes:,} audit votes drawn from the {len(audit.truth):,} items of the audit part"


def _stakes(standing: Standing, today: Rung) -> Stakes:
    bench = standing.bench
    constant = bench.rungs[0]
    sight, perfect = bench.sight, bench.perfect()
    decision = bench.evidence.ground.objective.decisions[
        int(np.bincount(bench.fitted(constant).decide(sight)).argmax())
    ]
    return Stakes(
        constant=decision, constant_worth=bench.worth(constant), perfect=perfect, left=perfect - bench.worth(today)
    )


def _action(step: Advice | Option, volume: float | None) -> Action:
    reason, gain = step.reason.removeprefix("since "), float(f"{step.gain:.2g}")
    return Action(name=step.action, reason=reason, gain=gain, cost=step.cost, per_item=volume is None)
