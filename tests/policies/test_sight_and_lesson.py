"""What a policy sees and what it learns from."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from payoff.policies import Lesson, Policy, Sight, ladder
from payoff.policies.sight import base_rates, floored


def test_a_sight_of_some_items_keeps_every_part_in_their_order() -> None:
    sight = Sight(
        columns=pl.DataFrame({"links": [0, 1, 2]}),
        votes=pl.DataFrame({"rules/link": [None, "spam", "ham"]}),
        payoffs=np.arange(12.0).reshape(3, 2, 2),
        voting=np.array([[0.1, 0.9], [0.5, 0.5], [0.9, 0.1]]),
        today=np.array([0, 1, 0]),
        proba=np.array([[0.2, 0.8], [0.3, 0.7], [0.4, 0.6]]),
    )
    part = sight.at(np.array([2, 0]))
    assert part.columns["links"].to_list() == [2, 0]
    assert part.votes["rules/link"].to_list() == ["ham", None]
    assert part.payoffs[:, 0, 0].tolist() == [8.0, 0.0]
    assert part.voting[:, 0].tolist() == [0.9, 0.1]
    assert part.today is not None
    assert part.today.tolist() == [0, 0]
    assert part.proba is not None
    assert part.proba[:, 0].tolist() == [0.4, 0.2]


def test_payoffs_shared_by_all_items_stay_shared_in_a_part() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((3, 2), 0.5))
    assert sight.at(np.array([1])).payoffs.shape == (1, 2, 2)


def test_voters_that_are_all_silent_are_no_votes() -> None:
    silent = pl.DataFrame({"rules/link": [None, None]}, schema={"rules/link": pl.String})
    assert not Sight(votes=silent, payoffs=np.eye(2)[None], voting=np.full((2, 2), 0.5)).has_votes


def test_the_size_of_a_lesson_is_that_of_equal_weights() -> None:
    lesson = Lesson(target=np.eye(2)[[0, 1, 1]], weight=np.array([3.0, 1.0, 0.0]), groups=np.arange(3))
    assert lesson.size == (3 + 1) ** 2 / (3**2 + 1**2)


@given(scale=st.floats(0.01, 100))
def test_the_scale_of_weights_does_not_matter(scale: float) -> None:
    one = Lesson(target=np.eye(2)[[0, 1]], weight=np.array([1.0, 3.0]), groups=np.arange(2))
    other = Lesson(target=one.target, weight=one.weight * scale, groups=one.groups)
    np.testing.assert_allclose(one.shares, other.shares)


def test_a_lesson_without_labels_has_size_nought() -> None:
    lesson = Lesson(target=np.eye(2), weight=np.zeros(2), groups=np.arange(2))
    assert lesson.size == 0.0
    assert lesson.shares.tolist() == [0.0, 0.0]
    assert lesson.seen.tolist() == [False, False]


def test_leaving_rows_out_leaves_the_lesson_itself_as_it_was() -> None:
    lesson = Lesson(target=np.eye(2), weight=np.ones(2), groups=np.arange(2))
    assert lesson.without(np.array([0])).rows.tolist() == [1]
    assert lesson.rows.tolist() == [0, 1]


def test_an_outcome_of_negligible_probability_is_not_seen() -> None:
    lesson = Lesson(target=np.array([[0.995, 0.005]]), weight=np.ones(1), groups=np.arange(1))
    assert lesson.seen.tolist() == [True, False]


def test_base_rates_are_smoothed_by_one_label_at_the_mean_posterior_of_the_votes() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.array([[0.75, 0.25], [0.25, 0.75], [0.8, 0.2], [0.2, 0.8]]))
    lesson = Lesson(target=np.eye(2)[[0, 0, 0, 1]], weight=np.array([1.0, 1.0, 1.0, 0.0]), groups=np.arange(4))
    np.testing.assert_allclose(base_rates(sight, lesson), [(3 + 0.5) / 4, 0.5 / 4])


@given(arrays(np.float64, (3, 4), elements=st.floats(0, 1)))
def test_floored_probabilities_sum_to_one_and_none_is_nought(proba: np.ndarray) -> None:
    floor = floored(proba)
    np.testing.assert_allclose(floor.sum(axis=1), 1.0)
    assert (floor > 0).all()


@pytest.mark.parametrize("nothing", [0.0, np.nan])
def test_a_row_that_says_nothing_becomes_uniform(nothing: float) -> None:
    np.testing.assert_allclose(floored(np.full((1, 4), nothing)), 1 / 4)


def test_every_rung_makes_a_policy() -> None:
    sight = Sight(
        columns=pl.DataFrame({"links": [0.0, 1.0]}),
        votes=pl.DataFrame({"rules/link": [None, "spam"]}),
        payoffs=np.stack([np.eye(2), 2 * np.eye(2)]),
        voting=np.full((2, 2), 0.5),
        today=np.array([0, 1]),
        proba=np.full((2, 2), 0.5),
    )
    assert len(ladder(sight)) == 8
    assert all(isinstance(rung.make(), Policy) for rung in ladder(sight))
