"""What is said of cells must be of cells that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from payoff.cells.expression import Expression
from payoff.cells.reading import Cells
from payoff.cells.table import payoff_table, read_cost
from payoff.decide import Limit, hits
from payoff.errors import LimitError, ObjectiveError, UnknownDecision, UnknownOutcome
from payoff.limits import check_shares
from payoff.names import name_of


def by_name(cells: Mapping[Any, Any]) -> dict[tuple[str, str], Any]:
    """Values by (decision, outcome), both as names; ObjectiveError for a key that is not such a pair.

    >>> by_name({(1, 0): 2.5})
    {('1', '0'): 2.5}
    """
    for key in cells:
        if not isinstance(key, tuple) or len(key) != 2:
            raise ObjectiveError(
                f"a cell is called {key!r}",
                "a pair (decision, outcome)",
                "Write for example {('keep', 'spam'): -0.5}.",
            )
    return {(name_of(decision), name_of(outcome)): value for (decision, outcome), value in cells.items()}


def check_known(keys: Iterable[tuple[str, str]], cells: Cells) -> None:
    """Refuse a (decision, outcome) that is no cell: UnknownDecision or UnknownOutcome.

    >>> check_known([("act", "odd")], {("act", "bad"): 1.0, ("act", "good"): 0.0})
    Traceback (most recent call last):
    payoff.errors.UnknownOutcome: the objective has no payoff for the outcome 'odd'
      expected: one of 'bad', 'good'
      next: Give it a payoff under every decision or map it to one of these.
    """
    decisions, outcomes = (list(dict.fromkeys(key[side] for key in cells)) for side in (0, 1))
    for decision, outcome in keys:
        if decision not in decisions:
            raise UnknownDecision(decision, known=decisions)
        if outcome not in outcomes:
            raise UnknownOutcome(outcome, known=outcomes)


def check_limits(limits: Sequence[Limit], cells: Cells, per_month: float | None) -> None:
    """Refuse a limit on names not known, whose cost cannot be read, or on being right where that can never be; and
    limits that together leave items without a decision.

    >>> from payoff.cells import read_cells
    >>> cells = read_cells({"act": {"bad": 1, "good": -1}, "wait": {"bad": 0, "good": 0}})
    >>> check_limits([Limit("act", precision=0.9)], cells, None)
    """
    for limit in limits:
        _check_limit(limit, cells)
    check_shares(limits, list(dict.fromkeys(decision for decision, _ in cells)), per_month)


def _check_limit(limit: Limit, cells: Cells) -> None:
    check_known([(limit.decision, next(iter(cells))[1] if limit.outcome is None else limit.outcome)], cells)
    if isinstance(limit.cost, str):
        read_cost(limit)
    counted = limit.outcome is None and (limit.precision is not None or limit.recall is not None)
    if not counted or any(isinstance(cell, Expression) for cell in cells.values()):
        return
    decisions = list(dict.fromkeys(decision for decision, _ in cells))
    if not hits(payoff_table(cells), decisions.index(limit.decision)).any():
        raise LimitError(
            f"{limit!r}, and {limit.decision!r} is worth most under no outcome",
            "a decision that is right for some outcome, or the outcome to count",
            "Add outcome= to this limit, or correct the payoffs.",
        )
