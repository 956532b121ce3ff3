"""Folds, what is held out, and the interval that the fold models give."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.policies import BaseRate, Lesson, Sight, System, folds_of, interval, jackknife_error, out_of_fold
from payoff.policies.cross_fit import fold_numbers


def lesson_of(outcomes: list[int], *, labelled: list[bool] | None = None, groups: list[int] | None = None) -> Lesson:
    return Lesson(
        target=np.eye(2)[outcomes],
        weight=np.ones(len(outcomes)) if labelled is None else np.array(labelled, dtype=float),
        groups=np.arange(len(outcomes)) if groups is None else np.array(groups),
    )


@given(groups=st.lists(st.integers(0, 6), min_size=1, max_size=30), seed=st.integers(0, 5), folds=st.integers(2, 6))
def test_folds_part_the_labelled_rows_and_never_a_group(groups: list[int], seed: int, folds: int) -> None:
    lesson = lesson_of([g % 2 for g in groups], groups=groups)
    parts = folds_of(lesson, folds=folds, seed=seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(groups)))
    assert len(parts) == min(folds, len(set(groups)))
    homes = [{groups[row] for row in part} for part in parts]
    assert sum(len(home) for home in homes) == len(set(groups))


def test_rows_without_a_label_are_in_no_fold() -> None:
    parts = folds_of(lesson_of([0, 1, 0, 1], labelled=[True, False, True, False]))
    assert sorted(np.concatenate(parts).tolist()) == [0, 2]


def test_each_fold_gets_its_share_of_the_rare_outcome() -> None:
    parts = folds_of(lesson_of([1] * 5 + [0] * 20), folds=5)
    assert [int((part < 5).sum()) for part in parts] == [1] * 5


def test_a_lesson_without_labels_has_no_folds() -> None:
    assert folds_of(lesson_of([0, 1], labelled=[False, False])) == []


def test_the_same_seed_gives_the_same_folds_and_another_seed_others() -> None:
    lesson = lesson_of([0, 1] * 20)
    one, same, other = (folds_of(lesson, seed=seed) for seed in (3, 3, 4))
    assert all((a == b).all() for a, b in zip(one, same, strict=True))
    assert any(set(a) != set(b) for a, b in zip(one, other, strict=True))


def test_every_labelled_row_knows_its_fold() -> None:
    assert fold_numbers(np.array([1, 4, 8]), [np.array([4, 8]), np.array([1])]).tolist() == [1, 0, 0]


def test_out_of_fold_a_labelled_row_is_judged_by_the_others_alone() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((3, 2), 0.5))
    found = out_of_fold("base rate", sight, lesson_of([0, 0, 1]))
    np.testing.assert_allclose(found.proba[:, 0], [(1 + 0.5) / 3, (1 + 0.5) / 3, (2 + 0.5) / 3])


def test_out_of_fold_an_unlabelled_row_gets_the_full_fit() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((3, 2), 0.5))
    found = out_of_fold("base rate", sight, lesson_of([0, 0, 1], labelled=[True, True, False]))
    assert found.proba[2, 0] == (2 + 0.5) / 3
    assert found.decisions[2] == 0


def test_labels_of_the_own_group_do_not_count_out_of_fold() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((3, 2), 0.5))
    found = out_of_fold("base rate", sight, lesson_of([0, 0, 1], groups=[1, 1, 2]))
    np.testing.assert_allclose(found.proba[:, 0], [0.5 / 2, 0.5 / 2, (2 + 0.5) / 3])


def test_labels_of_one_group_only_leave_nothing_to_learn_from_out_of_fold() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((2, 2), 0.5))
    found = out_of_fold("base rate", sight, lesson_of([0, 0], groups=[1, 1]))
    np.testing.assert_allclose(found.proba, 0.5)


def test_out_of_fold_decisions_of_the_system_are_those_of_today() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((3, 2), 0.5), today=np.array([1, 0, 1]))
    assert System().fit(sight, lesson_of([0, 0, 0])).out_of_fold_.decisions.tolist() == [1, 0, 1]


def test_the_spread_has_one_member_per_fold() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((6, 2), 0.5))
    assert BaseRate(folds=3).fit(sight, lesson_of([0, 1] * 3)).spread(sight).shape == (3, 6, 2)


def test_the_jackknife_error_of_a_mean_is_its_standard_error() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    without = (values.sum() - values) / 3
    np.testing.assert_allclose(jackknife_error(without[:, None]), values.std(ddof=1) / np.sqrt(4))


def test_an_interval_is_as_wide_as_the_payoffs_without_labels() -> None:
    sight = Sight(payoffs=np.array([[[3.0, -7.0]]]), voting=np.full((2, 2), 0.5))
    found = interval(BaseRate().fit(sight, lesson_of([0, 1], labelled=[False, False])), sight)
    assert (found.mean[0], found.low[0], found.high[0]) == (pytest.approx(-2.0), -7.0, 3.0)


def test_an_interval_narrows_with_labels_and_holds_the_mean() -> None:
    sight = Sight(payoffs=np.array([[[1.0, 0.0]]]), voting=np.full((400, 2), 0.5))
    outcomes = np.random.default_rng(0).integers(0, 2, 400).tolist()
    widths = []
    for n in (20, 400):
        found = interval(BaseRate().fit(sight, lesson_of(outcomes, labelled=[i < n for i in range(400)])), sight)
        assert found.low[0] <= found.mean[0] <= found.high[0]
        widths.append(found.high[0] - found.low[0])
    assert widths[1] < widths[0]


def test_an_interval_is_that_of_the_decision_taken_on_each_item() -> None:
    payoffs = np.array([[[0.0, -1.0], [5.0, 5.0]], [[0.0, -1.0], [-5.0, -5.0]]])
    sight = Sight(columns=pl.DataFrame({"a": [1, 2]}), payoffs=payoffs, voting=np.full((2, 2), 0.5))
    found = interval(BaseRate().fit(sight, lesson_of([0, 1])), sight)
    assert (found.low[0], found.mean[0], found.high[0]) == (5.0, 5.0, 5.0)
    assert found.low[1] >= -1.0
    assert found.high[1] <= 0.0
