"""Which payoff would flip the choice: what policies earn while one payoff changes, and where another earns more."""

from payoff.sensitivity.curves import Basis, Chooser, Curve, Dial, dials_of
from payoff.sensitivity.turning import Flip, Swing, flip_point, span_of, swing_of, worth_of_knowing

__all__ = [
    "Basis",
    "Chooser",
    "Curve",
    "Dial",
    "Flip",
    "Swing",
    "dials_of",
    "flip_point",
    "span_of",
    "swing_of",
    "worth_of_knowing",
]
