"""What cannot be used: one error of found, expected and next step, and the project stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

import payoff as po
from payoff.errors import PayoffError
from small_projects import bought, experts, files_of, known_sites, names_in, project_of, sites, truth_of

TABLES: dict[str, tuple[pl.DataFrame, dict[str, Any], str]] = {
    "an empty table": (sites().head(0), {}, "no rows"),
    "a repeated id": (sites(item=pl.lit(7)), {}, "'7'"),
    "a missing id": (sites(item=pl.Series([None, *range(39)])), {}, "missing"),
    "an absent id column": (sites(), {"id": "sight"}, "'sight'"),
    "an absent outcome column": (sites(), {"outcome": "yy"}, "'yy'"),
    "an outcome that is all missing": (sites(y=pl.lit(None, dtype=pl.String)), {"outcome": "y"}, "no value"),
    "one outcome only": (sites(y=pl.lit("ham")), {"outcome": "y"}, "one outcome only"),
    "an outcome without payoff": (sites(y=pl.Series(["ham", "eggs"] * 20)), {"outcome": "y"}, "eggs"),
    "a decision of today without payoff": (sites(now=pl.Series(["keep", "hold"] * 20)), {"today": "now"}, "hold"),
    "a decision of today that is missing": (sites(now=pl.Series(["keep", None] * 20)), {"today": "now"}, "None"),
    "a weight of nought": (sites(w=pl.Series([0, 1] * 20)), {"weight": "w"}, "above 0"),
    "a probability above one": (sites(p=pl.Series([0.5, 2] * 20)), {"proba": "p"}, "0 to 1"),
    "a time that is all missing": (sites(t=pl.lit(None, dtype=pl.Date)), {"time": "t"}, "no value"),
    "a later column that is all missing": (
        sites(cost=pl.lit(None, dtype=pl.Float64)), {"known_after": ["cost"]}, "no value",
    ),
    "an audit share above one": (sites(), {"audit": 1.5}, "1.5"),
    "a seed below nought": (sites(), {"seed": -1}, "-1"),
    "a way of knowing that does not exist": (known_sites(), {"outcome": "y", "known": "perhaps"}, "perhaps"),
}  # fmt: skip


def said(error: PayoffError) -> str:
    assert error.found and error.expected and error.next_step
    return str(error)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_cannot_be_used_is_refused_before_anything_is_written(name: str, tmp_path: Path) -> None:
    items, given, words = TABLES[name]
    with pytest.raises(PayoffError) as caught:
        project_of(tmp_path, items, **given)
    assert words in said(caught.value)
    assert names_in(tmp_path) == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match=r"nowhere\.csv") as caught:
        project_of(tmp_path, tmp_path / "nowhere.csv")
    assert said(caught.value)
    assert names_in(tmp_path) == []


def test_a_csv_that_is_not_utf8_is_refused_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_bytes("item,name\n1,caf\xe9\n2,b\n".encode("latin-1"))
    with pytest.raises(PayoffError, match="UTF-8") as caught:
        project_of(tmp_path, tmp_path / "sites.csv")
    assert "sites.csv" in said(caught.value)
    assert names_in(tmp_path) == ["sites.csv"]


def test_a_column_that_is_all_missing_is_no_feature_and_does_not_stop_the_project(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(void=pl.lit(None, dtype=pl.Float64)), outcome="y")
    assert "void" not in project._at.ground.items.features
    assert project.decide()["decision"].to_list() == ["keep", "remove"] * 20


BAD_CELLS: dict[str, tuple[dict[str, Any], str]] = {
    "missing": ({"keep": {"ham": 0, "spam": -1}, "remove": {"ham": -2}}, "'remove' has no payoff"),
    "misspelt": ({"keep": {"ham": 0, "spam": -1}, "remove": {"ham": -2, "spma": 1}}, "spma"),
    "open": ({"keep": {"ham": 0, "spam": "?"}, "remove": {"ham": -2, "spam": 1}}, r"keep.spam is still open"),
    "not a number": ({"keep": {"ham": 0, "spam": float("nan")}, "remove": {"ham": -2, "spam": 1}}, "keep.spam"),
    "no expression": ({"keep": {"ham": 0, "spam": "links +"}, "remove": {"ham": -2, "spam": 1}}, "links +"),
    "over an absent column": ({"keep": {"ham": 0, "spam": "-lniks"}, "remove": {"ham": -2, "spam": 1}}, "lniks"),
    "of words": ({"keep": {"ham": 0, "spam": "name"}, "remove": {"ham": -2, "spam": 1}}, "name"),
    "one decision only": ({"keep": {"ham": 0, "spam": -1}}, "keep"),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_payoff_cell_that_cannot_be_used_is_named(name: str, tmp_path: Path) -> None:
    cells, words = BAD_CELLS[name]
    with pytest.raises(PayoffError) as caught:
        project_of(tmp_path, sites(name=pl.Series([f"n{i % 3}" for i in range(40)])), objective=po.Objective(cells))
    assert words in said(caught.value)
    assert names_in(tmp_path) == []


def test_a_payoff_column_absent_from_the_table_to_decide_on_is_named(tmp_path: Path) -> None:
    objective = po.Objective({"keep": {"ham": 0, "spam": "-amount"}, "remove": {"ham": -2, "spam": 1}})
    project = project_of(tmp_path, known_sites(amount=pl.Series([1.0, 5.0] * 20)), outcome="y", objective=objective)
    with pytest.raises(PayoffError, match="'amount'") as caught:
        project.decide(sites())
    assert said(caught.value)


def edited(project: po.Project, old: str, new: str) -> Path:
    path = project.folder / "payoff.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return project.folder


BROKEN: dict[str, tuple[str, str, str]] = {
    "broken TOML": ('unit = "EUR"', 'unit = "EUR', "line 2"),
    "a cell that is open": ("spam = -1.0", 'spam = "?"', "keep.spam"),
    "a cell that is not there": ("spam = -1.0", "", "keep"),
    "a misspelt key": ('id = "item"', 'di = "item"', "di"),
    "a misspelt table": ("[items]", "[itmes]", "itmes"),
    "a misspelt volume": ("[objective.payoff.keep]", "[objective]\nper_moth = 3\n[objective.payoff.keep]", "per_moth"),
    "a missing table of items": ('"items.parquet"', '"gone.parquet"', "gone.parquet"),
    "an outcome of no role": ('id = "item"', 'id = "item"\noutcome = "yy"', "yy"),
    "a cell over an absent column": ("spam = -1.0", 'spam = "-lniks"', "lniks"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_payoff_toml_that_cannot_be_used_is_refused_and_its_votes_stay(name: str, tmp_path: Path) -> None:
    project = experts(project_of(tmp_path))
    project.tell([{"item": 0, "source": "experts", "label": "ham"}])
    whole = (project.folder / "payoff.toml").read_text()
    old, new, words = BROKEN[name]
    with pytest.raises(PayoffError) as caught:
        po.Project.open(edited(project, old, new)).decide()
    assert words in said(caught.value)
    (project.folder / "payoff.toml").write_text(whole)
    assert po.Project.open(project.folder).spent == 1.0


def test_a_table_with_other_items_than_at_first_is_refused(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    sites(44).write_parquet(project.folder / "items.parquet")
    with pytest.raises(PayoffError, match="44 items now, 40 then"):
        po.Project.open(project.folder)


BAD_VOTES: dict[str, tuple[Any, str]] = {
    "of an unknown item": ({"item": 99, "source": "experts", "label": "ham"}, "'99'"),
    "for an unknown outcome": ({"item": 1, "source": "experts", "label": "hma"}, "'hma'"),
    "of an unknown source": ({"item": 1, "source": "expert", "label": "ham"}, "'expert'"),
    "without label": ({"item": 1, "source": "experts", "label": None}, "label"),
    "without item": ({"item": None, "source": "experts", "label": "ham"}, "item"),
    "without a column": ({"item": 1, "label": "ham"}, "'source'"),
}


@pytest.mark.parametrize("name", BAD_VOTES)
def test_one_bad_vote_is_named_and_nothing_is_told(name: str, tmp_path: Path) -> None:
    project = experts(project_of(tmp_path))
    vote, words = BAD_VOTES[name]
    good = {"item": 0, "source": "experts", "label": "ham"}
    with pytest.raises(PayoffError) as caught:
        project.tell([vote] if name == "without a column" else [good, vote])
    assert words in said(caught.value)
    assert project.spent == 0.0
    assert po.Project.open(project.folder).spent == 0.0


BAD_SOURCES: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown kind": ({"kind": "exprt"}, "'expert'"),
    "a price below nought": ({"kind": "expert", "price": -1.0}, "-1.0"),
    "no price at all": ({"kind": "expert", "price": float("nan")}, "nan"),
    "an absent column": ({"kind": "system", "column": "odl"}, "'odl'"),
    "a column of no outcomes": ({"kind": "system", "column": "links"}, "no outcome"),
    "an absent file of rules": ({"kind": "rule", "module": "rulse.py"}, "rulse.py"),
    "an expert with a column": ({"kind": "expert", "column": "links"}, "column"),
    "a column and a module": ({"kind": "rule", "column": "links", "module": "rules.py"}, "one place"),
    "the column of known outcomes": ({"kind": "proxy", "column": "y"}, "'y'"),
    "a column known only afterwards": ({"kind": "proxy", "column": "later"}, "'later'"),
}


@pytest.mark.parametrize("name", BAD_SOURCES)
def test_a_source_that_cannot_vote_is_refused_and_not_written(name: str, tmp_path: Path) -> None:
    items = known_sites(later=pl.Series(["ham", "spam"] * 20))
    project = project_of(tmp_path, items, outcome="y", known_after=["later"])
    before = files_of(tmp_path)
    given, words = BAD_SOURCES[name]
    with pytest.raises(PayoffError) as caught:
        project.add_source("new", **given)
    assert words in said(caught.value)
    assert files_of(tmp_path) == before
    assert list(po.Project.open(project.folder).sources) == []


def test_a_source_of_the_same_name_on_other_terms_is_refused(tmp_path: Path) -> None:
    project = experts(project_of(tmp_path), price=1.0)
    with pytest.raises(PayoffError, match="'experts' is there already"):
        experts(project, price=2.0)
    assert po.Project.open(project.folder).sources["experts"].price == 1.0


def test_a_source_added_again_on_the_same_terms_is_the_same_source(tmp_path: Path) -> None:
    project = experts(experts(project_of(tmp_path)))
    assert (project.folder / "payoff.toml").read_text().count("[[source]]") == 1


@pytest.mark.parametrize("budget", [-1, float("nan"), float("inf"), "20", None, True])
def test_a_budget_that_is_no_amount_is_refused(budget: Any, tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="budget"):
        experts(project_of(tmp_path)).ask(budget)


def test_asking_without_anyone_to_ask_names_the_sources_there_are(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    project.add_source("rules", kind="rule")
    with pytest.raises(PayoffError, match="'rules'"):
        project.ask(10.0)


@pytest.mark.parametrize("rung", ["linaer", 3, LogisticRegression])
def test_a_rung_that_does_not_exist_is_named(rung: Any, tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(), outcome="y")
    with pytest.raises(PayoffError, match="linear"):
        project.trial(rung)
    assert project.trials == []


def test_a_rung_that_these_items_cannot_carry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="system"):
        project_of(tmp_path, known_sites(), outcome="y").trial("system")


def test_a_rule_that_raises_on_some_item_costs_that_vote_only(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    (project.folder / "rules.py").write_text(
        "def per_link(item):\n    return 'spam' if 3 / item['links'] == 1 else None\n"
        "def few_links(item):\n    return 'ham' if item['links'] == 0 else None\n"
    )
    with pytest.warns(UserWarning, match=r"'per_link' failed on 20 item\(s\), first on item '0': ZeroDivisionError"):
        project.add_source("rules", kind="rule", module="rules.py")
    counts = project._at.votes.group_by("voter").len().sort("voter").rows()
    assert counts == [("few_links", 20), ("per_link", 20)]


def test_a_rules_file_that_does_not_run_is_refused_with_its_line(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    (project.folder / "rules.py").write_text("def ok(item):\n    return None\nx = 1 / 0\n")
    before = files_of(tmp_path)
    with pytest.raises(PayoffError, match="line 3"):
        project.add_source("rules", kind="rule", module="rules.py")
    assert files_of(tmp_path) == before


def test_a_rules_file_that_is_gone_when_the_project_is_opened_is_named(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    (project.folder / "rules.py").write_text("def ham(item):\n    return 'ham'\n")
    project.add_source("rules", kind="rule", module="rules.py")
    (project.folder / "rules.py").unlink()
    with pytest.raises(PayoffError, match=r"rules\.py"):
        po.Project.open(project.folder)


class Interrupted(LogisticRegression):  # type: ignore[misc]
    """A classifier during whose fit somebody presses Ctrl-C."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        raise KeyboardInterrupt


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Callable[[po.Project], None]:
    def press(project: po.Project) -> None:
        with pytest.raises(KeyboardInterrupt):
            project.trial(Interrupted())

    return press


