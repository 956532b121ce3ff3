"""Learn once on all labels and once without each fold, so that every label can judge a model that did not see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from scipy.stats import t as student
from sklearn.base import BaseEstimator

from payoff.decide import Floats, Ints, best, expected
from payoff.policies.features import Views
from payoff.policies.sight import Lesson, Policy, Rows, Sight


class Fitted(Protocol):
    """What one fit has learnt: maps a sight to probabilities and decisions."""

    def predict_proba(self, sight: Sight) -> Floats:
        """Probabilities (n, K)."""

    def decide(self, sight: Sight) -> Ints:
        """Index of the decision (n,)."""


class ByPayoff:
    """A fit that decides what its probabilities make worth most on each item.

    >>> class Even(ByPayoff):
    ...     def predict_proba(self, sight):
    ...         return np.full((len(sight), 2), 0.5)
    >>> Even().decide(Sight(payoffs=np.array([[[0.0, -5.0], [-1.0, 1.0]]]), voting=np.eye(2))).tolist()  # -2.5 or 0
    [1, 1]
    """

    def predict_proba(self, sight: Sight) -> Floats:
        """Probabilities (n, K)."""
        raise NotImplementedError

    def decide(self, sight: Sight) -> Ints:
        """Index of the decision (n,) of highest expected payoff."""
        return best(sight.payoffs, self.predict_proba(sight))


@dataclass(frozen=True)
class OutOfFold:
    """Probabilities (n, K) and decisions (n,) in which no labelled row met a model that saw its fold."""

    proba: Floats
    decisions: Ints


class FoldedPolicy(BaseEstimator):
    """Base of the rungs: fits in full and without each fold; a subclass says how one fit is made (`_learn`).

    `views` is a cache of fitted views the caller keeps between rounds; rungs that read no columns ignore it.
    After `fit`: `full_`, `members_` (one per fold), `folds_` (rows of each), `out_of_fold_`, `oof_proba_`.

    >>> from payoff.policies.constant import BaseRate
    >>> sight = Sight(payoffs=np.eye(2)[None], voting=np.full((4, 2), 0.5))
    >>> lesson = Lesson(target=np.eye(2)[[0, 0, 1, 1]], weight=np.ones(4), groups=np.arange(4))
    >>> policy = BaseRate(folds=2).fit(sight, lesson)
    >>> len(policy.members_), policy.oof_proba_[0].tolist()  # each fold is judged by one label of either outcome
    (2, [0.5, 0.5])
    """

    def __init__(self, *, folds: int = 5, seed: int = 0, views: Views | None = None) -> None:
        self.folds = folds
        self.seed = seed
        self.views = views

    def fit(self, sight: Sight, lesson: Lesson) -> Self:
        """Learn from the labelled rows of the sight; few or no labels are no error."""
        self.folds_ = folds_of(lesson, folds=self.folds, seed=self.seed)
        self.full_, self.members_ = self._learn_folds(sight, lesson, self.folds_)
        self.out_of_fold_ = self._held_out(sight)
        self.oof_proba_ = self.out_of_fold_.proba
        return self

    def predict_proba(self, sight: Sight) -> Floats:
        """Probabilities (n, K); rows sum to 1, none is 0."""
        return self.full_.predict_proba(sight)

    def decide(self, sight: Sight) -> Ints:
        """Index of the decision (n,)."""
        return self.full_.decide(sight)

    def spread(self, sight: Sight) -> Floats:
        """Probabilities (m, n, K) of the fold models, m = 1 (the full fit) where there were no folds."""
        return np.stack([fit.predict_proba(sight) for fit in self.members_ or [self.full_]])

    def _held_out(self, sight: Sight) -> OutOfFold:
        proba, decisions = self.full_.predict_proba(sight), self.full_.decide(sight)
        for rows, member in zip(self.folds_, self.members_, strict=True):
            part = sight.at(rows)
            proba[rows], decisions[rows] = member.predict_proba(part), member.decide(part)
        return OutOfFold(proba, decisions)

    def _learn_folds(self, sight: Sight, lesson: Lesson, folds: Sequence[Rows]) -> tuple[Fitted, list[Fitted]]:
        return self._learn(sight, lesson), [self._learn(sight, lesson.without(rows)) for rows in folds]

    def _learn(self, sight: Sight, lesson: Lesson) -> Fitted:
        raise NotImplementedError


def folds_of(lesson: Lesson, *, folds: int = 5, seed: int = 0) -> list[Rows]:
    """Part the labelled rows into at most `folds` folds, alike in outcomes, no group in two of them.

    >>> lesson = Lesson(target=np.eye(2)[[0, 0, 1, 1]], weight=np.ones(4), groups=np.array([7, 7, 8, 9]))
    >>> sorted(len(rows) for rows in folds_of(lesson))
    [1, 1, 2]
    """
    rows = lesson.rows
    if not len(rows):
        return []
    names, group, size = np.unique(lesson.groups[rows], return_inverse=True, return_counts=True)
    tally = np.zeros((len(names), lesson.target.shape[1]))
    np.add.at(tally, group, lesson.target[rows])
    # Outcomes by how common they are, not by name: what they are called must change nothing.
    first = (lesson.target[rows] > 0).argmax(axis=0)
    tally = tally[:, np.lexsort((first, -lesson.target[rows].sum(axis=0).round(9)))]
    luck = np.random.default_rng(seed).random(len(names))
    # Dealing groups of one outcome in turn, largest first, keeps folds alike in outcomes and in size.
    order = np.lexsort((luck, -size, tally.argmax(axis=1)))
    count = min(folds, len(names))
    fold_of_group = np.empty(len(names), dtype=np.int64)
    fold_of_group[order] = np.arange(len(names)) % count
    return [rows[fold_of_group[group] == fold] for fold in range(count)]


def fold_numbers(rows: Rows, folds: Sequence[Rows]) -> Rows:
    """The number (n_labelled,) of the fold each labelled row is in.

    >>> fold_numbers(np.array([2, 5, 9]), [np.array([5]), np.array([2, 9])]).tolist()
    [1, 0, 1]
    """
    numbers = np.zeros(len(rows), dtype=np.int64)
    for number, members in enumerate(folds):
        numbers[np.searchsorted(rows, members)] = number
    return numbers


@dataclass(frozen=True)
class Interval:
    """Expected payoff of each item under the decision taken, with the ends of its interval, each (n,)."""

    mean: Floats
    low: Floats
    high: Floats


def interval(policy: Policy, sight: Sight, *, decisions: Ints | None = None, level: float = 0.95) -> Interval:
    """Expected payoff (n,) of the policy's decisions with its delete-group jackknife interval (Kott 2001).

    `decisions` (n,) are those taken, where limits change what the policy alone would decide.

    The ends never leave the range of the decision's payoffs; with fewer than two folds that range is the interval.

    >>> from payoff.policies.constant import BaseRate
    >>> import polars as pl
    >>> sight = Sight(payoffs=np.array([[[1.0, 0.0]]]), voting=np.full((4, 2), 0.5))
    >>> lesson = Lesson(target=np.eye(2)[[0, 0, 0, 1]], weight=np.ones(4), groups=np.arange(4))
    >>> found = interval(BaseRate().fit(sight, lesson), sight)
    >>> float(found.mean[0]) == (3 + 0.5) / 5, bool(found.low[0] < found.mean[0] < found.high[0])
    (True, True)
    """
    decisions = policy.decide(sight) if decisions is None else decisions
    pick = decisions[:, None]
    mean = np.take_along_axis(expected(sight.payoffs, policy.predict_proba(sight)), pick, axis=1)[:, 0]
    taken = np.take_along_axis(sight.payoffs, decisions[:, None, None], axis=1)[:, 0]
    least, most = taken.min(axis=1), taken.max(axis=1)
    proba = policy.spread(sight)
    if len(proba) < 2:
        return Interval(mean, least, most)
    members = np.stack([np.take_along_axis(expected(sight.payoffs, p), pick, axis=1)[:, 0] for p in proba])
    half = jackknife_error(members) * student.ppf((1 + level) / 2, len(proba) - 1)
    return Interval(mean, np.maximum(mean - half, least), np.minimum(mean + half, most))


def jackknife_error(members: Floats) -> Floats:
    """Standard error (n,) from values (m, n), each computed with one of m groups left out.

    >>> jackknife_error(np.array([[0.0], [2.0]])).tolist()  # sqrt((2 - 1) / 2 * (1 + 1))
    [1.0]
    """
    m = len(members)
    return np.asarray(np.sqrt((m - 1) / m * ((members - members.mean(axis=0)) ** 2).sum(axis=0)))
