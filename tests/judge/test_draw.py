"""Where audit votes are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import JudgeError
from payoff.judge import draw

HALF = [0.5, 0.5]


def test_an_item_both_decide_alike_is_never_drawn() -> None:
    assert draw([[1, 2], [0, 0]], [[1, 2], [5, -5]], [HALF, HALF], votes=0.5).tolist() == [0.0, 0.5]


def test_twice_the_money_at_stake_is_drawn_twice_as_often() -> None:
    chance = draw([[0, 0]] * 2, [[2, -2], [1, -1]], [HALF, HALF], votes=0.9)

    assert chance == pytest.approx([0.9 * 2 / 3, 0.9 * 1 / 3])


def test_what_the_posterior_doubts_is_drawn_more() -> None:
    sure, unsure = draw([[0, 0]] * 2, [[1, -1]] * 2, [[0.99, 0.01], HALF], votes=0.5)

    # q = 0.75 p + 0.25 / 2, standard deviation 2 sqrt(q (1 - q))
    low = 0.75 * 0.01 + 0.125
    assert sure / unsure == pytest.approx(np.sqrt(low * (1 - low)) / 0.5)


def test_an_item_the_posterior_is_certain_of_may_still_be_drawn() -> None:
    assert draw([[0, 0]], [[1, -1]], [[1.0, 0.0]], votes=0.1)[0] == pytest.approx(0.1)


def test_a_difference_that_does_not_depend_on_the_outcome_needs_no_vote() -> None:
    assert draw([[0, 0]], [[-1, -1]], [HALF], votes=5).tolist() == [0.0]


def test_audited_items_are_not_drawn_again() -> None:
    assert draw([[0, 0]] * 2, [[1, -1]] * 2, [HALF] * 2, votes=0.5, audited=[0]).tolist() == [0.0, 0.5]


def test_chances_over_two_rounds_stay_in_proportion_to_the_doubt() -> None:
    first = draw([[0, 0]] * 3, [[2, -2], [1, -1], [1, -1]], [HALF] * 3, votes=0.8)
    second = draw([[0, 0]] * 3, [[2, -2], [1, -1], [1, -1]], [HALF] * 3, votes=0.8, drawn=first)

    assert second[0] * (1 - first[0]) == pytest.approx(2 * second[1] * (1 - first[1]))


def test_where_too_few_items_differ_each_is_drawn_with_0_95_and_the_rest_of_the_money_kept() -> None:
    chance = draw([[0, 0]] * 3, [[1, -1], [9, -9], [0, 0]], [HALF] * 3, votes=100)

    assert chance.tolist() == [0.95, 0.95, 0.0]


def test_one_dear_item_is_capped_and_the_others_get_what_it_leaves() -> None:
    chance = draw([[0, 0]] * 3, [[1000, -1000], [1, -1], [1, -1]], [HALF] * 3, votes=1.95)

    assert chance == pytest.approx([0.95, 0.5, 0.5])


def test_no_votes_draw_nothing() -> None:
    assert draw([[0, 0]], [[1, -1]], [HALF], votes=0).tolist() == [0.0]


def test_no_items_draw_nothing() -> None:
    assert draw(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2)), votes=10).shape == (0,)


def test_with_one_outcome_there_is_nothing_to_ask() -> None:
    assert draw([[0.0]], [[1.0]], [[1.0]], votes=10).tolist() == [0.0]


def test_an_item_drawn_for_certain_and_still_open_is_left_alone() -> None:
    assert draw([[0, 0]] * 2, [[1, -1]] * 2, [HALF] * 2, votes=0.5, drawn=[1, 0]).tolist() == [0.0, 0.5]


def test_amounts_as_large_as_floats_hold_are_drawn_without_overflow() -> None:
    chance = draw([[0, 0]] * 2, [[1e150, -1e150], [1e140, 0]], [HALF] * 2, votes=0.5)

    assert np.isfinite(chance).all() and chance.sum() == pytest.approx(0.5)


@pytest.mark.parametrize("votes", [-1, float("nan"), float("inf"), True])
def test_a_number_of_votes_that_is_none_is_refused(votes: float) -> None:
    with pytest.raises(JudgeError, match="number of votes is"):
        draw([[0, 0]], [[1, -1]], [HALF], votes=votes)


amounts = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


@given(
    st.lists(st.tuples(amounts, amounts, st.floats(0, 1)), min_size=1, max_size=30),
    st.floats(0, 40),
    st.floats(0, 0.99),
)
def test_chances_never_pass_0_95_nor_their_sum_the_votes(
    rows: list[tuple[float, float, float]], votes: float, earlier: float
) -> None:
    candidate = np.array([row[:2] for row in rows])
    posterior = np.array([[row[2], 1 - row[2]] for row in rows])

    chance = draw(np.zeros_like(candidate), candidate, posterior, votes, drawn=np.full(len(rows), earlier))

    assert (chance >= 0).all() and (chance <= 0.95).all()
    assert chance.sum() <= votes * (1 + 1e-12)


@given(st.integers(0, 10_000), st.floats(1e-6, 1e6))
def test_scaling_all_payoffs_draws_the_same(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    candidate, posterior = rng.normal(size=(20, 3)), rng.dirichlet(np.ones(3), 20)
    zero = np.zeros_like(candidate)

    assert draw(zero, candidate * factor, posterior, 5) == pytest.approx(draw(zero, candidate, posterior, 5))
