"""Mistakes in an objective, found and named."""

from payoff.remarks.choices import choice_remarks
from payoff.remarks.gains import gain_remarks
from payoff.remarks.limits import limit_remarks
from payoff.remarks.money import money_remarks

__all__ = ["choice_remarks", "gain_remarks", "limit_remarks", "money_remarks"]
