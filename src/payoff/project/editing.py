"""`payoff objective --edit`: the interview on an objective that stands; only its own tables of payoff.toml change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import tomlkit

from payoff.errors import PayoffError
from payoff.items import Items, as_table, items_from
from payoff.names import name_of
from payoff.objective import Objective
from payoff.project.create import check_payoffs
from payoff.project.interview import (
    Ask,
    Conducted,
    Facts,
    assumed_lines,
    conduct,
    facts_of,
    folded,
    kept_answers,
    open_cells,
    open_lines,
    statement,
)
from payoff.project.memory import text_of_version
from payoff.project.settings import NAME, Settings, read_settings, write_whole
from payoff.project.toml import put_tables
from payoff.store import Store
from payoff.words import count

GOES_ON = "`payoff objective --edit` goes on from here"


def edit(folder: Path, ask: Ask) -> list[str]:
    """Ask for the objective anew, with the present values offered, write it, and return what to print.

    Raises NoProject, BrokenToml and what cannot be used; nothing is written then.
    """
    settings = read_settings(folder)
    items = items_from(as_table(folder / settings.items.table), settings.items.roles(settings.source_columns))
    facts, kept = kept_answers(_facts(settings, items))
    found = conduct(facts, ask, kept=kept, items=filled(items), said=_opening(facts, filled(items)))
    before = _plain(settings.objective)
    if _plain(found.tables) == before:
        return ["nothing changed.", *open_lines(found.tables), _next(found)]
    made = None
    if not open_cells(found.tables):
        made = Settings(items=settings.items, objective=found.tables).made_objective()
        check_payoffs(made, items)
    _check_unchanged(folder, before)
    path = folder / NAME
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    put_tables(document, found.tables)
    write_whole(path, tomlkit.dumps(document))
    stopped = [] if found.finished else folded(f"stopped: what you answered is written; {GOES_ON}.")
    said = [f"{NAME}: the objective was rewritten.", *_versions(folder, made), *stopped]
    return [*said, *open_lines(found.tables), _next(found)]


def _check_unchanged(folder: Path, before: Any) -> None:
    """Refuse to write over what somebody else wrote in the meantime."""
    if _plain(read_settings(folder).objective) != before:
        raise PayoffError(
            f"the objective in {NAME} was changed while you answered",
            "one person at a time",
            "Run payoff objective --edit again: it offers what stands there now. Your answers were not written.",
        )


def filled(items: Items) -> pl.DataFrame:
    """The table with missing numbers at their mean: what is known only afterwards counts with what is expected."""
    return items.table.with_columns(pl.selectors.numeric().fill_null(strategy="mean"))


def _facts(settings: Settings, items: Items) -> Facts:
    present = settings.objective
    payoff = present.get("objective", {}).get("payoff", {})
    if not isinstance(payoff, Mapping) or not payoff:
        raise PayoffError(
            f"{NAME} has no [objective.payoff.<decision>]",
            "a table of payoffs for each decision, if only with marks (?)",
            'Add for example [objective.payoff.keep] with a line like spam = "?" for every outcome.',
        )
    known = [] if items.outcomes is None else items.outcomes.drop_nulls().unique().to_list()
    outcomes = {name_of(outcome) for row in payoff.values() for outcome in row} | set(known)
    return facts_of(items, [name_of(each) for each in payoff], sorted(outcomes), present=present)


def _opening(facts: Facts, items: pl.DataFrame) -> list[str]:
    """What stands already, said whole where each change is asked for by itself."""
    present = {"unit": "points", "objective": {}, **(facts.present or {})}
    if not facts.cellwise:
        return [NAME, *assumed_lines(present)]
    left = "Open payoffs are asked, then what changes." if _has_open(present) else "What changes is asked, one by one."
    return [NAME, *statement(facts, present, items), "", left]


def _has_open(tables: Mapping[str, Any]) -> bool:
    return bool(open_cells({"objective": {"payoff": {}, **tables["objective"]}}))


def _plain(tables: Mapping[str, Any]) -> Any:
    """The tables as they would be read back."""
    text = tomlkit.dumps({"unit": "points", **{key: value for key, value in tables.items() if value}})
    return tomllib.loads(text)


def _versions(folder: Path, made: Objective | None) -> list[str]:
    """Which trials now belong to another version of the objective; `made` is None while payoffs are open."""
    if not (folder / "payoff.db").exists():
        return []
    with Store(folder / "payoff.db") as store:
        last = store.last("objective")
        version = 0 if last is None else int(last["version"])
        trials = sum(record["version"] == version for record in store.records("trial"))
    same = last is not None and made is not None and last["text"] == text_of_version(made.to_dict())
    if not trials or same:
        return []
    said = f"{count(trials, 'trial')} before {'belongs' if trials == 1 else 'belong'} to version {version}"
    return folded(f"a new version of it: {said} and will not be shown beside new ones.")


def _next(found: Conducted) -> str:
    return "next: " + ("payoff objective --edit" if open_cells(found.tables) else "payoff objective")
