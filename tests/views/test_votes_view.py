"""Votes of always-on sources as columns."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from payoff.views import VotesView
from payoff.views.matrices import side_by_side

VOTES = pl.DataFrame({"rules/link": ["spam", None, None], "filter/filter": ["ham", "spam", None]})


def test_each_voter_has_a_column_for_each_of_its_labels():
    view = VotesView().fit(VOTES)
    assert view.columns_ == [("rules/link", "spam"), ("filter/filter", "ham"), ("filter/filter", "spam")]
    assert view.feature_names_ == ["rules/link=spam", "filter/filter=ham", "filter/filter=spam"]


def test_silence_is_zero_everywhere():
    assert VotesView().fit(VOTES).transform(VOTES).toarray().tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 0]]


def test_given_outcomes_have_a_column_whether_voted_or_not():
    assert VotesView(outcomes=["ham", "spam"]).fit(VOTES).transform(VOTES).shape == (3, 2 * 2)


def test_unknown_voters_and_labels_are_ignored_and_absent_voters_silent():
    view = VotesView().fit(VOTES)
    new = pl.DataFrame({"filter/filter": ["phish", "ham"], "stranger": ["spam", "spam"]})
    assert view.transform(new).toarray().tolist() == [[0, 0, 0], [0, 1, 0]]


def test_labels_are_matched_by_name():
    view = VotesView().fit(pl.DataFrame({"a": [1, 0]}))
    assert view.transform(pl.DataFrame({"a": [1.0]})).toarray().tolist() == [[0, 1]]


def test_a_voter_that_never_spoke_has_no_column():
    assert VotesView().fit(pl.DataFrame({"a": [None, None]})).feature_names_ == []


def test_no_voters_and_no_rows_make_empty_matrices():
    assert VotesView().fit(pl.DataFrame()).transform(VOTES).shape == (3, 0)
    assert VotesView().fit(VOTES).transform(VOTES.clear()).shape == (0, 3)


@given(st.lists(st.sampled_from(["ham", "spam", None]), min_size=1))
def test_an_item_has_one_one_for_each_voter_that_spoke(labels):
    votes = pl.DataFrame({"a": pl.Series(labels, dtype=pl.String)})
    matrix = VotesView().fit(votes).transform(votes)
    assert matrix.dtype == np.float64
    assert matrix.sum(axis=1).tolist() == [int(label is not None) for label in labels]


@pytest.mark.parametrize("right", [np.zeros((2, 3)), sparse.csr_array((2, 3))])
def test_matrices_go_side_by_side_dense_or_sparse(right):
    joined = side_by_side(np.ones((2, 1)), right)
    assert joined.shape == (2, 4)
    assert sparse.issparse(joined) == sparse.issparse(right)
