"""Commands as a user types them, on sixty comments in a CSV file: every second one is spam and has links."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from click.testing import CliRunner

from payoff.cli import main
from payoff.testing import World, comments

TERMINAL = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
CELLS = ("0", "-1", "-2", "1")  # keep ham, keep spam, remove ham, remove spam
EXPERTS = '\n[[source]]\nname = "experts"\nkind = "expert"\nprice = 0.5\n'


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as JSON: all of it, and strict JSON, without NaN or Infinity."""
        return json.loads(self.out, parse_constant=_refuse)

    @property
    def found(self) -> str:
        """First line of an error."""
        return self.err.splitlines()[0].removeprefix("Error: ")


def payoff(folder: Path | str, *words: object) -> Said:
    """Type `payoff -C FOLDER WORDS` and read what it says; nothing but an exit ends a command."""
    result = CliRunner(env=TERMINAL).invoke(main, ["-C", str(folder), *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def started(folder: Path | str, *words: object) -> subprocess.Popen[str]:
    """The same as a process of its own."""
    command = [sys.executable, "-c", "from payoff.cli import main; main()", "-C", str(folder), *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    environment = {**os.environ, **TERMINAL, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(command, text=True, env=environment, **pipes)  # type: ignore[call-overload,no-any-return]


def world(n: int = 60) -> World:
    """Comments whose links tell all but a tenth of them apart."""
    return comments(n, blur=0.1, per_month=1_000)


def csv_of(folder: Path, *, outcomes: bool = True, n: int = 60) -> Path:
    """The comments as a CSV file: item, links, caps, text and, if asked for, outcome."""
    path = folder / "comments.csv"
    (world(n).with_outcomes() if outcomes else world(n).items).write_csv(path)
    return path


def filled(folder: Path, *cells: str, volume: bool = True) -> None:
    """Fill in the open payoffs of payoff.toml, in the order written, and the volume."""
    path = folder / "payoff.toml"
    text = path.read_text(encoding="utf-8")
    for cell in cells:
        text = text.replace('= "?"', f"= {cell}", 1)
    if volume:
        text = text.replace("# per_month = 1000", "per_month = 1000").replace("# months = 12", "months = 12")
    path.write_text(text, encoding="utf-8")


def census(folder: Path) -> Path:
    """A project on comments whose outcomes are known: keep or remove, in EUR, 1,000 a month for a year."""
    table = csv_of(folder)
    project = folder / "census"
    said = payoff(project, "init", table, "--outcome", "outcome", "--decisions", "keep,remove", "--unit", "EUR")
    assert said.code == 0, said.err
    filled(project, *CELLS)
    return project


def unlabelled(folder: Path, *, n: int = 60) -> Path:
    """A project on comments nobody labelled, with experts at half a EUR a vote."""
    table = csv_of(folder, outcomes=False, n=n)
    project = folder / "unlabelled"
    names = ("--outcomes", "ham,spam", "--decisions", "keep,remove", "--unit", "EUR")
    said = payoff(project, "init", table, *names)
    assert said.code == 0, said.err
    filled(project, *CELLS)
    with (project / "payoff.toml").open("a", encoding="utf-8") as file:
        file.write(EXPERTS)
    return project


def answered(batch: Path, *, most: int | None = None) -> Path:
    """A batch filled in by an expert who knows, the first `most` rows of it; the rest stays empty."""
    rows = pl.read_csv(batch)
    labels = [world().truth[item] for item in rows["item"]]
    told = labels if most is None else labels[:most] + [""] * (len(labels) - most)
    rows.with_columns(label=pl.Series(told, dtype=pl.String)).write_csv(batch)
    return batch


def left_alone(folder: Path) -> tuple[bytes, list[str]]:
    """payoff.toml as bytes and every row of payoff.db, to compare before and after.

    Rows, not bytes: a file in WAL mode is rewritten when its log is folded in, while what it holds stays the same.
    """
    with closing(sqlite3.connect(folder / "payoff.db")) as database:
        return (folder / "payoff.toml").read_bytes(), list(database.iterdump())


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
