"""A rung tried against the incumbent: on the audit in the open, or on known outcomes kept aside, and said so."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from payoff import judge
from payoff.judge.settle import MAY_FLATTER
from payoff.policies import Rung
from payoff.project.audit import Court, kept_aside
from payoff.project.reserve import only_verdict, why_shown
from payoff.project.results import Trial
from payoff.project.stand_in import about
from payoff.project.standing import Standing


def tried(at: Standing, rung: Rung, *, begun: float, votes: int, spent: float) -> tuple[Trial, Any]:
    """A rung tried against the incumbent, and the ledger after the look.

    On a census a model of one's own that was thought of after a look is judged on the outcomes kept aside, of which
    only the verdict is told; what is shown beside it is of those that lie open.
    """
    aside = _is_unseen(at, rung)
    shown = at.compared(rung, again=False)
    comparison = _by_reserve(at, rung, shown) if aside else _as_planned(at, rung, shown)
    estimate = _estimate(at, comparison, rung)
    trial = Trial(
        name=rung.name,
        estimate=estimate,
        verdict=comparison.verdict,
        adopted=comparison.verdict == "adopt",
        votes_needed=comparison.votes_needed,
        seconds=time.perf_counter() - begun,
        against=at.incumbent.name,
        said=_said(at, comparison, rung, estimate),
        look=comparison.look,
        expected=at.bench.gain(rung, at.incumbent)[0],
        votes=votes,
        audit_votes=at.court.audit.votes,
        labels=at.labels,
        spent=spent,
        unit=at.unit,
        rounds=at.fixed(rung),
        kept=_kept(at) if aside else 0,
        protected=comparison.protected,
    )
    return trial, comparison.ledger


def _is_unseen(at: Standing, rung: Rung) -> bool:
    """Whether the outcomes kept aside are to judge the rung."""
    ground = at.court.audit.ground
    return bool(ground.judged_by_census and len(ground.reserve) and at.late(rung) and at.news(rung))


def _as_planned(at: Standing, rung: Rung, shown: judge.Comparison) -> judge.Comparison:
    """Nothing flatters where the rung and the incumbent were fixed before any vote was seen, shown only or not."""
    if rung.estimator is not None or at.late(rung):
        return shown
    return replace(shown, protected=True, said=shown.said.removesuffix(MAY_FLATTER))


def _by_reserve(at: Standing, rung: Rung, shown: judge.Comparison) -> judge.Comparison:
    """The verdict of the outcomes kept aside; the figures stay those of the votes that lie open."""
    court = Court(kept_aside(at.court.audit.ground), at.court.bench)
    told = judge.bits_told(at.told)
    found = court.compare(at.kept(at.incumbent), at.kept(rung), ledger=at.ledger, name=rung.name, told=told)
    return only_verdict(shown, found, court.audit.votes)


def _kept(at: Standing) -> int:
    return kept_aside(at.court.audit.ground).votes


def _estimate(at: Standing, comparison: judge.Comparison, rung: Rung) -> judge.Estimate:
    """What the audit says the rung earns over the incumbent; until it can, what a proxy of the outcome says."""
    proxy = at.court.audit.ground.proxy
    if at.stand_in is None or proxy is None or (np.isfinite(comparison.estimate.low) and not at.about):
        return replace(comparison.estimate, unit=at.unit)
    here, there = at.sealed(at.incumbent), at.sealed(rung)
    shown = at.stand_in.compare(here, there, ledger=at.ledger, name="proxy", fresh=False)
    return replace(shown.estimate, unit=at.unit, about=about(proxy))


def _said(at: Standing, comparison: judge.Comparison, rung: Rung, estimate: judge.Estimate) -> str:
    """The verdict in words; what a rule decides; why a model thought of after a look is only shown."""
    if at.court.audit.ground.judged_by_census and at.late(rung) and not _is_unseen(at, rung):
        before = [trial.adopted for trial in at.trials if trial.name == rung.name and trial.kept]
        return why_shown(_kept(at), before=bool(before), adopted=any(before))
    words = comparison.words(at.unit, None if at.expert is None else at.expert.price)
    if estimate.about:
        words = f"{words} Shown is {estimate}."
    return f"{words} {at.decides(rung)}".strip()
