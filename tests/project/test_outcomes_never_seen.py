"""A table whose known outcomes are none that the objective has: refused by name, or left out aloud where few."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.errors import MissingCell, NotAnOutcome, StrangeOutcomes, UnknownOutcome, VotesForNoOutcome
from payoff.project.outcomes import known_outcomes
from small_projects import bought, experts, known_sites, project_of, sites, truth_of


def later(n: int = 40, **outcomes: str) -> pl.DataFrame:
    """Sites the project does not have, with their outcome but for the items named: i3="odd"."""
    named = {int(name[1:]): outcome for name, outcome in outcomes.items()}
    truth = [named.get(i, ["ham", "spam"][i % 2]) for i in range(n)]
    return sites(n, item=pl.Series(range(500, 500 + n)), y=pl.Series(truth))


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    return project_of(tmp_path_factory.mktemp("census"), known_sites(60), outcome="y")


MANY = {f"i{place}": "spma" for place in range(1, 21, 2)}


def test_many_are_refused_with_their_column_their_count_and_what_was_meant(census: po.Project) -> None:
    with pytest.raises(StrangeOutcomes) as refusal:
        census.decide(later(40, i0="odd", **MANY))
    assert refusal.value.found == (
        "the column 'y' holds outcomes that the objective has not: 'spma', 'odd' in 11 of 40 rows"
    )
    assert refusal.value.next_step.endswith("Did you mean 'spam'?")


def test_a_table_that_is_refused_leaves_no_record(census: po.Project) -> None:
    before = len(census._at.store.records("check"))
    with pytest.raises(StrangeOutcomes):
        census.decide(later(40, **MANY))
    assert len(census._at.store.records("check")) == before


def test_without_the_column_it_is_decided(census: po.Project) -> None:
    assert census.decide(later(40, **MANY).drop("y")).height == 40


@pytest.mark.parametrize("verb", ["realised", "voters"])
def test_what_was_realised_and_how_right_voters_are_is_not_said_of_other_outcomes(
    census: po.Project, verb: str
) -> None:
    with pytest.raises(StrangeOutcomes):
        getattr(census, verb)(later(40, **MANY))


def test_a_few_count_as_not_known_and_are_said(census: po.Project) -> None:
    with pytest.warns(UserWarning, match=r"^2 of 40 known outcomes in the column 'y' .*'odd', 'spma'.* as not known"):
        found = known_outcomes(census._at.ground, census._at.ground.read(later(40, i3="spma", i4="odd")))
    assert found is not None
    assert found.null_count() == 2
    assert found[3] is None and found[4] is None


def test_what_was_realised_is_of_the_others(census: po.Project) -> None:
    with pytest.warns(UserWarning, match="2 of 40 known outcomes"):
        found = census.realised(later(40, i3="odd", i4="odd"))
    assert found is not None
    assert set(found["items"]) == {38}


def test_all_of_them_known_nothing_is_said(census: po.Project) -> None:
    found = known_outcomes(census._at.ground, census._at.ground.read(later(40)))
    assert found is not None and found.null_count() == 0


def test_an_empty_text_is_no_outcome_and_none_of_another_kind(census: po.Project) -> None:
    found = known_outcomes(census._at.ground, census._at.ground.read(later(40, i3="", i4="")))
    assert found is not None and found.null_count() == 2


def test_a_column_called_label_that_holds_other_things_is_no_column_of_outcomes(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    table = sites(4, item=pl.Series(range(500, 504)), label=pl.Series(["A5", "B7", "A5", "C1"]))
    assert project.realised(table) is None


def test_a_column_called_label_that_holds_some_outcomes_is_one(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    table = sites(4, item=pl.Series(range(500, 504)), label=pl.Series(["ham", "spam", "spma", "spma"]))
    with pytest.raises(StrangeOutcomes, match="'spma' in 2 of 4 rows"):
        project.realised(table)


# --- an outcome that payoff.toml no longer names ---------------------------------------------------------------------


def renamed(project: po.Project, *, times: int = -1) -> Path:
    """The folder of a project in whose payoff.toml `spam` was renamed."""
    path = project.folder / "payoff.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("spam", "spams", times), encoding="utf-8")
    return project.folder


def test_an_outcome_renamed_after_votes_were_told_says_how_many_there_are_and_of_whom(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, sites(60))), truth_of(sites(60)), 20.0)
    many = project._at.votes.filter(pl.col("label") == "spam").height
    with pytest.raises(VotesForNoOutcome) as refusal:
        po.Project.open(renamed(project))
    assert refusal.value.found == f"{many} votes told by 'experts' are for 'spam', which payoff.toml gives no payoffs"
    assert refusal.value.expected.endswith("[objective.payoff] has 'ham', 'spams'")
    assert "Call it 'spam' in payoff.toml again" in refusal.value.next_step


def test_called_as_before_the_project_is_as_before(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, sites(60))), truth_of(sites(60)), 20.0)
    before = (project.folder / "payoff.toml").read_text(encoding="utf-8")
    folder = renamed(project)
    (folder / "payoff.toml").write_text(before, encoding="utf-8")
    assert po.Project.open(folder).posterior().equals(project.posterior())


def test_renamed_under_one_decision_only_the_other_misses_a_payoff(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, sites(60))), truth_of(sites(60)), 20.0)
    with pytest.raises(MissingCell, match="no payoff for the outcome 'spams'"):
        po.Project.open(renamed(project, times=1))


def test_a_column_that_votes_for_it_is_named(tmp_path: Path) -> None:
    project = project_of(tmp_path, sites(60, old=pl.lit("spam")))
    project.add_source("filter", kind="system", column="old")
    with pytest.raises(NotAnOutcome, match="60 votes of 'filter' say 'spam'"):
        po.Project.open(renamed(project))


def test_a_column_of_known_outcomes_is_named_with_its_rows(tmp_path: Path) -> None:
    folder = renamed(project_of(tmp_path, known_sites(60), outcome="y"))
    with pytest.raises(UnknownOutcome, match="outcome 'spam' in 30 of 60 rows of the column 'y'"):
        po.Project.open(folder)


def test_a_new_project_refuses_an_outcome_without_payoffs(tmp_path: Path) -> None:
    with pytest.raises(UnknownOutcome, match="'spma' in 1 of 4 rows") as refusal:
        project_of(tmp_path, sites(4, y=pl.Series(["ham", "spam", "spma", "ham"])), outcome="y")
    assert refusal.value.next_step.endswith("Did you mean 'spam'?")
