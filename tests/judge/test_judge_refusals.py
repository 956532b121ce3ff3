"""What judging refuses, and what it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from payoff.errors import (
    AuditError,
    JudgeError,
    LedgerError,
    NotACount,
    NotFinite,
    NotProbability,
    PayoffError,
    UnevenArrays,
)
from payoff.judge import compare, level, looks_left, promise, worth_asking


def attempt(**changes: Any) -> None:
    """A comparison on two items that is right but for the changes."""
    audit = {"item": [0], "incumbent": [0.0], "candidate": [1.0]} | changes.pop("audit", {})
    arguments: dict[str, Any] = {
        "incumbent": np.zeros((2, 2)),
        "candidate": np.array([[1.0, -1.0], [0.0, 0.0]]),
        "posterior": np.full((2, 2), 0.5),
        "drawn": [0.5, 0.5],
    }
    compare(audit=audit, **(arguments | changes))


def test_nothing_is_wrong_with_the_arguments_the_refusals_start_from() -> None:
    attempt()


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"candidate": np.zeros((3, 2))}, UnevenArrays, r"candidate has the shape \(3, 2\)"),
        ({"incumbent": np.zeros(2)}, UnevenArrays, r"incumbent has the shape \(2,\)"),
        ({"incumbent": [[1, 2], [3]]}, UnevenArrays, "incumbent"),
        ({"posterior": np.full((2, 3), 1 / 3)}, UnevenArrays, r"posterior has the shape \(2, 3\)"),
        ({"drawn": [0.5]}, UnevenArrays, "drawn"),
        ({"groups": [1]}, UnevenArrays, "groups"),
        ({"audit": {"candidate": [1.0, 2.0]}}, UnevenArrays, "audit candidate"),
        ({"audit": {"fresh": [True, False]}}, UnevenArrays, "audit fresh"),
        ({"incumbent": np.array([[np.nan, 0], [0, 0]])}, NotFinite, r"incumbent holds nan at position \[0, 0\]"),
        ({"audit": {"candidate": [np.inf]}}, NotFinite, "audit candidate holds inf"),
        ({"posterior": [[0.5, 0.6], [0.5, 0.5]]}, NotProbability, r"posterior is \[0.5, 0.6\] at position 0"),
        ({"posterior": [[1.5, -0.5], [0.5, 0.5]]}, NotProbability, r"posterior is \[1.5, -0.5\]"),
        ({"drawn": [0.5, 1.5]}, NotProbability, "drawn is 1.5 at position 1"),
        ({"drawn": [-0.1, 0.5]}, NotProbability, "drawn is -0.1 at position 0"),
        ({"before": [0.6, 0.0]}, NotProbability, "before is 0.6 at position 0"),
        ({"audit": {"item": [2]}}, AuditError, "audit item holds 2"),
        ({"audit": {"item": [-1]}}, AuditError, "audit item holds -1"),
        ({"audit": {"item": [0.5]}}, AuditError, "whole numbers"),
        ({"audit": {"label": ["spam"]}}, AuditError, "the audit has 'label'"),
        ({"audit": {"fresh": [1]}}, AuditError, "True or False"),
        ({"drawn": [0.0, 0.5]}, AuditError, "drawn with probability 0"),
        ({"audit": {"fresh": [False]}}, AuditError, "before is 0 there"),
        ({"before": [0.5, 0.0]}, AuditError, "drawn has not risen"),
        ({"ledger": 3}, LedgerError, "the ledger is '3'"),
        ({"ledger": {"looks": [1]}}, LedgerError, "the ledger is"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_value_found(
    changes: dict[str, Any], error: type[JudgeError], words: str
) -> None:
    with pytest.raises(error, match=words):
        attempt(**changes)


def test_an_item_voted_on_twice_is_refused() -> None:
    with pytest.raises(AuditError, match="holds the item 0 more than once"):
        attempt(audit={"item": [0, 0], "incumbent": [0, 0], "candidate": [1, 1]})


def test_a_missing_audit_column_is_refused_by_name() -> None:
    with pytest.raises(AuditError, match="the audit has no 'candidate'"):
        compare([[0, 0]], [[1, -1]], [[0.5, 0.5]], {"item": [0], "incumbent": [0]}, drawn=[1])


def test_no_outcomes_at_all_are_refused() -> None:
    with pytest.raises(UnevenArrays, match="one outcome or more"):
        compare(np.zeros((2, 0)), np.zeros((2, 0)), np.zeros((2, 0)), {}, drawn=[1, 1])


def test_a_level_wants_the_payoff_observed() -> None:
    with pytest.raises(AuditError, match="the audit has no 'payoff'"):
        level([[1, -1]], [[0.5, 0.5]], {"item": [0]}, drawn=[1])


def test_every_refusal_is_a_payoff_error_with_a_next_step() -> None:
    with pytest.raises(PayoffError) as refused:
        attempt(drawn=[0.5, 1.5])

    assert refused.value.next_step


def test_a_promise_for_no_items_is_refused() -> None:
    judged = level([[1, -1]] * 2, [[0.5, 0.5]] * 2, {"item": [], "payoff": []}, drawn=[0, 0])

    with pytest.raises(NotACount, match="number of items is 0"):
        promise(judged, 0)


@pytest.mark.parametrize(("price", "volume"), [(-1.0, 10.0), (1.0, -10.0), (float("nan"), 10.0), (1.0, float("inf"))])
def test_a_price_or_volume_that_is_none_is_refused(price: float, volume: float) -> None:
    found = compare([[0, 0]], [[1, -1]], [[0.5, 0.5]], {"item": [], "incumbent": [], "candidate": []}, drawn=[0])

    with pytest.raises(NotACount):
        worth_asking(found, price=price, volume=volume)


def test_a_ledger_that_is_none_has_no_looks_to_count() -> None:
    with pytest.raises(LedgerError):
        looks_left([])  # type: ignore[arg-type]
