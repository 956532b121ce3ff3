"""What does choosing by accuracy, F1, AUC, log-loss or lift cost, against choosing by the payoffs?

    python benchmarks/usual_metric.py [--check] [--splits 3]

Peer: the usual practice. Both choose among the same candidates, fitted on the same labels: every rung of the ladder,
as it decides by the payoffs, and every rung with probabilities as practice ships it, at the 0.5 cut. The metrics choose
out of fold. A third of the items is kept aside before anything is fitted; there the worth of our choice less that of
the pick is measured, with its plain 95% interval. Our choice is the policy proven on the audit of the rest: the simpler
one where a richer was not. PAYOFF_DATA names the folder of the data sets.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

import payoff as po
from payoff.report.rows import UsualRow
from payoff.words import interval, mean

DATA = Path(os.environ.get("PAYOFF_DATA", Path(__file__).resolve().parents[1] / "../shared/data"))
ASIDE = 1 / 3
COSTLY = ("accuracy", "AUC", "log-loss", "lift")  # followed by the 0.5 cut, or choosing it
UNIT = {"bank_marketing": "EUR", "german_credit": "points", "telco_churn": "USD"}


class Case(NamedTuple):
    """A table with its outcome in the column `outcome`, and what decisions are worth."""

    table: pl.DataFrame
    payoffs: dict[str, dict[str, float | str]]


def bank_marketing() -> Case:
    """Calling costs 1, a missed subscriber what the bank earns on the deposit, as published (Bahnsen et al. 2014)."""
    table = pl.read_csv(DATA / "bank_marketing/data.csv.gz").filter(pl.col("balance") > 0).sample(12_000, seed=0)
    known = ["age", "balance", "previous", "job", "marital", "education", "default", "housing", "loan", "poutcome"]
    yes = pl.col("y").cast(pl.String).is_in(["yes", "1"])
    missed = (pl.col("balance") * 0.25 * 0.02463333).clip(lower_bound=1.0).alias("deposit")
    table = table.select(*known, missed, pl.when(yes).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("outcome"))
    return Case(table, {"call": {"yes": -1.0, "no": -1.0}, "leave": {"yes": "-deposit", "no": 0.0}})


def german_credit() -> Case:
    """The published matrix: accepting a bad credit costs 5, refusing a good one 1."""
    table = pl.read_csv(DATA / "german_credit/data.csv.gz")
    outcome = pl.when(pl.col("bad") == 1).then(pl.lit("bad")).otherwise(pl.lit("good")).alias("outcome")
    cells: dict[str, dict[str, float | str]] = {"accept": {"good": 0, "bad": -5}, "refuse": {"good": -1, "bad": 0}}
    return Case(table.select(pl.exclude("bad"), outcome), cells)


def telco_churn() -> Case:
    """A churner who is missed costs a year's charges, an offer a fifth of it (assumed; as in Vanderschueren 2022)."""
    table = pl.read_csv(DATA / "telco_churn/data.csv.gz", infer_schema_length=None)
    churns = pl.col("Churn").cast(pl.String).is_in(["Yes", "1"])
    outcome = pl.when(churns).then(pl.lit("churns")).otherwise(pl.lit("stays")).alias("outcome")
    offer, missed = "-0.2 * 12 * MonthlyCharges", "-12 * MonthlyCharges"
    return Case(
        table.select(pl.exclude("Churn"), outcome),
        {"leave": {"stays": 0.0, "churns": missed}, "offer": {"stays": offer, "churns": offer}},
    )


SETS: dict[str, Callable[[], Case]] = {
    "bank_marketing": bank_marketing,
    "german_credit": german_credit,
    "telco_churn": telco_churn,
}


def priced(name: str, case: Case, seed: int) -> tuple[str, float, tuple[UsualRow, ...]]:
    """Our choice, what it earns an item on what was kept aside, and what each metric's pick costs there."""
    order = np.random.default_rng(seed).permutation(len(case.table))
    table = case.table.with_row_index("item")
    aside, here = (table[np.sort(part)] for part in np.split(order, [round(ASIDE * len(order))]))
    objective = po.Objective(case.payoffs, unit=UNIT[name])
    with tempfile.TemporaryDirectory() as folder:
        project = po.Project.create(
            Path(folder) / "project", items=here, objective=objective, outcome="outcome", seed=seed
        )
        while project.trial() is not None:
            pass
        realised = project.realised(aside)
        story = project.story()
    assert realised is not None  # the outcomes kept aside are known
    ours = story.would_words.split(":")[0]
    return ours, float(realised.filter(pl.col("policy") == ours)["realised"][0]), story.usual


def shown(name: str, unit: str, ours: str, earned: float, rows: tuple[UsualRow, ...]) -> None:
    """One table: a line for each metric."""
    judged = rows[0].judged if rows else ""
    print(f"\n{name}: the payoffs choose '{ours}', {earned:.3f} {unit} an item {judged}\n")
    print(f"{'metric':9} {'would have picked':52} {'costs':>8}  {'95% interval':18} {'by payoffs':>10}")
    for row in rows:
        by = "-" if row.by_payoffs is None else mean(row.by_payoffs, signed=False)
        print(f"{row.metric:9} {row.picks:52} {mean(row.costs, signed=False):>8}  {interval(row.costs):18} {by:>10}")


def claims(results: dict[str, list[tuple[UsualRow, ...]]]) -> list[tuple[str, bool]]:
    """What is said of these metrics, and whether it holds in every split; nothing is of F1, which may pick a candidate
    that decides by the payoffs.
    """
    found = []
    for name, splits in results.items():
        for metric in COSTLY:
            rows = [row for rows in splits for row in rows if row.metric == metric]
            costs = " ".join(mean(row.costs, signed=False) for row in rows)
            words = f"{name}: choosing by {metric} costs {costs} {UNIT[name]} an item, each interval above 0"
            found.append((words, bool(rows) and all(row.lost for row in rows)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 0 only if the claims hold; the same run")
    parser.add_argument("--splits", type=int, default=3, help="how often items are kept aside anew")
    options = parser.parse_args()
    start, results = time.perf_counter(), dict[str, list[tuple[UsualRow, ...]]]()
    warnings.simplefilter("ignore")  # a category never seen while learning is no news here
    for name, load in SETS.items():
        if not (DATA / name).is_dir():
            print(f"!!! SKIPPED {name}: not found in {DATA} (set PAYOFF_DATA)")
            continue
        case = load()
        for seed in range(options.splits):
            ours, earned, rows = priced(name, case, seed)
            shown(f"{name}, split {seed}", UNIT[name], ours, earned, rows)
            results.setdefault(name, []).append(rows)
    print()
    said = claims(results)
    for words, holds in said:
        print(f"{'ok  ' if holds else 'FAIL'} {words}")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if said and all(holds for _, holds in said) else 1


if __name__ == "__main__":
    sys.exit(main())
