"""What a person stated and the tool assumed, as the report says it: title, payoffs, assumptions, what the 5% covers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import payoff as po
from payoff.project.stated import COVERED, stated, title_of
from payoff.report.page import page
from small_projects import CELLS, experts, known_sites, project_of, sites


def told(folder: Path, cells: Any = CELLS, **given: Any) -> po.Project:
    return project_of(folder, known_sites(), objective=po.Objective(cells, unit="EUR", **given), outcome="y")


def test_the_title_says_what_is_decided_on_what(tmp_path: Path) -> None:
    known_sites().write_csv(tmp_path / "comments.csv")
    project = project_of(tmp_path, tmp_path / "comments.csv", outcome="y")
    assert title_of(project._at) == "keep or remove: comments"


def test_a_table_the_project_wrote_itself_lends_no_name(tmp_path: Path) -> None:
    assert title_of(told(tmp_path)._at) == "keep or remove: project"  # the folder's


def test_more_decisions_than_a_title_holds_are_counted(tmp_path: Path) -> None:
    cells = {f"d{place}": {"ham": float(place), "spam": -float(place)} for place in range(5)}
    assert title_of(told(tmp_path, cells)._at) == "one of 5 decisions: project"


def test_a_title_of_ones_own_stays(tmp_path: Path) -> None:
    assert told(tmp_path).story(title="spam").title == "spam"


def test_a_range_is_shown_as_a_range_and_assumed_at_its_middle(tmp_path: Path) -> None:
    found = stated(told(tmp_path, {**CELLS, "remove": {"ham": -2.0, "spam": [0.2, 0.6]}})._at)
    cells = {(cell.decision, cell.outcome): cell.text for cell in found["payoffs"]}
    assert cells["remove", "spam"] == "0.2 to 0.6"
    assert "'remove' under 'spam' pays 0.2 to 0.6 EUR: figures use 0.4" in found["assumed"]


def test_what_was_assumed_comes_first(tmp_path: Path) -> None:
    found = stated(told(tmp_path, per_month=100, months=6, assumed=("per_month",))._at)
    assert found["assumed"][0] == "per_month was assumed, nobody gave it"


def test_prices_and_a_missing_volume_are_assumptions_too(tmp_path: Path) -> None:
    assumed = stated(experts(project_of(tmp_path, sites()), price=0.6)._at)["assumed"]
    assert "one vote of 'experts' costs 0.60 EUR" in assumed
    assert any(line.startswith("no volume was given") for line in assumed)


def test_what_the_five_per_cent_covers_is_on_the_page_and_wherever_it_is_claimed(tmp_path: Path) -> None:
    project = told(tmp_path)
    project.trial("linear")
    story = project.story()
    claims = [text for text in (story.covers, *(each.answer for each in story.questions)) if "below 5%" in text]
    assert len(claims) == 2
    assert all(COVERED in claim for claim in claims)
    assert COVERED in page(story)
