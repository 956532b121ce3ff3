"""An objective that stands already as the answers that would make it, so that Enter keeps every one of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import polars as pl

from payoff.cells import sql_of
from payoff.project.interview.amounts import Amount, amount_of, as_cost, inverse, middle, negated, plus, written
from payoff.project.interview.changes import present_cells
from payoff.project.interview.facts import Facts
from payoff.project.interview.mistakes import POINTS, rights, wrongs
from payoff.project.interview.question import NONE, Question
from payoff.project.interview.roles import Roles, roles_of
from payoff.project.interview.walk import cells_from, next_question

MOST_EXCEPTIONS = 8


def kept_answers(facts: Facts) -> tuple[Facts, dict[str, str]]:
    """The answers that make the present objective, and the facts: cellwise where no answers make its cells, or where
    one decision is worth most whatever the outcome, so that no question on what is right leads to another.
    """
    answers = _answers(facts)
    if cells_from(facts, answers) == present_cells(facts) and not nothing_to_decide(facts):
        return facts, answers
    cellwise = replace(facts, cellwise=True)
    return cellwise, _answers(cellwise)


def nothing_to_decide(facts: Facts) -> bool:
    """Whether one decision of the present objective is worth most under every outcome, on typical values.

    >>> payoff = {"keep": {"ham": 0, "spam": 0}, "remove": {"ham": 0, "spam": -1}}
    >>> present = {"objective": {"payoff": payoff}}
    >>> nothing_to_decide(Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"], present=present))
    True
    """
    cells = present_cells(facts)
    worth = {case: _typical(amount, facts) for case, amount in cells.items() if amount is not None}
    if len(worth) < len(cells):
        return False
    top = {o: max(worth[d, o] for d in facts.decisions) for o in facts.outcomes}
    return any(all(worth[d, o] == top[o] for o in facts.outcomes) for d in facts.decisions)


def _answers(facts: Facts) -> dict[str, str]:
    answers: dict[str, str] = {}
    while (question := next_question(facts, answers)) is not None:
        answers[question.key] = _kept(question, facts, answers)
    return answers


def _kept(question: Question, facts: Facts, answers: dict[str, str]) -> str:
    """The answer to one question as the present objective gives it; empty where it says nothing."""
    kind, _, name = question.key.partition(".")
    objective = (facts.present or {}).get("objective", {})
    if kind == "unit":
        return str((facts.present or {}).get("unit", ""))
    if kind in ("per_month", "months", "least_gain", "well_enough"):
        return written(amount_of(objective[kind])) if kind in objective else NONE
    if kind == "reveals":
        return ", ".join(objective.get("reveals", ())) or NONE
    if kind in ("capacity", "wrong") and name:
        return _limit(facts, kind, name)
    if kind in ("looks", "baseline", "right") and (name or kind != "right"):
        return _role(facts, kind, name, answers)
    return _amount(kind, name, facts, roles_of(facts, answers))


def _limit(facts: Facts, kind: str, decision: str) -> str:
    for limit in (facts.present or {}).get("limit", []):
        if limit.get("decision") == decision and kind == "capacity" and set(limit) == {"decision", "at_most", "per"}:
            return f"{limit['at_most']} a {limit['per']}"
        if limit.get("decision") == decision and kind == "wrong" and set(limit) == {"decision", "precision"}:
            return f"{100 * (1 - limit['precision']):.6g}"
    return NONE


def _role(facts: Facts, kind: str, decision: str, answers: dict[str, str]) -> str:
    cells = present_cells(facts)
    if kind == "looks":
        return ", ".join(name for name in facts.guess_looking() if _is_look(facts, name)) or NONE
    best = {outcome: _best(facts, outcome, roles_of(facts, answers).deciders) for outcome in facts.outcomes}
    if kind == "right":
        if None in best.values():
            return ""
        return ", ".join(outcome for outcome, name in best.items() if name == decision) or NONE
    still = [name for o, name in best.items() if name is not None and cells[name, o] == 0.0]
    return still[0] if still else ""


def _is_look(facts: Facts, decision: str) -> bool:
    """Whether the cells are those of a look: as far below the best other decision for every outcome."""
    cells, others = present_cells(facts), [name for name in facts.decisions if name != decision]
    costs = {
        cost for outcome in facts.outcomes if (cost := _below(facts, cells, decision, others, outcome)) is not None
    }
    return len(costs) == 1 and cells[decision, facts.outcomes[0]] is not None


def _below(facts: Facts, cells: Any, decision: str, others: list[str], outcome: str) -> float | None:
    best = _best(facts, outcome, others)
    here = cells[decision, outcome]
    if len(others) == 1 or best is None or here is None:
        return None if here is None else round(_typical(here, facts), 9)
    return round(_typical(here, facts) - _typical(cells[best, outcome], facts), 9)


def _best(facts: Facts, outcome: str, decisions: list[str]) -> str | None:
    """The decision worth most for an outcome, on typical values of the columns; None where a cell is open."""
    cells = present_cells(facts)
    worth = {decision: cells[decision, outcome] for decision in decisions}
    known = {name: _typical(amount, facts) for name, amount in worth.items() if amount is not None}
    return max(known, key=lambda name: known[name]) if len(known) == len(decisions) else None


def _typical(amount: Amount, facts: Facts) -> float:
    value = middle(amount)
    if isinstance(value, float):
        return value
    row = pl.DataFrame({name: [typical] for name, typical in facts.columns.items()})
    try:
        return float(row.select(sql_of(value).cast(pl.Float64)).item())
    except (pl.exceptions.PolarsError, TypeError):
        return 0.0


def _amount(kind: str, name: str, facts: Facts, roles: Roles) -> str:
    """Costs, ratios and exceptions from the present cells."""
    cells = {f"{d}.{o}": worth for (d, o), worth in present_cells(facts).items()}
    if kind in ("cost", "ratio"):
        worth = cells.get(name)
        cost = "" if worth is None else as_cost(worth)
        return "" if kind == "ratio" and not _is_loss(worth) else cost
    if kind == "look":
        return _look(facts, name, roles)
    common = {which: _common(facts, which, roles) for which in ("right", "wrong")}
    if kind in common:
        worth = common[kind]
        return "" if worth is None else as_cost(worth)
    if kind == "worse":
        return _exception(facts, int(name), common["wrong"], roles)
    return ""


def _is_loss(worth: Amount | None) -> bool:
    """Whether so many of one mistake can be as bad as it."""
    if isinstance(worth, str):
        return worth.startswith("-")
    return worth is not None and (worth if isinstance(worth, float) else worth[1]) < 0


def _look(facts: Facts, decision: str, roles: Roles) -> str:
    """The cost of a look: how far it is below what is right."""
    cells = present_cells(facts)
    outcome = next((o for o, d in roles.right.items() if d in roles.looks or cells.get((d, o)) == 0.0), "")
    worth = cells.get((decision, outcome))
    if worth is None and roles.right:
        outcome, right = next(iter(roles.right.items()))
        here, best = cells.get((decision, outcome)), cells.get((right, outcome))
        if isinstance(here, float) and isinstance(best, float):
            worth = float(f"{plus(here, -best):.12g}")
    if worth is None or worth == 0.0:
        return ""
    ratios = str((facts.present or {}).get("unit", "points")).lower() in POINTS
    return written(inverse(negated(worth))) if ratios else as_cost(worth)


def _common(facts: Facts, which: str, roles: Roles) -> Amount | None:
    cells = present_cells(facts)
    cases = rights(facts, roles) if which == "right" else wrongs(facts, roles)
    found = Counter(cells[case] for case in cases).most_common(1)
    return found[0][0] if found else None


def _exception(facts: Facts, number: int, wrong: Amount | None, roles: Roles) -> str:
    cells = present_cells(facts)
    differing = [case for case in wrongs(facts, roles) if cells[case] not in (wrong, None)]
    if number > len(differing) or len(differing) > MOST_EXCEPTIONS:
        return ""
    decision, outcome = differing[number - 1]
    return f"{outcome} -> {decision}: {as_cost(cells[decision, outcome])}"  # type: ignore[arg-type]
