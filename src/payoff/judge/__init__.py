"""What one policy earns over another: where to draw audit votes, what they say, and what each look at them costs."""

from __future__ import annotations

from payoff.judge.comparison import compare, level
from payoff.judge.ledger import ledger_words, looks_left, next_level
from payoff.judge.records import Comparison, Estimate, Judged
from payoff.judge.sampling import chances, draw
from payoff.judge.told import bits_told
from payoff.judge.worth import Asking, promise, worth_asking

__all__ = [
    "Asking",
    "Comparison",
    "Estimate",
    "Judged",
    "bits_told",
    "chances",
    "compare",
    "draw",
    "ledger_words",
    "level",
    "looks_left",
    "next_level",
    "promise",
    "worth_asking",
]
