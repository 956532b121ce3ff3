"""The audit of a project: rounds drawn with recorded probability, votes that judge, and comparisons that rest on
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from payoff import judge
from payoff.ask import LEVEL_SHARE
from payoff.decide import Bools, Floats, Ints
from payoff.errors import UnknownOutcome
from payoff.names import codes_of
from payoff.project.bench import Bench
from payoff.project.ground import Ground
from payoff.store import pack, unpack
from payoff.votes import in_force


@dataclass(frozen=True)
class Round:
    """One draw of audit items: positions drawn in the audit part and the probability each item of it had."""

    probability: Floats
    drawn: Ints


@dataclass(frozen=True)
class Audit:
    """What has been drawn and answered: `truth` (N, outcomes) over the N items of the audit part has a single 1 in
    answered rows.
    """

    ground: Ground
    rounds: Sequence[Round]
    truth: Floats

    @property
    def answered(self) -> Bools:
        """Items of the audit part with an answer that counts, (N,)."""
        if self.ground.judged_by_census:
            return np.asarray(self.truth.any(axis=1))
        return np.asarray(self.truth.any(axis=1) & self.drawn_in(self.closed))

    @property
    def open(self) -> Ints:
        """Positions drawn and not answered yet: no look is made over a round with open items."""
        every = [row for each in self.rounds for row in each.drawn.tolist() if not self.truth[row].any()]
        return np.array(every, dtype=np.int64)

    @property
    def closed(self) -> Sequence[Round]:
        """The rounds up to the first that still has open items."""
        done = [bool(self.truth[each.drawn].any(axis=1).all()) for each in self.rounds]
        return self.rounds[: done.index(False) if False in done else len(done)]

    @property
    def drawn(self) -> Floats:
        """Probability that each item is in the audit by now, over all closed rounds, (N,)."""
        if self.ground.judged_by_census:
            return np.asarray(self.truth.any(axis=1), dtype=np.float64)
        return self.drawn_by(self.closed)

    def drawn_by(self, rounds: Sequence[Round]) -> Floats:
        """Probability of being in the audit after these rounds, (N,)."""
        kept: Floats = np.ones(len(self.truth))
        for each in rounds:
            kept *= 1.0 - each.probability
        return np.asarray(1.0 - kept)

    def drawn_in(self, rounds: Sequence[Round]) -> Bools:
        """Items that one of these rounds drew, (N,)."""
        marked = np.zeros(len(self.truth), dtype=bool)
        for each in rounds:
            marked[each.drawn] = True
        return marked

    @property
    def votes(self) -> int:
        """How many answers judge."""
        return int(self.answered.sum())


def audit_of(ground: Ground, records: Sequence[Mapping[str, Any]], votes: pl.DataFrame) -> Audit:
    """The audit from the store: `records` of kind draw, `votes` all votes told. A census is the case of probability
    1.
    """
    rounds = [Round(unpack(each["probability"]), np.array(each["drawn"], dtype=np.int64)) for each in records]
    truth = np.zeros((len(ground.sealed), len(ground.objective.outcomes)))
    if ground.judged_by_census:
        return Audit(ground, (), ground.census[ground.sealed])
    place = {ground.items.ids[int(row)]: spot for spot, row in enumerate(ground.sealed)}
    answers = in_force(votes.filter(pl.col("purpose") == "audit")).filter(pl.col("item").is_in(list(place)))
    if len(answers):
        spots = np.array([place[item] for item in answers["item"]], dtype=np.int64)
        # Experts are taken as right here: where two disagree, the last word stands.
        codes = codes_of(answers["label"], ground.objective.outcomes, UnknownOutcome)
        last = dict(zip(spots.tolist(), codes.tolist(), strict=True))
        truth[list(last), list(last.values())] = 1.0
    return Audit(ground, rounds, truth)


@dataclass(frozen=True)
class Court:
    """Judges decisions on the audit part: payoffs of its items, the posterior without audit votes, the answers."""

    audit: Audit
    bench: Bench

    @property
    def _rows(self) -> Ints:
        return self.audit.ground.sealed

    def _tables(self) -> tuple[Floats, Floats]:
        """Payoffs of the N items as known when deciding, and as observed, (N, decisions, outcomes), times the
        items' weights.
        """
        ground, evidence = self.audit.ground, self.bench.evidence
        table = ground.items.table[self._rows]
        weights = ground.weights[self._rows]
        scale = (weights / weights.mean())[:, None, None]
        shape = (len(self._rows), len(ground.objective.decisions), len(ground.objective.outcomes))
        known = np.broadcast_to(ground.objective.table(table, given=evidence.given), shape)
        seen = known
        if evidence.given:
            raw = np.broadcast_to(ground.objective.table(table, missing="nan"), shape)
            seen = np.where(np.isfinite(raw), raw, known)
        return known * scale, seen * scale

    def compare(
        self,
        incumbent: Ints | None,
        candidate: Ints,
        *,
        ledger: Any,
        name: str,
        after: int | None = None,
        fresh: bool = True,
    ) -> judge.Comparison:
        """Candidate against incumbent decisions (N,) on the audit; `incumbent` None stands for payoff 0, the level.

        Votes of later rounds than the first `after` are fresh for the candidate (None: all are); `fresh=False`: shown
        only.
        """
        known, seen = self._tables()
        rows = np.arange(len(known))
        spots = np.flatnonzero(self.audit.answered)
        truth = self.audit.truth[spots].argmax(axis=1)
        ours = known[rows, candidate]
        base = np.zeros_like(ours) if incumbent is None else known[rows, incumbent]
        observed = {
            "item": spots,
            "incumbent": np.zeros(len(spots)) if incumbent is None else seen[spots, incumbent[spots], truth],
            "candidate": seen[spots, candidate[spots], truth],
            "fresh": self._fresh(spots, after) & fresh,
        }
        before = None if after is None else self.audit.drawn_by(self.audit.closed[:after])
        if not fresh:
            before = self.audit.drawn
        groups = self.audit.ground.groups[self._rows]
        return judge.compare(
            base,
            ours,
            self.bench.sealed_posterior,
            observed,
            drawn=self.audit.drawn,
            before=before,
            ledger=ledger,
            name=name,
            groups=groups if len(np.unique(groups)) < len(groups) else None,
        )

    def _fresh(self, spots: Ints, after: int | None) -> Bools:
        if after is None:
            return np.ones(len(spots), dtype=bool)
        return ~self.audit.drawn_in(self.audit.closed[:after])[spots]

    def level(self, decisions: Ints) -> judge.Comparison:
        """What decisions (N,) earn per item to come: their comparison with payoff 0; no look."""
        return self.compare(None, decisions, ledger=None, name="level")

    def draw(self, incumbent: Ints, candidate: Ints, votes: int, *, seed: int) -> tuple[Floats, Ints]:
        """A new round of about `votes` items: their probabilities (N,) and the positions drawn.

        A fifth is for the level of the incumbent, the rest where the two decide differently.
        """
        known, _ = self._tables()
        rows = np.arange(len(known))
        here, there = known[rows, incumbent], known[rows, candidate]
        drawn = self.audit.drawn_by(self.audit.rounds)
        audited = np.flatnonzero(self.audit.truth.any(axis=1) | np.isin(rows, self.audit.open))
        differ = bool((incumbent != candidate).any())
        level = votes * (LEVEL_SHARE if differ else 1.0)
        chance = judge.draw(np.zeros_like(here), here, self.bench.sealed_posterior, level, drawn=drawn, audited=audited)
        if differ:
            apart = judge.draw(here, there, self.bench.sealed_posterior, votes - level, drawn=drawn, audited=audited)
            chance = 1.0 - (1.0 - chance) * (1.0 - apart)
        luck = np.random.default_rng([seed, len(self.audit.rounds)]).random(len(known))
        return chance, np.flatnonzero(luck < chance)


def record_of(probability: Floats, drawn: Ints) -> dict[str, Any]:
    """A draw as the store keeps it."""
    return {"probability": pack(probability), "drawn": drawn.tolist()}
