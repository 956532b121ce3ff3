"""Numbers as normal scores and categories one-hot."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from payoff.views.columns import CategoriesView, NumbersView


def scored(known, new=None):
    column = pl.DataFrame({"x": known}, strict=False)
    view = NumbersView().fit(column)
    return view.transform(column if new is None else pl.DataFrame({"x": new}, strict=False))


def one_hot(known, new=None, **options):
    column = pl.DataFrame({"x": known}, strict=False)
    view = CategoriesView(**options).fit(column)
    matrix = view.transform(column if new is None else pl.DataFrame({"x": new}, strict=False))
    return view.feature_names_, matrix.toarray().tolist()


def test_three_numbers_lie_at_the_normal_quantiles_of_their_mid_ranks():
    raw = ndtri([0.5 / 3, 1.5 / 3, 2.5 / 3])
    assert scored([1, 2, 1000]).ravel() == pytest.approx(raw / raw.std())


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_scores_have_mean_0_variance_1_and_the_order_of_the_numbers(values):
    scores = scored(values).ravel()
    assert scores.mean() == pytest.approx(0, abs=1e-9)
    assert scores.std() == pytest.approx(1 if len(set(values)) > 1 else 0)
    assert np.all(np.diff(scores[np.argsort(values, kind="stable")]) >= -1e-12)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=50))
def test_units_and_skew_make_no_difference(values):
    assert scored(values) == pytest.approx(scored([value**3 * 7 for value in values]))


def test_a_number_between_two_known_ones_lies_between_them():
    low, between, high = scored([1, 3, 5], [1, 2, 3]).ravel()
    assert low < between < high


def test_beyond_all_known_numbers_the_last_counts():
    assert scored([1, 3], [-99, 99]).ravel().tolist() == [-1, 1]


def test_infinity_is_the_largest_number():
    assert scored([1, 2, float("inf")]).ravel().argmax() == 2


def test_missing_gets_the_median_and_an_indicator():
    assert scored([1, 2, None, 3], [None, 2]).tolist() == [[0, 1], [0, 0]]


def test_missing_without_precedent_gets_the_median_alone():
    assert scored([1, 2, 3], [None]).tolist() == [[0]]


def test_nan_is_missing():
    assert scored([1.0, 2.0, 3.0], [float("nan")]).tolist() == [[0]]


def test_text_that_reads_as_a_number_is_one_and_other_text_is_missing():
    assert scored([1, 2, 3], ["3", "many"]).ravel().tolist() == [scored([1, 2, 3])[2, 0], 0]


def test_a_column_that_is_all_missing_is_zero_with_its_indicator():
    assert scored([None, None]).tolist() == [[0, 1], [0, 1]]


def test_lists_are_missing():
    assert scored([1, 2, 3], [[1], [2]]).ravel().tolist() == [0, 0]


def test_many_numbers_are_scored_by_a_sample_of_ranks():
    values = np.random.default_rng(0).normal(size=30_000)
    common = np.abs(values) < 2
    assert scored(values).ravel()[common] == pytest.approx((values - values.mean())[common] / values.std(), abs=0.1)


def test_each_value_has_a_column():
    assert one_hot(["b", "a", "b"], rare=1) == (["x=a", "x=b"], [[0, 1], [1, 0], [0, 1]])


def test_rare_values_share_a_column():
    assert one_hot(["a", "a", "b", "c"], rare=2) == (["x=a", "x=(other)"], [[1, 0], [1, 0], [0, 1], [0, 1]])


def test_a_value_never_seen_counts_as_rare():
    assert one_hot(["a", "a", "b"], ["z"], rare=2)[1] == [[0, 1]]


def test_a_value_never_seen_is_nothing_where_none_was_rare():
    assert one_hot(["a", "b"], ["z"], rare=1)[1] == [[0, 0]]


def test_missing_is_a_category_of_its_own():
    assert one_hot(["a", None, "a"], rare=1) == (["x=a", "x=(missing)"], [[1, 0], [0, 1], [1, 0]])


def test_missing_without_precedent_is_nothing():
    assert one_hot(["a", "b"], [None], rare=1)[1] == [[0, 0]]


def test_a_value_called_missing_is_a_value():
    names, matrix = one_hot(["(missing)", "a", None], rare=1)
    assert names == ["x=(missing)", "x=a", "x=(missing)"]
    assert matrix == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_only_the_commonest_values_have_a_column():
    assert one_hot(["a", "a", "b", "b", "b", "c"], rare=1, most=2)[0] == ["x=a", "x=b", "x=(other)"]


def test_the_names_of_numbers_and_booleans_match_across_types():
    assert one_hot([1, 0], [1.0], rare=1)[1] == [[0, 1]]
    assert one_hot([True, False], ["True"], rare=1)[1] == [[0, 1]]


@pytest.mark.parametrize(("items", "rare"), [(50, 1), (100, 2), (1000, 5)])
def test_what_counts_as_rare_grows_with_the_items_up_to_five(items, rare):
    values = ["a"] * (items - rare - (rare - 1)) + ["b"] * rare + ["c"] * (rare - 1)
    assert "x=b" in one_hot(values)[0]
    assert "x=c" not in one_hot(values)[0]


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1), st.lists(st.text() | st.none(), max_size=9))
def test_an_item_has_at_most_one_value(known, new):
    names, matrix = one_hot(known, pl.Series(new, dtype=pl.String))
    assert all(sum(row) <= 1 and len(row) == len(names) for row in matrix)
