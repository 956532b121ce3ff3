"""What the votes of a voter or a source earn: the best decision with them against the best decision without them."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import t as student

from payoff.aggregate.kernels import Floats
from payoff.aggregate.left_out import LeftOut
from payoff.decide import best

SIDE = 0.025  # intervals hold 95 %


def earnings(left: LeftOut, units: int, payoffs: Floats, proba: Floats) -> pl.DataFrame:
    """What a vote of each unit earns, everybody else's votes given: votes, earns, low, high; a row a unit, in order.

    `payoffs` are (items or 1, decisions, outcomes), `proba` (items, outcomes) is what is believed of the items, known
    outcomes included. On each item the unit voted on, the decision that is best with its votes is worth so much more
    under `proba` than the one that is best without them; `earns` is the mean of that over its votes, in the unit of the
    payoffs, `low` and `high` the 95% interval over items. A unit without votes has nulls. Where the decision changed
    nowhere in n items the interval allows what n such items can rule out. What the first of ten voters earns is more
    than what the tenth adds: this is what each adds to all the others. Source: the value of information, Howard (1966).

    >>> sure = np.array([[1.0, 0.0], [1.0, 0.0]])
    >>> left = LeftOut(np.arange(2), np.zeros(2, int), np.ones(2, int), sure, np.array([[0.1, 0.9], [0.9, 0.1]]))
    >>> found = earnings(left, 1, np.array([[[0.0, -1.0], [-2.0, 1.0]]]), sure)
    >>> found["earns"].item()  # 0 in place of -2 on one of two
    1.0
    """
    each = payoffs[left.item] if len(payoffs) > 1 else payoffs
    rows = np.arange(len(left.item))
    worth = np.einsum("rdk,rk->rd", np.broadcast_to(each, (len(rows), *each.shape[1:])), proba[left.item])
    gain = worth[rows, best(each, left.within)] - worth[rows, best(each, left.without)]
    reach = worth.max(axis=1) - worth.min(axis=1)
    items = np.bincount(left.unit, minlength=units).astype(np.float64)
    votes = np.bincount(left.unit, weights=left.votes, minlength=units)
    with np.errstate(invalid="ignore", divide="ignore"):  # a unit without votes, or with one, has no figure
        mean = np.bincount(left.unit, weights=gain, minlength=units) / items
        spread = np.bincount(left.unit, weights=(gain - mean[left.unit]) ** 2, minlength=units) / (items - 1)
        half = student.ppf(1 - SIDE, np.maximum(items - 1, 1)) * np.sqrt(spread / items)
        widest = np.bincount(left.unit, weights=reach, minlength=units) / items * (1 - SIDE ** (1 / items))
        half = np.where(spread > 0, half, widest)
        per = items / votes
    table = {
        "votes": votes.astype(np.int64),
        "earns": mean * per,
        "low": (mean - half) * per,
        "high": (mean + half) * per,
    }
    return pl.DataFrame(table).with_columns(pl.selectors.float().fill_nan(None))
