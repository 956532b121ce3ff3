"""Tables to rows of the store and back: what is left out filled in, ids made, blocks of rows made columns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast

import polars as pl
import sqlalchemy as sa

from payoff.errors import StoreError, VoteError, listed
from payoff.names import names_of
from payoff.store.database import REQUESTS, VOTES

_TYPES: dict[type, type[pl.DataType]] = {sa.Integer: pl.Int64, sa.Double: pl.Float64, sa.Text: pl.String}
_BY_STORE = {"seq", "told", "asked"}
"""Columns that the store fills in itself."""

_ALIKE = ("item", "source", "voter", "label", "purpose", "at")
"""Votes without an id that are alike in these are one vote."""


def rows_of_votes(votes: pl.DataFrame, told: str) -> pl.DataFrame:
    """Votes as rows to add: voter and purpose filled in, an id for each, the time of telling.

    >>> votes = pl.DataFrame({"item": ["7"], "source": ["experts"], "label": ["spam"]})
    >>> rows_of_votes(votes, "2025-01-31").select("voter", "purpose", "told").row(0)
    ('experts', 'learn', '2025-01-31')
    """
    rows = _shaped(votes, VOTES, needed=["item", "source", "label"]).with_columns(
        pl.col("voter").fill_null(pl.col("source")), pl.col("purpose").fill_null("learn")
    )
    return rows.with_columns(pl.col("id").fill_null(_ids(rows)), told=pl.lit(told))


def rows_of_requests(requests: pl.DataFrame, asked: str) -> pl.DataFrame:
    """Requests as rows to add, with the time of asking.

    >>> request = {"round": [1], "item": ["7"], "source": ["experts"], "purpose": ["learn"], "price": [1]}
    >>> rows_of_requests(pl.DataFrame(request), "2025-01-31").row(0)
    (1, '7', 'experts', 'learn', 1.0, None, '2025-01-31')
    """
    needed = ["round", "item", "source", "purpose", "price"]
    return _shaped(requests, REQUESTS, needed).with_columns(asked=pl.lit(asked))


def columns_of(table: sa.Table) -> dict[str, type[pl.DataType]]:
    """The columns of a table of the store and their polars types.

    >>> columns_of(VOTES)["seconds"]
    Float64
    """
    return {column.name: _TYPES[type(column.type)] for column in table.columns}


def block(rows: Sequence[Sequence[Any]], columns: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """Fetched rows, at least one, as a table.

    >>> block([(1, "spam"), (2, "ham")], {"seq": pl.Int64, "label": pl.String})["label"].to_list()
    ['spam', 'ham']
    """
    values = zip(*rows, strict=True)
    named = zip(columns.items(), values, strict=True)
    return pl.DataFrame([pl.Series(name, column, dtype=dtype) for (name, dtype), column in named])


def text_of_body(kind: str, body: dict[str, Any]) -> str:
    """The body of a record as JSON; numpy's numbers are written as plain ones.

    >>> text_of_body("trial", {"name": "linear", "gain": 0.25})
    '{"name": "linear", "gain": 0.25}'
    """
    if taken := sorted({"seq", "at"} & set(body)):
        raise _refused(kind, f"has an entry {taken[0]!r}", "other names: the store writes this entry itself")
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False, default=_plain)
    except (TypeError, ValueError) as error:
        allowed = "text, finite numbers, None, lists and dictionaries of these"
        raise _refused(kind, f"cannot be written: {error}", allowed) from error


def _refused(kind: str, found: str, expected: str) -> StoreError:
    return StoreError(f"a record {kind!r} {found}", expected, "Write absence as None and an array with pack().")


def _plain(value: Any) -> Any:
    if getattr(value, "shape", None) == ():
        return value.item()
    raise TypeError(f"{value!r} is a {type(value).__name__}")


def _shaped(table: pl.DataFrame, to: sa.Table, needed: Sequence[str]) -> pl.DataFrame:
    """The columns of `to` in order and type: null where left out, which those needed may not be."""
    types = {name: dtype for name, dtype in columns_of(to).items() if name not in _BY_STORE}
    expected = f"the columns {listed(needed)}, without gaps"
    if missing := [name for name in needed if name not in table.columns]:
        found = f"{to.name} without the column {missing[0]!r}; there are {listed(table.columns)}"
        raise VoteError(found, expected, "Add the column; nothing was told.")
    given = table.with_columns(pl.lit(None).alias(name) for name in types if name not in table.columns)
    rows = pl.DataFrame([_column(given[name], dtype) for name, dtype in types.items()])
    for name in needed:
        if gaps := rows[name].null_count():
            found = f"{to.name} without {name!r} in {gaps} of {rows.height} rows"
            raise VoteError(found, expected, "Fill these in or leave the rows out; nothing was told.")
    return rows


def _column(values: pl.Series, dtype: type[pl.DataType]) -> pl.Series:
    if isinstance(values.dtype, pl.Datetime):
        return _as_iso(values)
    if dtype == pl.String and values.dtype not in (pl.String, pl.Null):
        return names_of(values).alias(values.name)
    return values.cast(dtype).fill_nan(None) if dtype == pl.Float64 else values.cast(dtype)


def _as_iso(times: pl.Series) -> pl.Series:
    """Always to the microsecond, and in UTC where the zone is known: one moment reads alike from every table."""
    if cast("pl.Datetime", times.dtype).time_zone is None:
        return times.dt.to_string("%Y-%m-%dT%H:%M:%S%.6f")
    return times.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%dT%H:%M:%S%.6f+00:00")


def _ids(votes: pl.DataFrame) -> pl.Series:
    """A hash of what makes votes alike; each part stands behind its length, so that no two parts run together."""
    parts = [_measured(name) for name in _ALIKE]
    keys = votes.select(pl.concat_str(parts)).to_series()
    digests = [hashlib.blake2b(key.encode(), digest_size=16).hexdigest() for key in keys]
    return pl.Series("id", digests, dtype=pl.String)


def _measured(name: str) -> pl.Expr:
    size = pl.col(name).str.len_bytes().cast(pl.String)
    return pl.concat_str([size, pl.lit(":"), pl.col(name)]).fill_null("-")
