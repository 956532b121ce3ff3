"""Votes as arrays: items, voters and outcomes as numbers, votes sorted by item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.aggregate.kernels import Bools, Codes, Starts, by_item
from payoff.errors import ConflictingGold, MissingVoteColumns, NoSuchOutcome, NoVotes, ReservedOutcome
from payoff.items import as_table, text_of
from payoff.names import name_of
from payoff.votes import refuse_incomplete


@dataclass(frozen=True)
class Coded:
    """Votes in the order of items; a code stands for one voter with one label, and only pairs that occur have one."""

    items: pl.Series  # name item, original type, unique, sorted
    outcomes: list[str]  # sorted
    voters: pl.DataFrame  # source, voter: str, sorted
    starts: Starts  # (items + 1,)
    codes: Codes  # (votes,)
    voter: Codes  # (codes,) number of the voter of a code
    label: Codes  # (codes,) number of its outcome
    fired: Starts  # (codes,) votes of it
    tally: Codes  # (items, outcomes) votes

    @property
    def sizes(self) -> Starts:
        """Number of votes on each item, (items,)."""
        return np.diff(self.starts)

    def at(self, rows: NDArray[np.integer[Any]]) -> Coded:
        """The items with these numbers and their votes; codes and voters keep their numbers.

        >>> code_votes({"item": [1, 2], "source": ["ann", "bob"], "label": ["x", "x"]}).at(np.array([1])).codes.tolist()
        [1]
        """
        sizes = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
        votes = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], sizes)
        return replace(self, items=self.items[rows], starts=starts, codes=self.codes[votes], tally=self.tally[rows])

    def only(self, heard: Bools) -> Coded:
        """The same items with the votes of the codes that are `heard`, (codes,); an item may be left without votes.

        >>> coded = code_votes({"item": [1, 1], "source": ["ann", "bob"], "label": ["x", "y"]})
        >>> coded.only(np.array([True, False])).tally.tolist()
        [[1, 0]]
        """
        kept = heard[self.codes]
        item = np.repeat(np.arange(len(self.items)), self.sizes)[kept]
        codes = self.codes[kept]
        starts = np.zeros(len(self.starts), dtype=np.int64)
        starts[1:] = np.cumsum(np.bincount(item, minlength=len(self.items)))
        votes = np.bincount(item * len(self.outcomes) + self.label[codes], minlength=self.tally.size)
        fired = np.where(heard, self.fired, 0)
        return replace(
            self, starts=starts, codes=codes, fired=fired, tally=votes.reshape(self.tally.shape).astype(np.int32)
        )


def code_votes(table: Any, outcomes: Sequence[str] | None = None, more: Iterable[str] = ()) -> Coded:
    """Code a table of votes; of several votes of one voter on one item the first counts.

    `outcomes` are all outcomes, by default those that were voted and `more`. Raises NoVotes, MissingVoteColumns,
    IncompleteVote, ReservedOutcome or NoSuchOutcome.

    >>> coded = code_votes({"item": [2, 1], "source": ["ann", "ann"], "label": ["spam", "ham"]})
    >>> coded.items.to_list(), coded.outcomes, coded.tally.tolist()
    ([1, 2], ['ham', 'spam'], [[1, 0], [0, 1]])
    """
    votes = checked(table)
    label, labels = numbered(votes["label"])
    names = text_of(labels).to_list()
    known = sorted({*names, *more} if outcomes is None else {name_of(name) for name in outcomes})
    if "item" in known:
        raise ReservedOutcome("item")
    if not set(names) <= set(known):
        raise NoSuchOutcome(sorted(set(names) - set(known)), known)
    place = {name: number for number, name in enumerate(known)}
    label = np.array([place[name] for name in names], dtype=np.int32)[label]
    voter, voters = number_voters(votes)
    item, items = numbered(votes["item"])
    starts, codes, fired, tally = by_item(item, voter, label, len(items), len(voters), len(known))
    del item, voter, label  # memory counts where there are many votes
    seen = np.flatnonzero(fired)
    dense = (np.cumsum(fired > 0) - 1).astype(np.int32)
    return Coded(
        items=items.rename("item"),
        outcomes=known,
        voters=voters,
        starts=starts,
        codes=dense[codes],
        voter=(seen // len(known)).astype(np.int32),
        label=(seen % len(known)).astype(np.int32),
        fired=fired[seen],
        tally=tally,
    )


def checked(table: Any) -> pl.DataFrame:
    """The votes as item, source, voter, label in the types given; the voter defaults to the name of its source.

    >>> checked({"item": [2], "source": ["ann"], "label": ["spam"]}).rows()
    [(2, 'ann', 'ann', 'spam')]
    """
    votes = as_table(table)
    missing = [name for name in ("item", "source", "label") if name not in votes.columns]
    if missing:
        raise MissingVoteColumns(missing, known=votes.columns)
    if "voter" not in votes.columns:
        votes = votes.with_columns(voter=pl.col("source"))
    elif votes["voter"].null_count():
        votes = votes.with_columns(text_of(votes["voter"]).fill_null(text_of(votes["source"])))
    votes = votes.select("item", "source", "voter", "label")
    if votes.is_empty():
        raise NoVotes()
    refuse_incomplete(votes)
    return votes


def numbered(values: pl.Series) -> tuple[Codes, pl.Series]:
    """Numbers of values in sorted order, (n,), and the unique values, sorted: strings as such, numbers by size.

    >>> codes, unique = numbered(pl.Series([30, 10, 30]))
    >>> codes.tolist(), unique.to_list()
    ([1, 0, 1], [10, 30])
    """
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary, pl.Categorical, pl.Enum):
        values = text_of(values)
    if values.dtype.is_integer() and len(values):
        low, high = int(values.min()), int(values.max())  # type: ignore[arg-type]  # integers have integer bounds
        if high - low <= 2 * len(values):
            numbers, seen = numbered_within(values.to_numpy(), low, high)
            return numbers, pl.Series(values.name, seen, dtype=values.dtype)
    unique = values.unique().sort()
    text = values.dtype == pl.String
    codes = values.cast(pl.Enum(unique)).to_physical() if text else values.rank("dense") - 1
    return codes.to_numpy().astype(np.int32), unique


def numbered_within(values: NDArray[Any], low: int, high: int) -> tuple[Codes, NDArray[Any]]:
    """The same for integers from `low` to `high`: a table of what occurs, so neither sorting nor hashing.

    >>> numbered_within(np.array([30, 10, 30]), 10, 30)[0].tolist()
    [1, 0, 1]
    """
    present = np.zeros(high - low + 1, dtype=np.bool_)
    offset = np.subtract(values, low, dtype=np.int64, casting="unsafe")
    present[offset] = True
    return (np.cumsum(present, dtype=np.int32) - 1)[offset], np.flatnonzero(present) + low


def number_voters(votes: pl.DataFrame) -> tuple[Codes, pl.DataFrame]:
    """Numbers of the pairs of source and voter, (votes,), and the pairs as a table of str, sorted.

    >>> number_voters(pl.DataFrame({"source": ["b", "a"], "voter": [1, 2]}))[1].rows()
    [('a', '2'), ('b', '1')]
    """
    source, sources = numbered(votes["source"])
    voter, voters = numbered(votes["voter"])
    wide = np.int32 if len(sources) * len(voters) < 2**31 else np.int64
    pairs = np.multiply(source, len(voters), dtype=wide)
    pairs += voter
    del source, voter
    number, seen = numbered(pl.Series(pairs))
    keys = seen.to_numpy()
    table = pl.DataFrame(
        {"source": text_of(sources)[keys // len(voters)], "voter": text_of(voters)[keys % len(voters)]}
    )
    order = table.with_row_index("n").sort("source", "voter")
    place = np.empty(len(table), dtype=np.int32)
    place[order["n"].to_numpy()] = np.arange(len(table))
    return place[number], order.drop("n")


def code_gold(gold: pl.DataFrame, items: pl.Series, outcomes: Sequence[str]) -> tuple[Codes, Codes, Codes]:
    """Gold labels: the number of the item and of the outcome where the item has a vote, and counts of all outcomes.

    `gold` is as `gold_table` makes it. Raises NoSuchOutcome.

    >>> gold = pl.DataFrame({"item": ["b", "z"], "label": ["ham", "spam"]})
    >>> item, label, counts = code_gold(gold, pl.Series(["a", "b"]), ["ham", "spam"])
    >>> item.tolist(), label.tolist(), counts.tolist()
    ([1], [0], [1, 1])
    """
    if gold.is_empty():
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(len(outcomes), dtype=np.int32)
    unknown = sorted(set(gold["label"].unique()) - set(outcomes))
    if unknown:
        raise NoSuchOutcome(unknown, outcomes)
    numbers = pl.DataFrame({"label": outcomes, "k": range(len(outcomes))}, schema={"label": pl.String, "k": pl.Int32})
    rows = pl.DataFrame({"item": text_of(items)}).with_row_index("i")
    table = gold.join(numbers, on="label").sort("item")
    counts = np.bincount(table["k"].to_numpy(), minlength=len(outcomes)).astype(np.int32)
    voted = rows.join(table, on="item").sort("i")
    return voted["i"].to_numpy().astype(np.int32), voted["k"].to_numpy(), counts


def gold_table(gold: Any) -> pl.DataFrame:
    """Gold labels as item and label, str, one row an item; rows without a label say nothing.

    Raises MissingVoteColumns, or ConflictingGold where an item has two labels.

    >>> gold_table({"item": [1, 1, 2], "label": ["ham", "ham", None]}).rows()
    [('1', 'ham')]
    """
    table = as_table(gold)
    missing = [name for name in ("item", "label") if name not in table.columns]
    if missing:
        raise MissingVoteColumns(missing, known=table.columns, gold=True)
    table = table.select(text_of(table[name]).alias(name) for name in ("item", "label"))
    table = table.drop_nulls().unique(maintain_order=True)
    twice = table.filter(pl.col("item").is_duplicated())
    if len(twice):
        item = twice["item"][0]
        raise ConflictingGold(item, twice.filter(pl.col("item") == item)["label"])
    return table
