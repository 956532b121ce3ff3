"""The three charts of a report as static SVG: money against spend, the ladder, the sources; no script, no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import altair as alt
from markupsafe import Markup, escape

from payoff.report.record import CurvePoint, LadderRow, SourceRow, Story
from payoff.words import Measured, bounded, count, mean, money, share

# Vega knows no CSS variables, so marks are drawn in these stand-ins, and the page's own colours are put in
# their place: one drawing serves light, dark and paper.
INK, QUIET, LINE, ACCENT, PAPER = "#010101", "#010102", "#010103", "#010104", "#010105"
COLOURS = {
    INK: "var(--ink)",
    QUIET: "var(--quiet)",
    LINE: "var(--line)",
    ACCENT: "var(--accent)",
    PAPER: "var(--paper)",
}
WIDE, NARROW = 660, 310
AXIS_WIDTH = 50
VOTERS_DRAWN = 24
Row = dict[str, Any]
Chart = alt.LayerChart | alt.FacetChart


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart drawn twice, for a desk and for a phone, and the sentence that says what it shows.

    >>> Drawing(wide=Markup("<svg/>"), narrow=Markup("<svg/>"), label="two rungs").label
    'two rungs'
    """

    wide: Markup
    narrow: Markup
    label: str


def curve_chart(story: Story) -> Drawing | None:
    """Money earned against money spent: measured with its interval, then forecast, and the stop; None before votes.

    Over the horizon where the volume is known (both axes in the unit), else per item.

    >>> from payoff.report.record import Figure
    >>> points = [CurvePoint(spent=s, votes=s, worth=Figure(w, w - 0.1, w + 0.1)) for s, w in [(0, -0.1), (100, 0.4)]]
    >>> curve_chart(Story(title="sites", unit="EUR", curve=tuple(points))).label
    'Worth against money spent on votes: from -0.10 EUR an item at 0 EUR to +0.40 EUR an item at 100 EUR.'
    """
    if not story.curve:
        return None
    first, last = story.curve[0], story.curve[-1]
    ends = [f"{mean(p.worth)} {story.unit} an item at {money(p.spent, story.unit)}" for p in (first, last)]
    label = f"Worth against money spent on votes: from {ends[0]} to {ends[1]}."
    return _drawn(lambda width: _curve(story, width), label)


def ladder_chart(story: Story) -> Drawing | None:
    """A dot with its interval for every rung, in order, the policy in force marked; None without figures.

    >>> from payoff.report.record import Figure
    >>> rungs = (LadderRow(name="linear", kind="trial", worth=Figure(0.4, 0.3, 0.5), adopted=True),)
    >>> ladder_chart(Story(title="sites", unit="EUR", ladder=rungs)).label
    'Worth of 1 policy in EUR an item: linear +0.40.'
    """
    rows = [(row, figure) for row in story.ladder if (figure := row.worth or row.promised) is not None]
    if not rows:
        return None
    many = count(len(rows), "policy").replace("policys", "policies")
    said = ", ".join(f"{row.name} {mean(figure)}" for row, figure in rows)
    return _drawn(lambda width: _ladder(story, rows, width), f"Worth of {many} in {story.unit} an item: {said}.")


def source_chart(story: Story) -> Drawing | None:
    """How often each voter is right, with its interval, for the busiest voters; None while nobody knows.

    >>> voter = SourceRow(source="rules", voter="no_ssl", kind="rule", price=0, votes=9, coverage=0.1, accuracy=2 / 3)
    >>> source_chart(Story(title="sites", unit="EUR", sources=(voter,))).label
    'Share of votes that are right: rules/no_ssl 67%.'
    """
    known = [row for row in story.sources if row.accuracy is not None]
    if not known:
        return None
    busiest = sorted(known, key=lambda row: -row.votes)[:VOTERS_DRAWN]
    drawn = sorted(busiest, key=lambda row: -(row.accuracy or 0.0))
    said = ", ".join(f"{voter_name(row)} {share(row.accuracy)}" for row in drawn)
    return _drawn(lambda width: _sources(drawn, width), f"Share of votes that are right: {said}.")


