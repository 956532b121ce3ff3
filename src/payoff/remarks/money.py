"""The same money in two cells: a gain in one, and again a loss avoided in another.

All payoffs of one outcome must be measured from one baseline. Whoever writes what fraud costs where it is let through,
and the same amount as a gain where it is stopped, has counted it twice (Elkan 2001, "The Foundations of Cost-Sensitive
Learning", section 2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from payoff.decide import Floats
from payoff.stakes import figure

Cell = tuple[str, str]


def money_remarks(cells: Mapping[Cell, float | str], effects: Mapping[str, Floats]) -> list[str]:
    """A question where an amount stands in two cells of one outcome with opposite signs; empty if none does.

    `cells` are numbers, the middle of ranges, or the text of expressions; `effects` is, for each column, by how much
    every cell grows where that column doubles, (n, cells), NaN where that is not known.

    >>> print(money_remarks({("remove", "spam"): 0.5, ("keep", "spam"): -0.5}, {})[0])
    remove.spam = 0.5 and keep.spam = -0.5: is 0.5 one amount, as a gain in one and again as a loss in the other? ...
    """
    pairs = [pair for pair in (*_pulled_apart(list(cells), effects), *_mirrored(cells)) if _unmoored(pair, cells)]
    if not pairs:
        return []
    one, other, amount = pairs[0]
    alike = len({pair[:2] for pair in pairs}) - 1
    more = "" if not alike else " One more pair of cells is alike." if alike == 1 else f" {alike} more pairs are alike."
    return [
        f"{_said(one, cells)} and {_said(other, cells)}: is {amount} one amount, as a gain in one and again as a loss "
        f"in the other? Then it counts twice, and one of the two should do without it.{more}"
    ]


def _pulled_apart(keys: list[Cell], effects: Mapping[str, Floats]) -> Iterator[tuple[Cell, Cell, str]]:
    """Cells of one outcome that a column moves in opposite directions, whatever the item."""
    for column, grown in effects.items():
        for one, other in combinations(range(len(keys)), 2):
            if keys[one][1] != keys[other][1]:
                continue
            signs = np.sign(grown[:, one]) * np.sign(grown[:, other])
            if (signs < 0).any() and not (signs > 0).any():
                yield keys[one], keys[other], repr(column)


def _mirrored(cells: Mapping[Cell, float | str]) -> Iterator[tuple[Cell, Cell, str]]:
    """The best and the worst number of an outcome, where they differ in nothing but the sign."""
    for outcome in dict.fromkeys(outcome for _, outcome in cells):
        numbers = {key: cell for key, cell in cells.items() if key[1] == outcome and not isinstance(cell, str)}
        if len(numbers) < 2:
            continue
        best, worst = max(numbers, key=lambda key: numbers[key]), min(numbers, key=lambda key: numbers[key])
        if numbers[best] == -numbers[worst] != 0:
            yield best, worst, figure(numbers[best])


def _unmoored(pair: tuple[Cell, Cell, str], cells: Mapping[Cell, float | str]) -> bool:
    """Whether no decision stands at 0 under the outcome: one that does is the baseline of gain and loss alike."""
    return all(cell != 0 for key, cell in cells.items() if key[1] == pair[0][1])


def _said(cell: Cell, cells: Mapping[Cell, float | str]) -> str:
    written = cells[cell]
    return f"{'.'.join(cell)} = {written if isinstance(written, str) else figure(written)}"
