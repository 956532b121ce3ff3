"""Data: what is kept out of the features, what is sealed, and how small a difference the audit can see."""

from __future__ import annotations

import polars as pl

from payoff.project.answers.found import (
    Found,
    FromVotes,
    Given,
    answered,
    blocked,
    computed,
    named,
    still_open,
)
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.report.record import Figure
from payoff.words import bounded, count, number, per_item


def _legitimate(at: Workplace) -> Found:
    items, later = at.ground.items, at.ground.items.roles.known_after
    features = count(len(items.features), "feature")
    if later:
        return answered(
            f"{named(later)} known only after the decision and kept out; {features}: {named(items.features)}"
        )
    if "known_after" in at.ground.settings.stated:
        return answered(f"stated: all of the {features} are known when deciding")
    if not items.features:
        return computed("no column is a feature")
    return still_open(
        f"{features}: {named(items.features)}; known_after = [...] in [items] names those known later, [] says none"
    )


def _sealed(at: Workplace, standing: Standing) -> Found:
    ground, audit = at.ground, standing.court.audit
    sealed = f"{len(ground.audited):,} of {count(len(ground.items), 'item')} were sealed when the project was made"
    waiting = f", {len(audit.open):,} drawn and not answered yet" if len(audit.open) else ""
    kept = f"; {len(ground.reserve):,} more are kept aside for models of your own" if len(ground.reserve) else ""
    return computed(f"{sealed} and only judge; outcomes known of {audit.votes:,} so far{waiting}{kept}")


def _leaks(at: Workplace) -> Found:
    ground = at.ground
    sides = (
        pl.DataFrame({"group": ground.groups, "audit": ground.audit}).group_by("group").agg(pl.col("audit").n_unique())
    )
    parted, groups = int((sides["audit"] > 1).sum()), len(sides)
    if parted:
        words = f"{parted:,} of {count(groups, 'group')} lie on both sides of the split"
        return blocked(f"{words}, which was made before they were groups: make a new project to keep them together")
    column = ground.items.roles.group
    kind = "near-duplicate texts" if column is None else f"'{column}' and near-duplicate texts"
    alone = (
        "no two items share a group"
        if groups == len(ground.items)
        else f"{count(groups, 'group')} by {kind}, none on both sides of the split"
    )
    return computed(f"{alone}; views and policies are fitted on the learning part only")


def _least_difference(at: Workplace, standing: Standing) -> Found | None:
    """Half the width of an interval: that of candidate over incumbent now, else of the last trial that has one."""
    compared = [(trial.name, trial.against, trial.audit_votes, trial.estimate) for trial in standing.trials]
    here, there = standing.candidate.name, standing.incumbent.name
    if here != there:
        compared.append((here, there, standing.court.audit.votes, standing.shown().estimate))
    for name, against, votes, estimate in reversed(compared):
        ends = bounded(estimate)
        if ends is not None and ends[0] < ends[1]:
            unit, least = at.ground.objective.unit, number((ends[1] - ends[0]) / 2)
            apart = (
                f"on {count(votes, 'audit outcome')} a difference below {least} {unit} an item cannot be told from none"
            )
            return computed(f"{apart}: '{name}' over '{against}' is {per_item(Figure(estimate.mean, *ends), unit)}")
    return None


def _segments(at: Workplace) -> Found | None:
    columns = sorted({limit.by for limit in at.ground.objective.limits if limit.by is not None})
    groups = [
        f"'{name}' ({count(at.ground.items.table[name].n_unique(), 'group')})"
        for name in columns
        if name in at.ground.items.table.columns
    ]
    return answered(f"limits must hold in each group of {', '.join(groups)}") if groups else None


GIVEN: Given = {"D3": _legitimate, "D5": _leaks, "D7": _segments}
FROM_VOTES: FromVotes = {"D4": _sealed, "D6": _least_difference}
