"""Base rates before any vote is weighed: votes count as far as their voters agree with others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counted import coded_of, gold_counts, no_gold, said
from payoff.aggregate.base_rates import (
    AGREED,
    DOUBT,
    EXPERT,
    GOLD,
    agreement_with_others,
    base_rates,
    start_shares,
    weighted_tally,
)
from payoff.aggregate.cast import Gold
from payoff.aggregate.coding import Coded, code_votes
from payoff.aggregate.firing import RIGHT_RULE, RULE_GOLD
from payoff.aggregate.hearing import hear
from payoff.aggregate.majority import shares

words = st.integers(1, 12).flatmap(lambda n: st.lists(st.text("xyz.", min_size=n, max_size=n), min_size=1, max_size=5))


def a_crowd(labels: list[str], *, also: str = "") -> Coded:
    """A crowd that votes so; letters of `also` are one voter more."""
    assume(any(letter != "." for word in labels for letter in word))
    names = {f"v{number}": word for number, word in enumerate(labels)} | ({"also": also} if also else {})
    rows = [(i, "crowd", name, a) for name, word in names.items() for i, a in enumerate(word) if a != "."]
    item, source, voter, label = map(list, zip(*rows, strict=True))
    return code_votes({"item": item, "source": source, "voter": voter, "label": label}, outcomes=["x", "y", "z"])


# --- rules and gold ----------------------------------------------------------------------------------------------


def of_rules(*fired: tuple[str, int], items: int, gold: Gold | None = None) -> list[float]:
    """Base rates where only rules vote, each its label on so many of the items."""
    coded = coded_of(*[(i, "r", f"{label}{n}", label) for n, (label, times) in enumerate(fired) for i in range(times)])
    hearing = hear(coded, {"r": "rule"})
    return base_rates(coded, hearing, gold or no_gold(len(coded.outcomes)), items).tolist()


def test_rules_alone_start_from_even_base_rates() -> None:
    assert of_rules(("x", 2), ("x", 2), ("y", 1), items=10) == [1 / 2, 1 / 2]


def test_many_rules_for_an_outcome_do_not_make_it_common() -> None:
    assert of_rules(*[("x", 5)] * 9, ("y", 1), items=10) == [1 / 2, 1 / 2]


def test_an_outcome_is_common_where_a_rule_for_it_fires_nearly_everywhere() -> None:
    wide = RIGHT_RULE * 9 / 10
    assert of_rules(("x", 9), ("y", 1), items=10) == pytest.approx([wide / (wide + 1 / 2), 1 / 2 / (wide + 1 / 2)])


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 20)), min_size=1, max_size=6), st.integers(20, 99))
def test_the_base_rates_of_rules_are_rates_in_any_order(fired: list[tuple[str, int]], items: int) -> None:
    rates = of_rules(*fired, items=items)
    assert sum(rates) == pytest.approx(1)
    assert of_rules(*fired[::-1], items=items) == rates


def test_gold_and_even_base_rates_of_rules_are_weighed() -> None:
    rates = of_rules(("x", 1), ("y", 1), items=10, gold=gold_counts(0, 24))
    assert rates == pytest.approx([RULE_GOLD / 2 / (RULE_GOLD + 24), (RULE_GOLD / 2 + 24) / (RULE_GOLD + 24)])


def test_gold_and_what_people_suggest_are_weighed() -> None:
    coded = said(ann="xy", bob="xy")
    rates = base_rates(coded, hear(coded, None), gold_counts(0, 40))
    assert rates == pytest.approx([GOLD / 2 / (GOLD + 40), (GOLD / 2 + 40) / (GOLD + 40)])


def test_gold_is_believed_sooner_where_only_rules_vote() -> None:
    assert RULE_GOLD < GOLD


def test_votes_of_rules_are_not_counted_beside_those_of_people() -> None:
    people = [(i, "crowd", "ann", label) for i, label in enumerate("xxy")]
    coded = coded_of(*people, *[(i, "r", "r", "y") for i in range(3)])
    worth = 1 / (1 + DOUBT)  # of each of ann's items
    rates = base_rates(coded, hear(coded, {"r": "rule"}), no_gold())
    assert rates == pytest.approx([(2 * worth + 1 / 2) / (3 * worth + 1), (worth + 1 / 2) / (3 * worth + 1)])


# --- how much a vote counts --------------------------------------------------------------------------------------


def test_an_outcome_nobody_votes_keeps_a_rate_above_zero() -> None:
    coded = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}, outcomes=["x", "y"])
    worth = 1 / (1 + DOUBT)  # of the item, and one more is spread over both
    assert base_rates(coded, hear(coded, None), no_gold()) == pytest.approx(
        [(worth + 1 / 2) / (worth + 1), (1 / 2) / (worth + 1)]
    )


def test_an_item_with_more_votes_counts_more_and_never_more_than_one() -> None:
    coded = said(ann="xy", bob="xy", cid="x.", dot="x.")
    four, two = 4 / (4 + DOUBT), 2 / (2 + DOUBT)
    alike = agreement_with_others(coded, hear(coded, None))
    assert alike == pytest.approx(np.ones(4))  # nobody ever differs
    rates = base_rates(coded, hear(coded, None), no_gold())
    assert rates == pytest.approx([(four + 1 / 2) / (four + two + 1), (two + 1 / 2) / (four + two + 1)])


def test_whoever_always_says_the_same_agrees_by_chance_only() -> None:
    coded = said(ann="xy" * 10, bob="xy" * 10, con="x" * 20)
    # ann: alike with the others on x in full, on y with one of two: 3/4; by chance 1/2; so 5 of 10 votes beyond chance.
    # con: alike with both on 10 of 20; by chance 1/2; so 0 of 10. Of all: 10 of 30.
    usual = (5 + 5 + 0) / 30
    kappa = np.array([5 + AGREED * usual, 5 + AGREED * usual, AGREED * usual]) / (10 + AGREED)
    assert agreement_with_others(coded, hear(coded, None)) == pytest.approx(kappa / kappa.mean())


@pytest.mark.parametrize("constant", [1, 2, 5])
def test_however_many_always_say_the_same_their_votes_set_no_base_rate(constant: int) -> None:
    coded = said(ann="xy" * 2000, bob="xy" * 2000, **{f"con{number}": "x" * 4000 for number in range(constant)})
    assert shares(coded)[:, 0].mean() == pytest.approx((1 + constant / (constant + 2)) / 2)
    assert base_rates(coded, hear(coded, None), no_gold()) == pytest.approx([1 / 2, 1 / 2], abs=0.02)


def test_where_nobody_agrees_beyond_chance_every_vote_counts_alike() -> None:
    coded = said(ann="xxyy", bob="xyxy")
    assert agreement_with_others(coded, hear(coded, None)).tolist() == [1, 1]


def test_voters_who_meet_nobody_are_taken_for_typical() -> None:
    coded = said(ann="xy" * 5 + "...", bob="xy" * 5 + "...", eve="." * 10 + "xyx")
    ann, bob, eve = agreement_with_others(coded, hear(coded, None))
    assert ann == bob == pytest.approx(eve)


@given(words)
def test_agreement_is_one_on_the_mean_and_never_negative(labels: list[str]) -> None:
    coded = a_crowd(labels)
    agreement = agreement_with_others(coded, hear(coded, None))
    assert agreement.mean() == pytest.approx(1)
    assert (agreement >= 0).all()


@given(words)
def test_base_rates_are_rates(labels: list[str]) -> None:
    coded = a_crowd(labels)
    rates = base_rates(coded, hear(coded, None), no_gold(3))
    assert rates.sum() == pytest.approx(1)
    assert (rates > 0).all()


@given(words, st.permutations("xyz"))
def test_the_names_of_outcomes_rename_the_rates(labels: list[str], names: list[str]) -> None:
    other = a_crowd([word.translate(str.maketrans("xyz", "".join(names))) for word in labels])
    coded = a_crowd(labels)
    place = ["xyz".index(name) for name in names]
    rates, renamed = (base_rates(each, hear(each, None), no_gold(3)) for each in (coded, other))
    assert renamed[place] == pytest.approx(rates)


@given(words, st.permutations(range(5)))
def test_the_order_of_voters_changes_nothing(labels: list[str], order: list[int]) -> None:
    mixed = [labels[number] for number in order if number < len(labels)]
    one, other = (a_crowd(each) for each in (labels, mixed))
    assert base_rates(other, hear(other, None), no_gold(3)) == pytest.approx(
        base_rates(one, hear(one, None), no_gold(3))
    )


@given(words, st.lists(st.integers(0, 500), min_size=3, max_size=3), st.integers(0, 2))
def test_gold_for_an_outcome_raises_its_rate(labels: list[str], gold: list[int], outcome: int) -> None:
    coded = a_crowd(labels)
    more = [count + (number == outcome) for number, count in enumerate(gold)]
    before, after = (base_rates(coded, hear(coded, None), gold_counts(*each))[outcome] for each in (gold, more))
    assert after > before


# --- where learning starts ---------------------------------------------------------------------------------------


def test_three_of_the_crowd_do_not_outvote_an_expert_at_the_start() -> None:
    crowd = [(1, "crowd", voter, "x") for voter in "abc"]
    coded = coded_of(*crowd, (1, "experts", "eve", "y"))
    begin = start_shares(coded, hear(coded, {"experts": "expert"}))
    assert begin.tolist() == [[3 / (3 + EXPERT), EXPERT / (3 + EXPERT)]]
    assert begin[0, 1] > begin[0, 0]


def test_without_an_expert_learning_starts_from_the_shares_of_the_votes() -> None:
    coded = said(ann="xy", bob="xx")
    assert start_shares(coded, hear(coded, None)).tolist() == shares(coded).tolist() == [[1, 0], [1 / 2, 1 / 2]]


@given(words, st.floats(0.1, 9))
def test_votes_that_weigh_the_same_are_counted(labels: list[str], weight: float) -> None:
    coded = a_crowd(labels)
    said_by_all = weighted_tally(coded, np.full(len(coded.voters), weight))
    assert said_by_all == pytest.approx(weight * coded.tally)
