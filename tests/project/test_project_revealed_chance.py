"""Outcomes that decisions revealed with a recorded chance: on the audit part they judge, each for 1 / chance items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.errors import ChanceChanged, ChancesDoNotFit, NotAChance, UnknownItem, UnknownLabel, UnknownSource
from payoff.store import pack
from payoff.testing import World, comments
from status_worlds import said

LIKELY, SELDOM = 0.9, 0.3


def inspected(folder: Path, n: int = 300, name: str = "project") -> tuple[po.Project, World]:
    """A project whose outcomes an inspection reveals, free of charge."""
    world = comments(n)
    project = po.Project.create(folder / name, items=world.items, objective=world.objective)
    project.add_source("inspection", kind="expert", price=0.0)
    return project, world


def log_of(world: World, seed: int = 0) -> pl.DataFrame:
    """Every item with the chance with which it was inspected: nine in ten with links, three in ten without."""
    chance = np.where(world.items["links"].to_numpy() > 0, LIKELY, SELDOM)
    seen = pl.Series(np.random.default_rng(seed).random(len(chance)) < chance)
    return pl.DataFrame(
        {"item": world.items["item"], "source": "inspection", "purpose": "decided", "probability": chance}
    ).with_columns(label=pl.when(seen).then(world.outcomes))


def sealed(project: po.Project, log: pl.DataFrame) -> pl.DataFrame:
    """The rows of the log on items of the audit part."""
    ground = project._at.ground
    return log.filter(pl.col("item").is_in(ground.items.ids.gather(ground.sealed).implode()))


def judging(project: po.Project) -> int:
    return project._at.standing().court.audit.votes


def test_outcomes_of_the_audit_part_judge(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world)
    project.tell(log)
    assert judging(project) == sealed(project, log)["label"].is_not_null().sum()


def test_each_stands_for_as_many_items_as_its_chance_says(tmp_path: Path) -> None:
    """All is spam where there are links: kept, each such item loses 1, and half of all items have links."""
    project, world = inspected(tmp_path, 600)
    project.tell(log_of(world))
    keep = np.full(len(project._at.ground.sealed), world.objective.decisions.index("keep"))
    level = project._at.standing().court.level(keep).estimate
    assert level.low <= -0.5 <= level.high
    assert level.high - level.low < 0.5


def test_the_recorded_chances_are_those_of_the_audit(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world)
    project.tell(log)
    audit = project._at.standing().court.audit
    assert audit.drawn == pytest.approx(sealed(project, log)["probability"].to_numpy())


def test_a_decision_that_revealed_nothing_is_no_vote(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world)
    assert project.tell(log) == log["label"].is_not_null().sum()


def test_they_are_free(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    project.add_source("auditors", kind="expert", price=3.0)
    project.tell(log_of(world).with_columns(source=pl.lit("auditors")))
    assert (project.spent, project._at.bought) == (0.0, 0)


def test_on_the_learning_part_they_teach(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world)
    project.tell(log)
    seen = log["label"].is_not_null().sum() - sealed(project, log)["label"].is_not_null().sum()
    assert project._at.standing().labels == seen


def test_those_that_judge_do_not_teach(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    project.tell(sealed(project, log_of(world)))
    assert project._at.standing().labels == 0
    assert project._at.bench().evidence.gold.is_empty()


def test_a_policy_is_adopted_by_them_alone(tmp_path: Path) -> None:
    project, world = inspected(tmp_path, 600)
    project.tell(log_of(world))
    trials = [project.trial(rung) for rung in ("one rule", "linear")]
    assert any(trial is not None and trial.adopted for trial in trials)
    assert project.value().mean == pytest.approx(0.5, abs=0.1)  # perfect knowledge


def test_without_the_column_they_only_teach(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    project.tell(log_of(world).drop("probability").drop_nulls("label"))
    assert judging(project) == 0


def test_an_empty_chance_teaches_and_does_not_judge(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world).drop_nulls("label").with_columns(probability=pl.lit(None, dtype=pl.Float64))
    assert project.tell(log) == len(log)
    assert judging(project) == 0


def test_the_column_means_nothing_for_other_purposes(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    votes = log_of(world).drop_nulls("label").with_columns(purpose=pl.lit("learn"), probability=pl.lit(7.0))
    assert project.tell(votes) == len(votes)
    assert judging(project) == 0


def test_the_word_of_a_crowd_does_not_judge(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    project.add_source("workers", kind="crowd")
    project.tell(log_of(world).with_columns(source=pl.lit("workers")))
    assert judging(project) == 0


def test_telling_it_twice_changes_nothing(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world)
    project.tell(log)
    before = judging(project), project._at.standing().court.audit.drawn.tolist()
    assert project.tell(log) == 0
    assert (judging(project), project._at.standing().court.audit.drawn.tolist()) == before


def test_a_log_told_in_two_halves_is_the_whole_log(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    whole, _ = inspected(tmp_path, name="whole")
    log = log_of(world)
    project.tell(log.head(150))
    project.tell(log)  # last month's rows are in it again
    whole.tell(log)
    assert judging(project) == judging(whole)
    assert project._at.standing().court.audit.drawn == pytest.approx(whole._at.standing().court.audit.drawn)


def test_beside_an_audit_drawn_by_ask_both_chances_count(tmp_path: Path) -> None:
    """Missed by the decision and by the draw: (1 - p) * (1 - q)."""
    project, world = inspected(tmp_path)
    log = log_of(world)
    project.tell(log)
    at = project._at
    chance = np.full(len(at.ground.sealed), 0.5)
    at.store.add_record("draw", {"probability": pack(chance), "drawn": []})
    recorded = sealed(project, log)["probability"].to_numpy()
    assert at.standing().court.audit.drawn == pytest.approx(1 - (1 - recorded) * 0.5)


def test_it_is_there_when_the_project_is_opened_again(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    project.tell(log_of(world))
    assert judging(po.Project.open(project.folder)) == judging(project)


def test_status_counts_those_that_judge_and_those_that_teach(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world)
    project.tell(log)
    seen, judge = log["label"].is_not_null().sum(), judging(project)
    assert said(project, "L5") == (
        "computed",
        f"{seen} outcomes came back from decisions: {judge} of the audit part judge, by the chance recorded, "
        "the others only teach",
    )


@pytest.mark.parametrize("wrong", [0.0, -0.2, 1.01, float("inf")])
def test_what_is_no_chance_is_refused(tmp_path: Path, wrong: float) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world).with_columns(probability=pl.when(pl.int_range(300) == 3).then(wrong).otherwise("probability"))
    with pytest.raises(NotAChance, match=r"of item 'c3'(.|\n)*above 0 and up to 1(.|\n)*Nothing was told"):
        project.tell(log)
    assert project._at.votes.is_empty() and not project._at.memory.draws()


def test_text_that_is_no_number_is_refused(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    with pytest.raises(NotAChance, match="'often' of item 'c0', and 299 more like it"):
        project.tell(log_of(world).with_columns(probability=pl.lit("often")))


def test_a_log_of_the_revealed_alone_is_refused(tmp_path: Path) -> None:
    """Three in ten items without links were seen: were only those told, each would stand for ten thirds of them."""
    project, world = inspected(tmp_path)
    with pytest.raises(ChancesDoNotFit, match="its label empty where it did not"):
        project.tell(log_of(world).drop_nulls("label"))
    assert project._at.votes.is_empty()


def test_a_few_at_a_time_it_is_refused_as_well(tmp_path: Path) -> None:
    """Ten of ten seen at three in ten happens six times in a million; twenty of twenty does not happen."""
    project, world = inspected(tmp_path, 600)
    seen = sealed(project, log_of(world).filter(pl.col("probability") == SELDOM)).drop_nulls("label")
    assert project.tell(seen.head(10)) == 10
    with pytest.raises(ChancesDoNotFit, match="20 outcomes revealed where the recorded chances of 20 decisions"):
        project.tell(seen.slice(10, 10))


def test_chances_made_up_afterwards_are_refused(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    with pytest.raises(ChancesDoNotFit, match=r"300 decisions foretell 15\.0"):
        project.tell(log_of(world).with_columns(probability=pl.lit(0.05)))


@pytest.mark.parametrize("change", [{"probability": pl.lit(0.5)}, {"label": pl.lit(None, dtype=pl.String)}])
def test_a_row_told_otherwise_than_before_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    project, world = inspected(tmp_path)
    log = log_of(world)
    project.tell(log)
    with pytest.raises(ChanceChanged, match="by its first decision"):
        project.tell(log.with_columns(**change))


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [("item", "nowhere", UnknownItem), ("source", "nobody", UnknownSource), ("label", "eggs", UnknownLabel)],
)
def test_unknown_names_are_refused_and_nothing_is_told(
    tmp_path: Path, column: str, value: str, error: type[Exception]
) -> None:
    project, world = inspected(tmp_path)
    with pytest.raises(error, match=value):
        project.tell(log_of(world).with_columns(pl.lit(value).alias(column)))
    assert not project._at.memory.draws()


def test_an_unknown_item_that_revealed_nothing_is_refused_too(tmp_path: Path) -> None:
    project, world = inspected(tmp_path)
    mute = log_of(world).filter(pl.col("label").is_null()).with_columns(item=pl.lit("nowhere"))
    with pytest.raises(UnknownItem, match="nowhere"):
        project.tell(mute)
