"""How results show themselves in a notebook: small tables, plain enough for light and dark, and one summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from payoff import words
from payoff.report.record import Story


def html_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, note: str = "") -> str:
    """Rows of plain values as one HTML table, everything escaped; figures are to come as words, None shows as '-'.

    >>> html_table("votes", ["voter", "right"], [["<b>", None]])[-67:]
    '<tr><th scope="row">&lt;b&gt;</th><td>-</td></tr>\\n</tbody>\\n</table>'
    """
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(column) for column in columns)
    lines = [
        Markup('<table class="payoff">\n<caption>{}</caption>').format(title),
        Markup("<thead><tr>{}</tr></thead>\n<tbody>").format(heads),
        *(_row(row) for row in rows),
        Markup("</tbody>\n</table>"),
        *([Markup("<p><small>{}</small></p>").format(note)] if note else []),
    ]
    return str(Markup("\n").join(lines))


def summary(story: Story) -> str:
    """Where a project stands, as a notebook shows it: earned today, would earn, gain, spent, next.

    >>> from payoff.report.record import Figure
    >>> shown = summary(Story(title="sites", unit="EUR", would_earn=Figure(0.43, 0.31, 0.55)))
    >>> shown.count("+0.43 EUR an item (0.31 to 0.55)")
    1
    """
    step = "-" if story.next is None else story.next.said
    rows = [
        ["earned today", words.per_item(story.today, story.unit), story.today_words],
        ["would earn", words.per_item(story.would_earn, story.unit), story.would_words],
        ["gain", words.per_item(story.gain, story.unit), story.judged_on],
        ["spent", words.money(story.spent, story.unit), f"on {words.count(story.votes, 'vote')}"],
        ["next", step, "" if story.next is None else story.next.reason],
    ]
    return html_table(story.title, ["", "worth", "what"], rows)


def _row(values: Sequence[object]) -> Markup:
    shown = [escape(words.ABSENT if value is None else value) for value in values]
    cells = Markup("").join(Markup("<td>{}</td>").format(value) for value in shown[1:])
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(shown[0] if shown else "", cells)
