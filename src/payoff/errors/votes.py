"""Errors of sources and votes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from payoff.errors.base import PayoffError, listed


class VoteError(PayoffError):
    """Votes or their source cannot be used."""


class SourceError(VoteError):
    """A source cannot be used as described."""


class RulesError(SourceError):
    """A file of rules cannot be used."""


class NotAnOutcome(VoteError):
    """A source votes something that is no outcome.

    >>> print(NotAnOutcome("spma", 3, source="filter", outcomes=["ham", "spam"]))
    3 votes of 'filter' say 'spma', which is no outcome
      expected: one of 'ham', 'spam', or nothing where the source is silent
      next: Map 'spma' to one of these, or add it to every decision of the objective.
    """

    def __init__(self, label: object, count: int, *, source: str, outcomes: Iterable[str]) -> None:
        votes = "1 vote" if count == 1 else f"{count} votes"
        says = "says" if count == 1 else "say"
        super().__init__(
            f"{votes} of {source!r} {says} {str(label)!r}, which is no outcome",
            f"one of {listed(outcomes)}, or nothing where the source is silent",
            f"Map {str(label)!r} to one of these, or add it to every decision of the objective.",
        )


class MissingVoteColumns(VoteError):
    """A table of votes, or of gold labels, lacks a column."""

    def __init__(self, missing: Sequence[str], known: Sequence[str], *, gold: bool = False) -> None:
        what = "gold" if gold else "votes"
        wanted = "the columns item, source and label, and voter where a source has several"
        super().__init__(
            f"the table of {what} has no column {listed(missing)}; its columns are {listed(known)}",
            "the columns item and label" if gold else wanted,
            "Rename the columns or add them.",
        )


class IncompleteVote(VoteError):
    """A row of votes lacks its item, source or label."""

    def __init__(self, row: Mapping[str, object], number: int, column: str) -> None:
        super().__init__(
            f"row {number} of the votes has no {column}: {dict(row)}",
            "an item, a source and a label in every row; a voter who says nothing has no row",
            "Leave the row out or fill it in.",
        )


class NoVotes(VoteError):
    """There is no vote to learn from."""

    def __init__(self, found: str = "the table of votes has no rows") -> None:
        super().__init__(found, "at least one vote", "Give votes first, or use the base rates alone.")


class NoSuchOutcome(VoteError):
    """A vote or gold label names no known outcome."""

    def __init__(self, labels: Iterable[object], known: Iterable[object]) -> None:
        super().__init__(
            f"labels that are no outcome: {listed(labels)}",
            f"one of {listed(known)}",
            "Map them to known outcomes, or add them to outcomes.",
        )


class ReservedOutcome(VoteError):
    """An outcome has the name of a column of the results."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"an outcome is called {name!r}", "another name: results have a column of that name", "Rename the label."
        )


class UnknownKind(VoteError):
    """A source was given a kind that does not exist."""

    def __init__(self, source: str, kind: object, known: Iterable[object]) -> None:
        close = get_close_matches(str(kind), [str(name) for name in known], n=1)
        hint = f"Did you mean {close[0]!r}?" if close else "Correct the kind of the source."
        super().__init__(f"the source {source!r} has the kind {kind!r}", f"one of {listed(known)}", hint)


class ConflictingGold(VoteError):
    """Two gold labels of one item differ."""

    def __init__(self, item: object, labels: Iterable[object]) -> None:
        super().__init__(
            f"the item {str(item)!r} has several gold labels: {listed(labels)}",
            "one gold label an item",
            "Leave disputed items out of gold; give them as votes of an expert source.",
        )


class NotANumber(VoteError):
    """A label that should be a finite number is none.

    >>> print(NotANumber("tall", 2, row=3, item=7))
    2 labels are no numbers, the first 'tall' of the item '7' in row 3
      expected: a finite number in every row; a voter who says nothing has no row
      next: Correct them or leave the rows out; votes for outcomes go to LabelModel.
    """

    def __init__(self, label: object, count: int, *, row: int, item: object) -> None:
        many = "1 label is no number, it is" if count == 1 else f"{count} labels are no numbers, the first"
        super().__init__(
            f"{many} {str(label)!r} of the item {str(item)!r} in row {row}",
            "a finite number in every row; a voter who says nothing has no row",
            "Correct them or leave the rows out; votes for outcomes go to LabelModel.",
        )


class UnusableAggregateOption(VoteError):
    """An option of an aggregation method is out of its range."""

    def __init__(self, name: str, value: object, expected: str) -> None:
        super().__init__(f"{name} is {value!r}", expected, f"Give another {name}.")


class OtherItems(VoteError):
    """Further votes are on items that are not of the type of those learnt from."""

    def __init__(self, found: object, expected: object) -> None:
        super().__init__(
            f"items of the type {found}",
            f"items of the type {expected}, as in the votes learnt from",
            "Cast the column item.",
        )


class NotFitted(VoteError):
    """An aggregation method was asked before it was fitted."""

    def __init__(self, method: str) -> None:
        super().__init__(f"this {method} has not been fitted", "votes learnt by fit", "Call fit(votes) first.")
