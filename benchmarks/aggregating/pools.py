"""Real items with a truth, and the simple conditions somebody could make a rule of: words, one cut of a column.

The sets are those of the folder PAYOFF_DATA, of scikit-learn and of river; those missing are left out and named.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.preprocessing import MaxAbsScaler

DATA = Path(os.environ.get("PAYOFF_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
ITEMS = 2_000  # of a pool, at most

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Pool:
    """Items with their outcome (n,) as a number, and the conditions that hold of them (n, conditions)."""

    name: str
    outcome: Ints
    names: list[str]  # of the outcomes
    conditions: sparse.csc_array  # of ones

    @property
    def size(self) -> int:
        return len(self.outcome)

    @property
    def rates(self) -> Floats:
        """The base rate of each outcome."""
        return np.bincount(self.outcome, minlength=len(self.names)) / self.size

    def holds(self, condition: int) -> Bools:
        """Where a condition holds (n,)."""
        held = np.zeros(self.size, dtype=np.bool_)
        held[self.conditions.indices[self.conditions.indptr[condition] : self.conditions.indptr[condition + 1]]] = True
        return held

    @cached_property
    def features(self) -> sparse.csr_array:
        """Columns for a classifier (n, d)."""
        return sparse.csr_array(MaxAbsScaler().fit_transform(self.conditions.tocsr()))

    @cached_property
    def told(self) -> Floats:
        """P(outcome) out of fold by a logistic regression (n, K): where it errs the item is hard for others as well."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = LogisticRegression(C=0.05, max_iter=60)
            told = cross_val_predict(model, self.features, self.outcome, cv=3, method="predict_proba")
        return np.asarray(np.clip(told, 0.01, None) / np.clip(told, 0.01, None).sum(axis=1, keepdims=True))


def of_text(name: str, texts: list[str], labels: list[str]) -> Pool:
    """Words and pairs of words that at least five texts hold, and lengths."""
    rows = drawn(len(texts))
    texts = [texts[i] for i in rows]
    words = CountVectorizer(binary=True, min_df=5, ngram_range=(1, 2), token_pattern=r"(?u)\b\w[\w']+\b|[!?$]|\d+")
    held = words.fit_transform(texts)
    lengths = np.array([len(text.split()) for text in texts])[:, np.newaxis]
    cuts = cuts_of(lengths.astype(float))
    every = sparse.hstack([sparse.csc_array(held, dtype=float), sparse.csc_array(cuts, dtype=float)], format="csc")
    outcome, names = numbered([labels[i] for i in rows])
    return Pool(name, outcome, names, every)


def of_table(name: str, table: pl.DataFrame, target: str, drop: tuple[str, ...] = ()) -> Pool:
    """Cuts of each column of numbers, the values of the others."""
    table = table[drawn(len(table)).tolist()]
    outcome, names = numbered([str(label) for label in table[target].to_list()])
    parts = []
    for column in table.drop(target, *drop).get_columns():
        if column.dtype == pl.String and column.n_unique() > 60:
            continue
        held = values_of(column) if column.dtype == pl.String else cuts_of(facts(column))
        parts.append(sparse.csc_array(held, dtype=float))
    return Pool(name, outcome, names, sparse.hstack(parts, format="csc"))


def drawn(size: int) -> Ints:
    """At most ITEMS rows, always the same."""
    return np.sort(np.random.default_rng(0).permutation(size)[:ITEMS])


def facts(column: pl.Series) -> Floats:
    return column.cast(pl.Float64, strict=False).fill_null(strategy="mean").fill_null(0).to_numpy()[:, np.newaxis]


def cuts_of(values: Floats) -> Bools:
    """Above and up to each of thirteen quantiles of each column, (n, conditions)."""
    held = []
    for j in range(values.shape[1]):
        cuts = np.unique(np.quantile(values[:, j], np.linspace(0.05, 0.95, 13)))
        for cut in cuts:
            above = values[:, j] > cut
            if 0 < above.sum() < len(above):
                held += [above, ~above]
    return np.array(held, dtype=np.bool_).T.reshape(len(values), -1)


def values_of(column: pl.Series) -> Bools:
    """Each value that at least 1 % of the items have."""
    counts = column.drop_nulls().value_counts().filter(pl.col("count") >= 0.01 * len(column)).sort(column.name)
    held = [(column == value).fill_null(False).to_numpy() for value in counts[column.name]]
    return np.array(held, dtype=np.bool_).T.reshape(len(column), -1)


