"""Figures as people type them to one question: so many a week, of 100, a month; a price, minutes, a gain."""

from __future__ import annotations

import re

from payoff.decide import A_MONTH
from payoff.errors import BadAnswer
from payoff.project.interview.amounts import UNIT, read_amount
from payoff.project.interview.facts import Facts

SPANS = {"month": 1.0, "quarter": 3.0, "year": 12.0}
RATE = r"(?:at most\s+)?(?P<many>.+?)\s*(?:\b(?:a|an|per|each|every)\b|/)\s*(?P<period>\w+)"


def read_rate(text: str, _: Facts | None = None) -> tuple[int, str]:
    """A whole number a period, a week where none is named.

    >>> read_rate("40"), read_rate("1,200 a month"), read_rate("10/day")
    ((40, 'week'), (1200, 'month'), (10, 'day'))
    """
    expected = "a whole number, perhaps with its period: 40, 40 a week, 10 a day, 200 a month"
    plain = text.strip().lower()
    found = re.fullmatch(RATE, plain)
    many, period = (found["many"], found["period"]) if found else (plain.removeprefix("at most").strip(), "week")
    value = _one_number(many, text, expected)
    if period not in A_MONTH or value < 0 or not value.is_integer():
        raise BadAnswer(text, expected)
    return int(value), period


def read_volume(text: str, _: Facts | None = None) -> float:
    """Items a month, also where those of a day, a week or a year are typed.

    >>> read_volume("12,000"), read_volume("1,000 a day"), read_volume("2400 a year")
    (12000.0, 30438.0, 200.0)
    """
    expected = "one number above 0, such as 12000, or 400 a day"
    found = re.fullmatch(RATE, text.strip().lower())
    value = _one_number(found["many"] if found else text, text, expected)
    periods = {**A_MONTH, "year": 1 / 12, "": 1.0}
    period = found["period"] if found else ""
    if value <= 0 or period not in periods:
        raise BadAnswer(text, expected)
    month = value * periods[period]
    return float(round(month)) if period and month >= 1 else month


def read_months(text: str, _: Facts | None = None) -> float:
    """Months, also where years are typed.

    >>> read_months("6"), read_months("6 months"), read_months("2 years"), read_months("a year")
    (6.0, 6.0, 24.0, 12.0)
    """
    expected = "one number above 0, such as 12, or 2 years"
    found = re.fullmatch(r"(.*?)\s*(month|quarter|year)s?", text.strip().lower())
    many = found[1] if found else text
    value = 1.0 if many in ("a", "one") else _one_number(many, text, expected)
    if value <= 0:
        raise BadAnswer(text, expected)
    return value * (SPANS[found[2]] if found else 1.0)


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


def read_gain(text: str, _: Facts | None = None) -> float:
    """A number, 0 or more.

    >>> read_gain("5,000"), read_gain("10k EUR")
    (5000.0, 10000.0)
    """
    value = _one_number(text, text, "one number, 0 or more", unit=True)
    if value < 0:
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
    if isinstance(value, str):
        raise BadAnswer(text, "the price of a minute, or of an hour such as 36 an hour")
    return value / 60 if isinstance(value, float) else (value[0] / 60, value[1] / 60)


def read_minutes(text: str, facts: Facts | None = None) -> float | tuple[float, float] | str:
    """Minutes, as a number, a range or an expression; also where hours are typed.

    >>> read_minutes("4 minutes"), read_minutes("3 to 5"), read_minutes("1.5 hours")
    (4.0, (3.0, 5.0), 90.0)
    """
    hours = re.fullmatch(r"(.+?)\s*(?:h|hrs?|hours?)", text.strip())
    value = read_amount(re.sub(r"\s*min(?:ute)?s?\.?$", "", text.strip()), facts.columns if facts else ())
    if hours is None or isinstance(value, str):
        return value
    return 60 * value if isinstance(value, float) else (60 * value[0], 60 * value[1])


def _one_number(figure: str, text: str, expected: str, *, unit: bool = False) -> float:
    """A single number, with its unit where it may have one; what was typed in all stands in the refusal."""
    try:
        value = read_amount(figure)
    except BadAnswer:
        value = ""
    if not isinstance(value, float) or (not unit and re.search(UNIT, figure)):
        raise BadAnswer(text, expected)
    return value
