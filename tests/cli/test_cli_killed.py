"""Real processes, really killed: what was acknowledged is on disk, and the project goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from typed import census, left_alone, payoff, started, unlabelled, world

VOTERS = 400  # times sixty items: a file that takes a while to write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")


def until(there: Callable[[], bool], process: subprocess.Popen[str], *, seconds: float = 60.0) -> None:
    """Wait until something is there or the process has ended."""
    end = time.monotonic() + seconds
    while not there() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.001)


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def many_votes(folder: Path) -> Path:
    """Sixty comments, each judged by the same crowd of workers."""
    path = folder / "many.csv"
    items = world().items.select("item", source=pl.lit("workers"), label=pl.lit("spam"))
    workers = pl.DataFrame({"voter": [f"w{number}" for number in range(VOTERS)]})
    items.join(workers, how="cross").write_csv(path)
    return path


def few_votes(folder: Path) -> Path:
    path = folder / "few.csv"
    world().items.head(5).select("item", source=pl.lit("experts"), label=pl.lit("ham")).write_csv(path)
    return path


def rows_of(project: Path) -> int:
    """Votes in the database, after SQLite itself has found it whole."""
    with closing(sqlite3.connect(project / "payoff.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(database.execute("SELECT count(*) FROM votes").fetchone()[0])


def with_workers(project: Path) -> Path:
    with (project / "payoff.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[source]]\nname = "workers"\nkind = "crowd"\nprice = 0.01\n')
    return project


@pytest.mark.parametrize("growth", [1, 200_000, 1_000_000], ids=["at the first write", "later", "late"])
def test_kill_9_in_the_middle_of_tell_loses_nothing_acknowledged(tmp_path: Path, growth: int) -> None:
    project = with_workers(unlabelled(tmp_path))
    assert payoff(project, "tell", few_votes(tmp_path)).out.startswith("5 new votes")
    log = project / "payoff.db-wal"
    before = size(log)
    process = started(project, "tell", many_votes(tmp_path))
    until(lambda: size(log) >= before + growth, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert rows_of(project) in (5, 5 + 60 * VOTERS)  # all of the file or nothing, and the five told before


def test_after_kill_9_the_same_file_can_be_told_again(tmp_path: Path) -> None:
    project = with_workers(unlabelled(tmp_path))
    process = started(project, "tell", many_votes(tmp_path))
    until(lambda: size(project / "payoff.db-wal") > 0, process)
    process.kill()
    process.communicate()
    assert payoff(project, "tell", many_votes(tmp_path)).code == 0
    assert rows_of(project) == 60 * VOTERS
    assert payoff(project, "next").code == 0


def test_votes_acknowledged_one_by_one_survive_a_kill(tmp_path: Path) -> None:
    project = unlabelled(tmp_path)
    process = started(project, "tell", few_votes(tmp_path))
    assert process.stdout is not None
    assert process.stdout.readline() == "5 new votes; spent so far 2.5 EUR.\n"  # acknowledged: now it may die
    process.kill()
    process.communicate()
    assert rows_of(project) == 5


def test_ctrl_c_in_the_middle_of_a_trial_leaves_no_trial(tmp_path: Path) -> None:
    project = census(tmp_path)
    payoff(project, "next")
    before = left_alone(project)
    process = started(project, "trial", "linear")
    time.sleep(0.2)  # while libraries are loaded, the project is opened or the trial runs: no matter where
    until(lambda: (project / "payoff.db-wal").exists(), process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("the trial was done before the signal came")
    assert process.returncode in (130, 1, -signal.SIGINT)
    assert "'linear' against" not in out
    assert "Traceback" not in err or "KeyboardInterrupt" in err
    assert left_alone(project) == before
    assert payoff(project, "trial", "linear").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [(["status", "--json"], 0), (["trial", "none"], 2), (["nothing"], 2)],
    ids=["fine", "refused", "usage"],
)
def test_a_shell_sees_the_exit_code(tmp_path: Path, words: list[str], code: int) -> None:
    process = started(census(tmp_path), *words)
    process.communicate()
    assert process.returncode == code


def test_two_processes_may_tell_at_once(tmp_path: Path) -> None:
    project = with_workers(unlabelled(tmp_path))
    payoff(project, "votes")
    both = [started(project, "tell", file) for file in (many_votes(tmp_path), few_votes(tmp_path))]
    assert [process.communicate()[1] for process in both] == ["", ""]
    assert rows_of(project) == 60 * VOTERS + 5


def test_a_rule_that_fails_is_a_sentence_on_the_error_stream(tmp_path: Path) -> None:
    project = unlabelled(tmp_path)
    (project / "rules.py").write_text('def broken(item):\n    return "ham" if item["caps"] / 0 else None\n')
    with (project / "payoff.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[source]]\nname = "rules"\nkind = "rule"\nmodule = "rules.py"\n')
    out, err = started(project, "votes", "--json").communicate()
    assert out.startswith("{")
    assert err == (
        "Warning: the rule 'broken' failed on 60 item(s), first on item 'c0': ZeroDivisionError: float division by "
        "zero; these votes are missing\n"
    )
