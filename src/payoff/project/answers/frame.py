"""Frame: decisions, payoffs, limits, what is done today and what there is to win."""

from __future__ import annotations

import numpy as np
import polars as pl

from payoff.decide import Limit
from payoff.project.answers.found import (
    Found,
    FromVotes,
    Given,
    answered,
    blocked,
    computed,
    named,
    still_open,
    unheard,
    worths,
)
from payoff.project.ground import Ground
from payoff.project.realised import usual_rows_known
from payoff.project.standing import Standing
from payoff.project.usual import usual_line
from payoff.project.workplace import Workplace
from payoff.project.worth import stakes_of, today_of
from payoff.words import count, number, per_item, share

OUT_OF_TIME = 1 / 3  # a random split has two thirds of its audit items before the cut, one by time next to none


def _decisions(at: Workplace) -> Found:
    objective = at.ground.objective
    return answered(f"{named(objective.decisions, 'or')} for each item, {_volume(at)}")


def _volume(at: Workplace) -> str:
    objective = at.ground.objective
    if objective.per_month is None:
        return "how often is not stated: give per_month and months in [objective]"
    over = (
        "for how long is not stated"
        if objective.months is None
        else f"for {number(objective.months, decimals=0)} months"
    )
    return f"{count(objective.per_month, 'item')} a month {over}"


def _payoffs(at: Workplace, standing: Standing) -> Found:
    objective, ground = at.ground.objective, at.ground
    cells = [cell for row in objective.payoffs.values() for cell in row.values()]
    by_item = sum(isinstance(cell, str) for cell in cells)
    vary = f"{by_item} of them by item" if by_item else "the same for every item"
    items, given = ground.items.table if objective.columns else None, standing.bench.evidence.given
    doubts = [remark.rstrip(".") for remark in objective.remarks(items, given=given)[:1]]
    turns = _turns(objective.break_even(items, given=given), ground) if len(objective.outcomes) == 2 else []
    return answered("; ".join([f"{count(len(cells), 'payoff')} in {objective.unit}, {vary}", *turns, *doubts]))


def _turns(even: pl.DataFrame, ground: Ground) -> list[str]:
    """Where each of the decisions is best, for two outcomes."""
    best = even.drop_nulls("low").sort("low")
    ranges = [
        f"'{row['decision']}' from {share(row['low'])} to {share(row['high'])}" for row in best.iter_rows(named=True)
    ]
    return [f"best by P({ground.named(even['outcome'][0])}): {', '.join(ranges)}"] if ranges else []


def _limits(at: Workplace) -> Found | None:
    limits = at.ground.objective.limits
    return answered("; ".join(_limit(limit) for limit in limits)) if limits else None


def _limit(limit: Limit) -> str:
    of = "" if limit.outcome is None else f" of '{limit.outcome}'"
    parts = [
        None if limit.precision is None else f"precision{of} at least {share(limit.precision)}",
        None if limit.recall is None else f"recall{of} at least {share(limit.recall)}",
        None if limit.share is None else f"at most {share(limit.share)} of the items",
        None
        if limit.at_most is None
        else f"at most {count(limit.at_most, 'item')} {'at once' if limit.per is None else f'a {limit.per}'}",
        None
        if limit.budget is None
        else f"a budget of {limit.budget:g} {'at once' if limit.per is None else f'a {limit.per}'}",
        None if limit.confidence is None else f"with confidence {share(limit.confidence)}",
    ]
    where = "" if limit.by is None else f" in each group of '{limit.by}'"
    return f"'{limit.decision}': {', '.join(part for part in parts if part)}{where}"


def _metric(at: Workplace, standing: Standing) -> Found:
    unit = at.ground.objective.unit
    line = usual_line(standing, usual_rows_known(at))
    cost = f"; {line}" if line else ""
    return computed(f"candidates are ranked by the payoff itself, in {unit}: no other metric chooses{cost}")


def _today(at: Workplace, standing: Standing) -> Found | None:
    if unheard(standing):
        return None
    words = "in use: " if standing.in_use else "nothing is in use, so the best constant stands for today: "
    return worths(standing, [today_of(standing)], words)


def _to_win(at: Workplace, standing: Standing) -> Found | None:
    if unheard(standing):
        return None
    stakes, unit = stakes_of(standing), at.ground.objective.unit
    free = " and no limits" if at.ground.objective.limits else ""
    perfect, left = per_item(stakes.perfect, unit), per_item(stakes.left, unit)
    words = f"perfect knowledge{free} would earn {perfect}, {left} over today"
    if stakes.expected:
        return still_open(f"{words}, expected on the {stakes.on}: audit votes give the interval")
    return computed(f"{words}, on {stakes.on}")


def _arrival(at: Workplace) -> Found:
    ground = at.ground
    time, group = ground.items.roles.time, ground.items.roles.group
    sizes = f"{count(len(ground.learning), 'item')} to learn from, {len(ground.audited):,} to judge on"
    if time is not None and not _parted_by_time(ground, time):
        return blocked(
            f"'{time}' is the time, but the items were split before it was named: make a new project to split by it"
        )
    if time is None and group is None:
        chance = f"split at random with seed {ground.settings.items.seed}"
        return computed(f"{chance}: {sizes}; right if new items are like the old, else name a time or group column")
    how = [f"the latest by '{time}' judge"] if time else []
    how += [f"groups of '{group}' stay together"] if group else []
    return answered(f"{' and '.join(how)}: {sizes}")


def _parted_by_time(ground: Ground, time: str) -> bool:
    """Whether the audit part is the latest one, group by group."""
    times = ground.items.table[time].to_physical().cast(pl.Float64)
    frame = pl.DataFrame({"group": ground.groups, "time": times})
    medians = frame.select(pl.col("time").median().over("group").fill_null(-np.inf))["time"].to_numpy()
    cut = np.sort(medians)[-len(ground.audited)]
    return float((medians[ground.audited] < cut).mean()) <= OUT_OF_TIME


def _version(at: Workplace) -> Found:
    void = sum(record["version"] != at.version for record in at.store.records("trial"))
    result = (
        f"{count(void, 'trial')} under other versions {'is' if void == 1 else 'are'} void"
        if void
        else "no trial is void"
    )
    return computed(f"version {at.version} of the objective; {result}")


GIVEN: Given = {"F1": _decisions, "F3": _limits, "F8": _arrival, "F9": _version}
FROM_VOTES: FromVotes = {"F2": _payoffs, "F4": _metric, "F5": _today, "F6": _to_win}
