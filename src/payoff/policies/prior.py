"""What is believed before columns are looked at: where models start from, and fall back to with few labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from payoff.decide import Floats
from payoff.policies.calibration import Calibration, calibrate, log_odds
from payoff.policies.cross_fit import ByPayoff
from payoff.policies.sight import Lesson, Sight, base_rates, floored
from payoff.policies.taught import Taught, repeats_the_votes

# Below this many labels, or with one outcome among them, slopes and splits are noise.
FEWEST_LABELS = 8
# Before labels say otherwise, the votes' posterior counts half beside the model it taught, which repeats it in part.
HALF_AND_WHOLE = (0.5, 1.0)


def worth_fitting(lesson: Lesson) -> bool:
    """Whether there are labels enough, of two outcomes or more, for a model of columns.

    >>> worth_fitting(Lesson(target=np.eye(2)[[0] * 8], weight=np.ones(8), groups=np.arange(8)))
    False
    """
    return len(lesson.rows) >= FEWEST_LABELS and int(lesson.seen.sum()) >= 2


@dataclass(frozen=True)
class Prior(ByPayoff):
    """What is believed of an item before labels of its like: base rates (K,), or what the free votes say and teach."""

    base: Floats
    size: float
    calibration: Calibration | None
    taught: Taught | None

    def logits(self, sight: Sight) -> Floats:
        """Logits (n, K)."""
        if self.calibration is None:
            return np.tile(np.log(self.base), (len(sight), 1))
        return self.calibration.logits(_said(sight, self.taught))

    def predict_proba(self, sight: Sight) -> Floats:
        """Probabilities (n, K)."""
        return floored(softmax(self.logits(sight), axis=1))

    def smooth(self, proba: Floats) -> Floats:
        """Probabilities (n, K) with one pseudo-label at the base rates beside the labels there were."""
        return floored((self.size * proba + self.base) / (self.size + 1))


def prior_of(sight: Sight, lesson: Lesson, *, taught: Taught | None = None) -> Prior:
    """The prior of a lesson: base rates, and what the free votes say put right on the labels where there are votes.

    >>> sight = Sight(payoffs=np.eye(2)[None], voting=np.full((2, 2), 0.5))
    >>> lesson = Lesson(target=np.eye(2)[[0, 0]], weight=np.ones(2), groups=np.arange(2))
    >>> (prior_of(sight, lesson).base * 6).round(9).tolist()  # (2 + 0.5) / 3 and 0.5 / 3
    [5.0, 1.0]
    """
    base = base_rates(sight, lesson)
    if not sight.has_votes:
        return Prior(base, lesson.size, None, None)
    rows = lesson.rows[:0] if repeats_the_votes(sight, lesson) else lesson.rows
    said = [part[rows] for part in _said(sight, taught)]
    start = np.ones(1) if taught is None else np.array(HALF_AND_WHOLE)
    return Prior(base, lesson.size, calibrate(said, lesson.target[rows], lesson.shares[rows], start=start), taught)


def _said(sight: Sight, taught: Taught | None) -> list[Floats]:
    said = [log_odds(sight.voting)]
    return said if taught is None else [*said, taught.logits(sight)]
