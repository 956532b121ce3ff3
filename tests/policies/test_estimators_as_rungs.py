"""Any scikit-learn classifier as a rung, and the trees of the house."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import polars as pl
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from payoff.policies import BaseRate, FromEstimator, Lesson, Sight, Trees, Views
from payoff.policies.estimator import Reader, selects_columns, train

N = 120
SIGNAL = np.arange(N) % 2
TABLE = pl.DataFrame({"signal": np.array(["no", "yes"])[SIGNAL], "noise": np.random.default_rng(0).normal(size=N)})


def sight_of(k: int = 2, **known: object) -> Sight:
    defaults = {"columns": TABLE, "payoffs": np.eye(k)[None], "voting": np.full((N, k), 1 / k)}
    return Sight(**(defaults | known))  # type: ignore[arg-type]


def lesson_of(n: int = N, *, k: int = 2, outcomes: np.ndarray = SIGNAL) -> Lesson:
    return Lesson(target=np.eye(k)[outcomes], weight=(np.arange(N) < n) * 1.0, groups=np.arange(N))


class Caller(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Says outcomes and nothing else; has no sample weights."""

    def fit(self, x: np.ndarray, y: np.ndarray) -> Caller:
        self.model_ = DecisionTreeClassifier(random_state=0).fit(x, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        calls: np.ndarray = self.model_.predict(x)
        return calls


class Grumbler(GaussianNB):  # type: ignore[misc]
    """Warns whenever it can."""

    def fit(self, *given: object, **more: object) -> Grumbler:
        warnings.warn("I do not converge", UserWarning, stacklevel=1)
        fitted: Grumbler = super().fit(*given, **more)
        return fitted


ESTIMATORS = [
    LogisticRegression(),
    GaussianNB(),
    KNeighborsClassifier(),
    LinearSVC(),
    Caller(),
    Grumbler(),
    make_pipeline(StandardScaler(with_mean=False), LogisticRegression()),
    GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, cv=2),
]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_any_classifier_learns_the_column_that_tells(estimator: BaseEstimator) -> None:
    policy = FromEstimator(estimator).fit(sight_of(), lesson_of(80))
    assert (policy.decide(sight_of()) == SIGNAL).mean() > 0.9
    np.testing.assert_allclose(policy.oof_proba_.sum(axis=1), 1.0)


def test_trees_learn_the_column_that_tells() -> None:
    assert (Trees().fit(sight_of(), lesson_of(60)).decide(sight_of()) == SIGNAL).all()


def test_trees_find_what_two_columns_tell_together() -> None:
    a, b = np.arange(N) % 2, (np.arange(N) // 2 % 3 == 0) * 1
    sight = sight_of(columns=pl.DataFrame({"a": a.astype(str), "b": b.astype(str)}))
    assert (Trees().fit(sight, lesson_of(100, outcomes=a ^ b)).decide(sight) == (a ^ b)).mean() > 0.95


@pytest.mark.parametrize("n", [0, 5])
def test_with_hardly_any_labels_it_is_the_base_rate(n: int) -> None:
    trees, base = (kind().fit(sight_of(), lesson_of(n)) for kind in (Trees, BaseRate))
    np.testing.assert_allclose(trees.predict_proba(sight_of()), base.predict_proba(sight_of()), atol=1e-5)


def test_an_outcome_never_seen_keeps_a_small_probability() -> None:
    proba = Trees().fit(sight_of(3), lesson_of(60, k=3)).predict_proba(sight_of(3))
    assert (proba[:, 2] > 0).all()
    assert proba[:, 2].max() < 0.05


def test_an_outcome_that_only_one_fold_has_is_no_trouble() -> None:
    outcomes = SIGNAL.copy()
    outcomes[:9] = 0
    outcomes[9:] = 0
    outcomes[0] = 1
    policy = Trees().fit(sight_of(), lesson_of(20, outcomes=outcomes))
    assert (policy.spread(sight_of()) > 0).all()


def test_a_soft_target_trains_on_both_outcomes_with_their_weights() -> None:
    blank = DecisionTreeClassifier()
    sight = sight_of()
    target = np.tile([0.3, 0.7], (N, 1))
    lesson = Lesson(target=target, weight=np.ones(N), groups=np.arange(N))
    trained = train(blank, Reader(blank, Views()).fit(sight), sight, lesson)
    assert trained.tree_.n_node_samples[0] == 2 * N
    np.testing.assert_allclose(trained.predict_proba(trained_on(sight))[0], [0.3, 0.7])


def trained_on(sight: Sight) -> np.ndarray:
    return np.asarray(Reader(DecisionTreeClassifier(), Views()).fit(sight).read(sight))


def test_an_estimator_without_weights_gets_the_likeliest_outcome() -> None:
    target = np.where(SIGNAL[:, None] == np.arange(2), 0.7, 0.3)
    lesson = Lesson(target=target, weight=np.ones(N), groups=np.arange(N))
    assert (FromEstimator(Caller()).fit(sight_of(), lesson).decide(sight_of()) == SIGNAL).all()


def test_an_estimator_that_picks_columns_gets_the_raw_table() -> None:
    pipeline = make_pipeline(make_column_transformer((OneHotEncoder(), ["signal"])), LogisticRegression())
    assert selects_columns(pipeline)
    assert (FromEstimator(pipeline).fit(sight_of(), lesson_of(80)).decide(sight_of()) == SIGNAL).all()


def test_the_estimator_given_is_left_as_it_was() -> None:
    given = DecisionTreeClassifier()
    FromEstimator(given).fit(sight_of(), lesson_of())
    assert not hasattr(given, "tree_")
    assert given.random_state is None


class Wide:
    """A view of a thousand sparse columns of which the last tells."""

    def fit(self, table: pl.DataFrame) -> Wide:
        return self

    def transform(self, table: pl.DataFrame) -> sparse.csr_array:
        rare = sparse.random_array((len(table), 999), density=0.002, rng=np.random.default_rng(0), format="csr")
        tells = sparse.csr_array((table["signal"].to_numpy() == "yes").astype(float)[:, None])
        return sparse.csr_array(sparse.hstack([rare, tells]))


def test_a_wide_sparse_table_is_narrowed_to_what_varies_most_for_an_estimator_that_needs_it_dense() -> None:
    assert Reader(GaussianNB(), Views(Wide)).fit(sight_of()).read(sight_of()).shape == (N, 256)
    assert (Trees(views=Views(Wide)).fit(sight_of(), lesson_of(80)).decide(sight_of()) == SIGNAL).all()


def test_a_wide_sparse_table_is_given_whole_to_an_estimator_that_reads_it() -> None:
    assert Reader(LogisticRegression(), Views(Wide)).fit(sight_of()).read(sight_of()).shape == (N, 1000)


def test_the_same_seed_gives_the_same_trees() -> None:
    a, b = (Trees(seed=3).fit(sight_of(), lesson_of(60)).predict_proba(sight_of()) for _ in range(2))
    assert a.tolist() == b.tolist()


@pytest.mark.parametrize("policy", [Trees(seed=2), FromEstimator(GaussianNB(), seed=2)], ids=["trees", "given"])
def test_it_survives_pickling_and_cloning(policy: FromEstimator) -> None:
    fitted = clone(policy).fit(sight_of(), lesson_of(60))
    again = pickle.loads(pickle.dumps(fitted))
    assert again.predict_proba(sight_of()).tolist() == fitted.predict_proba(sight_of()).tolist()
    assert again.seed == 2
