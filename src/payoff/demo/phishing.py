"""The main job: phishing triage on real web sites, from what a decision is worth to decisions that pay, in half a
minute.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from payoff.advise import Advice
from payoff.demo.data import kept_aside, web_sites
from payoff.demo.peers import decisions_of_peers
from payoff.errors import NotADemoFolder
from payoff.objective import Objective
from payoff.project import Project, Trial
from payoff.report.page import page
from payoff.report.record import LadderRow, Story
from payoff.report.screen import doubts_of, frame_table, ladder_table, last_line
from payoff.words import count, money, number

MADE_HERE = (
    "payoff.toml",
    "payoff.db",
    "payoff.db-wal",
    "payoff.db-shm",
    "items.parquet",
    "future.parquet",
    "rules.py",
    "report.html",
)
BATCH = 25.0  # EUR a round: what an analyst looks through before the next refit
MOST_ROUNDS = 60

PAYOFFS = {
    "allow": {"legitimate": 0.0, "phishing": -10.0},
    "block": {"legitimate": -4.0, "phishing": 2.0},
    "inspect": {"legitimate": -1.0, "phishing": 1.0},
}


@dataclass(frozen=True)
class Stage:
    """The demo on a screen: what was done at each stage, in money."""

    console: Console

    def title(self, words: str) -> None:
        """Begin a stage."""
        self.console.print(f"\n[bold]{words}[/bold]")

    def say(self, words: str) -> None:
        """One line of what happened."""
        self.console.print(f"  {words}", highlight=False, markup=False, soft_wrap=True)

    def tell(self, sentence: str) -> None:
        """A sentence as long as it needs, wrapped and set in."""
        self.console.print(Padding(Text(sentence), (0, 0, 0, 2)), highlight=False)


def run(folder: Path, *, per_month: int = 1_000, seed: int = 0, console: Console | None = None) -> Story:
    """Walk the whole loop in a folder and leave an ordinary project there; returns the story of the last screen."""
    stage = Stage(console or Console())
    _clear(folder)
    sites, aside = kept_aside(web_sites(), seed=seed)
    objective = Objective(PAYOFFS, unit="EUR", per_month=per_month, months=6)
    project = _begin(folder, sites, aside, objective, seed=seed, stage=stage)
    outcomes = dict(zip(sites["site"].cast(pl.String), sites["outcome"], strict=True))
    _loop(project, outcomes, stage)
    return _end(project, sites, aside, seed=seed, stage=stage)


def _clear(folder: Path) -> None:
    """Make room: a folder of an earlier demo is replaced, any other is left alone."""
    if folder.exists() and any(folder.iterdir()):
        strange = sorted(
            path.name for path in folder.iterdir() if path.name not in MADE_HERE and path.name != "__pycache__"
        )
        if strange or not (folder / "payoff.toml").exists() or not (folder / "rules.py").exists():
            raise NotADemoFolder(str(folder), strange)
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def _begin(
    folder: Path, sites: pl.DataFrame, aside: pl.DataFrame, objective: Objective, *, seed: int, stage: Stage
) -> Project:
    stage.title("1. What is a decision worth? (EUR a site, assumed for this demo)")
    cells = [
        {"decision": decision, **{f"if {outcome}": value for outcome, value in row.items()}}
        for decision, row in PAYOFFS.items()
    ]
    stage.console.print(frame_table("", pl.DataFrame(cells)))
    stage.say(
        f"{number(objective.per_month or 0)} sites a month for 6 months; an analyst who inspects decides rightly."
    )
    today = pl.when(pl.col("https") == "bad").then(pl.lit("block")).otherwise(pl.lit("allow")).alias("today")
    (folder / "rules.py").write_text(
        files("payoff.demo").joinpath("rules.py.txt").read_text(encoding="utf-8"), encoding="utf-8"
    )
    project = Project.create(
        folder,
        items=sites.drop("outcome").with_columns(today),
        objective=objective,
        id="site",
        today="today",
        seed=seed,
    )
    aside.with_columns(today).write_parquet(folder / "future.parquet")
    stage.title("2. Items and who votes")
    stage.say(
        f"{count(len(sites), 'site')} with nine facts each; {len(aside)} more are kept aside, their outcomes unseen."
    )
    project.add_source("rules", kind="rule", module="rules.py")
    project.add_source("analysts", kind="expert", price=1.0)
    stage.say(
        f"rules.py: {project.voters()['voter'].n_unique()} rules, free; today: block what has no valid certificate."
    )
    stage.say("analysts: 1 EUR a vote, played back from the data.")
    return project


def _loop(project: Project, outcomes: Mapping[str, str], stage: Stage) -> None:
    """Do what is advised until nothing more is worth its price."""
    stage.title("3. Ask, try, decide: one advice after the other")
    with stage.console.status("working") as status:
        for _ in range(MOST_ROUNDS):
            advice = project.next()
            if advice.action in ("stop", "ship"):
                break
            status.update(f"{project.spent:.0f} EUR spent: {advice.action}")
            if advice.action == "trial":
                _say_trial(project.trial(), stage)
            elif not _buy(project, advice, outcomes, stage):
                break


def _say_trial(trial: Trial | None, stage: Stage) -> None:
    if trial is not None:
        figures = f"{trial.estimate.figures()} EUR an item over '{trial.against}'"
        stage.say(f"trial  {trial.name}: {trial.verdict}; {figures}, on {trial.audit_votes} audit votes")


def _buy(project: Project, advice: Advice, outcomes: Mapping[str, str], stage: Stage) -> bool:
    batch = project.ask(budget=min(max(advice.cost, 1.0), BATCH))
    if batch.is_empty():
        return False
    project.tell(batch.with_columns(label=batch["item"].cast(pl.String).replace_strict(outcomes)))
    audits = int((batch["purpose"] == "audit").sum())
    aim = "to judge" if advice.purpose == "audit" else "to learn"
    worth = money(float(f"{advice.gain:.2g}"), "EUR")
    promised = f"; {advice.votes} {aim} are worth about {worth}" if advice.gain else ""
    stage.say(f"ask    {len(batch):3} votes ({audits:2} of them to judge), spent {project.spent:4.0f} EUR{promised}")
    return True


def _end(project: Project, sites: pl.DataFrame, aside: pl.DataFrame, *, seed: int, stage: Stage) -> Story:
    stage.title(f"4. Promised and realised, on the {len(aside)} sites kept aside")
    project.realised(pl.read_parquet(project.folder / "future.parquet"))
    story = project.story(title="phishing triage")
    bought = sites["site"].cast(pl.String).is_in(project.labels()["item"].implode())
    labelled = sites.filter(bought).drop("site")
    peers = decisions_of_peers(labelled, aside.drop("site", "outcome"), project.objective, seed=seed)
    best = aside["outcome"].replace_strict({"legitimate": "allow", "phishing": "block"}).to_numpy()
    others = {**peers, "perfect knowledge": best}
    rows = tuple(_row(name, decisions, aside, project.objective) for name, decisions in others.items())
    story = replace(story, ladder=(*story.ladder, *rows))
    (project.folder / "report.html").write_text(page(story), encoding="utf-8")
    stage.console.print(ladder_table(story))
    stage.say("")
    for line in doubts_of(story):
        stage.tell(f"{line}.")
    stage.say("")
    stage.say(
        f"in {project.folder}: payoff.toml, rules.py, payoff.db, report.html; try `payoff -C {project.folder} status`"
    )
    stage.console.print(f"\n[bold]{last_line(story)}[/bold]", highlight=False)
    return story


def _row(
    name: str, decisions: np.ndarray[tuple[int], np.dtype[np.str_]], aside: pl.DataFrame, objective: Objective
) -> LadderRow:
    realised = float(objective.value(decisions, aside["outcome"]).mean())
    return LadderRow(name=name, kind="baseline", realised=realised, realised_items=len(aside))
