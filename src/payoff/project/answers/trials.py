"""Iterate, decide, present: trials, looks, and what the chosen rule pays."""

from __future__ import annotations

from payoff.judge import looks_left
from payoff.judge.ledger import ledger_words
from payoff.project.answers.found import Found, FromVotes, Given, computed, still_open, unheard, worths
from payoff.project.holding import holding_line
from payoff.project.standing import Standing
from payoff.project.stated import COVERED
from payoff.project.workplace import Workplace
from payoff.project.worth import deciding
from payoff.words import bounded, count, per_item

MOST = looks_left(None)


def _better(at: Workplace) -> Found | None:
    if not at.trials:
        return None
    last = next((trial for trial in reversed(at.trials) if trial.adopted), at.trials[-1])
    words = f"{per_item(last.estimate, last.unit)} for '{last.name}' over '{last.against}': {last.verdict}"
    words += "" if last.protected else "; the figures are of outcomes seen before and may flatter"
    return computed(words) if bounded(last.estimate) else still_open(words)


def _tried(at: Workplace) -> Found | None:
    if not at.trials:
        return None
    rungs = len({trial.name for trial in at.trials})
    tries = f"{count(len(at.trials), 'trial')} of {count(rungs, 'rung')}; each look lowers the next one's level"
    return computed(f"{tries}: over {MOST} looks the chance to adopt a worse rung stays below 5%, {COVERED}")


def _looks(at: Workplace) -> Found:
    return computed(f"{ledger_words(at.memory.ledger())} The 5% covers: {COVERED}")


def _again(at: Workplace) -> Found:
    seed = at.ground.settings.items.seed
    functions = sum(source.function is not None for source in at.sources.values())
    lost = f"; of {count(functions, 'source')} the votes are kept, the function is not" if functions else ""
    return computed(f"seed {seed} fixes split, folds and draws, and votes are kept in the order told{lost}")


def _rule(at: Workplace) -> Found:
    limits = at.ground.objective.limits
    under = f" under {count(len(limits), 'limit')}" if limits else ""
    return computed(
        f"each item gets the decision worth most by its own probabilities and payoffs{under}; no cut is fixed"
    )


def _held(at: Workplace, standing: Standing) -> Found:
    if not at.ground.objective.limits:
        return still_open("no limit is stated")
    line = holding_line(standing, deciding(standing))
    return computed(line or "limits on share, number and budget hold in every batch: decisions are filled under them")


def _chosen(at: Workplace, standing: Standing) -> Found | None:
    if unheard(standing):
        return None
    if standing.proven or (standing.in_use and standing.candidate.name == "system"):
        found = worths(standing, [standing.incumbent], "")
        return Found(found.state, f"{found.words}{_since_proof(standing)}")
    return worths(standing, [standing.candidate], "provisional: ")


def _since_proof(standing: Standing) -> str:
    """How far the refit in force has moved from the fit that was proven."""
    proof, refit = standing.proof, standing.refit
    if proof is None or refit is None:
        return ""
    decides = ": the proven fit decides" if refit.worse else ""
    return f"; proven on {proof.on} with {count(proof.labels, 'label')}, {refit.words(standing.unit)}{decides}"


def _page_one(at: Workplace) -> Found:
    unit = at.ground.objective.unit
    return computed(
        f"payoff report begins with the objective, what is and would be earned in {unit}, and the next step"
    )


def _failed(at: Workplace) -> Found | None:
    if not at.trials:
        return None
    adopted = sum(trial.adopted for trial in at.trials)
    return computed(
        f"the report shows every rung tried beside the baselines; {adopted} of {count(len(at.trials), 'trial')} adopted"
    )


GIVEN: Given = {
    "I2": _better, "I3": _tried, "I4": _looks, "I10": _again,
    "X2": _rule, "P1": _page_one, "P2": _failed,
}  # fmt: skip
FROM_VOTES: FromVotes = {"X3": _held, "X5": _chosen}
