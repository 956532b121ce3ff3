"""A few votes more: near to a refit, the same in any order, and nothing is counted twice."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.aggregate import LabelModel
from payoff.aggregate.updating import kept_by
from payoff.errors import IncompleteVote, NoSuchOutcome, NotFitted, NoVotes, OtherItems, UnknownKind

KINDS = {"crowd": "crowd", "rules": "rule", "old": "system", "experts": "expert"}
Row = tuple[int, str, str, str]


def table(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["item", "source", "voter", "label"], orient="row")


def crowd(items: range, voters: int = 6, *, outcomes: int = 2, seed: int = 0, tag: str = "v") -> pl.DataFrame:
    """Everybody votes on everything, right four times of five."""
    draw = np.random.default_rng(seed)
    truth = np.random.default_rng(99).integers(0, outcomes, 10_000)[items.start : items.stop]
    wrong = (truth[:, np.newaxis] + draw.integers(1, outcomes, (len(truth), voters))) % outcomes
    label = np.where(draw.random((len(truth), voters)) < 0.8, truth[:, np.newaxis], wrong)
    names = np.array(["x", "y", "z"])[label.ravel()]
    voter = [f"{tag}{v}" for _ in items for v in range(voters)]
    return pl.DataFrame({"item": np.repeat(np.array(items), voters), "voter": voter, "label": names}).with_columns(
        source=pl.lit("crowd")
    )


def in_parts(votes: pl.DataFrame, first: int, part: int) -> LabelModel:
    """Fitted on the first votes, the rest learnt by updates."""
    model = LabelModel().fit(votes[:first])
    for start in range(first, len(votes), part):
        model.update(votes[start : start + part])
    return model


def consistent(model: LabelModel) -> None:
    """The counts are the sums over the votes of what their items count as: less one vote, or in full with gold."""
    coded, learnt = model._coded, model._learnt
    kept, known = kept_by(learnt), np.isin(np.arange(len(coded.items)), model._truth.item)
    part = np.where(known, 1, (coded.sizes - 1) / coded.sizes)
    item = np.repeat(np.arange(len(coded.items)), coded.sizes)
    expected, votes = np.zeros_like(learnt.counts), np.zeros(len(learnt.counts))
    np.add.at(expected, coded.codes, (part[:, np.newaxis] * kept.states)[item])
    np.add.at(votes, coded.codes, part[item])
    assert learnt.counts == pytest.approx(expected, abs=1e-5)
    assert learnt.counts.sum(axis=1) == pytest.approx(votes, abs=1e-5)
    assert kept.mass == pytest.approx(kept.states.sum(axis=0, dtype=np.float64), abs=1e-4)


# --- near to a refit ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcomes", [2, 3])
@pytest.mark.parametrize("part", [10, 100])
def test_many_updates_are_near_to_one_fit(outcomes: int, part: int) -> None:
    votes = crowd(range(300), outcomes=outcomes).sample(fraction=1, shuffle=True, seed=1)
    grown, whole = in_parts(votes, 1500, part), LabelModel().fit(votes)
    assert grown.items_.equals(whole.items_)
    assert np.abs(grown.proba_ - whole.proba_).mean() < 0.03  # how far people err together is not learnt again
    assert (grown.proba_.argmax(axis=1) == whole.proba_.argmax(axis=1)).mean() > 0.95


def test_what_is_known_of_the_voters_is_near_to_one_fit() -> None:
    votes = crowd(range(300))
    grown, whole = in_parts(votes, 1500, 50).voters_, LabelModel().fit(votes).voters_
    assert grown["votes"].to_list() == whole["votes"].to_list() == [300] * 6
    assert grown["accuracy"].to_list() == pytest.approx(whole["accuracy"].to_list(), abs=0.02)


def test_after_updates_a_fit_of_all_votes_forgets_them() -> None:
    votes = crowd(range(100))
    assert in_parts(votes, 300, 100).fit(votes).posterior_.equals(LabelModel().fit(votes).posterior_)


def test_a_vote_speaks_for_its_outcome() -> None:
    votes = crowd(range(60))
    model = LabelModel().fit(votes)
    before = model.proba_[7].copy()
    model.update({"item": [7] * 2, "source": ["crowd"] * 2, "voter": ["new", "newer"], "label": ["y", "y"]})
    assert model.proba_[7, 1] > before[1]


def test_items_without_a_new_vote_keep_their_posterior() -> None:
    model = LabelModel().fit(crowd(range(60)))
    before = model.proba_.copy()
    model.update({"item": [7], "source": ["crowd"], "voter": ["new"], "label": ["y"]})
    assert np.delete(model.proba_, 7, axis=0).tolist() == np.delete(before, 7, axis=0).tolist()


def test_the_posterior_handed_out_before_is_not_changed() -> None:
    model = LabelModel().fit(crowd(range(20)))
    proba, kept = model.proba_, model.proba_.copy()
    model.update({"item": [7], "source": ["crowd"], "voter": ["new"], "label": ["y"]})
    assert proba.tolist() == kept.tolist()


def test_a_copy_of_a_model_is_not_updated_with_it() -> None:
    model = LabelModel().fit(crowd(range(20)))
    twin = copy.copy(model)
    expected = twin.posterior_
    model.update(crowd(range(15, 25), tag="w"))
    assert twin.posterior_.equals(expected)
    consistent(twin)


def test_a_model_read_back_from_a_file_is_updated_alike() -> None:
    model, more = LabelModel().fit(crowd(range(20))), crowd(range(15, 25), tag="w")
    again = pickle.loads(pickle.dumps(model))
    assert again.update(more).posterior_.equals(model.update(more).posterior_)


def test_a_second_vote_on_an_item_is_what_the_first_one_is_judged_by() -> None:
    model = LabelModel().fit({"item": [1, 2, 2], "source": ["ann", "ann", "bob"], "label": ["x", "y", "y"]})
    alone = model._coded.codes[0]  # ann's x
    assert model._learnt.counts[alone].sum() == 0
    model.update({"item": [1], "source": ["bob"], "label": ["x"]})
    assert model._learnt.counts[alone].sum() == pytest.approx(1 / 2)


# --- laws --------------------------------------------------------------------------------------------------------

cell = st.tuples(
    st.integers(0, 9), st.sampled_from(list(KINDS)), st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y"])
)
cells = st.lists(cell, min_size=1, max_size=40, unique_by=lambda row: row[:3])


@settings(max_examples=40, deadline=None)
@given(cells, cells, st.randoms(use_true_random=False))
def test_the_order_of_votes_within_an_update_changes_nothing_at_all(
    first: list[Row], more: list[Row], random: st.DataObject
) -> None:
    mixed = list(more)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    models = [LabelModel(kinds=KINDS, outcomes=["x", "y"]).fit(table(first)).update(table(m)) for m in (more, mixed)]
    assert models[0].posterior_.equals(models[1].posterior_)
    assert models[0].voters_.equals(models[1].voters_)


@settings(max_examples=40, deadline=None)
@given(cells, cells, cells)
def test_counts_stay_the_sums_over_the_votes(first: list[Row], second: list[Row], third: list[Row]) -> None:
    gold = {"item": [1, 2], "label": ["x", "y"]}
    model = LabelModel(kinds=KINDS, outcomes=["x", "y"]).fit(table(first), gold)
    model.update(table(second)).update(table(third))
    consistent(model)
    assert np.allclose(model.proba_.sum(axis=1), 1)


@settings(max_examples=40, deadline=None)
@given(cells, cells)
def test_items_voters_and_votes_are_those_of_a_fit_of_all(first: list[Row], more: list[Row]) -> None:
    grown = LabelModel(kinds=KINDS, outcomes=["x", "y"]).fit(table(first)).update(table(more))
    whole = LabelModel(kinds=KINDS, outcomes=["x", "y"]).fit(pl.concat([table(first), table(more)]))
    assert grown.items_.equals(whole.items_)
    assert grown._coded.tally.tolist() == whole._coded.tally.tolist()
    assert grown.voters_.select("source", "voter", "votes").equals(whole.voters_.select("source", "voter", "votes"))


@settings(max_examples=20, deadline=None)
@given(cells)
def test_the_same_votes_again_are_dropped(rows: list[Row]) -> None:
    model = LabelModel(kinds=KINDS, outcomes=["x", "y"]).fit(table(rows))
    model.update(table([(item, source, voter, "x" if label == "y" else "y") for item, source, voter, label in rows]))
    assert int(model._coded.sizes.sum()) == len(rows)
    consistent(model)


# --- new items, voters, sources ----------------------------------------------------------------------------------


def test_new_items_take_their_place_among_the_old() -> None:
    model = LabelModel().fit({"item": [10, 30], "source": ["ann", "ann"], "label": ["x", "y"]})
    model.update({"item": [20, 5, 40], "source": ["ann"] * 3, "label": ["y", "x", "x"]})
    assert model.labels_.rows() == [(5, "x"), (10, "x"), (20, "y"), (30, "y"), (40, "x")]


def test_items_with_names_take_their_place_too() -> None:
    model = LabelModel().fit({"item": ["b", "é"], "source": ["ann", "ann"], "label": ["x", "y"]})
    model.update({"item": ["zoo", "a", "é"], "source": ["ann", "ann", "bob"], "label": ["y", "x", "y"]})
    whole = LabelModel().fit(
        {"item": ["b", "é", "zoo", "a", "é"], "source": ["ann"] * 4 + ["bob"], "label": ["x", "y", "y", "x", "y"]}
    )
    assert model.items_.to_list() == whole.items_.to_list()


def test_numbers_written_as_text_are_found_among_numbers() -> None:
    model = LabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]})
    model.update({"item": ["2"], "source": ["bob"], "label": ["y"]})
    assert model.items_.to_list() == [1, 2]


def test_numbers_are_found_among_texts() -> None:
    model = LabelModel().fit({"item": ["1", "2"], "source": ["ann", "ann"], "label": ["x", "y"]})
    assert model.update({"item": [2], "source": ["bob"], "label": ["y"]}).items_.to_list() == ["1", "2"]


def test_gold_stays_certain_when_votes_come_in() -> None:
    votes = crowd(range(20))
    model = LabelModel().fit(votes, {"item": [3, 9], "label": ["x", "y"]})
    model.update(pl.concat([crowd(range(3, 4), tag="w"), crowd(range(20, 22), tag="w")]))
    rows = dict(zip(model.items_.to_list(), model.proba_.tolist(), strict=True))
    assert (rows[3], rows[9]) == ([1, 0], [0, 1])


def test_a_new_person_is_taken_for_typical_of_the_source() -> None:
    model = LabelModel().fit(crowd(range(200)))
    typical = model.predict_proba({"item": [999], "source": ["crowd"], "voter": ["new"], "label": ["x"]})["x"][0]
    model.update({"item": [999], "source": ["crowd"], "voter": ["new"], "label": ["x"]})
    assert model.proba_of([999])[0, 0] == pytest.approx(typical, abs=0.02)


def test_a_person_who_is_wrong_in_every_update_is_believed_less() -> None:
    votes = crowd(range(200))
    model = LabelModel().fit(votes)
    labels = dict(model.labels_.rows())
    for start in range(0, 60, 20):
        rows = [(i, "crowd", "liar", "y" if labels[i] == "x" else "x") for i in range(start, start + 20)]
        model.update(table(rows))
    assert model.voters_.filter(pl.col("voter") == "liar")["accuracy"].item() < 0.3


def test_a_new_rule_speaks_for_the_outcome_it_votes() -> None:
    rows = [(i, "rules", "a", "x") for i in range(40)] + [(i, "rules", "b", "y") for i in range(40, 90)]
    model = LabelModel(kinds={"rules": "rule", "more": "rule"}).fit(table(rows))
    model.update(table([(i, "more", "c", "x") for i in range(100, 110)]))
    assert model.proba_of([100])[0, 0] > 0.6


def test_an_expert_of_a_new_source_is_believed_as_experts_are() -> None:
    model = LabelModel(kinds={"boss": "expert"}).fit(crowd(range(100)))
    model.update({"item": [999, 998], "source": ["boss", "crowd"], "voter": ["eve", "new"], "label": ["x", "x"]})
    expert, person = model.proba_of([999, 998])[:, 0]
    assert expert > person > 0.5


def test_what_was_learnt_by_updates_serves_other_items() -> None:
    model = LabelModel().fit(crowd(range(100)))
    model.update(crowd(range(100, 140), tag="w"))
    seen = model.predict_proba({"item": ["q"], "source": ["crowd"], "voter": ["w1"], "label": ["x"]})
    assert 0.6 < seen["x"][0] < 1


def test_an_updated_model_is_a_start_for_a_fit() -> None:
    votes = crowd(range(200))
    model = in_parts(votes, 900, 100)
    again = LabelModel().fit(votes, start=model)
    assert np.abs(again.proba_ - LabelModel().fit(votes).proba_).max() < 0.03


# --- what is refused ---------------------------------------------------------------------------------------------


def test_a_model_that_was_not_fitted_cannot_be_updated() -> None:
    with pytest.raises(NotFitted, match="Call fit"):
        LabelModel().update({"item": [1], "source": ["ann"], "label": ["x"]})


@pytest.mark.parametrize(
    ("votes", "error", "said"),
    [
        ({"item": [1], "source": ["ann"], "label": ["odd"]}, NoSuchOutcome, "'odd'"),
        ({"item": [], "source": [], "label": []}, NoVotes, "no rows"),
        ({"item": [None], "source": ["ann"], "label": ["x"]}, IncompleteVote, "item"),
        ({"item": ["one"], "source": ["ann"], "label": ["x"]}, OtherItems, "items of the type String"),
    ],
)
def test_votes_that_cannot_be_learnt_change_nothing(
    votes: dict[str, list[object]], error: type[Exception], said: str
) -> None:
    model = LabelModel().fit({"item": [1, 2], "source": ["ann", "ann"], "label": ["x", "y"]})
    before = model.posterior_
    with pytest.raises(error, match=said):
        model.update(votes)
    assert model.posterior_.equals(before)


def test_a_kind_that_does_not_exist_is_refused() -> None:
    model = LabelModel().fit({"item": [1], "source": ["ann"], "label": ["x"]}).set_params(kinds={"bob": "sage"})
    with pytest.raises(UnknownKind, match="'sage'"):
        model.update({"item": [1], "source": ["bob"], "label": ["x"]})
