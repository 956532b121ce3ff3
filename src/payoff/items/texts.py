"""Columns of text read as what they hold: numbers, truth values, dates and times."""

from __future__ import annotations

import polars as pl

# What other tools write for a missing number; as a word among words ("NA" for Namibia) it stays.
NO_NUMBER = ["", "na", "n/a", "nan", "null", "none", "-", "?"]
LEADING_ZERO = r"^[+-]?0\d"
TOO_LONG = r"^[+-]?\d{16,}$"  # a float would lose its last digits
SAMPLE = 1000  # values that tell whether the whole column is worth reading


def typed(values: pl.Series) -> pl.Series:
    """A column of text as numbers, truth values, dates or times where every value is one, else as it is; "" is missing.

    Numbers with leading zeros, or too long for 64 bits, are names and stay text.

    >>> typed(pl.Series(["1", "", "NA"])).to_list(), typed(pl.Series(["007", "8"])).to_list()
    ([1, None, None], ['007', '8'])
    """
    values = values.replace("", None)
    sample = values.drop_nulls().head(SAMPLE)
    for read in (as_numbers, _as_booleans, as_times):
        whole = None if read(sample) is None else read(values)
        if whole is not None:
            return whole
    return values


def as_numbers(values: pl.Series) -> pl.Series | None:
    """Text as whole numbers, or as floats; None where some value is no number.

    >>> as_numbers(pl.Series([" 1.5", "nan"])).to_list(), as_numbers(pl.Series(["1", "many"]))
    ([1.5, None], None)
    """
    floats = values.cast(pl.Float64, strict=False).fill_nan(None)
    if floats.null_count() > values.null_count():
        values = _without_gaps(values)
        floats = values.cast(pl.Float64, strict=False)
    if floats.null_count() == len(floats) or floats.null_count() > values.null_count():
        return None
    if values.str.contains(LEADING_ZERO).any():
        return None
    whole = values.cast(pl.Int64, strict=False)
    if whole.null_count() == floats.null_count():
        return whole
    return None if values.str.contains(TOO_LONG).any() else floats


def _without_gaps(values: pl.Series) -> pl.Series:
    """Without the spaces around values and the words for a missing number."""
    column = pl.nth(0).str.strip_chars()
    gap = column.str.to_lowercase().is_in(NO_NUMBER)
    return values.to_frame().select(pl.when(~gap).then(column).name.keep()).to_series()


def _as_booleans(values: pl.Series) -> pl.Series | None:
    words = values.str.to_lowercase()
    known = words.drop_nulls()
    return words == "true" if len(known) and known.is_in(["true", "false"]).all() else None


def as_times(values: pl.Series) -> pl.Series | None:
    """Text as dates, or as times without a zone (those with one in UTC); None where some value is neither.

    Year, month, day or day, month, year, the year in four digits; times as 2026-01-31 10:00 or 2026-01-31T10:00:00.

    >>> as_times(pl.Series(["2026-01-02", None])).to_list(), as_times(pl.Series(["soon"]))
    ([datetime.date(2026, 1, 2), None], None)
    """
    dates = values.str.to_date(strict=False)
    if dates.null_count() == values.null_count() < len(values):
        return dates
    try:
        times = values.str.to_datetime(strict=False, time_unit="us")
    except pl.exceptions.PolarsError:
        return None
    return times.dt.replace_time_zone(None) if times.null_count() == values.null_count() < len(values) else None
