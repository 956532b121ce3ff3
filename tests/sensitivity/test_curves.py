"""What a policy earns while one payoff changes is what deciding anew at that payoff earns: exactly, on any table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.decide import best, expected
from payoff.objective import Objective
from payoff.sensitivity import Basis, Chooser, Dial, dials_of

KEEP, REMOVE = 0, 1
HAM, SPAM = 0, 1
CELLS = np.array([[[0.0, -1.0], [-2.0, 1.0]]])  # keep: ham 0, spam -1; remove: ham -2, spam 1
TRUTH = np.eye(2)


def basis(payoffs: Any = CELLS, posterior: Any = TRUTH, weights: Any = (1.0, 1.0)) -> Basis:
    return Basis(np.asarray(payoffs), np.asarray(posterior), np.asarray(weights))


def cell(decision: int, outcome: int, now: float, step: Any = (1.0,)) -> Dial:
    return Dial(decision, (outcome,), now, np.asarray(step))


def test_a_policy_that_knows_the_outcome_turns_where_two_decisions_are_worth_the_same() -> None:
    knows = Chooser(basis(), proba=TRUTH)
    missed = cell(KEEP, SPAM, -1.0)
    assert knows.curve(missed).bends.tolist() == [2.0]  # keeping spam is worth -1 + 2 = what removing it is
    assert knows.curve(missed).at([0.0, 1.0, 3.0]).tolist() == [(0 + 1) / 2, (0 + 1) / 2, (0 + 2) / 2]


def test_fixed_decisions_earn_a_line() -> None:
    keeps = Chooser(basis(), decisions=np.array([KEEP, KEEP]))
    curve = keeps.curve(cell(KEEP, SPAM, -1.0))
    assert len(curve.bends) == 0
    assert curve.at([0.0, 10.0]).tolist() == [(0 - 1) / 2, (0 - 1 + 10) / 2]


def test_fixed_decisions_do_not_feel_the_payoff_of_another_decision() -> None:
    keeps = Chooser(basis(), decisions=np.array([KEEP, KEEP]))
    assert keeps.curve(cell(REMOVE, HAM, -2.0)).at([0.0, -50.0]).tolist() == [-0.5, -0.5]


def test_a_block_decides_for_all_its_items_at_once() -> None:
    together = Chooser(basis(), proba=TRUTH, blocks=np.array([0, 0]))
    assert together.now().tolist() == [KEEP, KEEP]  # (0 - 1) / 2 and (-2 + 1) / 2: the first one listed
    assert together.curve(cell(KEEP, SPAM, -1.0)).at([-1.0]).tolist() == [(-2 + 1) / 2]


def test_what_a_policy_earns_now_is_its_curve_at_no_shift() -> None:
    for chooser in (Chooser(basis(), proba=TRUTH), Chooser(basis(), decisions=np.array([KEEP, KEEP]))):
        assert chooser.earns() == chooser.curve(cell(KEEP, SPAM, -1.0)).at([0.0])[0]


def test_weights_count_an_item_as_so_many() -> None:
    keeps = Chooser(basis(weights=(1.0, 3.0)), decisions=np.array([KEEP, KEEP]))
    assert keeps.curve(cell(KEEP, SPAM, -1.0)).at([0.0]).tolist() == [-3 / 4]


def test_a_payoff_of_each_item_is_followed_as_a_factor() -> None:
    payoffs = np.array([[[0.0, -5.0], [-2.0, 1.0]], [[0.0, -9.0], [-2.0, 1.0]]])
    keeps = Chooser(basis(payoffs, [[0.0, 1.0], [0.0, 1.0]]), decisions=np.array([KEEP, KEEP]))
    twice = keeps.curve(cell(KEEP, SPAM, 1.0, payoffs[:, KEEP, SPAM])).at([1.0])
    assert twice.tolist() == [(-10 - 18) / 2]


def test_a_decision_whose_payoff_nobody_expects_to_get_never_turns() -> None:
    sure = Chooser(basis(), proba=np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert sure.curve(cell(KEEP, SPAM, -1.0)).bends.tolist() == []
    assert not sure.changed(cell(KEEP, SPAM, -1.0), -100.0, 100.0).any()


def test_the_items_whose_decision_changes_are_those_that_turn_in_between() -> None:
    unsure = Chooser(basis(), proba=np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert unsure.changed(cell(KEEP, SPAM, -1.0), -1.0, 1.0).tolist() == [False, False]
    assert unsure.changed(cell(KEEP, SPAM, -1.0), -1.0, 3.0).tolist() == [False, True]


def test_the_items_of_a_block_change_together() -> None:
    together = Chooser(basis(), proba=TRUTH, blocks=np.array([0, 0]))
    missed = cell(KEEP, SPAM, -1.0)  # now both decisions are worth -1 / 2
    assert together.changed(missed, 0.5, 1.0).tolist() == [False, False]
    assert together.changed(missed, -0.5, 1.0).tolist() == [True, True]


def test_fixed_decisions_never_change() -> None:
    keeps = Chooser(basis(), decisions=np.array([KEEP, KEEP]))
    assert not keeps.changed(cell(KEEP, SPAM, -1.0), -100.0, 100.0).any()
    assert keeps.now().tolist() == [KEEP, KEEP]


amounts = st.floats(-5, 5).map(lambda value: round(value, 2))


@st.composite
def tables(draw: st.DrawFn) -> tuple[Basis, np.ndarray]:
    """A basis of up to 6 items, 3 decisions and 3 outcomes, and what a policy believes of them."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    items, decisions, outcomes = draw(st.integers(1, 6)), draw(st.integers(2, 3)), draw(st.integers(2, 3))
    payoffs = rng.normal(size=(items if draw(st.booleans()) else 1, decisions, outcomes)).round(2)
    posterior, proba = (rng.dirichlet(np.ones(outcomes), size=items) for _ in range(2))
    return Basis(payoffs, posterior, rng.random(items) + 0.1), proba


