"""The main job, run once: the story on the screen, the last line, and a folder in which every other command works."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from rich.console import Console

from payoff.cli import main
from payoff.demo import run
from payoff.errors import NotADemoFolder
from payoff.policies import rung_of
from payoff.project import Project
from payoff.project.deciding import decide_on
from payoff.report.record import LadderRow, Story

pytest.importorskip("river", reason="the demo's data come with the package river")

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Shown:
    """A demo that has run: its folder, its screen and the story of its last table."""

    folder: Path
    screen: str
    story: Story

    def row(self, name: str) -> LadderRow:
        return next(row for row in self.story.ladder if row.name == name)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo") / "phishing"
    screen = StringIO()
    story = run(folder, console=Console(file=screen, width=100, color_system=None))
    return Shown(folder, screen.getvalue(), story)


def typed(folder: Path, *words: str) -> str:
    result = CliRunner(env={"COLUMNS": "100", "NO_COLOR": "1"}).invoke(main, ["-C", str(folder), *words])
    assert result.exit_code == 0, result.output
    return result.stdout


# --- the screen -------------------------------------------------------------------------------------------------------


def test_the_story_is_told_in_four_stages(demo: Shown) -> None:
    titles = [line for line in demo.screen.splitlines() if re.match(r"\d\. ", line)]
    assert [title[0] for title in titles] == ["1", "2", "3", "4"]
    assert titles[0] == "1. What is a decision worth? (EUR a site, assumed for this demo)"


def test_what_was_assumed_is_shown_before_anything_is_earned_with_it(demo: Shown) -> None:
    first = demo.screen.split("2. Items")[0]
    for word in ("allow", "block", "inspect", "-10.00", "-4.00", "1,000 sites a month for 6 months"):
        assert word in first


def test_no_line_of_a_table_is_wider_than_the_terminal(demo: Shown) -> None:
    table = demo.screen.split("4. Promised")[1]
    assert max(len(line.rstrip()) for line in table.splitlines() if not line.startswith("  in ")) <= 100


def test_a_purchase_says_what_it_bought_and_what_it_is_worth(demo: Shown) -> None:
    bought = [line for line in demo.screen.splitlines() if line.startswith("  ask ")]
    assert bought
    assert all(
        re.fullmatch(r"  ask +\d+ votes \( *\d+ of them to judge\), spent +\d+ EUR(; .*)?", line) for line in bought
    )


def test_the_last_screen_is_one_line_in_money(demo: Shown) -> None:
    line = " ".join(demo.screen.strip().split("\n\n")[-1].split())
    assert re.fullmatch(
        r"you earn -?\d\.\d\d EUR an item today; with '[\w ]+' \+\d\.\d\d EUR an item \(.+ to .+\)(, provisional,)? "
        r"after [\d,]+ votes that cost [\d,]+ EUR; next: (stop|ship), since .+",
        line,
    )


def test_the_last_line_says_what_a_hundred_more_would_cost_and_bring(demo: Shown) -> None:
    line = " ".join(demo.screen.strip().split("\n\n")[-1].split())
    assert "100 more votes of 'analysts' cost 100 EUR and would bring about" in line


def test_the_usual_metric_is_priced_on_the_sites_kept_aside(demo: Shown) -> None:
    said = " ".join(demo.screen.split("4. Promised")[1].split())
    found = re.search(
        r"Choosing by ([\w, -]+) would have picked '[\w ]+' at the 0\.5 cut: it (costs|would earn) ", said
    )
    assert found is not None
    assert "accuracy" in found[1]
    assert "EUR over 6 months" in said
    assert "on the 375 items kept aside." in said


def test_what_the_usual_metric_costs_is_what_the_sites_kept_aside_say(demo: Shown) -> None:
    row = next(row for row in demo.story.usual if row.cut and row.by_payoffs is not None)
    project, sites = Project.open(demo.folder), pl.read_parquet(demo.folder / "future.parquet")
    ours = next(rung.name for rung in demo.story.ladder if rung.adopted)
    probabilities = decide_on(project._at.standing(), rung_of(row.name), True, sites, project._at.votes).table
    cut = ["block" if phishing > 0.5 else "allow" for phishing in probabilities["phishing"]]
    chosen = project.decisions_by_rung(sites)[ours]
    worth = [project.objective.value(each, sites["outcome"]).mean() for each in (chosen, cut)]
    assert row.costs.mean == pytest.approx(worth[0] - worth[1])


def test_while_what_payoffs_the_choice_holds_is_said(demo: Shown) -> None:
    assert demo.story.sensitivity
    said = " ".join(demo.screen.split())
    assert demo.story.sensitivity[1:] in said


# --- the table --------------------------------------------------------------------------------------------------------


def test_baselines_trials_and_peers_stand_in_one_table(demo: Shown) -> None:
    names = {row.name for row in demo.story.ladder}
    assert {"constant", "system", "base rate", "one rule"} <= names
    assert {"allow everywhere", "block everywhere", "inspect everywhere"} <= names
    assert {"two tuned cuts", "0.5 cut", "perfect knowledge", "linear"} <= names


def test_the_table_has_a_promised_and_a_realised_column(demo: Shown) -> None:
    head = next(line for line in demo.screen.splitlines() if line.startswith("policy"))
    assert head.split() == ["policy", "promised", "realised", "verdict"]


def test_every_policy_is_realised_on_the_sites_kept_aside(demo: Shown) -> None:
    assert all(row.realised is not None and row.realised_items == 375 for row in demo.story.ladder)


def test_what_our_policies_promise_is_for_that_many_sites(demo: Shown) -> None:
    assert demo.row("linear").promised is not None
    assert demo.row("linear").promised_items == 375


def test_no_policy_earns_more_than_perfect_knowledge(demo: Shown) -> None:
    perfect = demo.row("perfect knowledge").realised
    assert perfect is not None
    assert all(row.realised is not None and row.realised <= perfect for row in demo.story.ladder)


def test_constants_earn_what_a_count_of_the_sites_says(demo: Shown) -> None:
    sites = pl.read_parquet(demo.folder / "future.parquet")
    phishing = (sites["outcome"] == "phishing").mean()
    assert isinstance(phishing, float)
    assert demo.row("allow everywhere").realised == pytest.approx(-10 * phishing)
    assert demo.row("inspect everywhere").realised == pytest.approx(phishing - (1 - phishing))


def test_what_was_learnt_earns_more_than_today_and_than_the_best_constant(demo: Shown) -> None:
    adopted = next(row.realised for row in demo.story.ladder if row.adopted)
    assert adopted is not None
    for baseline in ("system", "constant", "inspect everywhere"):
        assert adopted > (demo.row(baseline).realised or 0.0)


def test_not_every_vote_was_bought(demo: Shown) -> None:
    assert 0 < demo.story.votes < 875 / 2
    assert demo.story.spent == demo.story.votes * 1.0


def test_at_twenty_times_the_volume_more_votes_pay(demo: Shown, tmp_path: Path) -> None:
    story = run(tmp_path / "large", per_month=20_000, console=Console(file=StringIO()))
    assert story.votes > demo.story.votes


# --- the folder -------------------------------------------------------------------------------------------------------


def test_the_folder_is_that_of_an_ordinary_project(demo: Shown) -> None:
    names = {path.name for path in demo.folder.iterdir()}
    assert {"payoff.toml", "payoff.db", "rules.py", "report.html", "items.parquet", "future.parquet"} <= names


def test_the_project_never_saw_an_outcome(demo: Shown) -> None:
    assert "outcome" not in pl.read_parquet(demo.folder / "items.parquet").columns


def test_votes_lists_the_rules_and_the_analysts(demo: Shown) -> None:
    voters = pl.DataFrame(json.loads(typed(demo.folder, "votes", "--json"))["voters"])
    assert voters.filter(pl.col("source") == "rules").height >= 5
    assert voters.filter(pl.col("source") == "analysts")["votes"].sum() == demo.story.votes


def test_next_gives_the_advice_the_demo_ended_with(demo: Shown) -> None:
    assert typed(demo.folder, "next").startswith(("next: stop: ", "next: ship: "))


def test_decide_works_on_the_sites_kept_aside(demo: Shown) -> None:
    rows = pl.read_json(StringIO(typed(demo.folder, "decide", str(demo.folder / "future.parquet"), "--json")))
    assert len(rows) == 375
    assert set(rows["decision"]) <= {"allow", "block", "inspect"}


@pytest.mark.parametrize("command", ["status", "objective", "trial"])
def test_the_other_commands_work_there_too(demo: Shown, tmp_path: Path, command: str) -> None:
    assert typed(Path(shutil.copytree(demo.folder, tmp_path / "copy")), command)


def test_asking_goes_on_after_stop(demo: Shown, tmp_path: Path) -> None:
    project = Project.open(shutil.copytree(demo.folder, tmp_path / "copy"))
    assert len(project.ask(5.0)) == 5


def test_the_report_can_be_written_again(demo: Shown, tmp_path: Path) -> None:
    typed(demo.folder, "report", "-o", str(tmp_path / "again.html"))
    page = (demo.folder / "report.html").read_text(encoding="utf-8")
    assert "two tuned cuts" in page
    assert "<script" not in page or "http" not in re.findall(r"<script[^>]*>", page)[0]


def test_a_report_written_again_still_says_what_was_realised(demo: Shown, tmp_path: Path) -> None:
    again = Project.open(shutil.copytree(demo.folder, tmp_path / "copy")).story()
    realised = {row.name: row.realised for row in demo.story.ladder}
    assert all(row.realised == realised[row.name] for row in again.ladder)
    assert again.usual == demo.story.usual


# --- where it may be run ----------------------------------------------------------------------------------------------


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo that ends after it has made room: what follows is tested above."""

    def nothing(*_: object, **__: object) -> None:
        raise RuntimeError("room was made")

    monkeypatch.setattr("payoff.demo.phishing.web_sites", nothing)


