"""Errors of projects, stores and commands."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from payoff.errors.base import PayoffError, listed, meant


class ProjectError(PayoffError):
    """A project cannot be created, opened or moved on."""


class NoProject(ProjectError):
    """There is no payoff.toml where one was looked for."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"no payoff.toml in '{folder}'",
            "the folder of a project",
            "Make one with `payoff init TABLE`, or go to its folder.",
        )


class ProjectExists(ProjectError):
    """A folder that holds a project is not made into a new one."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"'{folder}' holds a project already (payoff.toml or payoff.db)",
            "a folder without one",
            "Open it (`payoff status`, Project.open), or name another folder.",
        )


class BrokenToml(ProjectError):
    """payoff.toml is not TOML; the message of the parser names the line."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(
            f"{path} cannot be read: {message}",
            "valid TOML",
            'Mend that line; an expression stands in quotes: spam = "-0.6 * amount". Nothing was changed.',
        )


class UnknownKey(ProjectError):
    """payoff.toml has a key that means nothing, or lacks one that is needed."""

    def __init__(self, key: str, where: str, known: Iterable[str], wanted: str | None = None) -> None:
        close = get_close_matches(key, list(known), n=1)
        found = f"{where} has no key '{wanted}'" if wanted else f"{where} has the key '{key}'"
        hint = f"Did you mean '{close[0]}'?" if close else "Mend payoff.toml; nothing was changed."
        super().__init__(found, f"the keys {listed(sorted(known), 14)}", hint)


class OneProbability(ProjectError):
    """One column of probabilities tells two outcomes apart, not more."""

    def __init__(self, column: str, outcomes: Iterable[str]) -> None:
        outcomes = list(outcomes)
        super().__init__(
            f"the column '{column}' (proba) is one probability for {len(outcomes)} outcomes: {listed(outcomes)}",
            "two outcomes; the column is the probability of the last by name",
            "Leave proba out: the column is a feature then.",
        )


class ItemsChanged(ProjectError):
    """The table is no longer the one the project was split on."""

    def __init__(self, table: str, found: int, expected: int) -> None:
        super().__init__(
            f"the items in '{table}' are not those the project began with ({found} items now, {expected} then)",
            "the same items: the audit part was sealed on them",
            "Put the old table back, or begin a new project in another folder.",
        )


class NothingToAsk(ProjectError):
    """No source answers on request, so nothing can be asked."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            f"no source answers on request; the sources are: {listed(names) or 'none'}",
            "a source of kind expert or crowd",
            "Add one: project.add_source('experts', kind='expert', price=0.60), or a [[source]] in payoff.toml.",
        )


class BadBudget(ProjectError):
    """A budget is a finite amount of at least nought."""

    def __init__(self, budget: object) -> None:
        super().__init__(
            f"the budget {budget!r}",
            "a finite number, nought or more",
            "Say what may be spent, in the objective's unit.",
        )


class BadKnown(ProjectError):
    """`known` says how outcomes came to be known, in one of four ways."""

    def __init__(self, known: object, ways: Iterable[str]) -> None:
        super().__init__(
            f"known = {known!r}",
            f"how the known outcomes came to be known: one of {listed(ways)}",
            "Say 'at random' only if chance chose the items whose outcome is known; 'selected' ones only teach; "
            "'proxy' if the column only stands for the outcome.",
        )


class UnknownRung(ProjectError):
    """The ladder has no rung of that name here."""

    def __init__(self, name: object, known: Iterable[str]) -> None:
        super().__init__(
            f"no rung called '{name}'",
            f"one of {listed(known, 12)}, or a scikit-learn classifier",
            "Name one of these.",
        )


class UnknownSource(ProjectError):
    """A vote or a request names a source the project does not have."""

    def __init__(self, name: object, known: Iterable[str]) -> None:
        super().__init__(
            f"the source '{name}' is not in the project",
            f"one of {listed(known, 12) or 'none yet'}",
            "Add it first: project.add_source(...), or `payoff tell FILE --source NAME --kind KIND --price P`.",
        )


class SourceExists(ProjectError):
    """A source of that name is there already, with other terms."""

    def __init__(self, name: str, stated: str) -> None:
        super().__init__(
            f"a source '{name}' is there already: {stated}",
            "a new name, or the same terms",
            "Change it in payoff.toml.",
        )


class VotesByItself(ProjectError):
    """Votes told to a source that votes by a column, a module or a function."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"votes told to '{name}', which votes by itself (a column, a module or a function)",
            "votes of a source that is told its votes",
            "Tell them under another source: project.add_source('NAME', kind='...'); nothing was told.",
        )


