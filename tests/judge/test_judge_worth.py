"""Promises for items to come, whether votes are worth their price, and how figures read."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from payoff.judge import Comparison, Estimate, Judged, compare, level, looks_left, next_level, promise, worth_asking
from payoff.judge.ledger import level_of, spend

HALF = [0.5, 0.5]


def earned(items: int = 100) -> Judged:
    """A census in which every other item earned 1, the others lost 1."""
    payoff = [1.0, -1.0] * (items // 2)
    return level([[1, -1]] * items, [HALF] * items, {"item": range(items), "payoff": payoff}, drawn=[1] * items)


def unsure(wins: int = 32, votes: int = 50, items: int = 1000) -> Comparison:
    gains = np.where(np.arange(votes) < wins, 1.0, -1.0)
    audit = {"item": np.arange(votes), "incumbent": np.zeros(votes), "candidate": gains}
    return compare(
        np.zeros((items, 2)), [[1, -1]] * items, [HALF] * items, audit, drawn=[votes / items or 0.01] * items
    )


# --- promise ---------------------------------------------------------------------------------------------------------


def test_a_promise_over_as_many_items_as_were_judged_is_wider_by_the_root_of_two() -> None:
    judged = earned(1000)

    assert promise(judged, 1000).high == pytest.approx(judged.estimate.high * math.sqrt(2), rel=0.02)


def test_a_promise_over_very_many_items_is_the_estimate() -> None:
    judged = earned()

    assert promise(judged, 10**12).high == pytest.approx(judged.estimate.high)


def test_a_promise_keeps_the_mean_and_the_unit() -> None:
    judged = dataclasses.replace(earned(), estimate=dataclasses.replace(earned().estimate, unit="EUR"))

    assert (promise(judged, 5).mean, promise(judged, 5).unit) == (0.0, "EUR")


def test_without_an_interval_there_is_no_promise_either() -> None:
    judged = level([[1, -1]] * 9, [HALF] * 9, {"item": range(9), "payoff": [1] * 9}, drawn=[1] * 9)

    assert promise(judged, 100).high == math.inf


def test_promises_hold_as_often_as_they_say() -> None:
    rng, held = np.random.default_rng(0), []
    for _ in range(400):
        payoff = rng.choice([1.0, -1.0], 100, p=[0.7, 0.3])
        judged = level([[1, -1]] * 100, [HALF] * 100, {"item": range(100), "payoff": payoff}, drawn=[1] * 100)
        promised = promise(judged, 50)
        held.append(promised.low <= rng.choice([1.0, -1.0], 50, p=[0.7, 0.3]).mean() <= promised.high)

    assert 0.93 <= np.mean(held) <= 0.99


def judged(*, votes_variance: float, items_variance: float, items: int = 100) -> Judged:
    """A mean of 1 that may be as low as 0 and as high as 1.5."""
    estimate = Estimate(1.0, 0.0, 1.5, "EUR")
    return Judged(
        estimate=estimate, votes_variance=votes_variance, items_variance=items_variance, votes=50, items=items
    )


def test_the_scatter_of_new_items_widens_both_sides_in_proportion() -> None:
    promised = promise(judged(votes_variance=0.01, items_variance=0.03), 300)

    wider = math.sqrt((0.01 + 0.03 + 0.03 * 100 / 300) / (0.01 + 0.03))
    assert (promised.low, promised.high) == pytest.approx((1 - wider * 1.0, 1 + wider * 0.5))


def test_where_items_do_not_scatter_the_promise_is_the_estimate() -> None:
    promised = promise(judged(votes_variance=0.01, items_variance=0.0), 1)

    assert (promised.low, promised.high) == (0.0, 1.5)


def test_where_no_scatter_was_seen_yet_the_limits_are_taken_to_be_scatter() -> None:
    promised = promise(judged(votes_variance=0.0, items_variance=0.0), 100)

    assert (promised.low, promised.high) == pytest.approx((1 - math.sqrt(1 + 100 / 100), 1 + 0.5 * math.sqrt(2)))


def test_what_never_varies_is_promised_exactly() -> None:
    same = level([[2, 2]] * 50, [HALF] * 50, {"item": [], "payoff": []}, drawn=[0] * 50)

    assert same.estimate.mean == 2.0 and promise(same, 10).mean == 2.0


# --- worth asking ----------------------------------------------------------------------------------------------------


def test_votes_that_cost_nothing_are_worth_asking() -> None:
    found = worth_asking(unsure(), price=0.0, volume=1000)

    assert found is not None and found.cost == 0.0 and found.gain > 0


def test_votes_that_cost_a_fortune_are_not() -> None:
    assert worth_asking(unsure(), price=1e6, volume=1000) is None


def test_with_nothing_to_decide_on_no_vote_pays() -> None:
    assert worth_asking(unsure(), price=0.5, volume=0) is None


def test_a_larger_volume_never_advises_fewer_votes() -> None:
    small, large = (worth_asking(unsure(), price=0.5, volume=volume) for volume in (1_000, 100_000))

    assert small is not None and large is not None and large.votes >= small.votes


def test_the_cost_is_the_votes_times_the_price() -> None:
    found = worth_asking(unsure(), price=0.25, volume=100_000)

    assert found is not None and found.cost == found.votes * 0.25


def test_no_more_votes_are_advised_than_items_are_left() -> None:
    found = worth_asking(unsure(wins=22, votes=40, items=70), price=0.0, volume=1000)

    assert found is not None and found.votes <= 70 - 40


def test_a_first_audit_can_be_advised_before_any_vote() -> None:
    audit: dict[str, list[float]] = {"item": [], "incumbent": [], "candidate": []}
    found = compare(np.zeros((500, 2)), [[1, -1]] * 500, [[0.6, 0.4]] * 500, audit, drawn=[0] * 500)

    advised = worth_asking(found, price=0.5, volume=100_000)

    assert advised is not None and advised.votes >= 20


def test_following_the_advice_earns_more_than_never_and_than_always_buying() -> None:
    # an item in ten differs; there the candidate gains 1 with a probability that is 0.3 to 0.8: worse or better
    earned = {"never": 0.0, "advised": 0.0, "always": 0.0}
    for seed in range(30):
        for way in earned:
            earned[way] += project_of(way, seed)

    assert earned["advised"] > earned["never"] and earned["advised"] > earned["always"]


def project_of(way: str, seed: int, price: float = 2.0, volume: int = 30_000) -> float:
    """What a project earns whose audit begins with 50 votes and goes on as it is advised, never, or to the last."""
    rng = np.random.default_rng(seed)
    right = rng.uniform(0.3, 0.8)
    wins, bought = rng.random(400) < right, 50
    ledger = None
    while True:
        found = unsure_of(wins, bought, ledger)
        ledger = found.ledger
        advised = worth_asking(found, price=price, volume=volume)
        more = {"never": 0, "always": 50, "advised": 0 if advised is None else advised.votes}[way]
        if found.verdict != "cannot tell" or not more or found.left < 20:
            gain = 0.1 * (2 * right - 1) * volume if found.verdict == "adopt" else 0.0
            return gain - bought * price
        bought = min(bought + more, len(wins))


def unsure_of(wins: np.ndarray, votes: int, ledger: dict[str, object] | None) -> Comparison:
    """So many votes, drawn evenly, on the tenth of 4,000 items where the two differ."""
    differ = np.repeat([[1.0, -1.0], [0.0, 0.0]], [len(wins), 9 * len(wins)], axis=0)
    audit = {"item": np.arange(votes), "incumbent": np.zeros(votes), "candidate": np.where(wins[:votes], 1.0, -1.0)}
    drawn = np.full(len(differ), votes / len(wins))
    return compare(np.zeros_like(differ), differ, [HALF] * len(differ), audit, drawn=drawn, ledger=ledger)


def test_what_is_settled_needs_no_more_votes() -> None:
    assert worth_asking(unsure(wins=48), price=0.0, volume=1000) is None


# --- the ledger ------------------------------------------------------------------------------------------------------


def test_thirty_levels_add_up_to_five_percent() -> None:
    assert sum(level_of(look) for look in range(1, 31)) == pytest.approx(0.05)


def test_a_person_can_read_what_is_left() -> None:
    ledger = spend(None, "linear", votes=50, verdict="keep")

    assert looks_left(ledger) == 29 and next_level(ledger) == pytest.approx(0.05 / (2 * 3.995), rel=1e-3)


def test_after_thirty_looks_there_is_no_next_level() -> None:
    ledger = None
    for _ in range(30):
        ledger = spend(ledger, "linear", votes=20, verdict="cannot tell")

    assert (looks_left(ledger), next_level(ledger)) == (0, None)


# --- how figures read ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(0.43, 0.31, 0.55, "EUR"), "0.43 (0.31 to 0.55) EUR an item"),
        (Estimate(0.43, 0.31, 0.55), "0.43 (0.31 to 0.55) an item"),
        (Estimate(286.2, 250.4, 320.9, "DM"), "286 (250 to 321) DM an item"),
        (Estimate(0.0, 0.0, 0.0, "EUR"), "0.00 (0.00 to 0.00) EUR an item"),
        (Estimate(0.5, -math.inf, math.inf, "EUR"), "0.500 (no interval yet) EUR an item"),
    ],
)
def test_an_estimate_reads_in_the_digits_its_interval_allows(estimate: Estimate, words: str) -> None:
    assert str(estimate) == words


def test_in_a_notebook_an_estimate_renders_itself_and_its_unit_cannot_inject() -> None:
    assert Estimate(1.0, 0.5, 1.5, "<b>")._repr_html_() == "<b>1.00 (0.50 to 1.50) &lt;b&gt; an item</b>"


def test_an_estimate_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Estimate(1.0, 0.5, 1.5).mean = 2.0  # type: ignore[misc]
