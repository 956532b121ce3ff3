"""The situation of a project in plain figures, from which `advise` says the next step."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from payoff import judge
from payoff.advise import Situation
from payoff.ask import START
from payoff.policies import Rung
from payoff.project.stand_in import AUDITED
from payoff.project.standing import LATER, Standing
from payoff.project.worth import earned, to_win, won
from payoff.report.record import Figure
from payoff.words import bounded

FRESH = 20  # audit votes since the last trial from which another may change its verdict
FIRST_AUDIT = 50  # votes of the first audit
NEEDS = {"one rule": 8, "linear": 8, "trees": 100}  # labels below which a rung learns nothing worth a trial


def situation(at: Standing, *, void: str = "") -> Situation:
    """All figures advice rests on; `void` says why the promise does not hold any more."""
    objective = at.bench.evidence.ground.objective
    left = at.left()
    due, gain = _due(at)
    over = won(at)
    return Situation(
        unit=objective.unit,
        volume=objective.volume,
        curve=at.curve(),
        incumbent=at.incumbent.name,
        candidate=at.candidate.name,
        source=None if at.source is None else at.source.name,
        price=None if at.source is None else at.source.price,
        unlabelled=at.unlabelled,
        open=len(at.court.audit.open),
        due=due,
        due_gain=gain,
        settle=_settle(at),
        left=left,
        known=bool(at.labels or at.bench.evidence.voters),
        proven=at.proven,
        changes_today=at.proven and at.incumbent.name != "system",
        won=None if over is None else _ends(over.horizon or over),
        forgone=None if over is None or over.month is None else _ends(over.month),
        most=to_win(at)[1].high if at.labels >= START else None,
        per_month=objective.per_month,
        least_gain=objective.least_gain,
        well_enough=objective.well_enough,
        wait_per_month=objective.wait_per_month,
        void=void,
        proxy=at.bench.evidence.ground.proxy or "",
        gap=AUDITED - at.court.audit.votes if at.about and at.expert and not len(at.court.audit.open) else 0,
    )


def _ends(figure: Figure) -> tuple[float, float, float]:
    """Mean, low and high; infinite where there is no interval yet."""
    ends = bounded(figure) or (-np.inf, np.inf)
    return figure.mean, *ends


def slope(at: Standing) -> float:
    """What one more learning vote is worth over the horizon, per item without a volume."""
    volume = at.bench.evidence.ground.objective.volume
    return at.curve().gain(1) * (volume or 1.0)


def state(at: Standing, *, votes: int, spent: float) -> dict[str, Any]:
    """Where the money stands: votes, what they cost, what the deciding policy is expected to earn per item, and
    its level with what is promised over the horizon.
    """
    deciding = at.incumbent if at.proven else at.candidate
    level = earned(at, deciding)
    worth = {"deciding": deciding.name, "expected": at.bench.worth(deciding)}
    promised = None if level.horizon is None else bounded(level.horizon)
    ends = {"mean": level.mean, "low": level.low, "high": level.high, "promised": promised}
    return {"votes": votes, "spent": spent, **worth, **ends}


def _due(at: Standing) -> tuple[str | None, float | None]:
    """The rung a trial of which could change the verdict: one never tried, or the candidate after fresh audit
    votes; with its expected gain per item, but for a rung that only the trial itself will fit.
    """
    if not _judgeable(at):
        return None, 0.0
    rung = next_rung(at)
    if rung is None:
        return None, 0.0
    tried = rung.name in {trial.name for trial in at.trials}
    if rung.name in LATER and not tried:
        return rung.name, None
    return rung.name, at.bench.gain(rung, at.incumbent)[0]


def _judgeable(at: Standing) -> bool:
    """Whether anything can be learnt from a trial now: a census, or something to fit and nothing open in the
    audit.
    """
    if at.court.audit.ground.judged_by_census:
        return True
    return not len(at.court.audit.open) and (at.bench.teachable or bool(at.bench.evidence.voters))


def next_rung(at: Standing) -> Rung | None:
    """The next rung of the ladder worth a trial: never tried and with labels enough, simplest first.

    Rungs simpler than a proven one are passed over. At the end of the ladder, where votes must be bought, the candidate
    of highest expected payoff comes again once there are fresh audit votes.
    """
    names = {trial.name for trial in at.trials}
    census = at.court.audit.ground.judged_by_census
    for rung in at.bench.rungs:
        if rung.name in ("constant", "system", at.incumbent.name) or rung.name in names:
            continue
        if at.proven and rung.complexity < at.incumbent.complexity:
            continue  # a richer rung is proven already
        if rung.name == "base rate" and len(at.bench.sight.payoffs) == 1:
            continue  # with payoffs alike for all items it is the best constant
        if census or at.labels >= NEEDS.get(rung.name, 0):
            return rung
    again = at.candidate
    if not census and again.name != at.incumbent.name and _fresh(at, again.name) >= FRESH:
        return again
    return None


def _fresh(at: Standing, name: str) -> int:
    """Audit votes since the rung was last tried."""
    last = [trial.audit_votes for trial in at.trials if trial.name == name]
    return at.court.audit.votes - (last[-1] if last else 0)


def _settle(at: Standing) -> tuple[int, float, float] | None:
    """Audit votes that would settle the candidate: (votes, gain, cost) over the horizon; None where none pay."""
    objective = at.bench.evidence.ground.objective
    if at.expert is None or objective.volume is None or not at.in_use:
        return None
    if at.labels < START or at.candidate.name == at.incumbent.name:
        return None
    comparison = at.shown()
    if comparison.votes >= 10:
        return judge.worth_asking(comparison, price=at.expert.price, volume=objective.volume)
    gain, error = at.bench.gain(at.candidate, at.incumbent)
    if not gain > 0 or not at.bench.teachable:
        return None
    chance = float(norm.cdf(gain / error)) if np.isfinite(error) and error > 0 else 0.5
    return FIRST_AUDIT, chance * gain * objective.volume, FIRST_AUDIT * at.expert.price
