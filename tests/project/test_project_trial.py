"""`trial`: one candidate fitted, judged against the incumbent on the audit, adopted or not, and remembered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import payoff as po
from payoff.errors import PayoffError
from payoff.testing import word
from small_projects import answered, bought, experts, known_sites, project_of, sites, truth_of

VERDICTS = {"adopt", "keep", "cannot tell"}
ITEMS = sites(90)
TRUTH = truth_of(ITEMS)


def climbed(project: po.Project, most: int = 20) -> list[str]:
    """Names of the rungs tried until `trial()` says there is none left."""
    names = []
    for _ in range(most):
        trial = project.trial()
        if trial is None:
            return names
        names.append(trial.name)
    raise AssertionError(f"no end after {most} trials: {names}")


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    """A census of 240 sites on which the whole ladder was climbed."""
    project = project_of(tmp_path_factory.mktemp("census"), known_sites(240), outcome="y")
    project.trials_climbed = climbed(project)  # type: ignore[attr-defined]
    return project


def test_the_ladder_has_an_end_and_then_trial_says_none(census: po.Project) -> None:
    assert census.trial() is None


def test_rungs_are_tried_simplest_first_and_each_once(census: po.Project) -> None:
    assert census.trials_climbed == ["one rule", "linear", "trees"]  # type: ignore[attr-defined]


def test_every_trial_is_remembered_in_order(census: po.Project) -> None:
    assert [trial.name for trial in census.trials] == ["one rule", "linear", "trees"]
    assert [trial.name for trial in po.Project.open(census.folder).trials] == ["one rule", "linear", "trees"]


def test_a_trial_says_name_estimate_verdict_adopted_votes_and_seconds(census: po.Project) -> None:
    for trial in census.trials:
        assert trial.verdict in VERDICTS
        assert trial.adopted == (trial.verdict == "adopt")
        assert trial.estimate.low <= trial.estimate.mean <= trial.estimate.high
        assert trial.estimate.unit == trial.unit == "EUR"
        assert trial.seconds > 0 and trial.said


def test_what_separates_the_outcomes_is_adopted_over_the_best_constant(census: po.Project) -> None:
    assert census.trials[0].adopted or census.trials[1].adopted


def test_a_tie_goes_to_the_simpler_policy(census: po.Project) -> None:
    adopted = [trial.name for trial in census.trials if trial.adopted]
    assert len(adopted) == 1 and not census.trials[-1].adopted


def test_a_policy_as_good_as_the_incumbent_is_not_adopted(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(240), outcome="y")
    project.trial("linear")
    again = project.trial(LogisticRegression())
    assert again is not None and not again.adopted


def test_what_is_adopted_judges_later_trials(census: po.Project) -> None:
    adopted = next(trial for trial in census.trials if trial.adopted)
    assert adopted.against == "constant"
    assert census.trials[-1].against == adopted.name


def test_the_estimate_of_what_is_adopted_is_the_gain_over_the_constant(census: po.Project) -> None:
    adopted = next(trial for trial in census.trials if trial.adopted)
    # Half of the items are spam: keeping all earns -1/2, knowing all 1/2.
    assert adopted.estimate.low <= 1.0 <= adopted.estimate.high + 1e-9


def test_a_trial_again_without_fresh_votes_is_shown_and_is_no_look(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(150), outcome="y")
    first, second = project.trial("linear"), project.trial("linear")
    assert first is not None and second is not None
    assert first.look and not second.look and not second.adopted


def test_a_look_is_counted_also_after_opening_again(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(150), outcome="y")
    assert project.trial("linear").look  # type: ignore[union-attr]
    again = po.Project.open(project.folder).trial("linear")
    assert again is not None and not again.look


def test_without_audit_votes_a_trial_cannot_tell(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 20.0)
    trial = project.trial("linear")
    assert trial is not None
    assert trial.verdict == "cannot tell" and trial.audit_votes == 0
    assert trial.said


def test_a_trial_may_be_asked_for_before_any_vote(tmp_path: Path) -> None:
    trial = project_of(tmp_path).trial("linear")
    assert trial is not None and not trial.adopted and not trial.look


def test_cannot_tell_says_how_many_votes_would_settle_it_or_that_none_can(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 30.0, 15.0)
    trial = project.trial("linear")
    assert trial is not None
    assert trial.adopted or trial.votes_needed is not None or "settle" in trial.said


# --- estimators ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "estimator",
    [
        HistGradientBoostingClassifier(max_iter=10),
        GaussianNB(),
        make_pipeline(StandardScaler(), LogisticRegression()),
        DecisionTreeClassifier(max_depth=2, random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_any_classifier_can_be_tried(estimator: object, tmp_path: Path) -> None:
    trial = project_of(tmp_path, known_sites(90), outcome="y").trial(estimator)
    assert trial is not None and trial.verdict in VERDICTS
    assert trial.name.startswith(type(estimator).__name__)


@pytest.mark.parametrize("estimator", [SVC(), RandomForestClassifier(5, random_state=0)], ids=["SVC", "forest"])
def test_a_classifier_that_is_picky_about_sparse_columns_can_be_tried_on_text(
    estimator: object, tmp_path: Path
) -> None:
    texts = pl.Series([f"{'buy my' if i % 2 else 'what a lovely'} {word(i)} {word(7 * i)}" for i in range(90)])
    assert project_of(tmp_path, known_sites(90, text=texts), outcome="y").trial(estimator) is not None


def test_a_regressor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="classifier"):
        project_of(tmp_path, known_sites(90), outcome="y").trial(LinearRegression())


def test_the_estimator_handed_over_is_not_fitted(tmp_path: Path) -> None:
    mine = GaussianNB()
    project_of(tmp_path, known_sites(90), outcome="y").trial(mine)
    assert not hasattr(mine, "classes_")


def test_two_classifiers_of_one_class_are_two_candidates(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(240), outcome="y")
    blind = project.trial(DecisionTreeClassifier(max_depth=1, min_samples_leaf=0.5, random_state=0))
    seeing = project.trial(DecisionTreeClassifier(max_depth=2, random_state=0))
    assert blind is not None and seeing is not None
    assert blind.name != seeing.name
    assert seeing.estimate.mean > blind.estimate.mean + 0.5


def test_the_same_classifier_again_is_the_same_candidate(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(90), outcome="y")
    names = [trial.name for trial in (project.trial(GaussianNB()), project.trial(GaussianNB())) if trial]
    assert names == ["GaussianNB"] * 2
    assert not project.trials[1].look


def test_an_adopted_classifier_decides(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(240), outcome="y")
    trial = project.trial(DecisionTreeClassifier(max_depth=2, random_state=0))
    assert trial is not None and trial.adopted
    assert project.decide(sites(4))["decision"].to_list() == ["keep", "remove"] * 2


def test_an_adopted_classifier_is_missed_when_the_project_is_opened_again_until_it_is_handed_over(
    tmp_path: Path,
) -> None:
    project = project_of(tmp_path, known_sites(240), outcome="y")
    mine = DecisionTreeClassifier(max_depth=2, random_state=0)
    project.trial(mine)
    before = project.decide(provisional=False)
    again = po.Project.open(project.folder)
    with pytest.warns(UserWarning, match=r"DecisionTreeClassifier\(max_depth=2, random_state=0\)"):
        again.decide()
    again.trial(mine)
    assert again.decide(provisional=False).equals(before)


def test_the_users_own_probabilities_are_a_rung(tmp_path: Path) -> None:
    spam = np.arange(240) % 2
    items = known_sites(240).select("item", "y", score=pl.Series(0.2 + 0.6 * spam))
    project = project_of(tmp_path, items, outcome="y", proba="score")
    trial = project.trial("own model")
    assert trial is not None and trial.adopted
    assert project.decide([{"item": 500, "score": 0.2}, {"item": 501, "score": 0.8}])["decision"].to_list() == [
        "keep", "remove",
    ]  # fmt: skip


def test_one_column_of_probabilities_cannot_speak_for_three_outcomes(tmp_path: Path) -> None:
    cells = {"a": {"eggs": 1, "ham": 0, "spam": 0}, "b": {"eggs": 0, "ham": 1, "spam": 1}}
    items = sites(60, score=pl.Series([0.2, 0.8] * 30), y=pl.Series(["eggs", "ham", "spam"] * 20))
    with pytest.raises(PayoffError, match="'score'") as caught:
        project_of(tmp_path, items, outcome="y", proba="score", objective=po.Objective(cells))
    assert caught.value.next_step


# --- in use until proof ----------------------------------------------------------------------------------------------


def test_what_is_in_use_is_the_incumbent_until_proof(tmp_path: Path) -> None:
    items = known_sites(240, now=pl.lit("keep"))
    project = project_of(
        tmp_path, items.with_columns(now=pl.Series(["keep", "keep", "remove"] * 80)), outcome="y", today="now"
    )
    assert project.decide(provisional=False)["decision"].equals(project._at.ground.items.table["now"].alias("decision"))
    trial = project.trial("linear")
    assert trial is not None and trial.adopted and trial.against == "system"
    assert project.decide()["decision"].to_list() == ["keep", "remove"] * 120


def test_a_refit_on_more_votes_needs_no_new_trial(tmp_path: Path) -> None:
    items = known_sites(300).with_columns(y=pl.when(pl.col("item") < 240).then("y"))
    project = experts(project_of(tmp_path, items, outcome="y", known="at random"))
    trial = project.trial("linear")
    assert trial is not None and trial.adopted
    before = project.decide()["spam"].to_list()
    bought(project, truth_of(items), 30.0)
    assert project.decide()["spam"].to_list() != before
    assert len(project.trials) == 1 and not project.decide()["provisional"].any()


def test_trials_under_an_edited_objective_begin_anew(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(90), outcome="y")
    project.trial("linear")
    toml = project.folder / "payoff.toml"
    toml.write_text(toml.read_text().replace("spam = 1.0", "spam = 1.5"))
    assert po.Project.open(project.folder).trials == []


def test_with_votes_to_be_bought_the_ladder_has_an_end_too(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 30.0, 15.0)
    assert "linear" in climbed(project)
    assert project.trial() is None


def test_an_open_audit_item_does_not_stop_a_trial_from_being_shown(tmp_path: Path) -> None:
    project = bought(experts(project_of(tmp_path, ITEMS)), TRUTH, 30.0, 20.0)
    batch = project.ask(20.0)
    project.tell(answered(batch.filter(pl.col("purpose") == "learn"), TRUTH))
    trial = project.trial("linear")
    assert trial is not None and not trial.adopted
