"""Small worlds with a known answer, and test doubles that are small real things: an expert who is a dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from payoff.advise import Advice
from payoff.objective import Objective
from payoff.project import Project

KEEP_OR_REMOVE = {"keep": {"ham": 0.0, "spam": -1.0}, "remove": {"ham": -2.0, "spam": 1.0}}


@dataclass(frozen=True)
class World:
    """Items whose outcome is known here and nowhere else: `items` without it, `truth` by item, the objective.

    >>> world = comments(4)
    >>> world.items.columns, world.truth["c0"]
    (['item', 'links', 'caps', 'text'], 'ham')
    """

    items: pl.DataFrame
    truth: Mapping[str, str]
    objective: Objective

    @property
    def outcomes(self) -> pl.Series:
        """The outcome of each item, in the order of the table."""
        return self.items["item"].cast(pl.String).replace_strict(dict(self.truth)).alias("outcome")

    def with_outcomes(self) -> pl.DataFrame:
        """The items with their outcome as a column, as a census."""
        return self.items.with_columns(self.outcomes)

    def worth(self, decisions: pl.DataFrame) -> float:
        """What decisions (item, decision) realise per item.

        >>> world = comments(4)
        >>> world.worth(world.items.select("item", decision=pl.lit("remove")))    # ham, spam, ham, spam
        -0.5
        """
        truth = decisions["item"].cast(pl.String).replace_strict(dict(self.truth))
        return float(self.objective.value(decisions["decision"], truth).mean())


def comments(n: int = 120, *, blur: float = 0.0, per_month: float | None = None, seed: int = 0) -> World:
    """Comments, every second one spam; spam has links, but for a share `blur` of items whose columns are drawn anew.

    Worth an item: keep 0 / -1, remove -2 / +1 (ham / spam). Perfect knowledge earns half a point an item, keeping all
    loses half.

    >>> world = comments(10)
    >>> round(world.objective.stakes({"ham": 0.5, "spam": 0.5}).perfect, 2)
    0.5
    """
    rng = np.random.default_rng(seed)
    spam = np.arange(n) % 2 == 1
    shown = np.where(rng.random(n) < blur, rng.random(n) < 0.5, spam)
    items = pl.DataFrame(
        {
            "item": [f"c{i}" for i in range(n)],
            "links": np.where(shown, rng.integers(1, 4, n), 0),
            "caps": rng.random(n).round(3),
            "text": [
                f"{'visit my channel' if s else 'what a lovely song'} number {word(i)}" for i, s in enumerate(shown)
            ],
        }
    )
    truth = {f"c{i}": "spam" if s else "ham" for i, s in enumerate(spam)}
    months = None if per_month is None else 6
    return World(items, truth, Objective(KEEP_OR_REMOVE, unit="EUR", per_month=per_month, months=months))


def word(number: int) -> str:
    """A number as a word of letters, different for every number, so that texts differ as people's do.

    >>> word(0), word(27)
    ('a', 'bb')
    """
    letters = ""
    while True:
        letters = chr(ord("a") + number % 26) + letters
        number //= 26
        if not number:
            return letters


def answer(requests: pl.DataFrame, truth: Mapping[str, str]) -> pl.DataFrame:
    """Requests as an expert who is a dictionary answers them: the same rows with a label.

    >>> answer(pl.DataFrame({"item": ["c1"], "source": ["experts"]}), {"c1": "spam"})["label"].to_list()
    ['spam']
    """
    label = requests["item"].cast(pl.String).replace_strict(dict(truth), return_dtype=pl.String)
    return requests.with_columns(label=label)


def follow_advice(project: Project, truth: Mapping[str, str], *, budget: float = 20.0, most: int = 40) -> list[Advice]:
    """Do what is advised until it says ship or stop, at most `most` times; every advice taken, in order.

    >>> import tempfile
    >>> world = comments(60)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     given = {"items": world.with_outcomes(), "objective": world.objective, "outcome": "outcome"}
    ...     follow_advice(Project.create(folder + "/p", **given), world.truth)[0].action
    'trial'
    """
    taken = []
    for _ in range(most):
        advice = project.next()
        taken.append(advice)
        if advice.action in ("ship", "stop"):
            break
        if advice.action == "trial":
            project.trial()
            continue
        batch = project.ask(budget)
        if batch.is_empty():
            break
        project.tell(answer(batch, truth))
    return taken
