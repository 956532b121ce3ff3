"""Amounts as people type them: numbers, ranges, expressions over columns; and the little arithmetic they need."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import polars as pl

from payoff.cells import sql_of
from payoff.errors import BadAnswer, listed, meant

Amount = float | tuple[float, float] | str
"""A number, a range (low, high) or an expression over the item's columns."""

OPEN = "?"
NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?"
BETWEEN = r"\s*(?:\bto\b|\.\.|(?<=[\dkK%])-(?=\s*\d)|(?<=[\d ])-(?= \d)|–)\s*"
ABOUT = r"^(?:about|around|roughly|approximately|circa|ca\.?|some|~|≈)\s*"
MONEY = r"€|\$|£|\b(?:[A-Z]{3}|euros?|dollars?|pounds?|francs?)\b"
UNIT = rf"\s*(?:{MONEY}|points?|minutes?|mins?|hours?|hrs?|h)$"
SIZES = {"k": 1e3, "K": 1e3, "thousand": 1e3, "million": 1e6, "mio": 1e6}
FORMS = "a number (0.5), a range (0.2 to 0.5), or an expression over columns ({0} * 0.2)"


def read_amount(text: str, columns: Iterable[str] = ()) -> Amount:
    """A typed amount: a number, a share, a fraction, a range or an expression over columns; else BadAnswer.

    >>> read_amount("1,000 EUR"), read_amount("20%"), read_amount("1/4"), read_amount("[0.2, 0.5]")
    (1000.0, 0.2, 0.25, (0.2, 0.5))
    >>> read_amount("about 10k"), read_amount("3 - 7"), read_amount("60 - 5"), read_amount("12 * 50")
    (10000.0, (3.0, 7.0), 55.0, 600.0)
    >>> read_amount("20% of 12 * charges", ["charges"])
    '0.2 * 12 * charges'
    """
    plain = re.sub(ABOUT, "", text.strip())
    for candidate in (plain, re.sub(UNIT, "", re.sub(rf"^(?:{MONEY})\s*(?=\d)", "", plain))):
        if (number := _number(candidate)) is not None:
            return number
        if (between := _range(candidate)) is not None:
            return between
    return _expression(text, plain, list(columns))


def read_cost(text: str, columns: Iterable[str] = ()) -> Amount:
    """What a typed cost is worth: below 0, with a sign or without; `+2` says that it earns 2.

    >>> read_cost("2"), read_cost("-2"), read_cost("+0.3"), read_cost("0.2 to 0.5"), read_cost("fee", ["fee"])
    (-2.0, -2.0, 0.3, (-0.5, -0.2), '-fee')
    """
    plain = text.strip()
    if plain.startswith("+"):
        return read_amount(plain[1:], columns)
    cost = read_amount(plain, columns)
    if isinstance(cost, str):
        return cost if plain.startswith("-") else negated(cost)
    below = cost <= 0 if isinstance(cost, float) else cost[1] <= 0
    return cost if below else negated(cost)


def as_cost(worth: Amount) -> str:
    """A worth as the answer that `read_cost` reads it from.

    >>> as_cost(-2.0), as_cost(0.3), as_cost((-0.5, -0.2)), as_cost("-fee"), as_cost("fee"), as_cost(0.0)
    ('2', '+0.3', '0.2 to 0.5', 'fee', '+fee', '0')
    """
    if isinstance(worth, str):
        return worth[1:] if worth.startswith("-") and _is_product(worth) else f"+{worth}"
    earns = worth > 0 if isinstance(worth, float) else worth[0] >= 0
    return f"+{written(worth)}" if earns else written(negated(worth))


def negated(amount: Amount) -> Amount:
    """The same with the other sign.

    >>> negated(2.0), negated((0.2, 0.5)), negated("amount * 0.2"), negated("a + b"), negated(0.0)
    (-2.0, (-0.5, -0.2), '-amount * 0.2', '-(a + b)', 0.0)
    """
    if isinstance(amount, str):
        return _turned(amount)
    if isinstance(amount, tuple):
        return (0.0 - amount[1], 0.0 - amount[0])
    return 0.0 - amount


