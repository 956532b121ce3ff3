"""Votes to a correct verdict: ours beside four peers, every method with as many false verdicts as ours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from judging.methods import BATCHES, METHODS
from judging.work import Work
from judging.worlds import Floats, Ints, Pair, Pool

OURS, RANDOM, UNIFORM, SAWADE = list(METHODS)[:4]
OFTEN = 0.8  # share of repeats that must have the right verdict
STARTS = tuple(BATCHES.index(votes) for votes in (20, 50, 100, 200))  # looks before which a peer may hold its tongue


class Bar(NamedTuple):
    """How many times its own demand a method must reach to adopt and to keep, and the look from which it may."""

    up: float
    down: float
    start: int


class Runs(NamedTuple):
    """Repeats of one pair under one method: votes spent and how it leaned after each batch, (repeats, looks)."""

    votes: Floats
    up: Floats
    down: Floats

    def stops(self, bar: Bar) -> tuple[Ints, Ints]:
        """First look (repeats,) at which it adopts, and at which it keeps; the number of looks where never."""
        return first(self.up > bar.up, bar.start), first(self.down > bar.down, bar.start)

    def false(self, bar: Bar) -> tuple[float, float]:
        """Share of the repeats that adopt, and that keep, whichever comes first: both false where nothing differs."""
        adopts, keeps = self.stops(bar)
        return float((adopts < keeps).mean()), float((keeps < adopts).mean())

    def right(self, bar: Bar, better: bool) -> Floats:
        """Share (looks,) of the repeats that have the right verdict by then."""
        adopts, keeps = self.stops(bar)
        wanted, other = (adopts, keeps) if better else (keeps, adopts)
        looks = np.arange(self.up.shape[1])
        return np.asarray(((wanted[:, None] <= looks) & (wanted < other)[:, None]).mean(axis=0))


def first(passed: NDArray[np.bool_], start: int) -> Ints:
    """First look (repeats,) from `start` on that passed; the number of looks where none did."""
    late = passed & (np.arange(passed.shape[1]) >= start)
    return np.asarray(np.where(late.any(axis=1), late.argmax(axis=1), passed.shape[1]))


class Way(NamedTuple):
    """A pair one way round: its population, and whether the candidate is better."""

    name: str
    population: Pool
    better: bool


def both_ways(pair: Pair) -> tuple[Way, Way]:
    """The pair as it is, and with the candidate as the incumbent, so that half of the right answers are to keep."""
    turned = pair.population._replace(incumbent=pair.population.candidate, candidate=pair.population.incumbent)
    return Way(str(pair), pair.population, pair.truth > 0), Way(f"{pair}, turned", turned, pair.truth < 0)


class Job(NamedTuple):
    """So many repeats of a method on pools of so many items drawn from a population."""

    method: str
    population: Pool
    repeats: int
    seed: tuple[int, int]
    items: int | None = None


def runs_of(job: Job) -> Runs:
    rng = np.random.default_rng(job.seed)
    rows = [METHODS[job.method](job.population.drawn(rng, job.items), rng) for _ in range(job.repeats)]
    return Runs(*(np.array([row[field] for row in rows]) for field in range(3)))


def calibrated(nulls: list[Runs], adopts: float, keeps: float, start: int) -> Bar:
    """The bar at which this share of all null repeats would adopt, and this share keep."""
    up = np.concatenate([runs.up[:, start:].max(axis=1) for runs in nulls])
    down = np.concatenate([runs.down[:, start:].max(axis=1) for runs in nulls])
    return Bar(float(np.quantile(up, 1 - adopts)), float(np.quantile(down, 1 - keeps)), start)


def needed(runs: Runs, bar: Bar, better: bool) -> float:
    """Votes until `OFTEN` of the repeats are right, by the logarithm between two batches; infinite if never."""
    share = runs.right(bar, better)
    if share[-1] < OFTEN:
        return np.inf
    look = int(np.argmax(share >= OFTEN))
    if look == 0:
        return float(np.nanmean(runs.votes[:, 0]))
    before, after = np.log(np.nanmean(runs.votes[:, look - 1 : look + 1], axis=0))
    part = (OFTEN - share[look - 1]) / (share[look] - share[look - 1])
    return float(np.exp(before + part * (after - before)))


class Measured(NamedTuple):
    """One method: its bar, the share of null repeats that adopt and keep by pair, and the votes needed by pair.

    `votes` are infinite for a pair not settled by its last batch, of `most` votes.
    """

    bar: Bar
    adopts: Floats
    keeps: Floats
    votes: Floats
    most: Floats


class Trials(NamedTuple):
    """All repeats of one method: on nulls to calibrate by, on nulls to verify by, and on pairs to be settled."""

    learn: list[Runs]
    verify: list[Runs]
    real: list[Runs]
    most: Floats

    def measured(self, bar: Bar, better: list[bool]) -> Measured:
        adopts, keeps = np.array([runs.false(bar) for runs in self.verify]).T
        votes = [needed(runs, bar, each) for runs, each in zip(self.real, better, strict=True)]
        return Measured(bar, adopts, keeps, np.array(votes), self.most)


def verdicts(pairs: list[Pair], repeats: int, work: Work) -> dict[str, Measured]:
    """Calibrate each peer on true nulls, verify on others, count votes on pairs that can be settled; both ways round.

    A null is a pair with its true difference taken away as a flat fee (`Pool.centred`). A peer need not look at few
    votes, which may be its undoing: every start is tried and printed, and the one with the largest ratio, the hardest
    for us, is claimed from.
    """
    nulls = [way for pair in pairs for way in both_ways(pair)]
    settleable = [way for pair in pairs if pair.settleable() for way in both_ways(pair)]
    better = [way.better for way in settleable]
    tried = {method: trials(method, nulls, settleable, repeats, work) for method in METHODS}
    ours = tried[OURS].measured(Bar(1.0, 1.0, 0), better)
    both = [runs.false(ours.bar) for runs in tried[OURS].learn + tried[OURS].verify]
    adopts, keeps = np.mean(both, axis=0)
    results, starts = {OURS: ours}, {}
    for method in [name for name in METHODS if name != OURS]:
        bars = [calibrated(tried[method].learn, adopts, keeps, start) for start in STARTS]
        offers = [tried[method].measured(bar, better) for bar in bars]
        starts[method] = [ratio(ours, offer) for offer in offers]
        results[method] = max(offers, key=lambda offer: ratio(ours, offer))
    print_verdicts(results, np.array(better), len(nulls))
    print_starts(starts)
    print_worst(nulls, [runs.false(ours.bar)[0] for runs in tried[OURS].learn + tried[OURS].verify])
    return results


def trials(method: str, nulls: list[Way], settleable: list[Way], repeats: int, work: Work) -> Trials:
    """A third of the repeats for each null, to learn and again to verify; each part has seeds of its own."""
    jobs = [
        Job(method, way.population.centred(), max(repeats // 3, 3), (seed, place))
        for seed in (1, 2) for place, way in enumerate(nulls)
    ]  # fmt: skip
    jobs += [Job(method, way.population, repeats, (3, place)) for place, way in enumerate(settleable)]
    runs = list(work.over(runs_of, jobs))
    most = np.array([min(BATCHES[-1], len(way.population.outcome)) for way in settleable], dtype=np.float64)
    return Trials(runs[: len(nulls)], runs[len(nulls) : 2 * len(nulls)], runs[2 * len(nulls) :], most)


def ratio(ours: Measured, theirs: Measured) -> float:
    """Median over the pairs of our votes by the peer's."""
    return float(np.median(by(ours.votes, theirs.votes, theirs.most)))


