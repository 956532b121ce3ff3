"""What a person stated and the tool assumed, as the report says it: title, objective in full, assumptions, notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from payoff.project.hidden import hides
from payoff.project.workplace import Workplace
from payoff.report.record import Cell
from payoff.words import count, number

COVERED = "per ledger, for the policy as fitted when tested, items drawn like these, experts right"
COVERS = (
    "The intervals are 95%. A policy is adopted only on audit votes, every look at them is paid for, and over 30 looks "
    f"the chance of ever adopting one that is worse than the incumbent stays below 5%: {COVERED}. "
    "Refits on more votes, drift and erring experts are outside it."
)
MANY = 4  # decisions that a title can name
WRITTEN = "items"  # the table a project writes itself: its name says nothing


def stated(at: Workplace) -> dict[str, Any]:
    """What a person stated or the tool assumed, as fields of the story."""
    objective = at.ground.objective
    return {
        "unit": objective.unit,
        "goal": _goal(at),
        "payoffs": _cells(at),
        "limits": tuple(str(limit) for limit in objective.limits),
        "per_month": objective.per_month,
        "months": objective.months,
        "assumed": _assumed(at),
        "notes": _notes(at),
        "covers": COVERS,
    }


def title_of(at: Workplace) -> str:
    """What is decided on what: 'keep or remove: comments'; the folder's name stands in for a table without one."""
    decisions = at.ground.objective.decisions
    table = Path(at.ground.settings.items.table).stem
    items = at.folder.resolve().name if table == WRITTEN else table
    if len(decisions) > MANY:
        return f"one of {len(decisions)} decisions: {items}"
    return f"{' or '.join(part for part in (', '.join(decisions[:-1]), decisions[-1]) if part)}: {items}"


def _goal(at: Workplace) -> str:
    objective = at.ground.objective
    choices = ", ".join(objective.decisions)
    return f"For every item choose among {choices}, so that the sum of payoffs in {objective.unit} is largest."


def _cells(at: Workplace) -> tuple[Cell, ...]:
    payoffs = at.ground.objective.payoffs
    return tuple(
        Cell(decision=decision, outcome=at.ground.named(outcome), text=_cell(cell))
        for decision, row in payoffs.items()
        for outcome, cell in row.items()
    )


def _cell(cell: Any) -> str:
    """A payoff as it was written: a number, an expression, or a range."""
    if isinstance(cell, list | tuple):
        return " to ".join(f"{end:g}" for end in cell)
    return cell if isinstance(cell, str) else f"{cell:g}"


def _assumed(at: Workplace) -> tuple[str, ...]:
    objective = at.ground.objective
    given_by_nobody = [f"{name} was assumed, nobody gave it" for name in objective.assumed]
    guessed = [
        f"'{decision}' under '{outcome}' pays {low:g} to {high:g} {objective.unit}: figures use {(low + high) / 2:g}"
        for (decision, outcome), (low, high) in objective.ranges.items()
    ]
    prices = [
        f"one vote of '{source.name}' costs {number(source.price)} {objective.unit}"
        for source in at.sources.values()
        if source.on_request
    ]
    found = [
        *given_by_nobody,
        *guessed,
        "the items to come are like these",
        "experts are right; the label model and the audit take their votes as the truth",
        *prices,
    ]
    if at.ground.proxy is not None:
        found.append(f"'{at.ground.proxy}' stands for the outcome; experts' audit votes say how far off it is")
    if hides(at.ground.items):
        found.append(f"hidden outcomes are like those known of items decided alike: {hides(at.ground.items)}")
    if objective.volume is None:
        found.append("no volume was given: figures are per item, and advice ranks by gain per item")
    if objective.cells_over(at.ground.items.roles.known_after):
        found.append("payoffs over columns known only afterwards use their mean by outcome when deciding")
    return tuple(found)


def _notes(at: Workplace) -> tuple[str, ...]:
    """What was inferred, left out or went wrong, a sentence each."""
    notes = list(at.ground.items.notes)
    for record in at.store.records("run"):
        notes += [
            f"the rule '{voter}' failed on {count(many, 'item')}, first '{item}': {message}"
            for voter, item, message, many in record["failures"]
        ]
    aside = at.standing().bench.evidence.set_aside
    if aside:
        notes.append(
            f"{count(aside, 'expert vote')} nobody asked for in the sealed audit part: they neither teach nor judge"
        )
    return tuple(notes)
