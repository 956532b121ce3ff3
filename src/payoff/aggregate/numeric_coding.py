"""Votes whose labels are numbers, as arrays sorted by item, in units of their own spread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from payoff.aggregate.coding import checked, number_voters, numbered
from payoff.aggregate.kernels import Bools, Codes, Floats, Starts
from payoff.errors import ConflictingGold, MissingVoteColumns, NotANumber
from payoff.items import as_table, text_of


@dataclass(frozen=True)
class Numbers:
    """Votes in the order of items."""

    items: pl.Series  # name item, original type, unique, sorted
    voters: pl.DataFrame  # source, voter: str, sorted
    starts: Starts  # (items + 1,)
    voter: Codes  # (votes,)
    label: Floats  # (votes,)

    @property
    def item(self) -> Starts:
        """The number of the item of each vote, (votes,)."""
        return np.repeat(np.arange(len(self.items)), np.diff(self.starts))

    def scaled(self, centre: float, unit: float) -> Numbers:
        """The same votes with labels as (number - centre) / unit.

        >>> code_numbers({"item": [1], "source": ["ann"], "label": [5]}).scaled(1.0, 2.0).label.tolist()
        [2.0]
        """
        return replace(self, label=(self.label - centre) / unit)

    def only(self, heard: Bools) -> Numbers:
        """The same items with the votes that are `heard`, (votes,); an item may be left without votes.

        >>> coded = code_numbers({"item": [1, 2], "source": ["ann", "ann"], "label": [5, 6]})
        >>> coded.only(np.array([False, True])).starts.tolist()
        [0, 0, 1]
        """
        starts = np.append(0, np.cumsum(np.bincount(self.item[heard], minlength=len(self.items))))
        return replace(self, starts=starts, voter=self.voter[heard], label=self.label[heard])


def code_numbers(table: Any) -> Numbers:
    """Code a table of votes whose labels are numbers; of several votes of one voter on one item the first counts.

    Raises NoVotes, MissingVoteColumns, IncompleteVote, or NotANumber for a label that is text, infinite or NaN.

    >>> coded = code_numbers({"item": [2, 1, 2], "source": ["ann", "ann", "bob"], "label": [3, 4, 5]})
    >>> coded.items.to_list(), coded.starts.tolist(), coded.label.tolist()
    ([1, 2], [0, 1, 3], [4.0, 3.0, 5.0])
    """
    votes = checked(table)
    label = as_numbers(votes["label"], votes["item"])
    voter, voters = number_voters(votes)
    item, items = numbered(votes["item"])
    _, first = np.unique(item.astype(np.int64) * len(voters) + voter, return_index=True)
    starts = np.zeros(len(items) + 1, dtype=np.int64)
    starts[1:] = np.cumsum(np.bincount(item[first], minlength=len(items)))
    return Numbers(items.rename("item"), voters, starts, voter[first].astype(np.int32), label[first])


def as_numbers(labels: pl.Series, items: pl.Series) -> Floats:
    """Labels as floats, (votes,): numbers, or text that is one. Raises NotANumber quoting the first that is not.

    >>> as_numbers(pl.Series(["7", "1.5"]), pl.Series([1, 2])).tolist()
    [7.0, 1.5]
    """
    numbers = labels if labels.dtype.is_numeric() else text_of(labels).str.strip_chars()
    found = numbers.cast(pl.Float64, strict=False).to_numpy()
    bad = np.flatnonzero(~np.isfinite(found))
    if len(bad):
        raise NotANumber(labels[int(bad[0])], len(bad), row=int(bad[0]) + 1, item=items[int(bad[0])])
    return np.asarray(found, dtype=np.float64)


def code_known(gold: Any, items: pl.Series) -> tuple[Starts, Floats]:
    """Known values: the number of the item, where it has a vote, and its value; rows without a label say nothing.

    Raises MissingVoteColumns, NotANumber, or ConflictingGold where an item has two values.

    >>> item, value = code_known({"item": ["b", "z"], "label": [3.5, 4.0]}, pl.Series(["a", "b"]))
    >>> item.tolist(), value.tolist()
    ([1], [3.5])
    """
    table = as_table({"item": [], "label": []} if gold is None else gold)
    missing = [name for name in ("item", "label") if name not in table.columns]
    if missing:
        raise MissingVoteColumns(missing, known=table.columns)
    table = table.select("item", "label").drop_nulls()
    table = pl.DataFrame({"item": text_of(table["item"]), "label": as_numbers(table["label"], table["item"])}).unique()
    twice = table.filter(pl.col("item").is_duplicated()).sort("item", "label")
    if len(twice):
        raise ConflictingGold(twice["item"][0], twice.filter(pl.col("item") == twice["item"][0])["label"])
    rows = pl.DataFrame({"item": text_of(items)}).with_row_index("row")
    voted = rows.join(table, on="item").sort("row")
    return voted["row"].to_numpy().astype(np.int64), voted["label"].to_numpy()


def spread_of(label: Floats) -> tuple[float, float]:
    """The median of labels and how far a typical one is from it, which single gross errors do not move.

    >>> spread_of(np.array([1.0, 2.0, 3.0, 4.0, 1e9]))  # 1.4826 times the median of 2, 1, 0, 1, ...
    (3.0, 1.4826)
    """
    centre = float(np.median(label))
    away = np.abs(label - centre)
    typical = float(np.median(away)) or float(away.mean())
    return centre, 1.4826 * typical
