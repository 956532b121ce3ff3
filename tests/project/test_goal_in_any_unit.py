"""What there is to win is shown with its digits, whether a unit is a million or a millionth."""

from __future__ import annotations

from pathlib import Path

import pytest

import payoff as po
from small_projects import CELLS, known_sites, project_of, sites

FIGURES = ("it earns", "perfect knowledge", "to win")


def goal(folder: Path, size: float, *, known: bool) -> list[dict[str, float]]:
    cells = {d: {o: size * cell for o, cell in row.items()} for d, row in CELLS.items()}
    objective = po.Objective(cells, unit="EUR", per_month=1_000, months=6)
    items, given = (known_sites(), {"outcome": "y"}) if known else (sites(), {})
    return project_of(folder / f"{size}", items, objective=objective, **given).goal().table.to_dicts()


@pytest.mark.parametrize("known", [True, False], ids=["outcomes known", "no outcome known"])
@pytest.mark.parametrize("size", [1e-9, 1e-6, 1e-3, 1e6])
def test_figures_keep_three_digits(tmp_path: Path, size: float, known: bool) -> None:
    for here, there in zip(goal(tmp_path, size, known=known), goal(tmp_path, 1.0, known=known), strict=True):
        assert here["best constant"] == there["best constant"]
        for name in FIGURES:
            assert here[name] / size == pytest.approx(there[name], abs=2e-3)


def test_common_figures_are_rounded_to_four_decimals(tmp_path: Path) -> None:
    for row in goal(tmp_path, 1 / 3, known=False):
        assert all(row[name] == round(row[name], 4) for name in FIGURES)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_what_is_to_win_is_what_perfect_knowledge_earns_above_the_constant(tmp_path: Path, size: float) -> None:
    (row,) = goal(tmp_path, size, known=True)
    spam = row["P(spam)"]
    assert row["it earns"] / size == pytest.approx(-spam, abs=2e-3)  # what is kept costs 1 where it is spam
    assert row["perfect knowledge"] / size == pytest.approx(spam, abs=2e-3)  # and removed it earns 1
    assert row["to win"] / size == pytest.approx(2 * spam, abs=4e-3)
