"""A figure of worth: its mean and its 95% interval, and the sums it promises a month and over the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from payoff.words import Measured, bounded, count, total


@dataclass(frozen=True)
class Figure:
    """A mean with its 95% interval, per item, in the objective's unit; an end that is unknown is None (or infinite).

    >>> Figure(0.43, 0.31, 0.55).mean
    0.43
    """

    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Worth(Figure):
    """A figure with what it promises for the items of a `month` and of the `horizon`, means per item; None where so
    many were not given. So many items scatter too: their intervals are wider than that of the mean.

    >>> Worth(0.43, 0.31, 0.55, month=Figure(0.43, 0.28, 0.58)).month.low
    0.28
    """

    month: Figure | None = None
    horizon: Figure | None = None

    def negated(self) -> Worth:
        """The same loss as a gain, or the same gain as a loss.

        >>> Worth(0.43, 0.31, 0.55, month=Figure(0.43)).negated()
        Worth(mean=-0.43, low=-0.55, high=-0.31, month=Figure(mean=-0.43, low=None, high=None), horizon=None)
        """
        turned = [None if figure is None else _negated(figure) for figure in (self.month, self.horizon)]
        return Worth(**vars(_negated(self)), month=turned[0], horizon=turned[1])

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """The same as a store keeps it.

        >>> Worth.from_dict({"mean": 0.5, "low": 0.25, "high": 0.75, "month": {"mean": 0.5}}).month
        Figure(mean=0.5, low=None, high=None)
        """
        sums = {name: None if not kept.get(name) else Figure(**kept[name]) for name in ("month", "horizon")}
        return cls(kept["mean"], kept["low"], kept["high"], **sums)


def _negated(figure: Figure) -> Figure:
    low, high = (None if end is None else -end for end in (figure.high, figure.low))
    return Figure(-figure.mean, low, high)


def sums(worth: Worth, per_month: float | None, months: float | None, unit: str, *, signed: bool = True) -> list[str]:
    """What is promised a month and over the horizon, in words, as far as they were given.

    >>> worth = Worth(0.43, 0.31, 0.55, Figure(0.43, 0.3, 0.56), Figure(0.43, 0.31, 0.55))
    >>> sums(worth, 1_000, 6, "EUR")
    ['+430 EUR a month (300 to 560)', '+2,580 EUR over 6 months (1,860 to 3,300)']
    """
    said = []
    if worth.month is not None:
        said.append(total(worth.month, per_month, unit, "a month", signed=signed))
    if worth.horizon is not None and per_month is not None and months is not None:
        said.append(total(worth.horizon, per_month * months, unit, f"over {count(months, 'month')}", signed=signed))
    return said


def raised(worth: Measured, gain: float, ends: tuple[float, float]) -> Figure:
    """What is earned now and a gain on top: both doubts add up, which is the safe side.

    >>> raised(Figure(0.5, 0.25, 0.75), 0.25, (0.125, 0.5))
    Figure(mean=0.75, low=0.375, high=1.25)
    """
    known = bounded(worth)
    low, high = (known[0] + ends[0], known[1] + ends[1]) if known else (None, None)
    return Figure(worth.mean + gain, low, high)