def numbered(labels: list[str]) -> tuple[Ints, list[str]]:
    names, outcome = np.unique(np.array(labels), return_inverse=True)
    return outcome.astype(np.int64), [str(name) for name in names]


# --- the sets -----------------------------------------------------------------------------------------------------


def read(path: str) -> pl.DataFrame:
    return pl.read_csv(DATA / path, infer_schema_length=None)


def youtube_spam() -> Pool:
    table = read("youtube-spam/items.csv.gz").join(read("youtube-spam/truth.csv.gz"), "item", maintain_order="left")
    return of_text("youtube-spam", table["text"].fill_null("").to_list(), table["label"].to_list())


def hausa_news() -> Pool:
    table = read("hausa-news/items.csv.gz").join(read("hausa-news/truth.csv.gz"), "item", maintain_order="left")
    return of_text("hausa-news", table["text"].fill_null("").to_list(), table["label"].to_list())


def product_matching() -> Pool:
    """How alike two descriptions are, in a few columns."""
    items = read("product-matching/items.csv.gz").join(
        read("product-matching/truth.csv.gz"), "item", maintain_order="left"
    )
    rows = []
    for row in items.iter_rows(named=True):
        first, second = (set(re.findall(r"\w+", (row[side] or "").lower())) for side in ("a_name", "b_name"))
        codes = {word for word in first & second if re.search(r"\d", word)}
        prices = [float(re.sub(r"[^\d.]", "", row[side] or "") or "nan") for side in ("a_price", "b_price")]
        rows.append(
            {
                "common": len(first & second),
                "share": len(first & second) / max(len(first | second), 1),
                "codes": len(codes),
                "longest code": max((len(code) for code in codes), default=0),
                "price": abs(np.log(prices[0] / prices[1])) if min(prices) > 0 else None,
                "length": abs(len(row["a_name"]) - len(row["b_name"])),
                "label": row["label"],
            }
        )
    return of_table("product-matching", pl.DataFrame(rows, infer_schema_length=None), "label")


def music_genre() -> Pool:
    table = read("music-genre/items.csv.gz").join(read("music-genre/truth.csv.gz"), "item", maintain_order="left")
    return of_table("music-genre", table, "label", ("item", "split"))


def recidivism() -> Pool:
    table = read("recidivism/items.csv.gz").join(read("recidivism/truth.csv.gz"), "item", maintain_order="left")
    return of_table("recidivism", table, "label", ("item", "race", "compas_decile", "dressel_block"))


def bank_marketing() -> Pool:
    known = ["age", "balance", "previous", "job", "marital", "education", "default", "housing", "loan", "poutcome"]
    return of_table("bank_marketing", read("bank_marketing/data.csv.gz").select(*known, "y"), "y")


def charles_book_club() -> Pool:
    leak = ("Yes_Florence", "No_Florence")
    return of_table("charles_book_club", read("charles_book_club/data.csv.gz"), "Florence", leak)


def of_bunch(name: str, bunch: object) -> Pool:
    data, target = bunch.data, bunch.target  # type: ignore[attr-defined]
    table = pl.DataFrame({f"x{j}": data[:, j] for j in range(data.shape[1])}).with_columns(label=target)
    return of_table(name, table, "label")


def phishing() -> Pool:
    from river.datasets import Phishing  # a package of the extra `demo`

    table = pl.DataFrame([{**columns, "label": str(label)} for columns, label in Phishing()])
    return of_table("phishing", table, "label")


SETS: dict[str, Callable[[], Pool]] = {
    "youtube-spam": youtube_spam,
    "hausa-news": hausa_news,
    "product-matching": product_matching,
    "german_credit": lambda: of_table("german_credit", read("german_credit/data.csv.gz"), "bad"),
    "bank_marketing": bank_marketing,
    "telco_churn": lambda: of_table("telco_churn", read("telco_churn/data.csv.gz"), "Churn"),
    "tayko_catalog": lambda: of_table("tayko_catalog", read("tayko_catalog/data.csv.gz"), "Purchase", ("Spending",)),
    "charles_book_club": charles_book_club,
    "recidivism": recidivism,
    "music-genre": music_genre,
    "phishing": phishing,
    "digits": lambda: of_bunch("digits", load_digits()),
    "breast_cancer": lambda: of_bunch("breast_cancer", load_breast_cancer()),
    "wine": lambda: of_bunch("wine", load_wine()),
}


@cache
def pool(name: str) -> Pool | None:
    """The set of that name; None, said aloud, where it is not to be had."""
    try:
        return SETS[name]()
    except (FileNotFoundError, ImportError) as missing:
        print(f"!!! SKIPPED {name}: {missing}")
        return None
