"""The base of the family: found, expected, next step."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class PayoffError(ValueError):
    """Base of every error of `payoff`: found, expected, next step.

    >>> raise PayoffError("the table has no rows", "at least one item", "Check the export.")
    Traceback (most recent call last):
    payoff.errors.PayoffError: the table has no rows
      expected: at least one item
      next: Check the export.
    """

    def __init__(self, found: str, expected: str, next_step: str) -> None:
        self.found, self.expected, self.next_step = found, expected, next_step
        super().__init__(f"{found}\n  expected: {expected}\n  next: {next_step}")


def listed(names: Iterable[object], most: int = 8) -> str:
    """Names as one reads them, cut after `most`.

    >>> listed(["keep", "remove"])
    "'keep', 'remove'"
    """
    every = [repr(str(name)) for name in names]
    tail = "" if len(every) <= most else f" and {len(every) - most} more"
    return ", ".join(every[:most]) + tail


def meant(name: object, known: Iterable[str]) -> str:
    """The known name that is close to a refused one, as a sentence with its leading space; empty if none is close.

    >>> meant("per_moth", ["per_month", "months"])
    " Did you mean 'per_month'?"
    """
    close = get_close_matches(str(name), list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