def test_ctrl_c_in_the_middle_of_a_trial_leaves_project_and_database_as_they_were(
    tmp_path: Path, stopped: Callable[[po.Project], None]
) -> None:
    project = bought(experts(project_of(tmp_path, sites(60))), truth_of(sites(60)), 30, 15)
    before, decided, story = files_of(tmp_path), project.decide(), project._at.memory.ledger()
    stopped(project)
    assert files_of(tmp_path) == before
    assert project.trials == [] and project._at.memory.ledger() == story
    assert project.decide().equals(decided)


def test_after_ctrl_c_the_same_project_tries_on(tmp_path: Path, stopped: Callable[[po.Project], None]) -> None:
    project = project_of(tmp_path, known_sites(), outcome="y")
    stopped(project)
    assert project.trial("linear") is not None
    assert [trial.name for trial in po.Project.open(project.folder).trials] == ["linear"]


def test_an_estimator_that_raises_leaves_no_trial(tmp_path: Path) -> None:
    class Broken(LogisticRegression):  # type: ignore[misc]
        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
            raise ValueError("it broke")

    project = project_of(tmp_path, known_sites(), outcome="y")
    before = files_of(tmp_path)
    with pytest.raises(ValueError, match="it broke"):
        project.trial(Broken())
    assert files_of(tmp_path) == before
