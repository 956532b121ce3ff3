"""The rung of boosted trees, set so that it stays sane with few labels."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import HistGradientBoostingClassifier

from payoff.policies.estimator import FromEstimator
from payoff.policies.features import Views
from payoff.policies.sight import Lesson

# From here on there are labels enough for larger trees and more of them.
MANY_LABELS = 2000


class Trees(FromEstimator):
    """scikit-learn's HistGradientBoostingClassifier on columns and free votes, with small trees for few labels.

    >>> import numpy as np, polars as pl
    >>> from payoff.policies.sight import Sight
    >>> x = np.tile([0.0, 1.0], 20)
    >>> sight = Sight(
    ...     columns=pl.DataFrame({"links": x}), payoffs=np.eye(2)[None], voting=np.full((40, 2), 0.5)
    ... )
    >>> lesson = Lesson(target=np.eye(2)[x.astype(int)], weight=np.ones(40), groups=np.arange(40))
    >>> Trees().fit(sight, lesson).decide(sight)[:4].tolist()
    [0, 1, 0, 1]
    """

    def __init__(self, *, folds: int = 5, seed: int = 0, views: Views | None = None) -> None:
        super().__init__(None, folds=folds, seed=seed, views=views)
        del self.estimator

    def _blank(self, lesson: Lesson) -> Any:
        n = len(lesson.rows)
        small = n < MANY_LABELS
        return HistGradientBoostingClassifier(
            max_iter=60 if small else 150,
            max_leaf_nodes=8 if small else 31,
            min_samples_leaf=min(20, max(3, n // 20)),
            l2_regularization=1.0,
            early_stopping=False,
            random_state=self.seed,
        )
