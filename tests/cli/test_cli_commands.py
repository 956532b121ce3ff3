"""The walk of a newcomer: every command on sixty comments, and what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from payoff.project import Project
from payoff.words import total
from typed import answered, census, filled, left_alone, payoff, unlabelled, world


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A census in which every rung was tried; tests that write take a copy."""
    project = census(tmp_path_factory.mktemp("walked"))
    assert payoff(project, "trial", "--all").code == 0
    return project


@pytest.fixture
def project(walked: Path, tmp_path: Path) -> Path:
    """A copy of the same, beside its table."""
    shutil.copy(walked.parent / "comments.csv", tmp_path)
    return Path(shutil.copytree(walked, tmp_path / "census"))


def test_objective_says_what_there_is_to_win(walked: Path) -> None:
    said = payoff(walked, "objective")
    assert said.code == 0
    # -s = -2 (1 - s) + s: s = 1/2
    assert "'keep' is best where P(spam) is below 0.500, 'remove' from 0.500\n" in said.out
    assert "over 12,000 items there is at most 6,000 EUR to win" not in said.out  # learning part only, so not just half
    assert "over 12,000 items there is at most " in said.out


def test_objective_of_unlabelled_items_shows_a_range_of_base_rates(tmp_path: Path) -> None:
    rows = payoff(unlabelled(tmp_path), "objective", "--json").json
    assert [row["P(spam)"] for row in rows] == [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9]
    half = rows[5]
    assert half["best constant"] == "keep"  # both constants earn -1/2: the one listed first
    assert (half["it earns"], half["perfect knowledge"], half["to win"]) == (-0.5, 0.5, 1.0)


def test_objective_without_a_volume_says_that_it_is_missing(tmp_path: Path) -> None:
    project = census(tmp_path)
    text = (project / "payoff.toml").read_text()
    (project / "payoff.toml").write_text(text.replace("per_month = 1000", "# per_month = 1000"))
    assert "no volume was given (per_month and months in [objective])" in payoff(project, "objective").out


def test_trial_says_verdict_table_and_what_is_next(tmp_path: Path) -> None:
    lines = payoff(census(tmp_path), "trial").out.splitlines()
    assert lines[0] == "'one rule' against 'constant'"
    assert lines[1].startswith(("  Adopt: ", "  Cannot tell", "  Keep the incumbent: "))
    assert lines[2] == "keep or remove: comments".ljust(len(lines[2]))  # the title of the table
    assert lines[-1]
    assert "next: " in " ".join(lines[3:])


def test_all_climbs_the_ladder_to_its_end(tmp_path: Path) -> None:
    trials = payoff(census(tmp_path), "trial", "--all", "--json").json
    assert [trial["name"] for trial in trials] == ["one rule", "linear", "trees"]


def test_at_the_end_of_the_ladder_trial_says_so(walked: Path) -> None:
    said = payoff(walked, "trial")
    assert said.code == 0
    assert said.out.startswith("The ladder is at its end: every rung was tried.\n")


def test_a_rung_named_with_all_is_tried_once(project: Path) -> None:
    assert [trial["name"] for trial in payoff(project, "trial", "linear", "--all", "--json").json] == ["linear"]


def test_next_says_one_thing_and_at_most_three_others(walked: Path) -> None:
    lines = payoff(walked, "next").out.splitlines()
    assert lines[0].startswith("next: ")
    others = [line for line in lines if line.startswith("  or ")]
    assert lines[1 : 1 + len(others)] == others
    assert len(others) <= 3


def test_asking_for_advice_twice_gives_the_same_advice(project: Path) -> None:
    assert payoff(project, "next").out == payoff(project, "next").out


def test_votes_lists_every_voter(tmp_path: Path) -> None:
    project = unlabelled(tmp_path)
    batch = tmp_path / "batch.csv"
    payoff(project, "ask", "--budget", 5, "-o", batch)
    payoff(project, "tell", answered(batch))
    assert "experts" in payoff(project, "votes").out
    row = payoff(project, "votes", "--json").json["voters"][0]
    assert (row["source"], row["voter"], row["kind"], row["votes"]) == ("experts", "experts", "expert", 10)


