"""Votes in a column: today's system, a proxy, somebody's model."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import NotAnOutcome, SourceError
from payoff.sources.system import votes_from_column

IDS = pl.Series(["a", "b", "c"])


def test_a_column_votes_where_it_holds_an_outcome() -> None:
    table = pl.DataFrame({"old": ["spam", None, "ham"]})
    votes = votes_from_column(table, "old", IDS, ["ham", "spam"], source="filter")
    assert votes.columns == ["item", "source", "voter", "label"]
    assert votes.rows() == [("a", "filter", "filter", "spam"), ("c", "filter", "filter", "ham")]


def test_without_a_source_the_column_gives_its_name() -> None:
    votes = votes_from_column(pl.DataFrame({"old": ["ham"] * 3}), "old", IDS, ["ham"])
    assert votes.select("source", "voter").unique().rows() == [("old", "old")]


def test_a_column_that_is_silent_everywhere_gives_no_votes() -> None:
    votes = votes_from_column(pl.DataFrame({"old": [None] * 3}), "old", IDS, ["ham"])
    assert votes.is_empty()
    assert votes.columns == ["item", "source", "voter", "label"]


@pytest.mark.parametrize(
    ("values", "labels"),
    [([1, None, 0], ["1", "0"]), ([1.0, None, 0.0], ["1", "0"]), ([1.0, float("nan"), 0.0], ["1", "0"])],
)
def test_whole_numbers_name_outcomes(values: list[float], labels: list[str]) -> None:
    votes = votes_from_column(pl.DataFrame({"old": values}), "old", IDS, ["0", "1"])
    assert votes["label"].to_list() == labels


def test_booleans_name_outcomes() -> None:
    votes = votes_from_column(pl.DataFrame({"old": [True, None, False]}), "old", IDS, ["False", "True"])
    assert votes["label"].to_list() == ["True", "False"]


def test_ids_that_are_numbers_become_text() -> None:
    votes = votes_from_column(pl.DataFrame({"old": ["ham"] * 3}), "old", pl.Series([10, 11, 12]), ["ham"])
    assert votes["item"].to_list() == ["10", "11", "12"]


def test_a_table_without_rows_gives_no_votes() -> None:
    table = pl.DataFrame({"old": []}, schema={"old": pl.String})
    assert votes_from_column(table, "old", pl.Series([], dtype=pl.String), ["ham"]).is_empty()


def test_a_value_that_is_no_outcome_is_refused_with_how_often_it_is_there() -> None:
    table = pl.DataFrame({"old": ["spma", "ham", "spma"]})
    with pytest.raises(NotAnOutcome, match=r"2 votes of 'filter' say 'spma'(.|\n)*one of 'ham', 'spam'"):
        votes_from_column(table, "old", IDS, ["ham", "spam"], source="filter")


def test_of_several_strange_values_the_commonest_is_named() -> None:
    table = pl.DataFrame({"old": ["a", "b", "b"]})
    with pytest.raises(NotAnOutcome, match="2 votes of 'old' say 'b'"):
        votes_from_column(table, "old", IDS, ["ham"])


def test_a_single_strange_value_is_told_in_the_singular() -> None:
    with pytest.raises(NotAnOutcome, match="1 vote of 'old' says 'b'"):
        votes_from_column(pl.DataFrame({"old": ["ham", "b", None]}), "old", IDS, ["ham"])


def test_a_column_that_is_not_there_is_refused_with_the_nearest_one() -> None:
    table = pl.DataFrame({"filter_says": ["ham"] * 3})
    with pytest.raises(SourceError, match=r"by the column 'filter_say', which is not there(.|\n)*'filter_says'\?"):
        votes_from_column(table, "filter_say", IDS, ["ham"])


def test_a_column_like_no_other_is_refused_with_those_there_are() -> None:
    with pytest.raises(SourceError, match=r"expected: 'text'(.|\n)*Name a column"):
        votes_from_column(pl.DataFrame({"text": ["x"] * 3}), "zzz", IDS, ["ham"])


@given(st.lists(st.sampled_from(["ham", "spam", None]), max_size=20))
def test_there_is_one_vote_for_each_value(values: list[str | None]) -> None:
    ids = pl.Series([str(number) for number in range(len(values))], dtype=pl.String)
    votes = votes_from_column(pl.DataFrame({"old": values}, schema={"old": pl.String}), "old", ids, ["ham", "spam"])
    expected = [(item, value) for item, value in zip(ids, values, strict=True) if value is not None]
    assert votes.select("item", "label").rows() == expected
