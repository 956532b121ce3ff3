"""Payoff cells: a number or an expression over the item's columns for each decision and outcome."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import polars as pl

from payoff.decide import Floats
from payoff.errors import BadCell, MissingCell, MissingColumn, ObjectiveError, OpenCell, listed
from payoff.frames import RESERVED, columns_of, frame_of
from payoff.names import name_of

# How an open cell stands in payoff.toml until somebody fills it.
OPEN = "?"
KNOWN_LATER = "; if it is known only after the decision, name it in known_after: the project uses its expected value"
Cells = dict[tuple[str, str], "float | Expression"]


class Expression:
    """One cell written as a SQL expression over the item's own columns, as `polars.sql_expr` reads it.

    >>> Expression("remove", "ham", "-2 * amount").columns
    {'amount'}
    """

    def __init__(self, decision: str, outcome: str, text: str) -> None:
        self.decision, self.outcome, self.text = decision, outcome, text
        try:
            self.expression = pl.sql_expr(text)
        except pl.exceptions.PolarsError as error:
            raise BadCell(decision, outcome, text, _first_line(error)) from None
        if self.expression.meta.undo_aliases().meta.ne(self.expression):
            raise BadCell(decision, outcome, text, "it names its result")
        self.columns = set(self.expression.meta.root_names())

    def values(self, items: pl.DataFrame) -> pl.Series:
        """Payoff of each item, (n,) floats, null where a column it needs is null; BadCell if it fails or is infinite.

        >>> Expression("remove", "ham", "-2 * amount").values(pl.DataFrame({"amount": [3, None]})).to_list()
        [-6.0, None]
        """
        found = self._floats(items)
        # A payoff over other items (a sum, a rank) would change with the batch: seen on the first and the last alone.
        alone = [self._floats(items.head(1)), self._floats(items.tail(1))]
        ends = [found.head(1), found.tail(1)]
        if not all(one.equals(end, null_equal=True) for one, end in zip(alone, ends, strict=True)):
            raise self.refused("it depends on other items, not only on the item's own columns")
        infinite = int(found.is_infinite().sum())
        if infinite:
            raise self.refused(f"it is infinite for {infinite} of {len(items)} items")
        return found

    def refused(self, why: str) -> BadCell:
        """The error that quotes this cell and says why it cannot be used.

        >>> raise Expression("remove", "ham", "-amount").refused("it is infinite for 1 of 3 items")
        Traceback (most recent call last):
        payoff.errors.BadCell: the payoff remove.ham = '-amount' cannot be used: it is infinite for 1 of 3 items
          expected: a finite number, or a SQL expression over the item's own columns
          next: Write a number or an expression such as -amount; names with other characters in double quotes.
        """
        return BadCell(self.decision, self.outcome, self.text, why)

    def __str__(self) -> str:
        return f"{self.decision}.{self.outcome} = {self.text!r}"

    def _floats(self, items: pl.DataFrame) -> pl.Series:
        try:
            found = items.with_columns(self.expression.cast(pl.Float64).alias("payoff"))["payoff"]
        except pl.exceptions.PolarsError as error:
            raise self.refused(_first_line(error)) from None
        return found.fill_nan(None)


def read_cells(payoffs: Mapping[Any, Mapping[Any, Any]]) -> Cells:
    """Cells by (decision, outcome), in the order of decisions given and of outcomes sorted by name.

    Raises OpenCell, MissingCell, BadCell, or ObjectiveError for fewer than two decisions or outcomes.

    >>> read_cells({"remove": {"spam": 0.3, "ham": "-2"}, "keep": {"spam": -0.5, "ham": 0}})[("remove", "ham")]
    -2.0
    """
    named = {name_of(decision): _row(decision, row) for decision, row in payoffs.items()}
    if len(named) < 2:
        raise ObjectiveError(
            f"the objective has {len(named)} decision(s): {listed(named) or 'none'}",
            "at least two decisions, with a payoff each for every outcome",
            "Add what is done otherwise, if only 'keep' or 'nothing', to [objective.payoff].",
        )
    outcomes = sorted({outcome for row in named.values() for outcome in row})
    _check_outcomes(outcomes)
    # What most decisions have, or the first one, is held to be spelt as meant.
    held = Counter(outcome for row in named.values() for outcome in row)
    for outcome, _ in held.most_common():
        for decision, row in named.items():
            if outcome not in row:
                raise MissingCell(decision, outcome, given=row)
    return {(d, o): read_cell(d, o, named[d][o]) for d in named for o in outcomes}


def read_cell(decision: str, outcome: str, cell: object) -> float | Expression:
    """One cell: a finite number, or the expression that its text holds.

    >>> read_cell("keep", "ham", " 1e-3 ")
    0.001
    """
    if cell is None or (isinstance(cell, str) and cell.strip() in ("", OPEN)):
        raise OpenCell(decision, outcome)
    if isinstance(cell, str):
        number = _number(cell)
        if number is None:
            expression = Expression(decision, outcome, cell.strip())
            return expression if expression.columns else _constant(expression)
    elif isinstance(cell, bool | np.bool_) or not isinstance(cell, Real | Decimal):
        raise BadCell(decision, outcome, cell, f"it is a {type(cell).__name__}")
    else:
        number = float(cell)
    if not math.isfinite(number):
        raise BadCell(decision, outcome, cell, "it is not finite")
    return number


def payoff_table(
    cells: Cells, items: Any = None, given: Mapping[tuple[str, str], Any] | None = None, *, missing: str = "error"
) -> Floats:
    """Payoffs of each item, (n, D, K), or (1, D, K) where no cell reads a column.

    `given` replaces cells by a number or by (n,) numbers: the expected value of what is known only afterwards.
    A cell that is null for an item raises BadCell, or is NaN with missing="nan".

    >>> cells = read_cells({"send": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}})
    >>> payoff_table(cells, {"amount": [7, 8]})[:, 0].tolist()
    [[7.0, -1.0], [8.0, -1.0]]
    """
    filled: dict[tuple[str, str], Any] = {**cells, **(given or {})}
    expressions = [cell for cell in filled.values() if isinstance(cell, Expression)]
    frame = _columns_for(expressions, items)
    values = [_values(cell, frame, missing) for cell in filled.values()]
    rows = len(frame) if expressions else max(np.size(value) for value in values)
    _check_given(given or {}, rows)
    table = np.empty((rows, len(values)))
    for position, value in enumerate(values):
        table[:, position] = value
    decisions, outcomes = ({key[side] for key in cells} for side in (0, 1))
    return table.reshape(rows, len(decisions), len(outcomes))


def _columns_for(expressions: list[Expression], items: Any) -> pl.DataFrame:
    """The columns that the expressions read, numbers as floats so that SQL divides as on paper."""
    known = [] if items is None else columns_of(items)
    for expression in expressions:
        for column in sorted(expression.columns - set(known)):
            raise MissingColumn(column, known=known, reader=f"the payoff {expression}", otherwise=KNOWN_LATER)
    frame = pl.DataFrame() if items is None else frame_of(items, {c for e in expressions for c in e.columns})
    return frame.with_columns(pl.selectors.numeric().cast(pl.Float64))


def _check_given(given: Mapping[tuple[str, str], Any], rows: int) -> None:
    for (decision, outcome), value in given.items():
        if np.ndim(value) > 1 or (np.ndim(value) == 1 and len(value) != rows) or not np.isfinite(value).all():
            raise BadCell(
                decision,
                outcome,
                value,
                f"as an expected value it is not one finite number, or one for each of {rows} items",
                "Give the mean of what was observed, or leave the cell out until something was.",
            )


def _values(cell: Any, items: pl.DataFrame, missing: str) -> Any:
    if not isinstance(cell, Expression):
        return cell
    found = cell.values(items)
    if missing == "error" and found.null_count():
        raise cell.refused(f"it gives no number for {found.null_count()} of {len(found)} items")
    return found.to_numpy()


def _row(decision: object, row: object) -> dict[str, object]:
    if not isinstance(row, Mapping):
        raise ObjectiveError(
            f"the decision {name_of(decision)!r} has {row!r} in place of its payoffs",
            "a payoff for every outcome, each by name",
            f"Write for example {{{name_of(decision)!r}: {{'spam': 0.3, 'ham': -2.0}}}}.",
        )
    return {name_of(outcome): cell for outcome, cell in row.items()}


def _check_outcomes(outcomes: list[str]) -> None:
    for outcome in outcomes:
        if outcome in RESERVED:
            raise ObjectiveError(
                f"an outcome is called {outcome!r}",
                f"a name that no column of the result has: not {listed(RESERVED)}",
                f"Rename it, for example to 'is_{outcome}', here and in the votes.",
            )
    if len(outcomes) < 2:
        raise ObjectiveError(
            f"the objective has {len(outcomes)} outcome(s): {listed(outcomes) or 'none'}",
            "at least two outcomes: with one there is nothing to find out",
            "Give every decision a payoff for each thing that can be true of an item.",
        )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _constant(expression: Expression) -> float:
    """The number that an expression without columns stands for."""
    found = expression.values(pl.DataFrame({"row": [1.0, 2.0]}))
    if found[0] is None:
        raise expression.refused("it gives no number")
    return float(found[0])


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0].rstrip()
