"""What is recorded of a draw: the probability each item had, those drawn before included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import JudgeError
from payoff.judge import chances, draw, level, promise
from payoff.judge.sampling import CERTAIN

HALF = [0.5, 0.5]


def test_an_item_drawn_before_keeps_the_chance_it_would_have() -> None:
    # a vote for three items, one of them audited: each that is open has one half, and so would the third
    chance = chances([[0, 0]] * 3, [[1, -1]] * 3, [HALF] * 3, votes=1, audited=[0])

    assert chance == pytest.approx([1 / 2, 1 / 2, 1 / 2])


def test_where_few_are_left_the_audited_would_have_been_drawn_with_the_most_as_well() -> None:
    chance = chances([[0, 0]] * 3, [[1, -1]] * 3, [HALF] * 3, votes=9, audited=[0, 1])

    assert chance.tolist() == [CERTAIN] * 3


def test_where_nothing_is_left_to_draw_nobody_had_a_chance() -> None:
    assert chances([[0, 0]] * 2, [[1, -1]] * 2, [HALF] * 2, votes=1, audited=[0, 1]).tolist() == [0.0, 0.0]


def test_an_item_both_decide_alike_has_none_either() -> None:
    assert chances([[0, 0]] * 2, [[1, -1], [0, 0]], [HALF] * 2, votes=0.5, audited=[0]).tolist() == [0.0, 0.0]


def test_a_number_of_votes_that_is_none_is_refused() -> None:
    with pytest.raises(JudgeError, match="number of votes is"):
        chances([[0, 0]], [[1, -1]], [HALF], votes=-1)


@given(st.integers(0, 10_000), st.integers(0, 19), st.floats(0, 25))
def test_the_open_items_have_the_chances_they_are_drawn_with(seed: int, gone: int, votes: float) -> None:
    rng = np.random.default_rng(seed)
    candidate, posterior = rng.normal(size=(20, 2)), rng.dirichlet(np.ones(2), 20)
    audited = np.arange(gone)
    recorded = chances(np.zeros((20, 2)), candidate, posterior, votes, audited=audited)
    drawn = draw(np.zeros((20, 2)), candidate, posterior, votes, audited=audited)

    assert recorded[gone:].tolist() == drawn[gone:].tolist()
    assert (recorded >= 0).all() and (recorded <= CERTAIN).all()


def drawn_in_rounds(payoffs: np.ndarray, rounds: int, votes: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions audited after so many rounds, and the probability of each item that it was."""
    rng = np.random.default_rng(seed)
    drawn, audited = np.zeros(len(payoffs)), np.zeros(len(payoffs), dtype=bool)
    for _ in range(rounds):
        before = {"drawn": drawn, "audited": np.flatnonzero(audited)}
        chance = chances(np.zeros_like(payoffs), payoffs, [HALF] * len(payoffs), votes, **before)
        audited |= rng.random(len(payoffs)) < chance
        drawn = 1 - (1 - drawn) * (1 - chance)
    return np.flatnonzero(audited), drawn


@pytest.mark.parametrize("rounds", [1, 3, 8])
def test_the_weights_of_the_votes_of_all_rounds_add_up_to_the_items(rounds: int) -> None:
    sizes = np.repeat([1.0, 2.0, 4.0], 30)
    payoffs = np.column_stack([sizes, -sizes])
    sums = []
    for seed in range(200):
        audited, drawn = drawn_in_rounds(payoffs, rounds, 8, seed)
        sums.append((1 / drawn[audited]).sum())

    assert np.mean(sums) == pytest.approx(len(payoffs), rel=0.05)


def test_a_promise_from_many_rounds_holds_where_few_votes_saw_the_dear_losses() -> None:
    # each item earns 1, but one in ten loses 9: nothing on the mean; votes come in five rounds of eight
    payoffs, held = np.tile([1.0, -9.0], (200, 1)), []
    for seed in range(120):
        rng = np.random.default_rng([7, seed])
        lost = (rng.random(200) < 0.1).astype(int)
        audited, drawn = drawn_in_rounds(payoffs, 5, 8, seed)
        audit = {"item": audited, "payoff": payoffs[audited, lost[audited]]}
        promised = promise(level(payoffs, [[0.95, 0.05]] * 200, audit, drawn=drawn), 300)
        held.append(promised.low <= np.where(rng.random(300) < 0.1, -9.0, 1.0).mean() <= promised.high)

    assert np.mean(held) >= 0.93