def by(ours: Floats, theirs: Floats, most: Floats | int) -> Floats:
    """Our votes by theirs; a peer that does not settle a pair counts as if it did at its last batch, in its favour."""
    return np.where(np.isinf(ours) & np.isinf(theirs), 1.0, ours / np.minimum(theirs, most))


def print_verdicts(results: dict[str, Measured], better: NDArray[np.bool_], nulls: int) -> None:
    looks = ", ".join(map(str, BATCHES))
    print(f"\nVotes until {OFTEN:.0%} of the repeats have the right verdict, looking at {looks} votes;")
    print(f"{len(better)} pairs that can be settled, both ways round; false verdicts on {nulls} true nulls.")
    print("bar: the demand as a multiple of the method's own; ratio: median over the pairs of our votes by theirs\n")
    print(f"{'':26} {'bar':>11} {'first':>5}  {'false':>6} {'worst':>6} {'false':>6}  {'votes':>5} {'':15} {'not':>4}")
    head = ("up", "down", "look", "adopt", "pair", "keep", "all", "adopt", "keep", "yet", "ratio")
    widths = (5, 5, 5, 7, 6, 6, 6, 7, 7, 4, 6)
    print(f"{'':26} " + " ".join(f"{word:>{width}}" for word, width in zip(head, widths, strict=True)))
    for method, each in results.items():
        every, adopt, keep = (float(np.median(each.votes[rows])) for rows in (better | True, better, ~better))
        print(
            f"{method:26} {each.bar.up:5.2f} {each.bar.down:5.2f} {BATCHES[each.bar.start]:5} "
            f"{each.adopts.mean():7.4f} {each.adopts.max():6.3f} {each.keeps.mean():6.3f} "
            f"{every:6.0f} {adopt:7.0f} {keep:7.0f} {np.isinf(each.votes).sum():4} {ratio(results[OURS], each):6.2f}",
            flush=True,
        )


def print_worst(nulls: list[Way], adopts: list[float]) -> None:
    """The nulls that ours adopts most often, over both halves of the repeats."""
    share = np.mean(np.reshape(adopts, (2, -1)), axis=0)
    worst = [f"{nulls[place].name} ({share[place]:.3f})" for place in np.argsort(-share, kind="stable")[:3]]
    print(f"ours adopts a null most often in {'; '.join(worst)}; above .05 in {np.mean(share > 0.05):.0%} of the nulls")


def print_starts(starts: dict[str, list[float]]) -> None:
    """The ratio by the votes at which a peer looks first, at equal false verdicts each time."""
    print(f"\n{'ratio, by first look at':26} " + " ".join(f"{BATCHES[start]:6}" for start in STARTS))
    for method, ratios in starts.items():
        print(f"{method:26} " + " ".join(f"{each:6.2f}" for each in ratios))
