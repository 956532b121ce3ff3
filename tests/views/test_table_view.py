"""Every column of a table by its kind."""

from __future__ import annotations

import datetime as dt
import pickle

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone

from payoff.views import TableView

NOON = dt.datetime(2026, 1, 2, 12)


def seen(known, new=None, **schema):
    known = pl.DataFrame(known, strict=False)
    view = TableView().fit(known)
    matrix = view.transform(known if new is None else pl.DataFrame(new, schema_overrides=schema, strict=False))
    return view, matrix.toarray() if sparse.issparse(matrix) else matrix


MIXED = {
    "amount": [1.5, 2.5, None, 9.5],
    "colour": ["red", "blue", "red", None],
    "old": [True, False, True, True],
    "text": ["check my channel now", "what a great song", "I love this song", None],
    "at": [NOON, NOON + dt.timedelta(days=40), None, NOON],
}


def test_kinds_are_told_from_the_columns():
    kinds = seen(MIXED)[0].kinds_
    assert kinds == {"amount": "number", "colour": "category", "old": "category", "text": "text", "at": "time"}


def test_every_feature_has_a_name_and_every_value_is_finite():
    view, matrix = seen(MIXED)
    assert matrix.shape == (4, len(view.feature_names_))
    assert np.isfinite(matrix).all()


def test_names_say_column_and_value():
    names = seen(MIXED)[0].feature_names_
    wanted = {"amount", "amount is missing", "colour=red", "colour=(missing)", "old=True", 'text has "song"', "at"}
    assert wanted <= set(names)


def test_facts_of_three_values_are_categories_alone():
    assert seen({"fact": [-1, 0, 1, -1, 0, 1]})[0].feature_names_ == ["fact=-1", "fact=0", "fact=1"]


def test_whole_numbers_of_four_values_are_both_numbers_and_categories():
    names = seen({"stars": [1, 2, 3, 4] * 2})[0].feature_names_
    assert names == ["stars", "stars=1", "stars=2", "stars=3", "stars=4"]


def test_times_are_days_and_those_of_their_parts_that_vary():
    fridays = [NOON, NOON + dt.timedelta(weeks=1), NOON + dt.timedelta(weeks=5)]  # 2 and 9 January, 6 February
    assert seen({"at": fridays})[0].feature_names_ == ["at", "at month=1", "at month=2"]


def test_later_is_more_days():
    _, matrix = seen({"at": [NOON, NOON + dt.timedelta(hours=1), NOON + dt.timedelta(hours=2)]})
    assert np.all(np.diff(matrix[:, 0]) > 0)


def test_dates_and_times_of_day_are_times_as_well():
    names = seen({"day": [dt.date(2026, 1, 1), dt.date(2026, 1, 2)], "hour": [dt.time(9), dt.time(17)]})[
        0
    ].feature_names_
    assert {"day", "day weekday=4", "day weekday=5", "hour", "hour hour=9", "hour hour=17"} <= set(names)


def test_a_time_written_as_text_is_read_and_anything_else_is_missing():
    known = {"at": [NOON, NOON + dt.timedelta(days=1), None]}
    _, matrix = seen(known, {"at": ["2026-01-02T12:00:00", "soon"]})
    as_time = seen(known, {"at": [NOON, None]})[1]
    assert np.array_equal(matrix, as_time)


def test_a_zone_is_left_out_of_the_time():
    zoned = pl.DataFrame({"at": [NOON, NOON + dt.timedelta(days=1)]}).with_columns(
        pl.col("at").dt.replace_time_zone("UTC")
    )
    assert TableView().fit(zoned).transform(zoned).shape[0] == 2


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([None] * 30, "no value at all"),
        (["a"] * 30, "the same value everywhere"),
        ([f"a{number}" for number in range(30)], "an identifier, different nearly everywhere"),
        ([[1]] * 30, "lists or bytes"),
    ],
)
def test_a_column_of_no_use_is_left_out_and_named(values, reason):
    view, _ = seen({"x": list(range(30)), "odd": values})
    assert view.feature_names_ == ["x"]
    assert view.notes_ == [f'"odd" is left out: {reason}']


