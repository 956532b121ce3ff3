"""Tables of methods by sets; a method that could not run is named below with its error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aggregating.measures import Score
from aggregating.methods import OURS, PLAIN, Result, Results

PARTS = {"accuracy": "accuracy in percent", "loss": "log-loss", "error": "calibration error in percent"}
NAME = 30


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and the sets it is the mean of."""

    head: str
    sets: tuple[str, ...]


def print_tables(found: Results, columns: Sequence[Column], methods: Iterable[str], note: str) -> None:
    """One table a measure; the best of a column is starred."""
    methods = list(methods)
    for part, words in PARTS.items():
        print(f"\n{note}: {words}")
        print(" " * NAME + "".join(f"{column.head:>8}" for column in columns))
        cells = {method: [mean(found, column.sets, method, part) for column in columns] for method in methods}
        best = [finest([cells[method][at] for method in methods], part) for at in range(len(columns))]
        for method in methods:
            row = "".join(cell(value, part, value == best[at]) for at, value in enumerate(cells[method]))
            print(f"{method:{NAME}}{row}")
    for line in missing(found, methods):
        print(line)


def mean(found: Results, names: Iterable[str], method: str, part: str) -> float | None:
    """Of a measure over sets; None where the method said nothing of one, or gives no probabilities."""
    every = [found[name].get(method, Result(None, None)) for name in names]
    if any(result.score is None or (result.hard and part != "accuracy") for result in every):
        return None
    return float(np.mean([getattr(result.score, part) for result in every]))


def finest(values: Iterable[float | None], part: str) -> float | None:
    there = [value for value in values if value is not None]
    return (max if part == "accuracy" else min)(there, default=None)


def cell(value: float | None, part: str, best: bool) -> str:
    if value is None:
        return f"{'-':>7} "
    return f"{value:7.{2 if part == 'loss' else 1}f}{'*' if best else ' '}"


def missing(found: Results, methods: Iterable[str]) -> list[str]:
    """Who could not run where, with its error, and who gives no probabilities."""
    lines = []
    for method in methods:
        why: dict[str, list[str]] = {}
        for name, row in found.items():
            result = row.get(method, Result(None, None, "not asked"))
            if result.error:
                why.setdefault(result.error.splitlines()[0][:110], []).append(name)
        for error, names in why.items():
            where = "any set" if len(names) == len(found) else ", ".join(names[:4]) + " ..." * (len(names) > 4)
            lines.append(f"  {method} not on {where}: {error}")
        if any(row.get(method, Result(None, None)).hard for row in found.values()):
            lines.append(f"  {method} gives labels without probabilities")
    return lines


def print_seconds(found: Results, methods: Iterable[str]) -> None:
    print("\nseconds of CPU, all sets, fitting only (peers: one process each, imports of the first set included)")
    for method in methods:
        spent = [row[method].score.seconds for row in found.values() if method in row and row[method].score]
        print(f"{method:{NAME}}{sum(spent):8.2f}" if spent else f"{method:{NAME}}{'-':>8}")


def below_majority(row: Mapping[str, Result]) -> tuple[float, float]:
    """How far ours is above majority on one set, in points, and the paired standard error of that."""
    first, second = row[OURS].right, row[PLAIN].right
    assert first is not None and second is not None
    gap = 100 * (first.hit - second.hit)
    return float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))


def score_of(row: Mapping[str, Result], method: str) -> Score:
    score = row[method].score
    assert score is not None
    return score
