"""A question as plain data, and how the answer to each form of question is read and refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any

from payoff.errors import BadAnswer, listed, meant
from payoff.project.interview.amounts import OPEN, read_amount, read_cost
from payoff.project.interview.facts import Facts

Answers = Mapping[str, str]
Case = tuple[str, str]
NONE = "none"
ANY = "any"
OPTIONAL = ("rate", "share", "gain", "count", "exception", "change")  # where none is an answer
PERIODS = ("day", "week", "month")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question in words.

    `form` says how its answer is read, `hint` how one may look, `default` what an empty answer takes (None: nothing),
    `choices` the names it may hold. `part` heads the questions that belong together.
    """

    key: str
    part: str
    words: str
    form: str
    hint: str = ""
    default: str | None = None
    choices: tuple[str, ...] = ()


def check(question: Question, text: str, facts: Facts) -> str:
    """An answer as it is kept: names as they are spelt, the rest as typed; BadAnswer says what was expected.

    An empty answer takes the default, `?` leaves it open.
    """
    if text in ("", OPEN):
        return text
    if question.form in OPTIONAL and text.lower() in (NONE, "no"):
        return NONE
    if question.form in ("name", "names"):
        names = read_names(text.replace(f"{facts.outcome_column}=", ""), question.choices)
        if question.form == "name" and len(names) != 1:
            raise BadAnswer(text, f"one of {listed(question.choices)}")
        return ", ".join(names) or NONE
    if question.form == "unit":
        return _unit(text)
    READERS[question.form](text, facts)
    _no_gaps(text, facts)
    return text


def said(answer: str | None) -> bool:
    """Whether an answer says anything.

    >>> said("2"), said("?"), said(""), said("none"), said(None)
    (True, False, False, False, False)
    """
    return answer not in (None, "", OPEN, NONE)


def names_in(answer: str) -> list[str]:
    """The names of an answer that was kept.

    >>> names_in("ham, spam"), names_in("none"), names_in("?")
    (['ham', 'spam'], [], [])
    """
    return answer.split(", ") if said(answer) else []


def read_names(text: str, choices: tuple[str, ...]) -> list[str]:
    """Names among the choices, by their beginning and without regard to case; [] for none.

    >>> read_names("Spam", ("ham", "spam")), read_names("h, s", ("ham", "spam")), read_names("none", ("ham",))
    (['spam'], ['ham', 'spam'], [])
    """
    if text.strip().lower() in (NONE, "no", "neither") and text.strip() not in choices:
        return []
    if text.strip().lower() in ("all", "both") and text.strip() not in choices:
        return list(choices)
    # A name may hold a comma itself.
    typed = [text] if text.strip() in choices else [name for name in re.split(r",|\band\b", text) if name.strip()]
    return list(dict.fromkeys(_name(name, choices) for name in typed))


def read_case(text: str, facts: Facts) -> list[Case]:
    """The cells (decision, outcome) that `ham -> remove` means; `any` stands for every name.

    >>> facts = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"])
    >>> read_case("ham -> remove", facts), read_case("any -> keep", facts)
    ([('remove', 'ham')], [('keep', 'ham'), ('keep', 'spam')])
    """
    outcome, arrow, decision = (part.strip() for part in re.sub(r"\bdecided\b|\bas\b", "->", text).partition("->"))
    if not arrow:
        raise BadAnswer(text, f"an outcome, an arrow, a decision, such as {facts.outcomes[0]} -> {facts.decisions[-1]}")
    outcome = outcome.removeprefix(f"{facts.outcome_column}=")
    outcomes = list(facts.outcomes) if outcome.lower() == ANY else read_names(outcome, tuple(facts.outcomes))
    decisions = list(facts.decisions) if decision.lower() == ANY else read_names(decision, tuple(facts.decisions))
    return [(d, o) for d in decisions for o in outcomes]


def read_like(text: str, facts: Facts) -> tuple[float, Case] | None:
    """How many times which other mistake, from 'as bad as 4 spam -> keep'; None for another answer.

    >>> facts = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"])
    >>> read_like("as bad as 4 spam -> keep", facts), read_like("4", facts)
    ((4.0, ('keep', 'spam')), None)
    """
    found = re.fullmatch(r"(?:as bad as\s+)?([\d.,/]*)\s*(?:x|times)?\s*(.+(?:->|decided).+)", text.strip())
    if found is None:
        return None
    many = read_amount(found[1]) if found[1] else 1.0
    cases = read_case(found[2], facts)
    if len(cases) != 1 or not isinstance(many, float):
        raise BadAnswer(text, f"a number of one mistake, such as 4 {facts.outcomes[-1]} -> {facts.decisions[0]}")
    return many, cases[0]


def read_exception(text: str, facts: Facts) -> tuple[list[Case], str]:
    """The cells and the amount of `fraud -> any: 50`.

    >>> facts = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"])
    >>> read_exception("ham -> remove: 2", facts)
    ([('remove', 'ham')], '2')
    """
    case, colon, amount = text.rpartition(":")
    if not colon or not amount.strip():
        example = f"{facts.outcomes[0]} -> {facts.decisions[-1]}: 20"
        raise BadAnswer(text, f"an outcome, a decision and a figure, such as {example}, or Enter for no more")
    return read_case(case, facts), amount.strip()


