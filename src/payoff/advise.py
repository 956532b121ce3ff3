"""Which action is worth its cost, or stop: every action competes for the same money, in the objective's unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

import numpy as np

from payoff.words import count, money, number

SIZES = (10, 20, 50, 100, 200, 500)  # votes a purchase may have; the best of them is advised
GUESSED_VOTES = 20.0  # before a curve can be seen: about so many votes halve what there is to win


@dataclass(frozen=True)
class LearningCurve:
    """What learning votes still bring: regret b / n after n votes, so n + m votes bring b (1 / n - 1 / (n + m)) an
    item.

    The regret of a decision is of second order in the error of its probability, whose variance falls as 1 / n.
    `scale` is b in the unit times votes, `error` its standard error, `votes` the votes there are, `most` what there is
    to win an item: 1 / n has no bound where votes are few, what votes bring has.

    >>> LearningCurve(scale=12.0, error=3.0, votes=200).gain(100)      # 12 (1/200 - 1/300)
    0.02
    >>> LearningCurve(scale=12.0, error=3.0, votes=0, most=0.6).gain(100)
    0.6
    """

    scale: float
    error: float
    votes: float
    most: float = float("inf")

    def gain(self, more: float) -> float:
        """Gain per item of `more` votes, in the unit."""
        return round(min(self.scale * self._falls(more), self.most), 12)

    def interval(self, more: float) -> tuple[float, float]:
        """The 80% interval of that gain: 1.28 standard errors either way, never below nought."""
        low, high = (self.scale + side * 1.28 * self.error for side in (-1, 1))
        falls = self._falls(more)
        return min(max(low, 0.0) * falls, self.most), min(max(high, 0.0) * falls, self.most)

    def _falls(self, more: float) -> float:
        start = max(self.votes, 1.0)
        return more / (start * (start + more))


def learning_curve(losses: Sequence[tuple[int, float]], votes: int, *, left: float) -> LearningCurve:
    """Fit the curve to what policies lose when taught by random parts of the votes.

    `losses`: (size of the part, money an item lost against the policy taught by all `votes`). For parts drawn from
    the whole the variance of the difference is 1/m - 1/n (delete-d jackknife, Shao & Wu 1989), which gives b for each
    part. `left`, what there is to win an item, is a weak prior: about `GUESSED_VOTES` votes halve it.

    >>> curve = learning_curve([(50, 0.12), (50, 0.12), (100, 0.06), (100, 0.06)], 200, left=0.5)
    >>> round(curve.scale, 1)    # 0.12 / (1/50 - 1/200) = 8 twice, 0.06 / (1/100 - 1/200) = 12 twice, prior 0.5 * 20
    10.0
    """
    prior = max(left, 0.0) * GUESSED_VOTES
    seen = [max(loss, 0.0) / (1 / size - 1 / votes) for size, loss in losses if 0 < size < votes]
    scales = np.array([prior, *seen])
    spread = float(scales.std(ddof=1)) if len(seen) > 1 else prior
    return LearningCurve(float(scales.mean()), spread / len(scales) ** 0.5, float(votes), max(left, 0.0))


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
    gain, cost) over the horizon.

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


def next_step(now: Situation) -> Advice:
    """The action with the largest gain less cost; ties and nothing worth its price give `ship` or `stop`.

    >>> curve = LearningCurve(scale=12.0, error=3.0, votes=200)
    >>> rungs = {"incumbent": "linear", "candidate": "linear"}
    >>> here = Situation(unit="EUR", curve=curve, **rungs, source="experts", price=1.0, unlabelled=400)
    >>> from dataclasses import replace
    >>> next_step(replace(here, volume=6_000)).action, next_step(replace(here, volume=600)).action
    ('ask', 'stop')
    """
    options = [option for option in (_answer_open(now), _trial(now), _settle(now), _learn(now)) if option is not None]
    urgent = [option for option in options if option.action == "trial" or option.purpose == "open"]
    worthwhile = sorted((option for option in options if option.net > 0), key=lambda option: (-option.net, option.cost))
    end = _end(now, options)
    order = [*urgent[:1], *(option for option in worthwhile if option not in urgent[:1]), end]
    best, rest = order[0], [option for option in (*order[1:], *options) if option is not order[0]]
    alternatives = tuple({id(option): option for option in rest}.values())
    purpose = "audit" if best.purpose == "open" else best.purpose
    return Advice(best.action, best.gain, best.cost, best.reason, alternatives, best.votes, purpose)


def _answer_open(now: Situation) -> Option | None:
    if not now.open or now.price is None:
        return None
    reason = f"{count(now.open, 'audit item')} drawn and not answered yet: no look is made before they are"
    return Option("ask", 0.0, now.open * now.price, reason, now.open, "open")


def _trial(now: Situation) -> Option | None:
    if now.due is None:
        return None
    if now.due_gain is None:
        return Option("trial", 0.0, 0.0, f"'{now.due}' was never fitted, and a trial costs seconds and no vote")
    gain = max(now.due_gain, 0.0) * (now.volume or 1.0)
    promise = f"expected to earn {number(now.due_gain, signed=True)} {now.unit} an item over '{now.incumbent}'"
    return Option("trial", gain, 0.0, f"'{now.due}' is {promise}, and a trial costs seconds and no vote")


def _settle(now: Situation) -> Option | None:
    if now.settle is None or now.price is None:
        return None
    votes, gain, cost = now.settle
    words = f"{votes} audit votes cost {money(cost, now.unit)}: they may prove '{now.candidate}' over '{now.incumbent}'"
    return Option("ask", gain, cost, f"{words}, worth about {_gain(gain, now)}", votes, "audit")


def _learn(now: Situation) -> Option | None:
    """The purchase of learning votes with the best net value."""
    if now.price is None or not now.unlabelled:
        return None
    sizes = [size for size in SIZES if size < now.unlabelled] + [min(now.unlabelled, SIZES[-1])]
    if now.volume is None:
        size = min(sizes, key=lambda size: abs(size - 50))
        return _purchase(now, size, worth_it=now.curve.gain(size) > 0.01 * max(now.left, 1e-12))
    return max((_purchase(now, size) for size in sizes), key=lambda option: option.net)


def _purchase(now: Situation, votes: int, worth_it: bool | None = None) -> Option:
    price = now.price or 0.0
    volume = now.volume or 1.0
    gain, (low, high) = now.curve.gain(votes) * volume, (end * volume for end in now.curve.interval(votes))
    cost = votes * price if worth_it is None else 0.0
    if worth_it is False:
        gain = 0.0
    between = f"80% interval {_rough(low)} to {_rough(high)}"
    paid = f"{votes} more votes of '{now.source}' cost {money(votes * price, now.unit)}"
    words = f"{paid} and would bring about {_gain(gain, now)}"
    return Option("ask", gain, cost, f"{words} ({between})", votes, "learn", low, high)


def _gain(gain: float, now: Situation) -> str:
    if now.volume is None:
        return f"{money(gain, now.unit)} an item; what that is in all is not known, since no volume was given"
    return f"{_rough(gain)} {now.unit} over {number(now.volume, decimals=0)} items"


def _rough(value: float) -> str:
    """Two significant digits: what is expected of votes nobody has seen is not known to the cent."""
    rounded = float(f"{value:.2g}")
    return number(rounded, decimals=0 if rounded == round(rounded) else None)


def _end(now: Situation, options: Sequence[Option]) -> Option:
    """Ship what was proven where it differs from what is done today, else stop; the reason is the purchase left out."""
    reason = _left_out(now, options)
    if now.proven and now.changes_today:
        return Option("ship", 0.0, 0.0, f"'{now.incumbent}' is proven, and {reason}")
    return Option("stop", 0.0, 0.0, reason)


def _left_out(now: Situation, options: Sequence[Option]) -> str:
    """The votes that are not worth their price: a round hundred of them, which says more than the least bad offer."""
    if now.price is None or not now.unlabelled:
        return _nothing(now)
    if any(option.net > 0 for option in options if option.action == "ask"):
        return "other things come first"
    return _purchase(now, min(100, now.unlabelled)).reason


def _nothing(now: Situation) -> str:
    if now.price is None and not now.known:
        return "nobody has voted yet: add an expert (`payoff ask --source NAME --price P`), or tell votes"
    if now.price is None:
        return "no source answers on request and every rung was tried"
    return "every item to learn from was asked and every rung was tried"
