"""What verdicts have told of votes that judge again, in bits, and what that costs a later candidate."""

from __future__ import annotations

import math
from collections.abc import Iterable

from payoff.errors import NotACount

ADOPTS = 0.25  # presumed share of looks that adopt; any share keeps the proof, a wrong one costs power only


def checked_bits(told: float) -> float:
    """Bits told, refused where they are no number from 0.

    >>> checked_bits(2)
    2.0
    """
    if isinstance(told, bool) or not 0 <= told < math.inf:
        raise NotACount("number of bits told", told, "a number from 0")
    return float(told)


def bits_told(verdicts: Iterable[str]) -> float:
    """Bits that looks told which showed only whether the candidate was adopted: 2 for adopted, 0.42 for not.

    A candidate thought of after looks at votes can fit them only as far as the looks told of them. Which looks adopted
    is all that was shown, so before any vote each such story is one fixed candidate. A story of looks j has the weight
    prod q_j, with q = 1/4 where it adopted and 3/4 where not; over all stories of one length the weights add up to 1.
    Testing the candidate of each story at a_k times its weight spends a_k over all of them (union bound; description
    length as in Dwork et al. 2015, "Generalization in Adaptive Data Analysis and Holdout Reuse"). The weight is
    2^-bits.

    The figures of these votes must stay hidden: an estimate that is shown tells more. One adoption, two refusals:

    >>> round(2 ** -bits_told(["adopt", "keep", "cannot tell"]), 6) == round(1 / 4 * 3 / 4 * 3 / 4, 6)
    True
    """
    return sum(-math.log2(ADOPTS if verdict == "adopt" else 1 - ADOPTS) for verdict in verdicts)
