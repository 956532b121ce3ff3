"""A promise is held against what comes: it is void as soon as inputs or outcomes show it, and that is said."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.project.promise import Check, checks_of, void_promise
from payoff.project.results import Answer

PAYOFFS = {"remove": {"ham": -2, "spam": 1}, "keep": {"ham": 0, "spam": -1}}
OBJECTIVE = po.Objective(PAYOFFS, unit="EUR", per_month=1_000, months=6)


def mails(n: int, *, seed: int, spam: float = 0.5, size: float = 0.0, first: int = 0) -> pl.DataFrame:
    """Mails of which a share `spam` is spam, with links nine times in ten as a ham has none; `size` moves with time."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < spam
    links = np.where(rng.random(n) < 0.9, truth, ~truth)
    return pl.DataFrame(
        {
            "item": [f"m{first + i}" for i in range(n)],
            "links": np.where(links, 3, 0),
            "size": rng.normal(size, 1, n).round(3),
            "place": rng.choice(["de", "fr", "nl"], n),
            "y": np.where(truth, "spam", "ham"),
        }
    )


@pytest.fixture
def project(tmp_path: Path) -> po.Project:
    """Six hundred mails of which half are spam, all outcomes known; linear is tried."""
    made = po.Project.create(tmp_path / "mails", items=mails(600, seed=1), objective=OBJECTIVE, outcome="y")
    made.trial("linear")
    return made


