"""What a policy sees of items when it decides, and what it learns from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol, Self, runtime_checkable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.decide import Floats, Ints

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What is known of n items at decision time: columns, always-on votes, payoffs, posterior of the votes.

    `columns` and `votes` are tables of n rows (perhaps without columns), `payoffs` is (n or 1, D, K), `voting` (n, K),
    `today` (n,) decision indices or None, `proba` (n, K) probabilities of the user's own model or None.

    >>> sight = Sight(
    ...     columns=pl.DataFrame({"links": [0, 3]}), votes=pl.DataFrame({"rules/link": [None, "spam"]}),
    ...     payoffs=np.array([[[0.0, -5.0], [-1.0, 1.0]]]), voting=np.full((2, 2), 0.5),
    ... )
    >>> len(sight), sight.n_decisions, sight.n_outcomes, sight.at(np.array([1])).columns["links"].to_list()
    (2, 2, 2, [3])
    """

    columns: pl.DataFrame = field(default_factory=pl.DataFrame)
    votes: pl.DataFrame = field(default_factory=pl.DataFrame)
    payoffs: Floats
    voting: Floats
    today: Ints | None = None
    proba: Floats | None = None

    def __len__(self) -> int:
        return len(self.voting)

    @property
    def n_decisions(self) -> int:
        """How many decisions there are to choose from (D)."""
        return int(self.payoffs.shape[1])

    @property
    def n_outcomes(self) -> int:
        """How many outcomes there are (K)."""
        return int(self.payoffs.shape[2])

    @property
    def has_votes(self) -> bool:
        """Whether any always-on voter said anything about these items."""
        return any(self.votes[name].null_count() < len(self) for name in self.votes.columns)

    def at(self, rows: Rows) -> Sight:
        """The same view of some of the items, in the order of `rows`."""
        return replace(
            self,
            columns=self.columns[rows] if self.columns.width else self.columns,
            votes=self.votes[rows] if self.votes.width else self.votes,
            payoffs=self.payoffs if len(self.payoffs) == 1 else self.payoffs[rows],
            voting=self.voting[rows],
            today=None if self.today is None else self.today[rows],
            proba=None if self.proba is None else self.proba[rows],
        )


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What there is to learn from: row i of a sight is labelled where `weight[i] > 0`, with soft `target[i]`.

    `target` is (n, K), `weight` (n,), `groups` (n,): rows of one group are never parted by a fold.

    >>> lesson = Lesson(target=np.eye(2)[[0, 1, 0]], weight=np.array([1.0, 0.0, 1.0]), groups=np.arange(3))
    >>> lesson.rows.tolist(), lesson.size
    ([0, 2], 2.0)
    >>> lesson.without(np.array([0])).rows.tolist()
    [2]
    """

    target: Floats
    weight: Floats
    groups: Ints

    @property
    def rows(self) -> Rows:
        """Indices of the labelled rows."""
        return np.flatnonzero(self.weight > 0)

    @property
    def size(self) -> float:
        """How many equally weighted labels carry as much (Kish's effective sample size); 0 without labels."""
        total = float(self.weight.sum())
        return total**2 / float((self.weight**2).sum()) if total > 0 else 0.0

    @property
    def shares(self) -> Floats:
        """Weights (n,) that sum to `size`, so that their scale does not matter."""
        total = float(self.weight.sum())
        return self.weight * (self.size / total) if total > 0 else np.zeros(len(self.weight))

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which outcomes (K,) some label gives a noticeable probability (1 in 100 or more)."""
        return np.asarray((self.target[self.rows] > 0.01).any(axis=0))

    def without(self, rows: Rows) -> Lesson:
        """The lesson as it is when these rows carry no label."""
        weight = self.weight.copy()
        weight[rows] = 0.0
        return replace(self, weight=weight)


@runtime_checkable
class Policy(Protocol):
    """Decision rule: learns from a lesson, maps items to probabilities (n, K) and to decisions (n,).

    `spread` gives the probabilities (m, n, K) of its m fold models, from which `interval` reads its uncertainty.

    >>> isinstance(object(), Policy)
    False
    """

    def fit(self, sight: Sight, lesson: Lesson) -> Self:
        """Learn from the labelled rows of the sight."""

    def predict_proba(self, sight: Sight) -> Floats:
        """Probabilities (n, K); rows sum to 1, none is 0."""

    def decide(self, sight: Sight) -> Ints:
        """Index of the decision (n,)."""

    def spread(self, sight: Sight) -> Floats:
        """Probabilities (m, n, K) of the m models that each left one fold out."""


def base_rates(sight: Sight, lesson: Lesson) -> Floats:
    """Mean target (K,), smoothed by one pseudo-label at the mean posterior of the votes.

    >>> lesson = Lesson(target=np.eye(2)[[0, 0, 1]], weight=np.ones(3), groups=np.arange(3))
    >>> sight = Sight(payoffs=np.zeros((1, 1, 2)), voting=np.full((3, 2), 0.5))
    >>> base_rates(sight, lesson).tolist() == [(2 + 0.5) / 4, (1 + 0.5) / 4]
    True
    """
    k = sight.n_outcomes
    prior = sight.voting.mean(axis=0) if len(sight) else np.full(k, 1 / k)
    prior = floored(prior[None, :])[0]
    return np.asarray((lesson.shares @ lesson.target + prior) / (lesson.size + 1))


def floored(proba: Floats, *, floor: float = 1e-6) -> Floats:
    """Probabilities (n, K) mixed with the uniform ones by `floor`: rows sum to 1 and none is 0.

    >>> floored(np.array([[1.0, 0.0]]), floor=0.02).tolist()
    [[0.99, 0.01]]
    """
    clean = np.clip(np.nan_to_num(proba, nan=0.0, posinf=1.0, neginf=0.0), 0.0, None)
    total = clean.sum(axis=1, keepdims=True)
    k = proba.shape[1]
    clean = np.where(total > 0, clean / np.where(total > 0, total, 1.0), 1 / k)
    return np.asarray((1 - floor) * clean + floor / k)
