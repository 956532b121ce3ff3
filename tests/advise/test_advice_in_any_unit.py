"""Advice is the same whatever money is counted in: every figure of money times a factor changes no action."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.advise import LearningCurve, Situation, learning_curve, next_step

UNIT = Situation(
    unit="EUR",
    curve=LearningCurve(scale=12.0, error=3.0, votes=200, most=0.5),
    incumbent="linear",
    candidate="trees",
    source="experts",
    price=1.0,
    unlabelled=400,
    volume=6_000,
    per_month=1_000,
    left=0.5,
    proven=True,
    changes_today=True,
    won=(0.5, 0.25, 0.75),
    forgone=(0.5, 0.2, 0.8),
    most=0.9,
)
MONEY = ("price", "left", "most", "least_gain", "well_enough", "wait_per_month", "due_gain")
FACTORS = [1e-12, 1e-9, 1e-3, 100.0, 1e9, 1e12]
any_factor = pytest.mark.parametrize("factor", FACTORS)


def counted(now: Situation, factor: float) -> Situation:
    """The same situation with money counted in another unit."""
    money: dict[str, Any] = {name: getattr(now, name) for name in MONEY}
    made = {name: None if amount is None else amount * factor for name, amount in money.items()}
    curve = now.curve
    scaled = LearningCurve(curve.scale * factor, curve.error * factor, curve.votes, curve.most * factor)
    settle = None if now.settle is None else (now.settle[0], now.settle[1] * factor, now.settle[2] * factor)
    won, forgone = (None if ends is None else tuple(end * factor for end in ends) for ends in (now.won, now.forgone))
    return replace(now, curve=scaled, settle=settle, won=won, forgone=forgone, **made)


SITUATIONS = {
    "votes that pay": UNIT,
    "votes too dear": replace(UNIT, price=100.0),
    "no volume": replace(UNIT, volume=None, per_month=None),
    "no volume and nothing left": replace(UNIT, volume=None, per_month=None, left=50.0),
    "an audit that settles": replace(UNIT, settle=(50, 4_000.0, 50.0)),
    "a trial due": replace(UNIT, due="trees", due_gain=0.02),
    "well enough": replace(UNIT, well_enough=2_900.0),
    "not well enough": replace(UNIT, well_enough=3_100.0, price=100.0),
    "too little to win": replace(UNIT, least_gain=6_000.0),
    "enough to win": replace(UNIT, least_gain=2_900.0, price=100.0),
    "waiting costs": replace(UNIT, price=100.0, wait_per_month=250.0),
    "nobody to ask": replace(UNIT, price=None, source=None),
}


@any_factor
@pytest.mark.parametrize("name", SITUATIONS)
def test_the_action_is_the_same_in_any_unit(name: str, factor: float) -> None:
    here, there = next_step(counted(SITUATIONS[name], factor)), next_step(SITUATIONS[name])
    assert (here.action, here.votes, here.purpose) == (there.action, there.votes, there.purpose)
    assert here.gain / factor == pytest.approx(there.gain)
    assert here.cost / factor == pytest.approx(there.cost)
    assert [option.action for option in here.alternatives] == [option.action for option in there.alternatives]


def test_the_situations_lead_to_different_actions() -> None:
    """The law above compares more than one answer."""
    assert {next_step(now).action for now in SITUATIONS.values()} == {"ask", "trial", "ship", "stop"}


@any_factor
def test_a_curve_loses_no_digits_in_a_small_unit(factor: float) -> None:
    curve = LearningCurve(scale=12.0 * factor, error=3.0 * factor, votes=200)
    assert curve.gain(100) / factor == pytest.approx(12 * (1 / 200 - 1 / 300), rel=1e-11)
    low, high = curve.interval(100)
    assert low < curve.gain(100) < high


@any_factor
def test_a_curve_fitted_in_any_unit_is_the_same_curve(factor: float) -> None:
    losses = [(50, 0.12), (50, 0.14), (100, 0.06), (100, 0.05)]
    here = learning_curve([(size, factor * loss) for size, loss in losses], 200, left=0.5 * factor)
    there = learning_curve(losses, 200, left=0.5)
    assert here.scale / factor == pytest.approx(there.scale)
    assert here.error / factor == pytest.approx(there.error)


@given(st.floats(0.01, 100), st.integers(1, 500), st.integers(1, 500))
def test_more_votes_never_bring_less_and_each_brings_less_than_the_one_before(
    scale: float, votes: int, more: int
) -> None:
    curve = LearningCurve(scale=scale, error=0.0, votes=votes)
    gains = [curve.gain(size) for size in (more, more + 1, more + 2)]
    assert gains[0] <= gains[1] <= gains[2]
    assert gains[2] - gains[1] <= gains[1] - gains[0] + 1e-10 * scale


@given(st.floats(0.0, 1.0), st.floats(0.0, 5.0))
def test_votes_never_bring_more_than_there_is_to_win(most: float, scale: float) -> None:
    curve = LearningCurve(scale=scale, error=scale, votes=0, most=most)
    assert curve.gain(10_000) <= most
    assert max(curve.interval(10_000)) <= most


@pytest.mark.parametrize("left", [0.0, -1.0])
def test_with_nothing_left_to_win_no_vote_is_bought(left: float) -> None:
    curve = learning_curve([], 0, left=left)
    assert curve.gain(1_000) == 0.0
    now = replace(UNIT, curve=curve, left=0.0, price=0.01)
    assert next_step(now).action == "ship"
    assert next_step(replace(now, volume=None, per_month=None)).action == "ship"
