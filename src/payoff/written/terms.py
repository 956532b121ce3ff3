"""What stands beside the payoffs, each checked as it is given: unit, volume, worthwhile gains, what is assumed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any

from payoff.errors import ObjectiveError, UnknownDecision, listed, meant
from payoff.names import name_of

# What [objective] of payoff.toml may hold beside the payoffs, as it is written there.
TERMS = ("per_month", "months", "reveals", "least_gain", "well_enough", "wait_per_month", "assumed")


def unit_of(unit: Any) -> str:
    """The unit as a word; ObjectiveError for anything else.

    >>> unit_of("EUR")
    'EUR'
    """
    if not isinstance(unit, str) or not unit.strip():
        raise ObjectiveError(f"the unit is {unit!r}", "a word such as EUR or points", "Correct unit in payoff.toml.")
    return str(unit)


def above_nought(name: str, value: Any) -> float | None:
    """A number above 0 as a float, None as it is; ObjectiveError for anything else.

    >>> above_nought("per_month", 200), above_nought("months", None)
    (200.0, None)
    """
    if value is None or (_is_number(value) and value > 0):
        return None if value is None else float(value)
    raise _not_that(name, value, "a number above 0, or nothing where it is not known")


def nought_or_more(name: str, value: Any) -> float | None:
    """A number of 0 or more as a float, None as it is; ObjectiveError for anything else.

    >>> nought_or_more("least_gain", 0)
    0.0
    """
    if value is None or (_is_number(value) and value >= 0):
        return None if value is None else float(value)
    raise _not_that(name, value, "a number, 0 or more, or nothing where it is not known")


def gains(least_gain: Any, well_enough: Any) -> tuple[float | None, float | None]:
    """The least gain worth shipping and the gain at which one stops improving, as floats of 0 or more.

    Raises ObjectiveError where the first is above the second.

    >>> gains(1_000, None)
    (1000.0, None)
    """
    least, enough = nought_or_more("least_gain", least_gain), nought_or_more("well_enough", well_enough)
    if least is not None and enough is not None and least > enough:
        raise ObjectiveError(
            f"least_gain is {least:g} and well_enough {enough:g}",
            "least_gain, the smallest gain worth shipping, no larger than well_enough, at which improving stops",
            "Correct one of them in [objective]; both are gains over what is done today, over the whole horizon.",
        )
    return least, enough


def revealing(reveals: Any, decisions: Sequence[str]) -> list[str]:
    """The decisions that reveal the outcome, each once; one name alone will do. Raises UnknownDecision.

    >>> revealing("inspect", ["allow", "inspect"])
    ['inspect']
    """
    names = list(dict.fromkeys(name_of(each) for each in ([reveals] if isinstance(reveals, str) else reveals or ())))
    for name in names:
        if name not in decisions:
            raise UnknownDecision(name, known=decisions)
    return names


def assumed_keys(assumed: Any, cells: Iterable[tuple[str, str]]) -> list[str]:
    """Names of what was assumed rather than given: keys of payoff.toml, each once; keys of limits pass as they are.

    Raises ObjectiveError for a key that the objective does not have.

    >>> assumed_keys(["payoff.keep.spam", "per_month"], [("keep", "ham"), ("keep", "spam")])
    ['payoff.keep.spam', 'per_month']
    """
    known = ["unit", *TERMS[:-1], *(f"payoff.{decision}.{outcome}" for decision, outcome in cells)]
    names = list(dict.fromkeys(str(each) for each in ([assumed] if isinstance(assumed, str) else assumed or ())))
    for name in names:
        if name not in known and not name.startswith("limit"):
            raise ObjectiveError(
                f"assumed names {name!r}",
                f"keys of [objective], as {listed(known, most=4)}",
                f"Correct the name, or take it out of assumed.{meant(name, known)}",
            )
    return names


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _not_that(name: str, value: object, expected: str) -> ObjectiveError:
    return ObjectiveError(f"{name} is {value!r}", expected, f"Correct {name} in [objective].")
