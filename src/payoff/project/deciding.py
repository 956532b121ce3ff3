"""Decisions on any table: which policy decides, and what each decision is expected to earn."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl

from payoff.decide import Floats, Ints, Strings
from payoff.errors import MissingFeatures, listed
from payoff.items import Items, as_table, kind_of, text_of
from payoff.policies import Rung, Sight, interval
from payoff.project.bench import Bench
from payoff.project.holding import lacking
from payoff.project.standing import LATER, Standing
from payoff.project.voices import VOTES, all_votes_on, asks_once, speaks
from payoff.votes import in_force

UNSEEN = 0.05  # share of items with a new category from which it is said


def policy_for(standing: Standing, provisional: bool | None) -> tuple[Rung, bool]:
    """The rung that decides and whether its decisions are provisional: neither proven nor in use."""
    settled = standing.proven or standing.in_use
    if provisional is False or (provisional is None and settled):
        return standing.incumbent, False
    return standing.candidate, not (settled and standing.candidate.name == standing.incumbent.name)


@dataclass(frozen=True)
class Decided:
    """Decisions of a rung on items: the table that is returned, the items, and what was seen of them."""

    rung: Rung
    table: pl.DataFrame
    items: Items
    sight: Sight


def decide_on(standing: Standing, rung: Rung, stamped: bool, table: Any, votes: pl.DataFrame) -> Decided:
    """Decisions of a rung: item, decision, expected, low, high, provisional and one column per outcome.

    Votes told on items the project knows are used; on other items a policy decides that was taught without the
    sources that cannot vote there.
    """
    bench = standing.bench_of(rung)
    evidence, ground = bench.evidence, bench.evidence.ground
    items = ground.items if table is None else ground.read(table)
    if table is not None and rung.reads_columns:
        check_columns(as_table(table, empty=True), ground.items)
    spoken = _spoken(standing, items)
    free = pl.concat([spoken, _told(standing, items, votes)])
    heard = set(evidence.free["source"].unique().to_list())
    silent = [name for name in _told_only(evidence.sources) if name in heard and not _answers(standing, items, name)]
    known = items.ids.is_in(_known_ids(standing).implode()).to_numpy() & (
        ground.items.roles.id is not None or table is None
    )
    sight = evidence.look_at(items, free)
    if not silent or known.all():
        found = _decided(bench, rung, sight, items.table)
    else:
        warn(
            f"{listed(silent)} told no votes on {int((~known).sum())} of {len(items)} items: a policy taught without "
            "them decides there (a column of that name in the table would bring them)"
        )
        deaf = Bench(evidence.without(silent), bench.views, bench.seed)
        found = _decided(deaf, rung, deaf.evidence.look_at(items, spoken), items.table)
        found = _patched(found, _decided(bench, rung, sight, items.table), known)
    return Decided(rung, _as_table(standing, items, found, stamped), items, sight)


def decided_by_rung(standing: Standing, table: Any, votes: pl.DataFrame) -> dict[str, Strings]:
    """What each rung that can be fitted, baselines included, decides on a table: name -> (n,) decisions."""
    tried = {trial.name for trial in standing.trials}
    rungs = [rung for rung in standing.bench.rungs if rung.name not in LATER or rung.name in tried]
    each = {rung.name: decide_on(standing, rung, True, table, votes) for rung in rungs}
    return {name: decided.table["decision"].to_numpy() for name, decided in each.items()}


def say_reverted(standing: Standing, rung: Rung) -> None:
    """Say that the proven fit decides, where the audit shows its refit to be worse."""
    refit, proof = standing.refit, standing.proof
    if proof is not None and refit is not None and refit.worse and rung.name == standing.incumbent.name:
        warn(f"the fit of '{rung.name}' proven on {proof.on} decides: {refit.words(standing.unit)}")


def say_not_shown(standing: Standing, rung: Rung) -> None:
    """Say which limits with confidence no bar is shown to hold, and what is decided instead."""
    for words in lacking(standing, rung):
        warn(words)


def check_columns(table: pl.DataFrame, known: Items) -> None:
    """Say once what the policy was taught with and the table lacks, or has in ways never seen.

    A column that seems misspelt, or a table without any of them, is refused; other gaps count as missing values.
    """
    missing = [name for name in known.features if name not in table.columns]
    strange = [name for name in table.columns if name not in known.table.columns]
    if any(get_close_matches(name.lower(), [each.lower() for each in strange], n=1) for name in missing):
        raise MissingFeatures(missing, columns=strange)
    if missing and len(missing) == len(known.features):
        raise MissingFeatures(missing, columns=table.columns)
    if missing:
        warn(f"the table lacks {listed(missing)}, which the policy was taught with: they count as missing")
    for name in known.features:
        if name in table.columns and kind_of(known.table[name]) == "category":
            _say_unseen(table[name], known.table[name])


def _say_unseen(values: pl.Series, known: pl.Series) -> None:
    seen = text_of(known).drop_nulls().unique()
    names = text_of(values).drop_nulls()
    strange = names.filter(~names.is_in(seen.implode()))
    if len(strange) > UNSEEN * len(values):
        where = f"in {len(strange)} of {len(values)} items, such as '{strange[0]}'"
        warn(f"the column '{values.name}' has values never seen before {where}: they count as 'other'")


def warn(words: str) -> None:
    """Warn whoever called `decide`."""
    warnings.warn(words, stacklevel=6)


def votes_on_items(standing: Standing, items: Items, votes: pl.DataFrame) -> pl.DataFrame:
    """Votes of every always-on source on items: those that speak vote now, those of the others were told."""
    return pl.concat([_spoken(standing, items), _told(standing, items, votes)])


def _spoken(standing: Standing, items: Items) -> pl.DataFrame:
    """Votes of the sources that speak, and those a column of the table brings under the name of another source."""
    evidence = standing.bench.evidence
    told = [name for name in _told_only(evidence.sources) if _brought(standing, items, name)]
    columns = [replace(evidence.sources[name], column=name) for name in told]
    return all_votes_on(evidence.ground, [*evidence.sources.values(), *columns], items)


def _answers(standing: Standing, items: Items, source: str) -> bool:
    """Whether a source that does not speak votes on these items all the same: by a column, or asked at its price."""
    bought = asks_once(standing.bench.evidence.sources[source]) and items.roles.id is not None
    return bought or _brought(standing, items, source)


def _brought(standing: Standing, items: Items, source: str) -> bool:
    """Whether the table has a column of the source's name that holds outcomes: its votes on these items."""
    if source not in items.table.columns or source in items.roles.columns:
        return False
    return bool(text_of(items.table[source]).drop_nulls().is_in(standing.bench.evidence.outcomes).all())


