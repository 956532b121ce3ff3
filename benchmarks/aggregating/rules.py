"""Rules as people write them: after a few items whose outcome they saw, for one outcome, often alike, some wrong."""

from __future__ import annotations

import numpy as np

from aggregating.cast import Cast
from aggregating.pools import Bools, Floats, Ints, Pool

Rng = np.random.Generator
CHOICE = 25  # the best conditions so many come to mind, one of them is taken


def written(
    items: Pool,
    rng: Rng,
    count: int,
    *,
    seen: int = 100,
    alike: float = 0.15,
    wild: float = 0.1,
    two_sided: float = 0.0,
    default: bool = False,
    demand: float = 0.6,
) -> Cast:
    """So many rules, or two an outcome if that is more, by somebody who has `seen` so many items with their outcome.

    A rule was right on a share `demand` of the items seen on which it holds, if there is such a condition. A share
    `alike` are variants of an earlier rule, a share `wild` are guesses; with two outcomes a share `two_sided` say the
    other one where they do not hold; `default` adds a rule that says the commonest outcome of every item.
    """
    looked = rng.choice(items.size, min(seen, items.size // 2), replace=False)
    hits, said = promise(items, looked)
    outcomes = len(items.names)
    count = max(count, 2 * outcomes)
    voted: list[tuple[Ints, Ints]] = []
    taken: list[tuple[int, int]] = []
    while len(voted) < count:
        outcome = len(voted) % outcomes if len(voted) < outcomes else int(rng.choice(outcomes, p=leaning(items)))
        if taken and rng.random() < alike:
            condition, outcome = variant(items, taken, rng)
        elif rng.random() < wild:
            condition = int(rng.integers(items.conditions.shape[1]))
        else:
            condition = int(rng.choice(best(hits[:, outcome], said, items, outcome, demand)))
        taken.append((condition, outcome))
        held = items.holds(condition)
        if rng.random() < 0.25:  # and something else holds of it
            second = best(hits[:, outcome], said, items, outcome, demand)
            held = narrowed(held, items, second, rng)
        voted.append(votes_of(held, outcome, items, two_sided=outcomes == 2 and rng.random() < two_sided))
    if default:
        voted.append((np.arange(items.size), np.full(items.size, items.rates.argmax())))
    voter = np.repeat(np.arange(len(voted)), [len(rows) for rows, _ in voted])
    rows, labels = (np.concatenate([vote[part] for vote in voted]) for part in (0, 1))
    return Cast("rules", "rule", rows.astype(np.int64), voter, labels.astype(np.int64))


def promise(items: Pool, looked: Ints) -> tuple[Floats, Floats]:
    """Of the items looked at: how often each condition holds with each outcome (conditions, K), and at all."""
    table = items.conditions.tocsr()[looked]
    truth = np.eye(len(items.names))[items.outcome[looked]]
    return np.asarray(table.T @ truth), np.asarray(table.sum(axis=0)).ravel()


def best(hits: Floats, said: Floats, items: Pool, outcome: int, demand: float) -> Ints:
    """The conditions that look best for an outcome: often right where they hold, and they hold now and then."""
    base = items.rates[outcome]
    right = (hits + 2 * base) / (said + 2)
    worth = np.log(right / base) * np.minimum(said, 12) ** 0.5
    worth[(said < 2) | (right <= base)] = -np.inf
    worth[hits < demand * said] -= 100  # only for want of better ones
    order = np.argsort(-worth, kind="stable")[:CHOICE]
    met = order[worth[order] > 0]
    return met if len(met) else order[:3]


def leaning(items: Pool) -> Floats:
    """How often a rule is written for each outcome: less unequal than the outcomes are."""
    share = np.sqrt(items.rates)
    return np.asarray(share / share.sum())


def variant(items: Pool, taken: list[tuple[int, int]], rng: Rng) -> tuple[int, int]:
    """A condition much like an earlier one, for the same outcome: of the five with most items in common."""
    condition, outcome = taken[int(rng.integers(len(taken)))]
    table = items.conditions
    common = np.asarray(table.T @ items.holds(condition).astype(float)).ravel()
    size = np.asarray(table.sum(axis=0)).ravel()
    overlap = common / np.maximum(size + size[condition] - common, 1)
    overlap[[known for known, _ in taken]] = 0
    return int(rng.choice(np.argsort(-overlap, kind="stable")[:5])), outcome


def narrowed(held: Bools, items: Pool, second: Ints, rng: Rng) -> Bools:
    """Where a second condition holds as well, if that leaves enough."""
    both = held & items.holds(int(rng.choice(second)))
    return both if both.sum() >= 5 else held


def votes_of(held: Bools, outcome: int, items: Pool, *, two_sided: bool) -> tuple[Ints, Ints]:
    """Rows and labels of one rule."""
    if not two_sided:
        rows = np.flatnonzero(held)
        return rows, np.full(len(rows), outcome)
    rates = items.rates.copy()
    rates[outcome] = 0
    return np.arange(items.size), np.where(held, outcome, rates.argmax())
