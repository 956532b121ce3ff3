"""Where a choice flips does not depend on the unit, on names, or on what every decision brings anyhow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.objective import Objective
from payoff.project.flips import constant_choice, settling
from payoff.sensitivity import Basis, Chooser, Swing, dials_of, swing_of, worth_of_knowing

CELLS = {"allow": {"good": 0.0, "phish": -10.0}, "block": {"good": -4.0, "phish": 2.0}}
RATES = np.array([0.9, 0.1])
SIZES = [1e-12, 1e-6, 1e6, 1e12]
any_size = pytest.mark.parametrize("size", SIZES)


def scaled(cells: dict[str, dict[str, Any]], size: float, **terms: Any) -> Objective:
    def times(cell: Any) -> Any:
        return [size * end for end in cell] if isinstance(cell, list) else size * cell

    return Objective({d: {o: times(cell) for o, cell in row.items()} for d, row in cells.items()}, **terms)


def choosers(objective: Objective, posterior: np.ndarray) -> dict[str, Chooser]:
    """Each decision taken everywhere, and one policy that decides by the posterior."""
    basis = Basis(objective.table(), posterior, np.ones(len(posterior)))
    always = {name: Chooser(basis, decisions=np.full(len(posterior), d)) for d, name in enumerate(objective.decisions)}
    return {**always, "model": Chooser(basis, proba=posterior)}


def swings(objective: Objective, posterior: np.ndarray, size: float) -> list[Swing]:
    policies = choosers(objective, posterior)
    return [swing_of(policies, "model", dial, size=size) for dial in dials_of(objective, objective.table())]


@any_size
def test_a_flip_scales_with_the_payoffs(size: float) -> None:
    posterior = np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]])
    for here, there in zip(
        swings(scaled(CELLS, size), posterior, size), swings(Objective(CELLS), posterior, 1.0), strict=True
    ):
        assert here.nearest == pytest.approx(there.nearest)
        for one, other in ((here.below, there.below), (here.above, there.above)):
            assert (one is None) == (other is None)
            if one is not None and other is not None:
                assert (one.shift / size, one.rival) == (pytest.approx(other.shift), other.rival)


@any_size
def test_the_worth_of_finding_out_scales_with_the_payoffs(size: float) -> None:
    posterior = np.array([[0.9, 0.1], [0.6, 0.4]])
    found = []
    for by in (size, 1.0):
        objective = scaled(CELLS, by)
        fixed = {name: each for name, each in choosers(objective, posterior).items() if name != "model"}
        dial = dials_of(objective, objective.table())[1]  # allow phish, now -10
        found.append(worth_of_knowing({name: each.curve(dial) for name, each in fixed.items()}, -9 * by, 9 * by) / by)
    assert found[0] == pytest.approx(found[1])
    assert found[1] > 0


@any_size
def test_a_range_is_said_in_its_own_unit(size: float) -> None:
    """Blocking at one in ten costs 3.4; allowing costs a tenth of what phish costs, so it flips at 34."""
    objective = scaled({**CELLS, "allow": {"good": 0.0, "phish": [-60.0, -20.0]}}, size, unit="EUR")
    choice = constant_choice(objective, objective.table().mean(axis=0), RATES)
    assert choice.name == "block"
    line = choice.range_line("allow", "phish", -60 * size, -20 * size)
    flip = line.split("flips at ")[1].split(":")[0]
    assert float(flip.replace(",", "")) / size == pytest.approx(-34, rel=0.01)
    assert "worth nothing" not in line


@any_size
def test_what_changes_nothing_is_worth_nothing_to_find_out_in_any_unit(size: float) -> None:
    objective = scaled({**CELLS, "allow": {"good": 0.0, "phish": [-11.0, -9.0]}}, size, unit="EUR")
    choice = constant_choice(objective, objective.table().mean(axis=0), RATES)
    assert (choice.name, choice.knowing("allow", "phish", -11 * size, -9 * size)) == ("allow", pytest.approx(0.0))
    assert choice.range_line("allow", "phish", -11 * size, -9 * size).endswith("finding it out is worth nothing")


def test_a_worth_is_said_a_month_where_the_volume_is_known() -> None:
    for terms, words in (({}, "2.5 EUR an item"), ({"per_month": 1_000}, "2,500 EUR a month")):
        assert settling(2.5, Objective(CELLS, unit="EUR", **terms)) == f"finding it out is worth at most {words}"


def test_a_worth_below_rounding_is_none_even_for_a_great_volume() -> None:
    """A hundred-billionth of the payoffs is the last place of a sum, not money."""
    assert settling(1e-10, Objective(CELLS, per_month=1e12)) == "finding it out is worth nothing"


@given(
    st.lists(st.floats(0.05, 0.95), min_size=1, max_size=6),
    st.floats(-20, 20),
    st.sampled_from([0, 1]),
)
def test_what_an_outcome_brings_anyhow_moves_no_flip_between_policies(
    shares: list[float], extra: float, outcome: int
) -> None:
    posterior = np.column_stack([1 - np.array(shares), shares])
    raised = {d: {o: c + extra * (k == outcome) for k, (o, c) in enumerate(row.items())} for d, row in CELLS.items()}
    plain, other = Objective(CELLS), Objective(raised)
    earns = [
        {name: chooser.earns() for name, chooser in choosers(objective, posterior).items()}
        for objective in (plain, other)
    ]
    more = extra * float(posterior[:, outcome].mean())
    for name, worth in earns[0].items():
        assert earns[1][name] == pytest.approx(worth + more)


@pytest.mark.parametrize("names", [("good", "phish"), ("zeta", "alpha"), ("0", "-")])
def test_what_outcomes_are_called_moves_no_flip(names: tuple[str, str]) -> None:
    called = {decision: dict(zip(names, row.values(), strict=True)) for decision, row in CELLS.items()}
    objective = Objective(called)
    posterior = np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]])
    order = [objective.outcomes.index(name) for name in names]
    turned = np.empty_like(posterior)
    turned[:, order] = posterior
    found = sorted(swing.nearest for swing in swings(objective, turned, 1.0))
    assert found == pytest.approx(sorted(swing.nearest for swing in swings(Objective(CELLS), posterior, 1.0)))
