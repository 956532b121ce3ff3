"""Limits on decisions: what they say, and how decisions are filled under them."""

from payoff.limits.filling import (
    Bools,
    Cap,
    Floats,
    Ints,
    Marks,
    Share,
    affordable,
    first_best,
    hold,
    net_gain,
    running,
)
from payoff.limits.limit import A_MONTH, Limit
from payoff.limits.room import check_room, check_shares

__all__ = [
    "A_MONTH",
    "Bools",
    "Cap",
    "Floats",
    "Ints",
    "Limit",
    "Marks",
    "Share",
    "affordable",
    "check_room",
    "check_shares",
    "first_best",
    "hold",
    "net_gain",
    "running",
]
