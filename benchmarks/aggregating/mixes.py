"""Mixes of kinds on the published sets: their own crowds and system, and a few votes of drawn experts and of a model.

Experts are drawn: right 97 times of 100 on a few items, which are then left out of the scoring. The model is a logistic
regression on the audio features of music-genre, taught out of fold on the majority of the votes, no truth.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from aggregating.methods import Asked
from aggregating.pools import DATA
from aggregating.sets import MANY, Votes, load
from payoff.aggregate import MajorityVote

EXPERT_RIGHT = 0.97


def mixes() -> Iterator[Asked]:
    """Systems, crowds, rules, models and experts on the same items."""
    both = {name: load(name, name, None) for name in MANY}
    yield with_experts(both["recidivism"], 100, "recidivism: system, crowds, experts")
    norace = both["recidivism"].votes.filter(pl.col("source").is_in(["system", "norace"]))
    yield with_experts(
        Votes("recidivism", False, norace, both["recidivism"].truth), 50, "recidivism: system, one crowd, experts"
    )
    yield with_experts(both["weather-sentiment"], 30, "weather-sentiment: crowds, experts")
    music = load("music-genre", "music-genre", None)
    music = Votes("music-genre", False, pl.concat([music.votes, model_votes(music)]), music.truth)
    yield with_experts(music, 35, "music-genre: crowd, model, experts", {"audio": "model"})
    yield with_experts(load("youtube-spam", "youtube-spam", None), 50, "youtube-spam: rules, experts")


def with_experts(each: Votes, count: int, name: str, kinds: dict[str, str] | None = None) -> Asked:
    """Votes of two experts on so many items drawn at random, which are not scored."""
    rng = np.random.default_rng(0)
    voted = each.truth.join(each.votes.select("item").unique(), on="item", how="semi").sort("item")
    looked = voted[np.sort(rng.permutation(len(voted))[:count]).tolist()]
    labels = sorted(voted["label"].unique().to_list())
    said = [
        label if rng.random() < EXPERT_RIGHT else labels[(labels.index(label) + 1) % len(labels)]
        for label in looked["label"].to_list()
    ]
    voter = [f"expert{number % 2}" for number in range(count)]
    rows = looked.select("item").with_columns(source=pl.lit("experts"), label=pl.Series(said), voter=pl.Series(voter))
    votes = pl.concat([each.votes, rows.select(each.votes.columns)])
    asked = voted.join(looked, on="item", how="anti")
    return Asked(name, votes, each.kinds | {"experts": "expert"} | (kinds or {}), asked)


def model_votes(each: Votes) -> pl.DataFrame:
    """What a classifier taught on the majority of the votes, out of fold, says of every voted item."""
    items = pl.read_csv(DATA / each.name / "items.csv.gz", infer_schema_length=None)
    taught = MajorityVote().fit(each.votes).labels_.join(items, on="item", how="inner", maintain_order="left")
    columns = taught.drop("item", "label", "split").cast(pl.Float64).fill_null(0).to_numpy()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=200))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = cross_val_predict(model, columns, taught["label"].to_numpy(), cv=5)
    rows = taught.select("item").with_columns(
        source=pl.lit("audio"), label=pl.Series(said.tolist()), voter=pl.lit("audio")
    )
    return rows.select(each.votes.columns)
