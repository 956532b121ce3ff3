"""Expected payoffs and the decision worth most, as pure functions of arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from payoff.decide import best, expected, hits, within
from payoff.limits import first_best, net_gain, running

ALLOW_BLOCK = np.array([[[0.0, -10.0], [-4.0, 2.0]]])


def test_expected_payoff_weighs_outcomes_by_their_probability() -> None:
    worth = expected(ALLOW_BLOCK, np.array([[0.75, 0.25]]))
    assert worth.tolist() == [[0.25 * -10, 0.75 * -4 + 0.25 * 2]]


def test_payoffs_of_each_item_give_the_same_as_shared_ones() -> None:
    proba = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    assert expected(np.repeat(ALLOW_BLOCK, 3, axis=0), proba) == pytest.approx(expected(ALLOW_BLOCK, proba))


def test_the_decision_turns_at_break_even() -> None:
    # Allowing is worth -10 p, blocking 6 p - 4: equal at p = 4 / 16.
    proba = np.array([[0.76, 0.24], [0.75, 0.25], [0.74, 0.26]])
    assert best(ALLOW_BLOCK, proba).tolist() == [0, 0, 1]


def test_rounding_does_not_break_a_tie() -> None:
    assert 0.1 + 0.2 != 0.3
    assert first_best(np.array([[0.3, 0.1 + 0.2], [0.1 + 0.2, 0.3]])).tolist() == [0, 0]


def test_a_ruled_out_decision_is_never_the_best() -> None:
    assert first_best(np.array([[-np.inf, -5.0], [-7.0, -np.inf]])).tolist() == [1, 0]


def test_every_decision_of_a_tie_is_right() -> None:
    assert hits(np.array([[[1.0, 0.0], [1.0, 2.0]]]), 0).tolist() == [[1, 0]]


def test_net_gain_is_over_the_best_of_the_others() -> None:
    assert net_gain(np.array([[3.0, 5.0, 4.0]]), 0).tolist() == [3 - 5]


def test_where_no_other_decision_is_open_the_gain_has_no_bound() -> None:
    assert net_gain(np.array([[3.0, -np.inf]]), 0).tolist() == [np.inf]


def test_running_sums_start_anew_in_each_part() -> None:
    assert running(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 0, 2, 2])).tolist() == [1, 3, 3, 7]
    assert running(np.array([]), np.array([], dtype=np.int64)).tolist() == []


def test_without_limits_the_best_is_taken() -> None:
    proba = np.array([[0.9, 0.1], [0.1, 0.9]])
    chosen = within([], ALLOW_BLOCK, proba, decisions=["allow", "block"], outcomes=["good", "bad"])
    assert chosen.tolist() == best(ALLOW_BLOCK, proba).tolist()


amounts = st.floats(-1000, 1000).map(lambda x: round(x, 2))


@given(arrays(float, (1, 3, 2), elements=amounts), st.floats(0, 1))
def test_nothing_is_worth_more_than_the_best(payoffs: np.ndarray, share: float) -> None:
    proba = np.array([[1 - share, share]])
    worth = expected(payoffs, proba)[0]
    assert worth[best(payoffs, proba)[0]] >= worth.max() - 1e-9
