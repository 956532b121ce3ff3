"""Errors of policies."""

from __future__ import annotations

from collections.abc import Iterable

from payoff.errors.base import PayoffError, listed


class PolicyError(PayoffError):
    """A policy cannot be fitted or asked on these items."""


class NothingInUse(PolicyError):
    """The policy 'system' was asked about items without today's decisions."""

    def __init__(self, n_items: int) -> None:
        super().__init__(
            f"the {n_items} items carry no decisions of today",
            "today's decision of each item",
            "Name the column `today`, or register a source of kind system.",
        )


class NoModelOfTheirOwn(PolicyError):
    """The policy 'own model' was asked about items without the user's probabilities."""

    def __init__(self, n_items: int) -> None:
        super().__init__(
            f"the {n_items} items carry no probabilities of a model of your own",
            "one probability per outcome of each item",
            "Name the column `proba`, or try another rung.",
        )


class RungNotHere(PolicyError):
    """A rung that these items cannot carry."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"the rung {name!r} is not available for these items",
            f"one of {listed(known, most=20)}",
            "Add what it rests on (decisions of today, always-on sources, a model of your own, columns).",
        )
