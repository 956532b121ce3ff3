"""What was acknowledged is on disk, once; what was not is not; nobody changes what is there."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from payoff.errors import StoreError
from payoff.store import Store, database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "payoff.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as store:
        yield store


def votes(*items: str) -> pl.DataFrame:
    return pl.DataFrame({"item": items, "source": ["experts"] * len(items), "label": ["spam"] * len(items)})


# --- killed ----------------------------------------------------------------------------------------------------------

TELL_FOR_EVER = """
import itertools, os, sys
import polars as pl
from payoff.store import Store

path, run = sys.argv[1:]
store = Store(path)
for number in itertools.count():
    pair = [f"{run}-{number}-{side}" for side in ("left", "right")]
    store.add_votes(pl.DataFrame({"item": pair, "source": ["experts"] * 2, "label": ["spam"] * 2}))
    os.write(1, f"{run}-{number}\\n".encode())
"""


def acknowledged_until_killed(path: Path, run: int, seconds: float) -> list[str]:
    """Start a process that tells pairs of votes, kill it `seconds` after the first, return those it acknowledged."""
    command = [sys.executable, "-c", TELL_FOR_EVER, str(path), str(run)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        rest = process.stdout.read()
    # A line that was cut short was not acknowledged.
    return [line.strip() for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]


def test_a_process_killed_at_any_moment_loses_no_acknowledged_vote_and_keeps_no_half_table(path: Path) -> None:
    rounds = 5
    acknowledged = [
        pair for run in range(rounds) for pair in acknowledged_until_killed(path, run, random.uniform(0, 0.15))
    ]
    with Store(path) as store:
        items = store.votes()["item"].to_list()
        assert store.add_votes(votes(*items)) == 0
    told = {item.rsplit("-", 1)[0] for item in items}
    assert len(items) == len(set(items)) == 2 * len(told)
    assert set(acknowledged) <= told
    # A killed process may have written one pair that it had no time to acknowledge.
    assert len(told) - len(acknowledged) <= rounds


# --- all or nothing --------------------------------------------------------------------------------------------------


def test_adds_in_a_transaction_are_kept_together(store: Store) -> None:
    with store.transaction():
        store.add_votes(votes("1"))
        store.add_record("look", {})
    assert (store.votes().height, len(store.records("look"))) == (1, 1)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
def test_a_transaction_that_is_broken_off_leaves_the_database_as_it_was(
    store: Store, interruption: type[BaseException]
) -> None:
    store.add_votes(votes("1"))
    with suppress(interruption), store.transaction():
        store.add_votes(votes("2"))
        store.add_record("look", {})
        raise interruption
    assert store.votes()["item"].to_list() == ["1"]
    assert store.records("look") == []


def test_a_store_can_be_used_after_a_transaction_was_broken_off(store: Store) -> None:
    with pytest.raises(ValueError, match="stop"), store.transaction():
        raise ValueError("stop")
    assert store.add_votes(votes("1")) == 1


def test_a_transaction_inside_another_is_kept_only_with_it(store: Store) -> None:
    with suppress(ValueError), store.transaction():
        with store.transaction():
            store.add_votes(votes("1"))
        raise ValueError("stop")
    assert store.votes().is_empty()


def test_a_transaction_inside_another_may_fail_alone(store: Store) -> None:
    with store.transaction():
        store.add_votes(votes("1"))
        with suppress(ValueError), store.transaction():
            store.add_votes(votes("2"))
            raise ValueError("stop")
    assert store.votes()["item"].to_list() == ["1"]


def test_a_transaction_reads_what_it_has_added(store: Store) -> None:
    with store.transaction():
        store.add_votes(votes("1"))
        store.add_record("look", {"n": 1})
        assert store.votes()["item"].to_list() == ["1"]
        assert store.last("look") is not None


# --- several at once -------------------------------------------------------------------------------------------------


def test_another_process_reads_the_last_kept_state_while_one_writes(store: Store, path: Path) -> None:
    store.add_votes(votes("1"))
    with Store(path) as other, store.transaction():
        store.add_votes(votes("2"))
        assert other.votes()["item"].to_list() == ["1"]
    assert store.votes()["item"].to_list() == ["1", "2"]


def test_what_one_tells_the_other_sees_and_passes_over(store: Store, path: Path) -> None:
    with Store(path) as other:
        other.add_votes(votes("1"))
        assert store.add_votes(votes("1", "2")) == 1
        assert other.votes()["item"].to_list() == ["1", "2"]


TELL_A_FEW = """
import os, sys
import polars as pl
from payoff.store import Store

path, name = sys.argv[1:]
with Store(path) as store:
    sys.stdin.read()
    for number in range(20):
        items = ["everybody's", f"{name}-{number}"]
        store.add_votes(pl.DataFrame({"item": items, "source": ["experts"] * 2, "label": ["spam"] * 2}))
