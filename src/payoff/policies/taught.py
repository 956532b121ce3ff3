"""What the free votes teach about columns: a model of their posterior, which also speaks where they are silent."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.special import log_softmax

from payoff.decide import Floats
from payoff.policies.features import Views
from payoff.policies.ridge import ridge_path
from payoff.policies.sight import Lesson, Sight, floored
from payoff.views import TableView

# Votes are many and noisy: a stronger ridge than labels need, and no more rows than tell it apart.
STRENGTH = 10.0
MOST_ROWS = 1000


class Taught:
    """Logistic regression of the voters' posterior on the columns, with the log of its mean as intercept.

    >>> import polars as pl
    >>> table = pl.DataFrame({"a": [1.0, 3.0]})
    >>> taught = Taught(Views(), TableView().fit(table), np.array([1.0, -1.0]), np.zeros((1, 2)))
    >>> taught.logits(Sight(columns=table, payoffs=np.eye(2)[None], voting=np.eye(2))).tolist()
    [[1.0, -1.0], [1.0, -1.0]]
    """

    def __init__(self, views: Views, view: TableView, base: Floats, slopes: Floats) -> None:
        self.views = views
        self.view = view
        self.base = base
        self.slopes = slopes
        self._last: tuple[pl.DataFrame, Floats] | None = None

    def logits(self, sight: Sight) -> Floats:
        """Logits (n, K), centred by row; the last ones are remembered, since every fold asks for them."""
        if self._last is None or self._last[0] is not sight.columns:
            lift = np.asarray(self.views.matrix(self.view, sight.columns) @ self.slopes) + self.base
            self._last = (sight.columns, np.asarray(lift - lift.mean(axis=1, keepdims=True)))
        return self._last[1]

    def __getstate__(self) -> dict[str, Any]:
        """Pickled without the last logits."""
        return self.__dict__ | {"_last": None}


def taught_by_votes(sight: Sight, views: Views, *, seed: int = 0) -> Taught | None:
    """The columns' model of `sight.voting`, None where there are no columns or no votes; labels play no part.

    >>> import polars as pl
    >>> said = np.tile([0.0, 1.0], 20)
    >>> sight = Sight(
    ...     columns=pl.DataFrame({"links": said}), votes=pl.DataFrame({"rules/a": [None, "spam"] * 20}),
    ...     payoffs=np.eye(2)[None], voting=np.column_stack([0.9 - 0.8 * said, 0.1 + 0.8 * said]),
    ... )
    >>> taught = taught_by_votes(sight, Views())
    >>> taught.logits(sight)[:2].argmax(axis=1).tolist()
    [0, 1]
    """
    if not (sight.columns.width and sight.has_votes):
        return None
    view = views.of(sight.columns)
    x = views.matrix(view, sight.columns)
    n = len(sight)
    rows = np.sort(np.random.default_rng(seed).choice(n, MOST_ROWS, replace=False)) if n > MOST_ROWS else np.arange(n)
    target = floored(sight.voting[rows])
    base = log_softmax(np.log(target.mean(axis=0)))
    offsets = np.tile(base, (1, len(rows), 1))
    slopes = next(ridge_path(x[rows], target, np.ones((1, len(rows))), offsets, [STRENGTH], max_iter=15))[:, 0]
    return Taught(views, view, base, slopes)


def repeats_the_votes(sight: Sight, lesson: Lesson) -> bool:
    """Whether a lesson is the voters' posterior itself, from which nothing about the voters can be learnt.

    >>> voting = np.array([[0.2, 0.8], [0.6, 0.4]])
    >>> sight = Sight(payoffs=np.eye(2)[None], voting=voting)
    >>> repeats_the_votes(sight, Lesson(target=voting, weight=np.ones(2), groups=np.arange(2)))
    True
    """
    rows = lesson.rows
    return len(rows) > 0 and float(np.abs(lesson.target[rows] - sight.voting[rows]).mean()) < 0.01
