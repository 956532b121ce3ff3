"""Labels and baselines: who votes at what price, how right they are, what the simplest policies pay."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from payoff.policies.ladder import LADDER
from payoff.project.answers.found import (
    Found,
    FromVotes,
    Given,
    answered,
    blocked,
    computed,
    named,
    still_open,
    unheard,
    worths,
)
from payoff.project.bench import BASELINES
from payoff.project.hidden import after_each, hides
from payoff.project.proxies import gap_of
from payoff.project.settings import NAME, read_settings
from payoff.project.stand_in import AUDITED
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.sources import Source
from payoff.votes import KEYS, krippendorff
from payoff.words import count, money, number, share


def _truth(at: Workplace, standing: Standing) -> Found | None:
    experts = [source.name for source in at.sources.values() if source.kind == "expert"]
    column, declared = at.ground.items.roles.outcome, at.ground.proxy
    if declared is not None and not experts:
        return blocked(
            f"'{declared}' stands for the outcome, nobody knows how far off: add an expert, {AUDITED} audit votes tell"
        )
    taken = ([f"the column '{column}'"] if column else []) + ([f"the word of {named(experts)}"] if experts else [])
    if not taken:
        return None
    proxies = [source.name for source in at.sources.values() if source.kind == "proxy"]
    gaps = "; ".join(gap_of(standing, name).words() for name in proxies[:4]) or "no source is a proxy"
    return answered(f"{' and '.join(taken)} is taken for the outcome itself; {gaps}")


def _prices(at: Workplace) -> Found | None:
    asked = [source for source in at.sources.values() if source.on_request]
    free = {source.name for source in asked if not source.price}
    unpriced = sorted(free - _priced(at)) if free else []
    if unpriced:
        return blocked(
            f"{named(unpriced)} without a price, and advice to ask rests on it: state price in [[source]], 0 if free"
        )
    outcome = at.ground.items.roles.outcome
    if not at.sources:
        return answered(f"outcomes come from the column '{outcome}', free; nobody votes") if outcome else None
    always = len(at.sources) - len(asked)
    told = [_asked(at, source) for source in asked[:4]]
    return answered("; ".join([*told, *([f"{count(always, 'source')} always on"] if always else [])]))


def _priced(at: Workplace) -> set[str]:
    """Names of the sources whose price somebody wrote down, be it 0."""
    read_settings(at.folder)  # refuses a file that was broken since the project was opened
    raw = tomllib.loads((at.folder / NAME).read_text(encoding="utf-8"))
    return {table["name"] for table in raw.get("source", []) if "price" in table}


def _asked(at: Workplace, source: Source) -> str:
    votes = at.votes.filter(pl.col("source") == source.name).height
    return f"'{source.name}' ({source.kind}): {count(votes, 'vote')} at {money(source.price, at.ground.objective.unit)}"


def _reliability(at: Workplace, standing: Standing) -> Found | None:
    experts = [source.name for source in at.sources.values() if source.kind == "expert"]
    heard = [row for row in _voters(standing) if row["source"] not in experts]
    if not heard:
        return None
    ranked = sorted(heard, key=lambda row: (-row["accuracy"], row["source"], row["voter"]))
    best, worst = _right(ranked[0]), _right(ranked[-1])
    said = best if len(ranked) == 1 else f"best {best}, worst {worst} of {len(ranked):,} voters"
    alpha = krippendorff(standing.bench.evidence.people.select(KEYS))
    agree = "" if alpha is None else f"; people agree to {number(alpha)} (Krippendorff's alpha)"
    belief = standing.bench.evidence.belief
    checked = "" if belief is None else f"; {belief.trust.words}"
    return computed(f"right by the label model: {said}{agree}{checked}")


def _voters(standing: Standing) -> list[Mapping[str, Any]]:
    model = standing.bench.evidence.model
    return [] if model is None else list(model.voters_.filter(pl.col("votes") > 0).iter_rows(named=True))


def _right(row: Mapping[str, Any]) -> str:
    name = row["source"] if row["source"] == row["voter"] else f"{row['source']}/{row['voter']}"
    return f"'{name}' {share(row['accuracy'])} ({share(row['low'])} to {share(row['high'])})"


def _hidden(at: Workplace) -> Found | None:
    """Items without outcome, by today's decision, and outcomes that decisions revealed."""
    items, revealed = at.ground.items, _revealed(at)
    if items.outcomes is None:
        return computed(revealed) if revealed else None
    unknown = items.outcomes.is_null()
    if not unknown.any():
        return computed(f"none: the outcome of each of the {count(len(items), 'item')} is known")
    how = {
        "at random": "those known were chosen at random, so they judge",
        "selected": "those known were not chosen at random, so they only teach",
    }
    known = how.get(at.ground.settings.items.known, "")
    each = f" ({after_each(items)})" if after_each(items) else ""
    missing = f"not known of {unknown.sum():,} of {count(len(items), 'item')}{each}"
    return computed("; ".join(filter(None, [missing, known, hides(items), revealed])))


def _revealed(at: Workplace) -> str:
    """Outcomes told because a decision revealed them: those whose chance is recorded judge, the others teach."""
    told = at.votes.filter(pl.col("purpose") == "decided")["item"].n_unique()
    if not told:
        return ""
    judge = sum(len(record["drawn"]) for record in at.memory.draws() if record.get("revealed"))
    came = f"{count(told, 'outcome')} came back from decisions"
    if not judge:
        return f"{came}: the policy chose them, so they teach and do not judge"
    return f"{came}: {judge:,} of the audit part judge, by the chance recorded, the others only teach"


def _mended(at: Workplace) -> Found:
    audit = at.votes.filter(pl.col("purpose") == "audit")
    corrected = audit.height - audit.unique(["item", "source", "voter"]).height
    if at.ground.judged_by_census:
        return computed("audit outcomes are those of the table; none is changed or dropped")
    told = f"{count(audit.height, 'audit vote')}, {corrected:,} of them corrections by the voter: each a new row"
    return computed(f"{told}; votes are never changed or dropped")


def _baselines(at: Workplace, standing: Standing) -> Found | None:
    if unheard(standing):
        return None
    words = "" if standing.in_use else "nothing is in use; "
    return worths(standing, [standing.rung(name) for name in BASELINES if standing.has(name)], words)


def _linear(at: Workplace, standing: Standing) -> Found | None:
    if not standing.has("linear"):
        return still_open("no column and no always-on source to learn from: a model has nothing to go by")
    if unheard(standing):
        return None
    if not standing.bench.teachable:
        return still_open("too few labels to learn from: 8 or more, of two outcomes")
    return worths(standing, [standing.rung("linear")], "")


def _effort(at: Workplace) -> Found | None:
    tried = Counter(trial.name for trial in at.trials)
    if not tried:
        return None
    often = ", ".join(f"'{name}' {times}" for name, times in tried.items())
    own = [name for name in tried if name not in {rung.name for rung in LADDER}]
    flag = f"; how much {named(own)} was tuned before is not known" if own else ""
    return computed(f"each rung is fitted by one fixed recipe; trials: {often}{flag}")


GIVEN: Given = {"L2": _prices, "L5": _hidden, "L7": _mended, "B4": _effort}
FROM_VOTES: FromVotes = {"L1": _truth, "L3": _reliability, "B1": _baselines, "B2": _linear}
