"""The label model never ships below majority unnoticed: checked on known outcomes, else it says what it relies on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import payoff as po
from payoff.judge import Estimate
from payoff.project.evidence import Evidence
from payoff.project.trusting import Check, Exam, folds_of_groups, paired, relies_on, trust_of, unchecked
from small_projects import experts, project_of, sites, truth_of

ITEMS = sites(120)
TRUTH = truth_of(ITEMS)


def exam(truth: list[int], groups: list[int] | None = None) -> Exam:
    n = len(truth)
    rows = np.arange(n)
    return Exam(
        rows=rows,
        items=pl.Series([str(row) for row in rows]),
        truth=np.array(truth),
        fold=rows % 5,
        payoffs=np.array([[[0.0, -1.0], [-2.0, 1.0]]]),
        weights=np.ones(n),
        groups=rows if groups is None else np.array(groups),
        outcomes=["ham", "spam"],
        unit="EUR",
    )


def sure(truth: list[int], right: float) -> np.ndarray:
    return np.where(np.eye(2)[truth] > 0, right, 1 - right)


def with_rules(folder: Path, *, known: int = 0) -> po.Project:
    """Two rules, one for each outcome, right on nine items in ten, and so many items told by an expert."""
    project = project_of(folder, ITEMS)
    for name, links in (("linked", True), ("bare", False)):
        project.add_source(name, kind="rule")
        label = "spam" if links else "ham"
        said = [i for i in range(120) if (TRUTH[str(i)] == label) != (i % 20 in (3, 6))]
        project.tell([{"item": i, "source": name, "label": label} for i in said])
    learning = [str(project._at.ground.items.ids[int(row)]) for row in project._at.ground.learning]
    experts(project)
    if known:
        project.tell([{"item": i, "source": "experts", "label": TRUTH[i]} for i in learning[:known]])
    return project


def evidence_of(project: po.Project) -> Evidence:
    return project._at.bench().evidence


def test_what_is_saved_is_the_difference_of_the_mean_log_losses() -> None:
    truth = [0, 1] * 15
    check = exam(truth).compare(sure(truth, 0.8), sure(truth, 0.5))
    assert check.saved.mean == pytest.approx(np.log(0.8 / 0.5))


def test_what_is_earned_is_the_difference_of_what_the_decisions_pay() -> None:
    truth = [0, 1] * 15
    check = exam(truth).compare(sure(truth, 0.9), sure(truth, 0.1))
    assert check.earned.mean == pytest.approx((0 + 1) / 2 - (-2 - 1) / 2)


def test_items_of_one_group_are_one_draw() -> None:
    difference = np.array([0.0, 1.0] * 10)
    alone = paired(difference, np.ones(20), np.arange(20))
    doubled = paired(np.repeat(difference, 2), np.ones(40), np.repeat(np.arange(20), 2))
    assert (doubled.low, doubled.high) == pytest.approx((alone.low, alone.high))


def test_one_group_gives_no_interval() -> None:
    assert paired(np.ones(3), np.ones(3), np.zeros(3, dtype=np.int64)).low == -np.inf


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=20), st.floats(0.1, 10))
def test_the_scale_of_weights_changes_nothing(values: list[float], scale: float) -> None:
    difference, each = np.array(values), np.arange(len(values))
    one, other = paired(difference, np.ones(len(each)), each), paired(difference, np.full(len(each), scale), each)
    assert (other.mean, other.low) == pytest.approx((one.mean, one.low), abs=1e-9)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(0, 5))
def test_a_group_is_never_parted_by_a_fold(groups: list[int], seed: int) -> None:
    fold = folds_of_groups(np.array(groups), seed=seed)
    assert len({(group, int(part)) for group, part in zip(groups, fold, strict=True)}) == len(set(groups))


def test_majority_speaks_where_it_is_shown_to_be_better() -> None:
    truth = [0, 1] * 20
    trust = trust_of(exam(truth), sure(truth, 0.3), sure(truth, 0.8), ["crowd"])
    assert trust.majority
    assert trust.words.startswith(
        "majority vote speaks: on 40 known outcomes hidden from it the label model has a log-loss higher by 0.98"
    )


def test_the_label_model_speaks_where_neither_is_shown_to_be_better() -> None:
    truth = [0, 1] * 20
    trust = trust_of(exam(truth), sure(truth, 0.8), sure(truth, 0.8), ["crowd"])
    assert not trust.majority
    assert "not shown to differ from majority" in trust.words


def test_likelier_and_earning_less_is_neither_better_nor_worse() -> None:
    check = Check(30, Estimate(0.2, 0.1, 0.3), Estimate(-0.1, -0.3, 0.1))
    assert (check.better, check.worse) == (False, False)


def test_without_known_outcomes_it_says_what_it_relies_on(tmp_path: Path) -> None:
    belief = evidence_of(with_rules(tmp_path)).belief
    assert belief is not None
    assert belief.trust == unchecked(0, ["rule"])


def test_every_kind_of_source_has_what_is_taken_for_granted() -> None:
    assert relies_on(["crowd"]) == "it takes people to be usually right and to err in part each on their own"
    assert all(len(relies_on([kind])) > len("it takes ") for kind in po.sources.KINDS)


def test_with_votes_of_experts_it_is_checked(tmp_path: Path) -> None:
    belief = evidence_of(with_rules(tmp_path, known=40)).belief
    assert belief is not None
    assert belief.trust.check is not None
    assert belief.trust.check.items == 40


def test_too_few_known_outcomes_check_nothing(tmp_path: Path) -> None:
    belief = evidence_of(with_rules(tmp_path, known=19)).belief
    assert belief is not None
    assert belief.trust.check is None
    assert "19 known outcomes with votes, 20 are needed" in belief.trust.words


def test_an_outcome_is_hidden_from_the_model_that_is_examined_on_it() -> None:
    told = exam([0, 1] * 10)
    gold = pl.DataFrame({"item": told.items, "label": ["ham", "spam"] * 10})
    votes = pl.DataFrame({"item": told.items, "source": "a", "voter": "a", "label": "ham"})
    answers = told.answers(lambda votes, gold: po.LabelModel(outcomes=["ham", "spam"]).fit(votes, gold), votes, gold)
    assert np.unique(answers[::2].round(9)).tolist() == np.unique(answers[1::2].round(9)).tolist()
    assert answers.min() > 0 and answers.max() < 1


def test_rules_with_votes_of_experts_are_not_taken_for_a_crowd(tmp_path: Path) -> None:
    evidence = evidence_of(with_rules(tmp_path, known=40))
    assert evidence.model is not None
    assert set(evidence.model.voters_["source"]) == {"linked", "bare"}


def test_where_majority_speaks_its_shares_are_the_posterior(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Check, "worse", property(lambda check: True))
    monkeypatch.setattr("payoff.project.believing.Learning._columns_may_help", False)
    evidence = evidence_of(with_rules(tmp_path, known=40))
    silent = ~evidence.labelled & evidence.ground.items.ids.is_in(evidence.free["item"].implode()).to_numpy()
    assert set(evidence.posterior[silent].max(axis=1).round(6)) <= {0.5, 0.75}, "one vote or one of each, and one added"
    assert set(evidence.sight.voting.max(axis=1).round(6)) <= {0.5, 0.75, round(float(evidence.base.max()), 6)}


def test_many_votes_are_not_learnt_from_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[po.LabelModel | None] = []
    fit = po.LabelModel.fit

    def noted(self: po.LabelModel, *given: object, start: po.LabelModel | None = None, **options: object) -> object:
        starts.append(start)
        return fit(self, *given, start=start, **options)

    monkeypatch.setattr(po.LabelModel, "fit", noted)
    monkeypatch.setattr("payoff.project.believing.MANY", 100)
    project = with_rules(tmp_path)
    first = evidence_of(project).model
    project.tell([{"item": 0, "source": "linked", "label": "ham"}])
    evidence_of(project)
    assert starts == [None, first]


def test_few_votes_are_learnt_from_afresh_so_that_nothing_depends_on_what_was_computed_before(tmp_path: Path) -> None:
    project = with_rules(tmp_path, known=30)
    evidence_of(project)
    project.tell([{"item": 0, "source": "linked", "label": "ham"}])
    assert po.Project.open(project.folder).posterior().equals(project.posterior())


def test_of_many_votes_a_sample_examines_and_all_speak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payoff.project.believing.MANY", 60)
    evidence = evidence_of(with_rules(tmp_path, known=30))
    assert evidence.belief is not None and evidence.belief.trust.check is not None
    assert evidence.belief.trust.check.items == 30
    assert evidence.belief.model.items_.len() == evidence.free["item"].n_unique()
