"""The rungs that learn next to nothing: constant, system, base rate, voting, own model."""

from __future__ import annotations

import pickle

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone

from payoff.errors import NoModelOfTheirOwn, NothingInUse
from payoff.policies import BaseRate, Constant, Lesson, OwnModel, Sight, System, Voting

KEEP_OR_REMOVE = np.array([[[0.0, -5.0], [-1.0, 1.0]]])  # outcomes ham, spam


def lesson_of(outcomes: list[int], *, labelled: int | None = None) -> Lesson:
    n = len(outcomes)
    return Lesson(
        target=np.eye(2)[outcomes],
        weight=(np.arange(n) < (n if labelled is None else labelled)) * 1.0,
        groups=np.arange(n),
    )


def sight_of(n: int, **known: object) -> Sight:
    return Sight(**({"payoffs": KEEP_OR_REMOVE, "voting": np.full((n, 2), 0.5)} | known))  # type: ignore[arg-type]


def test_the_constant_keeps_everything_where_spam_is_rare() -> None:
    sight = sight_of(20)  # P(spam) = 1.5 / 21: keep -5 * 1.5 / 21, remove (-19.5 + 1.5) / 21
    assert Constant().fit(sight, lesson_of([1] + [0] * 19)).decide(sight).tolist() == [0] * 20


def test_the_constant_weighs_payoffs_on_the_items_that_have_the_outcome() -> None:
    payoffs = np.tile(KEEP_OR_REMOVE, (10, 1, 1))
    payoffs[0, 0, 1] = -500.0  # the one spam is the one that would cost most
    sight = sight_of(10, payoffs=payoffs)
    assert Constant().fit(sight, lesson_of([1] + [0] * 9)).decide(sight)[0] == 1


def test_the_constant_without_labels_goes_by_the_free_votes() -> None:
    sight = sight_of(2, voting=np.array([[0.1, 0.9], [0.1, 0.9]]))
    assert Constant().fit(sight, lesson_of([0, 0], labelled=0)).decide(sight).tolist() == [1, 1]


def test_soft_targets_count_by_their_parts() -> None:
    lesson = Lesson(target=np.array([[0.4, 0.6], [0.4, 0.6]]), weight=np.ones(2), groups=np.arange(2))
    proba = BaseRate().fit(sight_of(2), lesson).predict_proba(sight_of(2))
    np.testing.assert_allclose(proba[0], [(0.8 + 0.5) / 3, (1.2 + 0.5) / 3])


def test_by_the_base_rate_each_item_is_decided_by_its_own_payoffs() -> None:
    payoffs = np.array([[[0.0, -x], [-1.0, 0.0]] for x in (1.0, 4.0, 9.0)])
    sight = sight_of(3, payoffs=payoffs)  # P(spam) = 1.5 / 5: remove where 1.5 x > 3.5
    policy = BaseRate().fit(sight_of(4), lesson_of([0, 0, 0, 1]))
    assert policy.decide(sight).tolist() == [0, 1, 1]


def test_the_system_repeats_todays_decisions_and_learns_what_happens_under_each() -> None:
    sight = sight_of(4, today=np.array([0, 0, 1, 1]))
    policy = System().fit(sight, lesson_of([0, 0, 1, 1]))
    assert policy.decide(sight).tolist() == [0, 0, 1, 1]
    np.testing.assert_allclose(policy.predict_proba(sight)[:, 1], [0.5 / 3, 0.5 / 3, 2.5 / 3, 2.5 / 3])


def test_the_system_needs_todays_decisions() -> None:
    with pytest.raises(NothingInUse, match="2 items carry no decisions of today"):
        System().fit(sight_of(2), lesson_of([0, 1]))


def test_changing_the_decisions_given_back_leaves_the_sight_alone() -> None:
    sight = sight_of(2, today=np.array([0, 1]))
    System().fit(sight, lesson_of([0, 1])).decide(sight)[0] = 1
    assert sight.today is not None
    assert sight.today[0] == 0


def test_voting_without_labels_is_the_posterior_as_it_is() -> None:
    sight = sight_of(2, voting=np.array([[0.3, 0.7], [0.9, 0.1]]))
    policy = Voting().fit(sight, lesson_of([0, 1], labelled=0))
    np.testing.assert_allclose(policy.predict_proba(sight), sight.voting, atol=1e-3)


def test_voting_that_is_wrong_is_believed_less() -> None:
    voting = np.tile([[0.1, 0.9], [0.9, 0.1]], (20, 1))
    sight = sight_of(40, voting=voting)
    policy = Voting().fit(sight, lesson_of([0, 1] * 20))
    assert abs(policy.predict_proba(sight)[0, 1] - 0.5) < 0.1


def test_voting_learns_the_true_share_of_outcomes_from_many_labels() -> None:
    sight = sight_of(400)
    policy = Voting().fit(sight, lesson_of(([1] + [0] * 9) * 40))
    assert policy.predict_proba(sight)[0, 1] == pytest.approx(0.1, abs=0.03)


def test_the_own_model_is_taken_at_its_word_without_labels() -> None:
    sight = sight_of(2, proba=np.array([[0.2, 0.8], [0.95, 0.05]]))
    assert OwnModel().fit(sight, lesson_of([0, 1], labelled=0)).decide(sight).tolist() == [1, 0]


def test_an_overconfident_own_model_is_toned_down_by_labels() -> None:
    said = np.tile([[0.001, 0.999]], (60, 1))
    sight = sight_of(60, proba=said)
    proba = OwnModel().fit(sight, lesson_of([0, 1, 1] * 20)).predict_proba(sight)
    assert 0.6 < proba[0, 1] < 0.8


def test_the_own_model_needs_its_probabilities() -> None:
    with pytest.raises(NoModelOfTheirOwn, match="2 items carry no probabilities"):
        OwnModel().fit(sight_of(2), lesson_of([0, 1]))


@pytest.mark.parametrize("kind", [Constant, BaseRate, System, Voting, OwnModel])
def test_a_policy_survives_pickling_and_cloning(kind: type) -> None:
    sight = sight_of(
        4, today=np.array([0, 1, 0, 1]), proba=np.full((4, 2), 0.5), columns=pl.DataFrame({"a": [1, 2, 3, 4]})
    )
    policy = kind(seed=5).fit(sight, lesson_of([0, 1, 0, 1]))
    again = pickle.loads(pickle.dumps(policy))
    assert again.predict_proba(sight).tolist() == policy.predict_proba(sight).tolist()
    assert clone(policy).seed == 5


@pytest.mark.parametrize("kind", [Constant, BaseRate, System, Voting, OwnModel])
def test_probabilities_of_simple_rungs_sum_to_one_and_none_is_nought(kind: type) -> None:
    sight = sight_of(3, today=np.array([0, 1, 0]), proba=np.eye(2)[[0, 1, 0]], voting=np.eye(2)[[0, 1, 0]])
    proba = kind().fit(sight, lesson_of([0, 1, 0])).predict_proba(sight)
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)
    assert (proba > 0).all()
