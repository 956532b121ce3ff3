"""What to say when the audit cannot tell: how many votes would settle it, or that none would."""

from __future__ import annotations

import math

from scipy.special import ndtri

from payoff.judge.powered import Point
from payoff.judge.records import Estimate, Verdict
from payoff.judge.samples import Evidence

FIRST_AUDIT = 50
LEAST_FRESH = 20
_SHOWN_FROM = 10
_POWER = 0.84  # normal quantile of 80%: as often the votes advised are to settle it, at the size seen


def votes_to_settle(at: Point, nulls: tuple[float, float], found: Evidence, next_level: float | None) -> int | None:
    """Votes more that would settle it if the difference is as estimated; None where no number on these items would.

    more = V* n / room - n with room = (mean / z)^2 - S: V* shrinks with votes, the scatter S of the items does not.

    Before any vote on forty items the first audit would be fifty, and forty are there:

    >>> import numpy as np
    >>> from payoff.judge.powered import point
    >>> from payoff.judge.samples import evidence
    >>> none, gain = np.zeros(40), np.tile([1.0, -1.0], (40, 1))
    >>> votes = (np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=bool))
    >>> found = evidence(gain, np.full((40, 2), 0.5), none, none, votes, None)
    >>> votes_to_settle(point(found.sample), (0.0, 0.0), found, 0.0125)
    40
    """
    left, fresh = found.left, found.differing
    if next_level is None or left == 0 or fresh + left < LEAST_FRESH:
        return None
    least = max(LEAST_FRESH - fresh, 1)
    if len(found.sample.row) < _SHOWN_FROM:
        return min(max(FIRST_AUDIT - fresh, least), left)
    quantile = -float(ndtri(next_level)) if at.mean > 0 else -float(ndtri(0.025))
    room = (at.mean / (quantile + _POWER)) ** 2 - max(at.items_variance, nulls[1])
    if room <= 0:
        return None
    per_vote = max(at.votes_variance, nulls[0]) * at.draws
    more = math.ceil(min(per_vote / room - min(fresh, at.draws), float(left)))
    return min(max(more, least), left)


def said(
    estimate: Estimate, verdict: Verdict, needed: int | None, items: int, *, spent: bool, level: float | None = None
) -> str:
    """The verdict in words; `{unit}` is left for the caller to fill in, `level` is what the look was held to.

    >>> said(Estimate(0.2, -0.1, 0.5), "cannot tell", 80, 500, spent=False)
    'Cannot tell yet: 0.20 {unit} per item (-0.10 to 0.50). 80 more audit votes would settle it at this size.'
    """
    figures = estimate.figures().replace(" (", " {unit} per item (", 1)
    if verdict == "adopt":
        return f"Adopt: {figures} over the incumbent."
    if verdict == "keep":
        return f"Keep the incumbent: the candidate earns {figures} over it."
    if spent:
        return f"Cannot tell: {figures}. All levels are spent: open a new audit."
    if estimate.low > 0 and level is not None:
        figures += f"; above 0 at 95%, but this look must pass at {1 - level:.2%}"
    if needed is None:
        reason = "the difference is smaller than items scatter. Keep the simpler."
        return f"Cannot tell: {figures}. No number of votes on these {items} items would settle it: {reason}"
    if math.isinf(estimate.low):
        return f"Cannot tell yet: too few votes for an interval. {needed} more audit votes would give a first answer."
    return f"Cannot tell yet: {figures}. {needed} more audit votes would settle it at this size."
