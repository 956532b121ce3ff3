"""The three charts of a report as static SVG: money against spend, the ladder, the sources; no script, no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from payoff.report.axis import CHARACTER, Axis
from payoff.report.record import CurvePoint, LadderRow, SourceRow, Story
from payoff.report.rendering import environment
from payoff.words import Measured, bounded, count, interval, mean, money, share

WIDE, NARROW = 660, 310
VOTERS_DRAWN = 24
DOTS_DRAWN = 40  # a curve of more points is its line alone
CURVE_TOP, CURVE_BOTTOM = 44, 274
APART = 16  # two lines of text that are closer than this touch each other
Placed = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart drawn twice, for a desk and for a phone, and the sentence that says what it shows.

    >>> Drawing(wide=Markup("<svg/>"), narrow=Markup("<svg/>"), label="two rungs").label
    'two rungs'
    """

    wide: Markup
    narrow: Markup
    label: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a chart of dots: a name, its figure in words, and the values that are known of it.

    >>> Row(name="linear", figure="+0.40", said="0.30 to 0.50", mean=0.4).low is None
    True
    """

    name: str
    figure: str
    said: str
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    realised: float | None = None
    marked: bool = False


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
    return _drawn("curve", lambda width: _curve(story, width), label)


def ladder_chart(story: Story) -> Drawing | None:
    """A dot with its interval for every rung, in order, the policy in force marked; None without figures.

    >>> from payoff.report.record import Figure
    >>> rungs = (LadderRow(name="linear", kind="trial", worth=Figure(0.4, 0.3, 0.5), adopted=True),)
    >>> ladder_chart(Story(title="sites", unit="EUR", ladder=rungs)).label
    'Worth of 1 policy in EUR an item: linear +0.40.'
    """
    known = [row for row in story.ladder if row.worth or row.promised or row.realised is not None]
    if not known:
        return None
    rows = [_rung(row, story) for row in known]
    rows = [replace(row, name=name) for row, name in zip(rows, _distinct([row.name for row in rows]), strict=True)]
    many = count(len(rows), "policy").replace("policys", "policies")
    said = ", ".join(f"{row.name} {row.figure}{' realised' if row.mean is None else ''}" for row in rows)
    perfect = story.stakes.perfect.mean if story.stakes else None
    return _drawn(
        "dots",
        lambda width: _dots(rows, width, title=f"{story.unit} an item", level=perfect),
        f"Worth of {many} in {story.unit} an item: {said}.",
    )


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
    rows = [_voter(row) for row in sorted(busiest, key=lambda row: -(row.accuracy or 0.0))]
    said = ", ".join(f"{row.name} {row.figure}" for row in rows)
    return _drawn(
        "dots",
        lambda width: _dots(rows, width, title="votes that are right", shares=True),
        f"Share of votes that are right: {said}.",
    )


def voter_name(row: SourceRow) -> str:
    """A voter as one names it: 'source/voter', or the source alone where both are called the same.

    >>> voter_name(SourceRow(source="filter", voter="filter", kind="system", price=0.0, votes=1, coverage=1.0))
    'filter'
    """
    return row.source if row.voter in ("", row.source) else f"{row.source}/{row.voter}"


def _curve(story: Story, width: int) -> Placed:
    scale = story.volume or 1.0
    ahead = [point for point in story.forecast if point.spent > story.curve[-1].spent]
    levels = [(story.today.mean * scale, "today")] if story.today else []
    perfect = "perfect knowledge" if width == WIDE else "perfect"
    levels += [(story.stakes.perfect.mean * scale, perfect)] if story.stakes else []
    reached = [value * scale for point in (*story.curve, *ahead) for value in _values(point.worth)]
    up = Axis.over([*reached, *(value for value, _ in levels)], CURVE_BOTTOM, CURVE_TOP, room=0.07)
    along = _spending(story, ahead, up.room + 12, width)
    followed = [story.curve[-1], *ahead] if ahead else []
    return {
        "top": CURVE_TOP,
        "bottom": CURVE_BOTTOM,
        "edge": 2,
        "title": f"worth over {story.months:g} months, {story.unit}"
        if story.volume
        else f"worth an item, {story.unit}",
        "along": along,
        "along_title": f"spent on votes, {story.unit}",
        "up": up,
        "line": _line(story.curve, along, up, scale),
        "ahead": _line(followed, along, up, scale),
        "band": _band(story.curve, along, up, scale),
        "ahead_band": _band(followed, along, up, scale),
        "dots": _points(story, along, up, scale) if len(story.curve) <= DOTS_DRAWN else [],
        "levels": _levels(levels, up),
        "stop": None if story.stop_at is None else along.at(story.stop_at),
    }


def _values(worth: Measured) -> tuple[float, ...]:
    return (worth.mean, *(bounded(worth) or ()))


def _spending(story: Story, ahead: Sequence[CurvePoint], left: float, width: int) -> Axis:
    spent = [point.spent for point in (*story.curve, *ahead)]
    most = max(*spent, story.stop_at or 0.0) or 1.0
    return Axis(0.0, most, left, width - 14, many=7 if width == WIDE else 5).spaced()


def _line(points: Sequence[CurvePoint], along: Axis, up: Axis, scale: float) -> str:
    return _path([(along.at(point.spent), up.at(point.worth.mean * scale)) for point in points])


def _band(points: Sequence[CurvePoint], along: Axis, up: Axis, scale: float) -> str:
    """There along the upper ends and back along the lower ones, over the points whose interval is known."""
    known = [(along.at(point.spent), ends) for point in points if (ends := bounded(point.worth)) is not None]
    there = [(x, up.at(high * scale)) for x, (_, high) in known]
    back = [(x, up.at(low * scale)) for x, (low, _) in reversed(known)]
    return _path(there + back) if len(known) > 1 else ""


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _points(story: Story, along: Axis, up: Axis, scale: float) -> list[Placed]:
    return [
        {
            "x": along.at(point.spent),
            "y": up.at(point.worth.mean * scale),
            "said": f"{mean(point.worth)} {story.unit} an item ({interval(point.worth)}) "
            f"at {money(point.spent, story.unit)}, {count(point.votes, 'vote')}",
        }
        for point in story.curve
    ]


def _levels(levels: Sequence[tuple[float, str]], up: Axis) -> list[Placed]:
    """Levels from the highest to the lowest, each named above its line, or below it where the one above is near."""
    placed: list[Placed] = []
    for value, name in sorted(levels, reverse=True):
        y = up.at(value)
        near = bool(placed) and y - placed[-1]["y"] < APART
        placed.append({"y": y, "name": name, "text_y": y + 15 if near else y - 6})
    return placed


def _rung(row: LadderRow, story: Story) -> Row:
    worth = row.worth or row.promised
    said = [f"{mean(worth)} ({interval(worth)})"] if worth else []
    said += [f"{row.realised_words} realised"] if row.realised is not None else []
    low, high = (bounded(worth) if worth else None) or (None, None)
    return Row(
        name=row.name,
        figure=mean(worth) if worth else row.realised_words,
        said=", ".join(said),
        mean=worth.mean if worth else None,
        low=low,
        high=high,
        realised=row.realised,
        marked=row is story.in_force,
    )


def _voter(row: SourceRow) -> Row:
    known = row.low is not None and row.high is not None
    ends = f" ({share(row.low)} to {share(row.high)})" if share(row.low) != share(row.high) else ""
    return Row(
        name=voter_name(row),
        figure=share(row.accuracy),
        said=f"{share(row.accuracy)}{ends} of {count(row.votes, 'vote')}",
        mean=row.accuracy,
        low=row.low if known else None,
        high=row.high if known else None,
        marked=row.kind == "expert",
    )


def _distinct(names: Sequence[str]) -> list[str]:
    """Names with repeats numbered: a rung that was tried twice has two rows."""
    seen = [names[: place + 1].count(name) for place, name in enumerate(names)]
    return [name if times == 1 else f"{name} ({times})" for name, times in zip(names, seen, strict=True)]


def _dots(rows: Sequence[Row], width: int, *, title: str, level: float | None = None, shares: bool = False) -> Placed:
    """Names left of the marks on a desk; above them on a phone, where there is no room beside."""
    stacked = width == NARROW
    figures = CHARACTER * max(len(row.figure) for row in rows) + 14
    names = width if stacked else min(0.38 * width, max(len(row.name) * _character(row) for row in rows) + 14)
    start, end = 8.0 if stacked else names + 8, width - figures - 10
    values = [v for row in rows for v in (row.mean, row.low, row.high, row.realised, level) if v is not None]
    along = Axis(0.0, 1.0, start, end, as_share=True) if shares else Axis.over(values, start, end)
    step = 40 if stacked else 28
    placed = [_place(row, along, top=6 + step * place, names=names, stacked=stacked) for place, row in enumerate(rows)]
    zero = along.at(0.0) if along.low < 0.0 < along.high else None
    return {
        "top": 4,
        "bottom": 10 + step * len(rows),
        "along": along.spaced(),
        "along_title": title,
        "rows": placed,
        "zero": zero,
        "level": None if level is None else along.at(level),
    }


def _place(row: Row, along: Axis, *, top: float, names: float, stacked: bool) -> Placed:
    fits = int((names - 14) / _character(row) + 1e-9)
    at = {name: None if (value := getattr(row, name)) is None else along.at(value) for name in ("mean", "low", "high")}
    return {
        **at,
        "realised": None if row.realised is None else along.at(row.realised),
        "y": top + (28 if stacked else 14),
        "name": row.name,
        "shown": row.name if len(row.name) <= fits else f"{row.name[: fits - 1]}…",
        "name_x": 2 if stacked else names - 6,
        "name_y": top + (14 if stacked else 18),
        "anchor": "start" if stacked else "end",
        "figure": row.figure,
        "said": row.said,
        "marked": row.marked,
    }


def _character(row: Row) -> float:
    return 1.15 * CHARACTER if row.marked else CHARACTER  # what is marked is bold


def _drawn(kind: str, placed: Callable[[int], Placed], label: str) -> Drawing:
    draw = getattr(environment().get_template("chart.html").module, kind)
    wide, narrow = (Markup(draw({"width": width, "label": label, **placed(width)})) for width in (WIDE, NARROW))
    return Drawing(wide=wide, narrow=narrow, label=label)
