"""The ridge solver: exact rotation, many fits at once, strengths averaged by what is held out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from payoff.policies.ridge import (
    held_out_logits,
    log_losses,
    ridge_path,
    rotate,
    shares_of_strengths,
)


def rows_of(n: int, p: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, p))


@given(n=st.integers(1, 8), p=st.integers(1, 8), seed=st.integers(0, 20))
def test_rotated_rows_lie_to_one_another_as_before(n: int, p: int, seed: int) -> None:
    x = rows_of(n, p, seed=seed)
    z = rotate(x).z
    assert z.shape[1] <= min(n, p)
    np.testing.assert_allclose(z @ z.T, x @ x.T, atol=1e-6)


@pytest.mark.parametrize(("n", "p"), [(4, 9), (9, 4)])
def test_slopes_turned_back_say_the_same_and_are_as_long(n: int, p: int) -> None:
    x = rows_of(n, p)
    rotation = rotate(x)
    slopes = rows_of(rotation.z.shape[1], 3, seed=1)
    np.testing.assert_allclose(x @ rotation.back(slopes), rotation.z @ slopes, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(rotation.back(slopes)), np.linalg.norm(slopes))


def test_sparse_rows_rotate_like_dense_ones() -> None:
    x = rows_of(3, 7)
    thin, full = rotate(sparse.csr_array(x)), rotate(x)
    np.testing.assert_allclose(np.abs(thin.z), np.abs(full.z), atol=1e-9)


def test_rows_that_repeat_one_another_take_one_dimension() -> None:
    assert rotate(np.tile(rows_of(1, 5), (4, 1))).z.shape == (4, 1)


def test_a_table_too_large_to_rotate_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payoff.policies.ridge.ROTATE_UP_TO", 3)
    x = rows_of(5, 6)
    rotation = rotate(x)
    assert rotation.z is x
    assert rotation.back(x) is x


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array])
def test_the_slopes_are_those_of_scikit_learn(make: type) -> None:
    x, strength = rows_of(60, 3), 2.0
    y = (x[:, 0] + rows_of(60, 1, seed=1)[:, 0] > 0).astype(int)
    (slopes,) = ridge_path(make(x), np.eye(2)[y], np.ones((1, 60)), np.zeros((1, 60, 2)), [strength], max_iter=200)
    # Two columns b and -b carry half the penalty of the one column 2 b that scikit-learn fits.
    theirs = LogisticRegression(C=2 / strength, fit_intercept=False, tol=1e-8).fit(x, y).coef_[0]
    np.testing.assert_allclose(slopes[:, 0, 1] - slopes[:, 0, 0], theirs, atol=0.02)


def test_fits_side_by_side_do_not_know_each_other() -> None:
    x, target = rows_of(20, 3), np.eye(2)[[0, 1] * 10]
    some = (np.arange(20) < 12) * 1.0
    (both,) = ridge_path(x, target, np.stack([np.ones(20), some]), np.zeros((2, 20, 2)), [1.0], max_iter=200)
    (alone,) = ridge_path(x[:12], target[:12], np.ones((1, 12)), np.zeros((1, 12, 2)), [1.0], max_iter=200)
    np.testing.assert_allclose(both[:, 1], alone[:, 0], atol=0.01)


def test_rows_left_out_teach_nothing() -> None:
    x, target = rows_of(12, 3), np.eye(2)[[0, 1] * 6]
    weights = np.stack([np.ones(12), (np.arange(12) >= 4) * 1.0])
    other = target.copy()
    other[:4] = other[:4, ::-1]
    found = [next(ridge_path(x, t, weights, np.zeros((2, 12, 2)), [1.0], max_iter=200)) for t in (target, other)]
    np.testing.assert_allclose(found[0][:, 1], found[1][:, 1], atol=0.01)
    assert np.abs(found[0][:, 0] - found[1][:, 0]).max() > 0.1


def test_an_offset_that_says_it_all_leaves_nothing_to_learn() -> None:
    target = np.array([[0.8, 0.2], [0.3, 0.7]])
    (slopes,) = ridge_path(rows_of(2, 4), target, np.ones((1, 2)), np.log(target)[None], [1.0])
    np.testing.assert_allclose(slopes, 0.0, atol=1e-6)


def test_a_soft_target_is_two_rows_of_its_weights() -> None:
    x = rows_of(3, 2)
    soft = np.array([[0.25, 0.75], [1.0, 0.0], [0.0, 1.0]])
    (one,) = ridge_path(x, soft, np.ones((1, 3)), np.zeros((1, 3, 2)), [1.0], max_iter=200)
    listed, weight = np.eye(2)[[0, 1, 0, 1]], np.array([[0.25, 0.75, 1.0, 1.0]])
    (two,) = ridge_path(x[[0, 0, 1, 2]], listed, weight, np.zeros((1, 4, 2)), [1.0], max_iter=200)
    np.testing.assert_allclose(one, two, atol=0.01)


def test_a_stronger_ridge_gives_shorter_slopes() -> None:
    path = ridge_path(rows_of(10, 3), np.eye(2)[[0, 1] * 5], np.ones((1, 10)), np.zeros((1, 10, 2)), [30.0, 3.0, 0.3])
    lengths = [float(np.linalg.norm(slopes)) for slopes in path]
    assert lengths == sorted(lengths)


def test_a_row_meets_the_fit_that_left_its_fold_out() -> None:
    slopes = np.array([[[9.0, 0.0], [1.0, 0.0], [2.0, 0.0]]])  # the full fit, then without fold 0, without fold 1
    logits = held_out_logits(np.ones((3, 1)), np.zeros((3, 3, 2)), np.array([1, 0, 1]), slopes)
    assert logits[:, 0].tolist() == [2.0, 1.0, 2.0]


def test_the_offset_held_out_is_that_of_the_same_fit() -> None:
    offsets = np.arange(3.0)[:, None, None] * np.ones((3, 2, 2))
    logits = held_out_logits(np.zeros((2, 1)), offsets, np.array([0, 1]), np.zeros((1, 3, 2)))
    assert logits[:, 0].tolist() == [1.0, 2.0]


def test_log_loss_of_a_soft_target_is_the_cross_entropy() -> None:
    loss = log_losses(np.log(np.array([[0.25, 0.75]])), np.array([[0.5, 0.5]]))
    np.testing.assert_allclose(loss, [-(0.5 * np.log(0.25) + 0.5 * np.log(0.75))])


def test_strengths_that_do_alike_count_alike() -> None:
    np.testing.assert_allclose(shares_of_strengths(np.full((4, 3), 0.7), np.ones(3)), 1 / 4)


def test_with_many_labels_the_best_strength_takes_all() -> None:
    losses = np.array([[0.6] * 500, [0.5] * 500])
    np.testing.assert_allclose(shares_of_strengths(losses, np.ones(500)), [0.0, 1.0], atol=1e-12)


def test_rows_without_weight_have_no_say_in_the_strength() -> None:
    losses = np.array([[0.0, 100.0], [5.0, 0.0]])
    shares = shares_of_strengths(losses, np.array([1.0, 0.0]))
    np.testing.assert_allclose(shares, np.array([1.0, np.exp(-5)]) / (1 + np.exp(-5)))
