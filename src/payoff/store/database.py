"""The schema and how a database is opened: the one place that knows it is SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from payoff.errors import StoreError, listed

VERSION = 1
"""Of the schema. A database of a newer version is refused."""

BUSY_SECONDS = 30
"""How long a writer waits for another before it gives up."""

SCHEMA = sa.MetaData()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _log(name: str, *columns: sa.Column[str] | sa.Column[float] | sa.Column[int] | sa.Index) -> sa.Table:
    """A table that only grows; `seq` is never used again, not even after a rollback."""
    seq = sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True)
    table = sa.Table(name, SCHEMA, seq, *columns, sqlite_autoincrement=True)
    for verb in ("UPDATE", "DELETE"):
        trigger = sa.DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy left it untyped
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} are only ever added'); END"
        )
        event.listen(table, "after_create", trigger.execute_if(dialect="sqlite"))
    return table


META = sa.Table("meta", SCHEMA, sa.Column("name", sa.Text, primary_key=True), *_texts("value"))
VOTES = _log(
    "votes",
    sa.Column("id", sa.Text, nullable=False, unique=True),
    *_texts("item", "source", "voter", "label", "purpose"),
    sa.Column("at", sa.Text),
    sa.Column("seconds", sa.Double),
    *_texts("told"),
)
REQUESTS = _log(
    "requests",
    sa.Column("round", sa.Integer, nullable=False),
    *_texts("item", "source", "purpose"),
    sa.Column("price", sa.Double, nullable=False),
    sa.Column("worth", sa.Double),
    *_texts("asked"),
)
RECORDS = _log("records", *_texts("kind", "at", "body"), sa.Index("records_of_a_kind", "kind", "seq"))


def open_database(where: str | Path | None) -> sa.Engine:
    """An engine on the database at `where` (a path, an SQLite address, None for memory), made if missing.

    Raises `StoreError` if it is no store, or one of a newer version.

    >>> open_database(None).dialect.name
    'sqlite'
    """
    engine = _engine(where)
    try:
        with refusing(where):
            _prepare(engine, where)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def refusing(where: str | Path | None) -> Iterator[None]:
    """Turn an error of the database into a `StoreError` that says what would lift it.

    >>> with refusing("payoff.db"):
    ...     raise DBAPIError("INSERT", None, sqlite3.OperationalError("database is locked"))
    Traceback (most recent call last):
    payoff.errors.StoreError: the database 'payoff.db' answers 'database is locked'
      expected: to read and write it
      next: Close the program that holds it, then run this again; nothing was changed.
    """
    try:
        yield
    except DBAPIError as error:
        answer = str(error.orig)
        raise StoreError(
            f"the database {_name(where)} answers {answer!r}", "to read and write it", _next_step(answer)
        ) from error


def insert_new(table: sa.Table, columns: list[str], engine: sa.Engine) -> str:
    """The statement that adds rows of these columns and passes over those whose unique key is there already.

    >>> insert_new(META, ["name", "value"], open_database(None))
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING'
    """
    statement = sqlite.insert(table).on_conflict_do_nothing()
    return str(statement.compile(dialect=engine.dialect, column_keys=columns))


def _engine(where: str | Path | None) -> sa.Engine:
    if where is None or where == "sqlite://":
        # One connection for all threads: to SQLite each further one would be another, empty memory.
        memory = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        return _with_hooks(sa.create_engine("sqlite://", **memory))
    return _with_hooks(sa.create_engine(_address(where), connect_args={"timeout": BUSY_SECONDS}))


def _address(where: str | Path) -> sa.URL:
    if "://" not in str(where) or isinstance(where, Path):
        return sa.URL.create("sqlite", database=str(where))
    expected, step = "a path, or sqlite:///PATH", "Give the path of a file, such as 'payoff.db'."
    try:
        url = sa.make_url(str(where))
    except ArgumentError as error:
        scheme = str(where).partition("://")[0]  # the rest may hold a password
        raise StoreError(f"a database address of kind {scheme!r} that cannot be read", expected, step) from error
    if url.get_backend_name() != "sqlite":
        raise StoreError(f"a database address of kind {url.drivername!r}", expected, step)
    return url


def _with_hooks(engine: sa.Engine) -> sa.Engine:
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the module would begin late, after the first read: we begin ourselves
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    # A writer takes its turn at once: one that starts by reading could find the state changed when it comes to write.
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _prepare(engine: sa.Engine, where: str | Path | None) -> None:
    if not _tables(engine):
        with engine.begin() as connection:
            SCHEMA.create_all(connection)
            connection.exec_driver_sql(insert_new(META, ["name", "value"], engine), ("version", str(VERSION)))
    tables = _tables(engine)
    if META.name not in tables:
        raise StoreError(
            f"{_name(where)} is a database of something else, with the tables {listed(tables)}",
            f"a store of payoff, with the tables {listed(sorted(SCHEMA.tables))}",
            "Give another path; a file that does not exist yet is made.",
        )
    if (version := _version(engine)) != str(VERSION):
        raise StoreError(
            f"{_name(where)} is a store of version {version!r}",
            f"version {VERSION!r}",
            "Use the payoff that wrote it, or a newer one.",
        )


def _tables(engine: sa.Engine) -> list[str]:
    with engine.connect().execution_options(reading=True) as connection:
        return sa.inspect(connection).get_table_names()


def _version(engine: sa.Engine) -> str | None:
    with engine.connect().execution_options(reading=True) as connection:
        return connection.scalar(sa.select(META.c.value).where(META.c.name == "version"))


def _name(where: str | Path | None) -> str:
    return "in memory" if where is None else repr(str(where))


_STEPS = {
    "locked": "Close the program that holds it, then run this again; nothing was changed.",
    "full": "Make room on the disk, then run this again; nothing was changed.",
    "readonly": "Make the file and its folder writable, then run this again.",
    "unable to open": "Check that the folder exists and that you may write in it.",
    "not a database": "Give the path of a store, or of a file that does not exist yet.",
}


def _next_step(answer: str) -> str:
    return next((step for sign, step in _STEPS.items() if sign in answer), "Nothing was changed; check the file.")
