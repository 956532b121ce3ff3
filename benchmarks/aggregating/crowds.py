"""Crowds: workers of varied skill who err on the same hard items, spammers, copiers; and experts."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from aggregating.cast import Cast
from aggregating.pools import Floats, Ints, Pool

Rng = np.random.Generator


def people(
    items: Pool,
    rng: Rng,
    *,
    each: int,
    voters: int,
    skill: float = 0.9,
    spread: float = 0.8,
    shared: float = 0.4,
    bias: float = 0.4,
    spam: float = 0.08,
    copiers: float = 0.0,
    covers: float = 1.0,
    source: str = "workers",
) -> Cast:
    """About `each` votes on a share `covers` of the items.

    A worker is right with log-odds of own skill (mean `skill`, deviation `spread`) plus `shared` times how easy the
    item is to a classifier; wrong votes go to what the classifier takes the item for, and by the worker's own `bias`.
    A share `spam` looks at nothing; a share `copiers` copies a leader's vote wherever there is one, 9 times of 10.
    """
    item, voter = assigned(items, rng, each, voters, covers)
    own = rng.normal(skill, spread, voters)
    easy = ease(items)
    right = expit(own[voter] + shared * easy[item] + rng.normal(0, 0.3, len(item)))
    tendency = rng.normal(0, bias, (voters, len(items.names)))
    label = answers(items, item, right, tendency[voter], rng)
    kind = rng.random(voters)
    label = spammed(label, voter, kind < spam, len(items.names), rng)
    label = copied(label, item, voter, (kind >= spam) & (kind < spam + copiers), kind < spam, rng)
    return Cast(source, "crowd", item, voter, label)


def assigned(items: Pool, rng: Rng, each: int, voters: int, covers: float) -> tuple[Ints, Ints]:
    """Who votes on what: a few workers do most of the work."""
    busy = rng.pareto(1.2, voters) + 0.2
    chosen = np.flatnonzero(rng.random(items.size) < covers)
    count = np.full(len(chosen), each) if each in (1, voters) else 1 + rng.poisson(each - 1, len(chosen))
    count = np.minimum(count, voters)
    order = np.argsort(-(np.log(busy) + rng.gumbel(size=(len(chosen), voters))), axis=1)  # drawn without putting back
    item = np.repeat(chosen, count)
    place = np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count)
    return item, order[np.repeat(np.arange(len(chosen)), count), place].astype(np.int64)


def ease(items: Pool) -> Floats:
    """How easy each item is, (n,): the log-odds a classifier gives to its outcome, mean 0 and deviation 1."""
    told = items.told[np.arange(items.size), items.outcome]
    odds = np.log(told / (1 - told))
    return np.asarray((odds - odds.mean()) / odds.std())


def answers(items: Pool, item: Ints, right: Floats, tendency: Floats, rng: Rng) -> Ints:
    """A label for each vote: the outcome with probability `right`, tilted by the worker's tendency."""
    truth = np.eye(len(items.names))[items.outcome[item]]
    taken_for = np.where(truth == 1, 0, items.told[item] + 0.02)
    proba = truth * right[:, None] + (1 - right)[:, None] * taken_for / taken_for.sum(axis=1, keepdims=True)
    proba = np.log(np.maximum(proba, 1e-9)) + tendency
    return np.asarray((proba + rng.gumbel(size=proba.shape)).argmax(axis=1))


def spammed(label: Ints, voter: Ints, spammer: np.ndarray, outcomes: int, rng: Rng) -> Ints:
    """Half of the spammers draw a label, half always say the same."""
    constant = rng.integers(outcomes, size=len(spammer))
    draws = rng.random(len(spammer)) < 0.5
    said = np.where(draws[voter], rng.integers(outcomes, size=len(label)), constant[voter])
    return np.where(spammer[voter], said, label)


def copied(label: Ints, item: Ints, voter: Ints, copier: np.ndarray, spammer: np.ndarray, rng: Rng) -> Ints:
    """A copier says what its leader said of the item; all follow one of two leaders, the busiest honest workers."""
    if not copier.any():
        return label
    votes = np.bincount(voter, minlength=len(copier)).astype(float)
    votes[copier | spammer] = -1
    leaders = np.argsort(-votes)[:2]
    led_by = leaders[rng.integers(len(leaders), size=len(copier))]
    said = {(i, v): each for i, v, each in zip(item.tolist(), voter.tolist(), label.tolist(), strict=True)}
    copies = copier[voter] & (rng.random(len(label)) < 0.9)
    result = label.copy()
    for row in np.flatnonzero(copies):
        result[row] = said.get((int(item[row]), int(led_by[voter[row]])), label[row])
    return result


def experts(items: Pool, rng: Rng, *, share: float, voters: int = 2, right: float = 0.97) -> Cast:
    """One vote of an expert on a share of the items."""
    item = np.flatnonzero(rng.random(items.size) < share)
    voter = rng.integers(voters, size=len(item))
    label = answers(items, item, np.full(len(item), right), np.zeros((len(item), len(items.names))), rng)
    return Cast("experts", "expert", item, voter, label)
