"""`tell`: votes are appended once, with the purpose they were asked for, and only then cost something."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import payoff as po
from payoff.errors import PayoffError
from small_projects import answered, bought, experts, known_sites, project_of, sites, truth_of

TRUTH = truth_of(sites(60))


@pytest.fixture
def project(tmp_path: Path) -> po.Project:
    return experts(project_of(tmp_path, sites(60)), price=0.6)


def purposes(project: po.Project) -> list[str]:
    return project._at.votes["purpose"].to_list()


def test_telling_returns_how_many_votes_were_new(project: po.Project) -> None:
    vote = {"item": 0, "source": "experts", "label": "ham"}
    assert project.tell([vote]) == 1
    assert project.tell([vote]) == 0


def test_telling_a_batch_twice_changes_nothing(project: po.Project) -> None:
    batch = answered(project.ask(18.0), TRUTH)
    assert project.tell(batch) == 30
    before = project.posterior()
    assert project.tell(batch) == 0
    assert project.posterior().equals(before)
    assert project.spent == pytest.approx(30 * 0.6)


def test_telling_a_batch_with_audit_items_twice_without_its_purpose_changes_nothing(project: po.Project) -> None:
    bought(project, TRUTH, 18.0)
    batch = answered(project.ask(6.0), TRUTH).select("item", "source", "label")
    assert project.tell(batch) == 10
    assert project.tell(batch) == 0


def test_alike_votes_with_different_times_are_two_votes(project: po.Project) -> None:
    vote = {"item": 0, "source": "experts", "label": "ham"}
    assert project.tell([vote | {"at": "2026-01-01"}, vote | {"at": "2026-01-02"}]) == 2


def test_a_vote_with_the_id_of_an_earlier_one_is_the_same_vote(project: po.Project) -> None:
    vote = {"item": 0, "source": "experts", "label": "ham", "id": "v1"}
    assert project.tell([vote]) == 1
    assert project.tell([vote]) == 0


def test_the_voter_left_out_is_the_source(project: po.Project) -> None:
    project.tell([{"item": 0, "source": "experts", "label": "ham"}])
    assert project._at.votes["voter"].to_list() == ["experts"]


def test_a_purpose_left_out_is_that_of_the_open_request(project: po.Project) -> None:
    bought(project, TRUTH, 18.0)
    batch = project.ask(6.0)
    project.tell(answered(batch, TRUTH).drop("purpose"))
    assert purposes(project)[30:] == batch["purpose"].to_list()
    assert "audit" in purposes(project)


def test_a_vote_nobody_asked_for_is_to_learn_from(project: po.Project) -> None:
    project.tell([{"item": 0, "source": "experts", "label": "ham"}])
    assert purposes(project) == ["learn"]


def test_a_vote_nobody_asked_for_is_never_audit_whatever_it_says(project: po.Project) -> None:
    sealed = project._at.ground.sealed[0]
    project.tell([{"item": int(sealed), "source": "experts", "label": "ham", "purpose": "audit"}])
    assert purposes(project) == ["learn"]
    assert project._at.standing().court.audit.votes == 0


def test_a_vote_of_another_source_on_a_drawn_item_is_no_audit_vote(project: po.Project) -> None:
    project.add_source("workers", kind="crowd", price=0.1)
    bought(project, TRUTH, 18.0)
    drawn = project.ask(6.0).filter(pl.col("purpose") == "audit")
    project.tell(answered(drawn, TRUTH).with_columns(source=pl.lit("workers")))
    assert purposes(project)[30:] == ["learn"] * len(drawn)


def test_a_purpose_that_does_not_exist_is_refused(project: po.Project) -> None:
    with pytest.raises(PayoffError, match="aduit"):
        project.tell([{"item": 0, "source": "experts", "label": "ham", "purpose": "aduit"}])


def test_spent_counts_votes_told_and_not_votes_asked(project: po.Project) -> None:
    batch = project.ask(6.0)
    assert project.spent == 0.0
    project.tell(answered(batch, TRUTH).head(4))
    assert project.spent == pytest.approx(4 * 0.6)


def test_outcomes_revealed_by_a_decision_are_free(project: po.Project) -> None:
    project.tell([{"item": 0, "source": "experts", "label": "ham", "purpose": "decided"}])
    assert project.spent == 0.0


def test_the_last_vote_of_a_voter_on_an_item_is_in_force(project: po.Project) -> None:
    first = int(project._at.ground.learning[0])
    for label in ("ham", "spam", "ham", "spam"):
        project.tell([{"item": first, "source": "experts", "label": label, "at": f"after {project.spent}"}])
    assert project.posterior().filter(pl.col("item") == first)["spam"].to_list() == [1.0]
    assert project._at.votes.height == 4


def test_labels_are_matched_by_their_name(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, objective=po.Objective({"a": {0: 0, 1: -1}, "b": {0: -2, 1: 1}})))
    project.tell(pd.DataFrame({"item": [0, 1, 2], "source": "experts", "label": [0.0, 1.0, 0.0]}))
    assert project._at.votes["label"].to_list() == ["0", "1", "0"]


def test_votes_come_as_any_table(project: po.Project, tmp_path: Path) -> None:
    rows = pl.DataFrame({"item": [0, 1], "source": ["experts"] * 2, "label": ["ham", "spam"]})
    rows.write_csv(tmp_path / "votes.csv")
    assert project.tell(pd.DataFrame(rows.to_dict(as_series=False))) == 2
    assert [project.tell(votes) for votes in (rows.to_dicts(), rows.to_dict(as_series=False), rows)] == [0, 0, 0]


def test_a_correction_of_an_audit_vote_judges_and_teaches_nothing(project: po.Project) -> None:
    bought(project, TRUTH, 18.0)
    drawn = project.ask(6.0).filter(pl.col("purpose") == "audit")
    project.tell(answered(drawn, TRUTH))
    before = project.posterior()
    wrong = answered(drawn, TRUTH).with_columns(label=pl.lit("ham"), at=pl.lit("later")).drop("purpose")
    project.tell(wrong)
    truth = project._at.standing().court.audit.truth
    assert truth.sum(axis=0).tolist() == [len(drawn), 0]
    assert project.posterior().equals(before)


def test_votes_told_to_a_source_that_votes_by_itself_are_refused(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    project.add_source("rules", kind="rule", function=lambda item: "ham" if item["links"] == 0 else None)
    with pytest.raises(PayoffError, match="'rules'"):
        project.tell([{"item": 1, "source": "rules", "label": "spam"}])


def test_votes_on_items_kept_aside_are_heard(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(), outcome="y")
    sites(4, item=pl.Series(range(100, 104))).write_parquet(project.folder / "future.parquet")
    toml = project.folder / "payoff.toml"
    toml.write_text(toml.read_text().replace("[items]\n", '[items]\nfuture = "future.parquet"\n'))
    project = experts(po.Project.open(project.folder))
    assert project.tell([{"item": 100, "source": "experts", "label": "spam"}]) == 1
    assert len(project.posterior()) == 40
    assert project.decide(sites(4, item=pl.Series(range(100, 104))))["decision"].to_list() == ["keep", "remove"] * 2


def test_seconds_and_times_are_kept(project: po.Project) -> None:
    project.tell([{"item": 0, "source": "experts", "label": "ham", "seconds": 2.5, "at": "2026-01-01T10:00:00"}])
    assert project._at.votes.select("at", "seconds").rows() == [("2026-01-01T10:00:00", 2.5)]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["ham", "spam"])), min_size=1, max_size=12), st.data())
def test_telling_any_votes_again_in_any_order_adds_nothing(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, str]], data: st.DataObject
) -> None:
    project = experts(project_of(tmp_path_factory.mktemp("p")))
    votes = pl.DataFrame(told, schema={"item": pl.Int64, "label": pl.String}, orient="row")
    votes = votes.with_columns(source=pl.lit("experts"))
    assert project.tell(votes) == votes.unique().height
    again = data.draw(st.permutations(told))
    assert project.tell([{"item": item, "label": label, "source": "experts"} for item, label in again]) == 0
