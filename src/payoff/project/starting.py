"""`payoff init`: a table becomes payoff.toml, with all that could be inferred filled in and the rest marked "?"."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import polars as pl
import tomlkit

from payoff.errors import BadFuture, NoOutcomes, ProjectExists, TooManyOutcomes
from payoff.items import Items, Roles, as_table, infer_roles, items_from, text_of
from payoff.project.settings import NAME, write_whole

MOST_OUTCOMES = 50
FEW_GROUPS = 12  # a third of them, the audit part, must still show how groups scatter
ROLES = ("outcome", "today", "proba", "id", "time", "group", "weight", "known_after")
SOURCES = """
# Who votes, beside known outcomes. Take the marks away and change what differs:
# [[source]]
# name = "rules"            # every public function of rules.py is a rule: item -> outcome or None
# kind = "rule"
# module = "rules.py"
#
# [[source]]
# name = "experts"          # people whose word is taken for the truth: `payoff ask`, `payoff tell`
# kind = "expert"
# price = 0.60
"""


@dataclass(frozen=True)
class Draft:
    """What payoff.toml will say: names of decisions and outcomes, roles, and which of it was assumed."""

    decisions: Sequence[str]
    outcomes: Sequence[str]
    items: Items
    known: str | None
    unit: str
    assumed: Sequence[str]


def start(folder: Path, table: Path, *, asking: bool = False, **given: Any) -> list[str]:
    """Write payoff.toml for a table and return what to print: what was inferred, what is open, what to do next.

    With `asking` a person is asked for what nothing in the table says; without, it is assumed visibly.
    """
    if (folder / NAME).exists() or (folder / "payoff.db").exists():
        raise ProjectExists(str(folder))
    named = {role: value for role, value in _roles(given).items() if value}
    rows = as_table(table)
    roles, notes = infer_roles(rows, **named)
    if given.get("future") and roles.id is None and "item" not in rows.columns:
        # Row numbers would begin anew in the table kept aside, and name two items each.
        rows = rows.with_row_index("item", offset=1)
        roles, notes = infer_roles(rows, **named)
    items = items_from(rows, roles)
    draft = _draft(items, given, asking)
    place, kept = table, ""
    if given.get("future"):
        place, kept = _keep_future(folder, rows, str(given["future"]))
    relative = Path(os.path.relpath(place.resolve(), folder.resolve())).as_posix()
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / NAME, _toml(draft, relative, bool(kept)))
    return _said(draft, [*notes, *items.notes], kept)


def _roles(given: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {"id": given.get("id_"), "time": given.get("time_"), "known_after": tuple(given.get("known_after") or ())}
    return {role: renamed.get(role, given.get(role)) for role in ROLES}


def _draft(items: Items, given: Mapping[str, Any], asking: bool) -> Draft:
    assumed: list[str] = []
    outcomes = _outcomes(items, given, asking)
    decisions = _decisions(items, given, asking)
    if decisions is None:
        decisions = ["act", "leave"]
        assumed.append("decisions 'act' and 'leave': rename them to what you choose between")
    unit = given.get("unit")
    if unit is None:
        unit = "points"
        assumed.append("unit 'points': ratios of payoffs are enough; put a currency if you have prices")
    return Draft(decisions, outcomes, items, _known(items, given, asking), unit, assumed)


def _outcomes(items: Items, given: Mapping[str, Any], asking: bool) -> list[str]:
    if items.outcomes is not None:
        found = sorted(items.outcomes.drop_nulls().unique().to_list())
        if len(found) > MOST_OUTCOMES:
            raise TooManyOutcomes(str(items.roles.outcome), len(found), found, MOST_OUTCOMES)
        return found
    text = given.get("outcomes") or (click.prompt("Outcomes an item may have (with commas)") if asking else None)
    named = _listed(text)
    if len(named) < 2:
        raise NoOutcomes(str(text or ""), items.table.columns)
    return sorted(named)


def _decisions(items: Items, given: Mapping[str, Any], asking: bool) -> list[str] | None:
    named = _listed(given.get("decisions"))
    if items.roles.today is not None:
        today = text_of(items.table[items.roles.today]).drop_nulls().unique().sort().to_list()
        named = list(dict.fromkeys([*named, *today]))
    if not named and asking:
        named = _listed(click.prompt("What can be decided for an item (with commas)", default="act,leave"))
    return named if len(named) > 1 else None


def _listed(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _known(items: Items, given: Mapping[str, Any], asking: bool) -> str | None:
    """How the known outcomes came to be known; where only some are, the answer says what that bars."""
    if items.outcomes is None:
        return None
    if items.outcomes.null_count() == 0:
        return "all"
    if given.get("known") or not asking:
        return given.get("known") or "selected"
    words = "Only some outcomes are known. Were those items chosen at random (else they may teach, not judge)?"
    return "at random" if click.confirm(words, default=False) else "selected"


def _keep_future(folder: Path, rows: pl.DataFrame, which: str) -> tuple[Path, str]:
    """Keep the items with COLUMN=VALUE aside in future.parquet; the rest go to items.parquet."""
    column, equals, value = which.partition("=")
    if not equals or column not in rows.columns:
        raise BadFuture(which, rows.columns)
    aside = (text_of(rows[column]) == value).fill_null(value=False)
    if not aside.any() or aside.all():
        raise BadFuture(which, rows[column].cast(pl.String).unique().sort().to_list())
    folder.mkdir(parents=True, exist_ok=True)
    rows.filter(aside).write_parquet(folder / "future.parquet")
    rows.filter(~aside).write_parquet(folder / "items.parquet")
    return (
        folder / "items.parquet",
        f"{int(aside.sum())} items with {column} = {value} are kept aside in future.parquet",
    )


def _toml(draft: Draft, place: str, future: bool) -> str:
    document = tomlkit.document()
    document.add(tomlkit.comment("What each decision is worth, what must hold, where the items are and who votes."))
    document.add(tomlkit.comment('Fill in every "?", then run: payoff trial'))
    document.add(tomlkit.nl())
    document["unit"] = draft.unit
    document["items"] = _items_table(draft.items.roles, place, draft.known, future)
    document["objective"] = _objective_table(draft)
    return tomlkit.dumps(document) + SOURCES


def _items_table(roles: Roles, place: str, known: str | None, future: bool) -> Any:
    table = tomlkit.table()
    table["table"] = place
    for role, names in roles.named().items():
        if role != "source_columns":
            table[role] = list(names) if role == "known_after" else names[0]
    if known is not None:
        table["known"] = known
    if future:
        table["future"] = "future.parquet"
    return table


def _objective_table(draft: Draft) -> Any:
    table = tomlkit.table()
    table.add(
        tomlkit.comment("How many items are decided a month, for how many months: without them figures are per item.")
    )
    table.add(tomlkit.comment("per_month = 1000"))
    table.add(tomlkit.comment("months = 12"))
    cells = tomlkit.table(is_super_table=True)
    for decision in draft.decisions:
        each = tomlkit.table()
        for outcome in draft.outcomes:
            each[outcome] = "?"
            each[outcome].comment(f"what '{decision}' is worth on one item that is '{outcome}', below 0 if it costs")
        cells[decision] = each
    table["payoff"] = cells
    return table


def _said(draft: Draft, notes: Sequence[str], kept: str) -> list[str]:
    items = draft.items
    lines = [
        f"{NAME} written for {len(items):,} items, {len(items.features)} columns to learn from.",
        *(f"  {note}" for note in notes),
    ]
    if items.outcomes is not None:
        counts = items.outcomes.drop_nulls().value_counts(sort=True).head(6)
        shares = ", ".join(f"{name} {count / len(items):.1%}" for name, count in counts.rows())
        lines.append(
            f"  outcomes: {shares}"
            + (f", not known {items.outcomes.null_count() / len(items):.1%}" if draft.known != "all" else "")
        )
    if draft.known == "selected":
        lines.append(
            "  only some outcomes are known, and not by chance: they teach and cannot judge; audit votes will."
        )
    lines += _few_groups(items)
    lines += [f"  assumed: {each}" for each in draft.assumed] + ([f"  {kept}"] if kept else [])
    count = len(draft.decisions) * len(draft.outcomes)
    return [
        *lines,
        f'open: {count} payoffs, marked "?" in {NAME}.',
        "next: fill them in, then `payoff trial --all` (or `payoff objective` first).",
    ]


def _few_groups(items: Items) -> list[str]:
    """Too few groups cannot give an interval: said before anything is judged on them."""
    if items.roles.group is None:
        return []
    count = items.table[items.roles.group].n_unique()
    if count >= FEW_GROUPS:
        return []
    return [
        f'  group: "{items.roles.group}" has only {count} groups, too few for intervals; leave it out of payoff.toml',
        "  unless new items come from new groups.",
    ]


def votes_of_file(path: Path, source: str | None) -> pl.DataFrame:
    """Votes of a file: rows without a label are not answered yet and left out; `source` names who voted where no
    column does.
    """
    rows = as_table(path)
    if "label" in rows.columns:
        rows = rows.filter(text_of(rows["label"]).fill_null("").str.strip_chars() != "")
    if source is not None and "source" not in rows.columns:
        rows = rows.with_columns(source=pl.lit(source))
    elif source is not None:
        voter = [] if "voter" in rows.columns else [pl.col("source").alias("voter")]
        rows = rows.with_columns(*voter).with_columns(source=pl.lit(source))
    return rows
