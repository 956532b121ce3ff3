"""Limits with confidence: the lowest bar that known outcomes of the learning part show to hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np

from payoff.decide import Bools, Floats, Ints, Limit
from payoff.errors import listed
from payoff.judge.bars import Tally, labels_needed, loosest_shown, starts, tally
from payoff.policies import OutOfFold, Sight
from payoff.project.evidence import Evidence
from payoff.project.limiting import UNSHOWN, Bar, Batch, Kind, batch_of
from payoff.words import count, share

STEPS = 40  # bars tried from strict to loose, each a look at the labels that the order of the tests pays for
STRICTEST = 1 / 32  # share of the items decided on average that the strictest bar on precision leaves
STRATA = 10  # kinds of items by their probability; labelled ones stand for all items of their kind
FEWEST = 10  # labelled items that stand for a kind


def bars_of(evidence: Evidence, sight: Sight, found: OutOfFold, *, fixed: str) -> tuple[Bar, ...]:
    """The lowest bars at which the limits with confidence are shown to hold, one for each limit and group.

    Learn then Test (Angelopoulos, Bates, Candes, Jordan & Lei 2021): bars are tried from strict to loose on labelled
    items, each met by a model that did not see it (`found`); with several groups each has its part of the level
    (Bonferroni), with several limits those before it keep their bars. Precision that no bar holds closes the decision,
    recall that none holds takes every item.
    """
    asked = with_confidence(evidence.ground.objective.limits)
    if not asked or fixed == "system" or not len(sight):
        return ()
    search = Search.over(evidence, sight, found.proba, fixed)
    bars: tuple[Bar, ...] = ()
    for limit, kind in asked:
        bars += search.raised(limit, kind, bars)
    return search.counted_again(bars)


def with_confidence(limits: Iterable[Limit]) -> list[tuple[Limit, Kind]]:
    """What is to hold with confidence: precision first, since recall is filled under it."""
    kinds: tuple[Kind, ...] = ("precision", "recall")
    held = [limit for limit in limits if limit.confidence is not None]
    return [(limit, kind) for kind in kinds for limit in held if getattr(limit, kind) is not None]


@dataclass(frozen=True)
class Search:
    """The learning part, decided on out of fold; `truth` (n, K) has a single 1 where the outcome is `known` (n,)."""

    batch: Batch
    truth: Floats
    known: Bools
    weights: Floats
    groups: Ints
    seen: dict[Limit, tuple[Bools, Floats, Floats]] = field(default_factory=dict)

    @classmethod
    def over(cls, evidence: Evidence, sight: Sight, proba: Floats, fixed: str) -> Search:
        """The search on the evidence: outcomes known or told by an undisputed expert count, those of crowds do not."""
        ground = evidence.ground
        rows = ground.learning
        known = ground.items.ids.gather(rows).is_in(evidence.gold["item"].implode()).to_numpy()
        batch = batch_of(ground, sight, ground.items.table[rows], proba, fixed=fixed)
        truth = evidence.posterior[rows] * known[:, None]
        return cls(batch, truth, known, ground.weights[rows], ground.groups[rows])

    def raised(self, limit: Limit, kind: Kind, before: tuple[Bar, ...]) -> tuple[Bar, ...]:
        """The lowest bar in each group of a limit at which it is shown to hold, those found before kept."""
        names, plain = self.batch.groups(limit), self.batch.decided(before)
        groups = sorted(set(names), key=lambda name: (name is None, name))
        code = np.array([groups.index(name) for name in names])
        ladders = np.stack([self._ladder(limit, kind, (code == spot), plain) for spot in range(len(groups))])
        found: list[list[Counted]] = [[] for _ in groups]
        for step in range(ladders.shape[1]):
            here = tuple(Bar(limit, kind, name, ladders[spot, step]) for spot, name in enumerate(groups))
            decisions = self.batch.decided(before + here)
            for spot, each in enumerate(found):
                each.append(self._counted(limit, kind, code == spot, decisions))
        level = level_of(limit, len(groups))
        return tuple(
            _lowest(Bar(limit, kind, name, UNSHOWN[kind]), ladders[spot], found[spot], level)
            for spot, name in enumerate(groups)
        )

    def counted_again(self, bars: tuple[Bar, ...]) -> tuple[Bar, ...]:
        """The bars with what labels say under all of them together.

        A later one may have moved what an earlier one is about: where that is not shown any more, nothing is.
        """
        decisions = self.batch.decided(bars)
        return tuple(self._again(bar, bars, decisions) if bar.shown else bar for bar in bars)

    def _again(self, bar: Bar, bars: Sequence[Bar], decisions: Ints) -> Bar:
        here = np.array([name == bar.group for name in self.batch.groups(bar.limit)])
        found = self._counted(bar.limit, bar.kind, here, decisions).tally
        groups = sum((other.limit, other.kind) == (bar.limit, bar.kind) for other in bars)
        if found.surprise(bar.share) <= level_of(bar.limit, groups):
            return replace(bar, tally=found)
        return replace(bar, tally=found, least=UNSHOWN[bar.kind], shown=False)

    def _ladder(self, limit: Limit, kind: Kind, here: Bools, plain: Ints) -> Floats:
        """Bars from strict to loose, (STEPS,): they leave ever more of what is decided on average, or add ever less.

        They are set by probabilities alone, no label is looked at; the loosest asks nothing beyond the average.
        """
        mine = plain == self.batch.objective.decisions.index(limit.decision)
        pool = -np.sort(-self.batch.chance(limit, self.batch.proba)[here & (mine == (kind == "precision"))])
        parts = np.geomspace(STRICTEST, 1.0, STEPS)
        if not len(pool):
            return np.full(STEPS, -UNSHOWN[kind])
        least = pool[np.ceil(parts * len(pool) - 1e-9).astype(np.int64) - 1]
        if kind == "recall":
            return np.concatenate([[-np.inf], least[-2:0:-1], [np.inf]])
        return np.concatenate([least[:-1], [-np.inf]])

    def _counted(self, limit: Limit, kind: Kind, here: Bools, decisions: Ints) -> Counted:
        """What known outcomes say of the share in a group under these decisions."""
        right, chance, weight = self._rightness(limit)
        mine = decisions == self.batch.objective.decisions.index(limit.decision)
        base, wanted = (mine, right) if kind == "precision" else (right, mine)
        rows = np.flatnonzero(here & self.known & base)
        expected = float(np.average(chance[rows], weights=weight[rows])) if weight[rows].sum() > 0 else 0.0
        return Counted(tally(wanted[rows], weight[rows], self.groups[rows]), expected)

    def _rightness(self, limit: Limit) -> tuple[Bools, Floats, Floats]:
        """Whether the limit's decision is right for each item, how likely it is out of fold, and what labels weigh."""
        if limit not in self.seen:
            chance = self.batch.chance(limit, self.batch.proba)
            right = self.batch.chance(limit, self.truth) > 0.5
            self.seen[limit] = right, chance, stands_for(chance, self.known, self.weights)
        return self.seen[limit]


