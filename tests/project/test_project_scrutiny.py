from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from payoff.project import Project
from payoff.project.scrutiny import Scrutiny
from payoff.project.second_opinion import mixed
from payoff.project.told import Told
from small_projects import experts, project_of, sites, truth_of

WORKERS = 6
SITES = 120


def other(label: str) -> str:
    return "ham" if label == "spam" else "spam"


def told_by_workers(project: Project, *, wrong: float = 0.2, seed: int = 0, **more: pl.Series) -> Project:
    """Every worker votes on every site; the last always says ham."""
    rng, truth = np.random.default_rng(seed), truth_of(sites(SITES))
    rows = [
        (int(item), f"w{worker}", other(label) if rng.random() < wrong else label)
        for worker in range(WORKERS)
        for item, label in truth.items()
    ]
    votes = pl.DataFrame(rows, schema=["item", "voter", "label"], orient="row").with_columns(source=pl.lit("workers"))
    last = pl.col("voter") == f"w{WORKERS - 1}"
    project.add_source("workers", kind="crowd", price=0.1)
    project.tell(votes.with_columns(label=pl.when(last).then(pl.lit("ham")).otherwise("label"), **more))
    return project


def learning(project: Project) -> list[str]:
    ground = project._at.ground
    return ground.items.ids.gather(ground.learning).to_list()


def told_by_experts(project: Project, *, slips: int) -> list[str]:
    """Experts vote on forty learning items, wrongly on some far from each other, which are returned."""
    truth, items = truth_of(sites(SITES)), learning(project)[:40]
    wrong = items[9::10][:slips]
    labels = [other(truth[item]) if item in wrong else truth[item] for item in items]
    experts(project).tell({"item": [int(item) for item in items], "source": ["experts"] * 40, "label": labels})
    return wrong


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Scrutiny:
    return told_by_workers(project_of(tmp_path_factory.mktemp("crowd"), sites(SITES))).scrutiny()


def test_every_voter_has_what_it_costs_and_what_a_vote_of_it_earns(crowd: Scrutiny) -> None:
    row = crowd.voters.row(0, named=True)
    assert (row["source"], row["voter"], row["votes"], row["spent"]) == ("workers", "w0", SITES, pytest.approx(12.0))
    assert row["earns_low"] <= row["earns"] <= row["earns_high"]


def test_a_source_earns_more_than_one_of_its_voters_beside_the_others(crowd: Scrutiny) -> None:
    whole = crowd.sources["earns"].item() * WORKERS
    assert whole > crowd.voters["earns"].max()  # type: ignore[operator]
    assert 0 < whole <= 1.5  # at most remove in place of keep on every second site, or the reverse


def test_who_always_says_the_same_is_named(crowd: Scrutiny) -> None:
    assert crowd.idle["voter"].to_list() == ["w5"]


def told_of(project: Project) -> Told:
    told = Told.of(project._at.bench().evidence)
    assert told is not None
    return told


def test_for_naming_people_the_others_are_heard_as_known_from_other_items(tmp_path: Path) -> None:
    told = told_of(told_by_workers(project_of(tmp_path, sites(SITES))))
    whole, apart = (leave(np.arange(WORKERS)) for leave in (told.without, told.apart))
    assert np.array_equal(whole.item, apart.item)
    assert np.array_equal(whole.unit, apart.unit)
    assert not np.allclose(whole.without, apart.without)


def test_where_only_experts_spoke_nothing_was_learnt_of_anybody(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, sites(SITES)))
    items = learning(project)[:4]
    project.tell({"item": [int(item) for item in items], "source": ["experts"] * 4, "label": ["spam"] * 4})
    told = told_of(project)
    assert np.array_equal(told.apart(np.zeros(1, int)).without, told.without(np.zeros(1, int)).without)


def test_nobody_is_named_a_copier_or_changed_where_nobody_is(crowd: Scrutiny) -> None:
    assert crowd.copies.is_empty()
    assert crowd.drift.is_empty()


