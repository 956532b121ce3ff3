"""How often a proxy says what is true: shares by drawn votes, each standing for as many items as its chance says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import NotProbability, UnevenArrays
from payoff.judge.proxy import right_shares

HAM, SPAM = 0, 1


def test_a_census_counts_every_item_once() -> None:
    whole, each = right_shares([HAM, HAM, SPAM, SPAM], [HAM, SPAM, SPAM, SPAM], drawn=[1.0] * 4, outcomes=2)
    assert whole is not None and whole.mean == 3 / 4
    assert [share and share.mean for share in each] == [1 / 1, pytest.approx(2 / 3)]


def test_an_item_drawn_with_a_tenth_stands_for_ten() -> None:
    whole, _ = right_shares([HAM, SPAM], [HAM, HAM], drawn=[0.1, 1.0], outcomes=2)
    assert whole is not None and whole.mean == pytest.approx(10 / 11)


def test_uneven_weights_widen_the_interval() -> None:
    said, true = [HAM] * 20, [HAM] * 10 + [SPAM] * 10
    even, _ = right_shares(said, true, drawn=[0.5] * 20, outcomes=2)
    uneven, _ = right_shares(said, true, drawn=[0.05, *[0.5] * 9] * 2, outcomes=2)
    assert even is not None and uneven is not None
    assert even.mean == pytest.approx(uneven.mean)
    assert uneven.high - uneven.low > even.high - even.low


def test_an_outcome_nobody_audited_has_no_share() -> None:
    _, each = right_shares([HAM], [HAM], drawn=[1.0], outcomes=2)
    assert each[SPAM] is None


def test_without_audited_items_nothing_is_said() -> None:
    assert right_shares([], [], drawn=[], outcomes=2) == (None, [None, None])


def test_votes_are_counted_by_heads() -> None:
    whole, _ = right_shares([HAM] * 7, [HAM] * 7, drawn=[0.2] * 7, outcomes=2)
    assert whole is not None and whole.votes == 7


def test_a_proxy_that_was_never_wrong_may_still_be() -> None:
    whole, _ = right_shares([HAM] * 20, [HAM] * 20, drawn=[1.0] * 20, outcomes=2)
    assert whole is not None and whole.mean == 1 and whole.low < 0.95


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.5])
def test_what_is_no_chance_is_refused(chance: float) -> None:
    with pytest.raises(NotProbability):
        right_shares([HAM], [HAM], drawn=[chance], outcomes=2)


def test_arrays_of_two_lengths_are_refused() -> None:
    with pytest.raises(UnevenArrays):
        right_shares([HAM, HAM], [HAM], drawn=[1.0], outcomes=2)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0.01, 1.0)), min_size=1, max_size=40))
def test_the_share_lies_in_its_interval_and_is_the_mean_of_the_shares_by_outcome(
    rows: list[tuple[int, int, float]],
) -> None:
    said, true, drawn = (np.array(column) for column in zip(*rows, strict=True))
    whole, each = right_shares(said, true, drawn=drawn, outcomes=3)
    assert whole is not None
    assert whole.mean == 0 or whole.low < whole.mean
    assert whole.mean == 1 or whole.mean < whole.high
    sizes = [(1 / drawn[true == code]).sum() for code in range(3)]
    parts = sum(size * share.mean for size, share in zip(sizes, each, strict=True) if share is not None)
    assert parts / sum(sizes) == pytest.approx(whole.mean)


def test_the_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(0)
    held = []
    for _ in range(400):
        true = (rng.random(2000) < 0.3).astype(int)
        said = np.where((true == 1) & (rng.random(2000) < 0.1), 0, true)
        chance = np.where(said == 1, 0.1, 0.03)
        seen = rng.random(2000) < chance
        whole, _ = right_shares(said[seen], true[seen], drawn=chance[seen], outcomes=2)
        assert whole is not None
        held.append(whole.low <= (said == true).mean() <= whole.high)
    assert np.mean(held) >= 0.92
