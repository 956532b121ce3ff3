"""One limit as it is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any, NoReturn

from payoff.errors import LimitError
from payoff.names import name_of

# Periods in a month of 365.25 / 12 days.
A_MONTH = {"day": 365.25 / 12, "week": 365.25 / 12 / 7, "month": 1.0}

CONSTRAINTS = ("precision", "recall", "share", "at_most", "budget")


@dataclass(frozen=True)
class Limit:
    """A constraint on one decision; several given in one limit must all hold.

    `precision`: the expected share of items so decided for whose outcome the decision is worth most is at least this.
    `recall`: the share of such items that are so decided is at least this. `outcome` names the outcome to count
    instead. `share`: at most this share of the items is so decided. `at_most`: at most this many. `budget`: `cost`,
    a number or a SQL expression over the item's columns (0 or more), adds up to at most this over the items so
    decided. The last two count `per` day, week or month, or over the items decided on at once where `per` is left out.
    `by`: a column; the limit holds in each of its groups. `confidence`: precision and recall are to hold with this
    probability for items to come: a project raises the bar until labels show it, an objective alone has no labels and
    holds them on average. Raises LimitError for a value out
    of range or no constraint at all.

    >>> Limit("remove", at_most=200, per="week")
    Limit('remove', at_most=200, per='week')
    >>> Limit("review", budget=600, cost="minutes", per="day")
    Limit('review', per='day', budget=600.0, cost='minutes')
    """

    decision: str
    _: KW_ONLY
    precision: float | None = None
    recall: float | None = None
    share: float | None = None
    at_most: int | None = None
    per: str | None = None
    by: str | None = None
    outcome: str | None = None
    budget: float | None = None
    cost: float | str | None = None
    confidence: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "decision", name_of(self.decision))
        if self.outcome is not None:
            object.__setattr__(self, "outcome", name_of(self.outcome))
        for field in ("precision", "recall", "share"):
            self._check(field, "a share from 0 to 1", lambda value: 0 <= value <= 1)
        self._check("at_most", "a whole number, 0 or more", lambda value: value >= 0 and float(value).is_integer())
        self._check("budget", "a number, 0 or more", lambda value: 0 <= value < math.inf)
        self._check("confidence", "a probability above 0.5 and below 1", lambda value: 0.5 < value < 1)
        self._check_cost()
        self._check_together()

    def to_dict(self) -> dict[str, Any]:
        """The fields that were given, as they stand in [[limit]] of payoff.toml.

        >>> Limit("remove", precision=0.95).to_dict()
        {'decision': 'remove', 'precision': 0.95}
        """
        return {name: value for name, value in vars(self).items() if value is not None}

    def __repr__(self) -> str:
        given = [f"{name}={value!r}" for name, value in self.to_dict().items() if name != "decision"]
        return f"Limit({', '.join([repr(self.decision), *given])})"

    def _check(self, field: str, expected: str, allowed: Callable[[Any], bool]) -> None:
        value = getattr(self, field)
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, Real) or not allowed(value):
            self._refuse(field, expected)
        object.__setattr__(self, field, int(float(value)) if field == "at_most" else float(value))

    def _check_cost(self) -> None:
        if isinstance(self.cost, str) and self.cost.strip():
            object.__setattr__(self, "cost", _number_or_text(self.cost.strip()))
        if not isinstance(self.cost, str) or not self.cost:
            self._check("cost", "a number, 0 or more, or an expression such as minutes", lambda v: 0 <= v < math.inf)

    def _check_together(self) -> None:
        """What one field asks of the others."""
        counted = self.precision is not None or self.recall is not None
        if all(getattr(self, field) is None for field in CONSTRAINTS):
            raise LimitError(
                f"the limit on {self.decision!r} constrains nothing",
                f"at least one of {', '.join(CONSTRAINTS)}",
                f"Write for example Limit({self.decision!r}, precision=0.95), or leave the limit out.",
            )
        if self.per is not None and ((self.at_most is None and self.budget is None) or self.per not in A_MONTH):
            self._refuse("per", "day, week or month, beside at_most or budget")
        if self.outcome is not None and not counted:
            self._refuse("outcome", "an outcome only beside precision or recall")
        if self.confidence is not None and not counted:
            self._refuse("confidence", "a confidence only beside precision or recall")
        if self.cost is not None and self.budget is None:
            self._refuse("cost", "a cost only beside budget, the sum it may reach")
        if self.budget is not None and self.cost is None:
            self._refuse("budget", "a budget beside cost, what one item so decided takes of it")

    def _refuse(self, field: str, expected: str) -> NoReturn:
        raise LimitError(
            f"the limit on {self.decision!r} has {field} = {getattr(self, field)!r}",
            expected,
            f"Correct {field} of this [[limit]].",
        )


def _number_or_text(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
