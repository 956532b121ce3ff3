"""Odd tables of votes: behaviour that is defined, or an error that says what was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.aggregate import DawidSkene, LabelModel, MajorityVote
from payoff.errors import (
    ConflictingGold,
    IncompleteVote,
    MissingVoteColumns,
    NoSuchOutcome,
    NoVotes,
    PayoffError,
    ReservedOutcome,
    TableError,
    UnknownKind,
    UnreadableFile,
    UnusableAggregateOption,
)

METHODS = [MajorityVote, DawidSkene, LabelModel]
Method = type[MajorityVote] | type[DawidSkene] | type[LabelModel]
EVERY = ["rule", "system", "proxy", "model", "crowd", "expert"]

ONE = {"item": [1, 1, 2], "source": ["r", "s", "r"], "label": ["x", "y", "x"]}


def sound(model: MajorityVote | DawidSkene | LabelModel) -> bool:
    """Whether a posterior is numbers that add up to one."""
    return bool(np.isfinite(model.proba_).all() and np.allclose(model.proba_.sum(axis=1), 1, atol=1e-6))


# --- small worlds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_one_vote_is_enough(method: Method) -> None:
    model = method().fit({"item": ["a"], "source": ["r"], "label": ["x"]})
    assert model.posterior_.rows() == [("a", 1.0)]


@pytest.mark.parametrize("kind", EVERY)
def test_one_vote_speaks_for_its_label_and_proves_nothing(kind: str) -> None:
    votes = {"item": ["a"], "source": ["r"], "label": ["x"]}
    proba = LabelModel(kinds={"r": kind}, outcomes=["x", "y"]).fit(votes).proba_[0]
    assert 0.5 < proba[0] < 1


@pytest.mark.parametrize("method", METHODS)
def test_one_outcome_is_certain_whoever_votes(method: Method) -> None:
    votes = {"item": [1, 2, 2, 3], "source": ["r", "r", "s", "t"], "label": ["x"] * 4}
    assert method().fit(votes).proba_.tolist() == [[1.0]] * 3


@pytest.mark.parametrize("kind", EVERY)
def test_one_outcome_is_certain_for_every_kind(kind: str) -> None:
    votes = {"item": [1, 2, 2, 3], "source": ["r", "r", "s", "t"], "label": ["x"] * 4}
    model = LabelModel(kinds=dict.fromkeys("rst", kind)).fit(votes, {"item": [2], "label": ["x"]})
    assert model.proba_.tolist() == [[1.0]] * 3
    assert model.voters_["accuracy"].is_finite().all()


@pytest.mark.parametrize("method", METHODS)
def test_one_item_with_many_voters_is_sound(method: Method) -> None:
    votes = pl.DataFrame({"item": 7, "source": "c", "voter": range(3000), "label": ["x", "y", "y"] * 1000})
    model = method().fit(votes)
    assert sound(model)
    assert model.labels_.rows() == [(7, "y")]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", EVERY)
def test_fifty_outcomes_of_which_each_is_seen_twice_are_sound(method: Method, kind: str) -> None:
    rows = [(i, voter, f"o{(i + (voter == 'c')) % 50:02}") for i in range(100) for voter in "abc"]
    model = method().fit(pl.DataFrame(rows, schema=["item", "source", "label"], orient="row"))
    if isinstance(model, LabelModel):
        model = LabelModel(kinds=dict.fromkeys("abc", kind)).fit(
            pl.DataFrame(rows, schema=["item", "source", "label"], orient="row")
        )
    assert sound(model)
    assert model.proba_.shape == (100, 50)


@pytest.mark.parametrize("method", METHODS)
def test_a_hundred_thousand_voters_of_two_votes_each_are_heard(method: Method) -> None:
    item = np.arange(200_000) // 4  # four voters an item, three say x
    label = np.where(np.arange(200_000) % 4 == 3, "y", "x")
    votes = pl.DataFrame({"item": item, "source": "c", "voter": np.arange(200_000) % 100_000, "label": label})
    model = method().fit(votes) if method is MajorityVote else method().set_params(max_iter=3).fit(votes)
    assert sound(model)
    assert model.labels_["label"].unique().to_list() == ["x"]


def test_a_thousand_rules_are_a_thousand_voters() -> None:
    rows = [(item, f"r{item % 1000}", "x" if item % 2 else "y") for item in range(4000)]
    votes = pl.DataFrame(rows, schema=["item", "voter", "label"], orient="row").with_columns(source=pl.lit("rules"))
    model = LabelModel(kinds={"rules": "rule"}).fit(votes)
    assert model.voters_["votes"].to_list() == [4] * 1000
    assert sound(model)


def test_a_voter_with_one_vote_is_told_of_with_a_wide_interval() -> None:
    rows = [(item, voter, "xy"[item % 2]) for item in range(100) for voter in "abc"]
    votes = pl.DataFrame([*rows, (0, "new", "x")], schema=["item", "voter", "label"], orient="row")
    voters = LabelModel().fit(votes.with_columns(source=pl.lit("c"))).voters_
    width = dict(zip(voters["voter"], voters["high"] - voters["low"], strict=True))
    assert width["new"] > 3 * width["a"]


# --- items, labels and names of every type -----------------------------------------------------------------------

DAY = dt.date(2026, 1, 31)
ITEMS: list[list[Any]] = [
    [3, 3, 4],
    [-(2**63), -(2**63), 2**63 - 1],
    [0.5, 0.5, -1.0],
    [1.0, 1.0, float("inf")],
    ["a", "a", "b"],
    ["", "", " "],
    ["a\n", "a\n", "ünï\u202e\x00'\"/\\"],
    [True, True, False],
    [DAY, DAY, dt.date(2025, 1, 1)],
    [dt.datetime(2026, 1, 1, 12), dt.datetime(2026, 1, 1, 12), dt.datetime(2026, 1, 1, 13)],
    [dt.time(1), dt.time(1), dt.time(2)],
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("items", ITEMS, ids=lambda items: repr(items[0])[:20])
def test_items_of_every_type_come_back_in_their_type(method: Method, items: list[Any]) -> None:
    model = method().fit({**ONE, "item": items})
    assert model.posterior_["item"].to_list() == sorted(set(items))
    assert model.posterior_["item"].dtype == pl.Series(items).dtype


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("items", ITEMS, ids=lambda items: repr(items[0])[:20])
def test_items_of_every_type_are_found_again(method: Method, items: list[Any]) -> None:
    model = method().fit({**ONE, "item": items})
    assert model.proba_of(list(model.items_)).tolist() == model.proba_.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_items_are_found_by_name_whatever_their_type(method: Method) -> None:
    model = method().fit(ONE)
    for asked in ([1, 2], [1.0, 2.0], ["1", "2"]):
        assert model.proba_of(asked).tolist() == model.proba_.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_no_items_are_asked_for(method: Method) -> None:
    assert method().fit(ONE).proba_of([]).shape == (0, 2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ([1, 10, 1], ["1", "10"]),
        ([1.0, 10.0, 1.0], ["1", "10"]),
        ([1.5, 0.0, 1.5], ["0", "1.5"]),
        ([True, False, True], ["False", "True"]),
        ([DAY, dt.date(2025, 1, 1), DAY], ["2025-01-01", "2026-01-31"]),
        (["", " ", ""], ["", " "]),
        (["b\n", "ünï\u202e'\"/\\", "b\n"], ["b\n", "ünï\u202e'\"/\\"]),
        (["decision", "low", "high"], ["decision", "high", "low"]),
    ],
    ids=repr,
)
def test_labels_of_every_type_are_outcomes_by_name(method: Method, labels: list[Any], names: list[str]) -> None:
    model = method().fit({**ONE, "label": labels})
    assert model.posterior_.columns == ["item", *names]
    assert sound(model)


@pytest.mark.parametrize("method", METHODS)
def test_an_integer_and_the_same_whole_float_are_one_outcome(method: Method) -> None:
    assert method(outcomes=["1", 2.0]).fit({**ONE, "label": [1.0, 2.0, 1.0]}).outcomes_ == ["1", "2"]


@pytest.mark.parametrize("method", METHODS)
def test_categories_are_their_names_however_they_are_coded(method: Method) -> None:
    enum = pl.DataFrame(ONE).with_columns(pl.col("label").cast(pl.Enum(["z", "y", "x"])))
    assert method().fit(enum).posterior_.equals(method().fit(ONE).posterior_)


@settings(max_examples=40)
@given(st.lists(st.text(max_size=5), min_size=4, max_size=4), st.sampled_from(EVERY))
def test_names_may_hold_any_character(names: list[str], kind: str) -> None:
    source, other, voter, label = names
    votes = {
        "item": [1, 1, 2],
        "source": [source, other, source],
        "voter": [voter, "v", voter],
        "label": [label, "b", "b"],
    }
    if label == "item":
        return
    model = LabelModel(kinds={source: kind}, max_iter=5).fit(pl.DataFrame(votes))
    assert model.outcomes_ == sorted({label, "b"})
    assert set(model.voters_.select("source", "voter").rows()) == {(source, voter), (other, "v")}
    assert sound(model)


def test_voters_of_two_sources_are_told_apart_however_they_are_spelled() -> None:
    votes = {"item": [1, 1], "source": ["a/b", "a"], "voter": ["c", "b/c"], "label": ["x", "y"]}
    assert LabelModel().fit(votes).voters_.select("source", "voter").rows() == [("a", "b/c"), ("a/b", "c")]


@pytest.mark.parametrize("method", METHODS)
def test_voters_may_be_numbers(method: Method) -> None:
    numbered = method().fit({**ONE, "source": [1.0, 2.0, 1.0], "voter": [7, 8, 7]})
    named = method().fit({**ONE, "source": ["1", "2", "1"], "voter": ["7", "8", "7"]})
    assert numbered.posterior_.equals(named.posterior_)


@pytest.mark.parametrize("method", METHODS)
def test_a_voter_without_a_name_has_that_of_its_source(method: Method) -> None:
    assert method().fit({**ONE, "voter": ["r", None, None]}).posterior_.equals(method().fit(ONE).posterior_)


# --- tables of every kind ----------------------------------------------------------------------------------------

TABLES: list[Callable[[dict[str, list[Any]]], Any]] = [
    pl.DataFrame,
    pl.LazyFrame,
    pd.DataFrame,
    lambda votes: pd.DataFrame(votes, index=[5, 5, 9]),
    lambda votes: pd.DataFrame(votes).astype({"label": "category"}),
    lambda votes: nw.from_native(pl.DataFrame(votes)),
    lambda votes: nw.from_native(pd.DataFrame(votes)),
    lambda votes: pl.DataFrame(votes).to_dicts(),
    lambda votes: {name: np.array(values) for name, values in votes.items()},
    lambda votes: {name: pl.Series(values) for name, values in votes.items()},
    lambda votes: {**votes, "at": ["today"] * 3, "price": [None, 1.5, 2.0]},
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("make", TABLES)
def test_any_table_says_the_same(method: Method, make: Callable[[dict[str, list[Any]]], Any]) -> None:
    assert method().fit(make(ONE)).posterior_.equals(method().fit(ONE).posterior_)


@pytest.mark.parametrize("make", TABLES)
def test_any_table_is_gold(make: Callable[[dict[str, list[Any]]], Any]) -> None:
    gold = make({"item": [1, 2, 2], "label": ["y", "y", "y"]})
    assert LabelModel().fit(ONE, gold).proba_.tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("table", "error", "says"),
    [
        ({"item": [], "source": [], "label": []}, NoVotes, "no rows"),
        (pl.DataFrame(schema={"item": pl.Int64, "source": pl.String, "label": pl.String}), NoVotes, "no rows"),
        ({}, MissingVoteColumns, "'item', 'source', 'label'"),
        ([], MissingVoteColumns, "'item', 'source', 'label'"),
        ({"item": [1], "label": ["x"]}, MissingVoteColumns, "'source'"),
        (pd.DataFrame(ONE).set_index("item"), MissingVoteColumns, "'item'"),
        ({**ONE, "label": ["x", None, "x"]}, IncompleteVote, "row 2 of the votes has no label"),
        ({**ONE, "label": [1.0, float("nan"), 2.0]}, IncompleteVote, "row 2 of the votes has no label"),
        ({**ONE, "source": [None, "r", "r"]}, IncompleteVote, "row 1 of the votes has no source"),
        ({**ONE, "item": [1, 2, None]}, IncompleteVote, "row 3 of the votes has no item"),
        ({**ONE, "label": ["x", "item", "x"]}, ReservedOutcome, "called 'item'"),
        (None, TableError, "NoneType is not a table"),
        (np.zeros((3, 3)), TableError, "ndarray is not a table"),
        ("nowhere.csv", UnreadableFile, "there is no such file"),
    ],
    ids=repr,
)
def test_a_table_that_says_nothing_is_refused(method: Method, table: Any, error: type[PayoffError], says: str) -> None:
    with pytest.raises(error, match=says):
        method().fit(table)


# --- outcomes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "outcomes", [("y", "x"), np.array(["x", "y"]), pl.Series(["x", "y"]), {"x", "y"}, ["x", "x", "y"]]
)
def test_outcomes_come_in_any_order_and_from_any_list(method: Method, outcomes: Any) -> None:
    assert method(outcomes=outcomes).fit(ONE).posterior_.equals(method().fit(ONE).posterior_)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("outcomes", [[], ["x"], ["x", "Y"]])
def test_votes_for_an_outcome_that_is_not_known_are_refused_by_name(method: Method, outcomes: list[str]) -> None:
    with pytest.raises(NoSuchOutcome, match=r"labels that are no outcome: .*'y'"):
        method(outcomes=outcomes).fit(ONE)


@pytest.mark.parametrize("kind", EVERY)
def test_an_outcome_nobody_votes_is_unlikely_and_possible(kind: str) -> None:
    rows = [(item, voter, "xy"[item % 2]) for item in range(40) for voter in "abc"]
    votes = pl.DataFrame(rows, schema=["item", "source", "label"], orient="row")
    odd = LabelModel(kinds=dict.fromkeys("abc", kind), outcomes=["x", "y", "odd"]).fit(votes).posterior_["odd"]
    assert odd.is_between(0, 1 / 3, closed="none").all()


# --- kinds -------------------------------------------------------------------------------------------------------


def test_a_kind_for_a_source_that_does_not_vote_changes_nothing() -> None:
    plain = LabelModel(kinds={"r": "rule"}).fit(ONE)
    assert LabelModel(kinds={"r": "rule", "zzz": "expert"}).fit(ONE).posterior_.equals(plain.posterior_)


@pytest.mark.parametrize("kind", ["robot", "Rule", "", None, 3])
@pytest.mark.parametrize("source", ["r", "zzz"])
def test_a_kind_that_does_not_exist_is_refused_even_for_a_silent_source(source: str, kind: Any) -> None:
    with pytest.raises(UnknownKind, match=f"'{source}' has the kind"):
        LabelModel(kinds={source: kind}).fit(ONE)


def test_a_source_without_a_kind_is_a_crowd() -> None:
    crowd = LabelModel(kinds={"r": "crowd", "s": "crowd"}).fit(ONE)
    assert LabelModel().fit(ONE).posterior_.equals(crowd.posterior_)
    assert LabelModel(kinds={}).fit(ONE).posterior_.equals(crowd.posterior_)


def test_kinds_find_sources_that_are_numbers() -> None:
    votes = {**ONE, "source": [1, 2, 1]}
    named = LabelModel(kinds={"1": "rule"}).fit(votes)
    assert LabelModel(kinds={1: "rule"}).fit(votes).posterior_.equals(named.posterior_)  # type: ignore[dict-item]


# --- gold --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "gold",
    [
        {"item": [], "label": []},
        {"item": [1], "label": [None]},
        {"item": [None], "label": ["x"]},
        pl.DataFrame(schema={"item": pl.Int64, "label": pl.String}),
    ],
    ids=repr,
)
def test_gold_that_says_nothing_changes_nothing(gold: Any) -> None:
    assert LabelModel().fit(ONE, gold).posterior_.equals(LabelModel().fit(ONE).posterior_)


def test_gold_may_say_the_same_twice() -> None:
    once = LabelModel().fit(ONE, {"item": [1], "label": ["y"]})
    assert LabelModel().fit(ONE, {"item": [1, 1], "label": ["y", "y"]}).posterior_.equals(once.posterior_)


@pytest.mark.parametrize("kind", EVERY)
def test_gold_of_every_item_is_the_posterior(kind: str) -> None:
    model = LabelModel(kinds=dict.fromkeys("rs", kind)).fit(ONE, {"item": [2, 1], "label": ["y", "y"]})
    assert model.proba_.tolist() == [[0, 1], [0, 1]]
    assert np.isfinite(model.prior_).all()


def test_gold_of_items_without_a_vote_moves_the_base_rates_only_towards_it() -> None:
    before = LabelModel().fit(ONE)
    after = LabelModel().fit(ONE, {"item": range(100, 200), "label": ["y"] * 100})
    assert len(after.posterior_) == len(before.posterior_)
    assert after.prior_[1] > before.prior_[1]


@pytest.mark.parametrize(
    ("gold", "error", "says"),
    [
        ({"item": [1, 1], "label": ["x", "y"]}, ConflictingGold, "item '1' has several gold labels: 'x', 'y'"),
        ({"item": [1], "label": ["item"]}, ReservedOutcome, "called 'item'"),
        ({"item": [1]}, MissingVoteColumns, "'label'"),
        ({1: ["x"]}, MissingVoteColumns, "'item', 'label'"),
        (3, TableError, "int is not a table"),
    ],
    ids=repr,
)
def test_gold_that_cannot_be_used_is_refused(gold: Any, error: type[PayoffError], says: str) -> None:
    with pytest.raises(error, match=says):
        LabelModel().fit(ONE, gold)


def test_gold_with_a_label_that_is_no_outcome_is_refused_where_outcomes_are_given() -> None:
    with pytest.raises(NoSuchOutcome, match=r"'q'\n  expected: one of 'x', 'y'"):
        LabelModel(outcomes=["x", "y"]).fit(ONE, {"item": [1], "label": ["q"]})


@pytest.mark.parametrize("method", [MajorityVote, DawidSkene])
def test_the_baselines_take_gold_and_do_not_use_it(method: type[MajorityVote | DawidSkene]) -> None:
    assert method().fit(ONE, {"item": [1], "label": ["y"]}).posterior_.equals(method().fit(ONE).posterior_)


# --- votes that were not learnt from -----------------------------------------------------------------------------


@pytest.mark.parametrize("method", [MajorityVote, LabelModel])
def test_no_other_votes_are_refused(method: type[MajorityVote | LabelModel]) -> None:
    with pytest.raises(NoVotes):
        method().fit(ONE).predict_proba({"item": [], "source": [], "label": []})


@pytest.mark.parametrize("method", [MajorityVote, LabelModel])
def test_other_items_come_back_in_their_own_type(method: type[MajorityVote | LabelModel]) -> None:
    other = method().fit(ONE).predict_proba({**ONE, "item": [DAY, DAY, DAY]})
    assert other["item"].to_list() == [DAY]


@pytest.mark.parametrize("kind", EVERY)
def test_a_label_its_voter_never_gave_is_sound(kind: str) -> None:
    model = LabelModel(kinds={"r": kind, "s": kind}).fit(ONE)
    other = model.predict_proba({"item": [9], "source": ["r"], "label": ["y"]})
    assert np.isfinite(other.drop("item").to_numpy()).all()


# --- passes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passes", [0, -1])
@pytest.mark.parametrize("method", [DawidSkene, LabelModel])
def test_no_passes_are_refused(method: type[DawidSkene | LabelModel], passes: int) -> None:
    with pytest.raises(
        UnusableAggregateOption, match=f"max_iter is {passes}\n  expected: a number of passes, 1 or more"
    ):
        method(max_iter=passes).fit(ONE)


@pytest.mark.parametrize("kind", EVERY)
def test_a_start_with_other_outcomes_is_not_used(kind: str) -> None:
    kinds = dict.fromkeys("rs", kind)
    other = LabelModel(kinds=kinds).fit({**ONE, "label": ["p", "q", "p"]})
    model = LabelModel(kinds=kinds)
    assert model.fit(ONE, start=other).posterior_.equals(LabelModel(kinds=kinds).fit(ONE).posterior_)
