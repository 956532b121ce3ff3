"""The interview: the next question that follows from the answers so far, and the tables of payoff.toml they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payoff.project.interview.amounts import cell_of
from payoff.project.interview.changes import change_questions, changed_cells
from payoff.project.interview.facts import Facts
from payoff.project.interview.goals import (
    assumed_volume,
    enough_of,
    enough_questions,
    limit_questions,
    limits_of,
    reveals_of,
    volume_of,
    volume_questions,
)
from payoff.project.interview.looks import look_cells, look_questions
from payoff.project.interview.mistakes import Cells, mistake_cells, mistake_questions, unit_of
from payoff.project.interview.question import Answers, Question
from payoff.project.interview.roles import role_questions, roles_of

OURS = ("per_month", "months", "reveals", "least_gain", "well_enough", "assumed")
Tables = dict[str, Any]


def next_question(facts: Facts, answers: Answers) -> Question | None:
    """The first question not answered yet; None when everything was asked.

    >>> facts = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"])
    >>> next_question(facts, {"unit": "points", "right.remove": "spam"}).words
    "How many 'ham' decided 'remove' are as bad as one 'spam' decided 'keep'?"
    """
    return next((question for question in questions(facts, answers) if question.key not in answers), None)


def questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    """Every question in order, as far as it follows from the answers."""
    if facts.unit is None:
        yield Question(
            key="unit",
            part="What you count in",
            words="In what do you count: EUR, minutes, ...?",
            form="unit",
            hint="Enter for points: then ratios are enough",
            default="points",
        )
    if facts.cellwise:
        yield from change_questions(facts, answers)
    else:
        yield from role_questions(facts, answers)
        yield from mistake_questions(facts, answers)
        yield from look_questions(facts, answers)
    yield from volume_questions(facts, answers)
    yield from limit_questions(facts, answers)
    yield from enough_questions(facts, answers)


def cells_from(facts: Facts, answers: Answers) -> Cells:
    """All cells by (decision, outcome), None where open.

    >>> facts = Facts(decisions=["lend", "refuse"], outcomes=["bad", "good"])
    >>> answers = {"right.refuse": "bad", "ratio.lend.bad": "5"}
    >>> cells_from(facts, answers)[("lend", "bad")], cells_from(facts, answers)[("refuse", "good")]
    (-5.0, -1.0)
    """
    if facts.cellwise:
        return changed_cells(facts, answers)
    made = mistake_cells(facts, answers)
    made |= look_cells(facts, answers, made)
    return {(d, o): made[d, o] for d in facts.decisions for o in facts.outcomes}


def tables_from(facts: Facts, answers: Answers) -> Tables:
    """The tables `unit`, `objective` and `limit` of payoff.toml that the answers make; what is open holds "?".

    Keys and limits of a present objective that no question asks about stay as they are.

    >>> facts = Facts(decisions=["lend", "refuse"], outcomes=["bad", "good"])
    >>> tables_from(facts, {"right.refuse": "bad", "ratio.lend.bad": "5"})["objective"]["payoff"]["lend"]
    {'bad': -5.0, 'good': 0.0}
    """
    present = facts.present or {}
    cells = cells_from(facts, answers)
    kept = {key: value for key, value in present.get("objective", {}).items() if key not in (*OURS, "payoff")}
    said = {**volume_of(facts, answers), "reveals": reveals_of(facts, answers), **enough_of(answers)}
    objective: Tables = {key: _plain(value) for key, value in said.items() if value not in (None, [])}
    payoff = {d: {o: cell_of(cells[d, o]) for o in facts.outcomes} for d in facts.decisions}
    objective |= {**kept, "payoff": payoff}
    assumed = _assumed(facts, answers, cells)
    assumed += _still_assumed(present, objective, assumed)
    if assumed:
        objective["assumed"] = _as_before(assumed, present.get("objective", {}).get("assumed"))
    tables = {"unit": unit_of(facts, answers), "objective": objective}
    limits = limits_of(facts, answers) + [
        each for each in present.get("limit", []) if not asked_about(facts, answers, each)
    ]
    return {**tables, "limit": _as_before(limits, present.get("limit"))} if limits else tables


def _as_before(now: list[Any], before: Any) -> list[Any]:
    """The same list in the order it had, where nothing but the order differs."""
    same = isinstance(before, list) and len(before) == len(now) and all(each in before for each in now)
    return before if same else now


def asked_about(facts: Facts, answers: Answers, limit: Tables) -> bool:
    """Whether a limit is one that a question asks about, so that its answer replaces it."""
    keys = {question.key for question in limit_questions(facts, answers)}
    if set(limit) == {"decision", "at_most", "per"}:
        return f"capacity.{limit['decision']}" in keys
    return set(limit) == {"decision", "precision"} and f"wrong.{limit['decision']}" in keys


def _assumed(facts: Facts, answers: Answers, cells: Cells) -> list[str]:
    """What was assumed and not said: that the right thing is done after a look; and of the volume."""
    looks = [] if facts.cellwise else roles_of(facts, answers).looks
    after = [f"payoff.{d}.{o}" for d in looks for o in facts.outcomes if cells[d, o] is not None]
    return [*assumed_volume(facts, answers), *after]


def _plain(value: Any) -> Any:
    """A whole number as one writes it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _still_assumed(present: Mapping[str, Any], objective: Tables, assumed: list[str]) -> list[str]:
    """What was assumed before and stands unchanged."""
    before = present.get("objective", {})
    names = [name for name in before.get("assumed", []) if name not in assumed]
    return [name for name in names if _at(before, name) == _at(objective, name)]


def _at(tables: Mapping[str, Any], name: str) -> Any:
    """The value of a dotted name; names of decisions and outcomes may hold dots themselves."""
    first, _, rest = name.partition(".")
    if first != "payoff":
        return tables.get(name)
    cells = {f"{d}.{o}": cell for d, row in tables.get("payoff", {}).items() for o, cell in row.items()}
    return cells.get(rest)
