"""Once outcomes are known on a table kept aside: what each rung realised there, and which voters still hold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from payoff.decide import Floats, Strings
from payoff.errors import NoOutcomesThere
from payoff.items import Items
from payoff.project.deciding import votes_on_items
from payoff.project.outcomes import known_outcomes
from payoff.project.rows import everywhere, promised, promised_everywhere
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.project.worth import MOST_CONSTANTS
from payoff.report.record import Figure
from payoff.votes import share_interval

PROMISE = ("promised", "from", "to")


def outcomes_in(at: Workplace, items: Items) -> pl.Series | None:
    """The known outcomes of a table, as `known_outcomes`."""
    return known_outcomes(at.ground, items)


def realised_by_rung(at: Workplace, items: Items, decisions: Mapping[str, Strings]) -> pl.DataFrame:
    """What decisions realised on items whose outcome is known: policy, what the audit promised for so many items (null
    before there is one), what came, each a mean per item with its 95% interval, the items, whether the promise held.

    `decisions` are those of the rungs, the best constant first; each decision taken everywhere stands behind it.
    """
    outcomes = outcomes_in(at, items)
    assert outcomes is not None  # the caller asks only where there are outcomes
    known, standing = outcomes.is_not_null(), at.standing()
    truth, table, size = outcomes.filter(known), items.table.filter(known), int(known.sum())
    rows = []
    for name, (chosen, promise) in _everybody(standing, decisions, len(items), size).items():
        worth = at.ground.objective.value(chosen[known.to_numpy()], truth, table)
        rows.append({"policy": name, **_promise(promise), **_mean(worth), "items": size})
    found = pl.DataFrame(rows, schema_overrides=dict.fromkeys(PROMISE, pl.Float64))
    return found.with_columns(held=pl.col("realised").is_between("from", "to"))


Decider = tuple[Strings, Figure | None]


def _everybody(standing: Standing, decisions: Mapping[str, Strings], items: int, size: int) -> dict[str, Decider]:
    """What every policy decides on each of the items, and what it promised for `size` of them."""
    rungs: list[tuple[str, Decider]] = [
        (name, (chosen, promised(standing, standing.rung(name), size))) for name, chosen in decisions.items()
    ]
    names = standing.objective.decisions[:MOST_CONSTANTS]
    constants: list[tuple[str, Decider]] = [
        (everywhere(name), (np.full(items, name), promised_everywhere(standing, place, size)))
        for place, name in enumerate(names)
    ]
    return dict([*rungs[:1], *constants, *rungs[1:]])


def _promise(promise: Figure | None) -> dict[str, float | None]:
    ends = (None,) * 3 if promise is None else (promise.mean, promise.low, promise.high)
    return dict(zip(PROMISE, ends, strict=True))


def _mean(worth: Floats) -> dict[str, float]:
    half = 1.96 * float(worth.std(ddof=1)) / len(worth) ** 0.5 if len(worth) > 1 else float("inf")
    mean = float(worth.mean())
    return {"realised": mean, "low": mean - half, "high": mean + half}


def voters_on(at: Workplace, items: Items, before: pl.DataFrame) -> pl.DataFrame:
    """Every always-on voter on a table with known outcomes, beside its accuracy before.

    A rule that died is silent or wrong there. `before` is the table of voters of the project (source, voter, accuracy).
    Raises `NoOutcomesThere` on a table without known outcomes.
    """
    outcomes = outcomes_in(at, items)
    if outcomes is None:
        raise NoOutcomesThere(items.table.columns, at.ground.objective.outcomes)
    truth = pl.DataFrame({"item": items.ids, "truth": outcomes}).drop_nulls()
    votes = votes_on_items(at.standing(), items, at.votes).join(truth, on="item")
    found = votes.group_by("source", "voter").agg(
        pl.len().alias("votes there"), (pl.col("label") == pl.col("truth")).sum().alias("right")
    )
    joined = before.select("source", "voter", "votes", "accuracy").join(found, on=["source", "voter"], how="inner")
    low, high = share_interval(joined["right"].to_numpy(), joined["votes there"].to_numpy())
    return joined.with_columns(
        (pl.col("right") / pl.col("votes there")).alias("accuracy there"),
        low=pl.Series(low),
        high=pl.Series(high),
    ).drop("right").sort("accuracy there")  # fmt: skip
