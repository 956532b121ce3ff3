"""What a rule says: a belief in being right, moved by gold and by how it fares among rules for the same outcome."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import logit

from counted import EVEN, rules
from payoff.aggregate.cast import Cast
from payoff.aggregate.firing import (
    POOLED,
    RARER,
    RIGHT_RULE,
    RULE_CAP,
    RULE_GOLD,
    RULE_VOTES,
    SILENCE,
    TRUST,
    TYPICAL,
    believed_right,
    firing,
    mean_of_label,
    rightness,
    within_reach,
    wrongly,
)

Floats = NDArray[np.float64]
ITEMS = 100
BELIEF = logit(RIGHT_RULE)


def right(cast: Cast, counts: Floats | None = None, prior: Floats = EVEN) -> Floats:
    """How often each rule is taken to be right: P(its label | it fires)."""
    counts = np.full(cast.gold.shape, 0.0) if counts is None else counts
    fires, _ = firing(counts, cast, prior)
    return (np.exp(fires) * prior)[np.arange(len(counts)), cast.label]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Cast, Floats, Floats]:
    """Rules for two outcomes with gold, how they are counted, and base rates."""
    fired = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, ITEMS)), min_size=1, max_size=6))
    gold = {number: draw(st.tuples(st.integers(0, 30), st.integers(0, 30))) for number in range(len(fired))}
    share = np.array(draw(st.lists(st.floats(0, 1), min_size=len(fired), max_size=len(fired))))
    rate = draw(st.floats(0.05, 0.95))
    cast = rules(*fired, items=ITEMS, gold=gold)
    return cast, cast.fired[:, np.newaxis] * np.column_stack([share, 1 - share]), np.array([rate, 1 - rate])


# --- the belief --------------------------------------------------------------------------------------------------


def test_a_rule_on_a_tenth_of_the_items_is_right_as_often_as_is_believed() -> None:
    assert right(rules((0, 10))) == pytest.approx([RIGHT_RULE])


def test_a_rule_that_fires_ten_times_as_seldom_has_better_odds() -> None:
    seldom, typical = right(rules((0, 10), items=1000)), right(rules((0, 100), items=1000))
    assert logit(seldom) - logit(typical) == pytest.approx(RARER * np.log(10))


def test_a_rule_on_every_item_speaks_for_no_outcome() -> None:
    fires, _ = firing(np.array([[50.0, 50.0]]), rules((0, ITEMS)), EVEN)
    assert np.exp(fires) == pytest.approx(np.array([[RULE_CAP, 2 - RULE_CAP]]))


def test_a_rule_cannot_fire_on_more_items_of_an_outcome_than_there_are() -> None:
    rare = np.array([0.05, 0.95])  # 5 of 100 items, and it fires on 10
    assert right(rules((0, 10)), prior=rare) == pytest.approx([RULE_CAP * 5 / 10])


def test_what_a_rule_says_is_the_same_whatever_the_votes_say_where_it_is_alone() -> None:
    cast = rules((0, 10), (1, 20))
    low, high = (right(cast, np.array([[hits, 10 - hits], [20 - hits, hits]])) for hits in (1.0, 9.0))
    assert low == pytest.approx(high)


def test_of_two_rules_for_an_outcome_the_one_that_others_bear_out_is_believed_more() -> None:
    better, worse = right(rules((0, 10), (0, 10)), np.array([[9.0, 1.0], [1.0, 9.0]]))
    assert better > RIGHT_RULE > worse


def test_what_others_say_of_a_rule_counts_by_what_the_belief_leaves() -> None:
    counts, cast = np.array([[5.0, 0.0], [0.0, 5.0]]), rules((0, 10), (0, 10))
    odds = logit((np.array([5, 0]) + RULE_VOTES * RIGHT_RULE) / (5 + RULE_VOTES))
    assert rightness(counts, cast) == pytest.approx(BELIEF + (1 - TRUST) * (odds - odds.mean()))


# --- gold --------------------------------------------------------------------------------------------------------


def test_gold_labels_of_a_rule_are_weighed_against_all_that_is_believed_of_it() -> None:
    cast = rules((0, 10), gold={0: (0, 8)})
    pooled = POOLED * RIGHT_RULE / (POOLED + 8)
    assert right(cast) == pytest.approx([(RULE_GOLD * pooled + 0) / (RULE_GOLD + 8)])


def test_gold_of_one_rule_moves_the_belief_in_its_mates() -> None:
    told = right(rules((0, 10), (0, 10), gold={0: (0, 20)}))
    assert told[1] == pytest.approx(POOLED * RIGHT_RULE / (POOLED + 20))


def test_gold_of_rules_for_one_outcome_says_nothing_of_rules_for_another() -> None:
    assert right(rules((0, 10), (1, 10), gold={0: (0, 20)}))[1] == pytest.approx(RIGHT_RULE)


def test_much_gold_is_what_a_rule_is() -> None:
    assert right(rules((0, 10), gold={0: (3e6, 7e6)})) == pytest.approx([0.3], abs=1e-5)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_gold_label_for_a_rule_never_makes_it_less_believed(hits: int, misses: int) -> None:
    now, more = (right(rules((0, 10), gold={0: (hits + n, misses)})) for n in (0, 1))
    assert more >= now


@given(worlds())
def test_belief_is_a_probability_and_that_of_rules_for_an_outcome_is_one(world: tuple[Cast, Floats, Floats]) -> None:
    cast, _, _ = world
    belief = believed_right(cast)
    assert ((belief > 0) & (belief < 1)).all()
    assert len({(label, value) for label, value in zip(cast.label.tolist(), belief, strict=True)}) == len(
        set(cast.label.tolist())
    )


# --- silence -----------------------------------------------------------------------------------------------------


def test_silence_says_a_part_of_what_it_would_if_rules_were_independent() -> None:
    _, silent = firing(np.zeros((1, 2)), rules((0, 10)), EVEN)
    quiet = 1 - np.array([RIGHT_RULE, 1 - RIGHT_RULE]) * 10 / 50  # it fires on ten items, and each outcome has fifty
    assert silent[0] == pytest.approx(SILENCE * (np.log(quiet) - np.log(1 - 10 / 100)))


def test_the_silence_of_a_rule_that_fires_seldom_says_next_to_nothing() -> None:
    _, silent = firing(np.zeros((1, 2)), rules((0, 1), items=10_000), EVEN)
    assert np.abs(silent).max() < 1e-4


@given(worlds())
def test_silence_says_the_opposite_of_a_vote(world: tuple[Cast, Floats, Floats]) -> None:
    cast, counts, prior = world
    fires, silent = firing(counts, cast, prior)
    assert (fires * silent <= 1e-9).all()


@given(worlds())
def test_silence_never_raises_the_outcome_of_a_rule_that_is_better_than_the_base_rates(
    world: tuple[Cast, Floats, Floats],
) -> None:
    cast, counts, prior = world
    fires, silent = firing(counts, cast, prior)
    own = np.arange(len(counts)), cast.label
    assert (silent[own][fires[own] >= 0] <= 1e-12).all()


def test_a_rule_that_never_fired_says_nothing_and_nor_does_its_silence() -> None:
    fires, silent = firing(np.zeros((1, 2)), rules((0, 0), gold={0: (9, 0)}), EVEN)
    assert (fires.tolist(), silent.tolist()) == ([[0, 0]], [[0, 0]])


# --- laws --------------------------------------------------------------------------------------------------------


@given(worlds())
def test_what_a_rule_says_adds_up_over_the_outcomes(world: tuple[Cast, Floats, Floats]) -> None:
    cast, counts, prior = world
    total = (np.exp(firing(counts, cast, prior)[0]) * prior).sum(axis=1)
    assert total == pytest.approx(np.ones(len(total)), abs=1 - RULE_CAP + 1e-9)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing(world: tuple[Cast, Floats, Floats], random: np.random.Generator) -> None:
    cast, counts, prior = world
    order = np.arange(len(counts))
    random.shuffle(order)
    mixed = Cast(cast.voter[order], cast.label[order], cast.fired[order], cast.gold[order], cast.items)
    for told, again in zip(firing(counts, cast, prior), firing(counts[order], mixed, prior), strict=True):
        assert again == pytest.approx(told[order], abs=1e-12)


@given(worlds())
def test_the_names_of_outcomes_change_the_columns_only(world: tuple[Cast, Floats, Floats]) -> None:
    cast, counts, prior = world
    other = replace(cast, label=1 - cast.label, gold=cast.gold[:, ::-1])
    for told, again in zip(firing(counts, cast, prior), firing(counts[:, ::-1], other, prior[::-1]), strict=True):
        assert again[:, ::-1] == pytest.approx(told, abs=1e-12)


@given(worlds(), st.lists(st.tuples(st.integers(1, ITEMS), st.floats(0, 1)), max_size=8))
def test_more_rules_for_an_outcome_do_not_move_rules_for_it_on_the_mean(
    world: tuple[Cast, Floats, Floats], more: list[tuple[int, float]]
) -> None:
    cast, counts, _ = world
    fired = np.array([times for times, _ in more], dtype=np.int64)
    shares = np.array([share for _, share in more])
    grown = Cast(
        np.arange(len(counts) + len(more)),
        np.append(cast.label, np.zeros(len(more), dtype=np.int32)),
        np.append(cast.fired, fired),
        np.vstack([cast.gold, np.zeros((len(more), 2))]),
        cast.items,
    )
    table = np.vstack([counts, fired[:, np.newaxis] * np.column_stack([shares, 1 - shares])])
    coverage = RARER * np.log(np.maximum(grown.fired, 1) / grown.items / TYPICAL)
    mean = mean_of_label(rightness(table, grown) + coverage, np.sqrt(table.sum(axis=1) + 1), grown.label, 2)
    assert mean == pytest.approx(logit(believed_right(grown)))


@given(worlds(), st.integers(1, ITEMS), st.floats(0, 1))
def test_a_rule_for_another_outcome_changes_nothing_of_how_right_a_rule_is(
    world: tuple[Cast, Floats, Floats], fired: int, share: float
) -> None:
    cast, counts, _ = world
    same = cast.label == 0
    alone = rightness(counts[same], cast.of(same))
    assert rightness(counts, cast)[same] == pytest.approx(alone)


# --- parts -------------------------------------------------------------------------------------------------------


def test_what_is_true_where_a_rule_is_wrong_is_half_counted_and_half_the_base_rates() -> None:
    own, prior = np.array([[True, False, False]]), np.array([0.5, 0.4, 0.1])
    spread = 0.5 * 60 / 3
    table = wrongly(np.array([[30.0, 0.0, 30.0]]), own, prior)
    seen = np.array([0, 0 + spread, 30 + spread]) / (30 + 2 * spread)
    assert table[0] == pytest.approx((seen + np.array([0, 4, 1]) / 5) / 2, abs=1e-6)


@given(st.lists(st.floats(0, 50), min_size=3, max_size=3), st.integers(0, 2))
def test_a_wrong_rule_is_wrong_about_something_else(votes: list[float], label: int) -> None:
    table = wrongly(np.array([votes]), np.arange(3) == np.array([[label]]), np.array([0.2, 0.3, 0.5]))
    assert table[0, label] == 0
    assert table.sum() == pytest.approx(1)


simplex = st.lists(st.floats(0.01, 1), min_size=4, max_size=4).map(lambda parts: np.array([parts]) / sum(parts))


@given(simplex, simplex, st.floats(1, 5))
def test_what_is_over_goes_where_there_is_room(share: Floats, room: Floats, times: float) -> None:
    moved = within_reach(share, times * room)
    assert moved.sum() == pytest.approx(1)
    assert (moved <= times * room + 1e-9).all()
    assert (moved >= np.minimum(share, times * room) - 1e-12).all()


def test_shares_within_reach_stay() -> None:
    share = np.array([[0.5, 0.3, 0.2]])
    assert within_reach(share, np.ones((1, 3))).tolist() == share.tolist()


@given(st.floats(-3, 3), st.lists(st.floats(0.1, 10), min_size=1, max_size=5))
def test_the_mean_of_equal_values_is_that_value(value: float, weights: list[float]) -> None:
    label = np.zeros(len(weights), dtype=np.int32)
    mean = mean_of_label(np.full(len(weights), value), np.array(weights), label, 2)
    assert mean == pytest.approx(np.full(len(weights), value))
