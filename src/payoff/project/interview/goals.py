"""How many items, what must hold, and when it is good enough: everything of an objective but its cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from payoff.project.interview.amounts import OPEN
from payoff.project.interview.facts import Facts
from payoff.project.interview.figures import read_gain, read_months, read_rate, read_share, read_volume
from payoff.project.interview.mistakes import unit_of
from payoff.project.interview.question import NONE, Answers, Question, names_in, said
from payoff.project.interview.roles import Roles, roles_of

MANY, HOLD, ENOUGH = "How many there are", "What must hold", "When it is good enough"
MONTHS = 12.0
FEW = 3  # decisions whose limits are asked one by one


def volume_questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    """Items a month and months."""
    dated = "by the dates of the table; " if facts.a_month else "Enter where you do not know: figures are per item; "
    yield Question(
        key="per_month",
        part=MANY,
        words="How many items are decided on in a month?",
        form="volume",
        hint=f"{dated}? where it is not known" if facts.a_month else dated.rstrip("; "),
        default=str(facts.a_month) if facts.a_month else None,
    )
    if volume_of(facts, answers).get("per_month") is not None:
        words = "For how many months, before all is thought over again?"
        yield Question(key="months", part=MANY, words=words, form="months", default=f"{MONTHS:g}")


def volume_of(facts: Facts, answers: Answers) -> dict[str, float]:
    """`per_month` and `months` as far as they are known.

    >>> volume_of(Facts(decisions=[], outcomes=[]), {"per_month": "1,000", "months": ""})
    {'per_month': 1000.0, 'months': 12.0}
    """
    answer = answers.get("per_month", OPEN) or str(facts.a_month or OPEN)
    if not said(answer):
        return {}
    months = answers.get("months", OPEN)
    return {"per_month": read_volume(answer), "months": read_months(months) if said(months) else MONTHS}


def assumed_volume(facts: Facts, answers: Answers) -> list[str]:
    """Which of the volume was assumed: what the dates say, and a year."""
    known = volume_of(facts, answers)
    dated = ["per_month"] if known and answers.get("per_month") == "" else []
    return dated + (["months"] if known and not said(answers.get("months")) else [])


def limit_questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    """Capacities, mistakes allowed, and what becomes known afterwards."""
    roles = roles_of(facts, answers)
    for decision in capped(facts, roles):
        looks = decision in roles.looks
        words = (
            f"How many '{decision}' can be done a week?" if looks else f"Is there room for only so many '{decision}'?"
        )
        hint = "40, or 10 a day; Enter for no limit" if looks else "such as 200 a week; Enter for no limit"
        yield Question(key=f"capacity.{decision}", part=HOLD, words=words, form="rate", hint=hint)
    for decision in judged(facts, roles):
        yield Question(
            key=f"wrong.{decision}",
            part=HOLD,
            words=f"At most how many of 100 '{decision}' may be wrong?",
            form="share",
            hint="5; Enter where the costs say it all",
        )
    yield Question(
        key="reveals",
        part=HOLD,
        words="After which decisions do you learn what was true of the item?",
        form="names",
        default=", ".join(roles.looks) or NONE,
        choices=tuple(facts.decisions),
    )


def capped(facts: Facts, roles: Roles) -> list[str]:
    """Decisions whose room is asked for: those in which a person looks, and the others where they are few."""
    acts = [d for d in roles.acts if d != roles.baseline]
    return [*roles.looks, *(acts if len(acts) <= FEW and not facts.names_agree else [])]


def judged(facts: Facts, roles: Roles) -> list[str]:
    """Decisions of which so many may be wrong: those right for some outcome, where they are few."""
    acts = [d for d in roles.acts if d != roles.baseline and d in roles.right.values()]
    return acts if len(acts) <= FEW and not facts.names_agree else []


def limits_of(facts: Facts, answers: Answers) -> list[dict[str, Any]]:
    """The [[limit]] tables that the answers say.

    >>> facts = Facts(decisions=["skip", "inspect"], outcomes=["fine", "foul"])
    >>> limits_of(facts, {"looks": "inspect", "capacity.inspect": "40"})
    [{'decision': 'inspect', 'at_most': 40, 'per': 'week'}]
    """
    roles, limits = roles_of(facts, answers), []
    for decision in facts.decisions:
        rate = answers.get(f"capacity.{decision}", OPEN)
        if decision in capped(facts, roles) and said(rate):
            most, period = read_rate(rate)
            limits.append({"decision": decision, "at_most": most, "per": period})
        share = answers.get(f"wrong.{decision}", OPEN)
        if decision in judged(facts, roles) and said(share):
            limits.append({"decision": decision, "precision": float(f"{1 - read_share(share):.12g}")})
    return limits


def reveals_of(facts: Facts, answers: Answers) -> list[str]:
    """Decisions after which the outcome becomes known."""
    answer = answers.get("reveals", OPEN)
    return list(roles_of(facts, answers).looks) if answer == "" else names_in(answer)


def enough_questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    """The least gain worth shipping, and the gain at which one stops."""
    unit, volume = unit_of(facts, answers), volume_of(facts, answers)
    span = f"over {volume['months']:g} months" if volume else "per item"
    yield Question(
        key="least_gain",
        part=ENOUGH,
        words=f"How much more than today must it earn {span} to be worth the change, in {unit}?",
        form="gain",
        hint="Enter: anything above 0",
    )
    yield Question(
        key="well_enough",
        part=ENOUGH,
        words=f"At which gain {span} would you stop improving, in {unit}?",
        form="gain",
        hint="Enter: when nothing more is worth its price",
    )


def enough_of(answers: Answers) -> dict[str, float]:
    """`least_gain` and `well_enough` as far as they were said.

    >>> enough_of({"least_gain": "5,000", "well_enough": ""})
    {'least_gain': 5000.0}
    """
    gains = {key: answers.get(key, OPEN) for key in ("least_gain", "well_enough")}
    return {key: read_gain(answer) for key, answer in gains.items() if said(answer)}
