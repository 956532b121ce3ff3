"""What `payoff votes` prints: sources or voters in one table, what and whom to look at again, and the next step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from payoff.cli.output import busy, folded, say_next, show

if TYPE_CHECKING:
    import polars as pl

    from payoff.project import Project
    from payoff.project.scrutiny import Scrutiny

WIDTH = 80
FEW = 12  # voters that are all shown; of more, their sources
SHOWN = 3  # of each list
NO_VOTER = "No voter here: no rule, model, crowd or expert is in payoff.toml, or none has voted yet."


def show_votes(project: Project, table: str | None, *, every: bool = False, as_json: bool = False) -> None:
    """Print what there is to say of the votes, `every` voter with its own row; or how right voters are on a `table`."""
    if table is not None:
        show(project.voters(table), title=f"voters, before and on {table}", as_json=as_json)
        return
    with busy("looking at the votes"):
        found = project.scrutiny()
    if as_json:
        click.echo(json.dumps(found.to_dict(), default=str))
    elif found.voters.is_empty():
        say_next(NO_VOTER, "payoff next")
    else:
        print_scrutiny(found, every=every)


def print_scrutiny(found: Scrutiny, *, every: bool = False) -> None:
    """Print a scrutiny so that it is read in a minute: sources, or voters where they are few or `every` is asked."""
    from rich.console import Console

    one = every or len(found.voters) <= FEW
    Console().print(_table(found, found.voters if one else found.sources, "voter" if one else "source"))
    for line in lines_of(found):
        click.echo("\n".join(folded(part, WIDTH) for part in line.splitlines()))


def _table(found: Scrutiny, rows: pl.DataFrame, of: str) -> Any:
    from payoff.report.screen import text_table

    columns = [of, "kind", *(["voters"] if of == "source" else []), "votes", "right", "price", "earns a vote"]
    table = [
        [
            _name(row) if of == "voter" else row["source"],
            row["kind"],
            *([f"{row['voters']:,}"] if of == "source" else []),
            f"{row['votes']:,}",
            _right(row),
            f"{row['price']:g}" if row["price"] else "free",
            _earns(row),
        ]
        for row in rows.iter_rows(named=True)
    ]
    note = (
        "right: with its 95% interval; '-' where fewer than 10 votes can be checked\n"
        f"earns: {found.unit} one vote adds to all others', with its 95% interval"
    )
    lines = "\n".join(folded(line, WIDTH) for line in note.splitlines())
    return text_table(f"votes by {of}", columns, table, numeric=columns[2:], note=lines)


def _name(row: Mapping[str, Any], prefix: str = "") -> str:
    """A voter as people call it.

    >>> _name({"source": "rules", "voter": "links"}), _name({"source": "ann", "voter": "ann"})
    ('rules/links', 'ann')
    """
    source, voter = str(row[f"{prefix}source"]), str(row[f"{prefix}voter"])
    return source if source == voter else f"{source}/{voter}"


def _right(row: Mapping[str, Any]) -> str:
    if row["accuracy"] is None:
        return "-"
    return f"{row['accuracy']:.0%} ({row['low']:.0%}-{row['high']:.0%})".replace("%-", "-")


def _earns(row: Mapping[str, Any]) -> str:
    """A mean and how far the ends of its interval are.

    >>> _earns({"earns": 0.17, "earns_low": 0.09, "earns_high": 0.25})
    '+0.17 ± 0.08'
    """
    from payoff.words import number

    if row["earns"] is None:
        return "-"
    half = (row["earns_high"] - row["earns_low"]) / 2
    said = number(max(abs(row["earns"]), half))
    places = len(said.partition(".")[2])
    return f"{number(row['earns'], signed=True, decimals=places)} ± {number(half, decimals=places)}"


def lines_of(found: Scrutiny) -> Iterator[str]:
    """The sentences below the table: agreement, then each list that is not empty, and the next step."""
    yield ""
    yield _agreement(found.alpha)
    yield from found.reliance
    for words in (_suspicious(found), _disputes(found), _people(found)):
        if words:
            yield ""
            yield from words
    yield ""
    yield f"next: {_next(found)}"


def _agreement(alpha: tuple[float, float, float] | None) -> str:
    if alpha is None:
        return "agreement: not known, no two people voted on one item"
    value, low, high = alpha
    return f"agreement: {value:.2f} ({low:.2f} to {high:.2f}), Krippendorff's alpha: 0 is chance, 1 always alike"


def _suspicious(found: Scrutiny) -> list[str]:
    from payoff.aggregate.evidence import EXPERT_RIGHT

    rows = found.suspicious
    each = [
        f"{row['item']}: {_name(row)} said {row['label']}, all else {row['likely']}"
        f"; a review earns {_money(row['at_stake'], found.unit)}{_text(row)}"
        for row in rows.head(SHOWN).iter_rows(named=True)
    ]
    assumed = f"experts taken to be right {100 * EXPERT_RIGHT:.0f} times in 100"
    return _listed(f"{_count(rows, 'expert vote')} that all else contradicts ({assumed})", each, len(rows))


def _disputes(found: Scrutiny) -> list[str]:
    rows = found.disputes
    each = [
        f"{row['item']}: {row['said']}; {_money(row['at_stake'], found.unit)} at stake{_text(row)}"
        for row in rows.head(SHOWN).iter_rows(named=True)
    ]
    return _listed(f"{_count(rows, 'item')} in dispute, the dearest doubt first", each, len(rows))


def _people(found: Scrutiny) -> list[str]:
    """Voters worth naming, each with what to do."""
    idle = [
        f"{_name(row)}: {row['votes']} votes say "
        + ("the opposite: ask whether labels were swapped" if row["opposite"] else "nothing: do not ask again")
        for row in found.idle.iter_rows(named=True)
    ]
    copies = [
        f"{_name(row)} and {_name(row, 'other_')}: {row['common']:.0f} mistakes in common,"
        f" {row['expected']:.1f} expected: ask one of them only"
        for row in found.copies.iter_rows(named=True)
    ]
    drifted = [
        f"{_name(row)}: right {row['before']:.0%} before {row['since']}, {row['after']:.0%} since: look at what changed"
        for row in found.drift.iter_rows(named=True)
    ]
    lists = [idle, copies, drifted]
    each = [line for some in lists for line in some[:SHOWN]]
    title = "voters worth naming (the chance that a list names anybody wrongly is 5%)"
    return _listed(title, each, sum(map(len, lists)))


def _listed(title: str, each: Sequence[str], total: int) -> list[str]:
    """A title and its lines, what is not shown counted; nothing where there are none.

    >>> _listed("two", ["a"], 2)
    ['two:', '  a', '  and 1 more: --json']
    """
    if not each:
        return []
    more = [f"  and {total - len(each):,} more: --json"] if total > len(each) else []
    return [f"{title}:", *("  " + line.replace("\n", "\n  ") for line in each), *more]


def _count(rows: pl.DataFrame, noun: str) -> str:
    from payoff.words import count

    return count(len(rows), noun)


def _money(value: float, unit: str) -> str:
    from payoff.words import number

    return f"{number(value)} {unit}"


def _text(row: Mapping[str, Any]) -> str:
    """The beginning of an item's text on a line of its own.

    >>> _text({"text": "so   good"}), _text({"text": None})
    ('\\n    "so good"', '')
    """
    if row["text"] is None:
        return ""
    words = " ".join(str(row["text"]).split())
    cut = words if len(words) <= WIDTH - 8 else words[: WIDTH - 11] + "..."
    return f'\n    "{cut}"'


def _next(found: Scrutiny) -> str:
    """Reviewing is what to do next where it earns more than a vote of an expert costs."""
    prices = dict(found.voters.select("source", "price").iter_rows())
    worth = [row for row in found.suspicious.iter_rows(named=True) if row["at_stake"] > prices[row["source"]]]
    if not worth:
        return "payoff next"
    many = f"these {len(worth)} votes" if len(worth) > 1 else "this vote"
    shown = ", ".join(str(row["item"]) for row in worth[:SHOWN]) + (", ..." if len(worth) > SHOWN else "")
    return f"review {many} ({shown}): it earns more than it costs; a vote told later replaces the earlier"
