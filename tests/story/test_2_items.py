"""2. Items: a table of what is to be decided on, and the folder that becomes the project.

The comments of this story come from `payoff.testing`: every second one is spam, and spam has links. What is true of
each is known to us, who tell the story, and not to the project.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.errors import PayoffError
from payoff.testing import comments

WORLD = comments(120)


@pytest.fixture
def project(tmp_path: Path) -> po.Project:
    return po.Project.create(tmp_path / "spam", items=WORLD.items, objective=WORLD.objective)


def test_a_row_is_one_thing_to_decide_on() -> None:
    assert WORLD.items.columns == ["item", "links", "caps", "text"]
    assert len(WORLD.items) == 120


def test_a_project_is_a_folder_that_people_can_read(project: po.Project) -> None:
    names = {path.name for path in project.folder.iterdir()}
    assert {"payoff.toml", "payoff.db", "items.parquet"} <= names
    assert "[objective.payoff.remove]" in (project.folder / "payoff.toml").read_text()


def test_a_project_is_come_back_to_by_opening_its_folder(project: po.Project) -> None:
    assert po.Project.open(project.folder).objective.decisions == ["keep", "remove"]


def test_a_third_of_the_items_is_sealed_before_anything_is_learnt(project: po.Project) -> None:
    parts = po.Project.open(project.folder)._at.ground
    assert (len(parts.learning), len(parts.sealed)) == (80, 40)


def test_with_a_time_it_is_the_latest_third(tmp_path: Path) -> None:
    dated = WORLD.items.with_columns(day=pl.Series(range(120)))
    project = po.Project.create(tmp_path / "spam", items=dated, objective=WORLD.objective, time="day")
    assert project._at.ground.sealed.tolist() == list(range(80, 120))


def test_what_is_known_only_after_the_decision_is_never_looked_at_when_deciding(tmp_path: Path) -> None:
    complained = WORLD.items.with_columns(complaints=pl.Series([0, 7] * 60))
    project = po.Project.create(
        tmp_path / "spam", items=complained, objective=WORLD.objective, known_after=["complaints"]
    )
    assert "complaints" not in project._at.ground.items.features


def test_a_repeated_id_is_refused_and_no_folder_is_left_behind(tmp_path: Path) -> None:
    twice = pl.concat([WORLD.items, WORLD.items])
    with pytest.raises(PayoffError, match="'c0' 2 times"):
        po.Project.create(tmp_path / "spam", items=twice, objective=WORLD.objective)
    assert not (tmp_path / "spam").exists()
