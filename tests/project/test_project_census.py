"""A column of known outcomes is a census: free, drawn with probability 1; where only some are known, they may teach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import payoff as po
from payoff.testing import comments, follow_advice
from small_projects import bought, experts, known_sites, project_of, sites, truth_of


def partly(n: int = 120, *, known: int = 90) -> pl.DataFrame:
    return known_sites(n).with_columns(y=pl.when(pl.col("item") < known).then("y"))


def test_a_census_costs_nothing(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(120), outcome="y")
    while project.trial() is not None:
        pass
    assert project.spent == 0.0


def test_every_item_of_the_audit_part_judges(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(120), outcome="y")
    audit = project._at.standing().court.audit
    assert audit.votes == 40
    assert set(audit.drawn.tolist()) == {1.0}


def test_a_census_is_judged_in_three_commands(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(120), outcome="y")
    trial = project.trial("linear")
    assert trial is not None and trial.audit_votes == 40
    assert trial.estimate.low < trial.estimate.mean < trial.estimate.high


def test_the_level_of_the_incumbent_is_its_mean_on_the_audit_part(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(120), outcome="y")
    sealed = project._at.ground.items.table[project._at.ground.sealed]
    constant = project.decide(provisional=False)["decision"][0]
    earned = project.objective.value([constant] * len(sealed), sealed["y"])
    assert project.value().mean == pytest.approx(earned.mean())
    assert project.value().low < project.value().mean < project.value().high
    assert project.value().unit == "EUR"


def test_following_the_advice_on_a_census_ends_with_what_was_proven(tmp_path: Path) -> None:
    world = comments(240)
    project = project_of(tmp_path, world.with_outcomes(), objective=world.objective, outcome="outcome")
    actions = [advice.action for advice in follow_advice(project, world.truth)]
    assert actions[0] == "trial" and actions[-1] == "ship" and "ask" not in actions
    assert world.worth(project.decide()) == pytest.approx(0.5), "perfect knowledge earns half a point"


@pytest.mark.parametrize("known", [None, "selected"])
def test_outcomes_known_of_some_items_only_teach_and_do_not_judge(known: str | None, tmp_path: Path) -> None:
    project = project_of(tmp_path, partly(), outcome="y", known=known)
    trial = project.trial("linear")
    assert trial is not None and trial.audit_votes == 0 and not trial.adopted
    assert project.decide(sites(4), provisional=True)["decision"].to_list() == ["keep", "remove"] * 2


def test_outcomes_known_of_some_items_at_random_judge(tmp_path: Path) -> None:
    project = project_of(tmp_path, partly(), outcome="y", known="at random")
    sealed = project._at.ground.items.table[project._at.ground.sealed]
    assert project._at.standing().court.audit.votes == sealed["y"].count()
    trial = project.trial("linear")
    assert trial is not None and trial.audit_votes == sealed["y"].count()


def test_where_outcomes_cannot_judge_audit_votes_can(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, partly(known=60), outcome="y"))
    bought(project, truth_of(sites(120)), 30.0, 15.0)
    assert project._at.standing().court.audit.votes > 0


def test_sealed_outcomes_that_cannot_judge_do_not_teach_either(tmp_path: Path) -> None:
    project = project_of(tmp_path, partly(), outcome="y")
    evidence = project._at.bench().evidence
    sealed = set(project._at.ground.items.ids.gather(project._at.ground.sealed))
    assert sealed.isdisjoint(evidence.gold["item"])


def test_an_empty_outcome_is_not_known(tmp_path: Path) -> None:
    items = known_sites(60).with_columns(y=pl.when(pl.col("item") < 40).then("y").otherwise(pl.lit("")))
    project = project_of(tmp_path, items, outcome="y")
    assert project._at.ground.census.sum() == 40


def test_weights_of_a_stratified_sample_count_in_the_level(tmp_path: Path) -> None:
    rare = known_sites(120, w=pl.Series([9.0, 1.0] * 60))
    project = project_of(tmp_path, rare, outcome="y", weight="w")
    sealed = project._at.ground.items.table[project._at.ground.sealed]
    spam = sealed.filter(pl.col("y") == "spam")["w"].sum() / sealed["w"].sum()
    assert project.value().mean == pytest.approx(-spam), "keeping all loses 1 on each spam"


def test_the_base_rate_is_that_of_the_population_and_not_of_the_sample(tmp_path: Path) -> None:
    cells: dict[str, Any] = {"keep": {"ham": 0, "spam": -1}, "remove": {"ham": -0.5, "spam": 0}}
    items = known_sites(120, w=pl.Series([9.0, 1.0] * 60)).select(
        "item", "y", "w", noise=pl.Series([i * 37 % 11 for i in range(120)])
    )
    plain = project_of(tmp_path / "a", items.drop("w"), outcome="y", objective=po.Objective(cells))
    weighted = project_of(tmp_path / "b", items, outcome="y", weight="w", objective=po.Objective(cells))
    # Half of the sample is spam: removing loses 1/4, keeping 1/2. A tenth of the population is: 0.45 against 0.1.
    assert plain.decide(provisional=False)["decision"].unique().to_list() == ["remove"]
    assert weighted.decide(provisional=False)["decision"].unique().to_list() == ["keep"]


def test_a_split_by_time_judges_on_the_latest_items(tmp_path: Path) -> None:
    turned = pl.when(pl.col("item") < 80).then("y").otherwise(pl.col("y").replace({"ham": "spam", "spam": "ham"}))
    project = project_of(tmp_path, known_sites(120).with_columns(y=turned), outcome="y", time="year")
    trial = project.trial("linear")
    assert trial is not None and trial.estimate.mean < 0, "what held before holds no longer in the last third"


def test_groups_count_as_one_draw_each(tmp_path: Path) -> None:
    alone = project_of(tmp_path / "a", known_sites(240), outcome="y").trial("linear")
    items = known_sites(240, g=pl.Series([i // 12 for i in range(240)]))
    grouped = project_of(tmp_path / "b", items, outcome="y", group="g").trial("linear")
    assert alone is not None and grouped is not None
    assert grouped.estimate.high - grouped.estimate.low >= 0 and alone.look
