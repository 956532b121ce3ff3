"""Once outcomes are known on a table kept aside: what each rung realised there, and which voters still hold."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from payoff.decide import Floats, Strings
from payoff.errors import NoOutcomesThere
from payoff.items import Items, text_of
from payoff.project.deciding import votes_on_items
from payoff.project.rows import promised
from payoff.project.workplace import Workplace
from payoff.votes import share_interval

PROMISE = ("promised", "from", "to")


def outcomes_in(at: Workplace, items: Items) -> pl.Series | None:
    """The known outcomes of a table, null where unknown; None where it has no column of outcomes."""
    named = at.ground.items.roles.outcome
    called = [name for name in (named, "outcome", "label") if name != at.ground.proxy]
    column = next((name for name in called if name in items.table.columns), None)
    if column is None:
        return None
    names = text_of(items.table[column])
    strange = ~names.drop_nulls().is_in(at.ground.objective.outcomes)
    return None if names.null_count() == len(names) or strange.any() else names


def realised_by_rung(at: Workplace, items: Items, decisions: Mapping[str, Strings]) -> pl.DataFrame:
    """What decisions realised on items whose outcome is known: policy, what the audit promised for so many items (null
    before there is one), what came, each a mean per item with its 95% interval, the items, whether the promise held.
    """
    outcomes = outcomes_in(at, items)
    assert outcomes is not None  # the caller asks only where there are outcomes
    known = outcomes.is_not_null()
    table = items.table.filter(known)
    rows = []
    for rung, chosen in decisions.items():
        worth = at.ground.objective.value(chosen[known.to_numpy()], outcomes.filter(known), table)
        rows.append({"policy": rung, **_promise(at, rung, len(worth)), **_mean(worth), "items": len(worth)})
    found = pl.DataFrame(rows, schema_overrides=dict.fromkeys(PROMISE, pl.Float64))
    return found.with_columns(held=pl.col("realised").is_between("from", "to"))


def _promise(at: Workplace, rung: str, items: int) -> dict[str, float | None]:
    standing = at.standing()
    found = promised(standing, standing.rung(rung), items)
    return dict(zip(PROMISE, (None,) * 3 if found is None else (found.mean, found.low, found.high), strict=True))


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
