"""Errors of what a person types when asked."""

from __future__ import annotations

from payoff.errors.base import PayoffError


class BadAnswer(PayoffError):
    """An answer that cannot be read as what was asked for.

    >>> raise BadAnswer("a lot", "a number such as 0.5", "Type `?` if you do not know.")
    Traceback (most recent call last):
    payoff.errors.BadAnswer: the answer 'a lot' cannot be used
      expected: a number such as 0.5
      next: Type `?` if you do not know.
    """

    def __init__(self, answer: str, expected: str, next_step: str = "Type `?` if you do not know.") -> None:
        super().__init__(f"the answer {answer!r} cannot be used", expected, next_step)
