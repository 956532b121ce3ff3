"""Charts of block characters: heights, ticks and names where they belong, and never too wide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.report.blocks import BREADTH, HIGH, WIDE, bars, hill

FLAT = [1.0] * BREADTH


def test_a_flat_hill_fills_every_row() -> None:
    rows = hill(FLAT, [(0.0, "keep")])[:HIGH]
    assert [row.count("█") for row in rows] == [BREADTH] * HIGH


def test_the_top_and_the_middle_carry_their_figures() -> None:
    rows = hill([0.25] * BREADTH, [(0.0, "keep")])
    assert rows[0].startswith(" 0.25 ┤")
    assert rows[HIGH // 2].startswith("0.125 ┤")
    assert rows[HIGH].startswith("    0 ┼")


def test_a_height_is_drawn_to_an_eighth_of_a_row() -> None:
    rows = hill([1.0] * 60 + [1 / HIGH / 8], [(0.0, "keep")])
    assert rows[HIGH - 1][-1] == "▁"


def test_a_swap_has_a_tick_its_rate_and_the_name_that_follows() -> None:
    *_, rule, rates, names = hill(FLAT, [(0.0, "keep"), (0.25, "remove")])
    tick = rule.index("┬")
    assert tick - rule.index("┼") == 1 + 15  # a quarter of 60 columns
    assert rates[tick:].startswith("0.25")
    assert names[tick:] == "│remove"


def test_a_name_is_cut_to_its_stretch() -> None:
    names = hill(FLAT, [(0.0, "keep everything"), (0.1, "remove")])[-1]
    assert names.strip() == "keep …│remove"  # a tenth of 60 columns


def test_a_stretch_of_no_width_leaves_the_next_name_in_place() -> None:
    names = hill(FLAT, [(0.0, "keep"), (0.501, "review"), (0.502, "remove")])[-1]
    assert names.endswith("│remove")
    assert "review" not in names


def test_an_arrow_stands_at_the_base_rate() -> None:
    lines = hill(FLAT, [(0.0, "keep")], mark=0.5)
    arrow = next(line for line in lines if "▲" in line)
    assert arrow.index("▲") - lines[HIGH].index("┼") == 1 + 30
    assert arrow.endswith("▲ 0.50")


def test_a_rate_below_a_hundredth_is_not_shown_as_nought() -> None:
    assert "▲ 0.002" in "\n".join(hill(FLAT, [(0.0, "keep")], mark=0.002))


def test_where_there_is_nothing_to_win_there_is_no_chart() -> None:
    assert hill([0.0] * BREADTH, [(0.0, "keep")]) == []
    assert bars({"spam": 0.0}) == []
    assert bars({}) == []


def test_bars_are_as_long_as_their_values() -> None:
    first, second = bars({"a": 1.0, "b": 0.5})
    assert second.count("█") == first.count("█") / 2


def test_a_long_name_leaves_room_for_its_bar() -> None:
    (line,) = bars({"a name that nobody would give to an outcome": 1.0})
    assert "…" in line
    assert "█" in line


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40)


@given(st.lists(st.floats(0, 1e9), min_size=BREADTH, max_size=BREADTH), st.lists(names, min_size=1, max_size=5))
def test_a_hill_is_never_too_wide(values: list[float], decisions: list[str]) -> None:
    stretches = [(k / len(decisions), name) for k, name in enumerate(decisions)]
    assert all(len(line) <= WIDE for line in hill(values, stretches, mark=1.0))


@given(st.dictionaries(names, st.floats(0, 1e9), max_size=6))
def test_bars_are_never_too_wide(values: dict[str, float]) -> None:
    assert all(len(line) <= WIDE for line in bars(values))


@pytest.mark.parametrize("mark", [0.0, 0.5, 1.0])
def test_an_arrow_at_either_end_stays_within(mark: float) -> None:
    assert any("▲" in line for line in hill(FLAT, [(0.0, "keep")], mark=mark))
