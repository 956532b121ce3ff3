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

REFIT_SHARE = 0.25  # of the draw on differences that goes to a refit of what is proven, where a candidate differs too
NEVER_CERTAIN = 1e-9  # least chance of having been missed so far: with 1 an item would be taken for one of a census


@dataclass(frozen=True)
class Round:
    """One draw of audit items: positions drawn in the audit part and the probability each item of it had."""

    probability: Floats
    drawn: Ints


@dataclass(frozen=True)
class Audit:
    """What has been drawn and answered: `truth` (N, outcomes) over the N items of the audit part has a single 1 in
    answered rows. `kept` is that of the known outcomes kept aside.
    """

    ground: Ground
    rounds: Sequence[Round]
    truth: Floats
    kept: bool = False

    @property
    def rows(self) -> Ints:
        """Positions of the N items, (N,)."""
        return self.ground.reserve if self.kept else self.ground.sealed

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
        return np.asarray(1.0 - np.maximum(kept, NEVER_CERTAIN))

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
    answers = in_force(votes.filter(_judging(ground, records))).filter(pl.col("item").is_in(list(place)))
    if len(answers):
        spots = np.array([place[item] for item in answers["item"]], dtype=np.int64)
        # Experts are taken as right here: where two disagree, the last word stands.
        codes = codes_of(answers["label"], ground.objective.outcomes, UnknownOutcome)
        last = dict(zip(spots.tolist(), codes.tolist(), strict=True))
        truth[list(last), list(last.values())] = 1.0
    return Audit(ground, rounds, truth)


def _judging(ground: Ground, records: Sequence[Mapping[str, Any]]) -> pl.Expr:
    """Which votes judge: those of the audit, and outcomes that decisions revealed with recorded chance."""
    ids = ground.items.ids.gather(ground.sealed)
    judging = pl.col("purpose") == "audit"
    for each in records:
        if each.get("revealed"):
            seen = pl.col("item").is_in(ids.gather(each["drawn"]).implode()) & pl.col("source").is_in(each["by"])
            judging |= (pl.col("purpose") == "decided") & seen
    return judging


def kept_aside(ground: Ground) -> Audit:
    """The audit of the known outcomes kept aside for models of one's own."""
    return Audit(ground, (), ground.census[ground.reserve], kept=True)


