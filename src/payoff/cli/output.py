"""What commands print, and where: tables and figures on the output, spinners on the error stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import polars as pl

    from payoff.project import Project
    from payoff.words import Measured


def open_project(folder: str) -> Project:
    """The project of a folder; the heavy libraries are loaded here, not for `--help`.

    >>> open_project("nowhere")
    Traceback (most recent call last):
    payoff.errors.NoProject: no payoff.toml in 'nowhere'
      expected: the folder of a project
      next: Make one with `payoff init TABLE`, or go to its folder.
    """
    with busy("opening the project"):
        from payoff.project import Project

        return Project.open(folder)


def check_place(output: str | None) -> None:
    """Refuse a place that cannot be written before the work is done, not after.

    >>> check_place("nowhere/batch.csv")
    Traceback (most recent call last):
    payoff.errors.NoPlace: nothing can be written to 'nowhere/batch.csv'
      expected: a file in a folder that exists ('nowhere' or another)
      next: Make the folder or name another file; nothing was changed.
    """
    from payoff.errors import NoPlace

    folder = Path(output or ".").parent
    if output and (Path(output).is_dir() or not folder.is_dir()):
        raise NoPlace(output, str(folder))


def busy(words: str) -> Any:
    """A spinner on the error stream while something lasts, so that output stays clean.

    >>> with busy("fitting"):
    ...     print("done")
    done
    """
    from rich.console import Console

    return Console(stderr=True).status(words)


def say(text: object, *, err: bool = False) -> None:
    """Print sentences, one a line: folded between words on a terminal, whole where a program reads them.

    >>> say("next: ship")
    next: ship
    """
    lines = str(text).splitlines()
    if (sys.stderr if err else sys.stdout).isatty():
        lines = [folded(line, get_terminal_size().columns) for line in lines]
    click.echo("\n".join(lines), err=err)


def folded(line: str, width: int) -> str:
    """A line of at most so many characters, what follows indented by two more than it is.

    >>> print(folded("  next: mend it", 12))
      next: mend
        it
    """
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def show(table: pl.DataFrame, *, title: str, note: str = "", as_json: bool = False) -> None:
    """Print a table to be read, or as JSON.

    >>> import polars as pl
    >>> show(pl.DataFrame({"voter": ["rules"], "votes": [3]}), title="voters", as_json=True)
    [{"voter":"rules","votes":3}]
    """
    if as_json:
        click.echo(table.write_json())
        return
    from rich.console import Console

    from payoff.report.screen import frame_table

    Console().print(frame_table(title, table, note=note))


def show_ladder(project: Project, done: Sequence[Any], *, as_json: bool) -> None:
    """Print what was tried beside the baselines, and the one line in money; or the trials as JSON."""
    if as_json:
        click.echo(json.dumps([each.to_dict() for each in done], default=str))
        return
    from rich.console import Console

    from payoff.report.screen import screen

    if not done:
        say("The ladder is at its end: every rung was tried.")
    Console().print(screen(project.story()))


def say_next(said: str, step: str, *, quiet: bool = False) -> None:
    """Print what was done and what to do next.

    >>> say_next("report.html written.", "open it in a browser")
    report.html written.
    next: open it in a browser
    """
    if not quiet:
        say(f"{said}\nnext: {step}")


def say_lines(chart: Sequence[str], lines: Sequence[str]) -> None:
    """Print a chart as it is, and sentences so that they fit 80 columns.

    >>> say_lines([], ["a month of waiting costs at most 2,460 EUR: 50 stated, the rest of it not won meanwhile"])
    <BLANKLINE>
    a month of waiting costs at most 2,460 EUR: 50 stated, the rest of it not won
      meanwhile
    """
    click.echo("\n".join(["", *chart, ""] if chart else [""]))
    for line in lines:
        click.echo(folded(line, 80))


def say_summary(project: Project, *, said: str = "", quiet: bool = False) -> None:
    """Print where the project stands, but for what was `said`: what is earned, the looks left, what is void."""
    if not quiet:
        say("\n".join(line for line in project.summary() if line != said))


def show_realised(found: pl.DataFrame, *, unit: str) -> None:
    """Print what was promised beside what was realised; '!' where it lies outside the promise.

    >>> import polars as pl
    >>> found = pl.DataFrame({"policy": ["linear"], "promised": [0.5], "from": [0.4], "to": [0.6],
    ...     "realised": [0.7], "low": [0.6], "high": [0.8], "items": [300], "held": [False]})
    >>> show_realised(found, unit="EUR")  # doctest: +NORMALIZE_WHITESPACE
    promised and realised here
    policy               promised                realised
    linear   +0.50 (0.40 to 0.60)  +0.70 (0.60 to 0.80) !
    EUR an item, 95% intervals, 300 items
    ! not as promised
    """
    from rich.console import Console

    from payoff.report.record import Figure
    from payoff.report.screen import text_table
    from payoff.words import ABSENT, count, interval, mean

    rows = []
    for row in found.iter_rows(named=True):
        promised, came = (
            Figure(row["promised"], row["from"], row["to"]),
            Figure(row["realised"], row["low"], row["high"]),
        )
        said = ABSENT if row["promised"] is None else f"{mean(promised)} ({interval(promised)})"
        mark = " !" if row["held"] is False else ""
        rows.append([row["policy"], said, f"{mean(came)} ({interval(came)}){mark}"])
    broken = "\n! not as promised" if False in found["held"].to_list() else ""
    note = f"{unit} an item, 95% intervals, {count(max(found['items']), 'item')}{broken}"
    columns = ["policy", "promised", "realised"]
    Console().print(text_table("promised and realised here", columns, rows, numeric=columns[1:], note=note))


def decided_in_words(found: pl.DataFrame, promise: Measured | None, unit: str, where: str = "") -> str:
    """How many items were decided how, what that is expected to earn in all, and what was promised for so many.

    >>> import polars as pl
    >>> found = pl.DataFrame({"decision": ["keep", "keep"], "expected": [0.5, 1.0], "provisional": [False, False]})
    >>> decided_in_words(found, None, "EUR")
    "2 items decided: 2 keep; expected 1.50 EUR in all, by the policy's own probabilities."
    """
    from payoff.words import count, total

    counts = ", ".join(f"{many:,} {name}" for name, many in found["decision"].value_counts(sort=True).rows())
    worth = f"expected {found['expected'].sum():,.2f} {unit} in all, by the policy's own probabilities"
    if promise is not None:
        worth += f"; promised for so many items like those audited: {total(promise, len(found), unit, signed=False)}"
    stamp = " Provisional: not proven on the audit yet." if found["provisional"].any() else ""
    return f"{count(len(found), 'item')} decided{where}: {counts}; {worth}.{stamp}"


def readable(decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions as a CSV shows them: six digits of a number are more than it is known to.

    >>> import polars as pl
    >>> readable(pl.DataFrame({"expected": [0.0497711993972]}))["expected"].item()
    0.0497712
    """
    import polars as pl

    return decisions.with_columns(pl.selectors.float().round_sig_figs(6))


def probabilities_named(decisions: pl.DataFrame, outcomes: Mapping[str, str]) -> pl.DataFrame:
    """Decisions with the columns of outcomes called what they hold, each outcome as one reads it: `P(spam)`.

    >>> import polars as pl
    >>> found = pl.DataFrame({"item": [1], "0": [0.75], "1": [0.25]})
    >>> probabilities_named(found, {"0": "churned=0", "1": "churned=1"}).columns
    ['item', 'P(churned=0)', 'P(churned=1)']
    """
    return decisions.rename({outcome: f"P({words})" for outcome, words in outcomes.items()})
