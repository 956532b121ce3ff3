"""Voters that are programs: classifiers, near-copies of one, language models that are sure and wrong on a slice."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from aggregating.cast import Cast
from aggregating.crowds import ease
from aggregating.pools import Ints, Pool

Rng = np.random.Generator


def classifiers(items: Pool, rng: Rng, count: int) -> list[Cast]:
    """Models of several families, each taught on its own 40 to 200 items, each a source of its own."""
    makers = [
        lambda: LogisticRegression(C=0.1, max_iter=60),
        lambda: BernoulliNB(),
        lambda: DecisionTreeClassifier(max_depth=4, random_state=0),
        lambda: KNeighborsClassifier(7),
    ]
    taught = rng.integers(40, 200, size=count)
    return [
        always(f"model{number}", "model", predicted(items, rng, makers[number % len(makers)](), int(size)))
        for number, size in enumerate(taught)
    ]


def twins(items: Pool, rng: Rng, count: int) -> list[Cast]:
    """Models of one family taught on nearly the same items."""
    base = rng.choice(items.size, min(120, items.size // 3), replace=False)
    casts = []
    for number in range(count):
        rows = rng.choice(base, int(0.8 * len(base)), replace=False)
        casts.append(always(f"twin{number}", "model", fitted(items, LogisticRegression(C=0.1, max_iter=60), rows)))
    return casts


def language_models(items: Pool, rng: Rng, count: int, right: float = 0.9) -> list[Cast]:
    """Right nine times of ten, but mostly wrong on a slice, where a common condition holds; several share the slice."""
    sizes = np.asarray(items.conditions.sum(axis=0)).ravel() / items.size
    common = np.flatnonzero((sizes > 0.08) & (sizes < 0.25))
    slice_ = items.holds(int(rng.choice(common if len(common) else np.argsort(-sizes)[:5])))
    easy = ease(items)
    told = items.told.copy()
    told[np.arange(items.size), items.outcome] = 0
    taken_for = np.where(told.sum(axis=1) > 0, told.argmax(axis=1), (items.outcome + 1) % len(items.names))
    base = rng.random(items.size)  # what they have in common
    casts = []
    for number in range(count):
        draw = np.where(rng.random(items.size) < 0.8, base, rng.random(items.size))
        chance = np.where(slice_, 0.35, np.clip(right + 0.04 * easy, 0.5, 0.99))
        label = np.where(draw < chance, items.outcome, taken_for)
        casts.append(always(f"language{number}", "model", label))
    return casts


def system(items: Pool, rng: Rng) -> Cast:
    """What is in use today: a small tree taught long ago on few items; it decides on all of them."""
    return always("system", "system", predicted(items, rng, DecisionTreeClassifier(max_depth=2, random_state=0), 150))


def predicted(items: Pool, rng: Rng, model: Any, size: int) -> Ints:
    return fitted(items, model, rng.choice(items.size, min(size, items.size // 3), replace=False))


def fitted(items: Pool, model: Any, rows: Ints) -> Ints:
    """What a model taught on these rows says of every item, those rows included."""
    dense = not isinstance(model, LogisticRegression | BernoulliNB)
    columns = items.features.toarray() if dense else items.features
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(model.fit(columns[rows], items.outcome[rows]).predict(columns))


def always(source: str, kind: str, label: Ints) -> Cast:
    """A source of one voter that votes on every item."""
    return Cast(source, kind, np.arange(len(label)), np.zeros(len(label), dtype=np.int64), label.astype(np.int64))
