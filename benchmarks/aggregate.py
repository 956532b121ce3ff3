"""How well votes become probabilities: the label model beside its peers, on published sets with truth and on made ones.

    python benchmarks/aggregate.py [--check] [--only sets|gold|mixes|worlds|speed|ablation] [--seeds 1] [--limit 1200]

Accuracy in percent (ties shared equally), log-loss (natural logarithm, probabilities floored at 1e-6) and calibration
error (of the likeliest outcome, 15 bins of equally many items) over the items that have a truth and a vote. No truth is
used in fitting, but where the table says so. Peers that clash with our pins run in the environment that `make
bench-peers` makes, on the same votes; one that cannot run is named with its error. `--check` is the quick version and
exits 0 only if the claims hold. PAYOFF_DATA names the folder of the sets.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: ours and the peers, one core each
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")

from aggregating.ablation import Group, ablation, leave_one_out
from aggregating.claims import Claim, about_beyond, about_gold, about_mixes, about_sets, about_speed
from aggregating.gold import golds
from aggregating.methods import HERE, Asked, results
from aggregating.mixes import mixes
from aggregating.peers import OUTSIDE
from aggregating.pools import DATA
from aggregating.sets import PUBLISHED, sets
from aggregating.speed import speed
from aggregating.tables import Column, print_seconds, print_tables
from aggregating.worlds import World, worlds

QUICK = ("crowd-kit DawidSkene", "crowd-kit Wawa", "hyper label model")  # the others take minutes
COUNTED = {"rules": "rules", "crowd": "crowds", "models": "models", "mix": "mixes"}
SHORT = {  # headings
    "bluebird": "bluebird",
    "music-genre": "music",
    "product-matching": "product",
    "trec2011-relevance": "trec",
    "recidivism, norace": "norace",
    "recidivism, race": "race",
    "recidivism, survey": "survey",
    "weather-sentiment, cf20": "cf20",
    "weather-sentiment, cf5": "cf5",
    "weather-sentiment, amt": "amt",
    "hausa-news": "hausa",
    "youtube-spam": "spam",
    "recidivism, all": "recid.",
    "weather-sentiment, all": "weather",
}
PARTS = ("sets", "gold", "mixes", "worlds", "speed", "ablation")


class Options(argparse.Namespace):
    """What was asked for."""

    check: bool
    only: str | None
    seeds: int
    limit: float

    @property
    def outside(self) -> tuple[str, ...]:
        """The peers of the other environment that are asked."""
        return QUICK if self.check else OUTSIDE

    @property
    def methods(self) -> tuple[str, ...]:
        return (*HERE, *self.outside)


def main() -> int:
    """Print the tables; 0 if the claims hold or were not asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="the quick version; exit 0 only if the claims hold")
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument("--seeds", type=int, default=1, help="of the made worlds")
    parser.add_argument("--limit", type=float, default=1200, help="seconds that a peer may take for one table")
    options = parser.parse_args(namespace=Options())
    if not DATA.is_dir():
        print(f"SKIPPED: no sets in {DATA}; name their folder in PAYOFF_DATA", file=sys.stderr)
        return 1 if options.check else 0
    started = time.perf_counter()
    claims = [claim for part in parts(options) for claim in RUN[part](options)]
    print("\n" + "\n".join(map(str, claims)))
    print(f"{time.perf_counter() - started:.0f} s")
    return 0 if all(claim.holds or claim.aim for claim in claims) or not options.check else 1


def parts(options: Options) -> Iterator[str]:
    """What is run: the ablations only in the full version."""
    for part in PARTS:
        if options.only in (None, part) and not (options.check and part == "ablation"):
            yield part


