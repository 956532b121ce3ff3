"""Worlds small enough to work out by hand: break-even, stakes, regret, a budget, payoffs of each item."""

from __future__ import annotations

import pytest

from payoff.objective import Limit, Objective

# Published costs of german_credit: granting a bad one costs 5, refusing a good one 1.
CREDIT = Objective({"grant": {"bad": -5, "good": 0}, "refuse": {"bad": 0, "good": -1}})
TRIAGE = Objective(
    {
        "remove": {"spam": 0.3, "ham": -2},
        "keep": {"spam": -0.5, "ham": 0},
        "review": {"spam": 0.1, "ham": -0.2},
    },
    unit="EUR",
)
LEND = Objective({"lend": {"pays": "0.1 * amount", "defaults": "-amount"}, "refuse": {"pays": 0, "defaults": 0}})


def test_credit_is_refused_from_a_sixth_on() -> None:
    # Granting costs 5 p, refusing 1 - p: they break even at p = 1 / 6.
    rows = {row[0]: row[2:] for row in CREDIT.break_even().rows()}
    assert rows["grant"] == (pytest.approx(1 - 1 / 6), 1.0)  # of good, the second outcome by name
    assert CREDIT.decide([[0.16, 0.84], [0.17, 0.83]]).tolist() == ["grant", "refuse"]


def test_at_thirty_in_a_hundred_bad_all_are_refused_and_seven_tenths_can_be_won() -> None:
    stakes = CREDIT.stakes({"bad": 0.3, "good": 0.7})
    assert (stakes.constant, stakes.constant_worth) == ("refuse", -0.7 * 1)  # granting all: -0.3 * 5
    assert (stakes.perfect, stakes.left) == (0.0, 0.7)


def test_three_decisions_break_even_where_neighbours_are_worth_the_same() -> None:
    # Review over keep: 0.6 p = 0.2 (1 - p). Remove over review: 0.2 p = 1.8 (1 - p).
    rows = {row[0]: row[2:] for row in TRIAGE.break_even().rows()}
    assert rows["keep"] == (0.0, pytest.approx(0.2 / 0.8))
    assert rows["review"] == (pytest.approx(0.2 / 0.8), pytest.approx(1.8 / 2.0))
    assert rows["remove"] == (pytest.approx(1.8 / 2.0), 1.0)


def test_of_ten_comments_one_spam_three_decisions_have_their_stakes() -> None:
    stakes = TRIAGE.stakes({"spam": 0.1, "ham": 0.9})
    # Remove 0.03 - 1.8, keep -0.05, review 0.01 - 0.18.
    assert (stakes.constant, stakes.constant_worth) == ("keep", pytest.approx(-0.05))
    assert stakes.left == pytest.approx(0.1 * 0.3 - -0.05)


def test_regret_is_what_knowing_would_have_added() -> None:
    decided, true = ["remove", "keep", "review", "keep"], ["spam", "spam", "ham", "ham"]
    earned = TRIAGE.value(decided, true)
    knowing = TRIAGE.value(TRIAGE.decide([[0, 1], [0, 1], [1, 0], [1, 0]]), true)
    assert (knowing - earned).tolist() == pytest.approx([0, 0.3 + 0.5, 0.2, 0])


def test_a_loan_that_breaks_even_on_its_odds_does_so_at_any_amount() -> None:
    # 0.1 a (1 - p) = a p at p = 1 / 11, whatever the amount a; what it wins does grow with it.
    items = {"amount": [100, 10_000]}
    for bad, decision in ((1 / 11 - 0.001, "lend"), (1 / 11 + 0.001, "refuse")):
        assert LEND.decide([[bad, 1 - bad]] * 2, items).tolist() == [decision] * 2
    stakes = LEND.stakes({"defaults": 0.1, "pays": 0.9}, items)
    mean = (100 + 10_000) / 2
    assert stakes.constant == "refuse"  # lending to all: mean * (0.09 - 0.1)
    assert stakes.perfect == pytest.approx(0.9 * 0.1 * mean)


def test_a_fee_makes_the_break_even_one_of_each_item() -> None:
    fee = LEND.with_cells({("lend", "pays"): "0.1 * amount - 5"})
    # At 100 lending pays 5, so p = 5 / 105; at 10,000 it pays 995: p = 995 / 10,995.
    even = [5 / 105, 995 / 10_995]
    for shift, decision in ((-0.001, "lend"), (0.001, "refuse")):
        proba = [[bad + shift, 1 - bad - shift] for bad in even]
        assert fee.decide(proba, {"amount": [100, 10_000]}).tolist() == [decision] * 2


def test_an_hour_of_review_goes_to_the_comments_that_repay_it_best() -> None:
    limited = TRIAGE.with_limits([Limit("review", budget=60, cost="minutes")])
    # At one half, review is worth -0.05 and keep -0.25: 0.2 gained each, for 40, 30, 20 and 10 minutes. By the minute
    # the last, the third, then the second fit: 10 + 20 + 30 = 60.
    proba = [[0.5, 0.5]] * 4
    assert limited.decide(proba, {"minutes": [40, 30, 20, 10]}).tolist() == ["keep", "review", "review", "review"]


def test_what_is_known_only_later_is_decided_by_its_mean_and_valued_as_it_came() -> None:
    # Amounts owed were 50 on average; this one turned out to be 80.
    given = {("lend", "defaults"): -50.0, ("lend", "pays"): 5.0}
    assert LEND.decide([[0.1, 0.9]], {"amount": [80]}, given=given).tolist() == ["refuse"]  # 4.5 - 5
    assert LEND.value(["lend"], ["defaults"], {"amount": [80]}).tolist() == [-80]
