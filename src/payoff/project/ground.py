"""What stays the same while votes come in: the objective, the items and which of them are the sealed audit part."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from payoff.cells import costs_of
from payoff.decide import Bools, Floats, Ints
from payoff.errors import ItemsChanged, MissingColumn, UnknownOutcome
from payoff.items import Items, as_table, group_numbers, items_from, new_items, split
from payoff.names import codes_of, outcome_in_words
from payoff.objective import Objective
from payoff.project.create import check_limits_on, check_names, check_payoffs
from payoff.project.reserve import keep_aside
from payoff.project.settings import Settings
from payoff.store import Store, pack, unpack


@dataclass(frozen=True)
class Ground:
    """Objective, items and parts of one project.

    `audit` is (n,), True for items of the audit part, `aside` for those of them that are kept aside for models of
    one's own.
    """

    folder: Path
    settings: Settings
    objective: Objective
    items: Items
    future: Items | None
    audit: Bools
    aside: Bools

    @cached_property
    def learning(self) -> Ints:
        """Positions of the items of the learning part."""
        return np.flatnonzero(~self.audit)

    @cached_property
    def sealed(self) -> Ints:
        """Positions of the items of the audit part that judge in the open: every one but those kept aside."""
        return np.flatnonzero(self.audit & ~self.aside)

    @cached_property
    def reserve(self) -> Ints:
        """Positions of the items of the audit part whose outcomes are kept aside; none in a small census."""
        return np.flatnonzero(self.aside)

    @cached_property
    def audited(self) -> Ints:
        """Positions of the items of the whole audit part."""
        return np.flatnonzero(self.audit)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each item by its id."""
        return {item: position for position, item in enumerate(self.items.ids.to_list())}

    @cached_property
    def groups(self) -> Ints:
        """Group of each item, (n,): items of one group or near-duplicates share a number."""
        return group_numbers(self.items)

    @cached_property
    def learning_columns(self) -> pl.DataFrame:
        """Raw feature columns of the learning part: always the same object, so that views fitted on it are kept."""
        columns = self.columns_of(self.items)
        return columns[self.learning] if columns.width else columns

    @cached_property
    def census(self) -> Floats:
        """Known outcomes, (n, outcomes): a row with a single 1, or of noughts where the outcome is not known."""
        truth = np.zeros((len(self.items), len(self.objective.outcomes)))
        if self.items.outcomes is not None:
            there = np.flatnonzero(self.items.outcomes.is_not_null().to_numpy())
            truth[there, codes_of(self.items.outcomes.drop_nulls(), self.objective.outcomes, UnknownOutcome)] = 1.0
        return truth

    @property
    def proxy(self) -> str | None:
        """The column that stands for the outcome, and the source that votes with it; None where none does."""
        return self.settings.items.proxy

    def named(self, outcome: str) -> str:
        """An outcome as one reads it: 'churned=1' where it is called 1 in the column 'churned'."""
        return outcome_in_words(outcome, self.objective.outcomes, self.items.roles.outcome)

    @property
    def judged_by_census(self) -> bool:
        """Whether known outcomes may judge: all are known, or those that are were chosen at random."""
        return self.items.outcomes is not None and _may_judge(self.settings)

    @cached_property
    def weights(self) -> Floats:
        """Inverse sampling weight of each item, (n,), of mean 1."""
        if self.items.roles.weight is None:
            return np.ones(len(self.items))
        weights = self.items.table[self.items.roles.weight].cast(pl.Float64).fill_null(0.0).to_numpy()
        return np.asarray(weights / weights.mean())

    def id_values_of(self, names: pl.Series) -> pl.Series:
        """Ids as the table holds them, for names of items."""
        return self.items.id_values.gather([self.position[name] for name in names]).alias("item")

    def columns_of(self, items: Items) -> pl.DataFrame:
        """The raw feature columns of a table of items; one that is missing there is all null."""
        table = items.table
        missing = [pl.lit(None).alias(name) for name in self.items.features if name not in table.columns]
        return table.with_columns(missing).select(self.items.features)

    def read(self, table: object) -> Items:
        """A table to decide on: the same roles, without outcome and columns known only afterwards where they are
        missing.
        """
        rows = as_table(table, empty=True)
        if rows.is_empty():
            # A file without rows does not say what its columns hold.
            known = self.items.table.schema
            rows = rows.cast({name: known[name] for name in rows.columns if name in known})
        self._check_columns(rows)
        return new_items(rows, self.items)

    def _check_columns(self, rows: pl.DataFrame) -> None:
        """What the payoffs and limits read when deciding must be there: as a feature it could be missing, not here."""
        later = self.objective.cells_over(self.items.roles.known_after)
        self.objective.table(rows.head(0), given=dict.fromkeys(later, 0.0))
        costs_of(self.objective.limits, rows.head(0))
        for limit in self.objective.limits:
            if limit.by is not None and limit.by not in rows.columns:
                raise MissingColumn(limit.by, known=rows.columns, reader=f"the limit on {limit.decision!r}")


def lay(folder: Path, settings: Settings, store: Store) -> Ground:
    """The ground of a project: items read, split once, and the same split ever after.

    Raises `ItemsChanged` where the table is not the one the project began with. What cannot be used is refused before
    anything is recorded.
    """
    objective = settings.made_objective()
    roles = settings.items.roles(settings.source_columns)
    items = items_from(as_table(folder / settings.items.table), roles)
    check_payoffs(objective, items)
    check_names(objective, items)
    future = None
    if settings.items.future:
        future = new_items(as_table(folder / settings.items.future), items)
    known = store.last("parts")
    audit, aside = _new_parts(items, settings) if known is None else _parts(items, settings, known)
    check_limits_on(objective, items, audit)
    if known is None:
        parts = {"audit": pack(audit.astype(np.float64)), "aside": pack(aside.astype(np.float64))}
        store.add_record("parts", {"items": len(items), "mark": _mark(items), **parts})
    return Ground(folder, settings, objective, items, future, audit, aside)


def _may_judge(settings: Settings) -> bool:
    """Whether all outcomes are known, or those that are were chosen at random."""
    return settings.items.known != "selected"


def _new_parts(items: Items, settings: Settings) -> tuple[Bools, Bools]:
    """The audit part, and what of it is kept aside."""
    seed, aside = settings.items.seed, np.zeros(len(items), dtype=np.bool_)
    audit = split(items, audit=settings.items.audit, seed=seed)
    return audit, keep_aside(items, audit, seed=seed) if _may_judge(settings) else aside


def _parts(items: Items, settings: Settings, known: Mapping[str, Any]) -> tuple[Bools, Bools]:
    """The same as they were recorded; in projects made before anything was kept aside, nothing is."""
    if known["mark"] != _mark(items):
        raise ItemsChanged(settings.items.table, len(items), known["items"])
    audit = unpack(known["audit"]) > 0.5
    return audit, unpack(known["aside"]) > 0.5 if "aside" in known else np.zeros_like(audit)


def _mark(items: Items) -> str:
    """By which the same items are known again."""
    return hashlib.blake2b("\n".join(items.ids.to_list()).encode(), digest_size=16).hexdigest()
