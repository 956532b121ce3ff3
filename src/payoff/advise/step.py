"""Every action competes for the same money, in the objective's unit; what ends the work comes before all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from payoff.advise.situation import Advice, Option, Situation
from payoff.words import count, money, number

SIZES = (10, 20, 50, 100, 200, 500)  # votes a purchase may have; the best of them is advised


def next_step(now: Situation) -> Advice:
    """The action with the largest gain less cost; ties and nothing worth its price give `ship` or `stop`.

    What ends the work comes before all: a promise that is void, less to win than is worth shipping, or well enough.

    >>> from payoff.advise import LearningCurve
    >>> curve = LearningCurve(scale=12.0, error=3.0, votes=200)
    >>> rungs = {"incumbent": "linear", "candidate": "linear"}
    >>> here = Situation(unit="EUR", curve=curve, **rungs, source="experts", price=1.0, unlabelled=400)
    >>> from dataclasses import replace
    >>> next_step(replace(here, volume=6_000)).action, next_step(replace(here, volume=600)).action
    ('ask', 'stop')
    """
    options = [
        option
        for option in (_answer_open(now), _gap(now), _trial(now), _settle(now), _learn(now))
        if option is not None
    ]
    urgent = [option for option in options if option.action == "trial" or option.purpose in ("open", "gap")]
    worthwhile = sorted((option for option in options if option.net > 0), key=lambda option: (-option.net, option.cost))
    over, end = _over(now), _end(now, options)
    order = [
        *([over] if over else []),
        *urgent[:1],
        *(option for option in worthwhile if option not in urgent[:1]),
        end,
    ]
    best, rest = order[0], [option for option in (*order[1:], *options) if option is not order[0]]
    alternatives = tuple({id(option): option for option in rest}.values())
    purpose = "audit" if best.purpose in ("open", "gap") else best.purpose
    return Advice(best.action, best.gain, best.cost, best.reason, alternatives, best.votes, purpose)


def _answer_open(now: Situation) -> Option | None:
    if not now.open or now.price is None:
        return None
    reason = f"{count(now.open, 'audit item')} drawn and not answered yet: no look is made before they are"
    return Option("ask", 0.0, now.open * now.price, reason, now.open, "open")


def _gap(now: Situation) -> Option | None:
    """The audit votes that say how far a proxy is off: until then no figure is about the outcome."""
    if not now.gap or now.price is None:
        return None
    reason = f"{count(now.gap, 'audit vote')} would say how far the proxy '{now.proxy}' is off the outcome"
    return Option("ask", 0.0, now.gap * now.price, f"{reason}: until then no figure is about it", now.gap, "gap")


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
        return _purchase(now, size, worth_it=now.curve.gain(size) > 0.01 * now.left)
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


def _over(now: Situation) -> Option | None:
    """What ends the work whatever else could be done; None where the work goes on."""
    if now.void:
        return Option("stop", 0.0, 0.0, now.void)
    if now.most is not None and now.least_gain is not None and now.most * (now.volume or 1.0) < now.least_gain:
        brings = f"even perfect knowledge brings at most {_gain(now.most * (now.volume or 1.0), now)}"
        return Option("stop", 0.0, 0.0, f"do not build it: {brings}, {_least(now.least_gain, now)}")
    if now.won is not None and now.well_enough is not None and now.won[0] * (now.volume or 1.0) >= now.well_enough:
        enough = f"and {money(now.well_enough, now.unit)} was said to be enough"
        reason = f"well enough: {_winner(now)}, {enough}{_waiting(now)}"
        return Option("ship" if now.changes_today else "stop", 0.0, 0.0, reason)
    return None


def _winner(now: Situation) -> str:
    """What was proven, and what it earns over today, with its interval."""
    assert now.won is not None  # asked only where something was proven
    mean, low, high = (end * (now.volume or 1.0) for end in now.won)
    between = f" ({_rough(low)} to {_rough(high)})" if np.isfinite(high - low) else ""
    return f"'{now.incumbent}' earns {_gain(mean, now)} more than today{between}"


def _least(gain: float, now: Situation) -> str:
    return f"less than the least gain worth shipping, {money(gain, now.unit)}"


def _waiting(now: Situation) -> str:
    """What a month of waiting costs: the gain forgone and what was stated beyond it; nothing where it is not known."""
    forgone = now.forgone or (0.0, 0.0, 0.0)
    cost, low, high = (max(end, 0.0) * (now.per_month or 0.0) + (now.wait_per_month or 0.0) for end in forgone)
    between = f" ({_rough(low)} to {_rough(high)})" if low < high < np.inf else ""
    return f"; each month of waiting costs about {_rough(cost)} {now.unit}{between}" if cost else ""


def _end(now: Situation, options: Sequence[Option]) -> Option:
    """Ship what was proven where it differs from what is done today, else stop; the reason is the purchase left out."""
    reason = _left_out(now, options)
    if now.won is not None and now.least_gain is not None and now.won[0] * (now.volume or 1.0) < now.least_gain:
        return Option("stop", 0.0, 0.0, f"{_winner(now)}, {_least(now.least_gain, now)}; {reason}")
    if now.proven and now.changes_today:
        return Option("ship", 0.0, 0.0, f"'{now.incumbent}' is proven, and {reason}{_waiting(now)}")
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
    if now.price is None and now.proxy:
        return f"'{now.proxy}' is a proxy and cannot judge: add an expert (`payoff ask --source NAME --price P`)"
    if now.price is None and not now.unlabelled:
        return "every rung was tried and no label is left to buy"
    if now.price is None:
        return "no source answers on request and every rung was tried"
    return "every item to learn from was asked and every rung was tried"
