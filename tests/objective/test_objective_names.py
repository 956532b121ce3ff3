"""Names: one rule for decisions, outcomes and labels of every type."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from payoff.errors import UnknownDecision, UnknownOutcome
from payoff.names import codes_of, name_of, names_of


@pytest.mark.parametrize(
    ("value", "name"),
    [(3, "3"), (3.0, "3"), (2.5, "2.5"), (True, "True"), (np.float64(1), "1"), (np.bool_(0), "False"), ("1.0", "1.0")],
)
def test_a_value_reads_as_its_name(value: Any, name: str) -> None:
    assert name_of(value) == name


@pytest.mark.parametrize(
    "values",
    [
        pl.Series([1.0, 2.0, None]),
        pl.Series([1, 2, None]),
        pl.Series(["1", "2", None]),
        pl.Series(["1", "2", None], dtype=pl.Categorical),
        pl.Series(["1", "2", None], dtype=pl.Enum(["1", "2"])),
        np.array([1.0, 2.0, np.nan]),
        np.array([1, 2.0, None], dtype=object),
        [1, 2.0, float("nan")],
        ["1", "2", None],
    ],
)
def test_every_kind_of_column_reads_alike_and_null_stays_null(values: Any) -> None:
    assert names_of(values).to_list() == ["1", "2", None]


def test_booleans_read_as_words() -> None:
    assert names_of(np.array([True, False])).to_list() == ["True", "False"]


def test_values_of_different_types_are_each_read_by_their_own() -> None:
    assert names_of([1.0, "a", True]).to_list() == ["1", "a", "True"]


def test_no_values_have_no_names() -> None:
    assert names_of([]).to_list() == []


def test_codes_are_positions_among_the_known_names() -> None:
    assert codes_of([1.0, 0.0], ["0", "1"], UnknownOutcome).tolist() == [1, 0]


def test_an_unknown_value_is_quoted_with_the_known_ones() -> None:
    with pytest.raises(UnknownDecision, match="'hold'") as refused:
        codes_of(["keep", "hold"], ["keep", "remove"], UnknownDecision)
    assert "'keep', 'remove'" in str(refused.value)


def test_a_missing_value_is_no_known_name() -> None:
    with pytest.raises(UnknownOutcome, match="None"):
        codes_of(["ham", None], ["ham", "spam"], UnknownOutcome)
