"""A proxy is not the outcome: how far it is off is measured on audited items, and said in money."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.project.proxies import gap_of
from small_projects import experts, known_sites, project_of
from status_worlds import said


def clicked(n: int = 120) -> pl.DataFrame:
    """Every second site is spam; the proxy calls every fifth site spam whatever is true, and is right on the rest."""
    items = known_sites(n)
    says = pl.when(pl.int_range(n) % 5 == 0).then(pl.lit("spam")).otherwise("y")
    return items.with_columns(clicked=says)


@pytest.fixture
def project(tmp_path: Path) -> po.Project:
    made = project_of(tmp_path, clicked(), outcome="y")
    made.add_source("clicks", kind="proxy", column="clicked")
    return made


def test_the_gap_is_what_deciding_by_the_proxy_costs(project: po.Project) -> None:
    gap = gap_of(project._at.standing(), "clicks")
    ground = project._at.ground
    sealed = clicked()[ground.sealed]
    wrong = (sealed["clicked"] != sealed["y"]).sum()
    assert gap.right is not None
    assert (gap.audited, gap.right.mean) == (len(sealed), pytest.approx(1 - wrong / len(sealed)))
    # Each wrong one removes a ham, which costs 2 where keeping it costs nothing.
    assert gap.costs.mean == pytest.approx(2 * wrong / len(sealed), abs=0.01)
    assert gap.costs.low <= gap.costs.mean <= gap.costs.high


def test_status_says_how_far_the_proxy_is_off_in_money(project: po.Project) -> None:
    state, words = said(project, "L1")
    assert state == "answered"
    assert "'clicks' is right on 9" in words or "'clicks' is right on 8" in words
    assert "deciding as if it were the outcome costs " in words and " EUR an item (" in words


def test_the_outcome_on_which_it_is_wrong_is_named(project: po.Project) -> None:
    gap = gap_of(project._at.standing(), "clicks")
    spam, ham = gap.each["spam"], gap.each["ham"]
    assert spam is not None and spam.mean == 1
    assert ham is not None and ham.mean < 1
    assert "; of 'ham' on " in gap.words() and ", of 'spam' on 100% (" in gap.words()


def test_a_source_is_no_stand_in_for_the_outcome(project: po.Project) -> None:
    assert gap_of(project._at.standing(), "clicks").shift is None
    assert project.value().about == ""


def test_no_look_is_spent_on_it(project: po.Project) -> None:
    said(project, "L1")
    assert project._at.memory.ledger() is None


def test_before_enough_audited_items_the_gap_is_not_known(tmp_path: Path) -> None:
    made = experts(project_of(tmp_path, clicked().drop("y")))
    made.add_source("clicks", kind="proxy", column="clicked")
    gap = gap_of(made._at.standing(), "clicks")
    assert (gap.audited, gap.known) == (0, False)
    assert gap.words() == "how far 'clicks' is off is not known: 0 of 20 audited items it spoke on"


def test_a_proxy_that_is_never_wrong_costs_nothing(tmp_path: Path) -> None:
    made = project_of(tmp_path, known_sites(120).with_columns(clicked=pl.col("y")), outcome="y")
    made.add_source("clicks", kind="proxy", column="clicked")
    gap = gap_of(made._at.standing(), "clicks")
    assert gap.right is not None and gap.right.mean == 1
    assert gap.costs.mean == pytest.approx(0, abs=1e-9)
