"""Where a choice among policies flips as one payoff changes, and what finding that payoff out is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from payoff.decide import Floats
from payoff.sensitivity.curves import Chooser, Curve, Dial

STEPS = 1000  # values of a range over which the worth of knowing it is averaged: right to a millionth of its width
FAR = 100.0  # a payoff is followed from nought to so many times its present value


@dataclass(frozen=True)
class Flip:
    """Where a choice turns: the shift of the payoff, and the policy that earns more beyond it, or as much (`tied`).

    >>> Flip(-0.5, "constant").rival
    'constant'
    """

    shift: float
    rival: str
    tied: bool = False


def flip_point(curves: Mapping[str, Curve], choice: str, *, to: float) -> Flip | None:
    """The shift nearest to 0, on the way to `to`, from which another policy is chosen; None if none is.

    One that earns more is, and so is one that stands before the choice and earns as much: `curves` has the simplest
    policy first. Exact: between two bends every curve is a line, so the first crossing has a closed form.

    >>> keep = Curve(np.zeros(0), np.array([-0.5]), np.array([0.5]))           # half the items are spam: -0.5 * 1
    >>> remove = Curve(np.zeros(0), np.array([-0.75]), np.array([0.0]))
    >>> flip_point({"keep": keep, "remove": remove}, "keep", to=-1.0)          # -0.5 + 0.5 * shift = -0.75
    Flip(shift=-0.5, rival='remove', tied=False)
    """
    names = list(curves)
    rivals = [name for name in names if name != choice]
    if not rivals or to == 0:
        return None
    near, far = _segments(curves.values(), to)
    start, end, rounding = _leads(curves, choice, rivals, near, far)
    simpler = np.array([names.index(name) < names.index(choice) for name in rivals])[:, None]
    behind = np.minimum(start, end) < -rounding
    tied = simpler & (np.maximum(start, end) <= rounding) & ~behind
    turned = (behind | tied).any(axis=0)
    if not turned.any():
        return None
    segment = int(turned.argmax())
    first, last = start[:, segment], end[:, segment]
    with np.errstate(divide="ignore", invalid="ignore"):
        way = np.where(first <= rounding, 0.0, first / (first - last))
    way[~(behind | tied)[:, segment]] = np.inf
    rival = int(way.argmin())
    shift = near[segment] + way[rival] * (far[segment] - near[segment])
    return Flip(float(shift), rivals[rival], bool(tied[rival, segment]))


def _leads(
    curves: Mapping[str, Curve], choice: str, rivals: Sequence[str], near: Floats, far: Floats
) -> tuple[Floats, Floats, float]:
    """What the choice earns over each rival at both ends of each stretch, (rivals, stretches), and what counts as 0."""
    middle = (near + far) / 2
    base, rise = curves[choice].pieces(middle)
    theirs = [curves[name].pieces(middle) for name in rivals]
    leads = np.array([[base - other + (rise - slope) * end for other, slope in theirs] for end in (near, far)])
    size = max(float(np.abs(base).max()), float(np.abs(rise * far).max()))
    return leads[0], leads[1], 1e-10 * size


def _segments(curves: Iterable[Curve], to: float) -> tuple[Floats, Floats]:
    """Ends of the stretches from 0 to `to` on which no curve bends, nearest first: (near, far)."""
    low, high = min(0.0, to), max(0.0, to)
    bends = np.unique(np.concatenate([curve.bends for curve in curves]))
    inside = bends[(bends > low) & (bends < high)]
    edges = np.r_[low, inside, high]
    return (edges[:-1], edges[1:]) if to > 0 else (edges[:0:-1], edges[-2::-1])


def worth_of_knowing(curves: Mapping[str, Curve], low: float, high: float) -> float:
    """What it is worth per item to find out a payoff of which only its range of shifts is known, every value alike.

    Knowing it one takes the best policy for each value, not knowing it the best for the middle: the expected value of
    perfect information (Raiffa & Schlaifer 1961; Howard 1966), which no study of that payoff can exceed.

    >>> keep = Curve(np.zeros(0), np.array([0.0]), np.array([1.0]))
    >>> none = Curve(np.zeros(0), np.array([0.0]), np.array([0.0]))
    >>> round(worth_of_knowing({"keep": keep, "none": none}, -1.0, 1.0), 6)        # half the time 1/2 on average
    0.25
    """
    values = low + (high - low) * (np.arange(STEPS) + 0.5) / STEPS
    known = np.max([curve.at(values) for curve in curves.values()], axis=0).mean()
    unknown = max(float(curve.at([(low + high) / 2])[0]) for curve in curves.values())
    return max(float(known) - unknown, 0.0)


@dataclass(frozen=True)
class Swing:
    """Between which shifts of a payoff the choice holds: the flip below and above, None where there is none.

    >>> cell = Dial(0, (1,), now=-2.0, step=np.ones(1))
    >>> Swing(cell, below=Flip(-4.0, "constant"), above=None).nearest       # from -2 to -6 is three times as much
    3.0
    """

    dial: Dial
    below: Flip | None
    above: Flip | None

    @property
    def nearest(self) -> float:
        """By what factor the payoff must change for the nearer flip; infinite where there is none."""
        ends = [self.dial.now + flip.shift for flip in (self.below, self.above) if flip is not None]
        sizes = [abs(end / self.dial.now) if self.dial.now else np.inf for end in ends]
        return min((max(size, 1 / size) if size else np.inf for size in sizes), default=np.inf)


def swing_of(choosers: Mapping[str, Chooser], choice: str, dial: Dial, *, size: float) -> Swing:
    """Where the choice flips as one payoff goes from nought to 100 times its present value.

    `size` is what payoffs of this objective are like: one of nought is followed to 100 times that, both ways.

    >>> from payoff.sensitivity import Basis
    >>> basis = Basis(np.array([[[0.0, -1.0], [-2.0, 1.0]]]), np.full((1, 2), 0.5), np.ones(1))
    >>> always = {"keep": Chooser(basis, decisions=np.array([0])), "remove": Chooser(basis, decisions=np.array([1]))}
    >>> found = swing_of(always, "keep", Dial(0, (1,), now=-1.0, step=np.ones(1)), size=2.0)
    >>> found.below, found.above                                            # half of -1 is as much as (-2 + 1) / 2
    (Flip(shift=0.0, rival='remove', tied=False), None)
    """
    curves = {name: chooser.curve(dial) for name, chooser in choosers.items()}
    low, high = span_of(dial.now, size)
    below, above = (flip_point(curves, choice, to=end) for end in (low, high))
    return Swing(dial, below, above)


def span_of(now: float, size: float) -> tuple[float, float]:
    """Shifts over which a payoff is followed: from nought to 100 times its present value; both ways where it is nought.

    `size` is what payoffs of this objective are like, for a payoff of nought.

    >>> span_of(-0.5, 1.0), span_of(0.0, 2.0)
    ((-49.5, 0.5), (-200.0, 200.0))
    """
    if now == 0:
        return -FAR * size, FAR * size
    ends = -now, (FAR - 1) * now
    return min(ends), max(ends)
