"""What a project remembers, and that the same inputs and seed give the same outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import payoff as po
from small_projects import answered, bought, experts, known_sites, project_of, sites, truth_of

ITEMS = sites(90)
TRUTH = truth_of(ITEMS)


def walked(folder: Path, **given: Any) -> po.Project:
    project = experts(project_of(folder, ITEMS, **given))
    project.add_source("linked", kind="rule", function=lambda item: "spam" if item["links"] else None)
    bought(project, TRUTH, 30.0, 15.0)
    project.trial("linear")
    bought(project, TRUTH, 10.0)
    return project


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[po.Project, po.Project]:
    folder = tmp_path_factory.mktemp("twins")
    return walked(folder / "one"), walked(folder / "other")


RESULTS: dict[str, Any] = {
    "posterior": lambda project: project.posterior().to_dicts(),
    "decide": lambda project: project.decide().to_dicts(),
    "decide on new items": lambda project: project.decide([{"item": 500, "links": 3, "year": 2001}]).to_dicts(),
    "value": lambda project: repr(project.value()),
    "next": lambda project: project.next(),
    "trials": lambda project: [{**trial.to_dict(), "seconds": 0} for trial in project.trials],
    "spent": lambda project: project.spent,
    "voters": lambda project: project.voters().to_dicts(),
    "status": lambda project: str(project.status()),
    "labels": lambda project: project.labels().to_dicts(),
}


@pytest.mark.parametrize("name", RESULTS)
def test_the_same_inputs_and_seed_give_the_same_outputs(name: str, twins: tuple[po.Project, po.Project]) -> None:
    assert RESULTS[name](twins[0]) == RESULTS[name](twins[1])


# A function is not kept: until it is handed over again it cannot vote on new items, and the status says so.
@pytest.mark.parametrize("name", [name for name in RESULTS if name not in ("decide on new items", "status")])
def test_a_project_opened_again_says_the_same(name: str, twins: tuple[po.Project, po.Project]) -> None:
    assert RESULTS[name](po.Project.open(twins[0].folder)) == RESULTS[name](twins[0])


def test_two_projects_ask_for_the_same_votes(tmp_path: Path) -> None:
    one, other = walked(tmp_path / "one"), walked(tmp_path / "other")
    assert one.ask(20.0).equals(other.ask(20.0))


def test_a_verb_asked_twice_says_the_same(twins: tuple[po.Project, po.Project]) -> None:
    for read in (RESULTS[name] for name in ("posterior", "decide", "value", "next", "spent")):
        assert read(twins[0]) == read(twins[0])


def test_the_order_of_telling_does_not_change_what_was_learnt(tmp_path: Path) -> None:
    one, other = experts(project_of(tmp_path / "a", ITEMS)), experts(project_of(tmp_path / "b", ITEMS))
    votes = answered(one.ask(30.0), TRUTH).drop("purpose")
    one.tell(votes)
    other.tell(votes.reverse())
    np.testing.assert_allclose(one.posterior().drop("item"), other.posterior().drop("item"), atol=1e-9)


def test_the_order_of_rows_does_not_change_who_is_sealed(tmp_path: Path) -> None:
    plain, turned = project_of(tmp_path / "a", ITEMS), project_of(tmp_path / "b", ITEMS.reverse())
    sealed = [set(each._at.ground.items.ids.gather(each._at.ground.sealed)) for each in (plain, turned)]
    assert sealed[0] == sealed[1]


def test_two_who_have_the_project_open_see_each_others_votes(tmp_path: Path) -> None:
    one = experts(project_of(tmp_path, ITEMS))
    other = po.Project.open(one.folder)
    one.tell([{"item": 0, "source": "experts", "label": "ham"}])
    assert other.spent == 1.0
    assert other.posterior().equals(one.posterior())


def test_two_who_have_the_project_open_see_each_others_trials_and_draws(tmp_path: Path) -> None:
    one = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 30.0)
    other = po.Project.open(one.folder)
    drawn = one.ask(20.0)
    one.trial("linear")
    assert [trial.name for trial in other.trials] == ["linear"]
    assert other.ask(20.0).filter(drawn["purpose"] == "audit").equals(drawn.filter(drawn["purpose"] == "audit"))


def test_status_answers_sixty_questions(twins: tuple[po.Project, po.Project]) -> None:
    answers = twins[0].status().answers
    assert len(answers) == 60
    assert {answer.state for answer in answers} <= {"answered", "computed", "blocked", "open"}


def test_a_report_is_one_page_in_the_folder(twins: tuple[po.Project, po.Project]) -> None:
    path = twins[0].report()
    assert path == twins[0].folder / "report.html"
    assert "<html" in path.read_text(encoding="utf-8")


def test_results_show_themselves_in_a_notebook(twins: tuple[po.Project, po.Project]) -> None:
    project = twins[0]
    for result in (project.trials[0], project.next(), project.status()):
        assert result._repr_html_().startswith("<")


def test_votes_are_rows_that_only_ever_get_more(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS))
    first = int(project._at.ground.learning[0])
    project.tell([{"item": first, "source": "experts", "label": "ham"}])
    before = project._at.votes
    project.tell([{"item": first, "source": "experts", "label": "spam"}])
    assert project._at.votes.head(1).equals(before)


def test_labels_are_the_last_words_of_people(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS))
    for label in ("ham", "spam"):
        project.tell([{"item": 4, "source": "experts", "label": label}])
    assert project.labels().rows() == [("4", "spam")]


def test_before_an_audit_the_value_has_no_interval(tmp_path: Path) -> None:
    value = project_of(tmp_path).value()
    assert (value.low, value.high) == (-np.inf, np.inf)


def test_a_project_on_nothing_but_ids_still_works(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path, ITEMS.select("item")))
    bought(project, TRUTH, 10.0)
    assert len(project.posterior()) == 90 and len(project.decide()) == 90
    assert project.next().action


def test_comments_in_payoff_toml_survive(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(), outcome="y")
    toml = project.folder / "payoff.toml"
    toml.write_text("# what we agreed on in March\n" + toml.read_text())
    experts(po.Project.open(project.folder))
    assert toml.read_text().startswith("# what we agreed on in March\n")
