"""Majority vote and Dawid-Skene, the baselines; and what every method shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from payoff.aggregate import DawidSkene, LabelModel, MajorityVote
from payoff.errors import (
    IncompleteVote,
    NoSuchOutcome,
    NotFitted,
    NoVotes,
    ReservedOutcome,
    UnusableAggregateOption,
)

METHODS = [MajorityVote, DawidSkene, LabelModel]
Method = type[MajorityVote] | type[DawidSkene] | type[LabelModel]

ONE = {"item": ["a", "a", "a", "b"], "source": ["r", "s", "t", "r"], "label": ["spam", "spam", "ham", "ham"]}


def test_the_share_of_the_votes() -> None:
    assert MajorityVote().fit(ONE).posterior_.rows() == [("a", 1 / 3, 2 / 3), ("b", 1, 0)]


def test_one_added_vote_is_spread_over_the_outcomes() -> None:
    assert MajorityVote(added=1).fit(ONE).posterior_.rows() == [("a", 1.5 / 4, 2.5 / 4), ("b", 1.5 / 2, 0.5 / 2)]


def test_fewer_than_no_added_votes_are_refused() -> None:
    with pytest.raises(UnusableAggregateOption, match="added is -1"):
        MajorityVote(added=-1).fit(ONE)


def test_a_tie_goes_to_the_first_outcome_in_sorted_order() -> None:
    votes = {"item": [1, 1], "source": ["r", "s"], "label": ["spam", "ham"]}
    assert MajorityVote().fit(votes).labels_.rows() == [(1, "ham")]


def test_dawid_skene_listens_to_who_contradicts_everybody() -> None:
    rows = [(i, v, "x" if (i < 6) != (v == "liar") else "y") for i in range(10) for v in ("a", "b", "liar")]
    last = [(10, "liar", "x")]
    votes = pl.DataFrame(rows + last, schema=["item", "source", "label"], orient="row")
    assert DawidSkene().fit(votes).labels_.rows()[-1] == (10, "y")


def test_dawid_skene_makes_all_passes_when_no_change_is_small_enough() -> None:
    assert DawidSkene(max_iter=7, tol=0).fit(ONE).n_iter_ == 7


@pytest.mark.parametrize("method", METHODS)
def test_items_keep_their_type_and_come_sorted(method: Method) -> None:
    votes = {"item": [10, 9, 10], "source": ["r", "r", "s"], "label": ["x", "y", "x"]}
    posterior = method().fit(votes).posterior_
    assert posterior["item"].to_list() == [9, 10]
    assert posterior.schema["item"] == pl.Int64


@pytest.mark.parametrize("method", METHODS)
def test_outcomes_are_named_as_text_in_sorted_order(method: Method) -> None:
    votes = {"item": [1, 1, 2], "source": ["r", "s", "s"], "label": [10.0, 9.0, 9.0]}
    assert method().fit(votes).posterior_.columns == ["item", "10", "9"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("items", [[True, False], [1.5, 2.5], ["a", "b"]])
def test_items_of_any_type_are_taken(method: Method, items: list[object]) -> None:
    votes = pl.DataFrame({"item": items, "source": ["r", "r"], "label": ["x", "y"]}, strict=False)
    assert set(method().fit(votes).posterior_["item"]) == set(items)


@pytest.mark.parametrize("method", METHODS)
def test_categories_are_read_as_their_names(method: Method) -> None:
    votes = pl.DataFrame(ONE).with_columns(pl.all().cast(pl.Categorical))
    assert method().fit(votes).labels_["item"].cast(pl.String).to_list() == ["a", "b"]


@pytest.mark.parametrize("method", METHODS)
def test_a_pandas_table_is_a_table(method: Method) -> None:
    assert method().fit(pd.DataFrame(ONE)).posterior_.equals(method().fit(ONE).posterior_)


@pytest.mark.parametrize("method", METHODS)
def test_the_first_of_several_votes_of_one_voter_counts(method: Method) -> None:
    twice = {"item": ["a", "a", "b"], "source": ["r"] * 3, "label": ["x", "y", "y"]}
    once = {"item": ["a", "b"], "source": ["r"] * 2, "label": ["x", "y"]}
    assert method().fit(twice).posterior_.equals(method().fit(once).posterior_)


@pytest.mark.parametrize("method", METHODS)
def test_an_outcome_nobody_voted_has_a_column(method: Method) -> None:
    posterior = method(outcomes=["spam", "ham", "odd"]).fit(ONE).posterior_
    assert posterior.columns == ["item", "ham", "odd", "spam"]
    assert posterior["odd"].max() < 0.3


@pytest.mark.parametrize("method", METHODS)
def test_a_single_outcome_is_certain(method: Method) -> None:
    votes = {"item": [1, 2, 2], "source": ["r", "r", "s"], "label": ["x", "x", "x"]}
    assert method().fit(votes).proba_.tolist() == [[1], [1]]


@pytest.mark.parametrize("method", METHODS)
def test_fifty_outcomes_are_told_apart(method: Method) -> None:
    rows = [(i, v, f"o{i:02}") for i in range(50) for v in "abc"]
    model = method().fit(pl.DataFrame(rows, schema=["item", "source", "label"], orient="row"))
    assert model.labels_["label"].to_list() == [f"o{i:02}" for i in range(50)]
    assert np.allclose(model.proba_.sum(axis=1), 1)


@pytest.mark.parametrize("method", METHODS)
def test_a_label_that_is_no_outcome_is_refused(method: Method) -> None:
    with pytest.raises(NoSuchOutcome, match=r"no outcome: 'spam'\n  expected: one of 'ham', 'odd'"):
        method(outcomes=["ham", "odd"]).fit(ONE)


@pytest.mark.parametrize("method", METHODS)
def test_no_votes_are_refused(method: Method) -> None:
    with pytest.raises(NoVotes, match="no rows"):
        method().fit({"item": [], "source": [], "label": []})


@pytest.mark.parametrize("method", METHODS)
def test_an_outcome_called_item_is_refused(method: Method) -> None:
    with pytest.raises(ReservedOutcome, match="called 'item'"):
        method().fit({"item": [1], "source": ["r"], "label": ["item"]})


@pytest.mark.parametrize("method", METHODS)
def test_a_vote_without_an_item_is_refused(method: Method) -> None:
    with pytest.raises(IncompleteVote, match="row 1 of the votes has no item"):
        method().fit({"item": [None, 1], "source": ["r", "r"], "label": ["x", "y"]})


@pytest.mark.parametrize("method", METHODS)
def test_asked_before_it_learnt_it_says_so(method: Method) -> None:
    with pytest.raises(NotFitted, match=f"this {method.__name__} has not been fitted"):
        _ = method().posterior_


@pytest.mark.parametrize("method", METHODS)
def test_options_are_read_and_set_by_name(method: Method) -> None:
    model = method().set_params(outcomes=["ham", "spam"])
    assert model.get_params()["outcomes"] == ["ham", "spam"]
    assert repr(model).startswith(f"{method.__name__}(")
    with pytest.raises(ValueError, match="Invalid parameter 'speed'"):
        model.set_params(speed=3)


@pytest.mark.parametrize("method", METHODS)
def test_items_without_a_vote_have_the_base_rates(method: Method) -> None:
    model = method().fit(ONE)
    assert model.proba_of(["zzz", "a"]).tolist() == [model.prior_.tolist(), model.proba_[0].tolist()]


def test_majority_of_other_votes_keeps_the_outcomes_learnt() -> None:
    other = {"item": ["z"], "source": ["new"], "label": ["ham"]}
    assert MajorityVote().fit(ONE).predict_proba(other).rows() == [("z", 1.0, 0.0)]
