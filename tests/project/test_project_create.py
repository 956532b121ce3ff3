"""`create` and `open`: a table and an objective become a folder, checked before anything is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import payoff as po
from payoff.errors import NoProject, PayoffError, ProjectExists
from payoff.testing import word
from small_projects import CELLS, OBJECTIVE, files_of, known_sites, names_in, project_of, sites

RESERVED = ["item", "decision", "expected", "low", "high", "provisional"]


def test_a_dataframe_is_written_to_items_parquet_in_the_new_folder(tmp_path: Path) -> None:
    project_of(tmp_path, sites())
    assert pl.read_parquet(tmp_path / "project" / "items.parquet").equals(sites())


def test_a_file_is_named_by_its_path_from_the_folder_and_not_copied(tmp_path: Path) -> None:
    sites().write_csv(tmp_path / "sites.csv")
    project_of(tmp_path, tmp_path / "sites.csv")
    assert 'table = "../sites.csv"' in (tmp_path / "project" / "payoff.toml").read_text()
    assert not (tmp_path / "project" / "items.parquet").exists()


def test_the_path_of_the_items_may_be_relative_and_the_project_opened_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites().write_csv(tmp_path / "sites.csv")
    monkeypatch.chdir(tmp_path)
    po.Project.create("project", items="sites.csv", objective=OBJECTIVE)
    monkeypatch.chdir("/")
    assert len(po.Project.open(tmp_path / "project").posterior()) == 40


def test_folders_above_the_project_are_made(tmp_path: Path) -> None:
    po.Project.create(tmp_path / "a" / "b c", items=sites(), objective=OBJECTIVE)
    assert (tmp_path / "a" / "b c" / "payoff.toml").exists()


def test_a_folder_that_holds_a_project_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    project_of(tmp_path)
    before = files_of(tmp_path)
    with pytest.raises(ProjectExists, match="holds a project already"):
        project_of(tmp_path, known_sites(), outcome="y")
    assert files_of(tmp_path) == before


def test_a_folder_with_other_files_may_become_a_project(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "notes.md").write_text("mine")
    project_of(tmp_path)
    assert (tmp_path / "project" / "notes.md").read_text() == "mine"


def test_a_folder_without_a_project_cannot_be_opened_and_gets_no_files(tmp_path: Path) -> None:
    with pytest.raises(NoProject, match=r"no payoff\.toml"):
        po.Project.open(tmp_path)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("name", RESERVED)
def test_an_outcome_with_the_name_of_a_result_column_is_refused(name: str, tmp_path: Path) -> None:
    cells = {"keep": {name: 0, "spam": -1}, "remove": {name: -2, "spam": 1}}
    with pytest.raises(PayoffError, match=name):
        project_of(tmp_path, objective=po.Objective(cells))
    assert names_in(tmp_path) == []


def test_a_dataframe_of_pandas_goes_in_and_polars_comes_out(tmp_path: Path) -> None:
    frame = pd.DataFrame({"item": [f"s{i}" for i in range(40)], "links": [0, 3] * 20, "y": ["ham", "spam"] * 20})
    project = project_of(tmp_path, frame, outcome="y")
    decisions = project.decide(frame.drop(columns="y"))
    assert isinstance(decisions, pl.DataFrame)
    assert decisions["decision"].to_list() == ["keep", "remove"] * 20


def test_a_list_of_dictionaries_is_a_table(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites().to_dicts(), outcome="y")
    with pytest.warns(UserWarning, match="lacks 'year'"):
        assert project.decide([{"item": 99, "links": 3}])["decision"].to_list() == ["remove"]


@pytest.mark.parametrize(
    "ids",
    [
        pl.Series("item", range(40), dtype=pl.Int64),
        pl.Series("item", range(40), dtype=pl.UInt8),
        pl.Series("item", [f"s/{i} é\"'" for i in range(40)]),
        pl.Series("item", [float(i) for i in range(40)]),
    ],
    ids=["integers", "small integers", "text", "floats"],
)
def test_ids_keep_their_type_in_every_result(ids: pl.Series, tmp_path: Path) -> None:
    project = project_of(tmp_path, sites(item=ids))
    project.add_source("experts", kind="expert", price=1.0)
    results = [project.ask(5.0), project.posterior(), project.decide(), project.decide(sites(item=ids).head(3))]
    assert [result["item"].dtype for result in results] == [ids.dtype] * 4
    assert project.posterior()["item"].equals(ids)


def test_requests_told_back_find_their_items_whatever_the_type_of_the_id(tmp_path: Path) -> None:
    project = project_of(tmp_path, sites(item=pl.Series([float(i) for i in range(40)])))
    project.add_source("experts", kind="expert", price=1.0)
    assert project.tell(project.ask(7.0).with_columns(label=pl.lit("ham"))) == 7


def test_an_id_under_another_name_is_called_item_in_results(tmp_path: Path) -> None:
    project = project_of(tmp_path, sites().rename({"item": "site"}), id="site")
    assert project.posterior().columns == ["item", "ham", "spam"]


def test_without_an_id_column_items_are_row_numbers_from_one(tmp_path: Path) -> None:
    project = project_of(tmp_path, sites().drop("item"))
    assert project.posterior()["item"].to_list() == list(range(1, 41))


def test_a_raw_column_may_be_called_item_where_another_is_the_id(tmp_path: Path) -> None:
    items = known_sites().with_columns(site=pl.col("item"), item=pl.col("links"))
    project = project_of(tmp_path, items, id="site", outcome="y")
    assert project.decide(items)["item"].to_list() == list(range(40))


def test_whole_float_outcomes_read_as_integers(tmp_path: Path) -> None:
    items = sites(y=pl.Series([0.0, 1.0] * 20))
    project = project_of(tmp_path, items, outcome="y", objective=po.Objective({"a": {0: 0, 1: -1}, "b": {0: -2, 1: 1}}))
    assert project.decide().columns[-2:] == ["0", "1"]
    assert project.decide()["decision"].to_list() == ["a", "b"] * 20


def test_outcomes_are_columns_in_sorted_order_whatever_the_order_given(tmp_path: Path) -> None:
    cells = {"keep": {"spam": -1, "eggs": 0, "ham": 0}, "remove": {"ham": -2, "spam": 1, "eggs": -2}}
    assert project_of(tmp_path, objective=po.Objective(cells)).posterior().columns == ["item", "eggs", "ham", "spam"]


def test_names_may_hold_any_character(tmp_path: Path) -> None:
    bad, good, take, leave = 'sp"am/é\n= []', "h.am #1", "re'move \\", "ke[ep]"
    cells = {leave: {good: 0.0, bad: -1.0}, take: {good: -2.0, bad: 1.0}}
    items = sites(y=pl.Series([good, bad] * 20), **{'col "x"/{}': pl.Series([0.5, 1.5] * 20)})  # type: ignore[arg-type]
    project_of(tmp_path, items, outcome="y", objective=po.Objective(cells, unit='€ "x"'))
    project = po.Project.open(tmp_path / "project")
    assert project.decide()["decision"].to_list() == [leave, take] * 20


@pytest.mark.parametrize("role", ["outcome", "group", "time", "weight", "known_after", "today", "proba"])
def test_a_column_with_a_role_is_no_raw_feature(role: str, tmp_path: Path) -> None:
    values = {"outcome": ["ham", "spam"] * 20, "group": ["a", "b", "c", "d"] * 10, "time": list(range(40)),
              "weight": [1.0, 2.0] * 20, "known_after": [1, 2] * 20, "today": ["keep", "remove"] * 20,
              "proba": [0.2, 0.8] * 20}[role]  # fmt: skip
    named = ["role"] if role == "known_after" else "role"
    project = project_of(tmp_path, sites(role=pl.Series(values)), **{role: named})
    assert project._at.ground.items.features == ["links", "year"]


def test_a_payoff_column_known_at_decision_time_is_a_raw_feature(tmp_path: Path) -> None:
    objective = po.Objective({"keep": {"ham": 0, "spam": "-links"}, "remove": {"ham": -2, "spam": 1}})
    assert "links" in project_of(tmp_path, objective=objective)._at.ground.items.features


def test_the_settings_given_are_those_the_opened_project_has(tmp_path: Path) -> None:
    created = project_of(tmp_path, known_sites(), outcome="y", time="year", audit=0.25, seed=7)
    opened = po.Project.open(created.folder)
    assert opened._at.ground.settings == created._at.ground.settings
    assert opened.objective.to_dict() == OBJECTIVE.to_dict()
    assert int(opened._at.ground.audit.sum()) == 40 * 0.25


def test_a_quarter_set_aside_for_the_audit_is_a_quarter_of_the_items(tmp_path: Path) -> None:
    assert int(project_of(tmp_path, audit=0.25)._at.ground.audit.sum()) == 10


def test_a_third_is_set_aside_where_nothing_was_said(tmp_path: Path) -> None:
    assert int(project_of(tmp_path, sites(60))._at.ground.audit.sum()) == 60 / 3


def test_the_split_is_by_time_where_a_time_is_given(tmp_path: Path) -> None:
    ground = project_of(tmp_path, time="year", audit=0.25)._at.ground
    assert ground.sealed.tolist() == list(range(30, 40))


def test_items_of_one_group_stay_on_one_side(tmp_path: Path) -> None:
    ground = project_of(tmp_path, sites(site=pl.Series([i // 4 for i in range(40)])), group="site")._at.ground
    assert set(ground.audit.reshape(10, 4).sum(axis=1).tolist()) == {0, 4}


def test_near_duplicates_in_text_stay_on_one_side(tmp_path: Path) -> None:
    texts = [" ".join(word(1000 + 50 * (i // 2) + k) for k in range(12)) for i in range(40)]
    ground = project_of(tmp_path, sites(text=pl.Series(texts)))._at.ground
    assert (ground.audit[::2] == ground.audit[1::2]).all()


def test_equal_values_of_discrete_columns_make_no_near_duplicates(tmp_path: Path) -> None:
    ground = project_of(tmp_path, sites().drop("year"))._at.ground
    assert len(np.unique(ground.groups)) == 40


def test_a_seed_draws_another_split_and_the_same_seed_the_same(tmp_path: Path) -> None:
    splits = [project_of(tmp_path / str(i), seed=seed)._at.ground.sealed.tolist() for i, seed in enumerate([0, 0, 1])]
    assert splits[0] == splits[1]
    assert splits[0] != splits[2]


def test_what_a_cell_is_worth_survives_the_file(tmp_path: Path) -> None:
    limits = [po.Limit("remove", precision=0.9), po.Limit("remove", at_most=200, per="week")]
    objective = po.Objective(CELLS, unit="EUR", per_month=1000, months=6, limits=limits)
    project_of(tmp_path, objective=objective)
    assert po.Project.open(tmp_path / "project").objective.to_dict() == objective.to_dict()
