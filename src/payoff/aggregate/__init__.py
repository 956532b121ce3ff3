"""From votes to P(outcome | votes): the label model, and honest baselines beside it."""

from __future__ import annotations

from payoff.aggregate.dawid_skene import DawidSkene
from payoff.aggregate.label_model import LabelModel
from payoff.aggregate.majority import MajorityVote
from payoff.aggregate.numeric import NumericLabelModel

__all__ = ["DawidSkene", "LabelModel", "MajorityVote", "NumericLabelModel"]