@given(tables(), amounts, st.booleans())
def test_the_curve_is_what_deciding_anew_earns(made: tuple[Basis, np.ndarray], shift: float, by_factor: bool) -> None:
    world, proba = made
    step = world.payoffs[:, 1, 0] if by_factor else np.ones(1)
    changed = world.payoffs.copy()
    changed[:, 1, 0] += shift * step
    each = expected(changed, world.posterior)
    decided = best(changed, proba)
    by_hand = world.shares @ each[np.arange(len(each)), decided]
    found = Chooser(world, proba=proba).curve(Dial(1, (0,), 1.0, step)).at([shift])[0]
    believed = np.sort(expected(changed, proba), axis=1)
    if (believed[:, -1] - believed[:, -2] > 1e-9).all():  # at a tie either decision may be taken
        assert found == pytest.approx(by_hand)


@given(tables(), st.floats(0.01, 100))
def test_scaling_every_payoff_scales_the_curve(made: tuple[Basis, np.ndarray], scale: float) -> None:
    world, proba = made
    larger = Basis(world.payoffs * scale, world.posterior, world.weights)
    dial = cell(0, 1, 1.0)
    small, large = (Chooser(each, proba=proba).curve(dial) for each in (world, larger))
    assert large.bends == pytest.approx(small.bends * scale)
    assert large.base == pytest.approx(small.base * scale)
    assert large.rise == pytest.approx(small.rise)


def test_every_cell_is_a_dial_and_a_decision_worth_one_number_is_one() -> None:
    objective = Objective({"review": {"ham": -1, "spam": -1}, "keep": {"ham": 0, "spam": -5}})
    dials = dials_of(objective, objective.table())
    assert [(dial.decision, dial.outcomes, dial.now) for dial in dials] == [
        (0, (0, 1), -1.0),
        (1, (0,), 0.0),
        (1, (1,), -5.0),
    ]


def test_a_decision_worth_nothing_throughout_is_followed_cell_by_cell() -> None:
    objective = Objective({"act": {"bad": 1, "good": -1}, "wait": {"bad": 0, "good": 0}})
    assert len(dials_of(objective, objective.table())) == 4


def test_a_range_is_followed_from_its_middle_and_an_expression_as_a_factor() -> None:
    objective = Objective({"send": {"buys": "amount", "not": [-3, -1]}, "skip": {"buys": 0, "not": 0}})
    buys, not_, *_ = dials_of(objective, objective.table({"amount": [7, 8]}))
    assert (buys.now, buys.step.tolist()) == (1.0, [7.0, 8.0])
    assert (not_.now, not_.step.tolist()) == (-2.0, [1.0])
