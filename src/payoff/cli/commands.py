"""Every command, in the order of the story: thin over the project."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from payoff.cli.asking import asking
from payoff.cli.group import Commands
from payoff.cli.output import (
    busy,
    check_place,
    decided_in_words,
    open_project,
    probabilities_named,
    readable,
    say,
    say_lines,
    say_next,
    say_summary,
    show,
    show_ladder,
    show_realised,
)
from payoff.cli.votes_screen import show_votes

DECISIONS = "Decisions to choose among, with commas: --decisions remove,keep."
KNOWN = "How the known outcomes came to be known; proxy: the column only stands for the outcome."
as_json = click.option("--json", "as_json", is_flag=True, help="Print plain JSON, for programs.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C", "--project", "folder", default=".", metavar="DIR", help="The project's folder; the current one by default."
)
@click.version_option(package_name="payoff")
@click.pass_context
def main(ctx: click.Context, folder: str) -> None:
    """From what a decision is worth to decisions that pay, at the least cost, with proof.

    Begin with `payoff demo`, or with `payoff init TABLE` on a table of your own.
    """
    ctx.obj = folder


@main.command()
@click.argument("directory", default="payoff-demo", metavar="[DIR]")
@click.option("--per-month", default=1_000, show_default=True, help="Sites to decide on a month.")
@click.option("--seed", default=0, show_default=True, help="Which sites are kept aside, which are the audit part.")
def demo(directory: str, per_month: int, seed: int) -> None:
    """The whole loop on real data, phishing triage, in half a minute.

    Leaves an ordinary project folder with report.html; an earlier demo there is replaced.
    """
    from payoff.demo import run

    run(Path(directory), per_month=per_month, seed=seed)


@main.command()
@click.argument("table", type=click.Path())
@click.option("--outcome", help="Column of known outcomes.")
@click.option("--today", help="Column of today's decisions.")
@click.option("--proba", help="Column with your own model's probability of the last outcome in sorted order.")
@click.option("--decisions", help=DECISIONS)
@click.option("--outcomes", help="Outcomes where no column has them, with commas: --outcomes ham,spam.")
@click.option("--id", "id_", help="Column that names the item; inferred where it is plain.")
@click.option("--time", "time_", help="Column of dates: the latest items become the audit part.")
@click.option("--group", help="Column of groups that stay together, such as a customer or a video.")
@click.option("--weight", help="Column of inverse sampling weights.")
@click.option("--known-after", multiple=True, help="Column known only after the decision; may be given several times.")
@click.option("--known", type=click.Choice(["all", "at random", "selected", "proxy"]), help=KNOWN)
@click.option("--future", help='Keep these items aside in future.parquet: "COLUMN=VALUE".')
@click.option("--unit", help="Unit of the payoffs, such as EUR.")
@click.option(
    "--questions/--no-questions", default=None, help="Ask for the payoffs in words; by default in a terminal."
)
@click.pass_obj
def init(folder: str, /, table: str, questions: bool | None, **given: Any) -> None:
    """Write payoff.toml for a table of items.

    What could be inferred is filled in and shown; what only you can say is asked, or marked "?".
    """
    from payoff.project.starting import start

    ask = asking() if (sys.stdin.isatty() if questions is None else questions) else None
    for line in start(Path(folder), Path(table), ask=ask, **given):
        click.echo(line)


@main.command()
@click.option("--edit", "editing", is_flag=True, help="Ask for the objective anew; Enter keeps what stands.")
@as_json
@click.pass_obj
def objective(folder: str, editing: bool, as_json: bool) -> None:
    """What there is to win, before a label is bought.

    Break-even probabilities, what the best constant decision earns and what perfect knowledge would.
    """
    if editing:
        from payoff.project.editing import edit

        click.echo("\n".join(edit(Path(folder), asking())))
        return
    goal = open_project(folder).goal()
    show(goal.table, title=goal.title, note=goal.note, as_json=as_json)
    if not as_json:
        say_lines(goal.chart, goal.lines)


@main.command()
@click.option("--budget", type=float, required=True, help="The most that may be spent, in the objective's unit.")
@click.option("-o", "--output", type=click.Path(), help="CSV to fill in: its column `label` is empty.")
@click.option("--source", help="Who answers; an expert of this name is added if the project has none.")
@click.option("--price", type=float, help="What one vote of a new expert costs.")
@as_json
@click.pass_obj
def ask(folder: str, budget: float, output: str | None, source: str | None, price: float | None, as_json: bool) -> None:
    """Which votes to buy next, from whom, for at most the budget."""
    from payoff.errors import NoPrice
    from payoff.words import count

    check_place(output)
    project = open_project(folder)
    if source is not None and source not in project.sources:
        if price is None:
            raise NoPrice(source)
        project.add_source(source, kind="expert", price=price)
    with busy("choosing what to ask"):
        batch = project.ask(budget)
    if output:
        project.readable(batch).write_csv(output)
    if as_json or not output:
        show(batch, title="votes to buy next", as_json=as_json)
    audits = int((batch["purpose"] == "audit").sum())
    cost = f"{batch['price'].sum():g} {project.objective.unit}"
    words = f"{count(len(batch), 'vote')} for {cost}, {audits} of them for the audit."
    step = f"fill in its column `label`, then: payoff tell {output}" if output else "payoff tell FILE"
    if batch.is_empty():
        words, step = "Nothing to ask: the budget buys no vote, or every item was asked.", "payoff next"
    say_next(words, step, quiet=as_json)


@main.command()
@click.argument("file", type=click.Path())
@click.option("--source", help="Who voted, where the file has no column `source`; registered if new.")
@click.option("--kind", help="rule, system, proxy, model, crowd or expert.")
@click.option("--price", type=float, help="Price of one vote of a new source, in the objective's unit; else free.")
@click.pass_obj
def tell(folder: str, file: str, source: str | None, kind: str | None, price: float | None) -> None:
    """Add votes: a FILE with item, source, label, perhaps voter.

    Rows without a label are not answered yet and left out; telling a file twice changes nothing.
    """
    from payoff.project.revealing import is_silent
    from payoff.project.starting import votes_of_file
    from payoff.sources import Source
    from payoff.words import count

    project = open_project(folder)
    votes = votes_of_file(Path(file), source)
    known = project.sources.get(source or "")
    price = known.price if price is None and known is not None else price or 0.0
    told = project.tell(votes, new=Source(source, kind=kind, price=price) if source and kind else None)
    mute = int(is_silent(votes).sum())
    before = f" ({len(votes) - mute - told} told before)" if told < len(votes) - mute else ""
    before += f", {count(mute, 'decision')} that revealed nothing" if mute else ""
    spent = f"spent so far {project.spent:g} {project.objective.unit}"
    say_next(f"{count(told, 'new vote')}{before}; {spent}.", "payoff next")


@main.command()
@click.option("--on", "table", type=click.Path(), help="A table with known outcomes: how right is each voter there?")
@click.option("--all", "every", is_flag=True, help="Every voter with a row of its own.")
@as_json
@click.pass_obj
def votes(folder: str, table: str | None, every: bool, as_json: bool) -> None:
    """Who votes, how right they are, what they earn; what to look at again.

    Items in dispute, expert votes to review, people who say nothing, copy, or changed.
    """
    show_votes(open_project(folder), table, every=every, as_json=as_json)


@main.command()
@click.argument("rung", required=False)
@click.option("--all", "every", is_flag=True, help="Climb the ladder to its end.")
@as_json
@click.pass_obj
def trial(folder: str, rung: str | None, every: bool, as_json: bool) -> None:
    """Fit and judge a candidate policy: the next rung, or RUNG."""
    project = open_project(folder)
    done = []
    while True:
        with busy("fitting and judging"):
            found = project.trial(rung)
        if found is None:
            break
        done.append(found)
        if not as_json:
            say(f"'{found.name}' against '{found.against}'\n  {found.said}")
        if rung is not None or not every:
            break
    show_ladder(project, done, as_json=as_json)
    say_summary(project, quiet=as_json)


@main.command(name="next")
@as_json
@click.pass_obj
def next_(folder: str, as_json: bool) -> None:
    """The one thing to do next, or stop: expected gain, cost, reason."""
    project = open_project(folder)
    with busy("weighing what to do next"):
        advice = project.next()
    if as_json:
        click.echo(json.dumps(advice.to_dict(), default=str))
        return
    say(advice)
    others = [other for other in advice.alternatives if other.action not in ("ship", "stop")]
    for other in others[:3]:
        say(f"  or {other.action}: {other.reason}")
    say_summary(project, said=advice.reason)


@main.command()
@click.argument("table", type=click.Path())
@click.option("-o", "--output", type=click.Path(), help="CSV or Parquet to write; without it the first rows are shown.")
@click.option(
    "--provisional/--proven",
    default=None,
    help="The policy of highest expected payoff, or only what is proven or in use.",
)
@as_json
@click.pass_obj
def decide(folder: str, table: str, output: str | None, provisional: bool | None, as_json: bool) -> None:
    """Decide on the items of TABLE."""
    check_place(output)
    project = open_project(folder)
    with busy("deciding"):
        found = project.decide(table, provisional=provisional)
    if output:
        found.write_parquet(output) if output.endswith(".parquet") else readable(found).write_csv(output)
    else:
        few = found if as_json else probabilities_named(found.head(20), project.outcomes_in_words)
        show(few, title=f"first {len(few)} of {len(found)} decisions", as_json=as_json)
    if found.is_empty():
        where = f"; {output} holds its columns and no rows" if output else ""
        say_next(f"no items in {table}: nothing to decide{where}.", "payoff status", quiet=as_json)
        return
    if not as_json and (realised := project.realised(table)) is not None:
        show_realised(realised, unit=project.objective.unit)
    promise = None if found.is_empty() else project.promised(len(found), provisional=provisional)
    where = f" in {output}" if output else ""
    say_next(decided_in_words(found, promise, project.objective.unit, where), "payoff report", quiet=as_json)


@main.command()
@click.option("-o", "--output", type=click.Path(), help="Where to; report.html in the project's folder by default.")
@click.pass_obj
def report(folder: str, output: str | None) -> None:
    """Write report.html: money first, then what was tried and why.

    What is earned today, what would be, with intervals; what was tried; what is assumed.
    """
    check_place(output)
    project = open_project(folder)
    with busy("writing the report"):
        path = project.report(output)
    say_next(f"{path} written.", "open it in a browser")


@main.command()
@click.option("--all", "every", is_flag=True, help="Every question, settled ones too, with its answer.")
@as_json
@click.pass_obj
def status(folder: str, every: bool, as_json: bool) -> None:
    """Which of the sixty questions of good methodology are open.

    Each with what would settle it; the settled ones are counted. JSON has all sixty.
    """
    project = open_project(folder)
    found = project.status()
    if as_json:
        click.echo(json.dumps([vars(answer) for answer in found.answers]))
        return
    say(found.by_stage if every else f"{found.unsettled} (payoff status --all shows them)")
    say_summary(project)
