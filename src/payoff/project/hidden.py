"""Decisions of today that hide what comes of them: items without outcome, by what was decided on them."""

from __future__ import annotations

import polars as pl

from payoff.items import Items
from payoff.words import count, share

HARDLY_KNOWN = 0.9  # share without outcome from which a decision of today hides what comes of it
MOST_NAMED = 4


def missing_after(items: Items) -> list[tuple[str, int, int]]:
    """Each of today's decisions, the items so decided, and those of them without outcome."""
    today = items.roles.today
    if today is None or items.outcomes is None:
        return []
    frame = pl.DataFrame({"decision": items.table[today].cast(pl.String), "unknown": items.outcomes.is_null()})
    grouped = frame.drop_nulls("decision").group_by("decision").agg(pl.len(), pl.col("unknown").sum())
    return [(name, int(many), int(unknown)) for name, many, unknown in grouped.sort("decision").rows()]


def after_each(items: Items) -> str:
    """The share without outcome after each of today's decisions, in words; nothing where there is none of either."""
    said = [f"{share(unknown / many)} after {name!r}" for name, many, unknown in missing_after(items)[:MOST_NAMED]]
    return ", ".join(said)


def blind(items: Items) -> list[str]:
    """Decisions after which next to no outcome is ever known, where after another one it is."""
    return [name for name, many, unknown in missing_after(items) if unknown >= HARDLY_KNOWN * many]


def hides(items: Items) -> str:
    """Which of today's decisions hide their outcomes, and what would lift that; nothing where none does."""
    found = blind(items)
    if not found:
        return ""
    acts = " or ".join(repr(name) for name in found[:MOST_NAMED])
    return f"today's system acts on {acts} and hides what comes of it: let a small random part through"


def hidden_lines(items: Items) -> list[str]:
    """What `payoff init` says of outcomes that are missing after today's decisions: counts, who hides, what to do."""
    found = missing_after(items)
    if not any(unknown for _, _, unknown in found):
        return []
    each = [f"{unknown:,} of {count(many, 'item')} decided {name!r}" for name, many, unknown in found[:MOST_NAMED]]
    step = [hides(items)] if hides(items) else []
    return [f"no outcome today: {', '.join(each)}", *step]