def voter_name(row: SourceRow) -> str:
    """A voter as one names it: 'source/voter', or the source alone where both are called the same.

    >>> voter_name(SourceRow(source="filter", voter="filter", kind="system", price=0.0, votes=1, coverage=1.0))
    'filter'
    """
    return row.source if row.voter in ("", row.source) else f"{row.source}/{row.voter}"


def _curve(story: Story, width: int) -> Chart:
    scale = story.volume or 1.0
    over = f"worth over {story.months:g} months" if story.volume else "worth an item"
    x = alt.X("spent:Q", title=f"spent on votes, {story.unit}", axis=_axis(width))
    y = alt.Y("mean:Q", title=None, axis=_axis(width, grid=True), scale=alt.Scale(zero=False))
    solid = [_curve_row(point, scale) for point in story.curve]
    dashed = [_curve_row(point, scale) for point in (*story.curve[-1:], *story.forecast)] if story.forecast else []
    layers = [
        _band(solid, x, 0.18),
        _band(dashed, x, 0.09),
        _marks(dashed).mark_line(color=ACCENT, strokeWidth=2, strokeDash=[5, 4]).encode(x, y),
        _marks(solid).mark_line(color=ACCENT, strokeWidth=2).encode(x, y),
        _marks(solid).mark_point(color=ACCENT, fill=PAPER, opacity=1, size=40).encode(x, y),
        *_levels(story, scale),
        *_stop(story),
    ]
    title = alt.TitleParams(f"{over}, {story.unit}", anchor="start", fontSize=12, fontWeight="normal", color=QUIET)
    return _layered(layers, width - AXIS_WIDTH, 250).properties(title=title)


def _curve_row(point: CurvePoint, scale: float) -> Row:
    row: Row = {"spent": point.spent, "mean": point.worth.mean * scale}
    ends = bounded(point.worth)
    return row if ends is None else row | {"low": ends[0] * scale, "high": ends[1] * scale}


def _band(rows: Sequence[Row], x: alt.X, opacity: float) -> alt.Chart:
    known = [row for row in rows if "low" in row]
    band: alt.Chart = _marks(known).mark_area(color=ACCENT, opacity=opacity).encode(x, y="low:Q", y2="high:Q")
    return band


def _levels(story: Story, scale: float) -> list[alt.Chart]:
    levels = [{"mean": story.today.mean * scale, "name": "today"}] if story.today else []
    if story.stakes:
        levels.append({"mean": story.stakes.perfect * scale, "name": "perfect knowledge"})
    text = _marks(levels).mark_text(align="right", dy=-6, color=QUIET, fontSize=12)
    return [
        _marks(levels).mark_rule(color=QUIET, strokeDash=[1, 3]).encode(y="mean:Q"),
        text.encode(y="mean:Q", x=alt.value("width"), text="name:N"),
    ]


def _stop(story: Story) -> list[alt.Chart]:
    if story.stop_at is None:
        return []
    marks = _marks([{"spent": story.stop_at, "name": "stop"}])
    text = marks.mark_text(align="right", baseline="bottom", dx=-5, color=INK, fontSize=12, fontWeight="bold")
    return [
        marks.mark_rule(color=INK, strokeWidth=1.2).encode(x="spent:Q"),
        text.encode(x="spent:Q", y=alt.value("height"), text="name:N"),
    ]


def _ladder(story: Story, rows: Sequence[tuple[LadderRow, Measured]], width: int) -> Chart:
    names = _distinct([row.name for row, _ in rows])
    drawn = [
        _dot(name, figure, row is story.in_force) | {"realised": row.realised}
        for name, (row, figure) in zip(names, rows, strict=True)
    ]
    x = alt.X("mean:Q", title=f"{story.unit} an item", axis=_axis(width, grid=True))
    kept_aside = [row for row in drawn if row["realised"] is not None]
    diamonds = _marks(kept_aside).mark_point(shape="diamond", color=INK, opacity=1, size=70, strokeWidth=1.4)
    perfect = _marks([{"mean": story.stakes.perfect}] if story.stakes else [])
    layers = [
        perfect.mark_rule(color=QUIET, strokeDash=[1, 3]).encode(x="mean:Q"),
        *_dots(drawn, x, width),
        diamonds.encode(x="realised:Q", y=_names(drawn, width)),
    ]
    return _layered(layers, width - _room(drawn, width), 30 * len(drawn))


