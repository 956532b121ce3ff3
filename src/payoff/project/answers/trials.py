"""Iterate, decide, present: trials, looks, and what the chosen rule pays."""

from __future__ import annotations

from payoff.judge import looks_left, next_level
from payoff.project.answers.found import Found, FromVotes, Given, computed, still_open, unheard, worths
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.words import bounded, count, per_item

MOST = looks_left(None)


def _better(at: Workplace) -> Found | None:
    if not at.trials:
        return None
    last = next((trial for trial in reversed(at.trials) if trial.adopted), at.trials[-1])
    words = f"{per_item(last.estimate, last.unit)} for '{last.name}' over '{last.against}': {last.verdict}"
    return computed(words) if bounded(last.estimate) else still_open(words)


def _tried(at: Workplace) -> Found | None:
    if not at.trials:
        return None
    rungs = len({trial.name for trial in at.trials})
    tries = f"{count(len(at.trials), 'trial')} of {count(rungs, 'rung')}; each look lowers the next one's level"
    return computed(f"{tries}: over {MOST} looks the chance to adopt a worse rung stays below 5%")


def _looks(at: Workplace) -> Found:
    ledger = at.memory.ledger()
    left, level = looks_left(ledger), next_level(ledger)
    after = "nothing more can be adopted" if level is None else f"the next is held to a level of {level:.2%}"
    return computed(f"{MOST - left} of {MOST} looks used, {left} left; {after}")


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


def _held(at: Workplace) -> Found:
    if not at.ground.objective.limits:
        return still_open("no limit is stated")
    return still_open("limits are held by expected shares when deciding; an interval for them is not computed yet")


def _chosen(at: Workplace, standing: Standing) -> Found | None:
    if unheard(standing):
        return None
    if standing.proven or (standing.in_use and standing.candidate.name == "system"):
        return worths(standing, [standing.incumbent], "")
    return worths(standing, [standing.candidate], "provisional: ")


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
    "X2": _rule, "X3": _held, "P1": _page_one, "P2": _failed,
}  # fmt: skip
FROM_VOTES: FromVotes = {"X5": _chosen}
