"""What there is to say of the votes: who earns the price, where votes disagree, what and whom to look at again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import polars as pl

from payoff.aggregate.agreement import alpha_interval, disputed
from payoff.aggregate.copiers import copying
from payoff.aggregate.drift import drift
from payoff.aggregate.earnings import earnings
from payoff.aggregate.hearing import pools
from payoff.aggregate.left_out import LeftOut
from payoff.aggregate.named import WRONGLY
from payoff.aggregate.suspects import spammers
from payoff.project.rows import sources_of, sources_table
from payoff.project.second_opinion import suspicious
from payoff.project.told import Told, with_text
from payoff.project.voices import speaks
from payoff.project.workplace import Workplace
from payoff.votes import share_interval

WHO = ["source", "voter"]


@dataclass(frozen=True)
class Scrutiny:
    """Tables on the votes: of `sources` and `voters`; `disputes`, `suspicious` votes of experts; of people `idle`,
    who say nothing or the opposite, `copies`, who make each other's mistakes, and voters that `drift`; `alpha` is
    Krippendorff's with its 95% interval, None where nothing was voted on twice; `unit` is the objective's;
    `reliance` says what the posterior rests on.

    Naming a voter is held to a chance of 5% that anybody in the table is named wrongly.
    """

    voters: pl.DataFrame
    sources: pl.DataFrame
    alpha: tuple[float, float, float] | None
    disputes: pl.DataFrame
    suspicious: pl.DataFrame
    idle: pl.DataFrame
    copies: pl.DataFrame
    drift: pl.DataFrame
    unit: str
    reliance: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Everything as lists of rows."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: each.to_dicts() if isinstance(each, pl.DataFrame) else each for name, each in found.items()}


def scrutiny_of(at: Workplace) -> Scrutiny:
    """Look at all votes told so far."""
    bench = at.standing().bench
    told = Told.of(bench.evidence)
    voters = sources_table(sources_of(at))
    empty = pl.DataFrame(schema=dict.fromkeys(WHO, pl.String))
    if told is None:
        none = dict.fromkeys(("disputes", "suspicious", "idle", "copies", "drift"), empty)
        return Scrutiny(voters, empty, None, **none, unit=at.ground.objective.unit, reliance=())
    each = told.without(np.arange(len(told.coded.voters)))
    people = told.people
    return Scrutiny(
        voters=_voters(told, voters, each),
        sources=_sources(told, voters),
        alpha=alpha_interval((people or told).coded),
        disputes=_disputes(told),
        suspicious=suspicious(bench),
        idle=_idle(told),
        copies=_copies(people),
        drift=_drift(told, each),
        unit=at.ground.objective.unit,
        reliance=bench.evidence.reliance,
    )


def _voters(told: Told, voters: pl.DataFrame, each: LeftOut) -> pl.DataFrame:
    """Every voter, with what a vote of it earns beside all others, and the seconds it takes."""
    found = earnings(each, len(told.coded.voters), told.payoffs, told.proba)
    earned = told.coded.voters.hstack(_earned(found))
    took = told.votes.group_by(WHO).agg(pl.col("seconds").median())
    both = earned.join(took, on=WHO, how="left")
    return voters.join(both, on=WHO, how="left", maintain_order="left")


def _earned(found: pl.DataFrame) -> pl.DataFrame:
    return found.select("earns", earns_low=pl.col("low"), earns_high=pl.col("high"))


def _sources(told: Told, voters: pl.DataFrame) -> pl.DataFrame:
    """Every source: kind, price, voters, votes, how often right with the interval, what a vote earns, agreement."""
    names = told.coded.voters["source"].unique().sort()
    unit = told.coded.voters["source"].replace_strict(names, np.arange(len(names)), return_dtype=pl.Int64).to_numpy()
    earned = earnings(told.without(unit), len(names), told.payoffs, told.proba)
    right = pl.col("accuracy") * pl.col("votes")
    judged = pl.col("votes").filter(pl.col("accuracy").is_not_null()).sum()
    many = {"voters": pl.len().cast(pl.Int64), "votes": pl.col("votes").sum(), "spent": pl.col("spent").sum()}
    grouped = voters.group_by("source", "kind", "price", maintain_order=True)
    table = grouped.agg(**many, right=right.sum(), judged=judged)
    low, high = share_interval(table["right"].to_numpy(), table["judged"].to_numpy().astype(float))
    table = table.with_columns(accuracy=pl.col("right") / pl.col("judged"), low=pl.Series(low), high=pl.Series(high))
    unknown = pl.when(pl.col("judged") > 0).then(pl.col("accuracy", "low", "high"))
    table = table.with_columns(unknown).drop("right", "judged")
    return table.join(names.to_frame().hstack(_earned(earned)), on="source", how="left", maintain_order="left")


def _disputes(told: Told) -> pl.DataFrame:
    """Items on which votes differ, with what was said by how many, and the text of the item."""
    found = disputed(told.coded, told.proba, told.payoffs)
    said = told.votes.group_by("item", "label").len().sort("len", "label", descending=[True, False])
    words = pl.format("{} {}", "len", "label")
    said = said.group_by("item", maintain_order=True).agg(said=words.str.join(", "))
    found = found.join(said, on="item", how="left", maintain_order="left")
    return with_text(told.evidence, found)


def _idle(told: Told) -> pl.DataFrame:
    """People whose votes say nothing, or the opposite."""
    kinds = [told.evidence.sources[source].kind for source in told.coded.voters["source"]]
    pool = pools(told.coded.voters, np.array(kinds, dtype=object))
    each = told.apart(np.arange(len(told.coded.voters)))
    found = spammers(told.coded, each, pool, told.proba)
    person = pl.col("source").is_in(told.named("crowd"))
    return found.filter(person & ((pl.col("p") <= WRONGLY) | pl.col("opposite"))).sort("opposite", "says")


def _copies(people: Told | None) -> pl.DataFrame:
    """Pairs of people who make each other's mistakes."""
    if people is None:
        return pl.DataFrame(schema=dict.fromkeys(WHO, pl.String))
    return copying(people.coded, people.proba).filter(pl.col("p") <= WRONGLY)


def _drift(told: Told, each: LeftOut) -> pl.DataFrame:
    """Voters whose rightness changed: by when they voted, of sources that speak by the time of the items."""
    sources = told.evidence.sources
    spoke = pl.col("source").is_in([name for name, source in sources.items() if speaks(source)])
    when = pl.when(~spoke).then("at").fill_null(pl.col("time"))
    pool = pl.when(pl.col("source").is_in(told.named("crowd", "expert"))).then("source")
    told_at = told.votes.join(told.times, on="item").select("item", *WHO, when=when, pool=pool)
    votes = told.checked(each).join(told_at, on=["item", *WHO])
    found = drift(votes, len(told.coded.outcomes)).filter(pl.col("p") <= WRONGLY)
    named = pl.format("{} {}", pl.lit(told.evidence.ground.items.roles.time or "time"), "since")
    return found.with_columns(since=pl.when(spoke).then(named).otherwise(pl.col("since").cast(pl.String)))
