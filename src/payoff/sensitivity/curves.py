"""What each policy earns while one payoff changes: exactly, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from payoff.decide import Bools, Floats, Ints, expected
from payoff.limits import first_best
from payoff.objective import Objective


@dataclass(frozen=True)
class Basis:
    """What policies are weighed on: `payoffs` (n or 1, D, K), `posterior` (n, K), `weights` (n,) of items.

    >>> Basis(np.eye(2)[None], np.eye(2), np.array([1.0, 3.0])).shares.tolist()
    [0.25, 0.75]
    """

    payoffs: Floats
    posterior: Floats
    weights: Floats

    @cached_property
    def shares(self) -> Floats:
        """Weights (n,) that add up to 1."""
        return np.asarray(self.weights / self.weights.sum())

    @cached_property
    def worth(self) -> Floats:
        """Expected payoff of each decision for each item under the posterior, (n, D)."""
        return expected(self.payoffs, self.posterior)


@dataclass(frozen=True)
class Dial:
    """A payoff that may be otherwise: the cells of one decision under some outcomes (positions) are `now` times `step`.

    `step` is (n or 1,): 1 for a number, the present payoff of each item (and `now` 1) for an expression.

    >>> Dial(0, (1,), now=-0.5, step=np.ones(1)).felt(np.array([[0.9, 0.1], [0.2, 0.8]])).tolist()
    [0.1, 0.8]
    """

    decision: int
    outcomes: tuple[int, ...]
    now: float
    step: Floats

    def felt(self, proba: Floats) -> Floats:
        """What a shift of 1 adds to the expected payoff of the decision on each item, (n,), under `proba` (n, K)."""
        return np.asarray(proba[:, list(self.outcomes)].sum(axis=1) * self.step)


@dataclass(frozen=True)
class Curve:
    """Worth per item of one policy while a payoff is shifted: linear between `bends` (m,), perhaps with jumps there.

    From bends[j - 1] to bends[j] it is base[j] + rise[j] * shift; `base` and `rise` are (m + 1,).

    >>> Curve(np.array([1.0]), np.array([0.0, -1.0]), np.array([0.0, 1.0])).at([0.0, 3.0]).tolist()
    [0.0, 2.0]
    """

    bends: Floats
    base: Floats
    rise: Floats

    def at(self, shifts: Sequence[float] | Floats) -> Floats:
        """Worth at each shift, (shifts,)."""
        base, rise = self.pieces(np.asarray(shifts, dtype=np.float64))
        return np.asarray(base + rise * np.asarray(shifts))

    def pieces(self, shifts: Floats) -> tuple[Floats, Floats]:
        """Base and rise of the piece each shift lies on."""
        piece = np.searchsorted(self.bends, shifts, side="right")
        return self.base[piece], self.rise[piece]


@dataclass(frozen=True)
class Chooser:
    """One policy on the items of a basis: it keeps its `decisions` (n,), or decides anew by `proba` (n, K).

    Items of one block (`blocks`, (n,)) get one decision together, as under the best constant.

    >>> basis = Basis(np.array([[[0.0, -1.0], [-2.0, 1.0]]]), np.eye(2), np.ones(2))
    >>> anew, fixed = Chooser(basis, proba=np.eye(2)), Chooser(basis, decisions=np.array([0, 1]))
    >>> cell = Dial(0, (1,), now=-1.0, step=np.ones(1))     # at -1 + 3 = 2 the first decision is the better throughout
    >>> anew.curve(cell).at([0.0, 3.0]).tolist(), fixed.curve(cell).at([0.0, 3.0]).tolist()
    ([0.5, 1.0], [0.5, 0.5])
    """

    basis: Basis
    proba: Floats | None = None
    decisions: Ints | None = None
    blocks: Ints | None = None

    @cached_property
    def worth(self) -> Floats:
        """What each decision adds to the worth per item, block by block, (blocks, D)."""
        return self._summed(self.basis.worth)

    @cached_property
    def believed(self) -> Floats:
        """The same as the policy believes it."""
        assert self.proba is not None
        return self._summed(expected(self.basis.payoffs, self.proba))

    def now(self) -> Ints:
        """What it decides on each item under the present payoffs, (n,)."""
        if self.decisions is not None:
            return self.decisions
        chosen = first_best(self.believed)
        return chosen if self.blocks is None else chosen[self.blocks]

    def earns(self) -> float:
        """What it earns per item under the present payoffs."""
        chosen = first_best(self.believed) if self.decisions is None else self.decisions
        return float(self.worth[np.arange(len(chosen)), chosen].sum())

    def curve(self, dial: Dial) -> Curve:
        """What it earns per item while a payoff is shifted; at shift 0 what it earns now."""
        gain = self._summed(dial.felt(self.basis.posterior))
        if self.decisions is not None:
            kept = self.worth[np.arange(len(self.decisions)), self.decisions]
            mine = self.decisions == dial.decision
            return Curve(np.zeros(0), np.array([kept.sum()]), np.array([gain[mine].sum()]))
        return _redeciding(self.believed, self.worth, dial.decision, self._felt(dial), gain)

    def changed(self, dial: Dial, low: float, high: float) -> Bools:
        """Whether the decision on each item, (n,), changes somewhere between two shifts of a payoff."""
        if self.decisions is not None:
            return np.zeros(len(self.decisions), dtype=bool)
        _, at = _turns(self.believed, dial.decision, self._felt(dial))
        turned = (at > low) & (at < high)
        return np.asarray(turned if self.blocks is None else turned[self.blocks])

    def _felt(self, dial: Dial) -> Floats:
        assert self.proba is not None
        return self._summed(dial.felt(self.proba))

    def _summed(self, values: Floats) -> Floats:
        """Values (n, ...) times the share of each item, added up over each block."""
        shared = (values.T * self.basis.shares).T
        if self.blocks is None:
            return shared
        summed = np.zeros((int(self.blocks.max()) + 1, *values.shape[1:]))
        np.add.at(summed, self.blocks, shared)
        return summed


def _turns(believed: Floats, decision: int, felt: Floats) -> tuple[Ints, Floats]:
    """The best other decision of each row, and the shift at which `decision` is worth as much (infinite if never)."""
    others = believed.copy()
    others[:, decision] = -np.inf
    rival = first_best(others)
    lead = believed[np.arange(len(believed)), rival] - believed[:, decision]
    with np.errstate(over="ignore"):
        return rival, np.divide(lead, felt, out=np.full(len(felt), np.inf), where=felt != 0)


def _redeciding(believed: Floats, worth: Floats, decision: int, felt: Floats, gain: Floats) -> Curve:
    """Worth of deciding anew at every shift: each row takes the decision beyond, or below, its own turn.

    What is believed is linear in the shift, so each row turns once; the worth is a sum over rows, kept by running sums.
    """
    rival, at = _turns(believed, decision, felt)
    other = worth[np.arange(len(worth)), rival]
    never = ~np.isfinite(at)
    before = np.where(never, first_best(believed) == decision, felt < 0)
    start_base, start_rise = np.where(before, worth[:, decision], other).sum(), gain[before].sum()
    order = np.argsort(at[~never], kind="stable")
    sign = np.where(felt > 0, 1.0, -1.0)
    base = (sign * (worth[:, decision] - other))[~never][order]
    rise = (sign * gain)[~never][order]
    return Curve(at[~never][order], start_base + np.r_[0.0, base.cumsum()], start_rise + np.r_[0.0, rise.cumsum()])


def dials_of(objective: Objective, payoffs: Floats) -> list[Dial]:
    """Every payoff that may be otherwise, cell by cell; a decision that is worth one number throughout is one dial.

    `payoffs` is (n or 1, D, K), the table in force.

    >>> review = Objective({"review": {"ham": -1, "spam": -1}, "keep": {"ham": 0, "spam": -5}})
    >>> [(dial.decision, dial.outcomes, dial.now) for dial in dials_of(review, review.table())]
    [(0, (0, 1), -1.0), (1, (0,), 0.0), (1, (1,), -5.0)]
    """
    dials = []
    for d, row in enumerate(objective.payoffs.values()):
        cells = list(row.values())
        alike = isinstance(cells[0], float) and cells[0] != 0 and all(cell == cells[0] for cell in cells)
        parts = [tuple(range(len(cells)))] if alike else [(k,) for k in range(len(cells))]
        dials += [_dial(d, part, cells[part[0]], payoffs) for part in parts]
    return dials


def _dial(decision: int, outcomes: tuple[int, ...], cell: object, payoffs: Floats) -> Dial:
    present = payoffs[:, decision, outcomes[0]]
    return (
        Dial(decision, outcomes, 1.0, present)
        if isinstance(cell, str)
        else Dial(decision, outcomes, float(present[0]), np.ones(1))
    )