def _sources(rows: Sequence[SourceRow], width: int) -> Chart:
    drawn: list[Row] = []
    for row in rows:
        ends = {} if row.low is None or row.high is None else {"low": row.low, "high": row.high}
        drawn.append({"name": voter_name(row), "mean": row.accuracy, "marked": row.kind == "expert", **ends})
    axis = _axis(width, grid=True)
    axis.format = ".0%"
    x = alt.X("mean:Q", title="votes that are right", axis=axis, scale=alt.Scale(domain=[0, 1]))
    return _layered(_dots(drawn, x, width), width - _room(drawn, width), 26 * len(drawn))


def _dot(name: str, figure: Measured, marked: bool) -> Row:
    row: Row = {"name": name, "mean": figure.mean, "marked": marked}
    ends = bounded(figure)
    return row if ends is None else row | {"low": ends[0], "high": ends[1]}


def _dots(rows: Sequence[Row], x: alt.X, width: int) -> list[alt.Chart]:
    """A line from low to high and a dot at the mean, filled for the row that is marked."""
    y = _names(rows, width)
    layers = []
    for marked, colour in ((False, QUIET), (True, ACCENT)):
        some = [row for row in rows if row["marked"] is marked]
        known = [row for row in some if "low" in row]
        layers.append(_marks(known).mark_rule(color=colour, strokeWidth=2).encode(x="low:Q", x2="high:Q", y=y))
        dots = _marks(some).mark_point(color=colour, fill=colour if marked else PAPER, opacity=1, size=70)
        layers.append(dots.encode(x, y))
    return layers


def _names(rows: Sequence[Row], width: int) -> alt.Y:
    axis = alt.Axis(
        labelLimit=_room(rows, width) / 1.2,
        minExtent=_room(rows, width),
        ticks=False,
        domain=False,
        labelPadding=8,
        labelColor=INK,
    )
    return alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=axis)


def _room(rows: Sequence[Row], width: int) -> float:
    """Room left of the marks for the names: by their length in a wide font, as the reader's is not known."""
    return min(0.38 * width, 7.5 * max((len(row["name"]) for row in rows), default=0) + 10)


def _distinct(names: Sequence[str]) -> list[str]:
    """Names with repeats numbered: a rung that was tried twice has two rows."""
    seen = [names[: place + 1].count(name) for place, name in enumerate(names)]
    return [name if times == 1 else f"{name} ({times})" for name, times in zip(names, seen, strict=True)]


def _axis(width: int, *, grid: bool = False) -> alt.Axis:
    return alt.Axis(grid=grid, tickCount=6 if width == WIDE else 4, format=",~f", domain=not grid, ticks=not grid)


def _marks(rows: Sequence[Row]) -> alt.Chart:
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]  # altair leaves it untyped


def _layered(layers: Sequence[alt.Chart], width: float, height: float) -> Chart:
    filled = [layer for layer in layers if layer.data.values]
    return alt.layer(*filled).properties(width=width, height=height)


def _drawn(chart: Callable[[int], Chart], label: str) -> Drawing:
    return Drawing(wide=_svg(chart(WIDE), label), narrow=_svg(chart(NARROW), label), label=label)


def _svg(chart: Chart, label: str) -> Markup:
    """The chart as inline SVG that scales with the page, says its label and names no outside address."""
    text = StringIO()
    _styled(chart).save(text, format="svg")
    opening, body = re.split(r"(?<=>)", text.getvalue(), maxsplit=1)
    box = re.search(r'viewBox="[^"]*"', opening)
    for drawn, shown in COLOURS.items():
        body = body.replace(drawn, shown)
    return Markup(f'<svg role="img" aria-label="{escape(label)}" {box[0] if box else ""}>{body}')


def _styled(chart: Chart) -> Chart:
    styled: Chart = chart.configure(font="system-ui, sans-serif", background="transparent", padding=8)
    styled = styled.configure_view(stroke=None)
    framed: Chart = styled.configure_axis(
        labelColor=QUIET,
        titleColor=QUIET,
        labelFontSize=12,
        titleFontSize=12,
        titleFontWeight="normal",
        gridColor=LINE,
        domainColor=LINE,
        tickColor=LINE,
    )
    return framed
