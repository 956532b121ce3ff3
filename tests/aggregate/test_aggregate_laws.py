"""Laws of aggregation: what must change nothing, what must help, and what planted worlds must give back."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from payoff.aggregate import DawidSkene, LabelModel, MajorityVote

METHODS = [MajorityVote, DawidSkene, LabelModel]
Method = type[MajorityVote] | type[DawidSkene] | type[LabelModel]
Model = MajorityVote | DawidSkene | LabelModel
Truth = NDArray[np.int64]
Floats = NDArray[np.float64]

KINDS = {"crowd": "crowd", "rules": "rule", "old": "system", "llm": "model", "experts": "expert"}
OUTCOMES = ["x", "y", "z"]
NOISE = 1e-4  # sums in another order, in single precision, over ten passes

cell = st.tuples(st.integers(0, 9), st.sampled_from(list(KINDS)), st.sampled_from("abc"), st.sampled_from(OUTCOMES))


@st.composite
def worlds(draw: st.DrawFn) -> pl.DataFrame:
    """Votes of all kinds, at most one of each voter on an item."""
    cells = draw(st.lists(cell, min_size=1, max_size=60, unique_by=lambda row: row[:3]))
    return pl.DataFrame(cells, schema=["item", "source", "voter", "label"], orient="row")


def fitted(method: Method, votes: pl.DataFrame, kinds: dict[str, str] | None = None) -> Model:
    """Fitted with all outcomes known and, where it learns, with exactly ten passes."""
    if method is MajorityVote:
        return MajorityVote(outcomes=OUTCOMES).fit(votes)
    if method is DawidSkene:
        return DawidSkene(outcomes=OUTCOMES, tol=0, max_iter=10).fit(votes)
    return LabelModel(kinds=KINDS if kinds is None else kinds, outcomes=OUTCOMES, tol=0, max_iter=10).fit(votes)


def renamed(votes: pl.DataFrame, column: str, names: dict[str, str]) -> pl.DataFrame:
    return votes.with_columns(pl.col(column).replace(names))


# --- what changes nothing ----------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(worlds(), st.randoms(use_true_random=False))
@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_votes_changes_nothing(method: Method, votes: pl.DataFrame, random: np.random.Generator) -> None:
    order = list(range(len(votes)))
    random.shuffle(order)  # type: ignore[arg-type]
    assert np.allclose(fitted(method, votes).proba_, fitted(method, votes[order]).proba_, atol=NOISE)


@settings(max_examples=25)
@given(worlds(), st.permutations(range(10)))
@pytest.mark.parametrize("method", METHODS)
def test_the_names_of_items_change_nothing(method: Method, votes: pl.DataFrame, names: list[int]) -> None:
    model = fitted(method, votes)
    new = [f"no {name}" for name in names]
    other = fitted(method, votes.with_columns(pl.col("item").replace_strict(range(10), new)))
    theirs = other.proba_of([new[item] for item in model.items_])
    assert np.allclose(model.proba_, theirs, atol=NOISE)


@settings(max_examples=25)
@given(worlds(), st.permutations("abc"))
@pytest.mark.parametrize("method", METHODS)
def test_the_names_of_voters_change_nothing(method: Method, votes: pl.DataFrame, names: list[str]) -> None:
    other = renamed(votes, "voter", dict(zip("abc", names, strict=True)))
    assert np.allclose(fitted(method, votes).proba_, fitted(method, other).proba_, atol=NOISE)


@settings(max_examples=25)
@given(worlds(), st.permutations(list(KINDS)))
@pytest.mark.parametrize("method", METHODS)
def test_the_names_of_sources_change_nothing(method: Method, votes: pl.DataFrame, names: list[str]) -> None:
    new = dict(zip(KINDS, names, strict=True))
    other = fitted(method, renamed(votes, "source", new), {new[source]: kind for source, kind in KINDS.items()})
    assert np.allclose(fitted(method, votes).proba_, other.proba_, atol=NOISE)


@settings(max_examples=25)
@given(worlds(), st.permutations(OUTCOMES))
@pytest.mark.parametrize("method", METHODS)
def test_the_names_of_outcomes_change_the_columns_only(method: Method, votes: pl.DataFrame, names: list[str]) -> None:
    new = dict(zip(OUTCOMES, names, strict=True))
    theirs = fitted(method, renamed(votes, "label", new)).posterior_.select(new[name] for name in OUTCOMES)
    assert np.allclose(fitted(method, votes).proba_, theirs.to_numpy(), atol=NOISE)


@settings(max_examples=25)
@given(worlds())
@pytest.mark.parametrize("method", METHODS)
def test_the_same_votes_give_the_same_bits(method: Method, votes: pl.DataFrame) -> None:
    model = fitted(method, votes)
    first = model.proba_.tobytes()
    fitted(method, votes[::-1])
    assert fitted(method, votes).proba_.tobytes() == first
    assert model.fit(votes).proba_.tobytes() == first


@settings(max_examples=25)
@given(worlds(), st.lists(st.sampled_from(OUTCOMES), min_size=60, max_size=60))
@pytest.mark.parametrize("method", METHODS)
def test_later_votes_of_a_voter_on_an_item_change_nothing(
    method: Method, votes: pl.DataFrame, labels: list[str]
) -> None:
    again = votes.with_columns(label=pl.Series(labels[: len(votes)]))
    assert np.array_equal(fitted(method, votes).proba_, fitted(method, pl.concat([votes, again])).proba_)


@settings(max_examples=25)
@given(worlds())
def test_an_always_on_source_with_many_voters_is_many_sources_with_one(votes: pl.DataFrame) -> None:
    alone = pl.when(pl.col("source").is_in(["rules", "old", "llm"]))
    apart = votes.with_columns(source=alone.then(pl.format("{}-{}", "source", "voter")).otherwise("source"))
    kinds = KINDS | {f"{source}-{voter}": KINDS[source] for source in ("rules", "old", "llm") for voter in "abc"}
    theirs = fitted(LabelModel, apart, kinds).proba_
    assert np.allclose(fitted(LabelModel, votes).proba_, theirs, atol=NOISE)


@settings(max_examples=25)
@given(worlds())
@pytest.mark.parametrize("method", [MajorityVote, LabelModel])
def test_the_votes_learnt_from_are_predicted_as_they_were_fitted(method: Method, votes: pl.DataFrame) -> None:
    model = fitted(method, votes)
    assert not isinstance(model, DawidSkene)
    assert np.allclose(model.predict_proba(votes).drop("item").to_numpy(), model.proba_, atol=NOISE)


@settings(max_examples=25)
@given(worlds())
@pytest.mark.parametrize("method", [MajorityVote, LabelModel])
def test_once_it_has_learnt_the_other_items_say_nothing_of_an_item(method: Method, votes: pl.DataFrame) -> None:
    model = fitted(method, votes)
    assert not isinstance(model, DawidSkene)
    item = votes["item"].max()
    alone = model.predict_proba(votes.filter(pl.col("item") == item))
    assert np.allclose(alone.drop("item").to_numpy()[0], model.proba_[-1], atol=NOISE)


# --- what a posterior is -----------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(worlds())
@pytest.mark.parametrize("method", METHODS)
def test_probabilities_are_numbers_that_add_up_to_one(method: Method, votes: pl.DataFrame) -> None:
    model = fitted(method, votes)
    assert np.allclose(model.proba_.sum(axis=1), 1, atol=1e-6)
    assert model.proba_.min() >= 0
    assert math.isclose(model.prior_.sum(), 1, abs_tol=1e-6)


@settings(max_examples=50)
@given(worlds())
def test_without_gold_nothing_is_certain_or_impossible(votes: pl.DataFrame) -> None:
    proba = fitted(LabelModel, votes).proba_
    assert proba.min() > 0
    assert proba.max() < 1


@settings(max_examples=25)
@given(worlds(), st.lists(st.sampled_from(OUTCOMES), min_size=10, max_size=10), st.integers(1, 10))
def test_gold_is_certain_and_nothing_else_is(votes: pl.DataFrame, truth: list[str], known: int) -> None:
    gold = pl.DataFrame({"item": range(known), "label": truth[:known]})
    model = LabelModel(kinds=KINDS, outcomes=OUTCOMES, max_iter=10).fit(votes, gold)
    told = {item: truth[item] for item in range(known)}
    for item, row in zip(model.items_, model.proba_, strict=True):
        if item in told:
            assert row.tolist() == [float(told[item] == name) for name in OUTCOMES]
        else:
            assert row.min() > 0


@settings(max_examples=25)
@given(worlds())
@pytest.mark.parametrize("method", METHODS)
def test_an_item_without_a_vote_has_the_base_rates(method: Method, votes: pl.DataFrame) -> None:
    model = fitted(method, votes)
    assert model.proba_of([99]).tolist() == [model.prior_.tolist()]


@settings(max_examples=25)
@given(worlds())
@pytest.mark.parametrize("method", METHODS)
def test_the_label_is_the_likeliest_outcome(method: Method, votes: pl.DataFrame) -> None:
    model = fitted(method, votes)
    assert model.labels_["label"].to_list() == [OUTCOMES[k] for k in model.proba_.argmax(axis=1)]


@settings(max_examples=25)
@given(worlds())
def test_every_voter_is_told_of_once_with_all_its_votes(votes: pl.DataFrame) -> None:
    told = fitted(LabelModel, votes)
    assert isinstance(told, LabelModel)
    counted = votes.group_by("source", "voter").agg(votes=pl.len().cast(pl.Int64)).sort("source", "voter")
    assert told.voters_.select("source", "voter", "votes").equals(counted)
    inside = (pl.col("low") <= pl.col("accuracy")) & (pl.col("accuracy") <= pl.col("high"))
    assert told.voters_.select(inside & (pl.col("low") >= 0) & (pl.col("high") <= 1)).to_series().all()


# --- the baselines are what the textbooks say --------------------------------------------------------------------


@settings(max_examples=25)
@given(worlds(), st.sampled_from([0.0, 0.5, 1.0, 3.0]))
def test_majority_counts(votes: pl.DataFrame, added: float) -> None:
    model = MajorityVote(outcomes=OUTCOMES, added=added).fit(votes)
    for item, row in zip(model.items_, model.proba_.tolist(), strict=True):
        said = Counter(votes.filter(pl.col("item") == item)["label"])
        assert row == pytest.approx([(said[name] + added / 3) / (said.total() + added) for name in OUTCOMES])


Shares = dict[int, list[float]]


def dawid_and_skene(votes: pl.DataFrame, passes: int) -> Shares:
    """Dawid and Skene (1979), equations 2.3 to 2.5, line by line; 0.01 added to every count of labels."""
    rows = list(votes.select("item", pl.struct("source", "voter"), "label").iter_rows())
    by_item = defaultdict(list)
    for item, voter, label in rows:
        by_item[item].append((tuple(voter.values()), OUTCOMES.index(label)))
    posterior = {
        item: [sum(label == k for _, label in said) / len(said) for k in range(3)] for item, said in by_item.items()
    }
    for _ in range(passes):
        rates = [sum(row[k] for row in posterior.values()) / len(posterior) for k in range(3)]
        counts: dict[object, list[list[float]]] = defaultdict(lambda: [[0.01] * 3 for _ in range(3)])
        for item, said in by_item.items():
            for voter, label in said:
                for k in range(3):
                    counts[voter][k][label] += posterior[item][k]
        posterior = {item: one_posterior(said, rates, counts) for item, said in by_item.items()}
    return posterior


def one_posterior(
    said: list[tuple[object, int]], rates: list[float], counts: dict[object, list[list[float]]]
) -> list[float]:
    likelihood = [
        rates[k] * math.prod(counts[voter][k][label] / sum(counts[voter][k]) for voter, label in said) for k in range(3)
    ]
    return [value / sum(likelihood) for value in likelihood]


@settings(max_examples=25)
@given(worlds(), st.integers(1, 6))
def test_dawid_skene_is_the_textbook(votes: pl.DataFrame, passes: int) -> None:
    assume(votes["label"].n_unique() > 1)
    model = DawidSkene(outcomes=OUTCOMES, tol=0, max_iter=passes).fit(votes)
    slow = dawid_and_skene(votes, passes)
    assert np.allclose(model.proba_, [slow[item] for item in model.items_], atol=NOISE)


# --- planted worlds ----------------------------------------------------------------------------------------------

SEEDS = range(6)


def confusion(right: float, outcomes: int = 2) -> Floats:
    """P(label | outcome) of somebody who is right so often and else evenly wrong."""
    table = np.full((outcomes, outcomes), (1 - right) / (outcomes - 1))
    np.fill_diagonal(table, right)
    return table


def planted(truth: Truth, confusions: Sequence[Floats], seed: int, prefix: str = "v") -> pl.DataFrame:
    """Everybody votes on everything by their confusion."""
    draw = np.random.default_rng(seed)
    voters = []
    for number, table in enumerate(confusions):
        label = (draw.random(len(truth))[:, np.newaxis] > table[truth].cumsum(axis=1)).sum(axis=1)
        names = np.array(OUTCOMES)[label]
        voters.append(pl.DataFrame({"item": range(len(truth)), "voter": f"{prefix}{number}", "label": names}))
    return pl.concat(voters).with_columns(source=pl.lit("crowd"))


def truths(seed: int, items: int = 300, rates: Sequence[float] = (0.5, 0.5)) -> Truth:
    return np.random.default_rng(1000 + seed).choice(len(rates), items, p=rates)


def worth(model: Model, truth: Truth) -> float:
    """The mean log-likelihood of the truth."""
    return float(np.log(np.maximum(model.proba_[np.arange(len(truth)), truth], 1e-6)).mean())


def crowds(rights: Sequence[float], seed: int) -> tuple[pl.DataFrame, Truth]:
    truth = truths(seed)
    return planted(truth, [confusion(right) for right in rights], seed), truth


def never_lower(worths: Sequence[Sequence[float]]) -> bool:
    """Whether the mean over worlds, (steps, worlds), never falls by more than two standard errors of the fall."""
    rises = np.diff(np.array(worths), axis=0)
    return bool((rises.mean(axis=1) >= -2 * rises.std(axis=1, ddof=1) / np.sqrt(rises.shape[1])).all())


@pytest.mark.parametrize("rights", [[0.8, 0.7, 0.6], [0.75, 0.75, 0.75], [0.6, 0.6, 0.6]])
@pytest.mark.parametrize("right", [0.8, 0.9])
def test_the_more_items_a_good_voter_votes_on_the_likelier_is_the_truth(rights: list[float], right: float) -> None:
    found = []
    for share in (0, 0.5, 1):
        each = []
        for seed in SEEDS:
            votes, truth = crowds(rights, seed)
            good = planted(truth, [confusion(right)], 50 + seed, "good").filter(pl.col("item") < share * len(truth))
            each.append(worth(LabelModel().fit(pl.concat([votes, good])), truth))
        found.append(each)
    assert never_lower(found)
    assert np.mean(found[-1]) > np.mean(found[0])


@pytest.mark.parametrize("rights", [[0.8, 0.7, 0.6], [0.9] * 5, [0.9, 0.2, 0.6]])
def test_the_more_gold_the_likelier_is_the_truth_of_the_other_items(rights: list[float]) -> None:
    found = []
    for known in (0, 20, 100):
        each = []
        for seed in SEEDS:
            votes, truth = crowds(rights, seed)
            gold = {"item": range(known), "label": [OUTCOMES[k] for k in truth[:known]]}
            model = LabelModel(outcomes=["x", "y"]).fit(votes, pl.DataFrame(gold, schema_overrides={"item": pl.Int64}))
            each.append(float(np.log(model.proba_[np.arange(100, 300), truth[100:]]).mean()))
        found.append(each)
    assert never_lower(found)
    assert np.mean(found[-1]) > np.mean(found[0])


@pytest.mark.parametrize("kind", ["crowd", "system", "rule", "expert"])
def test_gold_that_bears_a_voter_out_makes_it_heard_more_on_other_items(kind: str) -> None:
    votes, _ = crowds([0.8, 0.7, 0.7], seed=0)
    votes = votes.with_columns(source="voter")
    first = votes.filter((pl.col("voter") == "v0") & (pl.col("item") < 60)).select("item", "label")
    against = first.with_columns(pl.col("label").replace({"x": "y", "y": "x"}))
    kinds = {"v0": kind, "v1": "crowd", "v2": "crowd"}
    said = votes.filter((pl.col("voter") == "v0") & (pl.col("item") >= 60)).sort("item")["label"] == "y"
    right, wrong = (LabelModel(kinds=kinds).fit(votes, gold).proba_[60:, 1] for gold in (first, against))
    assert right[said.to_numpy()].mean() > wrong[said.to_numpy()].mean()
    assert right[~said.to_numpy()].mean() < wrong[~said.to_numpy()].mean()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_voter_at_chance_changes_dawid_skene_by_no_more_than_its_sample_allows(seed: int) -> None:
    # One vote of somebody at chance adds log C(l|k) / C(l|k') to the log-odds: 0, known from n votes under each outcome
    # with variance 2 (1 - 1/2) / (n / 2) = 2 / n. The slope of a probability in its log-odds is at most 1/4.
    truth = truths(seed, items=2000)
    votes = planted(truth, [confusion(right) for right in (0.9, 0.8, 0.8, 0.75)], seed)
    noise = planted(truth, [confusion(0.5)], 70 + seed, "noise")
    before, after = DawidSkene().fit(votes).proba_, DawidSkene().fit(pl.concat([votes, noise])).proba_
    assert np.abs(before - after).max() < 0.25 * 4 * np.sqrt(2 / 1000)


@pytest.mark.parametrize("noisy", [1, 2, 4])
def test_voters_at_chance_change_hardly_any_label(noisy: int) -> None:
    changed = []
    for seed in SEEDS:
        truth = truths(seed, items=1000)
        votes = planted(truth, [confusion(right) for right in (0.9, 0.85, 0.8, 0.8)], seed)
        noise = planted(truth, [confusion(0.5)] * noisy, 70 + seed, "noise")
        before, after = LabelModel().fit(votes).proba_, LabelModel().fit(pl.concat([votes, noise])).proba_
        changed.append((before.argmax(axis=1) != after.argmax(axis=1)).mean())
    # Two stand against two, none of them best and second best together, on .08 of the items; one in three of those.
    assert np.mean(changed) < 0.08 / 3


@pytest.mark.parametrize("rights", [[0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.1], [0.95, 0.9, 0.55, 0.55, 0.5, 0.5]])
@pytest.mark.parametrize("method", [DawidSkene, LabelModel])
def test_it_beats_the_majority_where_voters_differ(method: type[DawidSkene | LabelModel], rights: list[float]) -> None:
    ours, plain = [], []
    for seed in SEEDS:
        votes, truth = crowds(rights, seed)
        ours.append((method().fit(votes).proba_.argmax(axis=1) == truth).mean())
        plain.append((MajorityVote().fit(votes).proba_.argmax(axis=1) == truth).mean())
    assert np.mean(ours) > np.mean(plain)


@pytest.mark.parametrize("rights", [[0.9, 0.8, 0.7, 0.6, 0.6], [0.75] * 5, [0.7] * 9, [0.9, 0.9, 0.9]])
def test_whoever_bets_on_what_is_all_but_sure_loses_seldom(rights: list[float]) -> None:
    sure, wrong = 0, 0
    for seed in SEEDS:
        votes, truth = crowds(rights, seed)
        proba = LabelModel().fit(votes).proba_
        told = proba.max(axis=1) > 0.9
        sure += told.sum()
        wrong += (proba.argmax(axis=1) != truth)[told].sum()
    assert wrong <= 0.1 * sure + 3 * np.sqrt(0.1 * 0.9 * sure)  # one in ten, and what chance adds to it


def test_with_gold_one_vote_says_what_bayes_rule_says() -> None:
    rates, table = [0.7, 0.3], np.array([[0.9, 0.1], [0.4, 0.6]])
    truth = truths(0, items=4000, rates=rates)
    votes = planted(truth, [table], 1)
    gold = {"item": range(3000), "label": [OUTCOMES[k] for k in truth[:3000]]}
    model = LabelModel().fit(votes, gold)
    other = {"item": ["a", "b"], "source": ["crowd"] * 2, "voter": ["v0"] * 2, "label": ["x", "y"]}
    expected = [0.7 * 0.9 / (0.7 * 0.9 + 0.3 * 0.4), 0.7 * 0.1 / (0.7 * 0.1 + 0.3 * 0.6)]  # .84, .28
    assert model.predict_proba(other)["x"].to_list() == pytest.approx(expected, abs=0.05)


def test_gold_gives_back_the_planted_accuracies_of_every_kind() -> None:
    planted_rights = [0.95, 0.8, 0.6, 0.9]
    truth = truths(0, items=3000)
    votes = planted(truth, [confusion(right) for right in planted_rights], 1).with_columns(source="voter")
    gold = {"item": range(2000), "label": [OUTCOMES[k] for k in truth[:2000]]}
    kinds = {"v0": "expert", "v1": "system", "v2": "crowd", "v3": "model"}
    assert LabelModel(kinds=kinds).fit(votes, gold).voters_["accuracy"].to_list() == pytest.approx(
        planted_rights, abs=0.05
    )


def test_calling_a_source_expert_makes_its_label_likelier() -> None:
    votes, _ = crowds([0.7, 0.7, 0.7, 0.8], seed=0)
    votes = votes.with_columns(source=pl.when(pl.col("voter") == "v3").then(pl.lit("ann")).otherwise("source"))
    said = (votes.filter(pl.col("voter") == "v3").sort("item")["label"] == "y").to_numpy()
    expert = LabelModel(kinds={"ann": "expert"}).fit(votes).proba_[:, 1]
    crowd = LabelModel(kinds={"ann": "crowd"}).fit(votes).proba_[:, 1]
    assert expert[said].mean() > crowd[said].mean()
    assert expert[~said].mean() < crowd[~said].mean()


@pytest.mark.parametrize("kind", ["rule", "system", "model", "proxy"])
def test_an_always_on_voter_that_is_there_twice_counts_once(kind: str) -> None:
    votes, _ = crowds([0.8, 0.7, 0.7, 0.6], seed=0)
    votes = votes.with_columns(source=pl.when(pl.col("voter") == "v3").then(pl.lit("old")).otherwise("source"))
    copy = votes.filter(pl.col("source") == "old").with_columns(voter=pl.lit("copy"))
    once = LabelModel(kinds={"old": kind}).fit(votes).proba_.argmax(axis=1)
    twice = LabelModel(kinds={"old": kind}).fit(pl.concat([votes, copy])).proba_.argmax(axis=1)
    assert (once == twice).mean() > 0.97


def test_everybody_saying_the_same_of_an_item_is_believed() -> None:
    for seed in SEEDS:
        votes, _ = crowds([0.8, 0.75, 0.7, 0.7], seed)
        shares = MajorityVote().fit(votes).proba_
        together = shares.max(axis=1) == 1
        label = LabelModel().fit(votes).proba_.argmax(axis=1)
        assert (label == shares.argmax(axis=1))[together].all()
