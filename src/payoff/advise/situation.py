"""Where a project stands, what could be done, and what is advised: plain records."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from payoff.advise.curve import LearningCurve


@dataclass(frozen=True)
class Option:
    """One thing that could be done: its gain and cost in the unit, over the horizon (per item without a volume).

    >>> Option("stop", 0.0, 0.0, "nothing more is worth its price").net
    0.0
    """

    action: str
    gain: float
    cost: float
    reason: str
    votes: int | None = None
    purpose: str | None = None
    low: float | None = None
    high: float | None = None

    @property
    def net(self) -> float:
        """Gain less cost."""
        return self.gain - self.cost


@dataclass(frozen=True)
class Advice:
    """The one next action that is worth its cost, or stop; the runners-up are `alternatives`.

    >>> str(Advice("stop", 0.0, 0.0, "100 more votes cost 100 EUR and would bring 60 EUR"))
    'next: stop: 100 more votes cost 100 EUR and would bring 60 EUR'
    """

    action: str
    gain: float
    cost: float
    reason: str
    alternatives: tuple[Option, ...] = field(default=())
    votes: int | None = None
    purpose: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON.

        >>> Advice("stop", 0.0, 0.0, "nothing pays").to_dict()["action"]
        'stop'
        """
        return asdict(self)

    def __str__(self) -> str:
        return f"next: {self.action}: {self.reason}"

    def _repr_html_(self) -> str:
        others = "".join(f"<li>{escape(each.action)}: {escape(each.reason)}</li>" for each in self.alternatives)
        return f"<p><b>next: {escape(self.action)}</b>: {escape(self.reason)}</p><ul>{others}</ul>"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Where a project stands, in plain figures: all that advice rests on.

    `volume` is the items over the horizon (None: not given), `price` of one vote of `source` (None: nobody answers on
    request), `unlabelled` the items that could still be asked, `open` the drawn audit items that wait for an answer,
    `due` the rung whose verdict a trial could change, `known` whether anybody or anything
    voted yet, `settle` the audit votes that would settle `candidate`: (votes,
    gain, cost) over the horizon. `won` is what the incumbent was proven to earn over what is done today, per item with
    the interval promised for the horizon, `forgone` the same for the items of a month, `most` the upper end of what
    perfect knowledge would. `least_gain` and `well_enough` are gains over
    the horizon (per item without a volume), `void` says why the promise does not hold any more. `proxy`
    names the proxy that stands for the outcome, and `gap` the audit votes that would say how far off it is.

    >>> curve = LearningCurve(scale=1.0, error=0.1, votes=50)
    >>> Situation(unit="EUR", curve=curve, incumbent="constant", candidate="linear").volume is None
    True
    """

    unit: str
    curve: LearningCurve
    incumbent: str
    candidate: str
    volume: float | None = None
    price: float | None = None
    source: str | None = None
    unlabelled: int = 0
    open: int = 0
    due: str | None = None
    due_gain: float | None = 0.0
    settle: tuple[int, float, float] | None = None
    left: float = 0.0
    proven: bool = False
    changes_today: bool = False
    known: bool = True
    won: tuple[float, float, float] | None = None
    forgone: tuple[float, float, float] | None = None
    most: float | None = None
    per_month: float | None = None
    least_gain: float | None = None
    well_enough: float | None = None
    wait_per_month: float | None = None
    void: str = ""
    proxy: str = ""
    gap: int = 0
