"""The line that says while what a payoff may be the choice of rung stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.project import Project
from payoff.project.flips import Choice, choice_of, chooser_of, constant_choice, sensitivity_line
from payoff.project.standing import Standing
from payoff.sensitivity import Basis, Chooser
from payoff.testing import comments
from small_projects import CELLS, known_sites, project_of


def standing_of(project: Project) -> Standing:
    return project._at.standing()


def blurred(folder: Path, n: int = 240, **given: Any) -> Project:
    world = comments(n, blur=0.4)
    return Project.create(
        folder / "p", items=world.with_outcomes(), objective=world.objective, outcome="outcome", **given
    )


def choice(cells: Any, proba: Any, posterior: Any = None) -> Choice:
    """One policy that decides by `proba`, against keeping and removing everything."""
    objective = po.Objective(cells, unit="EUR")
    basis = Basis(objective.table(), np.asarray(proba if posterior is None else posterior), np.ones(len(proba)))
    many = len(proba)
    fixed = {name: Chooser(basis, decisions=np.full(many, d)) for d, name in enumerate(objective.decisions)}
    return Choice("the choice", "model", objective, basis, {**fixed, "model": Chooser(basis, proba=np.asarray(proba))})


def test_before_anybody_said_what_is_true_nothing_is_said(tmp_path: Path) -> None:
    assert sensitivity_line(standing_of(project_of(tmp_path))) is None


def test_after_labels_one_sentence_names_the_choice_and_the_payoffs(tmp_path: Path) -> None:
    line = sensitivity_line(standing_of(blurred(tmp_path)))
    assert line is not None
    assert line.startswith("the choice '")
    assert " holds while " in line
    assert not line.endswith(".")


def test_at_most_two_payoffs_are_named(tmp_path: Path) -> None:
    line = sensitivity_line(standing_of(blurred(tmp_path)))
    assert line is not None
    assert line.count(" while ") <= 2


def test_every_rung_decides_on_the_bench_as_the_line_takes_it_to(tmp_path: Path) -> None:
    standing = standing_of(blurred(tmp_path))
    bench = standing.bench
    found = choice_of(standing)
    assert found is not None
    for rung in standing.able:
        chooser = chooser_of(bench, rung, found.basis)
        assert (chooser.now() == bench.out_of_fold(rung)).all()
        assert chooser.curve(swing_dial(found)).at([0.0])[0] == pytest.approx(bench.worth(rung))


def swing_dial(found: Choice) -> Any:
    return found.swings()[0].dial


def test_the_choice_flips_where_deciding_anew_says_so(tmp_path: Path) -> None:
    standing = standing_of(blurred(tmp_path))
    found = choice_of(standing)
    assert found is not None
    swing = found.swings()[0]
    flip = swing.below or swing.above
    assert flip is not None
    curves = {name: chooser.curve(swing.dial) for name, chooser in found.choosers.items()}
    step = 1e-6 * np.sign(flip.shift)
    before, beyond = (
        {name: float(curve.at([shift])[0]) for name, curve in curves.items()}
        for shift in (flip.shift - step, flip.shift + step)
    )
    assert before[found.name] == pytest.approx(max(before.values()), abs=1e-5)
    assert beyond[flip.rival] == pytest.approx(max(beyond.values()), abs=1e-5)


def test_a_rung_that_is_as_good_as_far_as_labels_tell_is_no_rival(tmp_path: Path) -> None:
    standing = standing_of(project_of(tmp_path, known_sites(60), outcome="y"))
    found = choice_of(standing)
    assert found is not None
    gains = {rung.name: standing.bench.gain(rung, standing.candidate) for rung in standing.able}
    assert {name for name in found.choosers if name != found.name} == {
        name for name, (gain, error) in gains.items() if gain < -error
    }


def test_under_limits_decisions_are_kept(tmp_path: Path) -> None:
    world = comments(120)
    objective = po.Objective(CELLS, unit="EUR", limits=[po.Limit("remove", share=0.1)])
    project = Project.create(tmp_path / "p", items=world.with_outcomes(), objective=objective, outcome="outcome")
    standing = standing_of(project)
    found = choice_of(standing)
    assert found is not None
    assert found.choosers[found.name].proba is None


def test_what_is_done_today_is_kept_too(tmp_path: Path) -> None:
    items = known_sites(60, now=pl.Series(["keep", "remove", "remove", "remove"] * 15))
    standing = standing_of(project_of(tmp_path, items, outcome="y", today="now"))
    found = choice_of(standing)
    assert found is not None
    assert found.choosers["system"].decisions is not None


def test_a_loss_is_said_as_what_it_costs() -> None:
    found = constant_choice(po.Objective(CELLS, unit="EUR"), np.array([[0.0, -1.0], [-2.0, 1.0]]), np.array([0.6, 0.4]))
    # Keeping loses 0.4, removing 1.2 - 0.4 = 0.8: keeping spam may cost 2, removing ham must cost 4/3 or more.
    assert found.line() == (
        "the best constant 'keep' holds while a wrong 'remove' (ham) costs at least 1.33 EUR (now 2), else 'remove' "
        "earns more; and while a wrong 'keep' (spam) costs at most 2 EUR (now 1), else 'remove' earns more"
    )


def test_a_gain_is_said_as_what_it_earns() -> None:
    cells = {"wait": {"bad": 0, "good": 0}, "act": {"bad": -1, "good": 4}}
    found = constant_choice(po.Objective(cells, unit="EUR"), np.array([[0.0, 0.0], [-1.0, 4.0]]), np.array([0.5, 0.5]))
    assert "a right 'act' (good) earns at least 1 EUR (now 4), else 'wait' earns more" in found.line()


def test_a_price_that_is_the_same_whatever_the_outcome_is_one_payoff() -> None:
    cells = {"keep": {"ham": 0, "spam": -5}, "review": {"ham": -1, "spam": -1}}
    found = constant_choice(
        po.Objective(cells, unit="EUR"), np.array([[0.0, -5.0], [-1.0, -1.0]]), np.array([0.5, 0.5])
    )
    assert "'review' costs at most 2.5 EUR (now 1), else 'keep' earns more" in found.line()


def test_a_payoff_over_columns_is_said_as_so_many_times_itself() -> None:
    cells = {"keep": {"ham": 0, "spam": "-amount"}, "remove": {"ham": -1, "spam": 0}}
    found = constant_choice(po.Objective(cells, unit="EUR"), np.array([[0.0, -4.0], [-1.0, 0.0]]), np.array([0.5, 0.5]))
    assert "a wrong 'keep' (spam) is worth at least 0.25 times -amount, else 'keep' earns more" in found.line()


def test_a_payoff_between_two_flips_names_both_ends() -> None:
    found = choice({"keep": {"ham": 0, "spam": -3}, "remove": {"ham": -3, "spam": 0}}, [[0.9, 0.1], [0.2, 0.8]])
    (line,) = [found._words(swing) for swing in found.swings() if swing.dial.decision == 0]
    # Keeping both is best below 3 * 0.2 / 0.8, removing both above 3 * 0.9 / 0.1.
    assert line == "a wrong 'keep' (spam) costs between 0.75 and 27 EUR (now 3), else 'remove' or 'keep' earns as much"


def test_where_no_payoff_flips_the_choice_that_is_said() -> None:
    cells = {"keep": {"ham": 0, "spam": 0}, "remove": {"ham": -1, "spam": -1}}
    found = constant_choice(po.Objective(cells), np.array([[0.0, 0.0], [-1.0, -1.0]]), np.array([0.5, 0.5]))
    assert found.line() == "the best constant 'keep' holds whatever any one payoff is, up to a hundred times as much"


def test_the_line_is_part_of_the_objective_screen_once_a_rung_was_tried(tmp_path: Path) -> None:
    project = blurred(tmp_path)
    assert any(line.startswith("the best constant '") for line in project.goal().lines)
    project.trial("linear")
    assert any(line.startswith("the choice '") for line in project.goal().lines)