"""


def test_processes_that_begin_a_database_together_all_have_their_votes_in_it(path: Path) -> None:
    names = ["ann", "bob", "cyd"]
    commands = [[sys.executable, "-c", TELL_A_FEW, str(path), name] for name in names]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE) for command in commands]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    assert [process.wait() for process in processes] == [0, 0, 0]
    with Store(path) as store:
        items = store.votes()["item"].to_list()
    assert sorted(items) == sorted(["everybody's", *(f"{name}-{number}" for name in names for number in range(20))])


def test_a_database_that_another_program_holds_is_refused_after_a_while(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    with Store(path) as store, Store(path) as other:
        store.add_votes(votes("1"))
        with store.transaction():
            store.add_votes(votes("2"))
            with pytest.raises(StoreError, match=r"database is locked(.|\n)*Close the program that holds it"):
                other.add_votes(votes("3"))


# --- never changed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["votes", "requests", "records"])
@pytest.mark.parametrize("change", ["UPDATE {} SET seq = seq + 1", "DELETE FROM {}"])
def test_rows_are_only_ever_added(store: Store, path: Path, table: str, change: str) -> None:
    store.add_votes(votes("1"))
    request = {"round": [1], "item": ["1"], "source": ["experts"], "purpose": ["learn"], "price": [0.6]}
    store.add_requests(pl.DataFrame(request))
    store.add_record("look", {})
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} are only ever added"):
        connection.execute(change.format(table))
    connection.close()


def test_every_connection_waits_for_the_disk() -> None:
    assert pragmas(None)["synchronous"] == 2  # FULL


def test_a_file_is_written_ahead_so_that_readers_never_wait(path: Path) -> None:
    assert pragmas(path) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def pragmas(where: Path | None) -> dict[str, object]:
    engine = database.open_database(where)
    with engine.connect() as connection:
        names = ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"]
        found = {name: connection.scalar(sa.text(f"PRAGMA {name}")) for name in names}
    engine.dispose()
    return found


# --- opened ----------------------------------------------------------------------------------------------------------


def test_a_store_makes_no_file_before_it_is_used(path: Path) -> None:
    with Store(path):
        pass
    assert not path.exists()


def test_a_closed_store_opens_again_on_its_next_use(store: Store) -> None:
    store.add_votes(votes("1"))
    store.close()
    assert store.votes()["item"].to_list() == ["1"]


def test_an_address_of_sqlite_is_a_path(path: Path) -> None:
    with Store(f"sqlite:///{path}") as store:
        store.add_votes(votes("1"))
    with Store(str(path)) as store:
        assert store.votes().height == 1


@pytest.mark.parametrize("memory", [None, "sqlite://"])
def test_a_store_in_memory_lasts_until_it_is_closed(memory: str | None) -> None:
    with Store(memory) as store:
        store.add_votes(votes("1"))
        assert store.votes().height == 1
    with Store(memory) as store:
        assert store.votes().is_empty()


# --- refused ---------------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("item,label\n" * 200)
    with pytest.raises(StoreError, match=r"file is not a database(.|\n)*of a file that does not exist yet"):
        Store(path).votes()
    assert path.read_text() == "item,label\n" * 200


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title)")
    with pytest.raises(StoreError, match="is a database of something else, with the tables 'songs'"):
        Store(path).votes()
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    connection.close()


def test_a_store_of_a_newer_version_is_refused(store: Store, path: Path) -> None:
    store.add_votes(votes("1"))
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = '2'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=r"is a store of version '2'(.|\n)*expected: version 1"):
        store.votes()


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"unable to open database file(.|\n)*Check that the folder exists"):
        Store(tmp_path / "nowhere" / "payoff.db").votes()


def test_a_file_that_may_not_be_written_is_refused_and_can_be_read(store: Store, path: Path) -> None:
    store.add_votes(votes("1"))
    with Store(f"sqlite:///file:{path}?mode=ro&uri=true") as reader:
        assert reader.votes().height == 1
        with pytest.raises(StoreError, match=r"readonly(.|\n)*Make the file and its folder writable"):
            reader.add_votes(votes("2"))


def test_an_address_of_another_database_is_refused_without_its_password() -> None:
    with pytest.raises(StoreError, match="kind 'postgresql'") as refusal:
        Store("postgresql://ann:secret@example.org/votes").votes()
    assert "secret" not in str(refusal.value)


def test_an_address_that_cannot_be_read_is_refused_without_its_password() -> None:
    with pytest.raises(StoreError, match="of kind 'my sql' that cannot be read") as refusal:
        Store("my sql://ann:secret@host:port/votes").votes()
    assert "secret" not in str(refusal.value)


def test_a_full_disk_is_told_with_what_to_do() -> None:
    with pytest.raises(StoreError, match="Make room on the disk"), database.refusing("payoff.db"):
        raise DBAPIError("INSERT", None, sqlite3.OperationalError("database or disk is full"))
