"""The long table of votes: what goes in, what is in force, what it covers, where it disagrees."""

from __future__ import annotations

import datetime

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import IncompleteVote, MissingVoteColumns, VoteError
from payoff.votes import agreement, as_votes, column_of, coverage, disputes, in_force, krippendorff, wide


def votes_of(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Votes from (item, voter, label), all of one source."""
    return as_votes([{"item": i, "source": "crowd", "voter": v, "label": label} for i, v, label in rows])


def test_ids_and_labels_become_text_and_a_whole_float_reads_as_its_integer() -> None:
    votes = as_votes({"item": [7.0, 8.0], "source": ["r", "r"], "voter": [1, 2], "label": [1.0, 0.0]})
    assert votes.rows() == [("7", "r", "1", "1"), ("8", "r", "2", "0")]


def test_labels_that_are_booleans_read_true_and_false() -> None:
    assert as_votes({"item": [1], "source": ["r"], "label": [True]})["label"].to_list() == ["True"]


def test_without_a_voter_the_source_is_the_voter() -> None:
    assert as_votes({"item": ["a"], "source": ["ann"], "label": ["x"]})["voter"].to_list() == ["ann"]


def test_a_null_voter_is_the_source_too() -> None:
    votes = as_votes({"item": ["a", "b"], "source": ["r", "r"], "voter": ["x", None], "label": ["x", "y"]})
    assert votes["voter"].to_list() == ["x", "r"]


def test_further_columns_stay_as_they_are_behind_the_four() -> None:
    at = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
    votes = as_votes({"at": [at], "label": ["x"], "source": ["r"], "item": [1]})
    assert votes.columns == ["item", "source", "voter", "label", "at"]
    assert votes["at"].to_list() == [at]


def test_a_pandas_table_is_a_table() -> None:
    votes = as_votes(pd.DataFrame({"item": [1], "source": ["r"], "label": ["x"]}))
    assert votes.rows() == [("1", "r", "r", "x")]


def test_a_vote_without_a_label_is_refused_quoting_its_row() -> None:
    with pytest.raises(IncompleteVote, match=r"row 2 of the votes has no label: \{'item': 'b'"):
        as_votes({"item": ["a", "b"], "source": ["r", "r"], "label": ["x", None]})


def test_a_missing_column_is_named_beside_those_there_are() -> None:
    with pytest.raises(MissingVoteColumns, match="no column 'source'; its columns are 'item', 'label'"):
        as_votes({"item": ["a"], "label": ["x"]})


def test_every_refusal_of_votes_is_one_family() -> None:
    assert issubclass(IncompleteVote, VoteError)
    assert issubclass(MissingVoteColumns, VoteError)


def test_the_last_vote_of_a_voter_on_an_item_is_in_force() -> None:
    votes = votes_of(("a", "ann", "x"), ("a", "bob", "x"), ("a", "ann", "y"))
    assert in_force(votes).select("voter", "label").rows() == [("bob", "x"), ("ann", "y")]


def test_one_name_in_two_sources_is_two_voters() -> None:
    votes = as_votes({"item": ["a", "a"], "source": ["r", "s"], "voter": ["x", "x"], "label": ["p", "q"]})
    assert len(in_force(votes)) == 2


def test_wide_has_a_row_for_each_item_asked_for_and_null_where_a_voter_is_silent() -> None:
    votes = votes_of(("a", "ann", "x"), ("b", "bob", "y"))
    assert wide(votes, ["b", "c", "a"]).to_dict(as_series=False) == {
        "crowd/ann": [None, None, "x"],
        "crowd/bob": ["y", None, None],
    }


def test_wide_keeps_an_item_asked_for_twice_twice() -> None:
    assert wide(votes_of(("a", "ann", "x")), ["a", "a"])["crowd/ann"].to_list() == ["x", "x"]


def test_wide_of_no_votes_has_no_columns() -> None:
    assert wide(votes_of(("a", "ann", "x")).clear(), ["a"]).width == 0


def test_wide_shows_the_vote_in_force() -> None:
    votes = votes_of(("a", "ann", "x"), ("a", "ann", "y"))
    assert wide(votes, ["a"])["crowd/ann"].to_list() == ["y"]


@given(st.lists(st.tuples(st.text("/\\a"), st.text("/\\a")), min_size=2, max_size=2, unique=True))
def test_two_voters_never_share_a_column(pair: list[tuple[str, str]]) -> None:
    assert column_of(*pair[0]) != column_of(*pair[1])


def test_coverage_counts_items_once_however_often_a_voter_voted() -> None:
    votes = votes_of(("a", "ann", "x"), ("a", "ann", "y"), ("b", "ann", "x"), ("a", "bob", "x"))
    assert coverage(votes, items=8).rows() == [("crowd", "ann", 3, 2, 2 / 8), ("crowd", "bob", 1, 1, 1 / 8)]


def test_coverage_without_a_number_of_items_is_of_those_with_a_vote() -> None:
    votes = votes_of(("a", "ann", "x"), ("b", "bob", "x"))
    assert coverage(votes)["share"].to_list() == [1 / 2, 1 / 2]


def test_agreement_is_counted_on_the_items_both_voted_on() -> None:
    votes = votes_of(*[(i, "ann", "x") for i in "abc"], ("a", "bob", "x"), ("b", "bob", "y"), ("z", "bob", "x"))
    assert agreement(votes).rows() == [("crowd", "ann", "crowd", "bob", 2, 1 / 2)]


def test_voters_who_never_met_are_in_no_pair() -> None:
    assert agreement(votes_of(("a", "ann", "x"), ("b", "bob", "x"))).is_empty()


def test_alpha_of_a_published_table() -> None:
    # Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section C: four observers, nominal, 0.743
    rows = {
        "A": "1 2 3 3 2 1 4 1 2 . . .",
        "B": "1 2 3 3 2 2 4 1 2 5 . 3",
        "C": ". 3 3 3 2 3 4 2 2 5 1 .",
        "D": "1 2 3 3 2 4 4 1 2 5 1 .",
    }
    votes = votes_of(*[(str(i), v, x) for v, row in rows.items() for i, x in enumerate(row.split()) if x != "."])
    assert krippendorff(votes) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_two_voters_by_hand() -> None:
    votes = votes_of(("a", "ann", "x"), ("a", "bob", "x"), ("b", "ann", "x"), ("b", "bob", "y"))
    assert krippendorff(votes) == pytest.approx(1 - (4 - 1) * 2 / (4 * 4 - 3 * 3 - 1 * 1))


def test_alpha_is_unknown_where_no_item_has_two_votes() -> None:
    assert krippendorff(votes_of(("a", "ann", "x"), ("b", "bob", "y"))) is None


def test_alpha_is_unknown_where_only_one_label_was_given() -> None:
    assert krippendorff(votes_of(("a", "ann", "x"), ("a", "bob", "x"))) is None


def test_disputes_list_the_most_disputed_item_first() -> None:
    votes = votes_of(
        *[("a", v, "x") for v in "123"],
        ("a", "4", "y"),
        ("b", "1", "x"),
        ("b", "2", "y"),
        ("c", "1", "x"),
        ("c", "2", "x"),
    )
    assert disputes(votes).rows() == [("b", 2, 2, "x", 1 / 2), ("a", 4, 2, "x", 3 / 4)]


def test_a_voter_who_changed_their_mind_is_no_dispute() -> None:
    assert disputes(votes_of(("a", "ann", "x"), ("a", "ann", "y"))).is_empty()


labels = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("pqr"), st.sampled_from("xyz")), min_size=1)


@given(labels, st.permutations("xyz"))
def test_renaming_labels_changes_neither_alpha_nor_agreement(
    rows: list[tuple[str, str, str]], names: list[str]
) -> None:
    renamed = [(item, voter, dict(zip("xyz", names, strict=True))[label]) for item, voter, label in rows]
    first, second = votes_of(*rows), votes_of(*renamed)
    assert krippendorff(first) == (None if krippendorff(second) is None else pytest.approx(krippendorff(second)))
    assert agreement(first).rows() == agreement(second).rows()


@given(labels)
def test_coverage_adds_up_to_all_votes(rows: list[tuple[str, str, str]]) -> None:
    votes = votes_of(*rows)
    assert coverage(votes)["votes"].sum() == len(rows)
    assert coverage(votes)["items"].sum() == len(in_force(votes))
