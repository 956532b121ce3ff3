"""Deciding by probabilities, and what decisions were worth afterwards."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest

from payoff.errors import BadCell, BadProbabilities, ObjectiveError, UnknownDecision, UnknownOutcome
from payoff.objective import Objective

# Acting on a bad one brings 10, on a good one costs 10: act from an even chance on.
EVEN = Objective({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
# Writing pays the item's amount or costs 1: write from P(buys) = 1 / (amount + 1) on.
LETTER = Objective({"write": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}})


def test_the_decision_worth_most_is_taken() -> None:
    assert EVEN.decide([[0.6, 0.4], [0.4, 0.6]]).tolist() == ["act", "wait"]


def test_a_tie_goes_to_the_decision_listed_first() -> None:
    assert EVEN.decide([[0.5, 0.5]]).tolist() == ["act"]


def test_each_item_is_decided_by_its_own_payoffs() -> None:
    proba = [[0.2, 0.8], [0.2, 0.8]]
    assert LETTER.decide(proba, {"amount": [3, 5]}).tolist() == ["skip", "write"]  # 0.6 - 0.8, 1.0 - 0.8


def test_what_is_known_only_afterwards_is_decided_by_its_expected_value() -> None:
    assert LETTER.decide([[0.2, 0.8]], given={("write", "buys"): 5.0}).tolist() == ["write"]


def test_probabilities_by_name_need_no_order() -> None:
    frame = pl.DataFrame({"item": ["a", "b"], "good": [0.4, 0.6], "bad": [0.6, 0.4]})
    assert EVEN.decide(frame).tolist() == ["act", "wait"]
    assert EVEN.decide({"good": [0.4], "bad": [0.6]}).tolist() == ["act"]


def test_probabilities_of_pandas_match_numbered_outcomes() -> None:
    pandas = pytest.importorskip("pandas")
    objective = Objective({"act": {1: 10, 0: -10}, "wait": {1: 0, 0: 0}})
    assert objective.decide(pandas.DataFrame({"0": [0.4], "1": [0.6]})).tolist() == ["act"]


def test_no_items_get_no_decisions() -> None:
    assert EVEN.decide(np.zeros((0, 2))).tolist() == []


@pytest.mark.parametrize(
    ("proba", "found"),
    [
        ([[0.6, 0.4], [0.6, 0.6]], r"row 1 .* \[0.6, 0.6\]"),
        ([[1.2, -0.2]], r"row 0 .* \[1.2, -0.2\]"),
        ([[math.nan, 1.0]], "row 0"),
        ([[math.inf, 0.0]], "row 0"),
        ([0.6, 0.4], r"shape \(2,\)"),
        ([[0.2, 0.3, 0.5]], r"shape \(1, 3\)"),
        ([["a", "b"]], "not numbers"),
        ({"bad": [1.0]}, "no column 'good'"),
        ({"bad": [0.5], "good": [None]}, "row 0"),
    ],
)
def test_what_is_no_probability_is_refused_and_quoted(proba: Any, found: str) -> None:
    with pytest.raises(BadProbabilities, match=found) as refused:
        EVEN.decide(proba)
    assert "'bad', 'good'" in str(refused.value)


def test_a_column_of_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(UnknownOutcome, match="'odd'"):
        EVEN.decide({"bad": [0.5], "good": [0.4], "odd": [0.1]})


def test_probabilities_rounded_to_three_digits_pass() -> None:
    assert EVEN.decide([[0.667, 0.334]]).tolist() == ["act"]


@pytest.mark.parametrize("rows", [1, 3])
def test_probabilities_of_other_items_are_refused(rows: int) -> None:
    with pytest.raises(ObjectiveError, match=f"{rows} rows of probabilities stand beside 2 items"):
        LETTER.decide([[0.5, 0.5]] * rows, {"amount": [1, 2]})


def test_one_item_does_not_stand_in_for_many() -> None:
    with pytest.raises(ObjectiveError, match="2 rows of probabilities stand beside 1 items"):
        LETTER.decide([[0.5, 0.5]] * 2, {"amount": [1]})


def test_a_decision_is_worth_its_cell() -> None:
    assert EVEN.value(["act", "act", "wait"], ["bad", "good", "good"]).tolist() == [10, -10, 0]


def test_a_decision_is_worth_what_its_item_pays() -> None:
    assert LETTER.value(["write", "write"], ["buys", "not"], {"amount": [7, 8]}).tolist() == [7, -1]


def test_outcomes_are_matched_by_name_whatever_their_type() -> None:
    objective = Objective({"act": {"1": 10, "0": -10}, "wait": {"1": 0, "0": 0}})
    for outcomes in ([1, 0], [1.0, 0.0], np.array([1, 0]), pl.Series([1.0, 0.0]), ["1", "0"]):
        assert objective.value(["act", "act"], outcomes).tolist() == [10, -10]


def test_a_missing_payoff_matters_only_where_it_was_realised() -> None:
    items = {"amount": [None, 5.0]}
    assert LETTER.value(["skip", "write"], ["buys", "buys"], items).tolist() == [0, 5]


def test_a_missing_realised_payoff_names_the_cell() -> None:
    with pytest.raises(BadCell, match=r"write\.buys = 'amount' .* no number for 1 of 2 items"):
        LETTER.value(["write", "write"], ["not", "buys"], {"amount": [1.0, None]})


def test_a_missing_realised_payoff_is_nan_where_that_is_asked_for() -> None:
    worth = LETTER.value(["write", "write"], ["not", "buys"], {"amount": [1.0, None]}, missing="nan")
    assert np.isnan(worth).tolist() == [False, True]


def test_an_unknown_decision_is_refused() -> None:
    with pytest.raises(UnknownDecision, match="'atc'") as refused:
        EVEN.value(["atc"], ["bad"])
    assert "Did you mean 'act'?" in str(refused.value)


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(UnknownOutcome, match="'ugly'"):
        EVEN.value(["act"], ["ugly"])


def test_decisions_and_outcomes_of_different_items_are_refused() -> None:
    with pytest.raises(ObjectiveError, match="1 decisions stand beside 2 outcomes"):
        EVEN.value(["act"], ["bad", "good"])
    with pytest.raises(ObjectiveError, match="1 decisions stand beside 2 items"):
        LETTER.value(["write"], ["not"], {"amount": [1, 2]})
