"""`decide`: the decision worth most on each item, by the policy that may decide now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import payoff as po
from payoff.errors import PayoffError
from small_projects import bought, experts, known_sites, project_of, sites, truth_of

ITEMS = sites(60)
TRUTH = truth_of(ITEMS)
COLUMNS = ["item", "decision", "expected", "low", "high", "provisional", "ham", "spam"]
NEW = sites(10, item=pl.Series(range(500, 510)))


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    return project_of(tmp_path_factory.mktemp("census"), known_sites(60), outcome="y")


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    """Nothing in use, nothing proven, thirty expert votes."""
    return bought(experts(project_of(tmp_path_factory.mktemp("taught"), ITEMS)), TRUTH, 30.0)


@pytest.fixture(scope="module")
def in_use(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    """Everything is kept today, thirty expert votes."""
    items = ITEMS.with_columns(now=pl.lit("keep"))
    return bought(experts(project_of(tmp_path_factory.mktemp("use"), items, today="now")), TRUTH, 30.0)


def test_decisions_say_item_decision_worth_interval_stamp_and_probabilities(taught: po.Project) -> None:
    assert taught.decide(NEW).columns == COLUMNS


def test_rows_come_in_the_order_of_the_table(taught: po.Project) -> None:
    shuffled = NEW.sample(fraction=1, shuffle=True, seed=1)
    assert taught.decide(shuffled)["item"].to_list() == shuffled["item"].to_list()


def test_an_item_is_decided_alike_alone_and_among_others(taught: po.Project) -> None:
    together = taught.decide(NEW)
    alone = pl.concat([taught.decide(NEW[row]) for row in range(3)])
    np.testing.assert_allclose(alone["expected"], together["expected"].head(3), atol=1e-12)


def test_without_a_table_the_projects_own_items_are_decided(taught: po.Project) -> None:
    assert taught.decide()["item"].equals(ITEMS["item"])


def test_probabilities_sum_to_one_and_the_expected_payoff_lies_in_its_interval(taught: po.Project) -> None:
    found = taught.decide(NEW, provisional=True)
    assert np.allclose(found.select("ham", "spam").sum_horizontal(), 1)
    assert (found["low"] <= found["expected"] + 1e-12).all() and (found["expected"] <= found["high"] + 1e-12).all()


def test_expected_is_what_the_decision_is_worth_under_the_probabilities(taught: po.Project) -> None:
    for decision, expected, ham, spam in taught.decide(NEW).select("decision", "expected", "ham", "spam").rows():
        assert expected == pytest.approx(0 * ham - 1 * spam if decision == "keep" else -2 * ham + 1 * spam)


def test_the_table_may_lack_the_outcome(census: po.Project) -> None:
    assert census.decide(NEW)["decision"].to_list() == ["keep", "remove"] * 5


@pytest.mark.parametrize("provisional", [None, True, False])
def test_no_items_are_no_decisions_with_the_same_columns_and_types(
    taught: po.Project, in_use: po.Project, provisional: bool | None
) -> None:
    for project, items in ((taught, NEW), (in_use, NEW.with_columns(now=pl.lit("keep")))):
        found = project.decide(items.head(0), provisional=provisional)
        assert found.height == 0
        assert found.schema == project.decide(items, provisional=provisional).schema


@pytest.mark.parametrize("name", ["new.csv", "new.parquet"])
def test_a_file_without_items_is_decided_as_none(taught: po.Project, tmp_path: Path, name: str) -> None:
    NEW.head(0).write_csv(tmp_path / "new.csv")
    NEW.head(0).write_parquet(tmp_path / "new.parquet")
    assert taught.decide(tmp_path / name).schema == taught.decide(NEW).schema
    assert taught.realised(tmp_path / name) is None


def test_a_table_without_items_must_have_the_columns_all_the_same(taught: po.Project) -> None:
    with pytest.raises(PayoffError, match="no column 'item'"):
        taught.decide([])
    with pytest.raises(PayoffError, match="Did you mean 'Links' for 'links'"):
        taught.decide(NEW.head(0).rename({"links": "Links"}))


def test_outcomes_in_the_table_are_not_looked_at(census: po.Project) -> None:
    wrong = NEW.with_columns(y=pl.Series(["spam", "ham"] * 5))
    assert census.decide(wrong).equals(census.decide(NEW))


def test_the_table_may_lack_group_time_and_weight(tmp_path: Path) -> None:
    items = known_sites(60, g=pl.Series([i // 2 for i in range(60)]), w=pl.Series([1.0, 2.0] * 30))
    project = project_of(tmp_path, items, outcome="y", group="g", weight="w", time="year")
    assert project.decide(NEW.drop("year"))["decision"].to_list() == ["keep", "remove"] * 5


def test_the_table_may_have_columns_nobody_knows(census: po.Project) -> None:
    assert census.decide(NEW.with_columns(more=pl.lit("x"))).equals(census.decide(NEW))


def test_a_feature_that_is_absent_counts_as_missing_and_is_said(census: po.Project) -> None:
    with pytest.warns(UserWarning, match="lacks 'links'"):
        assert census.decide(NEW.drop("links"))["decision"].len() == 10


def test_a_feature_that_seems_misspelt_is_refused(census: po.Project) -> None:
    with pytest.raises(PayoffError, match="Did you mean 'Links' for 'links'"):
        census.decide(NEW.rename({"links": "Links"}))


def test_a_table_without_any_feature_is_refused(census: po.Project) -> None:
    with pytest.raises(PayoffError, match="lacks 2 column"):
        census.decide(NEW.select("item"))


def test_a_value_never_seen_before_can_be_decided_on(tmp_path: Path) -> None:
    items = known_sites(60, kind=pl.Series(["a", "b", "c"] * 20))
    project = project_of(tmp_path, items, outcome="y")
    with pytest.warns(UserWarning, match="values never seen before in 10 of 10 items"):
        assert project.decide(NEW.with_columns(kind=pl.lit("never")))["decision"].len() == 10


@pytest.mark.parametrize("items", [NEW.drop("item"), NEW.with_columns(item=pl.lit(1))])
def test_a_table_without_ids_is_refused(items: pl.DataFrame, census: po.Project) -> None:
    with pytest.raises(PayoffError, match=r"item|row"):
        census.decide(items)


def test_a_table_of_another_frame_library_or_a_file_is_the_same_table(census: po.Project, tmp_path: Path) -> None:
    NEW.write_csv(tmp_path / "new.csv")
    expected = census.decide(NEW)
    assert census.decide(tmp_path / "new.csv").equals(expected)
    assert census.decide(NEW.to_dicts()).equals(expected)


def test_the_items_of_the_project_may_be_decided_on_by_table(taught: po.Project) -> None:
    assert taught.decide(ITEMS)["decision"].equals(taught.decide()["decision"])


# --- who may decide --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provisional", [None, True, False])
def test_deciding_never_fails_for_want_of_votes_or_trials(provisional: bool | None, tmp_path: Path) -> None:
    found = project_of(tmp_path).decide(NEW, provisional=provisional)
    assert found["decision"].n_unique() == 1


def test_with_nothing_proven_or_in_use_the_policy_of_highest_payoff_decides_stamped(taught: po.Project) -> None:
    found = taught.decide(NEW)
    assert found["decision"].to_list() == ["keep", "remove"] * 5
    assert found["provisional"].all()


def test_what_is_in_use_decides_until_proof_and_is_not_stamped(in_use: po.Project) -> None:
    found = in_use.decide()
    assert found["decision"].unique().to_list() == ["keep"]
    assert not found["provisional"].any()


def test_provisional_true_asks_the_policy_of_highest_payoff_in_any_case(in_use: po.Project) -> None:
    found = in_use.decide(provisional=True)
    assert found["decision"].to_list() == ["keep", "remove"] * 30
    assert found["provisional"].all()


def test_provisional_false_asks_only_what_is_proven_or_in_use(in_use: po.Project) -> None:
    found = in_use.decide(provisional=False)
    assert found["decision"].unique().to_list() == ["keep"]


def test_provisional_false_with_nothing_proven_or_in_use_is_the_best_constant(taught: po.Project) -> None:
    assert taught.decide(NEW, provisional=False)["decision"].unique().to_list() == ["keep"]


def test_a_proven_policy_decides_and_is_not_stamped(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(240), outcome="y")
    trial = project.trial("linear")
    assert trial is not None and trial.adopted
    for provisional in (None, False):
        found = project.decide(NEW, provisional=provisional)
        assert found["decision"].to_list() == ["keep", "remove"] * 5
        assert not found["provisional"].any()


def test_voting_of_the_free_sources_may_decide_before_any_trial(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS.select("item", code=pl.Series([f"x{i}y" for i in range(60)])))
    project.add_source("odd", kind="rule", function=lambda item: "spam" if int(item["code"][1:-1]) % 2 else "ham")
    found = project.decide([{"item": 500, "code": "x4y"}, {"item": 501, "code": "x5y"}], provisional=True)
    assert found["decision"].to_list() == ["keep", "remove"]
    assert found["provisional"].all()


def test_todays_decisions_may_be_absent_from_the_table_when_the_best_policy_is_asked(in_use: po.Project) -> None:
    assert in_use.decide(NEW, provisional=True)["decision"].to_list() == ["keep", "remove"] * 5


def test_todays_decisions_absent_from_the_table_are_asked_for_where_they_decide(in_use: po.Project) -> None:
    with pytest.raises(PayoffError, match="today") as caught:
        in_use.decide(NEW)
    assert caught.value.next_step


def test_decide_uses_every_learning_vote_told_so_far(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS))
    before = project.decide(NEW)["spam"].to_list()
    bought(project, TRUTH, 40.0)
    assert project.decide(NEW)["spam"].to_list() != before
    assert project.decide(NEW)["decision"].to_list() == ["keep", "remove"] * 5


# --- payoffs of each item --------------------------------------------------------------------------------------------


def test_each_item_is_decided_by_its_own_payoffs(tmp_path: Path) -> None:
    objective = po.Objective({"pass": {"ham": 0, "spam": "-amount"}, "stop": {"ham": -5, "spam": -10}}, unit="EUR")
    amounts = pl.Series([1.0, 100.0, 100.0, 1.0] * 15)  # a ham and a spam of each
    project = project_of(tmp_path, known_sites(60, amount=amounts), outcome="y", objective=objective)
    spam = [
        {"item": 500, "links": 3, "year": 2010, "amount": 1.0},
        {"item": 501, "links": 3, "year": 2010, "amount": 100},
    ]
    assert project.decide(spam, provisional=True)["decision"].to_list() == ["pass", "stop"]


@settings(max_examples=10)
@given(st.floats(0.01, 100))
def test_scaling_every_payoff_changes_no_decision(tmp_path_factory: pytest.TempPathFactory, scale: float) -> None:
    cells: dict[str, Any] = {"keep": {"ham": 0, "spam": -scale}, "remove": {"ham": -2 * scale, "spam": scale}}
    project = project_of(tmp_path_factory.mktemp("p"), known_sites(40), outcome="y", objective=po.Objective(cells))
    assert project.decide(NEW)["decision"].to_list() == ["keep", "remove"] * 5


@pytest.mark.parametrize("size", [1e15, 1e-6])
def test_payoffs_may_be_huge_or_tiny(size: float, tmp_path: Path) -> None:
    cells: dict[str, Any] = {"keep": {"ham": 0, "spam": -size}, "remove": {"ham": -2 * size, "spam": size}}
    project = project_of(tmp_path, known_sites(60), outcome="y", objective=po.Objective(cells))
    assert project.decide(NEW)["decision"].to_list() == ["keep", "remove"] * 5
    assert project.goal().lines
