"""What holds for any objective."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from polars.testing import assert_frame_equal

from payoff.decide import Floats
from payoff.objective import Limit, Objective

# Each of these solves dozens of linear programmes.
few = settings(max_examples=25)

DECISIONS = ["remove", "keep", "review"]
OUTCOMES = ["ham", "scam", "spam"]

cells = arrays(float, (3, 3), elements=st.integers(-20, 20))
chances = arrays(float, (4, 3), elements=st.integers(1, 9)).map(lambda mass: mass / mass.sum(axis=1, keepdims=True))


def objective(
    payoffs: Floats, outcomes: list[str] = OUTCOMES, decisions: list[str] = DECISIONS, **terms: Any
) -> Objective:
    rows = zip(decisions, payoffs, strict=True)
    return Objective({d: dict(zip(outcomes, row.tolist(), strict=True)) for d, row in rows}, **terms)


def rates(proba: Floats) -> dict[str, float]:
    return dict(zip(OUTCOMES, proba[0].tolist(), strict=True))


@given(cells, chances, st.sampled_from([0.5, 2.0, 1024.0]))
def test_scaling_all_payoffs_scales_every_worth_and_changes_no_decision(
    payoffs: Floats, proba: Floats, scale: float
) -> None:
    small, large = objective(payoffs), objective(payoffs * scale)
    decisions = small.decide(proba)
    assert large.decide(proba).tolist() == decisions.tolist()
    outcomes = ["ham", "spam", "scam", "ham"]
    assert large.value(decisions, outcomes).tolist() == (scale * small.value(decisions, outcomes)).tolist()
    before, after = small.stakes(rates(proba)), large.stakes(rates(proba))
    assert after.constant == before.constant
    for name in ("constant_worth", "perfect", "left"):
        assert getattr(after, name) == pytest.approx(scale * getattr(before, name))


@given(cells, chances, arrays(float, 3, elements=st.integers(-20, 20)))
def test_adding_to_all_payoffs_of_an_outcome_changes_no_decision_and_not_what_is_left(
    payoffs: Floats, proba: Floats, extra: Floats
) -> None:
    worth = np.sort(proba @ payoffs.T, axis=1)
    assume((worth[:, -1] - worth[:, -2] > 1e-9).all())
    plain, raised = objective(payoffs), objective(payoffs + extra)
    assert raised.decide(proba).tolist() == plain.decide(proba).tolist()
    assert raised.stakes(rates(proba)).left == pytest.approx(plain.stakes(rates(proba)).left, abs=1e-9)


@given(cells, chances, st.permutations([0, 1, 2]))
def test_renaming_outcomes_changes_nothing(payoffs: Floats, proba: Floats, order: list[int]) -> None:
    # The outcome called OUTCOMES[k] gets a name that sorts at order[k].
    renamed = [["a", "b", "c"][position] for position in order]
    plain, other = objective(payoffs), objective(payoffs, renamed)
    moved = np.empty_like(proba)
    moved[:, order] = proba
    decisions = plain.decide(proba)
    worth = np.sort(proba @ payoffs.T, axis=1)
    if (worth[:, -1] - worth[:, -2] > 1e-9).all():
        assert other.decide(moved).tolist() == decisions.tolist()
    truth = [0, 2, 1, 0]
    assert (
        other.value(decisions, [renamed[k] for k in truth]).tolist()
        == plain.value(decisions, [OUTCOMES[k] for k in truth]).tolist()
    )
    before = plain.stakes(rates(proba))
    after = other.stakes(dict(zip(renamed, proba[0].tolist(), strict=True)))
    assert (after.perfect, after.left) == (pytest.approx(before.perfect), pytest.approx(before.left, abs=1e-9))


@given(cells, chances, st.sampled_from([0.5, 2.0, 1024.0]), st.integers(1, 3))
@few
def test_scaling_all_payoffs_changes_no_decision_under_limits_and_scales_their_stakes(
    payoffs: Floats, proba: Floats, scale: float, most: int
) -> None:
    limits = [Limit("remove", at_most=most, per="day"), Limit("review", budget=2 * most, cost="pages", per="day")]
    items = {"pages": [1, 2, 3, 4]}
    small, large = (objective(payoffs * by, per_month=4 * 365.25 / 12, limits=limits) for by in (1.0, scale))
    assert large.decide(proba, items).tolist() == small.decide(proba, items).tolist()
    before, after = small.stakes(rates(proba), items), large.stakes(rates(proba), items)
    assert (after.constant_worth, after.perfect) == (
        pytest.approx(scale * before.constant_worth, abs=1e-6 * scale),
        pytest.approx(scale * before.perfect, abs=1e-6 * scale),
    )


@given(cells, st.sampled_from([0.5, 2.0, 1024.0]))
@few
def test_scaling_all_payoffs_moves_no_break_even_and_no_remark(payoffs: Floats, scale: float) -> None:
    small, large = objective(payoffs), objective(payoffs * scale)
    assert_frame_equal(large.break_even(), small.break_even(), abs_tol=1e-6)
    assert len(large.remarks()) == len(small.remarks())


@given(cells, chances, st.permutations(DECISIONS))
def test_renaming_decisions_changes_nothing(payoffs: Floats, proba: Floats, names: list[str]) -> None:
    plain = objective(payoffs)
    renamed = objective(payoffs, decisions=[f"{name}!" for name in names])
    names_of = dict(zip(DECISIONS, renamed.decisions, strict=True))
    decided = plain.decide(proba)
    assert renamed.decide(proba).tolist() == [names_of[name] for name in decided]
    before, after = plain.stakes(rates(proba)), renamed.stakes(rates(proba))
    assert (after.constant, after.left) == (names_of[before.constant], before.left)
    assert after.perfect == before.perfect


@given(cells, chances, arrays(float, 3, elements=st.integers(-20, 20)))
@few
def test_adding_to_all_payoffs_of_an_outcome_moves_no_break_even(payoffs: Floats, proba: Floats, extra: Floats) -> None:
    plain, raised = objective(payoffs), objective(payoffs + extra)
    assert_frame_equal(raised.break_even(), plain.break_even(), abs_tol=1e-6)


@given(*[st.integers(-20, 20)] * 2, *[st.integers(1, 40)] * 2)
@few
def test_the_break_even_of_two_outcomes_is_the_general_one(
    stay_no: int, act_yes: int, false_alarm: int, miss: int
) -> None:
    # Elkan 2001, equation 2: act from p = (c10 - c00) / (c10 - c00 + c01 - c11) on, c being costs.
    act_no, stay_yes = stay_no - false_alarm, act_yes - miss
    even = false_alarm / (false_alarm + miss)
    two = Objective({"stay": {"no": stay_no, "yes": stay_yes}, "act": {"no": act_no, "yes": act_yes}})
    assert two.break_even().filter(decision="act").row(0)[2:] == (pytest.approx(even), 1.0)
    # With a third outcome that is like the first, the programme for many finds the same.
    third = two.payoffs["stay"] | {"odd": stay_no}, two.payoffs["act"] | {"odd": act_no}
    many = Objective({"stay": third[0], "act": third[1]}).break_even()
    assert many.filter(decision="act", outcome="yes").row(0)[2:] == (pytest.approx(even), pytest.approx(1.0))
    # Either side of it the decision is another.
    below, above = max(even - 1e-6, 0.0), min(even + 1e-6, 1.0)
    assert two.decide([[1 - below, below], [1 - above, above]]).tolist() == ["stay", "act"]


@given(cells, chances)
def test_the_best_decision_earns_at_least_what_any_other_does(payoffs: Floats, proba: Floats) -> None:
    plain = objective(payoffs)
    worth = {name: payoffs[DECISIONS.index(name)] for name in DECISIONS}
    for chosen, each in zip(plain.decide(proba), proba, strict=True):
        assert worth[str(chosen)] @ each >= max(row @ each for row in worth.values()) - 1e-9


@given(cells, st.integers(0, 20), st.integers(1, 20))
def test_a_range_is_decided_and_valued_as_its_middle(payoffs: Floats, row: int, width: int) -> None:
    plain = objective(payoffs)
    key = (DECISIONS[row % 3], OUTCOMES[row // 3 % 3])
    middle = plain.payoffs[key[0]][key[1]]
    ranged = plain.with_cells({key: [middle - width, middle + width]})
    assert ranged.table().tolist() == plain.table().tolist()
    assert ranged.with_cells({key: middle}).to_dict() == plain.to_dict()


@given(cells, chances)
def test_nothing_is_left_to_win_below_nought(payoffs: Floats, proba: Floats) -> None:
    assert objective(payoffs).stakes(rates(proba)).left >= -1e-9


@given(cells, chances)
def test_items_with_payoffs_of_their_own_are_decided_as_if_alone(payoffs: Floats, proba: Floats) -> None:
    names = {(d, o): f"{d}_{o}" for d in DECISIONS for o in OUTCOMES}
    own = Objective({d: {o: names[d, o] for o in OUTCOMES} for d in DECISIONS})
    rows = [np.roll(payoffs, shift, axis=0) for shift in range(4)]
    items = {names[d, o]: [row[i, k] for row in rows] for i, d in enumerate(DECISIONS) for k, o in enumerate(OUTCOMES)}
    alone = [objective(row).decide(proba[[n]])[0] for n, row in enumerate(rows)]
    assert own.decide(proba, items).tolist() == alone


@given(cells)
def test_an_objective_reads_back_from_what_it_writes(payoffs: Floats) -> None:
    written = objective(payoffs).to_dict()
    assert Objective.from_dict(written).to_dict() == written
