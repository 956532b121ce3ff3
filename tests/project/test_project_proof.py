"""A refit of what was proven is held against the fit that was proven: a free look, which can only revert."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.project.proof import refit_of
from payoff.project.standing import Standing
from payoff.testing import World, answer, comments

TURNED = {"ham": "spam", "spam": "ham"}
NEW = [{"item": "x", "links": 2, "caps": 0.5}, {"item": "y", "links": 0, "caps": 0.5}]
WORLD = comments(300, per_month=1_000)


def proven(folder: Path, world: World = WORLD) -> po.Project:
    """A project in which linear was adopted over keeping everything."""
    items = world.items.drop("text").with_columns(now=pl.lit("keep"))
    project = po.Project.create(folder / "project", items=items, objective=world.objective, today="now")
    project.add_source("experts", kind="expert", price=0.1)
    for _ in range(8):
        project.tell(answer(project.ask(5.0), world.truth))
        trial = project.trial("linear")
        if trial is not None and trial.adopted:
            return project
    raise AssertionError("linear was never adopted")


def poison(project: po.Project) -> None:
    """The experts take back every learning vote and say the opposite: whoever learns from it decides the reverse."""
    votes = project._at.votes.filter(pl.col("purpose") == "learn")
    project.tell(votes.select("item", "source", "voter", label=pl.col("label").replace_strict(TURNED)))


def standing(project: po.Project) -> Standing:
    return project._at.standing()


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    project = proven(tmp_path_factory.mktemp("poisoned"))
    poison(project)
    return project


def test_a_rung_just_adopted_decides_as_it_was_proven(tmp_path: Path) -> None:
    refit = standing(proven(tmp_path)).refit
    assert refit is not None and refit.moved == 0
    assert not refit.worse


def test_before_anything_is_proven_there_is_nothing_to_hold_a_refit_against(tmp_path: Path) -> None:
    items = WORLD.items.with_columns(now=pl.lit("keep"))
    project = po.Project.create(tmp_path / "project", items=items, objective=WORLD.objective, today="now")
    assert standing(project).refit is None


def test_a_refit_on_poisoned_votes_decides_everything_differently_and_is_found_worse(poisoned: po.Project) -> None:
    refit = standing(poisoned).refit
    assert refit is not None and refit.moved == 1
    assert refit.comparison.votes >= 20 and refit.comparison.estimate.high < 0
    assert refit.worse


def test_the_proven_fit_decides_where_its_refit_is_worse_and_says_so(poisoned: po.Project) -> None:
    with pytest.warns(UserWarning, match="the fit of 'linear' proven on .* decides: the refit .* so it is worse"):
        found = poisoned.decide(NEW)
    assert found["decision"].to_list() == ["remove", "keep"]


def test_the_fit_made_again_decides_as_it_did_when_it_was_proven(poisoned: po.Project) -> None:
    at = standing(poisoned)
    assert at.proof is not None
    ground = at.bench.evidence.ground
    again = at.proof.bench.decisions(
        at.incumbent, at.proof.bench.evidence.sealed_sight, ground.items.table[ground.sealed]
    )
    np.testing.assert_array_equal(again, at.proof.decisions)


def test_what_the_incumbent_earns_is_that_of_the_fit_that_decides(tmp_path: Path) -> None:
    project = proven(tmp_path)
    before = project.value()
    poison(project)
    after = project.value()
    # Perfect knowledge earns half a point; the reverse of it would lose 1.5.
    assert before.mean > 0.3 and after.mean > 0.3


def test_comparing_a_refit_costs_no_look(poisoned: po.Project) -> None:
    ledger = poisoned._at.memory.ledger()
    assert standing(poisoned).refit is not None
    assert poisoned._at.memory.ledger() == ledger
    assert standing(poisoned).refit.comparison.ledger == ledger  # type: ignore[union-attr]


def test_the_proof_survives_opening_the_project_again(poisoned: po.Project) -> None:
    again = po.Project.open(poisoned.folder)
    with pytest.warns(UserWarning, match="proven on"):
        assert again.decide(NEW)["decision"].to_list() == ["remove", "keep"]


def test_votes_taken_back_again_bring_the_refit_back(tmp_path: Path) -> None:
    project = proven(tmp_path)
    poison(project)
    assert standing(project).refit.worse  # type: ignore[union-attr]
    learnt = project._at.votes.filter(pl.col("purpose") == "learn").unique("item", keep="last", maintain_order=True)
    project.tell(
        learnt.select("item", "source", "voter", at=pl.lit("2030-01-01"), label=pl.col("label").replace_strict(TURNED))
    )
    assert not standing(project).refit.worse  # type: ignore[union-attr]


def test_status_says_how_far_the_refit_has_moved(poisoned: po.Project) -> None:
    said = next(each.answer for each in poisoned.status().answers if each.id == "X5")
    assert "decides 100% of the audit part differently" in said
    assert "the proven fit decides" in said


def test_the_summary_says_that_the_proven_fit_decides(poisoned: po.Project) -> None:
    assert any("the proven fit decides" in line for line in poisoned.summary())


def test_too_few_votes_where_the_two_differ_call_no_refit_worse(tmp_path: Path) -> None:
    project = proven(tmp_path)
    at = standing(project)
    assert at.proof is not None
    few: Any = at.proof.decisions.copy()
    few[:5] = 1 - few[:5]
    refit = refit_of(at.court, at.proof.decisions, few, at.ledger)
    assert refit.moved == 5 / len(few)
    assert not refit.worse


# --- votes where a refit differs --------------------------------------------------------------------------------------


def zoned(folder: Path) -> tuple[po.Project, dict[str, str]]:
    """Linear proven, then experts who call everything in one zone ham: the refit differs on the spam there alone."""
    world, rng = comments(900, per_month=1_000), np.random.default_rng(0)
    zone = (rng.random(900) < 0.3).astype(int)
    items = world.items.with_columns(zone=pl.Series(zone))
    project = proven(folder, World(items, world.truth, world.objective))
    wrong = {item: "ham" if inside else world.truth[item] for item, inside in zip(items["item"], zone, strict=True)}
    votes = project._at.votes.filter(pl.col("purpose") == "learn")
    project.tell(votes.select("item", "source", "voter", label=pl.col("item").replace_strict(wrong)))
    return project, wrong


def ask_and_tell(project: po.Project, truth: Any, wrong: dict[str, str]) -> None:
    """A round of thirty votes, in which learning votes go on being wrong."""
    batch = answer(project.ask(3.0), truth)
    lied = batch["item"].replace_strict(wrong)
    project.tell(batch.with_columns(label=pl.when(pl.col("purpose") == "learn").then(lied).otherwise("label")))


def test_a_bad_refit_meets_its_twenty_votes_in_a_few_rounds(tmp_path: Path) -> None:
    project, wrong = zoned(tmp_path)
    before = standing(project).refit
    assert before is not None and 0 < before.moved < 0.25 and not before.worse
    for _ in range(6):
        ask_and_tell(project, comments(900).truth, wrong)
        found = standing(project).refit
        assert found is not None
        if found.worse:
            break
    assert found.worse and found.comparison.votes >= 20


def counts(project: po.Project, candidate: Any, *, votes: int = 20) -> tuple[float, float]:
    """Expected votes of a round on items where a refit differs, and on the items where a candidate alone does."""
    at = standing(project)
    assert at.proof is not None
    proven_, now = at.proof.decisions, at.proof.decisions.copy()
    now[:30] = 1 - now[:30]
    chance, _ = at.court.draw(proven_, candidate(proven_), votes, seed=0, refit=(proven_, now))
    free = ~at.court.audit.truth.any(axis=1)
    return float(chance[:30][free[:30]].sum()), float(chance[40:70][free[40:70]].sum())


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    return proven(tmp_path_factory.mktemp("wide"))


def same(decisions: Any) -> Any:
    return decisions


def other(decisions: Any) -> Any:
    changed = decisions.copy()
    changed[40:70] = 1 - changed[40:70]
    return changed


def test_where_no_candidate_differs_the_votes_on_differences_go_to_the_refit(wide: po.Project) -> None:
    refit, elsewhere = counts(wide, same)
    assert refit > 3 * elsewhere


def test_where_a_candidate_differs_too_the_refit_gets_a_modest_share(wide: po.Project) -> None:
    refit, candidate = counts(wide, other)
    assert candidate > 1.5 * refit > 0


def test_a_refit_that_decides_as_it_was_proven_changes_no_draw(wide: po.Project) -> None:
    at = standing(wide)
    assert at.proof is not None
    decisions = at.proof.decisions
    for candidate in (decisions, other(decisions)):
        plain = at.court.draw(decisions, candidate, 20, seed=0)
        with_refit = at.court.draw(decisions, candidate, 20, seed=0, refit=(decisions, decisions))
        np.testing.assert_array_equal(plain[0], with_refit[0])


def test_a_round_never_expects_more_votes_than_were_asked_for(wide: po.Project) -> None:
    at = standing(wide)
    assert at.proof is not None
    decisions = at.proof.decisions
    chance, _ = at.court.draw(decisions, other(decisions), 20, seed=0, refit=(decisions, 1 - decisions))
    free = ~at.court.audit.truth.any(axis=1)
    assert chance[free].sum() <= 20 + 1e-9
