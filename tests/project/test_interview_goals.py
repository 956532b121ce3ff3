"""Five goals as new users word them, answered on the keyboard: the cells that come out are those they meant."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from payoff.cli import main

TERMINAL = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
N = 60


def sites() -> pl.DataFrame:
    return pl.DataFrame({"site": range(N), "links": [i % 7 for i in range(N)]}).with_columns(
        outcome=pl.Series(["phishing" if i % 5 == 0 else "legitimate" for i in range(N)])
    )


def customers() -> pl.DataFrame:
    charges = [20.0 + i for i in range(N)]
    return pl.DataFrame(
        {"tenure": [i % 13 for i in range(N)], "MonthlyCharges": charges, "Churn": [0, 1, 0] * (N // 3)}
    )


KINDS = ["account", "billing", "bug", "contract", "data", "feature", "legal", "login", "refund", "spam"]


def tickets() -> pl.DataFrame:
    return pl.DataFrame({"ticket": range(N), "words": [i % 9 for i in range(N)], "kind": KINDS * (N // 10)})


def loans() -> pl.DataFrame:
    return pl.DataFrame({"amount": [500 + 10 * i for i in range(N)], "risk": ["good", "good", "bad"] * (N // 3)})


def restaurants() -> pl.DataFrame:
    found = ["violation" if i % 6 == 0 else "fine" for i in range(N)]
    return pl.DataFrame({"restaurant": range(N), "complaints": [i % 5 for i in range(N)], "found": found})


def asked(folder: Path, table: pl.DataFrame, options: str, answers: list[str]) -> tuple[str, dict[str, Any]]:
    """What a user types at `payoff init`, and what is on the screen and in payoff.toml afterwards."""
    table.write_csv(folder / "table.csv")
    words = ["-C", str(folder), "init", str(folder / "table.csv"), *options.split(), "--questions"]
    itself = ""  # the column says what is really true of an item
    said = CliRunner(env=TERMINAL).invoke(main, words, input="\n".join([itself, *answers]) + "\n")
    assert said.exit_code == 0, said.output
    return said.output, tomllib.loads((folder / "payoff.toml").read_text(encoding="utf-8"))


def phishing(folder: Path) -> tuple[str, dict[str, Any]]:
    """Block phishing sites without annoying customers."""
    answers = ["EUR", "", "phishing", "", "5 to 20", "100", "4", "36 an hour", "12,000", "", "200 a week", "", "2"]
    return asked(
        folder, sites(), "--outcome outcome --decisions allow,block,inspect --id site", [*answers, "", "5000", "", ""]
    )


def churners(folder: Path) -> tuple[str, dict[str, Any]]:
    """Which churners get a 20% offer of 12 monthly charges."""
    answers = ["EUR", "", "20% of 12 * MonthlyCharges", "same", "12 * MonthlyCharges", "", "", "", "", "", "", ""]
    return asked(folder, customers(), "--outcome Churn --decisions offer,nothing", answers)


def routed(folder: Path) -> tuple[str, dict[str, Any]]:
    """Route 10 kinds of tickets to teams, an editor costs 4 minutes."""
    options = f"--outcome kind --decisions {','.join(KINDS)},editor --unit minutes"
    return asked(folder, tickets(), options, ["", "", "20", "legal -> any: 60", "", "4", "?", "", "", "", "", ""])


def credit(folder: Path) -> tuple[str, dict[str, Any]]:
    """Credit: refusing a good one costs 1, accepting a bad one 5."""
    answers = ["", "bad", "5", "", "", "", "", "", "", ""]
    return asked(folder, loans(), "--outcome risk --decisions accept,refuse", answers)


def inspections(folder: Path) -> tuple[str, dict[str, Any]]:
    """Inspect at most 40 restaurants a week, a missed violation may cost 500 to 3,000."""
    answers = ["USD", "", "violation", "500 to 3,000", "", "60", "1,000", "24", "40", "", "", "", ""]
    return asked(folder, restaurants(), "--outcome found --decisions inspect,skip --id restaurant", answers)


GOALS: dict[str, Callable[[Path], tuple[str, dict[str, Any]]]] = {
    "phishing": phishing,
    "churners": churners,
    "routed": routed,
    "credit": credit,
    "inspections": inspections,
}


@pytest.mark.parametrize("goal", GOALS)
def test_every_goal_fits_eighty_columns(goal: str, tmp_path: Path) -> None:
    screen, _ = GOALS[goal](tmp_path)
    ours = [line for line in screen.splitlines() if str(tmp_path) not in line]
    assert max(map(len, ours)) <= 80


@pytest.mark.parametrize("goal", GOALS)
def test_every_goal_leaves_no_cell_open(goal: str, tmp_path: Path) -> None:
    screen, settings = GOALS[goal](tmp_path)
    assert "?" not in [cell for row in settings["objective"]["payoff"].values() for cell in row.values()]
    assert screen.endswith("payoff.toml written.\nnext: payoff objective, then payoff trial --all\n")


@pytest.mark.parametrize("goal", GOALS)
def test_the_next_command_works_at_once(goal: str, tmp_path: Path) -> None:
    GOALS[goal](tmp_path)
    said = CliRunner(env=TERMINAL).invoke(main, ["-C", str(tmp_path), "objective"])
    assert (said.exit_code, said.stderr) == (0, "")


@pytest.mark.parametrize("goal", GOALS)
def test_asked_again_enter_keeps_everything(goal: str, tmp_path: Path) -> None:
    GOALS[goal](tmp_path)
    before = (tmp_path / "payoff.toml").read_bytes()
    said = CliRunner(env=TERMINAL).invoke(main, ["-C", str(tmp_path), "objective", "--edit"], input="\n" * 40)
    assert said.output.splitlines()[-2:] == ["nothing changed.", "next: payoff objective"]
    assert (tmp_path / "payoff.toml").read_bytes() == before


def test_phishing_costs_a_look_of_four_minutes_and_the_right_thing_is_done_then(tmp_path: Path) -> None:
    screen, settings = phishing(tmp_path)
    look = -4 * 36 / 60
    assert settings["objective"]["payoff"] == {
        "allow": {"legitimate": 0, "phishing": -100},
        "block": {"legitimate": [-20, -5], "phishing": 0},
        "inspect": {"legitimate": look, "phishing": look},
    }
    # inspecting costs 2.40: less than 100 p where p > 2.4 / 100, less than 12.5 (1 - p) where p < 1 - 2.4 / 12.5
    assert "'allow' where P(phishing) is below 0.02, 'inspect' from 0.02 to 0.81" in screen


def test_phishing_has_the_limits_and_the_volume_that_were_typed(tmp_path: Path) -> None:
    _, settings = phishing(tmp_path)
    assert settings["limit"] == [
        {"decision": "block", "precision": 0.98},
        {"decision": "inspect", "at_most": 200, "per": "week"},
    ]
    said = {key: value for key, value in settings["objective"].items() if key not in ("payoff", "assumed")}
    assert said == {"per_month": 12_000, "months": 12, "reveals": ["inspect"], "least_gain": 5_000}


def test_phishing_lists_what_was_assumed(tmp_path: Path) -> None:
    screen, settings = phishing(tmp_path)
    assert settings["objective"]["assumed"] == ["months", "payoff.inspect.legitimate", "payoff.inspect.phishing"]
    assert "assumed: months = 12\n" in screen
    assert "assumed: after 'inspect' the right thing is done\n" in screen


def test_churners_pay_by_their_own_charges(tmp_path: Path) -> None:
    screen, settings = churners(tmp_path)
    assert settings["objective"]["payoff"] == {
        "offer": {"0": "-0.2 * 12 * MonthlyCharges", "1": "-0.2 * 12 * MonthlyCharges"},
        "nothing": {"0": 0, "1": "-12 * MonthlyCharges"},
    }
    assert "MonthlyCharges (typically 49.50)" in " ".join(screen.split())  # 20, 21, ..., 79
    assert "So you 'offer' where P(Churn=1) is above 0.20, else 'nothing'" in screen  # 0.2 * 12 / 12


def test_routing_takes_six_answers_for_a_hundred_and_ten_cells(tmp_path: Path) -> None:
    screen, settings = routed(tmp_path)
    payoff = settings["objective"]["payoff"]
    assert sum(len(row) for row in payoff.values()) == 11 * 10
    assert screen.partition("How many there are")[0].count("] > ") + screen.partition("How many")[0].count("  > ") <= 6
    assert (payoff["billing"]["billing"], payoff["billing"]["refund"], payoff["billing"]["legal"]) == (0, -20, -60)
    assert set(payoff["editor"].values()) == {-4}
    # looking costs 4 of the 20 that a mistake costs: worth it below 1 - 4 / 20
    assert "So you 'editor' where no outcome is more likely than 0.80" in screen


def test_credit_needs_one_ratio(tmp_path: Path) -> None:
    screen, settings = credit(tmp_path)
    assert settings["unit"] == "points"
    assert settings["objective"]["payoff"] == {"accept": {"bad": -5, "good": 0}, "refuse": {"bad": 0, "good": -1}}
    assert "So you 'refuse' where P(bad) is above 0.17, else 'accept'." in screen  # 1 / (1 + 5)


def test_inspections_keep_the_range_and_the_room(tmp_path: Path) -> None:
    screen, settings = inspections(tmp_path)
    assert settings["objective"]["payoff"] == {
        "inspect": {"fine": -60, "violation": -60},
        "skip": {"fine": 0, "violation": [-3000, -500]},
    }
    assert settings["limit"] == [{"decision": "inspect", "at_most": 40, "per": "week"}]
    assert "P(violation) is above 0.03" in screen  # 60 / 1750


def claims() -> pl.DataFrame:
    fraud = ["yes" if i % 12 == 0 else "no" for i in range(N)]
    return pl.DataFrame({"claim": range(N), "Amount claimed": [100.0 + 7 * i for i in range(N)], "fraud": fraud})


def test_answers_as_people_write_them_make_the_cells_they_meant(tmp_path: Path) -> None:
    """Which claims to look into: a word of a name, no quotes, about, k, hours, a year, more than one way to say no."""
    answers = ["EUR", "into", "pay", "yes", "don't know", "about 1k", "Amount claimed", "0.75 hours", "60 per hour"]
    typed = [*answers, "20 a day", "a year", "20 a week", "no limit", "-", "", "10k", "20,000 EUR", ""]
    screen, settings = asked(tmp_path, claims(), "--outcome fraud --decisions pay,refuse,look_into", typed)
    assert "  ! " not in screen
    assert settings["objective"]["payoff"] == {
        "pay": {"no": 0, "yes": '-"Amount claimed"'},
        "refuse": {
            "no": -1_000,
            "yes": "?",
        },  # nobody knows what refusing rightly costs, so neither what a look ends in
        "look_into": {"no": -45, "yes": "?"},
    }
    assert settings["objective"]["per_month"] == round(20 * 365.25 / 12)
    assert settings["objective"]["months"] == 12
    assert settings["objective"]["least_gain"] == 10_000
    assert settings["limit"] == [{"decision": "look_into", "at_most": 20, "per": "week"}]
