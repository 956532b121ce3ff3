"""How far the label model may be trusted: checked against majority on known outcomes, or what it relies on said."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import t as student

from payoff.aggregate import LabelModel
from payoff.decide import Floats, Ints, best
from payoff.judge import Estimate
from payoff.words import count, per_item

FOLDS = 5
FEWEST = 20  # known outcomes from which a comparison says anything
LEVEL = 0.95
FLOOR = 1e-6  # no outcome is held for less likely when a loss is counted

Learner = Callable[[pl.DataFrame, pl.DataFrame], LabelModel]
"""Votes (item, source, voter, label) and gold (item, label) to a model of them."""

RELIES = {
    "rule": "rules to be usually right",
    "system": "what is in use to be usually right",
    "proxy": "proxies to be usually right",
    "model": "models to be usually right",
    "crowd": "people to be usually right and to err in part each on their own",
    "expert": "experts to be nearly always right",
}


@dataclass(frozen=True)
class Check:
    """What one posterior is better by than another on the same known outcomes, per item, with 95% intervals.

    `saved` is log-loss (natural logarithm) saved, `earned` what its decisions earn more, in the objective's unit.

    >>> some = Estimate(0.2, 0.1, 0.3), Estimate(0.0, -0.1, 0.1, "EUR")
    >>> Check(30, *some).better, Check(30, *some).worse
    (True, False)
    """

    items: int
    saved: Estimate
    earned: Estimate

    @property
    def better(self) -> bool:
        """Whether it is shown to be likelier, and its decisions are not seen to earn less."""
        return self.saved.low > 0 and self.earned.mean >= 0

    @property
    def worse(self) -> bool:
        """Whether the other is shown to be likelier, and to earn no less."""
        return self.saved.high < 0 and self.earned.mean <= 0


@dataclass(frozen=True)
class Trust:
    """Whether the label model speaks or `majority` does, the check behind it if there was one, and `words` on it."""

    majority: bool
    check: Check | None
    words: str


@dataclass(frozen=True)
class Exam:
    """Items of the learning part with a known outcome and votes of others than who told it.

    `rows` (m,) are their positions in the table of items, `items` their names, `truth` (m,) numbers of outcomes,
    `fold` (m,) numbers of folds that keep groups together, `payoffs` (m or 1, D, K), `weights` and `groups` (m,).
    """

    rows: Ints
    items: pl.Series
    truth: Ints
    fold: Ints
    payoffs: Floats
    weights: Floats
    groups: Ints
    outcomes: list[str]
    unit: str

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def enough(self) -> bool:
        """Whether there are known outcomes enough, of two outcomes or more and in two folds or more."""
        return len(self) >= FEWEST and len(np.unique(self.truth)) > 1 and len(np.unique(self.fold)) > 1

    def answers(self, learn: Learner, votes: pl.DataFrame, gold: pl.DataFrame) -> Floats:
        """P(outcome) of each item, (m, K), by a model that was not told the outcomes of its fold."""
        proba = np.empty((len(self), len(self.outcomes)))
        for fold in np.unique(self.fold):
            part = np.flatnonzero(self.fold == fold)
            hidden = pl.col("item").is_in(self.items.gather(part).implode())
            model = learn(votes, gold.filter(~hidden))
            proba[part] = model.proba_of(self.items.gather(part))
        return proba

    def compare(self, new: Floats, old: Floats) -> Check:
        """What the posterior `new` is better by than `old`, both (m, K)."""
        each = np.arange(len(self))
        lost = [-np.log(np.maximum(proba[each, self.truth], FLOOR)) for proba in (old, new)]
        payoffs = np.broadcast_to(self.payoffs, (len(self), *self.payoffs.shape[1:]))
        won = [payoffs[each, best(payoffs, proba), self.truth] for proba in (old, new)]
        saved = paired(lost[0] - lost[1], self.weights, self.groups)
        earned = paired(won[1] - won[0], self.weights, self.groups, unit=self.unit)
        return Check(len(self), saved, earned)


def paired(difference: Floats, weights: Floats, groups: Ints, *, unit: str = "") -> Estimate:
    """The weighted mean of differences (n,) with its 95% interval, items of one group counting as one draw.

    The error is that of a ratio by linearisation, t with one degree of freedom less than groups (Cochran 1977, ch. 6).

    >>> found = paired(np.array([1.0, 1.0, 3.0, 3.0]), np.ones(4), np.array([0, 0, 1, 1]))
    >>> found.mean, round(float((found.high - found.mean) / student.ppf(0.975, 1)), 9)  # two draws, 1 and 3
    (2.0, 1.0)
    """
    total = float(weights.sum())
    mean = float(weights @ difference / total)
    _, group = np.unique(groups, return_inverse=True)
    error = np.bincount(group, weights * (difference - mean) / total)
    many = len(error)
    if many < 2:
        return Estimate(mean, -np.inf, np.inf, unit)
    half = float(np.sqrt(many / (many - 1) * (error**2).sum()) * student.ppf((1 + LEVEL) / 2, many - 1))
    return Estimate(mean, mean - half, mean + half, unit)


def folds_of_groups(groups: Ints, *, seed: int, folds: int = FOLDS) -> Ints:
    """Number of the fold of each item, (n,): by chance, items of one group (n,) together.

    >>> fold = folds_of_groups(np.array([3, 3, 5, 9, 9]), seed=0)
    >>> bool(fold[0] == fold[1] and fold[3] == fold[4]), sorted(set(fold.tolist()))
    (True, [0, 1, 2])
    """
    _, group = np.unique(groups, return_inverse=True)
    place = np.random.default_rng(seed).permutation(group.max(initial=-1) + 1)
    return np.asarray(place[group] % folds, dtype=np.int64)


def trust_of(exam: Exam, model: Floats, majority: Floats, kinds: Collection[str]) -> Trust:
    """Whether the label model's answers or those of majority are to be trusted, both (m, K), and why."""
    check = exam.compare(model, majority)
    known, earned = f"on {count(check.items, 'known outcome')} hidden from it", per_item(check.earned, exam.unit)
    if check.worse:
        words = f"majority vote speaks: {known} the label model has a log-loss {higher(check.saved)}, {earned}"
    elif check.better:
        words = f"the label model beats majority {known}: log-loss {lower(check.saved)}, {earned}"
    else:
        unsure = f"log-loss {lower(check.saved)}, {earned}; {relies_on(kinds)}"
        words = f"the label model is not shown to differ from majority {known}: {unsure}"
    return Trust(check.worse, check, words)


