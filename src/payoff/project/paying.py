"""Functions whose answers cost money: each item is asked about once, and every answer is kept once it is paid."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from payoff.errors import SourceError
from payoff.items import Items
from payoff.project.ground import Ground
from payoff.project.memory import Memory
from payoff.project.voices import shown_to_rules
from payoff.sources import Source
from payoff.sources.rules import Hearing
from payoff.words import count, money

KEPT_EVERY = 1.0  # seconds: at most so much of what was paid is lost with the machine; so often progress is shown
PROBE = 10  # failures on the first items, all in a row, after which nobody goes on paying
SILENCE = "silence"  # record of the store: items a priced function was asked about and had nothing to say on
FAILURES = dict.fromkeys(("voter", "item", "message"), pl.String)

Say = Callable[[str], object]


@dataclass(frozen=True)
class Purchase:
    """A priced function and the memory that keeps its answers; `say` shows progress where it takes over a second."""

    ground: Ground
    memory: Memory
    source: Source
    say: Say = sys.stderr.write

    def missing(self, items: Items) -> list[int]:
        """Positions of the items that it was never asked about, or failed on."""
        told = self.memory.votes.filter(pl.col("source") == self.source.name)["item"].to_list()
        records = [record for record in self.memory.store.records(SILENCE) if record["source"] == self.source.name]
        asked = {*told, *(item for record in records for item in record["items"])}
        return [place for place, item in enumerate(items.ids.to_list()) if item not in asked]

    def cost(self, many: int) -> str:
        """What asking about so many items costs, in words; its silence costs nothing."""
        price = money(many * self.source.price, self.ground.objective.unit)
        return f"'{self.source.name}' is asked about {count(many, 'item')}: {price} at most"

    def buy(self, items: Items) -> pl.DataFrame:
        """Ask about the items it was never asked about; return its failures (voter, item, message).

        What was answered is kept whatever happens, Ctrl-C included. A failure is silence on that item, costs nothing
        and is asked about again next time. Raises `SourceError` where it fails on each of the first ten items.
        """
        assert self.source.function is not None
        shown, outcomes = shown_to_rules(self.ground, items), self.ground.objective.outcomes
        hearing = Hearing(self.source.name, self.source.function, outcomes, shown)
        left = self.missing(items)
        tab = _Tab(self, hearing, len(left))
        rows = items.table[left].select(shown).iter_rows(named=True) if shown else ({} for _ in left)
        try:
            for item, row in zip(items.ids.gather(left).to_list(), rows, strict=True):
                hearing.ask([item], [MappingProxyType(row)])
                tab.count(item)
        finally:
            tab.keep()
        return pl.DataFrame([(self.source.name, *each) for each in hearing.failures], schema=FAILURES, orient="row")


class _Tab:
    """What a function answered so far and what of it is written down."""

    def __init__(self, purchase: Purchase, hearing: Hearing, most: int) -> None:
        self.purchase, self.hearing, self.most = purchase, hearing, most
        self.asked: list[str] = []
        self.kept, self.paid, self.failed = 0, 0, 0
        self.written = time.monotonic()

    def count(self, item: str) -> None:
        """One more item was asked about."""
        self.asked.append(item)
        if len(self.asked) == len(self.hearing.failures) == min(PROBE, self.most):
            raise _fails(self.purchase.source, self.hearing)
        if time.monotonic() - self.written >= KEPT_EVERY:
            self.keep()
            price = money(self.paid * self.purchase.source.price, self.purchase.ground.objective.unit)
            done = f"{len(self.asked):,} of {count(self.most, 'item')} asked about, {price}"
            self.purchase.say(f"'{self.purchase.source.name}': {done}\n")

    def keep(self) -> None:
        """Write down the answers since the last time: votes as votes, silence as silence, failures not at all."""
        said, failed = self.hearing.votes[self.paid :], self.hearing.failures[self.failed :]
        told = {item for item, _ in [*said, *failed]}
        silent = [item for item in self.asked[self.kept :] if item not in told]
        votes = pl.DataFrame(said, schema={"item": pl.String, "label": pl.String}, orient="row")
        name, store = self.purchase.source.name, self.purchase.memory.store
        with store.transaction():
            store.add_votes(votes.with_columns(source=pl.lit(name), voter=pl.lit(name), purpose=pl.lit("learn")))
            if silent:
                store.add_record(SILENCE, {"source": name, "items": silent})
        self.kept, self.paid, self.failed = len(self.asked), len(self.hearing.votes), len(self.hearing.failures)
        self.written = time.monotonic()


def _fails(source: Source, hearing: Hearing) -> SourceError:
    item, message = hearing.failures[0]
    return SourceError(
        f"the function of the source {source.name!r} failed on each of the first {count(len(hearing.failures), 'item')}"
        f", on item {item!r} with {message}",
        "a function that takes an item, a mapping of columns, and returns an outcome, or None to say nothing",
        "Mend it and add the source again: items it failed on were not counted as paid, and are asked about again.",
    )
