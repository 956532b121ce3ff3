"""Any scikit-learn classifier as a rung: fitted on soft targets, cross-fitted, calibrated."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import expit, softmax
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from payoff.decide import Floats
from payoff.policies.calibration import Calibration, calibrate, log_odds
from payoff.policies.cross_fit import ByPayoff, Fitted, FoldedPolicy
from payoff.policies.features import Views, dense
from payoff.policies.prior import Prior, prior_of, worth_fitting
from payoff.policies.sight import Lesson, Rows, Sight
from payoff.views import Matrix

# An outcome this unlikely on a labelled row is not worth a training row of its own.
NEGLIGIBLE = 0.01
# As many columns, those that vary most, go to an estimator that cannot read sparse ones.
MOST_DENSE_COLUMNS = 256


class FromEstimator(FoldedPolicy):
    """A scikit-learn classifier or pipeline on the features of `Linear`; one that selects columns gets the raw table.

    Each labelled row is repeated for each likely outcome with the weight of its target; an estimator without
    `sample_weight` gets the likeliest outcome. Temperature and shifts are learnt on out-of-fold predictions. With
    fewer than eight labels, or one outcome, it says what `Voting` or `BaseRate` says.

    >>> import polars as pl
    >>> from sklearn.naive_bayes import GaussianNB
    >>> x = np.tile([0.0, 1.0], 20)
    >>> sight = Sight(
    ...     columns=pl.DataFrame({"links": x}), payoffs=np.eye(2)[None], voting=np.full((40, 2), 0.5)
    ... )
    >>> lesson = Lesson(target=np.eye(2)[x.astype(int)], weight=np.ones(40), groups=np.arange(40))
    >>> FromEstimator(GaussianNB()).fit(sight, lesson).decide(sight)[:4].tolist()
    [0, 1, 0, 1]
    """

    def __init__(self, estimator: Any, *, folds: int = 5, seed: int = 0, views: Views | None = None) -> None:
        super().__init__(folds=folds, seed=seed, views=views)
        self.estimator = estimator

    def _learn_folds(self, sight: Sight, lesson: Lesson, folds: Sequence[Rows]) -> tuple[Fitted, list[Fitted]]:
        lessons = [lesson, *(lesson.without(rows) for rows in folds)]
        priors = [prior_of(sight, part) for part in lessons]
        if not worth_fitting(lesson):
            return priors[0], list(priors[1:])
        blank = _seeded(self._blank(lesson), self.seed)
        reader = Reader(blank, self.views if self.views is not None else Views()).fit(sight)
        models = [
            Model(prior, train(blank, reader, sight, part), reader) for prior, part in zip(priors, lessons, strict=True)
        ]
        full, *members = _calibrated(models, sight, lesson, folds)
        return full, list(members)

    def _blank(self, lesson: Lesson) -> Any:
        return clone(self.estimator)


class Reader:
    """What an estimator is given of a sight: the features, dense if it needs them so, or the raw columns.

    >>> import polars as pl
    >>> from sklearn.naive_bayes import GaussianNB
    >>> table = pl.DataFrame({"a": [0.0, 1.0, 5.0]})
    >>> sight = Sight(columns=table, payoffs=np.eye(2)[None], voting=np.full((3, 2), 0.5))
    >>> Reader(GaussianNB(), Views()).fit(sight).read(sight).shape[0]
    3
    """

    def __init__(self, estimator: Any, views: Views) -> None:
        self.raw = selects_columns(estimator)
        self.reads_sparse = bool(get_tags(estimator).input_tags.sparse)
        self.views = views

    def fit(self, sight: Sight) -> Reader:
        """Fit the features on a sight and choose the columns to keep."""
        self.columns: Rows | None = None
        if not self.raw:
            self.features = self.views.features(sight)
            matrix = self.features.transform(sight)
            if sparse.issparse(matrix) and not self.reads_sparse and matrix.shape[1] > MOST_DENSE_COLUMNS:
                self.columns = np.sort(np.argsort(-_variances(matrix), kind="stable")[:MOST_DENSE_COLUMNS])
        return self

    def read(self, sight: Sight) -> Matrix:
        """Matrix (n, p) or raw table of n rows."""
        if self.raw:
            return sight.columns
        matrix = self.features.transform(sight)
        return matrix if self.reads_sparse and sparse.issparse(matrix) else dense(matrix, columns=self.columns)


@dataclass(frozen=True)
class Model:
    """One trained estimator (None where there was one outcome only) beside the prior it falls back to."""

    prior: Prior
    trained: Any
    reader: Reader

    def logits(self, sight: Sight) -> Floats:
        """Logits (n, K), those of the prior where nothing was trained."""
        if self.trained is None:
            return self.prior.logits(sight)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = proba_of(self.trained, self.reader.read(sight))
        proba = np.zeros((len(sight), sight.n_outcomes))
        proba[:, np.asarray(self.trained.classes_, dtype=np.int64)] = said
        return log_odds(proba)


@dataclass(frozen=True)
class EstimatorFit(ByPayoff):
    """A model with the calibration of its logits."""

    model: Model
    calibration: Calibration

    def predict_proba(self, sight: Sight) -> Floats:
        """Probabilities (n, K)."""
        return self.model.prior.smooth(self.calibration.proba([self.model.logits(sight)]))


def _calibrated(models: Sequence[Model], sight: Sight, lesson: Lesson, folds: Sequence[Rows]) -> list[EstimatorFit]:
    """Each model with what the out-of-fold predictions of the rows it may know teach about temperature and shifts."""
    logits = np.zeros(lesson.target.shape)
    for rows, model in zip(folds, models[1:], strict=True):
        logits[rows] = model.logits(sight.at(rows))
    fits = []
    for model, hidden in zip(models, [lesson.rows[:0], *folds], strict=True):
        known = lesson.without(hidden)
        rows = known.rows
        fits.append(EstimatorFit(model, calibrate([logits[rows]], lesson.target[rows], known.shares[rows])))
    return fits


def train(blank: Any, reader: Reader, sight: Sight, lesson: Lesson) -> Any:
    """A clone of the estimator fitted on the labelled rows, or None where they know one outcome only.

    >>> import polars as pl
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> table = pl.DataFrame({"a": [0.0, 1.0]})
    >>> sight = Sight(columns=table, payoffs=np.eye(2)[None], voting=np.eye(2))
    >>> blank = DecisionTreeClassifier()
    >>> lesson = Lesson(target=np.array([[1.0, 0.0], [0.3, 0.7]]), weight=np.ones(2), groups=np.arange(2))
    >>> trained = train(blank, Reader(blank, Views()).fit(sight), sight, lesson)
    >>> float(trained.tree_.weighted_n_node_samples[0])  # the second row counts for both outcomes: .3 + .7
    2.0
    """
    rows = lesson.rows
    target, weight = lesson.target[rows], lesson.shares[rows]
    key = _weight_key(blank)
    if key is None:
        item, outcome = np.arange(len(rows)), target.argmax(axis=1)
    else:
        item, outcome = np.nonzero(target > NEGLIGIBLE)
    if len(np.unique(outcome)) < 2:
        return None
    each = weight[item] * target[item, outcome]
    # Equal weights change nothing, and trees bin their columns many times faster without any.
    extra = {} if key is None or np.ptp(each) == 0 else {key: each}
    with warnings.catch_warnings():
        # What an estimator has to say on convergence or on rare outcomes shows in its worth.
        warnings.simplefilter("ignore")
        return clone(blank).fit(reader.read(sight)[rows[item]], outcome, **extra)


def proba_of(trained: Any, x: Matrix) -> Floats:
    """Probabilities (n, classes seen) of a trained classifier, from its margins or its calls where it gives none.

    >>> from sklearn.linear_model import Perceptron
    >>> trained = Perceptron().fit([[0.0], [4.0]], [0, 1])
    >>> bool(proba_of(trained, [[4.0]])[0, 1] > 0.5)
    True
    """
    if hasattr(trained, "predict_proba"):
        return np.asarray(trained.predict_proba(x), dtype=np.float64)
    if hasattr(trained, "decision_function"):
        margin = np.asarray(trained.decision_function(x), dtype=np.float64)
        return (
            np.asarray(softmax(margin, axis=1))
            if margin.ndim == 2
            else np.column_stack([expit(-margin), expit(margin)])
        )
    calls: Floats = (np.asarray(trained.predict(x))[:, None] == np.asarray(trained.classes_)[None, :]).astype(
        np.float64
    )
    return calls


def selects_columns(estimator: Any) -> bool:
    """Whether an estimator picks its columns by name, so that it wants the raw table.

    >>> from sklearn.pipeline import make_pipeline
    >>> selects_columns(make_pipeline(ColumnTransformer([("keep", "passthrough", ["links"])])))
    True
    """
    parts = [estimator, *estimator.get_params(deep=True).values()]
    return any(isinstance(part, ColumnTransformer) for part in parts)


def _weight_key(estimator: Any) -> str | None:
    last = estimator.steps[-1] if isinstance(estimator, Pipeline) else ("", estimator)
    if not has_fit_parameter(last[1], "sample_weight"):
        return None
    return f"{last[0]}__sample_weight" if last[0] else "sample_weight"


def _seeded(estimator: Any, seed: int) -> Any:
    loose = {
        name: seed
        for name, value in estimator.get_params(deep=True).items()
        if value is None and name.split("__")[-1] == "random_state"
    }
    return estimator.set_params(**loose)


def _variances(matrix: Matrix) -> Floats:
    mean = np.asarray(matrix.mean(axis=0)).ravel()
    return np.asarray(np.asarray(matrix.power(2).mean(axis=0)).ravel() - mean**2)
