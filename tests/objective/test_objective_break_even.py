"""At which probabilities the decision turns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from payoff.decide import Floats, best
from payoff.objective import Objective
from payoff.stakes import break_even, ever_best

Row = tuple[Any, ...]


def turns(payoffs: dict[str, dict[str, Any]], items: Any = None) -> list[Row]:
    return Objective(payoffs).break_even(items).rows()


def test_two_decisions_turn_where_they_are_worth_the_same() -> None:
    # Acting is worth 20 p - 10 at P(bad) = p; sorted, good is the second outcome.
    rows = turns({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
    assert rows == [("act", "good", 0.0, 1 / 2), ("wait", "good", 1 / 2, 1.0)]


def test_a_middle_decision_is_best_in_between() -> None:
    rows = turns(
        {
            "allow": {"legitimate": 0, "phishing": -10},
            "block": {"legitimate": -4, "phishing": 2},
            "inspect": {"legitimate": -1, "phishing": 1},
        }
    )
    assert rows == [
        ("allow", "phishing", 0.0, 1 / 12),  # -10 p = 2 p - 1
        ("block", "phishing", 3 / 4, 1.0),  # 6 p - 4 = 2 p - 1
        ("inspect", "phishing", 1 / 12, 3 / 4),
    ]


def test_a_decision_that_is_never_best_has_no_interval() -> None:
    rows = turns({"act": {"a": 1, "b": 0}, "wait": {"a": 0, "b": 1}, "look": {"a": 0.4, "b": 0.4}})
    assert rows[2] == ("look", "b", None, None)


def test_of_two_equal_decisions_the_first_listed_is_best() -> None:
    rows = turns({"act": {"a": 1, "b": 0}, "same": {"a": 1, "b": 0}, "wait": {"a": 0, "b": 1}})
    assert rows == [("act", "b", 0.0, 1 / 2), ("same", "b", None, None), ("wait", "b", 1 / 2, 1.0)]


def test_a_decision_best_everywhere_has_the_whole_range() -> None:
    assert turns({"act": {"a": 1, "b": 1}, "wait": {"a": 0, "b": 0}})[0] == ("act", "b", 0.0, 1.0)


def test_payoffs_over_columns_are_averaged() -> None:
    rows = turns({"write": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}}, {"amount": [2, 4]})
    assert rows[0] == ("write", "not", 0.0, 3 / 4)  # 3 (1 - p) = p


def test_with_three_outcomes_each_has_the_reach_in_which_a_decision_can_be_best() -> None:
    payoffs = {
        "red": {"a": 1, "b": 0, "c": 0},
        "green": {"a": 0, "b": 1, "c": 0},
        "blue": {"a": 0, "b": 0, "c": 1},
        "never": {"a": 0.3, "b": 0.3, "c": 0.3},
    }
    rows = Objective(payoffs).break_even()
    red = rows.filter(decision="red").rows()
    assert [row[:2] for row in red] == [("red", "a"), ("red", "b"), ("red", "c")]
    assert [row[2:] for row in red] == [pytest.approx(pair) for pair in [(1 / 3, 1), (0, 1 / 2), (0, 1 / 2)]]
    assert rows.filter(decision="never")["low"].to_list() == [None, None, None]


def test_a_decision_between_three_outcomes_may_be_best_only_in_doubt() -> None:
    identity = np.eye(3)
    assert ever_best(np.vstack([identity, np.full(3, 0.34)]), 3)
    assert not ever_best(np.vstack([identity, np.full(3, 0.33)]), 3)


two_outcomes = st.integers(2, 5).flatmap(lambda n: arrays(float, (n, 2), elements=st.integers(-9, 9)))


@given(two_outcomes, st.floats(0, 1))
def test_break_even_agrees_with_the_decision_worth_most(payoffs: Floats, share: float) -> None:
    names = [str(n) for n in range(len(payoffs))]
    worth = np.sort(np.unique(payoffs, axis=0) @ [1 - share, share])
    assume(len(worth) == 1 or worth[-1] - worth[-2] > 1e-6)
    taken = int(best(payoffs[None], np.array([[1 - share, share]]))[0])
    low, high = break_even(payoffs, names, ["a", "b"]).row(taken)[2:]
    assert low <= share <= high


@given(two_outcomes)
def test_the_intervals_of_two_outcomes_cover_all_probabilities_once(payoffs: Floats) -> None:
    rows = break_even(payoffs, [str(n) for n in range(len(payoffs))], ["a", "b"]).drop_nulls().sort("low")
    assert rows["low"].to_list() == pytest.approx([0.0, *rows["high"].to_list()[:-1]])
    assert rows["high"][-1] == 1.0


@given(two_outcomes)
def test_the_programme_for_many_outcomes_agrees_with_the_formula_for_two(payoffs: Floats) -> None:
    rows = break_even(payoffs, [str(n) for n in range(len(payoffs))], ["a", "b"])
    assert [ever_best(payoffs, n) for n in range(len(payoffs))] == rows["low"].is_not_null().to_list()


@given(arrays(float, (3, 3), elements=st.integers(-9, 9)), arrays(float, 3, elements=st.integers(1, 9)))
def test_the_reach_holds_every_probability_at_which_a_decision_is_taken(payoffs: Floats, mass: Floats) -> None:
    proba = mass / mass.sum()
    rows = break_even(payoffs, ["d0", "d1", "d2"], ["a", "b", "c"])
    worth = np.sort(payoffs @ proba)
    if worth[-1] - worth[-2] > 1e-6:
        taken = rows.filter(decision=f"d{int(best(payoffs[None], proba[None])[0])}")
        assert (taken["low"].to_numpy() <= proba + 1e-7).all()
        assert (taken["high"].to_numpy() >= proba - 1e-7).all()
