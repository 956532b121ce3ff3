"""How honest and how narrow are our intervals, and how often does a project of thirty looks adopt a worse policy?

    python benchmarks/judge.py [--check] [--repeats 1000] [--projects 170]

Peer of the interval: the classical paired normal interval over equally many votes drawn at random. Peer of the thirty
looks: the plain holdout, by best mean and by 95% interval. PAYOFF_DATA names the folder of the data sets.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from sklearn.compose import make_column_transformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from payoff.judge import compare, draw

DATA = Path(os.environ.get("PAYOFF_DATA", Path(__file__).resolve().parents[1] / "../shared/data"))
VOTES = 100
ITEMS = 4_000  # items of the audit part, at most


class World(NamedTuple):
    """Items kept aside: payoffs by decision and outcome, the outcome, the posterior, what policies decide."""

    name: str
    payoffs: np.ndarray  # (n, D, K)
    outcome: np.ndarray  # (n,)
    posterior: np.ndarray  # (n, K)
    policies: dict[str, np.ndarray]  # (n,) decisions


# --- the data sets and their payoffs (all but german_credit and bank_marketing are assumed for this benchmark) -------


def german_credit() -> tuple[np.ndarray, np.ndarray, object]:
    table = pl.read_csv(DATA / "german_credit/data.csv.gz")
    cells = np.array([[0.0, -5.0], [-1.0, 0.0]])  # accept, refuse under good, bad: the published matrix
    return np.broadcast_to(cells, (len(table), 2, 2)), table["bad"].to_numpy(), table.drop("bad")


def telco_churn() -> tuple[np.ndarray, np.ndarray, object]:
    table = pl.read_csv(DATA / "telco_churn/data.csv.gz", infer_schema_length=None)
    worth = 12 * table["MonthlyCharges"].to_numpy()
    payoffs = np.zeros((len(table), 2, 2))  # leave, offer under stays, churns
    payoffs[:, 0, 1], payoffs[:, 1, :] = -worth, -0.2 * worth[:, None]
    return payoffs, (table["Churn"].cast(pl.String).is_in(["Yes", "1"])).to_numpy().astype(int), table.drop("Churn")


def bank_marketing() -> tuple[np.ndarray, np.ndarray, object]:
    table = pl.read_csv(DATA / "bank_marketing/data.csv.gz").filter(pl.col("balance") > 0).sample(12_000, seed=0)
    payoffs = np.zeros((len(table), 2, 2))  # leave, call under no, yes: Bahnsen et al. 2014
    payoffs[:, 0, 1] = -np.maximum(table["balance"].to_numpy() * 0.25 * 0.02463333, 1)
    payoffs[:, 1, :] = -1
    known = ["age", "balance", "previous", "job", "marital", "education", "default", "housing", "loan", "poutcome"]
    return payoffs, table["y"].cast(pl.String).is_in(["yes", "1"]).to_numpy().astype(int), table.select(known)


def youtube_spam() -> tuple[np.ndarray, np.ndarray, object]:
    table = pl.read_csv(DATA / "youtube-spam/items.csv.gz").join(
        pl.read_csv(DATA / "youtube-spam/truth.csv.gz"), "item"
    )
    cells = np.array([[0.0, -0.5], [-2.0, 0.3]])  # keep, remove under ham, spam
    outcome = (table["label"] == "spam").to_numpy().astype(int)
    return np.broadcast_to(cells, (len(table), 2, 2)), outcome, table["text"].fill_null("").to_list()


def hausa_news() -> tuple[np.ndarray, np.ndarray, object]:
    table = pl.read_csv(DATA / "hausa-news/items.csv.gz").join(pl.read_csv(DATA / "hausa-news/truth.csv.gz"), "item")
    names, outcome = np.unique(table["label"].to_numpy(), return_inverse=True)
    cells = np.vstack([2.0 * np.eye(len(names)) - 1, np.zeros(len(names))])  # file under a topic, or leave to an editor
    return np.broadcast_to(cells, (len(table), *cells.shape)), outcome, table["text"].to_list()


def view(raw: object, learn: np.ndarray) -> np.ndarray:
    """Columns for a model: words and their latent dimensions, or facts with categories as columns."""
    if isinstance(raw, list):
        words = make_pipeline(TfidfVectorizer(sublinear_tf=True, min_df=2), TruncatedSVD(100, random_state=0))
        words.fit([raw[i] for i in learn])
        return words.transform(raw) * 5
    text = [name for name, kind in raw.schema.items() if kind == pl.String]
    facts = [name for name in raw.columns if name not in text]
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = make_column_transformer((encode, text), (StandardScaler(), facts))
    columns.set_output(transform="default")
    filled = raw.with_columns(pl.col(facts).cast(pl.Float64, strict=False).fill_null(0.0))
    return columns.fit(filled[learn]).transform(filled)


def world(name: str, load: Callable[[], tuple[np.ndarray, np.ndarray, object]], seed: int = 0) -> World:
    """Half of the items teach the policies, the other half is the population to be judged on."""
    payoffs, outcome, raw = load()
    order = np.random.default_rng(seed).permutation(len(outcome))
    learn, rest = order[: len(order) // 2], order[len(order) // 2 :]
    columns, outcomes = view(raw, learn), payoffs.shape[2]

    def decided(model: object, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        proba = np.full((len(rest), outcomes), 1e-9)
        fitted = model.fit(columns[rows], outcome[rows])
        proba[:, fitted.classes_] += fitted.predict_proba(columns[rest])
        proba /= proba.sum(axis=1, keepdims=True)
        return np.einsum("idk,ik->id", payoffs[rest], proba).argmax(axis=1), proba

    rates = np.bincount(outcome[learn], minlength=outcomes) / len(learn)
    constant = int(np.einsum("idk,k->d", payoffs[learn], rates).argmax())
    policies, posterior = {"constant": np.full(len(rest), constant)}, None
    for rows in (100, 300, len(learn)):
        label = "logistic all" if rows == len(learn) else f"logistic {rows}"
        policies[label], proba = decided(LogisticRegression(C=0.3, max_iter=300), learn[:rows])
        posterior = proba if rows == 300 else posterior
    trees = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8, random_state=0)
    policies["trees"], _ = decided(trees, learn)
    return World(name, payoffs[rest], outcome[rest], posterior, policies)


SETS = {
    "german_credit": german_credit,
    "telco_churn": telco_churn,
    "bank_marketing": bank_marketing,
    "youtube-spam": youtube_spam,
    "hausa-news": hausa_news,
}
POLICIES = ["constant", "logistic 100", "logistic 300", "logistic all", "trees"]
PAIRS = list(itertools.combinations(POLICIES, 2))  # all of them, the simpler as the incumbent


# --- coverage and width ----------------------------------------------------------------------------------------------


class Held(NamedTuple):
    """Over repeats of one pair: how often each interval held the truth, and how wide ours was."""

    pair: str
    ours: float
    classical: float
    ratio: float
    useless: float  # width ratio with a posterior that knows nothing
    useless_held: float


def audit_once(
    old: np.ndarray, new: np.ndarray, posterior: np.ndarray, outcome: np.ndarray, rng: np.random.Generator
) -> tuple[float, float]:
    """Draw an audit by the tool's probabilities and give the limits it shows."""
    drawn = draw(old, new, posterior, VOTES)
    item = np.flatnonzero(rng.random(len(drawn)) < drawn)
    audit = {"item": item, "incumbent": old[item, outcome[item]], "candidate": new[item, outcome[item]]}
    found = compare(old, new, posterior, audit, drawn=drawn)
    return found.estimate.low, found.estimate.high