def listed_answers(kind: str, answers: Answers) -> list[str]:
    """What was typed to a question that is asked until nothing more is said.

    >>> listed_answers("worse", {"worse.1": "ham -> remove: 2", "worse.2": ""})
    ['ham -> remove: 2']
    """
    typed = (answers.get(f"{kind}.{each}", OPEN) for each in count(1))
    return list(takewhile(said, typed))


def read_rate(text: str, _: Facts | None = None) -> tuple[int, str]:
    """A number a period, a week where none is named.

    >>> read_rate("40"), read_rate("1,200 a month"), read_rate("10/day")
    ((40, 'week'), (1200, 'month'), (10, 'day'))
    """
    found = re.fullmatch(r"(?:at most\s+)?([\d,]+)\s*(?:(?:a|per|each|every|/)\s*(\w+))?", text.strip().lower())
    period = (found[2] or "week") if found else ""
    if found is None or period not in PERIODS:
        raise BadAnswer(text, "a whole number, perhaps with its period: 40, 40 a week, 10 a day, 200 a month")
    return int(found[1].replace(",", "")), period


def read_share(text: str, _: Facts | None = None) -> float:
    """A number of 100 as a share.

    >>> read_share("5"), read_share("5%"), read_share("5 of 100"), read_share("2 in 1,000")
    (0.05, 0.05, 0.05, 0.002)
    """
    found = re.fullmatch(r"([\d.]+)\s*(?:%|(?:of|in)\s*([\d,]+))?", text.strip())
    share = float(found[1]) / float((found[2] or "100").replace(",", "")) if found else 2.0
    if not 0 <= share < 1:
        raise BadAnswer(text, "a number of 100, such as 5 or 5%")
    return share


def read_count(text: str, _: Facts | None = None) -> float:
    """A number above 0.

    >>> read_count("12,000")
    12000.0
    """
    value = read_amount(text)
    if not isinstance(value, float) or value <= 0:
        raise BadAnswer(text, "one number above 0, such as 12000")
    return value


def read_gain(text: str, _: Facts | None = None) -> float:
    """A number, 0 or more.

    >>> read_gain("5,000")
    5000.0
    """
    value = read_amount(re.sub(r"\s*[A-Za-z€$]+$", "", text.strip()))
    if not isinstance(value, float) or value < 0:
        raise BadAnswer(text, "one number, 0 or more")
    return value


def read_price(text: str, facts: Facts | None = None) -> float | tuple[float, float] | str:
    """What a minute costs, also where the price of an hour is typed.

    >>> read_price("0.60"), read_price("36 an hour")
    (0.6, 0.6)
    """
    hour = re.fullmatch(r"(.+?)\s*(?:(?:an?|per|/)\s*h(?:our)?)", text.strip())
    if hour is None:
        return read_amount(re.sub(r"\s*(?:a|per|/)\s*min(?:ute)?$", "", text.strip()), facts.columns if facts else ())
    value = read_amount(hour[1])
    if not isinstance(value, float):
        raise BadAnswer(text, "the price of a minute, or of an hour such as 36 an hour")
    return value / 60


def read_minutes(text: str, facts: Facts | None = None) -> float | tuple[float, float] | str:
    """Minutes, as a number, a range or an expression.

    >>> read_minutes("4 minutes"), read_minutes("3 to 5")
    (4.0, (3.0, 5.0))
    """
    return read_amount(re.sub(r"\s*min(?:ute)?s?\.?$", "", text.strip()), facts.columns if facts else ())


def _cost(text: str, facts: Facts) -> None:
    if read_like(text, facts) is None:
        read_cost(text, facts.columns)


def _ratio(text: str, facts: Facts) -> None:
    value = read_amount(text, facts.columns)
    if not isinstance(value, str) and (value if isinstance(value, float) else value[0]) <= 0:
        raise BadAnswer(text, "a number above 0, such as 4, or a range such as 2 to 5")


def _exception(text: str, facts: Facts) -> None:
    read_cost(read_exception(text, facts)[1], facts.columns)


def _worth(text: str, facts: Facts) -> None:
    read_amount(text, facts.columns)


def _change(text: str, facts: Facts) -> None:
    _worth(read_exception(text, facts)[1], facts)


def _no_gaps(text: str, facts: Facts) -> None:
    """An expression over a column must give a number for every item."""
    for name, many in facts.gaps.items():
        if re.search(rf"\b{re.escape(name)}\b", text) and "coalesce" not in text.lower():
            expected = f"a value for every item, and {name} has none for {many:,}"
            raise BadAnswer(text, expected, f"Say what counts where it has none: COALESCE({name}, 0).")


READERS: dict[str, Callable[[str, Facts], Any]] = {
    "cost": _cost,
    "ratio": _ratio,
    "exception": _exception,
    "worth": _worth,
    "change": _change,
    "rate": read_rate,
    "share": read_share,
    "count": read_count,
    "gain": read_gain,
    "price": read_price,
    "minutes": read_minutes,
}


def _unit(text: str) -> str:
    if re.search(r"\d", text) or len(text) > 20:
        raise BadAnswer(text, "a word such as EUR, minutes or points", "Press Enter if ratios are all you have.")
    return text.strip()


def _name(text: str, choices: tuple[str, ...]) -> str:
    plain = text.strip().strip("'\"").lower()
    exact = [name for name in choices if name.lower() == plain]
    begun = exact or [name for name in choices if plain and name.lower().startswith(plain)]
    if len(begun) != 1:
        close = meant(text.strip(), choices)
        raise BadAnswer(text.strip(), f"one of {listed(choices)}, or none{close and f'.{close}'}")
    return begun[0]
