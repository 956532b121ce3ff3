"""`next`: the one action that is worth its cost, or stop."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.advise import Advice
from payoff.testing import comments, follow_advice
from small_projects import bought, experts, known_sites, project_of, sites, truth_of

ACTIONS = {"ask", "trial", "rule", "review", "wait", "ship", "stop"}
ITEMS = sites(90)
TRUTH = truth_of(ITEMS)


def objective(per_month: float | None) -> po.Objective:
    return po.Objective(
        {"keep": {"ham": 0, "spam": -1}, "remove": {"ham": -2, "spam": 1}},
        unit="EUR",
        per_month=per_month,
        months=None if per_month is None else 6,
    )


def walk(folder: Path, price: float, per_month: float | None) -> tuple[po.Project, list[Advice]]:
    world = comments(150, blur=0.3, per_month=per_month)
    project = experts(project_of(folder, world.items, objective=world.objective), price=price)
    return project, follow_advice(project, world.truth, budget=30 * price)


@pytest.fixture(scope="module")
def cheap(tmp_path_factory: pytest.TempPathFactory) -> tuple[po.Project, list[Advice]]:
    return walk(tmp_path_factory.mktemp("cheap"), 0.1, 10_000)


@pytest.fixture(scope="module")
def dear(tmp_path_factory: pytest.TempPathFactory) -> tuple[po.Project, list[Advice]]:
    return walk(tmp_path_factory.mktemp("dear"), 200.0, 10)


def test_the_first_advice_on_a_census_is_a_trial(tmp_path: Path) -> None:
    assert project_of(tmp_path, known_sites(), outcome="y").next().action == "trial"


def test_the_first_advice_where_votes_are_worth_their_price_is_to_ask(tmp_path: Path) -> None:
    advice = experts(project_of(tmp_path, ITEMS, objective=objective(1000)), price=0.1).next()
    assert advice.action == "ask" and advice.cost > 0 and advice.gain > advice.cost


def test_the_first_advice_where_votes_cost_more_than_there_is_to_win_is_to_stop(tmp_path: Path) -> None:
    advice = experts(project_of(tmp_path, ITEMS, objective=objective(1)), price=500.0).next()
    assert advice.action == "stop"
    assert "500" in advice.reason or "cost" in advice.reason


def test_with_nobody_to_ask_and_nothing_to_try_the_advice_is_to_stop(tmp_path: Path) -> None:
    assert project_of(tmp_path).next().action == "stop"


def test_following_the_advice_comes_to_an_end(cheap: tuple[po.Project, list[Advice]]) -> None:
    assert cheap[1][-1].action in ("ship", "stop")


def test_every_advice_is_one_of_the_actions_with_a_reason_and_a_cost(cheap: tuple[po.Project, list[Advice]]) -> None:
    for advice in cheap[1]:
        assert advice.action in ACTIONS
        assert advice.reason and advice.cost >= 0


def test_cheap_votes_at_a_large_volume_are_bought_and_dear_ones_at_a_small_volume_are_not(
    cheap: tuple[po.Project, list[Advice]], dear: tuple[po.Project, list[Advice]]
) -> None:
    assert cheap[0]._at.bought > 60
    assert dear[0]._at.bought == 0


def test_votes_are_advised_only_where_they_are_expected_to_earn_their_price(
    cheap: tuple[po.Project, list[Advice]],
) -> None:
    for advice in cheap[1]:
        if advice.action == "ask" and advice.purpose == "learn":
            assert advice.gain > advice.cost


def test_without_a_volume_the_reason_says_that_it_is_missing(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS, objective=objective(None))), TRUTH, 20.0)
    advices = [project.next()]
    while advices[-1].action == "trial":
        project.trial()
        advices.append(project.next())
    assert "no volume was given" in advices[-1].reason


def test_a_trial_is_advised_only_where_there_is_one_to_make(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS, objective=objective(1000)), price=0.1)
    for _ in range(12):
        advice = project.next()
        if advice.action == "trial":
            assert project.trial() is not None
        elif advice.action == "ask":
            bought(project, TRUTH, 2.0)
        else:
            break


def test_the_same_trial_is_not_advised_twice_without_fresh_votes(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(90), outcome="y")
    tried = []
    while project.next().action == "trial":
        trial = project.trial()
        assert trial is not None
        tried.append(trial.name)
    assert len(tried) == len(set(tried)) <= 7


def test_ship_is_said_where_a_proven_policy_differs_from_what_is_done_today(tmp_path: Path) -> None:
    project = project_of(
        tmp_path, known_sites(240, now=pl.Series(["keep", "keep", "remove"] * 80)), outcome="y", today="now"
    )
    while project.trial() is not None:
        pass
    assert project.next().action == "ship"


def test_stop_is_said_where_nothing_better_than_today_was_found(tmp_path: Path) -> None:
    items = known_sites(120).select(
        "item", "y", now=pl.Series(["keep", "remove"] * 60), noise=pl.Series([i * 37 % 11 for i in range(120)])
    )
    project = project_of(tmp_path, items, outcome="y", today="now")
    while project.trial() is not None:
        pass
    assert project.next().action == "stop"


def test_open_audit_items_are_to_be_answered_first(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS, objective=objective(1000)), price=0.1), TRUTH, 3.0)
    drawn = project.ask(2.0).filter(pl.col("purpose") == "audit")
    assert len(drawn)
    advice = project.next()
    assert (advice.action, advice.purpose, advice.votes) == ("ask", "audit", len(drawn))


def test_asking_for_advice_changes_nothing(cheap: tuple[po.Project, list[Advice]]) -> None:
    project = cheap[0]
    assert project.next() == project.next()
    assert len(project._at.memory.draws()) == len(po.Project.open(project.folder)._at.memory.draws())


def test_the_advice_is_the_same_after_opening_the_project_again(cheap: tuple[po.Project, list[Advice]]) -> None:
    assert po.Project.open(cheap[0].folder).next() == cheap[0].next()


def test_the_runners_up_are_named_with_gain_and_cost(cheap: tuple[po.Project, list[Advice]]) -> None:
    for option in cheap[0].next().alternatives:
        assert option.action in ACTIONS and option.reason


def test_advice_shows_itself_in_one_line(cheap: tuple[po.Project, list[Advice]]) -> None:
    advice = cheap[0].next()
    assert str(advice).startswith(f"next: {advice.action}: ")
    assert "\n" not in str(advice)
