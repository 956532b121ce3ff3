"""A figure of worth: its mean and its 95% interval."""

from __future__ import annotations

from dataclasses import dataclass

from payoff.words import Measured, bounded


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
