"""What holds for any objective."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from payoff.decide import Floats
from payoff.objective import Objective

DECISIONS = ["remove", "keep", "review"]
OUTCOMES = ["ham", "scam", "spam"]

cells = arrays(float, (3, 3), elements=st.integers(-20, 20))
chances = arrays(float, (4, 3), elements=st.integers(1, 9)).map(lambda mass: mass / mass.sum(axis=1, keepdims=True))


def objective(payoffs: Floats, outcomes: list[str] = OUTCOMES) -> Objective:
    return Objective(
        {d: dict(zip(outcomes, row.tolist(), strict=True)) for d, row in zip(DECISIONS, payoffs, strict=True)}
    )


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
