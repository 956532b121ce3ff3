"""What it costs that a person looks: minutes times the price of a minute, then the right thing is done."""

from __future__ import annotations

from collections.abc import Iterator

from payoff.project.interview.amounts import OPEN, Amount, inverse, negated, plus, product, read_amount, read_cost
from payoff.project.interview.facts import Facts
from payoff.project.interview.figures import read_minutes, read_price
from payoff.project.interview.mistakes import Cells, in_ratios, unit_of, wrongs
from payoff.project.interview.question import Answers, Question, said
from payoff.project.interview.roles import roles_of

PART = "What a look costs"
MINUTES = {"minute": 1.0, "minutes": 1.0, "min": 1.0, "hour": 1 / 60, "hours": 1 / 60}


def look_questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    """Minutes and their price, or the cost of a look; as a ratio where only ratios are asked."""
    for decision in roles_of(facts, answers).looks:
        yield from _ratio(facts, answers, decision) if in_ratios(facts, answers) else _cost(facts, answers, decision)


def look_cells(facts: Facts, answers: Answers, others: Cells) -> Cells:
    """The cells of the decisions in which a person looks: what is right for the outcome, less what the look costs.

    >>> facts = Facts(decisions=["skip", "inspect"], outcomes=["fine", "foul"], unit="EUR")
    >>> answers = {"looks": "inspect", "right.inspect": "foul", "minutes.inspect": "30", "minute": "2"}
    >>> look_cells(facts, answers, {("skip", "fine"): 0.0, ("skip", "foul"): -900.0})
    {('inspect', 'fine'): -60.0, ('inspect', 'foul'): -60.0}
    """
    roles = roles_of(facts, answers)
    cells: Cells = {}
    for decision in roles.looks:
        cost = look_cost(facts, answers, decision)
        for outcome in facts.outcomes:
            right = roles.right.get(outcome)
            worth = 0.0 if right in roles.looks else others.get((right or "", outcome))
            known = cost is not None and right is not None and worth is not None
            cells[decision, outcome] = plus(worth, negated(cost)) if known else None  # type: ignore[arg-type]
    return cells


def look_cost(facts: Facts, answers: Answers, decision: str) -> Amount | None:
    """What one look costs, None where it is open."""
    answer = answers.get(f"look.{decision}", OPEN)
    if in_ratios(facts, answers):
        return inverse(read_amount(answer, facts.columns)) if said(answer) else None
    minutes = answers.get(f"minutes.{decision}", OPEN)
    if said(minutes):
        price = _price(facts, answers)
        return None if price is None else product(read_minutes(minutes, facts), price)
    return negated(read_cost(answer, facts.columns)) if said(answer) else None


def _ratio(facts: Facts, answers: Answers, decision: str) -> Iterator[Question]:
    mistakes = wrongs(facts, roles_of(facts, answers))
    if mistakes:
        yield Question(
            key=f"look.{decision}",
            part=PART,
            words=f"How many '{decision}' cost as much as one {facts.case(*mistakes[0])}?",
            form="ratio",
            hint="20, or 10 to 30 where you are not sure",
        )


def _cost(facts: Facts, answers: Answers, decision: str) -> Iterator[Question]:
    unit = unit_of(facts, answers)
    yield Question(
        key=f"minutes.{decision}",
        part=PART,
        words=f"How many minutes does one '{decision}' take?",
        form="minutes",
        hint="4, or 3 to 6; Enter to say what it costs instead",
    )
    if not said(answers.get(f"minutes.{decision}")):
        yield Question(
            key=f"look.{decision}", part=PART, words=f"What does one '{decision}' cost, in {unit}?", form="cost"
        )
    elif unit.lower() not in MINUTES:
        yield Question(
            key="minute",
            part=PART,
            words=f"What does a minute of that person cost, in {unit}?",
            form="price",
            hint="0.60, or 36 an hour",
        )


def _price(facts: Facts, answers: Answers) -> Amount | None:
    known = MINUTES.get(unit_of(facts, answers).lower())
    answer = answers.get("minute", OPEN)
    return known or (read_price(answer, facts) if said(answer) else None)
