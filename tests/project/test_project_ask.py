"""`ask`: which votes to buy next, from whom, never for more than the budget."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import payoff as po
from small_projects import answered, bought, experts, known_sites, project_of, sites, truth_of

ITEMS = sites(90)
TRUTH = truth_of(ITEMS)
COLUMNS = ["item", "source", "price", "worth", "purpose"]


@pytest.fixture
def project(tmp_path: Path) -> po.Project:
    return experts(project_of(tmp_path, ITEMS))


@pytest.fixture
def begun(project: po.Project) -> po.Project:
    """Thirty votes told, so that part of the next ones goes to the audit."""
    return bought(project, TRUTH, 30.0)


@pytest.fixture
def crowded(tmp_path: Path) -> po.Project:
    project = project_of(tmp_path, ITEMS)
    project.add_source("workers", kind="crowd", price=0.1)
    return project


def audit_of(batch: pl.DataFrame) -> list[int]:
    return batch.filter(pl.col("purpose") == "audit")["item"].to_list()


def test_requests_say_item_source_price_worth_and_purpose(project: po.Project) -> None:
    batch = project.ask(10.0)
    assert batch.columns == COLUMNS
    assert batch.select("source", "price", "purpose").unique().rows() == [("experts", 1.0, "learn")]


def test_asking_works_before_any_vote(project: po.Project) -> None:
    assert len(project.ask(20.0)) == 20


def test_asking_is_for_whole_votes(project: po.Project) -> None:
    assert len(project.ask(2.99)) == 2
    assert len(project.ask(0.99)) == 0
    assert project.ask(0).columns == COLUMNS


@settings(max_examples=12)
@given(st.floats(0, 30), st.sampled_from([0.1, 0.3, 0.6, 1.0, 7.0]))
def test_the_budget_is_a_hard_cap(tmp_path_factory: pytest.TempPathFactory, budget: float, price: float) -> None:
    project = experts(project_of(tmp_path_factory.mktemp("p"), ITEMS), price=price)
    project.tell(answered(ITEMS.select("item", source=pl.lit("experts")).head(40), TRUTH))
    for _ in range(2):
        batch = project.ask(budget)
        assert batch["price"].sum() <= budget + 1e-9
        assert batch["price"].to_list() == [price] * len(batch)


def test_tenths_that_do_not_add_up_in_binary_still_buy_whole_votes(tmp_path: Path) -> None:
    assert len(experts(project_of(tmp_path, ITEMS), price=0.1).ask(0.3)) == 3


def test_a_source_without_price_gives_all_there_is_to_ask(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS), price=0.0)
    assert len(project.ask(0.0)) == 60


def test_no_item_is_asked_twice_in_one_batch(begun: po.Project) -> None:
    batch = begun.ask(30.0)
    assert batch["item"].n_unique() == len(batch)


def test_an_expert_is_asked_at_most_once_about_an_item(project: po.Project) -> None:
    asked: list[int] = []
    for _ in range(12):
        batch = project.ask(12.0)
        asked += batch["item"].to_list()
        project.tell(answered(batch, TRUTH))
    assert len(asked) == len(set(asked))
    assert project.ask(12.0).is_empty()


def test_votes_to_learn_from_are_asked_in_the_learning_part_and_audit_votes_in_the_other(begun: po.Project) -> None:
    ground = begun._at.ground
    batch = begun.ask(30.0)
    sealed = set(ground.items.id_values.gather(ground.sealed))
    assert audit_of(batch)
    assert all((item in sealed) == (purpose == "audit") for item, purpose in batch.select("item", "purpose").rows())


def test_drawn_audit_items_come_first(begun: po.Project) -> None:
    purposes = begun.ask(30.0)["purpose"].to_list()
    assert purposes == sorted(purposes)


def test_about_a_fifth_of_the_experts_votes_is_audit(begun: po.Project) -> None:
    bought(begun, TRUTH, 10.0, 10.0, 10.0)
    votes = begun._at.votes
    assert 0.1 <= (votes["purpose"] == "audit").mean() <= 0.3


def test_drawn_items_nobody_answered_lead_the_next_batch(begun: po.Project) -> None:
    drawn = audit_of(begun.ask(30.0))
    assert audit_of(begun.ask(30.0))[: len(drawn)] == drawn


def test_drawn_items_that_the_budget_cannot_pay_for_stay_drawn(begun: po.Project) -> None:
    drawn = audit_of(begun.ask(30.0))
    assert begun.ask(2.0)["item"].to_list() == drawn[:2]
    assert begun.ask(3.0)["item"].to_list() == drawn[:3]


def test_drawn_items_still_lead_after_the_project_was_opened_again(begun: po.Project) -> None:
    drawn = audit_of(begun.ask(30.0))
    assert audit_of(po.Project.open(begun.folder).ask(30.0))[: len(drawn)] == drawn


def test_an_answered_audit_item_leads_no_more(begun: po.Project) -> None:
    batch = begun.ask(30.0)
    drawn = audit_of(batch)
    begun.tell(answered(batch.filter(pl.col("item") == drawn[0]), TRUTH))
    assert audit_of(begun.ask(30.0))[: len(drawn) - 1] == drawn[1:]


def test_a_request_nobody_answered_costs_nothing(project: po.Project) -> None:
    project.ask(20.0)
    project.ask(20.0)
    assert project.spent == 0.0


def test_a_request_nobody_answered_goes_to_the_back_of_the_queue(project: po.Project) -> None:
    vain = project.ask(20.0)["item"].to_list()
    rest = project.ask(40.0)["item"].to_list()
    assert set(rest).isdisjoint(vain) and len(rest) == 40
    project.tell([{"item": rest[0], "source": "experts", "label": TRUTH[str(rest[0])]}])
    later = project.ask(59.0).filter(pl.col("purpose") == "learn")["item"].to_list()
    assert set(later) == {*vain, *rest[1:]}


def test_every_learning_item_is_asked_for_in_the_end(project: po.Project) -> None:
    bought(project, TRUTH, *[30.0] * 6)
    learn = project._at.votes.filter(pl.col("purpose") == "learn")["item"]
    assert set(learn) == set(project._at.ground.items.ids.gather(project._at.ground.learning))


def test_an_item_whose_outcome_is_known_is_not_asked_for(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, known_sites(40), outcome="y"))
    assert project.ask(20.0).is_empty()


def test_where_only_some_outcomes_are_known_the_others_are_asked_for(tmp_path: Path) -> None:
    some = known_sites(60).with_columns(y=pl.when(pl.col("item") < 20).then("y"))
    project = experts(project_of(tmp_path, some, outcome="y"))
    batch = project.ask(60.0).filter(pl.col("purpose") == "learn")
    assert len(batch) and batch["item"].min() >= 20  # type: ignore[operator]


def test_a_crowd_is_asked_again_about_an_item_in_doubt(crowded: po.Project) -> None:
    asked = [crowded.ask(6.0) for _ in range(1)]
    crowded.tell(asked[0].with_columns(label=pl.Series(["ham", "spam"] * 30), voter=pl.lit("ann")))
    again = crowded.ask(6.0)
    assert set(again["item"]) & set(asked[0]["item"])
    assert again["source"].unique().to_list() == ["workers"]


def test_a_crowd_is_never_asked_for_the_audit(crowded: po.Project) -> None:
    for _ in range(3):
        batch = crowded.ask(4.0)
        crowded.tell(answered(batch, TRUTH))
        assert audit_of(batch) == []


def test_only_sources_that_answer_on_request_are_named(project: po.Project) -> None:
    project.add_source("filter", kind="system")
    project.add_source("rules", kind="rule", function=lambda item: "ham" if item["links"] == 0 else None)
    assert project.ask(20.0)["source"].unique().to_list() == ["experts"]


def test_an_expert_may_be_asked_about_items_that_a_crowd_voted_on(project: po.Project) -> None:
    project.add_source("workers", kind="crowd", price=0.1)
    project.tell(answered(ITEMS.select("item", source=pl.lit("workers")), TRUTH))
    assert len(project.ask(20.0)) == 20


def test_asking_works_after_next_said_stop(tmp_path: Path) -> None:
    objective = po.Objective({"keep": {"ham": 0, "spam": -1}, "remove": {"ham": -2, "spam": 1}}, per_month=1, months=1)
    project = experts(project_of(tmp_path, ITEMS, objective=objective), price=100.0)
    assert project.next().action == "stop"
    assert len(project.ask(500.0)) == 5


def test_typical_items_come_first(project: po.Project) -> None:
    links = project._at.ground.items.table.filter(pl.col("item").is_in(project.ask(10.0)["item"].implode()))["links"]
    assert set(links) == {0, 3}


def test_the_worth_of_a_vote_is_never_below_nought(begun: po.Project) -> None:
    assert begun.ask(30.0)["worth"].min() >= 0  # type: ignore[operator]


def test_asking_does_not_change_what_is_known(begun: po.Project) -> None:
    before = begun.posterior(), begun.decide()
    begun.ask(30.0)
    assert begun.posterior().equals(before[0]) and begun.decide().equals(before[1])


def test_crowd_votes_do_not_raise_the_number_of_audit_votes(project: po.Project) -> None:
    project.add_source("workers", kind="crowd", price=0.1)
    project.tell(answered(ITEMS.select("item", source=pl.lit("workers")), TRUTH))
    assert len(audit_of(project.ask(20.0))) <= 8, "a fifth of the experts' twenty is four, drawn at random"
