"""The story of a project as the report tells it: plain records, every figure of worth with what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from payoff import judge
from payoff.advise import Advice, Option
from payoff.policies import Rung
from payoff.project.flips import sensitivity_line
from payoff.project.promise import void_promise
from payoff.project.realised import Realised, last_realised, usual_rows_known
from payoff.project.rows import curves, ladder_rows, promised, sources_of
from payoff.project.stand_in import AUDITED
from payoff.project.standing import Standing
from payoff.project.stated import stated, title_of
from payoff.project.status import questions_of
from payoff.project.usual import usual_line
from payoff.project.workplace import Workplace
from payoff.project.worth import deciding, earned, gained, outdone_line, stakes_of
from payoff.report.record import Action, Story

PROMISED = 1_000  # items a promise is made for where no volume is given


def story_of(
    at: Workplace,
    advice: Advice,
    *,
    title: str = "",
    realised: Mapping[str, float] | None = None,
    items: int | None = None,
) -> Story:
    """Everything the report says; `realised` gives what rungs earned per item on `items` items kept aside, else what
    `decide` last saw on items with outcomes is told.
    """
    standing, objective = at.standing(), at.ground.objective
    kept = Realised(dict(realised), items or 0) if realised is not None else last_realised(at) or Realised({}, 0)
    promised_items = kept.items or max(round(objective.per_month or PROMISED), 1)
    return Story(
        title=title or title_of(at),
        made=datetime.now(UTC).strftime("%Y-%m-%d"),
        **stated(at),
        **_counted(at, standing),
        **_earned(standing, promised_items),
        **_doubted(at, standing),
        void=void_promise(at, deciding(standing).name) is not None,
        next=_action(advice, objective.volume),
        alternatives=tuple(_action(each, objective.volume) for each in advice.alternatives[:4]),
        ladder=ladder_rows(at, standing, promised_items, kept.worth, kept.items or None),
        sources=sources_of(at),
        **curves(at, standing, advice),
        questions=tuple(questions_of(at, standing)),
    )


def _doubted(at: Workplace, standing: Standing) -> dict[str, Any]:
    """What the usual metrics would have chosen and cost, while what payoffs the choice holds, what beats it."""
    rows, deciding = usual_rows_known(at), standing.incumbent if standing.proven else standing.candidate
    return {
        "usual": rows,
        "usual_line": usual_line(standing, rows),
        "sensitivity": sensitivity_line(standing),
        "outdone": outdone_line(standing, deciding),
    }


def _counted(at: Workplace, standing: Standing) -> dict[str, Any]:
    """How many items, votes and looks there are, and what was spent."""
    return {
        "items": len(at.ground.items),
        "learning_items": len(at.ground.learning),
        "audit_items": len(at.ground.audited),
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
        "today": earned(standing, today),
        "today_words": _today_words(standing, today),
        "would_earn": earned(standing, deciding),
        "would_words": f"{deciding.name}: {(standing.decides(deciding) or deciding.words).removeprefix('The rule: ')}",
        "gain": gained(standing, today, deciding),
        "promised": promised(standing, deciding, promised_items),
        "promised_items": promised_items,
        "provisional": not standing.proven and not (standing.in_use and deciding.name == "system"),
        "judged_on": _judged_on(standing),
        "about": standing.about,
        "stakes": stakes_of(standing),
    }


def _today_words(standing: Standing, today: Rung) -> str:
    if standing.in_use:
        return "what is decided today"
    decision = standing.bench.evidence.ground.objective.decisions[int(standing.sealed(today)[0])]
    return f"nothing is in use: the best constant, '{decision}' everywhere"


def _judged_on(standing: Standing) -> str:
    audit = standing.court.audit
    if standing.about:
        stamp = standing.about.removeprefix("about ")
        return f"{stamp}: {audit.votes:,} of {AUDITED} audit votes that would say how far off it is"
    if audit.ground.judged_by_census:
        seen = ", seen before the policy in force was thought of: they may flatter" if standing.proven_aside else ""
        return (
            f"{audit.votes:,} items of the audit part whose outcome is known{seen}{_aside(len(audit.ground.reserve))}"
        )
    return f"{audit.votes:,} audit votes drawn from the {len(audit.truth):,} items of the audit part"


def _aside(kept: int) -> str:
    return f"; {kept:,} more are kept aside for models of your own" if kept else ""


def _action(step: Advice | Option, volume: float | None) -> Action:
    reason, gain = step.reason.removeprefix("since "), float(f"{step.gain:.2g}")
    return Action(name=step.action, reason=reason, gain=gain, cost=step.cost, per_item=volume is None)
