"""What everything else says of the items an expert voted on, so that a slip of the expert is seen."""

from __future__ import annotations

import numpy as np
import polars as pl

from payoff.aggregate import LabelModel
from payoff.aggregate.suspects import doubts
from payoff.decide import Bools, Floats, Ints
from payoff.project.bench import Bench
from payoff.project.told import Told, with_text
from payoff.project.trusting import folds_of_groups
from payoff.votes import KEYS

STEPS = 100
FEWEST = 20  # expert votes from which the usual doubt of one is known
SHOWN = ["item", "source", "voter", "label", "likely", "wrong", "at_stake"]
NONE = pl.DataFrame(schema=dict.fromkeys(SHOWN[:5], pl.String) | dict.fromkeys(SHOWN[5:], pl.Float64))


def suspicious(bench: Bench) -> pl.DataFrame:
    """Votes of experts that everything else contradicts, the dearest doubt first: item, voter, label, likely, text.

    Everything else are the other votes, by a label model that was told none of the experts' votes on items of the same
    fold, and the columns, out of fold; where both speak, so much of each as predicts the experts best.
    """
    told = Told.of(bench.evidence)
    experts = [] if told is None else told.named("expert")
    votes = NONE if told is None else told.votes.filter(pl.col("source").is_in(experts))
    if told is None or len(votes) < FEWEST:
        return with_text(bench.evidence, NONE)
    ground, outcomes = bench.evidence.ground, bench.evidence.outcomes
    rows = np.array([ground.position[item] for item in votes["item"]], dtype=np.int64)
    label = votes["label"].replace_strict(outcomes, range(len(outcomes)), return_dtype=pl.Int64).to_numpy()
    payoffs = told.payoffs_of(rows)
    found = doubts(label, opinions(bench, told, votes, rows, label), payoffs)
    likely = pl.Series("likely", outcomes).gather(found["likely"])
    table = votes.select(SHOWN[:4]).hstack(found.with_columns(likely)).filter("suspicious").select(SHOWN)
    return with_text(bench.evidence, table.sort("at_stake", "item", descending=[True, False]))


def opinions(bench: Bench, told: Told, votes: pl.DataFrame, rows: Ints, label: Ints) -> Floats:
    """P(outcome) of the items of expert votes by all else, (votes, K); the base rates where nothing else speaks."""
    by_votes, voted = _by_votes(bench, told, votes, rows)
    by_columns = _by_columns(bench)
    if by_columns is None:
        return by_votes
    place = np.full(len(bench.evidence.ground.items), -1)
    place[bench.evidence.ground.learning] = np.arange(len(by_columns))
    beside = by_columns[place[rows]]
    each = np.arange(len(label))
    share = mixed(by_votes[each, label][voted], beside[each, label][voted])
    found: Floats = np.where(voted[:, np.newaxis], share * by_votes + (1 - share) * beside, beside)
    return found


def mixed(one: Floats, other: Floats) -> float:
    """The share of `one` in the mixture under which what came is likeliest; both are the chances it was given, (n,).

    Wolpert, "Stacked generalization" (1992), for two probabilities, by expectation and maximisation.

    >>> round(mixed(np.array([0.9, 0.8]), np.array([0.1, 0.2])), 2), mixed(np.empty(0), np.empty(0))
    (1.0, 0.5)
    """
    share = 0.5
    for _ in range(STEPS if len(one) else 0):
        share = float(np.mean(share * one / np.maximum(share * one + (1 - share) * other, 1e-300)))
    return share


def _by_votes(bench: Bench, told: Told, votes: pl.DataFrame, rows: Ints) -> tuple[Floats, Bools]:
    """What the votes of all others say, (votes, K), and on which items there are any, (votes,)."""
    evidence = bench.evidence
    others = told.votes.filter(~pl.col("source").is_in(told.named("expert"))).select(KEYS)
    voted = votes["item"].is_in(others["item"].unique().implode()).to_numpy()
    proba = np.tile(evidence.base, (len(votes), 1))
    if not voted.any() or evidence.model is None:
        return proba, voted
    fold = folds_of_groups(evidence.ground.groups, seed=bench.seed)[rows]
    for number in np.unique(fold[voted]):
        part = votes["item"].gather(np.flatnonzero(fold == number))
        known = evidence.gold.filter(~pl.col("item").is_in(part.unique().implode()))
        model = LabelModel(kinds=evidence.model.kinds, outcomes=evidence.outcomes)
        model.fit(others, known if len(known) else None, items=len(evidence.ground.items), start=evidence.model)
        proba[fold == number] = model.proba_of(part)
    return proba, voted


def _by_columns(bench: Bench) -> Floats | None:
    """What the columns say of the learning part, out of fold, (learning, K); None where they teach nothing."""
    linear = next((rung for rung in bench.rungs if rung.name == "linear"), None)
    if linear is None or not bench.teachable:
        return None
    out_of_fold = bench.fitted(linear).out_of_fold_  # type: ignore[attr-defined]
    return np.asarray(out_of_fold.proba)
