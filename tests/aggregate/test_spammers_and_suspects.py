from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from payoff.aggregate import LabelModel
from payoff.aggregate.named import WRONGLY, adjusted
from payoff.aggregate.suspects import contenders, doubts, spammer_score, spammers, tail
from planted import Planted, crowd

PAYOFFS = np.array([[[0.0, -1.0], [-2.0, 1.0]]])


def found(world: Planted) -> pl.DataFrame:
    model, voters = LabelModel().fit(world.votes), len(world.coded.voters)
    return spammers(world.coded, world.apart(), np.zeros(voters, int), model.proba_)


def named(world: Planted) -> list[int]:
    return [int(voter) for voter in found(world).filter((pl.col("p") <= WRONGLY) | pl.col("opposite"))["voter"]]


def test_holm_multiplies_the_smallest_by_all_and_the_next_by_one_less() -> None:
    assert adjusted(np.array([0.02, 0.01, 0.9])).tolist() == [2 * 0.02, 3 * 0.01, 0.9]


def test_what_was_not_tested_counts_for_nothing() -> None:
    assert np.isnan(adjusted(np.array([np.nan, 0.01]))).tolist() == [True, False]
    assert adjusted(np.array([np.nan, 0.01]))[1] == 0.01


def test_the_smallest_of_many_tests_are_held_to_all_of_them() -> None:
    assert adjusted(np.array([0.001]), tests=40).tolist() == [40 * 0.001]


def test_planted_spammers_are_named() -> None:
    names = [named(crowd(seed, items=800, outcomes=3, spammers=4)) for seed in range(4)]
    assert sum(name < 4 for each in names for name in each) >= 0.8 * 4 * 4


def test_in_a_crowd_without_spammers_hardly_ever_anybody_is_named() -> None:
    assert sum(bool(named(crowd(seed, items=300))) for seed in range(12)) <= 2


def test_who_swaps_the_labels_says_the_opposite_and_not_nothing() -> None:
    world = crowd(0, items=800)
    label = np.where(world.voter == 3, 1 - world.label, world.label)
    swapped = Planted(world.truth, world.confusion, world.item, world.voter, label)
    row = found(swapped).filter(voter="003").row(0, named=True)
    assert row["opposite"]
    assert row["says"] < 0


def test_few_votes_are_no_reason_to_name_anybody() -> None:
    assert found(crowd(0, items=20, spammers=2))["p"].null_count() == 25  # four votes each


def test_a_voter_who_always_says_the_same_is_no_surer_a_spammer_than_its_votes_are_many() -> None:
    values = np.concatenate([np.full(10, -0.1), np.tile([-1.0, 1.0], 50)])
    voter = np.repeat([0, 1], [10, 100])
    alone, beside = tail(voter[:10], values[:10], np.array([0])), tail(voter, values, np.array([0, 0]))
    assert alone[0] < 1e-9
    assert beside[0] > 0.3  # a tenth of what others scatter, over ten votes


def test_the_score_of_raykar_and_yu_is_the_square_of_youdens_index_for_two_outcomes() -> None:
    world = crowd(2, items=50)
    score = spammer_score(world.coded, world.known)[0]
    mine = world.voter == 0
    rate = [np.mean(world.label[mine & (world.truth[world.item] == k)] == 1) for k in (0, 1)]
    assert score == pytest.approx((rate[1] - rate[0]) ** 2)


def test_one_outcome_tells_nobody_apart() -> None:
    world = crowd(0, items=30, outcomes=1)
    assert spammer_score(world.coded, world.known).tolist() == [0.0] * len(world.coded.voters)


def test_a_vote_is_wrong_by_bayes() -> None:
    table = doubts(np.array([0]), np.array([[0.2, 0.8]]), PAYOFFS, right=0.9)
    assert table["wrong"].item() == pytest.approx(0.8 * 0.1 / (0.8 * 0.1 + 0.2 * 0.9))


def test_at_stake_is_what_the_truth_earns_beyond_acting_on_the_vote() -> None:
    table = doubts(np.array([0, 1]), np.array([[0.2, 0.8]] * 2), PAYOFFS, right=0.5)
    assert table["at_stake"].to_list() == pytest.approx([0.8 * (1 - -1), 0.2 * (0 - -2)])


def test_a_vote_that_changes_no_decision_has_nothing_at_stake() -> None:
    always = np.array([[[1.0, 1.0], [0.0, 0.0]]])
    assert doubts(np.array([0]), np.array([[0.0, 1.0]]), always)["at_stake"].item() == 0


def test_votes_with_everything_else_are_not_suspicious() -> None:
    others = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]])
    assert doubts(np.array([0, 0, 1]), others, PAYOFFS)["suspicious"].sum() == 0


def test_an_outcome_nobody_voted_for_is_no_contender() -> None:
    assert contenders(np.array([0]), np.array([[0.1, 0.9]])).tolist() == [[0.1, 0.0]]


def test_planted_slips_are_suspicious() -> None:
    world = crowd(5, items=300)
    proba = LabelModel().fit(world.votes).proba_
    told = world.truth.copy()
    told[:10] = 1 - told[:10]
    table = doubts(told, proba, PAYOFFS)
    assert table["suspicious"][:10].sum() >= 8
    assert table["suspicious"][10:].sum() <= 0.1 * 290