def hold(stage: World, incumbent: str, candidate: str, repeats: int, seed: int = 1) -> Held | None:
    """Repeat: items to judge on are drawn anew from the population, then the audit from them."""
    rng, everyone = np.random.default_rng(seed), np.arange(len(stage.outcome))
    old = stage.payoffs[everyone, stage.policies[incumbent]]
    new = stage.payoffs[everyone, stage.policies[candidate]]
    gain = (new - old)[everyone, stage.outcome]
    if not np.any(old != new):
        return None
    truth, rows = gain.mean(), []
    for _ in range(repeats):
        at = rng.integers(0, len(everyone), min(ITEMS, len(everyone)))
        low, high = audit_once(old[at], new[at], stage.posterior[at], stage.outcome[at], rng)
        blind = np.full_like(stage.posterior[at], 1 / stage.posterior.shape[1])
        blind_low, blind_high = audit_once(old[at], new[at], blind, stage.outcome[at], rng)
        plain = rng.choice(gain[at], VOTES, replace=False)
        half = 1.96 * plain.std(ddof=1) / np.sqrt(VOTES)
        rows.append(
            (
                low <= truth <= high,
                abs(plain.mean() - truth) <= half,
                high - low,
                2 * half,
                blind_high - blind_low,
                blind_low <= truth <= blind_high,
            )
        )
    ours, classical, width, plain_width, blind_width, blind_held = np.array(rows, dtype=float).T
    peer = np.median(plain_width) or np.nan
    return Held(
        f"{stage.name}: {incumbent} -> {candidate}",
        ours.mean(),
        classical.mean(),
        float(np.median(width) / peer),
        float(np.median(blind_width) / peer),
        blind_held.mean(),
    )


def intervals(repeats: int) -> list[Held]:
    """One row a pair, printed as it comes."""
    results = []
    print(f"\nIntervals at {VOTES} votes, {repeats} repeats a pair (width: ours / classical paired normal)\n")
    head = f"{'pair':48} {'held':>6} {'classical':>9} {'width':>6} {'useless posterior: held':>24} {'width':>6}"
    print(head)
    for name, load in SETS.items():
        if not (DATA / name).is_dir():
            print(f"!!! SKIPPED {name}: not found in {DATA} (set PAYOFF_DATA)")
            continue
        stage = world(name, load)
        for incumbent, candidate in PAIRS:
            held = hold(stage, incumbent, candidate, repeats)
            if held is None:
                print(f"{name}: {incumbent} -> {candidate}: the two never differ")
                continue
            results.append(held)
            print(
                f"{held.pair:48} {held.ours:6.3f} {held.classical:9.3f} {held.ratio:6.2f} "
                f"{held.useless_held:24.3f} {held.useless:6.2f}",
                flush=True,
            )
    return results


# --- thirty looks ----------------------------------------------------------------------------------------------------

LOOKS, PER_LOOK, N = 30, 30, 1_500


class Stage(NamedTuple):
    """Items with a true probability of the second outcome, what the posterior says of it, the outcome, the money."""

    true: np.ndarray
    told: np.ndarray
    outcome: np.ndarray
    amount: np.ndarray


def stage_of(kind: str, rng: np.random.Generator) -> Stage:
    """Rare dear outcomes where tails are heavy; a posterior that errs towards the candidates where it is biased."""
    true = rng.beta(0.15, 6, N) + 0.001 if kind == "heavy tails" else rng.beta(1, 2, N)
    true = np.clip(true, 0.001, 0.999)
    amount = rng.pareto(1.6, N) + 0.2 if kind == "heavy tails" else rng.lognormal(0, 1, N)
    told = 1 / (1 + (1 / true - 1) * np.e) if kind == "posterior biased" else true
    return Stage(true, told, (rng.random(N) < true).astype(int), amount)