class UnknownPurpose(ProjectError):
    """A vote with a purpose that means nothing."""

    def __init__(self, purposes: Iterable[object], known: Iterable[str]) -> None:
        super().__init__(
            f"votes of purpose {listed(purposes, 3)}",
            f"one of {listed(known)}, or no purpose: that of the request",
            "Correct the column 'purpose' or leave it out; nothing was told.",
        )


class UnknownItem(ProjectError):
    """Votes on items that are not in the project."""

    def __init__(self, items: Iterable[object], count: int, known: Iterable[object]) -> None:
        super().__init__(
            f"{count} vote(s) on items that the project does not have, such as {listed(items, 3)}",
            f"item ids such as {listed(known, 3)}",
            "Look at the column 'item'; nothing was told.",
        )


class UnknownLabel(ProjectError):
    """Votes for outcomes the objective does not have."""

    def __init__(self, labels: Iterable[object], known: Iterable[str]) -> None:
        super().__init__(
            f"votes for {listed(labels, 3)}",
            f"an outcome of the objective: {listed(known, 12)}",
            "Map these labels to outcomes, or add the outcome to [objective.payoff]; nothing was told.",
        )


class NothingObserved(ProjectError):
    """A payoff over a column known only afterwards has no observation to take its expected value from."""

    def __init__(self, decision: str, outcome: str) -> None:
        super().__init__(
            f"the payoff of '{decision}' if '{outcome}' is over a column known only afterwards, which no item has",
            "at least one item with that outcome and that column",
            "Give a number for the cell until some are observed, or put observed values in the table.",
        )


class StoreError(ProjectError):
    """The database of a project cannot be read or written."""


class BadFuture(ProjectError):
    """--future names no column, or a value that no item or every item has."""

    def __init__(self, given: str, known: Iterable[object]) -> None:
        super().__init__(
            f"--future '{given}'",
            f"COLUMN=VALUE that some items have and others do not; here: {listed(known)}",
            "Correct it; nothing was written.",
        )


class NoOutcomes(ProjectError):
    """Nothing says which outcomes an item may have."""

    def __init__(self, given: str, columns: Iterable[str]) -> None:
        super().__init__(
            f"no outcomes are named (--outcomes '{given}', and no --outcome column)",
            f"--outcome COLUMN with known outcomes, one of {listed(columns, 12)}, or --outcomes with two or more names",
            "Say for example: payoff init TABLE --outcome label, or payoff init TABLE --outcomes ham,spam.",
        )


class TooManyOutcomes(ProjectError):
    """A column of outcomes with so many values is a measurement, not an outcome."""

    def __init__(self, column: str, count: int, values: Iterable[str], most: int) -> None:
        super().__init__(
            f"the outcome column '{column}' has {count} different values, such as {listed(values, 4)}",
            f"at most {most} outcomes",
            "Name another column, or make classes of it first (a payoff may still use it as an expression).",
        )


class DemoDataMissing(ProjectError):
    """The package that ships the demo's data is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"the package '{package}', which ships the demo's data, is not here",
            f"'{package}' installed",
            "Run: pip install 'payoff[demo]'",
        )


class NoPlace(ProjectError):
    """A file cannot be written where it was asked for."""

    def __init__(self, path: str, folder: str) -> None:
        super().__init__(
            f"nothing can be written to '{path}'",
            f"a file in a folder that exists ('{folder}' or another)",
            "Make the folder or name another file; nothing was changed.",
        )


class NotADemoFolder(ProjectError):
    """The demo replaces only folders it made."""

    def __init__(self, folder: str, strange: Iterable[str]) -> None:
        super().__init__(
            f"the folder '{folder}' holds other things than a demo: {listed(strange) or 'no payoff.toml and rules.py'}",
            "an empty folder, a new one, or that of an earlier demo",
            "Name another: payoff demo DIR.",
        )


class NoPrice(ProjectError):
    """A new expert without a price: money is never invented."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"the source '{source}' is new and has no price",
            "what one of its votes costs, in the objective's unit",
            "Add --price P, such as --price 0.60; 0 if it is free.",
        )


class DecisionsDiffer(ProjectError):
    """A decision of the payoffs that `decisions` in payoff.toml does not name, or the other way round."""

    def __init__(self, name: str, where: str, *, known: Iterable[str]) -> None:
        known = list(known)
        super().__init__(
            f"{where} {name!r}",
            f"a table of payoffs for each of `decisions` in payoff.toml: {listed(known)}",
            f"Correct the name, or change it in both places.{meant(name, known)}",
        )
