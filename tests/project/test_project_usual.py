"""The price of the usual metric in a project: what would have been picked, what it costs, on what it was judged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.project.realised import usual_rows_known
from payoff.project.usual import cut_of, ours, usual_line, usual_rows
from payoff.report.record import Figure, UsualRow, Worth
from small_projects import bought, experts, known_sites, project_of, sites, truth_of

# A miss costs ten times a false alarm, so one removes long before spam is the likelier.
DEAR_MISS = {"keep": {"ham": 0.0, "spam": -10.0}, "remove": {"ham": -1.0, "spam": 0.0}}
METRICS = ["accuracy", "F1", "AUC", "log-loss", "lift"]


def blurred(n: int = 300, seed: int = 0) -> pl.DataFrame:
    """Sites of two kinds, 1 in 25 and 1 in 3 of them spam: never the likelier, and of the second kind dear to keep."""
    rng = np.random.default_rng(seed)
    links = rng.integers(0, 2, n)
    spam = rng.random(n) < np.where(links, 1 / 3, 1 / 25)
    return pl.DataFrame({"item": range(n), "links": links, "y": np.where(spam, "spam", "ham")})


def objective(cells: dict[str, dict[str, float]] = DEAR_MISS, times: float = 1.0, **given: object) -> po.Objective:
    scaled = {decision: {outcome: times * cell for outcome, cell in row.items()} for decision, row in cells.items()}
    return po.Objective(scaled, unit="EUR", **given)  # type: ignore[arg-type]


def judged(folder: Path, **given: object) -> po.Project:
    """A project on blurred sites that climbed the ladder up to linear."""
    project = project_of(folder, blurred(), objective=objective(**given), outcome="y")  # type: ignore[arg-type]
    for rung in ("one rule", "linear"):
        project.trial(rung)
    return project


@pytest.fixture(scope="module")
def dear(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    return judged(tmp_path_factory.mktemp("dear"), per_month=100, months=6)


def line_of(project: po.Project, rows: tuple[UsualRow, ...] | None = None) -> str:
    standing = project._at.standing()
    return usual_line(standing, usual_rows(standing) if rows is None else rows) or ""


def row(metric: str, costs: Worth, *, picks: str = "'linear'", alike: bool = False, on: str = "") -> UsualRow:
    return UsualRow(metric=metric, name="linear", picks=picks, costs=costs, alike=alike, judged=on or "on the audit")


# --- the table --------------------------------------------------------------------------------------------------------


def test_there_is_a_row_for_each_metric(dear: po.Project) -> None:
    table = dear.usual()
    assert table.columns == ["metric", "picks", "costs", "low", "high", "by_payoffs", "judged"]
    assert table["metric"].to_list() == METRICS


def test_where_misses_are_dear_accuracy_keeps_everything_and_that_costs(dear: po.Project) -> None:
    accuracy = dear.usual().row(0, named=True)
    assert "'keep' everywhere" in accuracy["picks"]
    assert 0 < accuracy["low"] < accuracy["costs"] < accuracy["high"]
    assert accuracy["judged"] == "on the audit"


def test_the_cost_is_the_mean_difference_on_the_audit_part(dear: po.Project) -> None:
    standing, ground = dear._at.standing(), dear._at.ground
    audit = ground.items.table[ground.sealed]
    decisions = np.array(dear.objective.decisions)[standing.sealed(ours(standing))]
    worth = dear.objective.value(decisions, audit["y"]) - dear.objective.value(["keep"] * len(audit), audit["y"])
    assert dear.usual()["costs"][0] == pytest.approx(worth.mean())


def test_the_model_that_is_cut_is_also_shown_deciding_by_the_payoffs(dear: po.Project) -> None:
    for each in usual_rows(dear._at.standing()):
        assert (each.by_payoffs is not None) == each.cut


def test_no_look_is_spent_and_nothing_is_written(dear: po.Project) -> None:
    kinds = ("ledger", "trial", "draw", "realised", "advice")
    before = [len(dear._at.store.records(kind)) for kind in kinds]
    dear.usual()
    assert [len(dear._at.store.records(kind)) for kind in kinds] == before


def test_ten_times_the_payoffs_cost_ten_times_as_much_and_nothing_else_changes(
    dear: po.Project, tmp_path: Path
) -> None:
    once, tenfold = dear.usual(), judged(tmp_path, times=10.0).usual()
    assert tenfold["picks"].to_list() == once["picks"].to_list()
    assert tenfold["costs"].to_list() == pytest.approx([10 * cost for cost in once["costs"]])


def test_before_anybody_said_what_is_true_there_are_no_rows(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    assert project.usual().is_empty()
    assert usual_line(project._at.standing(), ()) is None


def test_before_an_audit_the_cost_is_out_of_fold_and_called_so(tmp_path: Path) -> None:
    table = blurred()
    project = experts(project_of(tmp_path, table.drop("y"), objective=objective()))
    learning = project._at.ground.learning[:120]
    told = table[learning].select(pl.col("item"), source=pl.lit("experts"), label="y")
    project.tell(told)
    rows = project.usual().filter(pl.col("picks").str.contains("everywhere"))
    assert len(rows) > 0
    assert set(rows["judged"]) == {"out of fold with a plain interval: not audited yet"}


def test_with_three_outcomes_the_cut_is_the_most_probable_one(tmp_path: Path) -> None:
    cells = {d: {o: float(d == o) for o in "abc"} for d in "abc"}
    table = pl.DataFrame({"item": range(90), "x": [0, 1, 2] * 30, "y": ["a", "b", "c"] * 30})
    project = project_of(tmp_path, table, objective=objective(cells), outcome="y")
    assert cut_of(project._at.standing(), np.array([[0.2, 0.5, 0.3]])).tolist() == [1]
    assert all("by the most probable outcome" in each.picks for each in usual_rows(project._at.standing()) if each.cut)


# --- the sentence -----------------------------------------------------------------------------------------------------


def test_where_everybody_picks_what_decides_the_same_it_costs_nothing(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(80), outcome="y")
    assert line_of(project) == (
        "choosing by accuracy, F1, AUC, log-loss or lift would have picked what decides the same, so it costs nothing "
        "here"
    )


def test_the_sentence_prices_an_item_and_the_horizon(dear: po.Project) -> None:
    costs = Worth(0.5, 0.25, 0.75, horizon=Figure(0.5, 0.2, 0.8))
    assert line_of(dear, (row("accuracy", costs), row("F1", costs))) == (  # 100 a month for 6 months
        "choosing by accuracy or F1 would have picked 'linear': it costs 0.50 EUR an item (0.25 to 0.75), "
        "300 EUR over 6 months (120 to 480)"
    )


def test_the_sum_over_the_horizon_is_what_so_many_items_promise(dear: po.Project) -> None:
    costs = usual_rows(dear._at.standing())[0].costs
    assert costs.horizon is not None and costs.month is not None
    widths = [figure.high - figure.low for figure in (costs, costs.horizon, costs.month)]
    assert widths == sorted(widths) and widths[0] < widths[1] < widths[2]  # 100 items scatter more than 600


def test_without_a_volume_the_sentence_prices_an_item(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    assert line_of(project, (row("AUC", Worth(0.5, 0.25, 0.75)),)).endswith("costs 0.50 EUR an item (0.25 to 0.75)")


def test_metrics_that_pick_what_decides_the_same_are_passed_over(dear: po.Project) -> None:
    rows = (row("accuracy", Worth(0.0, 0.0, 0.0), alike=True), row("lift", Worth(0.5), picks="'trees'"))
    assert line_of(dear, rows).startswith("choosing by lift would have picked 'trees': it costs 0.50 EUR an item")


def test_a_metric_that_would_have_earned_more_is_said_to(dear: po.Project) -> None:
    said = line_of(dear, (row("F1", Worth(-0.5, -0.75, 0.25, horizon=Figure(-0.5, -0.8, 0.3))),))
    assert "it would earn 0.50 EUR an item (-0.25 to 0.75), 300 EUR over 6 months (-180 to 480) more" in said


def test_a_cost_that_was_not_audited_says_so(dear: po.Project) -> None:
    said = line_of(dear, (row("F1", Worth(0.5, 0.25, 0.75), on="out of fold"),))
    assert said.endswith(", out of fold")


def test_the_metric_is_a_question_of_the_checklist(dear: po.Project) -> None:
    answer = next(answer for answer in dear.status().answers if answer.id == "F4")
    assert answer.answer.startswith("candidates are ranked by the payoff itself, in EUR: no other metric chooses; ")
    assert line_of(dear) in answer.answer


def test_the_story_carries_rows_and_sentence(dear: po.Project) -> None:
    story = dear.story()
    assert [each.metric for each in story.usual] == METRICS
    assert story.usual_line == line_of(dear)


# --- what came true ---------------------------------------------------------------------------------------------------


def later(n: int = 60) -> pl.DataFrame:
    """Sites the project has never seen, with their outcome."""
    return blurred(n, seed=1).with_columns(item=pl.int_range(1000, 1000 + n))


def test_the_report_keeps_what_was_realised(tmp_path: Path) -> None:
    project = judged(tmp_path)
    found = project.realised(later())
    assert found is not None
    rows = {each.name: each for each in project.story().ladder}
    assert rows["linear"].realised == found.filter(pl.col("policy") == "linear")["realised"][0]
    assert rows["linear"].realised_items == 60


def test_every_decision_taken_everywhere_is_realised_too(tmp_path: Path) -> None:
    project = judged(tmp_path)
    project.realised(later())
    spam = (later()["y"] == "spam").sum()
    rows = {each.name: each.realised for each in project.story().ladder}
    assert list(rows)[:3] == ["constant", "keep everywhere", "remove everywhere"]
    assert rows["keep everywhere"] == pytest.approx(-10 * spam / 60)
    assert rows["remove everywhere"] == pytest.approx(-(60 - spam) / 60)


def test_promised_and_realised_have_a_row_for_each_decision_taken_everywhere(tmp_path: Path) -> None:
    found = judged(tmp_path).realised(later())
    assert found is not None
    spam = (later()["y"] == "spam").sum()
    rows = {row["policy"]: row for row in found.iter_rows(named=True)}
    assert list(rows)[:3] == ["constant", "keep everywhere", "remove everywhere"]
    assert rows["keep everywhere"]["realised"] == pytest.approx(-10 * spam / 60)
    assert rows["keep everywhere"]["from"] < rows["keep everywhere"]["promised"] < rows["keep everywhere"]["to"]


def test_it_is_there_when_the_project_is_opened_again(tmp_path: Path) -> None:
    project = judged(tmp_path)
    project.realised(later())
    again = po.Project.open(project.folder)
    assert [each.realised for each in again.story().ladder] == [each.realised for each in project.story().ladder]


def test_the_same_table_twice_is_remembered_once(tmp_path: Path) -> None:
    project = judged(tmp_path)
    project.realised(later())
    project.realised(later())
    assert len(project._at.store.records("realised")) == 1


def test_what_was_learnt_from_is_not_called_realised(tmp_path: Path) -> None:
    project = judged(tmp_path)
    assert project.realised(blurred()) is not None  # shown, and not kept
    assert project._at.store.records("realised") == []
    assert {each.realised for each in project.story().ladder} == {None}


def test_without_an_id_the_same_table_is_known_by_its_columns(tmp_path: Path) -> None:
    project = project_of(tmp_path, blurred().drop("item"), objective=objective(), outcome="y", id=None)
    project.realised(blurred().drop("item"))
    assert project._at.store.records("realised") == []
    project.realised(later().drop("item"))
    assert len(project._at.store.records("realised")) == 1


def test_usual_picks_are_priced_on_items_kept_aside_once_their_outcomes_are_known(tmp_path: Path) -> None:
    project = judged(tmp_path)
    project.realised(later())
    first = usual_rows_known(project._at)[0]
    assert first.judged == "on the 60 items kept aside"
    table, choice = later(), ours(project._at.standing()).name
    chosen = project.decisions_by_rung(table)[choice]
    gain = project.objective.value(chosen, table["y"]) - project.objective.value(["keep"] * 60, table["y"])
    assert first.costs.mean == pytest.approx(gain.mean())  # accuracy keeps everything


def test_picks_of_another_state_are_judged_on_the_audit_again(tmp_path: Path) -> None:
    project = judged(tmp_path)
    project.realised(later())
    record = project._at.store.last("realised")
    assert record is not None
    stale = [{**each, "ours": "trees"} for each in record["usual"]]
    kept = {name: record[name] for name in ("version", "worth", "items")}
    project._at.store.add_record("realised", {**kept, "usual": stale})
    assert {each.judged for each in usual_rows_known(project._at)} == {"on the audit"}


def test_a_project_that_buys_its_labels_has_its_metrics_priced_too(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, sites(80))), truth_of(sites(80)), 30.0)
    assert project.usual()["metric"].to_list() == METRICS
