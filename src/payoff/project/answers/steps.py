"""What to do next, as it was weighed last, and whether earlier forecasts held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payoff.project.answers.found import Found, FromVotes, Given, computed, still_open
from payoff.project.results import Trial
from payoff.project.workplace import Workplace
from payoff.words import bounded, count

WEIGHED = ("ask", "stop", "ship")  # advice that says what the next votes are worth; weighing them anew takes seconds


def _next_vote(at: Workplace) -> Found | None:
    if not any(source.on_request for source in at.sources.values()):
        nothing = computed("no source answers on request, so there is no vote to buy")
        return nothing if at.sources or at.ground.judged_by_census else None
    last = _last(at)
    if last is None:
        return None
    if last["action"] not in WEIGHED:
        return still_open(f"the last advice was {last['action']}; votes are weighed after it")
    return _fresh(at, last, last["reason"])


def _advice(at: Workplace) -> Found | None:
    last = _last(at)
    return None if last is None else _fresh(at, last, f"{last['action']}: {last['reason']}")


def _last(at: Workplace) -> Mapping[str, Any] | None:
    """The last advice under the present objective."""
    return next(reversed(at.memory.advice(at.version)), None)


def _fresh(at: Workplace, last: Mapping[str, Any], words: str) -> Found:
    """The advice, computed while nothing has happened since."""
    told = at.bought - last["votes"]
    tried = sum(record["seq"] > last["seq"] for record in at.store.records("trial"))
    since = [count(many, noun) for many, noun in ((told, "vote"), (tried, "trial")) if many]
    if since:
        return still_open(f"{' and '.join(since)} since the last advice: payoff next weighs it anew")
    return computed(words)


def _forecasts(at: Workplace) -> Found | None:
    """Gains expected before the audit was asked, against what the audit said."""
    judged = [_held(trial) for trial in at.trials if trial.expected is not None and bounded(trial.estimate)]
    if not judged:
        return None
    kept = len(at.memory.advice(at.version))
    advice = f"; {count(kept, 'forecast')} of advice recorded, not compared yet" if kept else ""
    held = f"{sum(judged)} of {count(len(judged), 'trial')}"
    return computed(f"the gain expected beforehand lay in the audit's 95% interval in {held}{advice}")


def _held(trial: Trial) -> bool:
    return trial.expected is not None and trial.estimate.low <= trial.expected <= trial.estimate.high


GIVEN: Given = {"L8": _next_vote, "I8": _advice, "I9": _forecasts}
FROM_VOTES: FromVotes = {}
