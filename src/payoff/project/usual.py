"""The price of the usual metric: what choosing by accuracy, F1, AUC, log-loss or lift would have picked, in money."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from payoff.decide import Floats, Ints, expected
from payoff.objective import Objective
from payoff.policies import Rung
from payoff.project.standing import LATER, Standing
from payoff.project.workplace import Workplace
from payoff.project.worth import worth_of
from payoff.report.figure import Worth, sums
from payoff.report.record import UsualRow
from payoff.usual import Candidate, plain_interval, right_decisions, usual_cut, usual_picks, with_cut
from payoff.words import bounded, per_item

NO_PROBABILITIES = ("constant", "system", "one rule")  # rungs that decide without probabilities of their own
OUT_OF_FOLD = "out of fold with a plain interval: not audited yet"
FIGURES = ("costs", "low", "high", "by_payoffs")


class Pick(NamedTuple):
    """A rung a metric would have picked; `cut`: deciding by its most probable outcome, not by the payoffs.

    >>> Pick("linear", True).name
    'linear'
    """

    name: str
    cut: bool


class Priced(NamedTuple):
    """What a pick decides on the items that judge, (N,), and what that costs an item there.

    >>> Priced(np.array([0]), Worth(0.2, 0.1, 0.3)).judged
    'on the audit'
    """

    decisions: Ints
    costs: Worth
    judged: str = "on the audit"


def usual_metrics(at: Workplace) -> pl.DataFrame:
    """What each usual metric would have picked and what that costs per item: metric, picks, costs, low, high,
    by_payoffs, judged.

    `costs` is the worth of the policy that decides here less that of the pick, `by_payoffs` less that of the same model
    deciding by the payoffs, null where the pick does. `judged` says on what: the audit (only shown, no look is spent),
    or out of fold while it cannot tell. Without rows before anybody said what is true of enough items.
    """
    rows = [
        (
            *(row.metric, row.picks, row.costs.mean),
            *(bounded(row.costs) or (None, None)),
            *(None if row.by_payoffs is None else row.by_payoffs.mean, row.judged),
        )
        for row in usual_rows(at.standing())
    ]
    text, figures = dict.fromkeys(("metric", "picks"), pl.String), dict.fromkeys(FIGURES, pl.Float64)
    return pl.DataFrame(rows, schema={**text, **figures, "judged": pl.String}, orient="row")


def usual_rows(standing: Standing) -> tuple[UsualRow, ...]:
    """The same as rows of the report."""
    return rows_of(standing, lambda pick: _on_audit(standing, pick))


def usual_line(standing: Standing, rows: Sequence[UsualRow]) -> str | None:
    """The price of the usual metric in one sentence without a full stop; None where there is none.

    Metrics that pick the same are named together; the first such group that decides otherwise is priced.
    """
    if not rows:
        return None
    other = [row for row in rows if not row.alike]
    if not other:
        return f"choosing by {_either(rows)} would have picked what decides the same, so it costs nothing here"
    alike = [row for row in other if row.picks == other[0].picks]
    price = _price(other[0], standing.objective)
    return f"choosing by {_either(alike)} would have picked {other[0].picks}: {price}"


def ours(standing: Standing) -> Rung:
    """The rung that decides, as the report says it."""
    return standing.incumbent if standing.proven else standing.candidate


def rows_of(standing: Standing, price: Callable[[Pick], Priced]) -> tuple[UsualRow, ...]:
    """A row for each metric, its pick priced; a pick of several metrics is priced once."""
    picks = _picks(standing)
    made = {pick: _row(standing, pick, price) for pick in picks.values()}
    return tuple(replace(made[pick], metric=metric) for metric, pick in picks.items())


def cut_of(standing: Standing, proba: Floats) -> Ints:
    """Decisions by the most probable outcome, (n,): the usual cut, which holds no limit."""
    return usual_cut(proba, right_decisions(standing.bench.sight.payoffs))


def _row(standing: Standing, pick: Pick, price: Callable[[Pick], Priced]) -> UsualRow:
    priced, choice = price(pick), price(Pick(ours(standing).name, False))
    return UsualRow(
        metric="",
        name=pick.name,
        cut=pick.cut,
        picks=_said(standing, pick, priced.decisions),
        costs=priced.costs,
        by_payoffs=price(Pick(pick.name, False)).costs if pick.cut else None,
        alike=bool((priced.decisions == choice.decisions).all()),
        judged=priced.judged,
    )


def _said(standing: Standing, pick: Pick, decisions: Ints) -> str:
    """The pick in words; one that decides the same everywhere says what."""
    evidence = standing.bench.evidence
    how = " at the 0.5 cut" if len(evidence.outcomes) == 2 else " by the most probable outcome"
    name = evidence.ground.objective.decisions[int(decisions[0])] if len(np.unique(decisions)) == 1 else None
    return f"'{pick.name}'{how if pick.cut else ''}{f' ({name!r} everywhere)' if name else ''}"


def _price(row: UsualRow, objective: Objective) -> str:
    """What the pick costs an item and over the horizon, or earns more; and where this was measured."""
    dearer = row.costs.mean >= 0
    worth = row.costs if dearer else row.costs.negated()
    horizon = sums(replace(worth, month=None), objective.per_month, objective.months, objective.unit, signed=False)
    parts = [per_item(worth, objective.unit, signed=False), *horizon]
    verb, more = ("costs", "") if dearer else ("would earn", " more")
    where = "" if row.judged == "on the audit" else f", {row.judged}"
    return f"it {verb} {', '.join(parts)}{more}{where}"


def _either(rows: Sequence[UsualRow]) -> str:
    names = [row.metric for row in rows]
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _picks(standing: Standing) -> Mapping[str, Pick]:
    """What each metric picks on the items learnt from, out of fold."""
    bench = standing.bench
    if not (bench.labels and bench.teachable):
        return {}
    rows = bench.lesson.rows
    tried = {trial.name for trial in standing.trials}
    rungs = [rung for name, rung in standing.known.items() if name in tried or name not in LATER]
    candidates = [_candidate(standing, rung, rows) for rung in rungs]
    truth, right = bench.lesson.target[rows].argmax(axis=1), right_decisions(bench.sight.payoffs)
    picks = usual_picks(candidates, truth, right, weight=bench.lesson.weight[rows])
    return {metric: Pick(pick.name, pick.cut) for metric, pick in picks.items()}


def _candidate(standing: Standing, rung: Rung, rows: Ints) -> Candidate:
    """A rung as it decides and what it says of these rows of the learning part, out of fold."""
    bench = standing.bench
    decisions = bench.out_of_fold(rung)[rows]
    if rung.name in NO_PROBABILITIES:
        return Candidate(name=rung.name, decisions=decisions)
    found = bench.fitted(rung).out_of_fold_  # type: ignore[attr-defined]
    return Candidate(name=rung.name, decisions=decisions, proba=found.proba[rows])


def _on_audit(standing: Standing, pick: Pick) -> Priced:
    """What the pick costs on the audit, shown only; out of fold where the audit is too small to say."""
    decisions = _sealed(standing, pick)
    shown = standing.court.compare(
        decisions, standing.sealed(ours(standing)), ledger=standing.ledger, name="shown", fresh=False
    )
    if np.isfinite(shown.estimate.low):
        return Priced(decisions, worth_of(shown, standing.objective))
    found = _out_of_fold(standing, pick)
    return Priced(decisions, found, OUT_OF_FOLD)


def _sealed(standing: Standing, pick: Pick) -> Ints:
    """What the pick decides on the audit part."""
    rung, bench = standing.rung(pick.name), standing.bench
    if not pick.cut:
        return standing.sealed(rung)
    return cut_of(standing, bench.fitted(rung).predict_proba(bench.evidence.sealed_sight))


def _out_of_fold(standing: Standing, pick: Pick) -> Worth:
    """Gain of our choice over the pick on the items learnt from, each judged by a fit that did not see it."""
    bench, rows = standing.bench, standing.bench.lesson.rows
    found = _candidate(standing, standing.rung(pick.name), rows)
    found = with_cut(found, right_decisions(bench.sight.payoffs)) if pick.cut else found
    each = expected(bench.sight.payoffs, bench.posterior)[rows]
    spots = np.arange(len(rows))
    gain = each[spots, bench.out_of_fold(ours(standing))[rows]] - each[spots, found.decisions]
    return worth_of(plain_interval(gain, bench.lesson.weight[rows]), standing.objective)
