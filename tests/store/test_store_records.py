"""Requests and records: kept in order, given back as they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import StoreError, VoteError
from payoff.store import Store, pack, unpack

MORNING = datetime(2025, 1, 31, 9, tzinfo=UTC)
ASKED = "2025-01-31T09:00:00.000000+00:00"


@pytest.fixture
def store() -> Iterator[Store]:
    with Store(None, now=lambda: MORNING) as store:
        yield store


def requests(items: list[str], **columns: Sequence[object]) -> pl.DataFrame:
    n = len(items)
    request = {"round": [1] * n, "item": items, "source": ["experts"] * n, "purpose": ["learn"] * n, "price": [0.6] * n}
    return pl.DataFrame({**request, **columns})


# --- requests --------------------------------------------------------------------------------------------------------


def test_a_request_comes_back_as_it_was_added(store: Store) -> None:
    assert store.add_requests(requests(["7"], worth=[1.25])) == 1
    assert store.requests().rows() == [(1, 1, "7", "experts", "learn", 0.6, 1.25, ASKED)]


def test_what_a_vote_is_worth_may_be_unknown(store: Store) -> None:
    store.add_requests(requests(["7"]))
    assert store.requests()["worth"].to_list() == [None]


def test_a_crowd_may_be_asked_twice_for_one_item(store: Store) -> None:
    assert store.add_requests(requests(["7", "7"])) == 2


def test_requests_after_one_are_those_made_later(store: Store) -> None:
    store.add_requests(requests(["1", "2"]))
    store.add_requests(requests(["3"]))
    assert store.requests(after=2)["item"].to_list() == ["3"]


def test_no_requests_are_an_empty_table_with_columns(store: Store) -> None:
    assert store.add_requests(pl.DataFrame()) == 0
    assert store.requests().columns == ["seq", "round", "item", "source", "purpose", "price", "worth", "asked"]


@pytest.mark.parametrize("column", ["round", "item", "source", "purpose", "price"])
def test_requests_without_a_needed_column_are_refused(store: Store, column: str) -> None:
    with pytest.raises(VoteError, match=f"requests without the column '{column}'"):
        store.add_requests(requests(["1"]).drop(column))


def test_a_request_without_a_price_is_refused(store: Store) -> None:
    with pytest.raises(VoteError, match="requests without 'price' in 1 of 2 rows"):
        store.add_requests(requests(["1", "2"], price=[0.6, None]))


# --- records ---------------------------------------------------------------------------------------------------------


def test_records_of_a_kind_come_back_in_order_with_their_number_and_time(store: Store) -> None:
    store.add_record("trial", {"name": "linear"})
    store.add_record("look", {"p": 0.5})
    store.add_record("trial", {"name": "trees"})
    assert store.records("trial") == [
        {"name": "linear", "seq": 1, "at": ASKED},
        {"name": "trees", "seq": 3, "at": ASKED},
    ]


def test_the_last_record_of_a_kind_is_the_latest(store: Store) -> None:
    store.add_record("trial", {"name": "linear"})
    store.add_record("trial", {"name": "trees"})
    store.add_record("look", {})
    last = store.last("trial")
    assert last is not None
    assert last["name"] == "trees"


def test_of_a_kind_never_recorded_there_is_nothing(store: Store) -> None:
    assert store.records("trial") == []
    assert store.last("trial") is None


def test_a_record_is_numbered_as_add_record_said(store: Store) -> None:
    seq = store.add_record("look", {})
    assert store.records("look")[0]["seq"] == seq


def test_a_time_with_a_zone_is_kept_in_utc() -> None:
    from_paris = datetime.fromisoformat("2025-01-31T10:00:00+01:00")
    with Store(None, now=lambda: from_paris) as store:
        store.add_record("look", {})
        assert store.records("look")[0]["at"] == ASKED


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text('aé\n"\\'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("bcd", min_size=1), plain, max_size=4))
def test_a_record_comes_back_as_it_was_added(body: dict[str, object]) -> None:
    with Store(None, now=lambda: MORNING) as store:
        seq = store.add_record("any", body)
        assert store.last("any") == {**body, "seq": seq, "at": ASKED}


def test_numbers_of_numpy_are_kept_as_plain_ones(store: Store) -> None:
    store.add_record("look", {"n": np.int64(3), "p": np.float32(0.5), "kept": np.bool_(True)})
    body = store.last("look")
    assert body is not None
    assert (body["n"], body["p"], body["kept"]) == (3, 0.5, True)


@pytest.mark.parametrize("absent", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_refused(store: Store, absent: float) -> None:
    with pytest.raises(StoreError, match="a record 'look' cannot be written"):
        store.add_record("look", {"p": absent})
    assert store.records("look") == []


def test_what_json_cannot_hold_is_refused_with_its_value(store: Store) -> None:
    with pytest.raises(StoreError, match=r"array\(\[0., 0.\]\) is a ndarray(.|\n)*pack\(\)"):
        store.add_record("look", {"p": np.zeros(2)})


@pytest.mark.parametrize("name", ["seq", "at"])
def test_a_record_may_not_say_its_own_number_or_time(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match=f"a record 'look' has an entry '{name}'"):
        store.add_record("look", {name: 1})


# --- arrays in records -----------------------------------------------------------------------------------------------


@given(st.lists(st.floats(allow_nan=False)))
def test_packed_floats_come_back_to_the_last_bit(values: list[float]) -> None:
    assert unpack(pack(np.array(values))).tobytes() == np.array(values, dtype=np.float64).tobytes()


def test_a_packed_array_fits_in_a_record(store: Store) -> None:
    store.add_record("draw", {"probabilities": pack(np.array([0.25, 1 / 3]))})
    body = store.last("draw")
    assert body is not None
    assert unpack(body["probabilities"]).tolist() == [0.25, 1 / 3]


def test_an_unpacked_array_can_be_written_to() -> None:
    values = unpack(pack(np.zeros(2)))
    values[0] = 1
    assert values.tolist() == [1, 0]


def test_every_other_value_of_an_array_is_packed_as_it_reads() -> None:
    assert unpack(pack(np.arange(6.0)[::2])).tolist() == [0, 2, 4]
