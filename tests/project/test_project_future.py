"""What is kept aside stays aside, and comes back as promised against realised."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.project.starting import start

RULES = """
def many_links(item):
    if item["links"] > 2:
        return "spam"
"""
FILLED = {("remove", "ham"): -2, ("remove", "spam"): 1, ("keep", "ham"): 0, ("keep", "spam"): -1}


def comments() -> pl.DataFrame:
    """Forty comments in four batches of ten; every second one has 3 links and is spam, in the last batch it is ham."""
    rows = pl.DataFrame({"links": [0, 3] * 20, "batch": [1 + i // 10 for i in range(40)]})
    spam = (pl.col("links") == 3) & (pl.col("batch") < 4)
    return rows.with_columns(y=pl.when(spam).then(pl.lit("spam")).otherwise(pl.lit("ham")))


@pytest.fixture
def project(tmp_path: Path) -> po.Project:
    """A project made by `payoff init` from a table without ids, its last batch kept aside, one rule."""
    comments().write_csv(tmp_path / "comments.csv")
    start(tmp_path, tmp_path / "comments.csv", outcome="y", decisions="remove,keep", future="batch=4")
    path, lines, decision = tmp_path / "payoff.toml", [], ""
    for line in path.read_text().splitlines():
        decision = line[18:-1] if line.startswith("[objective.payoff.") else decision
        outcome = line.partition(" ")[0]
        lines.append(line.replace('"?"', str(FILLED.get((decision, outcome), '"?"'))))
    path.write_text("\n".join([*lines, "[[source]]", 'name = "rules"', 'kind = "rule"', 'module = "rules.py"']))
    (tmp_path / "rules.py").write_text(RULES)
    return po.Project.open(tmp_path)


def test_items_kept_aside_have_names_of_their_own(project: po.Project) -> None:
    here, aside = (pl.read_parquet(project.folder / name) for name in ("items.parquet", "future.parquet"))
    assert set(here["item"]) == set(range(1, 31))
    assert set(aside["item"]) == set(range(31, 41))


def test_a_rule_covers_the_items_of_the_project_not_those_kept_aside(project: po.Project) -> None:
    row = project.voters().row(0, named=True)
    assert (row["votes"], row["coverage"]) == (15, 15 / 30)


def test_a_rule_that_died_on_the_items_kept_aside_shows(project: po.Project) -> None:
    row = project.voters(project.folder / "future.parquet").row(0, named=True)
    assert (row["votes"], row["votes there"], row["accuracy there"]) == (15, 5, 0 / 5)


def test_votes_of_rules_that_were_changed_or_taken_out_are_counted_no_more(project: po.Project) -> None:
    (project.folder / "rules.py").write_text(RULES.replace("many_links", "some_links"))
    found = po.Project.open(project.folder).voters()
    assert found.select("voter", "votes").rows() == [("some_links", 15)]


@pytest.mark.filterwarnings("ignore:the column .batch. has values never seen")  # it is what keeps them aside
def test_what_was_realised_stands_beside_what_was_promised_for_so_many_items(project: po.Project) -> None:
    found = project.realised(project.folder / "future.parquet")
    assert found is not None
    removed = found.filter(pl.col("policy") == "constant").row(0, named=True)
    assert removed["items"] == 10
    assert removed["realised"] == -2.0, "all ten are ham, and removed"
    assert removed["from"] < removed["promised"] < removed["to"]


@pytest.mark.filterwarnings("ignore:the column .batch. has values never seen")  # it is what keeps them aside
def test_without_an_audit_nothing_was_promised(project: po.Project) -> None:
    settings = project.folder / "payoff.toml"
    settings.write_text(settings.read_text().replace('known = "all"', 'known = "selected"'))
    found = po.Project.open(project.folder).realised(project.folder / "future.parquet")
    assert found is not None
    assert found["promised"].null_count() == len(found)
