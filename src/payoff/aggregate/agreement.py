"""How far votes agree beyond chance, and the items on which they do not, by what that may cost."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

from payoff.aggregate.coding import Coded
from payoff.aggregate.hearing import votes_of
from payoff.aggregate.kernels import Floats
from payoff.votes import alpha

SAMPLES = 1000


def alpha_interval(coded: Coded, *, seed: int = 0) -> tuple[float, float, float] | None:
    """Krippendorff's alpha for nominal labels with its 95% interval over items: alpha, low, high.

    Items are drawn anew with replacement 1,000 times, all their votes with them (Zapf, Castell, Morawietz and Karch,
    "Measuring inter-rater reliability for nominal data", 2016: drawing single pairs of votes, as Hayes and Krippendorff
    2007 do, takes the votes of one item for independent). None where `payoff.votes.alpha` is.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1, 2, 2], "source": ["a", "b"] * 2, "label": list("xxyy")})
    >>> alpha_interval(coded)
    (1.0, 1.0, 1.0)
    """
    found = alpha(coded.tally)
    if found is None:
        return None
    patterns, times = np.unique(coded.tally[coded.sizes > 1], axis=0, return_counts=True)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(times.sum(), times / times.sum(), size=SAMPLES)
    values = [value for sample in drawn if (value := alpha(patterns, sample)) is not None]
    low, high = np.quantile(values or [found], [0.025, 0.975])
    return found, float(low), float(high)


def pairwise(coded: Coded) -> pl.DataFrame:
    """Agreement of each pair of voters: source, voter, other_source, other_voter, items, alike, kappa.

    `items` both voted on, the share on which their votes are `alike`, and `kappa`, which takes off what two voters with
    their shares of labels would agree by chance: 0 is chance, 1 always (Cohen, "A coefficient of agreement for nominal
    scales", 1960); null where chance is 1. Pairs without a common item are left out.

    >>> from payoff.aggregate.coding import code_votes
    >>> votes = {"item": [1, 2, 3, 4] * 2, "source": ["a"] * 4 + ["b"] * 4, "label": list("xxyy") + list("xxyx")}
    >>> pairwise(code_votes(votes)).select("items", "alike", "kappa").rows()  # chance is .5 * .75 + .5 * .25
    [(4, 0.75, 0.5)]
    """
    voters, outcomes = len(coded.voters), len(coded.outcomes)
    cast = votes_of(coded, np.arange(voters))
    on = cast @ sparse.kron(sparse.eye_array(cast.shape[1] // outcomes), np.ones((outcomes, 1)), format="csr")
    both = sparse.triu(on @ on.T, k=1).tocsr().sorted_indices().tocoo()
    same = sparse.triu(cast @ cast.T, k=1).tocoo()
    place = np.searchsorted(
        both.row.astype(np.int64) * voters + both.col, same.row.astype(np.int64) * voters + same.col
    )
    alike = np.bincount(place, weights=same.data, minlength=both.nnz) / both.data
    given = np.zeros((voters, outcomes))
    np.add.at(given, (coded.voter, coded.label), coded.fired)
    given /= np.maximum(given.sum(axis=1, keepdims=True), 1)
    chance = (given[both.row] * given[both.col]).sum(axis=1)
    kappa = np.divide(alike - chance, 1 - chance, out=np.full_like(alike, np.nan), where=chance < 1)
    one, other = coded.voters[both.row.tolist()], coded.voters[both.col.tolist()]
    table: pl.DataFrame = one.hstack(other.rename({"source": "other_source", "voter": "other_voter"}))
    found = table.with_columns(
        items=pl.Series(both.data).cast(pl.Int64), alike=pl.Series(alike), kappa=pl.Series(kappa)
    )
    return found.with_columns(pl.col("kappa").fill_nan(None)).sort("source", "voter", "other_source", "other_voter")


def disputed(coded: Coded, proba: Floats, payoffs: Floats) -> pl.DataFrame:
    """The items on which votes differ: item, votes, top, share, entropy, at_stake; the dearest doubt comes first.

    `proba` is P(outcome), (items, outcomes), `payoffs` (items or 1, decisions, outcomes). `top` is the likeliest
    outcome, `share` the votes for it, `entropy` the doubt left in bits, `at_stake` what knowing the truth would earn
    beyond the best decision, in the unit of the payoffs.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1, 2, 2], "source": ["a", "b"] * 2, "label": list("xyxx")})
    >>> payoffs = np.array([[[0.0, -1.0], [-2.0, 1.0]]])
    >>> disputed(coded, np.array([[0.5, 0.5], [1.0, 0.0]]), payoffs).rows()  # either decision earns -.5, knowing .5
    [(1, 2, 'x', 0.5, 1.0, 1.0)]
    """
    rows = np.flatnonzero((coded.tally > 0).sum(axis=1) > 1)
    known, top = proba[rows], proba[rows].argmax(axis=1)
    each = payoffs[rows] if len(payoffs) > 1 else payoffs
    acted = np.einsum("rdk,rk->rd", np.broadcast_to(each, (len(rows), *each.shape[1:])), known).max(axis=1)
    table = {
        "item": coded.items.gather(rows),
        "votes": coded.sizes[rows],
        "top": pl.Series(coded.outcomes, dtype=pl.String).gather(top),
        "share": coded.tally[rows, top] / coded.sizes[rows],
        "entropy": -(known * np.log2(np.maximum(known, 1e-300))).sum(axis=1),
        "at_stake": (known * each.max(axis=1)).sum(axis=1) - acted,
    }
    return pl.DataFrame(table).sort(["at_stake", "entropy", "item"], descending=[True, True, False])
