"""CSV files: read fast when they are well formed, refused with the line when they are not."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.errors import UnreadableFile, listed
from payoff.items.texts import typed

SEPARATORS = ",;\t|"


def read_csv(path: Path) -> pl.DataFrame:
    """A CSV file, gzipped or not, as a table with the types of its whole columns.

    Comma, semicolon, tab and bar are told apart by the header; `.tsv` is tab. An empty value is missing; blank lines
    are skipped; a column without a name is called by its position (`column_1`). Errors name the line and quote it.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "items.csv")
    ...     _ = file.write_text("item,seen\\n007,3\\n008,many\\n")
    ...     read_csv(file).rows()
    [('007', '3'), ('008', 'many')]
    """
    data = _bytes(path)
    header, separator = _header(path, data)
    if not _is_even(data, separator, len(header)):
        data = _evened(path, data, separator, len(header))
    frame = _parsed(path, data, separator)
    frame.columns = header
    if len(header) > 1:
        frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    return frame.with_columns(typed(frame[name]) for name in header)


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    if path.name.lower().endswith(".gz"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFile(path, f"not readable as gzip: {error}", "a gzip file", "Compress it again.") from error
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"line {line} is not UTF-8 (byte {data[error.start]:#04x} at position {error.start})"
        raise UnreadableFile(path, found, "text in UTF-8", "Save it as CSV UTF-8 and try again.") from error
    if not data.strip():
        raise UnreadableFile(path, "the file is empty", "a header and at least one row", "Check the export.")
    return data


def _header(path: Path, data: bytes) -> tuple[list[str], str]:
    text = data[:1_000_000].decode("utf-8", errors="ignore").lstrip("\r\n")
    first = text.partition("\n")[0]
    named = "\t" if ".tsv" in path.name.lower() else None
    separator = named or next((mark for mark in SEPARATORS if mark in first), ",")
    names = [name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=separator))]
    if all(re.fullmatch(r"[-+]?[\d.]+", name) for name in names):
        found = f"the first line holds only numbers: {listed(names)}"
        raise UnreadableFile(path, found, "a header that names the columns", "Add a line of names on top.")
    names = [name or f"column_{place}" for place, name in enumerate(names, 1)]
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        found = f"the column {repeated[0]!r} occurs {names.count(repeated[0])} times in the header"
        raise UnreadableFile(path, found, "distinct column names", "Rename or drop one.")
    return names, separator


def _is_even(data: bytes, separator: str, width: int) -> bool:
    """Whether every line outside quotes has as many values as the header, at the speed of numpy."""
    raw = np.frombuffer(data, dtype=np.uint8)
    outside: NDArray[np.bool_] = np.bitwise_xor.accumulate(raw == ord('"')) == 0
    ends = np.flatnonzero((raw == ord("\n")) & outside)
    marks = np.flatnonzero((raw == ord(separator)) & outside)
    if len(ends) == 0 or ends[-1] != len(raw) - 1:
        ends = np.append(ends, len(raw))
    values = np.diff(np.searchsorted(marks, ends), prepend=0) + 1
    length = np.diff(ends, prepend=-1)
    blank = length <= (2 if b"\r" in data[:100_000] else 1)
    return bool(outside[-1] and np.all((values == width) | (blank & (values == 1))))


def _evened(path: Path, data: bytes, separator: str, width: int) -> bytes:
    """The same rows written anew, for quotes that the fast reader cannot follow; an uneven row is refused."""
    reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=separator)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    try:
        for row in reader:
            if row and len(row) != width:
                found = f"line {reader.line_num} has {len(row)} values: {listed(row)}"
                expected = f"{width} values, as many as the header has names"
                raise UnreadableFile(path, found, expected, "Quote values that hold the separator, or mend the line.")
            writer.writerow(row)
    except csv.Error as error:
        found = f"line {reader.line_num}: {error}"
        raise UnreadableFile(path, found, "a CSV file", "Check the quotes there.") from error
    return out.getvalue().encode("utf-8")


def _parsed(path: Path, data: bytes, separator: str) -> pl.DataFrame:
    """All values as text: types inferred by the reader over a whole file would take it 40 times as long."""
    try:
        return pl.read_csv(data, separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        reason = str(error).strip().partition("\n")[0]
        raise UnreadableFile(path, f"not readable as CSV: {reason}", "a CSV file", "Check the line there.") from error
