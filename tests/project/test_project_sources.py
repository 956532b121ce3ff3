"""Sources that vote by themselves, on the project's items at once and on new ones whenever they are decided on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from small_projects import answered, bought, experts, known_sites, project_of, sites, truth_of

ITEMS = sites(60, size=pl.Series([i % 7 for i in range(60)]))
TRUTH = truth_of(ITEMS)
Rule = Any
RULES: dict[str, Rule] = {
    "linked": lambda item: "spam" if item["links"] else None,
    "bare": lambda item: "ham" if item["links"] == 0 else None,
    "large": lambda item: "spam" if item["size"] > 4 else None,
    "small": lambda item: "ham" if item["size"] < 1 else None,
}
AS_TEXT = """
def linked(item): return "spam" if item["links"] else None
def bare(item): return "ham" if item["links"] == 0 else None
def large(item): return "spam" if item["size"] > 4 else None
def small(item): return "ham" if item["size"] < 1 else None
"""


def test_a_function_votes_on_every_item_at_once(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    project.add_source("linked", kind="rule", function=RULES["linked"])
    assert project._at.votes.select("item", "source", "voter", "label").rows() == [
        (str(i), "linked", "linked", "spam") for i in range(1, 60, 2)
    ]


def test_a_column_votes_where_it_is_not_null(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS.with_columns(old=pl.when(pl.col("item") < 3).then(pl.lit("ham"))))
    project.add_source("filter", kind="system", column="old")
    assert project._at.votes.select("item", "label").rows() == [("0", "ham"), ("1", "ham"), ("2", "ham")]


def test_a_column_that_votes_is_no_raw_feature_any_more(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS.with_columns(old=pl.Series(["ham", "spam", "ham"] * 20)))
    parts = project._at.ground.audit.copy()
    assert "old" in project._at.ground.items.features
    project.add_source("filter", kind="proxy", column="old")
    assert "old" not in project._at.ground.items.features
    assert (project._at.ground.audit == parts).all()
    assert "old" not in po.Project.open(project.folder)._at.ground.items.features


def test_rules_of_a_module_are_its_public_functions(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    (project.folder / "rules.py").write_text(AS_TEXT + "def _helper(item): return 'ham'\n")
    project.add_source("rules", kind="rule", module="rules.py")
    assert project._at.votes["voter"].unique().sort().to_list() == sorted(RULES)


def test_rules_see_neither_outcome_nor_what_is_known_only_afterwards(tmp_path: Path) -> None:
    seen: set[str] = set()

    def look(item: Mapping[str, Any]) -> None:
        seen.update(item)

    project = project_of(tmp_path, known_sites(cost=pl.Series([1.0, 2.0] * 20)), outcome="y", known_after=["cost"])
    project.add_source("curious", kind="rule", function=look)
    assert seen == {"item", "links", "year"}


def with_one_source(folder: Path) -> po.Project:
    project = project_of(folder, ITEMS)
    (project.folder / "rules.py").write_text(AS_TEXT)
    project.add_source("rules", kind="rule", module="rules.py")
    return bought(experts(project), TRUTH, 25.0)


def with_many_sources(folder: Path) -> po.Project:
    project = project_of(folder, ITEMS)
    for name, rule in RULES.items():
        project.add_source(name, kind="rule", function=rule)
    return bought(experts(project), TRUTH, 25.0)


def test_rules_as_one_source_or_as_many_give_the_same_result(tmp_path: Path) -> None:
    one, many = with_one_source(tmp_path / "one"), with_many_sources(tmp_path / "many")
    probabilities = [project.posterior().drop("item").to_numpy() for project in (one, many)]
    np.testing.assert_allclose(*probabilities, atol=1e-9)
    decided = [project.decide(ITEMS.with_columns(pl.col("item") + 1000)) for project in (one, many)]
    assert decided[0]["decision"].equals(decided[1]["decision"])
    np.testing.assert_allclose(decided[0]["expected"], decided[1]["expected"], atol=1e-9)
    assert one.next().action == many.next().action
    assert one.ask(20.0).select("item", "purpose").equals(many.ask(20.0).select("item", "purpose"))


def test_rules_vote_on_new_items_too(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS.drop("links", "size", "year").with_columns(code=pl.Series(range(60))))
    project.add_source("odd", kind="rule", function=lambda item: "spam" if item["code"] % 2 else "ham")
    new = [{"item": 1000, "code": 1000}, {"item": 1001, "code": 1001}]
    assert project.decide(new, provisional=True)["decision"].to_list() == ["keep", "remove"]


def test_a_column_that_votes_may_be_absent_from_new_items_where_it_is_silent(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS.with_columns(old=pl.Series(["ham", "spam"] * 30)))
    project.add_source("filter", kind="proxy", column="old")
    assert project.decide(ITEMS.with_columns(pl.col("item") + 1000))["decision"].len() == 60


def test_a_source_that_is_told_its_votes_need_not_vote_on_new_items(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    project.add_source("scanner", kind="proxy")
    project.tell(answered(ITEMS.select("item", source=pl.lit("scanner")), TRUTH))
    bought(experts(project), TRUTH, 20.0)
    with pytest.warns(UserWarning, match="'scanner' told no votes on 60 of 60 items"):
        fresh = project.decide(ITEMS.with_columns(pl.col("item") + 1000), provisional=True)
    assert fresh["decision"].to_list() == ["keep", "remove"] * 30


def test_a_column_of_its_name_brings_the_votes_of_a_source_that_is_told_them(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS.select("item"))
    project.add_source("scanner", kind="proxy")
    project.tell(answered(ITEMS.select("item", source=pl.lit("scanner")), TRUTH))
    new = pl.DataFrame({"item": [1000, 1001], "scanner": ["ham", "spam"]})
    assert project.decide(new, provisional=True)["decision"].to_list() == ["keep", "remove"]


@pytest.mark.parametrize("name", ["a/b", 'a "b"', "é ü", "a.b\\c", "a#b [c]", "ham", "item", "line\nbreak", "{0}"])
def test_a_source_may_have_any_name(name: str, tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    project.add_source(name, kind="rule", function=RULES["linked"])
    experts(project)
    assert list(po.Project.open(project.folder).sources) == [name, "experts"]
    assert project.decide(ITEMS.with_columns(pl.col("item") + 1000), provisional=True)["decision"].len() == 60


def test_names_with_a_slash_are_told_apart(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    for name in ("a", "a/b"):
        project.add_source(name, kind="proxy")
    project.tell([{"item": 0, "source": "a", "voter": "b/c", "label": "ham"}])
    project.tell([{"item": 0, "source": "a/b", "voter": "c", "label": "spam"}])
    assert len(project._at.bench().evidence.voters) == 2


def test_a_changed_rules_file_is_heard_anew_when_the_project_is_opened(tmp_path: Path) -> None:
    project = with_one_source(tmp_path)
    (project.folder / "rules.py").write_text("def nothing_but_ham(item): return 'ham'\n")
    again = po.Project.open(project.folder)
    free = again._at.bench().evidence.free
    assert free.group_by("voter", "label").len().rows() == [("nothing_but_ham", "ham", 60)]


def test_a_rules_file_that_did_not_change_votes_once(tmp_path: Path) -> None:
    project = with_one_source(tmp_path)
    count = project._at.votes.height
    assert po.Project.open(project.folder)._at.votes.height == count


def test_a_function_is_handed_over_again_after_opening_and_votes_on_new_items(tmp_path: Path) -> None:
    project = with_many_sources(tmp_path)
    before = project.decide(ITEMS.with_columns(pl.col("item") + 1000), provisional=True)
    again = po.Project.open(project.folder)
    for name, rule in RULES.items():
        again.add_source(name, kind="rule", function=rule)
    after = again.decide(ITEMS.with_columns(pl.col("item") + 1000), provisional=True)
    np.testing.assert_allclose(after["spam"], before["spam"], atol=1e-9)


def test_an_opened_project_without_its_functions_still_decides(tmp_path: Path) -> None:
    project = po.Project.open(with_many_sources(tmp_path).folder)
    with pytest.warns(UserWarning, match="told no votes on 60 of 60 items"):
        assert project.decide(ITEMS.with_columns(pl.col("item") + 1000))["decision"].len() == 60


def test_the_one_system_says_what_is_done_today(tmp_path: Path) -> None:
    mostly_ham = pl.Series(["ham", "ham", "spam"] * 20)
    old = pl.when(pl.col("item") < 20).then(pl.lit("spam"))
    project = project_of(tmp_path, ITEMS.with_columns(old=old, y=mostly_ham), outcome="y")
    project.add_source("filter", kind="system", column="old")
    decided = project.decide()
    assert decided["decision"].head(20).to_list() == ["remove"] * 20, "where it votes, what is worth most then"
    assert decided["decision"].tail(40).to_list() == ["keep"] * 40, "where it is silent, the best constant"
    assert not decided["provisional"].any()


def test_the_column_of_todays_decisions_goes_before_the_system(tmp_path: Path) -> None:
    items = ITEMS.with_columns(old=pl.lit("spam"), now=pl.Series(["keep", "remove", "remove"] * 20))
    project = project_of(
        tmp_path, items.with_columns(pl.when(pl.col("item") > 3).then("old").alias("old")), today="now"
    )
    project.add_source("filter", kind="system", column="old")
    assert project.decide()["decision"].equals(items["now"].alias("decision"))


def test_two_systems_are_nothing_in_use(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS.with_columns(a=pl.lit("spam"), b=pl.Series(["spam", "ham"] * 30)))
    for name in "ab":
        project.add_source(name, kind="system", column=name)
    assert project._at.standing().in_use is False


def test_dozens_of_rules_as_dozens_of_sources(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    for number in range(30):
        project.add_source(
            f"rule {number}", kind="rule", function=lambda item, n=number: "ham" if item["size"] * n % 7 < 2 else None
        )
    bought(experts(project), TRUTH, 20.0)
    assert project.decide(ITEMS.with_columns(pl.col("item") + 1000))["decision"].to_list() == ["keep", "remove"] * 30


def test_what_always_on_sources_say_is_known_before_anyone_is_asked(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    for name in ("linked", "bare"):
        project.add_source(name, kind="rule", function=RULES[name])
    spam = project.posterior()["spam"].to_list()
    assert all(there > 0.5 > without for without, there in zip(spam[::2], spam[1::2], strict=True))


@pytest.mark.parametrize("kind", ["rule", "expert"])
def test_a_source_taken_out_of_payoff_toml_is_heard_no_more(kind: str, tmp_path: Path) -> None:
    plain = project_of(tmp_path / "plain", ITEMS)
    project = project_of(tmp_path, ITEMS)
    if kind == "rule":
        project.add_source("linked", kind="rule", function=RULES["linked"])
    else:
        bought(experts(project), TRUTH, 20.0)
    toml = project.folder / "payoff.toml"
    toml.write_text(toml.read_text().partition("[[source]]")[0])
    again = po.Project.open(project.folder)
    assert again.posterior().equals(plain.posterior())
    assert not again._at.bench().evidence.labelled.any()
    assert again.voters().is_empty() and again.report().exists()


def test_without_any_vote_the_table_of_voters_is_empty_and_has_its_columns(tmp_path: Path) -> None:
    found = project_of(tmp_path).voters()
    assert len(found) == 0
    assert found.columns[:3] == ["source", "voter", "kind"]
