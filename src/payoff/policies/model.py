"""The rung of the user's own model: its probabilities, lightly calibrated on the labels."""

from __future__ import annotations

from dataclasses import dataclass

from payoff.decide import Floats
from payoff.errors import NoModelOfTheirOwn
from payoff.policies.calibration import Calibration, log_odds
from payoff.policies.cross_fit import ByPayoff, Fitted, FoldedPolicy
from payoff.policies.sight import Lesson, Sight, floored
from payoff.policies.voting import light_calibration


class OwnModel(FoldedPolicy):
    """Decides by the probabilities of the user's own model (`sight.proba`), temperature and shifts set on the labels.

    Raises NoModelOfTheirOwn on a sight without `proba`.

    >>> import numpy as np, polars as pl
    >>> sight = Sight(
    ...     payoffs=np.eye(2)[None], voting=np.full((2, 2), 0.5),
    ...     proba=np.array([[0.1, 0.9], [0.8, 0.2]]),
    ... )
    >>> lesson = Lesson(target=np.eye(2)[[1, 0]], weight=np.ones(2), groups=np.arange(2))
    >>> OwnModel().fit(sight, lesson).decide(sight).tolist()
    [1, 0]
    """

    def _learn(self, sight: Sight, lesson: Lesson) -> Fitted:
        return _Theirs(light_calibration(own_proba(sight), lesson))


@dataclass(frozen=True)
class _Theirs(ByPayoff):
    calibration: Calibration

    def predict_proba(self, sight: Sight) -> Floats:
        return floored(self.calibration.proba([log_odds(own_proba(sight))]))


def own_proba(sight: Sight) -> Floats:
    """The user's probabilities (n, K), or NoModelOfTheirOwn.

    >>> import numpy as np
    >>> own_proba(Sight(payoffs=np.eye(2)[None], voting=np.eye(2), proba=np.eye(2))).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if sight.proba is None:
        raise NoModelOfTheirOwn(len(sight))
    return sight.proba
