"""Decision rules from the simplest to the richest: what each sees, learns and decides."""

from __future__ import annotations

from payoff.policies.constant import BaseRate, Constant, System
from payoff.policies.cross_fit import FoldedPolicy, Interval, OutOfFold, folds_of, interval, jackknife_error
from payoff.policies.estimator import FromEstimator
from payoff.policies.features import Features, Views
from payoff.policies.ladder import LADDER, Rung, ladder, out_of_fold, rung_of
from payoff.policies.linear import Linear
from payoff.policies.model import OwnModel
from payoff.policies.one_rule import OneRule, Rule
from payoff.policies.sight import Lesson, Policy, Sight
from payoff.policies.trees import Trees
from payoff.policies.voting import Voting

__all__ = [
    "LADDER",
    "Rung",
    "ladder",
    "rung_of",
    "out_of_fold",
    "Sight",
    "Lesson",
    "Policy",
    "FoldedPolicy",
    "OutOfFold",
    "Constant",
    "System",
    "BaseRate",
    "OneRule",
    "Rule",
    "Voting",
    "OwnModel",
    "Linear",
    "Trees",
    "FromEstimator",
    "Views",
    "Features",
    "Interval",
    "interval",
    "jackknife_error",
    "folds_of",
]
