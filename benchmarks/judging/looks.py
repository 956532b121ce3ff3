"""Simulated projects of thirty adaptive looks with nothing to win: who ever adopts a policy that is not better?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from judging.methods import chances_of
from judging.work import Work
from judging.worlds import Floats, Ints, Pool
from payoff.judge import compare

LOOKS, PER_LOOK, ITEMS = 30, 30, 1_500
KINDS = ["fixed candidates", "votes drip", "heavy tails", "posterior biased", "slightly worse", "built from estimates"]


class Stage(NamedTuple):
    """Items with a true probability of the second outcome, what the posterior says of it, the outcome, the money."""

    true: Floats
    told: Floats
    outcome: Ints
    amount: Floats


class Adopted(NamedTuple):
    """Whether a project ever adopted, by our procedure, by best mean on a holdout, by its plain 95% interval."""

    ours: bool
    best_mean: bool
    interval: bool


def thirty_looks(projects: int, work: Work) -> dict[str, Floats]:
    """How many of so many projects of each kind ever adopt a candidate that is not better, by procedure."""
    print(f"\nProjects of {LOOKS} looks, nothing to win: how many ever adopt, of {projects} a kind\n")
    print(f"{'kind':24} {'ours':>6} {'holdout, best mean':>20} {'holdout, 95% interval':>22}")
    counts = {}
    for kind in KINDS:
        counts[kind] = np.sum(list(work.over(project, [(kind, seed) for seed in range(projects)])), axis=0)
        ours, mean, interval = counts[kind]
        print(f"{kind:24} {ours:6} {mean:20} {interval:22}", flush=True)
    ours, mean, interval = np.sum(list(counts.values()), axis=0)
    total = projects * len(KINDS)
    print(f"{f'share of all {total}':24} {ours / total:6.3f} {mean / total:20.3f} {interval / total:22.3f}")
    print(f"at most {at_most(int(ours), total):.3f} of all projects by ours, with 95% confidence")
    return counts


def at_most(count: int, total: int) -> float:
    """Upper 95% limit of a share of which so many were seen (Clopper and Pearson 1934)."""
    return 1.0 if count == total else float(betaincinv(count + 1, total - count, 0.95))


def project(job: tuple[str, int]) -> Adopted:
    """One project: each look at a candidate, thirty more votes before it; built candidates count only fresh votes."""
    kind, seed = job
    rng = np.random.default_rng((5, KINDS.index(kind), seed))
    stage = stage_of(kind, rng)
    built, drip = kind == "built from estimates", kind == "votes drip"
    drawn, audited, ledger = np.zeros(ITEMS), np.zeros(ITEMS, dtype=bool), None
    holdout = rng.choice(ITEMS, ITEMS // 3, replace=False)
    gain = peer = candidate_of(stage, kind, rng)
    adopted = mean_says = interval_says = False
    for look in range(LOOKS):
        if built:
            peer, gain = (best_on(stage, seen, kind, rng) for seen in (holdout, np.flatnonzero(audited)))
        elif not drip:
            peer = gain = candidate_of(stage, kind, rng)
        before, old = (drawn.copy(), audited.copy()) if built else (None, np.zeros(ITEMS, dtype=bool))
        pool = pool_of(stage, gain)
        chance = chances_of(pool, PER_LOOK, drawn, audited)
        audited |= rng.random(ITEMS) < chance
        drawn = 1 - (1 - drawn) * (1 - chance)
        audit = votes_of(pool, np.flatnonzero(audited), old)
        found = compare(
            pool.incumbent, gain, pool.posterior, audit, drawn=drawn, before=before, ledger=ledger, name=f"{look}"
        )
        ledger, adopted = found.ledger, adopted or found.verdict == "adopt"
        seen = peer[holdout, stage.outcome[holdout]][: len(holdout) * (look + 1) // LOOKS if drip else None]
        mean_says |= bool(seen.mean() > 0)
        interval_says |= bool(seen.mean() > 1.96 * seen.std(ddof=1) / np.sqrt(len(seen)))
    return Adopted(adopted, mean_says, interval_says)


def stage_of(kind: str, rng: np.random.Generator) -> Stage:
    """Rare dear outcomes where tails are heavy; a posterior that errs towards the candidates where it is biased."""
    true = rng.beta(0.15, 6, ITEMS) + 0.001 if kind == "heavy tails" else rng.beta(1, 2, ITEMS)
    true = np.clip(true, 0.001, 0.999)
    amount = rng.pareto(1.6, ITEMS) + 0.2 if kind == "heavy tails" else rng.lognormal(0, 1, ITEMS)
    told = 1 / (1 + (1 / true - 1) * np.e) if kind == "posterior biased" else true
    return Stage(true, told, (rng.random(ITEMS) < true).astype(np.int64), amount)


def candidate_of(stage: Stage, kind: str, rng: np.random.Generator) -> Floats:
    """Gain (n, 2) over the incumbent on about a sixth of the items: nothing to win on average, loss on outcome 1."""
    differs = rng.random(ITEMS) < 1 / 6
    sign = 1.0 if kind in ("heavy tails", "posterior biased") else rng.choice([-1.0, 1.0], ITEMS)
    worse = 0.05 if kind == "slightly worse" else 0.0
    size = np.where(differs, stage.amount, 0.0)
    return np.column_stack([size * (sign * stage.true - worse), size * (-sign * (1 - stage.true) - worse)])


def best_on(stage: Stage, seen: Ints, kind: str, rng: np.random.Generator) -> Floats:
    """The candidate that did best on the votes seen so far, out of a hundred: built from earlier estimates."""
    ideas = [candidate_of(stage, kind, rng) for _ in range(100 if len(seen) else 1)]
    return max(ideas, key=lambda gain: float(gain[seen, stage.outcome[seen]].sum()))


def pool_of(stage: Stage, gain: Floats) -> Pool:
    return Pool(np.zeros_like(gain), gain, np.column_stack([1 - stage.told, stage.told]), stage.outcome)


def votes_of(pool: Pool, item: Ints, old: NDArray[np.bool_]) -> dict[str, Floats | Ints | NDArray[np.bool_]]:
    """The audit of a candidate that earns `gain` over nothing; votes seen before it was fixed are not fresh."""
    return {
        "item": item,
        "incumbent": np.zeros(len(item)),
        "candidate": pool.candidate[item, pool.outcome[item]],
        "fresh": ~old[item],
    }
