"""The files of a new project: checked first, written last, so that a refusal leaves no trace."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from payoff.cells import costs_of, counts_of
from payoff.decide import Bools, check_capacities
from payoff.errors import OneProbability, UnknownDecision, UnknownOutcome
from payoff.items import Items, as_table, infer_roles, items_from, split
from payoff.names import codes_of
from payoff.objective import Objective
from payoff.project.settings import ItemSettings, write_settings
from payoff.sources.system import votes_from_column

HEADER = "What each decision is worth, what must hold, where the items are and who votes."


def create_files(folder: Path, items: Any, objective: Objective, given: Mapping[str, Any]) -> None:
    """Check items and objective together, then write payoff.toml, and items.parquet for a dataframe."""
    table = as_table(items)
    settings = item_settings(table, given)
    made = items_from(table, settings.roles())
    check_payoffs(objective, made)
    check_names(objective, made)
    if settings.proxy is not None:
        votes_from_column(made.table, settings.proxy, made.ids, objective.outcomes)
    check_limits_on(objective, made, split(made, audit=settings.audit, seed=settings.seed))
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(items, str | Path):
        place = os.path.relpath(Path(items).resolve(), folder.resolve())
    else:
        place = "items.parquet"
        table.write_parquet(folder / place)
    write_settings(folder, with_table(settings, place), objective.to_dict(), header=HEADER)


def item_settings(table: pl.DataFrame, given: Mapping[str, Any]) -> ItemSettings:
    """Settings of the items: what was given, and the id inferred where the column `item` is not there."""
    roles = {name: given[name] for name in ("outcome", "today", "proba", "group", "weight", "time", "known_after")}
    id = given["id"] if given["id"] in table.columns or given["id"] not in (None, "item") else None
    if id is None:
        id = infer_roles(table, **{name: value for name, value in roles.items() if value})[0].id
    known = given.get("known")
    outcome = roles["outcome"]
    if outcome is not None and known is None and outcome in table.columns:
        known = "all" if table[outcome].null_count() == 0 else "selected"
    return ItemSettings(table="", id=id, known=known or "selected", audit=given["audit"], seed=given["seed"], **roles)


def with_table(settings: ItemSettings, place: str) -> ItemSettings:
    """The settings with the place of the table, relative to the project's folder."""
    values = {**vars(settings), "table": Path(place).as_posix()}
    return ItemSettings(**values)


def check_payoffs(objective: Objective, items: Items) -> None:
    """Evaluate every payoff, and every cost that a budget counts, on the items: an expression over an absent column or
    without a value is refused now, not later.
    """
    later = objective.cells_over(items.roles.known_after)
    objective.table(items.table, given=dict.fromkeys(later, 0.0))
    if later:
        objective.table(items.table, missing="nan")
    costs_of(objective.limits, items.table)


def check_limits_on(objective: Objective, items: Items, audit: Bools) -> None:
    """Limits that can never give every item of the learning part, or of the audit part, a decision: refused now."""
    for part in (~audit, audit):
        table = items.table.filter(part)
        counts = counts_of(objective.limits, table, items.roles.time)._asdict()
        check_capacities(
            objective.limits, table.height, decisions=objective.decisions, per_month=objective.per_month, **counts
        )


def check_names(objective: Objective, items: Items) -> None:
    """Known outcomes, today's decisions and the user's own model must speak of what the objective knows: refused now,
    if not.
    """
    if items.outcomes is not None:
        _check_outcomes(items.outcomes.drop_nulls(), objective.outcomes, str(items.roles.outcome))
    if items.roles.today is not None:
        codes_of(items.table[items.roles.today], objective.decisions, UnknownDecision)
    if items.roles.proba is not None and len(objective.outcomes) > 2:
        raise OneProbability(items.roles.proba, objective.outcomes)


def _check_outcomes(names: pl.Series, outcomes: Sequence[str], column: str) -> None:
    strange = names.filter(~names.is_in(outcomes))
    if len(strange):
        first = strange[0]
        rows = f" in {int((names == first).sum())} of {len(names)} rows of the column {column!r}"
        raise UnknownOutcome(first, known=outcomes, where=rows)
