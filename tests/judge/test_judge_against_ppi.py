"""Where votes are drawn evenly and a mean is wanted, prediction-powered inference must say the same."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from payoff.judge import Estimate, compare


class Drawn(NamedTuple):
    """Differences seen on the votes, what the posterior expects there and on the other items, and our estimate."""

    seen: np.ndarray
    expected: np.ndarray
    expected_elsewhere: np.ndarray
    ours: Estimate


def drawn(seed: int, items: int = 4000, votes: int = 200) -> Drawn:
    """Items that all differ by +1 or -1, an honest posterior, votes drawn evenly."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(2, 1.5, items)
    gain = np.where(rng.random(items) < chance, 1.0, -1.0)
    item = rng.choice(items, votes, replace=False)
    audit = {"item": item, "incumbent": np.zeros(votes), "candidate": gain[item]}
    table, posterior = np.tile([1.0, -1.0], (items, 1)), np.column_stack([chance, 1 - chance])
    found = compare(np.zeros((items, 2)), table, posterior, audit, drawn=np.full(items, votes / items))
    expected = 2 * chance - 1
    return Drawn(gain[item], expected[item], np.delete(expected, item), found.estimate)


def by_formula(here: Drawn) -> tuple[float, float]:
    """Mean and 95% half width by PPI++ (Angelopoulos, Duchi & Zrnic 2023, equations of the mean), power tuned."""
    labelled, unlabelled = len(here.seen), len(here.expected_elsewhere)
    every = np.concatenate([here.expected, here.expected_elsewhere])
    trust = np.cov(here.seen, here.expected)[0, 1] / ((1 + labelled / unlabelled) * every.var())
    off = here.seen - trust * here.expected
    variance = off.var() / labelled + trust**2 * here.expected_elsewhere.var() / unlabelled
    return trust * float(here.expected_elsewhere.mean()) + float(off.mean()), 1.96 * float(np.sqrt(variance))


@pytest.mark.parametrize("seed", range(8))
def test_the_mean_is_that_of_prediction_powered_inference(seed: int) -> None:
    here = drawn(seed)
    mean, half = by_formula(here)

    assert here.ours.mean == pytest.approx(mean, abs=0.15 * half)


@pytest.mark.parametrize("seed", range(8))
def test_the_interval_is_as_wide_as_that_of_prediction_powered_inference(seed: int) -> None:
    here = drawn(seed)

    assert here.ours.high - here.ours.low == pytest.approx(2 * by_formula(here)[1], rel=0.1)


def test_the_package_of_its_authors_says_what_the_formula_says(need: Callable[[object, str], None]) -> None:
    need(importlib.util.find_spec("ppi_py"), "ppi-python is not installed: pip install ppi-python")
    import ppi_py

    here = drawn(0)
    low, high = ppi_py.ppi_mean_ci(here.seen, here.expected, here.expected_elsewhere, alpha=0.05)
    mean, half = by_formula(here)

    assert (float(low[0]), float(high[0])) == pytest.approx((mean - half, mean + half), abs=0.1 * half)
    assert here.ours.high - here.ours.low == pytest.approx(float(high[0] - low[0]), rel=0.1)
