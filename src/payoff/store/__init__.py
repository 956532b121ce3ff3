"""The memory of a project: votes, requests and records, append-only; what was acknowledged is on disk."""

from __future__ import annotations

import base64
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import polars as pl
import sqlalchemy as sa
from numpy.typing import NDArray

from payoff.store.database import RECORDS, REQUESTS, VOTES, insert_new, open_database, refusing
from payoff.store.rows import block, columns_of, rows_of_requests, rows_of_votes, text_of_body

__all__ = ["Store", "pack", "unpack"]

_BLOCK = 1_000
"""Rows fetched at a time: small blocks leave the garbage collector less to walk, a third faster on 200,000 votes."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """The votes, requests and records of one project, in SQLite; several processes may use it at once.

    `where` is a path, an `sqlite:///` address, or None for a store in memory, which lasts until it is closed. The file
    is opened on first use and made if it is missing. Every `add_*` returns when its rows are on disk: all of them, or
    none if it raised. Raises `StoreError` on a file that is no store, is of a newer version, locked, or on a full disk.

    >>> vote = pl.DataFrame({"item": ["7"], "source": ["experts"], "label": ["spam"]})
    >>> with Store(None) as store:
    ...     store.add_votes(vote), store.add_votes(vote), store.votes().height
    (1, 0, 1)
    """

    def __init__(self, where: str | Path | None = None, *, now: Callable[[], datetime] = _utc_now) -> None:
        self.where = where
        self.now = now
        self._thread = threading.local()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; the next use opens it again.

        >>> Store(None).close()
        """
        if "_engine" in self.__dict__:
            self._engine.dispose()
            del self._engine

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make several adds one: all are kept when the block ends, none if it raises. Inside another, it joins that.

        >>> store = Store(None)
        >>> with store.transaction():
        ...     store.add_record("look", {"n": 1}), store.add_record("look", {"n": 2})
        (1, 2)
        >>> len(store.records("look"))
        2
        """
        with self._writing():
            yield

    def add_votes(self, frame: pl.DataFrame) -> int:
        """Append votes (item, source, label [, voter, purpose, at, seconds, id]) and return how many were new.

        `voter` left out is the source's name, `purpose` is `learn`. Without an `id`, rows alike in item, source, voter,
        label, purpose and `at` are one vote. A vote whose id is there already is passed over, so telling twice is safe.
        Raises `VoteError` on a missing column, or a gap in one that allows none.

        >>> Store(None).add_votes(pl.DataFrame({"item": ["1", "1"], "source": ["crowd"] * 2, "label": ["ham"] * 2}))
        1
        """
        return 0 if frame.is_empty() else self._append(VOTES, rows_of_votes(frame, told=self._time()))

    def votes(self, *, after: int = 0) -> pl.DataFrame:
        """All votes in the order of telling, or those after the vote whose `seq` is given; n rows, ten columns.

        >>> Store(None).votes().columns
        ['seq', 'id', 'item', 'source', 'voter', 'label', 'purpose', 'at', 'seconds', 'told']
        """
        return self._table(VOTES, after)

    def add_requests(self, frame: pl.DataFrame) -> int:
        """Append requests for votes (round, item, source, purpose, price [, worth]) and return how many.

        >>> asked = {"round": [1], "item": ["7"], "source": ["experts"], "purpose": ["audit"], "price": [0.6]}
        >>> Store(None).add_requests(pl.DataFrame(asked))
        1
        """
        return 0 if frame.is_empty() else self._append(REQUESTS, rows_of_requests(frame, asked=self._time()))

    def requests(self, *, after: int = 0) -> pl.DataFrame:
        """All requests in the order of asking, answered or not: which are open is seen from the votes.

        >>> Store(None).requests().columns
        ['seq', 'round', 'item', 'source', 'purpose', 'price', 'worth', 'asked']
        """
        return self._table(REQUESTS, after)

    def add_record(self, kind: str, body: dict[str, Any]) -> int:
        """Append one record, a dictionary that JSON can hold, and return its `seq`. Raises `StoreError` on another.

        >>> Store(None).add_record("trial", {"name": "linear", "adopted": True})
        1
        """
        row = {"kind": kind, "at": self._time(), "body": text_of_body(kind, body)}
        with self._writing() as connection:
            key = connection.execute(sa.insert(RECORDS).values(row)).inserted_primary_key
        assert key is not None  # SQLAlchemy always knows the key of one inserted row
        return int(key[0])

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Every record of a kind, in the order of adding, with `seq` and `at` beside its own entries.

        >>> store = Store(None, now=lambda: datetime(2025, 1, 31, tzinfo=UTC))
        >>> seq = store.add_record("trial", {"name": "linear"})
        >>> store.records("trial")
        [{'name': 'linear', 'seq': 1, 'at': '2025-01-31T00:00:00.000000+00:00'}]
        """
        return self._records(sa.select(RECORDS).where(RECORDS.c.kind == kind).order_by(RECORDS.c.seq))

    def last(self, kind: str) -> dict[str, Any] | None:
        """The latest record of a kind, or None.

        >>> Store(None).last("trial") is None
        True
        """
        query = sa.select(RECORDS).where(RECORDS.c.kind == kind).order_by(RECORDS.c.seq.desc()).limit(1)
        return next(iter(self._records(query)), None)

    def _time(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="microseconds")

    @cached_property
    def _engine(self) -> sa.Engine:
        return open_database(self.where)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A connection in a transaction of its own, or in a savepoint of the one this thread is in."""
        outer: sa.Connection | None = getattr(self._thread, "connection", None)
        if outer is not None:
            with refusing(self.where), outer.begin_nested():
                yield outer
            return
        with refusing(self.where), self._engine.begin() as connection:
            self._thread.connection = connection
            try:
                yield connection
            finally:
                self._thread.connection = None

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """The connection of the transaction this thread is in, or one that sees one state and waits for no writer."""
        outer: sa.Connection | None = getattr(self._thread, "connection", None)
        with refusing(self.where):
            if outer is not None:
                yield outer
                return
            with self._engine.connect().execution_options(reading=True) as connection:
                yield connection

    def _append(self, table: sa.Table, rows: pl.DataFrame) -> int:
        with self._writing() as connection:
            # SQLAlchemy's own executemany makes a dictionary of each row: twice the time on 200,000 votes.
            statement = insert_new(table, rows.columns, connection.engine)
            return connection.exec_driver_sql(statement, rows.rows()).rowcount

    def _table(self, table: sa.Table, after: int) -> pl.DataFrame:
        columns = columns_of(table)
        blocks = [pl.DataFrame(schema=columns)]
        with self._reading() as connection:
            cursor = connection.execute(sa.select(table).where(table.c.seq > after).order_by(table.c.seq)).cursor
            assert cursor is not None  # a select always has one
            while rows := cursor.fetchmany(_BLOCK):
                blocks.append(block(rows, columns))
        return pl.concat(blocks, rechunk=True)

    def _records(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [{**json.loads(row.body), "seq": row.seq, "at": row.at} for row in rows]


def pack(values: NDArray[np.float64]) -> str:
    """An array of n floats as compact text that a record can hold; `unpack` gives the very same floats.

    >>> len(pack(np.zeros(10_000))) < 200
    True
    """
    return base64.b64encode(zlib.compress(np.ascontiguousarray(values, dtype="<f8").tobytes())).decode("ascii")


def unpack(text: str) -> NDArray[np.float64]:
    """The n floats that `pack` was given.

    >>> unpack(pack(np.array([0.25, 1 / 3]))).tolist() == [0.25, 1 / 3]
    True
    """
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype="<f8").astype(np.float64)