class Counted(NamedTuple):
    """What labels say of a share, and what the probabilities of the items decided promise of precision."""

    tally: Tally
    expected: float


def stands_for(chance: Floats, known: Bools, weights: Floats) -> Floats:
    """Weight of each labelled item, (n,), 0 for others: labelled ones stand for all items of like `chance`.

    Where labels were bought to teach, they were bought where the model doubts; within one kind any item may have been.

    >>> stands_for(np.array([0.1, 0.1, 0.9]), np.array([True, False, True]), np.ones(3)).tolist()
    [1.5, 0.0, 1.5]
    """
    mass = np.where(known, weights, 0.0)
    labelled = int(known.sum())
    if not mass.sum() > 0:
        return mass
    kinds = max(1, min(STRATA, labelled // FEWEST))
    edges = np.unique(np.quantile(chance[known], np.arange(1, kinds) / kinds))
    kind = np.searchsorted(edges, chance, side="right")
    every, told = (np.bincount(kind, values, minlength=len(edges) + 1) for values in (weights, mass))
    return mass * np.divide(every, told, out=np.zeros(len(told)), where=told > 0)[kind]


def level_of(limit: Limit, groups: int) -> float:
    """The chance of being wrong that a limit leaves to each of its groups."""
    return (1.0 - float(limit.confidence or 0.0)) / max(groups, 1)


def _lowest(bar: Bar, ladder: Floats, counted: Sequence[Counted], level: float) -> Bar:
    tallies, expected = [each.tally for each in counted], [each.expected for each in counted]
    many = [each.many for each in tallies]
    begin = starts(many, expected, bar.share) if bar.kind == "precision" else np.eye(1, len(many))[0]
    found = loosest_shown([each.surprise(bar.share) for each in tallies], begin, level)
    bar = replace(bar, needed=labels_needed(bar.share, level))
    if found is None:
        # The tally that comes nearest: all that would be decided on average, or all that the capacities allow.
        return replace(bar, tally=tallies[-1 if bar.kind == "precision" else 0])
    return replace(bar, least=float(ladder[found]), tally=tallies[found], shown=True)


def not_shown(bars: Sequence[Bar]) -> list[str]:
    """A sentence for each limit with confidence that no bar is shown to hold, with what it would take."""
    failed = [bar for bar in bars if not bar.shown]
    return [_sentence(list(each)) for _, each in groupby(failed, key=lambda bar: (bar.limit, bar.kind))]


def _sentence(bars: Sequence[Bar]) -> str:
    bar = bars[0]
    limit, decision = bar.limit, bar.limit.decision
    where = "" if limit.by is None else f" where {limit.by} is {listed([each.group for each in bars], 3)}"
    what = f"{bar.kind} {share(bar.share)} of '{decision}'{where} is not shown to hold with confidence "
    there = "" if limit.by is None else " there"
    instead = f"not taken{there}" if bar.kind == "precision" else f"taken{there} wherever other limits allow"
    return f"{what}{share(limit.confidence)}: {_lack(bar)}; so '{decision}' is {instead}"


def _lack(bar: Bar) -> str:
    """What the labels of a bar lack to show it."""
    of = "so decided" if bar.kind == "precision" else "that should be so decided"
    if bar.needed is None:
        return f"no number of labels shows {share(bar.share)}"
    if bar.tally.many < bar.needed:
        return f"it takes {bar.needed:,} labelled items {of}, there are {bar.tally.many:,.0f}"
    right = "are right" if bar.kind == "precision" else "are"
    return f"of {count(bar.tally.many, 'labelled item')} {of} {share(bar.tally.share)} {right}"
