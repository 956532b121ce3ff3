"""Where a choice flips, and what finding a payoff out is worth: worked out by hand, then held against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.sensitivity import Basis, Chooser, Curve, Dial, Flip, Swing, flip_point, swing_of, worth_of_knowing


def line(base: float, rise: float = 0.0) -> Curve:
    return Curve(np.zeros(0), np.array([base]), np.array([rise]))


def dial(now: float) -> Dial:
    return Dial(0, (0,), now, np.ones(1))


def test_two_lines_cross_where_the_arithmetic_says() -> None:
    curves = {"keep": line(-0.5, 0.5), "remove": line(-0.75)}
    assert flip_point(curves, "keep", to=-1.0) == Flip((-0.75 + 0.5) / 0.5, "remove")


def test_on_the_other_side_nothing_flips() -> None:
    assert flip_point({"keep": line(-0.5, 0.5), "remove": line(-0.75)}, "keep", to=100.0) is None


def test_what_lies_beyond_the_end_is_not_looked_at() -> None:
    assert flip_point({"keep": line(-0.5, 0.5), "remove": line(-0.75)}, "keep", to=-0.4) is None


def test_the_nearest_of_several_rivals_is_named() -> None:
    curves = {"a": line(1.0), "b": line(0.0, 1.0), "c": line(0.0, 2.0)}
    assert flip_point(curves, "a", to=10.0) == Flip(1 / 2, "c")


def test_without_a_rival_nothing_flips() -> None:
    assert flip_point({"a": line(1.0)}, "a", to=10.0) is None


def test_a_rival_that_earns_the_same_throughout_flips_nothing() -> None:
    assert flip_point({"a": line(1.0, 0.3), "b": line(1.0, 0.3)}, "a", to=10.0) is None


def test_a_jump_flips_the_choice_where_it_happens() -> None:
    jumps = Curve(np.array([2.0]), np.array([0.0, 3.0]), np.zeros(2))
    assert flip_point({"a": line(1.0), "b": jumps}, "a", to=5.0) == Flip(2.0, "b")


def test_a_choice_that_comes_back_has_flipped_all_the_same() -> None:
    hill = Curve(np.array([1.0, 2.0]), np.array([0.0, 3.0, 0.0]), np.zeros(3))
    assert flip_point({"a": line(1.0), "b": hill}, "a", to=5.0) == Flip(1.0, "b")


def test_below_nought_the_nearest_bend_is_the_highest() -> None:
    bends = Curve(np.array([-3.0, -1.0]), np.array([9.0, 2.0, 0.0]), np.zeros(3))
    assert flip_point({"a": line(1.0), "b": bends}, "a", to=-5.0) == Flip(-1.0, "b")


def test_a_simpler_policy_that_comes_to_earn_as_much_takes_over() -> None:
    better_at_first = Curve(np.array([2.0]), np.array([3.0, 1.0]), np.array([-1.0, 0.0]))
    curves = {"constant": line(1.0), "model": better_at_first}
    assert flip_point(curves, "model", to=5.0) == Flip(2.0, "constant", tied=True)
    assert flip_point({"model": better_at_first, "richer": line(1.0)}, "model", to=5.0) is None


def test_touching_a_simpler_policy_at_one_point_is_no_tie() -> None:
    dips = Curve(np.array([2.0]), np.array([3.0, -1.0]), np.array([-1.0, 1.0]))
    assert flip_point({"constant": line(1.0), "model": dips}, "model", to=5.0) is None


def test_a_payoff_is_followed_to_nought_and_to_a_hundred_times_itself() -> None:
    basis = Basis(np.array([[[-1.0, 0.0], [-2.0, 1.0]]]), np.array([[0.5, 0.5]]), np.ones(1))
    always = {"keep": Chooser(basis, decisions=np.array([0])), "remove": Chooser(basis, decisions=np.array([1]))}
    swing = swing_of(always, "keep", dial(-1.0), size=2.0)
    assert swing.above is None  # at nought keeping earns 0, removing (-2 + 1) / 2
    assert swing.below == Flip(0.0, "remove")  # (-1 + 0) / 2 is already as much


def test_a_payoff_of_nought_is_followed_both_ways_as_far_as_payoffs_go() -> None:
    basis = Basis(np.array([[[0.0, 0.0], [-1.0, -1.0]]]), np.array([[0.5, 0.5]]), np.ones(1))
    always = {"wait": Chooser(basis, decisions=np.array([0])), "act": Chooser(basis, decisions=np.array([1]))}
    swing = swing_of(always, "wait", dial(0.0), size=1.0)
    assert swing.below == Flip(-2.0, "act")  # half of -2 is what acting costs
    assert swing.above is None


def test_the_nearer_flip_is_the_smaller_factor() -> None:
    assert Swing(dial(-2.0), Flip(-4.0, "b"), Flip(1.0, "b")).nearest == 2  # -2 to -1 is half, -2 to -6 three times
    assert Swing(dial(-2.0), None, None).nearest == np.inf
    assert Swing(dial(0.0), Flip(-1.0, "b"), None).nearest == np.inf
    assert Swing(dial(-2.0), None, Flip(2.0, "b")).nearest == np.inf  # only at nought


def test_finding_out_is_worth_the_gain_where_it_would_change_the_choice() -> None:
    act, wait = line(0.0, 1.0), line(0.0)
    # Over -1 to 1 acting earns 1/2 on average where it earns anything, which is half the time; unknown, it earns 0.
    assert worth_of_knowing({"act": act, "wait": wait}, -1.0, 1.0) == pytest.approx(1 / 4)


def test_finding_out_is_worth_nothing_where_the_choice_holds() -> None:
    assert worth_of_knowing({"act": line(5.0, 1.0), "wait": line(0.0)}, -1.0, 1.0) == pytest.approx(0, abs=1e-12)


def test_a_range_of_which_the_middle_decides_wrongly_a_quarter_of_the_time() -> None:
    # Worth 1 + x on -2 to 2 against 0: below -1 waiting saves up to 1, 1/2 on average, a quarter of the time.
    assert worth_of_knowing({"act": line(1.0, 1.0), "wait": line(0.0)}, -2.0, 2.0) == pytest.approx(1 / 8)


lines = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.floats(-3, 3), st.floats(-3, 3)).map(lambda it: line(*it)), min_size=2
)


@given(lines, st.floats(0.1, 20), st.sampled_from([-1, 1]))
def test_no_rival_earns_more_before_the_flip_and_one_does_beyond(
    curves: dict[str, Curve], far: float, side: int
) -> None:
    choice = max(curves, key=lambda name: float(curves[name].at([0.0])[0]))
    flip = flip_point(curves, choice, to=side * far)
    end = side * far if flip is None else flip.shift
    before = np.linspace(0, end, 50)
    others = np.max([curve.at(before) for name, curve in curves.items() if name != choice], axis=0)
    assert (curves[choice].at(before) >= others - 1e-6).all()
    if flip is not None and abs(side * far - flip.shift) > 1e-6:
        beyond = [side * far]
        assert curves[flip.rival].at(beyond) > curves[choice].at(beyond) - 1e-6


@given(lines, st.floats(-5, 0), st.floats(0.1, 5))
def test_finding_out_is_never_worth_less_than_nothing(curves: dict[str, Curve], low: float, wide: float) -> None:
    assert worth_of_knowing(curves, low, low + wide) >= 0


@given(lines, st.floats(0.1, 5), st.floats(0.1, 10))
def test_finding_out_scales_with_the_unit(curves: dict[str, Curve], wide: float, scale: float) -> None:
    scaled = {name: Curve(curve.bends, curve.base * scale, curve.rise * scale) for name, curve in curves.items()}
    worth = worth_of_knowing(curves, -wide, wide)
    assert worth_of_knowing(scaled, -wide, wide) == pytest.approx(scale * worth, abs=1e-9)


@given(lines, st.floats(0.1, 5))
def test_a_wider_range_is_worth_more_to_settle(curves: dict[str, Curve], wide: float) -> None:
    narrow = worth_of_knowing(curves, -wide, wide)
    assert worth_of_knowing(curves, -2 * wide, 2 * wide) >= narrow - 1e-5 * wide
