"""Any table in, a polars table out; what cannot be read is refused with its line and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from payoff.errors import TableError, UnreadableFile
from payoff.items.csv_files import read_csv

NEXT = "Give a path, a dataframe, a list of dicts or a dict of lists."


def as_table(table: Any, *, empty: bool = False) -> pl.DataFrame:
    """Anything that holds rows as a polars table: a path, any dataframe, a list of dicts, a dict of lists.

    The suffix of a path decides: `.csv`, `.csv.gz`, `.tsv`, `.tsv.gz`, `.parquet`. A CSV is UTF-8 with a header; types
    are inferred over the whole file, so a column of numbers with one word in it is text, and numbers with leading zeros
    stay text. NaN is missing. A file without rows is refused unless it may be `empty`.

    >>> as_table({"item": [1, 2], "text": ["a", None]}).shape
    (2, 2)
    >>> as_table("items.xlsx")
    Traceback (most recent call last):
    payoff.errors.UnreadableFile: items.xlsx: files ending in '.xlsx' are not read
      expected: one of '.csv', '.csv.gz', '.tsv', '.tsv.gz', '.parquet'
      next: Save it as CSV (UTF-8) or Parquet.
    """
    if isinstance(table, str | Path):
        frame = _read(Path(table))
        if frame.is_empty() and not empty:
            raise UnreadableFile(table, "there is a header and no rows", "at least one row", "Check the export.")
    elif isinstance(table, pl.LazyFrame):
        frame = table.collect()
    elif isinstance(table, Mapping):
        frame = _built(dict(table))
    elif isinstance(table, Sequence):
        frame = _from_rows(table)
    else:
        frame = _from_dataframe(table)
    return frame.with_columns(pl.col(pl.Float32, pl.Float64).fill_nan(None))


def _read(path: Path) -> pl.DataFrame:
    name = path.name.lower()
    suffix = next((end for end in READERS if name.endswith(end)), None)
    if suffix is None:
        found = f"files ending in {path.suffix!r} are not read" if path.suffix else "the name has no suffix"
        known = ", ".join(repr(end) for end in READERS)
        raise UnreadableFile(path, found, f"one of {known}", "Save it as CSV (UTF-8) or Parquet.")
    if not path.is_file():
        found = "this is a folder" if path.is_dir() else "there is no such file"
        raise UnreadableFile(path, found, "a file that can be read", f"Check the path; the folder is {Path.cwd()}.")
    return READERS[suffix](path)


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise UnreadableFile(path, f"not readable as Parquet: {reason}", "a Parquet file", "Write it again.") from error


READERS = {
    ".csv": read_csv,
    ".csv.gz": read_csv,
    ".tsv": read_csv,
    ".tsv.gz": read_csv,
    ".parquet": _read_parquet,
}


def _from_rows(rows: Sequence[Any]) -> pl.DataFrame:
    stranger = next((row for row in rows if not isinstance(row, Mapping)), None)
    if isinstance(rows, bytes) or stranger is not None:
        raise TableError(f"a row is {stranger!r} ({type(stranger).__name__})", "rows that are dicts", NEXT)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return _built({name: [row.get(name) for row in rows] for name in names})


def _built(columns: dict[Any, Any]) -> pl.DataFrame:
    try:
        return pl.DataFrame({str(name): _series(str(name), values) for name, values in columns.items()})
    except (pl.exceptions.PolarsError, TypeError) as error:
        sizes = {str(name): len(values) for name, values in columns.items() if hasattr(values, "__len__")}
        found = f"the columns do not make a table; their lengths are {sizes}"
        raise TableError(found, "columns of equal length", NEXT) from error


def _series(name: str, values: Any) -> pl.Series:
    """One column, whose values may be of several types: numbers beside words become words."""
    if isinstance(values, pl.Series):
        return values.alias(name)
    plain = values if hasattr(values, "__array__") else list(values)
    return pl.Series(name, plain, strict=False)


def _from_dataframe(table: Any) -> pl.DataFrame:
    try:
        frame = nw.from_native(table, eager_only=True)
        columns = {str(name): _column(frame, name) for name in frame.columns}
    except nw.exceptions.DuplicateError as error:
        repeated = sorted({str(name) for name in table.columns if list(table.columns).count(name) > 1})
        found = f"the column {repeated[0]!r} occurs more than once"
        raise TableError(found, "distinct column names", "Rename or drop one.") from error
    except (TypeError, nw.exceptions.NarwhalsError) as error:
        raise TableError(f"a {type(table).__name__} is not a table", "rows and named columns", NEXT) from error
    return pl.DataFrame(columns)


def _column(frame: Any, name: Any) -> pl.Series:
    column = frame.get_column(name)
    try:
        series: pl.Series = column.to_polars()
    except ImportError:  # pandas strings and nullable types need pyarrow, which is not a dependency
        missing = column.is_null().to_list()
        values = [None if gone else value for value, gone in zip(column.to_list(), missing, strict=True)]
        series = pl.Series(str(name), values, strict=False)
    return series.alias(str(name))
