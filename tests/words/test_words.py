"""How figures are said: units after numbers, no false precision, absence as a dash."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff import words
from payoff.report.record import Figure

sizes = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


def test_a_figure_is_said_with_sign_unit_and_interval() -> None:
    assert words.per_item(Figure(0.43, 0.31, 0.55), "EUR") == "+0.43 EUR an item (0.31 to 0.55)"


@pytest.mark.parametrize(("low", "high"), [(-inf, inf), (None, None), (nan, 0.5), (0.1, inf)])
def test_an_interval_with_an_open_end_is_not_known_yet(low: float | None, high: float | None) -> None:
    assert words.interval(Figure(0.43, low, high)) == "not known yet"


def test_a_figure_that_is_absent_is_a_dash() -> None:
    said = [words.per_item(None, "EUR"), words.mean(None), words.interval(None), words.total(None, 10, "EUR")]
    assert [*said, words.money(None, "EUR"), words.share(None)] == ["-"] * 6


def test_a_sum_has_three_digits_and_its_interval_is_no_finer() -> None:
    figure = Figure(0.4321, 0.3111, 0.5555)
    assert 200_000 * figure.mean == pytest.approx(86_420)
    assert words.total(figure, 200_000, "EUR", "a month") == "+86,000 EUR a month (62,000 to 111,000)"


def test_a_sum_over_an_unknown_interval_says_so() -> None:
    assert words.total(Figure(0.43), 1_000, "EUR", "a month") == "+430 EUR a month (interval not known yet)"


def test_a_sum_over_no_volume_is_a_dash() -> None:
    assert words.total(Figure(0.43, 0.31, 0.55), None, "EUR") == "-"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (20.0, "20 EUR"),
        (0.6, "0.60 EUR"),
        (0.0005, "0.00050 EUR"),
        (1_234_567, "1,234,567 EUR"),
        (inf, "not known yet"),
    ],
)
def test_money_has_thousands_separators_and_as_many_decimals_as_it_needs(value: float, said: str) -> None:
    assert words.money(value, "EUR") == said


def test_the_mean_has_as_many_decimals_as_its_interval() -> None:
    assert words.per_item(Figure(0.004, -0.3, 0.31), "EUR") == "0.00 EUR an item (-0.30 to 0.31)"


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert words.number(-0.001, signed=True, decimals=2) == "0.00"


@given(sizes)
def test_a_gain_and_the_same_loss_differ_in_their_sign_only(value: float) -> None:
    gain, loss = words.number(abs(value), signed=True), words.number(-abs(value), signed=True)
    assert gain.lstrip("+") == loss.lstrip("-")


@given(sizes)
def test_a_number_said_is_the_number_to_two_digits(value: float) -> None:
    assert float(words.number(value).replace(",", "")) == pytest.approx(value, rel=0.05, abs=1e-6)


@pytest.mark.parametrize(("value", "said"), [(0.0, "0%"), (1.0, "100%"), (0.004, "0.4%"), (2 / 3, "67%")])
def test_a_share_is_said_in_per_cent(value: float, said: str) -> None:
    assert words.share(value) == said


def test_one_is_not_many() -> None:
    assert [words.count(1, "vote"), words.count(0, "vote"), words.count(2_800, "vote")] == [
        "1 vote",
        "0 votes",
        "2,800 votes",
    ]
