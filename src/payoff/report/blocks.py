"""Charts for a terminal, of block characters: a hill over the line from 0 to 1, and bars by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np

from payoff.decide import Floats
from payoff.stakes import figure

UPWARD = " ▁▂▃▄▅▆▇█"
ACROSS = " ▏▎▍▌▋▊▉█"
WIDE = 78  # columns of a terminal that a chart may fill
HIGH = 6  # rows of a hill
BREADTH = 61  # columns of a hill: one for every sixtieth of the way from 0 to 1
LONGEST = 24  # characters of a bar's name


def hill(
    values: Sequence[float] | Floats, stretches: Sequence[tuple[float, str]], *, mark: float | None = None
) -> list[str]:
    """Values (61,), 0 or more, over the line from 0 to 1; below it where each of `stretches` (start, name) begins.

    `mark` sets an arrow below the line. Empty if all values are 0.

    >>> for line in hill([abs(column - 30) / 30 for column in range(61)], [(0.0, "keep"), (0.5, "remove")])[-3:]:
    ...     print(line)
      0 ┼──────────────────────────────┬──────────────────────────────
        0                              0.50                          1
        keep                           │remove
    """
    top = float(np.max(values))
    if top <= 0:
        return []
    sides = {0: figure(top), HIGH // 2: figure(top / 2)}
    margin = max(len(side) for side in sides.values())
    drawn = [f"{sides.get(row, ''):>{margin}} ┤{line}".rstrip() for row, line in enumerate(_rows(values, top))]
    swaps = {min(ceil(start * (BREADTH - 1)), BREADTH - 1): (start, name) for start, name in stretches[1:]}
    rule = "".join("┬" if column in swaps else "─" for column in range(BREADTH))
    ticks = {0: "0", BREADTH - 1: "1"} | {column: _tick(start) for column, (start, _) in swaps.items()}
    room = min(BREADTH + 8, WIDE - margin - 2)
    arrow = [] if mark is None else [_placed({round(mark * (BREADTH - 1)): f"▲ {_tick(mark)}"}, room)]
    names = _named({0: stretches[0][1]} | {column: name for column, (_, name) in swaps.items()})
    below = [*arrow, _placed(ticks, room), names]
    return [*drawn, f"{'0':>{margin}} ┼{rule}", *(" " * (margin + 2) + line for line in below)]


def bars(values: Mapping[str, float]) -> list[str]:
    """One bar for each name, 0 or more, with its figure; empty if all are 0.

    >>> print("\\n".join(bars({"even": 0.5, "70% spam": 0.25})))
    even     ████████████████████████████████████████████████████████████ 0.5
    70% spam ██████████████████████████████ 0.25
    """
    top = max(values.values(), default=0.0)
    if top <= 0:
        return []
    names = {name: name if len(name) <= LONGEST else name[: LONGEST - 1] + "…" for name in values}
    margin = max(len(name) for name in names.values())
    room = min(WIDE - margin - 1 - max(len(figure(value)) + 1 for value in values.values()), BREADTH - 1)
    return [f"{names[name]:<{margin}} {_bar(value / top * room)} {figure(value)}" for name, value in values.items()]


def _rows(values: Sequence[float] | Floats, top: float) -> list[str]:
    """The hill from its top row down."""
    heights = np.asarray(values) / top * HIGH
    return [
        "".join(UPWARD[round(float(np.clip(height - row, 0, 1)) * 8)] for height in heights)
        for row in reversed(range(HIGH))
    ]


def _bar(length: float) -> str:
    whole, rest = divmod(max(round(length * 8), 0), 8)
    return "█" * whole + ACROSS[rest].strip()


def _placed(words: Mapping[int, str], room: int) -> str:
    """Words at their columns, as many as have room: the first and the last column come first."""
    line = [" "] * room
    for column, word in words.items():
        start = min(column, len(line) - len(word))
        around = line[max(start - 1, 0) : start + len(word) + 1]
        if all(character == " " for character in around):
            line[start : start + len(word)] = word
    return "".join(line).rstrip()


def _named(names: Mapping[int, str]) -> str:
    """Each name from the column where it begins to hold, cut to its stretch."""
    cells = []
    for (start, name), end in zip(names.items(), [*list(names)[1:], BREADTH], strict=True):
        room = end - start - (start > 0)
        cut = name if len(name) <= room else name[: max(room - 1, 0)] + "…"
        cells.append(("│" if start else "") + f"{cut[:room]:<{room}}")
    return "".join(cells).rstrip()


def _tick(share: float) -> str:
    return f"{share:.2f}" if share >= 0.01 else f"{share:.2g}"