def test_disputes_say_how_many_said_what(crowd: Scrutiny) -> None:
    assert set(crowd.disputes["votes"]) == {WORKERS}
    first = crowd.disputes["said"][0].split(", ")
    assert sum(int(part.split()[0]) for part in first) == WORKERS
    assert crowd.disputes["at_stake"].is_sorted(descending=True)


def test_people_agree_beyond_chance(crowd: Scrutiny) -> None:
    assert crowd.alpha is not None
    assert 0 < crowd.alpha[1] < crowd.alpha[0] < crowd.alpha[2] < 1


def test_it_can_be_written_as_rows(crowd: Scrutiny) -> None:
    assert crowd.to_dict()["voters"][0]["voter"] == "w0"


def test_slips_of_an_expert_are_seen_by_the_votes_of_others(tmp_path: Path) -> None:
    project = told_by_workers(project_of(tmp_path, sites(SITES)))
    slips = told_by_experts(project, slips=3)
    found = project.scrutiny().suspicious
    assert set(slips) <= set(found["item"])
    assert len(found) <= 3 + 4
    assert found["likely"][0] != found["label"][0]


def test_slips_of_an_expert_are_seen_by_the_columns_alone(tmp_path: Path) -> None:
    project = project_of(tmp_path, sites(SITES))
    slips = told_by_experts(project, slips=2)
    assert set(slips) <= set(project.scrutiny().suspicious["item"])


def test_an_expert_earns_what_the_others_got_wrong(tmp_path: Path) -> None:
    project = told_by_workers(project_of(tmp_path, sites(SITES)), wrong=0.4)
    told_by_experts(project, slips=0)
    rows = {row["source"]: row for row in project.scrutiny().sources.iter_rows(named=True)}
    assert rows["experts"]["earns"] > rows["workers"]["earns"]


def test_audit_votes_are_not_looked_at(tmp_path: Path) -> None:
    project = told_by_workers(project_of(tmp_path, sites(SITES)))
    before = project.scrutiny()
    experts(project)
    batch = project.ask(20.0)
    audit = batch.filter(pl.col("purpose") == "audit")
    truth = audit["item"].cast(pl.String).replace_strict(truth_of(sites(SITES)), return_dtype=pl.String)
    project.tell(audit.with_columns(label=truth))
    assert len(audit) > 0
    assert project.scrutiny().disputes.equals(before.disputes)


def test_a_project_without_votes_has_nothing_to_look_at(tmp_path: Path) -> None:
    found = project_of(tmp_path, sites(SITES)).scrutiny()
    assert found.alpha is None
    assert not any(rows for name, rows in found.to_dict().items() if name != "unit")


def test_seconds_a_vote_are_told(tmp_path: Path) -> None:
    took = pl.Series("seconds", [float(n % 9) for n in range(WORKERS * SITES)])
    project = told_by_workers(project_of(tmp_path, sites(SITES)), seconds=took)
    assert project.scrutiny().voters["seconds"][0] == pytest.approx(np.median(took.head(SITES)))


def test_a_worker_who_got_worse_is_named_by_when_they_voted(tmp_path: Path) -> None:
    project, truth = project_of(tmp_path, sites(SITES)), truth_of(sites(SITES))
    rng = np.random.default_rng(0)
    rows = []
    for worker in range(WORKERS):
        for n, (item, label) in enumerate(truth.items()):
            wrong = 0.8 if worker == 2 and n >= SITES // 2 else 0.1
            said = other(label) if rng.random() < wrong else label
            rows.append((int(item), "workers", f"w{worker}", said, f"2025-01-01T{n // 60:02}:{n % 60:02}"))
    project.add_source("workers", kind="crowd")
    project.tell(pl.DataFrame(rows, schema=["item", "source", "voter", "label", "at"], orient="row"))
    found = project.scrutiny().drift
    assert found["voter"].to_list() == ["w2"]
    assert found["since"][0].startswith("2025-01-01T")


def test_two_opinions_are_mixed_by_how_well_they_foretold() -> None:
    assert mixed(np.full(9, 0.5), np.full(9, 0.5)) == pytest.approx(0.5)
    assert mixed(np.full(9, 0.2), np.full(9, 0.8)) < 0.01
