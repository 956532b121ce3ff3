"""Whether people err together: how much more items differ in agreement than independent errors explain."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from counted import said
from payoff.aggregate import LabelModel
from payoff.aggregate.together import agreement, chance_together, erring_together, items_looked_at

Floats = NDArray[np.float64]


def crowd(seed: int, right: Floats, voters: int) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """Everybody votes on every item and is right with the chance `right`, (items,), of that item; and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, len(right))
    wrong = rng.random((len(right), voters)) >= right[:, np.newaxis]
    label = np.where(wrong, 1 - truth[:, np.newaxis], truth[:, np.newaxis])
    item, voter = np.indices(label.shape)
    votes = pl.DataFrame({"item": item.ravel(), "voter": voter.ravel(), "label": label.ravel()})
    return votes.with_columns(source=pl.lit("crowd"), voter=pl.format("v{}", "voter")), truth


def told(votes: pl.DataFrame, kinds: dict[str, str] | None = None) -> float:
    model = LabelModel(kinds=kinds).fit(votes)
    return erring_together(model._coded, model._learnt)


# --- agreement under independent errors, by counting -----------------------------------------------------------------


def by_counting(confusion: Floats, rates: Floats) -> tuple[float, float]:
    """Mean and variance of the share of agreeing pairs over all outcomes and all ways to vote."""
    voters, outcomes, labels = confusion.shape
    shares, chances = [], []
    for outcome in range(outcomes):
        for votes in itertools.product(range(labels), repeat=voters):
            pairs = list(itertools.combinations(votes, 2))
            shares.append(sum(one == other for one, other in pairs) / len(pairs))
            chances.append(rates[outcome] * np.prod([confusion[v, outcome, vote] for v, vote in enumerate(votes)]))
    mean = float(np.dot(chances, shares))
    return mean, float(np.dot(chances, np.square(shares)) - mean**2)


@pytest.mark.parametrize(("voters", "outcomes"), [(3, 2), (4, 2), (5, 2), (3, 3), (4, 3)])
def test_agreement_expected_of_unlike_voters_is_that_of_all_ways_to_vote(voters: int, outcomes: int) -> None:
    rng = np.random.default_rng(voters)
    confusion = rng.dirichlet(np.ones(outcomes), (voters, outcomes))
    rates = rng.dirichlet(np.ones(outcomes))
    tally = np.array([[voters, *[0] * (outcomes - 1)]], dtype=np.int32)
    found = agreement(np.array([0, voters]), np.arange(voters), tally, confusion, rates)[0]
    assert found == pytest.approx([1, *by_counting(confusion, rates)])


def test_items_with_two_votes_are_not_looked_at() -> None:
    assert items_looked_at(said(ann="xyx", bob="xyx", cid="..y")).tolist() == [2]


# --- what it tells ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", [0.7, 0.9])
def test_ten_people_who_err_on_their_own_are_seen_to_do_so(right: float) -> None:
    assert np.mean([told(crowd(seed, np.full(600, right), 10)[0]) for seed in range(3)]) < 0.5


def test_ten_people_who_err_on_the_same_items_are_seen_to_do_so() -> None:
    hard = np.where(np.arange(600) % 3 == 0, 0.4, 0.95)  # a third of the items mislead most of them
    assert min(told(crowd(seed, hard, 10)[0]) for seed in range(3)) > 0.9


def test_with_three_votes_an_item_nothing_can_be_told() -> None:
    assert told(crowd(0, np.full(600, 0.9), 3)[0]) == 1


def test_the_more_of_the_votes_are_of_rules_the_less_people_tell() -> None:
    votes, truth = crowd(0, np.full(600, 0.8), 10)
    rules = [
        pl.DataFrame({"item": np.arange(600), "voter": name, "label": truth, "source": "rules"}).select(votes.columns)
        for name in "abcde"
    ]
    alone, mixed = told(votes), told(pl.concat([votes, *rules]), {"rules": "rule"})
    assert alone < mixed < 1


def test_a_wider_spread_makes_erring_together_likelier() -> None:
    even = np.tile([[0.5, 0.6, 0.01], [0.7, 0.6, 0.01]], (100, 1))
    chances = [chance_together(even * [1, 1, part], 10.0) for part in (1.0, 0.8, 0.6, 0.3)]
    assert chances == sorted(chances)


def test_names_of_people_and_the_order_of_votes_do_not_matter() -> None:
    votes, _ = crowd(2, np.full(200, 0.8), 8)
    other = votes.with_columns(voter=pl.format("w{}", pl.col("voter").str.slice(1).cast(pl.Int64) * 7 % 11))
    assert told(other.sample(fraction=1, shuffle=True, seed=1)) == pytest.approx(told(votes))


# --- what follows ----------------------------------------------------------------------------------------------------


def test_ten_independent_people_are_believed() -> None:
    losses = []
    for seed in range(4):
        votes, truth = crowd(seed, np.full(500, 0.8), 10)
        losses.append(-np.log(LabelModel().fit(votes).proba_[np.arange(500), truth]).mean())
    assert np.mean(losses) < 0.2  # were errors shared as usual: .28


def test_more_good_people_make_the_truth_likelier() -> None:
    votes, truth = crowd(4, np.full(500, 0.85), 12)
    few, many = (
        LabelModel().fit(votes.filter(pl.col("voter").is_in([f"v{i}" for i in range(n)]))).proba_ for n in (4, 12)
    )
    rows = np.arange(500), truth
    assert np.log(many[rows]).mean() > np.log(few[rows]).mean()