def test_an_earlier_demo_is_replaced(tmp_path: Path, cheap: None) -> None:
    for name in ("payoff.toml", "rules.py", "payoff.db", "report.html"):
        (tmp_path / name).write_text("old")
    with pytest.raises(RuntimeError, match="room was made"):
        run(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, cheap: None) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(NotADemoFolder) as refused:
        run(tmp_path)
    assert str(refused.value) == (
        f"the folder '{tmp_path}' holds other things than a demo: 'thesis.tex'\n"
        "  expected: an empty folder, a new one, or that of an earlier demo\n"
        "  next: Name another: payoff demo DIR."
    )
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_an_earlier_demo_with_something_of_ones_own_is_left_alone(tmp_path: Path, cheap: None) -> None:
    for name in ("payoff.toml", "rules.py", "notes.md"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(NotADemoFolder):
        run(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_project_that_is_no_demo_is_left_alone(tmp_path: Path, cheap: None) -> None:
    (tmp_path / "payoff.toml").write_text('unit = "EUR"')
    with pytest.raises(NotADemoFolder):
        run(tmp_path)
    assert (tmp_path / "payoff.toml").exists()


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path, cheap: None) -> None:
    with pytest.raises(RuntimeError, match="room was made"):
        run(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_on_the_command_line_a_strange_folder_is_an_error_of_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    result = CliRunner().invoke(main, ["demo", str(tmp_path)])
    assert result.exit_code == 2
    assert "holds other things than a demo" in result.stderr