def on_sets(options: Options) -> Iterator[Claim]:
    every = list(sets())
    found = results(
        [Asked(each.name, each.votes, each.kinds, each.truth) for each in every], options.outside, limit=options.limit
    )
    crowds = tuple(each.name for each in every if each.crowd)
    columns = [Column(SHORT[each.name], (each.name,)) for each in every]
    columns[len(crowds) : len(crowds)] = [Column("TEN", crowds)]
    print_tables(found, [*columns, Column("ALL", tuple(found))], options.methods, "published sets, no truth used")
    print_seconds(found, options.methods)
    print(f"majority as published, to compare: {', '.join(f'{SHORT[k]} {v}' for k, v in PUBLISHED.items())}")
    yield from about_sets(found, crowds, options.methods)


def on_gold(options: Options) -> Iterator[Claim]:
    yield from about_gold(golds(options.outside, draws=10 if options.check else 40))


def on_mixes(options: Options) -> Iterator[Claim]:
    every = list(mixes())
    found = results(every, options.outside, limit=options.limit)
    columns = [Column(f"mix {number}", (each.name,)) for number, each in enumerate(every, 1)]
    print_tables(found, [*columns, Column("MEAN", tuple(found))], options.methods, "mixes of kinds, experts drawn")
    print("\n".join(f"  mix {number}: {each.name}" for number, each in enumerate(every, 1)))
    yield from about_mixes(found, options.methods)


def on_worlds(options: Options) -> Iterator[Claim]:
    """Every fifth world and the methods at hand in the quick version; every peer in the full one."""
    every = [each for seed in range(1 if options.check else options.seeds) for each in worlds(None, seed)]
    every = every[::5] if options.check else every
    outside = ("hyper label model",) if options.check else OUTSIDE
    found = results(
        [Asked(each.title, each.votes, each.kinds, each.truth) for each in every], outside, limit=options.limit
    )
    families = {COUNTED[family]: tuple(each.title for each in every if each.family == family) for family in COUNTED}
    columns = [Column(family, names) for family, names in families.items()]
    methods = (*HERE, *outside)
    print_tables(found, [*columns, Column("ALL", tuple(found))], methods, f"{len(every)} made worlds, no truth used")
    yield from about_beyond(found, families, methods)


def on_speed(options: Options) -> Iterator[Claim]:
    yield from about_speed(speed(options.check))


def on_ablation(options: Options) -> Iterator[Claim]:
    """Published sets by kind, mixes, and made worlds."""
    asked = {each.name: Asked(each.name, each.votes, each.kinds, each.truth) for each in sets()}
    crowds = [name for name in asked if ", all" not in name and name not in ("hausa-news", "youtube-spam")]
    made = [Group(COUNTED[family], tuple(as_asked(worlds(family, 0)))) for family in COUNTED]
    groups = [
        Group("ten crowds", tuple(asked[name] for name in crowds)),
        Group("youtube-spam", (asked["youtube-spam"],)),
        Group("mixes", (*mixes(), asked["recidivism, all"], asked["weather-sentiment, all"])),
    ]
    gone = ablation([*groups, *made])
    alone = [Group(name, (each,)) for name, each in asked.items()]
    gone += leave_one_out(alone, "published sets")
    gone += leave_one_out(made_by_set(), "made worlds, a set of items at a time")
    yield Claim(f"{len(gone)} names of the model are gone from it: {'; '.join(gone)}", not gone)


def as_asked(every: Iterable[World]) -> Iterator[Asked]:
    for each in every:
        yield Asked(each.title, each.votes, each.kinds, each.truth)


def made_by_set() -> list[Group]:
    """The made worlds, those on the same items together."""
    groups: dict[str, list[Asked]] = {}
    for each in worlds(None, 0):
        groups.setdefault(each.items, []).append(Asked(each.title, each.votes, each.kinds, each.truth))
    return [Group(name, tuple(asked)) for name, asked in groups.items()]


RUN: dict[str, Callable[[Options], Iterator[Claim]]] = {
    "sets": on_sets,
    "gold": on_gold,
    "mixes": on_mixes,
    "worlds": on_worlds,
    "speed": on_speed,
    "ablation": on_ablation,
}


if __name__ == "__main__":
    sys.exit(main())