def lower(saved: Estimate) -> str:
    """By how much a log-loss is lower, with its 95% interval.

    >>> lower(Estimate(0.1, 0.05, 0.15)), higher(Estimate(-0.1, -0.15, -0.05))
    ('lower by 0.10 (0.05 to 0.15)', 'higher by 0.10 (0.05 to 0.15)')
    """
    return f"lower by {saved.figures()}"


def higher(saved: Estimate) -> str:
    """By how much a log-loss is higher, where so much is saved."""
    return f"higher by {Estimate(-saved.mean, -saved.high, -saved.low).figures()}"


def unchecked(known: int, kinds: Collection[str]) -> Trust:
    """What the label model relies on where too few outcomes are known to check it.

    >>> unchecked(0, ["rule"]).words
    'the label model is not checked (no known outcomes with votes, 20 are needed): it takes rules to be usually right'
    """
    some = f"{known or 'no'} known outcome{'' if known == 1 else 's'} with votes, {FEWEST} are needed"
    return Trust(False, None, f"the label model is not checked ({some}): {relies_on(kinds)}")


def relies_on(kinds: Collection[str]) -> str:
    """What a label model of sources of these kinds takes for granted.

    >>> relies_on(["expert", "rule"])
    'it takes rules to be usually right, experts to be nearly always right'
    """
    return f"it takes {', '.join(words for kind, words in RELIES.items() if kind in kinds)}"
