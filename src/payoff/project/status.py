"""The sixty questions of good methodology: answered by what the project computes, by what a person stated, or open.

`answered` is what a person stated in payoff.toml, `computed` what the tool worked out or guarantees by construction.
`blocked` is kept for what makes figures void or advice wrong until it is mended, and stamps the report a draft: a
source on request without a price (L2), a time or a group named only after the items were split (F8, D5). All else is
`open`; a figure of worth without an interval leaves its question open.
"""

from __future__ import annotations

from collections.abc import Callable

from payoff.errors import PayoffError
from payoff.project.answers import FROM_VOTES, GIVEN
from payoff.project.answers.found import Found, still_open
from payoff.project.questions import CHECKLIST, Entry
from payoff.project.results import Answer, Status
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.report.record import Question


def status_of(at: Workplace) -> Status:
    """All sixty answers; nothing is told, drawn, tried or advised by asking, and no look is spent."""
    found = [(entry, _found(entry, at, at.standing)) for entry in CHECKLIST]
    return Status(tuple(Answer(entry.id, entry.stage, entry.text, known.state, known.words) for entry, known in found))


def questions_of(at: Workplace, standing: Standing) -> list[Question]:
    """The same answers as the report shows them."""
    found = [(entry, _found(entry, at, lambda: standing)) for entry in CHECKLIST]
    return [Question(id=entry.id, text=entry.text, state=known.state, answer=known.words) for entry, known in found]


def _found(entry: Entry, at: Workplace, standing: Callable[[], Standing]) -> Found:
    """What is known of one question; what cannot be worked out yet is open and says why."""
    try:
        if entry.id in GIVEN:
            known = GIVEN[entry.id](at)
        else:
            known = FROM_VOTES[entry.id](at, standing()) if entry.id in FROM_VOTES else None
    except PayoffError as error:
        return still_open(f"{error.found}; {error.next_step}")
    return known or still_open(entry.hint)
