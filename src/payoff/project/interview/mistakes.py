"""What a mistake costs: asked one by one where there are few, else once with what is worse; and the cells it makes.

Costs are stated against one baseline, the right decision, and every cell is what it costs in all: an expert who fills
a whole table contradicts himself, and counts the same money in two cells (Elkan 2001, The foundations of
cost-sensitive learning, section 1.2). Ratios are asked as a trade-off of so many of one mistake against one of another.
"""

from __future__ import annotations

from collections.abc import Iterator

from payoff.project.interview.amounts import OPEN, Amount, negated, product, read_amount, read_cost
from payoff.project.interview.facts import Facts
from payoff.project.interview.question import Answers, Case, Question, listed_answers, read_exception, read_like, said
from payoff.project.interview.roles import Roles, roles_of
from payoff.words import number

PART = "What a mistake costs"
FEW = 6  # mistakes that are asked one by one
POINTS = ("point", "points", "ratio", "ratios")
Cells = dict[Case, "Amount | None"]


def in_ratios(facts: Facts, answers: Answers) -> bool:
    """Whether ratios are all that is asked."""
    return unit_of(facts, answers).lower() in POINTS


def unit_of(facts: Facts, answers: Answers) -> str:
    """The unit given or answered; points where none is known."""
    answer = facts.unit or answers.get("unit", "")
    return answer if said(answer) else "points"


def wrongs(facts: Facts, roles: Roles) -> list[Case]:
    """The mistakes as (decision, outcome), those of the baseline last; where nobody looks first."""
    acting = [d for d in roles.acts if d != roles.baseline] + [roles.baseline]
    return [(d, o) for d in acting for o in facts.outcomes if o in roles.right and roles.right[o] != d]


def rights(facts: Facts, roles: Roles) -> list[Case]:
    """The right decisions as (decision, outcome) that do something: where things are left as they are, it costs 0."""
    act = [(roles.right[o], o) for o in facts.outcomes if o in roles.right]
    return [(d, o) for d, o in act if d in roles.acts and d != roles.baseline]


def mistake_questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    """The questions on costs or ratios."""
    roles = roles_of(facts, answers)
    if len(wrongs(facts, roles)) > FEW:
        yield from _grouped(facts, answers)
    elif in_ratios(facts, answers):
        yield from _ratios(facts, roles)
    else:
        yield from _costs(facts, answers, roles)


def mistake_cells(facts: Facts, answers: Answers) -> Cells:
    """The cells of every decision but those in which a person looks; None where open.

    >>> facts = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"], unit="points")
    >>> mistake_cells(facts, {"right.remove": "spam", "ratio.keep.spam": "0.25"})[("keep", "spam")]
    -0.25
    """
    roles = roles_of(facts, answers)
    cells: Cells = {(d, o): None for d in roles.acts for o in facts.outcomes}
    cells |= {(d, o): 0.0 for o, d in roles.right.items() if d in roles.acts}
    if len(wrongs(facts, roles)) > FEW:
        return cells | _grouped_cells(facts, answers, roles)
    if in_ratios(facts, answers):
        return cells | _ratio_cells(facts, answers, roles)
    return cells | _cost_cells(facts, answers, roles)


def _ratios(facts: Facts, roles: Roles) -> Iterator[Question]:
    first, *others = wrongs(facts, roles) or [("", "")]
    for decision, outcome in others:
        yield Question(
            key=f"ratio.{decision}.{outcome}",
            part=PART,
            words=f"How many {facts.case(*first)} are as bad as one {facts.case(decision, outcome)}?",
            form="ratio",
            hint="5, or 1/5 where one is worse than the other way round, or 2 to 10 where you are not sure",
        )


def _ratio_cells(facts: Facts, answers: Answers, roles: Roles) -> Cells:
    first, *others = wrongs(facts, roles) or [("", "")]
    cells: Cells = {first: -1.0} if first[0] else {}
    for decision, outcome in others:
        answer = answers.get(f"ratio.{decision}.{outcome}", "")
        cells[decision, outcome] = negated(read_amount(answer, facts.columns)) if said(answer) else None
    return cells


def _costs(facts: Facts, answers: Answers, roles: Roles) -> Iterator[Question]:
    unit = unit_of(facts, answers)
    asked = 0
    right = rights(facts, roles)
    for decision in dict.fromkeys(d for d, _ in right + wrongs(facts, roles)):
        for case in [case for case in right + wrongs(facts, roles) if case[0] == decision]:
            yield _cost_question(facts, case, case in right, unit, _cost_hint(facts, asked, case))
            asked += 1


