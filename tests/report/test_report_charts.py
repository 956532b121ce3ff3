"""The charts: drawn for desk and phone, in the page's own colours, and absent where there is nothing to draw."""

from __future__ import annotations

from dataclasses import replace

import pytest
import stories

from payoff.report.charts import COLOURS, NARROW, VOTERS_DRAWN, WIDE, Drawing, curve_chart, ladder_chart, source_chart
from payoff.report.record import CurvePoint, Figure, SourceRow, Story

CHARTS = [curve_chart, ladder_chart, source_chart]


def width(svg: str) -> float:
    return float(svg.split('viewBox="')[1].split('"')[0].split()[2])


def drawn(chart: Drawing | None) -> Drawing:
    assert chart is not None
    return chart


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_to_draw_is_no_chart(chart: type) -> None:
    assert chart(stories.EMPTY) is None


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_drawn_for_a_desk_and_for_a_phone(chart: type) -> None:
    drawing = drawn(chart(stories.FULL))
    assert width(drawing.narrow) <= 1.1 * NARROW < WIDE <= width(drawing.wide) <= 1.1 * WIDE


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_wears_the_colours_of_the_page(chart: type) -> None:
    drawing = drawn(chart(stories.FULL))
    assert "var(--ink)" in drawing.wide
    assert [stand_in for stand_in in COLOURS if stand_in in drawing.wide] == []


def test_the_curve_is_money_over_the_horizon_where_the_volume_is_known() -> None:
    assert "worth over 6 months, EUR" in drawn(curve_chart(stories.FULL)).wide
    assert "worth an item, EUR" in drawn(curve_chart(stories.NO_VOLUME)).wide


def test_the_curve_shows_where_it_stops() -> None:
    assert ">stop<" in drawn(curve_chart(stories.FULL)).wide
    assert ">stop<" not in drawn(curve_chart(replace(stories.FULL, stop_at=None))).wide


def test_the_forecast_is_dashed() -> None:
    dashes = 'stroke-dasharray="5,4"'
    assert dashes in drawn(curve_chart(stories.FULL)).wide
    assert dashes not in drawn(curve_chart(replace(stories.FULL, forecast=()))).wide


def test_a_single_point_without_an_interval_is_drawn() -> None:
    story = Story(title="sites", unit="EUR", curve=(CurvePoint(spent=0.0, votes=0, worth=Figure(0.1)),))
    assert "<svg" in drawn(curve_chart(story)).wide


def test_rungs_of_one_name_have_rows_of_their_own() -> None:
    twice = replace(stories.EMPTY, ladder=(stories.LADDER[-2], stories.LADDER[-2]))
    assert drawn(ladder_chart(twice)).wide.count(">linear<") == 1
    assert drawn(ladder_chart(twice)).wide.count(">linear (2)<") == 1


def test_of_many_voters_the_busiest_are_drawn() -> None:
    many = tuple(
        SourceRow(source="rules", voter=f"r{votes}", kind="rule", price=0.0, votes=votes, coverage=0.1, accuracy=0.7)
        for votes in range(VOTERS_DRAWN + 5)
    )
    label = drawn(source_chart(replace(stories.EMPTY, sources=many))).label
    assert "rules/r5 " in label
    assert "rules/r4 " not in label


def test_names_in_a_chart_stay_text() -> None:
    drawing = drawn(ladder_chart(stories.SPOILT))
    assert "<script" not in drawing.wide
    assert "&lt;script" in drawing.wide
