"""Which items to learn from: typical ones first, then those whose decision is most in doubt, in money."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from payoff.ask import START, expected_regret, learning_batch
from payoff.decide import Floats

ACT_OR_NOT = np.array([[[1.0, -1.0], [0.0, 0.0]]])  # act: +1 or -1; leave: nothing


def shares(n: int, k: int) -> st.SearchStrategy[Floats]:
    """Rows of k shares that sum to 1."""
    positive = arrays(np.float64, (n, k), elements=st.floats(0.01, 1.0))
    return positive.map(lambda rows: rows / rows.sum(axis=1, keepdims=True))


money = st.floats(-1_000, 1_000)


# --- expected regret: what knowing the outcome would be worth ---------------------------------------------------------


def test_a_coin_flip_between_a_unit_won_and_a_unit_lost_is_worth_half_a_unit_to_know() -> None:
    assert expected_regret(ACT_OR_NOT, np.array([[0.5, 0.5]])).tolist() == [0.5 * 1.0 + 0.5 * 0.0 - 0.0]


def test_what_is_certain_is_not_worth_knowing() -> None:
    assert expected_regret(ACT_OR_NOT, np.eye(2)).tolist() == [0.0, 0.0]


def test_doubt_that_changes_no_decision_still_costs_what_it_may_lose() -> None:
    # at 0.9 one acts: 0.9 - 0.1 = 0.8; knowing would earn 0.9
    assert expected_regret(ACT_OR_NOT, np.array([[0.9, 0.1]]))[0] == pytest.approx(0.9 - 0.8)


def test_a_decision_that_is_best_either_way_leaves_nothing_to_know() -> None:
    always = np.array([[[1.0, 1.0], [0.0, 0.0]]])
    assert expected_regret(always, np.array([[0.5, 0.5]])).tolist() == [0.0]


def test_the_same_doubt_is_worth_more_where_more_money_is_at_stake() -> None:
    payoffs = np.array([[[1.0, -1.0], [0.0, 0.0]], [[100.0, -100.0], [0.0, 0.0]]])
    assert expected_regret(payoffs, np.full((2, 2), 0.5)).tolist() == [0.5, 50.0]


@given(payoffs=arrays(np.float64, (1, 3, 3), elements=money), posterior=shares(4, 3))
def test_knowing_is_never_worth_less_than_nothing(payoffs: Floats, posterior: Floats) -> None:
    assert (expected_regret(payoffs, posterior) >= 0).all()


@given(payoffs=arrays(np.float64, (3, 2, 3), elements=money))
def test_certainty_leaves_nothing_to_know(payoffs: Floats) -> None:
    assert expected_regret(payoffs, np.eye(3)) == pytest.approx(np.zeros(3))


@given(payoffs=arrays(np.float64, (1, 2, 2), elements=money), posterior=shares(3, 2), times=st.floats(0.1, 100))
def test_regret_is_money_so_it_scales_with_the_payoffs(payoffs: Floats, posterior: Floats, times: float) -> None:
    scaled = expected_regret(times * payoffs, posterior)
    assert scaled == pytest.approx(times * expected_regret(payoffs, posterior), abs=1e-6)


@given(payoffs=arrays(np.float64, (1, 2, 2), elements=money), posterior=shares(3, 2), gift=money)
def test_what_an_outcome_pays_under_every_decision_changes_no_regret(
    payoffs: Floats, posterior: Floats, gift: float
) -> None:
    given_away = payoffs + np.array([gift, 0.0])
    assert expected_regret(given_away, posterior) == pytest.approx(expected_regret(payoffs, posterior), abs=1e-6)


# --- the batch --------------------------------------------------------------------------------------------------------


@st.composite
def pools(draw: st.DrawFn) -> tuple[Floats, Floats, np.ndarray, int, int]:
    """Regret, places, labelled, count and seed of a pool of up to sixty items."""
    n = draw(st.integers(1, 60))
    places = draw(arrays(np.float64, (n, 2), elements=st.integers(0, 9).map(float)))
    regret = draw(arrays(np.float64, n, elements=st.floats(0, 10)))
    labelled = draw(arrays(np.bool_, n))
    return regret, places, labelled, draw(st.integers(0, 70)), draw(st.integers(0, 5))


@given(pools())
def test_a_batch_names_items_once_and_none_that_has_a_vote(pool: tuple[Floats, Floats, np.ndarray, int, int]) -> None:
    regret, places, labelled, count, seed = pool
    batch = learning_batch(regret, places, labelled, count, seed=seed)
    assert len(set(batch.tolist())) == len(batch)
    assert not labelled[batch].any()


@given(pools())
def test_a_batch_is_as_large_as_asked_unless_items_run_out(
    pool: tuple[Floats, Floats, np.ndarray, int, int],
) -> None:
    regret, places, labelled, count, seed = pool
    batch = learning_batch(regret, places, labelled, count, seed=seed)
    assert len(batch) == min(count, int((~labelled).sum()))


@given(pools())
def test_the_same_pool_and_seed_give_the_same_batch(pool: tuple[Floats, Floats, np.ndarray, int, int]) -> None:
    regret, places, labelled, count, seed = pool
    first, again = (learning_batch(regret, places, labelled, count, seed=seed) for _ in range(2))
    assert first.tolist() == again.tolist()


def three_heaps() -> Floats:
    """Three heaps of ten items: around 0, 100 and 200."""
    return np.concatenate([heap + np.linspace(0, 1, 10)[:, None] for heap in (0.0, 100.0, 200.0)])


def heaps(batch: np.ndarray) -> list[int]:
    return sorted((batch // 10).tolist())


def test_the_first_votes_are_typical_one_of_each_heap() -> None:
    batch = learning_batch(np.zeros(30), three_heaps(), np.zeros(30, bool), 3)
    assert heaps(batch) == [0, 1, 2]
    assert all(3 <= position % 10 <= 6 for position in batch)  # near the middle of its heap


def test_a_heap_that_has_a_vote_comes_after_those_without() -> None:
    labelled = np.zeros(30, bool)
    labelled[5] = True
    assert heaps(learning_batch(np.zeros(30), three_heaps(), labelled, 2)) == [1, 2]


def begun(n: int) -> np.ndarray:
    """So many items after which doubt leads: START of them have a vote."""
    labelled = np.zeros(n, bool)
    labelled[:START] = True
    return labelled


def test_after_the_start_the_item_most_in_doubt_comes_first() -> None:
    regret = np.zeros(60)
    regret[41] = 5.0
    assert learning_batch(regret, np.arange(60.0)[:, None], begun(60), 1).tolist() == [41]


def test_a_batch_after_the_start_is_not_many_times_the_same_item() -> None:
    places = np.concatenate([np.arange(20.0), np.full(20, 100.0), np.full(20, 200.0)])[:, None]
    regret = np.concatenate([np.zeros(20), np.full(20, 3.0), np.full(20, 2.9)])
    batch = learning_batch(regret, places, begun(60), 2)
    assert sorted(places[batch, 0].tolist()) == [100.0, 200.0]


def test_equal_items_that_have_votes_wait_for_others() -> None:
    places = np.concatenate([np.zeros(20), np.zeros(1), np.ones(1)])[:, None]
    regret = np.concatenate([np.zeros(20), [1.0, 0.2]])  # in more doubt, but twenty alike have a vote: 1 / 21 < 0.2
    assert learning_batch(regret, places, begun(22), 1).tolist() == [21]


def test_items_without_columns_are_taken_in_order() -> None:
    assert learning_batch(np.ones(5), np.zeros((5, 0)), np.zeros(5, bool), 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize("count", [0, 3])
def test_when_every_item_has_a_vote_there_is_nothing_to_ask(count: int) -> None:
    assert learning_batch(np.ones(3), np.arange(3.0)[:, None], np.ones(3, bool), count).tolist() == []
