"""Whether a voter is as right today as before: a test for a change at a time that nobody named."""

from __future__ import annotations

import polars as pl
from scipy.special import kolmogorov

from payoff.aggregate.named import adjusted

FEWEST = 20  # votes of a voter from which a change can be told
SPELLS = 20  # of equal numbers of votes, over which items may become harder for everybody
MOST = 3.0  # times as much as usual that a voter may follow what changed for all
COMPANY = 5  # voters from which what changes for everybody can be told from what changes for one
WHO = ("source", "voter")


def drift(votes: pl.DataFrame, outcomes: int) -> pl.DataFrame:
    """Each voter's rightness before and after its likeliest change: source, voter, votes, before, after, since, p.

    `votes` has a row a vote: source, voter, `when` (anything that sorts; null is left out), `right` the probability
    that it is right by everything but itself, `sure`, the sum of squares of the probabilities of the item's outcomes,
    and `pool`, the name of those who meet the same items, null for a voter that meets its own. What is followed over
    time is how much righter each vote was than the voter usually is on items as sure as this one, less what changed at
    the same time for all voters of a pool, if they are five or more: that items became harder is nobody's drift. The
    largest excursion of its cumulated sum from zero has the distribution of a Brownian bridge's where nothing changed
    (Ploberger and Krämer, "The CUSUM test with OLS residuals", 1992); for few votes it is smaller, so nobody is named
    too soon. `p` holds for all voters together (Holm 1979): naming those at most .05 names anybody wrongly with a
    chance of 5%. Voters with fewer than 20 votes are left out; the surest come first.

    >>> rows = {"source": ["c"] * 80, "voter": ["ann"] * 80, "when": range(80), "right": [1.0] * 40 + [0.0, 1.0] * 20}
    >>> found = drift(pl.DataFrame(rows).with_columns(sure=1.0, pool=None), outcomes=2)
    >>> found.select("before", "after", "since").row(0), found["p"].item() < 0.05
    ((1.0, 0.5, 40), True)
    """
    told = votes.drop_nulls("when").sort(*WHO, "when", maintain_order=True)
    told = told.filter(pl.len().over(WHO) >= FEWEST)
    told = told.with_columns(spell=(pl.col("when").rank().over("pool") * SPELLS / (pl.len().over("pool") + 1)).floor())
    each = less_shared(told.with_columns(off=residual(outcomes)))
    each = each.with_columns(off=pl.col("off") - pl.col("off").mean().over(WHO))
    each = each.with_columns(
        path=pl.col("off").cum_sum().over(WHO).abs(),
        scale=(pl.col("off") ** 2).mean().sqrt().over(WHO) * pl.len().sqrt().over(WHO),
        place=pl.int_range(pl.len()).over(WHO),
    )
    peak = each.with_columns(peak=pl.col("path").arg_max().over(WHO)).group_by(*WHO, maintain_order=True)
    before = pl.col("place") <= pl.col("peak")
    found = peak.agg(
        votes=pl.len().cast(pl.Int64),
        before=pl.col("right").filter(before).mean(),
        after=pl.col("right").filter(~before).mean(),
        since=pl.col("when").filter(~before).first(),
        far=pl.col("path").max() / pl.col("scale").first().clip(lower_bound=1e-12),
    )
    p = adjusted(kolmogorov(found["far"].to_numpy()))
    return found.drop("far").with_columns(p=pl.Series(p, dtype=pl.Float64)).sort("p", *WHO)


def residual(outcomes: int) -> pl.Expr:
    """How much righter a vote is than its voter usually is on an item as sure as this one.

    A voter who is right a share `a` of the time, and otherwise votes any other outcome, is expected to be right with
    a * sure + (1 - a) * (1 - sure) / (outcomes - 1); `a` is such that these differences sum to zero.

    >>> rows = pl.DataFrame({"source": "c", "voter": "ann", "right": [0.9, 0.1], "sure": [0.82, 0.82]})
    >>> rows.select(off=residual(2))["off"].round(6).to_list()
    [0.4, -0.4]
    """
    wrong = (1 - pl.col("sure")) / max(outcomes - 1, 1)
    slope = pl.col("sure") - wrong
    usual = (pl.col("right") - wrong).sum().over(WHO) / slope.sum().over(WHO).clip(lower_bound=1e-12)
    off = pl.col("right") - wrong - usual * slope
    return off - off.mean().over(WHO)


def less_shared(each: pl.DataFrame) -> pl.DataFrame:
    """The rows with `off` less what changed for everybody of the pool in the same spell of time.

    That is the median of the voters' means in the spell, so that a few who changed do not change the others, times how
    far the voter follows it by least squares: who never errs does not err more on harder items. Nobody is taken to
    follow it more than MOST times, nor backwards.

    >>> voters = [name for name in "abcdef" for _ in range(4)]
    >>> rows = {"source": "s", "voter": voters, "spell": [1, 1, 2, 2] * 6, "pool": "s", "off": [0.5, 1.5, -1, -1] * 6}
    >>> less_shared(pl.DataFrame(rows))["off"].to_list()[:4]  # all others were off by one as well
    [-0.5, 0.5, 0.0, 0.0]
    """
    means = each.group_by("pool", "spell", *WHO).agg(mean=pl.col("off").mean())
    shared = means.group_by("pool", "spell").agg(shared=pl.when(pl.len() >= COMPANY).then(pl.col("mean").median()))
    met = each.join(shared, on=["pool", "spell"], how="left", maintain_order="left")  # a null pool meets nobody
    met = met.with_columns(pl.col("shared").fill_null(0.0))
    size = (pl.col("shared") ** 2).sum().over(WHO).clip(lower_bound=1e-12)
    follows = ((pl.col("off") * pl.col("shared")).sum().over(WHO) / size).clip(0.0, MOST)
    return met.with_columns(pl.col("off") - follows * pl.col("shared")).drop("shared")
