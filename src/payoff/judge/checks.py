"""What judging accepts: arrays of one shape, probabilities that are some, votes that were drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from payoff.errors import AuditError, NotFinite, NotProbability, UnevenArrays, listed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROUNDING = 1e-12  # payoffs equal up to this share of their size are equal: 0.1 + 0.2 against 0.3
_LARGEST = 1e150  # the square of a payoff must still be a number
_SUMS = 1e-6  # how far from 1 the rows of a posterior may add up


def numbers(what: str, values: ArrayLike, dimensions: int) -> Floats:
    """Values as an array of finite floats with so many dimensions.

    >>> numbers("payoffs", [1, 2], 1).tolist()
    [1.0, 2.0]
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise UnevenArrays(what, np.shape(np.asarray(values, dtype=object)), "rows of numbers, equally long") from None
    if array.size == 0 and array.ndim < dimensions:
        array = array.reshape((0,) + (1,) * (dimensions - 1))
    if array.ndim != dimensions:
        raise UnevenArrays(what, array.shape, "items by outcomes" if dimensions == 2 else "one number for each")
    usable = np.abs(array) <= _LARGEST
    if not usable.all():
        position = np.argwhere(~usable)[0]
        raise NotFinite(what, array[tuple(position)], position.tolist())
    return array


def difference(incumbent: ArrayLike, candidate: ArrayLike) -> Floats:
    """Candidate minus incumbent (N, K), exactly 0 where they differ by rounding only.

    >>> difference([[0.3, 1.0]], [[0.1 + 0.2, 3.0]]).tolist()
    [[0.0, 2.0]]
    """
    old, new = numbers("incumbent", incumbent, 2), numbers("candidate", candidate, 2)
    if old.shape != new.shape:
        raise UnevenArrays("candidate", new.shape, f"the shape of incumbent, {old.shape}")
    if len(old) and not old.shape[1]:
        raise UnevenArrays("incumbent", old.shape, "payoffs under one outcome or more")
    gain: Floats = new - old
    gain[np.abs(gain) <= _ROUNDING * np.maximum(np.abs(old), np.abs(new))] = 0.0
    return gain


def binary_scale(*arrays: Floats) -> float:
    """The power of two just at or below the largest size found; 1 where all is 0.

    >>> binary_scale(np.array([0.0, -5.0]))
    4.0
    """
    largest = max((float(np.abs(array).max()) for array in arrays if array.size), default=0.0)
    return float(2.0 ** (np.frexp(largest)[1] - 1)) if largest > 0 else 1.0


def posterior_of(values: ArrayLike, gain: Floats) -> Floats:
    """The posterior (N, K), checked and with rows that add up to exactly one.

    >>> posterior_of([[0.25, 0.75]], np.zeros((1, 2))).tolist()
    [[0.25, 0.75]]
    """
    posterior = numbers("posterior", values, 2)
    if posterior.shape != gain.shape:
        raise UnevenArrays("posterior", posterior.shape, f"the shape of the payoffs, {gain.shape}")
    sums = posterior.sum(axis=1)
    wrong = (posterior < -_SUMS).any(axis=1) | (np.abs(sums - 1) > _SUMS)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise NotProbability("posterior", posterior[row].tolist(), row, "rows of probabilities that add up to 1")
    posterior = np.clip(posterior, 0.0, 1.0)
    return np.asarray(posterior / posterior.sum(axis=1, keepdims=True))


def probabilities(what: str, values: ArrayLike, items: int) -> Floats:
    """One probability for each item.

    >>> probabilities("drawn", [0, 1], 2).tolist()
    [0.0, 1.0]
    """
    array = numbers(what, values, 1)
    if len(array) != items:
        raise UnevenArrays(what, array.shape, f"one probability for each of {items} items")
    wrong = (array < 0) | (array > 1)
    if wrong.any():
        raise NotProbability(what, float(array[wrong][0]), int(np.argmax(wrong)))
    return array


