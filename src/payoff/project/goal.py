"""What there is to win before a label is bought: break-even, best constant, perfect knowledge, over base rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from textwrap import wrap

import numpy as np
import polars as pl

from payoff.objective import Stakes
from payoff.project.foresight import foresight
from payoff.project.prospect import GRID, Prospect, prospect_of
from payoff.project.stand_in import about
from payoff.project.workplace import Workplace
from payoff.report.blocks import WIDE, bars, hill
from payoff.words import count

RATES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
MOST_BARS = 12


@dataclass(frozen=True)
class Goal:
    """A table of what there is to win at several base rates, the same as a chart, and the lines said below it."""

    title: str
    table: pl.DataFrame
    note: str
    chart: list[str]
    lines: list[str]


def goal_of(at: Workplace) -> Goal:
    """The stakes of a project: at the base rate its votes or outcomes give, else over a range of them."""
    prospect = prospect_of(at)
    unit = prospect.objective.unit
    seen = f"as known so far, on {count(at.standing().labels, 'item')} learnt from"
    known = seen if prospect.known is not None else "assumed, none known yet"
    known = about(at.ground.proxy) if at.ground.proxy is not None else known
    table = pl.DataFrame([_row(prospect, *each) for each in _cases(prospect)])
    return Goal(
        "what there is to win", table, f"{unit} an item; base rates {known}", _chart(prospect), foresight(at, prospect)
    )


def _cases(prospect: Prospect) -> Iterator[tuple[dict[str, object], Stakes]]:
    """What each row of the table is for, and the stakes there."""
    outcomes, known = prospect.objective.outcomes, prospect.known
    if len(outcomes) > 2:
        cases = prospect.scenarios() if known is None else [("as known so far", known)]
        for name, rates in cases:
            yield {"base rates": name}, prospect.at(rates)
        return
    for rate in RATES if known is None else (float(known[1]),):
        yield {f"P({prospect.named(outcomes[1])})": round(rate, 3)}, prospect.at(np.array([1 - rate, rate]))


def _row(prospect: Prospect, case: dict[str, object], stakes: Stakes) -> dict[str, object]:
    # Four decimals, and more where payoffs are small: a unit may be a million or a millionth.
    size = float(np.abs(prospect.cells).max())
    places = max(4, 3 - floor(log10(size))) if size else 4
    worth = {"it earns": stakes.constant_worth, "perfect knowledge": stakes.perfect, "to win": stakes.left}
    return case | {"best constant": stakes.constant} | {name: round(value, places) for name, value in worth.items()}


def _chart(prospect: Prospect) -> list[str]:
    """With two outcomes what there is to win over the base rate; with more, under which outcome it is to be won."""
    return _hill(prospect) if len(prospect.objective.outcomes) == 2 else _by_outcome(prospect)


def _by_outcome(prospect: Prospect) -> list[str]:
    unit, outcomes = prospect.objective.unit, prospect.objective.outcomes
    rates = prospect.rates
    constant = prospect.at(rates).constant
    each = rates * (prospect.perfect - prospect.cells[prospect.objective.decisions.index(constant)])
    order = np.argsort(-each, kind="stable")[:MOST_BARS]
    title = f"to win over '{constant}' everywhere, {unit} an item, by what is true"
    even = "" if prospect.known is not None else "; even base rates"
    return _titled(title + even, bars({prospect.named(outcomes[k]): max(float(each[k]), 0.0) for k in order}))


def _hill(prospect: Prospect) -> list[str]:
    along = prospect.along()
    mark = None if prospect.known is None else float(prospect.known[1])
    last = prospect.named(prospect.objective.outcomes[1])
    title = f"to win, {prospect.objective.unit} an item, by base rate P({last}); below, the best constant"
    return _titled(title, hill([max(stakes.left, 0.0) for stakes in along], _stretches(prospect, along), mark=mark))


def _stretches(prospect: Prospect, along: Sequence[Stakes]) -> list[tuple[float, str]]:
    """From which base rate each decision is the best constant: exactly, or where limits move it, to a sixtieth."""
    exact = prospect.stretches()
    named = [stakes.constant for stakes in along]
    seen = [(float(GRID[k]), named[k]) for k in range(len(named)) if k == 0 or named[k] != named[k - 1]]
    alike = [name for _, name in seen] == [name for _, name in exact]
    near = alike and all(abs(a - b) <= GRID[1] for (a, _), (b, _) in zip(seen, exact, strict=True))
    return exact if near or not prospect.objective.limits else seen


def _titled(title: str, chart: list[str]) -> list[str]:
    return [*wrap(title, WIDE), *chart] if chart else []
