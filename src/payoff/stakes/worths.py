"""What the best constant and perfect knowledge earn, under the limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron

from payoff.decide import Floats
from payoff.errors import LimitError
from payoff.limits import first_best
from payoff.stakes.bounds import Bound

# With limits the stakes are a linear programme over items: at this many evenly spaced ones it takes under a second.
MOST_ITEMS = 1000


def worths(payoffs: Floats, shares: Floats, bounds: Sequence[Bound] = ()) -> tuple[int, float, float]:
    """The best constant decision (its position), what it earns and what perfect knowledge earns, per item.

    `payoffs` is (n or 1, D, K), `shares` the (K,) base rates. Perfect knowledge is of the outcome of each item. Under
    limits the best constant is the decision filled blindly up to its capacity, the rest at the next best.

    >>> worths(np.array([[[0.0, -10.0], [-4.0, 2.0]]]), np.array([0.5, 0.5]))
    (1, -1.0, 1.0)
    """
    payoffs, costs = _spread(payoffs, [bound.cost for bound in bounds])
    blind = payoffs.mean(axis=0) @ shares
    if not bounds:
        constant = int(first_best(blind[None, :])[0])
        return constant, float(blind[constant]), float(payoffs.max(axis=1).mean(axis=0) @ shares)
    # Perfect knowledge sees n * K cases, item by outcome; a blind decision sees one, their mean.
    cases = payoffs.transpose(0, 2, 1).reshape(-1, payoffs.shape[1])
    weight = np.tile(shares / len(payoffs), len(payoffs))
    counted = [
        np.broadcast_to(bound.right(payoffs) if cost is None else cost[:, None], payoffs[:, 0].shape).ravel()
        for bound, cost in zip(bounds, costs, strict=True)
    ]
    perfect = _filled(cases, weight, bounds, counted)
    mixed = _filled(blind[None, :], np.ones(1), bounds, [np.atleast_1d(weight @ each) for each in counted])
    used = np.where(mixed[0] > 1e-9, blind, -np.inf)
    return int(first_best(used[None, :])[0]), float(mixed[0] @ blind), float((perfect * cases).sum())


def _spread(payoffs: Floats, costs: list[Floats | None]) -> tuple[Floats, list[Floats | None]]:
    """Payoffs and costs of the same items, at most so many of them and evenly spaced where there are bounds."""
    rows = max([len(payoffs), *(len(cost) for cost in costs if cost is not None)])
    if not costs or rows == 1:
        return payoffs, costs
    kept = np.linspace(0, rows - 1, min(rows, MOST_ITEMS)).round().astype(int)
    payoffs = np.broadcast_to(payoffs, (rows, *payoffs.shape[1:]))[kept]
    return payoffs, [None if cost is None else np.broadcast_to(cost, rows)[kept] for cost in costs]


def _filled(cases: Floats, weight: Floats, bounds: Sequence[Bound], counted: Sequence[Floats]) -> Floats:
    """Share of all items that is of each case and decided so, (R, D), of highest payoff under the bounds.

    `counted` is what each bound counts in each case: 1 where the decision is right, or its cost. Where no mix holds
    them all, recall is let go before precision, precision before capacity and budget.
    """
    rows, decisions = cases.shape
    every = csr_array(kron(eye_array(rows), np.ones((1, decisions))))
    worth = cases.ravel() / (np.abs(cases).max(initial=0.0) or 1.0)  # the solver's nought is not in our unit
    for let_go in ((), ("recall",), ("recall", "precision")):
        lines = [
            _line(bound, each, weight, decisions)
            for bound, each in zip(bounds, counted, strict=True)
            if bound.kind not in let_go
        ]
        upper = (
            {"A_ub": csr_array(np.array([line for line, _ in lines])), "b_ub": [most for _, most in lines]}
            if lines
            else {}
        )
        found = linprog(-worth, A_eq=every, b_eq=weight, bounds=(0, None), method="highs", **upper)
        if found.status == 0:
            return np.asarray(found.x, dtype=np.float64).reshape(rows, decisions)
    raise LimitError(
        "the limits leave items undecided: " + "; ".join(repr(bound.limit) for bound in bounds),
        "capacities that together take every item",
        "Raise a capacity, or leave one decision without at_most and share.",
    )


def _line(bound: Bound, counted: Floats, weight: Floats, decisions: int) -> tuple[Floats, float]:
    """A bound as one row of a linear programme over the shares (R, D), flat, and its right side."""
    line = np.zeros((len(weight), decisions))
    line[:, bound.decision], most = {
        "most": (np.ones(len(weight)), bound.value),
        "budget": (counted, bound.value),
        "precision": (bound.value - counted, 0.0),
        "recall": (-counted, -bound.value * float(weight @ counted)),
    }[bound.kind]
    # The solver compares sums with its own nought, whatever a budget is counted in.
    size = float(np.abs(line).max(initial=0.0)) or 1.0
    return line.ravel() / size, most / size
