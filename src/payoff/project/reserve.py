"""Known outcomes kept aside: the part of a large census that can still prove a model thought of after a look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from payoff import judge
from payoff.decide import Bools
from payoff.items import Items, group_numbers
from payoff.words import count

LEAST = 600  # draws (items, or their groups) below which a third is too few to prove anything by
SHARE = 1 / 3  # of the audit part; the rest judges in the open
FEWEST = 20  # items decided differently, below which a call is no look
FLATTERS = "Its figures are from the others, which you have seen: they may flatter."
SEEN = "Its figures are from outcomes you have seen: they may flatter."
SPENT = "Only shown: known outcomes that were looked at cannot prove a model thought of later"


def keep_aside(items: Items, audit: Bools, *, seed: int) -> Bools:
    """Which items of the audit part of a census are kept aside, (n,): a third at random, none where it is small.

    Whole groups are kept aside, as near to a third as they allow; the order of rows does not matter.

    >>> import polars as pl
    >>> from payoff.items import Roles, items_from
    >>> made = items_from(pl.DataFrame({"y": ["ham", "spam"] * 450}), Roles(outcome="y"))
    >>> [int(keep_aside(made, np.arange(900) < sealed, seed=0).sum()) for sealed in (599, 600)]
    [0, 200]
    """
    aside = np.zeros(len(items), dtype=np.bool_)
    known = audit & (False if items.outcomes is None else items.outcomes.is_not_null().to_numpy())
    if known.sum() < LEAST:
        return aside
    groups = group_numbers(items)
    if len(np.unique(groups[known])) < LEAST:
        return aside
    rows = items.order[audit[items.order]]
    _, first, number, sizes = np.unique(groups[rows], return_index=True, return_inverse=True, return_counts=True)
    drawn = np.argsort(first)[np.random.default_rng([seed, LEAST]).permutation(len(sizes))]
    taken = int(np.abs(np.cumsum(sizes[drawn]) - SHARE * len(rows)).argmin()) + 1
    aside[rows] = np.isin(number, drawn[:taken])
    return aside


def only_verdict(shown: judge.Comparison, found: judge.Comparison, items: int) -> judge.Comparison:
    """What may be told of a trial on `items` outcomes kept aside: `shown`, from the others, with `found`'s verdict.

    No figure of `found` is in it, and "keep" reads as "cannot tell": whatever is told, the next model may be shaped by.
    """
    adopted = found.verdict == "adopt"
    return replace(
        shown,
        verdict="adopt" if adopted else "cannot tell",
        votes_needed=None,
        ledger=_untold(found),
        look=found.look,
        level=found.level,
        protected=False,
        said=f"{_told(found, count(items, 'known outcome'))} {FLATTERS}",
    )


def _told(found: judge.Comparison, kept: str) -> str:
    if found.verdict == "adopt":
        return f"Adopted: proven on {kept} kept aside for models of your own."
    if found.look:
        only = "Only this is told, so that your next model can still be proven on them."
        return f"Not proven on the {kept} kept aside. {only}"
    if not judge.looks_left(found.ledger):
        return f"Not judged on the {kept} kept aside: all levels are spent. Open a new audit."
    return f"Not judged on the {kept} kept aside: fewer than {FEWEST} of them are decided differently."


def _untold(found: judge.Comparison) -> dict[str, Any]:
    """The ledger after the look, in which the look says no more than whether it adopted."""
    if not found.look:
        return found.ledger
    *earlier, last = found.ledger["looks"]
    verdict = "adopt" if found.verdict == "adopt" else "cannot tell"
    return {**found.ledger, "looks": [*earlier, {**last, "verdict": verdict}]}


def why_shown(kept: int, *, before: bool, adopted: bool) -> str:
    """Why a model of one's own is only shown: nothing was kept aside for it, or it was judged on that before.

    >>> why_shown(240, before=True, adopted=False).split(". ")[0]
    'Only shown: it was judged before on the 240 known outcomes kept aside, and not proven'
    """
    if not kept:
        return f"{SPENT}, and none were kept aside (that takes an audit part of {LEAST}). {SEEN}"
    if before:
        was = "adopted" if adopted else "not proven"
        return f"Only shown: it was judged before on the {count(kept, 'known outcome')} kept aside, and {was}. {SEEN}"
    return f"Only shown: nothing is new since its last trial. {SEEN}"