def _told_only(sources: Mapping[str, Any]) -> list[str]:
    return [name for name, source in sources.items() if source.always_on and not speaks(source)]


def _known_ids(standing: Standing) -> pl.Series:
    ground = standing.bench.evidence.ground
    return pl.concat([ground.items.ids, *([ground.future.ids] if ground.future is not None else [])])


def _told(standing: Standing, items: Items, votes: pl.DataFrame) -> pl.DataFrame:
    """Votes told by always-on sources that do not speak, on these items."""
    names = _told_only(standing.bench.evidence.sources)
    rows = in_force(votes.filter(pl.col("source").is_in(names) & pl.col("item").is_in(items.ids.implode())))
    return rows.select(list(VOTES))


Found = tuple[Ints, Floats, Floats, Floats, Floats]


def _decided(bench: Bench, rung: Rung, sight: Sight, table: pl.DataFrame) -> Found:
    """Decision, expected payoff, its interval, probabilities; of no items, none."""
    if table.is_empty():
        nothing, outcomes = np.zeros(0), len(bench.evidence.outcomes)
        return np.zeros(0, dtype=np.int64), nothing, nothing, nothing, np.zeros((0, outcomes))
    policy = bench.fitted(rung)
    decisions = bench.decisions(rung, sight, table)
    span = interval(policy, sight, decisions=decisions)
    return decisions, span.mean, span.low, span.high, policy.predict_proba(sight)


def _patched(found: Found, other: Found, where: Any) -> Found:
    """`other` where `where` holds, else `found`."""
    a, b, c, d, e = (
        np.where(where if x.ndim == 1 else where[:, None], y, x) for x, y in zip(found, other, strict=True)
    )
    return a, b, c, d, e


def _as_table(standing: Standing, items: Items, found: Found, stamped: bool) -> pl.DataFrame:
    decisions, mean, low, high, proba = found
    objective = standing.bench.evidence.ground.objective
    table = pl.DataFrame(
        {
            "item": items.id_values,
            "decision": np.array(objective.decisions)[decisions],
            "expected": mean,
            "low": low,
            "high": high,
            "provisional": np.full(len(items), stamped),
        }
    )
    return table.hstack(pl.DataFrame(proba, schema=objective.outcomes))
