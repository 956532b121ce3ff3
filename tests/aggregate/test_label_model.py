"""The label model: what it must recover, what must not change it, and what it says of its voters."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from payoff.aggregate import LabelModel, MajorityVote
from payoff.aggregate.calibration import MAJORITY, majority
from payoff.errors import ConflictingGold, MissingVoteColumns, NoSuchOutcome, UnknownKind, UnusableAggregateOption

OUTCOMES = np.array(["x", "y", "z"])


def crowd(
    accuracies: list[float], *, items: int = 400, outcomes: int = 2, seed: int = 0
) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """Everybody votes on everything, each voter right so often and else evenly wrong; and the truth."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, outcomes, items)
    rows = []
    for voter, accuracy in enumerate(accuracies):
        wrong = (truth + draw.integers(1, outcomes, items)) % outcomes
        label = np.where(draw.random(items) < accuracy, truth, wrong)
        rows.append(pl.DataFrame({"item": range(items), "voter": f"v{voter}", "label": OUTCOMES[label]}))
    return pl.concat(rows).with_columns(source=pl.lit("crowd")), truth


def rules(fired: dict[str, tuple[str, range]]) -> pl.DataFrame:
    """Votes of rules: each votes its label on its items."""
    rows = [(i, "rules", name, label) for name, (label, items) in fired.items() for i in items]
    return pl.DataFrame(rows, schema=["item", "source", "voter", "label"], orient="row")


def log_loss(model: LabelModel | MajorityVote, truth: NDArray[np.int64]) -> float:
    return float(-np.log(np.maximum(model.proba_[np.arange(len(truth)), truth], 1e-6)).mean())


# --- what it recovers --------------------------------------------------------------------------------------------


def test_it_beats_the_majority_where_voters_differ() -> None:
    votes, truth = crowd([0.95, 0.9, 0.55, 0.55, 0.52, 0.5, 0.5])
    label = LabelModel().fit(votes).proba_.argmax(axis=1)
    assert (label == truth).mean() > (MajorityVote().fit(votes).proba_.argmax(axis=1) == truth).mean() + 0.05


def test_its_probabilities_are_better_bets_than_shares() -> None:
    votes, truth = crowd([0.9, 0.8, 0.7, 0.6, 0.6])
    assert log_loss(LabelModel().fit(votes), truth) < log_loss(MajorityVote().fit(votes), truth)


def test_voters_are_ranked_by_their_planted_accuracies() -> None:
    votes, _ = crowd([0.95, 0.85, 0.75, 0.65, 0.55], items=2000, outcomes=3)
    accuracy = LabelModel().fit(votes).voters_["accuracy"].to_list()
    assert accuracy == sorted(accuracy, reverse=True)


def test_gold_shows_that_voters_err_apart_and_planted_accuracies_are_recovered() -> None:
    planted = [0.95, 0.85, 0.75, 0.65, 0.55]
    votes, truth = crowd(planted, items=2000, outcomes=3)
    gold = pl.DataFrame({"item": range(500), "label": OUTCOMES[truth[:500]]})
    told = LabelModel().fit(votes, gold).voters_
    # The shares of the votes, which are mixed into the posterior, draw a good voter towards the others.
    assert told["accuracy"].to_list() == pytest.approx(planted, abs=0.08)


def test_a_voter_who_answers_the_opposite_is_heard_the_other_way_round() -> None:
    votes, _ = crowd([0.9, 0.85, 0.8, 0.1])
    model = LabelModel().fit(votes)
    lies = model.predict_proba({"item": ["new"], "source": ["crowd"], "voter": ["v3"], "label": ["x"]})
    assert lies["y"][0] > 0.5 > lies["x"][0]


def test_an_expert_is_believed_against_three_of_the_crowd() -> None:
    votes, _ = crowd([0.65, 0.65, 0.65], items=300)
    experts = pl.DataFrame({"item": range(60), "voter": "ann", "source": "experts", "label": ["x", "y"] * 30})
    model = LabelModel(kinds={"experts": "expert"}).fit(pl.concat([votes, experts.select(votes.columns)]))
    assert model.labels_["label"].head(60).to_list() == ["x", "y"] * 30


def test_rules_that_each_know_one_outcome_are_no_worse_than_the_majority() -> None:
    votes = rules({"a": ("x", range(60)), "b": ("x", range(30, 70)), "c": ("y", range(65, 130))})
    labels = LabelModel(kinds={"rules": "rule"}).fit(votes).labels_["label"].to_list()
    assert labels[:60] == ["x"] * 60
    assert labels[70:] == ["y"] * 60


