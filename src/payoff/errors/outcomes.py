"""Errors of how outcomes came to be known: by votes, by a proxy for them, by decisions that revealed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from payoff.errors.base import listed, meant
from payoff.errors.project import ProjectError
from payoff.errors.votes import VoteError


class VotesForNoOutcome(ProjectError):
    """Votes told so far are for outcomes that payoff.toml no longer names; `votes` counts them by name.

    >>> raise VotesForNoOutcome({"spam": 12}, sources=["experts"], outcomes=["ham", "junk"])
    Traceback (most recent call last):
    payoff.errors.VotesForNoOutcome: 12 votes told by 'experts' are for 'spam', which payoff.toml gives no payoffs
      expected: the outcomes that were voted for; [objective.payoff] has 'ham', 'junk'
      next: Call it 'spam' in payoff.toml again; another name needs a new project.
    """

    def __init__(self, votes: Mapping[str, int], *, sources: Iterable[str], outcomes: Iterable[str]) -> None:
        first, outcomes = next(iter(votes)), list(outcomes)
        super().__init__(
            f"{sum(votes.values())} votes told by {listed(sources, 3)} are for {listed(votes, 3)}, which payoff.toml "
            "gives no payoffs",
            f"the outcomes that were voted for; [objective.payoff] has {listed(outcomes)}",
            f"Call it {first!r} in payoff.toml again; another name needs a new project.{meant(first, outcomes)}",
        )


class NoProxyColumn(ProjectError):
    """A proxy of the outcome is declared, and no column holds it."""

    def __init__(self, known: str) -> None:
        super().__init__(
            f"known = {known!r} without a column",
            "the column that stands for the outcome",
            'Name it: outcome = "COLUMN" in [items], or --outcome COLUMN.',
        )


class NotAChance(VoteError):
    """A recorded chance that a decision revealed the outcome is none."""

    def __init__(self, value: object, item: str, rows: int) -> None:
        more = "" if rows == 1 else f", and {rows - 1} more like it"
        super().__init__(
            f"probability {value!r} of item '{item}'{more}",
            "the chance, above 0 and up to 1, with which the decision that reveals the outcome was taken",
            "Correct it, or leave it empty: that outcome then teaches and does not judge. Nothing was told.",
        )


class ChanceChanged(VoteError):
    """An item is told with another chance than before, or as revealed after it was told as not revealed."""

    def __init__(self, items: Iterable[object], count: int) -> None:
        super().__init__(
            f"{count} item(s) with two chances, or once with and once without an outcome, such as {listed(items, 3)}",
            "each item once, by its first decision, when what came of it is known",
            "Leave these rows out, or their probability empty: they then teach only. Nothing was told.",
        )


class ChancesDoNotFit(VoteError):
    """Far more or fewer outcomes came than their chances foretell."""

    def __init__(self, seen: int, foretold: float, decisions: int) -> None:
        super().__init__(
            f"{seen} outcomes revealed where the recorded chances of {decisions} decisions foretell {foretold:.1f}",
            "every decision that could have revealed an outcome, its label empty where it did not",
            "Tell these rows too, or leave probability empty: the outcomes then teach only. Nothing was told.",
        )
