"""A number for each item, written as an expression over its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from payoff.errors import MissingColumn, ObjectiveError
from payoff.frames import columns_of, frame_of


class Expression:
    """A number for each item, written as a SQL expression over its own columns, as `polars.sql_expr` reads it.

    `name` is how errors call it; `refused` makes the error that says why it cannot be used.

    >>> Expression("-2 * amount", "the payoff remove.ham", ObjectiveError).columns
    {'amount'}
    """

    def __init__(self, text: str, name: str, refused: Callable[[str], ObjectiveError]) -> None:
        self.text, self.name, self.refused = text, name, refused
        try:
            self.expression = sql_of(text)
        except pl.exceptions.PolarsError as error:
            raise refused(_first_line(error)) from None
        if self.expression.meta.undo_aliases().meta.ne(self.expression):
            raise refused("it names its result")
        self.columns = set(self.expression.meta.root_names())

    def values(self, items: pl.DataFrame) -> pl.Series:
        """The number of each item, (n,) floats, null where a column it needs is null.

        Raises what `refused` makes if it fails, is infinite or depends on other items.

        >>> cell = Expression("-2 * amount", "the payoff remove.ham", ObjectiveError)
        >>> cell.values(pl.DataFrame({"amount": [3, None]})).to_list()
        [-6.0, None]
        """
        found = self._floats(items)
        # A payoff over other items (a sum, a rank) would change with the batch: seen on the first item, the last, the
        # least and the greatest, each alone.
        ends = {} if found.is_empty() else {0, len(found) - 1, found.arg_min() or 0, found.arg_max() or 0}
        if not all(self._floats(items[row : row + 1]).equals(found[row : row + 1], null_equal=True) for row in ends):
            raise self.refused("it depends on other items, not only on the item's own columns")
        infinite = int(found.is_infinite().sum())
        if infinite:
            raise self.refused(f"it is infinite for {infinite} of {len(items)} items")
        return found

    def _floats(self, items: pl.DataFrame) -> pl.Series:
        try:
            found = items.with_columns(self.expression.cast(pl.Float64).alias("payoff"))["payoff"]
        except pl.exceptions.PolarsError as error:
            raise self.refused(_first_line(error)) from None
        return found.fill_nan(None)


def sql_of(text: str) -> pl.Expr:
    """A SQL expression; `max` and `min` of several numbers are read as people write them, GREATEST and LEAST.

    Raises polars' own error where it cannot be read.

    >>> pl.DataFrame({"amount": [1, 9]}).select(sql_of("max(amount, 2)")).to_series().to_list()
    [2, 9]
    """
    try:
        return pl.sql_expr(text)
    except pl.exceptions.PolarsError:
        # max(amount) is an aggregate, which polars reads and `Expression.values` refuses: only several come here.
        several = re.sub(r"\bmax\s*\(", "greatest(", text, flags=re.IGNORECASE)
        return pl.sql_expr(re.sub(r"\bmin\s*\(", "least(", several, flags=re.IGNORECASE))


def read_expression(text: str, name: str, refused: Callable[[str], ObjectiveError]) -> float | Expression:
    """The expression that a text holds, or its number where it reads no column; arguments as of `Expression`.

    >>> read_expression("2 * 3", "the cost", ObjectiveError)
    6.0
    """
    expression = Expression(text, name, refused)
    return expression if expression.columns else _constant(expression)


def columns_for(expressions: Iterable[Expression], items: Any, *, otherwise: str = "") -> pl.DataFrame:
    """The columns that the expressions read, numbers as floats so that SQL divides as on paper.

    Raises MissingColumn, which offers `otherwise` as another way out.

    >>> columns_for([Expression("a / 2", "the cost", ObjectiveError)], {"a": [1], "b": [2]}).to_dict(as_series=False)
    {'a': [1.0]}
    """
    expressions = list(expressions)
    known = [] if items is None else columns_of(items)
    for expression in expressions:
        for column in sorted(expression.columns - set(known)):
            raise MissingColumn(column, known=known, reader=expression.name, otherwise=otherwise)
    frame = pl.DataFrame() if items is None else frame_of(items, {c for e in expressions for c in e.columns})
    return frame.with_columns(pl.selectors.numeric().cast(pl.Float64))


def _constant(expression: Expression) -> float:
    """The number that an expression without columns stands for."""
    found = expression.values(pl.DataFrame({"row": [1.0, 2.0]}))
    if found[0] is None:
        raise expression.refused("it gives no number")
    return float(found[0])


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0].rstrip()
