"""What there is to win before a label is bought: break-even, best constant, perfect knowledge, over base rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from payoff.project.workplace import Workplace
from payoff.words import count, number

RATES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Goal:
    """A table of what there is to win at several base rates, and the lines said below it."""

    title: str
    table: pl.DataFrame
    note: str
    lines: list[str]


def goal_of(at: Workplace) -> Goal:
    """The stakes of a project: at the base rate its votes or outcomes give, else over a range of them."""
    objective, ground = at.ground.objective, at.ground
    known = bool(at.standing().bench.evidence.labelled.any())
    base = at.standing().bench.evidence.base
    rates = [base.tolist()] if known or len(objective.outcomes) > 2 else [[1 - rate, rate] for rate in RATES]
    items = ground.items.table if objective.columns else None
    given = at.standing().bench.evidence.given
    rows = [_row(at, dict(zip(objective.outcomes, each, strict=True)), items, given) for each in rates]
    if known:
        rows = [rows[0] | _as_known(at)]
    lines = [*_even(at, items, given), *_volume(at, rows, known), *objective.remarks(items, given=given)]
    note = f"{objective.unit} an item; base rates " + (
        "from the outcomes and votes so far" if known else "assumed: none is known yet"
    )
    return Goal("what there is to win", pl.DataFrame(rows), note, lines)


def _row(
    at: Workplace, rates: dict[str, float], items: pl.DataFrame | None, given: dict[tuple[str, str], float]
) -> dict[str, object]:
    stakes = at.ground.objective.stakes(rates, items, given=given)
    shown: dict[str, object] = {f"P({name})": round(share, 3) for name, share in rates.items()}
    worth = {
        "best constant": stakes.constant,
        "it earns": stakes.constant_worth,
        "perfect knowledge": stakes.perfect,
        "to win": stakes.left,
    }
    return shown | {key: round(value, 4) if isinstance(value, float) else value for key, value in worth.items()}


def _as_known(at: Workplace) -> dict[str, object]:
    """The stakes on the learning part as its outcomes are known: large payoffs may go with one outcome."""
    standing = at.standing()
    bench, decisions = standing.bench, at.ground.objective.decisions
    constant = standing.rung("constant")
    earns, perfect = bench.worth(constant), bench.perfect()
    decision = decisions[int(np.bincount(bench.fitted(constant).decide(bench.sight)).argmax())]
    left = round(perfect - earns, 4)
    return {
        "best constant": decision,
        "it earns": round(earns, 4),
        "perfect knowledge": round(perfect, 4),
        "to win": left,
    }


def _even(at: Workplace, items: pl.DataFrame | None, given: dict[tuple[str, str], float]) -> list[str]:
    """Between which probabilities each decision is best."""
    objective = at.ground.objective
    if len(objective.outcomes) > 2:
        return _bounds(objective.break_even(items, given=given))
    last = objective.outcomes[-1]
    rows = objective.break_even(items, given=given).filter(pl.col("outcome") == last)
    return [_range(row, last) for row in rows.sort("low", nulls_last=True).iter_rows(named=True)]


def _bounds(rows: pl.DataFrame) -> list[str]:
    """With more than two outcomes: for each decision the one probability that most binds it."""
    lines = []
    for (decision,), each in rows.group_by("decision", maintain_order=True):
        row = each.sort("low", descending=True, nulls_last=True).row(0, named=True)
        if row["low"] is None:
            lines.append(f"'{decision}' is never the best decision, whatever the probabilities")
        elif row["low"] > 0:
            lines.append(f"'{decision}' can be best only where P({row['outcome']}) is at least {row['low']:.3f}")
        else:
            top = each.sort("high").row(0, named=True)
            lines.append(f"'{decision}' can be best only where P({top['outcome']}) is at most {top['high']:.3f}")
    return lines


def _range(row: Mapping[str, Any], last: str) -> str:
    if row["low"] is None:
        return f"'{row['decision']}' is never the best decision, whatever the probabilities"
    return f"'{row['decision']}' is best where P({last}) is between {row['low']:.3f} and {row['high']:.3f}"


def _volume(at: Workplace, rows: list[dict[str, object]], known: bool) -> list[str]:
    objective = at.ground.objective
    if objective.volume is None:
        return ["no volume was given (per_month and months in [objective]): figures are per item only"]
    if not known:
        return []
    left = float(str(rows[0]["to win"])) * objective.volume
    return [
        f"over {count(objective.volume, 'item')} there is at most {number(left, decimals=0)} {objective.unit} to win"
    ]
