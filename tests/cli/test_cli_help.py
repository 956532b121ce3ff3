"""Help is what people meet first: short, in the order of the story, and there at once."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from payoff.cli import main

COMMANDS = list(main.commands)

SHORT = """\
Usage: payoff [OPTIONS] COMMAND [ARGS]...

  From what a decision is worth to decisions that pay, at the least cost, with
  proof.

  Begin with `payoff demo`, or with `payoff init TABLE` on a table of your
  own.

Options:
  -C, --project DIR  The project's folder; the current one by default.
  --version          Show the version and exit.
  -h, --help         Show this message and exit.

Commands:
  demo       The whole loop on real data, phishing triage, in half a minute.
  init       Write payoff.toml for a table of items.
  objective  What there is to win, before a label is bought.
  ask        Which votes to buy next, from whom, for at most the budget.
  tell       Add votes: a FILE with item, source, label, perhaps voter.
  votes      Who votes, how right they are, what they earn; what to look...
  trial      Fit and judge a candidate policy: the next rung, or RUNG.
  next       The one thing to do next, or stop: expected gain, cost, reason.
  decide     Decide on the items of TABLE.
  report     Write report.html: money first, then what was tried and why.
  status     Which of the sixty questions of good methodology are open.
"""


def help_of(*words: str, width: int = 78) -> str:
    result = CliRunner().invoke(main, [*words, "--help"], terminal_width=width, prog_name="payoff")
    assert result.exit_code == 0
    return result.stdout


def test_help_lists_the_commands_in_the_order_of_the_story() -> None:
    assert help_of() == SHORT


def test_payoff_alone_shows_the_help() -> None:
    assert "Commands:" in CliRunner().invoke(main, []).output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does_in_one_whole_sentence(command: str) -> None:
    first = help_of(command, width=200).split("\n\n")[1].strip()
    assert re.fullmatch(r"[A-Z][^.]*(\.toml|\.html)?[^.]*\.", first.split("\n")[0].rstrip() or first)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("width", [80, 100])
def test_help_fits_the_terminal(command: str, width: int) -> None:
    assert max(map(len, help_of(command, width=width).splitlines())) <= width


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_is_for(command: str) -> None:
    options = [each for each in main.commands[command].params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["trial", "--help"]])
def test_help_loads_no_heavy_library(words: list[str]) -> None:
    code = (
        "import sys; from payoff.cli import main\n"
        f"try: main({words!r})\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'polars', 'sklearn', 'numba', 'scipy', 'sqlalchemy', 'rich'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert CliRunner().invoke(main, ["--version"]).stdout.strip().endswith(version("payoff"))


@pytest.mark.parametrize("words", [["foo"], ["trial", "--foo"], ["ask"], ["ask", "--budget", "much"]])
def test_words_that_no_command_understands_end_with_exit_code_2(words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr
