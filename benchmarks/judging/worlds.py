"""The worlds that judging is measured on: six data sets, what their decisions are worth, and the policies compared.

Half of the items teach the policies; the other half is the population the pairs are judged on. A pool is drawn anew
from it in each repeat, so that the truth of a pair, its mean over the population, is known. Payoffs are published for
german_credit and bank_marketing only; `ASSUMED` says what was assumed for the others.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from payoff.aggregate import LabelModel, MajorityVote

DATA = Path(os.environ.get("PAYOFF_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
ITEMS = 4_000  # items of a pool, at most: what an audit part of a middling project holds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ASSUMED = {
    "telco_churn": "a lost customer costs twelve monthly charges, an offer a fifth of that and keeps everybody",
    "youtube-spam": "remove: spam +0.3, ham -2; keep: spam -0.5, ham 0",
    "hausa-news": "filed rightly +1, wrongly -1, left to an editor 0",
    "trec2011-relevance": "right +1, wrong -1",
}


class World(NamedTuple):
    """The population of a set: payoffs by decision and outcome, the outcome, the posterior, what policies decide."""

    name: str
    payoffs: Floats  # (n, D, K)
    outcome: Ints  # (n,)
    posterior: Floats  # (n, K)
    policies: dict[str, Ints]  # (n,) decisions, the simplest first


class Pool(NamedTuple):
    """Items on which a candidate is compared with the incumbent, with the outcome that a vote would tell."""

    incumbent: Floats  # (n, K)
    candidate: Floats  # (n, K)
    posterior: Floats  # (n, K)
    outcome: Ints  # (n,)

    @property
    def gain(self) -> Floats:
        """What the candidate really earns over the incumbent on each item (n,)."""
        return (self.candidate - self.incumbent)[np.arange(len(self.outcome)), self.outcome]

    @property
    def differs(self) -> NDArray[np.bool_]:
        """Items (n,) on which the two decide differently."""
        return np.asarray((self.candidate != self.incumbent).any(axis=1))

    def at(self, rows: Ints) -> Pool:
        """These rows of it."""
        return Pool(self.incumbent[rows], self.candidate[rows], self.posterior[rows], self.outcome[rows])

    def drawn(self, rng: np.random.Generator, items: int | None = None) -> Pool:
        """A pool drawn from this population: items to judge on are themselves a sample of those to come."""
        size = len(self.outcome)
        return self.at(rng.integers(0, size, items or min(ITEMS, size)))

    def blind(self) -> Pool:
        """The same with a posterior that knows nothing."""
        return self._replace(posterior=np.full_like(self.posterior, 1 / self.posterior.shape[1]))

    def centred(self) -> Pool:
        """The same with a true difference of exactly nought: where the two differ, the candidate pays a flat fee."""
        differs = self.differs
        fee = self.gain.sum() / max(differs.sum(), 1)
        return self._replace(candidate=self.candidate - np.where(differs, fee, 0.0)[:, None])


class Pair(NamedTuple):
    """Two policies of a world."""

    world: str
    incumbent: str
    candidate: str
    population: Pool

    def __str__(self) -> str:
        return f"{self.world}: {self.incumbent} -> {self.candidate}"

    @property
    def truth(self) -> float:
        return float(self.population.gain.mean())

    def settleable(self, items: int | None = None) -> bool:
        """Whether knowing every outcome of a pool would settle it four times out of five, at 95%."""
        gain = self.population.gain
        scatter = gain.std() / np.sqrt(items or min(ITEMS, len(gain)))
        return bool(abs(gain.mean()) >= (1.96 + 0.84) * scatter)


def pairs_of(world: World) -> Iterator[Pair]:
    """All pairs of policies that ever decide differently, the simpler as the incumbent."""
    for incumbent, candidate in itertools.combinations(world.policies, 2):
        population = pool_of(world, world.policies[incumbent], world.policies[candidate])
        if population.differs.any():
            yield Pair(world.name, incumbent, candidate, population)


def pool_of(world: World, incumbent: Ints, candidate: Ints) -> Pool:
    """The population of a world under two policies' decisions."""
    every = np.arange(len(world.outcome))
    return Pool(world.payoffs[every, incumbent], world.payoffs[every, candidate], world.posterior, world.outcome)


