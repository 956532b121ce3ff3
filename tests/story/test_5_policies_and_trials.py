"""5. Policies and trials: the simplest policy that pays, proven on items that nothing was learnt from.

Most people arrive with a table whose outcomes are known. That is a census: free, and a third of it is sealed to judge
on. The ladder of policies is climbed from the simplest; each candidate is tried against the incumbent, in money.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.naive_bayes import GaussianNB

import payoff as po
from payoff.testing import comments

WORLD = comments(240)


def begin(folder: Path) -> po.Project:
    return po.Project.create(folder, items=WORLD.with_outcomes(), objective=WORLD.objective, outcome="outcome")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> po.Project:
    """A project in which two candidates were tried: the linear rung, then a classifier of one's own."""
    tried = begin(tmp_path_factory.mktemp("story") / "spam")
    tried.trial("linear")
    tried.trial(GaussianNB())
    return tried


def test_the_incumbent_is_at_first_the_best_decision_taken_blindly(tmp_path: Path) -> None:
    decided = begin(tmp_path / "spam").decide(provisional=False)["decision"]
    assert decided.n_unique() == 1


def test_a_trial_says_what_the_candidate_earns_over_the_incumbent_with_its_interval(project: po.Project) -> None:
    trial = project.trials[0]
    assert trial.estimate.low < trial.estimate.mean < trial.estimate.high
    assert trial.estimate.unit == "EUR"
    # Whoever knows everything earns 0.5 an item, and the best constant loses about 0.5.
    assert trial.estimate.low <= 1.0 <= trial.estimate.high


def test_what_is_proven_is_adopted_and_decides_from_then_on(project: po.Project) -> None:
    assert (project.trials[0].name, project.trials[0].verdict) == ("linear", "adopt")
    assert WORLD.worth(project.decide()) == pytest.approx(0.5)


def test_your_own_estimator_is_tried_like_any_rung_and_must_beat_what_is_there(project: po.Project) -> None:
    trial = project.trials[1]
    assert trial.against == "linear"
    assert not trial.adopted  # no better than perfect: a tie goes to the simpler


def test_all_trials_are_remembered_also_what_failed(project: po.Project) -> None:
    opened = po.Project.open(project.folder)
    assert [(trial.name, trial.adopted) for trial in opened.trials] == [("linear", True), ("GaussianNB", False)]


def test_looking_again_without_new_votes_proves_nothing(tmp_path: Path) -> None:
    project = begin(tmp_path / "spam")
    project.trial("linear")
    again = project.trial("linear")
    assert again is not None
    assert not again.look and not again.adopted
