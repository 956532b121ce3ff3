"""What stands beside plain payoffs: ranges, decisions that reveal, gains worth having, what is assumed."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import pytest
import tomlkit

from payoff.errors import BadCell, LimitError, ObjectiveError, UnknownDecision, UnknownOutcome
from payoff.objective import Limit, Objective

PAYOFFS: dict[str, dict[str, Any]] = {
    "remove": {"spam": 0.3, "ham": -2},
    "keep": {"spam": [-0.5, -0.1], "ham": 0},
    "inspect": {"spam": 0.1, "ham": -0.1},
}
TOML = """
unit = "EUR"

[objective]
per_month = 1000
months = 12
reveals = ["inspect"]
least_gain = 100
well_enough = 2_000
wait_per_month = 50
assumed = ["payoff.keep.spam", "per_month"]
[objective.payoff.remove]
spam = 0.3
ham = -2
[objective.payoff.keep]
spam = [-0.5, -0.1]
ham = 0
[objective.payoff.inspect]
spam = 0.1
ham = -0.1

[[limit]]
decision = "inspect"
budget = 600
cost = "minutes"
per = "day"

[[limit]]
decision = "remove"
precision = 0.95
confidence = 0.9
"""


# --- ranges ----------------------------------------------------------------------------------------------------------


def test_figures_use_the_middle_of_a_range() -> None:
    assert Objective(PAYOFFS).table()[0, 1, 1] == pytest.approx((-0.5 + -0.1) / 2)


def test_a_range_is_shown_as_it_was_given() -> None:
    objective = Objective(PAYOFFS)
    assert objective.payoffs["keep"]["spam"] == [-0.5, -0.1]
    assert objective.ranges == {("keep", "spam"): (-0.5, -0.1)}


def test_an_objective_without_ranges_has_none() -> None:
    assert Objective({"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": "cost"}}).ranges == {}


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ([0.5, 0.2], "its low end 0.5 is not below its high end 0.2"),
        ([0.5, 0.5], "its low end 0.5 is not below"),
        ([0.5], "two numbers"),
        ([0.1, 0.2, 0.3], "two numbers"),
        (["amount", 3], "two numbers"),
        ([0, math.inf], "not finite"),
        ([0, math.nan], "not finite"),
        ([None, 3], "it is a NoneType"),
        ([True, 3], "it is a bool"),
    ],
)
def test_a_range_is_two_numbers_in_order(cell: Any, why: str) -> None:
    with pytest.raises(BadCell, match=why) as refused:
        Objective({"a": {"x": cell, "y": 0}, "b": {"x": 0, "y": 1}})
    assert f"a.x = {cell!r}" in str(refused.value)


def test_a_range_of_tuples_and_of_toml_is_the_same() -> None:
    toml = tomlkit.parse("spam = [-0.5, -0.1]")["spam"]
    for cell in ((-0.5, -0.1), [-0.5, -0.1], toml):
        changed = Objective(PAYOFFS).with_cells({("keep", "spam"): cell})
        assert changed.ranges == {("keep", "spam"): (-0.5, -0.1)}


# --- copies ----------------------------------------------------------------------------------------------------------


def test_a_copy_with_other_cells_keeps_all_else() -> None:
    plain = Objective.from_dict(tomllib.loads(TOML))
    changed = plain.with_cells({("keep", "spam"): -0.1, ("remove", "ham"): "-2 * reach"})
    assert changed.payoffs["keep"]["spam"] == -0.1
    assert changed.columns == {"reach"}
    assert changed.with_cells({("keep", "spam"): [-0.5, -0.1], ("remove", "ham"): -2}).to_dict() == plain.to_dict()
    assert plain.columns == set()


def test_a_copy_with_other_limits_keeps_all_else() -> None:
    plain = Objective.from_dict(tomllib.loads(TOML))
    raised = plain.with_limits([Limit("remove", precision=0.97)])
    assert raised.limits == [Limit("remove", precision=0.97)]
    assert raised.with_limits(plain.limits).to_dict() == plain.to_dict()
    assert plain.with_limits([]).limits == []


@pytest.mark.parametrize(("cell", "error"), [(("hold", "spam"), UnknownDecision), (("keep", "eggs"), UnknownOutcome)])
def test_a_cell_that_is_not_there_cannot_be_replaced(cell: tuple[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        Objective(PAYOFFS).with_cells({cell: 1.0})


def test_a_copy_with_limits_on_unknown_decisions_is_refused() -> None:
    with pytest.raises(UnknownDecision, match="'hold'"):
        Objective(PAYOFFS).with_limits([Limit("hold", share=0.1)])


# --- terms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [tomllib.loads, tomlkit.parse])
def test_all_terms_are_read_from_payoff_toml(read: Any) -> None:
    objective = Objective.from_dict(read(TOML))
    assert objective.reveals == ["inspect"]
    assert (objective.least_gain, objective.well_enough, objective.wait_per_month) == (100, 2000, 50)
    assert objective.assumed == ["payoff.keep.spam", "per_month"]
    assert objective.limits == [
        Limit("inspect", budget=600, cost="minutes", per="day"),
        Limit("remove", precision=0.95, confidence=0.9),
    ]


def test_an_objective_with_all_terms_reads_back_from_what_it_writes() -> None:
    objective = Objective.from_dict(tomllib.loads(TOML))
    there = tomlkit.dumps(objective.to_dict())
    assert Objective.from_dict(tomllib.loads(there)).to_dict() == objective.to_dict()


def test_terms_left_out_are_absent() -> None:
    objective = Objective({"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}})
    assert (objective.least_gain, objective.well_enough, objective.wait_per_month) == (None, None, None)
    assert (objective.reveals, objective.assumed) == ([], [])
    assert set(objective.to_dict()["objective"]) == {"payoff"}


def test_one_name_alone_will_do() -> None:
    objective = Objective(PAYOFFS, reveals="inspect", assumed="unit")
    assert (objective.reveals, objective.assumed) == (["inspect"], ["unit"])


def test_only_decisions_reveal() -> None:
    with pytest.raises(UnknownDecision, match="'inspct'") as refused:
        Objective(PAYOFFS, reveals=["inspct"])
    assert "Did you mean 'inspect'?" in str(refused.value)


@pytest.mark.parametrize("term", ["least_gain", "well_enough", "wait_per_month"])
@pytest.mark.parametrize("value", [-1, math.nan, math.inf, "much", True])
def test_gains_and_costs_of_waiting_are_nought_or_more(term: str, value: Any) -> None:
    with pytest.raises(ObjectiveError, match=f"{term} is {value!r}"):
        Objective(PAYOFFS, **{term: value})


def test_the_least_gain_is_no_more_than_what_is_well_enough() -> None:
    assert Objective(PAYOFFS, least_gain=100, well_enough=100).least_gain == 100
    with pytest.raises(ObjectiveError, match="least_gain is 101 and well_enough 100"):
        Objective(PAYOFFS, least_gain=101, well_enough=100)


def test_what_is_assumed_must_be_there() -> None:
    with pytest.raises(ObjectiveError, match=r"assumed names 'payoff.keep.spm'") as refused:
        Objective(PAYOFFS, assumed=["payoff.keep.spm"])
    assert "Did you mean 'payoff.keep.spam'?" in str(refused.value)


def test_a_limit_may_be_assumed() -> None:
    assert Objective(PAYOFFS, assumed=["limit.inspect.at_most"]).assumed == ["limit.inspect.at_most"]


def test_a_misspelt_term_is_refused_with_the_close_one() -> None:
    with pytest.raises(ObjectiveError, match="'reveal' in") as refused:
        Objective.from_dict({"objective": {"reveal": ["inspect"], "payoff": PAYOFFS}})
    assert "Did you mean 'reveals'?" in str(refused.value)


def test_a_cost_that_cannot_be_read_is_refused_when_it_is_written() -> None:
    with pytest.raises(LimitError, match=r"cost 'minutes \+' of Limit\('inspect'"):
        Objective(PAYOFFS, limits=[Limit("inspect", budget=5, cost="minutes +")])


# --- how it shows itself ---------------------------------------------------------------------------------------------


def test_everything_given_or_assumed_is_shown() -> None:
    assert repr(Objective.from_dict(tomllib.loads(TOML))).splitlines() == [
        "Objective in EUR an item, 12,000 items over 12 months",
        "decision           ham          spam",
        "remove              -2           0.3",
        "keep                 0  -0.5 to -0.1",
        "inspect           -0.1           0.1",
        "Limit('inspect', per='day', budget=600.0, cost='minutes')",
        "Limit('remove', precision=0.95, confidence=0.9)",
        "the outcome becomes known after: inspect",
        "the least gain worth shipping: 100 EUR over the whole horizon",
        "well enough at a gain of: 2,000 EUR over the whole horizon",
        "a month of waiting costs: 50 EUR beyond the gain forgone",
        "assumed, not given: payoff.keep.spam, per_month",
    ]


def test_gains_are_per_item_where_there_is_no_volume() -> None:
    assert repr(Objective(PAYOFFS, least_gain=0.01)).endswith("the least gain worth shipping: 0.01 points an item")


def test_html_shows_what_the_text_shows() -> None:
    objective = Objective.from_dict(tomllib.loads(TOML))
    html = objective._repr_html_()
    assert all(line in html for line in ["-0.5 to -0.1", "<li>assumed, not given: payoff.keep.spam, per_month</li>"])