def test_a_rule_that_fires_everywhere_says_no_more_of_an_item_than_base_rates_and_shares() -> None:
    votes = rules({"always": ("x", range(100)), "some": ("y", range(20))})
    model = LabelModel(kinds={"rules": "rule"}).fit(votes)
    rate = model.prior_[0]
    alone = (1 - MAJORITY) * rate + MAJORITY * (1 + rate) / 2  # one vote, and one of the base rates
    assert model.proba_[50, 0] == pytest.approx(alone, abs=0.02)  # the silence of the other rule says little
    assert model.proba_[5, 1] > 0.6


# --- gold --------------------------------------------------------------------------------------------------------


def test_gold_is_certain_whatever_the_votes_say() -> None:
    votes, _ = crowd([0.9] * 5, items=50)
    gold = pl.DataFrame({"item": [0, 1], "label": ["x", "y"]})
    assert LabelModel().fit(votes, gold).proba_[:2].tolist() == [[1, 0], [0, 1]]


def test_gold_teaches_that_a_rule_is_wrong() -> None:
    votes = rules({"good": ("x", range(100)), "bad": ("x", range(100, 200)), "other": ("y", range(200, 300))})
    known = [*range(20), *range(100, 120), *range(200, 220)]  # a fifth of the items of each
    gold = pl.DataFrame({"item": known, "label": ["x"] * 20 + ["y"] * 40})
    told = LabelModel(kinds={"rules": "rule"}).fit(votes, gold)
    assert told.labels_["label"].to_list() == ["x"] * 100 + ["y"] * 200


def test_a_gold_label_may_be_an_outcome_nobody_voted() -> None:
    votes, _ = crowd([0.9] * 3, items=20)
    model = LabelModel().fit(votes, {"item": [3], "label": ["z"]})
    assert model.labels_.rows()[3] == (3, "z")


def test_gold_of_items_without_a_vote_adds_no_row() -> None:
    votes, _ = crowd([0.9] * 3, items=20)
    assert len(LabelModel().fit(votes, {"item": [77], "label": ["x"]}).posterior_) == 20


def test_gold_matches_items_by_name() -> None:
    votes, _ = crowd([0.9] * 3, items=20)
    assert LabelModel().fit(votes, {"item": ["3"], "label": ["y"]}).proba_[3].tolist() == [0, 1]


def test_two_gold_labels_of_one_item_are_refused() -> None:
    votes, _ = crowd([0.9], items=5)
    with pytest.raises(ConflictingGold, match="the item '3' has several gold labels: 'x', 'y'"):
        LabelModel().fit(votes, {"item": [3, 3], "label": ["x", "y"]})


def test_a_gold_label_that_is_no_outcome_is_refused() -> None:
    votes, _ = crowd([0.9], items=5)
    with pytest.raises(NoSuchOutcome, match="'z'"):
        LabelModel(outcomes=["x", "y"]).fit(votes, {"item": [3], "label": ["z"]})


# --- what changes nothing ----------------------------------------------------------------------------------------

KINDS = {"crowd": "crowd", "rules": "rule", "old": "system", "experts": "expert"}
cell = st.tuples(
    st.integers(0, 12), st.sampled_from(list(KINDS)), st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y", "z"])
)


@st.composite
def worlds(draw: st.DrawFn) -> pl.DataFrame:
    """Votes of all kinds, at most one of each voter on an item."""
    cells = draw(st.lists(cell, min_size=1, max_size=80, unique_by=lambda row: row[:3]))
    return pl.DataFrame(cells, schema=["item", "source", "voter", "label"], orient="row")


def fitted(votes: pl.DataFrame, kinds: dict[str, str] = KINDS) -> LabelModel:
    return LabelModel(kinds=kinds, tol=0, max_iter=20).fit(votes)


