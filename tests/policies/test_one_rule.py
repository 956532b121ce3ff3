"""The best rule of one line, found in money."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.policies import Lesson, OneRule, Sight
from payoff.policies.one_rule import Condition, splits

KEEP_OR_REMOVE = np.array([[[0.0, -2.0], [-1.0, 0.0]]])  # outcomes ham, spam


def fitted(columns: dict[str, list[object]], outcomes: list[int], **known: object) -> OneRule:
    return OneRule().fit(sight_of(columns, **known), lesson_of(outcomes))


def sight_of(columns: dict[str, list[object]], **known: object) -> Sight:
    table = pl.DataFrame(columns)
    n = max(len(table), len(known.get("votes", [])))  # type: ignore[arg-type]
    return Sight(**({"columns": table, "payoffs": KEEP_OR_REMOVE, "voting": np.full((n, 2), 0.5)} | known))  # type: ignore[arg-type]


def lesson_of(outcomes: list[int]) -> Lesson:
    return Lesson(target=np.eye(2)[outcomes], weight=np.ones(len(outcomes)), groups=np.arange(len(outcomes)))


def test_a_cut_is_found_between_the_values_it_parts() -> None:
    rule = fitted({"links": [0, 1, 1, 4, 5, 9]}, [0, 0, 0, 1, 1, 1]).rule_
    assert rule.words(["keep", "remove"]) == "remove where links at least 2.5, else keep"


def test_a_category_is_found_by_its_name() -> None:
    rule = fitted({"site": ["a", "b", "c", "b", "a", "b"]}, [0, 1, 0, 1, 0, 1]).rule_
    assert rule.words(["keep", "remove"]) == "remove where site is b, else keep"


def test_a_missing_value_can_be_the_condition() -> None:
    rule = fitted({"certificate": ["x", None, "y", None, "x", None]}, [0, 1, 0, 1, 0, 1]).rule_
    assert rule.words(["keep", "remove"]) == "remove where certificate is missing, else keep"


def test_one_value_in_the_middle_of_a_number_can_be_the_condition() -> None:
    rule = fitted({"port": [1, 2, 3] * 4}, [0, 1, 0] * 4).rule_
    assert rule.words(["keep", "remove"]) == "remove where port is 2, else keep"


def test_a_voter_can_be_the_column() -> None:
    votes = pl.DataFrame({"rules/link": ["spam", None, "spam", None]})
    rule = OneRule().fit(sight_of({}, votes=votes), lesson_of([1, 0, 1, 0])).rule_
    assert rule.decide(sight_of({}, votes=votes)).tolist() == [1, 0, 1, 0]


def test_the_rule_earns_most_where_two_err_alike() -> None:
    # 'a' calls 10 of 80 wrongly, each at 20; 'b' calls 10 of 80 wrongly too, each at 1.
    outcomes = [0, 0, 0, 1, 1, 1, 1, 1] * 10
    a, b = [0, 0, 0, 0, 1, 1, 1, 1] * 10, [0, 0, 1, 1, 1, 1, 1, 1] * 10
    payoffs = np.tile(KEEP_OR_REMOVE, (80, 1, 1))
    payoffs[3::8, 0, 1] = -20.0
    rule = fitted({"a": a, "b": b}, outcomes, payoffs=payoffs).rule_
    assert rule.condition is not None
    assert rule.condition.column == "b"


def test_without_a_split_worth_anything_there_is_one_decision_for_all() -> None:
    rule = fitted({"noise": [0, 1, 0, 1]}, [1, 1, 1, 1]).rule_
    assert rule.condition is None
    assert rule.words(["keep", "remove"]) == "remove everything"


def test_a_value_seen_once_does_not_overturn_what_is_usual() -> None:
    # keep costs 2 * 9.5 / 12 on the usual item, so one ham alone is no reason to keep.
    sites = ["once", *["often"] * 10]
    rule = fitted({"site": sites}, [0] + [1] * 10).rule_
    assert rule.condition is None


def test_probabilities_are_the_smoothed_rates_of_both_sides() -> None:
    policy = fitted({"links": [0, 0, 0, 5, 5, 5]}, [0, 0, 0, 1, 1, 1])
    proba = policy.predict_proba(sight_of({"links": [0, 5]}))
    np.testing.assert_allclose(proba[:, 1], [0.5 / 4, 3.5 / 4], atol=1e-5)


def test_a_missing_number_is_below_every_cut() -> None:
    policy = fitted({"links": [0, 0, 0, 5, 5, 5]}, [0, 0, 0, 1, 1, 1])
    assert policy.decide(sight_of({"links": [None, 7]})).tolist() == [0, 1]


def test_not_a_number_is_missing() -> None:
    table = pl.DataFrame({"links": [float("nan"), None, 1.0]})
    assert Condition("links", "missing", None).holds(table).tolist() == [True, True, False]
    assert Condition("links", "at least", 0.0).holds(table).tolist() == [False, False, True]


def test_a_whole_number_is_the_same_value_in_either_type() -> None:
    condition = Condition("port", "is", "2")
    assert condition.holds(pl.DataFrame({"port": [2, 3]})).tolist() == [True, False]
    assert condition.holds(pl.DataFrame({"port": [2.0, 3.0]})).tolist() == [True, False]


def test_a_text_column_is_no_category() -> None:
    values = pl.Series("text", [f"comment {i}" for i in range(150)])
    assert list(splits(values, np.ones((150, 2)))) == []


def test_nothing_labelled_gives_one_decision_for_all() -> None:
    empty = Lesson(target=np.eye(2), weight=np.zeros(2), groups=np.arange(2))
    assert OneRule().fit(sight_of({"links": [0, 5]}), empty).decide(sight_of({"links": [0, 5]})).tolist() == [1, 1]


@given(
    numbers=st.lists(st.one_of(st.none(), st.integers(-3, 3).map(float)), min_size=1, max_size=12),
    seed=st.integers(0, 9),
)
def test_the_gain_counted_for_a_condition_is_that_of_the_rows_where_it_holds(
    numbers: list[float | None], seed: int
) -> None:
    table = pl.DataFrame({"x": numbers}, schema={"x": pl.Float64})
    gain = np.random.default_rng(seed).normal(size=(len(numbers), 2))
    for many, within in splits(table["x"], gain):
        for condition, total in zip(many, within, strict=True):
            np.testing.assert_allclose(total, gain[condition.holds(table)].sum(axis=0), atol=1e-12)


@pytest.mark.parametrize("how", ["at least", "is"])
def test_words_name_the_column_and_the_value(how: str) -> None:
    assert str(Condition("links", how, "2")) == f"links {how} 2"
