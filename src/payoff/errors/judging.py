"""Errors of judging and the audit."""

from __future__ import annotations

from payoff.errors.base import PayoffError


class JudgeError(PayoffError):
    """Policies cannot be compared on what was given."""


class NotFinite(JudgeError):
    """A payoff or a probability is missing or infinite."""

    def __init__(self, what: str, value: object, position: object) -> None:
        found = f"{what} holds {value} at position {position}"
        super().__init__(
            found, "finite numbers, no larger than 1e150", "Fill the cell, or leave the item out of the comparison."
        )


class UnevenArrays(JudgeError):
    """Arrays that describe the same items or votes do not have the same shape."""

    def __init__(self, what: str, shape: tuple[int, ...], expected: str) -> None:
        super().__init__(f"{what} has the shape {shape}", expected, "Build all arrays from the same items.")


class NotProbability(JudgeError):
    """A value that must be a probability is not one."""

    def __init__(self, what: str, value: object, position: object, expected: str = "numbers from 0 to 1") -> None:
        super().__init__(f"{what} is {value} at position {position}", expected, "Pass the recorded probabilities.")


class AuditError(JudgeError):
    """Audit votes cannot judge as given."""


class LedgerError(JudgeError):
    """What was passed as the ledger is none."""

    def __init__(self, found: object) -> None:
        expected = "None for the first look, else the ledger of the last comparison"
        super().__init__(f"the ledger is {str(found)[:80]!r}", expected, "Pass on the last `.ledger` as it was.")


class NotACount(JudgeError):
    """A number of votes or items, or a price, is not one."""

    def __init__(self, what: str, value: object, expected: str) -> None:
        super().__init__(f"{what} is {value!r}", expected, f"Pass another {what}.")
