"""One figure, one number: all rows of a table are of the same items, a sum is the same promise on each screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from rich.console import Console

import payoff as po
from payoff.judge import Estimate, Judged, promise
from payoff.project.worth import gained, judged_to_win, outdone_line, stakes_of, to_win, today_of, worth_of
from payoff.report.page import page
from payoff.report.record import Figure
from payoff.report.screen import screen
from payoff.testing import answer
from payoff.words import total
from small_projects import CELLS, known_sites, project_of, world_in_use

MONTHLY = po.Objective(CELLS, unit="EUR", per_month=50, months=12)


def drifting(n: int = 240) -> pl.DataFrame:
    """Sites in order of time: a tenth of the earlier two thirds are spam, nine tenths of the later third are."""
    place = np.arange(n)
    spam = np.where(place < 2 * n // 3, place % 10 == 0, place % 10 != 0)
    return pl.DataFrame({"item": place, "day": place, "noise": place % 7, "y": np.where(spam, "spam", "ham")})


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    """Sites of which every second is spam, which the links say; everything is kept today."""
    items = known_sites(240, now=pl.Series(["keep"] * 240))
    project = project_of(tmp_path_factory.mktemp("shipped"), items, objective=MONTHLY, outcome="y", today="now")
    while project.trial() is not None:
        pass
    return project


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    project = project_of(tmp_path_factory.mktemp("drifted"), drifting(), objective=MONTHLY, outcome="y", time="day")
    project.trial("one rule")
    return project


def shown(what: object) -> str:
    console = Console(width=80, color_system=None)
    with console.capture() as captured:
        console.print(what)
    return " ".join(captured.get().split())


# --- the same items ---------------------------------------------------------------------------------------------------


def test_on_a_census_perfect_knowledge_is_exactly_that_of_the_audit_part(drifted: po.Project) -> None:
    stakes = stakes_of(drifted._at.standing())
    # Each spam removed earns 1, each ham kept 0: nine tenths of the 80 latest sites are spam.
    assert stakes.perfect.mean == pytest.approx(72 / 80)
    assert stakes.constant == "keep" and stakes.constant_worth.mean == pytest.approx(-72 / 80)
    assert stakes.left.mean == pytest.approx(72 / 80 + 72 / 80)
    assert stakes.on == "80 items of the audit part whose outcome is known"
    assert not stakes.expected


def test_no_policy_of_a_table_earns_more_than_perfect_knowledge(drifted: po.Project) -> None:
    story = drifted.story()
    assert story.stakes is not None
    assert max(row.worth.mean for row in story.ladder if row.worth) <= story.stakes.perfect.mean


def test_of_a_sampled_audit_perfect_knowledge_is_an_estimate_that_holds_the_truth(tmp_path: Path) -> None:
    world, items = world_in_use(300)
    project = po.Project.create(tmp_path / "p", items=items, objective=world.objective, today="now")
    project.add_source("experts", kind="expert", price=0.1)
    assert judged_to_win(project._at.standing()) is None
    for _ in range(6):
        project.tell(answer(project.ask(4.0), world.truth))
    found = judged_to_win(project._at.standing())
    assert found is not None
    ground = project._at.ground
    spam = np.mean([world.truth[item] == "spam" for item in ground.items.ids.gather(ground.sealed)])
    cells = world.objective.payoffs
    perfect = spam * float(cells["remove"]["spam"]) + (1 - spam) * float(cells["keep"]["ham"])
    today = spam * float(cells["keep"]["spam"]) + (1 - spam) * float(cells["keep"]["ham"])
    assert found[0].low <= perfect <= found[0].high
    assert found[1].low <= perfect - today <= found[1].high


def test_before_an_audit_all_stakes_are_expected_on_the_items_learnt_from(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    stakes = stakes_of(project._at.standing())
    assert stakes.expected and stakes.on == f"{len(project._at.ground.learning)} items learnt from"
    assert stakes.left.mean == pytest.approx(stakes.perfect.mean - stakes.constant_worth.mean)


def test_weights_count_in_perfect_knowledge_as_they_do_in_every_policy(tmp_path: Path) -> None:
    items = known_sites(120, w=pl.Series([1.0, 3.0] * 60))
    project = project_of(tmp_path, items, outcome="y", weight="w")
    ground = project._at.ground
    audit = ground.items.table[ground.sealed]
    spam = audit.filter(pl.col("y") == "spam")["w"].sum() / audit["w"].sum()
    assert to_win(project._at.standing())[0].mean == pytest.approx(spam)


def test_a_decision_everywhere_that_earns_more_than_the_policy_is_said(drifted: po.Project) -> None:
    at = drifted._at.standing()
    said = outdone_line(at, at.rung("constant"))
    assert said is not None and said.startswith("'remove' everywhere earns ")
    assert "more than 'constant' on 80 items of the audit part" in said
    assert outdone_line(at, at.rung("constant")) in drifted.summary()


def test_nothing_is_said_where_no_decision_everywhere_earns_more(shipped: po.Project) -> None:
    at = shipped._at.standing()
    assert outdone_line(at, at.incumbent) is None
    assert shipped.story().outdone is None


# --- the same sums ----------------------------------------------------------------------------------------------------


def test_what_a_month_promises_is_the_promise_for_so_many_items(shipped: po.Project) -> None:
    at = shipped._at.standing()
    found = at.levelled(today_of(at))
    month = promise(found, 50)
    assert worth_of(found, MONTHLY).month == Figure(month.mean, month.low, month.high)


def test_report_trial_and_summary_say_the_same_sums(shipped: po.Project) -> None:
    story = shipped.story()
    sums = shipped.summary()[1].strip()
    assert story.would_earn is not None and story.would_earn.month is not None
    month = total(story.would_earn.month, 50, "EUR", "a month", signed=False)
    assert sums.startswith(month)
    assert month.split(" EUR")[1] in " ".join(page(story).replace('<span class="keep">', "").split())


def test_a_month_of_waiting_costs_the_gain_of_a_month(shipped: po.Project) -> None:
    at = shipped._at.standing()
    gain = gained(at, today_of(at), at.incumbent)
    assert gain is not None and gain.month is not None
    low, high = (f"{float(f'{end * 50:.2g}'):,.0f}" for end in (gain.month.low, gain.month.high))
    reason = shipped.next().reason
    assert "each month of waiting costs about " in reason
    assert low == high or f"({low} to {high})" in reason


def test_without_a_volume_there_is_no_sum() -> None:
    found = Judged(estimate=Estimate(1.0, 0.5, 1.5), votes_variance=0.0, items_variance=0.1, votes=9, items=9)
    alone = worth_of(found, po.Objective(CELLS, unit="EUR"))
    assert (alone.month, alone.horizon) == (None, None)


def test_wherever_a_gain_stands_beside_levels_it_is_said_to_be_paired(shipped: po.Project) -> None:
    story = shipped.story()
    paired = "judged item by item, not one level less the other"
    assert paired in shown(screen(story))
    assert page(story).count(paired) == 2  # beside the gain of page one, and below the ladder
    untried = replace(story, ladder=tuple(replace(row, gain=None) for row in story.ladder))
    assert paired not in shown(screen(untried))


def test_decide_promises_what_the_audit_promises_for_so_many(shipped: po.Project) -> None:
    at = shipped._at.standing()
    expected = promise(at.levelled(at.incumbent), 30)
    found = shipped.promised(30)
    assert found is not None
    assert (found.mean, found.low, found.high) == pytest.approx((expected.mean, expected.low, expected.high))


def test_before_an_audit_decide_promises_nothing(tmp_path: Path) -> None:
    assert project_of(tmp_path).promised(30) is None


def test_a_promise_that_is_void_is_not_made(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(240), objective=MONTHLY, outcome="y")
    project.trial("one rule")
    other = pl.DataFrame({"item": range(1000, 1200), "links": [3] * 200, "year": [1900] * 200})
    with pytest.warns(UserWarning, match="is void for such items"):
        project.decide(other)
    assert project.promised(200) is None


# --- the same names ---------------------------------------------------------------------------------------------------


def numbered(folder: Path) -> po.Project:
    """Outcomes that are called 0 and 1."""
    cells = {"keep": {"0": 0.0, "1": -1.0}, "remove": {"0": -2.0, "1": 1.0}}
    items = known_sites(120).with_columns(y=pl.col("y").replace_strict({"ham": 0, "spam": 1}))
    return project_of(folder, items, objective=po.Objective(cells, unit="EUR"), outcome="y")


def test_outcomes_that_are_bare_numbers_are_said_with_their_column(tmp_path: Path) -> None:
    project = numbered(tmp_path)
    assert project.goal().table.columns[0] == "P(y=1)"
    assert [cell.outcome for cell in project.story().payoffs][:2] == ["y=0", "y=1"]
    answers = {each.id: each.answer for each in project.status().answers}
    assert "best by P(y=1): " in answers["F2"]


def test_outcomes_that_moved_are_said_with_their_column(tmp_path: Path) -> None:
    project = numbered(tmp_path)
    project.trial("one rule")
    later = pl.DataFrame({"item": range(1000, 1200), "links": [3] * 200, "year": [2001] * 200, "y": [1] * 200})
    with pytest.warns(
        UserWarning, match="outcomes moved: y=[01]: 5[0-9]%, now 100%|outcomes moved: y=0: [45].%, now 0%"
    ):
        project.decide(later)
