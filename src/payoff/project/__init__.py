"""The thread: a project walks the steps, from what a decision is worth to decisions that pay, and remembers them."""

from payoff.project.results import Trial
from payoff.project.thread import Project

__all__ = ["Project", "Trial"]
