"""An objective as a table for people, in plain text and in HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from payoff.decide import Limit


def as_text(written: Mapping[str, Any]) -> str:
    """The payoffs as a table of plain text, the rest below it; `written` as `Objective.to_dict` gives it.

    >>> cells = {"act": {"bad": 10.0, "good": "-cost"}}
    >>> print(as_text({"unit": "EUR", "objective": {"payoff": cells}, "limit": [{"decision": "act", "share": 0.1}]}))
    Objective in EUR an item
    decision           bad          good
    act                 10         -cost
    Limit('act', share=0.1)
    """
    head, *rows = _table(written)
    width = max(len(row[0]) for row in (head, *rows))
    lines = [f"{row[0]:<{width}}" + "".join(f"  {cell:>12}" for cell in row[1:]) for row in (head, *rows)]
    return "\n".join([f"Objective in {_scale(written)}", *lines, *_below(written)])


def as_html(written: Mapping[str, Any]) -> str:
    """The same as an HTML table, every name escaped.

    >>> as_html({"unit": "EUR", "objective": {"payoff": {"act": {"bad": 1.0}}}})[:48]
    '<table><caption>payoffs in EUR an item</caption>'
    """
    head, *rows = _table(written)
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        f"<tr><th>{escape(row[0])}</th>" + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    listing = "".join(f"<li>{escape(line)}</li>" for line in _below(written))
    table = f"<table><caption>payoffs in {escape(_scale(written))}</caption><tr>{top}</tr>{body}</table>"
    return table + (f"<ul>{listing}</ul>" if listing else "")


def cell_text(cell: Any) -> str:
    """A cell as people read it.

    >>> cell_text(-2.0), cell_text("-amount"), cell_text([0.2, 0.5])
    ('-2', '-amount', '0.2 to 0.5')
    """
    if isinstance(cell, str):
        return cell
    return " to ".join(f"{end:.12g}" for end in cell) if isinstance(cell, list) else f"{cell:.12g}"


def _table(written: Mapping[str, Any]) -> list[list[str]]:
    payoffs = written["objective"]["payoff"]
    outcomes = list(next(iter(payoffs.values())))
    return [["decision", *outcomes], *([d, *map(cell_text, row.values())] for d, row in payoffs.items())]


def _scale(written: Mapping[str, Any]) -> str:
    terms = written["objective"]
    if "per_month" not in terms or "months" not in terms:
        return f"{written['unit']} an item"
    volume = terms["per_month"] * terms["months"]
    return f"{written['unit']} an item, {volume:,.0f} items over {terms['months']:g} months"


def _below(written: Mapping[str, Any]) -> list[str]:
    """The limits and whatever else was given, a line each."""
    terms, unit = written["objective"], written["unit"]
    over = "over the whole horizon" if "per_month" in terms and "months" in terms else "an item"
    said = {
        "reveals": "the outcome becomes known after: {}",
        "least_gain": f"the least gain worth shipping: {{}} {unit} {over}",
        "well_enough": f"well enough at a gain of: {{}} {unit} {over}",
        "wait_per_month": f"a month of waiting costs: {{}} {unit} beyond the gain forgone",
        "assumed": "assumed, not given: {}",
    }
    limits = [repr(Limit(**limit)) for limit in written.get("limit", [])]
    return limits + [line.format(_value(terms[key])) for key, line in said.items() if key in terms]


def _value(value: list[str] | float) -> str:
    return ", ".join(value) if isinstance(value, list) else f"{value:,.12g}"
