"""Whether a column can play the role it was given; an error names the column, its role and the value."""

from __future__ import annotations

import polars as pl

from payoff.errors import NoSuchColumn, UnusableColumn, listed
from payoff.items.kinds import text_of
from payoff.items.texts import as_times

# Roles whose column cannot also be the outcome: it would be its own answer.
BARRED = ("id", "today", "proba", "weight", "time", "known_after", "source_columns")
# Roles that are read when deciding, when a column known only afterwards is not there yet.
READ_WHEN_DECIDING = ("today", "proba", "source_columns")


def check_roles(table: pl.DataFrame, named: dict[str, list[str]]) -> None:
    """Raise for the first column that cannot play its role; `named` maps a role to its columns.

    >>> check_roles(pl.DataFrame({"y": ["spam", "spam", None]}), {"outcome": ["y"]})
    Traceback (most recent call last):
    payoff.errors.UnusableColumn: the column 'y' (outcome) holds one outcome only, 'spam', in 2 rows
      expected: at least two outcomes
      next: Check the column, or leave it out and buy votes instead.
    """
    for role, columns in named.items():
        for column in columns:
            if column not in table.columns:
                raise NoSuchColumn(column, columns=table.columns, role=role)
            if table[column].null_count() == table.height and role != "id":
                nowhere = {"found": "has no value at all", "expected": "values in some rows"}
                raise UnusableColumn(column, role=role, **nowhere, next_step="Fill the column or leave the role out.")
    _check_apart(named)
    checks = {"id": _check_id, "outcome": _check_outcome, "weight": _check_weight, "proba": _check_proba}
    for role, check in checks.items():
        for column in named.get(role, []):
            check(table[column])


def _check_apart(named: dict[str, list[str]]) -> None:
    for column in named.get("outcome", []):
        other = next((role for role in BARRED if column in named.get(role, [])), None)
        if other is not None:
            found, expected = f"is also named as {other}", "a column of its own for the outcome"
            raise UnusableColumn(column, role="outcome", found=found, expected=expected, next_step="Name two columns.")
    for column in named.get("known_after", []):
        other = next((role for role in READ_WHEN_DECIDING if column in named.get(role, [])), None)
        if other is not None:
            found, expected = f"is also named as {other}", "a column that is there when deciding for that"
            step = "Name another column, or take it out of known_after."
            raise UnusableColumn(column, role="known_after", found=found, expected=expected, next_step=step)


def _check_id(values: pl.Series) -> None:
    ids = text_of(values)
    missing = (ids.is_null() | (ids == "")).arg_true()
    if len(missing):
        found = f"is missing in {len(missing)} of {len(ids)} rows, first in row {missing[0] + 1}"
        step = "Fill it in, or leave the id out to use row numbers."
        raise UnusableColumn(values.name, role="id", found=found, expected="an id in every row", next_step=step)
    if ids.n_unique() < len(ids):
        repeated = ids.value_counts(name="rows").filter(pl.col("rows") > 1)
        first = ids.filter(ids.is_in(repeated[ids.name].implode()))[0]
        ids_are = "1 id is" if repeated.height == 1 else f"{repeated.height} ids are"
        found = f"holds {first!r} {int((ids == first).sum())} times ({ids_are} repeated)"
        step = "Drop the repeated rows or name another id column."
        raise UnusableColumn(
            values.name, role="id", found=found, expected="a different id in every row", next_step=step
        )


def _check_outcome(values: pl.Series) -> None:
    known = text_of(values).drop_nulls()
    known = known.filter(known != "")
    if known.n_unique() < 2:
        only = listed(known.unique()) or "''"
        found = f"holds one outcome only, {only}, in {len(known)} rows"
        step = "Check the column, or leave it out and buy votes instead."
        raise UnusableColumn(values.name, role="outcome", found=found, expected="at least two outcomes", next_step=step)


def _check_weight(values: pl.Series) -> None:
    numbers = values.cast(pl.Float64, strict=False)
    wrong = (numbers.is_null() | ~numbers.is_finite() | (numbers <= 0)).fill_null(True).arg_true()
    if len(wrong):
        found = f"holds {values[wrong[0]]!r} in row {wrong[0] + 1}"
        step = "Give every item the inverse of its probability of being in the sample."
        raise UnusableColumn(values.name, role="weight", found=found, expected="numbers above 0", next_step=step)


def _check_proba(values: pl.Series) -> None:
    numbers = values.cast(pl.Float64, strict=False)
    inside = (numbers >= 0) & (numbers <= 1)
    wrong = (values.is_not_null() & ~inside.fill_null(False)).arg_true()
    if len(wrong):
        found = f"holds {values[wrong[0]]!r} in row {wrong[0] + 1}"
        step = "Write the model's probabilities, no scores or labels."
        raise UnusableColumn(values.name, role="proba", found=found, expected="numbers from 0 to 1", next_step=step)


def parsed_time(values: pl.Series) -> pl.Series:
    """A column as something in order: dates, times and numbers as they are, text read as dates or times.

    >>> parsed_time(pl.Series("date", ["2026-01-02 10:00", None])).to_list()
    [datetime.datetime(2026, 1, 2, 10, 0), None]
    """
    if values.dtype.is_temporal() or values.dtype.is_numeric():
        return values
    text = text_of(values).str.strip_chars().replace("", None)
    times = as_times(text)
    if times is None:
        known = text.is_not_null().arg_true().to_list()
        wrong = next((row for row in known if as_times(text[row : row + 1]) is None), known[-1])
        found = f"holds {text[wrong]!r} in row {wrong + 1}"
        step = "Write dates as 2026-01-31 or times as 2026-01-31T10:00:00, all in one way."
        raise UnusableColumn(values.name, role="time", found=found, expected="dates, times or numbers", next_step=step)
    return times
