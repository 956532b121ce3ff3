"""A straight axis of a chart: where a value stands, and the round numbers a reader finds beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, floor, log10

from payoff.words import share

MILLION = 1_000_000
CHARACTER = 7.0  # width of a character in a font of 12: on the wide side, as the reader's font is not known


def nice_step(rough: float) -> float:
    """The number 1, 2 or 5 times a power of ten that is nearest to `rough`, which is above nought.

    Heckbert, Nice Numbers for Graph Labels (Graphics Gems, 1990, pages 61 to 63).

    >>> nice_step(117), nice_step(0.23), nice_step(38), nice_step(8)
    (100.0, 0.2, 50.0, 10.0)
    """
    power = floor(log10(rough))
    fraction = rough / 10.0**power
    nice = 1 if fraction < 1.5 else 2 if fraction < 3 else 5 if fraction < 7 else 10
    return float(nice * 10**power) if power >= 0 else round(nice * 10.0**power, -power)


@dataclass(frozen=True)
class Axis:
    """The values from `low` to `high` laid out over the pixels from `start` to `end`, with about `many` ticks.

    >>> Axis(0, 10, 100, 200).at(2.5)
    125.0
    """

    low: float
    high: float
    start: float
    end: float
    many: int = 6
    as_share: bool = False

    @classmethod
    def over(cls, values: Iterable[float], start: float, end: float, *, many: int = 6, room: float = 0.05) -> Axis:
        """The axis that holds all values (at least one), with `room` at both ends as a share of their range.

        >>> Axis.over([0, 10], 0, 100, room=0.1)
        Axis(low=-1.0, high=11.0, start=0, end=100, many=6, as_share=False)
        """
        held = list(values)
        low, high = min(held), max(held)
        spare = room * (high - low) if high > low else abs(low) / 2 or 1.0
        return cls(low - spare, high + spare, start, end, many)

    def spaced(self) -> Axis:
        """The same axis, with fewer ticks where its labels would touch each other side by side.

        >>> len(Axis(0, 10_000, 0, 100).ticks), len(Axis(0, 10_000, 0, 100).spaced().ticks)
        (6, 2)
        """
        between = abs(self.end - self.start) / (self.high - self.low) * self._step
        return self if self.many <= 2 or self.room + 10 <= between else replace(self, many=self.many - 1).spaced()

    def at(self, value: float) -> float:
        """The pixel of a value, to a tenth.

        >>> Axis(-1, 1, 200, 0).at(0.5)      # upwards: a quarter from the top
        50.0
        """
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)

    @property
    def ticks(self) -> list[float]:
        """Multiples of a nice step inside the axis, in order.

        >>> Axis(-3.7, 1.3, 0, 100, many=6).ticks
        [-3.0, -2.0, -1.0, 0.0, 1.0]
        """
        step = self._step
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [round(place * step, _decimals(step)) for place in range(first, last + 1)]

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Every tick as its pixel and what is written there.

        >>> Axis(0, 1, 0, 100, many=3, as_share=True).marks, Axis(0, 2_000, 0, 100, many=3).marks[-1]
        ([(0.0, '0%'), (50.0, '50%'), (100.0, '100%')], (100.0, '2,000'))
        """
        return [(self.at(tick), self._said(tick)) for tick in self.ticks]

    @property
    def room(self) -> float:
        """Pixels that the longest label takes.

        >>> Axis(0, 2_000, 0, 100).room      # '2,000' has five characters
        35.0
        """
        return CHARACTER * max((len(text) for _, text in self.marks), default=0)

    @property
    def _step(self) -> float:
        return nice_step((self.high - self.low) / max(self.many - 1, 1))

    def _said(self, tick: float) -> str:
        if self.as_share:
            return share(tick)
        large = max(abs(self.low), abs(self.high)) >= MILLION
        size, unit = (MILLION, "M") if large and tick else (1, "")
        text = f"{tick / size:,.{0 if not tick else _decimals(self._step / size)}f}{unit}"
        return text.replace("-", "\N{MINUS SIGN}")


def _decimals(step: float) -> int:
    return max(0, -floor(log10(step) + 1e-9))
