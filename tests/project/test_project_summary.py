"""The lines that trial, next and status end with: what is earned, in money, and the looks used and left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.judge import looks_left
from payoff.project.worth import to_win, today_of, won
from small_projects import CELLS, known_sites, project_of

MONTHLY = po.Objective(CELLS, unit="EUR", per_month=1_000, months=12)
NOW = pl.Series(["keep"] * 240)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    """Every second of 240 sites is spam, and the links say so; everything is kept today."""
    folder = tmp_path_factory.mktemp("shipped")
    project = project_of(folder, known_sites(240, now=NOW), objective=MONTHLY, outcome="y", today="now")
    while project.trial() is not None:
        pass
    return project


def test_what_is_earned_is_said_per_item_a_month_and_over_the_horizon(shipped: po.Project) -> None:
    first, sums = shipped.summary()[:2]
    mean = shipped.value().mean
    assert " EUR an item (" in first and "by 80 audit outcomes:" in first
    # Three significant digits of the larger end, so each sum is within one per cent.
    monthly, horizon = (float(part.split()[0].replace(",", "")) for part in sums.strip().split("), "))
    assert monthly == pytest.approx(mean * 1_000, rel=0.01)
    assert horizon == pytest.approx(mean * 12_000, rel=0.01)
    assert "EUR a month (" in sums and "EUR over 12 months (" in sums


def test_the_ledger_is_said_and_what_the_5_percent_covers(shipped: po.Project) -> None:
    lines = shipped.summary()
    used = 30 - looks_left(shipped._at.memory.ledger())
    assert f"looks: {used} of 30 looks used; " in "\n".join(lines)
    assert any(line.startswith("proof: at most 5% to ever adopt a worse policy, per ledger") for line in lines)


def test_before_anything_is_adopted_nothing_is_claimed(tmp_path: Path) -> None:
    lines = project_of(tmp_path, known_sites(120), outcome="y").summary()
    assert not any("proof: at most 5%" in line for line in lines)
    assert not any("month" in line for line in lines)


def test_before_an_audit_no_interval_is_invented(tmp_path: Path) -> None:
    assert "interval not known yet" in project_of(tmp_path).summary()[0]


def test_what_was_won_over_today_is_half_a_point_of_keeping_and_half_of_removing(shipped: po.Project) -> None:
    gain = won(shipped._at.standing())
    # Removing a spam earns 1 where keeping it loses 1, and every second site is spam.
    assert gain is not None and gain.mean == pytest.approx(1.0, abs=0.1)


def test_nothing_is_won_where_nothing_is_proven(tmp_path: Path) -> None:
    assert won(project_of(tmp_path, known_sites(60), outcome="y")._at.standing()) is None


def test_what_there_is_to_win_is_perfect_knowledge_less_today(shipped: po.Project) -> None:
    at = shipped._at.standing()
    perfect, left = to_win(at)
    assert today_of(at).name == "system"
    assert perfect.mean == pytest.approx(0.5, abs=0.05)
    assert left.mean == pytest.approx(1.0, abs=0.1)


def test_next_says_that_it_is_well_enough(tmp_path: Path) -> None:
    enough = po.Objective(CELLS, unit="EUR", per_month=1_000, months=12, well_enough=1_000)
    project = project_of(tmp_path, known_sites(240, now=NOW), objective=enough, outcome="y", today="now")
    project.trial("one rule")
    advice = project.next()
    assert advice.action == "ship" and advice.reason.startswith("well enough: 'one rule' earns ")
    assert "each month of waiting costs about " in advice.reason


def test_next_says_not_to_build_what_cannot_bring_enough(tmp_path: Path) -> None:
    least = po.Objective(CELLS, unit="EUR", per_month=1_000, months=12, least_gain=1_000_000)
    project = project_of(tmp_path, known_sites(240, now=NOW), objective=least, outcome="y", today="now")
    advice = project.next()
    assert advice.action == "stop" and advice.reason.startswith("do not build it: even perfect knowledge brings ")


LOOKER = """
import sys, os, signal, payoff
project = payoff.Project.open(sys.argv[1])
project.trial("one rule")
print(payoff.judge.looks_left(project._at.memory.ledger()), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
def test_a_look_is_on_disk_when_the_process_is_killed_after_it(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(240, now=NOW), outcome="y", today="now")
    done = subprocess.run(
        [sys.executable, "-c", LOOKER, str(project.folder)], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.stdout.strip() == "29"
    again = po.Project.open(project.folder)
    assert looks_left(again._at.memory.ledger()) == 29
    assert [trial.name for trial in again.trials] == ["one rule"]
    assert again._at.standing().proof is not None
