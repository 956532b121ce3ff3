"""The rungs that look at no column: best constant, today's decisions, base rate with each item's own payoffs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from payoff.decide import Floats, Ints
from payoff.errors import NothingInUse
from payoff.policies.cross_fit import ByPayoff, Fitted, FoldedPolicy
from payoff.policies.sight import Lesson, Sight, base_rates


class Constant(FoldedPolicy):
    """The one decision worth most for all items together, under the mean target of the lesson.

    Payoffs that differ between items are weighed on the labelled ones, smoothed by one pseudo-item of mean payoffs.

    >>> import polars as pl
    >>> sight = Sight(
    ...     payoffs=np.array([[[0.0, -5.0], [-1.0, 1.0]]]), voting=np.full((3, 2), 0.5)
    ... )
    >>> lesson = Lesson(target=np.eye(2)[[0, 0, 1]], weight=np.ones(3), groups=np.arange(3))
    >>> policy = Constant().fit(sight, lesson)  # -5 * 1.5 / 4 against -2.5 / 4 + 1.5 / 4
    >>> policy.decide(sight).tolist(), policy.predict_proba(sight)[0].tolist()
    ([1, 1, 1], [0.625, 0.375])
    """

    def _learn(self, sight: Sight, lesson: Lesson) -> Fitted:
        base = base_rates(sight, lesson)
        rows = lesson.rows
        payoffs = sight.at(rows).payoffs
        gain = np.einsum(
            "i,idk,ik->d",
            lesson.shares[rows],
            np.broadcast_to(payoffs, (len(rows), *payoffs.shape[1:])),
            lesson.target[rows],
        )
        return _Always(base, int(np.argmax(gain + sight.payoffs.mean(axis=0) @ base)))


@dataclass(frozen=True)
class _Always:
    base: Floats
    decision: int

    def predict_proba(self, sight: Sight) -> Floats:
        return np.tile(self.base, (len(sight), 1))

    def decide(self, sight: Sight) -> Ints:
        return np.full(len(sight), self.decision, dtype=np.int64)


class BaseRate(FoldedPolicy):
    """The same probabilities for every item, the mean target; what is decided rests on the item's own payoffs.

    >>> import polars as pl
    >>> payoffs = np.array([[[0.0, -1.0], [-1.0, 0.0]], [[0.0, -9.0], [-1.0, 0.0]]])  # more at stake
    >>> sight = Sight(payoffs=payoffs, voting=np.full((2, 2), 0.5))
    >>> lesson = Lesson(target=np.eye(2)[[0, 0]], weight=np.ones(2), groups=np.arange(2))
    >>> BaseRate().fit(sight, lesson).decide(sight).tolist()  # P(second outcome) = 0.5 / 3
    [0, 1]
    """

    def _learn(self, sight: Sight, lesson: Lesson) -> Fitted:
        return _Shared(base_rates(sight, lesson))


@dataclass(frozen=True)
class _Shared(ByPayoff):
    base: Floats

    def predict_proba(self, sight: Sight) -> Floats:
        return np.tile(self.base, (len(sight), 1))


class System(FoldedPolicy):
    """Today's decisions, as they are; its probabilities are the smoothed outcome rates among items decided alike.

    Raises NothingInUse on a sight without `today`.

    >>> import polars as pl
    >>> sight = Sight(
    ...     payoffs=np.array([[[0.0, -5.0], [-1.0, 1.0]]]),
    ...     voting=np.full((2, 2), 0.5), today=np.array([1, 0]),
    ... )
    >>> lesson = Lesson(target=np.eye(2), weight=np.ones(2), groups=np.arange(2))
    >>> policy = System().fit(sight, lesson)
    >>> policy.decide(sight).tolist(), policy.predict_proba(sight)[0].tolist()  # (1 + 0.5) / 2
    ([1, 0], [0.75, 0.25])
    """

    def _learn(self, sight: Sight, lesson: Lesson) -> Fitted:
        rows = lesson.rows
        base = base_rates(sight, lesson)
        rates = np.tile(base, (sight.n_decisions, 1))
        np.add.at(rates, in_use(sight)[rows], lesson.shares[rows, None] * lesson.target[rows])
        return _AsToday(rates / rates.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class _AsToday:
    rates: Floats

    def predict_proba(self, sight: Sight) -> Floats:
        return self.rates[in_use(sight)]

    def decide(self, sight: Sight) -> Ints:
        return in_use(sight).copy()


def in_use(sight: Sight) -> Ints:
    """Today's decisions (n,), or NothingInUse.

    >>> in_use(Sight(payoffs=np.eye(2)[None], voting=np.eye(2), today=np.array([1, 0]))).tolist()
    [1, 0]
    """
    if sight.today is None:
        raise NothingInUse(len(sight))
    return sight.today
