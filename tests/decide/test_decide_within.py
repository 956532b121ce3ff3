"""Deciding under limits: small worlds by hand, then the laws that must hold in any."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from payoff.decide import Floats, Ints, Limit, best, expected, within
from payoff.errors import LimitError

# Acting on a bad item brings 10, on a good one costs 10; waiting is worth nothing. So acting is worth 20 p - 10.
EVEN = np.array([[[0.0, 0.0], [-10.0, 10.0]]])
NAMES = {"decisions": ["wait", "act"], "outcomes": ["good", "bad"]}


def chances(*bad: float) -> Floats:
    return np.column_stack([1 - np.array(bad), np.array(bad)])


def acted(limits: list[Limit], proba: Floats, payoffs: Floats = EVEN, **options: object) -> list[bool]:
    chosen = within(limits, payoffs, proba, **NAMES, **options)  # type: ignore[arg-type]
    return (chosen == 1).tolist()


# --- capacity ----------------------------------------------------------------------------------------------------


def test_a_capacity_is_filled_by_what_acting_brings() -> None:
    assert acted([Limit("act", at_most=2)], chances(0.6, 0.9, 0.7, 0.2)) == [False, True, True, False]


def test_a_capacity_is_not_filled_at_a_loss() -> None:
    assert acted([Limit("act", at_most=3)], chances(0.6, 0.4, 0.1)) == [True, False, False]


def test_a_capacity_of_nought_rules_a_decision_out() -> None:
    assert acted([Limit("act", at_most=0)], chances(1.0)) == [False]


def test_each_item_counts_by_its_own_payoffs() -> None:
    payoffs = np.array([[[0, 0], [-10, 10]], [[0, 0], [-10, 1000]]], dtype=float)
    # The second brings .5 * 1000 - .5 * 10 = 495, the first .9 * 10 - .1 * 10 = 8.
    assert acted([Limit("act", at_most=1)], chances(0.9, 0.5), payoffs) == [False, True]


def test_a_share_is_rounded_down() -> None:
    proba = chances(0.9, 0.8, 0.7, 0.6, 0.95)
    assert sum(acted([Limit("act", share=0.5)], proba)) == 2  # half of 5
    assert sum(acted([Limit("act", share=0.6)], proba)) == 3  # 0.6 * 5, which floats make 3.0000000000000004 or less


def test_who_finds_no_room_gets_the_next_best() -> None:
    # Decisions stop, look, go: 3, 2, 1 on every item.
    payoffs = np.array([[[3.0, 3.0], [2.0, 2.0], [1.0, 1.0]]])
    limits = [Limit("stop", at_most=1), Limit("look", at_most=2)]
    chosen = within(limits, payoffs, chances(*[0.5] * 5), decisions=["stop", "look", "go"], outcomes=["a", "b"])
    assert sorted(chosen.tolist()) == [0, 1, 1, 2, 2]


def test_capacities_hold_in_each_group() -> None:
    groups = {"language": np.array([0, 0, 0, 1])}
    limit = Limit("act", at_most=1, by="language")
    assert acted([limit], chances(0.9, 0.8, 0.7, 0.6), groups=groups) == [True, False, False, True]


def test_capacities_per_period_count_by_the_time_of_the_items() -> None:
    periods = {"week": np.array([0, 0, 1, 1])}
    limit = Limit("act", at_most=1, per="week")
    assert acted([limit], chances(0.9, 0.8, 0.6, 0.7), periods=periods) == [True, False, False, True]


def test_capacities_per_period_hold_in_each_group() -> None:
    parts = {"groups": {"language": np.array([0, 1, 0, 1])}, "periods": {"day": np.array([0, 0, 0, 1])}}
    limit = Limit("act", at_most=1, per="day", by="language")
    assert acted([limit], chances(0.9, 0.8, 0.7, 0.6), **parts) == [True, True, False, True]


@pytest.mark.parametrize(
    ("per", "at_most", "allowed"),
    [("month", 10, 1), ("week", 5, 2), ("day", 1, 3)],  # 4 of 40 a month: 10 / 10; 5 * 4.348 / 10; 30.44 / 10
)
def test_without_times_a_capacity_counts_pro_rata_of_the_volume(per: str, at_most: int, allowed: int) -> None:
    limit = Limit("act", at_most=at_most, per=per)
    assert sum(acted([limit], chances(0.9, 0.9, 0.9, 0.9), per_month=40)) == allowed


def test_without_times_and_volume_a_capacity_per_period_is_refused() -> None:
    with pytest.raises(LimitError, match="no time and the objective no volume") as refused:
        acted([Limit("act", at_most=5, per="week")], chances(0.9))
    assert "per_month" in str(refused.value)


def test_capacities_that_leave_items_over_are_refused_with_their_number() -> None:
    limits = [Limit("act", at_most=1), Limit("wait", at_most=1)]
    with pytest.raises(LimitError, match="leave 1 of 3 items undecided"):
        acted(limits, chances(0.9, 0.8, 0.1))


def test_capacities_that_just_suffice_are_both_filled() -> None:
    limits = [Limit("act", at_most=1), Limit("wait", at_most=2)]
    assert acted(limits, chances(0.2, 0.3, 0.1)) == [False, True, False]  # the least loss


# --- precision and recall ----------------------------------------------------------------------------------------


def test_precision_raises_the_bar_until_the_expected_share_holds() -> None:
    # .9, .8, .7, .6: their means from the top are .9, .85, .8, .75.
    assert acted([Limit("act", precision=0.8)], chances(0.9, 0.8, 0.7, 0.6)) == [True, True, True, False]


def test_precision_that_holds_anyway_changes_nothing() -> None:
    assert acted([Limit("act", precision=0.7)], chances(0.9, 0.8, 0.7, 0.6, 0.4)) == [True] * 4 + [False]


def test_precision_above_the_best_item_leaves_the_decision_unused() -> None:
    assert acted([Limit("act", precision=0.95)], chances(0.9, 0.8)) == [False, False]


def test_precision_gives_up_the_item_that_earns_least_per_missing_chance() -> None:
    payoffs = np.array([[[0, 0], [-1, 1]], [[0, 0], [-1, 1]], [[0, 0], [-1, 100]]], dtype=float)
    # Items at .6 and .5 both miss .75, and .9 has room for one of them: the last earns 49.5, the second .2.
    assert acted([Limit("act", precision=0.7)], chances(0.9, 0.6, 0.5), payoffs) == [True, False, True]


def test_precision_holds_in_each_group() -> None:
    groups = {"language": np.array([0, 0, 1, 1])}
    limit = Limit("act", precision=0.8, by="language")
    assert acted([limit], chances(0.95, 0.7, 0.7, 0.6), groups=groups) == [True, True, False, False]


def test_precision_may_count_another_outcome() -> None:
    # Looking is best under neither outcome, so its precision is of what it is meant to find.
    payoffs = np.array([[[0.0, -9.0], [-1.0, 1.0], [-9.0, 2.0]]])
    limit = Limit("look", precision=0.5, outcome="bad")
    proba = chances(0.6, 0.3, 0.5)
    names = {"decisions": ["allow", "look", "block"], "outcomes": ["good", "bad"]}
    assert best(payoffs, proba).tolist() == [1, 1, 1]
    assert within([limit], payoffs, proba, **names).tolist() == [1, 0, 1]  # (.6 + .3 + .5) / 3 is below .5


def test_recall_takes_up_what_costs_least() -> None:
    # Acting finds .9 of .9 + .4 + .3 = 1.6; .8 of it is 1.28: the next best brings it to 1.3.
    assert acted([Limit("act", recall=0.8)], chances(0.9, 0.4, 0.3)) == [True, True, False]


def test_recall_that_holds_anyway_changes_nothing() -> None:
    assert acted([Limit("act", recall=0.5)], chances(0.9, 0.4, 0.3)) == [True, False, False]


def test_full_recall_acts_wherever_there_is_a_chance() -> None:
    assert acted([Limit("act", recall=1.0)], chances(0.9, 0.01, 0.0)) == [True, True, False]


def test_recall_holds_in_each_group() -> None:
    groups = {"language": np.array([0, 1])}
    assert acted([Limit("act", recall=0.5, by="language")], chances(0.9, 0.1), groups=groups) == [True, True]


def test_two_decisions_may_have_a_recall_each() -> None:
    # Acting must find .48 of the .8 bad, waiting .66 of the 2.2 good: two acted on find .7 and leave .9.
    limits = [Limit("act", recall=0.6), Limit("wait", recall=0.3)]
    assert acted(limits, chances(0.4, 0.3, 0.1)) == [True, True, False]


def test_a_capacity_goes_before_recall() -> None:
    assert acted([Limit("act", recall=1.0), Limit("act", at_most=1)], chances(0.4, 0.9)) == [False, True]


def test_precision_goes_before_recall() -> None:
    limits = [Limit("act", recall=1.0), Limit("act", precision=0.8)]
    assert acted(limits, chances(0.9, 0.7, 0.2)) == [True, True, False]


def test_a_place_that_precision_frees_goes_to_the_next() -> None:
    # By money the first two; but .5 and .6 miss .8, and the third, at .9, takes a place.
    payoffs = np.array([[[0, 0], [-1, 100]], [[0, 0], [-1, 50]], [[0, 0], [-1, 1]]], dtype=float)
    limits = [Limit("act", precision=0.8), Limit("act", at_most=2)]
    assert acted(limits, chances(0.5, 0.6, 0.9), payoffs) == [False, False, True]


def test_an_item_that_no_decision_may_have_gets_the_better_one() -> None:
    limits = [Limit("act", precision=0.9), Limit("wait", precision=0.9)]
    assert acted(limits, chances(0.6, 0.4)) == [True, False]


def test_many_waiting_items_do_not_break_the_bar() -> None:
    # A thousand items that earn more the less likely they are, and a capacity that lets in a few.
    bad = np.linspace(0.3, 0.95, 1000)
    payoffs = np.zeros((1000, 2, 2))
    payoffs[:, 1] = np.column_stack([np.full(1000, -1.0), 20 / bad**3])
    did = np.array(acted([Limit("act", precision=0.8), Limit("act", at_most=50)], chances(*bad), payoffs))
    assert did.sum() == 50
    assert bad[did].mean() >= 0.8 - 1e-9


def test_no_items_hold_every_limit() -> None:
    limits = [Limit("act", precision=0.9, recall=0.1, share=0.5), Limit("act", at_most=1, per="day")]
    for options in ({"per_month": 10.0}, {"periods": {"day": np.array([], dtype=np.int64)}}):
        assert acted(limits, chances(), **options) == []


# --- laws --------------------------------------------------------------------------------------------------------

shares = st.integers(0, 20).map(lambda n: n / 20)
worlds = st.integers(1, 9).flatmap(
    lambda n: st.tuples(
        arrays(float, (n, 3, 2), elements=st.integers(-9, 9)), arrays(float, n, elements=shares), st.integers(0, n)
    )
)
DECISIONS = {"decisions": ["a", "b", "c"], "outcomes": ["x", "y"]}


def earned(payoffs: Floats, proba: Floats, chosen: Ints) -> float:
    return float(expected(payoffs, proba)[np.arange(len(chosen)), chosen].sum())


@given(worlds, shares)
def test_capacities_are_never_exceeded(world: tuple[Floats, Floats, int], share: float) -> None:
    payoffs, y, most = world
    chosen = within([Limit("a", at_most=most), Limit("b", share=share)], payoffs, chances(*y), **DECISIONS)
    assert (chosen == 0).sum() <= most
    assert (chosen == 1).sum() <= share * len(y) + 1e-9


@given(worlds)
def test_under_one_capacity_nothing_earns_more(world: tuple[Floats, Floats, int]) -> None:
    payoffs, y, most = world
    payoffs, y = payoffs[:5], y[:5]
    proba = chances(*y)
    chosen = within([Limit("a", at_most=most)], payoffs, proba, **DECISIONS)
    ways = (np.array(way) for way in product(range(3), repeat=len(y)))
    top = max(earned(payoffs, proba, way) for way in ways if (way == 0).sum() <= most)
    assert earned(payoffs, proba, chosen) == pytest.approx(top)


@given(worlds, shares)
def test_the_expected_precision_holds(world: tuple[Floats, Floats, int], least: float) -> None:
    payoffs, y, most = world
    limits = [Limit("a", precision=least, outcome="y"), Limit("a", at_most=most)]
    chosen = within(limits, payoffs, chances(*y), **DECISIONS)
    assert (y - least)[chosen == 0].sum() >= -1e-9
    assert (chosen == 0).sum() <= most


@given(worlds, shares)
def test_the_expected_recall_holds(world: tuple[Floats, Floats, int], least: float) -> None:
    payoffs, y, _ = world
    chosen = within([Limit("a", recall=least, outcome="y")], payoffs, chances(*y), **DECISIONS)
    assert y[chosen == 0].sum() >= least * y.sum() - 1e-9


@given(worlds, shares, st.data())
def test_limits_hold_in_each_group(world: tuple[Floats, Floats, int], least: float, data: st.DataObject) -> None:
    payoffs, y, most = world
    group = data.draw(arrays(np.int64, len(y), elements=st.integers(0, 1)))
    group = np.unique(group, return_inverse=True)[1]
    limits = [Limit("a", at_most=most, by="g"), Limit("b", precision=least, outcome="y", by="g")]
    chosen = within(limits, payoffs, chances(*y), groups={"g": group}, **DECISIONS)
    for part in np.unique(group):
        assert ((chosen == 0) & (group == part)).sum() <= most
        assert (y - least)[(chosen == 1) & (group == part)].sum() >= -1e-9


@given(worlds, st.sampled_from([2.0, 4.0, 0.5]), shares)
def test_scaling_all_payoffs_changes_no_decision(world: tuple[Floats, Floats, int], scale: float, least: float) -> None:
    payoffs, y, most = world
    limits = [Limit("a", at_most=most), Limit("b", precision=least, outcome="y"), Limit("c", recall=0.2, outcome="x")]
    chosen, scaled = (within(limits, table, chances(*y), **DECISIONS) for table in (payoffs, payoffs * scale))
    assert chosen.tolist() == scaled.tolist()


@given(worlds, shares)
def test_limits_that_hold_anyway_change_nothing(world: tuple[Floats, Floats, int], least: float) -> None:
    payoffs, y, _ = world
    proba = chances(*y)
    free = best(payoffs, proba)
    assume(y[free == 0].sum() >= least * (free == 0).sum())
    limits = [Limit("a", precision=least, outcome="y"), Limit("b", at_most=int((free == 1).sum()))]
    assert within(limits, payoffs, proba, **DECISIONS).tolist() == free.tolist()
