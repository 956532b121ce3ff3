"""Votes as people hand them in, checked against what the project knows, with their purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from payoff.errors import UnknownItem, UnknownLabel, UnknownPurpose, UnknownSource, VotesByItself
from payoff.items import as_table, text_of
from payoff.project.ground import Ground
from payoff.project.memory import Memory
from payoff.project.revealing import is_silent, round_of
from payoff.sources import Source
from payoff.store import Store
from payoff.votes import as_votes

PURPOSES = ("learn", "audit", "decided")


@dataclass(frozen=True)
class Told:
    """What is to be stored: votes with their purpose, and the round of the audit that decisions drew, if they did."""

    votes: pl.DataFrame
    round: dict[str, Any] | None

    def keep(self, store: Store) -> int:
        """Store both or neither; how many votes were new."""
        with store.transaction():
            if self.round is not None:
                store.add_record("draw", self.round)
            return store.add_votes(self.votes)


def checked(votes: Any, ground: Ground, sources: Mapping[str, Source], memory: Memory) -> Told:
    """Votes ready to be stored, or an error that names the item, source or label that the project does not know.

    Decisions of purpose `decided` that could have revealed an outcome, with the chance they had, are a round of the
    audit; those that revealed nothing have no label and are no votes.
    """
    table = as_table(votes)
    mute = is_silent(table)
    rows = as_votes(table.filter(~mute))
    for part in (rows, *([_named(table.filter(mute))] if mute.any() else [])):
        _check_sources(part, sources, memory)
        _check_items(part, ground)
    _check_purposes(rows)
    strange = rows.filter(~pl.col("label").is_in(ground.objective.outcomes))
    if len(strange):
        raise UnknownLabel(strange["label"].unique(maintain_order=True), ground.objective.outcomes)
    kept = [name for name in ("item", "source", "voter", "label", "at", "seconds", "id") if name in rows.columns]
    told = _with_purpose(rows, memory).select(*kept, "purpose")
    return Told(told, round_of(table, ground, sources, memory))


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(text_of(rows[name]).alias(name) for name in ("item", "source"))


def _check_sources(rows: pl.DataFrame, sources: Mapping[str, Source], memory: Memory) -> None:
    by_itself = {record["source"] for record in memory.store.records("run")}
    for source in rows["source"].unique(maintain_order=True):
        if source not in sources:
            raise UnknownSource(source, sources)
        if source in by_itself:
            raise VotesByItself(source)


def _check_purposes(rows: pl.DataFrame) -> None:
    if "purpose" in rows.columns:
        strange = rows.filter(~pl.col("purpose").is_in(PURPOSES))
        if len(strange):
            raise UnknownPurpose(strange["purpose"].unique(maintain_order=True), PURPOSES)


def _check_items(rows: pl.DataFrame, ground: Ground) -> None:
    known = [ground.items.ids, *([ground.future.ids] if ground.future is not None else [])]
    strange = rows.filter(~pl.col("item").is_in(pl.concat(known).implode()))
    if len(strange):
        raise UnknownItem(strange["item"].unique(maintain_order=True), len(strange), ground.items.ids)


def _with_purpose(rows: pl.DataFrame, memory: Memory) -> pl.DataFrame:
    """The purpose given, else that of the open request; a vote that was never asked for is never audit."""
    asked = memory.requests.unique(["item", "source"], keep="last").select(
        "item", "source", pl.col("purpose").alias("asked")
    )
    audits = (
        memory.requests.filter(pl.col("purpose") == "audit").select("item", "source").unique().with_columns(drawn=True)
    )
    joined = rows.join(asked, on=["item", "source"], how="left", maintain_order="left")
    joined = joined.join(audits, on=["item", "source"], how="left", maintain_order="left")
    given = pl.col("purpose") if "purpose" in rows.columns else pl.lit(None, dtype=pl.String)
    wanted = pl.coalesce(given, pl.col("asked"), pl.lit("learn"))
    allowed = (wanted != "audit") | pl.col("drawn").fill_null(value=False)
    return joined.with_columns(purpose=pl.when(allowed).then(wanted).otherwise(pl.lit("learn")))
