"""A column that only stands for the outcome: it teaches, figures are stamped as about it, and experts' votes judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.errors import BadKnown, NoProxyColumn, NotAnOutcome, SourceExists
from payoff.project.proxies import gap_of
from payoff.project.stand_in import AUDITED
from payoff.report.screen import last_line
from payoff.testing import World, answer, comments
from status_worlds import said

STAMP = "about the proxy 'refund', not the outcome"


def refunded(world: World, wrong: int = 10) -> pl.DataFrame:
    """The comments, with a refund asked for every spam but every so manyth, and for no ham."""
    spam = (world.outcomes == "spam").to_numpy()
    missed = spam & (np.cumsum(spam) % wrong == 0)
    return world.items.with_columns(refund=pl.Series(np.where(spam & ~missed, "spam", "ham")))


def proxied(
    folder: Path, n: int = 240, *, wrong: int = 10, price: float | None = 0.5, **given: Any
) -> tuple[po.Project, World]:
    """A project whose outcomes are known by a proxy only, and an expert to ask."""
    world = comments(n, per_month=1_000)
    columns = {"outcome": "refund", "known": "proxy", **given}
    project = po.Project.create(folder / "project", items=refunded(world, wrong), objective=world.objective, **columns)
    if price is not None:
        project.add_source("experts", kind="expert", price=price)
    return project, world


def audited(folder: Path, n: int = 240, *, budget: float = 30.0, **given: Any) -> tuple[po.Project, World]:
    """The same after an expert answered what was asked until enough audit votes judge."""
    project, world = proxied(folder, n, **given)
    for _ in range(4):
        if not project.value().about:
            break
        project.tell(answer(project.ask(budget), world.truth))
    return project, world


def test_the_column_becomes_a_source_of_kind_proxy(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path)
    assert project.sources["refund"].kind == "proxy"
    assert project.voters().filter(pl.col("source") == "refund")["votes"].to_list() == [240]


def test_payoff_toml_says_that_it_is_a_proxy_and_opens_as_one(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path)
    assert 'known = "proxy"' in (project.folder / "payoff.toml").read_text()
    assert po.Project.open(project.folder).sources["refund"].kind == "proxy"


def test_no_policy_may_read_it(tmp_path: Path) -> None:
    """It is seen after the decision, as the outcome would be."""
    project, _ = proxied(tmp_path)
    bench = project._at.bench()
    assert "refund" not in bench.sight.columns.columns
    assert bench.sight.votes.width == 0
    assert "voting" not in {rung.name for rung in bench.rungs}


def test_an_expert_is_not_shown_it(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path)
    assert "refund" not in project.readable(project.ask(5.0)).columns


def test_items_to_decide_on_may_lack_it_and_what_it_says_there_changes_nothing(tmp_path: Path) -> None:
    project, world = proxied(tmp_path)
    without = project.decide(world.items.head(20))
    for said_there in ("spam", "ham"):
        with_it = project.decide(world.items.head(20).with_columns(refund=pl.lit(said_there)))
        assert with_it["decision"].to_list() == without["decision"].to_list()


def test_it_teaches_from_the_start(tmp_path: Path) -> None:
    project, world = proxied(tmp_path, price=None)
    assert project._at.standing().labels == len(project._at.ground.learning)
    decided = project.decide(world.items)
    assert world.worth(decided) == 0.5  # perfect: the columns tell spam from ham


def test_before_an_audit_what_is_earned_is_stamped_as_about_the_proxy(tmp_path: Path) -> None:
    project, world = proxied(tmp_path, price=None)
    value, sealed = project.value(), refunded(world)[project._at.ground.sealed]
    assert value.about == STAMP
    assert str(value).endswith(f" EUR an item, {STAMP}")
    # Nothing is in use: the best constant keeps everything, and loses 1 on what the proxy calls spam.
    assert value.mean == pytest.approx(-(sealed["refund"] == "spam").mean())


def test_a_trial_before_an_audit_is_stamped_and_adopts_nothing(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path, price=None)
    trial = project.trial("linear")
    assert trial is not None
    assert (trial.verdict, trial.adopted, trial.look) == ("cannot tell", False, False)
    assert trial.estimate.about == STAMP and np.isfinite(trial.estimate.low)
    assert str(trial).endswith(f"over constant, {STAMP}")
    assert f"Shown is {trial.estimate}." in trial.said


def test_the_stamp_of_a_trial_is_remembered(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path, price=None)
    project.trial("linear")
    assert po.Project.open(project.folder).trials[0].estimate.about == STAMP


def test_no_promise_rests_on_a_proxy(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path)
    assert project.story().promised is None


def test_the_report_and_the_summary_say_what_their_figures_are_about(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path)
    story = project.story()
    assert story.judged_on.startswith("the proxy 'refund', not the outcome: 0 of 20 audit votes")
    assert story.about == STAMP and STAMP in story.basis
    assert STAMP in project.summary()[0]
    assert STAMP in project.goal().note
    assert "'refund' stands for the outcome" in " ".join(project.story().assumed)
    page = project.report().read_text()
    assert page.count("about the proxy") > page.count('class="ends"') + page.count("95% intervals, about")
    assert story.stakes is not None and STAMP in story.stakes.on


def test_every_figure_of_the_ladder_is_about_the_proxy(tmp_path: Path) -> None:
    """What each constant earns as well, by the same outcomes."""
    project, world = proxied(tmp_path)
    rows = {row.name: row.worth for row in project.story().ladder}
    spam = (refunded(world)[project._at.ground.sealed]["refund"] == "spam").mean()
    keep, remove = rows["keep everywhere"], rows["remove everywhere"]
    assert keep is not None and keep.mean == pytest.approx(-spam)
    assert remove is not None and remove.mean == pytest.approx(spam - 2 * (1 - spam))


def test_the_command_line_stamps_its_table_and_its_last_line(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path)
    story = project.story()
    assert STAMP in story.measure
    assert STAMP in last_line(story)


def test_the_advice_is_to_measure_how_far_off_it_is(tmp_path: Path) -> None:
    advice = proxied(tmp_path)[0].next()
    assert (advice.action, advice.purpose, advice.votes) == ("ask", "audit", AUDITED)
    assert advice.reason.startswith(f"{AUDITED} audit votes would say how far the proxy 'refund' is off the outcome")


def test_without_an_expert_the_last_advice_is_to_add_one(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path, price=None)
    while project.trial() is not None:
        pass
    assert project.next().reason.startswith("'refund' is a proxy and cannot judge: add an expert")


def test_the_first_ask_draws_audit_votes_for_the_gap(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path)
    batch = project.ask(10.0)  # twenty votes: all of them for the audit, as far as chance draws so many
    audits = batch.filter(pl.col("purpose") == "audit")
    assert 10 <= len(audits) <= 20
    assert audits["item"].is_in(project._at.ground.items.ids.gather(project._at.ground.sealed).implode()).all()


def test_after_enough_audit_votes_figures_are_about_the_outcome(tmp_path: Path) -> None:
    project, _ = audited(tmp_path)
    assert project._at.standing().court.audit.votes >= AUDITED
    assert project.value().about == ""
    assert "about the proxy" not in " ".join(project.summary())


def test_until_a_trial_has_an_interval_of_its_own_it_shows_what_the_proxy_says(tmp_path: Path) -> None:
    """Enough votes to say what is earned; too few of them may lie where the two differ."""
    project, _ = audited(tmp_path)
    for name in ("one rule", "linear"):
        trial = project.trial(name)
        assert trial is not None and np.isfinite(trial.estimate.low)
        assert (trial.estimate.about == STAMP) == ("too few votes for an interval" in trial.said)


def test_the_gap_is_said_by_outcome_and_in_money(tmp_path: Path) -> None:
    project, _ = audited(tmp_path, n=600, budget=60.0, wrong=4)
    gap = gap_of(project._at.standing(), "refund")
    spam, ham = gap.each["spam"], gap.each["ham"]
    assert gap.known and spam is not None and ham is not None
    assert spam.low <= 3 / 4 <= spam.high and ham.mean == 1
    assert gap.shift is not None and gap.shift.low <= gap.shift.mean <= gap.shift.high
    state, words = said(project, "L1")
    assert state == "answered"
    assert "'refund' is right on " in words and "; what is earned differs by " in words


def test_without_an_expert_the_question_is_blocked_and_says_what_to_do(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path, price=None)
    assert said(project, "L1") == (
        "blocked",
        "'refund' stands for the outcome, nobody knows how far off: add an expert, 20 audit votes tell",
    )


def test_experts_votes_to_learn_from_teach_how_the_proxy_errs(tmp_path: Path) -> None:
    project, world = proxied(tmp_path, n=600, wrong=3)
    said_ham = refunded(world, 3).filter(pl.col("refund") == "ham")["item"]
    at = project._at.ground.position
    learning = set(project._at.ground.learning.tolist())
    shown = [item for item in said_ham if at[item] in learning]
    before = project.posterior().filter(pl.col("item") == shown[-1])["spam"].item()
    votes = pl.DataFrame({"item": shown[:80], "source": "experts", "label": [world.truth[item] for item in shown[:80]]})
    project.tell(votes)
    after = project.posterior().filter(pl.col("item") == shown[-1])["spam"].item()
    assert after > before  # a quarter of what it calls ham is spam


def test_an_outcome_seen_later_in_a_column_of_the_proxy_is_not_taken_for_the_outcome(tmp_path: Path) -> None:
    world = comments(240)
    items = refunded(world).rename({"refund": "outcome"})
    project = po.Project.create(
        tmp_path / "p", items=items, objective=world.objective, outcome="outcome", known="proxy"
    )
    assert project.realised(items.with_columns(item=pl.col("item") + "new")) is None


def test_where_it_is_silent_it_says_nothing(tmp_path: Path) -> None:
    world = comments(240)
    items = refunded(world).with_columns(refund=pl.when(pl.int_range(240) % 3 > 0).then("refund"))
    project = po.Project.create(tmp_path / "p", items=items, objective=world.objective, outcome="refund", known="proxy")
    ground = project._at.ground
    spoken = items["refund"].is_not_null().to_numpy()
    assert project._at.standing().labels == spoken[ground.learning].sum()
    assert np.isfinite(project.value().low) and project.value().about == STAMP


def test_a_proxy_needs_a_column(tmp_path: Path) -> None:
    world = comments(40)
    with pytest.raises(NoProxyColumn, match="known = 'proxy' without a column"):
        po.Project.create(tmp_path / "p", items=world.items, objective=world.objective, known="proxy")
    assert not (tmp_path / "p").exists()


def test_another_way_of_knowing_is_refused_by_name(tmp_path: Path) -> None:
    world = comments(40)
    with pytest.raises(BadKnown, match="'selected', 'proxy'"):
        po.Project.create(
            tmp_path / "p", items=refunded(world), objective=world.objective, outcome="refund", known="prox"
        )


def test_what_is_no_outcome_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    world = comments(40)
    items = refunded(world).with_columns(refund=pl.lit("yes"))
    with pytest.raises(NotAnOutcome, match="yes"):
        po.Project.create(tmp_path / "p", items=items, objective=world.objective, outcome="refund", known="proxy")
    assert not (tmp_path / "p").exists()


def test_a_source_may_not_have_its_name(tmp_path: Path) -> None:
    project, _ = proxied(tmp_path, price=None)
    toml = project.folder / "payoff.toml"
    toml.write_text(toml.read_text() + '\n[[source]]\nname = "refund"\nkind = "rule"\n')
    with pytest.raises(SourceExists, match="the proxy of the outcome"):
        po.Project.open(project.folder)