def positions(what: str, values: Sequence[int] | ArrayLike, items: int) -> Ints:
    """Positions of items, each from 0 to `items` - 1 and none twice.

    >>> positions("audited", [2, 0], 3).tolist()
    [2, 0]
    """
    raw = np.asarray(values)
    if raw.size == 0:
        return np.zeros(0, dtype=np.int64)
    if raw.ndim != 1 or raw.dtype.kind not in "iu":
        raise AuditError(f"{what} is {raw.tolist()!r:.80}", "positions of items: whole numbers", "Pass row numbers.")
    outside = (raw < 0) | (raw >= items)
    if outside.any():
        found = f"{what} holds {raw[outside][0]} at position {int(np.argmax(outside))}"
        raise AuditError(found, f"positions from 0 to {items - 1}", "Pass row numbers of the items compared.")
    values_seen, counts = np.unique(raw, return_counts=True)
    if (counts > 1).any():
        found = f"{what} holds the item {values_seen[counts > 1][0]} more than once"
        raise AuditError(found, "each item once", "Pass the vote in force of each item.")
    return raw.astype(np.int64)


def audit_of(
    audit: Mapping[str, Any], items: int, keys: tuple[str, ...]
) -> tuple[Ints, list[Floats], NDArray[np.bool_]]:
    """Positions, payoffs observed under each key, and which votes are fresh.

    >>> audit_of({"item": [1], "payoff": [5]}, 2, ("payoff",))
    (array([1]), [array([5.])], array([ True]))
    """
    known = ("item", *keys, "fresh")
    for key in audit:
        if key not in known:
            raise AuditError(f"the audit has {key!r}", f"only {listed(known)}", "Rename it or leave it out.")
    for key in known[:-1]:
        if key not in audit:
            raise AuditError(f"the audit has no {key!r}, only {listed(audit)}", listed(known[:-1]), f"Add {key!r}.")
    item = positions("audit item", audit["item"], items)
    payoffs = [numbers(f"audit {key}", audit[key], 1) for key in keys]
    fresh = np.asarray(audit.get("fresh", np.ones(len(item), dtype=bool)))
    if fresh.size and fresh.dtype != np.bool_:
        raise AuditError(f"audit fresh is {fresh.tolist()!r:.80}", "True or False for each vote", "Pass booleans.")
    for key, column in zip((*keys, "fresh"), (*payoffs, fresh), strict=True):
        if column.shape != item.shape:
            raise UnevenArrays(f"audit {key}", column.shape, f"one for each of {len(item)} votes")
    return item, payoffs, fresh.astype(bool)


def drawn_by_chance(item: Ints, fresh: NDArray[np.bool_], drawn: Floats, before: Floats) -> None:
    """Refuse votes on items that could not have been drawn, or not when they are said to have been.

    >>> drawn_by_chance(np.array([0]), np.array([True]), np.array([0.5]), np.array([0.0]))
    """
    if (before > drawn + _ROUNDING).any():
        worst = int(np.argmax(before - drawn))
        raise NotProbability("before", float(before[worst]), worst, f"at most drawn, {float(drawn[worst])}")
    never = drawn[item] == 0
    if never.any():
        found = f"the audit holds the item {item[never][0]}, which was drawn with probability 0"
        raise AuditError(found, "votes on items drawn at random", "Leave out votes that were not drawn for the audit.")
    old = ~fresh & (before[item] == 0)
    if old.any():
        found = f"the vote on item {item[old][0]} is not fresh, yet before is 0 there"
        raise AuditError(found, "before > 0 where a vote is not fresh", "Pass `drawn` as it was when this was fixed.")
    new = fresh & (drawn[item] - before[item] < _ROUNDING)
    if new.any():
        found = f"the vote on item {item[new][0]} is fresh, yet drawn has not risen above before there"
        raise AuditError(found, "drawn > before where a vote is fresh", "Mark it as not fresh, or update `drawn`.")