@dataclass(frozen=True)
class Court:
    """Judges decisions on the audit part: payoffs of its items, the posterior without audit votes, the answers."""

    audit: Audit
    bench: Bench

    @property
    def _rows(self) -> Ints:
        return self.audit.rows

    @property
    def _posterior(self) -> Floats:
        return self.bench.kept_posterior if self.audit.kept else self.bench.sealed_posterior

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
        incumbent: Ints,
        candidate: Ints,
        *,
        ledger: Any,
        name: str,
        after: int | None = None,
        fresh: bool = True,
        told: float = 0.0,
    ) -> judge.Comparison:
        """Candidate against incumbent decisions (N,) on the audit.

        Votes of later rounds than the first `after` are fresh for the candidate (None: all are); `fresh=False`: shown
        only. `told`: bits the votes had told before.
        """
        known, seen = self._tables()
        rows = np.arange(len(known))
        spots = np.flatnonzero(self.audit.answered)
        truth = self.audit.truth[spots].argmax(axis=1)
        ours = known[rows, candidate]
        base = known[rows, incumbent]
        observed = {
            "item": spots,
            "incumbent": seen[spots, incumbent[spots], truth],
            "candidate": seen[spots, candidate[spots], truth],
            "fresh": self._fresh(spots, after) & fresh,
        }
        before = None if after is None else self.audit.drawn_by(self.audit.closed[:after])
        if not fresh:
            before = self.audit.drawn
        return judge.compare(
            base,
            ours,
            self._posterior,
            observed,
            drawn=self.audit.drawn,
            before=before,
            ledger=ledger,
            name=name,
            groups=self._groups,
            told=told,
        )

    def _fresh(self, spots: Ints, after: int | None) -> Bools:
        if after is None:
            return np.ones(len(spots), dtype=bool)
        return ~self.audit.drawn_in(self.audit.closed[:after])[spots]

    def level(self, decisions: Ints) -> judge.Judged:
        """What decisions (N,) earn per item to come; no look."""
        known, seen = self._tables()
        spots = np.flatnonzero(self.audit.answered)
        truth = self.audit.truth[spots].argmax(axis=1)
        return self._level(known[np.arange(len(known)), decisions], spots, seen[spots, decisions[spots], truth])

    def perfect(self, less: Ints | None = None) -> judge.Judged:
        """What the decision worth most under each item's outcome would earn per item to come, limits aside; over the
        decisions `less` (N,), item by item, where given. No look.
        """
        known, seen = self._tables()
        spots = np.flatnonzero(self.audit.answered)
        truth = self.audit.truth[spots].argmax(axis=1)
        payoffs, came = known.max(axis=1), seen[spots, known.argmax(axis=1)[spots, truth], truth]
        if less is not None:
            payoffs = payoffs - known[np.arange(len(known)), less]
            came = came - seen[spots, less[spots], truth]
        return self._level(payoffs, spots, came)

    def _level(self, payoffs: Floats, spots: Ints, came: Floats) -> judge.Judged:
        """The level of payoffs (N, K), of which `came` was seen at the `spots`."""
        votes = {"item": spots, "payoff": came}
        return judge.level(payoffs, self._posterior, votes, drawn=self.audit.drawn, groups=self._groups)

    @property
    def _groups(self) -> Ints | None:
        """The group of each item, (N,); None where every item stands alone."""
        groups = self.audit.ground.groups[self._rows]
        return groups if len(np.unique(groups)) < len(groups) else None

    def draw(
        self, incumbent: Ints, candidate: Ints, votes: int, *, seed: int, refit: tuple[Ints, Ints] | None = None
    ) -> tuple[Floats, Ints]:
        """A new round of about `votes` items: the probability (N,) of each if it was not drawn before, to be recorded,
        and the positions drawn.

        A part is for the level of the incumbent, the rest where the two decide differently. Where they do not, that
        rest is drawn where a proven fit and its `refit` do, else a quarter of it: a bad refit must meet votes.
        """
        known, _ = self._tables()
        rows = np.arange(len(known))
        here = known[rows, incumbent]
        before = self.audit.drawn_in(self.audit.rounds) | self.audit.truth.any(axis=1)
        drawn = {"drawn": self.audit.drawn_by(self.audit.rounds), "audited": np.flatnonzero(before)}
        pairs = _pairs(incumbent, candidate, refit)
        level = votes * (LEVEL_SHARE if pairs else 1.0)
        chance = judge.chances(np.zeros_like(here), here, self._posterior, level, **drawn)
        for one, other, share in pairs:
            apart = (votes - level) * share
            differ = judge.chances(known[rows, one], known[rows, other], self._posterior, apart, **drawn)
            chance = 1.0 - (1.0 - chance) * (1.0 - differ)
        luck = np.random.default_rng([seed, len(self.audit.rounds)]).random(len(known))
        return chance, np.flatnonzero((luck < chance) & ~before)


def _pairs(incumbent: Ints, candidate: Ints, refit: tuple[Ints, Ints] | None) -> list[tuple[Ints, Ints, float]]:
    """Decisions to be told apart, (N,) twice, and the share of the draw that each pair gets; none where none differ."""
    proven, now = refit or (incumbent, incumbent)
    both = bool((incumbent != candidate).any() and (proven != now).any())
    shares = [(incumbent, candidate, 1 - REFIT_SHARE if both else 1.0), (proven, now, REFIT_SHARE if both else 1.0)]
    return [each for each in shares if (each[0] != each[1]).any()]


def record_of(probability: Floats, drawn: Ints) -> dict[str, Any]:
    """A draw as the store keeps it."""
    return {"probability": pack(probability), "drawn": drawn.tolist()}
