"""What is said of an objective before a label is bought, most important first, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from payoff.errors import listed
from payoff.project.flips import choice_of, constant_choice, range_lines, sensitivity_line, settling
from payoff.project.prospect import GRID, Prospect
from payoff.project.workplace import Workplace
from payoff.stakes import break_even, figure
from payoff.words import count, share

MOST_BOUNDS = 6  # decisions whose bound is said
NOTHING = "there is nothing to decide."  # a remark that ends so makes every other line idle


def foresight(at: Workplace, prospect: Prospect) -> list[str]:
    """The lines below the table: break-even, what there is to win and whether it is enough, what payoffs may change."""
    objective = prospect.objective
    remarks = objective.remarks(prospect.table, given=prospect.given)
    # What these two say over any base rates is said here for the base rates, limits and system there are.
    said = ("least_gain", "well_enough")
    return [
        *(remark for remark in remarks if remark.endswith(NOTHING)),
        *_even(prospect),
        *_spread(prospect),
        *_worth(at, prospect),
        *_waiting(at, prospect),
        *_ranges(at, prospect),
        *_holds(at, prospect),
        *_stated(prospect),
        *(remark for remark in remarks if not remark.startswith(said) and not remark.endswith(NOTHING)),
    ]


def _even(prospect: Prospect) -> Iterator[str]:
    """Between which probabilities each decision is best."""
    if len(prospect.objective.outcomes) > 2:
        yield from _bounds(prospect)
        return
    said = _in_turn(prospect)
    if said:
        yield said


def _in_turn(prospect: Prospect) -> str:
    """With two outcomes: which decision is best from which probability on; empty where one always is."""
    stretches = prospect.stretches()
    last = prospect.named(prospect.objective.outcomes[1])
    if len(stretches) < 2:
        return ""
    middle = [f"'{name}' from {start:.3f}" for start, name in stretches[1:]]
    return f"'{stretches[0][1]}' is best where P({last}) is below {stretches[1][0]:.3f}, {', '.join(middle)}"


def _bounds(prospect: Prospect) -> Iterator[str]:
    """With more than two outcomes: for each decision the one probability that most binds it."""
    rows = break_even(prospect.cells, prospect.objective.decisions, prospect.objective.outcomes).drop_nulls("low")
    said = []
    for (decision,), each in rows.group_by("decision", maintain_order=True):
        row = each.sort("low", descending=True).row(0, named=True)
        top = each.sort("high").row(0, named=True)
        if row["low"] > 0:
            said.append(f"'{decision}' P({prospect.named(row['outcome'])}) of at least {row['low']:.3f}")
        elif top["high"] < 1:
            said.append(f"'{decision}' P({prospect.named(top['outcome'])}) of at most {top['high']:.3f}")
    if said:
        more = f", and so on for {len(said) - MOST_BOUNDS} more" if len(said) > MOST_BOUNDS else ""
        yield f"to be best on an item, a decision needs: {', '.join(said[:MOST_BOUNDS])}{more}"


def _spread(prospect: Prospect) -> Iterator[str]:
    """How far the break-even varies from item to item, where payoffs do."""
    if len(prospect.payoffs) == 1 or len(prospect.objective.outcomes) > 2:
        return
    for (_, first), (start, then) in pairwise(prospect.stretches()):
        turns = prospect.turns(first, then)
        low, middle, high = (
            "never" if end >= 1 else f"{end:.3f}" for end in np.quantile(turns, (0.05, 0.5, 0.95), method="nearest")
        )
        if np.allclose(turns, start):
            continue  # said already, of all items at once
        never = float((turns >= 1).mean())
        but = f"; for {share(never)} of items '{then}' is never worth more" if never else ""
        begins = (
            f"{low} (5% of items), {middle} (half), {high} (95%)" if low != high else f"{low} (90% of items or more)"
        )
        yield f"by item '{then}' begins at {begins} instead of '{first}'{but}"


def _worth(at: Workplace, prospect: Prospect) -> Iterator[str]:
    """What there is to win in all, and whether that is worth the work."""
    objective = prospect.objective
    most, where = _most(prospect)
    today = _today(at, prospect)
    if today is not None:
        yield f"what is done today earns {figure(today)} {objective.unit} an item"
        most = _over(prospect, today)
    over = "the best constant" if today is None else "what is done today"
    if objective.volume is None:
        yield "no volume was given (per_month and months in [objective]): figures are per item only"
    else:
        total = f"{figure(most * objective.volume)} {objective.unit}"
        yield f"over {count(objective.volume, 'item')} there is at most {total} to win over {over}{where}"
    unless = ", unless what is done today earns less" if at.standing().in_use and today is None else ""
    yield from _enough(prospect, most, unless)


def _most(prospect: Prospect) -> tuple[float, str]:
    """The most there is to win an item, and at which base rates where none is known."""
    if prospect.known is not None:
        return prospect.at(prospect.known).left, ", if they are like the items known so far"
    if len(prospect.objective.outcomes) > 2:
        name, left = max(
            ((name, prospect.at(rates).left) for name, rates in prospect.scenarios()), key=lambda it: it[1]
        )
        return left, f" (base rates: {name})"
    along = [stakes.left for stakes in prospect.along()]
    top = int(np.argmax(along))
    return along[top], f", where P({prospect.named(prospect.objective.outcomes[1])}) is {GRID[top]:.2f}"


def _today(at: Workplace, prospect: Prospect) -> float | None:
    """What is done today earns an item, where something is in use and outcomes are known."""
    standing = at.standing()
    if prospect.known is None or not standing.in_use:
        return None
    return standing.bench.worth(standing.rung("system"))


def _over(prospect: Prospect, today: float) -> float:
    """What there is to win an item over what is done today."""
    assert prospect.known is not None
    return float(prospect.perfect @ prospect.known) - today


def _enough(prospect: Prospect, most: float, unless: str) -> Iterator[str]:
    """Whether the least gain worth shipping, and the gain that is well enough, can be reached."""
    objective = prospect.objective
    scale = objective.volume or 1.0
    per = "" if objective.volume else " an item"
    goals = [("the least gain worth shipping", objective.least_gain), ("well enough", objective.well_enough)]
    for name, gain in goals:
        if gain is None:
            continue
        said = f"{name}, {figure(gain)} {objective.unit}{per},"
        if gain > most * scale:
            end = unless or (": do not build it" if name != "well enough" else "")
            yield f"{said} is out of reach: there is at most {figure(most * scale)} to win{end}"
        else:
            yield f"{said} is {share(gain / (most * scale))} of what there is to win{_where(prospect, gain / scale)}"


def _where(prospect: Prospect, gain: float) -> str:
    """At which base rates so much can be won an item, where none is known."""
    if prospect.known is not None or len(prospect.objective.outcomes) > 2:
        return ""
    reached = GRID[[stakes.left >= gain for stakes in prospect.along()]]
    if not len(reached):
        return ""
    last = prospect.named(prospect.objective.outcomes[1])
    return f" at best; out of reach where P({last}) is below {reached[0]:.2f} or above {reached[-1]:.2f}"


def _ranges(at: Workplace, prospect: Prospect) -> list[str]:
    """What each uncertain payoff changes, and what it is worth to find it out."""
    objective = prospect.objective
    if not objective.ranges:
        return []
    if prospect.known is None and len(objective.outcomes) == 2:
        return [
            _moved(prospect, *cell, *ends) + _short(prospect, *cell, *ends) for cell, ends in objective.ranges.items()
        ]
    choice = choice_of(at.standing())
    if choice is not None:
        return range_lines(choice)
    found = constant_choice(objective, prospect.cells, prospect.rates, prospect.column)
    even = "at even base rates " if prospect.known is None else ""
    lines = [found.range_line(*cell, *ends) + _short(prospect, *cell, *ends) for cell, ends in objective.ranges.items()]
    return [even + line for line in [*lines, *found.together()]]


def _moved(prospect: Prospect, decision: str, outcome: str, low: float, high: float) -> str:
    """With two outcomes and no base rate known: how far the break-even moves over a range."""
    objective = prospect.objective
    last, unit = prospect.named(objective.outcomes[1]), objective.unit
    ends = [prospect.with_cell(decision, outcome, value) for value in (low, high)]
    starts = [dict(zip(_pairs(end), [start for start, _ in end.stretches()[1:]], strict=True)) for end in ends]
    between = f"{decision}/{outcome} between {figure(low)} and {figure(high)} {unit}"
    if starts[0].keys() != starts[1].keys():
        said = [
            f"at {figure(value)} {_in_turn(end) or 'nothing to decide'}"
            for value, end in zip((low, high), ends, strict=True)
        ]
        moved = "; ".join(said)
    else:
        moves = [
            f"from {start:.3f} to {starts[1][first, then]:.3f} ('{first}' or '{then}')"
            for (first, then), start in starts[0].items()
            if abs(start - starts[1][first, then]) > 5e-4
        ]
        moved = (
            f"the break-even P({last}) goes {' and '.join(moves)}, nothing else changes"
            if moves
            else "no break-even moves"
        )
    worth = max(
        constant_choice(objective, prospect.cells, np.array([1 - rate, rate])).knowing(decision, outcome, low, high)
        for rate in GRID
    )
    return f"{between}: {moved}; {settling(worth, objective)}"


def _pairs(prospect: Prospect) -> list[tuple[str, str]]:
    names = [name for _, name in prospect.stretches()]
    return list(pairwise(names))


def _short(prospect: Prospect, decision: str, outcome: str, low: float, high: float) -> str:
    """Whether the least gain falls out of reach somewhere in a range."""
    objective = prospect.objective
    if objective.least_gain is None:
        return ""
    least = objective.least_gain / (objective.volume or 1.0)
    if _most(prospect)[0] < least:
        return ""
    out = [value for value in (low, high) if _most(prospect.with_cell(decision, outcome, value))[0] < least]
    return f"; at {' and '.join(figure(value) for value in out)} the least gain is out of reach" if out else ""


def _holds(at: Workplace, prospect: Prospect) -> list[str]:
    """While what a payoff may be the choice stays as it is: of rungs once one was tried, before that of constants."""
    standing = at.standing()
    if prospect.known is None:
        return []
    if standing.trials:
        line = sensitivity_line(standing)
        return [] if line is None else [line]
    return [constant_choice(prospect.objective, prospect.cells, prospect.known, prospect.column).line()]


def _waiting(at: Workplace, prospect: Prospect) -> Iterator[str]:
    """What a month of waiting costs, where that can be told."""
    objective = prospect.objective
    stated = objective.wait_per_month or 0.0
    if objective.per_month is None or prospect.known is None:
        if stated:
            yield f"a month of waiting costs {figure(stated)} {objective.unit}, and what is not won meanwhile"
        return
    today = _today(at, prospect)
    left = _most(prospect)[0] if today is None else _over(prospect, today)
    forgone = left * objective.per_month
    parts = f": {figure(stated)} stated, the rest not won" if stated else ""
    yield f"a month of waiting costs at most {figure(stated + forgone)} {objective.unit}{parts}"


def _stated(prospect: Prospect) -> Iterator[str]:
    """What was assumed, and which decisions reveal the outcome."""
    objective = prospect.objective
    if objective.assumed:
        yield f"assumed, nobody gave it: {listed(objective.assumed)}"
    if objective.reveals:
        yield f"after {listed(objective.reveals)} the outcome becomes known: a free vote, on items the policy chose"
