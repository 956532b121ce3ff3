"""The same story in a terminal: a table of baselines and trials, and one last line in money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from payoff import words
from payoff.report.record import LadderRow, Story

NOTHING = "nothing is in use: "  # how `today_words` begins where there is nothing to compare with but a constant


def screen(story: Story) -> RenderableType:
    """The last screen of the demo and of `payoff status`: what was tried, promised and realised, and the last line.

    It fits 100 columns and still works at 80, where long names wrap.

    >>> from rich.console import Console
    >>> console = Console(width=80, color_system=None)
    >>> with console.capture() as captured:
    ...     console.print(screen(Story(title="sites", unit="EUR")))
    >>> captured.get().strip()
    'you earn - today; nothing else was tried yet'
    """
    line = Text(last_line(story), style="bold")
    doubts = [Text(f"{said}.") for said in doubts_of(story)]
    return Group(ladder_table(story), Text(""), *doubts, *doubts and [Text("")], line) if story.ladder else line


def doubts_of(story: Story) -> list[str]:
    """What the usual metric would have cost and while what payoffs the choice holds: sentences without a full stop.

    >>> doubts_of(Story(title="sites", unit="EUR", sensitivity="the choice 'linear' holds whatever a miss costs"))
    ["The choice 'linear' holds whatever a miss costs"]
    """
    return [line[:1].upper() + line[1:] for line in (story.outdone, story.usual_line, story.sensitivity) if line]


def last_line(story: Story) -> str:
    """One line: what is earned today, what would be, after which votes at which cost, the next step and its reason.

    >>> from payoff.report.record import Action, Figure
    >>> step = Action(name="stop", reason="100 more cost 100 EUR and would bring 40 EUR")
    >>> story = Story(title="sites", unit="EUR", today=Figure(-0.12, -0.2, -0.04), would_earn=Figure(0.43, 0.31, 0.55),
    ...     votes=230, spent=230.0, next=step)
    >>> print(last_line(story).replace("; ", ";\\n"))
    you earn -0.12 EUR an item today;
    +0.43 EUR an item (0.31 to 0.55) after 230 votes that cost 230 EUR;
    next: stop, since 100 more cost 100 EUR and would bring 40 EUR
    """
    today = "-" if story.today is None else f"{words.mean(story.today)} {story.unit} an item"
    parts = [f"you earn {today} today"]
    if story.today is not None and words.bounded(story.today) is None:
        today += " (expected, not audited yet)"
        parts = [f"you earn {today} today"]
    if story.today_words.startswith(NOTHING):
        parts = [f"{story.today_words.removeprefix(NOTHING)}, earns {today}"]
    if story.would_earn is None:
        parts.append("nothing else was tried yet")
    else:
        unproven = f"{', ' if story.about else ''}{story.about}{', provisional' if story.provisional else ''}"
        comma = "," if unproven else ""
        bought = f"{comma} after {words.count(story.votes, 'vote')} that cost {words.money(story.spent, story.unit)}"
        earns = words.per_item(story.would_earn, story.unit)
        parts.append(f"{_who(story)}{earns}{unproven}{bought if story.votes else ''}")
    if story.next is not None:
        since = f", since {story.next.reason}" if story.next.reason else ""
        parts.append(f"next: {story.next.said}{since}")
    return "; ".join(parts)


def _who(story: Story) -> str:
    """The policy that would earn it, as far as the story names one."""
    name = story.would_words.partition(":")[0]
    return f"with '{name}' " if name else ""


def ladder_table(story: Story) -> Table:
    """Baselines and trials with what was promised for how many items, what was realised, and the verdict.

    The worth without the scatter of those items has a column where a row carries no promise. Before anything was
    realised it stands alone: a promise beside it would be a second interval for one figure.

    >>> row = LadderRow(name="inspect", kind="baseline", realised=-0.12)
    >>> [str(column.header) for column in ladder_table(Story(title="sites", unit="EUR", ladder=(row,))).columns]
    ['policy', 'promised', 'realised', 'verdict']
    """
    bare = any(row.worth is not None and row.promised is None for row in story.ladder)
    if all(row.realised is None for row in story.ladder):
        worths = [[row.name, _figure(row.worth or row.promised), _verdict(row)] for row in story.ladder]
        note = "; ".join(filter(None, [story.measure, story.aside]))
        return text_table(story.title, ["policy", "worth", "verdict"], worths, numeric=["worth"], note=note)
    columns = ["policy", *(["worth"] if bare else []), "promised", "realised", "verdict"]
    rows = []
    for row in story.ladder:
        worth = [_figure(row.worth)] if bare else []
        rows.append([row.name, *worth, _figure(row.promised), _realised(row), _verdict(row)])
    note = story.basis + ("; ! not as promised" if any(row.held is False for row in story.ladder) else "")
    return text_table(story.title, columns, rows, numeric=columns[1:-1], note=note)


def text_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numeric: Iterable[str] = (),
    note: str = "",
) -> Table:
    """Rows of plain values as a table for the terminal, without markup; None shows as '-'; `numeric` stand right.

    >>> text_table("votes", ["voter", "right"], [["rules", None]], numeric=["right"]).row_count
    1
    """
    right = set(numeric)
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False, caption_justify="left")
    table.caption = Text(note) if note else None
    for column in columns:
        table.add_column(Text(column), justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(words.ABSENT if value is None else str(value)) for value in row))
    return table


def frame_table(title: str, frame: pl.DataFrame, *, note: str = "") -> Table:
    """A dataframe as a table for the terminal; numbers stand right and have no more decimals than one reads.

    >>> frame_table("votes", pl.DataFrame({"voter": ["rules"], "right": [0.75]})).row_count
    1
    """
    numeric = [name for name, dtype in frame.schema.items() if dtype.is_numeric()]
    rows = [[words.number(value) if isinstance(value, float) else value for value in row] for row in frame.rows()]
    return text_table(title, frame.columns, rows, numeric=numeric, note=note)


def _figure(figure: words.Measured | None) -> str:
    return words.ABSENT if figure is None else f"{words.mean(figure)} ({words.interval(figure)})"


def _realised(row: LadderRow) -> str:
    return row.realised_words + (" !" if row.held is False else "")


def _verdict(row: LadderRow) -> str:
    state = "in force" if row.adopted else "in use" if row.kind == "in use" else ""
    return ", ".join(part for part in (row.verdict or "", state) if part) or words.ABSENT
