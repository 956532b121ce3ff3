"""A payoff between two numbers: what the range changes, where the choice flips, what finding it out is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import payoff as po
from payoff.project.flips import constant_choice
from small_projects import known_sites, project_of

UNSURE = {"keep": {"ham": 0, "spam": [-3, -0.5]}, "remove": {"ham": -2.0, "spam": 1.0}}
VOLUME = {"per_month": 100, "months": 10}


def lines(folder: Path, cells: Any = UNSURE, items: Any = None, *, roles: Any = None, **terms: Any) -> list[str]:
    objective = po.Objective(cells, unit="EUR", **terms)
    found = project_of(folder, items, objective=objective, **(roles or {})).goal().lines
    return [
        line
        for line in found
        if " between " in line and line.split("/")[0] in ("keep", "remove", "at even base rates a")
    ]


def test_before_labels_the_break_even_moves_with_the_range(tmp_path: Path) -> None:
    (line,) = lines(tmp_path)
    # p (1 + 3) = 2 (1 - p) and p (1 + 0.5) = 2 (1 - p): 2 / 6 and 2 / 3.5
    assert line.startswith(
        "keep/spam between -3 and -0.5 EUR: the break-even P(spam) goes from 0.333 to 0.571 ('keep' or 'remove')"
    )


def test_finding_it_out_is_worth_most_at_the_break_even(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, **VOLUME)
    # At the break-even of the middle, 2 / (2 + 2.75), a shift u of the cell earns p u: p * 1.25 / 4 on average.
    worth = 100 * (2 / 4.75) * 1.25 / 4
    assert f"at most {worth:.0f}" == "at most 13"
    assert float(line.split("at most ")[1].split()[0]) == pytest.approx(
        worth, rel=0.1
    )  # to the nearest base rate drawn
    assert line.endswith("EUR a month")


def test_a_range_that_moves_no_break_even_says_so(tmp_path: Path) -> None:
    cells = {"keep": {"ham": [0.1, 0.5], "spam": 0}, "remove": {"ham": -9, "spam": -9}}
    (line,) = lines(tmp_path, cells)
    assert line == "keep/ham between 0.1 and 0.5 EUR: no break-even moves; finding it out is worth nothing"


def test_a_range_in_which_a_decision_appears_is_told_at_both_ends(tmp_path: Path) -> None:
    cells = {"keep": {"ham": 0, "spam": [-1, 1]}, "remove": {"ham": -1, "spam": 0}}
    (line,) = lines(tmp_path, cells)
    assert "at -1 'keep' is best where P(spam) is below 0.500, 'remove' from 0.500; at 1 nothing to decide" in line


def test_an_end_at_which_the_least_gain_is_out_of_reach_is_named(tmp_path: Path) -> None:
    # At the break-even 2 / (3 - low) knowing earns p (1 - low): 4/3 an item at -3, 6/7 at -0.5, 1.16 in the middle.
    (line,) = lines(tmp_path, least_gain=1000, **VOLUME)
    assert line.endswith("; at -0.5 the least gain is out of reach")


def test_where_the_best_constant_flips_within_the_range_the_value_is_said() -> None:
    objective = po.Objective(UNSURE, unit="EUR", per_month=100)
    choice = constant_choice(objective, objective.table()[0], np.array([0.5, 0.5]))
    assert choice.name == "remove"  # (-2 + 1) / 2 against -1.75 / 2
    line = choice.range_line("keep", "spam", -3.0, -0.5)
    assert "the best constant flips at -1: above it 'keep' earns more than 'remove'" in line
    # Above -1, a fifth of the range, keeping earns up to 1/4 more, 1/8 on average.
    assert line.endswith(f"worth at most {100 * (0.5 / 2.5) * (0.5 / 2 / 2):.3g} EUR a month")


def test_where_it_does_not_flip_the_choice_holds_and_finding_out_is_worth_nothing() -> None:
    objective = po.Objective(UNSURE, unit="EUR")
    choice = constant_choice(objective, objective.table()[0], np.array([0.1, 0.9]))
    assert choice.range_line("keep", "spam", -3.0, -0.5) == (
        "keep/spam between -3 and -0.5 EUR: the best constant 'remove' holds; finding it out is worth nothing"
    )


def test_without_a_volume_finding_out_is_worth_so_much_an_item() -> None:
    objective = po.Objective(UNSURE, unit="EUR")
    choice = constant_choice(objective, objective.table()[0], np.array([0.5, 0.5]))
    assert choice.range_line("keep", "spam", -3.0, -0.5).endswith("EUR an item")


def test_after_labels_the_range_is_held_against_the_best_rung(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, items=known_sites(60), roles={"outcome": "y"})
    assert line.startswith("keep/spam between -3 and -0.5 EUR: the choice ")
    assert line.endswith("holds; no decision changes; finding it out is worth nothing")  # links tell spam for certain


def test_with_more_than_two_outcomes_and_no_base_rate_even_ones_are_taken(tmp_path: Path) -> None:
    cells = {
        "a": {"x": [-2, 0], "y": 0, "z": 0},
        "b": {"x": -1, "y": 1, "z": -1},
        "c": {"x": -1, "y": -1, "z": 1},
    }
    (line,) = lines(tmp_path, cells)
    # Whatever is done at even rates: a earns x / 3, -1/3 in the middle, and b and c -1/3: a flips below the middle.
    assert line.startswith("at even base rates a/x between -2 and 0 EUR: the best constant flips at -1: below it 'b'")


TWO = {"keep": {"ham": 0, "spam": [-2, -1]}, "remove": {"ham": [-2, -1], "spam": 0}}


def test_ranges_that_hold_one_by_one_may_not_hold_together() -> None:
    objective = po.Objective(TWO, unit="EUR")
    choice = constant_choice(objective, objective.table()[0], np.array([0.6, 0.4]))
    # Keeping loses 0.6 in the middle, removing 0.9; 0.8 against 0.6 at the worst of both.
    assert choice.together() == [
        "all ranges at once: with keep/spam -2, remove/ham -1, 'remove' would be the best constant"
    ]


def test_ranges_that_hold_at_every_corner_are_said_to() -> None:
    objective = po.Objective(TWO, unit="EUR")
    choice = constant_choice(objective, objective.table()[0], np.array([0.9, 0.1]))
    assert choice.together() == ["all ranges at once: the best constant 'keep' holds at every corner"]


def test_one_range_alone_has_no_corners() -> None:
    objective = po.Objective(UNSURE, unit="EUR")
    assert constant_choice(objective, objective.table()[0], np.array([0.5, 0.5])).together() == []


def test_rungs_are_held_against_every_corner_too(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(60), objective=po.Objective(TWO, unit="EUR"), outcome="y")
    found = [line for line in project.goal().lines if line.startswith("all ranges at once")]
    assert found[0].endswith("holds at every corner")  # links tell spam for certain