def candidate_of(stage: Stage, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Gain (N, 2) over the incumbent on about a sixth of the items: nothing to win on average, loss on outcome 1."""
    differs = rng.random(N) < 1 / 6
    sign = 1.0 if kind in ("heavy tails", "posterior biased") else rng.choice([-1.0, 1.0], N)
    worse = 0.05 if kind == "slightly worse" else 0.0
    size = np.where(differs, stage.amount, 0.0)
    return np.column_stack([size * (sign * stage.true - worse), size * (-sign * (1 - stage.true) - worse)])


def best_on(stage: Stage, seen: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
    """The candidate that did best on the votes seen so far, out of a hundred: built from earlier estimates."""
    ideas = [candidate_of(stage, kind, rng) for _ in range(100 if len(seen) else 1)]
    return max(ideas, key=lambda gain: gain[seen, stage.outcome[seen]].sum())


def project(kind: str, seed: int) -> tuple[bool, bool, bool]:
    """One project of thirty looks: does it ever adopt, by our procedure, by best mean, by the plain 95% interval?"""
    rng = np.random.default_rng(seed)
    stage = stage_of(kind, rng)
    posterior, zero = np.column_stack([1 - stage.told, stage.told]), np.zeros((N, 2))
    drawn, audited, ledger = np.zeros(N), np.zeros(N, dtype=bool), None
    holdout = rng.choice(N, N // 3, replace=False)
    adopted = mean_says = interval_says = False
    gain = candidate_of(stage, kind, rng)
    for look in range(LOOKS):
        built = kind == "built from estimates"
        if built:
            peer = best_on(stage, holdout, kind, rng)
            gain = best_on(stage, np.flatnonzero(audited), kind, rng)
        elif kind != "votes drip":
            peer = gain = candidate_of(stage, kind, rng)
        else:
            peer = gain
        before, old = (drawn.copy(), audited.copy()) if built else (None, np.zeros(N, dtype=bool))
        chance = draw(zero, gain, posterior, PER_LOOK, drawn=drawn, audited=np.flatnonzero(audited))
        audited |= rng.random(N) < chance
        drawn = 1 - (1 - drawn) * (1 - chance)
        item = np.flatnonzero(audited)
        audit = {
            "item": item,
            "incumbent": np.zeros(len(item)),
            "candidate": gain[item, stage.outcome[item]],
            "fresh": ~old[item],
        }
        found = compare(zero, gain, posterior, audit, drawn=drawn, before=before, ledger=ledger, name=f"{look}")
        ledger, adopted = found.ledger, adopted or found.verdict == "adopt"
        seen = peer[holdout, stage.outcome[holdout]]
        if kind == "votes drip":
            seen = seen[: len(holdout) * (look + 1) // LOOKS]
        mean_says |= bool(seen.mean() > 0)
        interval_says |= bool(seen.mean() > 1.96 * seen.std(ddof=1) / np.sqrt(len(seen)))
    return adopted, mean_says, interval_says


KINDS = ["fixed candidates", "votes drip", "heavy tails", "posterior biased", "slightly worse", "built from estimates"]


def thirty_looks(projects: int) -> dict[str, np.ndarray]:
    """Share of projects that ever adopt a candidate that is not better."""
    print(f"\nProjects of {LOOKS} looks, nothing to win: share that ever adopts ({projects} projects a kind)\n")
    print(f"{'kind':24} {'ours':>6} {'holdout, best mean':>20} {'holdout, 95% interval':>22}")
    shares = {}
    for kind in KINDS:
        shares[kind] = np.mean([project(kind, seed) for seed in range(projects)], axis=0)
        ours, mean, interval = shares[kind]
        print(f"{kind:24} {ours:6.3f} {mean:20.3f} {interval:22.3f}", flush=True)
    return shares


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="the quick version: at most three minutes on two cores")
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--projects", type=int, default=170)
    options = parser.parse_args()
    repeats, projects = (150, 60) if options.check else (options.repeats, options.projects)
    start = time.perf_counter()
    held, shares = intervals(repeats), thirty_looks(projects)
    ours = float(np.mean([share[0] for share in shares.values()]))
    claims = [(f"false adoption over {LOOKS} looks {ours:.3f}, at most .05", ours <= 0.05)]
    if held:
        coverage, ratio = float(np.mean([row.ours for row in held])), float(np.median([row.ratio for row in held]))
        plain, blind = float(np.mean([row.classical for row in held])), float(np.median([row.useless for row in held]))
        claims += [
            (f"mean coverage {coverage:.3f} (classical {plain:.3f}), at least .93", coverage >= 0.93),
            (f"median width {ratio:.2f} of the classical interval, at most .50", ratio <= 0.50),
        ]
        print(f"\nleast coverage of a pair {min(row.ours for row in held):.3f}; useless posterior: width {blind:.2f}")
    print()
    for words, holds in claims:
        print(f"{'ok  ' if holds else 'FAIL'} {words}")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if held and all(holds for _, holds in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
