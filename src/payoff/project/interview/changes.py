"""Cells that a person has written as the questions cannot say them: open ones are asked, then each change."""

from __future__ import annotations

from collections.abc import Iterator

from payoff.project.interview.amounts import OPEN, amount_of, read_amount
from payoff.project.interview.facts import Facts
from payoff.project.interview.mistakes import Cells, unit_of
from payoff.project.interview.question import Answers, Question, listed_answers, read_exception, said

PART = "What each decision is worth"


def present_cells(facts: Facts) -> Cells:
    """The cells as payoff.toml holds them, None where open.

    >>> present = {"objective": {"payoff": {"keep": {"ham": 0, "spam": "?"}}}}
    >>> present_cells(Facts(decisions=["keep"], outcomes=["ham", "spam"], present=present))
    {('keep', 'ham'): 0.0, ('keep', 'spam'): None}
    """
    written = (facts.present or {}).get("objective", {}).get("payoff", {})
    return {(d, o): amount_of(written.get(d, {}).get(o)) for d in facts.decisions for o in facts.outcomes}


def change_questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    """Every open cell, then what changes, until nothing more does."""
    unit = unit_of(facts, answers)
    for (decision, outcome), worth in present_cells(facts).items():
        if worth is None:
            yield Question(
                key=f"cell.{decision}.{outcome}",
                part=PART,
                words=f"One {facts.case(decision, outcome)}: what is it worth, in {unit}?",
                form="worth",
                hint="below 0 if it costs; -2 or -3 to -1 or -0.2 * amount",
            )
    example = f"{facts.outcomes[0]} -> {facts.decisions[0]}: -2"
    for each in range(1, len(listed_answers("change", answers)) + 2):
        yield Question(
            key=f"change.{each}",
            part=PART,
            words=f"Which payoff changes{'' if each == 1 else ' too'}?",
            form="change",
            hint=f"such as {example}, below 0 if it costs; Enter for no more" if each == 1 else "",
        )


def changed_cells(facts: Facts, answers: Answers) -> Cells:
    """The present cells with the answers in their place."""
    cells = present_cells(facts)
    for decision, outcome in cells:
        answer = answers.get(f"cell.{decision}.{outcome}", OPEN)
        if said(answer):
            cells[decision, outcome] = read_amount(answer, facts.columns)
    for answer in listed_answers("change", answers):
        cases, amount = read_exception(answer, facts)
        cells |= dict.fromkeys(cases, read_amount(amount, facts.columns))
    return cells
