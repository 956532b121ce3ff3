"""What commands print, and where: tables and figures on the output, spinners on the error stream."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import polars as pl

    from payoff.project import Project


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
        click.echo("The ladder is at its end: every rung was tried.")
    Console().print(screen(project.story()))


def say_next(said: str, step: str, *, quiet: bool = False) -> None:
    """Print what was done and what to do next.

    >>> say_next("report.html written.", "open it in a browser")
    report.html written.
    next: open it in a browser
    """
    if not quiet:
        click.echo(f"{said}\nnext: {step}")