@settings(max_examples=40, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_votes_changes_nothing(votes: pl.DataFrame, random: st.DataObject) -> None:
    order = list(range(len(votes)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert np.allclose(fitted(votes).proba_, fitted(votes[order]).proba_, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(worlds(), st.permutations(["x", "y", "z"]))
def test_renaming_the_outcomes_renames_the_columns_only(votes: pl.DataFrame, names: list[str]) -> None:
    new = dict(zip(["x", "y", "z"], names, strict=True))
    model, renamed = fitted(votes), fitted(votes.with_columns(pl.col("label").replace(new)))
    theirs = renamed.posterior_.select(new[name] for name in model.outcomes_).to_numpy()
    assert np.allclose(model.proba_, theirs, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(worlds(), st.permutations(["a", "b", "c"]))
def test_renaming_the_voters_changes_nothing(votes: pl.DataFrame, names: list[str]) -> None:
    renamed = votes.with_columns(pl.col("voter").replace(dict(zip("abc", names, strict=True))))
    assert np.allclose(fitted(votes).proba_, fitted(renamed).proba_, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_rules_of_one_source_and_rules_that_are_a_source_each_are_the_same(votes: pl.DataFrame) -> None:
    always_on = votes.filter(pl.col("source").is_in(["rules", "old"]))
    if always_on.is_empty():
        return
    alone = always_on.with_columns(source=pl.format("{}-{}", "source", "voter"), voter=pl.lit("only"))
    kinds = {f"{source}-{voter}": KINDS[source] for source in ("rules", "old") for voter in "abc"}
    assert np.allclose(fitted(always_on).proba_, fitted(alone, kinds).proba_, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_probabilities_are_positive_and_add_up_to_one(votes: pl.DataFrame) -> None:
    proba = fitted(votes).proba_
    assert np.allclose(proba.sum(axis=1), 1)
    assert proba.min() > 0


def test_the_same_votes_give_the_same_posterior() -> None:
    votes, _ = crowd([0.8, 0.7, 0.6])
    assert LabelModel().fit(votes).posterior_.equals(LabelModel().fit(votes).posterior_)


def test_a_voter_at_chance_changes_hardly_any_label() -> None:
    same = []
    for seed in range(4):
        votes, _ = crowd([0.9, 0.85, 0.8, 0.8, 0.75], items=1000, seed=seed)
        noise, _ = crowd([0.5], items=1000, seed=90 + seed)
        both = LabelModel().fit(pl.concat([votes, noise.with_columns(voter=pl.lit("noise"))]))
        same.append((LabelModel().fit(votes).proba_.argmax(axis=1) == both.proba_.argmax(axis=1)).mean())
        assert both.voters_.filter(pl.col("voter") == "noise")["accuracy"].item() == pytest.approx(0.5, abs=0.05)
    assert np.mean(same) > 0.98


def test_people_who_are_a_source_each_are_heard_like_one_crowd() -> None:
    votes, _ = crowd([0.9, 0.7, 0.6, 0.6])
    alone = votes.with_columns(source="voter").drop("voter")
    assert np.allclose(LabelModel().fit(votes).proba_, LabelModel().fit(alone).proba_)


# --- copies ------------------------------------------------------------------------------------------------------


def test_copies_of_a_rule_count_as_one() -> None:
    votes = rules({"a": ("x", range(60)), "b": ("y", range(40, 100)), "c": ("x", range(100, 130))})
    copy = votes.filter(pl.col("voter") == "a").with_columns(voter=pl.lit("copy of a"))
    models = [LabelModel(kinds={"rules": "rule"}).fit(table) for table in (votes, pl.concat([votes, copy]))]
    once, twice = (model.proba_ - MAJORITY * majority(model._coded, model.prior_) for model in models)
    assert np.abs(once - twice).max() < 0.1
    assert np.abs(once - twice)[60:].max() < 0.01  # on items on which the copies are silent


def test_two_copies_count_less_than_two_rules() -> None:
    copies = rules({"a": ("x", range(60)), "b": ("x", range(60)), "c": ("y", range(50, 110))})
    apart = rules({"a": ("x", range(60)), "b": ("x", range(25, 85)), "c": ("y", range(50, 110))})
    kinds = {"rules": "rule"}
    assert LabelModel(kinds=kinds).fit(copies).proba_[55, 0] < LabelModel(kinds=kinds).fit(apart).proba_[55, 0]


# --- options, passes, voters -------------------------------------------------------------------------------------


def test_a_kind_that_does_not_exist_is_refused() -> None:
    votes, _ = crowd([0.9], items=5)
    with pytest.raises(UnknownKind, match="'crowd' has the kind 'people'"):
        LabelModel(kinds={"crowd": "people"}).fit(votes)


def test_no_passes_are_refused() -> None:
    votes, _ = crowd([0.9], items=5)
    with pytest.raises(UnusableAggregateOption, match="max_iter is 0"):
        LabelModel(max_iter=0).fit(votes)


ONE: dict[str, list[object]] = {"item": [1], "source": ["r"], "label": ["x"]}


@pytest.mark.parametrize(
    "options",
    [{"max_iter": 1.5}, {"max_iter": "a"}, {"tol": -1}, {"tol": float("nan")}, {"tol": None}, {"kinds": ["rule"]}],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UnusableAggregateOption, match=next(iter(options))):
        LabelModel(**options).fit(ONE)


@pytest.mark.parametrize("items", [-5, 1.5, float("nan"), "a"])
def test_a_number_of_items_that_makes_no_sense_is_refused(items: Any) -> None:
    with pytest.raises(UnusableAggregateOption, match="items is"):
        LabelModel().fit(ONE, items=items)


def test_a_start_of_another_method_is_refused() -> None:
    with pytest.raises(UnusableAggregateOption, match="a LabelModel that was fitted"):
        LabelModel().fit(ONE, start=MajorityVote().fit(ONE))  # type: ignore[arg-type]


def test_kinds_find_sources_that_are_whole_floats() -> None:
    votes = {"item": [1, 1, 2], "source": [1, 2, 1], "label": ["x", "y", "x"]}
    floats: Any = {1.0: "rule"}
    assert LabelModel(kinds=floats).fit(votes).posterior_.equals(LabelModel(kinds={"1": "rule"}).fit(votes).posterior_)


def test_a_column_that_gold_lacks_is_said_of_gold() -> None:
    with pytest.raises(MissingVoteColumns, match="the table of gold has no column 'label'"):
        LabelModel().fit(ONE, {"item": [1]})


def test_without_tolerance_it_makes_exactly_so_many_passes() -> None:
    votes, _ = crowd([0.9, 0.8], items=50)
    assert LabelModel(max_iter=13, tol=0).fit(votes).n_iter_ == 13


def test_a_start_near_the_end_saves_passes_and_ends_at_the_same_place() -> None:
    votes, _ = crowd([0.8, 0.7, 0.65, 0.6], outcomes=3)
    first = LabelModel().fit(votes)
    again = LabelModel().fit(votes, start=first)
    assert again.n_iter_ < first.n_iter_
    assert np.allclose(first.proba_, again.proba_, atol=0.02)


def test_voters_are_counted_and_their_interval_holds_their_accuracy() -> None:
    votes, _ = crowd([0.9, 0.7], items=200)
    voters = LabelModel().fit(votes).voters_
    assert voters.columns == ["source", "voter", "votes", "accuracy", "low", "high"]
    assert voters["votes"].to_list() == [200, 200]
    assert voters.select((pl.col("low") < pl.col("accuracy")) & (pl.col("accuracy") < pl.col("high"))).to_series().all()


def test_more_votes_make_the_interval_narrower() -> None:
    votes, _ = crowd([0.8, 0.8, 0.8], items=400)
    few = votes.filter((pl.col("voter") != "v0") | (pl.col("item") < 20))
    widths = LabelModel().fit(few).voters_.select(pl.col("high") - pl.col("low")).to_series()
    assert widths[0] > 2 * widths[1]


def test_a_voter_with_one_vote_is_taken_for_typical() -> None:
    votes, _ = crowd([0.9, 0.9, 0.9, 0.9], items=200)
    one = pl.DataFrame({"item": [0], "voter": ["new"], "label": ["x"], "source": ["crowd"]})
    voters = LabelModel().fit(pl.concat([votes, one])).voters_
    assert voters.filter(pl.col("voter") == "new")["accuracy"].item() == pytest.approx(0.9, abs=0.2)


# --- other items -------------------------------------------------------------------------------------------------


def test_the_votes_it_learnt_from_are_predicted_as_they_were_fitted() -> None:
    votes, _ = crowd([0.9, 0.7, 0.6])
    model = LabelModel().fit(votes)
    assert np.allclose(model.predict_proba(votes).drop("item").to_numpy(), model.proba_)


def test_an_unknown_person_of_a_known_crowd_is_taken_for_typical_of_it() -> None:
    votes, _ = crowd([0.8, 0.8, 0.8])
    seen = LabelModel().fit(votes).predict_proba({"item": [1], "source": ["crowd"], "voter": ["new"], "label": ["x"]})
    assert 0.6 < seen["x"][0] < 0.9


def test_an_unknown_rule_is_not_heard() -> None:
    votes = rules({"a": ("x", range(60)), "b": ("y", range(60, 100))})
    model = LabelModel(kinds={"rules": "rule"}).fit(votes)
    new = model.predict_proba({"item": [1], "source": ["rules"], "voter": ["new"], "label": ["x"]})
    assert new.rows() == [(1, *model.prior_)]


def test_a_label_that_was_not_learnt_is_refused() -> None:
    votes, _ = crowd([0.8, 0.8])
    with pytest.raises(NoSuchOutcome, match="'odd'"):
        LabelModel().fit(votes).predict_proba({"item": [1], "source": ["crowd"], "label": ["odd"]})
