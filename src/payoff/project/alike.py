"""Whether items to decide on are like those of the audit: what the policy goes by, there and here."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.decide import Floats, Ints
from payoff.items import Items, group_numbers, kind_of, text_of
from payoff.judge.moved import moved
from payoff.policies import Sight
from payoff.project.deciding import Decided
from payoff.project.ground import Ground
from payoff.project.standing import Standing
from payoff.words import share

MOST_ROWS = 10_000  # rows compared on either side: what shows only in more of them changes no promise
APART = 0.05  # difference in the share missing from which that is said rather than the medians

Columns = dict[str, NDArray[Any]]


def plain_sample(ground: Ground, items: Items, rows: Ints) -> Ints:
    """At most `MOST_ROWS` of the rows, one of each group, each as often as items like it come: a plain sample.

    Items of one group are alike, so that many from one group would look like a move; weighted items are thinned.
    """
    rng = np.random.default_rng(ground.settings.items.seed)
    rows = rng.permutation(rows)[: 4 * MOST_ROWS]
    weight = items.roles.weight
    if weight is not None and weight in items.table.columns and len(rows):
        weights = items.table[weight].cast(pl.Float64).fill_null(0.0).to_numpy()[rows]
        rows = rows[rng.random(len(rows)) * max(weights.max(), 1e-300) < weights]
    groups = (ground.groups if items is ground.items else group_numbers(items))[rows]
    first = np.unique(groups, return_index=True)[1]
    return np.sort(rows[np.sort(first)[:MOST_ROWS]])


def inputs_moved(standing: Standing, decided: Decided, here: Ints, there: Ints) -> tuple[tuple[str, ...], float | None]:
    """Inputs that moved, in words; and what the policy's probabilities foretell on the audit part, an item."""
    bench, ground = standing.bench_of(decided.rung), standing.bench.evidence.ground
    sight, place = bench.evidence.sealed_sight, np.searchsorted(ground.sealed, here)
    proba = bench.fitted(decided.rung).predict_proba(sight)
    decisions = standing.sealed(decided.rung)
    each = np.einsum(
        "nk,nk->n",
        np.broadcast_to(sight.payoffs, (len(proba), *sight.payoffs.shape[1:]))[np.arange(len(proba)), decisions],
        proba,
    )
    outcomes = ground.objective.outcomes
    before = _columns(ground, sight, proba, outcomes, place)
    now = _columns(ground, decided.sight, decided.table.select(outcomes).to_numpy(), outcomes, there)
    shared = {name: values for name, values in before.items() if name in now}
    found = moved(shared, {name: now[name] for name in shared})
    return tuple(in_words(shift.name, shared[shift.name], now[shift.name]) for shift in found), float(each.mean())


def _columns(ground: Ground, sight: Sight, proba: Floats, outcomes: list[str], rows: Ints) -> Columns:
    """What the policy goes by, as columns to compare: features, always-on votes, its own probabilities."""
    features = {f"'{name}'": _values(sight.columns[name], ground.items.table[name]) for name in sight.columns.columns}
    votes = {
        f"the votes of '{name}'": text_of(sight.votes[name]).fill_null("silent").to_numpy().astype(str)
        for name in sight.votes.columns
        if sight.votes[name].null_count() < len(sight)
    }
    own = {} if sight.proba is None else {"your own model's P": sight.proba[:, -1]}
    last = outcomes[1:] if len(outcomes) == 2 else outcomes
    shares = {f"P({ground.named(name)})": proba[:, outcomes.index(name)] for name in last}
    every = {**features, **votes, **own, **shares}
    return {name: values[rows] for name, values in every.items() if values is not None}


def _values(values: pl.Series, known: pl.Series) -> NDArray[Any] | None:
    """A feature as numbers or names: of texts their length, of times nothing, since later is never like before."""
    kind = kind_of(known)
    if kind == "time":
        return None
    if kind == "number":
        numbers = values.to_physical().cast(pl.Float64, strict=False)
        return numbers.fill_null(np.nan).to_numpy()
    if kind == "text":
        return text_of(values).str.len_chars().cast(pl.Float64).fill_null(np.nan).to_numpy()
    return text_of(values).fill_null("missing").to_numpy().astype(str)


def in_words(name: str, before: NDArray[Any], now: NDArray[Any], *, quoted: bool = True) -> str:
    """How a column moved: the name whose share changed most, the share missing, or the middle of its numbers.

    >>> in_words("'links'", np.array([0.0, 1.0, 2.0]), np.array([3.0, 4.0, 5.0]))
    "'links' median 1, now 4"
    """
    if before.dtype.kind != "f":
        most, shares = _most_changed(before, now)
        mark = "'" if quoted else ""
        return f"{name} {mark}{most}{mark}: {shares}"
    gone = [float((~np.isfinite(each)).mean()) for each in (before, now)]
    if abs(gone[0] - gone[1]) > APART:
        return f"{name} missing: {share(gone[0])}, now {share(gone[1])}"
    if name.startswith("P("):
        return f"{name} {share(float(before.mean()))}, now {share(float(now.mean()))}"
    middle = [f"{np.nanmedian(each):.3g}" for each in (before, now)]
    if middle[0] == middle[1]:
        return f"{name} mean {np.nanmean(before):.3g}, now {np.nanmean(now):.3g}"
    return f"{name} median {middle[0]}, now {middle[1]}"


def _most_changed(before: NDArray[Any], now: NDArray[Any]) -> tuple[str, str]:
    """The name whose share changed most, and its shares in words."""
    names = np.unique(np.concatenate([before, now]))
    shares = [(float((before == name).mean()), float((now == name).mean())) for name in names]
    most = int(np.argmax([abs(new - old) for old, new in shares]))
    return str(names[most]), f"{share(shares[most][0])}, now {share(shares[most][1])}"
