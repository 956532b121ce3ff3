"""What one vote says: coding, hearing, evidence and calibration on votes one can count."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from payoff.aggregate.calibration import GRID, calibrated, shared_by_gold, tempered
from payoff.aggregate.coding import Coded, code_gold, code_votes, gold_table, numbered
from payoff.aggregate.evidence import Cast, evidence_of, firing, skill_shift
from payoff.aggregate.hearing import Hearing, copies, hear
from payoff.aggregate.learning import Gold, base_rates, learn, start_states
from payoff.aggregate.majority import shares

EVEN = np.array([0.5, 0.5])
NONE = np.zeros(0, dtype=np.int32)


def coded_of(*rows: tuple[object, str, str, str]) -> Coded:
    """Coded votes from (item, source, voter, label)."""
    return code_votes(pl.DataFrame(rows, schema=["item", "source", "voter", "label"], orient="row"))


def no_gold(outcomes: int) -> Gold:
    return Gold(NONE, NONE, np.zeros(outcomes, dtype=np.int32))


def rule(fired: int, items: int, *, gold: tuple[float, float] = (0, 0)) -> Cast:
    """One rule that voted the first of two outcomes `fired` times."""
    return Cast(np.array([0]), np.array([0]), np.array([fired]), np.array([gold], dtype=np.float64), items)


# --- coding ------------------------------------------------------------------------------------------------------


def test_votes_lie_item_after_item() -> None:
    coded = coded_of((2, "s", "a", "x"), (1, "s", "a", "y"), (2, "s", "b", "y"))
    assert coded.starts.tolist() == [0, 1, 3]
    assert coded.tally.tolist() == [[0, 1], [1, 1]]


def test_only_pairs_of_voter_and_label_that_occur_have_a_code() -> None:
    coded = coded_of((1, "s", "a", "x"), (2, "s", "a", "x"), (1, "s", "b", "y"))
    assert list(zip(coded.voter, coded.label, coded.fired, strict=True)) == [(0, 0, 2), (1, 1, 1)]


def test_a_dropped_second_vote_has_no_code() -> None:
    assert len(coded_of((1, "s", "a", "x"), (1, "s", "a", "y")).voter) == 1


@given(st.lists(st.integers(-(2**40), 2**40) | st.integers(-5, 5), min_size=1))
def test_integers_near_and_far_are_numbered_in_order(values: list[int]) -> None:
    codes, unique = numbered(pl.Series(values))
    assert unique.to_list() == sorted(set(values))
    assert unique[codes].to_list() == values


def test_small_integers_do_not_overflow() -> None:
    codes, unique = numbered(pl.Series([-128, 127, 0], dtype=pl.Int8))
    assert (codes.tolist(), unique.to_list()) == ([0, 2, 1], [-128, 0, 127])


@given(st.lists(st.text(), min_size=1))
def test_texts_are_numbered_in_order(values: list[str]) -> None:
    codes, unique = numbered(pl.Series(values))
    assert unique[codes].to_list() == values


def test_votes_that_are_not_heard_leave_their_item() -> None:
    coded = coded_of((1, "s", "a", "x"), (2, "s", "b", "x")).only(np.array([True, False]))
    assert (coded.sizes.tolist(), coded.fired.tolist(), coded.tally.tolist()) == ([1, 0], [1, 0], [[1], [0]])


def test_gold_without_a_label_says_nothing() -> None:
    gold = gold_table({"item": [1, 2], "label": [None, "x"]})
    _, _, counts = code_gold(gold, pl.Series([1, 2]), ["x"])
    assert counts.tolist() == [1]


# --- hearing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("votes", "heard_as_people"), [(6, True), (5, True), (4, False)])
def test_a_system_is_heard_like_a_person_where_it_votes_on_half_of_the_items(votes: int, heard_as_people: bool) -> None:
    rows = [(i, "old", "old", "x") for i in range(votes)] + [(i, "crowd", "ann", "x") for i in range(10)]
    hearing = hear(coded_of(*rows), {"old": "system"})
    assert hearing.confused.tolist() == [True, heard_as_people]


def test_a_rule_is_heard_as_a_rule_however_often_it_fires() -> None:
    hearing = hear(coded_of(*[(i, "r", "r", "x") for i in range(5)]), {"r": "rule"})
    assert hearing.confused.tolist() == [False]


def test_copies_of_different_kinds_are_not_copies() -> None:
    coded = coded_of(*[(i, source, "v", "x") for i in range(5) for source in "rs"])
    assert copies(coded, np.array(["rule", "system"], dtype=object)).tolist() == [1, 1]


def test_people_who_agree_on_everything_are_not_copies() -> None:
    coded = coded_of(*[(i, "crowd", voter, "x") for i in range(5) for voter in "ab"])
    assert hear(coded, None).copies.tolist() == [1, 1]


@pytest.mark.parametrize(("common", "size"), [(17, 2), (16, 1)])
def test_near_copies_share_85_percent_of_their_votes(common: int, size: int) -> None:
    both = [(i, "r", voter, "x") for i in range(common) for voter in "ab"]
    rest = [(i, "r", "a", "x") for i in range(common, 20)]
    assert hear(coded_of(*both, *rest), {"r": "rule"}).copies.tolist() == [size, size]


# --- evidence ----------------------------------------------------------------------------------------------------


def test_a_rule_is_believed_to_multiply_the_odds_of_its_label_by_nine() -> None:
    evidence = firing(np.array([[9.0, 1.0]]), rule(10, 100), EVEN)
    assert np.exp(evidence[0, 0] - evidence[0, 1]) == pytest.approx(9)


def test_gold_votes_of_a_rule_weigh_one_eighth_of_belief_each() -> None:
    evidence = firing(np.array([[9.0, 1.0]]), rule(10, 100, gold=(0, 8)), EVEN)
    assert np.exp(evidence[0]) * 0.5 == pytest.approx([(8 * 0.9 + 0) / 16, (8 * 0.1 + 8) / 16])


def test_a_rule_that_fires_on_every_item_cannot_speak_for_one_outcome() -> None:
    evidence = firing(np.array([[50.0, 50.0]]), rule(100, 100), EVEN)
    assert np.exp(evidence[0]) == pytest.approx([0.98, 1.02])


@given(st.integers(1, 100), st.floats(0, 1), st.floats(0.05, 0.95))
def test_what_a_rule_says_adds_up_over_the_outcomes(fired: int, right: float, rate: float) -> None:
    prior = np.array([rate, 1 - rate])
    evidence = firing(fired * np.array([[right, 1 - right]]), rule(fired, 100), prior)
    assert 0.979 <= (np.exp(evidence[0]) * prior).sum() <= 1 + 1e-9


def test_a_vote_that_was_never_seen_says_nothing() -> None:
    assert np.exp(firing(np.array([[0.0, 0.0]]), rule(0, 100), EVEN))[0] == pytest.approx([1, 1])


def test_copies_share_what_one_of_them_would_say() -> None:
    counts, kind = np.array([[9.0, 1.0]]), np.array(["rule"], dtype=object)
    alone = Hearing(kind, np.array([False]), np.array([0]), np.array([1.0]))
    third = Hearing(kind, np.array([False]), np.array([0]), np.array([3.0]))
    one = evidence_of(counts, rule(10, 100), alone, EVEN, 1)
    assert evidence_of(counts, rule(10, 100), third, EVEN, 1) == pytest.approx(one / 3)


def test_a_voter_better_than_its_pool_is_shifted_up_and_a_worse_one_down() -> None:
    hearing = Hearing(
        np.array(["crowd"] * 2, dtype=object), np.array([True] * 2), np.zeros(2, dtype=np.int64), np.ones(2)
    )
    counts = np.array([[95.0, 5.0], [50.0, 50.0]])
    shift = skill_shift(counts, np.array([0, 1]), np.array([0, 0]), hearing)
    assert shift[0] > 0 > shift[1]


def planted(confusion: NDArray[np.float64], voters: int, items: int) -> Coded:
    """Votes of voters who all confuse outcomes alike."""
    draw = np.random.default_rng(0)
    truth = draw.integers(0, len(confusion), items)
    label = (confusion[truth].cumsum(axis=1)[:, :, None] < draw.random((items, 1, voters))).sum(axis=1)
    rows = {"item": np.repeat(np.arange(items), voters), "voter": np.tile(np.arange(voters), items)}
    return code_votes(pl.DataFrame({**rows, "label": label.ravel()}).with_columns(source=pl.lit("crowd")))


def test_a_planted_confusion_is_recovered() -> None:
    confusion = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.05, 0.05, 0.9]])
    coded = planted(confusion, voters=7, items=3000)
    learnt = learn(coded, hear(coded, None), no_gold(3), max_iter=150, tol=1e-5)
    counts = np.zeros((3, 3))
    np.add.at(counts.T, coded.label, learnt.counts.reshape(-1, 3, 2).sum(axis=2))
    assert counts / counts.sum(axis=1, keepdims=True) == pytest.approx(confusion, abs=0.03)


# --- base rates and starts ---------------------------------------------------------------------------------------


def test_rules_alone_start_from_even_base_rates() -> None:
    coded = coded_of((1, "r", "a", "x"), (2, "r", "a", "x"), (3, "r", "b", "y"))
    assert base_rates(coded, hear(coded, {"r": "rule"}), no_gold(2)).tolist() == [1 / 2, 1 / 2]


def test_eighty_gold_labels_weigh_as_much_as_the_votes() -> None:
    coded = coded_of((1, "r", "a", "x"), (2, "r", "b", "y"))
    gold = Gold(NONE, NONE, np.array([0, 80]))
    assert base_rates(coded, hear(coded, {"r": "rule"}), gold).tolist() == [40 / 160, 120 / 160]


def test_an_outcome_nobody_votes_keeps_a_rate_above_zero() -> None:
    coded = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"])
    assert base_rates(coded, hear(coded, None), no_gold(2)).tolist() == [1.5 / 2, 0.5 / 2]


def test_items_that_agree_more_are_taken_for_easier() -> None:
    coded = coded_of(*[(1, "s", v, "x") for v in "abc"], *[(2, "s", v, v) for v in "xyz"])
    states = start_states(coded, 2, shares(coded)).reshape(2, -1, 2).sum(axis=1)
    assert states == pytest.approx(np.array([[0.75, 0.25], [0.25, 0.75]]))


# --- calibration -------------------------------------------------------------------------------------------------


def test_one_vote_is_not_tempered() -> None:
    scores = np.log([[0.8, 0.2]])
    assert tempered(scores, np.array([1]), 0.5) == pytest.approx(scores)


@given(st.integers(1, 50), st.floats(0, 2), st.floats(0.01, 0.99))
def test_tempering_never_turns_a_decision_and_never_makes_surer(votes: int, shared: float, p: float) -> None:
    after = np.exp(tempered(np.log([[p, 1 - p]]), np.array([votes]), shared))[0, 0]
    assert (after - 0.5) * (p - 0.5) >= -1e-12
    assert abs(after - 0.5) <= abs(p - 0.5) + 1e-12


def test_no_probability_is_below_a_tenth_of_the_share_with_one_vote_added() -> None:
    coded = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"])
    sure = np.array([[0.0, -1000.0]])
    assert calibrated(sure, coded, 0.5)[0, 1] == pytest.approx(0.1 * 0.25)


def test_gold_that_is_always_right_asks_for_no_tempering() -> None:
    scores = np.log([[0.9, 0.1]] * 400)
    assert shared_by_gold(scores, np.full(400, 5), np.zeros(400, dtype=np.int32), usual=0.5) == GRID[0]


def test_little_gold_keeps_the_usual_tempering() -> None:
    scores = np.log([[0.6, 0.4]])
    assert shared_by_gold(scores, np.array([2]), np.array([0], dtype=np.int32), usual=0.5) == 0.5
