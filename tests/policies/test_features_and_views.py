"""What models are given: columns and votes beside one another, views fitted once."""

from __future__ import annotations

import pickle

import numpy as np
import polars as pl
from scipy import sparse

from payoff.policies import Features, Sight, Views
from payoff.policies.features import dense

TABLE = pl.DataFrame({"links": [0.5, 3.25, 1.125, 7.5]})


class Counting:
    """A view that counts how often it is fitted and asked."""

    fits = 0

    def fit(self, table: pl.DataFrame) -> Counting:
        Counting.fits += 1
        self.asked = 0
        return self

    def transform(self, table: pl.DataFrame) -> np.ndarray:
        self.asked += 1
        return np.asarray(table.to_numpy(), dtype=float)


def test_a_table_seen_before_is_not_fitted_again() -> None:
    Counting.fits = 0
    views = Views(Counting)
    assert views.of(TABLE) is views.of(TABLE)
    assert Counting.fits == 1


def test_an_equal_table_that_is_another_one_is_fitted_anew() -> None:
    views = Views(Counting)
    assert views.of(TABLE) is not views.of(TABLE.clone())


def test_a_matrix_is_made_once_per_table() -> None:
    views = Views(Counting)
    view = views.of(TABLE)
    first = views.matrix(view, TABLE)
    assert views.matrix(view, TABLE) is first
    assert view.asked == 1


def test_only_the_last_few_tables_are_remembered() -> None:
    views = Views(Counting, keep=1)
    first = views.of(TABLE)
    views.of(TABLE.clone())
    assert views.of(TABLE) is not first


def test_a_cache_is_pickled_empty() -> None:
    Counting.fits = 0
    views = Views(Counting)
    views.of(TABLE)
    again = pickle.loads(pickle.dumps(views))
    again.of(TABLE)
    assert Counting.fits == 2


def test_features_are_columns_then_votes_then_their_log_odds() -> None:
    sight = Sight(
        columns=TABLE,
        votes=pl.DataFrame({"rules/a": ["spam", None, None, None]}),
        payoffs=np.eye(2)[None],
        voting=np.array([[0.2, 0.8], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]),
    )
    matrix = dense(Features(Views(Counting)).fit(sight).transform(sight))
    assert matrix.shape == (4, 1 + 1 + 2)
    assert matrix[:, 0].tolist() == TABLE["links"].to_list()
    assert matrix[:, 1].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert matrix[0, 3] > 0 > matrix[0, 2]
    assert matrix[1, 2:].tolist() == [0.0, 0.0]


def test_without_votes_features_are_the_columns() -> None:
    sight = Sight(columns=TABLE, payoffs=np.eye(2)[None], voting=np.full((4, 2), 0.5))
    assert Features(Views(Counting)).fit(sight).transform(sight).shape == (4, 1)


def test_the_matrix_of_a_sight_is_made_once() -> None:
    sight = Sight(columns=TABLE, payoffs=np.eye(2)[None], voting=np.full((4, 2), 0.5))
    features = Features(Views(Counting)).fit(sight)
    assert features.transform(sight) is features.transform(sight)


def test_features_are_pickled_without_the_matrices_they_made() -> None:
    sight = Sight(columns=TABLE, payoffs=np.eye(2)[None], voting=np.full((4, 2), 0.5))
    features = Features(Views(Counting)).fit(sight)
    made = features.transform(sight)
    again = pickle.loads(pickle.dumps(features))
    assert again._made == []
    assert dense(again.transform(sight)).tolist() == dense(made).tolist()


def test_chosen_columns_of_a_sparse_matrix_come_out_dense() -> None:
    assert dense(sparse.csr_array(np.eye(3)), columns=np.array([2, 0])).tolist() == [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