# --- the sets: payoffs (n, D, K), outcomes (n,) and what a policy may see ---------------------------------------------

Raw = tuple[Floats, Ints, pl.DataFrame | list[str]]


def german_credit() -> Raw:
    table = pl.read_csv(DATA / "german_credit/data.csv.gz")
    cells = np.array([[0.0, -5.0], [-1.0, 0.0]])  # accept, refuse under good, bad: the published matrix
    return np.broadcast_to(cells, (len(table), 2, 2)), table["bad"].to_numpy(), table.drop("bad")


def telco_churn() -> Raw:
    table = pl.read_csv(DATA / "telco_churn/data.csv.gz", infer_schema_length=None)
    worth = 12 * table["MonthlyCharges"].to_numpy()
    payoffs = np.zeros((len(table), 2, 2))  # leave, offer under stays, churns
    payoffs[:, 0, 1], payoffs[:, 1, :] = -worth, -0.2 * worth[:, None]
    return payoffs, table["Churn"].cast(pl.String).is_in(["Yes", "1"]).to_numpy().astype(int), table.drop("Churn")


def bank_marketing() -> Raw:
    table = pl.read_csv(DATA / "bank_marketing/data.csv.gz").filter(pl.col("balance") > 0).sample(12_000, seed=0)
    payoffs = np.zeros((len(table), 2, 2))  # leave, call under no, yes: Bahnsen et al. 2014
    payoffs[:, 0, 1] = -np.maximum(table["balance"].to_numpy() * 0.25 * 0.02463333, 1)
    payoffs[:, 1, :] = -1
    known = ["age", "balance", "previous", "job", "marital", "education", "default", "housing", "loan", "poutcome"]
    return payoffs, table["y"].cast(pl.String).is_in(["yes", "1"]).to_numpy().astype(int), table.select(known)


def youtube_spam() -> Raw:
    items, truth = (pl.read_csv(DATA / f"youtube-spam/{name}.csv.gz") for name in ("items", "truth"))
    table = items.join(truth, "item", maintain_order="left")
    cells = np.array([[0.0, -0.5], [-2.0, 0.3]])  # keep, remove under ham, spam
    outcome = (table["label"] == "spam").to_numpy().astype(int)
    return np.broadcast_to(cells, (len(table), 2, 2)), outcome, table["text"].fill_null("").to_list()


def hausa_news() -> Raw:
    items, truth = (pl.read_csv(DATA / f"hausa-news/{name}.csv.gz") for name in ("items", "truth"))
    table = items.join(truth, "item", maintain_order="left").drop_nulls("label")
    names, outcome = np.unique(table["label"].to_numpy(), return_inverse=True)
    cells = np.vstack([2.0 * np.eye(len(names)) - 1, np.zeros(len(names))])  # file under a topic, or leave to an editor
    return np.broadcast_to(cells, (len(table), *cells.shape)), outcome, table["text"].to_list()


def columns_of(raw: pl.DataFrame | list[str], learn: Ints) -> Floats:
    """Columns for a model: words and their latent dimensions, or facts with categories as columns."""
    if isinstance(raw, list):
        words = make_pipeline(TfidfVectorizer(sublinear_tf=True, min_df=2), TruncatedSVD(100, random_state=0))
        words.fit([raw[i] for i in learn])
        return np.asarray(words.transform(raw) * 5)
    text = [name for name, kind in raw.schema.items() if kind == pl.String]
    facts = [name for name in raw.columns if name not in text]
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = make_column_transformer((encode, text), (StandardScaler(), facts))
    columns.set_output(transform="default")
    filled = raw.with_columns(pl.col(facts).cast(pl.Float64, strict=False).fill_null(0.0))
    return np.asarray(columns.fit(filled[learn]).transform(filled))


