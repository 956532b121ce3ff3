"""The one action worth its cost: every action competes for the same money, and what is not worth it is left."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.advise import Advice, LearningCurve, Option, Situation, next_step

CURVE = LearningCurve(scale=12.0, error=3.0, votes=200)  # 100 more votes bring 12 (1/200 - 1/300) = 0.02 an item
HERE = Situation(
    unit="EUR", curve=CURVE, incumbent="linear", candidate="linear", source="experts", price=1.0, unlabelled=400
)


def at(**given: object) -> Situation:
    return replace(HERE, **given)  # type: ignore[arg-type]


# --- buy or stop ------------------------------------------------------------------------------------------------------


def test_votes_that_bring_more_than_they_cost_are_bought() -> None:
    advice = next_step(at(volume=6_000.0))  # 100 votes: 6,000 * 0.02 = 120 EUR for 100 EUR
    assert (advice.action, advice.purpose) == ("ask", "learn")
    assert advice.gain > advice.cost


def test_votes_that_cost_more_than_they_bring_are_not() -> None:
    assert next_step(at(volume=600.0)).action == "stop"  # 100 votes: 600 * 0.02 = 12 EUR for 100 EUR


def test_of_several_purchases_the_one_that_leaves_most_is_advised() -> None:
    advice = next_step(at(volume=6_000.0))
    net = {votes: 6_000 * CURVE.gain(votes) - votes for votes in (10, 20, 50, 100, 200, 400)}
    assert advice.votes == max(net, key=lambda votes: net[votes]) == 50
    assert advice.gain - advice.cost == pytest.approx(net[50])


def test_no_more_is_bought_than_there_are_items() -> None:
    assert next_step(at(volume=1e9, unlabelled=30)).votes == 30


def test_stop_says_what_a_hundred_more_would_cost_and_bring() -> None:
    assert str(next_step(at(volume=600.0))) == (
        "next: stop: 100 more votes of 'experts' cost 100 EUR and would bring about 12 EUR over 600 items "
        "(80% interval 8.20 to 16)"
    )


def test_what_is_proven_and_not_done_today_is_shipped() -> None:
    advice = next_step(at(volume=600.0, proven=True, changes_today=True))
    assert advice.action == "ship"
    assert advice.reason.startswith("'linear' is proven, and 100 more votes of 'experts' cost 100 EUR")


def test_what_is_proven_and_done_already_is_left() -> None:
    assert next_step(at(volume=600.0, proven=True, changes_today=False)).action == "stop"


def test_with_nobody_to_ask_and_nothing_to_try_there_is_nothing_to_do() -> None:
    advice = next_step(at(price=None, source=None))
    assert (advice.action, advice.reason) == ("stop", "no source answers on request and every rung was tried")


def test_where_every_outcome_is_known_no_label_is_left_to_buy() -> None:
    advice = next_step(at(price=None, source=None, unlabelled=0))
    assert (advice.action, advice.reason) == ("stop", "every rung was tried and no label is left to buy")


def test_when_every_item_was_asked_there_is_nothing_left_to_buy() -> None:
    assert (
        next_step(at(volume=1e9, unlabelled=0)).reason == "every item to learn from was asked and every rung was tried"
    )


@given(price=st.floats(0.01, 100), dearer=st.floats(1, 100), volume=st.floats(1, 1e7), scale=st.floats(0, 100))
def test_a_higher_price_never_turns_stop_into_ask(price: float, dearer: float, volume: float, scale: float) -> None:
    here = at(volume=volume, curve=replace(CURVE, scale=scale))
    if next_step(replace(here, price=price)).action == "stop":
        assert next_step(replace(here, price=price * dearer)).action == "stop"


@given(volume=st.floats(1, 1e7), more=st.floats(1, 100), scale=st.floats(0, 100))
def test_more_volume_never_turns_ask_into_stop(volume: float, more: float, scale: float) -> None:
    here = at(volume=volume, curve=replace(CURVE, scale=scale))
    if next_step(here).action == "ask":
        assert next_step(replace(here, volume=volume * more)).action == "ask"


@given(volume=st.floats(1, 1e7), times=st.floats(1, 100))
def test_the_gain_of_the_same_votes_scales_with_the_volume(volume: float, times: float) -> None:
    one, many = (next_step(at(volume=each, unlabelled=10)) for each in (volume, volume * times))
    gains = [next(o for o in (each, *each.alternatives) if o.votes == 10).gain for each in (one, many)]
    assert gains[1] == pytest.approx(times * gains[0])


@given(volume=st.floats(1, 1e7), price=st.floats(0.01, 100), scale=st.floats(0, 100))
def test_what_is_advised_for_money_is_worth_its_cost(volume: float, price: float, scale: float) -> None:
    advice = next_step(at(volume=volume, price=price, curve=replace(CURVE, scale=scale)))
    assert advice.action == "stop" or advice.gain > advice.cost


# --- without a volume -------------------------------------------------------------------------------------------------


def test_without_a_volume_the_gain_is_per_item_and_the_volume_is_asked_for() -> None:
    advice = next_step(at(left=0.1))
    assert (advice.action, advice.votes) == ("ask", 50)
    assert advice.gain == pytest.approx(CURVE.gain(50))
    assert "what that is in all is not known, since no volume was given" in advice.reason


def test_without_a_volume_a_hundredth_of_what_is_left_is_not_worth_asking_for() -> None:
    assert next_step(at(left=100.0)).action == "stop"  # 50 votes bring 0.012, a hundredth of 100 is 1


# --- trials and the audit ---------------------------------------------------------------------------------------------


def test_a_trial_costs_no_vote_and_comes_first() -> None:
    advice = next_step(at(volume=6_000.0, due="trees", due_gain=0.01))
    assert (advice.action, advice.cost, advice.gain) == ("trial", 0.0, 6_000 * 0.01)
    assert advice.alternatives[0].action == "ask"


def test_a_trial_says_what_is_expected_of_it() -> None:
    assert str(next_step(at(volume=6_000.0, due="trees", due_gain=-0.021))) == (
        "next: trial: 'trees' is expected to earn -0.021 EUR an item over 'linear', and a trial costs seconds and no "
        "vote"
    )


def test_a_trial_expected_to_lose_gains_nothing() -> None:
    assert next_step(at(volume=6_000.0, due="trees", due_gain=-0.5)).gain == 0.0


def test_drawn_items_are_answered_before_anything_else() -> None:
    advice = next_step(at(volume=6_000.0, open=7, due="trees", due_gain=1.0))
    assert (advice.action, advice.votes, advice.purpose, advice.cost) == ("ask", 7, "audit", 7.0)
    assert advice.reason == "7 audit items drawn and not answered yet: no look is made before they are"


def test_one_open_item_is_one_item() -> None:
    assert next_step(at(volume=600.0, open=1)).reason.startswith("1 audit item drawn")


def test_audit_votes_that_may_prove_the_candidate_compete_with_learning() -> None:
    advice = next_step(at(volume=6_000.0, incumbent="system", settle=(50, 900.0, 50.0)))
    assert (advice.action, advice.purpose, advice.votes) == ("ask", "audit", 50)
    assert advice.reason == (
        "50 audit votes cost 50 EUR: they may prove 'linear' over 'system', worth about 900 EUR over 6,000 items"
    )


def test_audit_votes_dearer_than_what_they_prove_are_not_bought() -> None:
    assert next_step(at(volume=600.0, settle=(50, 40.0, 50.0))).action == "stop"


def test_where_other_purchases_pay_the_end_says_so_in_the_alternatives() -> None:
    first = next_step(at(volume=6_000.0)).alternatives[0]
    assert (first.action, first.reason) == ("stop", "other things come first")


# --- how advice reads -------------------------------------------------------------------------------------------------


def test_no_alternative_is_the_advice_itself_and_none_stands_twice() -> None:
    advice = next_step(at(volume=6_000.0, due="trees", due_gain=0.1, open=2, settle=(50, 900.0, 50.0)))
    reasons = [advice.reason, *(each.reason for each in advice.alternatives)]
    assert len(reasons) == len(set(reasons))


def test_ties_go_to_what_costs_less() -> None:
    free = Option("ask", 5.0, 0.0, "free")
    dear = Option("ask", 25.0, 20.0, "dear")
    assert free.net == dear.net == 5.0
    advice = next_step(at(price=0.0, volume=6_000.0, unlabelled=400))
    assert advice.votes == 400  # what costs nothing is bought whole


def test_advice_is_plain_values_for_json() -> None:
    plain = next_step(at(volume=6_000.0)).to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False))["alternatives"][0]["action"] == "stop"


def test_in_a_notebook_advice_shows_its_alternatives_and_no_markup_of_names() -> None:
    shown = Advice("ask", 1.0, 0.5, "votes of '<b>'", (Option("stop", 0.0, 0.0, "1 < 2"),))._repr_html_()
    assert "votes of &#x27;&lt;b&gt;&#x27;" in shown
    assert "<li>stop: 1 &lt; 2</li>" in shown


def test_figures_of_what_nobody_has_seen_have_two_digits() -> None:
    assert "would bring about 120 EUR over 6,123 items" in next_step(at(volume=6_123.0, price=2.0)).reason
