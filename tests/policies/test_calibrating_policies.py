"""Temperature and shifts, held to no change where labels are few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.policies.calibration import Calibration, calibrate, log_odds


def logits_of(p: float, n: int) -> np.ndarray:
    return np.tile(log_odds(np.array([[1 - p, p]]), floor=0.0), (n, 1))


def outcomes_at(p: float, n: int) -> np.ndarray:
    return np.eye(2)[(np.arange(n) < round(p * n)).astype(int)]


def test_without_labels_nothing_changes() -> None:
    found = calibrate([np.zeros((0, 3))], np.zeros((0, 3)), np.zeros(0))
    assert found.scales.tolist() == [1.0]
    assert found.shifts.tolist() == [0.0, 0.0, 0.0]


def test_many_labels_put_probabilities_right() -> None:
    logits = logits_of(0.9, 5000)
    found = calibrate([logits], outcomes_at(0.7, 5000), np.ones(5000))
    assert found.proba([logits])[0, 1] == pytest.approx(0.7, abs=0.01)


def test_few_labels_change_little() -> None:
    logits = logits_of(0.9, 4)
    moved = calibrate([logits], outcomes_at(0.5, 4), np.ones(4)).proba([logits])[0, 1]
    assert 0.75 < moved < 0.9


def test_what_is_right_already_stays() -> None:
    logits = logits_of(0.75, 400)
    found = calibrate([logits], outcomes_at(0.75, 400), np.ones(400))
    np.testing.assert_allclose(found.scales, 1.0, atol=0.01)
    np.testing.assert_allclose(found.shifts, 0.0, atol=0.01)


def test_a_model_that_is_always_wrong_is_silenced_but_never_turned_round() -> None:
    logits = np.array([[4.0, -4.0], [-4.0, 4.0]] * 100)
    found = calibrate([logits], np.eye(2)[[1, 0] * 100], np.ones(200))
    assert found.scales[0] == 0.0


def test_of_two_models_the_better_one_is_believed_more() -> None:
    outcomes = [0, 1] * 50
    good, noise = np.eye(2)[outcomes] * 2, np.eye(2)[[0, 0, 1, 1] * 25] * 2
    found = calibrate([good, noise], np.eye(2)[outcomes], np.ones(100))
    assert found.scales[0] > 1.0 > 0.5 > found.scales[1]


def test_a_row_of_weight_two_counts_as_two_rows() -> None:
    logits = np.array([[1.0, 0.0], [0.0, 1.0]])
    twice = calibrate([logits], np.eye(2), np.array([2.0, 1.0]))
    listed = calibrate([logits[[0, 0, 1]]], np.eye(2)[[0, 0, 1]], np.ones(3))
    np.testing.assert_allclose(twice.shifts, listed.shifts, atol=1e-4)


@given(st.floats(0.01, 0.99))
def test_log_odds_give_back_the_probabilities_they_came_from(p: float) -> None:
    same = Calibration(np.ones(1), np.zeros(2)).proba([log_odds(np.array([[1 - p, p]]), floor=0.0)])
    np.testing.assert_allclose(same, [[1 - p, p]])


def test_certainty_has_finite_log_odds() -> None:
    logits = log_odds(np.array([[1.0, 0.0]]))
    assert logits[0, 0] - logits[0, 1] == pytest.approx(np.log((0.999 + 0.0005) / 0.0005))
