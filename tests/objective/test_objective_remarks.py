"""Mistakes in an objective, found and named."""

from __future__ import annotations

from typing import Any

import pytest

from payoff.errors import LimitError
from payoff.objective import Limit, Objective

SOUND = {"remove": {"spam": 0.3, "ham": -2.0}, "keep": {"spam": -0.5, "ham": 0.0}}


def remarks(payoffs: dict[str, dict[str, Any]], *limits: Limit, items: Any = None, **volume: float) -> list[str]:
    return Objective(payoffs, limits=limits, **volume).remarks(items)


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
    found = remarks({"spam": {"spam": -1, "ham": 1}, "ham": {"spam": 1, "ham": -1}})
    assert found == [
        "'spam' is not the best decision when the outcome is 'spam': check the signs.",
        "'ham' is not the best decision when the outcome is 'ham': check the signs.",
    ]


def test_remarks_are_on_mean_payoffs_of_the_items() -> None:
    payoffs = {"write": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}}
    assert remarks(payoffs, items={"amount": [1, 5]}) == []
    assert remarks(payoffs, items={"amount": [-1, -5]})[0].startswith("'skip' is worth most whatever")


def test_a_capacity_per_period_without_a_volume_is_named() -> None:
    weekly = Limit("remove", at_most=5, per="week")
    assert remarks(SOUND, weekly) == [
        f"{weekly!r} needs a time column of the items or per_month, and per_month is not known."
    ]
    assert remarks(SOUND, weekly, per_month=100) == []


def test_shares_that_leave_items_undecided_are_named() -> None:
    found = remarks(SOUND, Limit("remove", share=0.2), Limit("keep", share=0.5))
    assert found == ["The shares allowed add up to 0.7: some items have no decision."]


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
