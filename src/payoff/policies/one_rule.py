"""The rung of one line: the one column with one cut, or one value, that earns most when decided by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.decide import Floats, Ints
from payoff.items import text_of
from payoff.policies.cross_fit import Fitted, FoldedPolicy
from payoff.policies.sight import Lesson, Sight, base_rates, floored

# A column of more values than this is no category but a text or a name; a rule on one of them would not carry over.
MOST_VALUES = 100
MOST_CUTS = 200


@dataclass(frozen=True)
class Condition:
    """One column compared with one value: `is`, `at least`, or `missing`.

    >>> Condition("links", "at least", 2.0).holds(pl.DataFrame({"links": [0, 3, None]})).tolist()
    [False, True, False]
    """

    column: str
    how: str
    value: str | float | None

    def holds(self, table: pl.DataFrame) -> NDArray[np.bool_]:
        """Where (n,) it holds; a missing value meets only `missing`."""
        values = table[self.column]
        if self.how == "missing":
            return _missing(values)
        if self.how == "is":
            return (text_of(values) == self.value).fill_null(False).to_numpy()
        with np.errstate(invalid="ignore"):
            return np.asarray(_numbers(values) >= float(self.value or 0.0))

    def __str__(self) -> str:
        return (
            f"{self.column} is missing" if self.how == "missing" else f"{self.column} {self.how} {_brief(self.value)}"
        )


@dataclass(frozen=True)
class Rule:
    """A condition with the decision taken where it holds (`inside`) and where it does not (`outside`).

    `condition` is None where no split was worth more than one decision for all.
    """

    condition: Condition | None
    inside: int
    outside: int
    rates: Floats

    def holds(self, sight: Sight) -> NDArray[np.bool_]:
        """Where (n,) the condition holds."""
        if self.condition is None:
            return np.ones(len(sight), dtype=np.bool_)
        return self.condition.holds(sight.columns if self.condition.column in sight.columns.columns else sight.votes)

    def predict_proba(self, sight: Sight) -> Floats:
        """Smoothed outcome rates (n, K) of the side an item is on."""
        return self.rates[self.holds(sight).astype(np.int64)]

    def decide(self, sight: Sight) -> Ints:
        """Index of the decision (n,)."""
        return np.where(self.holds(sight), self.inside, self.outside).astype(np.int64)

    def words(self, decisions: Sequence[str]) -> str:
        """The rule as one reads it.

        >>> Rule(Condition("https", "is", "1"), 0, 1, np.eye(2)).words(["allow", "block"])
        'allow where https is 1, else block'
        """
        if self.condition is None:
            return f"{decisions[self.inside]} everything"
        return f"{decisions[self.inside]} where {self.condition}, else {decisions[self.outside]}"


class OneRule(FoldedPolicy):
    """The best one-column rule found in money (after Holte 1993): one column or voter, one cut or value, two decisions.

    Both decisions are those worth most on the labelled rows by each row's own payoffs; each side is smoothed by one
    pseudo-item of average worth, so that a value seen once decides nothing. After `fit`: `rule_`.

    >>> sight = Sight(
    ...     columns=pl.DataFrame({"links": [0, 0, 2, 5]}), payoffs=np.array([[[0.0, -2.0], [-1.0, 0.0]]]),
    ...     voting=np.full((4, 2), 0.5),
    ... )
    >>> lesson = Lesson(target=np.eye(2)[[0, 0, 1, 1]], weight=np.ones(4), groups=np.arange(4))
    >>> OneRule().fit(sight, lesson).rule_.words(["keep", "remove"])
    'remove where links at least 1, else keep'
    """

    @property
    def rule_(self) -> Rule:
        """The rule found on all labels."""
        return cast(Rule, self.full_)

    def _learn(self, sight: Sight, lesson: Lesson) -> Fitted:
        rows = lesson.rows
        part, weight, target = sight.at(rows), lesson.shares[rows], lesson.target[rows]
        gain = weight[:, None] * np.einsum(
            "idk,ik->id", np.broadcast_to(part.payoffs, (len(rows), *sight.payoffs.shape[1:])), target
        )
        base = base_rates(sight, lesson)
        usual = (gain.sum(axis=0) + sight.payoffs.mean(axis=0) @ base) / (lesson.size + 1)
        condition = _best_condition(part, gain, usual)
        return _rule(part, condition, gain, usual, weight[:, None] * target, base)


def _best_condition(part: Sight, gain: Floats, usual: Floats) -> Condition | None:
    total = gain.sum(axis=0)
    best, condition = float((total + 2 * usual).max()), None
    for table in (part.columns, part.votes):
        for name in table.columns:
            for found, within in splits(table[name], gain):
                worth = (within + usual).max(axis=1) + (total - within + usual).max(axis=1)
                top = int(np.argmax(worth))
                if worth[top] > best + 1e-9 * abs(best):
                    best, condition = float(worth[top]), found[top]
    return condition


def _rule(part: Sight, condition: Condition | None, gain: Floats, usual: Floats, mass: Floats, base: Floats) -> Rule:
    bare = Rule(condition, 0, 0, np.tile(base, (2, 1)))
    inside = bare.holds(part)
    decisions = [int(np.argmax(gain[side].sum(axis=0) + usual)) for side in (inside, ~inside)]
    rates = floored(np.stack([mass[side].sum(axis=0) + base for side in (~inside, inside)]))
    return Rule(condition, decisions[0], decisions[1], rates)


def splits(values: pl.Series, gain: Floats) -> Iterator[tuple[list[Condition], Floats]]:
    """Conditions on one column, with the sum of `gain` (n, D) where each holds, (conditions, D).

    >>> found = splits(pl.Series("links", [0, 2, 2]), np.ones((3, 1)))
    >>> [(str(condition), float(gain[0])) for many, gains in found for condition, gain in zip(many, gains)]
    [('links at least 1', 2.0), ('links is 0', 1.0), ('links is 2', 2.0)]
    """
    missing = _missing(values)
    if missing.any():
        yield [Condition(values.name, "missing", None)], gain[missing].sum(axis=0, keepdims=True)
    if values.dtype.is_numeric():
        numbers = _numbers(values)
        cuts = _cuts(np.unique(numbers[np.isfinite(numbers)]))
        if cuts:
            order = np.argsort(numbers)  # missing values come last
            ordered = numbers[order][: len(numbers) - int(missing.sum())]
            above = np.vstack([np.cumsum(gain[order][: len(ordered)][::-1], axis=0)[::-1], np.zeros(gain.shape[1])])
            yield [Condition(values.name, "at least", cut) for cut in cuts], above[np.searchsorted(ordered, cuts)]
    if not values.dtype.is_nested() and 1 < values.n_unique() <= MOST_VALUES:
        yield from _by_value(text_of(values), gain)


def _by_value(names: pl.Series, gain: Floats) -> Iterator[tuple[list[Condition], Floats]]:
    labels = names.to_list()
    there = np.flatnonzero([label is not None for label in labels])
    known, codes = np.unique([labels[row] for row in there], return_inverse=True)
    if len(known):
        sums = np.zeros((len(known), gain.shape[1]))
        np.add.at(sums, codes, gain[there])
        yield [Condition(names.name, "is", str(name)) for name in known], sums


def _missing(values: pl.Series) -> NDArray[np.bool_]:
    missing = values.is_null().to_numpy()
    return missing | np.isnan(_numbers(values)) if values.dtype.is_float() else missing


def _numbers(values: pl.Series) -> Floats:
    return np.asarray(values.cast(pl.Float64, strict=False).to_numpy(), dtype=np.float64)


def _cuts(values: Floats) -> list[float]:
    middles = (values[1:] + values[:-1]) / 2
    if len(middles) > MOST_CUTS:
        middles = middles[np.linspace(0, len(middles) - 1, MOST_CUTS).astype(np.int64)]
    return [float(cut) for cut in middles]


def _brief(value: str | float | None) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
