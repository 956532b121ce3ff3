"""Rows of the report: the ladder with what was promised, the sources with their reliability, money against spend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import polars as pl

from payoff import judge
from payoff.advise import Advice
from payoff.policies import Rung
from payoff.project.bench import BASELINES
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.project.worth import MOST_CONSTANTS, earned, figure_of
from payoff.report.record import CurvePoint, Figure, LadderRow, SourceRow, raised
from payoff.votes import coverage, share_interval

CHECKED = 10  # votes on known outcomes from which a share is worth showing


def ladder_rows(
    at: Workplace, standing: Standing, items: int, realised: Mapping[str, float], kept: int | None
) -> tuple[LadderRow, ...]:
    """Baselines first, then trials in the order tried, the last of each rung."""
    last = {trial.name: trial for trial in at.trials if trial.against != trial.name}
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
                words=standing.decides(rung) or rung.words,
                worth=earned(standing, rung),
                promised=promised(standing, rung, items),
                promised_items=items,
                gain=None if trial is None else Figure(trial.estimate.mean, trial.estimate.low, trial.estimate.high),
                against=None if trial is None else trial.against,
                verdict=None if trial is None else trial.verdict,
                adopted=name == standing.incumbent.name and standing.proven,
                votes=None if trial is None else trial.votes,
                realised=realised.get(name),
                realised_items=kept,
            )
        )
    return (*rows[:1], *_constants(standing, items, realised, kept), *rows[1:])


def _constants(standing: Standing, items: int, realised: Mapping[str, float], kept: int | None) -> list[LadderRow]:
    """Each decision taken everywhere: what 'everybody' and 'nobody' earn."""
    return [
        LadderRow(
            name=everywhere(decision),
            kind="baseline",
            worth=figure_of(_level_everywhere(standing, place).estimate),
            promised=promised_everywhere(standing, place, items),
            promised_items=items,
            realised=realised.get(everywhere(decision)),
            realised_items=kept,
        )
        for place, decision in enumerate(standing.objective.decisions[:MOST_CONSTANTS])
    ]


def _level_everywhere(standing: Standing, decision: int) -> judge.Judged:
    return standing.speaking.level(np.full(len(standing.court.audit.truth), decision))


def promised_everywhere(standing: Standing, decision: int, items: int) -> Figure | None:
    """What one decision taken on every item promises for so many; None before there is an audit."""
    return None if standing.about else _promise(_level_everywhere(standing, decision), items)


def everywhere(decision: str) -> str:
    """How the row of a decision taken on every item is called.

    >>> everywhere("keep")
    'keep everywhere'
    """
    return f"{decision} everywhere"


def promised(standing: Standing, rung: Rung, items: int) -> Figure | None:
    """The prediction interval for so many items; None before there is an audit: no promise rests on a proxy."""
    return None if standing.about else _promise(standing.levelled(rung), items)


def _promise(judged: judge.Judged, items: int) -> Figure | None:
    if not np.isfinite(judged.estimate.low):
        return None
    return figure_of(judge.promise(judged, items))


def sources_of(at: Workplace) -> tuple[SourceRow, ...]:
    """Every voter with its votes, coverage and reliability; audit votes are not counted as right or wrong.

    An always-on voter is as reliable as its votes on items whose outcome is known to learning say, from ten of them on:
    what it says of itself through the label model is no measurement. People are as reliable as the label model finds.
    """
    votes = at.votes_now
    if votes.is_empty():
        return ()
    table = coverage(votes, len(at.ground.items)).join(_reliability(at), on=["source", "voter"], how="left")
    return tuple(_source_row(at, row) for row in table.iter_rows(named=True))


def _reliability(at: Workplace) -> pl.DataFrame:
    """Accuracy of each voter with its 95% interval: source, voter, accuracy, low, high."""
    evidence = at.standing().bench.evidence
    gold = evidence.gold.rename({"label": "truth"})
    checked = evidence.free.join(gold, on="item").group_by("source", "voter")
    counts = checked.agg(pl.len().alias("n"), (pl.col("label") == pl.col("truth")).sum().alias("right"))
    counts = counts.filter(pl.col("n") >= CHECKED)
    low, high = share_interval(counts["right"].to_numpy(), counts["n"].to_numpy())
    shares = counts.select("source", "voter", accuracy=pl.col("right") / pl.col("n"), low=low, high=high)
    if evidence.model is None:
        return shares
    people = evidence.people.select("source", "voter").unique()
    told = evidence.model.voters_.select("source", "voter", "accuracy", "low", "high")
    return pl.concat([shares, told.join(people, on=["source", "voter"], how="semi")])


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


def sources_table(rows: Sequence[SourceRow]) -> pl.DataFrame:
    """Sources as a table: one row a voter."""
    words = dict.fromkeys(("source", "voter", "kind"), pl.String)
    figures = dict.fromkeys(("price", "coverage", "accuracy", "low", "high", "spent"), pl.Float64)
    order = [field.name for field in fields(SourceRow)]
    types = {**words, **figures, "votes": pl.Int64}
    return pl.DataFrame([vars(row) for row in rows], schema={name: types[name] for name in order})


def curves(at: Workplace, standing: Standing, advice: Advice) -> dict[str, Any]:
    """What was earned against what was spent so far, and what more votes are expected to bring."""
    points: dict[float, CurvePoint] = {}
    for record in at.memory.advice(at.version):
        ends = record.get("promised") or (record["low"], record["high"])
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
