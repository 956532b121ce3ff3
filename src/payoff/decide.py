"""From probabilities to the decision worth most, under limits: pure functions of arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from payoff.errors import LimitError
from payoff.limits import Bools, Cap, Floats, Ints, Share, first_best, hold
from payoff.names import name_of

Strings = NDArray[np.str_]

__all__ = ["A_MONTH", "Bools", "Floats", "Ints", "Limit", "Strings", "best", "expected", "hits", "within"]

# Periods in a month of 365.25 / 12 days.
A_MONTH = {"day": 365.25 / 12, "week": 365.25 / 12 / 7, "month": 1.0}


@dataclass(frozen=True)
class Limit:
    """A constraint on one decision; several given in one limit must all hold.

    `precision`: the expected share of items so decided for whose outcome the decision is worth most is at least this.
    `recall`: the share of such items that are so decided is at least this. `outcome` names the outcome to count
    instead. `share`: at most this share of the items is so decided. `at_most`: at most this many, `per` day, week or
    month, or of the items decided on at once where `per` is left out. `by`: a column; the limit holds in each of its
    groups. Raises LimitError for a value out of range or no constraint at all.

    >>> Limit("remove", at_most=200, per="week")
    Limit('remove', at_most=200, per='week')
    """

    decision: str
    _: KW_ONLY
    precision: float | None = None
    recall: float | None = None
    share: float | None = None
    at_most: int | None = None
    per: str | None = None
    by: str | None = None
    outcome: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "decision", name_of(self.decision))
        if self.outcome is not None:
            object.__setattr__(self, "outcome", name_of(self.outcome))
        for field in ("precision", "recall", "share"):
            self._check_share(field)
        self._check_count()
        if self.per is not None and (self.at_most is None or self.per not in A_MONTH):
            self._refuse("per", "day, week or month, beside at_most")
        if self.outcome is not None and self.precision is None and self.recall is None:
            self._refuse("outcome", "an outcome only beside precision or recall")
        if self.precision is self.recall is self.share is self.at_most is None:
            raise LimitError(
                f"the limit on {self.decision!r} constrains nothing",
                "at least one of precision, recall, share, at_most",
                f"Write for example Limit({self.decision!r}, precision=0.95), or leave the limit out.",
            )

    def to_dict(self) -> dict[str, Any]:
        """The fields that were given, as they stand in [[limit]] of payoff.toml.

        >>> Limit("remove", precision=0.95).to_dict()
        {'decision': 'remove', 'precision': 0.95}
        """
        return {name: value for name, value in vars(self).items() if value is not None}

    def __repr__(self) -> str:
        given = [f"{name}={value!r}" for name, value in self.to_dict().items() if name != "decision"]
        return f"Limit({', '.join([repr(self.decision), *given])})"

    def _check_share(self, field: str) -> None:
        value = getattr(self, field)
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) <= 1:
            self._refuse(field, "a share from 0 to 1")
        object.__setattr__(self, field, float(value))

    def _check_count(self) -> None:
        value = self.at_most
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, Real) or not float(value).is_integer() or value < 0:
            self._refuse("at_most", "a whole number, 0 or more")
        object.__setattr__(self, "at_most", int(value))

    def _refuse(self, field: str, expected: str) -> None:
        raise LimitError(
            f"the limit on {self.decision!r} has {field} = {getattr(self, field)!r}",
            expected,
            f"Correct {field} of this [[limit]].",
        )


def expected(payoffs: Floats, proba: Floats) -> Floats:
    """Expected payoff of each decision for each item, (n, D).

    `payoffs` is (n, D, K), or (1, D, K) where all items share one table; `proba` is (n, K).

    >>> expected(np.array([[[0.0, 10.0], [2.0, 2.0]]]), np.array([[0.9, 0.1], [0.5, 0.5]])).tolist()
    [[1.0, 2.0], [5.0, 2.0]]
    """
    if len(payoffs) == 1:
        return np.asarray(proba @ payoffs[0].T, dtype=np.float64)
    worth: Floats = np.einsum("ndk,nk->nd", payoffs, proba)
    return worth


def best(payoffs: Floats, proba: Floats) -> Ints:
    """Position of the decision worth most for each item, (n,); ties go to the decision listed first.

    Arrays as in `expected`, all finite.

    >>> best(np.array([[[0.0, 10.0], [2.0, 2.0]]]), np.array([[0.9, 0.1], [0.8, 0.2]])).tolist()
    [1, 0]
    """
    return first_best(expected(payoffs, proba))


def hits(payoffs: Floats, decision: int) -> Floats:
    """1 where the decision is worth most under an outcome (alone or with others), else 0: (n or 1, K).

    >>> hits(np.array([[[0.0, 10.0], [2.0, 2.0]]]), 0).tolist()
    [[0.0, 1.0]]
    """
    top = payoffs.max(axis=1)
    right: Floats = (payoffs[:, decision] >= top - 1e-12 * np.abs(payoffs).max(axis=1)).astype(np.float64)
    return right


def within(
    limits: Sequence[Limit],
    payoffs: Floats,
    proba: Floats,
    *,
    decisions: Sequence[str],
    outcomes: Sequence[str],
    groups: Mapping[str, Ints] | None = None,
    periods: Mapping[str, Ints] | None = None,
    per_month: float | None = None,
) -> Ints:
    """Position of the decision of each item, (n,), that is worth most in sum while the limits hold.

    Arrays as in `expected`. `groups` numbers the groups of each column that a limit names with `by`; `periods`
    numbers the days, weeks or months the items fall in, from 0. Without periods a capacity counts pro rata: n items
    are n / per_month of a month, rounded down. Raises LimitError where neither is given, or where capacities leave
    items undecided. Where not all can hold, capacities go before precision, precision before recall.

    >>> payoffs = np.array([[[0.0, 10.0], [2.0, 2.0]]])
    >>> few = [Limit("block", at_most=1)]
    >>> proba = np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> within(few, payoffs, proba, decisions=["block", "allow"], outcomes=["good", "bad"]).tolist()
    [1, 0]
    """
    worth = expected(payoffs, proba)
    caps: list[Cap] = []
    precisions: list[Share] = []
    recalls: list[Share] = []
    for limit in limits:
        decision = list(decisions).index(limit.decision)
        part = np.zeros(len(proba), dtype=np.int64) if limit.by is None else (groups or {})[limit.by]
        caps += _caps(limit, decision, part, periods or {}, per_month)
        if limit.precision is None and limit.recall is None:
            continue
        hit = _hit(limit, decision, payoffs, proba, outcomes)
        if limit.precision is not None:
            precisions.append(Share(decision, part, limit.precision, hit))
        if limit.recall is not None:
            recalls.append(Share(decision, part, limit.recall, hit))
    return hold(worth, caps, precisions, recalls)


def _hit(limit: Limit, decision: int, payoffs: Floats, proba: Floats, outcomes: Sequence[str]) -> Floats:
    """Probability that an item so decided counts for precision and recall, (n,)."""
    if limit.outcome is not None:
        return np.asarray(proba[:, list(outcomes).index(limit.outcome)], dtype=np.float64)
    return np.asarray((hits(payoffs, decision) * proba).sum(axis=1), dtype=np.float64)


def _caps(limit: Limit, decision: int, part: Ints, periods: Mapping[str, Ints], per_month: float | None) -> list[Cap]:
    """The counts a limit allows, from its share and from its number per period."""
    caps = []
    if limit.share is not None:
        most = np.floor(limit.share * np.bincount(part) + 1e-9).astype(np.int64)
        caps.append(Cap(decision, part, most))
    if limit.at_most is not None:
        if limit.per is not None and limit.per in periods:
            part = np.unique(np.column_stack([part, periods[limit.per]]), axis=0, return_inverse=True)[1].ravel()
        most = np.full(part.max(initial=-1) + 1, _allowed(limit, len(part), periods, per_month))
        caps.append(Cap(decision, part, most))
    return caps


def _allowed(limit: Limit, items: int, periods: Mapping[str, Ints], per_month: float | None) -> int:
    """How many of these items may be so decided in each part."""
    assert limit.at_most is not None
    if limit.per is None or limit.per in periods:
        return limit.at_most
    if per_month is None:
        raise LimitError(
            f"{limit!r} counts per {limit.per}, and the items have no time and the objective no volume",
            "a time column of the items, or per_month of the objective",
            f"Name the time column, set per_month, or leave out per={limit.per!r} to count the items at hand.",
        )
    return math.floor(limit.at_most * items * A_MONTH[limit.per] / per_month + 1e-9)
