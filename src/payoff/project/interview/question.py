"""A question as plain data, and how the answer to each form of question is read and refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any

from payoff.errors import BadAnswer, listed, meant
from payoff.project.interview.amounts import MONEY, OPEN, read_amount, read_cost
from payoff.project.interview.facts import Facts
from payoff.project.interview.figures import (
    read_gain,
    read_minutes,
    read_months,
    read_price,
    read_rate,
    read_share,
    read_volume,
)

Answers = Mapping[str, str]
Case = tuple[str, str]
NONE = "none"
ANY = "any"
OPTIONAL = ("rate", "share", "gain", "volume", "months", "exception", "change")  # where none is an answer
NOTHING = (NONE, "no", "n", "-", "neither", "nobody", "nothing", "no limit", "unlimited")
NOT_KNOWN = ("don't know", "dont know", "do not know", "dunno", "no idea", "not sure", "unknown", "idk", "n/a", "??")
ONE = r"\d[\d.,/]*"
MANY = rf"(?:(?:between|from)\s+)?{ONE}(?:\s*(?:\bto\b|\band\b|\bor\b|\.\.|-(?!>)|–)\s*{ONE})?"


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
    if text.lower().removeprefix("i ").rstrip(".!") in NOT_KNOWN and text not in question.choices:
        return OPEN
    if question.form in OPTIONAL and text.lower() in NOTHING:
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
    """Names among the choices, by their beginning or a word of theirs, without regard to case; [] for none.

    >>> read_names("Spam", ("ham", "spam")), read_names("h, s", ("ham", "spam")), read_names("none", ("ham",))
    (['spam'], ['ham', 'spam'], [])
    """
    if text.strip().lower() in NOTHING and text.strip() not in choices:
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


def read_like(text: str, facts: Facts) -> tuple[float | tuple[float, float], Case] | None:
    """How many times which other mistake, from 'as bad as 4 spam -> keep', perhaps a range; None for another answer.

    >>> facts = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"])
    >>> read_like("as bad as 4 spam -> keep", facts), read_like("3 to 7 spam -> keep", facts), read_like("4", facts)
    ((4.0, ('keep', 'spam')), ((3.0, 7.0), ('keep', 'spam')), None)
    """
    found = re.fullmatch(rf"(?:as bad as\s+)?({MANY})?\s*(?:x|times)?\s*(.+(?:->|decided).+)", text.strip())
    if found is None:
        return None
    many = read_amount(found[1]) if found[1] else 1.0
    cases = read_case(found[2], facts)
    if len(cases) != 1 or isinstance(many, str):
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


def _cost(text: str, facts: Facts) -> None:
    if read_like(text, facts) is not None:
        return
    try:
        read_cost(text, facts.columns)
    except BadAnswer as error:
        if re.search(r"\b(?:bad|times|twice|half)\b", text) is None:
            raise
        other = f"as bad as 2 {facts.outcomes[-1]} -> {facts.decisions[0]}: so many, an outcome, a decision"
        raise BadAnswer(text, other) from error


def _ratio(text: str, facts: Facts) -> None:
    if re.search(MONEY, text):
        raise BadAnswer(text, "how many, not how much money", "To count in money go `back` to the first questions.")
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
    "volume": read_volume,
    "months": read_months,
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
    begun = begun or [name for name in choices if plain and f" {plain} " in f" {_spaced(name)} "]
    if len(begun) != 1:
        close = meant(text.strip(), choices)
        raise BadAnswer(text.strip(), f"one of {listed(choices)}, or none{close and f'.{close}'}")
    return begun[0]


def _spaced(name: str) -> str:
    """A name as words: `look_into` is 'look into'."""
    return re.sub(r"[\W_]+", " ", name.lower())
