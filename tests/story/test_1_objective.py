"""1. The objective: what each decision is worth. Read these files in order; each test is one step of the story.

A video site shows comments. Some are spam. For each comment we remove it or keep it, and say in euros what that is
worth: removing spam earns 0.30, removing an honest comment costs 2.00, keeping spam costs 0.50, keeping the rest
costs nothing.
"""

from __future__ import annotations

import pytest

import payoff as po
from payoff.errors import PayoffError

OBJECTIVE = po.Objective(
    {
        "remove": {"spam": 0.30, "ham": -2.00},
        "keep": {"spam": -0.50, "ham": 0.00},
    },
    unit="EUR",
)


def test_you_say_what_each_decision_is_worth_given_what_is_true() -> None:
    assert OBJECTIVE.decisions == ["remove", "keep"]
    assert OBJECTIVE.outcomes == ["ham", "spam"]  # always sorted: nothing depends on the order you wrote


def test_from_payoffs_follows_when_to_remove() -> None:
    # Removing is worth 0.30 p - 2.00 (1 - p), keeping -0.50 p: they break even where 2.80 p = 2.00.
    break_even = 2.00 / 2.80
    below, above = [1 - 0.70, 0.70], [1 - 0.73, 0.73]
    assert 0.70 < break_even < 0.73
    assert OBJECTIVE.decide([below, above]).tolist() == ["keep", "remove"]


def test_no_threshold_of_one_half_is_anywhere() -> None:
    probably_spam = [1 - 0.60, 0.60]
    assert OBJECTIVE.decide([probably_spam]).tolist() == ["keep"]


def test_decisions_are_valued_by_what_turned_out_to_be_true() -> None:
    earned = OBJECTIVE.value(["remove", "remove", "keep"], ["spam", "ham", "spam"])
    assert earned.tolist() == [0.30, -2.00, -0.50]


def test_what_there_is_to_win_is_known_before_a_single_label_is_bought() -> None:
    stakes = OBJECTIVE.stakes({"spam": 0.1, "ham": 0.9})
    assert stakes.constant == "keep"  # the best of the decisions taken blindly
    assert stakes.constant_worth == pytest.approx(0.1 * -0.50)
    assert stakes.perfect == pytest.approx(0.1 * 0.30)  # remove exactly the spam
    assert stakes.left == pytest.approx(0.03 + 0.05)  # at most 8 cents an item, whatever model you build


def test_a_payoff_may_depend_on_the_item() -> None:
    refunds = po.Objective({"refund": {"fair": 5, "fraud": "-amount"}, "refuse": {"fair": -20, "fraud": 0}})
    doubtful = [0.8, 0.2]  # fair, fraud
    decided = refunds.decide([doubtful, doubtful], items={"amount": [50.0, 500.0]})
    assert decided.tolist() == ["refund", "refuse"]  # the same doubt, another amount at stake


def test_a_payoff_you_are_not_sure_of_is_a_range() -> None:
    unsure = OBJECTIVE.with_cells({("keep", "spam"): [-0.70, -0.30]})
    assert unsure.ranges == {("keep", "spam"): (-0.70, -0.30)}
    assert unsure.decide([[0.3, 0.7]]).tolist() == OBJECTIVE.decide([[0.3, 0.7]]).tolist()  # figures use the middle


def test_limits_say_what_must_hold_whatever_it_earns() -> None:
    spam = [[0.1, 0.9], [0.05, 0.95], [0.2, 0.8]]
    assert OBJECTIVE.decide(spam).tolist() == ["remove", "remove", "remove"]
    few = OBJECTIVE.with_limits([po.Limit("remove", at_most=1)])
    assert few.decide(spam).tolist() == ["keep", "remove", "keep"]  # the one to whom it brings most
    hour = OBJECTIVE.with_limits([po.Limit("remove", budget=60, cost="minutes")])
    assert hour.decide(spam, {"minutes": [20, 50, 40]}).tolist() == ["remove", "keep", "remove"]  # most a minute


def test_a_mistake_in_the_objective_is_named_before_it_costs_anything() -> None:
    assert OBJECTIVE.remarks() == []
    turned = OBJECTIVE.with_cells({("remove", "ham"): 2.00})
    assert turned.remarks()[0] == "'remove' is worth most whatever the outcome: there is nothing to decide."


def test_what_was_assumed_is_shown_wherever_the_objective_is() -> None:
    guessed = po.Objective(OBJECTIVE.payoffs, unit="EUR", assumed=["payoff.keep.spam"])
    assert repr(guessed).endswith("assumed, not given: payoff.keep.spam")


def test_a_misspelt_outcome_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(PayoffError) as caught:
        po.Objective({"remove": {"spam": 0.30, "ham": -2.00}, "keep": {"spma": -0.50, "ham": 0.00}})
    assert "spma" in str(caught.value)
    assert "expected:" in str(caught.value) and "next:" in str(caught.value)
