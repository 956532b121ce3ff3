"""Which bar is shown to hold a share: exact tests, in a fixed order, on labels that can be counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

import payoff as po
from payoff.decide import Marks
from payoff.judge.bars import Tally, labels_needed, loosest_shown, starts, tally

CELLS = {"keep": {"ham": 0.0, "spam": -1.0}, "remove": {"ham": -1.0, "spam": 1.0}}
counts = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(lambda pair: Tally(float(max(pair)), float(min(pair))))
levels = st.floats(0.001, 0.4)


def marks(n: int, *, barred: list[int] | None = None, taken: list[int] | None = None) -> Marks:
    """Marks on `remove`, the second of two decisions, for these of n items."""
    found = Marks(np.zeros((n, 2), dtype=bool), np.zeros((n, 2), dtype=bool))
    found.barred[barred or [], 1] = True
    found.taken[taken or [], 1] = True
    return found


@pytest.mark.parametrize(("many", "right"), [(10, 10), (20, 19), (59, 59), (7, 0)])
def test_the_surprise_is_the_exact_binomial_tail(many: int, right: int) -> None:
    assert Tally(many, right).surprise(0.9) == pytest.approx(binom.sf(right - 1, many, 0.9))


def test_a_share_of_nought_always_holds() -> None:
    assert Tally(0.0, 0.0).surprise(0.0) == 0.0


@given(counts, st.floats(0.01, 0.99), levels)
def test_the_lower_end_reaches_a_share_just_where_its_test_passes(found: Tally, least: float, level: float) -> None:
    surprise = found.surprise(least)
    if abs(surprise - level) > 1e-9:
        assert (found.low(1 - level) >= least) == (surprise <= level)


@given(counts)
def test_the_ends_lie_on_either_side_of_the_share(found: Tally) -> None:
    assert found.low(0.95) <= (found.share or 0.0) and (1.0 if found.share is None else found.share) <= found.high(0.95)


def test_without_errors_the_high_end_is_one_and_without_labels_nothing_is_known() -> None:
    assert Tally(5.0, 5.0).high(0.95) == 1.0
    assert (Tally(0.0, 0.0).low(0.95), Tally(0.0, 0.0).share) == (0.0, None)


def test_unequal_weights_are_worth_fewer_draws() -> None:
    assert tally([1, 0], weight=[3, 1]).many == pytest.approx(4**2 / (3**2 + 1))


def test_equal_weights_are_no_weights() -> None:
    assert tally([1, 0, 1], weight=[5, 5, 5]) == tally([1, 0, 1])


def test_items_of_one_group_are_one_draw() -> None:
    assert tally([1, 1, 1, 1], groups=[7, 7, 7, 7]) == Tally(1.0, 1.0)


def test_no_labels_are_no_draws() -> None:
    assert tally([]) == Tally(0.0, 0.0)


@pytest.mark.parametrize(
    ("least", "level", "needed"), [(0.95, 0.05, 59), (0.9, 0.05, 29), (0.5, 0.25, 2), (0.0, 0.05, 0)]
)
def test_so_many_labels_all_right_are_needed(least: float, level: float, needed: int) -> None:
    assert labels_needed(least, level) == needed
    if needed:
        assert Tally(needed, needed).surprise(least) <= level < Tally(needed - 1, needed - 1).surprise(least)


def test_no_number_of_labels_shows_that_all_are_right() -> None:
    assert labels_needed(1.0, 0.05) is None


def test_a_chain_of_tests_ends_at_the_first_that_fails() -> None:
    assert loosest_shown([0.01, 0.06, 0.01], [1, 0, 0], 0.05) == 0


def test_nothing_is_shown_where_the_first_test_fails() -> None:
    assert loosest_shown([0.06, 0.01], [1, 0], 0.05) is None


def test_a_second_start_has_its_own_part_of_the_level() -> None:
    assert loosest_shown([0.06, 0.02, 0.03], [0.5, 0.5, 0], 0.05) == 1


def test_a_chain_that_passes_hands_its_level_on_to_the_next_start() -> None:
    assert loosest_shown([0.02, 0.04], [0.5, 0.5], 0.05) == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.data(), levels, levels)
def test_a_stricter_confidence_never_gives_a_lower_bar(
    surprises: list[float], data: st.DataObject, a: float, b: float
) -> None:
    weights = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(surprises), max_size=len(surprises))), float)
    weights[0] += 1
    strict, loose = (loosest_shown(surprises, weights / weights.sum(), level) for level in sorted((a, b)))
    assert strict is None or (loose is not None and strict <= loose)


@given(st.lists(st.tuples(st.integers(0, 3000), st.floats(0, 1)), min_size=1, max_size=30), st.floats(0.05, 0.99))
def test_the_starts_share_out_the_whole_level(steps: list[tuple[int, float]], least: float) -> None:
    many = np.sort([many for many, _ in steps])
    assert starts(many, [hoped for _, hoped in steps], least).sum() == pytest.approx(1.0)


def test_with_few_labels_there_is_one_start() -> None:
    assert starts([10, 20, 40], [0.9, 0.9, 0.9], 0.5).tolist() == [0.25, 0.25, 0.5]
    assert starts([10, 20, 40], [0.99, 0.99, 0.99], 0.95).tolist() == [0, 0, 1]


def test_a_share_that_does_not_hold_is_seldom_passed() -> None:
    """A thousand times 40 nested bars, none of which holds 0.9: at most 5% pass one, give or take three errors."""
    rng = np.random.default_rng(0)
    many = np.geomspace(20, 600, 40).astype(int)
    begin = starts(many, np.linspace(0.99, 0.9, 40), 0.9)
    passed = 0
    for _ in range(1000):
        right = np.cumsum(rng.random(600) < 0.899)[many - 1]
        found = [Tally(n, k).surprise(0.9) for n, k in zip(many.tolist(), right.tolist(), strict=True)]
        passed += loosest_shown(found, begin, 0.05) is not None
    assert passed / 1000 <= 0.05 + 3 * (0.05 * 0.95 / 1000) ** 0.5


def test_a_barred_decision_goes_to_no_marked_item() -> None:
    objective = po.Objective(CELLS)
    proba = np.tile([0.1, 0.9], (3, 1))
    assert objective.choose(objective.table(), proba, marks=marks(3, barred=[1])).tolist() == [1, 0, 1]


def test_a_taken_decision_goes_to_every_marked_item_whatever_it_costs() -> None:
    objective = po.Objective(CELLS)
    proba = np.tile([0.9, 0.1], (3, 1))
    assert objective.choose(objective.table(), proba, marks=marks(3, taken=[2])).tolist() == [0, 0, 1]


def test_barred_goes_before_taken() -> None:
    objective = po.Objective(CELLS)
    proba = np.tile([0.1, 0.9], (2, 1))
    assert objective.choose(objective.table(), proba, marks=marks(2, barred=[0], taken=[0, 1])).tolist() == [0, 1]


def test_a_capacity_goes_before_taken_and_keeps_the_marked_items() -> None:
    objective = po.Objective(CELLS, limits=[po.Limit("remove", at_most=1)])
    proba = np.array([[0.0, 1.0], [0.9, 0.1], [0.8, 0.2]])
    assert objective.choose(objective.table(), proba, marks=marks(3, taken=[1, 2])).tolist() == [0, 0, 1]


def test_marks_are_left_as_they_were() -> None:
    objective = po.Objective(CELLS, limits=[po.Limit("remove", precision=0.8)])
    given_marks = marks(2)
    assert objective.choose(objective.table(), np.array([[0.0, 1.0], [0.4, 0.6]]), marks=given_marks).tolist() == [1, 1]
    assert objective.choose(objective.table(), np.array([[0.3, 0.7], [0.4, 0.6]]), marks=given_marks).tolist() == [0, 0]
    assert not given_marks.barred.any() and not given_marks.taken.any()


def test_recall_counts_what_is_taken_anyway() -> None:
    objective = po.Objective(CELLS, limits=[po.Limit("remove", recall=0.5)])
    proba = np.array([[0.7, 0.3], [0.7, 0.3]])
    assert objective.choose(objective.table(), proba).tolist() == [1, 0]
    assert objective.choose(objective.table(), proba, marks=marks(2, taken=[1])).tolist() == [0, 1]
