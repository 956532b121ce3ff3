"""Cells and costs as numbers for each item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from payoff.cells.expression import Expression, columns_for, read_expression
from payoff.cells.reading import Cells, Range
from payoff.decide import Floats, Ints, Limit
from payoff.errors import BadCell, BadCost, ObjectiveError
from payoff.frames import check_rows, columns_of, frame_of, uneven

KNOWN_LATER = "; if it is known only after the decision, name it in known_after: the project uses its expected value"

# To see which way a column moves a payoff, so many items are enough.
LOOKED_AT = 1000


def payoff_table(
    cells: Cells, items: Any = None, given: Mapping[tuple[str, str], Any] | None = None, *, missing: str = "error"
) -> Floats:
    """Payoffs of each item, (n, D, K), or (1, D, K) where no cell reads a column.

    `given` replaces cells by a number or by (n,) numbers: the expected value of what is known only afterwards.
    A cell that is null for an item raises BadCell, or is NaN with missing="nan".

    >>> from payoff.cells import read_cells
    >>> cells = read_cells({"send": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}})
    >>> payoff_table(cells, {"amount": [7, 8]})[:, 0].tolist()
    [[7.0, -1.0], [8.0, -1.0]]
    """
    filled: dict[tuple[str, str], Any] = {**cells, **(given or {})}
    expressions = [cell for cell in filled.values() if isinstance(cell, Expression)]
    frame = columns_for(expressions, items, otherwise=KNOWN_LATER)
    values = [_values(cell, frame, missing) for cell in filled.values()]
    rows = len(frame) if expressions else max(np.size(value) for value in values)
    _check_given(given or {}, rows)
    table = np.empty((rows, len(values)))
    for position, value in enumerate(values):
        table[:, position] = value
    decisions, outcomes = ({key[side] for key in cells} for side in (0, 1))
    return table.reshape(rows, len(decisions), len(outcomes))


def of_some(payoffs: Floats) -> Floats:
    """A payoff table as it is, (n, D, K); ObjectiveError where it is of no items, since their mean is nothing.

    >>> of_some(np.ones((1, 2, 2))).shape
    (1, 2, 2)
    """
    if not len(payoffs):
        raise ObjectiveError(
            f"the table has {len(payoffs)} items, and payoffs that read its columns have no mean",
            "at least one item",
            "Hand over items like those to be decided on.",
        )
    return payoffs


def realised(cells: Cells, row: Ints, column: Ints, items: Any = None, *, missing: str = "error") -> Floats:
    """What each item was worth, (n,), given the positions of what was decided and of what was true, (n,) each.

    Only the payoffs that came about matter: one that is null raises BadCell, or is NaN with missing="nan".

    >>> from payoff.cells import read_cells
    >>> cells = read_cells({"send": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}})
    >>> realised(cells, np.array([0, 1]), np.array([0, 0]), {"amount": [7, None]}).tolist()
    [7.0, 0.0]
    """
    payoffs = payoff_table(cells, items, missing="nan")
    check_rows(len(payoffs), items, len(row), "decisions")
    check_rows(len(payoffs), items, len(column), "outcomes")
    if len(row) != len(column):
        raise uneven(len(row), "decisions", len(column), "outcomes")
    worth: Floats = payoffs[0 if len(payoffs) == 1 else np.arange(len(row)), row, column]
    if missing == "error" and np.isnan(worth).any():
        first = int(np.argmax(np.isnan(worth)))
        cell = list(cells.values())[row[first] * payoffs.shape[2] + column[first]]
        assert isinstance(cell, Expression)
        raise cell.refused(f"it gives no number for {int(np.isnan(worth).sum())} of {len(row)} items")
    return worth


def effects_of(cells: Cells, items: Any) -> dict[str, Floats]:
    """By how much each cell grows where a column doubles, (n, cells) for every column of numbers that cells read.

    Cells over columns that the items lack count as 0, those without a value are NaN; of many items some are looked at.

    >>> from payoff.cells import read_cells
    >>> cells = read_cells({"pay": {"fair": 0, "fraud": "-amount"}, "stop": {"fair": -5, "fraud": 0}})
    >>> effects_of(cells, {"amount": [7.0]})["amount"].tolist()
    [[0.0, -7.0, 0.0, 0.0]]
    """
    frame = pl.DataFrame() if items is None else frame_of(items, columns_of(items))
    frame = frame.gather_every(1 + len(frame) // LOOKED_AT)
    read = [cell if isinstance(cell, Expression) else None for cell in cells.values()]
    known = [cell if cell is not None and cell.columns <= set(frame.columns) else None for cell in read]
    kept = {column for cell in known if cell is not None for column in cell.columns}
    frame = columns_for([cell for cell in known if cell is not None], frame)
    plain = _grid(known, frame)
    numbers = [column for column in sorted(kept) if frame.schema[column].is_numeric()]
    return {column: _grid(known, frame.with_columns(pl.col(column) * 2)) - plain for column in numbers}


def costs_of(limits: Iterable[Limit], items: Any) -> dict[str, Floats]:
    """What each item costs by each expression that a budget counts, (n,) a piece, 0 or more.

    Raises BadCost where an item has no cost or one below 0, MissingColumn.

    >>> costs_of([Limit("review", budget=60, cost="2 * pages")], {"pages": [1, 4]})["2 * pages"].tolist()
    [2.0, 8.0]
    """
    return {limit.cost: _cost(limit, items) for limit in limits if isinstance(limit.cost, str)}


def read_cost(limit: Limit) -> Expression:
    """The cost of a limit, written as text, as an expression over the columns of items; raises BadCost.

    >>> read_cost(Limit("review", budget=60, cost="2 * pages")).columns
    {'pages'}
    """
    refused = partial(BadCost, repr(limit), limit.cost)
    cost = read_expression(str(limit.cost), f"the cost {limit.cost!r} of {limit!r}", refused)
    if not isinstance(cost, Expression):
        raise refused("it reads no column; write the number itself")
    return cost


def _cost(limit: Limit, items: Any) -> Floats:
    cost = read_cost(limit)
    found = cost.values(columns_for([cost], items))
    if found.null_count():
        raise cost.refused(f"it gives no number for {found.null_count()} of {len(found)} items")
    each: Floats = found.to_numpy()
    if each.min(initial=0.0) < 0:
        raise cost.refused(f"it is {each.min():g} for an item")
    return each


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
    if isinstance(cell, Range):
        return cell.middle
    if not isinstance(cell, Expression):
        return cell
    found = cell.values(items)
    if missing == "error" and found.null_count():
        raise cell.refused(f"it gives no number for {found.null_count()} of {len(found)} items")
    return found.to_numpy()


def _grid(cells: list[Expression | None], items: pl.DataFrame) -> Floats:
    """The numbers of each item, (n, cells); 0 for cells that read no column."""
    zero = pl.lit(0.0)
    each = items.select(
        (zero if cell is None else cell.expression.cast(pl.Float64, strict=False)).alias(str(position))
        for position, cell in enumerate(cells)
    )
    found = each.to_numpy()
    return np.where(np.isfinite(found), found, np.nan)
