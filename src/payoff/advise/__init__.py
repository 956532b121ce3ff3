"""Which action is worth its cost, or stop: every action competes for the same money, in the objective's unit."""

from payoff.advise.curve import LearningCurve, learning_curve
from payoff.advise.situation import Advice, Option, Situation
from payoff.advise.step import next_step

__all__ = ["Advice", "LearningCurve", "Option", "Situation", "learning_curve", "next_step"]
