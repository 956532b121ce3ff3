"""Outcomes that decisions reveal come back as free votes: they teach, are counted and named, and do not judge."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import payoff as po
from small_projects import answered, experts, known_sites, project_of, sites, truth_of
from status_worlds import said

ITEMS = sites(90)
TRUTH = truth_of(ITEMS)


def decided(project: po.Project, many: int) -> pl.DataFrame:
    """What came of the first so many items of the learning part, which were inspected."""
    ground = project._at.ground
    rows = pl.DataFrame({"item": ground.items.ids.gather(ground.learning[:many])})
    return answered(rows, TRUTH).with_columns(source=pl.lit("experts"), purpose=pl.lit("decided"))


def test_outcomes_that_a_decision_revealed_teach(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS))
    project.tell(decided(project, 30))
    assert project._at.standing().labels == 30


def test_they_are_free_and_were_not_bought(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS), price=2.0)
    project.tell(decided(project, 30))
    assert (project.spent, project._at.bought) == (0.0, 0)


def test_they_do_not_judge(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS))
    project.tell(decided(project, 30))
    ground = project._at.ground
    sealed = answered(pl.DataFrame({"item": ground.items.ids.gather(ground.sealed)}), TRUTH)
    project.tell(sealed.with_columns(source=pl.lit("experts"), purpose=pl.lit("decided")))
    assert project._at.standing().court.audit.votes == 0


def test_status_counts_and_names_them(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS))
    project.tell(decided(project, 30))
    assert said(project, "L5") == (
        "computed",
        "30 outcomes came back from decisions: the policy chose them, so they teach and do not judge",
    )


def test_a_decision_of_today_after_which_nothing_is_ever_known_is_named(tmp_path: Path) -> None:
    now = ["keep", "keep", "remove"] * 30
    items = known_sites(90, now=pl.Series(now)).with_columns(y=pl.when(pl.col("now") == "keep").then("y"))
    words = said(project_of(tmp_path, items, outcome="y", today="now"), "L5")[1]
    assert "not known of 30 of 90 items (0% after 'keep', 100% after 'remove')" in words
    assert "today's system acts on 'remove' and hides what comes of it: let a small random part through" in words


def test_where_something_is_known_after_every_decision_nothing_is_hidden(tmp_path: Path) -> None:
    items = known_sites(90, now=pl.Series(["keep", "remove"] * 45))
    items = items.with_columns(y=pl.when(pl.int_range(90) % 4 < 3).then("y"))
    words = said(project_of(tmp_path, items, outcome="y", today="now"), "L5")[1]
    assert "hides" not in words
