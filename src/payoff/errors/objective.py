"""Errors of the objective and its cells."""

from __future__ import annotations

from collections.abc import Iterable

from payoff.errors.base import PayoffError, listed, meant

MOST_OPEN = 2  # open cells beside the first that an error names: it is read in one line


class ObjectiveError(PayoffError):
    """The objective cannot be used as written."""


class OpenCell(ObjectiveError):
    """A payoff still holds the mark of an open cell; `others` are the open cells beside it.

    >>> raise OpenCell("remove", "spam", others=["keep.ham"])
    Traceback (most recent call last):
    payoff.errors.OpenCell: remove.spam is still open, and so is keep.ham
      expected: what 'remove' is worth when the outcome is 'spam'
      next: Put a number or an expression such as -amount for 'spam' in [objective.payoff.remove].
    """

    def __init__(self, decision: str, outcome: str, *, others: Iterable[str] = ()) -> None:
        others = list(others)
        named = ", ".join(others) if len(others) <= MOST_OPEN else f"{others[0]} and {len(others) - 1} more"
        also = f", and so {'is' if len(others) == 1 else 'are'} {named}" if others else ""
        super().__init__(
            f"{decision}.{outcome} is still open{also}",
            f"what {decision!r} is worth when the outcome is {outcome!r}",
            f"Put a number or an expression such as -amount for {outcome!r} in [objective.payoff.{decision}].",
        )


class MissingCell(ObjectiveError):
    """A decision has no payoff for an outcome that another decision has."""

    def __init__(self, decision: str, outcome: str, *, given: Iterable[str]) -> None:
        given = list(given)
        super().__init__(
            f"the decision {decision!r} has no payoff for the outcome {outcome!r}; it has {listed(given) or 'none'}",
            "a payoff of every decision for every outcome",
            f"Add {outcome!r} to [objective.payoff.{decision}].{meant(outcome, given)}",
        )


class BadCell(ObjectiveError):
    """A payoff is neither a finite number nor an expression that gives one for every item."""

    def __init__(self, decision: str, outcome: str, cell: object, why: str, next_step: str | None = None) -> None:
        super().__init__(
            f"the payoff {decision}.{outcome} = {cell!r} cannot be used: {why}",
            "a finite number, or a SQL expression over the item's own columns",
            next_step
            or "Write a number or an expression such as -amount; names with other characters in double quotes.",
        )


class MissingColumn(ObjectiveError):
    """A column that the objective reads is not in the table of items."""

    def __init__(self, column: str, *, known: Iterable[str], reader: str, otherwise: str = "") -> None:
        known = list(known)
        super().__init__(
            f"{reader} reads the column {column!r}, and the items have {listed(known) or 'no columns'}",
            f"a column {column!r}",
            f"Correct the name or add the column{otherwise}.{meant(column, known)}",
        )


class UnknownDecision(ObjectiveError):
    """A decision that the objective gives no payoff to.

    >>> raise UnknownDecision("hold", known=["keep", "remove"])
    Traceback (most recent call last):
    payoff.errors.UnknownDecision: the objective gives no payoff to the decision 'hold'
      expected: one of 'keep', 'remove'
      next: Add it to [objective.payoff] or map it to one of these.
    """

    def __init__(self, decision: object, *, known: Iterable[str]) -> None:
        known = list(known)
        super().__init__(
            f"the objective gives no payoff to the decision {decision!r}",
            f"one of {listed(known)}",
            f"Add it to [objective.payoff] or map it to one of these.{meant(decision, known)}",
        )


class UnknownOutcome(ObjectiveError):
    """An outcome that the objective has no payoff for; `where` says where it was found."""

    def __init__(self, outcome: object, *, known: Iterable[str], where: str = "") -> None:
        known = list(known)
        super().__init__(
            f"the objective has no payoff for the outcome {outcome!r}{where}",
            f"one of {listed(known)}",
            f"Give it a payoff under every decision or map it to one of these.{meant(outcome, known)}",
        )


class BadProbabilities(ObjectiveError):
    """Probabilities of outcomes that are not (n, outcomes) rows of shares that sum to 1."""

    def __init__(self, found: str, *, outcomes: Iterable[str]) -> None:
        super().__init__(
            found,
            f"one row an item, one share from 0 to 1 for each of {listed(outcomes)}, together 1",
            "Hand over probabilities of all outcomes, sorted by name, or a table with one column per outcome.",
        )


class LimitError(ObjectiveError):
    """A limit is malformed, or no way to decide can hold it."""


class BadCost(LimitError):
    """The cost of a limit's budget gives no number, 0 or more, for every item."""

    def __init__(self, limit: str, cost: object, why: str) -> None:
        super().__init__(
            f"the cost {cost!r} of {limit} cannot be used: {why}",
            "a number, 0 or more, or a SQL expression over the item's own columns that gives one for every item",
            "Correct cost in this [[limit]]: write a number or an expression such as 2 + pages / 3.",
        )
