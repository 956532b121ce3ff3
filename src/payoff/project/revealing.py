"""Outcomes that decisions revealed, told with the chance each had: on the audit part they judge, by that chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from payoff.errors import ChanceChanged, ChancesDoNotFit, NotAChance
from payoff.items import text_of
from payoff.project.ground import Ground
from payoff.project.memory import Memory
from payoff.sources import Source
from payoff.store import pack, unpack

CHANCE = "probability"  # column that says how probable it was that an outcome became known
BY_CHANCE = 1e-6  # a log less probable under its chances is not whole, or they are not the chances
TILTS = np.geomspace(1e-3, 30.0, 60)  # of the bound: each alone is one, and the least of them is near enough
SEEN = "seen"
LOG = {"item": pl.String, CHANCE: pl.Float64, SEEN: pl.Boolean}


def is_silent(rows: pl.DataFrame) -> pl.Series:
    """Rows of decisions that could have revealed the outcome and did not, (n,): they are no votes."""
    if not _logged(rows):
        return pl.repeat(False, len(rows), eager=True)
    label = text_of(rows["label"]).fill_null("").str.strip_chars()
    return (label == "") & (rows["purpose"] == "decided").fill_null(value=False) & rows[CHANCE].is_not_null()


def _logged(rows: pl.DataFrame) -> bool:
    return {CHANCE, "purpose", "label"} <= set(rows.columns)


def round_of(
    rows: pl.DataFrame, ground: Ground, sources: Mapping[str, Source], memory: Memory
) -> dict[str, Any] | None:
    """The round of the audit that decisions drew, as the store keeps it; None where no decision's chance is recorded.

    `rows` tell every decision that could have revealed an outcome: item, source, purpose `decided`, `probability`, and
    the label, empty where nothing was revealed. Only experts' words on items of the audit part judge. An item counts
    by its first decision; told again as it was, it is passed over. Raises NotAChance, ChanceChanged, ChancesDoNotFit.
    """
    log = _log_of(rows, [name for name, source in sources.items() if source.kind == "expert"])
    sealed = ground.items.ids.gather(ground.sealed).alias("item")
    before = _log_before(memory, sealed)
    fresh = _fresh(log.filter(pl.col("item").is_in(sealed.implode())), before)
    _check_fit(log)
    _check_fit(pl.concat([before, fresh]))
    if fresh.is_empty():
        return None
    places = sealed.to_frame().with_row_index("spot").join(fresh, on="item", maintain_order="left")
    chance = np.zeros(len(sealed))
    chance[places["spot"].to_numpy()] = places[CHANCE].to_numpy()
    drawn = places.filter(pl.col(SEEN))["spot"].to_list()
    return {
        "probability": pack(chance),
        "drawn": drawn,
        "revealed": True,
        "by": log["source"].unique().sort().to_list(),
    }


def _log_of(rows: pl.DataFrame, experts: Sequence[str]) -> pl.DataFrame:
    """Decisions with a recorded chance to make an expert's word known: item, probability, seen, source."""
    if not _logged(rows):
        return pl.DataFrame(schema={**LOG, "source": pl.String})
    log = rows.filter((pl.col("purpose") == "decided") & pl.col(CHANCE).is_not_null())
    _check_chances(log)
    label = text_of(log["label"]).fill_null("").str.strip_chars()
    found = log.select(
        text_of(log["item"]).alias("item"),
        pl.col(CHANCE).cast(pl.Float64),
        (label != "").alias(SEEN),
        text_of(log["source"]).alias("source"),
    )
    return found.filter(pl.col("source").is_in(list(experts))).unique(maintain_order=True)


def _check_chances(log: pl.DataFrame) -> None:
    chance = log[CHANCE].cast(pl.Float64, strict=False)
    wrong = ~((chance > 0) & (chance <= 1)).fill_null(value=False)
    if wrong.any():
        row = int(wrong.arg_max() or 0)
        raise NotAChance(log[CHANCE][row], str(log["item"][row]), int(wrong.sum()))


def _log_before(memory: Memory, sealed: pl.Series) -> pl.DataFrame:
    """Decisions told before: item, probability, seen."""
    found = [pl.DataFrame(schema=LOG)]
    for record in memory.draws():
        if record.get("revealed"):
            chance = unpack(record["probability"])
            spots = np.flatnonzero(chance)
            seen = np.isin(spots, record["drawn"])
            found.append(pl.DataFrame({"item": sealed.gather(spots), CHANCE: chance[spots], SEEN: seen}))
    return pl.concat(found)


def _fresh(each: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Decisions not told before, one an item; refused where an item has two chances, or was told otherwise before."""
    each = each.select(list(LOG))
    every = pl.concat([before, each])
    told = every.group_by("item", maintain_order=True).agg(
        pl.col(CHANCE).n_unique().alias("chances"), pl.col(SEEN).n_unique().alias("ways")
    )
    changed = told.filter((pl.col("chances") > 1) | (pl.col("ways") > 1))
    if len(changed):
        raise ChanceChanged(changed["item"], len(changed))
    return each.unique("item", maintain_order=True).join(before, on="item", how="anti", maintain_order="left")


def _check_fit(log: pl.DataFrame) -> None:
    """As many outcomes must have come as their chances foretell: rows left out or chances made up would judge askew.

    Chernoff's bound on the chance of so many or more, or of so few or fewer, whatever the single chances are.
    """
    chance, seen = log[CHANCE].to_numpy(), int(log[SEEN].sum())
    tilt = np.concatenate([-TILTS, TILTS])[:, None]
    bounds = np.log1p(chance * np.expm1(tilt)).sum(axis=1) - tilt[:, 0] * seen
    if bounds.min() < np.log(BY_CHANCE):
        raise ChancesDoNotFit(seen, float(chance.sum()), len(log))