def times(amount: Amount, factor: float) -> Amount:
    """So many times an amount.

    >>> times(-2.0, 3), times((-0.5, -0.25), 4), times((3.0, 7.0), -2), times("-amount", 2)
    (-6.0, (-2.0, -1.0), (-14.0, -6.0), '2 * -amount')
    """
    if isinstance(amount, str):
        return f"{factor:g} * {amount}" if _is_product(amount) else f"{factor:g} * ({amount})"
    if isinstance(amount, tuple):
        low, high = sorted(end * factor for end in amount)
        return (low, high)
    return amount * factor + 0.0


def inverse(amount: Amount) -> Amount:
    """One over an amount: 'so many of these are as bad as one of those', turned round.

    >>> inverse(4.0), inverse((2.0, 4.0)), inverse("amount")
    (0.25, (0.25, 0.5), '1 / (amount)')
    """
    if isinstance(amount, str):
        return f"1 / ({amount})"
    if isinstance(amount, tuple):
        return (1 / amount[1], 1 / amount[0])
    return 1 / amount


def product(one: Amount, other: Amount) -> Amount:
    """One amount times another: minutes and the price of a minute; of two ranges the least and the most.

    >>> product(4.0, 0.5), product((3.0, 5.0), (0.5, 1.0)), product("minutes", 0.5)
    (2.0, (1.5, 5.0), '0.5 * minutes')
    """
    if isinstance(one, float | int):
        return times(other, one)
    if isinstance(other, float | int):
        return times(one, other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        ends = [a * b for a in one for b in other]
        return (min(ends), max(ends))
    return f"({written(middle(one))}) * ({written(middle(other))})"


def plus(one: Amount, other: Amount) -> Amount:
    """The sum of two amounts; a range beside an expression counts with its middle.

    >>> plus(-1.0, (-3.0, -2.0)), plus("-amount", -1.0), plus("-amount", 0.0), plus(1.0, "-amount")
    ((-4.0, -3.0), '-amount - 1', '-amount', '-amount + 1')
    """
    if isinstance(one, str) or isinstance(other, str):
        return _summed(middle(one), middle(other))
    if isinstance(one, tuple) or isinstance(other, tuple):
        low, high = one if isinstance(one, tuple) else (one, one)
        least, most = other if isinstance(other, tuple) else (other, other)
        return (low + least, high + most)
    return one + other


def middle(amount: Amount) -> float | str:
    """What a figure counts with: the middle of a range, else the amount itself.

    >>> middle((0.2, 0.4)), middle("amount")
    (0.30000000000000004, 'amount')
    """
    return (amount[0] + amount[1]) / 2 if isinstance(amount, tuple) else amount


def written(amount: Amount | None) -> str:
    """As a person would type it; `?` where it is open.

    >>> written(2.0), written((-0.5, -0.2)), written("-amount"), written(None), written(3000.0)
    ('2', '-0.5 to -0.2', '-amount', '?', '3,000')
    """
    if amount is None:
        return OPEN
    if isinstance(amount, str):
        return amount
    if isinstance(amount, tuple):
        return f"{written(amount[0])} to {written(amount[1])}"
    return f"{amount:,.12g}"


def amount_of(cell: object) -> Amount | None:
    """A cell of payoff.toml as an amount; None where it is open.

    >>> amount_of("?"), amount_of([-3000, -500]), amount_of("-amount"), amount_of(-2)
    (None, (-3000.0, -500.0), '-amount', -2.0)
    """
    if isinstance(cell, list | tuple) and len(cell) == 2:
        return (float(cell[0]), float(cell[1]))
    if isinstance(cell, str):
        return None if cell.strip() in ("", OPEN) else cell.strip()
    return float(cell) if isinstance(cell, int | float) else None


def cell_of(amount: Amount | None) -> float | str | list[float]:
    """An amount as it stands in payoff.toml: rounded to what was meant, whole numbers with one decimal.

    >>> cell_of(None), cell_of((-0.5, -0.2)), cell_of(0.1 + 0.2)
    ('?', [-0.5, -0.2], 0.3)
    """
    if amount is None:
        return OPEN
    if isinstance(amount, tuple):
        return [_round(end) for end in amount]
    return amount if isinstance(amount, str) else _round(amount)


def _round(value: float) -> float:
    return float(f"{value:.12g}") + 0.0


def _number(text: str) -> float | None:
    text = text.strip()
    share = re.fullmatch(rf"({NUMBER})\s*(?:%|per ?cent)", text)
    if share and share[1].strip("+-"):
        return float(share[1].replace(",", "")) / 100
    parts = re.fullmatch(rf"({NUMBER})\s*/\s*({NUMBER})", text)
    if parts and parts[1].strip("+-") and parts[2].strip("+-") and float(parts[2].replace(",", "")):
        return float(parts[1].replace(",", "")) / float(parts[2].replace(",", ""))
    sized = re.fullmatch(rf"({NUMBER})\s*({'|'.join(SIZES)})", text)
    if sized and sized[1].strip("+-"):
        return float(sized[1].replace(",", "")) * SIZES[sized[2]]
    if re.fullmatch(NUMBER, text) and re.search(r"\d", text):
        return float(text.replace(",", ""))
    return None


def _range(text: str) -> float | tuple[float, float] | None:
    if text[:1] + text[-1:] == "[]":
        ends = re.split(r",\s+|(?<=\d),(?=\d)", text[1:-1])
    else:
        ends = re.split(
            BETWEEN, re.sub(r"^(?:between|from)\s+", "", text).replace(" and ", " to ").replace(" or ", " to ")
        )
    values = [value for end in ends if (value := _number(end)) is not None]
    if len(ends) != 2 or len(values) != 2:
        return None
    if values[0] > values[1] and re.search(r"\d\s+-\s+\d", text):
        return None  # 60 - 5 takes away, 3 - 7 is a range
    low, high = min(values), max(values)
    return low if low == high else (low, high)


def _expression(text: str, plain: str, columns: list[str]) -> Amount:
    plain = re.sub(rf"({NUMBER})\s*% of\s+", lambda found: f"{float(found[1]) / 100:g} * ", plain)
    plain = _quoted(plain, columns)
    expected = FORMS.format(_quoted(columns[0], columns) if columns else "amount")
    try:
        parsed = sql_of(plain)
        names = parsed.meta.root_names()
        aliased = parsed.meta.undo_aliases().meta.ne(parsed)
    except pl.exceptions.PolarsError:
        raise BadAnswer(text, expected) from None
    if not names and re.fullmatch(r"[\d\s.*/+()-]+", plain):
        value = float(pl.select(parsed.cast(pl.Float64)).item())
        if math.isfinite(value):
            return value
    strange = [name for name in names if name not in columns]
    if aliased or not names or (strange and " " in text and not re.search(r"[*/+()-]", text)):
        raise BadAnswer(text, expected)
    if strange:
        there = f"the columns with numbers are {listed(columns) or 'none'}"
        close = meant(strange[0], columns)
        raise BadAnswer(text, f"{expected}; {there}" + (f".{close}" if close else ""))
    return plain


def _quoted(text: str, columns: list[str]) -> str:
    """Names of columns that hold other characters in the quotes that SQL wants, typed or not."""
    for name in columns:
        if re.fullmatch(r"[A-Za-z_]\w*", name) is None and f'"{name}"' not in text:
            text = re.sub(rf"(?<![\w\"]){re.escape(name)}(?![\w\"])", lambda _, name=name: f'"{name}"', text)  # type: ignore[misc]
    return text


def _is_product(text: str) -> bool:
    return re.fullmatch(r"-?(?:\"[^\"]+\"|[\w.]+)(?:\s*[*/]\s*(?:\"[^\"]+\"|[\w.]+))*", text) is not None


def _turned(text: str) -> str:
    if _is_product(text):
        return text[1:] if text.startswith("-") else f"-{text}"
    return f"-({text})"


def _summed(one: float | str, other: float | str) -> str:
    if isinstance(one, str) and isinstance(other, str):
        return f"{one} - {other[1:]}" if _is_product(other) and other.startswith("-") else f"{one} + ({other})"
    text, value = (one, other) if isinstance(one, str) else (other, one)
    if not value:
        return str(text)
    sign = "-" if float(value) < 0 else "+"
    return f"{text} {sign} {abs(float(value)):.12g}"
