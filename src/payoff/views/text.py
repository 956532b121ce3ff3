"""A column of text as columns a linear model can use."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.extmath import randomized_svd

from payoff.items import text_of
from payoff.views.columns import Floats, NumbersView
from payoff.views.matrices import Matrix, side_by_side

LINK = r"(?i)https?://|www\.|\.(com|net|org|ru|ly|be)\b"
# Below this many texts a word in a single one of them is kept: there is nothing to count on.
SMALL = 100


class TextView(TransformerMixin, BaseEstimator):
    """Words, pairs of words and runs of letters weighted by TF-IDF, their main directions, and a few plain facts.

    TF-IDF with sublinear counts (Salton and Buckley 1988) over words and word pairs, and over 2 to 5 letters within
    words, the `most` commonest of each. Beside it the `latent` first directions of its singular value decomposition
    (Deerwester et al. 1990), which carry over what is learnt from few labels to words without one; 0 for none. The
    facts are the length, the shares of capitals and digits, links and exclamation marks. Learnt: `feature_names_`.

    >>> view = TextView().fit(pl.DataFrame({"text": ["check my channel", "nice song"]}))
    >>> 'text has "my channel"' in view.feature_names_, 'text has letters "cha"' in view.feature_names_
    (True, True)
    >>> view.transform(pl.DataFrame({"text": ["my channel"]})).shape == (1, len(view.feature_names_))
    True
    """

    def __init__(self, *, most: int = 5_000, latent: int = 100) -> None:
        self.most = most
        self.latent = latent

    def fit(self, columns: pl.DataFrame, y: object = None) -> Self:
        """Learn the vocabulary of the one column of a table of texts.

        >>> TextView().fit(pl.DataFrame({"text": ["a b", None]})).name_
        'text'
        """
        self.fit_transform(columns)
        return self

    def fit_transform(self, columns: pl.DataFrame, y: object = None) -> Matrix:
        """The same as `fit` and then `transform`, reading every text once.

        >>> TextView(latent=0).fit_transform(pl.DataFrame({"text": ["a b", "c"]})).shape[0]
        2
        """
        self.name_ = columns.columns[0]
        texts, facts = _texts(columns[self.name_]), _facts(columns[self.name_])
        rare = 2 if len(texts) >= SMALL else 1
        shared = {"sublinear_tf": True, "min_df": rare, "max_features": self.most, "dtype": np.float64}
        words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **shared)
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **shared)
        self.vectors_ = {"has": words, "has letters": letters}
        parts = {kind: _learnt(vectors, texts) for kind, vectors in self.vectors_.items()}
        self.vectors_ = {kind: vectors for kind, vectors in self.vectors_.items() if parts[kind] is not None}
        weights = _stacked([part for part in parts.values() if part is not None], len(texts))
        self.directions_ = _directions(weights, self.latent)
        self.facts_ = NumbersView().fit(facts)
        self.feature_names_ = self._names()
        return self._beside(weights, facts)

    def transform(self, columns: pl.DataFrame) -> Matrix:
        """(n, features) float64 CSR.

        >>> texts = pl.DataFrame({"text": ["a b", "b c", "c d"]})
        >>> TextView().fit(texts).transform(texts).shape == (3, len(TextView().fit(texts).feature_names_))
        True
        """
        texts = _texts(columns[self.name_])
        known = [sparse.csr_array(vectors.transform(texts)) for vectors in self.vectors_.values() if texts]
        return self._beside(_stacked(known, len(texts), len(self.directions_)), _facts(columns[self.name_]))

    def _beside(self, weights: Matrix, facts: pl.DataFrame) -> Matrix:
        return side_by_side(weights, sparse.csr_array(weights @ self.directions_), self.facts_.transform(facts))

    def _names(self) -> list[str]:
        terms = [(kind, vectors.get_feature_names_out()) for kind, vectors in self.vectors_.items()]
        names = [f'{self.name_} {kind} "{term}"' for kind, known in terms for term in known]
        names += [f"{self.name_} direction {at + 1}" for at in range(self.directions_.shape[1])]
        return names + [f"{self.name_}: {fact}" for fact in self.facts_.feature_names_]


def _texts(values: pl.Series) -> list[str]:
    return text_of(values).fill_null("").to_list()


def _learnt(vectors: Any, texts: list[str]) -> Matrix | None:
    """The weights of the texts the vectoriser is fitted to, or None where they share no word."""
    try:
        return sparse.csr_array(vectors.fit_transform(texts))
    except ValueError as error:
        if "empty vocabulary" in str(error) or "no terms remain" in str(error):
            return None
        raise


def _stacked(parts: list[Matrix], height: int, width: int = 0) -> Matrix:
    return side_by_side(*parts) if parts else sparse.csr_array((height, width))


def _directions(weights: Matrix, latent: int) -> Floats:
    """(features, latent) the first right singular vectors, fewer where there are fewer texts or features."""
    most = min(latent, min(weights.shape) - 1)
    if most < 1:
        return np.zeros((weights.shape[1], 0))
    _, _, rows = randomized_svd(weights, most, n_iter=2, random_state=0)
    return np.asarray(rows.T, dtype=np.float64)


def _facts(values: pl.Series) -> pl.DataFrame:
    text = text_of(values).alias("text").to_frame()
    column = pl.col("text")
    length = column.str.len_chars()
    some = pl.max_horizontal(length, 1)
    return text.select(
        length.log1p().alias("length"),
        (column.str.count_matches(r"\p{Lu}") / some).alias("share of capitals"),
        (column.str.count_matches(r"\p{Nd}") / some).alias("share of digits"),
        column.str.contains(LINK).cast(pl.Float64).alias("has a link"),
        column.str.count_matches("!").log1p().alias("exclamation marks"),
    )
