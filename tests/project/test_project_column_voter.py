"""The columns are one more voter, out of fold, and heard only where they bring the votes nearer to what is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.judge import Estimate
from payoff.project.column_voter import NAME, cross_fitted, verdict_on_columns, votes_of_columns
from payoff.project.evidence import Evidence
from payoff.project.trusting import Check
from small_projects import OBJECTIVE, experts

N = 400


def world(
    folder: Path, *, telling: bool, known: int = 60, seed: int = 0, **roles: str
) -> tuple[po.Project, np.ndarray]:
    """Three people who are right seven times in ten on each item, and columns that tell its outcome, or nothing."""
    rng = np.random.default_rng(seed)
    spam = rng.random(N) < 0.5
    shown = np.where(telling, spam, rng.random(N) < 0.5)
    items = pl.DataFrame({"item": range(N), **{f"x{k}": shown + rng.normal(0, 1, N) for k in range(4)}})
    items = items.with_columns(page=pl.Series(range(N)) // 2)
    project = po.Project.create(folder / "project", items=items, objective=OBJECTIVE, **roles)
    project.add_source("crowd", kind="crowd", price=0.1)
    right = rng.random((3, N)) < 0.7
    label = np.where(right == spam, "spam", "ham")
    for worker in range(3):
        project.tell({"item": range(N), "source": ["crowd"] * N, "voter": [f"w{worker}"] * N, "label": label[worker]})
    some = project._at.ground.learning[:known]
    experts(project)
    told = {"item": some, "source": ["experts"] * len(some), "label": np.where(spam, "spam", "ham")[some]}
    if known:
        project.tell(pl.DataFrame(told))
    return project, spam


def evidence_of(project: po.Project) -> Evidence:
    return project._at.bench().evidence


def loss(evidence: Evidence, spam: np.ndarray) -> float:
    rows = np.flatnonzero(evidence.labelled & (evidence.posterior.max(axis=1) < 1))
    return float(-np.log(evidence.posterior[rows, spam[rows].astype(int)]).mean())


def heard(evidence: Evidence) -> bool:
    assert evidence.belief is not None
    return evidence.belief.columns.heard


def test_columns_that_tell_the_outcome_are_heard_and_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, spam = world(tmp_path, telling=True)
    with_columns = evidence_of(project)
    assert heard(with_columns)
    monkeypatch.setattr("payoff.project.believing.Learning._columns_may_help", False)
    without = evidence_of(po.Project.open(project.folder))
    assert loss(with_columns, spam) < loss(without, spam) - 0.1


@pytest.mark.parametrize("seed", range(3))
def test_columns_that_tell_nothing_are_not_heard(seed: int, tmp_path: Path) -> None:
    evidence = evidence_of(world(tmp_path, telling=False, seed=seed)[0])
    assert not heard(evidence)
    assert evidence.belief is not None
    assert "that is not shown to help" in evidence.belief.columns.words


def test_without_known_outcomes_columns_are_not_heard(tmp_path: Path) -> None:
    evidence = evidence_of(world(tmp_path, telling=True, known=0)[0])
    assert not heard(evidence)
    assert evidence.belief is not None
    assert "no known outcomes with votes, 20 are needed" in evidence.belief.columns.words


def test_the_column_voter_is_no_voter_of_the_project(tmp_path: Path) -> None:
    project, _ = world(tmp_path, telling=True)
    assert NAME not in project.voters()["source"].to_list()
    assert evidence_of(project).sight.votes.width == 0, "a policy reads the columns themselves, not their echo"


def test_a_source_of_the_same_name_leaves_the_columns_unheard(tmp_path: Path) -> None:
    project, _ = world(tmp_path, telling=True)
    project.add_source(NAME, kind="rule", function=lambda item: "ham" if item["x0"] > 1 else None)
    assert not heard(evidence_of(project))


def test_an_item_meets_a_model_that_saw_nothing_of_its_fold() -> None:
    rng = np.random.default_rng(0)
    x, one, fold = rng.normal(size=(40, 3)), np.ones(40), np.arange(40) // 8
    said = np.full((40, 2), 0.5) + np.outer(x[:, 0] > 0, [0.4, -0.4])
    turned = np.where(fold[:, None] == 2, said[:, ::-1], said)
    before, after = (cross_fitted(x, each, one > 0, one, fold, seed=0) for each in (said, turned))
    # All folds are fitted at once and stop together, which is felt in the fifth digit.
    np.testing.assert_allclose(before[fold == 2], after[fold == 2], atol=1e-3)
    assert abs(before - after)[fold != 2].max() > 0.05


def test_items_nobody_voted_on_teach_nothing() -> None:
    x, one, fold = np.linspace(-1, 1, 20)[:, None], np.ones(20), np.arange(20) % 5
    taught = np.arange(20) < 15
    said = np.eye(2)[(x[:, 0] > 0).astype(int)]
    other = np.where(taught[:, None], said, said[:, ::-1])
    before, after = (cross_fitted(x, each, taught, one, fold, seed=0) for each in (said, other))
    np.testing.assert_array_equal(before, after)


def test_an_item_of_no_weight_teaches_nothing() -> None:
    x, every, fold = np.linspace(-1, 1, 20)[:, None], np.ones(20, dtype=bool), np.arange(20) % 5
    weight = (np.arange(20) < 15) * 1.0
    said = np.eye(2)[(x[:, 0] > 0).astype(int)]
    other = np.where(weight[:, None] > 0, said, said[:, ::-1])
    before, after = (cross_fitted(x, each, every, weight, fold, seed=0) for each in (said, other))
    np.testing.assert_allclose(before, after, atol=1e-9)


def test_how_sure_it_is_says_which_voice_speaks() -> None:
    proba = np.array([[0.45, 0.3, 0.25], [0.6, 0.2, 0.2], [0.01, 0.01, 0.98]])
    votes = votes_of_columns(pl.Series(["a", "b", "c"]), proba, ["x", "y", "z"])
    assert votes.select("voter", "label").rows() == [("from 0%", "x"), ("from 50%", "x"), ("from 95%", "z")]


def test_groups_stay_together_in_the_folds_of_the_columns(tmp_path: Path) -> None:
    evidence = evidence_of(world(tmp_path, telling=True, group="page")[0])
    assert heard(evidence)


def test_the_same_votes_give_the_same_posterior(tmp_path: Path) -> None:
    project, _ = world(tmp_path, telling=True)
    assert po.Project.open(project.folder).posterior().equals(project.posterior())


def test_a_table_without_columns_has_no_column_voter(tmp_path: Path) -> None:
    project = po.Project.create(tmp_path / "p", items={"item": range(60)}, objective=OBJECTIVE)
    project.add_source("crowd", kind="crowd", price=0.1)
    some = [int(row) for row in project._at.ground.learning]
    label = ["spam" if i % 2 else "ham" for i in some]
    project.tell({"item": some, "source": ["crowd"] * len(some), "label": label})
    experts(project).tell({"item": some[:30], "source": ["experts"] * 30, "label": label[:30]})
    assert not heard(evidence_of(project))


def test_columns_that_are_likelier_but_earn_less_do_not_vote_and_it_is_said_why() -> None:
    check = Check(40, Estimate(0.06, 0.03, 0.09), Estimate(-0.1, -0.2, 0.05, "EUR"))
    found = verdict_on_columns(check)
    assert not found.heard
    assert found.words == (
        "the columns do not vote: on 40 known outcomes that makes log-loss lower by 0.060 (0.030 to 0.090),"
        " but decisions would earn less, -0.10 (-0.20 to 0.05) EUR an item"
    )
