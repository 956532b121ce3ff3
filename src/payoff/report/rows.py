"""Rows of a report's tables and points of its charts: payoffs, policies tried, voters, usual metrics, questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from payoff.report.figure import Worth
from payoff.words import ABSENT, Measured, bounded, decimals, number

Kind = Literal["baseline", "trial", "in use"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One payoff: what `decision` is worth when `outcome` is true; `text` is a number or an expression over columns.

    >>> Cell(decision="block", outcome="phishing", text="2").text
    '2'
    """

    decision: str
    outcome: str
    text: str


@dataclass(frozen=True, kw_only=True)
class LadderRow:
    """One line of the ladder: a baseline, today's way or a trial, with what it promised and what it realised.

    `worth` and `promised` are per item: the first with the error of the estimate alone, the second a prediction
    interval for `promised_items` items. `gain` is against `against`, the incumbent when it was judged, on the audit.
    `realised` is the mean over `realised_items` items kept aside. `votes` are the people's votes it was made from.

    >>> LadderRow(name="linear", kind="trial", verdict="adopt", adopted=True).adopted
    True
    """

    name: str
    kind: Kind
    words: str = ""
    worth: Measured | None = None
    promised: Measured | None = None
    promised_items: int | None = None
    gain: Measured | None = None
    against: str | None = None
    verdict: str | None = None
    adopted: bool = False
    votes: int | None = None
    realised: float | None = None
    realised_items: int | None = None

    @property
    def held(self) -> bool | None:
        """Whether what was realised lies in the interval that was promised; None while either is not known.

        >>> from payoff.report.figure import Figure
        >>> promised = Figure(0.43, 0.31, 0.55)
        >>> LadderRow(name="linear", kind="trial", promised=promised, realised=0.28).held
        False
        """
        ends = bounded(self.promised) if self.promised else None
        return None if ends is None or self.realised is None else ends[0] <= self.realised <= ends[1]

    @property
    def realised_words(self) -> str:
        """What was realised, with the decimals of the promise.

        >>> from payoff.report.figure import Figure
        >>> LadderRow(name="linear", kind="trial", promised=Figure(0.43, 0.31, 0.55), realised=0.4).realised_words
        '+0.40'
        """
        if self.realised is None:
            return ABSENT
        return number(self.realised, signed=True, decimals=decimals(self.promised) if self.promised else None)


@dataclass(frozen=True, kw_only=True)
class UsualRow:
    """What one usual metric would have picked and what that costs per item against the policy that decides here.

    The pick is the rung `name`, `cut` where it decides by its most probable outcome; `picks` says it in words. `costs`
    is `judged` on the audit, on items kept aside or out of fold; `by_payoffs` is the cost of the same model where it
    decides by the payoffs. `alike`: pick and policy decide the same on every item that judges.

    >>> row = UsualRow(metric="F1", name="linear", picks="'linear' at the 0.5 cut", costs=Worth(0.2, 0.1, 0.3))
    >>> row.lost
    True
    """

    metric: str
    name: str
    picks: str
    costs: Worth
    cut: bool = False
    by_payoffs: Worth | None = None
    alike: bool = False
    judged: str = "on the audit"

    @property
    def lost(self) -> bool:
        """Whether the pick is shown to earn less: the whole interval lies above 0."""
        ends = bounded(self.costs)
        return not self.alike and ends is not None and ends[0] > 0


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """One voter of one source: what its votes cost, how many items it covers (0 to 1), how often it is right (0 to 1).

    >>> SourceRow(source="rules", voter="no_ssl", kind="rule", price=0.0, votes=30, coverage=0.25).accuracy is None
    True
    """

    source: str
    voter: str
    kind: str
    price: float | None
    votes: int
    coverage: float
    accuracy: float | None = None
    low: float | None = None
    high: float | None = None
    spent: float = 0.0


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """What the policy is worth per item after `votes` votes that cost `spent`; with a volume, as promised over it.

    >>> from payoff.report.figure import Figure
    >>> CurvePoint(spent=100.0, votes=100, worth=Figure(0.43, 0.31, 0.55)).votes
    100
    """

    spent: float
    votes: int
    worth: Measured


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One item that lost money: the decision taken, what was true, and what it `lost` against the right decision.

    >>> Mistake(item="17", decision="allow", outcome="phishing", lost=12.0).lost
    12.0
    """

    item: str
    decision: str
    outcome: str
    lost: float
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One of the sixty questions of good methodology; `state` is answered, computed, blocked or open.

    >>> Question(id="F5", text="What is done today and what does it pay?", state="computed").state
    'computed'
    """

    id: str
    text: str
    state: str
    answer: str = ""
