"""What one vote says: coding, hearing, evidence and calibration on votes one can count."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import digamma, logit

from counted import EVEN, coded_of, no_gold, rules, said
from payoff.aggregate.cast import Gold
from payoff.aggregate.coding import Coded, code_gold, code_votes, gold_table, numbered
from payoff.aggregate.evidence import (
    EXPERT_LEARNT,
    LEARNT,
    LIKE_ITS_POOL,
    RIGHT,
    RIGHT_WEIGHT,
    SKILLED_AS_ITS_POOL,
    confusion,
    evidence_of,
    expected_right,
    learnt_from,
    pooled_confusion,
    skill_shift,
)
from payoff.aggregate.hearing import PEOPLE, Hearing, copies, hear
from payoff.aggregate.learning import gold_votes, learn, start_states
from payoff.aggregate.majority import shares


def heard(kind: str, voters: int = 1, *, confused: bool = True) -> Hearing:
    """Voters of one kind, all in one pool."""
    kinds = np.array([kind] * voters, dtype=object)
    return Hearing(kinds, np.full(voters, confused), np.zeros(voters, dtype=np.int64), np.ones(voters))


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


def a_system(votes: int, labels: str) -> Coded:
    """A system that votes the `labels` in turn, and ann, who votes on ten items."""
    old = [(i, "old", "old", labels[i % len(labels)]) for i in range(votes)]
    return coded_of(*old, *[(i, "crowd", "ann", "x") for i in range(10)])


@pytest.mark.parametrize(("votes", "heard_as_people"), [(6, True), (5, True), (4, False)])
def test_a_system_is_heard_like_a_person_where_it_votes_on_half_of_the_items(votes: int, heard_as_people: bool) -> None:
    assert hear(a_system(votes, "xy"), {"old": "system"}).confused.tolist() == [True, heard_as_people]


@pytest.mark.parametrize(("items", "heard_as_people"), [(12, True), (13, False)])
def test_half_is_of_the_items_it_saw(items: int, heard_as_people: bool) -> None:
    assert hear(a_system(6, "xy"), {"old": "system"}, items).confused.tolist() == [True, heard_as_people]


@pytest.mark.parametrize("kind", ["system", "model", "proxy"])
def test_whoever_is_always_on_and_only_ever_says_one_thing_is_heard_as_a_rule(kind: str) -> None:
    assert hear(a_system(10, "x"), {"old": kind}).confused.tolist() == [True, False]


@pytest.mark.parametrize("kind", PEOPLE)
def test_a_person_who_only_ever_says_one_thing_is_still_a_person(kind: str) -> None:
    assert hear(a_system(10, "x"), {"old": kind}).confused.tolist() == [True, True]


def test_rules_alone_confuse_nobody() -> None:
    votes = coded_of((1, "r", "a", "x"), (1, "r", "b", "y"))
    assert not hear(votes, {"r": "rule"}).any_confused
    assert hear(votes, {"r": "crowd"}).any_confused


def test_a_rule_is_heard_as_a_rule_however_often_it_fires() -> None:
    hearing = hear(coded_of(*[(i, "r", "r", "x") for i in range(5)]), {"r": "rule"})
    assert hearing.confused.tolist() == [False]


def test_copies_of_different_kinds_are_not_copies() -> None:
    coded = coded_of(*[(i, source, "v", "x") for i in range(5) for source in "rs"])
    assert copies(coded, np.array(["rule", "system"], dtype=object)).tolist() == [1, 1]


def test_people_who_agree_on_everything_are_not_copies() -> None:
    coded = coded_of(*[(i, "crowd", voter, "x") for i in range(5) for voter in "ab"])
    assert hear(coded, None).copies.tolist() == [1, 1]


@pytest.mark.parametrize(("common", "size"), [(18, 2), (17, 1)])
def test_near_copies_share_90_percent_of_their_votes(common: int, size: int) -> None:
    both = [(i, "r", voter, "x") for i in range(common) for voter in "ab"]
    rest = [(i, "r", "a", "x") for i in range(common, 20)]
    assert hear(coded_of(*both, *rest), {"r": "rule"}).copies.tolist() == [size, size]


# --- evidence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [2.0, 3.0])
def test_copies_share_what_one_of_them_would_say(number: float) -> None:
    counts, alone = np.array([[9.0, 1.0]]), heard("rule", confused=False)
    together = Hearing(alone.kind, alone.confused, alone.pool, np.array([number]))
    one, silent = evidence_of(counts, rules((0, 10)), alone, EVEN, 1)
    part, quiet = evidence_of(counts, rules((0, 10)), together, EVEN, 1)
    assert part == pytest.approx(one / number)
    assert quiet == pytest.approx(silent / number)


def test_the_silence_of_people_says_nothing() -> None:
    _, silence = evidence_of(np.array([[9.0, 1.0]]), rules((0, 10)), heard("crowd"), EVEN, 1)
    assert silence.tolist() == [0, 0]


def test_a_voter_better_than_its_pool_is_shifted_up_and_a_worse_one_down() -> None:
    counts = np.array([[95.0, 5.0], [50.0, 50.0]])
    shift = skill_shift(counts, np.array([0, 1]), np.array([0, 0]), heard("crowd", 2))
    assert shift[0] > 0 > shift[1]


def test_skill_is_drawn_to_that_of_the_pool() -> None:
    counts = np.array([[8.0, 0.0], [0.0, 8.0]])  # one always right, one always wrong
    shift = skill_shift(counts, np.array([0, 1]), np.array([0, 0]), heard("crowd", 2))
    typical = (8 + RIGHT_WEIGHT * RIGHT) / (16 + RIGHT_WEIGHT)
    own = np.array([8 + SKILLED_AS_ITS_POOL * typical, SKILLED_AS_ITS_POOL * typical]) / (8 + SKILLED_AS_ITS_POOL)
    assert shift == pytest.approx(logit(own) - logit(typical))


def test_a_voter_without_a_vote_confuses_outcomes_as_its_pool_does() -> None:
    counts = np.array([[30.0, 0.0], [10.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    voter, label, pool = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), heard("crowd", 2)
    found = np.exp(confusion(counts[:, :, np.newaxis], voter, label, pool)[2, 0, 0])
    share = pooled_confusion(counts, pool.pool[voter], label, pool)[0, 0, 0]
    assert share == pytest.approx((30 + RIGHT_WEIGHT * RIGHT) / (40 + RIGHT_WEIGHT))
    believed = LIKE_ITS_POOL * share
    assert found == pytest.approx(np.exp(digamma(believed) - digamma(LIKE_ITS_POOL)))


def test_a_pool_of_experts_is_believed_before_it_votes() -> None:
    right, weight = expected_right(heard("expert"))
    crowd_right, crowd_weight = expected_right(heard("crowd"))
    assert right[0] > crowd_right[0]
    assert weight[0] > crowd_weight[0]


@pytest.mark.parametrize(
    ("kind", "most"), [("expert", EXPERT_LEARNT), ("system", LEARNT), ("model", LEARNT), ("proxy", LEARNT)]
)
@pytest.mark.parametrize(("share", "part"), [(1 / 5, 1), (1, 1), (4, 1 / 4)])
def test_the_others_teach_what_an_expert_or_a_system_is_by_few_votes_at_most(
    kind: str, most: float, share: float, part: float
) -> None:
    assert learnt_from(heard(kind), np.array([0]), np.array([[[share * most], [0.0]]])).tolist() == [part]


def test_an_expert_whom_a_crowd_contradicts_stays_believed() -> None:
    split = np.array([[[450.0], [550.0]], [[550.0], [450.0]]])  # each label on a thousand items, as if at chance
    says = confusion(split, np.array([0, 0]), np.array([0, 1]), heard("expert"))
    assert says[0, 0, 0] - says[0, 1, 0] > np.log(4)


def test_of_a_crowd_every_vote_is_learnt_from() -> None:
    assert learnt_from(heard("crowd"), np.array([0]), np.array([[[1e6], [0.0]]])).tolist() == [1]


def test_these_votes_of_a_voter_are_over_all_its_labels() -> None:
    votes = np.array([[[LEARNT], [0.0]], [[0.0], [LEARNT]]])
    assert learnt_from(heard("system"), np.array([0, 0]), votes).tolist() == [1 / 2, 1 / 2]


def test_a_crowd_that_contradicts_takes_less_from_an_expert_than_from_one_of_its_own() -> None:
    split = np.array([[[450.0], [550.0]], [[550.0], [450.0]]])  # each label on a thousand items
    says = {kind: confusion(split, np.array([0, 0]), np.array([0, 1]), heard(kind)) for kind in ("expert", "crowd")}
    assert says["crowd"][0, 0, 0] - says["crowd"][0, 1, 0] < says["expert"][0, 0, 0] - says["expert"][0, 1, 0]


def test_gold_votes_are_counted_by_their_outcome() -> None:
    coded = said(ann="xy", bob="yy")
    gold = Gold(np.array([1]), np.array([0]), np.array([1, 0]))  # the second item is an x
    by_code = dict(
        zip(zip(coded.voter.tolist(), coded.label.tolist(), strict=True), gold_votes(coded, gold).tolist(), strict=True)
    )
    assert by_code == {(0, 0): [0, 0], (0, 1): [1, 0], (1, 1): [1, 0]}


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


# --- starts ------------------------------------------------------------------------------------------------------


def test_items_that_agree_more_are_taken_for_easier() -> None:
    coded = coded_of(*[(1, "s", v, "x") for v in "abc"], *[(2, "s", v, v) for v in "xyz"])
    states = start_states(coded, 2, shares(coded)).reshape(2, -1, 2).sum(axis=1)
    assert states == pytest.approx(np.array([[0.75, 0.25], [0.25, 0.75]]))


@pytest.mark.parametrize(("kind", "states"), [("crowd", 2 * 2), ("expert", 2 * 2), ("rule", 2)])
def test_items_are_easy_or_hard_where_anybody_is_heard_through_a_confusion_matrix(kind: str, states: int) -> None:
    coded = coded_of((1, "s", "a", "x"), (2, "s", "a", "y"))
    learnt = learn(coded, hear(coded, {"s": kind}), no_gold(), max_iter=2, tol=0)
    assert learnt.counts.shape == (2, states)


def test_votes_that_are_alone_on_their_items_teach_nothing() -> None:
    coded = said(ann="x..y", bob=".xy.")
    learnt = learn(coded, hear(coded, None), no_gold(), max_iter=9, tol=0)
    assert learnt.counts.sum() == 0
