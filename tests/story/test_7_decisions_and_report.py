"""7. Decisions and the report: what is done with each item, what it earns, and what was left open.

Today everything is kept. The story ends with decisions on new comments, a figure with its interval, and a page that can
be handed on.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.testing import comments

WORLD = comments(240, per_month=1_000)
NEW = pl.DataFrame(
    {
        "item": ["n1", "n2"],
        "links": [0, 3],
        "caps": [0.5, 0.5],
        "text": ["what a lovely song", "visit my channel"],
    }
)


@pytest.fixture
def project(tmp_path: Path) -> po.Project:
    """Known outcomes, and a column that says what is done today: keep, always."""
    today = WORLD.with_outcomes().with_columns(today=pl.lit("keep"))
    return po.Project.create(
        tmp_path / "spam", items=today, objective=WORLD.objective, outcome="outcome", today="today"
    )


def test_what_is_in_use_stays_until_another_policy_is_proven(project: po.Project) -> None:
    assert project.decide()["decision"].unique().to_list() == ["keep"]


def test_the_policy_of_highest_expected_payoff_can_be_asked_for_and_is_stamped(project: po.Project) -> None:
    found = project.decide(NEW, provisional=True)
    assert found.select("item", "decision", "provisional").rows() == [("n1", "keep", True), ("n2", "remove", True)]


def test_after_proof_it_decides_without_a_stamp(project: po.Project) -> None:
    trial = project.trial("linear")
    assert trial is not None and trial.adopted
    found = project.decide(NEW)
    assert found.select("item", "decision", "provisional").rows() == [("n1", "keep", False), ("n2", "remove", False)]


def test_each_decision_comes_with_what_it_is_expected_to_earn_and_how_sure_that_is(project: po.Project) -> None:
    project.trial("linear")
    remove = project.decide(NEW).row(1, named=True)
    assert remove["expected"] == pytest.approx(-2 * remove["ham"] + 1 * remove["spam"])
    assert remove["low"] <= remove["expected"] <= remove["high"]


def test_what_is_earned_is_a_figure_with_an_interval_in_your_unit(project: po.Project) -> None:
    project.trial("linear")
    earned = project.value()
    assert earned.low <= 0.5 <= earned.high + 0.1  # perfect knowledge earns half a euro
    assert earned.unit == "EUR"


def test_the_report_is_one_page_that_loads_nothing(project: po.Project) -> None:
    project.trial("linear")
    page = project.report().read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script src" not in page


def test_the_status_says_which_questions_are_answered_and_which_are_open(project: po.Project) -> None:
    answers = project.status().answers
    assert len(answers) == 60
    assert {"computed", "open"} <= {answer.state for answer in answers}
