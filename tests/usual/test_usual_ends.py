"""Usual metrics where they end: one item, one outcome, ten outcomes, more decisions than outcomes, ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.usual import BY_DECISIONS, METRICS, Candidate, plain_interval, right_decisions, usual_cut, usual_picks

RANKING = tuple(metric for metric in METRICS if metric not in BY_DECISIONS)


def knowing(outcome: np.ndarray, outcomes: int, name: str = "knowing") -> Candidate:
    """Sure of what is true, and deciding it."""
    return Candidate(name=name, decisions=outcome.copy(), proba=np.eye(outcomes)[outcome])


def blind(outcome: np.ndarray, outcomes: int, name: str = "blind") -> Candidate:
    """The same shares for every item, the first decision for all."""
    proba = np.full((len(outcome), outcomes), 1 / outcomes)
    return Candidate(name=name, decisions=np.zeros(len(outcome), dtype=np.int64), proba=proba)


def picked(outcome: np.ndarray, outcomes: int, right: np.ndarray | None = None) -> dict[str, str]:
    candidates = [blind(outcome, outcomes), knowing(outcome, outcomes)]
    found = usual_picks(candidates, outcome, np.arange(outcomes) if right is None else right)
    return {metric: pick.name for metric, pick in found.items()}


@pytest.mark.parametrize("outcomes", [2, 3, 10, 30])
def test_every_metric_picks_who_knows(outcomes: int) -> None:
    outcome = np.arange(4 * outcomes) % outcomes
    assert picked(outcome, outcomes) == dict.fromkeys(METRICS, "knowing")


@pytest.mark.parametrize("outcomes", [2, 10])
@pytest.mark.parametrize("many", [1, 2, 20])
def test_where_one_outcome_came_nothing_can_be_ranked_by_it(outcomes: int, many: int) -> None:
    outcome = np.full(many, outcomes - 1)
    assert picked(outcome, outcomes) == {"accuracy": "knowing", "log-loss": "knowing"}


def test_without_items_no_metric_picks() -> None:
    assert picked(np.zeros(0, dtype=np.int64), 2) == {}


def test_without_candidates_no_metric_picks() -> None:
    assert usual_picks([], np.array([0, 1]), np.arange(2)) == {}


@pytest.mark.parametrize("outcomes", [3, 10])
def test_outcomes_that_never_came_are_no_class(outcomes: int) -> None:
    """Two of them came; the others are in the probabilities alone."""
    outcome = np.array([0, 0, 0, outcomes - 1])
    assert picked(outcome, outcomes) == dict.fromkeys(METRICS, "knowing")


def test_with_more_decisions_than_outcomes_the_usual_cut_takes_those_that_are_right() -> None:
    payoffs = np.array([[[0.0, -9.0], [-4.0, 2.0], [-1.0, 1.0], [-2.0, 1.9], [-9.0, 0.0]]])
    right = right_decisions(payoffs)
    assert right.tolist() == [0, 1]
    assert set(usual_cut(np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]]), right).tolist()) == {0, 1}


def test_with_fewer_decisions_than_outcomes_some_outcomes_are_one_class() -> None:
    payoffs = np.array([[[0.0, -1.0, -9.0], [-2.0, 1.0, 1.0]]])
    right = right_decisions(payoffs)
    assert right.tolist() == [0, 1, 1]
    outcome = np.array([0, 0, 1, 2])
    sure = Candidate(name="sure", decisions=right[outcome], proba=np.eye(3)[outcome])
    mixes = Candidate(name="mixes", decisions=right[outcome], proba=np.eye(3)[np.array([0, 0, 2, 1])])
    found = usual_picks([mixes, sure], outcome, right)
    assert found["accuracy"].name == "mixes"  # the two outcomes it takes for each other are decided alike
    assert found["log-loss"].name == "sure"


def test_where_all_outcomes_call_for_one_decision_f1_is_left_out() -> None:
    found = picked(np.array([0, 1, 0, 1]), 2, right=np.array([0, 0]))
    assert "F1" not in found
    assert found["accuracy"] == "blind"  # deciding the first for all is right everywhere


def test_a_probability_of_nought_for_what_came_true_is_a_loss_and_no_error() -> None:
    outcome = np.array([0, 1, 1, 0])
    wrong = Candidate(name="wrong", decisions=outcome, proba=np.eye(2)[1 - outcome])
    found = usual_picks([wrong, blind(outcome, 2)], outcome, np.arange(2))
    assert {found[metric].name for metric in RANKING} == {"blind"}


@pytest.mark.parametrize("metric", METRICS)
def test_twins_are_told_apart_by_their_place(metric: str) -> None:
    outcome = np.array([0, 1, 0, 1])
    twins = [knowing(outcome, 2, name) for name in ("first", "second")]
    assert usual_picks(twins, outcome, np.arange(2))[metric].name == "first"
    assert usual_picks(twins[::-1], outcome, np.arange(2))[metric].name == "second"


@pytest.mark.parametrize("weight", [1e-12, 1.0, 1e12])
def test_a_weight_of_any_size_is_a_share(weight: float) -> None:
    outcome = np.array([0, 1, 1, 0, 1])
    candidates = [blind(outcome, 2), knowing(outcome, 2)]
    found = usual_picks(candidates, outcome, np.arange(2), weight=np.full(5, weight))
    assert {metric: pick.name for metric, pick in found.items()} == picked(outcome, 2)


def test_items_of_no_weight_count_for_nothing() -> None:
    outcome = np.array([0, 1, 0, 1])
    right_on_the_first = Candidate(name="half", decisions=np.array([0, 1, 1, 0]))
    found = usual_picks(
        [blind(outcome, 2), right_on_the_first], outcome, np.arange(2), weight=np.array([1.0, 1.0, 0.0, 0.0])
    )
    assert found["accuracy"].name == "half"


@given(st.lists(st.integers(0, 4), min_size=2, max_size=20), st.permutations(range(5)))
def test_what_outcomes_are_called_changes_no_pick(truth: list[int], order: list[int]) -> None:
    """Outcomes in another order, with their probabilities and right decisions."""
    outcome, place = np.array(truth), np.argsort(order)
    proba = np.random.default_rng(len(truth)).dirichlet(np.ones(5), len(truth))
    right = np.array([0, 1, 2, 0, 1])
    there = usual_picks(
        [
            Candidate(name="guess", decisions=right[outcome], proba=proba),
            Candidate(name="other", decisions=right[outcome][::-1], proba=proba[::-1]),
        ],
        outcome,
        right,
    )
    here = usual_picks(
        [
            Candidate(name="guess", decisions=right[outcome], proba=proba[:, order]),
            Candidate(name="other", decisions=right[outcome][::-1], proba=proba[::-1][:, order]),
        ],
        place[outcome],
        right[order],
    )
    assert {metric: pick.name for metric, pick in here.items()} == {metric: pick.name for metric, pick in there.items()}


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_the_plain_interval_scales_with_the_unit(scale: float) -> None:
    gain = np.array([0.0, 2.0, 1.0, -1.0])
    here, there = plain_interval(scale * gain).estimate, plain_interval(gain).estimate
    assert (here.mean / scale, here.low / scale, here.high / scale) == pytest.approx(
        (there.mean, there.low, there.high)
    )


def test_gains_that_are_all_alike_leave_no_scatter() -> None:
    found = plain_interval(np.full(5, 0.25)).estimate
    assert (found.mean, found.low, found.high) == (0.25, 0.25, 0.25)
