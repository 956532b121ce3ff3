"""What each decision is worth, what must hold, and what there is to win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
import polars as pl

from payoff import written
from payoff.cells import (
    Counts,
    Expression,
    Range,
    by_name,
    check_known,
    check_limits,
    counts_of,
    effects_of,
    middles,
    of_some,
    payoff_table,
    read_cells,
    realised,
    written_cells,
)
from payoff.decide import Floats, Ints, Limit, Marks, Strings, best, within
from payoff.errors import UnknownDecision, UnknownOutcome
from payoff.frames import check_rows, rates_of, shares_of
from payoff.names import codes_of
from payoff.remarks import choice_remarks, gain_remarks, limit_remarks, money_remarks
from payoff.stakes import Stakes, bounds_of, break_even, worths

__all__ = ["Limit", "Objective", "Stakes"]

Given = Mapping[tuple[str, str], Any]


class Objective:
    """What each decision is worth under each outcome, with the limits that must hold.

    `payoffs`: {decision: {outcome: cell}}, a cell being a number, a range [low, high] of which figures use the middle,
    or a SQL expression over the item's columns; in `unit`. `per_month` items over `months` make the volume. `reveals`:
    decisions after which the outcome becomes known. `least_gain`: the least gain over what is done today that is worth
    shipping, and `well_enough` the gain at which improving stops, both over the whole horizon (per item where there is
    no volume). `wait_per_month`: what a month of waiting costs beyond the gain forgone. `assumed`: what of all this
    was assumed rather than given, as keys of payoff.toml. Decisions keep the order given, outcomes are sorted by name.
    Raises ObjectiveError (OpenCell, MissingCell, BadCell, UnknownDecision, LimitError) for what cannot be used.

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
        reveals: Iterable[str] = (),
        least_gain: float | None = None,
        well_enough: float | None = None,
        wait_per_month: float | None = None,
        assumed: Iterable[str] = (),
    ) -> None:
        self._cells = read_cells(payoffs)
        self.decisions = list(dict.fromkeys(decision for decision, _ in self._cells))
        self.outcomes = list(dict.fromkeys(outcome for _, outcome in self._cells))
        self.unit = written.unit_of(unit)
        self.per_month, self.months = (
            written.above_nought("per_month", per_month),
            written.above_nought("months", months),
        )
        self.limits = list(limits)
        check_limits(self.limits, self._cells, self.per_month)
        self.reveals = written.revealing(reveals, self.decisions)
        self.least_gain, self.well_enough = written.gains(least_gain, well_enough)
        self.wait_per_month = written.nought_or_more("wait_per_month", wait_per_month)
        self.assumed = written.assumed_keys(assumed, self._cells)

    @property
    def payoffs(self) -> dict[str, dict[str, Any]]:
        """The cells as written: {decision: {outcome: number, [low, high] or expression}}.

        >>> Objective({"a": {"x": 1, "y": "-cost"}, "b": {"x": 0, "y": 0}}).payoffs["a"]
        {'x': 1.0, 'y': '-cost'}
        """
        cells = written_cells(self._cells)
        return {d: {o: cells[d, o] for o in self.outcomes} for d in self.decisions}

    @property
    def ranges(self) -> dict[tuple[str, str], tuple[float, float]]:
        """The cells given as a range: {(decision, outcome): (low, high)}.

        >>> Objective({"a": {"x": 1, "y": [-3, -2]}, "b": {"x": 0, "y": 0}}).ranges
        {('a', 'y'): (-3.0, -2.0)}
        """
        return {key: (cell.low, cell.high) for key, cell in self._cells.items() if isinstance(cell, Range)}

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
        given = by_name(given or {})
        check_known(given, self._cells)
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

    def choose(
        self, payoffs: Floats, proba: Floats, items: Any = None, *, time: str | None = None, marks: Marks | None = None
    ) -> Ints:
        """As `decide`, from a payoff table already made: positions in `decisions`, (n,); `marks` as in `within`.

        >>> objective = Objective({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
        >>> objective.choose(objective.table(), np.array([[0.4, 0.6]])).tolist()
        [1]
        """
        check_rows(len(payoffs), items, len(proba), "rows of probabilities")
        if not self.limits and marks is None:
            return best(payoffs, proba)
        return within(
            self.limits,
            payoffs,
            proba,
            decisions=self.decisions,
            outcomes=self.outcomes,
            per_month=self.per_month,
            marks=marks,
            **counts_of(self.limits, items, time)._asdict(),
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
        return realised(self._cells, row, column, items, missing=missing)

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
        shares = rates_of(base_rates, self.outcomes)
        counts = Counts({}, {}, {}) if items is None else counts_of(self.limits, items, time)
        bounds = bounds_of(self.limits, self.decisions, self.outcomes, *counts, self.per_month)
        constant, worth, perfect = worths(of_some(self.table(items, given)), shares, bounds)
        return Stakes(self.decisions[constant], worth, perfect, perfect - worth, unit=self.unit, volume=self.volume)

    def break_even(self, items: Any = None, *, given: Given | None = None) -> pl.DataFrame:
        """Where each decision is best, on mean payoffs: decision, outcome, low, high; null where it never is.

        With two outcomes, for the second by name: the decision is best from low to high. With more, for each outcome:
        only between low and high can it be best.

        >>> objective = Objective({"act": {"bad": 10, "good": -10}, "wait": {"bad": 0, "good": 0}})
        >>> objective.break_even().rows()
        [('act', 'good', 0.0, 0.5), ('wait', 'good', 0.5, 1.0)]
        """
        return break_even(of_some(self.table(items, given)).mean(axis=0), self.decisions, self.outcomes)

    def remarks(
        self, items: Any = None, *, given: Given | None = None, base_rates: Mapping[Any, float] | None = None
    ) -> list[str]:
        """What looks like a mistake in the payoffs, limits or gains asked for, in words; empty if nothing does.

        With `base_rates`, as in `stakes`, what cannot hold or be won at these is said too.

        >>> Objective({"act": {"bad": 10, "good": 10}, "wait": {"bad": 0, "good": 0}}).remarks()[0]
        "'act' is worth most whatever the outcome: there is nothing to decide."
        """
        payoffs = of_some(self.table(items, given))
        shares = None if base_rates is None else rates_of(base_rates, self.outcomes)
        counts = Counts({}, {}, {}) if items is None else counts_of(self.limits, items)
        return [
            *choice_remarks(payoffs, self.decisions, self.outcomes, self.reveals),
            *money_remarks(middles(self._cells), effects_of(self._cells, items)),
            *limit_remarks(payoffs, self.limits, self.decisions, self.outcomes, *counts, self.per_month, shares),
            *gain_remarks(payoffs, self.least_gain, self.well_enough, self.unit, self.volume, shares),
        ]

    def with_cells(self, cells: Given) -> Self:
        """A copy with these cells replaced, {(decision, outcome): cell}; all else stays.

        >>> objective = Objective({"a": {"x": 1, "y": [-3, -2]}, "b": {"x": 0, "y": 0}})
        >>> objective.with_cells({("a", "y"): -3}).payoffs["a"]
        {'x': 1.0, 'y': -3.0}
        """
        cells = by_name(cells)
        check_known(cells, self._cells)
        payoffs = {d: {o: cells.get((d, o), cell) for o, cell in row.items()} for d, row in self.payoffs.items()}
        tables = self.to_dict()
        return self.from_dict(tables | {"objective": tables["objective"] | {"payoff": payoffs}})

    def with_limits(self, limits: Iterable[Limit]) -> Self:
        """A copy with these limits in place of its own; all else stays.

        >>> Objective({"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}}).with_limits([Limit("a", share=0.1)]).limits
        [Limit('a', share=0.1)]
        """
        return self.from_dict(self.to_dict() | {"limit": list(limits)})

    def to_dict(self) -> dict[str, Any]:
        """As it stands in payoff.toml: unit, objective (what was given of its keys, payoff) and limit.

        >>> Objective({"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}}, unit="EUR").to_dict()["unit"]
        'EUR'
        """
        terms = {name: getattr(self, name) for name in written.TERMS}
        known = {name: value for name, value in terms.items() if value is not None and value != []}
        tables = {"unit": self.unit, "objective": {**known, "payoff": self.payoffs}}
        return {**tables, "limit": [limit.to_dict() for limit in self.limits]} if self.limits else tables

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Self:
        """An objective from the tables of payoff.toml; tables of others (items, source) are passed over.

        Raises ObjectiveError for a key that is not known, or that looks like a misspelt one.

        >>> cells = {"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 1}}
        >>> Objective.from_dict({"objective": {"per_month": 200, "payoff": cells}}).per_month
        200.0
        """
        return cls(**written.read_tables(mapping))

    def __repr__(self) -> str:
        return written.as_text(self.to_dict())

    def _repr_html_(self) -> str:
        return written.as_html(self.to_dict())
