"""What there is to win before any label is bought, and the probabilities at which the decision turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron

from payoff.decide import A_MONTH, Floats, Ints, Limit, hits
from payoff.errors import LimitError
from payoff.limits import first_best

# With limits the stakes are a linear programme over items: at this many evenly spaced ones it takes under a second.
MOST_ITEMS = 1000


@dataclass(frozen=True)
class Bound:
    """A limit as a share of all items: kind most, precision or recall, and the share `value` it allows or asks.

    >>> Bound("most", 0, 0.1, Limit("remove", share=0.1)).value
    0.1
    """

    kind: str
    decision: int
    value: float
    limit: Limit
    outcome: int | None = None

    def right(self, payoffs: Floats) -> Floats:
        """1 where so decided counts as right for precision and recall, else 0: (n or 1, K).

        >>> Bound("recall", 1, 0.5, Limit("a", recall=0.5)).right(np.array([[[0.0, 1.0], [2.0, 0.0]]])).tolist()
        [[1.0, 0.0]]
        """
        if self.outcome is None:
            return hits(payoffs, self.decision)
        one: Floats = np.eye(payoffs.shape[2])[[self.outcome]]
        return one


@dataclass(frozen=True, repr=False)
class Stakes:
    """What there is to win, per item, in `unit`: perfect knowledge minus the best constant decision.

    >>> Stakes("keep", constant_worth=-0.05, perfect=0.03, left=0.08, unit="EUR", volume=1000)
    Stakes in EUR per item
      best constant (keep)     -0.05
      perfect knowledge         0.03
      to win                    0.08   80 over 1,000 items
    """

    constant: str
    constant_worth: float
    perfect: float
    left: float
    unit: str = ""
    volume: float | None = None

    def __repr__(self) -> str:
        width = max(len(name) for name, _ in self._rows())
        lines = [f"Stakes in {self.unit or 'points'} per item"]
        lines += [f"  {name:<{width}}  {figure(value):>8}" for name, value in self._rows()]
        if self.volume is not None:
            lines[-1] += f"   {figure(self.left * self.volume)} over {self.volume:,.0f} items"
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{escape(name)}</td><td>{figure(value)}</td></tr>" for name, value in self._rows())
        head = f"<tr><th></th><th>{escape(self.unit or 'points')} per item</th></tr>"
        return f"<table>{head}{rows}</table>"

    def _rows(self) -> list[tuple[str, float]]:
        return [
            (f"best constant ({self.constant})", self.constant_worth),
            ("perfect knowledge", self.perfect),
            ("to win", self.left),
        ]


def figure(value: float) -> str:
    """An amount as people read it: whole from 100 on, else three significant digits.

    >>> figure(192000.4), figure(-0.0501), figure(2)
    ('192,000', '-0.0501', '2')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def bounds_of(
    limits: Sequence[Limit],
    decisions: Sequence[str],
    outcomes: Sequence[str],
    groups: Mapping[str, Ints],
    periods: Mapping[str, Ints],
    per_month: float | None,
) -> list[Bound]:
    """The limits as shares of all items; arguments as of `payoff.decide.within`.

    A capacity becomes a share where the items of a period can be counted or `per_month` is known, and is passed over
    where neither is or where its groups are not at hand. What holds in every group holds over all of them.

    >>> weekly = Limit("remove", at_most=70, per="week")
    >>> round(bounds_of([weekly], ["remove", "keep"], ["a", "b"], {}, {}, 365.25 / 12 * 100)[0].value, 6)
    0.1
    """
    bounds = []
    for limit in limits:
        d = decisions.index(limit.decision)
        k = None if limit.outcome is None else outcomes.index(limit.outcome)
        rate = _rate(limit, groups, periods, per_month)
        kinds = [("most", limit.share), ("most", rate), ("precision", limit.precision), ("recall", limit.recall)]
        bounds += [Bound(kind, d, value, limit, k) for kind, value in kinds if value is not None]
    return bounds


def _rate(
    limit: Limit, groups: Mapping[str, Ints], periods: Mapping[str, Ints], per_month: float | None
) -> float | None:
    """Share of items that a capacity allows, if that can be told."""
    if limit.at_most is None or limit.per is None or (limit.by is not None and limit.by not in groups):
        return None
    many = 1 if limit.by is None else len(np.unique(groups[limit.by]))
    if limit.per in periods:
        a_period = len(periods[limit.per]) / len(np.unique(periods[limit.per]))
    elif per_month is not None:
        a_period = per_month / A_MONTH[limit.per]
    else:
        return None
    return min(1.0, limit.at_most * many / a_period)


def worths(payoffs: Floats, shares: Floats, bounds: Sequence[Bound] = ()) -> tuple[int, float, float]:
    """The best constant decision (its position), what it earns and what perfect knowledge earns, per item.

    `payoffs` is (n or 1, D, K), `shares` the (K,) base rates. Perfect knowledge is of the outcome of each item. Under
    limits the best constant is the decision filled blindly up to its capacity, the rest at the next best.

    >>> worths(np.array([[[0.0, -10.0], [-4.0, 2.0]]]), np.array([0.5, 0.5]))
    (1, -1.0, 1.0)
    """
    if bounds and len(payoffs) > MOST_ITEMS:
        payoffs = payoffs[np.linspace(0, len(payoffs) - 1, MOST_ITEMS).round().astype(int)]
    blind = payoffs.mean(axis=0) @ shares
    if not bounds:
        constant = int(first_best(blind[None, :])[0])
        return constant, float(blind[constant]), float(payoffs.max(axis=1).mean(axis=0) @ shares)
    # Perfect knowledge sees n * K cases, item by outcome; a blind decision sees one, their mean.
    cases = payoffs.transpose(0, 2, 1).reshape(-1, payoffs.shape[1])
    weight = np.tile(shares / len(payoffs), len(payoffs))
    right = [np.broadcast_to(bound.right(payoffs), payoffs[:, 0].shape).ravel() for bound in bounds]
    perfect = _filled(cases, weight, bounds, right)
    mixed = _filled(blind[None, :], np.ones(1), bounds, [np.atleast_1d(weight @ hit) for hit in right])
    used = np.where(mixed[0] > 1e-9, blind, -np.inf)
    return int(first_best(used[None, :])[0]), float(mixed[0] @ blind), float((perfect * cases).sum())


def _filled(cases: Floats, weight: Floats, bounds: Sequence[Bound], right: Sequence[Floats]) -> Floats:
    """Share of all items that is of each case and decided so, (R, D), of highest payoff under the bounds.

    Where no mix holds them all, recall is let go before precision, precision before capacity.
    """
    rows, decisions = cases.shape
    every = csr_array(kron(eye_array(rows), np.ones((1, decisions))))
    for kinds in (("most", "precision", "recall"), ("most", "precision"), ("most",)):
        lines = [
            _line(bound, hit, weight, decisions)
            for bound, hit in zip(bounds, right, strict=True)
            if bound.kind in kinds
        ]
        upper = (
            {"A_ub": csr_array(np.array([line for line, _ in lines])), "b_ub": [most for _, most in lines]}
            if lines
            else {}
        )
        found = linprog(-cases.ravel(), A_eq=every, b_eq=weight, bounds=(0, None), method="highs", **upper)
        if found.status == 0:
            return np.asarray(found.x, dtype=np.float64).reshape(rows, decisions)
    raise LimitError(
        "the limits leave items undecided: " + "; ".join(repr(bound.limit) for bound in bounds),
        "capacities that together take every item",
        "Raise a capacity, or leave one decision without at_most and share.",
    )


def _line(bound: Bound, hit: Floats, weight: Floats, decisions: int) -> tuple[Floats, float]:
    """A bound as one row of a linear programme over the shares (R, D), flat, and its right side."""
    line = np.zeros((len(weight), decisions))
    if bound.kind == "most":
        line[:, bound.decision] = 1.0
        return line.ravel(), bound.value
    if bound.kind == "precision":
        line[:, bound.decision] = bound.value - hit
        return line.ravel(), 0.0
    line[:, bound.decision] = -hit
    return line.ravel(), -bound.value * float(weight @ hit)


def break_even(payoffs: Floats, decisions: Sequence[str], outcomes: Sequence[str]) -> pl.DataFrame:
    """Where each decision can be best: decision, outcome, low, high; null where it never is.

    `payoffs` is (D, K), the mean payoffs. With two outcomes, for the second by name: between low and high the decision
    is the best. With more, for every outcome: only between low and high can it be the best, and whether it is depends
    on how the rest is shared. Ties belong to the decision listed first.

    >>> payoffs = np.array([[0.0, -10.0], [-4.0, 2.0]])
    >>> break_even(payoffs, ["allow", "block"], ["good", "phish"]).rows()
    [('allow', 'phish', 0.0, 0.25), ('block', 'phish', 0.25, 1.0)]
    """
    rows: list[tuple[str, str, float | None, float | None]] = []
    for position, decision in enumerate(decisions):
        better = _better(payoffs, position)
        if len(outcomes) == 2:
            rows.append((decision, outcomes[1], *_interval(better)))
            continue
        best_somewhere = ever_best(payoffs, position)
        for k, outcome in enumerate(outcomes):
            rows.append((decision, outcome, *(_reach(better, k) if best_somewhere else (None, None))))
    schema = {"decision": pl.String, "outcome": pl.String, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ever_best(payoffs: Floats, position: int) -> bool:
    """Whether some probabilities of the outcomes make this decision the best; `payoffs` is (D, K).

    >>> ever_best(np.array([[0.0, -10.0], [-4.0, 2.0], [-5.0, -5.0]]), 2)
    False
    """
    better = _better(payoffs, position)
    if not len(better):
        return True
    # Largest margin over all others that some probabilities reach: a linear programme over (p, margin).
    outcomes = better.shape[1]
    better = better / (np.abs(better).max() or 1.0)  # as shares of the largest: the solver gives up on 1e15
    found = linprog(
        np.r_[np.zeros(outcomes), -1.0],
        A_ub=np.column_stack([-better, np.ones(len(better))]),
        b_ub=np.zeros(len(better)),
        A_eq=np.r_[np.ones(outcomes), 0.0][None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * outcomes + [(None, None)],
        method="highs",
    )
    return bool(-found.fun > 1e-9)


def _better(payoffs: Floats, position: int) -> Floats:
    """Payoff of a decision over each other one, (others, K); a copy of it that is listed later does not count."""
    same = (payoffs == payoffs[position]).all(axis=1)
    rivals = np.arange(len(payoffs)) != position
    rivals &= ~(same & (np.arange(len(payoffs)) > position))
    better: Floats = payoffs[position] - payoffs[rivals]
    return better


def _interval(better: Floats) -> tuple[float | None, float | None]:
    """Probabilities of the second of two outcomes at which every row of (1 - p) b0 + p b1 is at least 0."""
    low, high = 0.0, 1.0
    for at_none, at_all in better.tolist():
        if max(at_none, at_all) <= 0:
            return None, None
        if at_none < 0:
            low = max(low, at_none / (at_none - at_all))
        if at_all < 0:
            high = min(high, at_none / (at_none - at_all))
    return (low, high) if low < high else (None, None)


def _reach(better: Floats, outcome: int) -> tuple[float, float]:
    """Smallest and largest probability of an outcome at which the decision can be best."""
    aim = np.zeros(better.shape[1])
    aim[outcome] = 1.0
    sides = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * aim,
            A_ub=-better if len(better) else None,
            b_ub=np.zeros(len(better)) if len(better) else None,
            A_eq=np.ones((1, len(aim))),
            b_eq=[1.0],
            bounds=(0, 1),
            method="highs",
        )
        sides.append(float(abs(found.fun)))
    return sides[0], sides[1]
