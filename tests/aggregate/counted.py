"""Votes written out one by one, so that a reader can count them."""

from __future__ import annotations

import numpy as np
import polars as pl

from payoff.aggregate.cast import Cast, Gold
from payoff.aggregate.coding import Coded, code_votes

EVEN = np.array([0.5, 0.5])
NONE = np.zeros(0, dtype=np.int32)


def coded_of(*rows: tuple[object, str, str, str]) -> Coded:
    """Coded votes from (item, source, voter, label)."""
    return code_votes(pl.DataFrame(rows, schema=["item", "source", "voter", "label"], orient="row"))


def said(**voters: str) -> Coded:
    """Coded votes of a crowd: of each voter one letter an item, a dot where there is no vote."""
    return coded_of(
        *(
            (i, "crowd", name, label)
            for name, labels in voters.items()
            for i, label in enumerate(labels)
            if label != "."
        )
    )


def no_gold(outcomes: int = 2) -> Gold:
    return gold_counts(*[0] * outcomes)


def gold_counts(*counts: int) -> Gold:
    """So many gold labels of each outcome, on items without a vote."""
    return Gold(NONE, NONE, np.array(counts, dtype=np.int32))


def rules(*fired: tuple[int, int], items: int = 100, gold: dict[int, tuple[float, float]] | None = None) -> Cast:
    """Rules for two outcomes from (label, fired); `gold` are votes of a rule on items of known outcomes."""
    label, times = np.array(fired).reshape(-1, 2).T
    known = np.zeros((len(label), 2))
    for number, votes in (gold or {}).items():
        known[number] = votes
    return Cast(np.arange(len(label), dtype=np.int32), label.astype(np.int32), times, known, items)