def learnt(name: str, load: Callable[[], Raw], seed: int = 0) -> World:
    """A world of a constant, logistic regressions on 100, 300 and all items, trees; the posterior is that of 300."""
    payoffs, outcome, raw = load()
    order = np.random.default_rng(seed).permutation(len(outcome))
    learn, rest = order[: len(order) // 2], order[len(order) // 2 :]
    columns, outcomes = columns_of(raw, learn), payoffs.shape[2]

    def fitted(model: Any, rows: Ints) -> Floats:
        proba = np.full((len(rest), outcomes), 1e-9)
        model.fit(columns[rows], outcome[rows])
        proba[:, model.classes_] += model.predict_proba(columns[rest])
        return np.asarray(proba / proba.sum(axis=1, keepdims=True))

    def decided(proba: Floats) -> Ints:
        return np.asarray(np.einsum("idk,ik->id", payoffs[rest], proba).argmax(axis=1))

    rates = np.bincount(outcome[learn], minlength=outcomes) / len(learn)
    constant = int(np.einsum("idk,k->d", payoffs[learn], rates).argmax())
    sizes = {"logistic 100": learn[:100], "logistic 300": learn[:300], "logistic all": learn}
    probas = {label: fitted(LogisticRegression(C=0.3, max_iter=300), rows) for label, rows in sizes.items()}
    trees = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8, random_state=0)
    probas["trees"] = fitted(trees, learn)
    policies = {"constant": np.full(len(rest), constant)} | {label: decided(each) for label, each in probas.items()}
    return World(name, payoffs[rest], outcome[rest], probas["logistic 300"], policies)


def voted(name: str) -> World:
    """A world without columns: crowd votes only, decided by a constant, few voters, many voters, or the label model.

    No truth is used, neither by the policies nor by the posterior, which is the label model's, as in a project.
    """
    votes, truth = (pl.read_csv(DATA / f"{name}/{part}.csv.gz") for part in ("votes", "truth"))
    votes = votes.with_columns(pl.col("item", "source", "label").cast(pl.String))
    votes = votes.select("item", voter="source", label="label").with_columns(source=pl.lit("crowd"))
    truth = truth.with_columns(pl.col("item", "label").cast(pl.String))
    truth = truth.join(votes.select("item").unique(), "item", how="semi").sort("item")
    busiest = votes["voter"].value_counts(sort=True).sort("count", "voter", descending=True)["voter"]

    def relevant(posterior: pl.DataFrame) -> Floats:
        known = truth.select("item").join(posterior.select("item", "1"), "item", how="left", maintain_order="left")
        return known["1"].fill_null(0.0).to_numpy()

    def majority(count: int) -> Floats:
        some = votes.filter(pl.col("voter").is_in(busiest[:count].to_list()))
        return relevant(MajorityVote(outcomes=["0", "1"]).fit(some).posterior_)

    shares = {
        "constant": np.ones(len(truth)),
        "20 busiest voters": majority(20),
        "100 busiest voters": majority(100),
        "majority of all": majority(len(busiest)),
        "label model": relevant(LabelModel(kinds={"crowd": "crowd"}).fit(votes).posterior_),
    }
    payoffs = np.broadcast_to(np.array([[1.0, -1.0], [-1.0, 1.0]]), (len(truth), 2, 2))
    outcome = (truth["label"] == "1").to_numpy().astype(int)
    policies = {label: (share > 0.5).astype(int) for label, share in shares.items()}
    return World(name, payoffs, outcome, np.column_stack([1 - shares["label model"], shares["label model"]]), policies)


SETS: dict[str, Callable[[], World]] = {
    "german_credit": lambda: learnt("german_credit", german_credit),
    "telco_churn": lambda: learnt("telco_churn", telco_churn),
    "bank_marketing": lambda: learnt("bank_marketing", bank_marketing),
    "youtube-spam": lambda: learnt("youtube-spam", youtube_spam),
    "hausa-news": lambda: learnt("hausa-news", hausa_news),
    "trec2011-relevance": lambda: voted("trec2011-relevance"),
}


def worlds(only: str | None = None) -> list[World]:
    """The sets found in the data folder; those missing are named aloud."""
    found = []
    for name, make in SETS.items():
        if only not in (None, name):
            continue
        if (DATA / name).is_dir():
            found.append(make())
        else:
            print(f"!!! SKIPPED {name}: not found in {DATA} (set PAYOFF_DATA)")
    return found
