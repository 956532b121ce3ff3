"""The columns as one more voter of the label model: a linear model of what the votes say, out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import softmax

from payoff.decide import Bools, Floats, Ints
from payoff.policies.ridge import ridge_path
from payoff.policies.taught import MOST_ROWS, STRENGTH
from payoff.project.trusting import FEWEST, Check, lower
from payoff.views import Matrix
from payoff.words import count

NAME = "the columns"  # of the source; kind model
SURE = (
    0.5,
    0.7,
    0.85,
    0.95,
)  # how sure it is says which of its voices speaks, so that each is believed by its own record
STEPS = 15  # of the optimiser: a voter need not be the best model


@dataclass(frozen=True)
class ColumnVoter:
    """Whether the columns are `heard` beside the votes, the check behind it, and `words` on it."""

    heard: bool
    check: Check | None
    words: str


def votes_of_columns(ids: pl.Series, proba: Floats, outcomes: Sequence[str]) -> pl.DataFrame:
    """Probabilities (n, K) as votes: item, source, voter, label. The voter says how sure it is.

    >>> votes_of_columns(pl.Series(["a", "b"]), np.array([[0.1, 0.9], [0.6, 0.4]]), ["ham", "spam"]).rows()
    [('a', 'the columns', 'from 85%', 'spam'), ('b', 'the columns', 'from 50%', 'ham')]
    """
    voices = np.array([f"from {edge:.0%}" for edge in (0.0, *SURE)])
    heard = {
        "item": ids,
        "source": [NAME] * len(ids),
        "voter": voices[np.digitize(proba.max(axis=1), SURE)],
        "label": np.array(outcomes)[proba.argmax(axis=1)],
    }
    return pl.DataFrame(heard, schema=dict.fromkeys(heard, pl.String))


def cross_fitted(matrix: Matrix, posterior: Floats, taught: Bools, weights: Floats, fold: Ints, *, seed: int) -> Floats:
    """P(outcome | columns) of each item, (n, K), by a linear model of the posteriors of the items in other folds.

    Rows of `matrix` (n, p), of `posterior` (n, K) where items are `taught` (n,), counted by `weights` (n,), in folds
    numbered `fold` (n,). A classifier on columns beside the annotators: Raykar et al., "Learning from crowds" (2010);
    Goh et al., "CROWDLAB" (2022), who take it out of sample so that it cannot repeat an item's own votes.

    >>> x = np.tile([[-1.0], [1.0]], (10, 1))
    >>> said = np.tile([[0.9, 0.1], [0.1, 0.9]], (10, 1))
    >>> one = np.ones(20)
    >>> cross_fitted(x, said, one > 0, one, np.arange(20) // 4, seed=0)[:2].argmax(axis=1).tolist()
    [0, 1]
    """
    rows = np.flatnonzero(taught)
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
    folds = np.unique(fold)
    target, weight = posterior[rows], weights[rows] / max(weights[rows].mean(), 1e-300)
    known = weight * (fold[rows] != folds[:, None])
    base = np.log((known @ target + 1 / target.shape[1]) / (known.sum(axis=1, keepdims=True) + 1))
    offsets = np.repeat(base[:, None, :], len(rows), axis=1)
    slopes = next(ridge_path(matrix[rows], target, known, offsets, [STRENGTH], max_iter=STEPS))
    proba = np.empty(posterior.shape)
    for place, name in enumerate(folds):
        mine = fold == name
        proba[mine] = softmax(np.asarray(matrix[mine] @ slopes[:, place]) + base[place], axis=1)
    return proba


def silent(known: int | None) -> ColumnVoter:
    """The columns where they do not vote: too few outcomes are `known` to see whether they should, or (None) no need.

    >>> silent(7).words
    'the columns do not vote: 7 known outcomes with votes, 20 are needed to see whether they should'
    """
    if known is None:
        return ColumnVoter(False, None, "the columns do not vote: there are none, or no item is in doubt")
    some = f"{known or 'no'} known outcome{'' if known == 1 else 's'} with votes"
    return ColumnVoter(False, None, f"the columns do not vote: {some}, {FEWEST} are needed to see whether they should")


def verdict_on_columns(check: Check) -> ColumnVoter:
    """Whether the columns are heard: where they are shown to bring the votes nearer to the known outcomes."""
    known = f"on {count(check.items, 'known outcome')}"
    if check.better:
        return ColumnVoter(True, check, f"the columns vote too: {known} that makes log-loss {lower(check.saved)}")
    why = f"that is not shown to help, log-loss {lower(check.saved)}"
    if check.saved.low > 0:
        why = f"that makes log-loss {lower(check.saved)}, but decisions would earn less, {check.earned}"
    return ColumnVoter(False, check, f"the columns do not vote: {known} {why}")
