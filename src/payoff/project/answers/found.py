"""What is found of one question: a state and a sentence; and the figures that several sentences share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from payoff.policies import Rung
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.project.worth import judged_on
from payoff.words import bounded, per_item


class Found(NamedTuple):
    """The state of a question (answered, computed, blocked or open) and what is known, in a sentence.

    >>> computed("2 of 30 looks used")
    Found(state='computed', words='2 of 30 looks used')
    """

    state: str
    words: str


Given = dict[str, Callable[[Workplace], Found | None]]
FromVotes = dict[str, Callable[[Workplace, Standing], Found | None]]


def answered(words: str) -> Found:
    """What a person stated."""
    return Found("answered", words)


def computed(words: str) -> Found:
    """What the tool computed, or what its construction guarantees."""
    return Found("computed", words)


def blocked(words: str) -> Found:
    """What makes results void or advice wrong until it is mended: it stamps the report a draft."""
    return Found("blocked", words)


def still_open(words: str) -> Found:
    """What is known of a question that is not settled."""
    return Found("open", words)


def named(names: Sequence[str], last: str = "and", most: int = 4) -> str:
    """Names in quotes as one says them, cut after `most`.

    >>> named(["allow", "block", "inspect"], "or"), named(["a", "b", "c", "d", "e", "f"])
    ("'allow', 'block' or 'inspect'", "'a', 'b', 'c', 'd' and 2 more")
    """
    quoted = [f"'{name}'" for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(quoted)} and {len(names) - most} more"
    return f" {last} ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part) if quoted else "none"


def unheard(standing: Standing) -> bool:
    """Whether nobody voted and no outcome is known, so that no figure of worth means anything."""
    return standing.bench.lesson.size == 0


def worths(standing: Standing, rungs: Sequence[Rung], words: str) -> Found:
    """What rungs earn per item, on the audit: computed where each has an interval, else open with what is expected."""
    unit = standing.bench.evidence.ground.objective.unit
    levels = [standing.level(rung) for rung in rungs]
    said = ", ".join(f"'{rung.name}' {per_item(level, unit)}" for rung, level in zip(rungs, levels, strict=True))
    if all(bounded(level) for level in levels):
        return computed(f"{words}{said}, on {judged_on(standing)}")
    return still_open(f"{words}{said}, expected from the learning part: audit votes give the interval")
