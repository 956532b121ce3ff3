"""What kind of column a column is, and its values as names."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.items import kind_of, text_of, why_no_feature

CODES = [f"a{number}" for number in range(30)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([-1, 0, 1, 0, 1, -1], "category"),
        ([1.0, 0.0, None, 1.0, 0.0], "category"),
        ([0.5, 0.7, 0.5, 0.7], "number"),
        ([1, 2, 3, 4], "number"),
        (list(range(11)) * 5, "number"),
        ([True, False, None], "category"),
        ([dt.date(2026, 1, 1)], "time"),
        ([dt.datetime(2026, 1, 1, 10)], "time"),
        ([dt.timedelta(days=1)], "number"),
        (["red", "blue", "red"], "category"),
        (["what a great song", "check out my channel"], "text"),
        (["what a great song"] * 4 + ["check out my channel"], "category"),
        (["これはとてもいい歌です", "私のチャンネルを見て"], "text"),
        (CODES, "identifier"),
        (CODES[:20], "category"),
        (CODES + CODES[:10], "category"),
        ([f"{code} street" for code in CODES], "category"),
        ([[1, 2], [3]], "identifier"),
        ([b"x"], "identifier"),
        ([None, None], "category"),
        ([], "category"),
    ],
)
def test_the_kind_of_a_column(values, kind):
    assert kind_of(pl.Series(values)) == kind


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([1, 0, None], ["1", "0", None]),
        ([1.0, -2.0, 0.5], ["1", "-2", "0.5"]),
        ([float("nan"), float("inf")], [None, "inf"]),
        ([True, False, None], ["True", "False", None]),
        (["spam", "1.0", ""], ["spam", "1.0", ""]),
        ([dt.date(2026, 1, 2)], ["2026-01-02"]),
        ([None], [None]),
        ([[1, 2], None], ["[1, 2]", None]),
    ],
)
def test_values_as_names(values, names):
    assert text_of(pl.Series(values)).to_list() == names


def test_categories_and_decimals_have_the_names_of_their_values():
    assert text_of(pl.Series(["a", None], dtype=pl.Categorical)).to_list() == ["a", None]
    assert text_of(pl.Series(["1.00", "2.50"]).cast(pl.Decimal(10, 2))).to_list() == ["1", "2.5"]


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_a_whole_float_has_the_name_of_its_integer(number):
    assert text_of(pl.Series([float(number)]))[0] == text_of(pl.Series([number]))[0]


@given(st.lists(st.none() | st.floats() | st.integers() | st.text() | st.booleans()))
def test_names_keep_their_places(values):
    series = pl.Series("x", values, strict=False)
    assert (text_of(series).name, len(text_of(series)), text_of(series).dtype) == ("x", len(values), pl.String)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([None, None], "no value at all"),
        (["a", "a"], "the same value everywhere"),
        (CODES, "an identifier, different nearly everywhere"),
        ([[1], [2]], "lists or bytes"),
        (["a", None], None),
        (["a"], None),
        ([1, 2], None),
    ],
)
def test_why_a_column_is_no_feature(values, reason):
    assert why_no_feature(pl.Series(values)) == reason
