"""What judging returns: an estimate with its interval, and the comparison around it."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["adopt", "keep", "cannot tell"]
Ledger = dict[str, Any]


@dataclass(frozen=True)
class Estimate:
    """A mean per item with its 95% interval, in the objective's unit; infinite limits where there is none yet.

    `about` says what it is about where that is not the outcome: a figure that rests on a proxy alone.

    >>> print(Estimate(0.43, 0.31, 0.55, "EUR"))
    0.43 (0.31 to 0.55) EUR an item
    >>> print(Estimate(0.43, float("-inf"), float("inf"), "EUR"))
    0.430 (no interval yet) EUR an item
    """

    mean: float
    low: float
    high: float
    unit: str = ""
    about: str = ""

    def __str__(self) -> str:
        return f"{self.figures()}{' ' if self.unit else ''}{self.unit} an item{', ' if self.about else ''}{self.about}"

    def figures(self) -> str:
        """The mean and its interval without the unit, to the digits that the interval's width gives sense to.

        >>> Estimate(1234.567, 1100.0, 1369.0).figures()
        '1,235 (1,100 to 1,369)'
        """
        places = decimals(self.high - self.low, self.mean)
        if math.isinf(self.high) or math.isinf(self.low):
            return f"{self.mean:,.{places}f} (no interval yet)"
        return f"{self.mean:,.{places}f} ({self.low:,.{places}f} to {self.high:,.{places}f})"

    def _repr_html_(self) -> str:
        return f"<b>{html.escape(str(self))}</b>"


def decimals(width: float, mean: float) -> int:
    """Places after the point: two digits of half the width, three of the mean where there is no width.

    >>> decimals(0.24, 0.43), decimals(0.0, 12.34), decimals(8000.0, 5.0)
    (2, 1, 0)
    """
    measured = math.isfinite(width) and width > 0
    size, digits = (width / 2, 2) if measured else (abs(mean), 3)
    if not math.isfinite(size) or size == 0:
        return 2
    return min(max(digits - 1 - math.floor(math.log10(size)), 0), 12)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An estimate with the two parts of its error: what more votes reduce, and what only more items reduce.

    `votes_variance` (V) and `items_variance` (S) are in the unit squared; `votes` are the draws in the error
    (votes where the payoff differs, or their groups), `items` the items the audit was drawn from.
    """

    estimate: Estimate
    votes_variance: float
    items_variance: float
    votes: int
    items: int

    def _repr_html_(self) -> str:
        return self.estimate._repr_html_()


@dataclass(frozen=True, kw_only=True)
class Comparison(Judged):
    """What the candidate earns over the incumbent per item to come, and what follows from it.

    `votes_needed`: further votes that would settle it; None where no number of votes on these items would, or nothing
    is left to settle. `look`: whether this call cost a level, `level` which one. `differing`: fresh votes on items
    where the two differ. `left`: such items not yet audited. `uncovered`: such items no vote could have been drawn on
    (the interval spans all they could be). `protected`: whether the interval rests only on votes that had told nothing
    when the candidate was fixed; else it may flatter. `said`: the verdict in words; `{unit}` in it is for the caller to
    fill in.

    >>> from payoff.judge import compare
    >>> answers = {"item": range(40), "incumbent": [0.0] * 40, "candidate": [1.0] * 40}
    >>> same = compare([[0.0, 0.0]] * 40, [[1.0, 1.0]] * 40, [[0.5, 0.5]] * 40, answers, drawn=[1.0] * 40)
    >>> same.verdict, same.estimate.mean
    ('adopt', 1.0)
    """

    verdict: Verdict
    votes_needed: int | None
    ledger: Ledger
    look: bool
    level: float | None
    differing: int
    left: int
    uncovered: int
    protected: bool
    said: str

    def words(self, unit: str = "points", price: float | None = None) -> str:
        """`said` with the unit filled in, and what the votes needed would cost where a price is given.

        >>> from payoff.judge import compare
        >>> same = [[1.0, 0.0]] * 4
        >>> compare(same, same, [[0.5, 0.5]] * 4, {"item": [], "incumbent": [], "candidate": []}, drawn=[0] * 4).words()
        'Keep the incumbent: the two decide alike on these 4 items.'
        """
        said = self.said
        if self.votes_needed is not None and price is not None:
            votes = f"{self.votes_needed:,} more audit votes"
            said = said.replace(votes, f"{votes} ({self.votes_needed * price:,.2f} {{unit}})")
        return said.replace("{unit}", unit)
