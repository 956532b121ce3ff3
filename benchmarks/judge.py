"""How honest, how narrow and how frugal is judging, and how often does a project of thirty looks adopt a worse policy?

    python benchmarks/judge.py [--check] [--jobs 2] [--only youtube-spam] [--repeats 1000] [--projects 170]

Four tables. Intervals: coverage and width beside the classical paired normal interval. Verdicts: votes until the right
one, beside a random audit, uniform draws on the disagreements and active comparison (Sawade, Landwehr & Scheffer 2012),
each with as many false verdicts as ours. Thirty looks: beside a plain holdout. Power: candidates better by 1, 2 and 5%
of what there is to win. `--check` exits 0 only if the claims at the end hold. PAYOFF_DATA names the data folder.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from typing import NamedTuple

import numpy as np
from judging.intervals import LEAST, Held, intervals
from judging.looks import KINDS, thirty_looks
from judging.power import power
from judging.verdicts import OURS, RANDOM, SAWADE, UNIFORM, Measured, ratio, verdicts
from judging.work import Work
from judging.worlds import ASSUMED, SETS, Floats, pairs_of, worlds
from scipy.special import bdtr


class Claim(NamedTuple):
    """What is said, and whether it was found; an aim may be missed, a claim may not."""

    words: str
    holds: bool
    aim: bool = False

    def __str__(self) -> str:
        return f"{'ok   ' if self.holds else 'SHORT' if self.aim else 'FAIL '} {self.words}"


def about_intervals(held: list[Held]) -> list[Claim]:
    mean = float(np.mean([row.ours for row in held]))
    width, blind = ([getattr(row, name) for row in held] for name in ("width", "useless_width"))
    below = [row for row in held if row.ours < LEAST]
    return [
        Claim(f"mean coverage {mean:.3f}, at least .93", mean >= LEAST),
        Claim(
            f"{len(below)} of {len(held)} pairs are covered less than .93, none is aimed at; "
            f"were all covered .95, chance would put {len(held) * by_chance(held[0].repeats):.1f} there",
            not below,
            aim=True,
        ),
        Claim(f"median width {np.median(width):.3f} of the classical interval, at most .50", np.median(width) <= 0.5),
        Claim(f"median width with a useless posterior {np.median(blind):.2f}, at most 1.05", np.median(blind) <= 1.05),
        Claim(f"largest width with a useless posterior {max(blind):.2f}, at most 1.30", max(blind) <= 1.3),
    ]


def by_chance(repeats: int) -> float:
    """How likely so many repeats cover less than .93 where the chance of each is .95."""
    return float(bdtr(math.ceil(LEAST * repeats - 1e-9) - 1, repeats, 0.95))


def about_verdicts(judged: dict[str, Measured]) -> list[Claim]:
    limits = {RANDOM: 0.25, UNIFORM: 0.75, SAWADE: 0.75}
    found = {peer: ratio(judged[OURS], judged[peer]) for peer in limits}
    return [
        Claim(
            f"votes to a right verdict {found[peer]:.2f} of: {peer}; at most {limit}",
            found[peer] <= limit,
            peer != RANDOM,
        )
        for peer, limit in limits.items()
    ]


def about_looks(counts: dict[str, Floats], projects: int) -> list[Claim]:
    share = sum(count[0] for count in counts.values()) / (projects * len(KINDS))
    return [Claim(f"{share:.3f} of the projects of thirty looks ever adopt falsely, at most .05", share <= 0.05)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="the quick version: at most three minutes on two cores")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--only", choices=SETS, help="one set, and no simulated projects")
    parser.add_argument("--repeats", type=int, default=1000, help="of an interval; a verdict has a tenth of them")
    parser.add_argument("--projects", type=int, default=170, help="of each kind of simulated project")
    options = parser.parse_args()
    repeats, trials, projects = (
        (100, 16, 40) if options.check else (options.repeats, max(options.repeats // 10, 8), options.projects)
    )
    start = time.perf_counter()
    stages = worlds(options.only)
    print("Assumed payoffs (those of german_credit and bank_marketing are published):")
    print("\n".join(f"  {name}: {words}" for name, words in ASSUMED.items()))
    pairs, work = [pair for stage in stages for pair in pairs_of(stage)], Work(options.jobs)
    claims = []
    if pairs:
        judged = verdicts(pairs, trials, work)
        power(stages, judged, max(trials // 2, 8), work)
        claims = about_intervals(intervals(pairs, repeats, work)) + about_verdicts(judged)
    if options.only is None:
        claims += about_looks(thirty_looks(projects, work), projects)
    print("\n" + "\n".join(map(str, claims)))
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if pairs and all(claim.holds or claim.aim for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
