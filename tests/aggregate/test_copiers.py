from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import payoff.aggregate.copiers as copiers
from payoff.aggregate import LabelModel
from payoff.aggregate.coding import code_votes
from payoff.aggregate.copiers import copying, items_looked_at, named_pairs, twice
from planted import Planted, copied, crowd


def pairs(world: Planted, *, known: bool = False) -> list[tuple[int, int]]:
    proba = world.known if known else LabelModel().fit(world.votes).proba_
    found = copying(world.coded, proba).filter(pl.col("p") <= 0.05)
    return [(int(one), int(other)) for one, other in found.select("voter", "other_voter").rows()]


def test_a_planted_copier_is_named_with_whom_it_copies() -> None:
    found = [pairs(copied(crowd(seed, items=1000, outcomes=3, each=8), seed)) for seed in range(5)]
    assert sum((0, 25) in each for each in found) >= 4


def test_three_who_copy_one_are_all_found_where_the_truth_is_known() -> None:
    world = copied(crowd(1, items=1000, outcomes=3, each=8), 1, copiers=3)
    assert set(pairs(world, known=True)) >= {(0, 25), (0, 26), (0, 27)}


def test_where_nobody_copies_hardly_ever_anybody_is_named() -> None:
    assert sum(bool(pairs(crowd(seed, outcomes=3))) for seed in range(15)) <= 2


def test_items_that_are_hard_for_all_are_no_copying() -> None:
    names = 0
    for seed in range(8):
        world = crowd(seed, items=400, each=10, outcomes=3)
        hard = np.random.default_rng(seed).random(400) < 0.2
        tempted = hard[world.item] & (np.random.default_rng(seed + 1).random(len(world.item)) < 0.45)
        label = np.where(tempted, (world.truth[world.item] + 1) % 3, world.label)
        names += bool(pairs(Planted(world.truth, world.confusion, world.item, world.voter, label), known=True))
    assert names <= 1


def test_agreement_on_what_is_right_is_no_copying() -> None:
    same = {"item": list(range(50)) * 3, "source": np.repeat(list("abc"), 50), "label": ["x", "y"] * 75}
    assert copying(code_votes(same), np.array([[1.0, 0.0], [0.0, 1.0]] * 25)).is_empty()


def test_votes_on_different_items_are_no_pair() -> None:
    apart = {"item": [1, 2, 3], "source": list("abc"), "label": list("xyx")}
    assert copying(code_votes(apart), np.array([[0.5, 0.5]] * 3)).is_empty()


def test_names_and_order_of_voters_change_nothing() -> None:
    world = copied(crowd(2, items=600, outcomes=3, each=8), 2)
    proba = LabelModel().fit(world.votes).proba_
    turned = world.votes.with_columns(voter=pl.col("voter").str.reverse()).sort("label")
    one, other = (copying(code_votes(votes), proba)["p"].to_numpy() for votes in (world.votes, turned))
    assert one == pytest.approx(other)


def test_only_as_many_pairs_are_compared_as_there_is_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copiers, "PAIRS", 100)  # ten pairs of votes on each of 50 items: every fifth item
    assert items_looked_at(crowd(0, items=50).coded).tolist() == list(range(0, 50, 5))


def test_two_more_mistakes_are_expected_where_others_made_them() -> None:
    assert twice(1.0, 3, 0.1, 6, 2.0) > twice(1.0, 0, 0.1, 6, 2.0)


def test_pairs_that_differ_among_each_other_make_a_rare_one_less_so() -> None:
    voters = pl.DataFrame({"source": ["a", "b"], "voter": ["a", "b"]})
    pair = np.array([[0, 1, 9, 9.0, 1.0]])
    alike = named_pairs(voters, pair, np.array([10, 10.0, 10.0, 20.0, 10.0, 10.0]))
    apart = named_pairs(voters, pair, np.array([10, 10.0, 10.0, 40.0, 10.0, 10.0]))
    assert apart["p"][0] > 100 * alike["p"][0]
