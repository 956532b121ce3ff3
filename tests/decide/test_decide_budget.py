"""Deciding under a budget: what it buys, in small worlds by hand, then the bound and the laws that hold in any."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from payoff.decide import Floats, Limit, expected, within
from payoff.errors import BadCost, LimitError, MissingColumn
from payoff.limits import affordable, net_gain
from payoff.objective import Objective

# Acting on a bad item brings 10, on a good one costs 10; waiting is worth nothing. So acting is worth 20 p - 10.
EVEN = np.array([[[0.0, 0.0], [-10.0, 10.0]]])
NAMES = {"decisions": ["wait", "act"], "outcomes": ["good", "bad"]}
REVIEW = Objective({"review": {"bad": 10, "good": -10}, "pass": {"bad": 0, "good": 0}})


def chances(*bad: float) -> Floats:
    return np.column_stack([1 - np.array(bad), np.array(bad)])


def acted(limit: Limit, proba: Floats, cost: list[float] | None = None, **options: Any) -> list[bool]:
    costs = {} if cost is None else {"minutes": np.array(cost, dtype=float)}
    return (within([limit], EVEN, proba, costs=costs, **NAMES, **options) == 1).tolist()


def reviewed(limit: Limit, bad: list[float], items: Any = None, **options: Any) -> list[bool]:
    objective = REVIEW.with_limits([limit])
    return (objective.decide([[p, 1 - p] for p in bad], items, **options) == "review").tolist()


# --- what a budget buys ----------------------------------------------------------------------------------------------


def test_a_budget_with_one_price_is_a_capacity() -> None:
    bad = chances(0.6, 0.9, 0.7, 0.8)
    assert acted(Limit("act", budget=10, cost=4), bad) == acted(Limit("act", at_most=2), bad)  # 10 // 4


def test_a_budget_goes_where_it_brings_most_for_what_it_costs() -> None:
    # Acting brings 8, 6 and 4 for 8, 2 and 2 minutes: 1, 3 and 2 a minute. With 5 minutes, the last two.
    assert acted(Limit("act", budget=5, cost="minutes"), chances(0.9, 0.8, 0.7), [8, 2, 2]) == [False, True, True]


def test_what_does_not_fit_is_passed_over_and_the_next_is_tried() -> None:
    # By the minute 8 / 2, 6 / 4 and 4 / 3: after the first, 3 minutes are left, too few for the second.
    assert acted(Limit("act", budget=5, cost="minutes"), chances(0.9, 0.8, 0.7), [2, 4, 3]) == [True, False, True]


def test_a_budget_is_not_spent_at_a_loss() -> None:
    assert acted(Limit("act", budget=100, cost="minutes"), chances(0.9, 0.4), [1, 1]) == [True, False]


def test_what_costs_nothing_always_fits() -> None:
    assert acted(Limit("act", budget=0, cost="minutes"), chances(0.9, 0.8), [0, 1]) == [True, False]


def test_a_budget_is_spent_to_the_last_cent() -> None:
    assert acted(Limit("act", budget=0.3, cost=0.1), chances(0.9, 0.8, 0.7)) == [True, True, True]


def test_a_budget_holds_in_each_group() -> None:
    groups = {"team": np.array([0, 0, 1])}
    limit = Limit("act", budget=5, cost="minutes", by="team")
    assert acted(limit, chances(0.9, 0.8, 0.6), [3, 3, 4], groups=groups) == [True, False, True]


def test_a_budget_holds_in_each_period() -> None:
    limit = Limit("act", budget=5, cost="minutes", per="day")
    periods = {"day": np.array([0, 0, 1])}
    assert acted(limit, chances(0.9, 0.8, 0.6), [3, 3, 4], periods=periods) == [True, False, True]


def test_without_times_a_budget_is_pro_rata_of_the_volume() -> None:
    # Two items are a fifth of the ten of a month: a fifth of the budget of 20, unrounded.
    limit = Limit("act", budget=20, cost="minutes", per="month")
    assert acted(limit, chances(0.9, 0.8), [3, 1], per_month=10.0) == [True, True]
    assert acted(limit, chances(0.9, 0.8), [3, 1.5], per_month=10.0) == [False, True]


def test_a_budget_per_period_without_times_or_volume_is_refused() -> None:
    with pytest.raises(LimitError, match="counts per day"):
        acted(Limit("act", budget=20, cost=1, per="day"), chances(0.9))


def test_a_budget_and_a_capacity_hold_together() -> None:
    # The capacity leaves .9 and .8 (3 + 3 minutes), the budget of 5 only one of them.
    limit = Limit("act", at_most=2, budget=5, cost="minutes")
    assert acted(limit, chances(0.9, 0.8, 0.6), [3, 3, 1]) == [True, False, False]


def test_a_budget_goes_before_recall() -> None:
    limit = Limit("act", recall=1.0, budget=3, cost="minutes")
    assert acted(limit, chances(0.9, 0.4), [3, 3]) == [True, False]


def test_precision_holds_under_a_budget() -> None:
    # For the budget the .6 comes first; it misses .8, and its minutes go to the .9.
    limit = Limit("act", precision=0.8, budget=4, cost="minutes")
    assert acted(limit, chances(0.9, 0.6), [4, 0.5]) == [True, False]


def test_who_the_budget_turns_away_gets_the_next_best() -> None:
    payoffs = np.array([[[3.0, 3.0], [2.0, 2.0], [1.0, 1.0]]])
    limits = [Limit("stop", budget=1, cost=1), Limit("look", budget=2, cost=1)]
    chosen = within(limits, payoffs, chances(*[0.5] * 5), decisions=["stop", "look", "go"], outcomes=["a", "b"])
    assert sorted(chosen.tolist()) == [0, 1, 1, 2, 2]


def test_no_items_spend_nothing() -> None:
    assert acted(Limit("act", budget=5, cost="minutes"), chances(), []) == []


# --- costs through the columns of the items --------------------------------------------------------------------------


def test_a_cost_is_an_expression_over_the_items_columns() -> None:
    # 2 + 4 / 2 = 4 minutes and 2 + 8 / 2 = 6: both bring 8.
    limit = Limit("review", budget=6, cost="2 + pages / 2")
    assert reviewed(limit, [0.9, 0.9], {"pages": [4, 8]}) == [True, False]


def test_a_cost_written_as_a_number_or_as_its_text_is_the_same() -> None:
    assert Limit("review", budget=6, cost=" 3 ") == Limit("review", budget=6, cost=3)


def test_a_cost_without_a_column_is_written_as_its_number() -> None:
    with pytest.raises(BadCost, match="write the number itself"):
        REVIEW.with_limits([Limit("review", budget=6, cost="2 + 1")])


def test_a_budget_per_day_and_team_counts_both() -> None:
    items = {"at": ["2026-01-05", "2026-01-05", "2026-01-05", "2026-01-06"], "team": ["a", "a", "b", "a"]}
    limit = Limit("review", budget=1, cost=1, per="day", by="team")
    assert reviewed(limit, [0.9, 0.8, 0.7, 0.6], items, time="at") == [True, False, True, True]


@pytest.mark.parametrize(
    ("minutes", "why"), [([3, None], "no number for 1 of 2 items"), ([3, -1], "it is -1"), ([3, "x"], "cannot be used")]
)
def test_a_cost_is_a_number_of_every_item(minutes: list[Any], why: str) -> None:
    items = [{"minutes": each} for each in minutes] if "x" not in minutes else {"minutes": ["3", "x"]}
    with pytest.raises(BadCost, match=why) as refused:
        reviewed(Limit("review", budget=6, cost="minutes"), [0.9, 0.9], items)
    assert "'minutes' of Limit('review'" in str(refused.value)


def test_a_cost_over_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(MissingColumn, match="the cost 'minuts'") as refused:
        reviewed(Limit("review", budget=6, cost="minuts"), [0.9], {"minutes": [3]})
    assert "Did you mean 'minutes'?" in str(refused.value)


# --- the bound and the laws ------------------------------------------------------------------------------------------

amounts = st.integers(0, 12).map(float)
worlds = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        arrays(float, n, elements=amounts), arrays(float, n, elements=st.integers(-9, 9)), st.integers(0, 40)
    )
)


def filled(cost: Floats, gain: Floats, budget: float) -> Floats:
    """Which items are acted on, as 0 and 1, where acting brings `gain`."""
    payoffs = np.zeros((len(gain), 2, 2))
    payoffs[:, 1] = gain[:, None]
    limit = Limit("act", budget=budget, cost="minutes")
    proba = chances(*[0.5] * len(gain))
    return within([limit], payoffs, proba, costs={"minutes": cost}, **NAMES).astype(float)


@given(worlds)
def test_a_budget_is_never_exceeded(world: tuple[Floats, Floats, int]) -> None:
    cost, gain, budget = world
    assert filled(cost, gain, budget) @ cost <= budget * (1 + 1e-9)


@given(worlds)
def test_what_is_given_up_is_less_than_one_item(world: tuple[Floats, Floats, int]) -> None:
    cost, gain, budget = world
    # The best filling that may split items (Dantzig 1957): by gain per cost, the last one in part.
    left, whole = float(budget), 0.0
    worth = np.divide(gain, cost, out=np.full(len(gain), np.inf), where=cost > 0)
    for item in [each for each in np.argsort(-worth) if gain[each] > 0]:
        part = 1.0 if cost[item] <= left else left / cost[item]
        whole, left = whole + part * gain[item], left - part * cost[item]
    assert whole - filled(cost, gain, budget) @ gain <= max(gain.max(), 0.0) + 1e-9


@given(worlds)
def test_nothing_left_out_would_still_fit(world: tuple[Floats, Floats, int]) -> None:
    cost, gain, budget = world
    taken = filled(cost, gain, budget)
    left = budget - taken @ cost
    assert (cost[(taken == 0) & (gain > 0)] > left - 1e-9).all()


@given(worlds, st.integers(1, 3))
def test_items_are_taken_in_turn_while_they_fit(world: tuple[Floats, Floats, int], parts: int) -> None:
    cost, _, budget = world
    part = np.sort(np.arange(len(cost)) % parts)
    left = np.full(parts, float(budget))
    one_by_one = []
    for each, where in zip(cost, part, strict=True):
        one_by_one.append(bool(each <= left[where]))
        left[where] -= each * one_by_one[-1]
    assert affordable(cost, part, np.full(parts, budget)).tolist() == one_by_one


@given(worlds, st.sampled_from([0.5, 2.0, 1024.0]))
def test_neither_the_currency_nor_the_unit_of_cost_matters(world: tuple[Floats, Floats, int], scale: float) -> None:
    cost, gain, budget = world
    plain = filled(cost, gain, budget)
    assert filled(cost, gain * scale, budget).tolist() == plain.tolist()
    assert filled(cost * scale, gain, budget * scale).tolist() == plain.tolist()


def test_the_bound_is_tight_for_one_dear_item() -> None:
    # By the minute the small one comes first, 2 against 1.99, and leaves no room for the dear one.
    assert filled(np.array([1.0, 100.0]), np.array([2.0, 199.0]), 100).tolist() == [1.0, 0.0]


def test_net_gain_is_what_the_budget_is_spent_by() -> None:
    worth = expected(EVEN, chances(0.9))
    assert net_gain(worth, 1).tolist() == pytest.approx([0.9 * 10 - 0.1 * 10])
