"""Small projects in every state the checklist may be asked in, and how to read its answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from payoff import Limit, Objective, Project
from payoff.project.results import Answer

PAYOFFS = {"remove": {"ham": -2, "spam": 1}, "keep": {"ham": 0, "spam": -1}}
ITEMS = 120


def spam_table(items: int = ITEMS) -> pl.DataFrame:
    """Every third item is spam; `links` says so but for every tenth item; today removes three of four items."""
    numbers = range(items)
    spam = [number % 3 == 0 for number in numbers]
    links = [2 * (said != (number % 10 == 9)) + number % 2 for number, said in zip(numbers, spam, strict=True)]
    return pl.DataFrame(
        {
            "item": numbers,
            "links": links,
            "words": [number * 7 % 13 for number in numbers],
            "y": ["spam" if said else "ham" for said in spam],
            "today": ["remove" if number % 4 else "keep" for number in numbers],
        }
    )


TRUTH = dict(spam_table(300).select("item", "y").iter_rows())


def goal(**more: Any) -> Objective:
    return Objective(PAYOFFS, **{"unit": "EUR", "per_month": 1_000, "months": 6, **more})


def make(
    folder: Path, *, table: pl.DataFrame | None = None, objective: Objective | None = None, **roles: Any
) -> Project:
    """A project on the spam table; columns of it that play no role are left out."""
    items = spam_table() if table is None else table
    unused = [name for name in ("y", "today") if name in items.columns and name not in roles.values()]
    return Project.create(folder / "spam", items=items.drop(unused), objective=objective or goal(), **roles)


def buy(project: Project, budget: float, *, rounds: int = 1) -> None:
    """Ask and answer with the truth."""
    for _ in range(rounds):
        batch = project.ask(budget)
        labels = batch["item"].replace_strict(TRUTH, return_dtype=pl.String)
        project.tell(batch.with_columns(label=labels))


def edit(project: Project, old: str, new: str) -> Project:
    """The project opened again after a person edited payoff.toml."""
    path = project.folder / "payoff.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return Project.open(project.folder)


def answer(project: Project, id: str) -> Answer:
    return next(each for each in project.status().answers if each.id == id)


def said(project: Project, id: str) -> tuple[str, str]:
    """State and words of one answer."""
    found = answer(project, id)
    return found.state, found.answer


def bare(folder: Path) -> Project:
    return make(folder)


def census(folder: Path) -> Project:
    return make(folder, outcome="y", today="today")


def tried(folder: Path) -> Project:
    project = census(folder)
    while project.trial() is not None:
        pass
    project.next()
    return project


def bought(folder: Path) -> Project:
    """People were asked for 60 votes, a third of them or so for the audit; a rule and a bad rule speak."""
    project = make(folder, today="today")
    project.add_source("people", kind="expert", price=0.5)
    project.add_source("links", kind="rule", function=lambda item: "spam" if item["links"] > 1 else None)
    project.add_source("words", kind="rule", function=lambda item: "spam" if item["words"] < 4 else None)
    buy(project, 15.0, rounds=2)
    return project


def rules_only(folder: Path) -> Project:
    project = make(folder, objective=goal(per_month=None, months=None))
    project.add_source("links", kind="rule", function=lambda item: "spam" if item["links"] > 1 else "ham")
    return project


def unanswered(folder: Path) -> Project:
    project = bought(folder)
    project.ask(10.0)
    return project


def limited(folder: Path) -> Project:
    limits = [Limit("remove", precision=0.9), Limit("remove", share=0.5), Limit("keep", recall=0.1, outcome="ham")]
    return make(folder, objective=goal(limits=limits), outcome="y", today="today")


def partly_known(folder: Path) -> Project:
    known = pl.when(pl.col("item") % 2 == 0).then("y").alias("y")
    return make(folder, table=spam_table().with_columns(known), outcome="y", today="today")


def nothing_observed(folder: Path) -> Project:
    """A payoff over a column known only afterwards, of which nothing is known yet."""
    payoffs = {"remove": {"ham": "-cost", "spam": 1}, "keep": {"ham": 0, "spam": -1}}
    table = spam_table().with_columns(cost=pl.when(pl.col("y") == "spam").then(2.0))
    return make(folder, table=table, objective=Objective(payoffs, unit="EUR"), outcome="y", known_after=["cost"])


def without_features(folder: Path) -> Project:
    return make(folder, table=spam_table().select("item", "y"), outcome="y")


def texts(folder: Path) -> Project:
    words = ["lovely song of the summer", "check out my channel please", "what is the name of this tune"]
    rows = [f"{words[number % 3]} {'abcdefghij'[number % 10] * 8}" for number in range(ITEMS)]
    table = spam_table().with_columns(text=pl.Series(rows), weight=pl.col("item") % 2 + 1)
    return make(folder, table=table, outcome="y", weight="weight")


def three_outcomes(folder: Path) -> Project:
    payoffs = {"remove": {"ham": -2, "spam": 1, "odd": 0}, "keep": {"ham": 0, "spam": -1, "odd": "links"}}
    odd = pl.when(pl.col("item") % 7 == 0).then(pl.lit("odd")).otherwise("y").alias("y")
    return make(folder, table=spam_table().with_columns(odd), objective=Objective(payoffs), outcome="y")


WORLDS: dict[str, Callable[[Path], Project]] = {
    world.__name__: world
    for world in (
        bare, census, tried, bought, rules_only, unanswered, limited, partly_known, nothing_observed, without_features,
        texts, three_outcomes,
    )
}  # fmt: skip
