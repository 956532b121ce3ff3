"""Projects small enough to count: forty sites with two facts, and people who are a dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

import payoff as po
from payoff.testing import World, comments

CELLS = {"keep": {"ham": 0.0, "spam": -1.0}, "remove": {"ham": -2.0, "spam": 1.0}}
OBJECTIVE = po.Objective(CELLS, unit="EUR")


def sites(n: int = 40, **columns: Any) -> pl.DataFrame:
    """Items 0, 1, ...: every second one is spam and has 3 links; `columns` are added or replaced."""
    frame = pl.DataFrame({"item": range(n), "links": [0, 3] * (n // 2), "year": [2000 + i for i in range(n)]})
    return frame.with_columns(**columns) if columns else frame


def known_sites(n: int = 40, **columns: Any) -> pl.DataFrame:
    """The same with their outcome in the column y."""
    return sites(n, y=pl.Series(["ham", "spam"] * (n // 2)), **columns)


def truth_of(items: pl.DataFrame) -> dict[str, str]:
    """What is true of sites: spam where there are links."""
    return {str(item): "spam" if links else "ham" for item, links in items.select("item", "links").rows()}


def project_of(folder: Path, items: Any = None, *, objective: po.Objective = OBJECTIVE, **given: Any) -> po.Project:
    """A project on sites, in a folder of its own."""
    return po.Project.create(
        folder / "project", items=sites() if items is None else items, objective=objective, **given
    )


def experts(project: po.Project, price: float = 1.0) -> po.Project:
    """The project with a source of people whose word is taken for the truth."""
    project.add_source("experts", kind="expert", price=price)
    return project


def answered(requests: pl.DataFrame, truth: Mapping[str, str]) -> pl.DataFrame:
    """Requests with what is true of their items."""
    return requests.with_columns(
        label=requests["item"].cast(pl.String).replace_strict(dict(truth), return_dtype=pl.String)
    )


def bought(project: po.Project, truth: Mapping[str, str], *budgets: float) -> po.Project:
    """The project after asking for these budgets in turn and telling every answer."""
    for budget in budgets:
        project.tell(answered(project.ask(budget), truth))
    return project


def world_in_use(n: int = 150) -> tuple[World, pl.DataFrame]:
    """Comments and the same with today's decision: keep everything."""
    world = comments(n, per_month=10_000)
    return world, world.items.with_columns(now=pl.lit("keep"))


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the database's own working files, with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal", "-journal"))
    }


def names_in(folder: Path) -> list[str]:
    """What a folder holds, by name."""
    return sorted(path.name for path in folder.iterdir())
