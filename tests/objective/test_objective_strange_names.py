"""Names nobody expected: of any script and sign, numbers, truth values; and names that cannot be told apart."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import numpy as np
import polars as pl
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import ObjectiveError, UnknownDecision, UnknownOutcome
from payoff.objective import Limit, Objective

NAMES = [
    "it's",
    'say "so"',
    "a.b",
    "späm ✂",
    "<b>&",
    "two words",
    "payoff",
    "limit",
    "[x]",
    "1",
    "-",
    "#",
    "\\n",
    "null",
]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(str.strip)


def of_two(one: Any, other: Any) -> Objective:
    """Each of two outcomes has its decision, called like it."""
    return Objective({one: {one: 1, other: 0}, other: {one: 0, other: 1}})


# --- names that may be -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_any_text_is_a_name_of_a_decision_and_of_an_outcome(name: str) -> None:
    made = of_two(name, "other")
    first = made.outcomes.index(name)
    assert made.decide(np.eye(2)[[first, 1 - first]]).tolist() == [name, "other"]
    assert made.value([name, "other"], [name, name]).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_written_to_payoff_toml_and_read_back(name: str) -> None:
    made = Objective(
        {name: {name: [0, 1], "x": "-cost"}, "other": {name: 0, "x": 1}},
        reveals=[name],
        limits=[Limit(name, recall=0.5, outcome=name)],
        assumed=[f"payoff.{name}.{name}"],
    )
    again = Objective.from_dict(tomllib.loads(tomlkit.dumps(made.to_dict())))
    assert again.to_dict() == made.to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_shown_as_it_is_and_escaped_on_a_page(name: str) -> None:
    made = of_two(name, "other")
    assert name in repr(made)
    page = made._repr_html_()
    assert "<b>" not in page
    assert page.count("<th>") == 3 + 2  # decision and two outcomes above, two decisions at the side


@given(st.lists(TEXT, min_size=2, max_size=5, unique=True))
def test_outcomes_of_any_name_are_sorted_and_matched(names: list[str]) -> None:
    names = [name for name in names if name not in ("item", "decision", "expected", "low", "high", "provisional")]
    if len(names) < 2:
        return
    made = Objective({name: {each: float(each == name) for each in names} for name in names})
    assert made.outcomes == sorted(names)
    assert made.decide(np.eye(len(names))).tolist() == sorted(names)
    assert made.value(names, names).tolist() == [1.0] * len(names)


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        (0, 1, ["0", "1"]),
        (False, True, ["False", "True"]),
        (1.0, 2.5, ["1", "2.5"]),
        (np.int64(3), np.float64(4), ["3", "4"]),
    ],
)
def test_numbers_and_truth_values_are_names_by_how_they_read(one: Any, other: Any, names: list[str]) -> None:
    made = of_two(one, other)
    assert made.outcomes == made.decisions == names
    assert made.value([one, other], [one, one]).tolist() == [1.0, 0.0]
    assert made.value(pl.Series([one, other], strict=False), np.array([one, one])).tolist() == [1.0, 0.0]


def test_true_is_not_one() -> None:
    with pytest.raises(UnknownOutcome, match="True"):
        of_two(0, 1).value([1], [True])


def test_base_rates_and_tables_of_probabilities_name_outcomes_by_number() -> None:
    made = of_two(0, 1)
    assert made.stakes({0: 0.25, 1.0: 0.75}).constant == "1"
    assert made.decide({"1": [0.2], "0": [0.8]}).tolist() == ["0"]


# --- names that may not be -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payoffs",
    [
        {1: {"a": 1, "b": 0}, "1": {"a": 0, "b": 1}, "x": {"a": 0, "b": 0}},
        {1.0: {"a": 1, "b": 0}, np.int64(1): {"a": 0, "b": 1}, "1": {"a": 0, "b": 0}},
    ],
)
def test_decisions_that_read_alike_are_refused_and_none_is_lost(payoffs: dict[Any, Any]) -> None:
    with pytest.raises(ObjectiveError, match="one of the decisions is called '1' twice"):
        Objective(payoffs)


def test_outcomes_that_read_alike_are_refused_with_their_decision() -> None:
    with pytest.raises(ObjectiveError, match="outcomes under the decision 'act' is called '0' twice"):
        Objective({"act": {0: 1, "0": 7, 1: 0}, "wait": {0: 0, 1: 0}})


@pytest.mark.parametrize("name", ["", "  ", None, math.nan])
def test_a_name_that_says_nothing_is_refused(name: Any) -> None:
    with pytest.raises(ObjectiveError, match="one of the decisions is called"):
        Objective({name: {"a": 1, "b": 0}, "x": {"a": 0, "b": 1}})
    with pytest.raises(ObjectiveError, match="one of the outcomes under the decision 'x' is called"):
        Objective({"x": {name: 1, "b": 0}, "y": {name: 0, "b": 1}})


def test_spaces_around_a_name_are_part_of_it() -> None:
    assert of_two(" a", "a").decisions == [" a", "a"]


# --- cells by name ---------------------------------------------------------------------------------------------------


def test_cells_are_replaced_by_numbers_as_by_their_names() -> None:
    made = of_two(0, 1)
    assert made.with_cells({(1, 0): -5}).payoffs == made.with_cells({("1", "0"): -5}).payoffs
    assert made.with_cells({(1, 0): -5}).payoffs["1"] == {"0": -5.0, "1": 1.0}


def test_expected_values_are_given_by_numbers_as_by_their_names() -> None:
    assert of_two(0, 1).table(given={(1, 0): 2.0})[0, 1, 0] == 2.0


@pytest.mark.parametrize(("cell", "error"), [(("odd", "0"), UnknownDecision), (("0", "odd"), UnknownOutcome)])
def test_a_cell_that_is_none_is_named_with_those_there_are(cell: tuple[str, str], error: type[Exception]) -> None:
    for ask in (of_two(0, 1).with_cells, lambda cells: of_two(0, 1).table(given=cells)):
        with pytest.raises(error, match=r"(?s)odd.*'0', '1'"):
            ask({cell: 1.0})


@pytest.mark.parametrize("cell", ["0.1", ("0",), ("0", "1", "2"), 7])
def test_a_cell_is_named_by_a_pair(cell: Any) -> None:
    with pytest.raises(ObjectiveError, match=r"(?s)a cell is called .*a pair \(decision, outcome\)"):
        of_two(0, 1).with_cells({cell: 1.0})


def test_replacing_a_cell_leaves_all_else_as_it_was() -> None:
    made = Objective(
        {"a": {"x": 1, "y": [-3, -2]}, "b": {"x": 0, "y": "-cost"}}, unit="EUR", per_month=10, months=2, reveals=["a"],
        limits=[Limit("a", share=0.5)], least_gain=1, well_enough=2, wait_per_month=3, assumed=["months"],
    )  # fmt: skip
    tables = made.to_dict()
    changed = made.with_cells({("b", "x"): [0, 1]})
    assert changed.ranges == {("a", "y"): (-3.0, -2.0), ("b", "x"): (0.0, 1.0)}
    tables["objective"]["payoff"]["b"]["x"] = [0.0, 1.0]
    assert changed.to_dict() == tables
    assert made.ranges == {("a", "y"): (-3.0, -2.0)}


def test_a_range_in_quotes_is_told_apart_from_an_expression() -> None:
    with pytest.raises(ObjectiveError, match="a range stands without quotes"):
        of_two("a", "b").with_cells({("a", "a"): "[0.2, 0.5]"})
