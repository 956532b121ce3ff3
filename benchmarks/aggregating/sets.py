"""The published sets with a truth: crowds, rules, a system, each a table of votes that many have measured on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from aggregating.pools import DATA

SINGLE = ("bluebird", "music-genre", "product-matching", "trec2011-relevance")
MANY = {"recidivism": ("norace", "race", "survey"), "weather-sentiment": ("cf20", "cf5", "amt")}
KIND = {"rule": "rule", "system": "system"}
PUBLISHED = {  # majority as counted by another program, by set: a check that the same thing is measured
    "bluebird": 75.9,
    "music-genre": 70.4,
    "product-matching": 89.7,
    "recidivism, norace": 66.5,
    "recidivism, race": 66.1,
    "recidivism, survey": 60.5,
    "trec2011-relevance": 65.1,
    "weather-sentiment, cf20": 82.6,
    "weather-sentiment, cf5": 88.2,
    "weather-sentiment, amt": 85.3,
    "hausa-news": 49.6,
    "youtube-spam": 85.8,
    "recidivism, all": 65.3,
    "weather-sentiment, all": 87.3,
}


@dataclass(frozen=True)
class Votes:
    """One set: votes by source and voter, what kind each source is, and the truth."""

    name: str
    crowd: bool  # one of the single crowds
    votes: pl.DataFrame
    truth: pl.DataFrame

    @property
    def kinds(self) -> dict[str, str]:
        return {source: KIND.get(source, "crowd") for source in self.votes["source"].unique()}


def sets() -> Iterator[Votes]:
    """The sets in the order they are printed."""
    for name in SINGLE:
        yield load(name, name, None)
    for name, sources in MANY.items():
        for source in sources:
            yield load(f"{name}, {source}", name, source)
    yield load("hausa-news", "hausa-news", None)
    yield load("youtube-spam", "youtube-spam", None)
    for name in MANY:
        yield load(f"{name}, all", name, None)


def load(title: str, name: str, source: str | None) -> Votes:
    """Read a set; a source `a:b` is the voter b of the source a, and without a colon a worker of one crowd.

    Of several votes of a voter on an item the first is kept.
    """
    votes = pl.read_csv(DATA / name / "votes.csv.gz", infer_schema=False)
    truth = pl.read_csv(DATA / name / "truth.csv.gz", infer_schema=False)
    parts = pl.col("source").str.split_exact(":", 1)
    votes = votes.with_columns(
        source=pl.when(pl.col("source").str.contains(":")).then(parts.struct[0]).otherwise(pl.lit("crowd")),
        voter=pl.coalesce(parts.struct[1], parts.struct[0]),
    ).unique(["item", "source", "voter"], keep="first", maintain_order=True)
    if source is not None:
        votes = votes.filter(pl.col("source") == source)
    return Votes(title, name in SINGLE or source is not None, votes, truth.select("item", "label"))
