"""The ledger of looks: which level each use of the audit has spent, and what is left."""

from __future__ import annotations

from collections.abc import Mapping

from payoff.errors import LedgerError
from payoff.judge.records import Ledger, Verdict

LOOKS = 30
RISK = 0.05  # chance, over a whole ledger, of ever adopting a candidate that is not better
_HARMONIC = sum(1 / look for look in range(1, LOOKS + 1))


def level_of(look: int) -> float:
    """Level of the `look`-th look: 0.05 / (look * H_30), so that thirty of them add up to 0.05.

    >>> [round(level_of(look), 4) for look in (1, 2, 3, 30)]
    [0.0125, 0.0063, 0.0042, 0.0004]
    """
    return RISK / (look * _HARMONIC)


def looks_left(ledger: Ledger | None) -> int:
    """Looks that may still adopt.

    >>> looks_left(None)
    30
    """
    return max(LOOKS - len(looks_in(ledger)), 0)


def next_level(ledger: Ledger | None, told: float = 0.0) -> float | None:
    """Level the next look would be held to after so many bits told of its votes, None when all are spent.

    >>> round(next_level(None), 4)
    0.0125
    """
    return level_of(len(looks_in(ledger)) + 1) / 2**told if looks_left(ledger) else None


def ledger_words(ledger: Ledger | None) -> str:
    """What is used, what is left and what a further look costs, in one line; for screens.

    >>> ledger_words(None)
    '0 of 30 looks used; the next is held to 1.25%, of 5.00% left.'
    """
    used, held_to = len(looks_in(ledger)), next_level(ledger)
    if held_to is None:
        return f"All {LOOKS} looks are used: open a new audit to adopt anything more."
    left = sum(level_of(look) for look in range(used + 1, LOOKS + 1))
    return f"{used} of {LOOKS} looks used; the next is held to {held_to:.2%}, of {left:.2%} left."


def looks_in(ledger: Ledger | None) -> list[dict[str, object]]:
    """The looks entered so far, first one first, each with its name, level, votes and verdict.

    >>> looks_in(spend(None, "linear", votes=50, verdict="keep"))[0]["name"]
    'linear'
    """
    if ledger is None:
        return []
    looks = ledger.get("looks") if isinstance(ledger, Mapping) else None
    if not isinstance(looks, list) or not all(isinstance(look, Mapping) for look in looks):
        raise LedgerError(ledger)
    return [dict(look) for look in looks]


def spend(ledger: Ledger | None, name: str, *, votes: int, verdict: Verdict, told: float = 0.0) -> Ledger:
    """A new ledger with one look more; the old one is left as it was.

    `told` is what the votes had told by then, in bits: each halves the level the look was held to.

    >>> looks_left(spend(None, "linear", votes=50, verdict="keep"))
    29
    """
    looks = looks_in(ledger)
    entry = {
        "look": len(looks) + 1,
        "name": name,
        "level": level_of(len(looks) + 1) / 2**told,
        "votes": votes,
        "verdict": verdict,
    }
    return unspent(ledger) | {"looks": [*looks, entry]}


def unspent(ledger: Ledger | None) -> Ledger:
    """A copy of the ledger, or an empty one for the first look.

    >>> unspent(None)["looks"]
    []
    """
    return {"risk": RISK, "most": LOOKS, "looks": looks_in(ledger)}
