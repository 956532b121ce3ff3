"""What is said before a label is bought: a table, a chart and a few sentences, each figure worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import payoff as po
from payoff.project.goal import Goal
from small_projects import CELLS, OBJECTIVE, known_sites, project_of, sites

VOLUME = {"per_month": 100, "months": 10}


def goal(folder: Path, items: Any = None, *, cells: Any = None, roles: Any = None, **terms: Any) -> Goal:
    objective = po.Objective(CELLS if cells is None else cells, unit="EUR", **terms)
    return project_of(folder, items, objective=objective, **(roles or {})).goal()


def said(found: Goal, start: str) -> str:
    """The one line that begins so."""
    (line,) = [line for line in found.lines if line.startswith(start)]
    return line


def test_without_a_base_rate_the_table_walks_over_some(tmp_path: Path) -> None:
    table = goal(tmp_path).table
    half = table.filter(pl.col("P(spam)") == 0.5)
    assert half.row(0) == (0.5, "keep", -0.5, 0.5, 0.5 - -0.5)
    assert table.filter(pl.col("best constant") == "remove")["P(spam)"].to_list() == [0.7, 0.9]


def test_known_outcomes_give_the_one_base_rate_there_is(tmp_path: Path) -> None:
    found = goal(tmp_path, known_sites(60), roles={"outcome": "y"})
    assert len(found.table) == 1
    assert found.note.endswith("as known so far, on 40 items learnt from")
    row = found.table.row(0, named=True)
    spam = row["P(spam)"]
    assert row["perfect knowledge"] == pytest.approx(spam, abs=1e-3)
    assert row["it earns"] == pytest.approx(max(-spam, -2 * (1 - spam) + spam), abs=3e-3)


def test_the_chart_marks_where_the_best_constant_swaps_and_fits_the_terminal(tmp_path: Path) -> None:
    chart = goal(tmp_path).chart
    assert chart[0] == "to win, EUR an item, by base rate P(spam); below, the best constant"
    assert chart[-1].split("│") == [chart[-1].split("│")[0], "remove"]
    assert "0.50" in chart[-2]
    assert not any("▲" in line for line in chart)
    assert len(chart) <= 12
    assert max(map(len, chart)) <= 78


def test_the_chart_marks_the_base_rate_once_it_is_known(tmp_path: Path) -> None:
    assert sum("▲" in line for line in goal(tmp_path, known_sites(), roles={"outcome": "y"}).chart) == 1


def test_the_break_even_is_said_in_one_sentence(tmp_path: Path) -> None:
    assert (
        goal(tmp_path).lines[0] == "'keep' is best where P(spam) is below 0.500, 'remove' from 0.500"
    )  # -p = -2 + 3 p


def test_with_payoffs_over_columns_the_break_even_is_said_for_most_items(tmp_path: Path) -> None:
    items = sites(40, amount=pl.Series([1.0] * 36 + [9.0] * 4))
    cells = {"keep": {"ham": 0, "spam": "-amount"}, "remove": {"ham": -1, "spam": 0}}
    line = said(goal(tmp_path, items, cells=cells), "by item")
    # Removing begins at 1 / (1 + amount): 1/2 for most, 1/10 for four of forty.
    assert line == "by item 'remove' begins at 0.100 (5% of items), 0.500 (half), 0.500 (95%) instead of 'keep'"


def test_a_break_even_that_all_items_share_is_not_said_again(tmp_path: Path) -> None:
    items = sites(40, amount=pl.Series([1.0] * 36 + [9.0] * 4))
    found = goal(
        tmp_path, items, cells={"keep": {"ham": 0, "spam": "-amount"}, "remove": {"ham": "-amount", "spam": 0}}
    )
    assert found.lines[0] == "'keep' is best where P(spam) is below 0.500, 'remove' from 0.500"
    assert not any(line.startswith("by item") for line in found.lines)


def test_a_break_even_that_nearly_all_items_share_is_said_once(tmp_path: Path) -> None:
    items = sites(40, amount=pl.Series([1.0] * 39 + [9.0]))
    line = said(
        goal(tmp_path, items, cells={"keep": {"ham": 0, "spam": "-amount"}, "remove": {"ham": -1, "spam": 0}}), "by"
    )
    assert line == "by item 'remove' begins at 0.500 (90% of items or more) instead of 'keep'"


def test_items_on_which_a_decision_never_pays_are_counted(tmp_path: Path) -> None:
    items = sites(40, amount=pl.Series([9.0] * 30 + [-1.0] * 10))
    cells = {"keep": {"ham": 0, "spam": 0}, "remove": {"ham": -1, "spam": "amount"}}
    assert said(goal(tmp_path, items, cells=cells), "by item").endswith("for 25% of items 'remove' is never worth more")


def test_what_there_is_to_win_is_counted_over_the_volume(tmp_path: Path) -> None:
    line = said(goal(tmp_path, **VOLUME), "over 1,000 items")
    # At the break-even of 1/2 keeping loses 1/2 and knowing earns 1/2, for each of 1,000 items.
    assert line == "over 1,000 items there is at most 1,000 EUR to win over the best constant, where P(spam) is 0.50"


def test_without_a_volume_it_is_said_that_figures_are_per_item(tmp_path: Path) -> None:
    assert said(goal(tmp_path), "no volume was given")


def test_a_least_gain_beyond_perfect_knowledge_is_not_worth_building_for(tmp_path: Path) -> None:
    found = goal(tmp_path, least_gain=1001, **VOLUME)
    line = said(found, "the least gain worth shipping, 1,001 EUR, is out of reach")
    assert line.endswith("there is at most 1,000 to win: do not build it")
    assert not [line for line in found.lines if line.startswith("least_gain is")]  # said once


def test_a_least_gain_within_reach_says_at_which_base_rates(tmp_path: Path) -> None:
    line = said(goal(tmp_path, least_gain=500, **VOLUME), "the least gain")
    # 2 p an item below the break-even, 2 (1 - p) above it: half an item from 1/4 to 3/4.
    assert "is 50% of what there is to win at best" in line
    assert line.endswith("out of reach where P(spam) is below 0.25 or above 0.75")


def test_well_enough_is_a_share_of_what_there_is_to_win(tmp_path: Path) -> None:
    assert "well enough, 250 EUR, is 25% of" in said(goal(tmp_path, well_enough=250, **VOLUME), "well enough")


def test_what_is_done_today_is_what_a_gain_is_over(tmp_path: Path) -> None:
    items = known_sites(60, now=pl.lit("remove"))
    found = goal(tmp_path, items, roles={"outcome": "y", "today": "now"}, **VOLUME)
    today = float(said(found, "what is done today earns").split()[-4])
    spam = found.table["P(spam)"][0]
    assert today == pytest.approx(-2 * (1 - spam) + spam, abs=3e-3)
    assert said(found, "over 1,000 items").endswith("over what is done today, if they are like the items known so far")


def test_nobody_is_told_not_to_build_while_today_may_earn_less(tmp_path: Path) -> None:
    items = sites(40, now=pl.lit("keep"))
    found = goal(tmp_path, items, roles={"today": "now"}, least_gain=1001, **VOLUME)
    assert said(found, "the least gain").endswith("unless what is done today earns less")


def test_waiting_costs_what_was_stated_and_what_is_not_won(tmp_path: Path) -> None:
    found = goal(tmp_path, known_sites(60), roles={"outcome": "y"}, wait_per_month=7, **VOLUME)
    line = said(found, "a month of waiting costs at most")
    assert float(line.split()[7]) == pytest.approx(7 + 100 * found.table["to win"][0], rel=0.01)
    assert line.endswith("7 stated, the rest not won")


def test_before_base_rates_are_known_waiting_costs_at_least_what_was_stated(tmp_path: Path) -> None:
    assert said(goal(tmp_path, wait_per_month=7, **VOLUME), "a month of waiting costs 7 EUR")


def test_what_was_assumed_and_what_is_revealed_is_listed(tmp_path: Path) -> None:
    found = goal(tmp_path, assumed=["payoff.keep.spam"], reveals=["remove"])
    assert said(found, "assumed, nobody gave it: ") == "assumed, nobody gave it: 'payoff.keep.spam'"
    assert said(found, "after 'remove' the outcome becomes known")


def test_where_one_decision_always_wins_there_is_no_chart_and_that_is_said(tmp_path: Path) -> None:
    found = goal(tmp_path, cells={"keep": {"ham": 0, "spam": 0}, "remove": {"ham": -1, "spam": -1}})
    assert found.chart == []
    assert said(found, "'keep' is worth most whatever the outcome")


def test_the_chart_holds_the_limits(tmp_path: Path) -> None:
    free, held = (
        goal(tmp_path / name, limits=limits) for name, limits in (("a", ()), ("b", [po.Limit("remove", share=0.1)]))
    )
    row = held.table.filter(pl.col("P(spam)") == 0.9).row(0, named=True)
    # A tenth of the items removed blindly: -0.9 * 0.9 + 0.1 * (0.9 - 0.2); knowing, the tenth are all spam.
    assert row["it earns"] == pytest.approx(0.9 * -0.9 + 0.1 * (0.9 - 0.2), abs=1e-4)
    assert row["perfect knowledge"] == pytest.approx(-0.8 + 0.1, abs=1e-4)
    assert held.chart != free.chart


MANY = [f"kind {k}" for k in range(10)]
TEN = {decision: {outcome: 1 if decision == outcome else 0 for outcome in MANY} for decision in MANY}


def test_ten_outcomes_fit_the_terminal(tmp_path: Path) -> None:
    found = goal(tmp_path, cells=TEN)
    assert found.table.columns == ["base rates", "best constant", "it earns", "perfect knowledge", "to win"]
    assert found.table["base rates"].to_list() == ["even", *(f"70% {name}" for name in MANY)]
    even, first = found.table.row(0, named=True), found.table.row(1, named=True)
    assert (even["it earns"], even["perfect knowledge"]) == (1 / 10, 1.0)
    assert (first["best constant"], first["it earns"]) == ("kind 0", 0.7)
    assert max(map(len, found.chart)) <= 78


def test_with_many_outcomes_the_chart_says_where_it_is_to_be_won(tmp_path: Path) -> None:
    cells = {"a": {"x": 0, "y": 0, "z": 0}, "b": {"x": 9, "y": -9, "z": -9}, "c": {"x": -9, "y": 3, "z": -9}}
    title, first, second, third = goal(tmp_path, cells=cells).chart
    assert title.startswith("to win over 'a' everywhere")
    assert [line.split()[0] for line in (first, second, third)] == ["x", "y", "z"]
    assert first.split()[-1] == "3"  # a third of the items, 9 each
    assert third.split()[-1] == "0"


def test_with_many_outcomes_the_most_binding_probability_of_each_decision_is_said(tmp_path: Path) -> None:
    line = said(goal(tmp_path, cells=TEN), "to be best on an item")
    assert "'kind 0' P(kind 0) of at least 0.100" in line
    assert line.endswith("and so on for 4 more")


def test_three_known_outcomes_give_one_row_and_a_bar_for_each(tmp_path: Path) -> None:
    items = sites(30).with_columns(y=pl.Series(["x", "y", "z"] * 10))
    cells = {"a": {"x": 0, "y": 0, "z": 0}, "b": {"x": 1, "y": -1, "z": -1}, "c": {"x": -1, "y": 2, "z": -1}}
    found = goal(tmp_path, items, cells=cells, roles={"outcome": "y"})
    assert found.table["base rates"].to_list() == ["as known so far"]
    assert len(found.chart) == 1 + 3


def test_payoffs_that_go_with_one_outcome_are_weighed_with_it(tmp_path: Path) -> None:
    # Spam comes with large amounts: keeping it costs 9, though the mean amount is 5.
    items = known_sites(60, amount=pl.Series([1.0, 9.0] * 30))
    cells = {"keep": {"ham": 0, "spam": "-amount"}, "remove": {"ham": -1, "spam": 0}}
    found = goal(tmp_path, items, cells=cells, roles={"outcome": "y"})
    spam = found.table["P(spam)"][0]
    assert found.lines[0] == "'keep' is best where P(spam) is below 0.100, 'remove' from 0.100"  # -9 p = -(1 - p)
    assert found.table["to win"][0] == pytest.approx(1 - spam, abs=3e-3)


def test_the_table_is_plain_for_programs(tmp_path: Path) -> None:
    table = project_of(tmp_path, objective=OBJECTIVE).goal().table
    assert table.write_json().startswith('[{"P(spam)":0.01,"best constant":"keep"')
