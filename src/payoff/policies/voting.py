"""The rung that believes the always-on voters: their posterior, lightly calibrated on the labels."""

from __future__ import annotations

from dataclasses import dataclass

from payoff.decide import Floats
from payoff.policies.calibration import Calibration, calibrate, log_odds
from payoff.policies.cross_fit import ByPayoff, Fitted, FoldedPolicy
from payoff.policies.sight import Lesson, Sight, floored


class Voting(FoldedPolicy):
    """Decides by the posterior of the always-on voters (`sight.voting`), its temperature and shifts set on the labels.

    >>> import numpy as np, polars as pl
    >>> sight = Sight(
    ...     votes=pl.DataFrame({"rules/link": ["spam", None]}), payoffs=np.eye(2)[None],
    ...     voting=np.array([[0.1, 0.9], [0.8, 0.2]]),
    ... )
    >>> lesson = Lesson(target=np.eye(2), weight=np.zeros(2), groups=np.arange(2))  # no label yet
    >>> Voting().fit(sight, lesson).decide(sight).tolist()
    [1, 0]
    """

    def _learn(self, sight: Sight, lesson: Lesson) -> Fitted:
        return _Believed(light_calibration(sight.voting, lesson))


@dataclass(frozen=True)
class _Believed(ByPayoff):
    calibration: Calibration

    def predict_proba(self, sight: Sight) -> Floats:
        return floored(self.calibration.proba([log_odds(sight.voting)]))


def light_calibration(proba: Floats, lesson: Lesson) -> Calibration:
    """Calibration of given probabilities (n, K) on the labelled rows.

    >>> import numpy as np
    >>> nothing = Lesson(target=np.eye(2), weight=np.zeros(2), groups=np.arange(2))
    >>> light_calibration(np.eye(2), nothing).shifts.tolist()
    [0.0, 0.0]
    """
    rows = lesson.rows
    return calibrate([log_odds(proba[rows])], lesson.target[rows], lesson.shares[rows])
