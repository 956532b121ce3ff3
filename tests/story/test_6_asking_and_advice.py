"""6. Asking and advice: which votes to buy, from whom, and when to stop.

Here no outcome is known. Experts look at a comment for 10 cents. The project says which comments are worth that, draws
some at random to judge by, and says when more votes would cost more than they bring.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.advise import Advice
from payoff.testing import answer, comments, follow_advice

WORLD = comments(240, per_month=1_000)


def begin(folder: Path, price: float) -> po.Project:
    project = po.Project.create(folder / "spam", items=WORLD.items, objective=WORLD.objective)
    project.add_source("experts", kind="expert", price=price)
    return project


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[po.Project, list[Advice]]:
    """The project after doing what was advised until it said ship or stop."""
    project = begin(tmp_path_factory.mktemp("story"), price=0.10)
    return project, follow_advice(project, WORLD.truth, budget=3.0)


def test_a_budget_becomes_requests_and_is_never_exceeded(tmp_path: Path) -> None:
    requests = begin(tmp_path, price=0.10).ask(budget=2.05)
    assert requests.columns == ["item", "source", "price", "worth", "purpose"]
    assert len(requests) == 20  # a twenty-first would make 2.10


def test_answers_are_told_back_and_only_they_cost_something(tmp_path: Path) -> None:
    project = begin(tmp_path, price=0.10)
    requests = project.ask(budget=2.00)
    assert project.spent == 0
    project.tell(answer(requests.head(5), WORLD.truth))
    assert project.spent == pytest.approx(5 * 0.10)


def test_some_votes_are_drawn_at_random_on_sealed_items_and_judge(walked: tuple[po.Project, list[Advice]]) -> None:
    votes = walked[0]._at.votes
    judging = votes.filter(pl.col("purpose") == "audit")
    sealed = walked[0]._at.ground.items.ids.gather(walked[0]._at.ground.sealed)
    assert 0 < len(judging) < len(votes) / 2
    assert judging["item"].is_in(sealed.implode()).all()


def test_every_advice_says_what_it_would_bring_and_what_it_costs(walked: tuple[po.Project, list[Advice]]) -> None:
    first = walked[1][0]
    assert first.action == "ask"
    assert first.gain > first.cost > 0
    assert "votes of 'experts' cost" in first.reason


def test_the_advice_ends_and_says_why(walked: tuple[po.Project, list[Advice]]) -> None:
    assert walked[1][-1].action in ("ship", "stop")
    assert walked[1][-1].reason


def test_votes_that_cost_more_than_they_could_bring_are_not_bought(tmp_path: Path) -> None:
    # 6,000 comments with at most 1 EUR to win on each: at 5,000 EUR a vote there is nothing to be had.
    advice = begin(tmp_path, price=5_000.0).next()
    assert advice.action == "stop"


def test_following_the_advice_pays(walked: tuple[po.Project, list[Advice]]) -> None:
    project = walked[0]
    keep_all, perfect = -0.5, 0.5
    assert WORLD.worth(project.decide()) > (keep_all + perfect) / 2
    assert project.spent < 6_000 * 0.01
