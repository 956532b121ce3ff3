"""Power: how many votes a candidate takes that is truly better by 1, 2 or 5% of what there is to win."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from judging.methods import BATCHES
from judging.verdicts import OFTEN, OURS, RANDOM, Bar, Job, Measured, by, needed, runs_of
from judging.work import Work
from judging.worlds import Floats, Ints, Pair, World, pool_of

SHARES = (0.01, 0.02, 0.05)
ITEMS = 20_000  # of a pool: with 4,000 hardly any gain of 1% could be told from nought by knowing every outcome


class Better(NamedTuple):
    """A candidate better by this share of what there is to win over its incumbent."""

    share: float
    pair: Pair


def candidates(worlds: list[World]) -> Iterator[Better]:
    """In every world the second policy gives way to a mixture of itself and one of the two best fitted."""
    rng = np.random.default_rng(6)
    for world in worlds:
        names = list(world.policies)
        incumbent = world.policies[names[1]]
        for other in names[-2:]:
            for share in SHARES:
                mixed = better_by(world, incumbent, world.policies[other], share, rng)
                if mixed is not None:
                    pair = Pair(world.name, names[1], f"{other}, mixed", pool_of(world, incumbent, mixed))
                    yield Better(share, pair)


def better_by(world: World, incumbent: Ints, other: Ints, share: float, rng: np.random.Generator) -> Ints | None:
    """Decisions (n,) of `other` on a random part of the items, so that they are better by this share of the stakes.

    So large a part that it would be on the mean, and the nearest of a hundred such: gains and losses stand in the
    proportion of the whole. None where the other is not that much better.
    """
    every, differ = np.arange(len(world.outcome)), np.flatnonzero(incumbent != other)
    earned = world.payoffs[every, :, world.outcome]
    gain = earned[every, other] - earned[every, incumbent]
    wanted = share * (earned.max(axis=1) - earned[every, incumbent]).sum()
    if gain.sum() < wanted:
        return None
    part = max(round(len(differ) * wanted / gain.sum()), 1)
    mixtures = [rng.choice(differ, part, replace=False) for _ in range(100)]
    nearest = min(mixtures, key=lambda rows: float(abs(gain[rows].sum() - wanted)))
    return np.where(np.isin(every, nearest), other, incumbent)


def power(worlds: list[World], judged: dict[str, Measured], repeats: int, work: Work) -> None:
    """Votes until adoption, ours beside the random audit, at the bars of the table of verdicts."""
    print(
        f"\nVotes until {OFTEN:.0%} of {repeats} repeats adopt a candidate better by a share of what there is to win;"
    )
    print(
        f"pools of {ITEMS} items; could: candidates that knowing every outcome would settle, which alone are counted\n"
    )
    print(f"{'':9} {'':10} {'':6} {'adopted by 2000':>16} {'votes, median':>16} {'ratio':>6}")
    print(f"{'better by':>9} {'candidates':>10} {'could':>6}" + f" {'ours':>8} {'random':>7}" * 2)
    every = list(candidates(worlds))
    for share in SHARES:
        pairs = [each.pair for each in every if each.share == share]
        settleable = [pair for pair in pairs if pair.settleable(ITEMS)]
        found = f"{share:9.0%} {len(pairs):10} {len(settleable):6}"
        if settleable:
            ours, random = (votes_for(settleable, name, judged[name].bar, repeats, work) for name in (OURS, RANDOM))
            ratio = np.median(by(ours, random, BATCHES[-1]))
            found += f" {np.isfinite(ours).mean():8.0%} {np.isfinite(random).mean():7.0%}"
            found += f" {np.median(ours):8.0f} {np.median(random):7.0f} {ratio:6.2f}"
        print(found, flush=True)


def votes_for(pairs: list[Pair], method: str, bar: Bar, repeats: int, work: Work) -> Floats:
    """Votes (pairs,) until the method adopts often enough."""
    jobs = [Job(method, pair.population, repeats, (7, place), ITEMS) for place, pair in enumerate(pairs)]
    return np.array([needed(runs, bar, better=True) for runs in work.over(runs_of, jobs)])
