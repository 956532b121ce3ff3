"""What there is to win before any label is bought, and the probabilities at which the decision turns."""

from payoff.stakes.bounds import Bound, bounds_of
from payoff.stakes.record import Stakes, figure
from payoff.stakes.turning import break_even, ever_best
from payoff.stakes.worths import worths

__all__ = ["Bound", "Stakes", "bounds_of", "break_even", "ever_best", "figure", "worths"]
