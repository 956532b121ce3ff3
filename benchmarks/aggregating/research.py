"""Score a model on the worlds, by family: `python benchmarks/aggregating/research.py [FAMILY] [--seeds 3] [--gold 25]`.

From Python: `by_family(score(lambda kinds: LabelModel(kinds=kinds)))`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from aggregating.measures import compared
from aggregating.worlds import World, worlds
from payoff.aggregate import DawidSkene, LabelModel, MajorityVote

Make = Callable[[Mapping[str, str]], Any]  # kinds -> a model with fit(votes[, gold])
MODELS: dict[str, Make] = {
    "majority + 1": lambda kinds: MajorityVote(added=1),
    "Dawid-Skene": lambda kinds: DawidSkene(),
    "label model": lambda kinds: LabelModel(kinds=kinds),
}


@cache
def made(family: str | None, seed: int, only: str | None) -> list[World]:
    return list(worlds(family, seed, only))


def score(
    make: Make, family: str | None = None, seeds: Iterable[int] = (0,), *, only: str | None = None, gold: int = 0
) -> pl.DataFrame:
    """One row a world: family, name, seed, accuracy, loss, error (calibration), seconds, and those of majority + 1.

    With `gold` so many items drawn at random are told and left out of the scoring.
    """
    rows = []
    for seed in seeds:
        for world in made(family, seed, only):
            known, asked = told(world, gold, seed)
            rows.append(
                {"family": world.family, "name": world.name, "seed": seed}
                | of(make(world.kinds), world, known, asked)
                | {f"majority_{part}": value for part, value in plain(world, asked).items()}
            )
    return pl.DataFrame(rows)


def told(world: World, gold: int, seed: int) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    """Gold items and those to score."""
    if not gold:
        return None, world.truth
    voted = world.truth.join(world.votes.select("item").unique(), on="item", how="semi").sort("item")
    known = voted.sample(gold, seed=seed)
    return known, voted.join(known, on="item", how="anti")


def of(model: Any, world: World, gold: pl.DataFrame | None, asked: pl.DataFrame) -> dict[str, float]:
    started = time.process_time()
    model.fit(world.votes) if gold is None else model.fit(world.votes, gold)
    seconds = time.process_time() - started
    result = compared(model.items_, model.outcomes_, model.proba_, asked).score(seconds)
    return {"accuracy": result.accuracy, "loss": result.loss, "error": result.error, "seconds": seconds}


def plain(world: World, asked: pl.DataFrame) -> dict[str, float]:
    model = MajorityVote(added=1).fit(world.votes)
    result = compared(model.items_, model.outcomes_, model.proba_, asked).score()
    return {"accuracy": result.accuracy, "loss": result.loss}


def by_family(table: pl.DataFrame) -> pl.DataFrame:
    """Means over the worlds of each family and of all, and how far below majority the worst world is."""
    below = pl.col("accuracy") - pl.col("majority_accuracy")
    means = [pl.col("accuracy", "loss", "error", "majority_accuracy", "majority_loss", "seconds").mean()]
    counts = [pl.len().alias("worlds"), below.min().alias("worst"), (below < -0.5).sum().alias("below")]
    every = table.select(pl.lit("all").alias("family"), *counts, *means).unique()
    each = table.group_by("family", maintain_order=True).agg(*counts, *means)
    return pl.concat([each, every]).with_columns(pl.selectors.float().round(3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", nargs="?")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only")
    parser.add_argument("--gold", type=int, default=0)
    parser.add_argument("--each", action="store_true", help="a row for every world")
    arguments = parser.parse_args()
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, fmt_str_lengths=60, tbl_hide_dataframe_shape=True):
        for name, make in MODELS.items():
            if arguments.gold and name != "label model":
                continue
            seeds = np.arange(arguments.seeds).tolist()
            table = score(make, arguments.family, seeds, only=arguments.only, gold=arguments.gold)
            print(name, by_family(table))
            if arguments.each and name == "label model":
                print(table.with_columns(pl.selectors.float().round(3)))


if __name__ == "__main__":
    main()
