"""Mistakes in an objective, found and named."""

from __future__ import annotations

from typing import Any

import pytest

from payoff.errors import LimitError
from payoff.objective import Limit, Objective

SOUND = {"remove": {"spam": 0.3, "ham": -2.0}, "keep": {"spam": -0.5, "ham": 0.0}}


def remarks(
    payoffs: dict[str, dict[str, Any]], *limits: Limit, items: Any = None, rates: Any = None, **terms: Any
) -> list[str]:
    return Objective(payoffs, limits=limits, **terms).remarks(items, base_rates=rates)


def test_a_sound_objective_draws_no_remark() -> None:
    assert remarks(SOUND) == []


def test_a_decision_best_whatever_the_outcome_leaves_nothing_to_decide() -> None:
    first, second = remarks({"remove": {"spam": 0.3, "ham": 2.0}, "keep": {"spam": -0.5, "ham": 0.0}})
    assert first == "'remove' is worth most whatever the outcome: there is nothing to decide."
    # Removing spam at -0.3 would still beat keeping it at -0.5.
    assert second == "If a sign is wrong, it may be that of remove.ham = 2 or keep.spam = -0.5."


def test_where_no_sign_explains_it_none_is_blamed() -> None:
    assert len(remarks({"a": {"x": 0, "y": 0}, "b": {"x": 0, "y": 0}})) == 1


def test_a_dominated_decision_is_named_with_the_better_one() -> None:
    found = remarks({**SOUND, "mute": {"spam": -0.6, "ham": 0.0}})
    assert found == ["'mute' is never worth more than 'keep', whatever the outcome."]


