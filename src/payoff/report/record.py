"""What a report is made of: plain records that the project fills and this package only reads."""

from __future__ import annotations

from dataclasses import dataclass

from payoff.report.figure import Figure, raised
from payoff.report.rows import Cell, CurvePoint, LadderRow, Mistake, Question, SourceRow, UsualRow
from payoff.words import Measured, count

__all__ = [
    "Action",
    "Cell",
    "CurvePoint",
    "Figure",
    "LadderRow",
    "Mistake",
    "Question",
    "SourceRow",
    "Stakes",
    "Story",
    "UsualRow",
    "raised",
]


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
class Story:
    """Everything one report says, in the order in which it says it.

    All figures of worth are per item, in `unit`; None while not known. `today` is earned now (by `today_words`),
    `would_earn` what the policy named by `would_words` earns, `gain` the paired difference of the two, all judged on
    `judged_on`. `votes` are the votes people were asked for, `spent` their price, `audit_votes` those that judge.
    `void` says that they do not hold any more for items like those decided on last. `next` is the one suggestion,
    `alternatives` its runners-up. `usual` are the picks of the usual metrics and `usual_line` what they cost in a
    sentence, `sensitivity` while what payoffs the choice holds; sentences without a
    full stop, None where there is nothing to say. `covers` says what the 5% covers.

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
    about: str = ""

    void: bool = False
    next: Action | None = None
    alternatives: tuple[Action, ...] = ()
    stakes: Stakes | None = None
    ladder: tuple[LadderRow, ...] = ()
    usual: tuple[UsualRow, ...] = ()
    usual_line: str | None = None
    sensitivity: str | None = None
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
    def measure(self) -> str:
        """The unit of the figures, and what they are about where that is not the outcome.

        >>> Story(title="sites", unit="EUR", about="about the proxy 'click', not the outcome").measure
        "EUR an item, 95% intervals, about the proxy 'click', not the outcome"
        """
        return ", ".join(filter(None, [f"{self.unit} an item", "95% intervals", self.about]))

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
        parts = [self.measure]
        parts += [f"promised for {count(items, 'item')}" for items in promised]
        parts += [f"realised on {count(items, 'item')} kept aside" for items in realised]
        return "; ".join(parts)
