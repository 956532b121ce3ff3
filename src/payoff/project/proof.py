"""What was proven: the fit that passed its trial, kept so that it can decide again, and how far its refits moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from payoff import judge
from payoff.decide import Ints
from payoff.project.audit import Court
from payoff.project.bench import Bench
from payoff.store import pack, unpack
from payoff.words import count, per_item, share

REVERT_FROM = 20  # audit votes on items decided differently, below which a refit is not called worse


@dataclass(frozen=True)
class Proof:
    """A rung as it was fitted when its trial adopted it.

    `decisions` (N,) are those of the fit that was proven, on the audit part; `labels` the items it was taught by;
    `made` fits it again on exactly the learning votes told by then, which the seed makes the same fit.
    """

    rung: str
    on: str
    labels: int
    decisions: Ints
    made: Callable[[], Bench]

    @cached_property
    def bench(self) -> Bench:
        """The bench of that moment, whose rungs decide as they did then."""
        return self.made()


@dataclass(frozen=True)
class Refit:
    """The present fit of a proven rung beside the fit that was proven: a free look, which can only revert.

    `moved` is the share of the audit part that the two decide differently, `comparison` what the refit earns over
    the proven fit.
    """

    moved: float
    comparison: judge.Comparison

    @property
    def worse(self) -> bool:
        """Whether the audit shows the refit to be worse, so that the proven fit decides."""
        return self.comparison.votes >= REVERT_FROM and self.comparison.estimate.high < 0

    def words(self, unit: str) -> str:
        """How far the refit moved and what it earns over the proven fit, in a sentence."""
        if not self.moved:
            return "the refit on all votes since decides every item of the audit part as the proven fit did"
        gain, votes = per_item(self.comparison.estimate, unit), count(self.comparison.votes, "audit vote")
        said = f"the refit on all votes since decides {share(self.moved)} of the audit part differently: {gain}"
        return f"{said} over the proven fit, by {votes} there" + (", so it is worse" if self.worse else "")


def refit_of(court: Court, proven: Ints, now: Ints, ledger: Any) -> Refit:
    """Decisions (N,) of the present fit beside those that were proven; no look is spent, and nothing is adopted."""
    comparison = court.compare(proven, now, ledger=ledger, name="refit", fresh=False)
    return Refit(float((proven != now).mean()), comparison)


def record_of_proof(rung: str, decisions: Ints, labels: int, told: Mapping[str, Any]) -> dict[str, Any]:
    """A proof as the store keeps it; `told` says which votes there were: the last one, the sources, their runs."""
    return {"rung": rung, "labels": labels, "decisions": pack(decisions.astype(np.float64)), **told}


def proof_of(record: Mapping[str, Any], made: Callable[[], Bench]) -> Proof:
    """A proof from its record."""
    decisions = unpack(record["decisions"]).astype(np.int64)
    return Proof(record["rung"], record["at"][:10], record["labels"], decisions, made)
