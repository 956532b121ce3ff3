"""What the incumbent earns, in money: per item, a month, over the horizon; what it won over today, what is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from payoff.decide import Floats, expected
from payoff.judge import Estimate, Judged, promise
from payoff.objective import Objective
from payoff.policies import Rung
from payoff.project.standing import Standing
from payoff.report.figure import Figure, Worth, sums
from payoff.report.record import Stakes
from payoff.words import bounded, count, per_item

MOST_CONSTANTS = 6  # decisions shown as taken everywhere; more of them would drown the rest
NORMAL = 1.96  # standard errors to either end of a 95% interval


def worth_of(judged: Judged, objective: Objective) -> Worth:
    """What was judged, with what it promises for the items of a month and of the horizon; every sum is one."""
    month, horizon = (
        None if items is None else figure_of(promise(judged, max(items, 1.0)))
        for items in (objective.per_month, objective.volume)
    )
    return Worth(**vars(figure_of(judged.estimate)), month=month, horizon=horizon)


def figure_of(estimate: Estimate) -> Figure:
    """Mean and interval of an estimate, as the report takes them."""
    return Figure(estimate.mean, estimate.low, estimate.high)


def earned(standing: Standing, rung: Rung) -> Worth:
    """What a rung earns per item: on the audit, or expected out of fold and without interval while that cannot tell."""
    return worth_of(standing.levelled(rung), standing.objective)


def gained(standing: Standing, base: Rung, rung: Rung) -> Worth | None:
    """What one rung earns over another, judged item by item on the audit; None where they are the same. While the
    audit cannot tell, what is expected out of fold, without interval.
    """
    if rung.name == base.name:
        return None
    found = standing.over(base, rung)
    if not np.isfinite(found.estimate.low):
        expected_gain = Estimate(standing.bench.gain(rung, base)[0], -np.inf, np.inf)
        found = replace(found, estimate=expected_gain)
    return worth_of(found, standing.objective)


def today_of(standing: Standing) -> Rung:
    """What is decided today: the system in use, else the best constant."""
    return standing.rung("system") if standing.in_use else standing.rung("constant")


def to_win(standing: Standing) -> tuple[Figure, Figure]:
    """What perfect knowledge would earn per item, and how much of it over today, item by item: on the audit as every
    policy is judged there; while that cannot tell, expected on the learning part.
    """
    return judged_to_win(standing) or _expected_to_win(standing)


def judged_to_win(standing: Standing) -> tuple[Figure, Figure] | None:
    """The same on the audit; None while that cannot tell."""
    court = standing.speaking
    perfect, left = court.perfect().estimate, court.perfect(less=standing.sealed(today_of(standing))).estimate
    return (figure_of(perfect), figure_of(left)) if bounded(perfect) and bounded(left) else None


def _expected_to_win(standing: Standing) -> tuple[Figure, Figure]:
    bench = standing.bench
    posterior, payoffs = bench.posterior, bench.sight.payoffs
    perfect = (posterior * np.broadcast_to(payoffs.max(axis=1), posterior.shape)).sum(axis=1)
    decisions = bench.out_of_fold(today_of(standing))
    today = expected(payoffs, posterior)[np.arange(len(decisions)), decisions]
    return _mean(standing, perfect), _mean(standing, perfect - today)


def stakes_of(standing: Standing) -> Stakes:
    """The best constant, perfect knowledge and what is left to win over today, on the items that judge the policies;
    expected on those learnt from while these cannot.
    """
    bench, constant = standing.bench, standing.rung("constant")
    name = standing.objective.decisions[int(np.bincount(standing.sealed(constant)).argmax())]
    found, worth = judged_to_win(standing), earned(standing, constant)
    if found is not None and bounded(worth):
        return Stakes(name, worth, *found, on=judged_on(standing))
    ceiling, on = bench.perfect(), f"{count(len(bench.evidence.ground.learning), 'item')} learnt from"
    left = Figure(ceiling - bench.worth(today_of(standing)))
    return Stakes(name, Figure(bench.worth(constant)), Figure(ceiling), left, on=on, expected=True)


def judged_on(standing: Standing) -> str:
    """The items of the audit part whose outcome judges."""
    audit = standing.court.audit
    if standing.about:
        return f"{count(len(audit.truth), 'item')} of the audit part, {standing.about}"
    if audit.ground.judged_by_census:
        return f"{count(audit.votes, 'item')} of the audit part whose outcome is known"
    return f"{count(audit.votes, 'audit vote')} over {count(len(audit.truth), 'item')}"


def won(standing: Standing) -> Worth | None:
    """What the proven policy earns over what is done today, per item on the audit; None where nothing is proven."""
    return gained(standing, today_of(standing), standing.incumbent) if standing.proven else None


def deciding(standing: Standing) -> Rung:
    """The rung that decides: the incumbent where one is proven or in use, else that of highest expected payoff."""
    return standing.incumbent if standing.proven or standing.in_use else standing.candidate


def outdone_line(standing: Standing, rung: Rung) -> str | None:
    """Which decision, taken everywhere, the audit shows to earn more than a rung: where new items are not like those
    learnt from, the best constant of these is not the best there. Shown only, nothing is adopted by it.
    """
    here, size = standing.sealed(rung), len(standing.court.audit.truth)
    constants = {
        name: standing.speaking.compare(
            here, np.full(size, place), ledger=standing.ledger, name="shown", fresh=False
        ).estimate
        for place, name in enumerate(standing.objective.decisions[:MOST_CONSTANTS])
    }
    name, most = max(constants.items(), key=lambda pair: pair[1].low)
    if not most.low > 0:
        return None
    more = per_item(most, standing.unit, signed=False)
    return f"'{name}' everywhere earns {more} more than '{rung.name}' on {judged_on(standing)}"


def earned_lines(standing: Standing) -> list[str]:
    """What the rung that decides earns, with its interval: per item, and a month and over the horizon where given."""
    rung, unit = deciding(standing), standing.unit
    level = earned(standing, rung)
    judged = f"by {count(standing.court.audit.votes, 'audit outcome')}" if bounded(level) else "expected, not audited"
    judged = standing.about or judged + (", which may flatter" if standing.proven_aside else "")
    stamp = "" if standing.proven or standing.in_use else ", provisional"
    first = f"'{rung.name}' earns {per_item(level, unit, signed=False)}, {judged}{stamp}"
    objective = standing.objective
    nothing = level.mean == 0 and bounded(level) == (0.0, 0.0)
    said = [] if nothing else sums(level, objective.per_month, objective.months, unit, signed=False)
    return [first + (":" if said else ""), *([f"  {', '.join(said)}"] if said else [])]


def _mean(standing: Standing, values: Floats) -> Figure:
    """Weighted mean over the learning part, with the scatter of the labelled items."""
    bench = standing.bench
    weights = bench.evidence.ground.weights[bench.evidence.ground.learning]
    mean, judged = float(values @ weights / weights.sum()), values[bench.lesson.rows]
    if len(judged) < 2:
        return Figure(mean)
    error = NORMAL * float(judged.std(ddof=1)) / len(judged) ** 0.5
    return Figure(mean, mean - error, mean + error)
