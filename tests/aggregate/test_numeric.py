"""Votes that are numbers: values, biases, noise and their intervals, on worlds where they are known."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import payoff
from payoff.aggregate import NumericLabelModel
from payoff.errors import (
    ConflictingGold,
    IncompleteVote,
    MissingVoteColumns,
    NotANumber,
    NotFitted,
    NoVotes,
    UnknownKind,
    UnusableAggregateOption,
)

Floats = NDArray[np.float64]
Votes = dict[str, list[object]]


@dataclass
class Planted:
    """Votes with the values, biases and noise they were made from."""

    votes: pl.DataFrame
    value: Floats
    bias: Floats
    noise: Floats


def planted(
    seed: int, *, items: int = 400, voters: int = 30, per: int = 5, biased: float = 0.0, tails: int = 0
) -> Planted:
    """Items about 50 with deviation 10; voters of noise about 6, `biased` and with Student errors of `tails`."""
    rng = np.random.default_rng(seed)
    value = rng.normal(50, 10, items)
    noise, bias = 6 * np.exp(rng.normal(0, 0.5, voters)), rng.normal(0, biased, voters)
    voter = np.concatenate([rng.choice(voters, per, replace=False) for _ in range(items)])
    item = np.repeat(np.arange(items), per)
    error = rng.standard_t(tails, len(item)) if tails else rng.normal(size=len(item))
    label = value[item] + bias[voter] + noise[voter] * error
    votes = pl.DataFrame({"item": item, "source": ["crowd"] * len(item), "voter": voter, "label": label})
    return Planted(votes, value, bias, noise)


def votes_of(item: list[object], voter: list[object], label: list[object]) -> Votes:
    return {"item": item, "source": ["crowd"] * len(item), "voter": voter, "label": label}


TWO = votes_of([1, 2, 1, 2], ["ann", "ann", "bob", "bob"], [10, 20, 14, 24])


def error(found: pl.Series, value: Floats) -> float:
    return float(np.sqrt(np.mean((found.to_numpy() - value) ** 2)))


def covered(table: pl.DataFrame, value: Floats, low: str = "low", high: str = "high") -> float:
    return float(((table[low].to_numpy() <= value) & (value <= table[high].to_numpy())).mean())


def by_number(voters: pl.DataFrame) -> pl.DataFrame:
    return voters.with_columns(pl.col("voter").cast(pl.Int64)).sort("voter")


# --- what it is for ---------------------------------------------------------------------------------------------------


def test_it_is_a_public_name() -> None:
    assert payoff.NumericLabelModel is NumericLabelModel


def test_two_voters_who_differ_by_a_bias_only_meet_in_the_middle() -> None:
    mean = NumericLabelModel().fit(TWO).estimates_["mean"]
    assert float(mean[0] + mean[1]) / 2 == pytest.approx((10 + 14 + 20 + 24) / 4)
    assert 10 < mean[0] < 14 and 20 < mean[1] < 24


def test_a_bias_is_what_a_voter_says_more_than_the_others() -> None:
    bias = dict(NumericLabelModel().fit(TWO).voters_.select("voter", "bias").iter_rows())
    assert bias["bob"] == pytest.approx(-bias["ann"])
    assert 0 < bias["bob"] <= (14 - 10) / 2


@pytest.mark.parametrize(("biased", "tails"), [(0.0, 0), (5.0, 0), (0.0, 3), (5.0, 3)])
def test_it_is_nearer_to_the_truth_than_mean_and_median(biased: float, tails: int) -> None:
    world = planted(1, biased=biased, tails=tails)
    plain = world.votes.group_by("item").agg(pl.mean("label"), pl.median("label").alias("median")).sort("item")
    ours = error(NumericLabelModel().fit(world.votes).estimates_["mean"], world.value)
    assert ours < 0.9 * min(error(plain["label"], world.value), error(plain["median"], world.value))


@pytest.mark.parametrize(("biased", "tails"), [(0.0, 0), (5.0, 0), (0.0, 3), (5.0, 3)])
def test_intervals_hold_the_truth_nineteen_times_of_twenty(biased: float, tails: int) -> None:
    worlds = [planted(seed, biased=biased, tails=tails) for seed in range(5)]
    shares = [covered(NumericLabelModel().fit(world.votes).estimates_, world.value) for world in worlds]
    assert 0.91 <= np.mean(shares) <= 0.98  # biases shift the level of a whole world, so five worlds scatter


def test_intervals_hold_biases_and_noise() -> None:
    world = planted(3, items=1_000, biased=4.0)
    voters = by_number(NumericLabelModel().fit(world.votes).voters_)
    assert covered(voters, world.bias, "bias_low", "bias_high") >= 0.85
    assert covered(voters, world.noise, "noise_low", "noise_high") >= 0.75


def test_a_gross_error_moves_little() -> None:
    clean = planted(4)
    wrong = clean.votes.with_columns(label=pl.when(pl.int_range(pl.len()) == 0).then(1e9).otherwise("label"))
    before, after = (NumericLabelModel().fit(votes).estimates_["mean"] for votes in (clean.votes, wrong))
    assert abs(after[0] - before[0]) < 10
    assert error(after[1:], before[1:].to_numpy()) < 1


def test_who_votes_at_random_is_known_for_noise() -> None:
    world = planted(5)
    rng = np.random.default_rng(5)
    noise = pl.Series(rng.uniform(0, 100, len(world.votes)))
    votes = world.votes.with_columns(label=pl.when(pl.col("voter") == 7).then(noise).otherwise("label"))
    voters = by_number(NumericLabelModel().fit(votes).voters_)
    assert voters["noise"].arg_max() == 7
    assert voters["noise_low"][7] > voters["noise"].median()


def test_two_camps_of_votes_give_an_interval_that_holds_both() -> None:
    world = planted(6, tails=3)
    camps = pl.DataFrame(votes_of([999] * 4, ["1", "2", "3", "4"], [20.0, 21.0, 79.0, 80.0])).with_columns(
        pl.col("voter")
    )
    model = NumericLabelModel().fit(world.votes.with_columns(pl.col("voter").cast(pl.String)).vstack(camps))
    usual = model.estimates_["sd"].median()
    last = model.estimates_.row(-1, named=True)
    assert last["item"] == 999 and last["sd"] > 2 * usual


def test_more_votes_make_an_interval_shorter() -> None:
    world = planted(7)
    few = world.votes.filter(pl.col("item") != 0).vstack(world.votes.filter(pl.col("item") == 0).head(1))
    width = [
        float(found["high"][0] - found["low"][0])
        for found in (NumericLabelModel().fit(votes).estimates_ for votes in (few, world.votes))
    ]
    assert width[1] < width[0]


# --- the level --------------------------------------------------------------------------------------------------------


def high_crowd(seed: int) -> Planted:
    world = planted(seed, items=300, voters=20, per=3)
    return Planted(world.votes.with_columns(pl.col("label") + 8), world.value, world.bias + 8, world.noise)


def test_alone_a_crowd_is_taken_for_right_on_average() -> None:
    world = high_crowd(0)
    model = NumericLabelModel().fit(world.votes)
    assert (model.estimates_["mean"] - world.value).mean() == pytest.approx(8, abs=1.5)
    assert model.voters_["bias"].mean() == pytest.approx(0, abs=0.2)


def test_gold_tells_the_level_and_is_certain() -> None:
    world = high_crowd(0)
    gold = {"item": list(range(0, 300, 10)), "label": world.value[::10]}
    model = NumericLabelModel().fit(world.votes, gold=gold)
    found = model.estimates_
    assert abs((found["mean"] - world.value).mean()) < 1.5
    assert found.row(10) == (10, world.value[10], 0.0, world.value[10], world.value[10])
    assert model.voters_["bias"].mean() == pytest.approx(8, abs=1.5)


def test_experts_tell_the_level() -> None:
    world = high_crowd(1)
    sure = pl.DataFrame({"item": list(range(0, 300, 10)), "source": ["lab"] * 30, "voter": ["eve"] * 30})
    sure = sure.with_columns(label=pl.Series(world.value[::10]))
    votes = pl.concat([world.votes.with_columns(pl.col("voter").cast(pl.String)), sure])
    found = NumericLabelModel(kinds={"lab": "expert"}).fit(votes).estimates_
    assert abs((found["mean"] - world.value).mean()) < 2
    assert covered(found, world.value) > 0.9


def test_a_biased_machine_does_not_tell_the_level_where_people_vote() -> None:
    world = planted(2, items=300, voters=20, per=3)
    machine = pl.DataFrame({"item": list(range(300)), "source": ["machine"] * 300, "voter": ["machine"] * 300})
    machine = machine.with_columns(label=pl.Series(world.value - 8 + np.random.default_rng(2).normal(0, 2, 300)))
    votes = pl.concat([world.votes.with_columns(pl.col("voter").cast(pl.String)), machine])
    model = NumericLabelModel(kinds={"machine": "model"}).fit(votes)
    assert abs((model.estimates_["mean"] - world.value).mean()) < 2
    row = model.voters_.row(by_predicate=pl.col("source") == "machine", named=True)
    assert row["bias_low"] < -8 < row["bias_high"]


def test_rules_as_one_source_or_as_many_are_the_same() -> None:
    world = planted(8, items=100, voters=5, per=4)
    voter = pl.col("voter").cast(pl.String)
    one = NumericLabelModel(kinds={"crowd": "rule"}).fit(world.votes)
    names = {str(v): "rule" for v in range(5)}
    many = NumericLabelModel(kinds=names).fit(world.votes.with_columns(source=voter))
    assert np.allclose(one.estimates_["mean"], many.estimates_["mean"])


# --- other votes ------------------------------------------------------------------------------------------------------


def test_other_items_are_estimated_by_what_was_learnt() -> None:
    world = planted(9, items=800, biased=5.0)
    known, new = world.votes.filter(pl.col("item") < 600), world.votes.filter(pl.col("item") >= 600)
    found = NumericLabelModel().fit(known).predict(new)
    plain = new.group_by("item").agg(pl.mean("label")).sort("item")["label"]
    assert found["item"].to_list() == list(range(600, 800))
    assert error(found["mean"], world.value[600:]) < 0.8 * error(plain, world.value[600:])
    assert covered(found, world.value[600:]) > 0.9


def test_an_unknown_voter_of_a_known_source_is_typical_of_it() -> None:
    model = NumericLabelModel().fit(TWO)
    new = model.predict(votes_of([7], ["eve"], [20]))["mean"][0]
    assert 17 < new < 20  # drawn from 20 towards the mean of all items


def test_an_unknown_source_is_not_heard() -> None:
    model = NumericLabelModel().fit(TWO)
    found = model.predict({"item": [7, 8], "source": ["crowd", "press"], "voter": ["ann", "x"], "label": [10, 99]})
    assert found["mean"][1] == pytest.approx(17)


def test_an_item_without_votes_is_like_the_others() -> None:
    model = NumericLabelModel().fit(TWO)
    found = model.estimates_of(["2", "nine"])
    assert found["item"].to_list() == ["2", "nine"]
    assert found["mean"][0] == model.estimates_["mean"][1]
    assert found["mean"][1] == pytest.approx(17)
    assert found["low"][1] < model.estimates_["low"][0] and found["high"][1] > model.estimates_["high"][1]


# --- worlds at the edge -----------------------------------------------------------------------------------------------


def test_of_two_votes_of_a_voter_on_an_item_the_first_counts() -> None:
    twice = votes_of([1, 2, 1, 2, 1], ["ann", "ann", "bob", "bob", "bob"], [10, 20, 14, 24, 99])
    assert NumericLabelModel().fit(twice).estimates_.equals(NumericLabelModel().fit(TWO).estimates_)


@pytest.mark.parametrize("items", [[1], [1, 1, 2]])
def test_where_labels_never_differ_only_the_mean_is_told(items: list[object]) -> None:
    voters = ["ann", "bob", "cid"][: len(items)]
    model = NumericLabelModel().fit(votes_of(items, list(voters), [7] * len(items)))
    assert set(model.estimates_.drop("item").rows()) == {(7.0, None, None, None)}
    assert set(model.voters_.select("bias", "noise").rows()) == {(None, None)}
    assert model.estimates_of([99])["mean"].to_list() == [7.0]


def test_where_most_labels_are_equal_the_others_still_have_a_scale() -> None:
    votes = votes_of([*range(20)] * 2, ["ann"] * 20 + ["bob"] * 20, [1] * 38 + [2, 3])
    found = NumericLabelModel().fit(votes).estimates_
    assert found["mean"][0] == pytest.approx(1, abs=0.05)
    assert found["sd"].is_not_null().all()


def test_a_world_of_one_vote_an_item_draws_towards_the_mean() -> None:
    label = [float(x) for x in range(11)]
    mean = NumericLabelModel().fit(votes_of([*range(11)], [*range(11)], [*label])).estimates_["mean"]
    assert mean[5] == pytest.approx(5)
    assert 0 < mean[0] < 5 < mean[10] < 10


def test_numbers_as_text_are_numbers() -> None:
    text = {**TWO, "label": [str(label) for label in TWO["label"]]}
    assert NumericLabelModel().fit(text).estimates_.equals(NumericLabelModel().fit(TWO).estimates_)


def test_a_pandas_table_is_a_table() -> None:
    assert NumericLabelModel().fit(pd.DataFrame(TWO)).estimates_.equals(NumericLabelModel().fit(TWO).estimates_)


@pytest.mark.parametrize("label", ["tall", float("inf"), True])
def test_what_is_no_number_is_refused_and_quoted(label: object) -> None:
    labels = [label] * 2 if label is True else [1 if label != "tall" else "1", label]
    with pytest.raises(NotANumber, match=f"{label}"):
        NumericLabelModel().fit(votes_of([1, 2], ["ann", "ann"], labels))


@pytest.mark.parametrize("label", [None, float("nan")])
def test_a_label_that_is_missing_is_refused(label: object) -> None:
    with pytest.raises(IncompleteVote, match="row 2"):
        NumericLabelModel().fit(votes_of([1, 2], ["ann", "ann"], [1.0, label]))


def test_no_votes_are_refused() -> None:
    with pytest.raises(NoVotes):
        NumericLabelModel().fit({"item": [], "source": [], "label": []})


def test_a_missing_column_is_named() -> None:
    with pytest.raises(MissingVoteColumns, match="label"):
        NumericLabelModel().fit({"item": [1], "source": ["a"]})
    with pytest.raises(MissingVoteColumns, match="label"):
        NumericLabelModel().fit(TWO, gold={"item": [1]})


def test_two_values_of_one_gold_item_are_refused() -> None:
    with pytest.raises(ConflictingGold, match=r"1\.0.*2\.0"):
        NumericLabelModel().fit(TWO, gold={"item": [1, 1], "label": [2, 1]})


def test_gold_of_items_without_votes_and_without_values_says_nothing() -> None:
    gold = {"item": [9, 1], "label": [3.0, None]}
    assert NumericLabelModel().fit(TWO, gold=gold).estimates_.equals(NumericLabelModel().fit(TWO).estimates_)


def test_where_all_items_are_gold_voters_are_still_learnt() -> None:
    model = NumericLabelModel().fit(TWO, gold={"item": [1, 2], "label": [10, 20]})
    bias = dict(model.voters_.select("voter", "bias").iter_rows())
    assert bias["ann"] < 2 < bias["bob"]


def test_options_are_checked() -> None:
    with pytest.raises(UnusableAggregateOption, match="max_iter is 0"):
        NumericLabelModel(max_iter=0).fit(TWO)
    with pytest.raises(UnknownKind):
        NumericLabelModel(kinds={"crowd": "crowed"}).fit(TWO)


# --- the contract -----------------------------------------------------------------------------------------------------


def test_before_fit_it_says_so() -> None:
    for ask in (lambda model: model.predict(TWO), lambda model: model.estimates_of([1])):
        with pytest.raises(NotFitted, match="NumericLabelModel"):
            ask(NumericLabelModel())
        with pytest.raises(NotFittedError):
            ask(NumericLabelModel())


def test_it_is_cloned_and_kept_in_a_file() -> None:
    model = clone(NumericLabelModel(kinds={"crowd": "expert"}, max_iter=9))
    assert model.get_params() == {"kinds": {"crowd": "expert"}, "max_iter": 9, "tol": 1e-3}
    assert pickle.loads(pickle.dumps(model.fit(TWO))).predict(TWO).equals(model.predict(TWO))


def test_it_makes_all_passes_when_no_change_is_small_enough() -> None:
    assert NumericLabelModel(max_iter=7, tol=0).fit(TWO).n_iter_ == 7


small = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(-50, 50)),
    min_size=3,
    max_size=20,
    unique_by=lambda row: row[:2],
)


def fitted(rows: list[tuple[int, int, float]]) -> pl.DataFrame:
    item, voter, label = (list(column) for column in zip(*rows, strict=True))
    return NumericLabelModel().fit(votes_of(item, voter, label)).estimates_


@given(rows=small, data=st.data())
def test_the_order_of_votes_changes_nothing(rows: list[tuple[int, int, float]], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(rows))
    assert fitted(rows).equals(fitted(mixed))


@given(rows=small, factor=st.sampled_from([-2.0, 0.5, 1024.0]), offset=st.sampled_from([-16.0, 0.0, 128.0]))
def test_another_unit_gives_the_same_values_in_that_unit(
    rows: list[tuple[int, int, float]], factor: float, offset: float
) -> None:
    plain = fitted(rows)
    other = fitted([(item, voter, factor * label + offset) for item, voter, label in rows])
    spread = 100 * abs(factor)
    assert np.allclose(factor * plain["mean"].to_numpy() + offset, other["mean"].to_numpy(), atol=1e-6 * spread)
    if plain["sd"][0] is not None:
        assert np.allclose(abs(factor) * plain["sd"].to_numpy(), other["sd"].to_numpy(), atol=1e-3 * spread)


@given(rows=small)
def test_an_interval_holds_its_mean(rows: list[tuple[int, int, float]]) -> None:
    found = fitted(rows)
    assert found["mean"].is_finite().all()
    if found["sd"][0] is not None:
        assert ((found["low"] < found["mean"]) & (found["mean"] < found["high"])).all()


@given(rows=small)
def test_a_mean_lies_among_what_was_voted(rows: list[tuple[int, int, float]]) -> None:
    labels = [label for *_, label in rows]
    spread = max(labels) - min(labels)
    assert fitted(rows)["mean"].is_between(min(labels) - spread, max(labels) + spread).all()
