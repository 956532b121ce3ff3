"""The rungs on the bench: each fitted once on the evidence, with what it is expected to pay out of fold (no look)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from sklearn.decomposition import TruncatedSVD

from payoff.advise import LearningCurve, learning_curve
from payoff.decide import Floats, Ints, expected
from payoff.limits import first_best
from payoff.policies import Lesson, Policy, Rung, Sight, Views, ladder
from payoff.project.evidence import Evidence
from payoff.project.limiting import Bar, under_limits
from payoff.project.raising import bars_of

BASELINES = ("constant", "system", "base rate", "one rule")
PARTS = (4, 2)  # the learning curve is taught by a quarter and by half of the votes
REPEATS = 2
FEWEST = 12  # votes from which parts of them still teach something


@dataclass
class Bench:
    """Rungs fitted on one state of the evidence, each once."""

    evidence: Evidence
    views: Views
    seed: int = 0
    fits: dict[str, Policy] = field(default_factory=dict)
    losses: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    raised: dict[str, tuple[Bar, ...]] = field(default_factory=dict)

    @cached_property
    def sight(self) -> Sight:
        """The learning part as seen when deciding."""
        return self.evidence.learning_sight()

    @cached_property
    def lesson(self) -> Lesson:
        """What there is to learn from."""
        return self.evidence.lesson()

    @cached_property
    def rungs(self) -> list[Rung]:
        """The ladder that this project can climb, simplest first."""
        return ladder(self.sight)

    def fitted(self, rung: Rung) -> Policy:
        """The rung's policy, fitted on all learning votes told so far."""
        if rung.name not in self.fits:
            self.fits[rung.name] = rung.make(seed=self.seed, views=self.views).fit(self.sight, self.lesson)
        return self.fits[rung.name]

    @property
    def teachable(self) -> bool:
        """Whether there is enough to learn from for columns to say anything."""
        return self.lesson.size >= 8 and int(self.lesson.seen.sum()) > 1

    @cached_property
    def posterior(self) -> Floats:
        """P(outcome) of each learning item from votes and columns, (n, outcomes): votes where people gave any, else
        out of fold.
        """
        found = self.evidence.posterior[self.evidence.ground.learning].copy()
        silent = ~self.evidence.labelled[self.evidence.ground.learning]
        if silent.any():
            found[silent] = self._columns(self.sight, found)[silent]
        return found

    @cached_property
    def sealed_posterior(self) -> Floats:
        """P(outcome) of each item of the audit part, from always-on votes and columns, or a proxy."""
        if self.evidence.ground.proxy is not None:
            return self.evidence.posterior[self.evidence.ground.sealed]
        sight = self.evidence.sealed_sight
        return self._columns(sight, sight.voting)

    @cached_property
    def kept_posterior(self) -> Floats:
        """The same of the items whose outcomes are kept aside."""
        sight = self.evidence.kept_sight
        return self._columns(sight, sight.voting)

    def _columns(self, sight: Sight, otherwise: Floats) -> Floats:
        linear = next((rung for rung in self.rungs if rung.name == "linear"), None)
        return self.fitted(linear).predict_proba(sight) if linear and self.teachable else otherwise

    def decisions(self, rung: Rung, sight: Sight, table: pl.DataFrame) -> Ints:
        """What the rung decides on items, (n,), under the limits."""
        policy = self.fitted(rung)
        return self._limited(rung, sight, table, policy.predict_proba(sight), policy.decide(sight))

    def _limited(self, rung: Rung, sight: Sight, table: pl.DataFrame, proba: Floats, free: Ints) -> Ints:
        return under_limits(self.evidence.ground, sight, table, proba, free, fixed=rung.name, bars=self.bars(rung))

    def bars(self, rung: Rung) -> tuple[Bar, ...]:
        """What limits with confidence ask of the rung's decisions, from what it says out of fold."""
        if rung.name not in self.raised:
            found = self.fitted(rung).out_of_fold_  # type: ignore[attr-defined]
            self.raised[rung.name] = bars_of(self.evidence, self.sight, found, fixed=rung.name)
        return self.raised[rung.name]

    def out_of_fold(self, rung: Rung) -> Ints:
        """Decisions on the learning part in which no labelled item met a model that saw it, (n,)."""
        found = self.fitted(rung).out_of_fold_  # type: ignore[attr-defined]
        ground = self.evidence.ground
        return self._limited(rung, self.sight, ground.items.table[ground.learning], found.proba, found.decisions)

    def worth(self, rung: Rung) -> float:
        """Expected payoff of the rung per item of the learning part, out of fold: no look at the audit."""
        return self._mean(self._gains(self.out_of_fold(rung)))

    def perfect(self) -> float:
        """What knowing every outcome would earn per item of the learning part, under the posterior."""
        best = np.broadcast_to(self.sight.payoffs.max(axis=1), self.posterior.shape)
        return self._mean((self.posterior * best).sum(axis=1))

    def gain(self, candidate: Rung, incumbent: Rung) -> tuple[float, float]:
        """Expected gain of one rung over another per item and its standard error, out of fold."""
        difference = self._gains(self.out_of_fold(candidate)) - self._gains(self.out_of_fold(incumbent))
        judged = difference[self.lesson.rows] if len(self.lesson.rows) > 1 else difference
        error = float(judged.std(ddof=1) / len(judged) ** 0.5) if len(judged) > 1 else float("inf")
        return self._mean(difference), error

    def best(self, rungs: Sequence[Rung]) -> Rung:
        """The rung of highest expected payoff, out of fold; ties go to the simpler, which stands first."""
        able = [rung for rung in rungs if self.teachable or rung.name not in ("one rule", "linear", "trees")]
        return able[int(first_best(np.array([[self.worth(rung) for rung in able]]))[0])]

    @cached_property
    def places(self) -> Floats:
        """Numbers in which alike items of the learning part are near, (n, dims)."""
        if not self.sight.columns.width:
            return np.zeros((len(self.sight), 0))
        view = self.views.of(self.sight.columns)
        return few_dimensions(self.views.matrix(view, self.sight.columns), seed=self.seed)

    def _gains(self, decisions: Ints) -> Floats:
        each = expected(self.sight.payoffs, self.posterior)
        return np.asarray(each[np.arange(len(decisions)), decisions])

    def _mean(self, values: Floats) -> float:
        weights = self.evidence.ground.weights[self.evidence.ground.learning]
        return float(values @ weights / weights.sum())

    @property
    def labels(self) -> int:
        """Items of the learning part that a person voted on or whose outcome is known; what rules say is no label."""
        return int(self.evidence.labelled.sum())

    def curve(self, rung: Rung, *, left: float) -> LearningCurve:
        """What more learning votes would bring the rung, seen from what random parts of the votes teach it."""
        if rung.name not in self.losses:
            rows = self.labels
            draws = [(rows // part, draw) for part in PARTS for draw in range(REPEATS)] if rows >= FEWEST else []
            self.losses[rung.name] = [self._loss(rung, *draw) for draw in draws]
        return learning_curve(self.losses[rung.name], self.labels, left=left)

    def _loss(self, rung: Rung, size: int, draw: int) -> tuple[int, float]:
        """Money an item lost by a policy taught by `size` random votes, against the one taught by all."""
        rows = self.lesson.rows
        out = np.random.default_rng([self.seed, size, draw]).permutation(rows)[size:]
        policy: Any = rung.make(seed=self.seed, views=self.views, folds=2)
        taught = policy.fit(self.sight, self.lesson.without(out))
        whole = self.fitted(rung)
        reference = self.posterior.copy()
        kept = np.setdiff1d(rows, out)
        reference[kept] = whole.predict_proba(self.sight)[kept]
        each = expected(self.sight.payoffs, reference)
        positions = np.arange(len(each))
        return size, self._mean(each[positions, whole.decide(self.sight)] - each[positions, taught.decide(self.sight)])


def few_dimensions(matrix: Any, *, seed: int, most: int = 30) -> Floats:
    """Rows of a wide or sparse matrix as numbers in at most `most` dimensions that keep near rows near, (n, dims)."""
    if matrix.shape[1] <= most:
        return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix)
    kept = min(most, matrix.shape[0] - 1, matrix.shape[1] - 1)
    return np.asarray(TruncatedSVD(kept, n_iter=3, random_state=seed).fit_transform(matrix))
