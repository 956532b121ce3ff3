"""What a report is made of: plain records that the project fills and this package only reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from payoff.words import ABSENT, Measured, bounded, count, decimals, number

Kind = Literal["baseline", "trial", "in use"]


@dataclass(frozen=True)
class Figure:
    """A mean with its 95% interval, per item, in the objective's unit; an end that is unknown is None (or infinite).

    >>> Figure(0.43, 0.31, 0.55).mean
    0.43
    """

    mean: float
    low: float | None = None
    high: float | None = None


def raised(worth: Measured, gain: float, ends: tuple[float, float]) -> Figure:
    """What is earned now and a gain on top: both doubts add up, which is the safe side.

    >>> raised(Figure(0.5, 0.25, 0.75), 0.25, (0.125, 0.5))
    Figure(mean=0.75, low=0.375, high=1.25)
    """
    known = bounded(worth)
    low, high = (known[0] + ends[0], known[1] + ends[1]) if known else (None, None)
    return Figure(worth.mean + gain, low, high)


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
    seconds: float | None = None
    realised: float | None = None
    realised_items: int | None = None

    @property
    def held(self) -> bool | None:
        """Whether what was realised lies in the interval that was promised; None while either is not known.

        >>> promised = Figure(0.43, 0.31, 0.55)
        >>> LadderRow(name="linear", kind="trial", promised=promised, realised=0.28).held
        False
        """
        ends = bounded(self.promised) if self.promised else None
        return None if ends is None or self.realised is None else ends[0] <= self.realised <= ends[1]

    @property
    def realised_words(self) -> str:
        """What was realised, with the decimals of the promise.

        >>> LadderRow(name="linear", kind="trial", promised=Figure(0.43, 0.31, 0.55), realised=0.4).realised_words
        '+0.40'
        """
        if self.realised is None:
            return ABSENT
        return number(self.realised, signed=True, decimals=decimals(self.promised) if self.promised else None)


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
    """What the policy is worth per item after `votes` votes that cost `spent`.

    >>> CurvePoint(spent=100.0, votes=100, worth=Figure(0.43, 0.31, 0.55)).votes
    100
    """

    spent: float
    votes: int
    worth: Measured


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing to do next: what it would bring and what it costs, both in the unit, and why.

    `gain` is over the horizon where the volume is known, else per item (`per_item`). `name` is one of ask, trial, rule,
    review, wait, ship, stop; `words` says it to a person.

    >>> Action(name="stop", words="stop", reason="100 more votes cost 100 EUR and would bring 40 EUR").cost is None
    True
    """

    name: str
    words: str = ""
    reason: str = ""
    gain: float | None = None
    cost: float | None = None
    per_item: bool = False

    @property
    def said(self) -> str:
        """The action as a person reads it: its words, else its name.

        >>> Action(name="ask", words="ask for 100 votes").said, Action(name="stop").said
        ('ask for 100 votes', 'stop')
        """
        return self.words or self.name


@dataclass(frozen=True, kw_only=True)
class Stakes:
    """What there is to win, per item: between the best `constant` decision (or today's way) and perfect knowledge.

    `left` is perfect knowledge less what is earned today.

    >>> Stakes(constant="inspect", constant_worth=-0.12, perfect=0.88, left=1.00).perfect
    0.88
    """

    constant: str
    constant_worth: float
    perfect: float
    left: float


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
class Story:
    """Everything one report says, in the order in which it says it.

    All figures of worth are per item, in `unit`; None while not known. `today` is earned now (by `today_words`),
    `would_earn` what the policy named by `would_words` earns, `gain` the paired difference of the two, all judged on
    `judged_on`. `votes` are the votes people were asked for, `spent` their price, `audit_votes` those that judge.
    `next` is the one suggestion, `alternatives` its runners-up. `covers` says what the 5% covers.

    >>> Story(title="spam", unit="EUR", today_words="keep everything").volume is None
    True
    """

    title: str
    unit: str
    made: str = ""
    goal: str = ""
    payoffs: tuple[Cell, ...] = ()
    limits: tuple[str, ...] = ()
    per_month: float | None = None
    months: float | None = None

    items: int = 0
    learning_items: int = 0
    audit_items: int = 0
    votes: int = 0
    audit_votes: int = 0
    spent: float = 0.0

    today: Measured | None = None
    today_words: str = ""
    would_earn: Measured | None = None
    would_words: str = ""
    gain: Measured | None = None
    promised: Measured | None = None
    promised_items: int | None = None
    provisional: bool = False
    judged_on: str = ""

    next: Action | None = None
    alternatives: tuple[Action, ...] = ()
    stakes: Stakes | None = None
    ladder: tuple[LadderRow, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    forecast: tuple[CurvePoint, ...] = ()
    stop_at: float | None = None
    findings: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    covers: str = ""
    looks_used: int = 0
    looks_left: int | None = None
    questions: tuple[Question, ...] = ()

    @property
    def volume(self) -> float | None:
        """Items over the whole horizon, `per_month * months`; None where either is missing.

        >>> Story(title="sites", unit="EUR", per_month=1_000, months=6).volume
        6000
        """
        return None if self.per_month is None or self.months is None else self.per_month * self.months

    @property
    def in_force(self) -> LadderRow | None:
        """The row of the ladder that decides now: the last one adopted, else what is in use.

        >>> rows = (LadderRow(name="today", kind="in use"), LadderRow(name="linear", kind="trial", adopted=True))
        >>> Story(title="sites", unit="EUR", ladder=rows).in_force.name
        'linear'
        """
        used = [row for row in self.ladder if row.kind == "in use"]
        adopted = [row for row in self.ladder if row.adopted]
        return next(reversed(used + adopted), None)

    @property
    def basis(self) -> str:
        """The unit of the ladder's figures and the items they hold for.

        >>> rows = (LadderRow(name="linear", kind="trial", realised=0.4, realised_items=380),)
        >>> Story(title="sites", unit="EUR", ladder=rows).basis
        'EUR an item, 95% intervals; realised on 380 items kept aside'
        """
        promised = sorted({row.promised_items for row in self.ladder if row.promised and row.promised_items})
        realised = sorted(
            {row.realised_items for row in self.ladder if row.realised is not None and row.realised_items}
        )
        parts = [f"{self.unit} an item, 95% intervals"]
        parts += [f"promised for {count(items, 'item')}" for items in promised]
        parts += [f"realised on {count(items, 'item')} kept aside" for items in realised]
        return "; ".join(parts)