def test_a_decision_never_best_in_between_is_named() -> None:
    found = remarks({"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}, "c": {"x": 0.4, "y": 0.4}})
    assert found == ["'c' is not the best decision at any probability of the outcomes."]


def test_two_decisions_worth_the_same_are_named_once() -> None:
    found = remarks({**SOUND, "hide": SOUND["remove"]})
    assert found == ["'hide' is worth the same as 'remove' under every outcome."]


def test_a_decision_named_after_an_outcome_it_is_not_best_for_is_suspected() -> None:
    found = remarks({"spam": {"spam": -1, "ham": 1}, "other": {"spam": 0, "ham": 0}})
    assert found == ["'spam' is not the best decision when the outcome is 'spam': check the signs."]


def test_a_cell_whose_sign_hides_another_decision_is_suspected() -> None:
    # Reviewing honest ones at +0.1 beats keeping them at 0: at -0.1 every decision has its place.
    found = remarks({**SOUND, "review": {"spam": 0.2, "ham": 0.1}})
    assert found == [
        "'keep' is never worth more than 'review', whatever the outcome.",
        "If a sign is wrong, it may be that of review.ham = 0.1.",
    ]


def test_decisions_named_like_the_outcomes_are_asked_about() -> None:
    found = remarks({"Spam": {"spam": 0, "ham": -2}, "ham": {"spam": -1, "ham": 0}})
    assert found == ["The decisions 'Spam', 'ham' look like outcomes: what is done with an item that is 'Spam'?"]


def test_one_decision_named_like_an_outcome_among_others_is_not_asked_about() -> None:
    assert remarks({"block": {"block": 0, "ok": -2}, "allow": {"block": -1, "ok": 0}}) == []


def test_a_decision_is_dominated_only_if_it_is_so_at_every_item() -> None:
    payoffs = {"repair": {"fails": "worth", "runs": -5}, "leave": {"fails": 0, "runs": 0}}
    # On the mean, 8, repairing pays; at neither item alone is leaving useless.
    assert remarks(payoffs, items={"worth": [-4, 20]}) == []
    # At every item repairing brings less than leaving.
    assert remarks(payoffs, items={"worth": [-4, -20]})[0] == (
        "'leave' is worth most whatever the outcome: there is nothing to decide."
    )


def test_a_decision_dominated_on_the_mean_alone_is_not_blamed() -> None:
    wait = {"fails": 0, "runs": 0}
    payoffs = {"repair": {"fails": "worth", "runs": -5}, "leave": wait, "call": {"fails": 1, "runs": "-cost"}}
    # On the mean calling costs 6 and repairing 5 where it runs; where calling costs 0.1 it is best at one in ten.
    assert remarks(payoffs, items={"worth": [9, 9], "cost": [0.1, 11.9]}) == []
    found = remarks(payoffs, items={"worth": [9, 9], "cost": [6, 11]})
    assert found == ["'call' is never worth more than 'repair', whatever the outcome, at any item."]


def test_a_decision_between_others_is_looked_for_at_every_item() -> None:
    payoffs = {"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}, "c": {"x": "safe", "y": "safe"}}
    assert remarks(payoffs, items={"safe": [0.1, 0.6]}) == []
    assert remarks(payoffs, items={"safe": [0.1, 0.4]}) == [
        "'c' is not the best decision at any probability of the outcomes, at any item."
    ]


def test_a_decision_that_reveals_and_is_never_taken_is_named() -> None:
    payoffs = {"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}, "look": {"x": 0.4, "y": 0.4}}
    assert remarks(payoffs, reveals=["look", "a"]) == [
        "'look' is not the best decision at any probability of the outcomes.",
        "'look' reveals the outcome, but no outcome comes back while it is never taken.",
    ]


def test_payoffs_over_columns_are_held_against_the_items() -> None:
    payoffs = {"write": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}}
    assert remarks(payoffs, items={"amount": [1, 5]}) == []
    assert remarks(payoffs, items={"amount": [-1, -5]})[0].startswith("'skip' is worth most whatever")


def test_a_capacity_per_period_without_a_volume_is_named() -> None:
    weekly = Limit("remove", at_most=5, per="week")
    assert remarks(SOUND, weekly) == [
        f"{weekly!r} needs a time column of the items or per_month, and per_month is not known."
    ]
    assert remarks(SOUND, weekly, per_month=100) == []


def test_capacities_that_together_take_every_item_are_not_remarked_on() -> None:
    # 20 of 100 a month are removed; a budget of 45 a month at 0.5 each keeps 90: nothing is amiss.
    limits = [Limit("remove", at_most=20, per="month"), Limit("keep", budget=45, cost=0.5, per="month")]
    assert remarks(SOUND, *limits, per_month=100) == []
    assert remarks(SOUND, Limit("remove", share=0.5), Limit("keep", share=0.5)) == []


def test_a_budget_serves_the_cheapest_items_first() -> None:
    # A budget of 3 for the 4 items of a month: at 1, 2, 3 and 4 it serves the first two.
    limits = [Limit("remove", share=0.4), Limit("keep", budget=3, cost="minutes", per="month")]
    (found,) = remarks(SOUND, *limits, items={"minutes": [4, 3, 2, 1]}, per_month=4)
    assert "'keep' 0.5" in found


def test_a_budget_below_the_cheapest_item_is_named_with_the_least_one() -> None:
    (found,) = remarks(SOUND, Limit("keep", budget=5, cost="minutes"), items={"minutes": [9, 7]})
    assert found == (
        "Limit('keep', budget=5.0, cost='minutes'): one item costs 7 at least, more than the whole budget, so 'keep' "
        "is never taken. The least budget that takes one is 7."
    )
    assert remarks(SOUND, Limit("keep", budget=5, cost=4)) == []


def test_recall_of_a_decision_that_is_ruled_out_is_named() -> None:
    (found,) = remarks(SOUND, Limit("remove", recall=0.5, share=0.0))
    assert found.endswith("asks for recall of a decision that it never lets be taken.")


def test_recall_beyond_the_capacity_is_named_with_the_least_capacity_and_the_greatest_recall() -> None:
    # Of 40% spam 90% are 36% of all items; a quarter of them may be removed: 0.25 / 0.4 of the spam.
    limit = Limit("remove", recall=0.9, share=0.25)
    assert remarks(SOUND, limit, rates={"spam": 0.4, "ham": 0.6}) == [
        f"{limit!r} asks for 0.36 of all items to be decided 'remove', and the limits allow 0.25: the least capacity "
        "is 0.36 of all items, the greatest recall 0.625."
    ]
    assert remarks(SOUND, limit, rates={"spam": 0.25, "ham": 0.75}) == []
    assert remarks(SOUND, limit) == []  # with base rates unknown it may hold


def test_precision_that_full_decisions_rule_out_is_named_with_the_greatest() -> None:
    # Removing at most a tenth, keeping takes nine tenths, and only 70% are honest.
    limits = [Limit("remove", share=0.1), Limit("keep", precision=0.95)]
    assert remarks(SOUND, *limits, rates={"spam": 0.3, "ham": 0.7}) == [
        f"{limits[1]!r}: 'keep' takes at least 0.9 of all items, as the other decisions are full, and is right for "
        "0.7: the greatest precision is 0.778."
    ]
    assert remarks(SOUND, *limits, rates={"spam": 0.1, "ham": 0.9}) == []


def test_precision_of_a_decision_that_is_right_for_nothing_is_refused() -> None:
    look = {**SOUND, "look": {"spam": 0.0, "ham": -0.1}}
    with pytest.raises(LimitError, match="'look' is worth most under no outcome"):
        remarks(look, Limit("look", precision=0.9))
    assert remarks(look, Limit("look", precision=0.9, outcome="spam")) == []


def test_precision_of_a_decision_that_is_right_for_no_item_is_named() -> None:
    payoffs = {"write": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}}
    limit = Limit("write", precision=0.5)
    assert remarks(payoffs, limit, items={"amount": [1, 5]}) == []
    assert remarks(payoffs, limit, items={"amount": [-1, -5]})[-1] == (
        f"{limit!r}: 'write' is worth most under no outcome; name the outcome to count."
    )


# --- the same money in two cells -------------------------------------------------------------------------------------


def test_an_amount_won_in_one_cell_and_lost_in_another_is_asked_about() -> None:
    found = remarks({"remove": {"spam": 0.5, "ham": -2}, "keep": {"spam": -0.5, "ham": 0}})
    assert found == [
        "remove.spam = 0.5 and keep.spam = -0.5: is 0.5 one amount, as a gain in one and again as a loss in the other? "
        "Then it counts twice, and one of the two should do without it."
    ]


def test_gain_and_loss_beside_a_decision_at_nought_are_measured_from_it() -> None:
    trade = {"buy": {"up": 1, "down": -1}, "hold": {"up": 0, "down": 0}, "sell": {"up": -1, "down": 1}}
    assert not any("one amount" in remark for remark in remarks(trade))
    assert remarks(trade) == ["'hold' is not the best decision at any probability of the outcomes."]


def test_only_the_best_and_the_worst_number_of_an_outcome_are_compared() -> None:
    # Under sport 1 and -1 are the second best and the worst.
    payoffs = {"front": {"sport": 1, "war": 3}, "inside": {"sport": 2, "war": 1}, "drop": {"sport": -1, "war": 4}}
    assert remarks(payoffs) == []


def test_the_middle_of_a_range_is_an_amount_too() -> None:
    (found,) = remarks({"remove": {"spam": [0.25, 0.75], "ham": -2}, "keep": {"spam": -0.5, "ham": 0}})
    assert found.startswith("remove.spam = 0.5 and keep.spam = -0.5:")


def test_a_column_that_moves_two_cells_of_an_outcome_apart_is_asked_about() -> None:
    payoffs = {"stop": {"fraud": "amount - 5", "fair": -20}, "pay": {"fraud": "-amount", "fair": 0}}
    (found,) = remarks(payoffs, items={"amount": [10, 300]})
    assert found.startswith("stop.fraud = amount - 5 and pay.fraud = -amount: is 'amount' one amount,")


def test_one_amount_under_two_outcomes_is_not_counted_twice() -> None:
    assert remarks({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}}) == []
    payoffs = {"lend": {"pays": "0.1 * amount", "defaults": "-amount"}, "refuse": {"pays": 0, "defaults": 0}}
    assert remarks(payoffs, items={"amount": [10, 300]}) == []


def test_a_column_that_moves_two_cells_alike_is_not_counted_twice() -> None:
    payoffs = {"stop": {"fraud": "-0.1 * amount - 5", "fair": -20}, "pay": {"fraud": "-amount", "fair": 0}}
    assert remarks(payoffs, items={"amount": [10, 300]}) == []


def test_further_pairs_are_counted_not_listed() -> None:
    zero_sum = {"red": {"red": 1, "black": -1}, "black": {"red": -1, "black": 1}}
    assert remarks(zero_sum)[-1].endswith("should do without it. One more pair of cells is alike.")
    assert len(remarks(zero_sum)) == 2  # and that red and black are outcomes


def test_a_column_without_a_value_or_without_numbers_says_nothing() -> None:
    payoffs = {
        "stop": {"fraud": "CASE WHEN kind = 'a' THEN 1 / (amount - 20) ELSE amount END", "fair": -20},
        "pay": {"fraud": -1, "fair": 0},
    }
    # Twice ten is a pole of that cell.
    assert remarks(payoffs, items={"amount": [10.0, 12.0], "kind": ["a", "b"]}) == []


# --- gains that cannot be had ----------------------------------------------------------------------------------------


def test_a_least_gain_above_all_there_is_to_win_is_named() -> None:
    act = {"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}}
    # Acting and waiting are worth the same at even base rates: knowing wins 10 / 2 an item, 500 over 100.
    (found,) = remarks(act, least_gain=501, per_month=50, months=2, unit="EUR")
    assert found == (
        "least_gain is 501 EUR, and knowing every outcome wins 500 EUR over the best constant at most, at any base "
        "rates: unless what is done today earns less than that constant, nothing would be worth shipping."
    )
    assert remarks(act, least_gain=500, per_month=50, months=2) == []
    (found,) = remarks(act, least_gain=500, per_month=50, months=2, rates={"bad": 0.2, "good": 0.8})
    assert "wins 200 points over the best constant at these base rates" in found  # 0.2 * 10 * 100


def test_without_a_volume_gains_are_per_item() -> None:
    act = {"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}}
    (found,) = remarks(act, least_gain=500)
    assert found.startswith("least_gain is 500 points an item, and knowing every outcome wins 5 points an item")


def test_well_enough_above_all_there_is_to_win_is_named() -> None:
    act = {"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}}
    (found,) = remarks(act, least_gain=1, well_enough=6)
    assert found.endswith("improving would never be well enough.")
    assert remarks(act, least_gain=1, well_enough=5) == []


# --- sensible objectives draw no remark ------------------------------------------------------------------------------

REMOVE = {"remove": {"spam": 0.30, "ham": -2.00}, "keep": {"spam": -0.50, "ham": 0.00}}
CREDIT = {"grant": {"bad": -5, "good": 0}, "refuse": {"bad": 0, "good": -1}}
TRIAGE = {
    "allow": {"legitimate": 0, "phishing": -10},
    "block": {"legitimate": -4, "phishing": 2},
    "inspect": {"legitimate": -1, "phishing": 1},
}
OFFER = {
    "offer": {"leaves": "0.3 * 12 * monthly - 20", "stays": "-20 - 0.1 * monthly"},
    "none": {"leaves": 0, "stays": 0},
}
CALL = {"call": {"buys": "margin * amount - 4", "not": -4}, "skip": {"buys": 0, "not": 0}}
SHOW = {"show": {"relevant": 1, "not": -1}, "hide": {"relevant": 0, "not": 0}}
NEWS = {
    "front": {"politics": 3, "sport": 1, "spam": -9},
    "inside": {"politics": 1, "sport": 2, "spam": -4},
    "drop": {"politics": -1, "sport": -1, "spam": 0},
}
MONTHLY = {"monthly": [19.0, 105.5, 70.0], "amount": [5.0, 80.0, 1000.0], "margin": [0.1, 0.2, 0.05]}


@pytest.mark.parametrize("payoffs", [REMOVE, CREDIT, TRIAGE, OFFER, CALL, SHOW, NEWS])
def test_a_sensible_objective_draws_no_remark(payoffs: dict[str, dict[str, Any]]) -> None:
    assert remarks(payoffs, items=MONTHLY) == []


def test_a_sensible_objective_with_everything_said_draws_no_remark() -> None:
    found = remarks(
        {**REMOVE, "review": {"spam": 0.1, "ham": -0.2}},
        Limit("remove", precision=0.95, by="language"),
        Limit("remove", at_most=200, per="week"),
        Limit("review", budget=600, cost="minutes", per="day"),
        Limit("keep", recall=0.8, confidence=0.95),
        items={"language": ["de", "en"], "minutes": [2, 5]},
        rates={"spam": 0.1, "ham": 0.9},
        reveals=["review"],
        per_month=20_000,
        months=12,
        least_gain=500,
        well_enough=5_000,
    )
    assert found == []
