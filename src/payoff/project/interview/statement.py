"""The objective said back in words: what each decision is worth, where it turns, what was assumed, what is open."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from payoff.errors import PayoffError
from payoff.objective import Objective
from payoff.project.interview.amounts import Amount, amount_of, written
from payoff.project.interview.facts import Facts
from payoff.words import count

FEW_CELLS = 12
WIDTH = 78
Tables = Mapping[str, Any]


def statement(facts: Facts, tables: Tables, items: pl.DataFrame | None = None) -> list[str]:
    """What the tables say, in lines of 78 characters.

    >>> facts = Facts(decisions=["lend", "refuse"], outcomes=["bad", "good"])
    >>> payoff = {"lend": {"bad": -5.0, "good": 0.0}, "refuse": {"bad": 0.0, "good": -1.0}}
    >>> statement(facts, {"unit": "points", "objective": {"payoff": payoff}})[-1]
    "  So you 'refuse' where P(bad) is above 0.17, else 'lend'."
    """
    lines = [f"  what each decision is worth, in {tables['unit']} an item:", *_cells(facts, tables)]
    made, problem = _made(tables)[0], problem_of(tables, items)
    if made is not None and not problem:
        found, remarks = _turning(made, facts, items)
        lines += [*folded(found, "  "), *_terms(tables), *(line for each in remarks for line in folded(each, "  ! "))]
    if problem:
        lines += folded(problem, "  ! ")
    return lines + [f"  {line}" for line in assumed_lines(tables) + open_lines(tables)]


def open_cells(tables: Tables) -> list[str]:
    """The cells still open, as dotted keys.

    >>> open_cells({"objective": {"payoff": {"keep": {"ham": "?", "spam": 1.0}}}})
    ['payoff.keep.ham']
    """
    rows = tables["objective"]["payoff"]
    return [f"payoff.{d}.{o}" for d, row in rows.items() for o, cell in row.items() if amount_of(cell) is None]


def open_lines(tables: Tables) -> list[str]:
    """What is still open, in words; nothing where all is known."""
    names = open_cells(tables)
    if not names:
        return []
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return folded(f'{count(len(names), "payoff")}, marked "?" in payoff.toml: {shown}', "open: ")


def assumed_lines(tables: Tables) -> list[str]:
    """What was assumed, with the value it has."""
    names = tables["objective"].get("assumed", [])
    after = [name for name in names if name.startswith("payoff.")]
    lines = [f"{name} = {written(amount_of(tables['objective'][name]))}" for name in names if name not in after]
    lines += [f"after '{decision}' the right thing is done" for decision in dict.fromkeys(_decisions(after, tables))]
    return [line for text in lines for line in folded(text, "assumed: ")]


def folded(text: str, head: str = "") -> list[str]:
    """A sentence in lines of at most 78 characters, the later ones indented by two more.

    >>> folded("a b", "open: ")
    ['open: a b']
    """
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=indent, break_long_words=False)


def _decisions(names: Sequence[str], tables: Tables) -> list[str]:
    """The decisions that dotted keys of cells name."""
    rows = tables["objective"]["payoff"]
    return [d for name in names for d, row in rows.items() for o in row if name == f"payoff.{d}.{o}"]


def _cells(facts: Facts, tables: Tables) -> list[str]:
    rows = tables["objective"]["payoff"]
    cells = [(d, o, amount_of(rows[d][o])) for d in facts.decisions for o in facts.outcomes]
    if len(cells) > FEW_CELLS:
        return _by_worth(facts, cells)
    width = max(len(facts.case(d, o)) for d, o, _ in cells)
    values = [_said(amount) for *_, amount in cells]
    right = max((len(value) for value in values if len(value) <= 30), default=0)
    return [
        f"    {facts.case(d, o):<{width}}  {value:>{right}}" for (d, o, _), value in zip(cells, values, strict=True)
    ]


def _by_worth(facts: Facts, cells: list[tuple[str, str, Amount | None]]) -> list[str]:
    """Many cells by what they are worth, the commonest first."""
    ordered = sorted(cells, key=lambda cell: _said(cell[2]))
    groups = [(said, [cell[:2] for cell in each]) for said, each in groupby(ordered, key=lambda cell: _said(cell[2]))]
    lines = []
    for said, each in sorted(groups, key=lambda group: -len(group[1])):
        named = ", ".join(facts.case(d, o) for d, o in each[:2])
        text = f"{said} in {len(each)} cells, such as {named}" if len(each) > 2 else f"{said} for {named}"
        lines += folded(text, "    ")
    return lines


def _said(amount: Amount | None) -> str:
    if isinstance(amount, float):
        return f"{amount:+,.12g}" if amount else "0"
    return written(amount)


def problem_of(tables: Tables, items: pl.DataFrame | None = None) -> str:
    """Why the tables make no objective of these items; empty where they do, or where cells are open.

    >>> payoff = {"lend": {"bad": "-late", "good": 0.0}, "refuse": {"bad": 0.0, "good": -1.0}}
    >>> problem_of({"unit": "points", "objective": {"payoff": payoff}}, pl.DataFrame({"amount": [1]}))[:46]
    "the payoff lend.bad = '-late' reads the column"
    """
    made, problem = _made(tables)
    try:
        if made is not None and made.columns and items is not None:
            made.table(items)
    except PayoffError as error:
        return f"{error.found}. Expected: {error.expected}."
    return problem


def _made(tables: Tables) -> tuple[Objective | None, str]:
    if open_cells(tables):
        return None, ""
    try:
        return Objective.from_dict(dict(tables)), ""
    except PayoffError as error:
        return None, f"{error.found}. Expected: {error.expected}."


def _turning(objective: Objective, facts: Facts, items: pl.DataFrame | None) -> tuple[str, list[str]]:
    """Where the decision turns, and what looks like a mistake."""
    read = items if objective.columns else None
    if objective.columns and items is None:
        return "", []
    remarks, rows = objective.remarks(read), objective.break_even(read)
    if len(objective.outcomes) > 2:
        return _where_nobody_is_sure(objective), remarks
    return _even(rows, objective, facts), remarks


def _even(rows: pl.DataFrame, objective: Objective, facts: Facts) -> str:
    """Where each decision is best, by the probability of the outcome for which something is done."""
    best = rows.filter(pl.col("outcome") == objective.outcomes[-1]).drop_nulls("low").sort("low")
    where = [(row["decision"], row["low"], row["high"]) for row in best.iter_rows(named=True)]
    if len(where) < 2:
        return ""
    outcome = objective.outcomes[-1]
    if where[-1][0] == (facts.guess_nothing() or facts.today or facts.decisions[0]):
        outcome, where = objective.outcomes[0], [(d, 1 - high, 1 - low) for d, low, high in reversed(where)]
    name = f"P({facts.plain(outcome)})"
    notes = ["on average over the items"] * bool(objective.columns)
    notes += ["at the middle of each range"] * bool(objective.ranges)
    how = f" ({', '.join(notes)})" if notes else ""
    if len(where) == 2:
        return f"So you '{where[1][0]}' where {name} is above {_p(where[1][1])}, else '{where[0][0]}'{how}."
    said = [f"'{decision}' {_between(low, high, name)}" for decision, low, high in where]
    return f"So you {', '.join(said)}{how}."


def _between(low: float, high: float, name: str) -> str:
    if low <= 0:
        return f"where {name} is below {_p(high)}"
    return f"above {_p(low)}" if high >= 1 else f"from {_p(low)} to {_p(high)}"


def _p(value: float) -> str:
    return f"{value:.2f}" if 0.01 <= value <= 0.99 else f"{value:.3g}" if value < 0.5 else f"{value:.4f}".rstrip("0")


def _where_nobody_is_sure(objective: Objective) -> str:
    """With many outcomes: below which probability of its best guess it pays to look first, at the usual mistake."""
    if objective.columns:
        return ""
    rows = dict(zip(objective.decisions, objective.table()[0].tolist(), strict=True))
    looks = [decision for decision, row in rows.items() if len(set(row)) == 1]
    if len(looks) != 1:
        return ""
    cost = rows.pop(looks[0])[0]
    right = max(max(row) for row in rows.values())
    wrong = Counter(worth for row in rows.values() for worth in row if worth != right).most_common(1)[0][0]
    if not wrong < cost < right:
        return ""
    turn = (cost - wrong) / (right - wrong)
    usual = f"where a mistake costs the usual {written(-wrong)}"
    return f"So you '{looks[0]}' where no outcome is more likely than {_p(turn)} ({usual})."


def _terms(tables: Tables) -> list[str]:
    """Volume, limits, what is revealed, and what is good enough, in words."""
    said = tables["objective"]
    lines = []
    if said.get("per_month") and said.get("months"):
        lines.append(f"{said['per_month']:,.12g} items a month, for {said['months']:g} months")
    for limit in tables.get("limit", []):
        lines.append(_limit(limit))
    if said.get("reveals"):
        named = ", ".join(f"'{name}'" for name in said["reveals"])
        lines.append(f"after {named} you learn what was true")
    if said.get("least_gain") is not None:
        lines.append(f"worth the change from a gain of {written(float(said['least_gain']))} {tables['unit']}")
    if said.get("well_enough") is not None:
        lines.append(f"good enough at a gain of {written(float(said['well_enough']))} {tables['unit']}")
    return [f"  {line}" for line in lines]


def _limit(limit: Mapping[str, Any]) -> str:
    if set(limit) == {"decision", "at_most", "per"}:
        return f"at most {limit['at_most']:,} '{limit['decision']}' a {limit['per']}"
    if set(limit) == {"decision", "precision"}:
        return f"at most {100 * (1 - limit['precision']):.4g} of 100 '{limit['decision']}' wrong"
    return ", ".join(f"{key} {value}" for key, value in limit.items())
