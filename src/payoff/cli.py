"""The command line: each command is the project's verb of the same name, and says what to do next."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import polars as pl

    from payoff.project import Project

DECISIONS = "Decisions to choose among, with commas: --decisions remove,keep."
as_json = click.option("--json", "as_json", is_flag=True, help="Print plain JSON, for programs.")


class Commands(click.Group):
    """Commands in the order of the story; what a user can mend is an error of three lines and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order they are written, not of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what a user can mend into an error and an exit code."""
        from payoff.errors import PayoffError

        try:
            return super().invoke(ctx)
        except PayoffError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("Stopped. What was told before is kept; nothing else was changed.", err=True)
            sys.exit(130)


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
    """The whole loop on real data: phishing triage. Leaves a project folder with report.html."""
    from payoff.demo.phishing import run

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
@click.option(
    "--known", type=click.Choice(["all", "at random", "selected"]), help="How the known outcomes came to be known."
)
@click.option("--future", help='Keep these items aside in future.parquet: "COLUMN=VALUE".')
@click.option("--unit", help="Unit of the payoffs, such as EUR.")
@click.pass_obj
def init(folder: str, /, table: str, **given: Any) -> None:
    """Write payoff.toml for TABLE: what could be inferred is filled in, the rest is marked "?"."""
    from payoff.project.starting import start

    for line in start(Path(folder), Path(table), asking=sys.stdin.isatty(), **given):
        click.echo(line)


@main.command()
@as_json
@click.pass_obj
def objective(folder: str, as_json: bool) -> None:
    """Break-even, best constant, perfect knowledge: what there is to win before a label is bought."""
    goal = _open(folder).goal()
    _show(goal.table, title=goal.title, note=goal.note, as_json=as_json)
    if not as_json:
        click.echo("\n".join(goal.lines))


@main.command()
@click.option("--budget", type=float, required=True, help="The most that may be spent, in the objective's unit.")
@click.option("-o", "--output", type=click.Path(), help="CSV to fill in: its column `label` is empty.")
@as_json
@click.pass_obj
def ask(folder: str, budget: float, output: str | None, as_json: bool) -> None:
    """Which votes to buy next, from whom, for at most the budget."""
    project = _open(folder)
    with _busy("choosing what to ask"):
        batch = project.ask(budget)
    if output:
        project.readable(batch).write_csv(output)
    else:
        _show(batch, title="votes to buy next", as_json=as_json)
    audits = int((batch["purpose"] == "audit").sum())
    cost = float(batch["price"].sum())
    words = f"{len(batch)} votes for {cost:g} {project.objective.unit}, {audits} of them for the audit."
    _next(
        words,
        f"payoff tell {output}, once its column `label` is filled in." if output else "payoff tell FILE",
        quiet=as_json,
    )


@main.command()
@click.argument("file", type=click.Path())
@click.option("--source", help="Who voted, where the file has no column `source`; registered if new.")
@click.option("--kind", help="rule, system, proxy, model, crowd or expert.")
@click.option("--price", type=float, default=0.0, show_default=True, help="Price of one vote, in the objective's unit.")
@click.pass_obj
def tell(folder: str, file: str, source: str | None, kind: str | None, price: float) -> None:
    """Add the votes of a FILE (item, source, label, perhaps voter); telling it twice changes nothing."""
    from payoff.project.starting import votes_of_file

    project = _open(folder)
    votes = votes_of_file(Path(file), source)
    if source is not None and kind is not None:
        project.add_source(source, kind=kind, price=price)
    new = project.tell(votes)
    _next(
        f"{new} new votes ({len(votes) - new} were told before); spent so far {project.spent:g} {project.objective.unit}.",
        "payoff next",
    )


@main.command()
@as_json
@click.pass_obj
def votes(folder: str, as_json: bool) -> None:
    """Every voter: what it covers, how reliable it is, what it costs; where voters agree."""
    project = _open(folder)
    _show(project.voters(), title="voters", as_json=as_json)


@main.command()
@click.argument("rung", required=False)
@click.option("--all", "every", is_flag=True, help="Climb the ladder to its end.")
@as_json
@click.pass_obj
def trial(folder: str, rung: str | None, every: bool, as_json: bool) -> None:
    """Fit and judge one candidate policy: the next rung of the ladder, or RUNG."""
    project = _open(folder)
    done = []
    while True:
        with _busy("fitting and judging"):
            found = project.trial(rung)
        if found is None:
            break
        done.append(found)
        if not as_json:
            click.echo(f"{found}\n  {found.said}")
        if not every:
            break
    _ladder(project, done, as_json=as_json)


@main.command(name="next")
@as_json
@click.pass_obj
def next_(folder: str, as_json: bool) -> None:
    """The one thing to do next, or stop: expected gain, cost, reason."""
    project = _open(folder)
    with _busy("weighing what to do next"):
        advice = project.next()
    if as_json:
        click.echo(json.dumps(advice.to_dict(), default=str))
        return
    click.echo(advice)
    for other in advice.alternatives[:3]:
        click.echo(f"  or {other.action}: {other.reason}")


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
    project = _open(folder)
    with _busy("deciding"):
        found = project.decide(table, provisional=provisional)
    if output:
        found.write_parquet(output) if output.endswith(".parquet") else found.write_csv(output)
    else:
        _show(found.head(20), title=f"first {min(len(found), 20)} of {len(found)} decisions", as_json=as_json)
    stamp = " Provisional: not proven on the audit yet." if found["provisional"].any() else ""
    _next(f"{len(found)} items decided{f' in {output}' if output else ''}.{stamp}", "payoff report", quiet=as_json)


@main.command()
@click.option("-o", "--output", type=click.Path(), help="Where to; report.html in the project's folder by default.")
@click.pass_obj
def report(folder: str, output: str | None) -> None:
    """Write report.html: what is earned, what would be, with intervals; what was tried; what is assumed."""
    project = _open(folder)
    with _busy("writing the report"):
        path = project.report(output)
    _next(f"{path} written.", "open it in a browser")


@main.command()
@as_json
@click.pass_obj
def status(folder: str, as_json: bool) -> None:
    """The sixty questions of good methodology: answered, computed, blocked, open."""
    import polars as pl

    found = _open(folder).status()
    table = pl.DataFrame([vars(answer) for answer in found.answers])
    _show(table, title="the sixty questions", as_json=as_json)
    if not as_json:
        stage, share = found.grade
        click.echo(f"grade: {share:.0%}, the weakest stage is {stage}.")


def _open(folder: str) -> Project:
    with _busy("opening the project"):
        from payoff.project import Project

        return Project.open(folder)


def _busy(words: str) -> Any:
    """A spinner on the error stream while something lasts, so that output stays clean."""
    from rich.console import Console

    return Console(stderr=True).status(words)


def _show(table: pl.DataFrame, *, title: str, note: str = "", as_json: bool = False) -> None:
    if as_json:
        click.echo(table.write_json())
        return
    from rich.console import Console

    from payoff.report.screen import frame_table

    Console().print(frame_table(title, table, note=note))


def _ladder(project: Project, done: Sequence[Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([each.to_dict() for each in done], default=str))
        return
    from rich.console import Console

    from payoff.report.screen import screen

    if not done:
        click.echo("The ladder is at its end: every rung was tried.")
    Console().print(screen(project.story()))


def _next(said: str, step: str, *, quiet: bool = False) -> None:
    if not quiet:
        click.echo(f"{said}\nnext: {step}")
