"""Whether two samples of items are alike: what moved is found, what did not is left in peace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.judge.moved import FALSE_ALARM, FEWEST, holm, moved

HUNDRED = np.arange(100.0)


def names(before: dict[str, object], now: dict[str, object]) -> list[str]:
    return [shift.name for shift in moved(before, now)]  # type: ignore[arg-type]


def test_a_sample_has_not_moved_from_itself() -> None:
    assert names({"x": HUNDRED, "who": ["a", "b"] * 50}, {"x": HUNDRED, "who": ["a", "b"] * 50}) == []


def test_numbers_that_all_grew_have_moved() -> None:
    assert names({"x": HUNDRED}, {"x": HUNDRED + 100}) == ["x"]


def test_a_number_that_went_missing_has_moved() -> None:
    gone = np.where(HUNDRED < 30, np.nan, HUNDRED)
    assert names({"x": HUNDRED}, {"x": gone}) == ["x"]


def test_names_whose_shares_turned_have_moved() -> None:
    assert names({"who": ["a"] * 80 + ["b"] * 20}, {"who": ["a"] * 20 + ["b"] * 80}) == ["who"]


def test_names_never_seen_before_have_moved() -> None:
    assert names({"who": ["a"] * 100}, {"who": ["a"] * 70 + [f"new {n}" for n in range(30)]}) == ["who"]


def test_the_size_of_a_move_is_the_share_that_changed() -> None:
    found = moved({"who": ["a"] * 80 + ["b"] * 20}, {"who": ["a"] * 20 + ["b"] * 80})
    assert found[0].size == pytest.approx(60 / 100)


def test_those_that_moved_most_come_first() -> None:
    before = {"little": HUNDRED, "much": HUNDRED}
    assert names(before, {"little": HUNDRED + 40, "much": HUNDRED + 100}) == ["much", "little"]


def test_nothing_is_said_of_few_items() -> None:
    few = FEWEST - 1
    assert names({"x": HUNDRED}, {"x": HUNDRED[:few] + 1_000}) == []
    assert names({"x": HUNDRED}, {"x": HUNDRED[: few + 1] + 1_000}) == ["x"]


def test_numbers_on_one_side_and_names_on_the_other_are_compared_as_names() -> None:
    assert names({"x": HUNDRED}, {"x": ["a"] * 100}) == ["x"]


def test_a_column_of_one_value_never_moves() -> None:
    assert names({"x": np.zeros(50), "who": ["a"] * 50}, {"x": np.zeros(80), "who": ["a"] * 80}) == []


def test_of_many_columns_alike_a_false_alarm_is_as_rare_as_of_one() -> None:
    rng = np.random.default_rng(0)
    tables = 300
    alarms = sum(
        bool(moved({f"{n}": rng.random(100) for n in range(20)}, {f"{n}": rng.random(60) for n in range(20)}))
        for _ in range(tables)
    )
    # Binomial with 1%: more than 9 of 300 would come by chance once in a thousand.
    assert alarms <= 9 and FALSE_ALARM == 0.01


def test_holms_correction_multiplies_the_smallest_by_their_number() -> None:
    assert holm([0.02, 0.5]) == pytest.approx([0.02 * 2, 0.5])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_corrected_chances_are_no_smaller_and_keep_their_order(chances: list[float]) -> None:
    corrected = holm(chances)
    assert all(raised >= chance for raised, chance in zip(corrected, chances, strict=True))
    order = np.argsort(chances, kind="stable")
    assert (np.diff(np.array(corrected)[order]) >= 0).all()