def quiet(project: po.Project, table: Any) -> list[str]:
    """What is warned of when deciding on a table."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        project.decide(table)
    return [str(each.message) for each in said]


def said(project: po.Project, id: str) -> Answer:
    return next(each for each in project.status().answers if each.id == id)


def later(**more: Any) -> pl.DataFrame:
    return mails(300, seed=2, first=1_000, **more)


# --- nothing moved ---------------------------------------------------------------------------------------------------


def test_items_like_those_of_the_audit_raise_no_alarm(project: po.Project) -> None:
    assert quiet(project, later()) == []
    check = checks_of(project._at)[-1]
    assert (check.void, check.held, check.known) == (False, True, 300)


def test_status_says_that_the_promise_held(project: po.Project) -> None:
    quiet(project, later())
    assert said(project, "N5").state == "computed" and "within what was promised" in said(project, "N5").answer
    assert said(project, "W1").answer.startswith("no input moved: 1 table compared")


def test_the_projects_own_items_are_not_compared(project: po.Project) -> None:
    assert quiet(project, mails(600, seed=1).drop("y")) == []
    assert checks_of(project._at) == []


def test_a_few_items_tell_nothing(project: po.Project) -> None:
    assert quiet(project, later(size=9.0).drop("y").head(20)) == []
    assert checks_of(project._at) == []


def test_deciding_twice_on_a_table_remembers_it_once(project: po.Project) -> None:
    for _ in range(2):
        quiet(project, later())
    assert len(checks_of(project._at)) == 1


def test_of_fifty_tables_like_the_audit_next_to_none_is_called_void(project: po.Project) -> None:
    found = [quiet(project, mails(100, seed=seed, first=5_000)) for seed in range(100, 150)]
    # Inputs, outcomes and the promise each have one false alarm in a hundred: more than 6 of 50 are out of reach.
    assert sum(map(bool, found)) <= 6


# --- inputs moved ----------------------------------------------------------------------------------------------------


def test_an_input_that_moved_makes_the_promise_void_before_any_outcome_is_known(project: po.Project) -> None:
    (words,) = quiet(project, later(size=2.0).drop("y"))
    assert words.startswith("the promise made on ") and "is void for such items: inputs moved ('size' median " in words
    assert "Do: audit anew, in a new project" in words


def test_what_moved_most_is_named_first_and_what_did_not_move_is_not_named(project: po.Project) -> None:
    quiet(project, later(size=2.0).drop("y"))
    moved = [words.split()[0] for words in checks_of(project._at)[-1].moved]
    assert moved[0] == "'size'"
    assert not {"'links'", "'place'"} & set(moved)


def test_more_spam_shows_in_the_inputs_and_in_the_policys_own_probabilities(project: po.Project) -> None:
    quiet(project, later(spam=0.9).drop("y"))
    moved = " ".join(checks_of(project._at)[-1].moved)
    assert "P(spam)" in moved and "'links'" in moved


def test_status_and_next_say_that_the_promise_is_void(project: po.Project) -> None:
    quiet(project, later(size=2.0).drop("y"))
    assert "moved: 'size' median" in said(project, "W1").answer
    assert said(project, "W5").state == "blocked"
    advice = project.next()
    assert advice.action == "stop" and "is void" in advice.reason
    assert any("is void" in line for line in project.summary())


def test_a_column_that_is_missing_everywhere_moved(project: po.Project) -> None:
    found = quiet(project, later().drop("y", "size"))
    assert any("'size' missing: 0%, now 100%" in words for words in found)


# --- outcomes moved --------------------------------------------------------------------------------------------------


def test_outcomes_that_moved_make_the_promise_void(project: po.Project) -> None:
    found = " ".join(quiet(project, later(spam=0.9)))
    assert "outcomes moved: " in found


def test_a_promise_that_was_broken_is_said_with_both_figures(project: po.Project) -> None:
    turned = later().with_columns(y=pl.col("y").replace({"ham": "spam", "spam": "ham"}))
    found = " ".join(quiet(project, turned))
    assert "'linear' realised -" in found and "promised were " in found
    assert said(project, "N5").state == "blocked"


def test_the_table_of_what_was_realised_marks_what_did_not_hold(project: po.Project) -> None:
    turned = later().with_columns(y=pl.col("y").replace({"ham": "spam", "spam": "ham"}))
    found = project.realised(turned)
    assert found is not None
    assert dict(found.select("policy", "held").rows())["linear"] is False


def test_outcomes_known_of_some_items_only_are_shown_and_void_nothing(project: po.Project) -> None:
    some = later().with_columns(y=pl.when(pl.col("y") == "ham").then("y"))
    assert quiet(project, some) == []
    check = checks_of(project._at)[-1]
    assert (check.whole, check.held) == (False, None)
    assert said(project, "N5").state == "open"


# --- what lifts it, what is remembered -------------------------------------------------------------------------------


def test_a_later_table_of_as_many_items_that_held_lifts_it(project: po.Project) -> None:
    quiet(project, later(size=2.0))
    assert void_promise(project._at, "linear") is not None
    quiet(project, mails(100, seed=3, first=2_000))
    assert void_promise(project._at, "linear") is not None  # fewer items lift nothing
    quiet(project, mails(300, seed=4, first=3_000))
    assert void_promise(project._at, "linear") is None


def test_a_void_promise_survives_opening_the_project_again(project: po.Project) -> None:
    quiet(project, later(size=2.0))
    again = po.Project.open(project.folder)
    assert checks_of(again._at) == checks_of(project._at)
    assert void_promise(again._at, "linear") is not None


def test_a_new_version_of_the_objective_begins_anew(project: po.Project) -> None:
    quiet(project, later(size=2.0))
    path = project.folder / "payoff.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("per_month = 1000", "per_month = 2000"), encoding="utf-8")
    assert checks_of(po.Project.open(project.folder)._at) == []


def test_items_of_one_customer_are_one_when_compared(tmp_path: Path) -> None:
    """Five customers with a place of their own each: their many mails are no more than five draws."""
    table = mails(600, seed=1).with_columns(who=pl.Series([f"c{i % 200}" for i in range(600)]))
    made = po.Project.create(tmp_path / "mails", items=table, objective=OBJECTIVE, outcome="y", group="who")
    same = later(size=2.0).with_columns(who=pl.Series([f"d{i % 5}" for i in range(300)]))
    assert quiet(made, same.drop("y")) == []


def test_items_weighted_for_their_sample_are_compared_as_they_come(tmp_path: Path) -> None:
    """Spam was sampled nine times as often as it comes; new items come as they come."""
    many = mails(3_000, seed=1, spam=0.1)
    spam = pl.col("y") == "spam"
    sample = many.filter(spam | (pl.int_range(pl.len()) % 9 == 0)).with_columns(
        w=pl.when(spam).then(1.0).otherwise(9.0)
    )
    made = po.Project.create(tmp_path / "mails", items=sample, objective=OBJECTIVE, outcome="y", weight="w")
    assert quiet(made, later(spam=0.1).drop("y")) == []


# --- the record itself -----------------------------------------------------------------------------------------------

CHECK = Check(
    table="'june.csv'", mark="", version=1, rung="linear", since="2025-01-31", known=100, whole=True, unit="EUR",
    promised=(0.4, 0.2, 0.6), realised=0.3,
)  # fmt: skip


def test_a_promise_holds_up_to_its_ends() -> None:
    assert replace(CHECK, realised=0.6).held is True
    assert replace(CHECK, realised=0.61).held is False


def test_a_promise_is_broken_where_luck_leads_once_in_a_hundred() -> None:
    """The 99% interval is 2.576 / 1.960 as wide as the 95% one: 0.4 - 0.263 to 0.4 + 0.263."""
    assert not replace(CHECK, realised=0.66).broken
    assert replace(CHECK, realised=0.67).broken
    assert replace(CHECK, realised=0.13).void


def test_without_a_promise_nothing_is_held_or_broken() -> None:
    bare = replace(CHECK, promised=None)
    assert bare.held is None and not bare.void


def test_where_nothing_was_promised_what_was_judged_is_void() -> None:
    moved = replace(CHECK, promised=(0.0, 0.0, 0.0), realised=None, moved=("'x' median 1, now 2",))
    assert moved.said.startswith("what was judged on 2025-01-31 is void for such items: inputs moved ('x' median 1, ")


def test_a_few_items_break_no_promise() -> None:
    assert not replace(CHECK, known=29, realised=-9.0).broken
    assert replace(CHECK, known=30, realised=-9.0).broken


# --- outcomes that only some decisions reveal ------------------------------------------------------------------------


def revealed(table: pl.DataFrame, chance: float) -> pl.DataFrame:
    """Outcomes of spam are always known, of ham with this probability, which is written beside them."""
    luck = pl.Series(np.random.default_rng(5).random(len(table))) < chance
    spam = pl.col("y") == "spam"
    return table.with_columns(
        y=pl.when(spam | luck).then("y"), probability=pl.when(spam).then(1.0).otherwise(pl.lit(chance))
    )


def test_outcomes_known_with_a_recorded_probability_stand_for_all(project: po.Project) -> None:
    quiet(project, later())
    whole = checks_of(project._at)[-1].realised
    quiet(project, revealed(later(), 0.5))
    part = checks_of(project._at)[-1]
    assert part.whole and part.known < 300
    assert part.realised == pytest.approx(whole, abs=0.15)


def test_without_the_probability_what_was_realised_would_flatter_or_slander(project: po.Project) -> None:
    quiet(project, later())
    whole = checks_of(project._at)[-1].realised
    quiet(project, revealed(later(), 0.1).drop("probability"))
    part = checks_of(project._at)[-1]
    assert not part.whole and part.held is None
    assert whole is not None and part.realised is not None and part.realised - whole > 0.2
