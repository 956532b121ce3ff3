"""What the incumbent earns, in money: per item, a month, over the horizon; what it won over today, what is left."""

from __future__ import annotations

import numpy as np

from payoff.decide import Floats, expected
from payoff.judge import Judged, promise
from payoff.policies import Rung
from payoff.project.standing import Standing
from payoff.report.record import Figure
from payoff.words import bounded, count, per_item, total

NORMAL = 1.96  # standard errors to either end of a 95% interval


def today_of(standing: Standing) -> Rung:
    """What is decided today: the system in use, else the best constant."""
    return standing.rung("system") if standing.in_use else standing.rung("constant")


def to_win(standing: Standing) -> tuple[Figure, Figure]:
    """What perfect knowledge would earn per item, and how much of it over today, expected on the learning part."""
    bench = standing.bench
    posterior, payoffs = bench.posterior, bench.sight.payoffs
    perfect = (posterior * np.broadcast_to(payoffs.max(axis=1), posterior.shape)).sum(axis=1)
    decisions = bench.out_of_fold(today_of(standing))
    today = expected(payoffs, posterior)[np.arange(len(decisions)), decisions]
    return _mean(standing, perfect), _mean(standing, perfect - today)


def won(standing: Standing) -> Figure | None:
    """What the proven policy earns over what is done today, per item on the audit; None where nothing is proven."""
    today = today_of(standing)
    if not standing.proven or standing.incumbent.name == today.name:
        return None
    found = standing.over(today, standing.incumbent).estimate
    return Figure(found.mean, found.low, found.high)


def deciding(standing: Standing) -> Rung:
    """The rung that decides: the incumbent where one is proven or in use, else that of highest expected payoff."""
    return standing.incumbent if standing.proven or standing.in_use else standing.candidate


def earned_lines(standing: Standing) -> list[str]:
    """What the rung that decides earns, with its interval: per item, and a month and over the horizon where given."""
    rung, unit = deciding(standing), standing.unit
    found = standing.levelled(rung)
    level = found.estimate
    judged = f"by {count(standing.court.audit.votes, 'audit outcome')}" if bounded(level) else "expected, not audited"
    judged = standing.about or judged + (", which may flatter" if standing.proven_aside else "")
    stamp = "" if standing.proven or standing.in_use else ", provisional"
    first = f"'{rung.name}' earns {per_item(level, unit, signed=False)}, {judged}{stamp}"
    sums = _sums(standing, found) if level.mean or level.low < level.high else []
    return [first + (":" if sums else ""), *([f"  {', '.join(sums)}"] if sums else [])]


def _sums(standing: Standing, found: Judged) -> list[str]:
    """Promised for a month and for the whole horizon, as far as they were given: so many items scatter too."""
    objective, sums = standing.bench.evidence.ground.objective, []
    if objective.per_month is not None:
        sums.append(
            total(promise(found, objective.per_month), objective.per_month, standing.unit, "a month", signed=False)
        )
    if objective.volume is not None and objective.months is not None:
        over = f"over {count(objective.months, 'month')}"
        sums.append(total(promise(found, objective.volume), objective.volume, standing.unit, over, signed=False))
    return sums


def _mean(standing: Standing, values: Floats) -> Figure:
    """Weighted mean over the learning part, with the scatter of the labelled items."""
    bench = standing.bench
    weights = bench.evidence.ground.weights[bench.evidence.ground.learning]
    mean, judged = float(values @ weights / weights.sum()), values[bench.lesson.rows]
    if len(judged) < 2:
        return Figure(mean)
    error = NORMAL * float(judged.std(ddof=1)) / len(judged) ** 0.5
    return Figure(mean, mean - error, mean + error)
