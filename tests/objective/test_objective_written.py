"""An objective as it is written: arguments, payoff.toml, and how it shows itself."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import pytest
import tomlkit

from payoff.errors import LimitError, MissingColumn, ObjectiveError, UnknownDecision, UnknownOutcome
from payoff.objective import Limit, Objective

TOML = """
unit = "EUR"

[items]
table = "comments.parquet"

[objective]
per_month = 200_000
months = 12
[objective.payoff.remove]
spam = 0.30
ham = "-2 * reach"
[objective.payoff.keep]
spam = -0.50
ham = 0

[[limit]]
decision = "remove"
precision = 0.95
by = "language"

[[limit]]
decision = "remove"
at_most = 200
per = "week"

[[source]]
name = "rules"
"""
PAYOFFS = {"remove": {"spam": 0.3, "ham": -2}, "keep": {"spam": -0.5, "ham": 0}}


def written(**changes: Any) -> dict[str, Any]:
    return {"objective": {"payoff": PAYOFFS}} | changes


@pytest.mark.parametrize("read", [tomllib.loads, tomlkit.parse])
def test_payoff_toml_is_an_objective(read: Any) -> None:
    objective = Objective.from_dict(read(TOML))
    assert objective.payoffs == {"remove": {"ham": "-2 * reach", "spam": 0.3}, "keep": {"ham": 0.0, "spam": -0.5}}
    assert (objective.unit, objective.per_month, objective.months, objective.volume) == ("EUR", 2e5, 12, 2.4e6)
    assert objective.limits == [
        Limit("remove", precision=0.95, by="language"),
        Limit("remove", at_most=200, per="week"),
    ]


def test_an_objective_reads_back_from_what_it_writes() -> None:
    objective = Objective.from_dict(tomllib.loads(TOML))
    there = tomlkit.dumps(objective.to_dict())
    assert Objective.from_dict(tomllib.loads(there)).to_dict() == objective.to_dict()


def test_what_is_not_known_is_not_written() -> None:
    payoff = {"remove": {"ham": -2.0, "spam": 0.3}, "keep": {"ham": 0.0, "spam": -0.5}}
    assert Objective(PAYOFFS).to_dict() == {"unit": "points", "objective": {"payoff": payoff}}


@pytest.mark.parametrize(
    ("mapping", "key", "close"),
    [
        (written(objective={"payoff": PAYOFFS, "per_moth": 5}), "'per_moth' in [objective]", "per_month"),
        (written(objective={"payoff": PAYOFFS, "payofs": 5}), "'payofs' in [objective]", "payoff"),
        (written(limits=[]), "'limits' at the top", "limit"),
        (written(units="EUR"), "'units' at the top", "unit"),
        (written(limit=[{"decision": "keep", "precison": 0.9}]), "'precison' in [[limit]]", "precision"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_close_one(mapping: dict[str, Any], key: str, close: str) -> None:
    with pytest.raises(ObjectiveError) as refused:
        Objective.from_dict(mapping)
    assert key in str(refused.value)
    assert f"Did you mean '{close}'?" in str(refused.value)


def test_tables_of_the_project_are_passed_over() -> None:
    assert Objective.from_dict(written(items={"id": "item"}, source=[], audit=0.3)).unit == "points"


@pytest.mark.parametrize("mapping", [{}, {"items": {}}, {"objective": {}}, {"objective": {"payoff": 3}}])
def test_a_file_without_payoffs_is_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(ObjectiveError, match=r"no \[objective\.payoff"):
        Objective.from_dict(mapping)


@pytest.mark.parametrize("limit", ["remove", {"precision": 0.9}])
def test_a_limit_that_names_no_decision_is_refused(limit: Any) -> None:
    with pytest.raises(ObjectiveError, match="limit"):
        Objective.from_dict(written(limit=[limit]))


@pytest.mark.parametrize("volume", [0, -5, math.nan, math.inf, "many", True])
@pytest.mark.parametrize("name", ["per_month", "months"])
def test_a_volume_is_above_nought(name: str, volume: Any) -> None:
    with pytest.raises(ObjectiveError, match=f"{name} is {volume!r}"):
        Objective(PAYOFFS, **{name: volume})


def test_a_volume_takes_both_of_its_factors() -> None:
    assert Objective(PAYOFFS, per_month=200).volume is None
    assert Objective(PAYOFFS, months=12).volume is None


@pytest.mark.parametrize("unit", ["", " ", 5, None])
def test_a_unit_is_a_word(unit: Any) -> None:
    with pytest.raises(ObjectiveError, match=f"the unit is {unit!r}"):
        Objective(PAYOFFS, unit=unit)


def test_a_limit_on_an_unknown_decision_is_refused() -> None:
    with pytest.raises(UnknownDecision, match="'removed'"):
        Objective(PAYOFFS, limits=[Limit("removed", share=0.1)])


def test_a_limit_on_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(UnknownOutcome, match="'eggs'"):
        Objective(PAYOFFS, limits=[Limit("remove", precision=0.9, outcome="eggs")])


def test_an_objective_shows_its_payoffs_and_limits() -> None:
    objective = Objective(PAYOFFS, unit="EUR", per_month=100, months=2, limits=[Limit("remove", share=0.1)])
    assert repr(objective).splitlines() == [
        "Objective in EUR an item, 200 items over 2 months",
        "decision           ham          spam",
        "remove              -2           0.3",
        "keep                 0          -0.5",
        "Limit('remove', share=0.1)",
    ]


def test_an_objective_renders_as_html_with_names_escaped() -> None:
    objective = Objective(
        {"<b>": {"x": "CASE WHEN a < 1 THEN 1 ELSE 0 END", "y": 0}, "keep": {"x": 0, "y": 1}},
        unit="A&B",
        limits=[Limit("<b>", share=0.1)],
    )
    html = objective._repr_html_()
    assert html.count("<b>") == 0
    assert all(text in html for text in ["&lt;b&gt;", "a &lt; 1", "A&amp;B", "<li>"])


# --- limits through the columns of the items -------------------------------------------------------------------

TEN = {"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}}


def acted(limit: Limit, bad: list[float], items: Any = None, **options: Any) -> list[bool]:
    objective = Objective(TEN, limits=[limit], per_month=options.pop("per_month", None))
    decisions = objective.decide([[p, 1 - p] for p in bad], items, **options)
    return [decision == "act" for decision in decisions]


def test_a_limit_holds_in_each_group_of_its_column() -> None:
    items = {"language": ["de", "en", "en", None]}
    limit = Limit("act", at_most=1, by="language")
    assert acted(limit, [0.6, 0.7, 0.8, 0.9], items) == [True, False, True, True]


@pytest.mark.parametrize(
    ("per", "expected"),
    [("day", [True, True, True]), ("week", [True, False, True]), ("month", [False, True, False])],
)
def test_a_capacity_counts_by_the_time_column(per: str, expected: list[bool]) -> None:
    # Monday and Tuesday of one week, and the Monday after: all in January.
    items = {"date": ["2026-01-05", "2026-01-06", "2026-01-12"]}
    bad = [0.7, 0.8, 0.6] if per == "month" else [0.8, 0.7, 0.6]
    assert acted(Limit("act", at_most=1, per=per), bad, items, time="date") == expected


@pytest.mark.parametrize(
    "times", [["2026-01-05 10:00:00", "2026-01-05 23:00:00"], ["2026-01-05T10:00", "2026-01-05T23:00"]]
)
def test_times_of_one_day_count_together(times: list[str]) -> None:
    assert acted(Limit("act", at_most=1, per="day"), [0.7, 0.8], {"at": times}, time="at") == [False, True]


def test_items_without_a_time_count_in_a_period_of_their_own() -> None:
    items = {"date": ["2026-01-05", None, None]}
    limit = Limit("act", at_most=1, per="day")
    assert acted(limit, [0.6, 0.7, 0.8], items, time="date") == [True, False, True]


def test_a_time_column_that_is_no_time_is_refused() -> None:
    for times in ([1, 2], ["soon", "later"]):
        with pytest.raises(LimitError, match="'at' holds"):
            acted(Limit("act", at_most=1, per="day"), [0.6, 0.7], {"at": times}, time="at")


def test_a_column_that_a_limit_counts_by_must_be_there() -> None:
    with pytest.raises(MissingColumn, match=r"Limit\('act', share=0.5, by='lang'\) reads the column 'lang'") as refused:
        acted(Limit("act", share=0.5, by="lang"), [0.6], {"language": ["de"]})
    assert "Did you mean 'language'?" in str(refused.value)


def test_without_a_time_column_a_capacity_counts_pro_rata() -> None:
    assert sum(acted(Limit("act", at_most=10, per="month"), [0.9] * 4, per_month=20)) == 10 * 4 // 20
