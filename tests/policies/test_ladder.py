"""The rungs in order of simplicity."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from payoff.errors import RungNotHere, UnknownRung
from payoff.policies import LADDER, FromEstimator, Lesson, Linear, Sight, Views, ladder, out_of_fold, rung_of


def sight_of(**known: object) -> Sight:
    return Sight(**({"payoffs": np.eye(2)[None], "voting": np.full((4, 2), 0.5)} | known))  # type: ignore[arg-type]


EVERYTHING = {
    "columns": pl.DataFrame({"links": [0, 1, 2, 3]}),
    "votes": pl.DataFrame({"rules/a": ["spam", None, None, None]}),
    "today": np.array([0, 1, 0, 1]),
    "proba": np.full((4, 2), 0.5),
    "payoffs": np.stack([np.eye(2) * stake for stake in (1.0, 2.0, 3.0, 4.0)]),
}


def test_the_ladder_runs_from_simple_to_rich() -> None:
    assert [rung.name for rung in ladder(sight_of(**EVERYTHING))] == [
        "constant", "system", "base rate", "one rule", "voting", "own model", "linear", "trees",
    ]  # fmt: skip
    assert [rung.complexity for rung in LADDER] == sorted(rung.complexity for rung in LADDER)


@pytest.mark.parametrize(
    ("part", "gone"),
    [
        ("today", {"system"}),
        ("proba", {"own model"}),
        ("votes", {"voting"}),
        ("columns", set()),
    ],
)
def test_without_a_part_the_rungs_that_rest_on_it_are_gone(part: str, gone: set[str]) -> None:
    here = {rung.name for rung in ladder(sight_of(**{k: v for k, v in EVERYTHING.items() if k != part}))}
    assert {rung.name for rung in LADDER} - here == gone


def test_each_rung_says_in_one_sentence_what_it_does() -> None:
    for rung in LADDER:
        assert rung.words.endswith(".")
        assert rung.words.count(".") == 1


def test_a_rung_is_found_by_its_name() -> None:
    assert isinstance(rung_of("linear").make(), Linear)


def test_a_rung_is_itself() -> None:
    assert rung_of(LADDER[3]) is LADDER[3]


def test_a_classifier_is_a_rung_named_after_its_class_and_what_differs_from_its_defaults() -> None:
    rung = rung_of(GaussianNB(var_smoothing=0.5))
    made = rung.make(seed=3)
    assert rung.name == "GaussianNB(var_smoothing=0.5)"
    assert rung_of(GaussianNB()).name == "GaussianNB"
    assert isinstance(made, FromEstimator)
    assert made.estimator.var_smoothing == 0.5
    assert made.seed == 3


def test_a_pipeline_is_a_rung_beyond_the_ladder() -> None:
    rung = rung_of(make_pipeline(LogisticRegression()))
    assert rung.name.startswith("Pipeline ") and len(rung.name) < 20
    assert rung.name != rung_of(make_pipeline(LogisticRegression(C=9))).name
    assert rung.complexity > LADDER[-1].complexity


@pytest.mark.parametrize("wrong", ["forest", 7, None, GaussianNB])
def test_what_is_no_rung_is_refused_with_the_names_of_those_there_are(wrong: object) -> None:
    with pytest.raises(UnknownRung, match="'base rate'"):
        rung_of(wrong)


def test_a_rung_these_items_cannot_carry_is_refused() -> None:
    with pytest.raises(RungNotHere, match="'voting' is not available"):
        rung_of("voting", sight=sight_of())


def test_views_and_seed_reach_the_policy() -> None:
    views = Views()
    made = rung_of("trees").make(views=views, seed=9, folds=3)
    assert (made.views, made.seed, made.folds) == (views, 9, 3)


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_every_rung_works_before_the_first_label(rung: object) -> None:
    sight = sight_of(**EVERYTHING)
    nothing = Lesson(target=np.full((4, 2), 0.5), weight=np.zeros(4), groups=np.arange(4))
    found = out_of_fold(rung, sight, nothing)
    np.testing.assert_allclose(found.proba.sum(axis=1), 1.0)
    assert found.decisions.shape == (4,)


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_every_rung_decides_no_items_at_all(rung: object) -> None:
    sight = sight_of(**EVERYTHING)
    lesson = Lesson(target=np.eye(2)[[0, 1, 0, 1]], weight=np.ones(4), groups=np.arange(4))
    policy = rung_of(rung).make().fit(sight, lesson)
    none = sight.at(np.zeros(0, dtype=np.int64))
    assert policy.decide(none).shape == (0,)
    assert policy.predict_proba(none).shape == (0, 2)