def test_a_table_without_columns_makes_none():
    view = TableView().fit(pl.DataFrame())
    assert view.transform(pl.DataFrame({"x": [1, 2]})).shape == (2, 0)


def test_a_table_without_rows_teaches_nothing():
    view = TableView().fit(pl.DataFrame({"x": []}, schema={"x": pl.Float64}))
    assert view.transform(pl.DataFrame({"x": [1.0]})).shape == (1, 0)


def test_no_rows_make_a_matrix_without_rows():
    view, matrix = seen(MIXED, pl.DataFrame(MIXED).clear())
    assert matrix.shape == (0, len(view.feature_names_))


def test_an_absent_column_counts_as_missing_and_is_named():
    view, matrix = seen(MIXED, {"old": [True]})
    assert view.absent(pl.DataFrame({"old": [True]})) == ["amount", "colour", "text", "at"]
    nulls = {name: [None] for name in MIXED}
    assert np.array_equal(matrix, seen(MIXED, {**nulls, "old": [True]})[1])


def test_a_column_never_seen_is_ignored():
    assert np.array_equal(seen(MIXED)[1], seen(MIXED, {**MIXED, "new": [1, 2, 3, 4]})[1])


def test_the_order_of_columns_makes_no_difference():
    assert np.array_equal(seen(MIXED)[1], seen(MIXED, dict(reversed(MIXED.items())))[1])


def test_another_type_is_cast_where_it_can_be():
    text = {"amount": ["1.5", "2.5", None, "9.5"], "old": ["True", "False", "True", "True"]}
    assert np.array_equal(seen(MIXED)[1], seen(MIXED, {**MIXED, **text})[1])


def test_each_row_is_seen_alone():
    rows = pl.DataFrame(MIXED)
    view, matrix = seen(MIXED)
    alone = [view.transform(rows[place : place + 1]) for place in range(4)]
    dense = [row.toarray() if sparse.issparse(row) else row for row in alone]
    assert np.vstack(dense) == pytest.approx(matrix)


def test_many_words_make_a_sparse_matrix_and_a_few_numbers_a_dense_one():
    words = np.random.default_rng(0).choice(list("abcdefghijklmnopqrstuvwxyz"), (60, 9, 4))
    texts = pl.DataFrame({"text": [" ".join("".join(word) for word in text) for text in words]})
    assert sparse.issparse(TableView(latent=0).fit(texts).transform(texts))
    numbers = pl.DataFrame({"x": [1.0, 2.0, 3.0]})
    assert isinstance(TableView().fit(numbers).transform(numbers), np.ndarray)


def test_two_fits_are_equal():
    assert np.array_equal(seen(MIXED)[1], seen(MIXED)[1])


def test_it_follows_the_contract_of_an_estimator():
    view = TableView(latent=7)
    assert clone(view).get_params() == {"latent": 7}
    assert view.fit(pl.DataFrame(MIXED)) is view


def test_it_survives_pickling():
    view, matrix = seen(MIXED)
    again = pickle.loads(pickle.dumps(view)).transform(pl.DataFrame(MIXED))
    assert np.array_equal(again, matrix)


def test_many_rows_are_fitted_by_every_so_many_of_them(monkeypatch):
    monkeypatch.setattr("payoff.views.table.MOST_ROWS", 10)
    view, matrix = seen({"x": list(range(100))})
    assert matrix.shape == (100, 1)
    assert len(view.transformer_.named_transformers_["numbers"].scales_["x"].known) == 10


CELLS = st.none() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5) | st.booleans()


@settings(max_examples=40)
@given(st.lists(CELLS, min_size=1, max_size=8), st.lists(CELLS, max_size=4))
def test_whatever_the_values_the_shape_is_that_of_the_names_and_all_is_finite(known, new):
    view, matrix = seen({"x": known}, {"x": new})
    assert matrix.shape == (len(new), len(view.feature_names_))
    assert np.isfinite(matrix).all()
