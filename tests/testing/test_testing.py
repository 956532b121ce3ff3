"""What ships for the tests of others is tested too: small worlds, and doubles that are small real things."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import payoff as po
from payoff.testing import KEEP_OR_REMOVE, answer, comments, follow_advice, word


def test_every_second_comment_is_spam() -> None:
    assert comments(6).outcomes.to_list() == ["ham", "spam"] * 3


def test_without_blur_links_tell_spam_from_ham() -> None:
    world = comments(50)
    assert ((world.items["links"] > 0) == (world.outcomes == "spam")).all()


def test_with_blur_links_are_wrong_on_some() -> None:
    world = comments(400, blur=0.4)
    wrong = ((world.items["links"] > 0) != (world.outcomes == "spam")).mean()
    assert wrong == pytest.approx(0.4 / 2, abs=0.08)  # of the columns drawn anew, half come out right


def test_the_outcome_is_in_no_column_unless_asked_for() -> None:
    world = comments(6)
    assert "outcome" not in world.items.columns
    assert world.with_outcomes()["outcome"].to_list() == world.outcomes.to_list()


def test_the_same_seed_gives_the_same_world() -> None:
    assert comments(20, blur=0.3, seed=4).items.equals(comments(20, blur=0.3, seed=4).items)
    assert not comments(20, blur=0.3, seed=4).items.equals(comments(20, blur=0.3, seed=5).items)


@pytest.mark.parametrize(
    ("decision", "worth"), [("keep", (0 - 1) / 2), ("remove", (-2 + 1) / 2)], ids=["keep all", "remove all"]
)
def test_constants_earn_what_their_column_of_payoffs_says(decision: str, worth: float) -> None:
    world = comments(10)
    assert world.worth(world.items.select("item", decision=pl.lit(decision))) == worth


def test_perfect_decisions_earn_half_a_unit() -> None:
    world = comments(10)
    best = world.outcomes.replace_strict({"ham": "keep", "spam": "remove"})
    assert world.worth(pl.DataFrame({"item": world.items["item"], "decision": best})) == (0 + 1) / 2


def test_the_objective_is_that_of_the_payoffs_shown() -> None:
    assert comments(4).objective.decisions == list(KEEP_OR_REMOVE)


def test_a_volume_comes_with_six_months() -> None:
    assert comments(4, per_month=1_000).objective.volume == 6 * 1_000
    assert comments(4).objective.volume is None


def test_an_expert_answers_what_is_true() -> None:
    requests = pl.DataFrame({"item": ["c0", "c1", "c2"], "source": ["experts"] * 3, "purpose": ["learn"] * 3})
    told = answer(requests, comments(4).truth)
    assert told["label"].to_list() == ["ham", "spam", "ham"]
    assert told.drop("label").equals(requests)


def test_an_expert_answers_for_items_named_by_numbers() -> None:
    assert answer(pl.DataFrame({"item": [7]}), {"7": "spam"})["label"].to_list() == ["spam"]


def test_nothing_asked_is_nothing_answered() -> None:
    nothing = pl.DataFrame(schema={"item": pl.String, "source": pl.String})
    assert answer(nothing, {"c1": "spam"}).is_empty()


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_different_numbers_are_different_words(one: int, other: int) -> None:
    assert (word(one) == word(other)) == (one == other)


@given(st.integers(0, 10**6))
def test_a_word_is_letters_only(number: int) -> None:
    assert word(number).isalpha()


def test_following_advice_on_a_census_ends_with_ship_or_stop(tmp_path: Path) -> None:
    world = comments(60)
    given = {"items": world.with_outcomes(), "objective": world.objective, "outcome": "outcome"}
    project = po.Project.create(tmp_path / "p", **given)  # type: ignore[arg-type]
    taken = follow_advice(project, world.truth)
    assert {advice.action for advice in taken[:-1]} == {"trial"}
    assert taken[-1].action in ("ship", "stop")
    assert project.spent == 0


def test_following_advice_buys_votes_until_they_are_not_worth_their_price(tmp_path: Path) -> None:
    world = comments(200, per_month=500)
    project = po.Project.create(tmp_path / "p", items=world.items, objective=world.objective)
    project.add_source("experts", kind="expert", price=1.0)
    taken = follow_advice(project, world.truth, budget=25)
    assert taken[0].action in ("ask", "trial")
    assert taken[-1].action in ("ship", "stop")
    assert 0 < project.spent < 200
    assert world.worth(project.decide(world.items)) > 0.4  # of the half that perfect knowledge earns


def test_following_advice_stops_after_so_many_steps(tmp_path: Path) -> None:
    world = comments(60, per_month=1_000_000)
    project = po.Project.create(tmp_path / "p", items=world.items, objective=world.objective)
    project.add_source("experts", kind="expert", price=0.01)
    assert len(follow_advice(project, world.truth, most=2)) == 2
