"""What more learning votes would bring, seen from what random parts of the votes teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

GUESSED_VOTES = 20.0  # before a curve can be seen: about so many votes halve what there is to win


@dataclass(frozen=True)
class LearningCurve:
    """What learning votes still bring: regret b / n after n votes, so n + m votes bring b (1 / n - 1 / (n + m)) an
    item.

    The regret of a decision is of second order in the error of its probability, whose variance falls as 1 / n.
    `scale` is b in the unit times votes, `error` its standard error, `votes` the votes there are, `most` what there is
    to win an item: 1 / n has no bound where votes are few, what votes bring has.

    >>> LearningCurve(scale=12.0, error=3.0, votes=200).gain(100)      # 12 (1/200 - 1/300)
    0.02
    >>> LearningCurve(scale=12.0, error=3.0, votes=0, most=0.6).gain(100)
    0.6
    """

    scale: float
    error: float
    votes: float
    most: float = float("inf")

    def gain(self, more: float) -> float:
        """Gain per item of `more` votes, in the unit."""
        return min(float(f"{self.scale * self._falls(more):.12g}"), self.most)  # in any unit, however small

    def interval(self, more: float) -> tuple[float, float]:
        """The 80% interval of that gain: 1.28 standard errors either way, never below nought."""
        low, high = (self.scale + side * 1.28 * self.error for side in (-1, 1))
        falls = self._falls(more)
        return min(max(low, 0.0) * falls, self.most), min(max(high, 0.0) * falls, self.most)

    def _falls(self, more: float) -> float:
        start = max(self.votes, 1.0)
        return more / (start * (start + more))


def learning_curve(losses: Sequence[tuple[int, float]], votes: int, *, left: float) -> LearningCurve:
    """Fit the curve to what policies lose when taught by random parts of the votes.

    `losses`: (size of the part, money an item lost against the policy taught by all `votes`). For parts drawn from
    the whole the variance of the difference is 1/m - 1/n (delete-d jackknife, Shao & Wu 1989), which gives b for each
    part. `left`, what there is to win an item, is a weak prior: about `GUESSED_VOTES` votes halve it.

    >>> curve = learning_curve([(50, 0.12), (50, 0.12), (100, 0.06), (100, 0.06)], 200, left=0.5)
    >>> round(curve.scale, 1)    # 0.12 / (1/50 - 1/200) = 8 twice, 0.06 / (1/100 - 1/200) = 12 twice, prior 0.5 * 20
    10.0
    """
    prior = max(left, 0.0) * GUESSED_VOTES
    seen = [max(loss, 0.0) / (1 / size - 1 / votes) for size, loss in losses if 0 < size < votes]
    scales = np.array([prior, *seen])
    spread = float(scales.std(ddof=1)) if len(seen) > 1 else prior
    return LearningCurve(float(scales.mean()), spread / len(scales) ** 0.5, float(votes), max(left, 0.0))
