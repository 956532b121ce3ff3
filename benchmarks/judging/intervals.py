"""How honest and how narrow the intervals are, beside the classical paired interval over equally many random votes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from judging.methods import audit_of
from judging.work import Work
from judging.worlds import Pair, Pool
from payoff.judge import Comparison, compare, draw

VOTES = 100
LEAST = 0.93
WORST = 8  # pairs named with the cause
CLASSICAL = 1000  # repeats of the classical interval, whose width scatters most and costs least


class Held(NamedTuple):
    """Over the repeats of a pair: how often each interval held the truth, and how wide ours is by the classical."""

    pair: str
    ours: float
    classical: float
    width: float
    useless: float  # with a posterior that knows nothing
    useless_width: float
    too_high: float  # share of the misses with the whole interval above the truth
    claimed: float  # error claimed by error found: root of mean (V + S) over the scatter of the estimates
    narrow_when_high: float  # correlation of the estimate and the width of its interval
    repeats: int

    @property
    def cause(self) -> str:
        """Why the interval holds the truth too seldom, as far as these figures tell."""
        if self.ours >= 0.95 - 3.1 * np.sqrt(0.95 * 0.05 / self.repeats):  # 0.05 / 60: the worst of sixty pairs
            return "within chance of .95"
        if abs(self.narrow_when_high) > 0.3:
            side = "high" if self.narrow_when_high < 0 else "low"
            return f"skew: an audit without the rare dear items is too {side} and too sure"
        if self.claimed < 0.95:
            return "the error claimed is too small"
        return "tails: the estimates scatter less evenly than Student's t"


def intervals(pairs: list[Pair], repeats: int, work: Work) -> list[Held]:
    """One row a pair, then how the coverage is spread and which pairs are the worst."""
    print(f"\nIntervals at {VOTES} votes, {repeats} repeats a pair (width: ours / classical paired normal)\n")
    print(f"{'pair':56} {'held':>6} {'classical':>9} {'width':>6} {'useless posterior: held':>24} {'width':>6}")
    results = []
    for held in work.over(hold, [(pair, repeats, place) for place, pair in enumerate(pairs)]):
        results.append(held)
        print(
            f"{held.pair:56} {held.ours:6.3f} {held.classical:9.3f} {held.width:6.2f} "
            f"{held.useless:24.3f} {held.useless_width:6.2f}",
            flush=True,
        )
    print_spread(results)
    return results


def hold(job: tuple[Pair, int, int]) -> Held:
    """Repeat: a pool is drawn anew from the population, then the audit from the pool."""
    pair, repeats, place = job
    rng, truth = np.random.default_rng((4, place)), pair.truth
    found, blind = [], []
    for _ in range(repeats):
        pool = pair.population.drawn(rng)
        found.append(audited(pool, rng))
        blind.append(audited(pool.blind(), rng))
    plain = [classical(pair.population.drawn(rng), rng) for _ in range(CLASSICAL)]
    ours, unknowing, peer = np.array(found), np.array(blind), np.array(plain)
    held, width = (ours[:, 1] <= truth) & (truth <= ours[:, 2]), ours[:, 2] - ours[:, 1]
    usual = np.median(peer[:, 1] - peer[:, 0]) or np.nan
    return Held(
        pair=str(pair),
        ours=held.mean(),
        classical=((peer[:, 0] <= truth) & (truth <= peer[:, 1])).mean(),
        width=float(np.median(width) / usual),
        useless=((unknowing[:, 1] <= truth) & (truth <= unknowing[:, 2])).mean(),
        useless_width=float(np.median(unknowing[:, 2] - unknowing[:, 1]) / usual),
        too_high=float((ours[~held, 0] > truth).mean()) if not held.all() else 0.5,
        claimed=float(np.sqrt(ours[:, 3].mean()) / max(ours[:, 0].std(), 1e-12)),
        narrow_when_high=float(np.corrcoef(ours[:, 0], width)[0, 1]) if width.std() > 0 else 0.0,
        repeats=repeats,
    )


def audited(pool: Pool, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """One audit by the library's draw: the estimate, its limits, and the variance claimed."""
    drawn = draw(pool.incumbent, pool.candidate, pool.posterior, VOTES)
    item = np.flatnonzero(rng.random(len(drawn)) < drawn)
    found: Comparison = compare(pool.incumbent, pool.candidate, pool.posterior, audit_of(pool, item), drawn=drawn)
    at = found.estimate
    return at.mean, at.low, at.high, found.votes_variance + found.items_variance


def classical(pool: Pool, rng: np.random.Generator) -> tuple[float, float]:
    """The paired normal interval over as many votes drawn evenly."""
    seen = rng.choice(pool.gain, VOTES, replace=False)
    half = 1.96 * seen.std(ddof=1) / np.sqrt(VOTES)
    return seen.mean() - half, seen.mean() + half


def print_spread(results: list[Held]) -> None:
    """How coverage is spread over the pairs, and the worst pairs with the cause."""
    print(f"\n{'coverage over the pairs':32} {'mean':>6} {'worst':>6} {'below .93':>10}")
    for name, values in (
        ("ours", [held.ours for held in results]),
        ("ours, useless posterior", [held.useless for held in results]),
        ("classical", [held.classical for held in results]),
    ):
        below = np.mean(np.array(values) < LEAST)
        print(f"{name:32} {np.mean(values):6.3f} {min(values):6.3f} {below:10.0%}")
    print(f"\n{'the worst pairs':56} {'held':>6} {'misses above':>13} {'error claimed / found':>22}  cause")
    for held in sorted(results, key=lambda each: each.ours)[:WORST]:
        print(f"{held.pair:56} {held.ours:6.3f} {held.too_high:13.0%} {held.claimed:22.2f}  {held.cause}")
