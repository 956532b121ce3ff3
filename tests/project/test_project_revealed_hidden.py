"""Decisions of today that hide what comes of them: counted and named by `init`, by status and by the report."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from payoff.items import Items, Roles, items_from
from payoff.project.hidden import after_each, blind, hidden_lines, hides, missing_after
from payoff.project.starting import start
from small_projects import known_sites, project_of

OPEN = "let a small random part through"


def acted_on(n: int = 100, *, blocked: float = 0.5, seen: int = 0) -> pl.DataFrame:
    """Sites of which the first part are blocked today; of those only `seen` outcomes are known, of the others all."""
    many = int(n * blocked)
    known = (pl.int_range(n) >= many) | (pl.int_range(n) < seen)
    now = pl.when(pl.int_range(n) < many).then(pl.lit("block")).otherwise(pl.lit("allow"))
    return known_sites(n).with_columns(now=now, y=pl.when(known).then("y"))


def items_of(table: pl.DataFrame, **roles: Any) -> Items:
    return items_from(table, Roles(**{"id": "item", "outcome": "y", "today": "now", **roles}))


def test_items_without_outcome_are_counted_by_todays_decision() -> None:
    assert missing_after(items_of(acted_on(seen=2))) == [("allow", 50, 0), ("block", 50, 48)]
    assert after_each(items_of(acted_on(seen=2))) == "0% after 'allow', 96% after 'block'"


def test_nine_in_ten_without_outcome_is_hidden() -> None:
    assert blind(items_of(acted_on(seen=5))) == ["block"]
    assert blind(items_of(acted_on(seen=6))) == []


def test_what_hides_is_named_with_what_lifts_it() -> None:
    assert hides(items_of(acted_on())) == f"today's system acts on 'block' and hides what comes of it: {OPEN}"


def test_init_gives_the_counts_and_the_step() -> None:
    assert hidden_lines(items_of(acted_on(seen=1))) == [
        "no outcome today: 0 of 50 items decided 'allow', 49 of 50 items decided 'block'",
        f"today's system acts on 'block' and hides what comes of it: {OPEN}",
    ]


def test_where_every_outcome_is_known_nothing_is_said() -> None:
    assert hidden_lines(items_of(acted_on(seen=50))) == []


@pytest.mark.parametrize("roles", [{"today": None}, {"outcome": None}])
def test_without_decisions_or_outcomes_nothing_is_said(roles: dict[str, None]) -> None:
    items = items_of(acted_on(), **roles)
    assert (missing_after(items), hides(items), hidden_lines(items)) == ([], "", [])


def test_payoff_init_says_it(tmp_path: Path) -> None:
    table = tmp_path / "sites.csv"
    acted_on().write_csv(table)
    lines = start(tmp_path / "p", table, outcome="y", today="now", unit="EUR")
    assert "  no outcome today: 0 of 50 items decided 'allow', 50 of 50 items decided 'block'" in lines
    assert f"  today's system acts on 'block' and hides what comes of it: {OPEN}" in lines


def test_the_report_lists_it_as_assumed(tmp_path: Path) -> None:
    items = acted_on().with_columns(now=pl.col("now").replace({"block": "remove", "allow": "keep"}))
    assumed = " ".join(project_of(tmp_path, items, outcome="y", today="now").story().assumed)
    assert "hidden outcomes are like those known of items decided alike: today's system acts on 'remove'" in assumed


def test_init_takes_a_proxy_and_says_what_that_means(tmp_path: Path) -> None:
    table = tmp_path / "sites.csv"
    known_sites(60).write_csv(table)
    lines = "\n".join(start(tmp_path / "p", table, outcome="y", known="proxy", unit="EUR", decisions="keep,remove"))
    assert "  proxy: 'y' stands for the outcome: it teaches, and figures are stamped as about it\n" in lines
    assert "20 audit votes say how far off it is: payoff ask --source NAME --price P" in lines
    items = tomllib.loads((tmp_path / "p" / "payoff.toml").read_text())["items"]
    assert (items["outcome"], items["known"]) == ("y", "proxy")
