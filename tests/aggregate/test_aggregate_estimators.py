"""The methods of aggregation keep scikit-learn's contract for estimators."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks
from sklearn.utils.validation import check_is_fitted

from payoff.aggregate import DawidSkene, LabelModel, MajorityVote
from payoff.errors import NotFitted, PayoffError, UnusableAggregateOption

METHODS = [MajorityVote, DawidSkene, LabelModel]
LEARNERS = [DawidSkene, LabelModel]
Method = type[MajorityVote] | type[DawidSkene] | type[LabelModel]
Learner = type[DawidSkene] | type[LabelModel]

VOTES = {
    "item": [1, 1, 1, 2, 2, 2, 3, 3],
    "source": ["crowd"] * 8,
    "voter": ["ann", "bob", "cid"] * 2 + ["ann", "bob"],
    "label": ["ham", "ham", "spam", "spam", "spam", "spam", "ham", "spam"],
}
OTHER = {"item": ["p"], "source": ["q"], "label": ["new"]}

# scikit-learn's own checks that feed no matrix of numbers: a table of votes is not one, so the others do not apply.
CHECKS = [
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_estimator_tags_renamed,
    estimator_checks.check_estimators_unfitted,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_checks_of_scikit_learn_hold(method: Method, check: Callable[[str, BaseEstimator], None]) -> None:
    check(method.__name__, method())


# --- options -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_every_option_is_named_and_has_a_default(method: Method) -> None:
    options = list(inspect.signature(method).parameters.values())
    assert {option.kind for option in options} == {inspect.Parameter.KEYWORD_ONLY}
    assert inspect.Parameter.empty not in {option.default for option in options}


@pytest.mark.parametrize("method", METHODS)
def test_options_are_not_taken_by_position(method: Method) -> None:
    with pytest.raises(TypeError, match="positional"):
        method(["ham", "spam"])  # type: ignore[call-arg, misc]


@pytest.mark.parametrize("method", METHODS)
def test_options_are_kept_as_they_were_given(method: Method) -> None:
    outcomes = ["spam", "ham"]
    assert method(outcomes=outcomes).outcomes is outcomes
    assert method(outcomes=outcomes).fit(VOTES).get_params()["outcomes"] is outcomes


@pytest.mark.parametrize("method", METHODS)
def test_an_option_that_does_not_exist_is_refused_by_name(method: Method) -> None:
    with pytest.raises(ValueError, match="Invalid parameter 'speed'"):
        method().set_params(speed=3)


@pytest.mark.parametrize("method", METHODS)
def test_bad_options_are_refused_by_fit_and_not_before(method: Method) -> None:
    name = "added" if method is MajorityVote else "max_iter"
    model = method().set_params(**{name: -1})
    with pytest.raises(UnusableAggregateOption, match=f"{name} is -1"):
        model.fit(VOTES)


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in ("max_iter", "tol") for value in (-1, float("nan"), None, "many")]
    + [("max_iter", 0), ("max_iter", 1.5)],
)
def test_dawid_skene_refuses_passes_that_make_no_sense(name: str, value: Any) -> None:
    with pytest.raises(UnusableAggregateOption, match=f"{name} is {value!r}"):
        DawidSkene(**{name: value}).fit(VOTES)


def test_the_repr_shows_what_differs_from_the_defaults() -> None:
    assert repr(LabelModel(kinds={"r": "rule"})) == "LabelModel(kinds={'r': 'rule'})"


# --- cloning and pickling ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_clone_has_the_options_and_nothing_learnt(method: Method) -> None:
    fresh = clone(method(outcomes=["ham", "odd", "spam"]).fit(VOTES))
    assert fresh.outcomes == ["ham", "odd", "spam"]
    assert not hasattr(fresh, "proba_")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_of_a_fitted_method_says_the_same(method: Method, again: Callable[[Any], Any]) -> None:
    model = method().fit(VOTES)
    assert again(model).posterior_.equals(model.posterior_)


def test_a_pickled_label_model_predicts_and_is_a_start_as_before() -> None:
    model = LabelModel(kinds={"crowd": "crowd"}).fit(VOTES)
    read = pickle.loads(pickle.dumps(model))
    assert read.predict_proba(VOTES).equals(model.predict_proba(VOTES))
    assert LabelModel().fit(VOTES, start=read).posterior_.equals(LabelModel().fit(VOTES, start=model).posterior_)


# --- fitting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_fit_returns_the_method_itself(method: Method) -> None:
    model = method()
    assert model.fit(VOTES) is model


@pytest.mark.parametrize("method", METHODS)
def test_what_was_learnt_has_names_that_end_in_an_underscore(method: Method) -> None:
    model = method().fit(VOTES)
    learnt = {name for name in vars(model) if name not in model.get_params()}
    assert all(name.endswith("_") or name.startswith("_") for name in learnt)
    assert {"items_", "outcomes_", "proba_", "prior_"} <= learnt


@pytest.mark.parametrize("method", METHODS)
def test_fit_does_not_change_what_it_is_given(method: Method) -> None:
    votes, gold = pl.DataFrame(VOTES), pl.DataFrame({"item": [1], "label": ["spam"]})
    before = votes.clone(), gold.clone()
    method().fit(votes, gold)
    assert votes.equals(before[0])
    assert gold.equals(before[1])


@pytest.mark.parametrize("method", METHODS)
def test_a_second_fit_forgets_the_first(method: Method) -> None:
    model = method().fit(VOTES)
    assert model.fit(OTHER).posterior_.equals(method().fit(OTHER).posterior_)
    assert model.outcomes_ == ["new"]


@pytest.mark.parametrize("method", METHODS)
def test_a_fit_that_is_refused_leaves_what_was_learnt(method: Method) -> None:
    model = method().fit(VOTES)
    before = model.posterior_
    with pytest.raises(PayoffError):
        model.fit({"item": [1], "source": ["r"], "label": [None]})
    assert model.posterior_.equals(before)


@pytest.mark.parametrize("method", LEARNERS)
def test_passes_are_counted_anew_in_every_fit(method: Learner) -> None:
    model = method(tol=0, max_iter=5)
    assert model.fit(VOTES).fit(VOTES).n_iter_ == 5


@pytest.mark.parametrize("method", LEARNERS)
@pytest.mark.parametrize("passes", [1, 2, 7, 40])
def test_without_tolerance_there_are_exactly_so_many_passes(method: Learner, passes: int) -> None:
    assert method(tol=0, max_iter=passes).fit(VOTES).n_iter_ == passes


@pytest.mark.parametrize("method", LEARNERS)
def test_a_tolerance_that_every_change_meets_ends_after_one_pass(method: Learner) -> None:
    assert method(tol=1.0).fit(VOTES).n_iter_ == 1


@pytest.mark.parametrize("method", LEARNERS)
def test_a_wider_tolerance_never_needs_more_passes(method: Learner) -> None:
    passes = [method(tol=tol).fit(VOTES).n_iter_ for tol in (1e-2, 1e-3, 1e-4, 1e-5)]
    assert passes == sorted(passes)


@pytest.mark.parametrize("method", LEARNERS)
def test_passes_may_be_a_number_of_numpy(method: Learner) -> None:
    assert method(tol=0, max_iter=np.int64(3)).fit(VOTES).n_iter_ == 3


# --- before fitting ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [NotFitted, NotFittedError, PayoffError])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["posterior_", "labels_"])
def test_before_fit_it_raises_our_error_and_that_of_scikit_learn(
    method: Method, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match=f"this {method.__name__} has not been fitted\n  expected: votes learnt by fit"):
        getattr(method(), name)


@pytest.mark.parametrize("method", METHODS)
def test_before_fit_it_has_nothing_learnt(method: Method) -> None:
    assert [hasattr(method(), name) for name in ("posterior_", "labels_", "proba_", "n_iter_")] == [False] * 4


@pytest.mark.parametrize("method", [MajorityVote, LabelModel])
def test_before_fit_it_predicts_nothing(method: type[MajorityVote] | type[LabelModel]) -> None:
    with pytest.raises(NotFittedError):
        method().predict_proba(VOTES)
    with pytest.raises(NotFittedError):
        method().proba_of([1])


@pytest.mark.parametrize("method", METHODS)
def test_scikit_learn_sees_whether_it_is_fitted(method: Method) -> None:
    model = method()
    with pytest.raises(NotFittedError):
        check_is_fitted(model)
    check_is_fitted(model.fit(VOTES))


def test_a_start_that_was_never_fitted_is_refused() -> None:
    with pytest.raises(NotFitted, match="this LabelModel has not been fitted"):
        LabelModel().fit(VOTES, start=LabelModel())
