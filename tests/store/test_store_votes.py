"""Votes: told once however often they are given, in order, all of a table or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from payoff.errors import VoteError
from payoff.store import Store

MORNING = datetime(2025, 1, 31, 9, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store(None, now=lambda: MORNING) as store:
        yield store


def table(**columns: Sequence[object] | pl.Series) -> pl.DataFrame:
    """Votes of one crowd on the items given, `ham` unless told otherwise."""
    n = len(columns["item"])
    return pl.DataFrame({"source": ["crowd"] * n, "label": ["ham"] * n, **columns})


# --- what is told ----------------------------------------------------------------------------------------------------


def test_a_vote_comes_back_as_it_was_told(store: Store) -> None:
    store.add_votes(
        pl.DataFrame(
            {"id": ["v1"], "item": ["7"], "source": ["crowd"], "voter": ["ann"], "label": ["spam"]}
            | {"purpose": ["audit"], "at": ["2025-01-30T08:00:00"], "seconds": [2.5]}
        )
    )
    told = "2025-01-31T09:00:00.000000+00:00"
    assert store.votes().rows() == [(1, "v1", "7", "crowd", "ann", "spam", "audit", "2025-01-30T08:00:00", 2.5, told)]


def test_a_voter_left_out_is_the_source(store: Store) -> None:
    store.add_votes(table(item=["1", "2"], voter=["ann", None]))
    assert store.votes()["voter"].to_list() == ["ann", "crowd"]


def test_a_purpose_left_out_is_to_learn(store: Store) -> None:
    store.add_votes(table(item=["1", "2"], purpose=["audit", None]))
    assert store.votes()["purpose"].to_list() == ["audit", "learn"]


def test_a_time_and_a_duration_may_be_absent(store: Store) -> None:
    store.add_votes(table(item=["1"]))
    assert store.votes().select("at", "seconds").row(0) == (None, None)


def test_a_duration_that_is_not_a_number_is_absent(store: Store) -> None:
    store.add_votes(table(item=["1"], seconds=[float("nan")]))
    assert store.votes()["seconds"].to_list() == [None]


def test_columns_the_store_does_not_know_are_left_behind(store: Store) -> None:
    store.add_votes(table(item=["1"], mood=["good"]))
    assert "mood" not in store.votes().columns


def test_the_store_says_itself_when_a_vote_was_told(store: Store) -> None:
    store.add_votes(table(item=["1"], told=["yesterday"], seq=[99]))
    assert store.votes().select("seq", "told").row(0) == (1, "2025-01-31T09:00:00.000000+00:00")


def test_items_and_labels_are_told_by_their_names(store: Store) -> None:
    store.add_votes(table(item=[1.0, 2.0], label=[True, False]))
    assert store.votes().select("item", "label").rows() == [("1", "True"), ("2", "False")]


def test_one_moment_reads_alike_from_every_zone(store: Store) -> None:
    in_paris = MORNING.astimezone(timezone(timedelta(hours=1)))
    store.add_votes(table(item=["1"], at=[MORNING]))
    assert store.add_votes(table(item=["1"], at=pl.Series([in_paris]).dt.convert_time_zone("Europe/Paris"))) == 0
    assert store.votes()["at"].to_list() == ["2025-01-31T09:00:00.000000+00:00"]


def test_a_moment_without_a_zone_is_kept_without_one(store: Store) -> None:
    store.add_votes(table(item=["1"], at=[datetime(2025, 1, 31, 9, 0, 0, 5)]))
    assert store.votes()["at"].to_list() == ["2025-01-31T09:00:00.000005"]


# --- order -----------------------------------------------------------------------------------------------------------


def test_votes_come_back_in_the_order_of_telling(store: Store) -> None:
    store.add_votes(table(item=["b", "a"]))
    store.add_votes(table(item=["c"]))
    assert store.votes()["item"].to_list() == ["b", "a", "c"]


def test_more_votes_than_one_block_come_back_in_order(store: Store) -> None:
    items = [str(number) for number in range(2_500)]
    assert store.add_votes(table(item=items)) == 2_500
    assert store.votes()["item"].to_list() == items


def test_votes_after_one_are_those_told_later(store: Store) -> None:
    store.add_votes(table(item=["1", "2"]))
    last = store.votes()["seq"][-1]
    store.add_votes(table(item=["2", "3"]))
    assert store.votes(after=last)["item"].to_list() == ["3"]


def test_a_store_without_votes_gives_an_empty_table_of_the_same_columns_and_types(store: Store) -> None:
    empty = store.votes()
    store.add_votes(table(item=["1"]))
    assert_frame_equal(empty, store.votes().clear())


# --- told twice ------------------------------------------------------------------------------------------------------


def test_telling_the_same_table_again_adds_nothing(store: Store) -> None:
    votes = table(item=["1", "2"])
    assert (store.add_votes(votes), store.add_votes(votes)) == (2, 0)
    assert store.votes().height == 2


def test_rows_alike_in_one_table_are_one_vote(store: Store) -> None:
    assert store.add_votes(table(item=["1", "1", "2"])) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [("item", "2"), ("source", "staff"), ("voter", "bob"), ("label", "spam"), ("purpose", "audit"), ("at", "12:00")],
)
def test_votes_that_differ_in_what_makes_them_alike_are_two(store: Store, column: str, value: str) -> None:
    vote = table(item=["1"], voter=["ann"], purpose=["learn"], at=["11:00"])
    assert store.add_votes(pl.concat([vote, vote.with_columns(pl.lit(value).alias(column))])) == 2


def test_a_longer_look_does_not_make_another_vote(store: Store) -> None:
    assert store.add_votes(table(item=["1", "1"], seconds=[2.0, 3.0])) == 1


def test_an_id_makes_two_votes_of_rows_alike(store: Store) -> None:
    assert store.add_votes(table(item=["1", "1"], id=["first", "second"])) == 2


def test_an_id_that_is_there_already_is_passed_over_and_the_first_vote_stands(store: Store) -> None:
    store.add_votes(table(item=["1"], id=["v1"]))
    assert store.add_votes(table(item=["1", "2"], label=["spam", "spam"], id=["v1", "v2"])) == 1
    assert store.votes()["label"].to_list() == ["ham", "spam"]


def test_ids_may_be_given_for_some_votes_only(store: Store) -> None:
    votes = table(item=["1", "2", "2"], id=["v1", None, None])
    assert store.add_votes(votes) == 2
    assert store.votes()["id"][0] == "v1"


parts = st.lists(st.text("1:-a", max_size=3), min_size=3, max_size=3)


@given(parts, parts)
def test_only_votes_alike_in_every_part_are_one_vote(first: list[str], second: list[str]) -> None:
    votes = pl.DataFrame([first, second], schema=["item", "source", "label"], orient="row")
    with Store(None) as store:
        assert store.add_votes(votes) == len({tuple(first), tuple(second)})


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["ham", "spam"])), max_size=12), st.data())
def test_how_votes_are_cut_into_tables_does_not_matter(votes: list[tuple[str, str]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(votes)))
    with Store(None) as store:
        new = sum(
            store.add_votes(table(item=[item for item, _ in part], label=[label for _, label in part]))
            for part in (votes[:cut], votes[cut:], votes)
        )
        told = store.votes().select("item", "label").rows()
    assert new == len(told)
    assert told == list(dict.fromkeys(votes))


# --- refused ---------------------------------------------------------------------------------------------------------


def test_a_table_without_rows_tells_nothing_whatever_its_columns(store: Store) -> None:
    assert store.add_votes(pl.DataFrame()) == 0


@pytest.mark.parametrize("column", ["item", "source", "label"])
def test_votes_without_a_needed_column_are_refused(store: Store, column: str) -> None:
    with pytest.raises(VoteError, match=f"votes without the column '{column}'"):
        store.add_votes(table(item=["1"]).drop(column))


@pytest.mark.parametrize("gap", [None, float("nan")])
def test_votes_with_a_gap_are_refused_whole(store: Store, gap: float | None) -> None:
    with pytest.raises(VoteError, match="votes without 'item' in 1 of 2 rows"):
        store.add_votes(table(item=[1.0, gap]))
    assert store.votes().is_empty()
