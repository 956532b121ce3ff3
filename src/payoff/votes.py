"""The one long table of votes: who said what about which item; what it covers and where it disagrees.

A table of votes has the columns `item`, `source`, `voter` and `label`, all str, and may have more (`at`, `seconds`,
`purpose`, `id`, ...). No row means that the voter said nothing about the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betaincinv

from payoff.decide import Floats, Ints
from payoff.errors import IncompleteVote, MissingVoteColumns
from payoff.items import as_table, text_of

KEYS = ("item", "source", "voter", "label")


def as_votes(table: Any) -> pl.DataFrame:
    """Any table of votes as the long table: item, source, voter and label as str, further columns as they are.

    `table` is whatever `as_table` reads. Where there is no column `voter`, or it is null, the voter has the name of
    its source. Raises MissingVoteColumns, or IncompleteVote quoting the first row without item, source or label.

    >>> as_votes({"item": [7, 8], "source": ["rules", "rules"], "label": [1.0, 0.0]}).rows()
    [('7', 'rules', 'rules', '1'), ('8', 'rules', 'rules', '0')]
    """
    votes = as_table(table)
    missing = [name for name in ("item", "source", "label") if name not in votes.columns]
    if missing:
        raise MissingVoteColumns(missing, known=votes.columns)
    if "voter" not in votes.columns:
        votes = votes.with_columns(voter=pl.lit(None, dtype=pl.String))
    votes = votes.with_columns(text_of(votes[name]).alias(name) for name in KEYS)
    votes = votes.with_columns(pl.col("voter").fill_null(pl.col("source")))
    refuse_incomplete(votes)
    return votes.select(*KEYS, pl.exclude(KEYS))


def refuse_incomplete(votes: pl.DataFrame) -> None:
    """Raise IncompleteVote for the first row that lacks its item, source or label.

    >>> refuse_incomplete(pl.DataFrame({"item": ["a"], "source": ["r"], "voter": ["r"], "label": ["spam"]}))
    """
    for name in ("item", "source", "label"):
        if votes[name].null_count():
            row = int(votes[name].is_null().arg_max() or 0)
            raise IncompleteVote({key: votes[key][row] for key in KEYS if key in votes.columns}, row + 1, name)


def in_force(votes: pl.DataFrame) -> pl.DataFrame:
    """The last row of each voter on each item, rows in their order: a later vote replaces an earlier one.

    >>> votes = as_votes({"item": ["a", "a"], "source": ["ann", "ann"], "label": ["ham", "spam"]})
    >>> in_force(votes)["label"].to_list()
    ['spam']
    """
    return votes.unique(["item", "source", "voter"], keep="last", maintain_order=True)


def column_of(source: str, voter: str) -> str:
    r"""The name of a voter's column in `wide`: source/voter; a slash or backslash inside a name is escaped.

    >>> column_of("rules", "short_comment"), column_of("a/b", "c")
    ('rules/short_comment', 'a\\/b/c')
    """
    return "/".join(name.replace("\\", "\\\\").replace("/", "\\/") for name in (source, voter))


def wide(votes: pl.DataFrame, items: Sequence[str]) -> pl.DataFrame:
    """The labels in force as one row per item of `items` and one str column per voter, null where it is silent.

    Columns are named by `column_of` and sorted; votes on items that are not in `items` are left out.

    >>> votes = as_votes({"item": ["a", "b"], "source": ["r", "r"], "voter": ["x", "y"], "label": ["spam", "ham"]})
    >>> wide(votes, ["b", "a"]).to_dict(as_series=False)
    {'r/x': [None, 'spam'], 'r/y': ['ham', None]}
    """
    rows = pl.DataFrame({"item": pl.Series(list(items), dtype=pl.String)})
    voters = votes.select("source", "voter").unique()
    names = [column_of(source, voter) for source, voter in voters.iter_rows()]
    voters = voters.with_columns(column=pl.Series(names, dtype=pl.String)).sort("column")
    spread = in_force(votes).join(voters, on=["source", "voter"])
    table = spread.pivot(
        on="column", on_columns=voters["column"], index="item", values="label", aggregate_function="first"
    )
    return rows.join(table, on="item", how="left", maintain_order="left").drop("item")


def coverage(votes: pl.DataFrame, items: int | None = None) -> pl.DataFrame:
    """What each voter covers: source, voter, votes, items and share, the items it voted on over all `items`.

    `items` is the number of items there are; by default the number of items with a vote.

    >>> votes = as_votes({"item": ["a", "b", "a"], "source": ["r", "r", "s"], "label": ["spam", "ham", "spam"]})
    >>> coverage(votes, items=4).rows()
    [('r', 'r', 2, 2, 0.5), ('s', 's', 1, 1, 0.25)]
    """
    total = votes["item"].n_unique() if items is None else items
    return (
        votes.group_by("source", "voter")
        .agg(votes=pl.len().cast(pl.Int64), items=pl.col("item").n_unique().cast(pl.Int64))
        .with_columns(share=pl.col("items") / total)
        .sort("source", "voter")
    )


def agreement(votes: pl.DataFrame) -> pl.DataFrame:
    """Agreement of each pair of voters: source, voter, other_source, other_voter, items both voted on, share alike.

    Pairs without a common item are left out; votes in force count.

    >>> votes = as_votes({"item": ["a", "b", "a", "b"], "source": ["r", "r", "s", "s"], "label": list("xyxx")})
    >>> agreement(votes).rows()
    [('r', 'r', 's', 's', 2, 0.5)]
    """
    each = in_force(votes).select(KEYS)
    voters = each.select("source", "voter").unique().sort("source", "voter").with_row_index("n")
    numbered = each.join(voters, on=["source", "voter"])
    others = numbered.select("item", pl.selectors.exclude("item").name.prefix("other_"))
    pairs = numbered.join(others, on="item").filter(pl.col("n") < pl.col("other_n"))
    return (
        pairs.group_by("source", "voter", "other_source", "other_voter")
        .agg(items=pl.len().cast(pl.Int64), alike=(pl.col("label") == pl.col("other_label")).mean())
        .sort("source", "voter", "other_source", "other_voter")
    )


def krippendorff(votes: pl.DataFrame) -> float | None:
    """Krippendorff's alpha for nominal labels: 1 is perfect agreement, 0 what chance would give.

    Votes in force on items with at least two votes count. None where no item has two votes, or where only one label
    was ever given and chance cannot be told from agreement. Source: Krippendorff, "Content Analysis" (2004), 11.3:
    alpha = 1 - observed / expected disagreement from the table of coincidences.

    >>> votes = as_votes({"item": ["a", "a", "b", "b"], "source": ["r", "s", "r", "s"], "label": list("xxyy")})
    >>> krippendorff(votes)
    1.0
    """
    counts = in_force(votes).pivot(on="label", index="item", values="voter", aggregate_function="len")
    return alpha(counts.drop("item").fill_null(0).to_numpy())


def alpha(tally: NDArray[np.integer[Any]], times: Ints | None = None) -> float | None:
    """The same from the number of votes for each label, (items, labels); `times` each item counts, (items,), else once.

    >>> alpha(np.array([[2, 0], [0, 2], [1, 1]])), alpha(np.array([[2, 0], [0, 2]]), np.array([3, 1]))
    (0.4444444444444444, 1.0)
    """
    sizes = tally.sum(axis=1)
    weight = (np.ones(len(tally)) if times is None else times) * (sizes > 1)
    labels = weight @ tally
    total = float(labels.sum())
    expected = total * total - float(labels @ labels)
    if expected == 0:
        return None
    differing = weight @ ((tally * (sizes[:, np.newaxis] - tally)).sum(axis=1) / np.maximum(sizes - 1, 1))
    return 1.0 - (total - 1) * float(differing) / expected


def disputes(votes: pl.DataFrame) -> pl.DataFrame:
    """The items on which votes in force disagree: item, votes, labels (how many), top (the commonest) and its share.

    The most disputed come first; ties by item. Of equally common labels the first in sorted order is `top`.

    >>> votes = as_votes({"item": ["a", "a", "b"], "source": ["r", "s", "r"], "label": ["spam", "ham", "ham"]})
    >>> disputes(votes).rows()
    [('a', 2, 2, 'ham', 0.5)]
    """
    counts = in_force(votes).group_by("item", "label").agg(count=pl.len().cast(pl.Int64))
    return (
        counts.sort("item", "count", "label", descending=[False, True, False])
        .group_by("item", maintain_order=True)
        .agg(
            votes=pl.col("count").sum(),
            labels=pl.len().cast(pl.Int64),
            top=pl.col("label").first(),
            share=pl.col("count").first() / pl.col("count").sum(),
        )
        .filter(pl.col("labels") > 1)
        .sort("share", "item")
    )


def share_interval(right: Floats, votes: Floats) -> tuple[Floats, Floats]:
    """Jeffreys' 95% interval of a share, low and high, (n,) each (Brown, Cai & DasGupta 2001).

    >>> low, high = share_interval(np.array([5]), np.array([10]))
    >>> bool(low[0] < 5 / 10 < high[0]), bool(abs(low[0] - (1 - high[0])) < 1e-9)    # half right: as far either way
    (True, True)
    """
    low = betaincinv(right + 0.5, votes - right + 0.5, 0.025)
    high = betaincinv(right + 0.5, votes - right + 0.5, 0.975)
    return np.asarray(low), np.asarray(high)
