"""What to say when the audit cannot tell: how many votes would settle it, or that none would."""

from __future__ import annotations

import math

from payoff.judge.null import Tilted
from payoff.judge.powered import Point
from payoff.judge.proof import to_adopt, to_keep
from payoff.judge.records import Estimate, Verdict
from payoff.judge.samples import Evidence

FIRST_AUDIT = 50
LEAST_FRESH = 20  # fresh votes on differing items below which a call is no look
SHOWN_FROM = 10  # votes on differing items below which no interval is shown
MAY_FLATTER = " The interval may flatter: votes in it were seen before."


def votes_to_settle(at: Point, tilted: Tilted, found: Evidence, next_level: float | None) -> int | None:
    """Votes more that would settle it if the difference is as estimated; None where no number on these items would.

    As many as the verdict's own tests ask for, each with four chances in five: both to adopt where the mean is above
    0, the one to keep where it is below. Mistakes of experts are taken off the mean, since votes do not mend them.

    Before any vote on forty items the first audit would be fifty, and forty are there:

    >>> import numpy as np
    >>> from payoff.judge.powered import point
    >>> from payoff.judge.samples import evidence
    >>> none, gain = np.zeros(40), np.tile([1.0, -1.0], (40, 1))
    >>> votes = (np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=bool))
    >>> found = evidence(gain, np.full((40, 2), 0.5), none, none, votes, None)
    >>> votes_to_settle(point(found.sample), Tilted(found.sample, point(found.sample)), found, 0.0125)
    40
    """
    left, fresh = found.left, found.differing
    if next_level is None or left == 0 or fresh + left < LEAST_FRESH:
        return None
    least = max(LEAST_FRESH - fresh, 1)
    if len(found.sample.row) < SHOWN_FROM:
        return min(max(FIRST_AUDIT - fresh, least), left)
    tests = to_adopt(at, tilted, next_level, freedom=math.inf) if at.mean > 0 else (to_keep(at, tilted),)
    wanted = max(test.draws(abs(at.mean) - found.sample.mistaken, at.draws) for test in tests)
    if math.isinf(wanted):
        return None
    more = math.ceil(min(wanted - min(fresh, at.draws), float(left)))
    return min(max(more, least), left)


def said(
    estimate: Estimate,
    verdict: Verdict,
    needed: int | None,
    items: int,
    *,
    left: int = 1,
    spent: bool,
    level: float | None = None,
    protected: bool = True,
    few_groups: bool = False,
) -> str:
    """The verdict in words; `{unit}` is left for the caller to fill in, `level` is what the look was held to, `left`
    how many items a vote could still be bought on.

    >>> said(Estimate(0.2, -0.1, 0.5), "cannot tell", 80, 500, spent=False)
    'Cannot tell yet: 0.20 {unit} an item (-0.10 to 0.50). 80 more audit votes would settle it at this size.'
    """
    if few_groups and verdict == "cannot tell" and math.isinf(estimate.low):
        return (
            "Cannot tell: too few groups for an interval; items of one group count as one draw. More groups are needed."
        )
    words = _verdict_words(estimate, verdict, needed, (items, left), spent, level)
    return words if protected else f"{words}{MAY_FLATTER}"


def _verdict_words(
    estimate: Estimate, verdict: Verdict, needed: int | None, items: tuple[int, int], spent: bool, level: float | None
) -> str:
    figures = estimate.figures().replace(" (", " {unit} an item (", 1)
    if verdict == "adopt":
        proof = "" if level is None else f" Proven at {percent(1 - level)}: as fitted now, for items like these."
        return f"Adopt: {figures} over the incumbent.{proof}"
    if verdict == "keep":
        return f"Keep the incumbent: the candidate earns {figures} over it."
    if spent:
        return f"Cannot tell: {figures}. All levels are spent: open a new audit."
    if estimate.low > 0 and level is not None:
        figures += f"; above 0 at 95%, but this look must pass at {percent(1 - level)}"
    if needed is None:
        every, left = items
        none = f"No number of votes on these {every:,} items would settle it" if left else _all_known(every)
        return f"Cannot tell: {figures}. {none}: the difference is smaller than items scatter. Keep the simpler."
    if math.isinf(estimate.low):
        return f"Cannot tell yet: too few votes for an interval. {needed:,} more audit votes would give a first answer."
    return f"Cannot tell yet: {figures}. {needed:,} more audit votes would settle it at this size."


def _all_known(items: int) -> str:
    """Why votes settle nothing where each item that could tell has its outcome, as in a census."""
    return f"All that these {items:,} items can tell is known, only more items would settle it"


def percent(share: float) -> str:
    """A share near one in per cent, with as many digits as tell it from one.

    >>> percent(0.9875), percent(1 - 0.000012)
    ('98.75%', '99.999%')
    """
    places = 2 if share >= 1 or share < 0.999 else math.ceil(-math.log10(1 - share)) - 2
    return f"{share:.{max(places, 2)}%}"
