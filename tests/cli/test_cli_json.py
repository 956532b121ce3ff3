"""`--json`: strict JSON and nothing else on the output, for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from payoff.cli import main
from typed import TERMINAL, answered, census, payoff, unlabelled

PRINTS_A_TABLE = ["objective", "ask", "votes", "trial", "next", "decide", "status"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unlabelled comments after a first batch of votes, beside their table."""
    folder = tmp_path_factory.mktemp("json")
    project = unlabelled(folder)
    batch = folder / "batch.csv"
    for _ in range(2):
        payoff(project, "ask", "--budget", 6, "-o", batch)
        payoff(project, "tell", answered(batch))
    return project


def words_of(command: str, project: Path) -> list[str]:
    more = {"ask": ["--budget", "2"], "decide": [str(project.parent / "comments.csv")]}
    return [command, *more.get(command, []), "--json"]


@pytest.mark.parametrize("command", PRINTS_A_TABLE)
def test_json_is_all_there_is_on_the_output(project: Path, command: str) -> None:
    said = payoff(project, *words_of(command, project))
    assert (said.code, said.err) == (0, "")
    assert isinstance(said.json, dict if command in ("next", "votes") else list)


@pytest.mark.parametrize("command", PRINTS_A_TABLE)
def test_every_command_that_prints_a_table_can_print_json(command: str) -> None:
    assert "--json" in CliRunner(env=TERMINAL).invoke(main, [command, "--help"]).output


def test_decide_gives_a_program_every_row(project: Path) -> None:
    assert len(payoff(project, *words_of("decide", project)).json) == 60


def test_an_interval_that_is_not_known_is_null(project: Path) -> None:
    trial = payoff(project, "trial", "one rule", "--json").json[0]  # no audit vote yet
    assert (trial["estimate"]["low"], trial["estimate"]["high"]) == (None, None)


def test_trial_at_the_end_of_the_ladder_is_an_empty_list(tmp_path: Path) -> None:
    project = census(tmp_path)
    payoff(project, "trial", "--all", "--json")
    assert payoff(project, "trial", "--json").json == []


def test_ask_writes_the_file_and_prints_the_requests(project: Path, tmp_path: Path) -> None:
    said = payoff(project, "ask", "--budget", 1, "-o", tmp_path / "batch.csv", "--json")
    assert len(said.json) == len((tmp_path / "batch.csv").read_text().splitlines()) - 1


def test_an_error_leaves_the_output_empty(project: Path) -> None:
    said = payoff(project, "decide", "nowhere.csv", "--json")
    assert (said.code, said.out) == (2, "")
