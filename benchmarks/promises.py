"""How often does a promise hold? Whole projects over many re-splits: promised for items kept aside, and what came.

    python benchmarks/promises.py [--check] [--splits 200] [--jobs 2] [--only CASE] [--save FILE]

A split keeps 30% of the items aside at random as the future, copies of texts too; the rest is an ordinary project that
follows its own advice to the end (`payoff.testing.follow_advice`) and then promises, for so many items to come, what
each of its policies will earn. Peer: the plain interval, mean and 1.96 standard errors of the same votes.
PAYOFF_DATA names the folder of the data sets; the demo's data come with the package river.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: the splits run side by side
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from rich.console import Console

import payoff as po
from payoff import judge
from payoff.demo import phishing
from payoff.demo.data import kept_aside, web_sites
from payoff.testing import follow_advice
from payoff.votes import share_interval

DATA = Path(os.environ.get("PAYOFF_DATA", Path(__file__).resolve().parents[1] / "../shared/data"))
ASIDE = 0.3
CHECKED = {"german_credit": 24, "youtube-spam": 14, "youtube-spam, votes bought": 3, "demo": 14}
FEWER = {"youtube-spam, votes bought": 4}  # its projects take four times as long: a quarter of the splits
LEAST = 0.93


class Promise(NamedTuple):
    """What one policy of one split promised for the items kept aside, and what it realised there."""

    case: str
    seed: int
    policy: str
    incumbent: bool
    proven: bool
    mean: float
    low: float
    high: float
    plain: float  # width of the plain interval
    realised: float
    votes: int

    @property
    def held(self) -> bool:
        """Whether what came lies in what was promised."""
        return self.low <= self.realised <= self.high


# --- the projects ----------------------------------------------------------------------------------------------------


def german_credit(folder: Path, seed: int) -> tuple[po.Project, pl.DataFrame]:
    """1,000 applicants, all outcomes known: 467 to learn from, 233 to judge, 300 aside; the published matrix 5 to 1."""
    raw = pl.read_csv(DATA / "german_credit/data.csv.gz").with_row_index("item")
    table = raw.with_columns(pl.col("bad").replace_strict({0: "good", 1: "bad"}, return_dtype=pl.String))
    cells = {"accept": {"good": 0.0, "bad": -5.0}, "refuse": {"good": -1.0, "bad": 0.0}}
    return _census(folder, table, "bad", po.Objective(cells, unit="points"), seed)


def youtube_spam(folder: Path, seed: int) -> tuple[po.Project, pl.DataFrame]:
    """1,956 comments, all known: 913 to learn from, 456 to judge, 587 aside; payoffs as in judge.py, assumed."""
    return _census(folder, _comments().drop("^rule:.*$"), "outcome", _spam_or_ham(), seed)


def youtube_spam_bought(folder: Path, seed: int) -> tuple[po.Project, pl.DataFrame]:
    """The same without outcomes: ten rules vote for nothing, an expert for 0.50 a vote, 20,000 items to come."""
    known, aside = kept_aside(_comments(), seed=seed)
    objective = _spam_or_ham(per_month=10_000, months=2)
    given = {"items": known.drop("outcome").with_columns(today=pl.lit("keep")), "today": "today"}
    project = po.Project.create(folder, **given, objective=objective, seed=seed)
    for rule in (name for name in known.columns if name.startswith("rule:")):
        project.add_source(rule, kind="rule", column=rule)
    project.add_source("experts", kind="expert", price=0.5)
    follow_advice(project, dict(zip(known["item"], known["outcome"], strict=True)), budget=100.0, most=60)
    return project, aside.with_columns(today=pl.lit("keep"))


def demo(folder: Path, seed: int) -> tuple[po.Project, pl.DataFrame]:
    """The demo's own loop, without its report: 875 sites, 375 aside, analysts at 1 EUR a vote."""
    sites, aside = kept_aside(web_sites(), seed=seed)
    stage = phishing.Stage(Console(quiet=True))
    folder.mkdir()
    objective = po.Objective(phishing.PAYOFFS, unit="EUR", per_month=1_000, months=6)
    project = phishing._begin(folder, sites, aside, objective, seed=seed, stage=stage)
    phishing._loop(project, dict(zip(sites["site"].cast(pl.String), sites["outcome"], strict=True)), stage)
    return project, pl.read_parquet(folder / "future.parquet")


def _census(
    folder: Path, table: pl.DataFrame, outcome: str, objective: po.Objective, seed: int
) -> tuple[po.Project, pl.DataFrame]:
    known, aside = kept_aside(table, seed=seed)
    project = po.Project.create(folder, items=known, objective=objective, outcome=outcome, seed=seed)
    follow_advice(project, {})
    return project, aside.rename({outcome: "outcome"})


def _comments() -> pl.DataFrame:
    folder = DATA / "youtube-spam"
    votes = pl.read_csv(folder / "votes.csv.gz").pivot(on="source", index="item", values="label")
    truth = pl.read_csv(folder / "truth.csv.gz").rename({"label": "outcome"})
    return pl.read_csv(folder / "items.csv.gz").select("item", "text").join(truth, "item").join(votes, "item", "left")


