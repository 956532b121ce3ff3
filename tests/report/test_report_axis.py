"""An axis: values stand in proportion, ticks are round numbers inside it, labels never touch."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from payoff.report.axis import Axis, nice_step

VALUES = st.floats(-1e9, 1e9, allow_subnormal=False)
SIZES = st.floats(1e-6, 1e12)


def labels(axis: Axis) -> list[str]:
    return [text for _, text in axis.marks]


@given(SIZES)
def test_a_nice_step_is_one_two_or_five_and_noughts(rough: float) -> None:
    digits = f"{nice_step(rough):e}".split("e")[0]
    assert float(digits) in (1, 2, 5)


@given(SIZES)
def test_a_nice_step_is_never_far_from_what_was_asked(rough: float) -> None:
    assert 0.6 < nice_step(rough) / rough <= 5 / 3 + 1e-9


@given(SIZES, st.integers(-3, 3))
def test_ten_times_the_range_has_ten_times_the_step(rough: float, power: int) -> None:
    assume(1e-6 <= rough * 10.0**power <= 1e12)
    fraction = float(f"{rough:e}".split("e")[0])
    assume(min(abs(fraction - edge) for edge in (1, 1.5, 3, 7, 10)) > 1e-6)
    assert nice_step(rough * 10.0**power) == pytest.approx(nice_step(rough) * 10.0**power)


@given(st.lists(VALUES, min_size=1, max_size=8))
def test_every_value_and_every_tick_stands_on_the_axis(values: list[float]) -> None:
    axis = Axis.over(values, 0, 500)
    assume(axis.high - axis.low > 1e-6)
    assert all(0 <= axis.at(value) <= 500 for value in values)
    assert all(-0.1 <= axis.at(tick) <= 500.1 for tick in axis.ticks)


@given(VALUES, SIZES)
def test_there_are_a_few_ticks_and_no_label_twice(low: float, size: float) -> None:
    assume(size > 1e-6 * abs(low))
    axis = Axis(low, low + size, 0, 500)
    assert 2 <= len(axis.ticks) <= 10
    assert len(set(axis.ticks)) == len(axis.ticks)


def test_an_axis_may_run_upwards() -> None:
    axis = Axis(0, 10, 200, 100)
    assert [axis.at(value) for value in (0, 5, 10)] == [200, 150, 100]


@pytest.mark.parametrize(("value", "ends"), [(0.0, (-1, 1)), (4.0, (4 - 4 / 2, 4 + 4 / 2))])
def test_a_single_value_stands_in_the_middle(value: float, ends: tuple[float, float]) -> None:
    axis = Axis.over([value], 0, 100)
    assert (axis.low, axis.high) == ends
    assert axis.at(value) == 50


def test_labels_have_the_decimals_of_their_step() -> None:
    assert labels(Axis(0, 1, 0, 100, many=6)) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert labels(Axis(-2_000, 2_000, 0, 100, many=3)) == ["−2,000", "0", "2,000"]
    assert labels(Axis(0, 0.0004, 0, 100, many=3)) == ["0", "0.0002", "0.0004"]


def test_millions_are_short() -> None:
    assert labels(Axis(0, 3_000_000, 0, 100, many=7)) == ["0", "0.5M", "1.0M", "1.5M", "2.0M", "2.5M", "3.0M"]


def test_labels_that_would_touch_become_fewer() -> None:
    tight = Axis(0, 100_000, 0, 100).spaced()
    assert labels(tight) == ["0", "100,000"]


def test_labels_that_have_room_stay() -> None:
    axis = Axis(0, 100, 0, 600)
    assert axis.spaced() == axis
