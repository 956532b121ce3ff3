"""How labels are dealt into folds depends on what is true of items, not on what it is called."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.policies.cross_fit import folds_of
from payoff.policies.sight import Lesson

TRUTHS = st.lists(st.integers(0, 3), min_size=2, max_size=24)


def lesson(truth: list[int], groups: list[int] | None = None, order: list[int] | None = None) -> Lesson:
    """Labels of four outcomes, its columns in another order where one is given."""
    target = np.eye(4)[truth][:, order or [0, 1, 2, 3]]
    return Lesson(target=target, weight=np.ones(len(truth)), groups=np.array(groups or range(len(truth))))


@given(TRUTHS, st.permutations([0, 1, 2, 3]), st.integers(0, 3))
def test_outcomes_in_another_order_are_dealt_the_same_way(truth: list[int], order: list[int], seed: int) -> None:
    here, there = folds_of(lesson(truth, order=order), seed=seed), folds_of(lesson(truth), seed=seed)
    assert [rows.tolist() for rows in here] == [rows.tolist() for rows in there]


@given(TRUTHS, st.permutations([0, 1, 2, 3]))
def test_so_are_groups_in_which_outcomes_are_even(truth: list[int], order: list[int]) -> None:
    pairs = [position // 2 for position in range(len(truth))]
    here, there = folds_of(lesson(truth, pairs, order)), folds_of(lesson(truth, pairs))
    assert [rows.tolist() for rows in here] == [rows.tolist() for rows in there]


@pytest.mark.parametrize("common", [0, 3])
def test_a_rare_outcome_is_in_as_many_folds_as_it_can_be(common: int) -> None:
    rare = 3 - common
    truth = [common] * 20 + [rare] * 5
    counts = [int((np.array(truth)[rows] == rare).sum()) for rows in folds_of(lesson(truth), folds=5)]
    assert counts == [1, 1, 1, 1, 1]
