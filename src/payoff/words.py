"""How figures are said, the same in page, notebook and terminal: '+0.43 EUR an item (0.31 to 0.55)'."""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import Protocol

UNKNOWN = "not known yet"
ABSENT = "-"


class Measured(Protocol):
    """Anything with a mean and the ends of its interval, per item, in the unit: a `Figure`, an estimate of `judge`."""

    @property
    def mean(self) -> float:
        """The best guess."""

    @property
    def low(self) -> float | None:
        """The lower end of the 95% interval."""

    @property
    def high(self) -> float | None:
        """The upper end of the 95% interval."""


def per_item(figure: Measured | None, unit: str, *, signed: bool = True) -> str:
    """A mean with its interval and unit, per item; '-' for None.

    >>> from payoff.report.record import Figure
    >>> per_item(Figure(0.43, 0.31, 0.55), "EUR")
    '+0.43 EUR an item (0.31 to 0.55)'
    >>> per_item(Figure(0.43, float("-inf"), float("inf")), "EUR")
    '+0.43 EUR an item (interval not known yet)'
    """
    if figure is None:
        return ABSENT
    return f"{mean(figure, signed=signed)} {unit} an item ({interval(figure, named=True)})"


def mean(figure: Measured | None, *, signed: bool = True) -> str:
    """The mean alone, with as many decimals as its interval is shown with; '-' for None.

    >>> from payoff.report.record import Figure
    >>> mean(Figure(0.4, 0.31, 0.55))
    '+0.40'
    """
    return ABSENT if figure is None else number(figure.mean, signed=signed, decimals=decimals(figure))


def interval(figure: Measured | None, *, named: bool = False) -> str:
    """Both ends of the 95% interval; 'not known yet' where an end is missing or infinite, '-' for None.

    >>> from payoff.report.record import Figure
    >>> interval(Figure(0.43, 0.31, 0.55)), interval(Figure(0.43))
    ('0.31 to 0.55', 'not known yet')
    """
    if figure is None:
        return ABSENT
    ends = bounded(figure)
    if ends is None:
        return f"interval {UNKNOWN}" if named else UNKNOWN
    return " to ".join(number(end, decimals=decimals(figure)) for end in ends)


def total(figure: Measured | None, items: float | None, unit: str, per: str = "", *, signed: bool = True) -> str:
    """A figure per item as a sum over `items`, to three significant digits, with its interval; '-' without either.

    >>> from payoff.report.record import Figure
    >>> total(Figure(0.43, 0.31, 0.55), 6_000, "EUR", "a month")         # 6,000 * 0.43
    '+2,580 EUR a month (1,860 to 3,300)'
    """
    if figure is None or items is None:
        return ABSENT
    ends = bounded(figure)
    largest = max(abs(items * value) for value in (figure.mean, *(ends or ())))
    between = UNKNOWN if ends is None else " to ".join(_rounded(items * end, largest) for end in ends)
    named = f"interval {between}" if ends is None else between
    said = f"{_rounded(items * figure.mean, largest, signed=signed)} {unit} {per}".rstrip()
    return f"{said} ({named})"


def money(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A sum with its unit after it; '-' for None, 'not known yet' for what is not finite.

    >>> money(20.0, "EUR"), money(0.6, "EUR"), money(2_580, "EUR", signed=True), money(None, "EUR")
    ('20 EUR', '0.60 EUR', '+2,580 EUR', '-')
    """
    if value is None:
        return ABSENT
    if not isfinite(value):
        return UNKNOWN
    decimals = 0 if value == round(value) else _places(value)
    return f"{number(value, signed=signed, decimals=decimals)} {unit}"


def number(value: float, *, signed: bool = False, decimals: int | None = None) -> str:
    """A number with thousands separators and no more decimals than one reads; its sign where it is a gain.

    >>> number(0.426), number(86_240.4), number(0.0043), number(0.426, signed=True), number(-0.001, decimals=2)
    ('0.43', '86,240', '0.0043', '+0.43', '0.00')
    """
    if not isfinite(value):
        return UNKNOWN
    places = _places(value) if decimals is None else decimals
    rounded = round(float(value), places) + 0.0  # -0.0 + 0.0 is 0.0: no '-0.00' on a page
    return f"{rounded:{'+' if signed and rounded else ''},.{places}f}"


def share(value: float | None) -> str:
    """A share between 0 and 1 as per cent; '-' for None.

    >>> share(5 / 6), share(0.004), share(None)
    ('83%', '0.4%', '-')
    """
    if value is None:
        return ABSENT
    return f"{value:.1%}" if 0 < value < 0.01 else f"{value:.0%}"


def count(many: float, noun: str) -> str:
    """So many of something.

    >>> count(1, "vote"), count(2_800, "item")
    ('1 vote', '2,800 items')
    """
    return f"{many:,.0f} {noun}{'' if many == 1 else 's'}"


def bounded(figure: Measured) -> tuple[float, float] | None:
    """Both ends of the interval, or None while they are not known (None, NaN or infinite).

    >>> from payoff.report.record import Figure
    >>> bounded(Figure(0.43, 0.31, 0.55)), bounded(Figure(0.43, float("-inf"), float("inf")))
    ((0.31, 0.55), None)
    """
    if figure.low is None or figure.high is None:
        return None
    low, high = float(figure.low), float(figure.high)
    return (low, high) if isfinite(low) and isfinite(high) else None


def decimals(figure: Measured) -> int:
    """How many decimals a figure and what stands beside it are shown with: those of its largest number.

    >>> from payoff.report.record import Figure
    >>> decimals(Figure(0.43, 0.31, 0.55)), decimals(Figure(0.0043, 0.0031, 0.0055)), decimals(Figure(286))
    (2, 4, 0)
    """
    return _places(max(abs(value) for value in (figure.mean, *(bounded(figure) or ()))))


def _places(value: float) -> int:
    """Decimals of a figure: none from 100 on, hundredths below, two significant digits below a twentieth."""
    size = abs(value)
    if size >= 100 or not isfinite(size):
        return 0
    if size >= 0.05 or size == 0:
        return 2
    return min(1 - floor(log10(size)), 6)


def _rounded(value: float, largest: float, *, signed: bool = False) -> str:
    """A sum made of an estimate: three significant digits of the largest figure beside it, never less than a cent."""
    places = 2 if largest < 1 else min(2 - floor(log10(largest)), 2)
    return number(round(value, places), signed=signed, decimals=max(places, 0))