def test_decide_shows_the_first_twenty(walked: Path) -> None:
    said = payoff(walked, "decide", walked.parent / "comments.csv")
    assert "first 20 of 60 decisions" in said.out
    assert said.out.endswith("60 items decided.\nnext: payoff report\n") or "Provisional" in said.out


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_decide_writes_a_table(walked: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    assert payoff(walked, "decide", walked.parent / "comments.csv", "-o", out).code == 0
    table = pl.read_csv(out) if name.endswith("csv") else pl.read_parquet(out)
    assert table.columns == ["item", "decision", "expected", "low", "high", "provisional", "ham", "spam"]
    assert table["item"].to_list() == world().items["item"].to_list()


def test_decide_on_no_items_writes_the_columns_and_says_so(walked: Path, tmp_path: Path) -> None:
    new, out = tmp_path / "new.csv", tmp_path / "out.csv"
    new.write_text("item,links,caps,text\n")
    said = payoff(walked, "decide", new, "-o", out)
    assert said.out == (
        f"no items in {new}: nothing to decide; {out} holds its columns and no rows.\nnext: payoff status\n"
    )
    assert out.read_text() == "item,decision,expected,low,high,provisional,ham,spam\n"
    assert payoff(walked, "decide", new, "--json").json == []


def test_decide_names_outcomes_that_the_objective_has_not(walked: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("item,links,caps,text,label\nx1,3,0.5,visit my channel,spma\nx2,0,0.5,what a lovely song,ham\n")
    said = payoff(walked, "decide", new)
    assert said.code == 2
    assert "the column 'label' holds outcomes that the objective has not: 'spma' in 1 of 2 rows" in said.err


def test_decide_needs_neither_outcome_nor_todays_decision(walked: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("item,links,caps,text\nx1,3,0.5,visit my channel\nx2,0,0.5,what a lovely song\n")
    rows = payoff(walked, "decide", new, "--json").json
    assert [(row["item"], row["decision"]) for row in rows] == [("x1", "remove"), ("x2", "keep")]


def test_proven_decides_with_what_is_proven_only(tmp_path: Path) -> None:
    rows = payoff(census(tmp_path), "decide", tmp_path / "comments.csv", "--proven", "--json").json
    assert {row["provisional"] for row in rows} == {False}
    assert len({row["decision"] for row in rows}) == 1  # nothing was tried: the best constant


def test_provisional_decisions_are_stamped(tmp_path: Path) -> None:
    said = payoff(census(tmp_path), "decide", tmp_path / "comments.csv", "--provisional")
    assert "60 items decided: 31 keep, 29 remove; expected 18.95 EUR in all, by the policy's own" in said.out
    assert "Provisional: not proven on the audit yet." in said.out


def test_decide_says_what_was_promised_for_so_many_items(walked: Path) -> None:
    said = " ".join(payoff(walked, "decide", walked.parent / "comments.csv").out.split())
    found = Project.open(walked).promised(60)
    assert found is not None
    assert f"; promised for so many items like those audited: {total(found, 60, 'EUR', signed=False)}." in said


def test_report_is_one_page_in_the_projects_folder(project: Path) -> None:
    said = payoff(project, "report")
    assert said.out == f"{project / 'report.html'} written.\nnext: open it in a browser\n"
    assert (project / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_report_goes_where_it_is_asked_to(project: Path, tmp_path: Path) -> None:
    payoff(project, "report", "-o", tmp_path / "here.html")
    assert (tmp_path / "here.html").exists()
    assert not (project / "report.html").exists()


def test_status_shows_what_is_open_and_counts_the_rest(walked: Path) -> None:
    said = payoff(walked, "status").out
    states = {row["id"]: row["state"] for row in payoff(walked, "status", "--json").json}
    settled = [each for each, state in states.items() if state in ("answered", "computed")]
    shown = [line.split()[0] for line in said.splitlines() if line.startswith("  ") and line[2] != " "]
    assert sorted(shown[: 60 - len(settled)]) == sorted(set(states) - set(settled))
    assert f"\n{len(settled)} of 60 questions settled; fewest in " in said


def test_status_all_shows_every_question_under_its_stage(walked: Path) -> None:
    said = payoff(walked, "status", "--all").out
    questions = [line.split()[0] for line in said.splitlines() if line.startswith("  ") and line[2] != " "]
    assert [row["id"] for row in payoff(walked, "status", "--json").json] == questions[:60]
    assert said.startswith("Frame\n  F1  ")


def test_status_for_programs_has_all_sixty(walked: Path) -> None:
    states = [row["state"] for row in payoff(walked, "status", "--json").json]
    assert set(states) <= {"answered", "computed", "blocked", "open"}
    assert len(states) == 60


@pytest.mark.parametrize("command", [["objective"], ["votes"], ["status"], ["next"]])
def test_commands_that_only_look_change_no_vote_and_no_setting(project: Path, command: list[str]) -> None:
    payoff(project, "next")
    before = left_alone(project)
    assert payoff(project, *command).code == 0
    assert left_alone(project) == before


def test_rules_in_the_settings_vote_and_a_rule_that_fails_is_named(tmp_path: Path) -> None:
    project = unlabelled(tmp_path)
    (project / "rules.py").write_text(
        'def links(item):\n    return "spam" if item["links"] else None\n\n\n'
        'def broken(item):\n    return "ham" if item["caps"] / 0 else None\n'
    )
    with (project / "payoff.toml").open("a") as file:
        file.write('\n[[source]]\nname = "rules"\nkind = "rule"\nmodule = "rules.py"\n')
    with pytest.warns(UserWarning, match="the rule 'broken' failed on 60 item"):
        said = payoff(project, "votes", "--json")
    votes = {row["voter"]: row["votes"] for row in said.json["voters"]}
    assert votes["links"] == int((world().items["links"] > 0).sum())
    assert votes.get("broken", 0) == 0


def test_a_payoff_may_be_an_expression_over_the_items_columns(tmp_path: Path) -> None:
    project = tmp_path / "expression"
    table = tmp_path / "loans.csv"
    frame = pl.DataFrame({"id": range(60), "amount": [10.0, 100.0, 1000.0] * 20, "income": [1.0, 2.0] * 30})
    frame.with_columns(bad=pl.Series(["yes", "no"] * 30)).write_csv(table)
    payoff(project, "init", table, "--outcome", "bad", "--decisions", "lend,refuse")
    filled(project, '"0.1 * amount"', '"-amount"', "0", "0")
    said = payoff(project, "trial", "linear")
    assert (said.code, said.err) == (0, "")


def test_limits_are_kept(tmp_path: Path) -> None:
    project = census(tmp_path)
    with (project / "payoff.toml").open("a") as file:
        file.write('\n[[limit]]\ndecision = "remove"\nshare = 0.1\n')
    rows = payoff(project, "decide", tmp_path / "comments.csv", "--provisional", "--json").json
    assert sum(row["decision"] == "remove" for row in rows) <= 6  # a tenth of sixty


def test_a_csv_of_decisions_has_no_more_digits_than_one_reads(tmp_path: Path) -> None:
    payoff(census(tmp_path), "decide", tmp_path / "comments.csv", "-o", tmp_path / "out.csv")
    told = pl.read_csv(tmp_path / "out.csv", infer_schema=False)
    figures = told.select("expected", "low", "high", "spam").rows()
    assert all(len(cell.lstrip("-0.").replace(".", "")) <= 6 for row in figures for cell in row if "e" not in cell)


def test_votes_say_that_nobody_votes_where_outcomes_are_known(tmp_path: Path) -> None:
    project = census(tmp_path)
    assert payoff(project, "votes").out.startswith("No voter here:")
    assert payoff(project, "votes", "--json").json["voters"] == []
