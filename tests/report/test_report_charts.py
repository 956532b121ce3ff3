"""The charts: drawn for desk and phone, in the page's own colours, and absent where there is nothing to draw."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from typing import Protocol
from xml.etree import ElementTree

import pytest

import stories
from payoff.report.charts import NARROW, VOTERS_DRAWN, WIDE, Drawing, curve_chart, ladder_chart, source_chart
from payoff.report.record import CurvePoint, Figure, LadderRow, SourceRow, Stakes, Story, raised


class Chart(Protocol):
    def __call__(self, story: Story) -> Drawing | None: ...


CHARTS = [curve_chart, ladder_chart, source_chart]
STAKES = Stakes("inspect", Figure(-0.12), Figure(0.88), Figure(0.01), on="583 items learnt from", expected=True)
WORLDS = [stories.FULL, stories.NO_VOLUME, stories.NO_AUDIT, stories.LONG_NAMES, stories.SPOILT]


def drawn(chart: Drawing | None) -> Drawing:
    assert chart is not None
    return chart


def marks(svg: str, of_class: str) -> list[dict[str, str]]:
    """The attributes of every mark whose class is exactly this."""
    return [mark.attrib for mark in ElementTree.fromstring(svg).iter() if mark.get("class") == of_class]


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter("text")]


def spent(*worths: Figure) -> tuple[CurvePoint, ...]:
    return tuple(CurvePoint(spent=100.0 * place, votes=place, worth=worth) for place, worth in enumerate(worths))


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_to_draw_is_no_chart(chart: Chart) -> None:
    assert chart(stories.EMPTY) is None


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_drawn_for_a_desk_and_for_a_phone(chart: Chart) -> None:
    drawing = drawn(chart(stories.FULL))
    assert f'viewBox="0 0 {WIDE} ' in drawing.wide
    assert f'viewBox="0 0 {NARROW} ' in drawing.narrow


@pytest.mark.parametrize("story", WORLDS)
@pytest.mark.parametrize("chart", CHARTS)
def test_every_mark_stands_inside_its_chart(chart: Chart, story: Story) -> None:
    drawing = drawn(chart(story))
    for svg, width in ((drawing.wide, WIDE), (drawing.narrow, NARROW)):
        across = [float(x) for x in re.findall(r' (?:x|x1|x2|cx)="([^"]*)"', svg)]
        assert min(across) >= 0 and max(across) <= width


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_wears_the_colours_of_the_page(chart: Chart) -> None:
    drawing = drawn(chart(stories.FULL))
    assert [word for word in ("fill=", "stroke=", "style=", "#", "rgb") if word in drawing.wide] == []


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_says_the_units_of_its_axes(chart: Chart) -> None:
    units = [text for text in texts(drawn(chart(stories.FULL)).wide) if text.endswith(("EUR", "EUR an item", "right"))]
    assert units in (["worth over 6 months, EUR", "spent on votes, EUR"], ["EUR an item"], ["votes that are right"])


def test_the_curve_is_money_over_the_horizon_where_the_volume_is_known() -> None:
    assert "worth over 6 months, EUR" in texts(drawn(curve_chart(stories.FULL)).wide)
    assert "worth an item, EUR" in texts(drawn(curve_chart(stories.NO_VOLUME)).wide)


def test_the_curve_shows_where_it_stops() -> None:
    assert "stop" in texts(drawn(curve_chart(stories.FULL)).wide)
    assert "stop" not in texts(drawn(curve_chart(replace(stories.FULL, stop_at=None))).wide)


def test_the_stop_stands_at_its_spending() -> None:
    svg = drawn(curve_chart(stories.FULL)).wide
    last = marks(svg, "dot marked open")[-1]
    assert marks(svg, "stop")[0]["x1"] == last["cx"]  # both at 230 EUR


def test_the_forecast_goes_on_from_the_last_point_and_is_dashed() -> None:
    svg = drawn(curve_chart(stories.FULL)).wide
    measured, ahead = (marks(svg, name)[0]["points"].split() for name in ("line", "line ahead"))
    assert ahead[0] == measured[-1]
    assert len(ahead) == 1 + len(stories.FULL.forecast)
    assert marks(drawn(curve_chart(replace(stories.FULL, forecast=()))).wide, "line ahead") == []


def test_a_forecast_that_begins_at_the_last_point_is_drawn_the_same() -> None:
    again = replace(stories.FULL, forecast=(stories.FULL.curve[-1], *stories.FULL.forecast))
    assert curve_chart(again) == curve_chart(stories.FULL)


def test_the_band_goes_there_along_the_upper_ends_and_back_along_the_lower() -> None:
    curve = spent(Figure(0.5, 0.0, 1.0), Figure(0.75, 0.5, 1.0))
    band = marks(drawn(curve_chart(Story(title="sites", unit="EUR", curve=curve))).wide, "band")[0]["points"].split()
    (x0, top0), (x1, top1), (x2, low1), (x3, low0) = (tuple(map(float, point.split(","))) for point in band)
    assert (x0, x1) == (x3, x2)
    assert top0 == top1 < low1 < low0


def test_a_point_without_an_interval_has_no_part_in_the_band() -> None:
    curve = spent(Figure(0.5, -inf, inf), Figure(0.5, 0.0, 1.0), Figure(0.75, 0.5, 1.0))
    svg = drawn(curve_chart(Story(title="sites", unit="EUR", curve=curve))).wide
    assert len(marks(svg, "band")[0]["points"].split()) == 2 * 2
    assert len(marks(svg, "line")[0]["points"].split()) == 3


def test_a_single_point_without_an_interval_is_drawn() -> None:
    svg = drawn(curve_chart(Story(title="sites", unit="EUR", curve=spent(Figure(0.1))))).wide
    assert len(marks(svg, "dot marked open")) == 1
    assert marks(svg, "band") == []


def test_levels_that_are_near_are_named_on_either_side() -> None:
    near = replace(stories.FULL, today=Figure(0.87), stakes=STAKES)
    svg = drawn(curve_chart(near)).wide
    places = {text.text: float(text.get("y", "")) for text in ElementTree.fromstring(svg).iter("text")}
    assert places["today"] - places["perfect knowledge"] > 16


def test_doubts_about_today_and_about_the_gain_add_up() -> None:
    assert raised(Figure(0.5, 0.25, 0.75), 0.25, (0.125, 0.5)) == Figure(0.5 + 0.25, 0.25 + 0.125, 0.75 + 0.5)
    assert raised(Figure(0.5), 0.25, (0.125, 0.5)) == Figure(0.5 + 0.25)


def test_only_the_policy_in_force_is_filled() -> None:
    svg = drawn(ladder_chart(stories.FULL)).wide
    assert len(marks(svg, "dot marked")) == 1
    assert len(marks(svg, "dot open")) == len(stories.LADDER) - 1


def test_what_was_realised_is_a_diamond() -> None:
    assert len(marks(drawn(ladder_chart(stories.FULL)).wide, "diamond")) == len(stories.LADDER)


def test_what_was_only_realised_has_a_row_and_no_dot() -> None:
    peer = LadderRow(name="two cuts", kind="baseline", realised=0.52)
    drawing = drawn(ladder_chart(Story(title="sites", unit="EUR", ladder=(peer,))))
    assert len(marks(drawing.wide, "diamond")) == 1
    assert "<circle" not in drawing.wide
    assert drawing.label == "Worth of 1 policy in EUR an item: two cuts +0.52 realised."


def test_a_rung_nobody_judged_has_no_row() -> None:
    assert ladder_chart(Story(title="sites", unit="EUR", ladder=(LadderRow(name="trees", kind="trial"),))) is None


def test_rungs_of_one_name_have_rows_of_their_own() -> None:
    twice = replace(stories.EMPTY, ladder=(stories.LADDER[-2], stories.LADDER[-2]))
    names = texts(drawn(ladder_chart(twice)).wide)
    assert (names.count("linear"), names.count("linear (2)")) == (1, 1)


def test_shares_are_drawn_from_nought_to_all() -> None:
    said = [text for text in texts(drawn(source_chart(stories.FULL)).wide) if text in ("0%", "20%", "80%", "100%")]
    assert said == ["0%", "20%", "80%", "100%"]


def test_of_many_voters_the_busiest_are_drawn() -> None:
    many = tuple(
        SourceRow(source="rules", voter=f"r{votes}", kind="rule", price=0.0, votes=votes, coverage=0.1, accuracy=0.7)
        for votes in range(VOTERS_DRAWN + 5)
    )
    label = drawn(source_chart(replace(stories.EMPTY, sources=many))).label
    assert "rules/r5 " in label
    assert "rules/r4 " not in label


def test_a_long_name_is_cut_and_said_in_full_where_one_points_at_it() -> None:
    svg = drawn(ladder_chart(stories.LONG_NAMES)).narrow
    name = f"linear_{stories.LONG}"
    assert name not in texts(svg)
    assert [text for text in texts(svg) if text.endswith("…") and name.startswith(text[:-1])] != []
    assert f"<title>{name}: +0.47 (0.34 to 0.60), +0.51 realised</title>" in svg


def test_names_in_a_chart_stay_text() -> None:
    drawing = drawn(ladder_chart(stories.SPOILT))
    assert "<script" not in drawing.wide
    assert "&lt;script" in drawing.wide
