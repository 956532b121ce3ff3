"""Limits hold in what a project decides, and are paid for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import payoff as po
from payoff.errors import PayoffError
from small_projects import CELLS, project_of


def comments(n: int = 120, **columns: Any) -> pl.DataFrame:
    """Ten comments a day, every second one spam, shown by 3 links but for every tenth comment."""
    spam = [i % 2 == 1 for i in range(n)]
    shown = [not each if i % 10 == 9 else each for i, each in enumerate(spam)]
    return pl.DataFrame(
        {
            "item": range(n),
            "links": [3 if each else 0 for each in shown],
            "day": [date(2026, 1, 5) + timedelta(days=i // 10) for i in range(n)],
            "lang": ["de", "en"] * (n // 2),
            "y": ["spam" if each else "ham" for each in spam],
        }
    ).with_columns(**columns)


def objective(*limits: po.Limit, per_month: float | None = None) -> po.Objective:
    return po.Objective(CELLS, unit="EUR", per_month=per_month, months=per_month and 12, limits=limits)


def project(folder: Path, *limits: po.Limit, per_month: float | None = None, **given: Any) -> po.Project:
    return project_of(folder, comments(), objective=objective(*limits, per_month=per_month), outcome="y", **given)


@pytest.mark.parametrize(("per", "most"), [("day", 2), ("week", 9), ("month", 20)])
def test_a_capacity_counts_by_the_time_of_the_items(per: str, most: int, tmp_path: Path) -> None:
    made = project(tmp_path, po.Limit("remove", at_most=most, per=per), time="day")
    decided = made.decide(provisional=True).with_columns(comments()["day"])
    every = {"day": "1d", "week": "1w", "month": "1mo"}[per]
    counts = decided.filter(pl.col("decision") == "remove").group_by(pl.col("day").dt.truncate(every)).len()
    assert counts["len"].max() == most


def test_a_capacity_is_filled_with_what_is_worth_most(tmp_path: Path) -> None:
    made = project(tmp_path, po.Limit("remove", at_most=2, per="day"), time="day")
    decided = made.decide(provisional=True).with_columns(comments()["links"])
    assert decided.filter(pl.col("decision") == "remove")["links"].unique().to_list() == [3]


def test_without_a_time_a_capacity_counts_pro_rata_rounded_down(tmp_path: Path) -> None:
    made = project(tmp_path, po.Limit("remove", at_most=90, per="month"), per_month=1000)
    decided = made.decide(provisional=True)
    assert (decided["decision"] == "remove").sum() == 10, "120 of 1,000 items a month, times 90, is 10.8"


def test_with_neither_time_nor_volume_a_capacity_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="per_month") as caught:
        project(tmp_path, po.Limit("remove", at_most=90, per="month")).decide(provisional=True)
    assert caught.value.next_step


def test_times_written_as_text_count_too(tmp_path: Path) -> None:
    items = comments(day=pl.Series([str(each) for each in comments()["day"]]))
    limits = objective(po.Limit("remove", at_most=2, per="day"))
    made = project_of(tmp_path, items, objective=limits, outcome="y", time="day")
    decided = made.decide(items, provisional=True).with_columns(items["day"])
    assert decided.filter(pl.col("decision") == "remove").group_by("day").len()["len"].max() == 2


def test_a_precision_that_cannot_be_had_leaves_the_decision_out(tmp_path: Path) -> None:
    made = project(tmp_path, po.Limit("remove", precision=0.999))
    assert "remove" not in made.decide(provisional=True)["decision"].to_list()


def test_a_precision_that_is_had_anyway_changes_nothing(tmp_path: Path) -> None:
    free, bound = project(tmp_path / "a"), project(tmp_path / "b", po.Limit("remove", precision=0.6))
    assert free.decide(provisional=True)["decision"].equals(bound.decide(provisional=True)["decision"])


def test_what_is_done_today_is_what_it_is_limits_or_not(tmp_path: Path) -> None:
    items = comments(now=pl.lit("remove"))
    made = project_of(
        tmp_path,
        items,
        objective=objective(po.Limit("remove", at_most=1, per="day")),
        outcome="y",
        today="now",
        time="day",
    )
    assert made.decide()["decision"].unique().to_list() == ["remove"]


def test_the_best_constant_is_filled_blindly_up_to_a_capacity(tmp_path: Path) -> None:
    cells = {"keep": {"ham": 0.0, "spam": -9.0}, "remove": {"ham": -2.0, "spam": 1.0}}
    limits = po.Objective(cells, limits=[po.Limit("remove", at_most=4, per="day")])
    made = project_of(tmp_path, comments(), objective=limits, outcome="y", time="day")
    decided = made.decide(provisional=False).with_columns(comments()["day"])
    assert decided.filter(pl.col("decision") == "remove").group_by("day").len()["len"].unique().to_list() == [4]


def test_a_trial_is_judged_under_the_limits(tmp_path: Path) -> None:
    free, bound = project(tmp_path / "a"), project(tmp_path / "b", po.Limit("remove", precision=0.999))
    gains = [trial.estimate.mean for trial in (free.trial("linear"), bound.trial("linear")) if trial]
    assert gains[0] > 0.3 and gains[1] == 0.0


def test_a_limit_by_an_absent_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="'language'"):
        project(tmp_path, po.Limit("remove", precision=0.9, by="language")).decide()


def test_a_limit_by_a_column_absent_from_the_table_to_decide_on_is_refused(tmp_path: Path) -> None:
    made = project(tmp_path, po.Limit("remove", precision=0.9, by="lang"))
    with pytest.raises(PayoffError, match="'lang'"):
        made.decide(comments().drop("lang"))


def test_a_limit_of_an_unknown_decision_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="'remov'"):
        project(tmp_path, po.Limit("remov", precision=0.9))
