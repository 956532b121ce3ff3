"""An objective as it is written: in payoff.toml, read back with every key checked, and as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from html import escape
from typing import Any

from payoff.decide import Limit
from payoff.errors import ObjectiveError, listed, meant

Payoffs = Mapping[str, Mapping[str, float | str]]

# The tables of payoff.toml that are the objective's. Others belong to the project and are passed over.
OURS = ("unit", "objective", "limit")


def read_tables(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `Objective` from the tables of payoff.toml.

    Raises ObjectiveError for an unknown key in [objective] or [[limit]] and for a top key that looks like a misspelt
    one of ours.

    >>> read_tables({"unit": "EUR", "objective": {"months": 12, "payoff": {}}, "items": {}})
    {'payoffs': {}, 'unit': 'EUR', 'months': 12}
    """
    for key in mapping:
        if key not in OURS and get_close_matches(str(key), OURS, n=1, cutoff=0.8):
            raise _unknown(key, "at the top of payoff.toml", OURS)
    objective = mapping.get("objective")
    if not isinstance(objective, Mapping) or not isinstance(objective.get("payoff"), Mapping):
        raise ObjectiveError(
            f"payoff.toml has no [objective.payoff.<decision>]; it has {listed(mapping) or 'nothing'}",
            "a table of payoffs for each decision",
            "Add [objective.payoff.keep] with a line like spam = -0.5 for every outcome, and so on for each decision.",
        )
    _check_keys(objective, "in [objective]", ("payoff", "per_month", "months"))
    arguments: dict[str, Any] = {"payoffs": objective["payoff"]}
    if "unit" in mapping:
        arguments["unit"] = mapping["unit"]
    arguments |= {key: value for key, value in objective.items() if key != "payoff"}
    if mapping.get("limit"):
        arguments["limits"] = [_limit(table) for table in mapping["limit"]]
    return arguments


def as_text(payoffs: Payoffs, scale: str, limits: Iterable[Limit]) -> str:
    """The payoffs as a table of plain text, the limits below it.

    >>> print(as_text({"act": {"bad": 10.0, "good": "-cost"}}, "EUR per item", [Limit("act", share=0.1)]))
    Objective in EUR per item
    decision           bad          good
    act                 10         -cost
    Limit('act', share=0.1)
    """
    head, *rows = _table(payoffs)
    width = max(len(row[0]) for row in (head, *rows))
    lines = [f"{row[0]:<{width}}" + "".join(f"  {cell:>12}" for cell in row[1:]) for row in (head, *rows)]
    return "\n".join([f"Objective in {scale}", *lines, *map(repr, limits)])


def as_html(payoffs: Payoffs, scale: str, limits: Iterable[Limit]) -> str:
    """The same as an HTML table, every name escaped.

    >>> as_html({"act": {"bad": 1.0}}, "EUR", [])[:40]
    '<table><caption>payoffs in EUR</caption>'
    """
    head, *rows = _table(payoffs)
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        f"<tr><th>{escape(row[0])}</th>" + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    listing = "".join(f"<li>{escape(repr(limit))}</li>" for limit in limits)
    table = f"<table><caption>payoffs in {escape(scale)}</caption><tr>{top}</tr>{body}</table>"
    return table + (f"<ul>{listing}</ul>" if listing else "")


def _table(payoffs: Payoffs) -> list[list[str]]:
    outcomes = list(next(iter(payoffs.values())))
    rows = [[d, *(c if isinstance(c, str) else f"{c:.12g}" for c in row.values())] for d, row in payoffs.items()]
    return [["decision", *outcomes], *rows]


def _limit(table: Any) -> Limit:
    if isinstance(table, Limit):
        return table
    if not isinstance(table, Mapping) or "decision" not in table:
        raise ObjectiveError(
            f"a [[limit]] reads {table!r}", "a table that names its decision", "Write [[limit]] and decision = '...'."
        )
    _check_keys(table, "in [[limit]]", [field.name for field in fields(Limit) if field.init])
    return Limit(**table)


def _check_keys(table: Mapping[str, Any], place: str, known: Iterable[str]) -> None:
    known = list(known)
    for key in table:
        if key not in known:
            raise _unknown(key, place, known)


def _unknown(key: object, place: str, known: Iterable[str]) -> ObjectiveError:
    known = list(known)
    return ObjectiveError(
        f"the key {str(key)!r} {place} is not known",
        f"only {listed(known)}",
        f"Correct or remove it.{meant(key, known)}",
    )
