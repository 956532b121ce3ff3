"""Where a project stands, in the few lines that trial, next and status end with."""

from __future__ import annotations

from payoff.judge.ledger import ledger_words
from payoff.project.promise import void_promise
from payoff.project.standing import Standing
from payoff.project.stated import COVERED
from payoff.project.workplace import Workplace
from payoff.project.worth import deciding, earned_lines, outdone_line


def lines_of(at: Workplace, standing: Standing) -> list[str]:
    """What the incumbent earns, how far it moved since it was proven, the looks used and left, and what is void."""
    outdone = outdone_line(standing, deciding(standing))
    said = [] if outdone is None else [outdone]
    return [*earned_lines(standing), *said, *_refit(standing), *_looks(standing), *_void(at, standing)]


def _refit(standing: Standing) -> list[str]:
    """How far the proven rung moved since; nothing where it decides as it did."""
    if standing.proof is None or standing.refit is None or not standing.refit.moved:
        return []
    decides = "; the proven fit decides" if standing.refit.worse else ""
    return [f"proven on {standing.proof.on}; {standing.refit.words(standing.unit)}{decides}"]


def _looks(standing: Standing) -> list[str]:
    """The ledger in a line, and beside what was adopted what the 5% covers."""
    words = ledger_words(standing.ledger)
    return [
        f"looks: {words}",
        *([f"proof: at most 5% to ever adopt a worse policy, {COVERED}"] if standing.proven else []),
    ]


def _void(at: Workplace, standing: Standing) -> list[str]:
    check = void_promise(at, deciding(standing).name)
    return [] if check is None else [check.said]
