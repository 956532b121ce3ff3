"""Errors of tables that cannot be used as items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from payoff.errors.base import PayoffError, listed, meant


class TableError(PayoffError):
    """A table cannot be used as items."""


class UnreadableFile(TableError):
    """A file cannot be read as a table; the message opens with its path.

    >>> raise UnreadableFile("items.csv", "the file is empty", "a header and rows", "Check the export.")
    Traceback (most recent call last):
    payoff.errors.UnreadableFile: items.csv: the file is empty
      expected: a header and rows
      next: Check the export.
    """

    def __init__(self, path: object, found: str, expected: str, next_step: str) -> None:
        self.path = str(path)
        super().__init__(f"{path}: {found}", expected, next_step)


class NoSuchColumn(TableError):
    """A column was named that the table does not have.

    >>> raise NoSuchColumn("spm", columns=["item", "spam"], role="outcome")
    Traceback (most recent call last):
    payoff.errors.NoSuchColumn: the table has no column 'spm' (named as outcome); did you mean 'spam'?
      expected: one of 'item', 'spam'
      next: Correct the name, or add the column to the table.
    """

    def __init__(self, name: str, *, columns: Iterable[str], role: str) -> None:
        self.name, self.role = name, role
        known = list(columns)
        by_lower = {column.lower(): column for column in known}
        close = get_close_matches(name.lower(), by_lower, n=1)
        hint = f"; did you mean {by_lower[close[0]]!r}?" if close else ""
        super().__init__(
            f"the table has no column {name!r} (named as {role}){hint}",
            f"one of {listed(known)}",
            "Correct the name, or add the column to the table.",
        )


class UnusableColumn(TableError):
    """A column is there but cannot play the role it was given.

    >>> raise UnusableColumn("y", role="outcome", found="has no value at all", expected="outcomes", next_step="...")
    Traceback (most recent call last):
    payoff.errors.UnusableColumn: the column 'y' (outcome) has no value at all
      expected: outcomes
      next: ...
    """

    def __init__(self, column: str, *, role: str, found: str, expected: str, next_step: str) -> None:
        self.column, self.role = column, role
        super().__init__(f"the column {column!r} ({role}) {found}", expected, next_step)


class MissingFeatures(TableError):
    """A table to decide on lacks columns that the policy was taught with."""

    def __init__(self, missing: list[str], columns: Iterable[str]) -> None:
        close = {name: get_close_matches(name, list(columns), n=1, cutoff=0.6) for name in missing}
        meant = [f"'{found[0]}' for '{name}'" for name, found in close.items() if found]
        hint = f"Did you mean {', '.join(meant)}? " if meant else ""
        super().__init__(
            f"the table lacks {len(missing)} column(s) that the policy was taught with: {listed(missing)}",
            "the same columns as the items of the project (the outcome and known_after columns may be absent)",
            f"{hint}Add or rename them; where a value is unknown leave it empty.",
        )


class NoOutcomesThere(TableError):
    """A table on which voters are to be judged has no known outcomes."""

    def __init__(self, columns: Iterable[str], outcomes: Iterable[str]) -> None:
        super().__init__(
            f"the table has no column of known outcomes; it has {listed(columns)}",
            f"the project's outcome column, or one called 'outcome' or 'label', holding {listed(outcomes)}",
            "Add it; items whose outcome is not known may stay empty.",
        )


class StrangeOutcomes(TableError):
    """A column of known outcomes holds others than the objective has; `strange` counts them by name.

    >>> raise StrangeOutcomes("y", {"spma": 30}, known=60, outcomes=["ham", "spam"])
    Traceback (most recent call last):
    payoff.errors.StrangeOutcomes: the column 'y' holds outcomes that the objective has not: 'spma' in 30 of 60 rows
      expected: 'ham', 'spam', or nothing where the outcome is not known
      next: Correct them, give them payoffs, or drop the column to decide without it. Did you mean 'spam'?
    """

    def __init__(self, column: str, strange: Mapping[str, int], *, known: int, outcomes: Iterable[str]) -> None:
        outcomes = list(outcomes)
        rows = f"in {sum(strange.values())} of {known} rows"
        super().__init__(
            f"the column {column!r} holds outcomes that the objective has not: {listed(strange, 4)} {rows}",
            f"{listed(outcomes)}, or nothing where the outcome is not known",
            "Correct them, give them payoffs, or drop the column to decide without it."
            f"{meant(next(iter(strange)), outcomes)}",
        )
