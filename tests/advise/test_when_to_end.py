"""What ends the work: too little to win, well enough, a promise that is void; and what waiting costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payoff.advise import Advice, LearningCurve, Situation, next_step

CURVE = LearningCurve(scale=12.0, error=3.0, votes=200)
ASK = Situation(
    unit="EUR", curve=CURVE, incumbent="linear", candidate="linear", source="experts", price=0.1, unlabelled=400,
    volume=12_000, per_month=1_000, proven=True, changes_today=True,
)  # fmt: skip
DONE = replace(ASK, price=None, source=None, won=(0.5, 0.25, 0.75), forgone=(0.5, 0.2, 0.8))


def advised(**more: object) -> Advice:
    return next_step(replace(ASK, **more))  # type: ignore[arg-type]


def ended(**more: object) -> Advice:
    return next_step(replace(DONE, **more))  # type: ignore[arg-type]


def test_without_bounds_votes_worth_their_price_are_bought() -> None:
    assert advised().action == "ask"


def test_less_to_win_than_is_worth_shipping_stops_before_a_vote_is_bought() -> None:
    advice = advised(most=0.1, least_gain=2_000)  # 0.1 * 12,000 items = 1,200
    assert advice.action == "stop"
    assert advice.reason == (
        "do not build it: even perfect knowledge brings at most 1,200 EUR over 12,000 items, "
        "less than the least gain worth shipping, 2,000 EUR"
    )


def test_as_much_to_win_as_is_worth_shipping_goes_on() -> None:
    assert advised(most=0.1, least_gain=1_200).action == "ask"


def test_a_least_gain_is_not_held_against_what_nobody_knows_yet() -> None:
    assert advised(most=None, least_gain=2_000).action == "ask"


def test_well_enough_stops_improving_and_ships() -> None:
    advice = advised(won=(0.5, 0.25, 0.75), well_enough=6_000)  # 0.5 * 12,000
    assert advice.action == "ship"
    assert advice.reason.startswith(
        "well enough: 'linear' earns 6,000 EUR over 12,000 items more than today (3,000 to 9,000), "
        "and 6,000 EUR was said to be enough"
    )


def test_just_below_well_enough_goes_on_improving() -> None:
    assert advised(won=(0.49, 0.25, 0.75), well_enough=6_000).action == "ask"


def test_well_enough_without_a_change_of_today_stops() -> None:
    assert advised(won=(0.5, 0.25, 0.75), well_enough=6_000, changes_today=False).action == "stop"


def test_a_proven_policy_that_earns_less_than_is_worth_shipping_is_not_shipped() -> None:
    advice = ended(least_gain=6_001)
    assert advice.action == "stop"
    assert "less than the least gain worth shipping, 6,001 EUR" in advice.reason


def test_one_that_earns_as_much_is_shipped() -> None:
    assert ended(least_gain=6_000).action == "ship"


def test_shipping_says_what_a_month_of_waiting_costs() -> None:
    # as promised for the 1,000 items of a month, 0.5 each (0.2 to 0.8), and 100 stated beyond it
    assert ended(wait_per_month=100).reason.endswith("; each month of waiting costs about 600 EUR (300 to 900)")
    assert ended().reason.endswith("; each month of waiting costs about 500 EUR (200 to 800)")


def test_without_volume_and_cost_of_waiting_nothing_is_said_of_it() -> None:
    assert "waiting" not in ended(volume=None, per_month=None).reason


def test_a_void_promise_comes_before_all() -> None:
    advice = advised(void="the promise is void", won=(0.5, 0.25, 0.75), well_enough=6_000)
    assert (advice.action, advice.reason) == ("stop", "the promise is void")
    assert "ask" in {option.action for option in advice.alternatives}


@pytest.mark.parametrize("gain", [1.0, 10.0])
def test_bounds_are_per_item_where_there_is_no_volume(gain: float) -> None:
    assert ended(volume=None, per_month=None, least_gain=gain).action == "stop"
    assert ended(volume=None, per_month=None, least_gain=gain / 100).action == ("ship" if gain / 100 <= 0.5 else "stop")
