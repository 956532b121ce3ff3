"""Capacities that never have room for every item are refused before anything is decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.decide import A_MONTH, Limit, check_capacities, within
from payoff.errors import LimitError
from payoff.limits import check_shares
from payoff.objective import Objective

CELLS = {"look": {"bad": 1, "good": -1}, "go": {"bad": -2, "good": 1}}
DECISIONS = list(CELLS)


def check(limits: Iterable[Limit], items: int, **given: Any) -> None:
    check_capacities(list(limits), items, decisions=DECISIONS, **given)


def refused(limits: Iterable[Limit], items: int, **given: Any) -> str:
    with pytest.raises(LimitError) as refusal:
        check(limits, items, **given)
    return refusal.value.found


# --- whatever the items are ------------------------------------------------------------------------------------------


def test_shares_below_one_are_refused_with_what_is_missing() -> None:
    with pytest.raises(LimitError) as refusal:
        Objective(CELLS, limits=[Limit("look", share=0.2), Limit("go", share=0.5)])
    assert refusal.value.found == "the limits let at most 0.7 of all items be decided: 'look' 0.2, 'go' 0.5"
    assert refusal.value.next_step.startswith("Give 0.3 more to one of them")


def test_of_two_limits_on_a_decision_the_narrower_counts() -> None:
    wide = [Limit("look", share=0.5), Limit("go", share=0.5)]
    Objective(CELLS, limits=wide)
    with pytest.raises(LimitError, match=r"at most 0.9 of all items be decided: 'look' 0.5, 'go' 0.4"):
        Objective(CELLS, limits=[*wide, Limit("go", share=0.4)])


def test_capacities_and_budgets_count_as_the_share_of_the_volume_they_are() -> None:
    # Of 100 a month 20 are looked at; a budget of 35 at 0.5 each lets 70 go.
    limits = [Limit("look", at_most=20, per="month"), Limit("go", budget=35, cost=0.5, per="month")]
    with pytest.raises(LimitError, match=r"at most 0.9 of all items be decided: 'look' 0.2, 'go' 0.7"):
        Objective(CELLS, limits=limits, per_month=100)
    Objective(CELLS, limits=limits, per_month=90)


def test_a_capacity_per_week_is_so_many_a_month() -> None:
    weekly = [Limit("look", at_most=10, per="week"), Limit("go", at_most=10, per="week")]
    Objective(CELLS, limits=weekly, per_month=20 * A_MONTH["week"])
    with pytest.raises(LimitError, match=r"at most 0.9524 of all items"):
        Objective(CELLS, limits=weekly, per_month=21 * A_MONTH["week"])


@pytest.mark.parametrize(
    "limits",
    [
        [Limit("look", share=0.1)],
        [Limit("look", at_most=1), Limit("go", at_most=1)],  # of the items at hand, which may be two
        [Limit("look", at_most=1, per="day"), Limit("go", at_most=1, per="day")],  # no volume is known
        [Limit("look", share=0.1), Limit("go", at_most=1, per="day", by="team")],
        [Limit("look", share=0.1), Limit("go", budget=5, cost="minutes", per="day")],
        [Limit("look", share=0.1), Limit("go", budget=5, cost=0)],
        [Limit("look", precision=0.9), Limit("go", recall=0.9)],
    ],
    ids=str,
)
def test_limits_that_may_have_room_for_all_are_kept(limits: list[Limit]) -> None:
    assert Objective(CELLS, limits=limits).limits == limits


def test_the_file_is_refused_as_the_objective_is() -> None:
    tables = {
        "objective": {"payoff": CELLS},
        "limit": [{"decision": decision, "share": 0.25} for decision in CELLS],
    }
    with pytest.raises(LimitError, match=r"at most 0.5 of all items"):
        Objective.from_dict(tables)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=4))
def test_shares_are_refused_exactly_where_their_sum_is_below_one(shares: list[float]) -> None:
    decisions = [f"d{place}" for place in range(len(shares))]
    limits = [Limit(decision, share=share) for decision, share in zip(decisions, shares, strict=True)]
    if sum(shares) >= 1:
        check_shares(limits, decisions, None)
    elif sum(shares) < 1 - 1e-6:
        with pytest.raises(LimitError):
            check_shares(limits, decisions, None)


# --- of the items at hand --------------------------------------------------------------------------------------------


def test_what_each_decision_takes_is_said() -> None:
    limits = [Limit("look", at_most=1), Limit("go", at_most=2)]
    assert refused(limits, 5) == "the limits leave 2 of 5 items undecided: 'look' takes 1 at most, 'go' 2"
    check(limits, 3)


def test_a_share_counts_whole_items() -> None:
    halves = [Limit("look", share=0.5), Limit("go", share=0.5)]
    check(halves, 4)
    assert refused(halves, 5).startswith("the limits leave 1 of 5 items")


def test_one_decision_without_a_capacity_takes_the_rest() -> None:
    check([Limit("look", at_most=0), Limit("go", precision=0.9)], 1_000)


def test_a_budget_takes_the_cheapest_items() -> None:
    # At 1, 2, 3 and 4 minutes a budget of 3 takes the first two.
    limits = [Limit("look", budget=3, cost="minutes"), Limit("go", at_most=1)]
    costs = {"minutes": np.array([4.0, 3.0, 2.0, 1.0])}
    assert refused(limits, 4, costs=costs).endswith("'look' takes 2 at most, 'go' 1")


def test_a_week_that_is_too_full_is_refused_though_others_have_room() -> None:
    limits = [Limit("look", at_most=1, per="week"), Limit("go", at_most=1, per="week")]
    weeks = {"week": np.array([0, 0, 0, 1])}
    assert refused(limits, 4, periods=weeks) == (
        "the limits leave 1 of 4 items undecided: 'look' takes 2 at most, 'go' 2, too few in some group or period"
    )
    check(limits, 4, periods={"week": np.array([0, 0, 1, 1])})


def test_a_capacity_of_each_group_counts_in_each() -> None:
    limits = [Limit("look", at_most=1, by="team"), Limit("go", at_most=1, by="team")]
    check(limits, 4, groups={"team": np.array([0, 0, 1, 1])})
    assert "too few in some group" in refused(limits, 4, groups={"team": np.array([0, 0, 0, 1])})


def test_a_capacity_per_week_without_weeks_or_volume_is_refused() -> None:
    assert "the items have no time and the objective no volume" in refused([Limit("look", at_most=1, per="week")], 3)


@given(st.lists(st.tuples(st.sampled_from(DECISIONS), st.integers(0, 4)), min_size=1, max_size=4), st.integers(1, 8))
def test_what_is_refused_is_what_cannot_be_decided(capacities: list[tuple[str, int]], items: int) -> None:
    limits = [Limit(decision, at_most=most) for decision, most in capacities]
    payoffs, proba = np.array([[[1.0, -1.0], [-2.0, 1.0]]]), np.full((items, 2), 0.5)

    def stops(call: Any) -> bool:
        try:
            call()
        except LimitError:
            return True
        return False

    decided = stops(lambda: within(limits, payoffs, proba, decisions=DECISIONS, outcomes=["bad", "good"]))
    assert stops(lambda: check(limits, items)) == decided
