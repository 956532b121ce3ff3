"""From scores to probabilities: what many say is discounted, base rates are doubted less, gold says how much."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from counted import EVEN, said
from payoff.aggregate.calibration import (
    GRID,
    MAJORITY,
    MAJORITY_ALONE,
    SHARED,
    SHARED_ALONE,
    SHARED_BY_RULES,
    Doubt,
    calibrated,
    majority,
    shared_by_gold,
    tempered,
    usual_doubt,
    votes_worth,
)
from payoff.aggregate.coding import code_votes
from payoff.aggregate.scoring import effective_votes

Floats = NDArray[np.float64]

chances = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(lambda parts: np.array([parts]) / sum(parts))
votes = st.floats(0, 50)
shared = st.floats(0, 2)


# --- tempered ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("worth", [0, 0.5, 1])
def test_one_vote_is_not_tempered(worth: float) -> None:
    scores = np.log([[0.8, 0.2]])
    assert tempered(scores, np.array([0.3, 0.7]), np.array([worth]), 0.5) == pytest.approx(scores)


def test_five_votes_of_which_each_says_half_anew_are_worth_five_thirds() -> None:
    odds = 3.0**5  # five votes of 3 : 1
    after = tempered(np.log([[odds, 1]]), EVEN, np.array([5]), 0.5)[0]
    assert after[0] - after[1] == pytest.approx(np.log(3) * 5 / (1 + 0.5 * 4))


def test_base_rates_are_no_vote_and_doubted_by_the_root_only() -> None:
    prior = np.array([0.9, 0.1])
    silent = np.exp(tempered(np.log([prior]), prior, np.array([4]), 1.0))  # four votes that say nothing, worth one
    assert silent[0] == pytest.approx([3 / 4, 1 / 4])  # odds of 9 to the power of 1/2


def test_evidence_and_base_rates_are_tempered_apart() -> None:
    prior, evidence = np.array([0.8, 0.2]), np.array([1.0, 16.0])
    scores = np.log([prior * evidence])
    after = np.exp(tempered(scores, prior, np.array([4]), 1.0))
    assert after[0] == pytest.approx([1 / 2, 1 / 2])  # 4 ** (1 / 2) for one, 16 ** (1 / 4) for the other


@given(chances, votes, shared)
def test_tempering_never_turns_a_decision_where_base_rates_are_even(proba: Floats, worth: float, part: float) -> None:
    after = np.exp(tempered(np.log(proba), np.full(3, 1 / 3), np.array([worth]), part))
    assert after[0, proba.argmax()] == pytest.approx(after.max())
    assert after.max() <= proba.max() + 1e-9
    assert after.min() >= proba.min() - 1e-9


@given(chances, chances, votes, shared)
def test_tempered_probabilities_add_up_to_one(proba: Floats, prior: Floats, worth: float, part: float) -> None:
    assert np.exp(tempered(np.log(proba), prior[0], np.array([worth]), part)).sum() == pytest.approx(1)


@given(chances, chances, st.floats(1, 50), shared)
def test_evidence_that_says_nothing_leaves_the_order_of_the_base_rates(
    proba: Floats, prior: Floats, worth: float, part: float
) -> None:
    after = np.exp(tempered(np.log(prior), prior[0], np.array([worth]), part))
    assert after[0, prior.argmax()] == pytest.approx(after.max())
    assert after.max() <= prior.max() + 1e-9


@given(chances, votes, shared, shared)
def test_the_more_is_shared_the_less_sure(proba: Floats, worth: float, one: float, other: float) -> None:
    even, number = np.full(3, 1 / 3), np.array([worth])
    less, more = (np.exp(tempered(np.log(proba), even, number, part)).max() for part in sorted([one, other]))
    assert more <= less + 1e-9


# --- how many votes an item has ----------------------------------------------------------------------------------


def test_votes_that_say_as_much_as_each_other_are_as_many_as_they_are() -> None:
    coded = said(ann="xy", bob="x.", cid="x.")
    evidence = np.tile(np.log([[0.8, 0.2]]), (len(coded.voter), 1))
    assert votes_worth(coded, evidence).tolist() == [3, 1]


def test_a_vote_that_says_half_as_much_is_half_a_vote() -> None:
    coded = said(ann="x", bob="x")
    assert votes_worth(coded, np.log([[0.8, 0.2], [2 / 3, 1 / 3]])) == pytest.approx([1 + 1 / 2])  # log 4, log 2


def test_votes_that_say_nothing_are_none() -> None:
    assert votes_worth(said(ann="x", bob="x"), np.log([EVEN, EVEN])).tolist() == [0]


@given(st.lists(st.floats(0.01, 5), min_size=1, max_size=8), st.integers(0, 5))
def test_voters_at_chance_add_no_vote(say: list[float], chance: int) -> None:
    table = np.array([*say, *[0.0] * chance])
    codes = np.arange(len(table), dtype=np.int32)
    with_them = effective_votes(np.array([0, len(table)]), codes, table, table)
    assert with_them == pytest.approx(effective_votes(np.array([0, len(say)]), codes, table, table))
    assert 1 - 1e-9 <= with_them[0] <= len(say) + 1e-9


@given(st.lists(st.just(0.0) | st.floats(1e-6, 5), min_size=1, max_size=8), st.floats(0.1, 10))
def test_how_many_votes_there_are_does_not_depend_on_how_much_all_say(say: list[float], times: float) -> None:
    starts, codes = np.array([0, len(say)]), np.arange(len(say), dtype=np.int32)
    table = np.array(say)
    more = effective_votes(starts, codes, times * table, times * table)
    assert more == pytest.approx(effective_votes(starts, codes, table, table))


def test_copies_of_a_rule_are_one_vote_together() -> None:
    coded = said(ann="x", bob="x", cid="x")
    evidence = np.log([[0.8, 0.2]] * 3)
    copied = evidence / np.array([[2.0], [2.0], [1.0]])  # what two copies say is shared between them
    assert votes_worth(coded, copied, np.array([2.0, 2.0, 1.0])) == pytest.approx([2])


# --- the shares of the votes -------------------------------------------------------------------------------------


def test_one_vote_of_the_base_rates_is_added_to_the_shares() -> None:
    assert majority(said(ann="x", bob="x", cid="y"), np.array([0.9, 0.1])) == pytest.approx(
        np.array([[(2 + 0.9) / 4, (1 + 0.1) / 4]])
    )


def test_a_posterior_is_mostly_the_scores_and_partly_the_shares_of_the_votes() -> None:
    coded = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"])
    found = calibrated(np.log([[0.7, 0.3]]), coded, EVEN, np.ones(1), Doubt(0.5, MAJORITY, 0.5))
    assert found == pytest.approx((1 - MAJORITY) * np.array([[0.7, 0.3]]) + MAJORITY * np.array([[3 / 4, 1 / 4]]))


@given(st.integers(1, 9), st.floats(0.01, 0.99))
def test_nothing_is_surer_than_the_shares_allow(number: int, rate: float) -> None:
    coded = said(**{f"v{voter}": "xy" for voter in range(number)})
    sure = np.array([[0.0, -1000.0], [-1000.0, 0.0]])
    found = calibrated(sure, coded, np.array([rate, 1 - rate]), np.full(2, number), Doubt(0.5, MAJORITY, 0.5))
    assert found[0, 1] >= MAJORITY * (1 - rate) / (number + 1) - 1e-12
    assert found[1, 0] >= MAJORITY * rate / (number + 1) - 1e-12
    assert found.sum(axis=1) == pytest.approx([1, 1])


# --- gold --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("usual", [SHARED, SHARED_BY_RULES])
def test_gold_that_is_always_right_asks_for_no_tempering(usual: float) -> None:
    scores, truth = np.log([[0.9, 0.1]] * 400), np.zeros(400, dtype=np.int32)
    assert shared_by_gold(scores, EVEN, np.full(400, 5), truth, usual) == GRID[0]


@pytest.mark.parametrize("usual", [SHARED, SHARED_BY_RULES])
def test_gold_that_is_wrong_as_often_as_right_asks_for_the_most(usual: float) -> None:
    scores, truth = np.log([[0.99, 0.01]] * 400), np.tile([0, 1], 200).astype(np.int32)
    assert shared_by_gold(scores, EVEN, np.full(400, 9), truth, usual) == GRID[-1]


@pytest.mark.parametrize("usual", [SHARED, SHARED_BY_RULES])
def test_little_gold_keeps_the_usual_tempering(usual: float) -> None:
    first = np.zeros(1, dtype=np.int32)
    assert shared_by_gold(np.log([[0.6, 0.4]]), EVEN, np.array([2]), first, usual) == usual


@pytest.mark.parametrize("usual", [SHARED, SHARED_BY_RULES])
def test_no_gold_keeps_the_usual_tempering(usual: float) -> None:
    assert shared_by_gold(np.zeros((0, 2)), EVEN, np.zeros(0), np.zeros(0, dtype=np.int32), usual) == usual


@pytest.mark.parametrize("usual", [SHARED, SHARED_BY_RULES])
def test_gold_on_which_there_is_one_vote_keeps_the_usual_tempering(usual: float) -> None:
    scores, truth = np.log([[0.99, 0.01]] * 400), np.tile([0, 1], 200).astype(np.int32)
    assert shared_by_gold(scores, EVEN, np.ones(400), truth, usual) == usual


def test_people_share_more_of_what_they_say_than_rules() -> None:
    assert usual_doubt(confused=True).shared > usual_doubt(confused=False).shared


def test_people_who_do_not_err_together_are_hardly_doubted() -> None:
    assert usual_doubt(True, together=0.0) == Doubt(SHARED_ALONE, MAJORITY_ALONE, SHARED_ALONE)


def test_doubt_lies_between_by_how_likely_people_err_together() -> None:
    assert usual_doubt(True, together=0.25).majority == pytest.approx(0.25 * MAJORITY + 0.75 * MAJORITY_ALONE)
