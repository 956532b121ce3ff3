"""Payoff cells as they are written: a number, a range or an expression for each decision and outcome."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from numbers import Real
from typing import Any

import numpy as np

from payoff.cells.expression import Expression, read_expression
from payoff.errors import BadCell, MissingCell, ObjectiveError, OpenCell, listed
from payoff.frames import RESERVED
from payoff.names import name_of

# How an open cell stands in payoff.toml until somebody fills it.
OPEN = "?"
Cells = dict[tuple[str, str], "float | Range | Expression"]


@dataclass(frozen=True)
class Range:
    """An uncertain payoff, between `low` and `high`: figures use its middle.

    >>> Range(0.2, 0.5).middle
    0.35
    """

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Half way between low and high.

        >>> Range(-3, -2).middle
        -2.5
        """
        return self.low + (self.high - self.low) / 2


def read_cells(payoffs: Mapping[Any, Mapping[Any, Any]]) -> Cells:
    """Cells by (decision, outcome), in the order of decisions given and of outcomes sorted by name.

    Raises OpenCell, MissingCell, BadCell, or ObjectiveError for fewer than two decisions or outcomes.

    >>> read_cells({"remove": {"spam": 0.3, "ham": "-2"}, "keep": {"spam": -0.5, "ham": 0}})[("remove", "ham")]
    -2.0
    """
    _check_names("decisions", payoffs)
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
    every = {(d, o): named[d][o] for d in named for o in outcomes}
    _check_filled(every)
    return {(d, o): read_cell(d, o, cell) for (d, o), cell in every.items()}


def read_cell(decision: str, outcome: str, cell: object) -> float | Range | Expression:
    """One cell: a finite number, a range [low, high] of two, or the expression that its text holds.

    >>> read_cell("keep", "ham", " 1e-3 "), read_cell("keep", "spam", [-0.5, -0.2])
    (0.001, Range(low=-0.5, high=-0.2))
    """
    refused = partial(BadCell, decision, outcome, cell)
    _check_filled({(decision, outcome): cell})
    if isinstance(cell, list | tuple | Range):
        return _range(cell, refused)
    if isinstance(cell, str) and _number(cell) is None:
        text = cell.strip()
        if text.startswith("["):
            raise refused("a range stands without quotes, as [-0.5, -0.2]")
        return read_expression(text, f"the payoff {decision}.{outcome} = {text!r}", refused)
    return _finite(cell, refused)


def written_cells(cells: Cells) -> dict[tuple[str, str], Any]:
    """Cells as a person writes them: a number, [low, high] or the text of an expression.

    >>> written_cells({("keep", "ham"): 0.0, ("keep", "spam"): Range(-0.5, -0.2)})
    {('keep', 'ham'): 0.0, ('keep', 'spam'): [-0.5, -0.2]}
    """
    return {key: _written(cell) for key, cell in cells.items()}


def middles(cells: Cells) -> dict[tuple[str, str], float | str]:
    """Cells as figures take them: a number, the middle of a range or the text of an expression.

    >>> middles({("keep", "ham"): 0.0, ("keep", "spam"): Range(-3, -2)})
    {('keep', 'ham'): 0.0, ('keep', 'spam'): -2.5}
    """
    return {key: cell.middle if isinstance(cell, Range) else _text(cell) for key, cell in cells.items()}


def _text(cell: float | Expression) -> float | str:
    return cell.text if isinstance(cell, Expression) else cell


def _written(cell: float | Range | Expression) -> float | list[float] | str:
    if isinstance(cell, Range):
        return [cell.low, cell.high]
    return _text(cell)


def _row(decision: object, row: object) -> dict[str, object]:
    if not isinstance(row, Mapping):
        raise ObjectiveError(
            f"the decision {name_of(decision)!r} has {row!r} in place of its payoffs",
            "a payoff for every outcome, each by name",
            f"Write for example {{{name_of(decision)!r}: {{'spam': 0.3, 'ham': -2.0}}}}.",
        )
    _check_names(f"outcomes under the decision {name_of(decision)!r}", row)
    return {name_of(outcome): cell for outcome, cell in row.items()}


def _check_names(what: str, given: Collection[object]) -> None:
    """Refuse names that say nothing, and two that read alike, such as 1 and "1": one of them would be lost."""
    names = [name_of(each) for each in given]
    blank = [each for each, name in zip(given, names, strict=True) if each is None or each != each or not name.strip()]
    alike = [name for name, times in Counter(names).items() if times > 1]
    if blank or alike:
        found = f"is called {blank[0]!r}" if blank else f"is called {alike[0]!r} twice, as numbers and text read alike"
        raise ObjectiveError(
            f"one of the {what} {found}",
            "a name for each, none of them empty and no two alike",
            "Rename it, here and in the votes or the table.",
        )


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


def _check_filled(cells: Mapping[tuple[str, str], object]) -> None:
    still = [
        key for key, cell in cells.items() if cell is None or (isinstance(cell, str) and cell.strip() in ("", OPEN))
    ]
    if still:
        raise OpenCell(*still[0], others=[".".join(key) for key in still[1:]])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _finite(cell: object, refused: Callable[[str], BadCell]) -> float:
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, Real | Decimal | str):
        raise refused(f"it is a {type(cell).__name__}")
    if not math.isfinite(float(cell)):
        raise refused("it is not finite")
    return float(cell)


def _range(cell: list[Any] | tuple[Any, ...] | Range, refused: Callable[[str], BadCell]) -> Range:
    ends = (cell.low, cell.high) if isinstance(cell, Range) else tuple(cell)
    if len(ends) != 2 or any(isinstance(end, str) for end in ends):
        raise refused("a range is two numbers, [low, high]")
    low, high = (_finite(end, refused) for end in ends)
    if not low < high:
        raise refused(f"as a range, its low end {low:g} is not below its high end {high:g}")
    return Range(low, high)
