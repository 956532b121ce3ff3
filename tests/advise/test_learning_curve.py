"""What more votes would bring: never less than nothing, less and less the more there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.advise import LearningCurve, learning_curve
from payoff.advise.curve import GUESSED_VOTES

scales = st.floats(0, 1e4)
votes = st.integers(0, 5_000)
curves = st.builds(LearningCurve, scale=scales, error=scales, votes=votes.map(float))


def test_votes_bring_what_the_regret_falls_by() -> None:
    curve = LearningCurve(scale=10.0, error=0.0, votes=100)
    assert curve.gain(100) == pytest.approx(10 / 100 - 10 / 200)


def test_all_votes_there_could_be_bring_no_more_than_the_regret_there_is() -> None:
    assert LearningCurve(scale=10.0, error=0.0, votes=100).gain(1e12) == pytest.approx(10 / 100)


def test_before_the_first_vote_the_regret_is_that_of_one() -> None:
    assert LearningCurve(scale=10.0, error=0.0, votes=0).gain(1) == pytest.approx(10 * (1 / 1 - 1 / 2))


def test_the_interval_is_that_of_the_scale() -> None:
    low, high = LearningCurve(scale=10.0, error=2.0, votes=100).interval(100)
    assert (low, high) == pytest.approx(((10 - 1.28 * 2) / 200, (10 + 1.28 * 2) / 200))


@given(curves, votes)
def test_a_vote_is_never_worth_less_than_nothing(curve: LearningCurve, more: int) -> None:
    assert curve.gain(more) >= 0


@given(curves, votes, votes)
def test_more_votes_never_bring_less(curve: LearningCurve, few: int, more: int) -> None:
    assert curve.gain(few + more) >= curve.gain(few) - 1e-9


@given(scales, votes, votes, st.integers(0, 1_000))
def test_the_more_votes_there_are_the_less_the_next_bring(scale: float, there: int, further: int, more: int) -> None:
    early, late = (LearningCurve(scale, 0.0, float(number)) for number in (there, there + further))
    assert late.gain(more) <= early.gain(more) + 1e-9


@given(curves, st.integers(1, 500))
def test_the_second_half_of_a_purchase_brings_less_than_the_first(curve: LearningCurve, half: int) -> None:
    assert curve.gain(2 * half) <= 2 * curve.gain(half) + 1e-9


@given(curves, votes)
def test_the_gain_lies_in_its_interval(curve: LearningCurve, more: int) -> None:
    low, high = curve.interval(more)
    assert 0 <= low <= curve.gain(more) + 1e-9
    assert curve.gain(more) <= high * (1 + 1e-9) + 1e-9


def test_without_parts_to_learn_from_the_guess_stands() -> None:
    assert learning_curve([], 10, left=0.5).scale == 0.5 * GUESSED_VOTES


def test_a_policy_that_loses_nothing_with_half_the_votes_needs_few_more() -> None:
    curve = learning_curve([(50, 0.0), (100, 0.0)], 200, left=0.5)
    assert curve.scale == pytest.approx((0.5 * GUESSED_VOTES + 0 + 0) / 3)


def test_a_part_that_did_better_than_the_whole_counts_as_no_loss() -> None:
    assert learning_curve([(50, -0.3)], 200, left=0.5) == learning_curve([(50, 0.0)], 200, left=0.5)


def test_what_parts_lose_shows_the_scale_exactly_where_there_is_nothing_else_to_know() -> None:
    scale = 8.0
    losses = [(size, scale * (1 / size - 1 / 200)) for size in (50, 100)]
    assert learning_curve(losses, 200, left=scale / GUESSED_VOTES).scale == pytest.approx(scale)


@pytest.mark.parametrize("size", [0, 200, 300])
def test_parts_that_are_no_parts_are_left_out(size: int) -> None:
    assert learning_curve([(size, 0.4)], 200, left=0.5) == learning_curve([], 200, left=0.5)


def test_a_loss_of_what_there_is_to_win_below_nothing_is_none() -> None:
    assert learning_curve([], 10, left=-0.2).scale == 0.0


@given(st.lists(st.tuples(st.integers(1, 199), st.floats(-1, 5)), max_size=8), st.floats(0, 5))
def test_a_curve_is_never_upside_down(losses: list[tuple[int, float]], left: float) -> None:
    curve = learning_curve(losses, 200, left=left)
    assert curve.scale >= 0
    assert curve.error >= 0


@given(st.lists(st.tuples(st.integers(1, 199), st.floats(0, 5)), max_size=8), st.floats(0, 5), st.floats(0.1, 100))
def test_the_curve_is_in_money_so_it_scales_with_the_unit(
    losses: list[tuple[int, float]], left: float, times: float
) -> None:
    plain = learning_curve(losses, 200, left=left)
    scaled = learning_curve([(size, times * loss) for size, loss in losses], 200, left=times * left)
    assert scaled.scale == pytest.approx(times * plain.scale)
    assert scaled.error == pytest.approx(times * plain.error, abs=1e-9)
