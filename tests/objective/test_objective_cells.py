"""Payoff cells: numbers and expressions, and what is refused."""

from __future__ import annotations

import decimal
import math
from typing import Any

import numpy as np
import polars as pl
import pytest

from payoff.errors import BadCell, MissingCell, MissingColumn, ObjectiveError, OpenCell
from payoff.objective import Objective

KEEP = {"spam": -0.5, "ham": 0.0}


def with_cell(cell: Any) -> Objective:
    """Removing spam is worth `cell`; the other three cells are numbers."""
    return Objective({"remove": {"spam": cell, "ham": -2.0}, "keep": KEEP})


def worth(cell: Any, items: Any = None) -> list[float]:
    objective = with_cell(cell)
    table = objective.table(items)
    return table[:, objective.decisions.index("remove"), objective.outcomes.index("spam")].tolist()


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (3, 3.0),
        (0.3, 0.3),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7.0),
        (decimal.Decimal("1.25"), 1.25),
        ("0.3", 0.3),
        (" -2 ", -2.0),
        ("1e3", 1000.0),
        ("1_000", 1000.0),
        ("2 * 0.15", 2 * 0.15),
        ("1 / 3", 1 / 3),
    ],
)
def test_a_number_is_read_however_it_is_written(cell: Any, number: float) -> None:
    assert worth(cell) == [pytest.approx(number)]


def test_an_objective_of_numbers_has_one_table_for_all_items() -> None:
    assert with_cell(0.3).table(pl.DataFrame({"amount": [1, 2, 3]})).shape == (1, 2, 2)


def test_decisions_keep_their_order_and_outcomes_are_sorted_by_name() -> None:
    objective = Objective({"remove": {"spam": 1, "ham": 2}, "keep": {"ham": 4, "spam": 3}})
    assert (objective.decisions, objective.outcomes) == (["remove", "keep"], ["ham", "spam"])
    assert objective.table()[0].tolist() == [[2, 1], [4, 3]]


def test_an_expression_is_worth_what_it_says_for_each_item() -> None:
    assert worth("-amount / 4", {"amount": [1, 2]}) == [-1 / 4, -2 / 4]


def test_whole_numbers_divide_as_on_paper() -> None:
    assert worth("count / 2", {"count": [1, 2, 3]}) == [1 / 2, 2 / 2, 3 / 2]


def test_decimal_literals_do_not_round() -> None:
    assert worth("0.001 * count / 7", {"count": [1]}) == [pytest.approx(0.001 / 7)]


def test_a_column_name_with_spaces_stands_in_double_quotes() -> None:
    assert worth('2 * "order value"', {"order value": [3.5]}) == [7.0]


def test_a_case_expression_reads_text_columns() -> None:
    assert worth("CASE WHEN country = 'DE' THEN fee ELSE 1 END", {"country": ["DE", "FR"], "fee": [9, 9]}) == [9, 1]


def test_a_truth_value_counts_as_one_or_zero() -> None:
    assert worth("amount > 10", {"amount": [11, 9]}) == [1.0, 0.0]


@pytest.mark.parametrize("cell", ["?", " ? ", "", None])
def test_an_open_cell_is_named_with_where_to_fill_it(cell: str | None) -> None:
    with pytest.raises(OpenCell, match=r"remove\.spam is still open") as refused:
        with_cell(cell)
    assert "[objective.payoff.remove]" in str(refused.value)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (math.nan, "not finite"),
        (math.inf, "not finite"),
        ("nan", "not finite"),
        ("-inf", "not finite"),
        (True, "it is a bool"),
        ({"a": 1}, "it is a dict"),
        ("amount +", "unable to parse"),
        ("1,5", "unexpected token"),
        ("amount; drop table items", "unexpected token"),
        ("2 amount", "names its result"),
        ("'abc'", "cannot be used"),
        ("null", "gives no number"),
        ("row_number()", "cannot be used"),
        ("count(*)", "depends on other items"),
        ("__import__('os')", "cannot be used"),
    ],
)
def test_a_cell_that_is_no_payoff_is_refused_and_quoted(cell: Any, why: str) -> None:
    with pytest.raises(BadCell, match=why) as refused:
        with_cell(cell)
    assert f"remove.spam = {cell!r}" in str(refused.value)


@pytest.mark.parametrize("cell", ["amount / sum(amount)", "avg(amount)", "rank() OVER (ORDER BY amount)"])
def test_a_payoff_over_other_items_is_refused(cell: str) -> None:
    with pytest.raises(BadCell, match="depends on other items"):
        worth(cell, {"amount": [1.0, 2.0, 5.0]})


def test_text_where_a_number_is_needed_is_refused() -> None:
    with pytest.raises(BadCell, match=r"remove\.spam = '-amount'"):
        worth("-amount", {"amount": ["12 EUR"]})


def test_an_infinite_payoff_is_counted_and_refused() -> None:
    with pytest.raises(BadCell, match="infinite for 1 of 2 items"):
        worth("1 / amount", {"amount": [0, 1]})


def test_a_missing_payoff_is_counted_and_refused() -> None:
    with pytest.raises(BadCell, match="no number for 2 of 3 items"):
        worth("-amount", {"amount": [None, 1.0, math.nan]})


def test_a_missing_payoff_is_nan_where_that_is_asked_for() -> None:
    table = with_cell("-amount").table({"amount": [None, 1.0]}, missing="nan")
    assert np.isnan(table[:, 0, 1]).tolist() == [True, False]


