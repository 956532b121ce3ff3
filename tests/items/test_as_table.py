"""Anything that holds rows becomes a polars table."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import TableError, UnreadableFile
from payoff.items import as_table

ROWS = {"item": ["a", "b"], "links": [0, 3]}


def test_a_dict_of_lists_is_a_table():
    assert as_table(ROWS).to_dict(as_series=False) == ROWS


def test_rows_that_are_dicts_are_a_table():
    assert as_table([{"item": "a", "links": 0}, {"item": "b", "links": 3}]).to_dict(as_series=False) == ROWS


def test_a_key_that_a_row_lacks_is_missing_there():
    assert as_table([{"item": "a"}, {"item": "b", "links": 3}])["links"].to_list() == [None, 3]


def test_no_rows_in_a_list_are_an_empty_table():
    assert as_table([]).shape == (0, 0)


def test_a_polars_table_comes_back_as_it_is():
    table = pl.DataFrame(ROWS)
    assert as_table(table).equals(table)


def test_a_lazy_polars_table_is_collected():
    assert as_table(pl.LazyFrame(ROWS)).to_dict(as_series=False) == ROWS


def test_pandas_goes_in_with_missing_values_of_every_type():
    table = pd.DataFrame(
        {
            "text": ["a", None],
            "share": [0.5, None],
            "seen": [True, False],
            "at": pd.to_datetime(["2026-01-02", None]),
            "kind": pd.Categorical(["x", "y"]),
            "count": pd.array([1, None], dtype="Int64"),
        }
    )
    assert as_table(table).rows() == [
        ("a", 0.5, True, dt.datetime(2026, 1, 2), "x", 1),
        (None, None, False, None, "y", None),
    ]


def test_column_names_of_pandas_that_are_numbers_become_text():
    assert as_table(pd.DataFrame([[1, 2]])).columns == ["0", "1"]


def test_a_pandas_table_with_a_column_twice_is_refused():
    with pytest.raises(TableError, match="'a' occurs more than once"):
        as_table(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_numbers_beside_words_become_words():
    assert as_table({"code": [1, "x", None]})["code"].to_list() == ["1", "x", None]


def test_nan_is_missing():
    assert as_table({"share": [0.5, float("nan")]})["share"].to_list() == [0.5, None]


def test_columns_of_unequal_length_are_refused_with_their_lengths():
    with pytest.raises(TableError, match=r"\{'a': 2, 'b': 1\}"):
        as_table({"a": [1, 2], "b": [1]})


@pytest.mark.parametrize("wrong", [42, None, [1, 2], b"bytes", ["item"]])
def test_what_is_no_table_is_refused(wrong):
    with pytest.raises(TableError):
        as_table(wrong)


def test_parquet_comes_back_as_it_was_written(tmp_path):
    pl.DataFrame(ROWS).write_parquet(tmp_path / "items.parquet")
    assert as_table(str(tmp_path / "items.parquet")).to_dict(as_series=False) == ROWS


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    path = tmp_path / "items.parquet"
    path.write_text("item,links\n")
    with pytest.raises(UnreadableFile, match="not readable as Parquet"):
        as_table(path)


def test_a_parquet_file_without_rows_is_refused(tmp_path):
    pl.DataFrame(ROWS).clear().write_parquet(tmp_path / "items.parquet")
    with pytest.raises(UnreadableFile, match="no rows"):
        as_table(tmp_path / "items.parquet")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match=r"nowhere\.csv: there is no such file"):
        as_table(tmp_path / "nowhere.csv")


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "items.csv").mkdir()
    with pytest.raises(UnreadableFile, match="this is a folder"):
        as_table(tmp_path / "items.csv")


@pytest.mark.parametrize("name", ["items.xlsx", "items", "items.gz"])
def test_a_suffix_that_is_not_read_is_refused_with_those_that_are(name):
    with pytest.raises(UnreadableFile, match=r"'\.csv'"):
        as_table(Path(name))


@given(st.lists(st.integers(-(2**40), 2**40) | st.none(), min_size=1))
def test_whole_numbers_survive_every_way_in(values):
    expected = pl.Series("x", values, dtype=pl.Int64).to_list()
    assert as_table({"x": values})["x"].to_list() == expected
    assert as_table([{"x": value} for value in values])["x"].to_list() == expected
