"""The judge of the judge: nulls are nulls, better means better by so much, and peers get the benefit of the doubt."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from judging.looks import at_most
from judging.methods import METHODS, leaning
from judging.power import better_by
from judging.verdicts import Bar, Runs, both_ways, by, calibrated, needed
from judging.worlds import Pair, Pool, World

RIGHT_OR_WRONG = np.array([[1.0, -1.0], [-1.0, 1.0]])


def world(items: int = 400) -> World:
    """Outcomes in turn; the incumbent always decides 0, the other is right on three of four items."""
    outcome = np.arange(items) % 2
    other = np.where(np.arange(items) % 4 == 1, 0, outcome)
    payoffs = np.broadcast_to(RIGHT_OR_WRONG, (items, 2, 2))
    told = np.column_stack([0.8 - 0.6 * outcome, 0.2 + 0.6 * outcome])
    return World("alternating", payoffs, outcome, told, {"constant": np.zeros(items, dtype=int), "other": other})


def pool() -> Pool:
    stage = world()
    every = np.arange(len(stage.outcome))
    first, second = (stage.payoffs[every, decided] for decided in stage.policies.values())
    return Pool(first, second, stage.posterior, stage.outcome)


def runs(up: list[list[float]], down: list[list[float]]) -> Runs:
    """Three looks, at 10, 20 and 40 votes."""
    return Runs(np.tile([10.0, 20.0, 40.0], (len(up), 1)), np.array(up), np.array(down))


def test_a_centred_pool_has_nothing_to_win() -> None:
    assert pool().gain.mean() == 2 * 1 / 4
    assert pool().centred().gain.mean() == pytest.approx(0)


def test_a_centred_pool_differs_where_the_pair_does() -> None:
    assert (pool().centred().differs == pool().differs).all()


def test_a_pair_turned_has_the_other_answer() -> None:
    straight, turned = both_ways(Pair("alternating", "constant", "other", pool()))
    assert (straight.better, turned.better) == (True, False)
    assert turned.population.gain.mean() == -straight.population.gain.mean()


def test_a_mixture_is_better_by_the_share_asked_for() -> None:
    stage = world()
    mixed = better_by(stage, *stage.policies.values(), 0.05, np.random.default_rng(0))
    assert mixed is not None
    gain = RIGHT_OR_WRONG[mixed, stage.outcome] - RIGHT_OR_WRONG[0, stage.outcome]
    assert gain.sum() == 0.05 * 2 * 200  # 200 wrong items, each worth 2 to put right


def test_no_mixture_is_better_than_the_better_policy() -> None:
    stage = world()
    assert better_by(stage, *stage.policies.values(), 0.6, np.random.default_rng(0)) is None


def test_the_first_verdict_counts() -> None:
    both = runs(up=[[0, 0, 2]], down=[[0, 2, 0]])
    assert both.false(Bar(1.0, 1.0, 0)) == (0.0, 1.0)


def test_a_peer_that_begins_later_cannot_err_before() -> None:
    early = runs(up=[[2, 0, 0]], down=[[0, 0, 0]])
    assert early.false(Bar(1.0, 1.0, 1)) == (0.0, 0.0)


def test_a_calibrated_bar_lets_the_wanted_share_pass() -> None:
    leaned = runs(up=[[0, 0, value] for value in range(100)], down=[[0, 0, 0]] * 100)
    assert leaned.false(calibrated([leaned], 0.05, 0.0, 0))[0] == 0.05


def test_votes_are_those_of_the_look_at_which_enough_are_right() -> None:
    assert needed(runs(up=[[2, 2, 2]], down=[[0, 0, 0]]), Bar(1.0, 1.0, 0), better=True) == 10


def test_votes_between_looks_go_by_the_logarithm() -> None:
    half = [[0.0, 0, 2]] * 4 + [[0, 2, 2]] * 6  # .6 at 20, all at 40: .8 is half way
    found = needed(runs(up=half, down=[[0, 0, 0]] * 10), Bar(1.0, 1.0, 0), better=True)
    assert found == pytest.approx(20 * 2**0.5)


def test_a_method_that_is_never_right_needs_votes_without_end() -> None:
    assert needed(runs(up=[[0, 0, 0]], down=[[0, 0, 0]]), Bar(1.0, 1.0, 0), better=True) == np.inf


def test_a_peer_that_never_settles_counts_as_if_it_did_at_the_last_batch() -> None:
    ours, theirs = np.array([50.0, np.inf, np.inf]), np.array([np.inf, np.inf, 100.0])
    assert by(ours, theirs, 500).tolist() == [50 / 500, 1.0, np.inf]


def test_a_test_without_scatter_leans_nowhere() -> None:
    flat = leaning(np.array([20.0]), np.array([1.0]), np.array([0.0]), np.array([19]))
    assert (flat.up[0], flat.down[0]) == (0.0, 0.0)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_a_clear_winner_and_a_clear_loser(method: str) -> None:
    for way in both_ways(Pair("alternating", "constant", "other", pool())):
        found = METHODS[method](way.population, np.random.default_rng(0))
        assert (found.up.max() > 1, found.down.max() > 1) == (way.better, not way.better)


def test_no_adoption_in_sixty_leaves_room_for_one_in_twenty() -> None:
    assert at_most(0, 60) == pytest.approx(1 - 0.05 ** (1 / 60))
