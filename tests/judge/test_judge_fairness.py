"""What a verdict rests on: two tests that agree, bits told, erring experts, groups, and what is said of it."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.errors import NotACount, NotProbability
from payoff.judge import Comparison, bits_told, compare, ledger_words, looks_left
from payoff.judge.ledger import spend
from payoff.judge.null import pearson
from payoff.judge.settle import percent


def census(wins: int, losses: int, *, alike: int = 0, loss: float = -1.0, **options: Any) -> Comparison:
    """Every item known; the candidate gained 1 on `wins` items, lost on `losses`, decides alike on the rest."""
    items = wins + losses + alike
    candidate = [[1.0, loss]] * (wins + losses) + [[0.0, 0.0]] * alike
    audit = {
        "item": np.arange(items),
        "incumbent": np.zeros(items),
        "candidate": [*[1.0] * wins, *[loss] * losses, *[0.0] * alike],
    }
    return compare(np.zeros((items, 2)), candidate, [[0.5, 0.5]] * items, audit, drawn=np.ones(items), **options)


# --- the verdict -----------------------------------------------------------------------------------------------------


def test_gains_alone_prove_nothing_where_one_dear_loss_could_undo_them() -> None:
    # a loss of 100 once in 101 items would make it even, and 50 items without one come by luck more often than not
    assert census(50, 0, loss=-100.0).verdict == "cannot tell"


def test_gains_alone_prove_it_where_a_loss_is_no_dearer_than_a_gain() -> None:
    assert census(50, 0).verdict == "adopt"


def test_the_first_look_on_a_census_of_equal_stakes_is_near_the_exact_binomial_test() -> None:
    # of 100 even chances 61 or more wins have the probability .0176, 62 or more .0105; the level is .0125
    assert census(61, 39).verdict == "cannot tell"
    assert census(62, 38).verdict == "adopt"


def test_chance_adopts_no_more_often_than_the_level_says() -> None:
    rng = np.random.default_rng(0)
    adopted = [census(wins, 60 - wins).verdict == "adopt" for wins in rng.binomial(60, 0.5, 400)]

    assert np.mean(adopted) <= 0.0125 + 3 * math.sqrt(0.0125 / 400)


@pytest.mark.parametrize("tail", [0.025, 0.0125, 0.001])
def test_without_skewness_pearson_is_normal(tail: float) -> None:
    assert pearson(2e-3, tail) == pytest.approx(pearson(0.0, tail), abs=5e-3)


@settings(max_examples=60)
@given(st.floats(-30, -0.01), st.floats(1e-6, 0.4))
def test_with_a_tail_to_the_left_the_bar_is_at_most_the_end_of_the_range(skewness: float, tail: float) -> None:
    assert pearson(skewness, tail) <= 2 / -skewness + 1e-9


@settings(max_examples=60)
@given(st.floats(0.01, 30), st.floats(1e-6, 0.4))
def test_with_a_tail_to_the_right_the_bar_is_never_below_the_normal_one(skewness: float, tail: float) -> None:
    assert pearson(skewness, tail) >= pearson(0.0, tail)


# --- bits told -------------------------------------------------------------------------------------------------------


def test_an_adoption_tells_two_bits_and_a_refusal_less_than_half_a_one() -> None:
    assert bits_told(["adopt"]) == -math.log2(1 / 4)
    assert bits_told(["cannot tell"]) == bits_told(["keep"]) == -math.log2(3 / 4)


def test_all_stories_of_three_looks_together_spend_one_level() -> None:
    stories = [[a, b, c] for a in ("adopt", "keep") for b in ("adopt", "keep") for c in ("adopt", "keep")]

    assert sum(2 ** -bits_told(story) for story in stories) == pytest.approx(1.0)


def test_each_bit_told_halves_the_level_of_the_look() -> None:
    assert census(62, 38, told=3.0).level == census(62, 38).level / 8


def test_what_is_proven_at_the_first_telling_is_not_after_many_bits() -> None:
    assert census(62, 38, told=0.0).verdict == "adopt"
    assert census(62, 38, told=5.0).verdict == "cannot tell"


def test_the_ledger_enters_the_level_the_look_was_held_to() -> None:
    found = census(62, 38, told=1.0)

    assert found.ledger["looks"][0]["level"] == found.level


def test_a_ledger_with_bits_survives_json() -> None:
    ledger = census(62, 38, told=1.5).ledger

    assert json.loads(json.dumps(ledger)) == ledger


@pytest.mark.parametrize("told", [-1.0, math.nan, math.inf, True])
def test_bits_that_are_no_number_from_nought_are_refused(told: float) -> None:
    with pytest.raises(NotACount, match="number of bits told"):
        census(5, 5, told=told)


def test_ten_coin_throws_on_one_reserve_seldom_fool_it() -> None:
    rng, adopted = np.random.default_rng(1), 0
    for _ in range(20):
        verdicts, ledger = list[str](), None
        for wins in rng.binomial(200, 0.5, 10):
            found = census(int(wins), 200 - int(wins), told=bits_told(verdicts), ledger=ledger)
            verdicts, ledger = [*verdicts, found.verdict], found.ledger
        adopted += "adopt" in verdicts

    assert adopted <= 3  # at most 5% of 20 projects, and luck


# --- experts who err -------------------------------------------------------------------------------------------------


def test_erring_experts_widen_by_all_their_mistakes_could_move() -> None:
    sure, unsure = census(70, 30, alike=100).estimate, census(70, 30, alike=100, expert_error=0.05).estimate

    # 5 of the 100 items that differ, each off by at most 2, over 200 items
    assert sure.low - unsure.low == pytest.approx(5 * 2 / 200)
    assert unsure.high - sure.high == pytest.approx(5 * 2 / 200)
    assert unsure.mean == sure.mean


def test_what_mistakes_could_undo_is_not_adopted() -> None:
    assert census(70, 30).verdict == "adopt"
    assert census(70, 30, expert_error=0.1).verdict == "cannot tell"


def test_experts_who_never_err_change_nothing() -> None:
    assert census(70, 30, expert_error=0.0) == census(70, 30)


def test_mistakes_count_on_the_dearest_items_first() -> None:
    candidate = [[1.0, -1.0]] * 19 + [[10.0, -10.0]]
    audit = {"item": range(20), "incumbent": [0.0] * 20, "candidate": [1.0] * 19 + [10.0]}
    both = [
        compare(np.zeros((20, 2)), candidate, [[0.5, 0.5]] * 20, audit, drawn=[1] * 20, expert_error=error).estimate
        for error in (0.0, 0.05)
    ]

    assert both[0].low - both[1].low == pytest.approx(1 * 20 / 20)  # one item of twenty, off by 20


@pytest.mark.parametrize("error", [-0.1, 1.5])
def test_an_error_rate_that_is_none_is_refused(error: float) -> None:
    with pytest.raises(NotProbability, match=f"expert_error is {error}"):
        census(5, 5, expert_error=error)


def test_whatever_labels_are_wrong_the_interval_reaches_the_truth() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        truth = np.where(rng.random(100) < 0.6, 1.0, -1.0)
        told = truth.copy()
        told[rng.choice(100, 10, replace=False)] *= -1  # a tenth is wrong
        found = census(int((told > 0).sum()), int((told < 0).sum()), expert_error=0.1).estimate

        assert found.low <= truth.mean() <= found.high


# --- groups ----------------------------------------------------------------------------------------------------------


def grouped(groups: list[int]) -> float:
    """Width of the interval over 60 items of which the candidate gains on two thirds."""
    outcome = np.where(np.arange(60) % 3 > 0, 1.0, -1.0)
    audit = {"item": np.arange(60), "incumbent": np.zeros(60), "candidate": outcome}
    found = compare(np.zeros((60, 2)), [[1, -1]] * 60, [[0.5, 0.5]] * 60, audit, drawn=[1] * 60, groups=groups)
    return found.estimate.high - found.estimate.low


def test_one_large_group_leaves_less_to_tell_by_than_even_groups() -> None:
    even = [item % 10 for item in range(60)]
    uneven = [0] * 42 + [1 + item % 9 for item in range(18)]

    assert grouped(uneven) > grouped(even)


def test_intervals_over_few_groups_that_agree_within_hold_the_truth() -> None:
    rng, held, items = np.random.default_rng(3), 0, 200
    groups, candidate = np.arange(items) % 10, [[1.0, -1.0]] * items
    for _ in range(200):
        chance = rng.beta(2, 2, 10)[groups]  # 0.5 on the mean, so that the truth is 0
        gain = np.where(rng.random(items) < chance, 1.0, -1.0)
        audit = {"item": np.arange(items), "incumbent": np.zeros(items), "candidate": gain}
        found = compare(np.zeros((items, 2)), candidate, [[0.5, 0.5]] * items, audit, drawn=[1] * items, groups=groups)
        held += found.estimate.low <= 0 <= found.estimate.high

    assert held / 200 >= 0.92


# --- what is said ----------------------------------------------------------------------------------------------------


def test_an_adoption_says_how_sure_it_is_and_of_what() -> None:
    assert "Proven at 98.75%: as fitted now, for items like these." in census(90, 10).said


def test_an_interval_over_fresh_votes_is_protected() -> None:
    assert census(60, 40).protected


def test_an_interval_over_votes_seen_before_is_not_and_says_so() -> None:
    audit = {"item": range(40), "incumbent": [0.0] * 40, "candidate": [1.0] * 40, "fresh": [False] * 40}

    found = compare(np.zeros((40, 2)), [[1, -1]] * 40, [[0.5, 0.5]] * 40, audit, drawn=[1] * 40, before=[1] * 40)

    assert not found.protected
    assert found.said.endswith("The interval may flatter: votes in it were seen before.")


def test_an_interval_after_bits_were_told_is_not_protected() -> None:
    assert not census(60, 40, told=0.5).protected


def test_a_person_reads_what_is_used_what_is_next_and_what_is_left() -> None:
    ledger = spend(spend(None, "one rule", votes=50, verdict="keep"), "linear", votes=50, verdict="adopt")

    # 0.05 / (3 * 3.995) is next; 0.05 * (1 - (1 + 1 / 2) / 3.995) is left
    assert ledger_words(ledger) == "2 of 30 looks used; the next is held to 0.42%, of 3.12% left."


def test_when_all_looks_are_used_the_words_say_what_to_do() -> None:
    ledger = None
    for _ in range(30):
        ledger = spend(ledger, "linear", votes=20, verdict="cannot tell")

    assert looks_left(ledger) == 0
    assert ledger_words(ledger) == "All 30 looks are used: open a new audit to adopt anything more."


@pytest.mark.parametrize(("share", "words"), [(0.9875, "98.75%"), (0.95, "95.00%"), (1 - 3.2e-6, "99.9997%")])
def test_a_proof_is_told_from_certainty(share: float, words: str) -> None:
    assert percent(share) == words


def test_two_groups_are_said_to_be_too_few() -> None:
    found = census(30, 30, groups=np.arange(60) % 2)

    assert "too few groups for an interval" in found.said
