"""The rung of trees: a forest while labels are few, boosted ones when there are many."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from payoff.policies.estimator import FromEstimator
from payoff.policies.features import Views
from payoff.policies.sight import Lesson

# Below, a forest earns more than boosting (by 0 to .09 an item on german_credit, telco_churn, phishing, youtube-spam),
# and its small fits do not wait for one another's threads on a busy machine.
MANY_LABELS = 2000


class Trees(FromEstimator):
    """scikit-learn's random forest (Breiman 2001) on columns and free votes, from 2,000 labels on its boosted trees.

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
        if len(lesson.rows) < MANY_LABELS:
            return RandomForestClassifier(100, min_samples_leaf=3, random_state=self.seed)
        return HistGradientBoostingClassifier(
            max_iter=150, l2_regularization=1.0, early_stopping=False, random_state=self.seed
        )
