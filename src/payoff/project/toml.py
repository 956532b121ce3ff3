"""payoff.toml as text: a new one with what is open marked, and the objective of one that stands put in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit

OPEN = "?"
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


def new_toml(tables: Mapping[str, Any], decisions: Sequence[str], items: Mapping[str, Any]) -> str:
    """The text of a new payoff.toml; `decisions` are named once more, so that a misspelt table of payoffs is seen."""
    document = tomlkit.document()
    document.add(tomlkit.comment("What each decision is worth, what must hold, where the items are and who votes."))
    cells = [cell for row in tables["objective"]["payoff"].values() for cell in row.values()]
    if OPEN in cells:
        document.add(tomlkit.comment('Fill in every "?", then run: payoff trial'))
    document.add(tomlkit.nl())
    document["unit"] = tables["unit"]
    if decisions:
        document["decisions"] = list(decisions)
    document["items"] = dict(items)
    document["objective"] = _objective_table(tables["objective"])
    if tables.get("limit"):
        document["limit"] = _limits(tables["limit"])
    return tomlkit.dumps(document) + SOURCES


def put_tables(document: Any, tables: Mapping[str, Any]) -> None:
    """Put unit, objective and limits into a parsed payoff.toml, leaving every other line as it is."""
    document["unit"] = tables["unit"]
    here = document["objective"]
    said = {key: value for key, value in tables["objective"].items() if key != "payoff"}
    for key in [key for key in here if key != "payoff" and key not in said]:
        del here[key]
    for key, value in said.items():
        if key not in here or here[key] != value:
            here[key] = value
    for decision, row in tables["objective"]["payoff"].items():
        for outcome, cell in row.items():
            _put(here["payoff"][decision], outcome, cell)
    _put_limits(document, tables.get("limit", []))


def _put(table: Any, outcome: str, cell: Any) -> None:
    """A cell in its place; the comment that asked for it goes with the mark it stood beside."""
    if outcome in table and table[outcome] == cell:
        return
    asked = outcome in table and table[outcome] == "?"
    table[outcome] = cell
    if asked:
        table[outcome].trivia.comment, table[outcome].trivia.comment_ws = "", ""


def _put_limits(document: Any, limits: list[Any]) -> None:
    present = [dict(each) for each in document.get("limit", [])]
    if present == limits:
        return
    if not limits:
        del document["limit"]
        return
    document["limit"] = _limits(limits)


def _limits(limits: Sequence[Any]) -> Any:
    tables = tomlkit.aot()
    for limit in limits:
        tables.append(tomlkit.item(limit))
    return tables


def _objective_table(objective: Mapping[str, Any]) -> Any:
    table = tomlkit.table()
    if "per_month" not in objective:
        table.add(
            tomlkit.comment("How many items are decided a month, for how many months: else figures are per item.")
        )
        table.add(tomlkit.comment("per_month = 1000"))
        table.add(tomlkit.comment("months = 12"))
    for key, value in objective.items():
        if key != "payoff":
            table[key] = value
    cells = tomlkit.table(is_super_table=True)
    for decision, row in objective["payoff"].items():
        each = tomlkit.table()
        for outcome, cell in row.items():
            each[outcome] = cell
            if cell == "?":
                asked = f"what '{decision}' is worth on one item that is '{outcome}', below 0 if it costs"
                each[outcome].comment(asked)
        cells[decision] = each
    table["payoff"] = cells
    return table
