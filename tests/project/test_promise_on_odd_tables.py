"""Tables that nobody checked before deciding on them: each is held to the promise, or named as what it is."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.errors import PayoffError
from payoff.project.promise import Check, checks_of

PAYOFFS = {"remove": {"ham": -2, "spam": 1}, "keep": {"ham": 0, "spam": -1}}
Change = Callable[[pl.DataFrame], Any]


def mails(n: int, *, seed: int, first: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    spam = rng.random(n) < 0.5
    links = np.where(np.where(rng.random(n) < 0.9, spam, ~spam), 3, 0)
    return pl.DataFrame(
        {
            "item": [f"m{first + i}" for i in range(n)],
            "links": links,
            "size": rng.normal(0, 1, n).round(3),
            "place": rng.choice(["de", "fr"], n),
            "y": np.where(spam, "spam", "ham"),
        }
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    """Four hundred mails whose outcome is known; linear is proven."""
    objective = po.Objective(PAYOFFS, unit="EUR", per_month=1_000, months=6)
    folder = tmp_path_factory.mktemp("odd") / "mails"
    made = po.Project.create(folder, items=mails(400, seed=1), objective=objective, outcome="y")
    made.trial("linear")
    return made


def held(project: po.Project, change: Change) -> Check:
    """The last check there is once a changed table of two hundred new mails was decided on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        project.decide(change(mails(200, seed=2, first=1_000)))
    return checks_of(project._at)[-1]


def one_value(**columns: Any) -> Change:
    return lambda items: items.with_columns(**columns)


MOVED: dict[str, tuple[Change, str]] = {
    "a column missing": (lambda items: items.drop("size"), "'size' missing: 0%, now 100%"),
    "a column of nulls": (one_value(size=pl.lit(None, dtype=pl.Float64)), "'size' missing: 0%, now 100%"),
    "a column that is no number": (one_value(size=pl.lit(float("nan"))), "'size' missing: 0%, now 100%"),
    "an infinite column": (one_value(size=pl.lit(float("inf"))), "'size' missing: 0%, now 100%"),
    "a column of one value": (one_value(size=pl.lit(9.0)), "'size' median"),
    "a category never seen": (one_value(place=pl.lit("nl")), "'place' 'nl': 0%, now 100%"),
    "a category that is a number": (one_value(place=pl.lit(3)), "'place' '3': 0%, now 100%"),
}


@pytest.mark.parametrize("table", MOVED)
def test_what_moved_is_named(project: po.Project, table: str) -> None:
    change, words = MOVED[table]
    check = held(project, lambda items: change(items).drop("y"))
    assert check.void
    assert any(shift.startswith(words) for shift in check.moved), check.moved


SAME: dict[str, Change] = {
    "as it comes": lambda items: items,
    "a column more": one_value(extra=pl.lit("?")),
    "columns in another order": lambda items: items.select(reversed(items.columns)),
    "rows in another order": lambda items: items.sample(fraction=1.0, shuffle=True, seed=7),
    "numbers written as text": one_value(size=pl.col("size").cast(pl.String)),
    "a list of dicts": lambda items: items.to_dicts(),
    "a dict of lists": lambda items: items.to_dict(as_series=False),
    "some of the project's own among them": lambda items: pl.concat([mails(400, seed=1).head(50), items]),
    "ids of another type": one_value(item=pl.int_range(pl.len())),
}


@pytest.mark.parametrize("table", SAME)
def test_what_only_looks_different_raises_no_alarm(project: po.Project, table: str) -> None:
    check = held(project, SAME[table])
    assert (check.moved, check.items, check.known, check.whole) == ((), 200, 200, True)
    assert check.held is True


def test_a_table_in_another_order_is_the_same_check(project: po.Project) -> None:
    here, there = (held(project, SAME[name]) for name in ("a list of dicts", "rows in another order"))
    assert (here.realised, here.expected) == (pytest.approx(there.realised), pytest.approx(there.expected))


PARTLY = pl.when(pl.int_range(pl.len()) < 100).then("y")
KNOWN: dict[str, tuple[Change, int, bool]] = {
    "all": (lambda items: items, 200, True),
    "none": (lambda items: items.drop("y"), 0, False),
    "all null": (one_value(y=pl.lit(None, dtype=pl.String)), 0, False),
    "half, nobody says how": (one_value(y=PARTLY), 100, False),
    "half, each by the toss of a coin": (one_value(y=PARTLY, probability=pl.lit(0.5)), 100, True),
    "half, by chances that cannot be": (one_value(y=PARTLY, probability=pl.lit(0.0)), 100, False),
    "half, by chances above one": (one_value(y=PARTLY, probability=pl.lit(1.5)), 100, False),
    "half, by chances in words": (one_value(y=PARTLY, probability=pl.lit("often")), 100, False),
}


@pytest.mark.parametrize("table", KNOWN)
def test_outcomes_count_as_far_as_they_stand_for_all(project: po.Project, table: str) -> None:
    change, known, whole = KNOWN[table]
    check = held(project, change)
    assert (check.known, check.whole) == (known, whole)
    assert (check.held is None) == (not whole)


@pytest.mark.parametrize("many", [1, 2, 20])
def test_a_few_rows_are_decided_and_say_nothing_of_the_promise(project: po.Project, many: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decided = project.decide(mails(200, seed=2, first=1_000).drop("y").head(many).with_columns(size=pl.lit(99.0)))
    assert decided.height == many
    before = len(checks_of(project._at))
    project.decide(mails(200, seed=2, first=1_000).drop("y").head(many))
    assert len(checks_of(project._at)) == before


def test_one_outcome_for_all_says_that_outcomes_moved(project: po.Project) -> None:
    check = held(project, one_value(y=pl.lit("spam")))
    assert check.void
    assert check.base.startswith("outcomes moved: 'ham': ")
    assert check.base.endswith("%, now 0%")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda items: items.drop("item"), "no column 'item'"),
        (lambda items: pl.concat([items, items]), "holds 'm1000' 2 times"),
        (lambda items: items.select("item"), "links"),
        (one_value(y=pl.lit("eggs")), "the column 'y' holds outcomes that the objective has not: 'eggs' in 200 of 200"),
        (lambda items: items.rename({"links": "link"}), "'link"),
    ],
)
def test_a_table_that_cannot_be_decided_on_leaves_no_check(project: po.Project, change: Change, words: str) -> None:
    before = len(project._at.store.records("check"))
    with pytest.raises(PayoffError, match=words):
        project.decide(change(mails(200, seed=2, first=1_000)))
    assert len(project._at.store.records("check")) == before


def test_a_table_without_items_leaves_no_check(project: po.Project) -> None:
    before = len(project._at.store.records("check"))
    assert project.decide(mails(200, seed=2).head(0)).is_empty()
    assert len(project._at.store.records("check")) == before


def test_what_is_realised_is_the_mean_of_what_each_decision_was_worth(tmp_path: Path, project: po.Project) -> None:
    table = mails(200, seed=5, first=7_000)
    decided = project.decide(table)["decision"]
    worth = [PAYOFFS[d][y] for d, y in zip(decided, table["y"], strict=True)]
    assert checks_of(project._at)[-1].realised == pytest.approx(sum(worth) / 200)
    found = project.realised(table)
    assert found is not None
    assert found.filter(policy="linear")["realised"].item() == pytest.approx(sum(worth) / 200)
