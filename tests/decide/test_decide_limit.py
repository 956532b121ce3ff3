"""A limit: what it says, and what is refused when it is written."""

from __future__ import annotations

import math
from typing import Any

import pytest

from payoff.errors import LimitError
from payoff.objective import Limit


def test_a_limit_shows_what_was_given() -> None:
    assert repr(Limit("remove", precision=0.95, by="language")) == "Limit('remove', precision=0.95, by='language')"


def test_a_limit_reads_back_from_its_fields() -> None:
    limit = Limit("remove", at_most=200, per="week", recall=0.5, outcome="spam")
    assert Limit(**limit.to_dict()) == limit


def test_equal_limits_are_one() -> None:
    assert len({Limit("remove", share=0.1), Limit("remove", share=0.1)}) == 1


def test_numbers_and_names_are_normalised() -> None:
    limit = Limit(1.0, at_most=200.0, precision=1, outcome=True)  # type: ignore[arg-type]
    assert limit == Limit("1", at_most=200, precision=1.0, outcome="True")


@pytest.mark.parametrize("field", ["precision", "recall", "share"])
@pytest.mark.parametrize("value", [-0.1, 1.1, 95, math.nan, "0.95", True])
def test_a_share_is_from_nought_to_one(field: str, value: Any) -> None:
    with pytest.raises(LimitError, match=f"the limit on 'remove' has {field} = {value!r}"):
        Limit("remove", **{field: value})


@pytest.mark.parametrize("value", [-1, 2.5, math.nan, math.inf, "many", True])
def test_a_capacity_is_a_whole_number(value: Any) -> None:
    with pytest.raises(LimitError, match=f"at_most = {value!r}"):
        Limit("remove", at_most=value)


@pytest.mark.parametrize("per", ["year", "weekly", ""])
def test_a_period_is_a_day_a_week_or_a_month(per: str) -> None:
    with pytest.raises(LimitError, match=f"per = '{per}'") as refused:
        Limit("remove", at_most=5, per=per)
    assert "day, week or month" in str(refused.value)


def test_a_period_without_a_capacity_says_nothing() -> None:
    with pytest.raises(LimitError, match="beside at_most"):
        Limit("remove", precision=0.9, per="week")


def test_an_outcome_without_precision_or_recall_says_nothing() -> None:
    with pytest.raises(LimitError, match="outcome = 'spam'"):
        Limit("remove", share=0.1, outcome="spam")


def test_a_limit_without_a_constraint_is_refused() -> None:
    with pytest.raises(LimitError, match="the limit on 'remove' constrains nothing"):
        Limit("remove", by="language")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"budget": 5}, "a budget beside cost"),
        ({"cost": 5, "at_most": 3}, "a cost only beside budget"),
        ({"budget": -1, "cost": 1}, "a number, 0 or more"),
        ({"budget": math.inf, "cost": 1}, "a number, 0 or more"),
        ({"budget": "5", "cost": 1}, "a number, 0 or more"),
        ({"budget": 5, "cost": -1}, "an expression such as minutes"),
        ({"budget": 5, "cost": ""}, "an expression such as minutes"),
        ({"budget": 5, "cost": math.nan}, "an expression such as minutes"),
        ({"budget": 5, "cost": "nan"}, "an expression such as minutes"),
        ({"precision": 0.9, "confidence": 0.5}, "above 0.5 and below 1"),
        ({"precision": 0.9, "confidence": 1.0}, "above 0.5 and below 1"),
        ({"recall": 0.9, "confidence": 95}, "above 0.5 and below 1"),
        ({"share": 0.1, "confidence": 0.95}, "only beside precision or recall"),
        ({"precision": 0.9, "per": "day"}, "beside at_most or budget"),
    ],
)
def test_budget_cost_and_confidence_stand_where_they_mean_something(fields: dict[str, Any], expected: str) -> None:
    with pytest.raises(LimitError, match=expected) as refused:
        Limit("review", **fields)
    assert "the limit on 'review' has" in str(refused.value)


def test_confidence_is_kept_for_who_measures() -> None:
    assert Limit("remove", precision=0.9, confidence=0.95).confidence == 0.95
    assert Limit("remove", recall=0.9, confidence=0.95).to_dict()["confidence"] == 0.95


def test_an_unknown_field_is_no_limit() -> None:
    with pytest.raises(TypeError, match="at_least"):
        Limit("remove", at_least=5)  # type: ignore[call-arg]