def _spam_or_ham(**volume: float) -> po.Objective:
    cells = {"keep": {"ham": 0.0, "spam": -0.5}, "remove": {"ham": -2.0, "spam": 0.3}}
    return po.Objective(cells, unit="EUR", **volume)


CASES: dict[str, Callable[[Path, int], tuple[po.Project, pl.DataFrame]]] = {
    "german_credit": german_credit,
    "youtube-spam": youtube_spam,
    "youtube-spam, votes bought": youtube_spam_bought,
    "demo": demo,
}


# --- promised and realised -------------------------------------------------------------------------------------------


def one_split(case: str, seed: int) -> list[Promise]:
    """One project from the first advice to the last, and what each of its policies promised and realised."""
    with tempfile.TemporaryDirectory() as folder:
        project, aside = CASES[case](Path(folder) / "project", seed)
        return list(_promises(case, seed, project, aside))


def _promises(case: str, seed: int, project: po.Project, aside: pl.DataFrame) -> Iterator[Promise]:
    standing, items = project._at.standing(), len(aside)
    for name, decisions in project.decisions_by_rung(aside.drop("outcome")).items():
        judged = standing.levelled(standing.rung(name))
        promised = judge.promise(judged, items)
        realised = float(project.objective.value(decisions, aside["outcome"], aside).mean())
        variance = judged.votes_variance + judged.items_variance * (1 + judged.items / items)
        yield Promise(
            case, seed, name, name == standing.incumbent.name, standing.proven,
            promised.mean, promised.low, promised.high, 2 * 1.96 * math.sqrt(variance), realised, judged.votes,
        )  # fmt: skip


def all_splits(splits: dict[str, int], jobs: int) -> list[Promise]:
    """Every split of every case, side by side."""
    tasks = [(case, seed) for case, many in splits.items() for seed in range(many)]
    with ProcessPoolExecutor(jobs) as pool:
        return [each for found in pool.map(one_split, *zip(*tasks, strict=True)) for each in found]


# --- the table -------------------------------------------------------------------------------------------------------

HEAD = (
    f"{'case':27} {'policy':13} {'splits':>6} {'held':>6} {'95% of that':>14} "
    f"{'low':>4} {'high':>4} {'plain':>6} {'width':>6}"
)


def row(case: str, policy: str, found: list[Promise]) -> str:
    """Share held with its interval, misses below and above, share the plain interval held, width over the plain one."""
    held, count = sum(each.held for each in found), len(found)
    low, high = (float(end[0]) for end in share_interval(np.array([held]), np.array([count])))
    below, above = sum(each.realised < each.low for each in found), sum(each.realised > each.high for each in found)
    plain = np.mean([abs(each.realised - each.mean) <= each.plain / 2 for each in found])
    width = np.median([(each.high - each.low) / each.plain for each in found if each.plain > 0] or [math.nan])
    return (
        f"{case:27} {policy:13} {count:6} {held / count:6.3f} {f'{low:.3f} to {high:.3f}':>14} {below:4} {above:4} "
        f"{plain:6.3f} {width:6.2f}"
    )


def table(found: list[Promise]) -> dict[str, float]:
    """Print a line for the incumbent and one for each policy; returns the share held by the incumbent's promises."""
    shares = {}
    print(
        f"{HEAD}\n(low, high: what came was below or above; plain: 1.96 standard errors; width: ours over the plain)\n"
    )
    for case in dict.fromkeys(each.case for each in found):
        here = [each for each in found if each.case == case and math.isfinite(each.low)]
        final = [each for each in here if each.incumbent]
        shares[case] = sum(each.held for each in final) / max(len(final), 1)
        print(row(case, "the incumbent", final))
        for policy in dict.fromkeys(each.policy for each in here):
            print(row("", policy, [each for each in here if each.policy == policy]))
        misses = [f"seed {m.seed}: {m.low:.3f} to {m.high:.3f}, came {m.realised:.3f}" for m in final if not m.held]
        print(f"  misses of the incumbent: {'; '.join(misses[:6]) or 'none'}\n", flush=True)
    return shares


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="the quick version: at most three minutes on two cores")
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", choices=CASES, nargs="*", default=list(CASES))
    parser.add_argument("--save", type=Path, help="every promise as a CSV")
    options = parser.parse_args()
    start = time.perf_counter()
    splits = {case: CHECKED[case] if options.check else options.splits // FEWER.get(case, 1) for case in options.only}
    found = all_splits(splits, options.jobs)
    if options.save:
        pl.DataFrame(found, schema=Promise._fields, orient="row").write_csv(options.save)
    shares = table(found)
    claims = [holds(case, share, splits[case], options.check) for case, share in shares.items()]
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if all(claims) else 1


def holds(case: str, share: float, splits: int, check: bool) -> bool:
    """Whether a case keeps the claim; so few splits as the quick version has can only refute it, not prove it."""
    most = float(share_interval(np.array([round(share * splits)]), np.array([splits]))[1][0])
    kept = (most if check else share) >= LEAST
    words = f"{share:.3f} of the incumbent's promises held, at least {LEAST}"
    print(f"{'ok  ' if kept else 'FAIL'} {case}: {words}{f' (up to {most:.3f} on {splits} splits)' if check else ''}")
    return kept


if __name__ == "__main__":
    sys.exit(main())
