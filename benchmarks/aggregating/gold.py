"""A few outcomes known: youtube-spam with 25 and 100 of them drawn at random, scored on the other items."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from aggregating.measures import Score
from aggregating.methods import OURS, Asked, Result, results
from aggregating.sets import load

DRAWS = 40
TOLD = (OURS, "hyper label model")  # who can be told
COUNTS = (25, 100)


def golds(peers: Iterable[str], counts: Iterable[int] = COUNTS, draws: int = DRAWS) -> dict[int, dict[str, Score]]:
    """Mean scores by number of gold labels and method, over draws; the standard error of ours is printed."""
    each = load("youtube-spam", "youtube-spam", None)
    voted = each.truth.join(each.votes.select("item").unique(), on="item", how="semi").sort("item")
    told = [name for name in peers if name in TOLD]
    found: dict[int, dict[str, Score]] = {}
    for count in counts:
        every = []
        for seed in range(draws):
            gold = voted.sample(count, seed=seed)
            rest = voted.join(gold, on="item", how="anti")
            every.append(Asked(f"draw {seed}", each.votes, each.kinds, rest, gold))
        scores = results(every, told)
        found[count] = {name: averaged([row[name] for row in scores.values()]) for name in scores["draw 0"]}
        show(count, draws, found[count], [row[OURS].score.accuracy for row in scores.values() if row[OURS].score])
    return found


def averaged(every: list[Result]) -> Score:
    there = [result.score for result in every if result.score is not None]
    if len(there) < len(every):
        return Score(float("nan"), float("nan"), float("nan"))
    return Score(*np.mean(np.array(there), axis=0).tolist())


def show(count: int, draws: int, scores: dict[str, Score], ours: list[float]) -> None:
    print(f"\nyoutube-spam, {count} gold labels, mean of {draws} draws, scored on the others; told: {', '.join(TOLD)}")
    for name, score in scores.items():
        print(f"{name:30}{score.accuracy:7.1f} /{score.loss:6.3f}  calibration error {score.error:4.1f}")
    print(f"deviation of our accuracy over the draws {np.std(ours):.2f}")
