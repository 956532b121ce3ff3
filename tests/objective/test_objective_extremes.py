"""Objectives at their ends: amounts of any size, no items, one item, thirty outcomes, limits that leave no room."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from payoff.errors import BadCell, BadCost, LimitError, ObjectiveError
from payoff.limits import affordable
from payoff.objective import Limit, Objective

THREE = {
    "a": {"x": 1.0, "y": -1.0, "z": 0.0},
    "b": {"x": 0.0, "y": 0.0, "z": 1.0},
    "c": {"x": 0.4, "y": -0.1, "z": 0.0},
}
TWO = {"act": {"bad": 10.0, "good": -10.0}, "wait": {"bad": 0.0, "good": 0.0}}
RATES = {"x": 0.5, "y": 0.3, "z": 0.2}
SIZES = [1e-300, 1e-12, 1e-6, 1e6, 1e12, 1e150]
any_size = pytest.mark.parametrize("size", SIZES)


def scaled(payoffs: dict[str, dict[str, float]], size: float, **terms: Any) -> Objective:
    return Objective({d: {o: size * cell for o, cell in row.items()} for d, row in payoffs.items()}, **terms)


# --- any size --------------------------------------------------------------------------------------------------------


@any_size
def test_break_evens_do_not_depend_on_the_size_of_payoffs(size: float) -> None:
    here, there = scaled(THREE, size).break_even(), Objective(THREE).break_even()
    assert here["low"].to_list() == pytest.approx(there["low"].to_list())
    assert here["high"].to_list() == pytest.approx(there["high"].to_list())


@any_size
@pytest.mark.parametrize(
    "limits",
    [
        [],
        [Limit("a", share=0.2)],
        [Limit("b", precision=0.9)],
        [Limit("a", share=0.3), Limit("c", recall=0.5, outcome="x")],
    ],
)
def test_stakes_scale_with_the_payoffs(size: float, limits: list[Limit]) -> None:
    here, there = (scaled(THREE, by, limits=limits).stakes(RATES) for by in (size, 1.0))
    assert here.constant == there.constant
    assert here.constant_worth / size == pytest.approx(there.constant_worth)
    assert here.perfect / size == pytest.approx(there.perfect)


@any_size
def test_a_budget_counts_in_any_unit(size: float) -> None:
    limits = [Limit("a", budget=20 * size, cost=2 * size, per="month")]
    stakes = Objective(THREE, per_month=100, months=1, limits=limits).stakes(RATES)
    # A tenth of the items fits: blind that is a * 0.1 + b * 0.9 = 0.02 + 0.18, c instead of b 0.02 + 0.9 * 0.17.
    assert stakes.constant_worth == pytest.approx(0.1 * 0.2 + 0.9 * 0.2)
    # Known, the tenth goes to x over c, the rest of x at 0.4, y at 0, z at 1.
    assert stakes.perfect == pytest.approx(0.1 * 1 + 0.4 * 0.4 + 0.2)


@any_size
def test_remarks_on_gains_hold_in_any_unit(size: float) -> None:
    asked = scaled(TWO, size, per_month=100, months=1, least_gain=500 * size * 1.01)
    assert any("least_gain" in remark for remark in asked.remarks())
    possible = scaled(TWO, size, per_month=100, months=1, least_gain=500 * size * 0.99)
    assert possible.remarks() == []


@any_size
def test_a_decision_that_is_never_best_is_found_in_any_unit(size: float) -> None:
    payoffs = {**TWO, "half": {"bad": 4.0, "good": -6.0}}
    assert len(scaled(payoffs, size).remarks()) == len(Objective(payoffs).remarks()) == 1


@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_expressions_and_numbers_of_any_size_are_decided_alike(size: float) -> None:
    cells = {"pay": {"fair": 0.0, "fraud": "-amount"}, "stop": {"fair": -5 * size, "fraud": 0.0}}
    chosen = Objective(cells).decide([[0.9, 0.1], [0.9, 0.1]], {"amount": [40 * size, 50 * size]})
    assert chosen.tolist() == ["pay", "stop"]  # 0.1 * 40 against 0.9 * 5, 0.1 * 50 against it


# --- few items, many outcomes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "limits",
    [
        [],
        [Limit("act", share=0.5), Limit("act", precision=0.9), Limit("act", recall=0.5)],
        [Limit("act", at_most=1, by="team"), Limit("act", budget=3, cost="cost", per="day")],
    ],
)
def test_no_items_get_no_decisions(limits: list[Limit]) -> None:
    none: dict[str, list[Any]] = {"cost": [], "team": [], "day": []}
    made = Objective({"act": {"bad": "cost", "good": -1}, "wait": {"bad": 0, "good": 0}}, limits=limits)
    assert made.decide(np.zeros((0, 2)), none, time="day").tolist() == []
    assert made.value([], [], none).tolist() == []


def test_the_mean_over_no_items_is_refused() -> None:
    made = Objective({"act": {"bad": "cost", "good": -1}, "wait": {"bad": 0, "good": 0}})
    none: dict[str, list[float]] = {"cost": []}
    for ask in (made.break_even, made.remarks, lambda items: made.stakes({"bad": 0.5, "good": 0.5}, items)):
        with pytest.raises(ObjectiveError, match="the table has 0 items"):
            ask(none)


def test_without_columns_no_table_is_needed_for_a_mean() -> None:
    assert Objective(TWO).stakes({"bad": 0.5, "good": 0.5}, {"cost": []}).left == 5.0


def test_one_item_is_decided_as_among_many() -> None:
    made = Objective({"act": {"bad": "cost", "good": -1}, "wait": {"bad": 0, "good": 0}})
    assert made.decide([[0.5, 0.5]], {"cost": [3]}).tolist() == ["act"]
    assert made.decide([[0.5, 0.5]], {"cost": [1]}).tolist() == ["act"]  # a tie goes to the one listed first
    assert made.decide([[0.4, 0.6]], {"cost": [1]}).tolist() == ["wait"]


@pytest.mark.parametrize("many", [10, 30])
def test_of_many_outcomes_each_has_its_decision(many: int) -> None:
    names = [f"o{k:02}" for k in range(many)]
    made = Objective({f"do {k:02}": {name: float(k == j) for j, name in enumerate(names)} for k in range(many)})
    assert made.decide(np.eye(many)).tolist() == made.decisions
    even = made.stakes(dict.fromkeys(names, 1 / many))
    assert (even.constant, even.perfect) == ("do 00", pytest.approx(1.0))
    assert even.left == pytest.approx(1 - 1 / many)
    turns = made.break_even().filter(decision="do 03", outcome="o03")
    assert turns["low"].item() == pytest.approx(1 / many)  # with all others alike it is best from there


# --- what an expression must not see ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    ["cost - first(cost)", "case when cost > avg(cost) then 1 else 0 end", "cost > max(cost) / 2", "count(cost)"],
)
def test_a_payoff_that_changes_with_its_neighbours_is_refused_wherever_they_stand(cell: str) -> None:
    """The first and the last item are alike, so they alone would not tell."""
    made = Objective({"act": {"bad": cell, "good": -1}, "wait": {"bad": 0, "good": 0}})
    with pytest.raises(BadCell, match="it depends on other items"):
        made.table({"cost": [1.0, 9.0, 1.0]})


@pytest.mark.parametrize(
    "cell", ["abs(cost)", "cost * cost", "case when cost > 5 then 1 else 0 end", "greatest(cost, 2)"]
)
def test_a_payoff_of_the_item_alone_is_taken(cell: str) -> None:
    made = Objective({"act": {"bad": cell, "good": -1}, "wait": {"bad": 0, "good": 0}})
    alone = [made.table({"cost": [cost]})[0, 0, 0] for cost in (1.0, 9.0, 1.0)]
    assert made.table({"cost": [1.0, 9.0, 1.0]})[:, 0, 0].tolist() == alone


def test_a_payoff_without_any_value_is_counted() -> None:
    made = Objective({"act": {"bad": "cost", "good": -1}, "wait": {"bad": 0, "good": 0}})
    with pytest.raises(BadCell, match="it gives no number for 3 of 3 items"):
        made.decide(np.full((3, 2), 0.5), {"cost": [None, float("nan"), None]})


# --- limits without room ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "acted"),
    [
        (Limit("act", at_most=0), 0),
        (Limit("act", share=0), 0),
        (Limit("act", budget=0, cost="cost"), 1),  # the one that costs nothing
        (Limit("act", budget=0, cost=1), 0),
        (Limit("act", budget=0, cost=0), 4),
        (Limit("act", budget=3, cost="cost"), 3),  # 0 + 1 + 2
        (Limit("act", budget=1e12, cost="cost"), 4),
        (Limit("act", precision=1), 4),
        (Limit("act", recall=1), 4),
    ],
)
def test_a_limit_at_its_end_takes_as_many_as_it_says(limit: Limit, acted: int) -> None:
    made = Objective(TWO, limits=[limit])
    chosen = made.decide([[1.0, 0.0]] * 4, {"cost": [0, 1, 2, 3]})
    assert chosen.tolist().count("act") == acted


def test_two_capacities_that_leave_items_over_are_refused() -> None:
    made = Objective(TWO, limits=[Limit("act", at_most=1), Limit("wait", at_most=1)])
    with pytest.raises(LimitError, match="the limits leave 2 of 4 items undecided"):
        made.decide([[0.5, 0.5]] * 4)


@pytest.mark.parametrize(("cost", "why"), [([1, None], "no number for 1 of 2"), ([1, -2], "it is -2 for an item")])
def test_a_cost_that_is_none_is_refused(cost: list[Any], why: str) -> None:
    made = Objective(TWO, limits=[Limit("act", budget=5, cost="cost")])
    with pytest.raises(BadCost, match=why):
        made.decide([[0.5, 0.5]] * 2, {"cost": cost})


@any_size
def test_what_is_affordable_does_not_depend_on_the_unit(size: float) -> None:
    cost, part = np.array([3.0, 9.0, 2.0, 5.0]), np.array([0, 0, 0, 1])
    assert affordable(size * cost, part, size * np.array([5.0, 4.0])).tolist() == [True, False, True, False]