def test_an_absent_column_is_named_with_those_there_are() -> None:
    with pytest.raises(MissingColumn, match="'amuont'") as refused:
        worth("-amuont", {"amount": [1], "age": [2]})
    assert "'amount', 'age'" in str(refused.value)
    assert "Did you mean 'amount'?" in str(refused.value)
    assert "uses its expected value" in str(refused.value)


def test_an_expression_without_items_names_its_column() -> None:
    with pytest.raises(MissingColumn, match="'amount', and the items have no columns"):
        worth("-amount")


def test_a_missing_cell_is_named_with_the_close_misspelling() -> None:
    with pytest.raises(MissingCell, match="'keep' has no payoff for the outcome 'spam'") as refused:
        Objective({"remove": {"spam": 1, "ham": 0}, "keep": {"spma": 0, "ham": 0}})
    assert "Did you mean 'spma'?" in str(refused.value)


@pytest.mark.parametrize("name", ["item", "decision", "expected", "low", "high", "provisional"])
def test_an_outcome_called_like_a_column_of_the_result_is_refused(name: str) -> None:
    with pytest.raises(ObjectiveError, match=f"an outcome is called '{name}'"):
        Objective({"a": {name: 1, "other": 0}, "b": {name: 0, "other": 1}})


@pytest.mark.parametrize("payoffs", [{}, {"keep": {"spam": 1, "ham": 0}}])
def test_one_decision_is_no_decision(payoffs: dict[str, dict[str, float]]) -> None:
    with pytest.raises(ObjectiveError, match=f"has {len(payoffs)} decision"):
        Objective(payoffs)


def test_one_outcome_leaves_nothing_to_find_out() -> None:
    with pytest.raises(ObjectiveError, match="1 outcome"):
        Objective({"a": {"spam": 1}, "b": {"spam": 0}})


def test_a_number_in_place_of_a_row_of_payoffs_is_refused() -> None:
    with pytest.raises(ObjectiveError, match=r"'keep' has 0\.0 in place of its payoffs"):
        Objective({"remove": KEEP, "keep": 0.0})  # type: ignore[dict-item]


def test_decisions_and_outcomes_are_named_like_items() -> None:
    objective = Objective({1.0: {True: 1, False: 0}, 0: {True: 0, False: 1}})
    assert (objective.decisions, objective.outcomes) == (["1", "0"], ["False", "True"])


def test_columns_are_those_the_cells_read() -> None:
    assert with_cell('amount * "order value"').columns == {"amount", "order value"}
    assert with_cell(0.3).columns == set()


def test_cells_over_a_column_are_found() -> None:
    assert with_cell("amount - fee").cells_over(["fee", "other"]) == [("remove", "spam")]
    assert with_cell("amount - fee").cells_over(["other"]) == []


def test_given_values_stand_in_for_cells_known_only_afterwards() -> None:
    objective = with_cell("-loss")
    assert objective.table(given={("remove", "spam"): -5.0})[0].tolist() == [[-2, -5], [0, -0.5]]


def test_given_values_may_differ_by_item() -> None:
    table = with_cell("-loss").table(given={("remove", "spam"): [-5.0, -6.0]})
    assert table[:, 0, 1].tolist() == [-5, -6]


@pytest.mark.parametrize("value", [math.nan, [1.0, 2.0, 3.0], [[1.0]]])
def test_given_values_are_finite_and_one_or_one_per_item(value: Any) -> None:
    with pytest.raises(BadCell, match="as an expected value"):
        with_cell("amount").table({"amount": [1, 2]}, given={("keep", "ham"): value})


@pytest.mark.parametrize("cell", [("hold", "ham"), ("keep", "eggs")])
def test_given_values_for_unknown_cells_are_refused(cell: tuple[str, str]) -> None:
    with pytest.raises(ObjectiveError, match=r"'hold'|'eggs'"):
        with_cell(1).table(given={cell: 1.0})


@pytest.mark.parametrize("items", [5, "items.csv", pl.LazyFrame({"amount": [1]})])
def test_items_that_are_no_table_are_refused(items: Any) -> None:
    with pytest.raises(ObjectiveError, match=f"items came as {type(items).__name__}"):
        worth("amount", items)


def test_items_may_be_any_dataframe_or_plain_data() -> None:
    pandas = pytest.importorskip("pandas")
    for items in (
        pl.DataFrame({"amount": [1, 2]}),
        pandas.DataFrame({"amount": [1, 2]}),
        {"amount": [1, 2]},
        [{"amount": 1}, {"amount": 2}],
    ):
        assert worth("-amount", items) == [-1, -2]


def test_no_items_give_no_payoffs() -> None:
    assert with_cell("-amount").table({"amount": []}).shape == (0, 2, 2)


def test_all_open_cells_are_named_at_once() -> None:
    with pytest.raises(OpenCell, match=r"keep\.ham is still open, and so are keep\.spam, remove\.ham"):
        Objective({"keep": {"spam": "?", "ham": None}, "remove": {"spam": 0.3, "ham": " "}})


def test_of_many_open_cells_the_first_two_are_named() -> None:
    cells = {name: dict.fromkeys(["ham", "spam"], "?") for name in ("keep", "remove")}
    with pytest.raises(OpenCell, match=r"keep\.ham is still open, and so are keep\.spam and 2 more\n"):
        Objective(cells)


def test_the_larger_of_two_is_written_as_people_write_it() -> None:
    items = {"amount": [1, 9]}
    assert worth("max(amount, 2)", items) == [2, 9]
    assert worth("min(amount, 2) - 1", items) == [0, 1]


def test_the_largest_over_all_items_is_refused() -> None:
    with pytest.raises(BadCell, match="depends on other items"):
        worth("max(amount)", {"amount": [1, 9]})
