"""The story of a project as the report tells it: plain records, every figure of worth with what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from payoff import judge
from payoff.advise import Advice, Option
from payoff.items import text_of
from payoff.policies import Rung
from payoff.project.advising import Standing
from payoff.project.bench import BASELINES
from payoff.project.status import questions_of
from payoff.project.workplace import Workplace
from payoff.report.record import Action, Cell, CurvePoint, Figure, LadderRow, SourceRow, Stakes, Story, raised
from payoff.votes import coverage
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
    standing = at.standing()
    objective = at.ground.objective
    today = standing.rung("system") if standing.in_use else standing.rung("constant")
    deciding = standing.incumbent if standing.proven else standing.candidate
    promised_items = items or round(objective.per_month or PROMISED)
    rows = _ladder(at, standing, promised_items, realised or {}, items)
    return Story(
        title=title or at.folder.resolve().name,
        unit=objective.unit,
        made=datetime.now(UTC).strftime("%Y-%m-%d"),
        goal=_goal(at),
        payoffs=_cells(at),
        limits=tuple(str(limit) for limit in objective.limits),
        per_month=objective.per_month,
        months=objective.months,
        items=len(at.ground.items),
        learning_items=len(at.ground.learning),
        audit_items=len(at.ground.sealed),
        votes=at.bought,
        audit_votes=standing.court.audit.votes,
        spent=at.spent,
        today=_shown(standing, today),
        today_words=_today_words(standing, today),
        would_earn=_shown(standing, deciding),
        would_words=f"{deciding.name}: {deciding.words}",
        gain=_gain(standing, today, deciding),
        promised=_promised(standing, deciding, promised_items),
        promised_items=promised_items,
        provisional=not standing.proven and not (standing.in_use and deciding.name == "system"),
        judged_on=_judged_on(standing),
        next=_action(advice, objective.volume),
        alternatives=tuple(_action(each, objective.volume) for each in advice.alternatives[:4]),
        stakes=_stakes(standing, today),
        ladder=rows,
        sources=sources_of(at),
        **_curves(at, standing, advice),
        assumed=_assumed(at),
        notes=_notes(at),
        covers=COVERS,
        looks_used=judge.looks_left(None) - judge.looks_left(standing.ledger),
        looks_left=judge.looks_left(standing.ledger),
        questions=tuple(questions_of(at, standing)),
    )


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


def _shown(standing: Standing, rung: Rung) -> Figure:
    level = standing.level(rung)
    return Figure(level.mean, level.low, level.high)


def _promised(standing: Standing, rung: Rung, items: int) -> Figure | None:
    judged = standing.levelled(rung)
    if not np.isfinite(judged.estimate.low):
        return None
    promise = judge.promise(judged, items)
    return Figure(promise.mean, promise.low, promise.high)


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


def _today_words(standing: Standing, today: Rung) -> str:
    if standing.in_use:
        return "what is decided today"
    decision = standing.bench.evidence.ground.objective.decisions[int(standing.sealed(today)[0])]
    return f"nothing is in use: the best constant, '{decision}' everywhere"


def _judged_on(standing: Standing) -> str:
    audit = standing.court.audit
    if audit.ground.judged_by_census:
        return f"{audit.votes:,} items of the audit part whose outcome is known"
    return f"{audit.votes:,} audit votes drawn from the {len(audit.truth):,} items of the audit part"


def _action(step: Advice | Option, volume: float | None) -> Action:
    reason, gain = step.reason.removeprefix("since "), float(f"{step.gain:.2g}")
    return Action(name=step.action, reason=reason, gain=gain, cost=step.cost, per_item=volume is None)


def _stakes(standing: Standing, today: Rung) -> Stakes:
    bench = standing.bench
    constant = bench.rungs[0]
    sight, posterior = bench.sight, bench.posterior
    perfect = float((posterior * np.broadcast_to(sight.payoffs.max(axis=1), posterior.shape)).sum(axis=1).mean())
    decision = bench.evidence.ground.objective.decisions[
        int(np.bincount(bench.fitted(constant).decide(sight)).argmax())
    ]
    return Stakes(
        constant=decision, constant_worth=bench.worth(constant), perfect=perfect, left=perfect - bench.worth(today)
    )


def _ladder(
    at: Workplace, standing: Standing, items: int, realised: Mapping[str, float], kept: int | None
) -> tuple[LadderRow, ...]:
    """Baselines first, then trials in the order tried, the last of each rung."""
    last = {trial.name: trial for trial in at.trials}
    names = [name for name in BASELINES if standing.has(name)] + [
        name for name in last if name not in BASELINES and standing.has(name)
    ]
    rows = []
    for name in names:
        rung, trial = standing.rung(name), last.get(name)
        in_use = name == "system" and standing.in_use
        rows.append(
            LadderRow(
                name=name,
                kind="in use" if in_use else "baseline" if name in BASELINES else "trial",
                words=rung.words,
                worth=_shown(standing, rung),
                promised=_promised(standing, rung, items),
                promised_items=items,
                gain=None if trial is None else Figure(trial.estimate.mean, trial.estimate.low, trial.estimate.high),
                against=None if trial is None else trial.against,
                verdict=None if trial is None else trial.verdict,
                adopted=name == standing.incumbent.name and standing.proven,
                votes=None if trial is None else trial.votes,
                seconds=None if trial is None else trial.seconds,
                realised=realised.get(name),
                realised_items=kept,
            )
        )
    return tuple(rows)


def sources_of(at: Workplace) -> tuple[SourceRow, ...]:
    """Every voter with its votes, coverage and reliability as the label model sees it; audit votes are not counted
    as right or wrong.
    """
    votes = at.votes
    if votes.is_empty():
        return ()
    known = at.standing().bench.evidence.model
    table = coverage(votes, len(at.ground.items))
    if known is not None:
        judged = known.voters_.select("source", "voter", "accuracy", "low", "high")
        table = table.join(judged, on=["source", "voter"], how="left")
    return tuple(_source_row(at, row) for row in table.iter_rows(named=True))


def _source_row(at: Workplace, row: Mapping[str, Any]) -> SourceRow:
    source = at.sources[row["source"]]
    return SourceRow(
        source=row["source"],
        voter=row["voter"],
        kind=source.kind,
        price=source.price,
        votes=row["votes"],
        coverage=min(row["share"], 1.0),
        accuracy=row.get("accuracy"),
        low=row.get("low"),
        high=row.get("high"),
        spent=source.price * row["votes"],
    )


def _curves(at: Workplace, standing: Standing, advice: Advice) -> dict[str, Any]:
    """What was earned against what was spent so far, and what more votes are expected to bring."""
    points: dict[float, CurvePoint] = {}
    for record in at.store.records("advice"):
        ends = (record["low"], record["high"])
        mean = record["mean"] if ends[0] is not None else record["expected"]
        points[record["spent"]] = CurvePoint(spent=record["spent"], votes=record["votes"], worth=Figure(mean, *ends))
    curve = tuple(points[spent] for spent in sorted(points))
    if not curve or standing.source is None:
        return {"curve": curve}
    here, price = curve[-1], standing.source.price
    teach = standing.curve()
    ahead = [20, 50, 100, 200, 400]
    forecast = tuple(
        CurvePoint(
            spent=here.spent + more * price,
            votes=here.votes + more,
            worth=raised(here.worth, teach.gain(more), teach.interval(more)),
        )
        for more in ahead
        if more <= standing.unlabelled
    )
    stop = here.spent if advice.action in ("stop", "ship") else None
    return {"curve": curve, "forecast": (here, *forecast) if forecast else (), "stop_at": stop}


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


def sources_table(rows: Sequence[SourceRow]) -> pl.DataFrame:
    """Sources as a table: one row a voter."""
    return pl.DataFrame([vars(row) for row in rows])


def readable(at: Workplace, batch: pl.DataFrame) -> pl.DataFrame:
    """Requests beside the columns of their items as known when deciding, with an empty column `label` to fill in."""
    items = at.ground.items
    roles = {items.roles.id, items.roles.today, items.roles.proba, items.roles.weight}
    shown = [name for name in items.columns_at_decision() if name not in roles]
    rows = [at.ground.position[name] for name in text_of(batch["item"])]
    asked = batch.select("item", pl.lit("").alias("label"), pl.exclude("item"))
    # A column of the items called `voter` or `at` would come back as one of the votes.
    taken = {*asked.columns, "voter", "at", "seconds", "id", "kind"}
    return asked.hstack(
        items.table[rows].select(pl.col(name).alias(f"its {name}" if name in taken else name) for name in shown)
    )
