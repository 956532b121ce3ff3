"""The learning part and the sealed audit part: split once, by time where there is one, groups kept together."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from payoff.errors import TableError
from payoff.items.duplicates import near_duplicates, numbered
from payoff.items.kinds import kind_of, text_of
from payoff.items.roles import Items

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Up to this many groups the best sum of sizes is searched exactly; more of them come near enough in any order.
FEW_GROUPS = 64

# Copies of one text are never so large a share of the items; a template is.
MOST_ALIKE = 0.2


def split(items: Items, *, audit: float = 1 / 3, seed: int = 0) -> Bools:
    """Which items are the sealed audit part, (n,) booleans: the latest ones where there is a time, else at random.

    Whole groups (`group_numbers`) go to one side, as near the share `audit` as they allow, and never all of them. A
    group's time is the median of its items; items without a time are learnt from. The order of rows does not matter,
    with an id or without (`Items.order`).

    >>> from payoff.items.roles import Roles, items_from
    >>> split(items_from(pl.DataFrame({"year": [2021, 2024, 2022]}), Roles(time="year"))).tolist()
    [False, True, False]
    """
    if not 0 < audit < 1:
        raise TableError(f"the audit share is {audit!r}", "a share between 0 and 1, such as 1/3", "Change audit=.")
    if seed < 0:
        raise TableError(f"the seed is {seed!r}", "a whole number, nought or more", "Change seed=.")
    order = items.order
    groups = numbered(group_numbers(items)[order])
    sizes = np.bincount(groups)
    if len(sizes) < 2:
        raise TableError(
            f"all {len(items)} items are one group, so no audit part can be kept apart",
            "at least two groups",
            "Add items, or name another group column.",
        )
    rng = np.random.default_rng(seed)
    target = audit * len(items)
    if items.roles.time is None:
        chosen = _at_random(sizes, target, rng)
    else:
        times = items.table[items.roles.time].to_physical().cast(pl.Float64).to_numpy()[order]
        chosen = _latest(_median_times(groups, times), sizes, target, rng)
    audited = np.empty(len(items), dtype=np.bool_)
    audited[order] = chosen[groups]
    return audited


def group_numbers(items: Items) -> Ints:
    """The group each item belongs to, (n,) integers from 0: items of one group are never parted.

    Items are in one group when they share the group column or are near-duplicates in their text. Where near-duplicates
    would glue groups into more than half of the items, the group column alone decides.

    >>> from payoff.items.roles import Roles, items_from
    >>> group_numbers(items_from(pl.DataFrame({"video": ["a", "b", "a"]}), Roles(group="video"))).tolist()
    [0, 1, 0]
    """
    alike = _alike(items)
    if items.roles.group is None:
        return numbered(alike)
    named = _named_groups(items)
    joined = _joined(named, alike)
    most = max(np.bincount(named).max(), len(items) / 2)
    return named if np.bincount(joined).max() > most else joined


def _alike(items: Items) -> Ints:
    texts = [text_of(items.table[name]) for name in items.features if kind_of(items.table[name]) == "text"]
    if not texts:
        return np.arange(len(items))
    together = pl.select(pl.concat_str(texts, separator="\n", ignore_nulls=True)).to_series()
    alike, order = np.empty(len(items), dtype=np.int64), items.order
    alike[order] = near_duplicates(together.gather(order))
    # Texts most of which are alike are made from a template: that is how items look here, not copies of one another.
    return np.arange(len(items)) if np.bincount(alike).max() > max(MOST_ALIKE * len(items), 20) else alike


def _named_groups(items: Items) -> Ints:
    """Numbers of the group column; an item without a group is a group of its own."""
    assert items.roles.group is not None
    names = text_of(items.table[items.roles.group]).replace("", None)
    named = (names.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy()
    alone = named < 0
    return numbered(np.where(alone, named.max() + np.cumsum(alone), named))


def _joined(left: Ints, right: Ints) -> Ints:
    """The finest grouping in which items together on the left or on the right are together."""
    n = left.max() + 1
    edges = sparse.coo_array((np.ones(len(left)), (left, n + right)), shape=(n + right.max() + 1,) * 2)
    return numbered(connected_components(edges, directed=False)[1][left].astype(np.int64))


def _median_times(groups: Ints, times: Floats) -> Floats:
    frame = pl.DataFrame({"group": groups, "time": times}).with_columns(pl.col("time").fill_nan(None))
    medians = frame.group_by("group").agg(pl.col("time").median()).sort("group")["time"]
    return medians.fill_null(-np.inf).to_numpy()


def _latest(times: Floats, sizes: Ints, target: float, rng: np.random.Generator) -> Bools:
    """The latest groups, as many as come nearest to the target; equal times in an order drawn by the seed."""
    latest = np.lexsort((rng.permutation(len(times)), -times))
    timed = int(np.isfinite(times).sum())
    most = timed if timed < len(times) else timed - 1
    sums = np.cumsum(sizes[latest])[: max(most, 1)]
    chosen = np.zeros(len(times), dtype=np.bool_)
    chosen[latest[: int(np.abs(sums - target).argmin()) + 1]] = True
    return chosen


def _at_random(sizes: Ints, target: float, rng: np.random.Generator) -> Bools:
    drawn = rng.permutation(len(sizes))
    if len(sizes) <= FEW_GROUPS:
        picked = _nearest_sum(sizes[drawn].tolist(), target)
    else:
        picked = _filled_up(sizes[drawn], target)
    chosen = np.zeros(len(sizes), dtype=np.bool_)
    chosen[drawn[picked]] = True
    return chosen


def _nearest_sum(sizes: list[int], target: float) -> list[int]:
    """Places whose sizes sum nearest to the target, neither none nor all of them; bits of a number are sums reached."""
    reached = [1]
    for size in sizes:
        reached.append(reached[-1] | reached[-1] << size)
    sums = [total for total in range(1, sum(sizes)) if reached[-1] >> total & 1]
    left = min(sums, key=lambda total: abs(total - target))
    picked = []
    for place in range(len(sizes) - 1, -1, -1):
        if not reached[place] >> left & 1:
            picked.append(place)
            left -= sizes[place]
    return picked


def _filled_up(sizes: Ints, target: float) -> list[int]:
    """Places taken in order, each only if it brings the sum nearer to the target."""
    picked, total = [], 0
    if np.all(sizes == 1):
        return list(range(min(max(round(target), 1), len(sizes) - 1)))
    for place, size in enumerate(sizes.tolist()):
        if abs(total + size - target) < abs(total - target):
            picked.append(place)
            total += size
    return picked or [int(sizes.argmin())]
