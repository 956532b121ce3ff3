"""The audit is sealed: what is told of its items judges, and nothing else learns of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.project.audit import NEVER_CERTAIN, Round
from payoff.testing import answer, comments
from small_projects import answered, bought, experts, known_sites, project_of, sites, truth_of

ITEMS = sites(90, size=pl.Series([(7 * i) % 11 for i in range(90)]))
NEW = ITEMS.with_columns(pl.col("item") + 500)
TRUTH = truth_of(ITEMS)
FLIPPED = {"ham": "spam", "spam": "ham"}


def told(folder: Path, *, lie: bool) -> po.Project:
    """Three rounds asked and answered; with `lie`, every audit vote says the opposite of the truth."""
    project = experts(project_of(folder, ITEMS))
    for budget in (30.0, 15.0, 15.0):
        batch = answered(project.ask(budget), TRUTH)
        wrong = pl.when(pl.col("purpose") == "audit").then(pl.col("label").replace(FLIPPED)).otherwise("label")
        project.tell(batch.with_columns(label=wrong) if lie else batch)
    return project


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[po.Project, po.Project]:
    folder = tmp_path_factory.mktemp("audit")
    return told(folder / "true", lie=False), told(folder / "lied", lie=True)


def test_there_are_audit_votes_and_they_differ(pair: tuple[po.Project, po.Project]) -> None:
    truth = [project._at.standing().court.audit.truth for project in pair]
    assert truth[0].sum() >= 6
    assert (truth[0] != truth[1]).any()


@pytest.mark.parametrize(
    "result",
    [
        lambda project: project.posterior(),
        lambda project: project.decide(),
        lambda project: project.decide(provisional=True),
        lambda project: project.decide(provisional=False),
        lambda project: project.decide(NEW),
        lambda project: project.decide(NEW, provisional=True),
    ],
    ids=["posterior", "decide", "the policy of highest payoff", "the constant", "new items", "new items, provisional"],
)
def test_what_the_audit_says_changes_nothing_that_is_learnt(result: Any, pair: tuple[po.Project, po.Project]) -> None:
    assert result(pair[0]).equals(result(pair[1]))


def test_what_the_audit_says_changes_no_voter(pair: tuple[po.Project, po.Project]) -> None:
    learnt = [project._at.bench().evidence for project in pair]
    assert learnt[0].gold.equals(learnt[1].gold)
    said = [evidence.people.select("item", "voter", "label") for evidence in learnt]
    assert said[0].equals(said[1])


def test_what_the_audit_says_changes_what_is_judged(pair: tuple[po.Project, po.Project]) -> None:
    assert pair[0].value().mean != pair[1].value().mean


def test_known_outcomes_of_the_audit_part_change_nothing_that_is_learnt(tmp_path: Path) -> None:
    items = known_sites(90)
    first = project_of(tmp_path / "a", items, outcome="y")
    sealed = pl.Series(first._at.ground.audit)
    flipped = items.with_columns(y=pl.when(sealed).then(pl.col("y").replace(FLIPPED)).otherwise("y"))
    second = project_of(tmp_path / "b", flipped, outcome="y")
    assert (first._at.ground.audit == second._at.ground.audit).all()
    assert first.posterior().equals(second.posterior())
    assert first.decide(provisional=True).equals(second.decide(provisional=True))


def test_the_outcome_of_a_sealed_item_does_not_show_in_the_posterior(tmp_path: Path) -> None:
    noise = pl.Series([(i * 7919) % 13 for i in range(90)])
    project = project_of(tmp_path, known_sites(90).select("item", "y", noise=noise), outcome="y")
    sealed = project.posterior()["spam"].gather(project._at.ground.sealed)
    assert sealed.is_between(0.05, 0.95).all()
    assert project.posterior()["spam"].gather(project._at.ground.learning).is_in([0.0, 1.0]).all()


def test_an_expert_vote_nobody_asked_for_on_a_sealed_item_serves_nothing(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 20.0)
    before = project.posterior(), project.decide()
    sealed = project._at.ground.items.ids.gather(project._at.ground.sealed).to_list()
    project.tell([{"item": item, "source": "experts", "label": "ham"} for item in sealed])
    assert project.posterior().equals(before[0]) and project.decide().equals(before[1])
    assert project._at.standing().court.audit.votes == 0


def test_no_look_is_made_over_a_round_with_open_items(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 30.0)
    batch = project.ask(20.0)
    drawn = batch.filter(pl.col("purpose") == "audit")
    assert len(drawn) > 1
    project.tell(answered(drawn.head(1), TRUTH))
    trial = project.trial("linear")
    assert trial is not None and not trial.look and not trial.adopted


def test_the_probability_of_every_draw_is_recorded(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 30.0, 15.0)
    rounds = project._at.standing().court.audit.rounds
    assert rounds
    for each in rounds:
        assert len(each.probability) == 30
        assert (each.probability[each.drawn] > 0).all() and each.probability.max() <= 1


def test_what_was_drawn_keeps_a_chance_in_later_rounds_so_that_no_weight_grows_stale(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 30.0, 15.0, 15.0)
    first, *later = project._at.standing().court.audit.rounds
    assert later
    for each in later:
        assert (each.probability[first.drawn] > 0).all()
        assert not set(each.drawn) & set(first.drawn)


def test_an_item_drawn_often_is_never_taken_for_one_of_a_census(tmp_path: Path) -> None:
    audit = experts(project_of(tmp_path, ITEMS))._at.standing().court.audit
    certain = Round(np.full(len(audit.truth), 0.95), np.zeros(0, dtype=np.int64))
    assert audit.drawn_by([certain] * 20).max() == 1 - NEVER_CERTAIN


def test_a_round_that_drew_nobody_is_recorded(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 30.0)
    for _ in range(8):
        project.tell(answered(project.ask(1.0), TRUTH))
    rounds = project._at.standing().court.audit.rounds
    assert any(not len(each.drawn) for each in rounds)
    assert all(each.probability.any() for each in rounds)


def test_items_are_drawn_where_the_two_policies_differ(tmp_path: Path) -> None:
    world = comments(240, per_month=10_000)
    project = project_of(tmp_path, world.items.with_columns(now=pl.lit("keep")), objective=world.objective, today="now")
    experts(project, price=0.1)
    project.tell(answer(project.ask(4.0), world.truth))
    drawn = [item for _ in range(4) for item in self_told(project, world.truth)]
    shares = [world.truth[item] == "spam" for item in drawn]
    assert sum(shares) > 0.6 * len(shares)


def self_told(project: po.Project, truth: Any) -> list[str]:
    batch = project.ask(2.0)
    project.tell(answer(batch, truth))
    return batch.filter(pl.col("purpose") == "audit")["item"].to_list()
