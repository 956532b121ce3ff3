"""`payoff init --questions` and `payoff objective --edit` as a person types them, who may stop at any time."""

from __future__ import annotations

import io
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from payoff.cli import main
from payoff.cli.asking import asking
from payoff.project.interview import Question
from typed import CELLS, TERMINAL, Said, census, csv_of, filled, payoff

ANSWERS = ["", "spam", "0", "2", "0.5", "1000", "", "", "", "", "", "", ""]
GIVEN = ("--outcome", "outcome", "--decisions", "keep,remove", "--unit", "EUR")


def typing(folder: Path, answers: list[str], *words: object) -> Said:
    """The command with what is typed, a line each; then nobody answers any more."""
    typed = "".join(f"{answer}\n" for answer in answers)
    result = CliRunner(env=TERMINAL).invoke(main, ["-C", str(folder), *map(str, words)], input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "payoff.toml").read_text(encoding="utf-8"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "project"


def begun(folder: Path, place: Path, answers: list[str] = ANSWERS) -> Said:
    return typing(place, answers, "init", csv_of(folder), *GIVEN, "--questions")


def test_answered_it_can_be_tried_at_once(tmp_path: Path, place: Path) -> None:
    assert begun(tmp_path, place).out.endswith("next: payoff objective, then payoff trial --all\n")
    assert settings(place)["objective"]["payoff"] == {
        "keep": {"ham": 0, "spam": -0.5},
        "remove": {"ham": -2, "spam": 0},
    }
    assert payoff(place, "trial").code == 0


@pytest.mark.parametrize("words", [(), ("--no-questions",)])
def test_from_a_pipe_nothing_is_asked_unless_wanted(tmp_path: Path, place: Path, words: tuple[str, ...]) -> None:
    said = typing(place, ANSWERS, "init", csv_of(tmp_path), *GIVEN, *words)
    assert said.out.splitlines()[-2] == 'open: 4 payoffs, marked "?" in payoff.toml.'


def test_whoever_stops_loses_nothing(tmp_path: Path, place: Path) -> None:
    said = begun(tmp_path, place, ANSWERS[:4])
    assert settings(place)["objective"]["payoff"] == {"keep": {"ham": 0, "spam": "?"}, "remove": {"ham": -2, "spam": 0}}
    assert said.out.splitlines()[-5:] == [
        "payoff.toml written.",
        "stopped: what you answered is written; `payoff objective --edit` goes on from",
        "  here.",
        'open: 1 payoff, marked "?" in payoff.toml: payoff.keep.spam',
        "next: payoff objective --edit",
    ]


def test_and_goes_on_from_there(tmp_path: Path, place: Path) -> None:
    begun(tmp_path, place, ANSWERS[:4])
    said = typing(place, ["", "-0.5", *[""] * 12], "objective", "--edit")
    assert settings(place)["objective"]["payoff"]["keep"] == {"ham": 0, "spam": -0.5}
    assert said.out.splitlines()[-1] == "next: payoff objective"


def test_who_stops_before_anything_is_named_has_begun_nothing(tmp_path: Path, place: Path) -> None:
    said = typing(place, [], "init", csv_of(tmp_path, outcomes=False), "--questions")
    assert said.code == 130
    assert not place.exists()


def test_ctrl_c_is_the_end_of_the_answers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def pressed(_: str) -> str:
        raise KeyboardInterrupt

    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr("builtins.input", pressed)
    question = Question(key="k", part="Part", words="What?", form="cost", hint="2", default="0")
    assert asking()(question, ["said before"]) is None
    assert capsys.readouterr().out.splitlines()[-4:] == ["Part", "  What?", "    (2)", ""]


def test_a_column_that_is_only_a_sign_of_the_outcome_is_asked_for_in_plain_words(tmp_path: Path, place: Path) -> None:
    said = begun(tmp_path, place, ["n", *ANSWERS[1:]])
    assert "Does 'outcome' say what is really true of an item?" in said.out
    assert "proxy: 'outcome' stands for the outcome" in said.out
    assert settings(place)["items"]["known"] == "proxy"


@pytest.mark.parametrize("known", ["all", "proxy"])
def test_what_was_given_is_not_asked(tmp_path: Path, place: Path, known: str) -> None:
    said = typing(place, ANSWERS[1:], "init", csv_of(tmp_path), *GIVEN, "--known", known, "--questions")
    assert "really true" not in said.out
    assert settings(place)["items"]["known"] == known


def test_neither_yes_nor_no_is_asked_again_and_not_known_is_yes(tmp_path: Path, place: Path) -> None:
    said = begun(tmp_path, place, ["maybe", "?", *ANSWERS[1:]])
    assert "! the answer 'maybe' cannot be used: expected y or n" in said.out
    assert settings(place)["items"]["known"] == "all"


def test_as_bad_as_three_to_seven_of_another_is_a_range(tmp_path: Path, place: Path) -> None:
    begun(tmp_path, place, ["", "spam", "0", "2", "as bad as 3 to 7 ham -> remove", "1000", *[""] * 7])
    assert settings(place)["objective"]["payoff"]["keep"]["spam"] == [-14.0, -6.0]


def test_the_decisions_that_were_named_are_written_down(tmp_path: Path, place: Path) -> None:
    payoff(place, "init", csv_of(tmp_path), *GIVEN)
    assert settings(place)["decisions"] == ["keep", "remove"]


def test_decisions_that_were_assumed_are_not(tmp_path: Path, place: Path) -> None:
    payoff(place, "init", csv_of(tmp_path), "--outcome", "outcome")
    assert "decisions" not in settings(place)


def misspelt(folder: Path, old: str, new: str) -> Said:
    place = census(folder)
    path = place / "payoff.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return payoff(place, "objective")


def test_a_misspelt_decision_is_refused(tmp_path: Path) -> None:
    said = misspelt(tmp_path, "[objective.payoff.remove]", "[objective.payoff.remvoe]")
    assert said.code == 2
    assert said.err == (
        "Error: the objective has payoffs for 'remvoe'\n"
        "  expected: a table of payoffs for each of `decisions` in payoff.toml: 'keep', 'remove'\n"
        "  next: Correct the name, or change it in both places. Did you mean 'remove'?\n"
    )


def test_a_decision_without_payoffs_is_refused(tmp_path: Path) -> None:
    said = misspelt(tmp_path, 'decisions = ["keep", "remove"]', 'decisions = ["keep", "remove", "hold"]')
    assert said.found == "the objective has no payoffs for 'hold'"


def test_an_edit_leaves_every_other_line_as_it_is(tmp_path: Path) -> None:
    place = census(tmp_path)
    path = place / "payoff.toml"
    text = path.read_text(encoding="utf-8").replace("unit =", "# ours since May\nunit =")
    path.write_text(text, encoding="utf-8")
    # Cells by hand earn 1 where remove is right: unit, right.remove, cost.remove.spam, cost.remove.ham
    typing(place, ["", "", "", "3", *[""] * 12], "objective", "--edit")
    before, now = text.splitlines(), path.read_text(encoding="utf-8").splitlines()
    changed = [(old, new) for old, new in zip(before, now, strict=True) if old != new]
    assert [(old[:8], new[:10]) for old, new in changed] == [("ham = -2", "ham = -3.0")]


def test_nothing_changed_writes_nothing(tmp_path: Path) -> None:
    place = census(tmp_path)
    before = (place / "payoff.toml").read_bytes()
    assert typing(place, [""] * 20, "objective", "--edit").out.endswith("nothing changed.\nnext: payoff objective\n")
    assert (place / "payoff.toml").read_bytes() == before


def test_a_new_version_says_which_trials_it_leaves_behind(tmp_path: Path) -> None:
    place = census(tmp_path)
    payoff(place, "trial")
    said = typing(place, ["", "", "", "3", *[""] * 12], "objective", "--edit").out
    words = " ".join(said.split())
    assert "a new version of it: 1 trial before belongs to version 1 and will not be shown beside new ones." in words
    assert payoff(place, "trial", "--json").json[0]["name"] == "one rule"  # the ladder begins anew


def test_who_stops_while_editing_keeps_what_stood(tmp_path: Path) -> None:
    place = census(tmp_path)
    typing(place, ["", "", "", "3"], "objective", "--edit")
    now = settings(place)["objective"]
    assert now["payoff"] == {"keep": {"ham": 0, "spam": -1}, "remove": {"ham": -3, "spam": 1}}
    assert now["per_month"] == 1000


def test_an_answer_the_items_cannot_give_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    place = census(tmp_path)
    before = (place / "payoff.toml").read_bytes()
    said = typing(place, ["", "", "", "SUM(links)", *[""] * 12], "objective", "--edit")
    assert (said.code, "depends on other items" in said.out + said.err) == (2, True)
    assert (place / "payoff.toml").read_bytes() == before


def test_there_must_be_a_project_to_edit(tmp_path: Path) -> None:
    assert payoff(tmp_path, "objective", "--edit").found == f"no payoff.toml in '{tmp_path}'"


def test_cells_filled_in_by_hand_are_offered(tmp_path: Path, place: Path) -> None:
    payoff(place, "init", csv_of(tmp_path), *GIVEN)
    filled(place, *CELLS)  # keep ham 0, keep spam -1, remove ham -2, remove spam 1
    said = typing(place, [""] * 20, "objective", "--edit").out
    assert [line for line in said.splitlines() if line.startswith("  [")][:5] == [
        "  [EUR] > ", "  [spam] > ", "  [+1] > ", "  [2] > ", "  [1] > "
    ]  # fmt: skip


def with_cells(folder: Path, *cells: str) -> Path:
    """A project whose payoffs, in the order written, are these: keep ham, keep spam, remove ham, remove spam."""
    place = census(folder)
    path, given = place / "payoff.toml", iter(cells)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    named = [
        f"{line.split(' = ')[0]} = {next(given)}\n" if line[:6] in ("ham = ", "spam =") else line for line in lines
    ]
    path.write_text("".join(named), encoding="utf-8")
    return place


@pytest.mark.parametrize("cells", [("1", "1", "1", "1"), ("0", "0", "0", "0"), ("1", "1", "0", "-2")])
def test_where_there_is_nothing_to_decide_it_is_said_first_and_every_payoff_can_be_changed(
    tmp_path: Path, cells: tuple[str, ...]
) -> None:
    place = with_cells(tmp_path, *cells)
    typed = ["", "ham -> keep: 0", "spam -> keep: -1", "ham -> remove: -2", "spam -> remove: 0", *[""] * 8]
    said = typing(place, typed, "objective", "--edit").out
    opening, _, asked = said.partition("Which payoff changes?")
    assert "'keep' is worth most whatever the outcome: there is nothing to decide." in opening
    assert "'spam' decided 'remove'" in opening  # what stands is shown before it is asked what changes
    assert "nothing to decide" not in asked
    assert settings(place)["objective"]["payoff"] == {"keep": {"ham": 0, "spam": -1}, "remove": {"ham": -2, "spam": 0}}


def test_where_there_is_nothing_to_decide_enter_keeps_it_all_the_same(tmp_path: Path) -> None:
    place = with_cells(tmp_path, "0", "0", "0", "0")
    before = (place / "payoff.toml").read_bytes()
    assert typing(place, [""] * 20, "objective", "--edit").out.endswith("nothing changed.\nnext: payoff objective\n")
    assert (place / "payoff.toml").read_bytes() == before
