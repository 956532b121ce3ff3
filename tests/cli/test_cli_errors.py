"""What a user can mend: one error of found, expected and next, exit code 2, and everything as it was."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from payoff.cli import main
from payoff.project import Project
from typed import CELLS, TERMINAL, census, csv_of, filled, left_alone, payoff

THREE_LINES = re.compile(r"Error: .+\n  expected: .+\n  next: .+\n")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A census that has been opened once."""
    project = census(tmp_path_factory.mktemp("errors"))
    payoff(project, "next")
    return project


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["decide", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["decide", "{table}", "-o", "{place}/no/out.csv"], "nothing can be written to '{place}/no/out.csv'"),
        (["decide", "{table}", "-o", "{place}"], "nothing can be written to '{place}'"),
        (["report", "-o", "{place}/no/report.html"], "nothing can be written to '{place}/no/report.html'"),
        (["tell", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["tell", "{table}"], "the table of votes has no column "),
        (["trial", "lineer"], "no rung called 'lineer'"),
        (["ask", "--budget", "-1"], "the budget -1.0"),
        (["ask", "--budget", "nan"], "the budget nan"),
        (["ask", "--budget", "5"], "no source answers on request"),
        (["init", "{table}"], "'{project}' holds a project already"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_refusal_has_three_lines_and_changes_nothing(
    ready: Path, tmp_path: Path, words: list[str], found: str
) -> None:
    names = {"table": ready.parent / "comments.csv", "place": tmp_path, "project": ready}
    before = left_alone(ready)
    said = payoff(ready, *(word.format(**names) for word in words))
    assert (said.code, said.out) == (2, "")
    assert THREE_LINES.fullmatch(said.err)
    assert said.found.startswith(found.format(**names))
    assert left_alone(ready) == before


@pytest.mark.parametrize("command", ["objective", "votes", "next", "status", "report", "trial"])
def test_a_folder_without_a_project_is_named(tmp_path: Path, command: str) -> None:
    said = payoff(tmp_path, command)
    assert said.code == 2
    assert said.err == (
        f"Error: no payoff.toml in '{tmp_path}'\n"
        "  expected: the folder of a project\n"
        "  next: Make one with `payoff init TABLE`, or go to its folder.\n"
    )
    assert list(tmp_path.iterdir()) == []


EDITS = {
    "a cell that is no number": (
        "spam = 1 ",
        'spam = "many" ',
        "the payoff remove.spam = 'many' reads the column 'many'",
    ),
    "a cell that is missing": (
        "spam = 1 ",
        "# spam = 1 ",
        "the decision 'remove' has no payoff for the outcome 'spam'",
    ),
    "a cell that is misspelt": ("spam = 1 ", "spma = 1 ", "the decision "),
    "an expression over no column": ("spam = 1 ", 'spam = "-amont" ', "the payoff remove.spam"),
    "a key that is misspelt": ('outcome = "outcome"', 'outcom = "outcome"', "[items] has the key 'outcom'"),
    "broken TOML": ('unit = "EUR"', 'unit = "EUR', "{path} cannot be read: "),
    "a table that is gone": ("comments.csv", "gone.csv", ""),
    "a limit on no decision": ("# Who votes", '[[limit]]\ndecision = "hide"\nshare = 0.1\n# Who votes', ""),
}


@pytest.mark.parametrize("name", EDITS)
def test_settings_that_cannot_be_used_are_named_and_nothing_is_lost(tmp_path: Path, name: str) -> None:
    project = census(tmp_path)
    payoff(project, "next")
    old, new, found = EDITS[name]
    path = project / "payoff.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    before = left_alone(project)
    said = payoff(project, "trial")
    assert (said.code, said.out) == (2, "")
    assert THREE_LINES.fullmatch(said.err), said.err
    assert said.found.startswith(found.format(path=path))
    assert left_alone(project) == before


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "payoff.toml").write_text('unit = "EUR"\n[items\n', encoding="utf-8")
    assert "line 2" in payoff(tmp_path, "status").found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "the file is empty"),
        (b"item,y\n", "there is a header and no rows"),
        ("item,y\n1,Stra\xdfe\n2,b\n".encode("latin-1"), "is not UTF-8"),
        (b"item,y\n1,a\n1,b\n", None),
        (b"item,y\n1,a\n2,a\n", "the column 'y' (outcome)"),
        (b"item,y\n1,\n2,\n", "the column 'y' (outcome)"),
        (b"item,y,p\n1,a,0.5\n2,b,7\n", None),
    ],
    ids=["empty file", "no rows", "latin-1", "repeated id", "one outcome", "all missing", "fine"],
)
def test_a_table_that_cannot_be_used_writes_nothing(tmp_path: Path, content: bytes, found: str | None) -> None:
    table, project = tmp_path / "table.csv", tmp_path / "project"
    table.write_bytes(content)
    said = payoff(project, "init", table, "--outcome", "y")
    if found is None:  # an id that repeats is no id: the row number is taken, and said
        assert said.code == 0
        return
    assert (said.code, said.out) == (2, "")
    assert THREE_LINES.fullmatch(said.err)
    assert found in said.found
    assert not project.exists()


def test_a_given_id_that_repeats_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("item,y\n1,a\n1,b\n")
    said = payoff(tmp_path / "project", "init", table, "--outcome", "y", "--id", "item")
    assert said.found == "the column 'item' (id) holds '1' 2 times (1 id is repeated)"


def test_a_payoff_over_a_column_the_new_table_lacks_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "loans.csv"
    pl.DataFrame({"id": range(40), "amount": [5.0] * 20 + [9.0] * 20, "bad": ["yes", "no"] * 20}).write_csv(table)
    project = tmp_path / "project"
    payoff(project, "init", table, "--outcome", "bad", "--decisions", "lend,refuse")
    filled(project, "1", '"-amount"', "0", "0")
    new = tmp_path / "new.csv"
    new.write_text("id\n41\n42\n")
    said = payoff(project, "decide", new)
    assert (said.code, said.out) == (2, "")
    assert "'amount'" in said.found


def test_a_folder_in_place_of_a_file_is_an_error_too(tmp_path: Path) -> None:
    (tmp_path / "payoff.toml").mkdir()
    said = payoff(tmp_path, "status")
    assert (said.code, said.out) == (2, "")
    assert THREE_LINES.fullmatch(said.err)


def test_ctrl_c_ends_a_command_with_its_own_exit_code(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    before = left_alone(ready)
    monkeypatch.setattr(Project, "trial", stopped)
    result = CliRunner(env=TERMINAL).invoke(main, ["-C", str(ready), "trial"])
    assert result.exit_code == 130
    assert result.stderr == "Stopped. What was told before is kept; nothing else was changed.\n"
    assert left_alone(ready) == before


def test_a_bug_is_not_dressed_up_as_a_mistake_of_the_user(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Project, "trial", broken)
    with pytest.raises(ZeroDivisionError):
        payoff(ready, "trial")


def test_one_outcome_that_is_not_in_the_payoffs_is_named(tmp_path: Path) -> None:
    table = csv_of(tmp_path)
    project = tmp_path / "project"
    payoff(project, "init", table, "--outcome", "outcome", "--decisions", "keep,remove")
    filled(project, *CELLS)
    path = project / "payoff.toml"
    path.write_text(path.read_text().replace("spam = ", "scam = "))
    said = payoff(project, "trial")
    assert said.code == 2
    assert said.found == "the objective has no payoff for the outcome 'spam' in 30 of 60 rows of the column 'outcome'"
