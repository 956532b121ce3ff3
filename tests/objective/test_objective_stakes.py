"""What there is to win before any label is bought."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from payoff.errors import BadProbabilities, LimitError, UnknownOutcome
from payoff.objective import Limit, Objective
from payoff.stakes import Stakes, figure

PAYOFFS = {
    "allow": {"legitimate": 0, "phishing": -10},
    "block": {"legitimate": -4, "phishing": 2},
    "inspect": {"legitimate": -1, "phishing": 1},
}
TRIAGE = Objective(PAYOFFS, unit="EUR", per_month=1000, months=6)
HALF = {"legitimate": 0.5, "phishing": 0.5}


def under(*limits: Limit, per_month: float | None = None) -> Stakes:
    return Objective(PAYOFFS, per_month=per_month, limits=limits).stakes(HALF)


def test_stakes_are_perfect_knowledge_minus_the_best_constant() -> None:
    stakes = TRIAGE.stakes(HALF)
    assert stakes.constant == "inspect"
    assert stakes.constant_worth == (-1 + 1) / 2  # allow -10 / 2, block (-4 + 2) / 2
    assert stakes.perfect == (0 + 2) / 2
    assert stakes.left == 1.0


def test_stakes_carry_unit_and_volume() -> None:
    stakes = TRIAGE.stakes(HALF)
    assert (stakes.unit, stakes.volume) == ("EUR", 6000)


def test_an_outcome_left_out_never_happens() -> None:
    stakes = TRIAGE.stakes({"phishing": 1.0})
    assert (stakes.constant, stakes.constant_worth, stakes.left) == ("block", 2, 0)


def test_base_rates_rounded_to_three_digits_are_rescaled() -> None:
    assert TRIAGE.stakes({"legitimate": 0.667, "phishing": 0.334}).perfect == pytest.approx(2 * 334 / 1001)


def test_base_rates_are_matched_by_name() -> None:
    objective = Objective({"act": {1: 10, 0: -10}, "wait": {1: 0, 0: 0}})
    assert objective.stakes({1.0: 0.2, 0.0: 0.8}).perfect == 0.2 * 10


def test_base_rates_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(BadProbabilities, match=r"\[0.5, 0.4\]"):
        TRIAGE.stakes({"legitimate": 0.5, "phishing": 0.4})


def test_base_rates_of_an_unknown_outcome_are_refused() -> None:
    with pytest.raises(UnknownOutcome, match="'phish'") as refused:
        TRIAGE.stakes({"legitimate": 0.5, "phish": 0.5})
    assert "Did you mean 'phishing'?" in str(refused.value)


def test_payoffs_over_columns_are_averaged_and_perfect_knowledge_uses_each_items_own() -> None:
    letter = Objective({"write": {"buys": "amount - 5", "not": -1}, "skip": {"buys": 0, "not": 0}})
    stakes = letter.stakes({"buys": 0.5, "not": 0.5}, {"amount": [1, 13]})
    # Writing to a buyer is worth -4 or 8: 2 on average; who knows skips the first.
    assert (stakes.constant, stakes.constant_worth) == ("write", (2 - 1) / 2)
    assert stakes.perfect == 0.5 * (0 + 8) / 2


def test_under_a_share_the_best_constant_is_filled_blindly_the_rest_at_the_next_best() -> None:
    stakes = under(Limit("inspect", share=0.4))
    assert stakes.constant == "inspect"
    assert stakes.constant_worth == pytest.approx(0.4 * 0 + 0.6 * -1)  # block is the next best


def test_under_a_share_perfect_knowledge_is_bound_too() -> None:
    # Blocking a tenth at 2, inspecting the other four tenths of phishing at 1.
    assert under(Limit("block", share=0.1)).perfect == pytest.approx(0.1 * 2 + 0.4 * 1)


def test_a_weekly_capacity_is_a_share_of_the_weekly_volume() -> None:
    weekly = 1000 / (365.25 / 12 / 7)
    stakes = under(Limit("block", at_most=23, per="week"), per_month=1000)
    assert stakes.perfect == pytest.approx(23 / weekly * 2 + (0.5 - 23 / weekly) * 1)


def test_a_capacity_without_a_volume_does_not_bind() -> None:
    assert under(Limit("block", at_most=1, per="week")).perfect == 1.0


def test_a_capacity_counts_by_the_times_and_groups_of_the_items() -> None:
    items = {"at": ["2026-01-01", "2026-01-01", "2026-01-02", "2026-01-02"], "team": ["a", "b", "a", "b"]}
    objective = Objective(PAYOFFS, limits=[Limit("block", at_most=1, per="day", by="team")])
    assert objective.stakes(HALF, items, time="at").perfect == 1.0  # one of one
    objective = Objective(PAYOFFS, limits=[Limit("block", at_most=1, per="month", by="team")])
    assert objective.stakes(HALF, items, time="at").perfect == pytest.approx(1.0)  # 2 of 4 items, all phishing
    objective = Objective(PAYOFFS, limits=[Limit("block", at_most=1, per="month")])
    assert objective.stakes(HALF, items, time="at").perfect == pytest.approx(0.25 * 2 + 0.25 * 1)


def test_a_blind_decision_of_too_low_precision_is_no_constant() -> None:
    # Inspect is kept out, so that blocking (half right) and allowing are left.
    stakes = under(Limit("block", precision=0.9), Limit("inspect", share=0.0))
    assert (stakes.constant, stakes.constant_worth) == ("allow", -5)
    assert stakes.perfect == pytest.approx(1.0)


def test_recall_makes_a_share_of_a_decision_due() -> None:
    # Blindly, a quarter of the phishing is blocked by blocking a quarter of everything.
    stakes = under(Limit("block", recall=0.25))
    assert stakes.constant_worth == pytest.approx(0.25 * -1 + 0.75 * 0)
    assert stakes.constant == "inspect"


def test_a_budget_at_one_price_is_a_share() -> None:
    # 1000 items a month, 200 a month to spend, blocking costs 2: a tenth of the items.
    stakes = under(Limit("block", budget=200, cost=2, per="month"), per_month=1000)
    assert stakes.perfect == under(Limit("block", share=0.1)).perfect == pytest.approx(0.1 * 2 + 0.4 * 1)


def test_a_budget_buys_the_items_that_bring_most_for_what_they_cost() -> None:
    items = {"minutes": [1.0, 1.0, 3.0, 3.0]}
    objective = Objective(PAYOFFS, per_month=4, limits=[Limit("block", budget=2, cost="minutes", per="month")])
    # The budget is 0.5 an item. The phishing half of the first two items, a quarter of all, costs 1 each: half of it.
    # The other 0.25 blocks a twelfth of all, of those that cost 3; the phishing left is inspected at 1.
    blocked = 1 / 4 + 0.25 / 3
    assert objective.stakes(HALF, items).perfect == pytest.approx(blocked * 2 + (0.5 - blocked) * 1)


def test_a_blind_decision_spends_the_mean_cost() -> None:
    items = {"minutes": [1.0, 3.0]}
    objective = Objective(PAYOFFS, per_month=2, limits=[Limit("inspect", budget=2, cost="minutes", per="month")])
    # 1 a month for each item at 2 on average: inspect half of them at 0, block the rest at -1.
    stakes = objective.stakes(HALF, items)
    assert (stakes.constant, stakes.constant_worth) == ("inspect", pytest.approx(0.5 * 0 + 0.5 * -1))


def test_a_budget_that_cannot_be_told_per_item_does_not_bind() -> None:
    for limit in (Limit("block", budget=1, cost=1), Limit("block", budget=1, cost=1, per="week")):
        assert under(limit).perfect == 1.0
    assert under(Limit("block", budget=1, cost="minutes", per="week"), per_month=1000).perfect == 1.0


def test_a_budget_counts_by_the_times_and_groups_of_the_items() -> None:
    items = {"at": ["2026-01-01", "2026-01-01", "2026-01-02", "2026-01-02"], "team": ["a", "b", "a", "b"]}
    for by, share in (("team", 0.5), (None, 0.25)):
        objective = Objective(PAYOFFS, limits=[Limit("block", budget=3, cost=3, per="month", by=by)])
        stakes = objective.stakes(HALF, items, time="at")  # 3 / 3 of 4 items, in each of the teams or in all
        assert stakes.perfect == pytest.approx(share * 2 + (0.5 - share) * 1)


def test_figures_use_the_middle_of_a_range() -> None:
    narrow = Objective({**PAYOFFS, "block": {"legitimate": -4, "phishing": [1, 3]}})
    assert narrow.stakes(HALF) == Objective(PAYOFFS).stakes(HALF)


def test_recall_that_no_mix_reaches_is_let_go_first() -> None:
    stakes = under(Limit("block", recall=1.0), Limit("block", share=0.1))
    assert stakes.perfect == pytest.approx(0.1 * 2 + 0.4 * 1)


def test_limits_that_leave_items_over_are_refused() -> None:
    with pytest.raises(LimitError, match=r"at most 0.3 of all items be decided"):
        under(*(Limit(decision, share=0.1) for decision in PAYOFFS))


def test_precision_may_count_another_outcome() -> None:
    # Half of what is inspected must be legitimate; inspecting pays nowhere, so nothing changes.
    assert under(Limit("inspect", precision=0.5, outcome="legitimate")).perfect == 1.0


def test_stakes_of_many_items_under_limits_are_those_of_their_spread() -> None:
    letter = Objective(
        {"write": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}}, limits=[Limit("write", share=0.25)]
    )
    items = pl.DataFrame({"amount": np.linspace(0, 100, 4001)})
    # Half of all buy; the dearest quarter of all items are buyers of 50 to 100.
    assert letter.stakes({"buys": 0.5, "not": 0.5}, items).perfect == pytest.approx(0.25 * 75, rel=0.01)


def test_stakes_read_as_a_small_table() -> None:
    assert repr(TRIAGE.stakes(HALF)).splitlines() == [
        "Stakes in EUR an item",
        "  best constant (inspect)         0",
        "  perfect knowledge               1",
        "  to win                          1   6,000 over 6,000 items",
    ]


def test_stakes_render_as_html_with_names_escaped() -> None:
    html = Stakes("<b>", 0.0, 1.0, 1.0, unit="&")._repr_html_()
    assert "&lt;b&gt;" in html
    assert "&amp; an item" in html


@pytest.mark.parametrize(
    ("value", "text"), [(0.12345, "0.123"), (-99.5, "-99.5"), (1234567.8, "1,234,568"), (0.0, "0"), (1e-7, "1e-07")]
)
def test_figures_are_rounded_as_people_read_them(value: float, text: str) -> None:
    assert figure(value) == text
