"""What each decision is worth, what must hold, and what there is to win."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, Self

import numpy as np
import polars as pl

from payoff.cells import Expression, payoff_table, read_cells
from payoff.decide import Floats, Ints, Limit, Strings, best, hits, within
from payoff.errors import LimitError, ObjectiveError, UnknownDecision, UnknownOutcome
from payoff.frames import check_rows, column_of, numbered, period_of, shares_of, uneven
from payoff.names import codes_of, name_of
from payoff.remarks import limit_remarks, remarks_on
from payoff.stakes import Stakes, bounds_of, break_even, worths
from payoff.written import as_html, as_text, read_tables

__all__ = ["Limit", "Objective", "Stakes"]

Given = Mapping[tuple[str, str], Any]


class Objective:
    """What each decision is worth under each outcome, with the limits that must hold.

    `payoffs`: {decision: {outcome: cell}}, a cell being a number or a SQL expression over the item's columns, in
    `unit`. `per_month` items over `months` make the volume. Decisions keep the order given, outcomes are sorted by
    name. Raises ObjectiveError (OpenCell, MissingCell, BadCell, UnknownDecision, LimitError) for what cannot be used.

    >>> objective = Objective({"remove": {"spam": 0.3, "ham": -2}, "keep": {"spam": -0.5, "ham": 0}}, unit="EUR")
    >>> objective.decide([[0.5, 0.5], [0.1, 0.9]]).tolist()
    ['keep', 'remove']
    """

    def __init__(
        self,
        payoffs: Mapping[Any, Mapping[Any, Any]],
        *,
        unit: str = "points",
        per_month: float | None = None,
        months: float | None = None,
        limits: Iterable[Limit] = (),
    ) -> None:
        self._cells = read_cells(payoffs)
        self.decisions = list(dict.fromkeys(decision for decision, _ in self._cells))
        self.outcomes = list(dict.fromkeys(outcome for _, outcome in self._cells))
        self.unit = _unit(unit)
        self.per_month, self.months = _positive("per_month", per_month), _positive("months", months)
        self.limits = list(limits)
        for limit in self.limits:
            self._check_limit(limit)

    @property
    def payoffs(self) -> dict[str, dict[str, float | str]]:
        """The cells as written: {decision: {outcome: number or expression}}.

        >>> Objective({"a": {"x": 1, "y": "-cost"}, "b": {"x": 0, "y": 0}}).payoffs["a"]
        {'x': 1.0, 'y': '-cost'}
        """
        written = {key: cell.text if isinstance(cell, Expression) else cell for key, cell in self._cells.items()}
        return {d: {o: written[d, o] for o in self.outcomes} for d in self.decisions}

    @property
    def volume(self) -> float | None:
        """Items over the whole horizon, `per_month` times `months`; None if either is not known.

        >>> Objective({"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}}, per_month=200, months=12).volume
        2400.0
        """
        return None if self.per_month is None or self.months is None else self.per_month * self.months

    @property
    def columns(self) -> set[str]:
        """Columns of the items that the payoffs read.

        >>> Objective({"a": {"x": 1, "y": "-cost * days"}, "b": {"x": 0, "y": 0}}).columns == {"cost", "days"}
        True
        """
        return {column for cell in self._cells.values() if isinstance(cell, Expression) for column in cell.columns}

    def cells_over(self, columns: Iterable[str]) -> list[tuple[str, str]]:
        """Cells, as (decision, outcome), that read one of these columns.

        >>> Objective({"a": {"x": 1, "y": "-cost"}, "b": {"x": 0, "y": 0}}).cells_over(["cost"])
        [('a', 'y')]
        """
        wanted = set(columns)
        return [key for key, cell in self._cells.items() if isinstance(cell, Expression) and cell.columns & wanted]

    def table(self, items: Any = None, given: Given | None = None, *, missing: str = "error") -> Floats:
        """Payoffs of each item, (n, D, K), or (1, D, K) where no cell reads a column.

        `items` is any dataframe, a dict of lists or a list of dicts. `given` replaces cells by their expected value, a
        number or (n,) numbers. A cell without a value for an item raises BadCell; with missing="nan" it is NaN.

        >>> objective = Objective({"send": {"buys": "amount", "not": -1}, "skip": {"buys": 0, "not": 0}})
        >>> objective.table({"amount": [7, 8]})[:, 0].tolist()
        [[7.0, -1.0], [8.0, -1.0]]
        """
        for decision, outcome in given or {}:
            if decision not in self.decisions:
                raise UnknownDecision(decision, known=self.decisions)
            if outcome not in self.outcomes:
                raise UnknownOutcome(outcome, known=self.outcomes)
        return payoff_table(self._cells, items, given, missing=missing)

    def decide(self, proba: Any, items: Any = None, *, given: Given | None = None, time: str | None = None) -> Strings:
        """The decision worth most for each item while the limits hold, (n,) names.

        `proba` is (n, outcomes), outcomes sorted by name, or a dataframe with a column per outcome. `time` names the
        column by which a limit per day, week or month counts; an item without a time counts in a period of its own
        kind. Raises BadProbabilities, MissingColumn, LimitError.

        >>> objective = Objective({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
        >>> objective.decide([[0.6, 0.4], [0.4, 0.6]]).tolist()
        ['act', 'wait']
        """
        shares = shares_of(proba, self.outcomes)
        chosen = self.choose(self.table(items, given), shares, items, time=time)
        return np.array(self.decisions)[chosen]

    def choose(self, payoffs: Floats, proba: Floats, items: Any = None, *, time: str | None = None) -> Ints:
        """As `decide`, from a payoff table already made: positions in `decisions`, (n,).

        >>> objective = Objective({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
        >>> objective.choose(objective.table(), np.array([[0.4, 0.6]])).tolist()
        [1]
        """
        check_rows(len(payoffs), items, len(proba), "rows of probabilities")
        if not self.limits:
            return best(payoffs, proba)
        groups, periods = self._parts(items, time)
        return within(
            self.limits,
            payoffs,
            proba,
            decisions=self.decisions,
            outcomes=self.outcomes,
            groups=groups,
            periods=periods,
            per_month=self.per_month,
        )

    def value(
        self, decisions: Iterable[Any], outcomes: Iterable[Any], items: Any = None, *, missing: str = "error"
    ) -> Floats:
        """Realised payoff of each item, (n,), in the unit, given what was decided and what was true.

        Raises UnknownDecision, UnknownOutcome; BadCell where the realised payoff is missing (NaN with missing="nan").

        >>> objective = Objective({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
        >>> objective.value(["act", "wait", "act"], ["bad", "bad", "good"]).tolist()
        [10.0, 0.0, -10.0]
        """
        row = codes_of(decisions, self.decisions, UnknownDecision)
        column = codes_of(outcomes, self.outcomes, UnknownOutcome)
        payoffs = self.table(items, missing="nan")
        check_rows(len(payoffs), items, len(row), "decisions")
        check_rows(len(payoffs), items, len(column), "outcomes")
        if len(row) != len(column):
            raise uneven(len(row), "decisions", len(column), "outcomes")
        realised: Floats = payoffs[np.arange(len(row)) if len(payoffs) > 1 else 0, row, column]
        if missing == "error" and np.isnan(realised).any():
            first = int(np.argmax(np.isnan(realised)))
            cell = self._cells[self.decisions[row[first]], self.outcomes[column[first]]]
            assert isinstance(cell, Expression)
            raise cell.refused(f"it gives no number for {int(np.isnan(realised).sum())} of {len(row)} items")
        return realised

    def stakes(
        self, base_rates: Mapping[Any, float], items: Any = None, *, given: Given | None = None, time: str | None = None
    ) -> Stakes:
        """What there is to win per item: perfect knowledge of outcomes minus the best constant decision.

        `base_rates` gives the share of each outcome, 1 in sum; payoffs over columns are averaged over the items. Limits
        bind both; `time` as in `decide`. Raises UnknownOutcome, BadProbabilities, LimitError.

        >>> objective = Objective({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
        >>> stakes = objective.stakes({"bad": 0.2, "good": 0.8})
        >>> stakes.constant, stakes.constant_worth, stakes.perfect, stakes.left
        ('wait', 0.0, 2.0, 2.0)
        """
        rates = {name_of(outcome): float(share) for outcome, share in base_rates.items()}
        for outcome in rates:
            if outcome not in self.outcomes:
                raise UnknownOutcome(outcome, known=self.outcomes)
        shares = shares_of([[rates.get(outcome, 0.0) for outcome in self.outcomes]], self.outcomes)[0]
        groups, periods = ({}, {}) if items is None else self._parts(items, time)
        bounds = bounds_of(self.limits, self.decisions, self.outcomes, groups, periods, self.per_month)
        constant, worth, perfect = worths(self.table(items, given), shares / shares.sum(), bounds)
        return Stakes(self.decisions[constant], worth, perfect, perfect - worth, unit=self.unit, volume=self.volume)

    def break_even(self, items: Any = None, *, given: Given | None = None) -> pl.DataFrame:
        """Where each decision is best, on mean payoffs: decision, outcome, low, high; null where it never is.

        With two outcomes, for the second by name: the decision is best from low to high. With more, for each outcome:
        only between low and high can it be best.

        >>> objective = Objective({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
        >>> objective.break_even().rows()
        [('act', 'good', 0.0, 0.5), ('wait', 'good', 0.5, 1.0)]
        """
        return break_even(self.table(items, given).mean(axis=0), self.decisions, self.outcomes)

    def remarks(self, items: Any = None, *, given: Given | None = None) -> list[str]:
        """What looks like a mistake in the payoffs or limits, in words; empty if nothing does.

        >>> Objective({"act": {"bad": 10, "good": 10}, "wait": {"bad": 0, "good": 0}}).remarks()[0]
        "'act' is worth most whatever the outcome: there is nothing to decide."
        """
        payoffs = self.table(items, given)
        found = remarks_on(payoffs.mean(axis=0), self.decisions, self.outcomes)
        return found + limit_remarks(payoffs, self.limits, self.decisions, self.per_month)

    def to_dict(self) -> dict[str, Any]:
        """As it stands in payoff.toml: unit, objective (per_month, months, payoff) and limit.

        >>> Objective({"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}}, unit="EUR").to_dict()["unit"]
        'EUR'
        """
        volume = {"per_month": self.per_month, "months": self.months}
        known = {name: value for name, value in volume.items() if value is not None}
        written = {"unit": self.unit, "objective": {**known, "payoff": self.payoffs}}
        return {**written, "limit": [limit.to_dict() for limit in self.limits]} if self.limits else written

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Self:
        """An objective from the tables of payoff.toml; tables of others (items, source) are passed over.

        Raises ObjectiveError for a key that is not known, or that looks like a misspelt one.

        >>> cells = {"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}}
        >>> Objective.from_dict({"objective": {"per_month": 200, "payoff": cells}}).per_month
        200.0
        """
        return cls(**read_tables(mapping))

    def __repr__(self) -> str:
        return as_text(self.payoffs, self._scale(), self.limits)

    def _repr_html_(self) -> str:
        return as_html(self.payoffs, self._scale(), self.limits)

    def _scale(self) -> str:
        volume = "" if self.volume is None else f", {self.volume:,.0f} items over {self.months:g} months"
        return f"{self.unit} per item{volume}"

    def _check_limit(self, limit: Limit) -> None:
        if limit.decision not in self.decisions:
            raise UnknownDecision(limit.decision, known=self.decisions)
        if limit.outcome is not None and limit.outcome not in self.outcomes:
            raise UnknownOutcome(limit.outcome, known=self.outcomes)
        counted = limit.outcome is None and (limit.precision is not None or limit.recall is not None)
        if counted and not self.columns and not hits(self.table(), self.decisions.index(limit.decision)).any():
            raise LimitError(
                f"{limit!r}, and {limit.decision!r} is worth most under no outcome",
                "a decision that is right for some outcome, or the outcome to count",
                "Add outcome= to this limit, or correct the payoffs.",
            )

    def _parts(self, items: Any, time: str | None) -> tuple[dict[str, Ints], dict[str, Ints]]:
        """Groups of the columns, and the periods, that the limits count in; of each item."""
        columns = {limit.by: limit for limit in self.limits if limit.by is not None}
        groups = {by: numbered(column_of(items, by, repr(limit))) for by, limit in columns.items()}
        pers = {limit.per: limit for limit in self.limits if limit.per is not None} if time is not None else {}
        periods = {per: period_of(column_of(items, str(time), repr(limit)), per) for per, limit in pers.items()}
        return groups, periods


def _unit(unit: Any) -> str:
    if not isinstance(unit, str) or not unit.strip():
        raise ObjectiveError(f"the unit is {unit!r}", "a word such as EUR or points", "Correct unit in payoff.toml.")
    return str(unit)


def _positive(name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < math.inf:
        raise ObjectiveError(
            f"{name} is {value!r}",
            "a number above 0, or nothing where it is not known",
            f"Correct {name} in [objective].",
        )
    return float(value)
