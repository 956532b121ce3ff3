"""`payoff init`: what could be inferred is filled in and shown, what only a person can say is marked."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from payoff.cli import main
from typed import CELLS, TERMINAL, csv_of, filled, payoff, world


def toml_of(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "payoff.toml").read_text(encoding="utf-8"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return csv_of(tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "project"


def test_what_was_inferred_is_shown_and_open_cells_are_counted(table: Path, place: Path) -> None:
    assert payoff(place, "init", table, "--outcome", "outcome").out == (
        "payoff.toml written for 60 items, 3 columns to learn from.\n"
        '  id: the column "item" (unique, no missing values)\n'
        '  outcome: the column "outcome" (given)\n'
        "  outcomes of all 60 items: ham 50.0%, spam 50.0%\n"
        "  assumed: decisions 'act' and 'leave': rename them to what you choose between\n"
        "  assumed: unit 'points': ratios of payoffs are enough; put a currency if you have prices\n"
        'open: 4 payoffs, marked "?" in payoff.toml.\n'
        "next: fill them in, then `payoff trial --all` (or `payoff objective` first).\n"
    )


def test_outcomes_called_by_numbers_are_shown_with_their_column(table: Path, place: Path) -> None:
    churned = (pl.col("outcome") == "spam").cast(pl.Int64).alias("churned")
    pl.read_csv(table).with_columns(churned).drop("outcome").write_csv(table)
    said = payoff(place, "init", table, "--outcome", "churned", "--decisions", "keep,remove")
    assert "  outcomes of all 60 items: churned=0 50.0%, churned=1 50.0%\n" in said.out
    filled(place, *CELLS)
    assert "P(churned=0)  P(churned=1)" in payoff(place, "decide", table).out


def test_every_payoff_is_open_because_money_is_never_invented(table: Path, place: Path) -> None:
    payoff(place, "init", table, "--outcome", "outcome", "--decisions", "keep,remove")
    assert toml_of(place)["objective"] == {
        "payoff": {"keep": {"ham": "?", "spam": "?"}, "remove": {"ham": "?", "spam": "?"}}
    }


def test_the_table_is_found_again_from_the_project_folder(table: Path, place: Path) -> None:
    payoff(place, "init", table, "--outcome", "outcome")
    assert toml_of(place)["items"]["table"] == "../comments.csv"


def test_the_folder_of_the_project_is_made_where_there_is_none(table: Path, tmp_path: Path) -> None:
    assert payoff(tmp_path / "a" / "b", "init", table, "--outcome", "outcome").code == 0
    assert (tmp_path / "a" / "b" / "payoff.toml").exists()


def test_filled_in_the_project_goes_straight_to_a_trial(table: Path, place: Path) -> None:
    payoff(place, "init", table, "--outcome", "outcome", "--decisions", "keep,remove")
    filled(place, *CELLS)
    said = payoff(place, "trial")
    assert said.code == 0
    assert said.out.startswith("'one rule' against 'constant'\n  ")


def test_an_open_payoff_is_asked_for_by_name(table: Path, place: Path) -> None:
    payoff(place, "init", table, "--outcome", "outcome", "--decisions", "keep,remove")
    filled(place, *CELLS[:3])
    said = payoff(place, "trial")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "Error: remove.spam is still open\n"
        "  expected: what 'remove' is worth when the outcome is 'spam'\n"
        "  next: Put a number or an expression such as -amount for 'spam' in [objective.payoff.remove].\n"
    )


def test_an_open_payoff_leaves_no_database_behind(table: Path, place: Path) -> None:
    payoff(place, "init", table, "--outcome", "outcome")
    payoff(place, "status")
    assert not (place / "payoff.db").exists()


def test_today_names_the_decisions(tmp_path: Path, place: Path) -> None:
    path = tmp_path / "today.csv"
    decided = pl.Series("done", ["keep", "keep", "hold"] * 20)
    world().with_outcomes().with_columns(decided).write_csv(path)
    payoff(place, "init", path, "--outcome", "outcome", "--today", "done", "--decisions", "keep,remove")
    assert list(toml_of(place)["objective"]["payoff"]) == ["keep", "remove", "hold"]
    assert toml_of(place)["items"]["today"] == "done"


def test_what_is_done_today_is_what_candidates_are_judged_against(tmp_path: Path, place: Path) -> None:
    path = tmp_path / "today.csv"
    world().with_outcomes().with_columns(done=pl.Series(["keep", "remove"] * 30).shuffle(seed=1)).write_csv(path)
    payoff(place, "init", path, "--outcome", "outcome", "--today", "done")
    filled(place, *CELLS)
    assert payoff(place, "trial").out.startswith("'one rule' against 'system'\n")


def test_proba_makes_the_users_own_model_a_rung(tmp_path: Path, place: Path) -> None:
    path = tmp_path / "proba.csv"
    world().with_outcomes().with_columns(p=pl.Series([0.1, 0.9] * 30)).write_csv(path)
    payoff(place, "init", path, "--outcome", "outcome", "--proba", "p", "--decisions", "keep,remove")
    filled(place, *CELLS)
    assert toml_of(place)["items"]["proba"] == "p"
    assert payoff(place, "trial", "own model").out.startswith("'own model' against 'constant'\n")


def test_known_after_columns_are_written_down_and_teach_nothing(tmp_path: Path, place: Path) -> None:
    path = tmp_path / "later.csv"
    world().with_outcomes().with_columns(cost=pl.Series([1.5, 2.5] * 30), refund=pl.Series([3, 4] * 30)).write_csv(path)
    words = ("--known-after", "cost", "--known-after", "refund")
    said = payoff(place, "init", path, "--outcome", "outcome", *words)
    assert toml_of(place)["items"]["known_after"] == ["cost", "refund"]
    assert said.out.startswith("payoff.toml written for 60 items, 3 columns to learn from.\n")


def test_future_keeps_items_aside_that_the_project_never_sees(tmp_path: Path, place: Path) -> None:
    path = tmp_path / "years.csv"
    world().with_outcomes().with_columns(year=pl.Series([2024] * 45 + [2025] * 15)).write_csv(path)
    said = payoff(place, "init", path, "--outcome", "outcome", "--future", "year=2025")
    assert "15 items with year = 2025 are kept aside in future.parquet" in said.out
    assert pl.read_parquet(place / "future.parquet")["year"].unique().to_list() == [2025]
    assert pl.read_parquet(place / "items.parquet")["year"].unique().to_list() == [2024]
    assert toml_of(place)["items"] | {"future": "future.parquet", "table": "items.parquet"} == toml_of(place)["items"]


def test_what_was_kept_aside_is_decided_on_later(tmp_path: Path, place: Path) -> None:
    path = tmp_path / "years.csv"
    world().with_outcomes().with_columns(year=pl.Series([2024] * 45 + [2025] * 15)).write_csv(path)
    given = ("--outcome", "outcome", "--decisions", "keep,remove", "--future", "year=2025")
    payoff(place, "init", path, *given)
    filled(place, *CELLS)
    assert len(payoff(place, "decide", place / "future.parquet", "--json").json) == 15


@pytest.mark.parametrize("which", ["year=1999", "yeer=2025", "2025"])
def test_a_future_that_parts_nothing_is_refused_and_writes_nothing(tmp_path: Path, place: Path, which: str) -> None:
    path = tmp_path / "years.csv"
    world().with_outcomes().with_columns(year=pl.Series([2024] * 45 + [2025] * 15)).write_csv(path)
    said = payoff(place, "init", path, "--outcome", "outcome", "--future", which)
    assert (said.code, said.found) == (2, f"--future '{which}'")
    assert not place.exists()


def partly_known(folder: Path) -> Path:
    path = folder / "partly.csv"
    known = pl.int_range(60, eager=True) < 40
    frame = world().with_outcomes()
    frame.with_columns(outcome=pl.when(known).then(frame["outcome"])).write_csv(path)
    return path


def test_outcomes_known_of_some_items_teach_and_cannot_judge(tmp_path: Path, place: Path) -> None:
    said = payoff(place, "init", partly_known(tmp_path), "--outcome", "outcome")
    assert toml_of(place)["items"]["known"] == "selected"
    assert "outcomes of all 60 items: ham 33.3%, spam 33.3%, not known 33.3%" in said.out
    assert "they teach and cannot judge" in said.out


def test_outcomes_known_of_some_items_judge_if_chance_chose_them(tmp_path: Path, place: Path) -> None:
    said = payoff(place, "init", partly_known(tmp_path), "--outcome", "outcome", "--known", "at random")
    assert toml_of(place)["items"]["known"] == "at random"
    assert "cannot judge" not in said.out


def test_all_outcomes_known_is_a_census(table: Path, place: Path) -> None:
    payoff(place, "init", table, "--outcome", "outcome")
    assert toml_of(place)["items"]["known"] == "all"


def asked(folder: Path, table: Path, answers: str, **given: Any) -> str:
    """What is on the screen when a person types the answers and then goes away."""
    words = [word for name, value in given.items() for word in (f"--{name}", value)]
    typed = ["-C", str(folder), "init", str(table), *words, "--questions"]
    return CliRunner(env=TERMINAL).invoke(main, typed, input=answers).output


def test_a_person_is_asked_for_outcomes_and_decisions(tmp_path: Path, place: Path) -> None:
    asked(place, csv_of(tmp_path, outcomes=False), "ham, spam\nkeep, remove\n")
    assert toml_of(place)["objective"]["payoff"]["remove"] == {"ham": "?", "spam": "?"}


def test_a_person_is_asked_how_outcomes_came_to_be_known(tmp_path: Path, place: Path) -> None:
    prompt = asked(place, partly_known(tmp_path), "keep,remove\n\ny\n", outcome="outcome")
    assert "Were those items chosen at random" in prompt
    assert toml_of(place)["items"]["known"] == "at random"


def test_without_an_answer_outcomes_of_some_items_cannot_judge(tmp_path: Path, place: Path) -> None:
    asked(place, partly_known(tmp_path), "keep,remove\n\n\n", outcome="outcome")
    assert toml_of(place)["items"]["known"] == "selected"


def test_outcomes_that_nothing_names_are_asked_for(tmp_path: Path, place: Path) -> None:
    said = payoff(place, "init", csv_of(tmp_path, outcomes=False))
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "Error: no outcomes are named (--outcomes '', and no --outcome column)\n"
        "  expected: --outcome COLUMN with known outcomes, one of 'item', 'links', 'caps', 'text', or --outcomes with "
        "two or more names\n"
        "  next: Say for example: payoff init TABLE --outcome label, or payoff init TABLE --outcomes ham,spam.\n"
    )


def test_a_column_of_measurements_is_no_outcome(table: Path, place: Path) -> None:
    said = payoff(place, "init", table, "--outcome", "caps")
    assert said.code == 2
    assert said.found.startswith("the outcome column 'caps' has ")


def test_a_project_is_not_begun_twice(table: Path, place: Path) -> None:
    payoff(place, "init", table, "--outcome", "outcome")
    before = (place / "payoff.toml").read_bytes()
    said = payoff(place, "init", table, "--outcome", "outcome")
    assert said.found == f"'{place}' holds a project already (payoff.toml or payoff.db)"
    assert (place / "payoff.toml").read_bytes() == before


def test_a_database_without_its_settings_is_a_project_too(table: Path, place: Path) -> None:
    place.mkdir()
    (place / "payoff.db").write_bytes(b"votes")
    assert payoff(place, "init", table, "--outcome", "outcome").code == 2


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--outcome", "outcom"], "the table has no column 'outcom' (named as outcome); did you mean 'outcome'?"),
        (["--outcome", "outcome", "--id", "links"], "the column 'links' (id) holds '0' "),
        (["--outcome", "outcome", "--proba", "links"], "the column 'links' (proba) holds "),
        (["--outcome", "outcome", "--known-after", "cost"], "the table has no column 'cost' (named as known_after)"),
    ],
    ids=["misspelt outcome", "id that repeats", "proba that is none", "known-after that is absent"],
)
def test_a_column_that_cannot_play_its_role_is_refused_before_anything_is_written(
    table: Path, place: Path, words: list[str], found: str
) -> None:
    said = payoff(place, "init", table, *words)
    assert (said.code, said.out) == (2, "")
    assert said.found.startswith(found)
    assert not place.exists()


def test_a_csv_from_windows_reads_as_any_other(tmp_path: Path, place: Path) -> None:
    text = csv_of(tmp_path).read_text(encoding="utf-8")
    windows = tmp_path / "windows.csv"
    windows.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    said = payoff(place, "init", windows, "--outcome", "outcome", "--decisions", "keep,remove")
    assert '  id: the column "item" (unique, no missing values)\n' in said.out
    assert "  outcomes of all 60 items: ham 50.0%, spam 50.0%\n" in said.out


def test_outcomes_in_numbers_are_named_as_they_are_written(tmp_path: Path, place: Path) -> None:
    path = tmp_path / "churn.csv"
    pl.DataFrame({"id": range(40), "months": [3, 40] * 20, "churn": [1.0, 0.0] * 20}).write_csv(path)
    payoff(place, "init", path, "--outcome", "churn")
    assert toml_of(place)["objective"]["payoff"]["act"] == {"0": "?", "1": "?"}
