"""Projects on tables nobody would draw in a book: the whole loop runs on them, or the first step says why it cannot."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.errors import BadCell, LimitError, PayoffError, TableError, UnusableColumn
from small_projects import CELLS, OBJECTIVE

Change = Callable[[pl.DataFrame], pl.DataFrame]
AMOUNTS = {"keep": {"ham": 0, "spam": "-amount"}, "remove": {"ham": "-amount", "spam": "amount"}}


def mails(n: int = 90, *, first: int = 0, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    spam = np.arange(n) % 2 == 1
    amount, size = rng.lognormal(2, 1, n).round(2), rng.normal(0, 1, n).round(3)
    links = np.where(rng.random(n) < 0.9, spam, ~spam) * 3
    names = [f"m{first + i}" for i in range(n)]
    columns = {"item": names, "links": links, "size": size, "amount": amount}
    return pl.DataFrame({**columns, "y": np.where(spam, "spam", "ham")})


def same(items: pl.DataFrame) -> pl.DataFrame:
    return items


def with_column(**columns: Any) -> Change:
    return lambda items: items.with_columns(**columns)


def called(ham: Any, spam: Any) -> Change:
    """Outcomes of other names, or of another type."""
    column = pl.Series("y", [ham, spam])
    return lambda items: items.with_columns(y=column.gather((items["y"] == "spam").cast(pl.Int64)))


def cells(ham: Any, spam: Any, *, keep: Any = "keep", remove: Any = "remove") -> dict[Any, Any]:
    return {keep: {ham: 0, spam: -1}, remove: {ham: -2, spam: 1}}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Odd tables rightly raise warnings; here it is only asked whether the loop runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def looped(folder: Path, change: Change, objective: po.Objective, **given: Any) -> po.Project:
    """Create, try two rungs, decide on new items, hold them to the promise, and report."""
    project = po.Project.create(folder / "p", items=change(mails(60)), objective=objective, outcome="y", **given)
    project.next()
    for rung in ("one rule", "linear"):
        assert project.trial(rung) is not None
    decided = project.decide(change(mails(40, first=1_000, seed=1)))
    assert decided.height == 40
    assert set(decided["decision"]) <= set(project.objective.decisions)
    shares = decided.select(project.objective.outcomes).to_numpy()
    assert shares.sum(axis=1) == pytest.approx(np.ones(40))
    low, mean, high = (decided[name].to_numpy() for name in ("low", "expected", "high"))
    slack = 1e-9 * np.abs(mean).max()
    assert ((low <= mean + slack) & (mean <= high + slack)).all()
    value = project.value()
    assert value.low <= value.mean <= value.high
    project.goal()
    project.report()  # what the usual metrics pick and the sixty questions are in it
    assert len(re.findall("<tr", (project.folder / "report.html").read_text(encoding="utf-8"))) >= 60
    assert [trial.name for trial in po.Project.open(project.folder).trials] == ["one rule", "linear"]
    return project


EVERY_THIRD = pl.int_range(pl.len()) % 3 == 0


def then(*changes: Change) -> Change:
    """One oddity after the other: each is in columns of its own, so that none hides another."""

    def changed(items: pl.DataFrame) -> pl.DataFrame:
        for change in changes:
            items = change(items)
        return items

    return changed


RUNS: dict[str, tuple[Change, dict[Any, Any], dict[str, Any]]] = {
    "outcomes and ids that are numbers": (
        then(called(0.0, 1.0), with_column(item=pl.col("item").str.slice(1).cast(pl.Int64))),
        cells(0, 1),
        {},
    ),
    "truth values and no id": (
        then(called(False, True), lambda items: items.drop("item")),
        cells(False, True),
        {},
    ),
    "quotes, dots and signs": (
        called('it\'s "a.b"', "<b>ü ✂"),
        cells('it\'s "a.b"', "<b>ü ✂", keep='k"e.p', remove="[x]"),
        {},
    ),
    "keys of payoff.toml": (called("payoff", "unit"), cells("payoff", "unit", keep="limit", remove="items"), {}),
    "decisions called like outcomes, one never best, and an outcome nobody saw": (
        same,
        {
            "ham": {"ham": 0, "spam": -1, "odd": 7},
            "spam": {"ham": -2, "spam": 1, "odd": 7},
            "never": {"ham": -90, "spam": -90, "odd": -90},
        },
        {},
    ),
    "nothing to win": (same, {"keep": {"ham": 1, "spam": 1}, "remove": {"ham": 1, "spam": 1}}, {}),
    "amounts of 1e12": (with_column(amount=pl.col("amount") * 1e12), AMOUNTS, {}),
    "amounts of 1e-9, below nought": (with_column(amount=-pl.col("amount") * 1e-9), AMOUNTS, {}),
    "columns without values, of one value, infinite and missing": (
        with_column(
            gone=pl.lit(None, dtype=pl.Float64),
            alike=pl.lit(2.0),
            wild=pl.when(EVERY_THIRD).then(float("inf")).otherwise(float("nan")),
        ),
        CELLS,
        {},
    ),
    "little to learn from": (with_column(size=pl.lit(2.0), links=pl.lit(1)), CELLS, {}),
    "one giant group, and weights far apart": (
        with_column(
            team=pl.when(pl.int_range(pl.len()) < pl.len() // 3).then(0).otherwise(pl.int_range(pl.len())),
            w=pl.when(pl.col("y") == "spam").then(1e-6).otherwise(1e6),
        ),
        CELLS,
        {"group": "team", "weight": "w"},
    ),
    "groups of one, of rows that repeat": (
        then(
            lambda items: items.with_columns(pl.exclude("item").gather(pl.int_range(pl.len()) // 2)),
            with_column(team=pl.int_range(pl.len())),
        ),
        CELLS,
        {"group": "team"},
    ),
    "one time for all": (with_column(day=pl.lit("2025-01-31")), CELLS, {"time": "day"}),
    "times missing": (
        with_column(day=pl.when(EVERY_THIRD).then(None).otherwise(pl.int_range(pl.len()))),
        CELLS,
        {"time": "day"},
    ),
    "a range beside what is known later, in part": (
        with_column(amount=pl.when(EVERY_THIRD).then("amount")),
        {**AMOUNTS, "keep": {"ham": [-1, 0.5], "spam": "-amount"}},
        {"known_after": ["amount"]},
    ),
}


@pytest.mark.parametrize("world", RUNS)
def test_the_whole_loop_runs_on(tmp_path: Path, world: str) -> None:
    change, payoffs, given = RUNS[world]
    looped(tmp_path, change, po.Objective(payoffs, unit="EUR", per_month=1_000, months=6), **given)


LIMITS = {
    "none may be removed": [po.Limit("remove", at_most=0)],
    "no budget, and one that costs nothing": [
        po.Limit("remove", budget=0, cost="amount"),
        po.Limit("remove", budget=9, cost=0),
    ],
    "a budget a week": [po.Limit("remove", budget=50, cost="amount", per="week")],
    "all at once": [po.Limit("remove", precision=1.0, recall=1.0, at_most=3, per="day")],
    "with confidence": [po.Limit("remove", precision=0.9, confidence=0.95)],
    "a share of each group": [po.Limit("remove", share=0.1, by="links")],
}


@pytest.mark.parametrize("limits", LIMITS)
def test_the_whole_loop_runs_under(tmp_path: Path, limits: str) -> None:
    looped(tmp_path, same, po.Objective(CELLS, unit="EUR", per_month=1_000, months=6, limits=LIMITS[limits]))


TERMS = {
    "noughts": {"least_gain": 0, "well_enough": 0, "wait_per_month": 0, "reveals": ["keep", "remove"]},
    "all out of reach": {"least_gain": 1e300, "well_enough": 1e300, "wait_per_month": 1e300, "reveals": ["remove"]},
    "next to no volume": {"per_month": 1e-9, "months": 1e-9, "well_enough": 1},
    "no end of volume": {"per_month": 1e12, "months": 1e6, "least_gain": 1},
}


@pytest.mark.parametrize("terms", TERMS)
def test_the_whole_loop_runs_with(tmp_path: Path, terms: str) -> None:
    looped(tmp_path, same, po.Objective(CELLS, unit="EUR", **TERMS[terms]))  # type: ignore[arg-type]


@pytest.mark.parametrize(("gain", "action"), [(0, "ship"), (1e300, "trial")])
def test_well_enough_at_its_ends_stops_at_once_or_never(tmp_path: Path, gain: float, action: str) -> None:
    objective = po.Objective(CELLS, unit="EUR", per_month=1_000, months=6, well_enough=gain)
    project = po.Project.create(tmp_path / "p", items=mails(240), objective=objective, outcome="y")
    trial = project.trial("one rule")
    assert trial is not None and trial.adopted
    assert project.next().action == action


def test_a_least_gain_out_of_reach_builds_nothing(tmp_path: Path) -> None:
    objective = po.Objective(CELLS, unit="EUR", per_month=1_000, months=6, least_gain=1e300)
    project = po.Project.create(tmp_path / "p", items=mails(), objective=objective, outcome="y")
    advice = project.next()
    assert advice.action == "stop"
    assert advice.reason.startswith("do not build it")


REFUSED: dict[str, tuple[Change, type[PayoffError], str, dict[str, Any]]] = {
    "no items": (lambda items: items.head(0), TableError, "has no rows", {}),
    "one outcome only": (with_column(y=pl.lit("ham")), UnusableColumn, "one outcome only, 'ham'", {}),
    "ids that repeat": (lambda items: pl.concat([items, items]), UnusableColumn, "holds 'm0' 2 times", {}),
    "one group": (with_column(team=pl.lit("a")), TableError, "are one group", {"group": "team"}),
    "a weight of nought": (with_column(w=pl.lit(0.0)), UnusableColumn, "holds 0.0 in row 1", {"weight": "w"}),
    "a weight below nought": (with_column(w=pl.lit(-1.0)), UnusableColumn, "holds -1.0 in row 1", {"weight": "w"}),
    "a weight missing": (
        with_column(w=pl.lit(None, dtype=pl.Float64)),
        UnusableColumn,
        "None|no value",
        {"weight": "w"},
    ),
    "nothing known later": (
        with_column(amount=pl.lit(None, dtype=pl.Float64)),
        UnusableColumn,
        "no value at all",
        {"known_after": ["amount"]},
    ),
    "an amount missing": (
        with_column(amount=pl.when(EVERY_THIRD).then("amount")),
        BadCell,
        "gives no number for 60 of 90",
        {},
    ),
    "an infinite amount": (with_column(amount=pl.lit(float("inf"))), BadCell, "infinite for 90 of 90", {}),
    "an amount in words": (with_column(amount=pl.lit("a lot")), BadCell, "amount", {}),
}


@pytest.mark.parametrize("world", REFUSED)
def test_what_cannot_be_used_is_refused_before_anything_is_written(tmp_path: Path, world: str) -> None:
    change, error, words, given = REFUSED[world]
    with pytest.raises(error, match=words):
        po.Project.create(tmp_path / "p", items=change(mails()), objective=po.Objective(AMOUNTS), outcome="y", **given)
    assert not (tmp_path / "p").exists()


def test_limits_that_leave_items_over_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    limits = [po.Limit("remove", at_most=10), po.Limit("keep", at_most=40)]
    objective = po.Objective(CELLS, limits=limits)
    with pytest.raises(LimitError, match="leave 10 of 60 items undecided: 'keep' takes 40 at most, 'remove' 10"):
        po.Project.create(tmp_path / "p", items=mails(), objective=objective, outcome="y")
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("many", [2, 3, 6])
def test_a_handful_of_items_is_tried_and_tells_nothing(tmp_path: Path, many: int) -> None:
    project = po.Project.create(tmp_path / "p", items=mails(many), objective=OBJECTIVE, outcome="y")
    trial = project.trial("linear")
    assert trial is not None and not trial.adopted
    assert project.next().action in ("trial", "stop")
    assert project.decide().height == many


def test_thirty_outcomes_with_a_decision_each_are_learnt(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = [f"o{k:02}" for k in range(30)]
    truth = np.arange(300) % 30
    shown = np.where(rng.random(300) < 0.9, truth, rng.integers(0, 30, 300))
    table = pl.DataFrame({"item": range(300), "sign": [f"s{k}" for k in shown], "y": np.array(names)[truth]})
    payoffs = {f"do {k}": {name: float(k == j) for j, name in enumerate(names)} for k in range(30)}
    project = po.Project.create(tmp_path / "p", items=table, objective=po.Objective(payoffs), outcome="y")
    trial = project.trial("linear")
    assert trial is not None
    assert trial.adopted
    assert project.value().mean > 1 / 2  # a constant is right for one in thirty