def _cost_question(facts: Facts, case: Case, right: bool, unit: str, hint: str) -> Question:
    decided = f"One {facts.noun(case[1])} {'rightly' if right else 'wrongly'} decided '{case[0]}'"
    return Question(
        key=f"cost.{case[0]}.{case[1]}",
        part=PART,
        words=f"{decided}: what does {'doing it cost' if right else 'it cost in all'}, in {unit}?",
        form="cost",
        hint=hint,
        default="0" if right else None,
    )


def _cost_hint(facts: Facts, asked: int, case: Case) -> str:
    """How an answer may look: forms first, then the columns that hold money, then what saves typing."""
    if asked == 0:
        return "2, or 0.5 to 3 where you are not sure, or +2 where it earns 2"
    if asked == 1 and facts.money:
        columns = ", ".join(f"{name} (typically {number(facts.columns[name])})" for name in facts.money)
        return f"may depend on the item, as 0.2 * {facts.money[0]}: you have {columns}; or same"
    other = next(((d, o) for d in facts.decisions for o in facts.outcomes if (d, o) != case and d != case[0]), case)
    return f"or same, or as bad as 3 {facts.plain(other[1])} -> {other[0]}" if asked == 2 else ""


def _cost_cells(facts: Facts, answers: Answers, roles: Roles) -> Cells:
    cells: Cells = {}
    likes: dict[Case, tuple[float | tuple[float, float], Case]] = {}
    for case in [*rights(facts, roles), *wrongs(facts, roles)]:
        answer = answers.get(f"cost.{case[0]}.{case[1]}", OPEN)
        like = read_like(answer, facts)
        if like is not None:
            likes[case] = like
        elif answer == "" and case in rights(facts, roles):
            cells[case] = 0.0
        else:
            cells[case] = read_cost(answer, facts.columns) if said(answer) else None
    return cells | {case: _like(cells, many, other) for case, (many, other) in likes.items()}


def _like(cells: Cells, many: float | tuple[float, float], other: Case) -> Amount | None:
    worth = cells.get(other)
    return None if worth is None else product(worth, many)


def _grouped(facts: Facts, answers: Answers) -> Iterator[Question]:
    unit = unit_of(facts, answers)
    ratios = in_ratios(facts, answers)
    if not ratios:
        yield Question(
            key="right", part=PART, words=f"A right decision: what does doing it cost, in {unit}?", form="cost",
            hint="+2 where it earns 2", default="0",
        )  # fmt: skip
        yield Question(
            key="wrong", part=PART, words=f"A wrong decision: what does it usually cost in all, in {unit}?",
            form="cost", hint="2, or 0.5 to 3 where you are not sure; what is worse comes next",
        )  # fmt: skip
    decision, outcome = wrongs(facts, roles_of(facts, answers))[0]
    cost = "in usual mistakes" if ratios else f"in {unit}"
    for each in range(1, len(listed_answers("worse", answers)) + 2):
        yield Question(
            key=f"worse.{each}",
            part=PART,
            words=f"Which mistake is {'also ' if each > 1 else ''}worse or cheaper, and what does it cost {cost}?",
            form="exception",
            hint=f"such as {outcome} -> {decision}: 10, or {outcome} -> any: 10; Enter for no more"
            if each == 1
            else "",
        )


def _grouped_cells(facts: Facts, answers: Answers, roles: Roles) -> Cells:
    ratios = in_ratios(facts, answers)
    right = "0" if answers.get("right") == "" else answers.get("right", OPEN)
    wrong = answers.get("wrong", OPEN) or OPEN
    worth_right = 0.0 if ratios else None if right == OPEN else read_cost(right, facts.columns)
    worth_wrong = -1.0 if ratios else None if wrong == OPEN else read_cost(wrong, facts.columns)
    mistakes = wrongs(facts, roles)
    cells: Cells = dict.fromkeys(mistakes, worth_wrong)
    cells |= {(d, o): worth_right for o, d in roles.right.items() if d in roles.acts}
    for answer in listed_answers("worse", answers):
        cases, amount = read_exception(answer, facts)
        cells |= {case: read_cost(amount, facts.columns) for case in cases if case in mistakes}
    return cells
