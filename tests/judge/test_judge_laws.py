"""What holds for every comparison."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.judge import Comparison, compare, draw, looks_left

LAW = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32 - 1)


class World(NamedTuple):
    incumbent: np.ndarray
    candidate: np.ndarray
    posterior: np.ndarray
    drawn: np.ndarray
    item: np.ndarray
    outcome: np.ndarray

    def compare(self, **options: Any) -> Comparison:
        seen = self.outcome[self.item]
        audit = {
            "item": self.item,
            "incumbent": self.incumbent[self.item, seen],
            "candidate": self.candidate[self.item, seen],
        }
        return compare(self.incumbent, self.candidate, self.posterior, audit, drawn=self.drawn, **options)


def world(seed: int, outcomes: int = 3, items: int = 150) -> World:
    """Policies that differ on about half of the items, amounts with a long tail, an audit of about forty votes."""
    rng = np.random.default_rng(seed)
    posterior = rng.dirichlet(np.ones(outcomes), items)
    outcome = (rng.random((items, 1)) > posterior.cumsum(axis=1)[:, :-1]).sum(axis=1)
    incumbent = rng.normal(size=(items, outcomes))
    gain = rng.normal(0.3, 1, (items, outcomes)) * rng.lognormal(0, 1, (items, 1))
    candidate = incumbent + np.where(rng.random((items, 1)) < 0.5, gain, 0.0)
    drawn = draw(incumbent, candidate, posterior, 40)
    return World(incumbent, candidate, posterior, drawn, np.flatnonzero(rng.random(items) < drawn), outcome)


def figures(found: Comparison) -> list[float]:
    return [found.estimate.mean, found.estimate.low, found.estimate.high]


@LAW
@given(seeds, st.floats(1e-6, 1e6))
def test_scaling_all_payoffs_scales_every_figure_and_changes_no_verdict(seed: int, factor: float) -> None:
    here = world(seed)
    scaled = here._replace(incumbent=here.incumbent * factor, candidate=here.candidate * factor)

    one, other = here.compare(), scaled.compare()

    assert figures(other) == pytest.approx([factor * figure for figure in figures(one)], rel=1e-6)
    assert (other.verdict, other.votes_needed) == (one.verdict, one.votes_needed)


@LAW
@given(seeds)
def test_scaling_by_a_power_of_two_is_exact(seed: int) -> None:
    here = world(seed)
    scaled = here._replace(incumbent=here.incumbent * 1024, candidate=here.candidate * 1024)

    assert figures(scaled.compare()) == [1024 * figure for figure in figures(here.compare())]


@LAW
@given(seeds, st.permutations(range(3)))
def test_renaming_the_outcomes_changes_nothing(seed: int, order: list[int]) -> None:
    here = world(seed)
    renamed = here._replace(
        incumbent=here.incumbent[:, order],
        candidate=here.candidate[:, order],
        posterior=here.posterior[:, order],
        outcome=np.argsort(order)[here.outcome],
    )

    assert figures(renamed.compare()) == pytest.approx(figures(here.compare()), rel=1e-6, abs=1e-9)


@LAW
@given(seeds)
def test_the_order_of_items_and_votes_changes_nothing(seed: int) -> None:
    here, rng = world(seed), np.random.default_rng(seed + 1)
    order = rng.permutation(len(here.drawn))
    moved = World(
        here.incumbent[order],
        here.candidate[order],
        here.posterior[order],
        here.drawn[order],
        rng.permutation(np.argsort(order)[here.item]),
        here.outcome[order],
    )

    assert figures(moved.compare()) == pytest.approx(figures(here.compare()), rel=1e-6, abs=1e-9)


@LAW
@given(seeds, st.integers(1, 300), st.booleans())
def test_items_both_decide_alike_only_dilute_the_mean(seed: int, more: int, voted_on: bool) -> None:
    here = world(seed)
    items = len(here.drawn)
    same = np.ones((more, 3))
    wider = World(
        np.vstack([here.incumbent, same]),
        np.vstack([here.candidate, same]),
        np.vstack([here.posterior, np.full((more, 3), 1 / 3)]),
        np.concatenate([here.drawn, np.full(more, 0.5)]),
        np.concatenate([here.item, np.arange(items, items + more)]) if voted_on else here.item,
        np.concatenate([here.outcome, np.zeros(more, dtype=int)]),
    )

    one, other = here.compare(), wider.compare()

    assert other.estimate.mean * (items + more) == pytest.approx(one.estimate.mean * items)
    assert (other.differing, other.votes, other.left) == (one.differing, one.votes, one.left)
    assert other.votes_variance * (items + more) ** 2 == pytest.approx(one.votes_variance * items**2)


@LAW
@given(seeds)
def test_adding_a_constant_to_both_policies_on_an_item_changes_nothing(seed: int) -> None:
    here = world(seed)
    bonus = np.random.default_rng(seed).normal(size=here.incumbent.shape)
    richer = here._replace(incumbent=here.incumbent + bonus, candidate=here.candidate + bonus)

    assert figures(richer.compare()) == pytest.approx(figures(here.compare()), rel=1e-6, abs=1e-9)


@LAW
@given(seeds)
def test_swapping_the_policies_turns_the_sign(seed: int) -> None:
    here = world(seed)
    mean, low, high = figures(here.compare())

    turned = here._replace(incumbent=here.candidate, candidate=here.incumbent).compare()

    assert figures(turned) == pytest.approx([-mean, -high, -low], rel=1e-3, abs=1e-6)


@LAW
@given(seeds)
def test_the_same_inputs_give_the_same_answer(seed: int) -> None:
    here = world(seed)

    assert here.compare() == here.compare()


@LAW
@given(seeds)
def test_the_mean_lies_in_its_interval(seed: int) -> None:
    mean, low, high = figures(world(seed).compare())

    assert low <= mean <= high


@LAW
@given(st.integers(1, 35))
def test_the_ledger_survives_json_after_any_number_of_looks(looks: int) -> None:
    ledger, here = None, world(7)
    for _ in range(looks):
        found = here.compare(ledger=ledger)
        ledger = json.loads(json.dumps(found.ledger))
        assert ledger == found.ledger

    assert looks_left(ledger) == max(30 - looks, 0)


@LAW
@given(seeds)
def test_amounts_with_a_very_long_tail_give_finite_figures(seed: int) -> None:
    here, rng = world(seed), np.random.default_rng(seed)
    tail = rng.pareto(0.5, (len(here.drawn), 1)) + 1e-9
    wild = here._replace(candidate=here.incumbent + (here.candidate - here.incumbent) * tail)

    assert np.isfinite(figures(wild.compare())).all()


def test_the_estimate_is_right_on_average_over_draws() -> None:
    rng, here, means = np.random.default_rng(0), world(3, items=400), []
    gain = here.candidate - here.incumbent
    truth = gain[np.arange(400), here.outcome].mean()
    drawn = draw(here.incumbent, here.candidate, here.posterior, 60)
    for _ in range(400):
        item = np.flatnonzero(rng.random(400) < drawn)
        means.append(here._replace(drawn=drawn, item=item).compare().estimate.mean)

    assert np.mean(means) == pytest.approx(truth, abs=4 * np.std(means) / np.sqrt(400) + 0.02 * np.std(means))
