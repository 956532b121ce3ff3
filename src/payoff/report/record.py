"""What a report is made of: plain records that the project fills and this package only reads."""

from __future__ import annotations

from dataclasses import dataclass

from payoff.report.figure import Figure, Worth, raised
from payoff.report.rows import Cell, CurvePoint, LadderRow, Mistake, Question, SourceRow, UsualRow
from payoff.words import Measured, bounded, count

PAIRED = "judged item by item, not one level less the other"

__all__ = [
    "PAIRED",
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
    "Worth",
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


@dataclass(frozen=True)
class Stakes:
    """What there is to win, per item: between the best `constant` decision (or today's way) and perfect knowledge.

    `left` is perfect knowledge less what is earned today, a paired difference. All three are of the items that `on`
    names: those that judge the policies shown beside them, or `expected` of those learnt from while these cannot.

    >>> Stakes("inspect", Figure(-0.12), Figure(0.88), Figure(1.00), on="the 292 items of the audit part").perfect.mean
    0.88
    """

    constant: str
    constant_worth: Measured
    perfect: Measured
    left: Measured
    on: str
    expected: bool = False


@dataclass(frozen=True, kw_only=True)
class Story:
    """Everything one report says, in the order in which it says it.

    All figures of worth are per item, in `unit`; None while not known. `today` is earned now (by `today_words`),
    `would_earn` what the policy named by `would_words` earns, `gain` the difference of the two judged item by item,
    all judged on `judged_on`. `votes` are the votes people were asked for, `spent` their price, `audit_votes` those
    that judge.
    `void` says that they do not hold any more for items like those decided on last. `next` is the one suggestion,
    `alternatives` its runners-up. `usual` are the picks of the usual metrics and `usual_line` what they cost in a
    sentence, `sensitivity` while what payoffs the choice holds, `outdone` which decision taken everywhere is
    shown to earn more; sentences without a full stop, None where there is nothing to say. `covers` says what the 5%
    covers.

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

    today: Worth | None = None
    today_words: str = ""
    would_earn: Worth | None = None
    would_words: str = ""
    gain: Worth | None = None
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
    outdone: str | None = None
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
    def aside(self) -> str:
        """What is to be known of the ladder beside its unit: what has no interval, and what a gain is.

        >>> rows = (LadderRow(name="linear", kind="trial", gain=Figure(0.4, 0.3, 0.5)),)
        >>> Story(title="sites", unit="EUR", ladder=rows).aside
        'a gain is judged item by item, not one level less the other'
        """
        worths = [bounded(row.worth) for row in self.ladder if row.worth is not None]
        bare = "without interval: expected on the items learnt from, not audited yet"
        return "; ".join(
            [
                *([bare] if None in worths else []),
                *([f"a gain is {PAIRED}"] if any(row.gain for row in self.ladder) else []),
            ]
        )

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
        parts += [self.aside] if self.aside else []
        return "; ".join(parts)
