"""The linear rung: what it learns, what it falls back to, what it never does."""

from __future__ import annotations

import pickle

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone

from payoff.policies import BaseRate, Lesson, Linear, Sight, Views, Voting

N = 200
RANDOM = np.random.default_rng(7)
SIGNAL = RANDOM.integers(0, 2, N)
NOISE = RANDOM.normal(size=N)
OUTCOMES = np.where(RANDOM.random(N) < 0.9, SIGNAL, 1 - SIGNAL)


def sight_of(**known: object) -> Sight:
    columns = pl.DataFrame({"signal": np.array(["no", "yes"])[SIGNAL], "noise": NOISE})
    defaults = {"columns": columns, "payoffs": np.eye(2)[None], "voting": np.full((N, 2), 0.5)}
    return Sight(**(defaults | known))  # type: ignore[arg-type]


def lesson_of(n: int, *, outcomes: np.ndarray = OUTCOMES, k: int = 2, groups: np.ndarray | None = None) -> Lesson:
    return Lesson(
        target=np.eye(k)[outcomes], weight=(np.arange(N) < n) * 1.0, groups=np.arange(N) if groups is None else groups
    )


def test_it_learns_the_column_that_tells() -> None:
    decisions = Linear().fit(sight_of(), lesson_of(100)).decide(sight_of())
    assert (decisions[100:] == SIGNAL[100:]).mean() > 0.95


def test_its_probabilities_are_near_the_truth() -> None:
    proba = Linear().fit(sight_of(), lesson_of(N)).predict_proba(sight_of())
    assert proba[SIGNAL == 1, 1].mean() == pytest.approx(0.9, abs=0.06)
    assert proba[SIGNAL == 0, 1].mean() == pytest.approx(0.1, abs=0.06)


@pytest.mark.parametrize("n", [0, 1, 7])
def test_with_hardly_any_labels_it_is_the_base_rate(n: int) -> None:
    linear, base = (kind().fit(sight_of(), lesson_of(n)) for kind in (Linear, BaseRate))
    np.testing.assert_allclose(linear.predict_proba(sight_of()), base.predict_proba(sight_of()), atol=1e-5)


def test_with_hardly_any_labels_and_no_columns_it_is_the_voting() -> None:
    sight = sight_of(
        columns=pl.DataFrame(),
        votes=pl.DataFrame({"rules/a": ["yes", None] * (N // 2)}),
        voting=np.tile([[0.2, 0.8], [0.7, 0.3]], (N // 2, 1)),
    )
    linear, voting = (kind().fit(sight, lesson_of(3)) for kind in (Linear, Voting))
    np.testing.assert_allclose(linear.predict_proba(sight), voting.predict_proba(sight), atol=1e-5)


def test_one_outcome_among_the_labels_is_not_certain() -> None:
    proba = Linear().fit(sight_of(), lesson_of(30, outcomes=np.zeros(N, dtype=int))).predict_proba(sight_of())
    np.testing.assert_allclose(proba[:, 1], 0.5 / 31, atol=1e-5)


def test_an_outcome_never_seen_keeps_a_small_probability() -> None:
    sight = sight_of(payoffs=np.eye(3)[None], voting=np.full((N, 3), 1 / 3))
    proba = Linear().fit(sight, lesson_of(60, k=3)).predict_proba(sight)
    assert (proba[:, 2] > 0).all()
    assert proba[:, 2].mean() < 0.05


def test_an_outcome_absent_from_a_fold_is_no_trouble() -> None:
    outcomes = OUTCOMES.copy()
    outcomes[0] = 2
    sight = sight_of(payoffs=np.eye(3)[None], voting=np.full((N, 3), 1 / 3))
    policy = Linear().fit(sight, lesson_of(60, outcomes=outcomes, k=3))
    np.testing.assert_allclose(policy.spread(sight).sum(axis=2), 1.0)
    assert (policy.oof_proba_ > 0).all()


def test_out_of_fold_it_has_not_seen_the_rows_label() -> None:
    # A column that names each item: seen, the label could be read off it; held out, it tells nothing.
    own = pl.DataFrame({"name": [f"n{i // 2}" for i in range(N)]})
    sight = sight_of(columns=own)
    luck = np.random.default_rng(1).integers(0, 2, N)
    policy = Linear().fit(sight, lesson_of(N, outcomes=luck, groups=np.arange(N) // 2))
    hit = policy.out_of_fold_.decisions == luck
    assert 0.3 < hit.mean() < 0.7


def test_free_votes_help_where_labels_are_few() -> None:
    votes = np.array(["no", "yes"])[OUTCOMES]
    posterior = np.where(OUTCOMES[:, None] == np.arange(2), 0.9, 0.1)
    without = Linear().fit(sight_of(columns=pl.DataFrame({"noise": NOISE})), lesson_of(20))
    bare = sight_of(columns=pl.DataFrame({"noise": NOISE}), votes=pl.DataFrame({"rules/a": votes}), voting=posterior)
    helped = Linear().fit(bare, lesson_of(20))
    assert (helped.decide(bare) == OUTCOMES).mean() == 1.0
    assert (without.decide(sight_of(columns=pl.DataFrame({"noise": NOISE}))) == OUTCOMES).mean() < 0.75


def test_votes_alone_will_do() -> None:
    votes = pl.DataFrame({"rules/a": np.array(["no", "yes"])[SIGNAL]})
    sight = sight_of(columns=pl.DataFrame(), votes=votes)
    assert (Linear().fit(sight, lesson_of(80)).decide(sight) == SIGNAL).all()


def test_without_columns_and_votes_it_is_the_base_rate() -> None:
    sight = sight_of(columns=pl.DataFrame())
    proba = Linear().fit(sight, lesson_of(80)).predict_proba(sight)
    np.testing.assert_allclose(proba, proba[:1].repeat(N, axis=0))


def test_the_posterior_of_the_voters_can_be_the_lesson() -> None:
    posterior = np.where(SIGNAL[:, None] == np.arange(2), 0.8, 0.2)
    lesson = Lesson(target=posterior, weight=np.ones(N), groups=np.arange(N))
    proba = Linear().fit(sight_of(), lesson).predict_proba(sight_of())
    np.testing.assert_allclose(proba, posterior, atol=0.05)


def test_the_scale_of_weights_does_not_matter_to_it() -> None:
    one, ten = lesson_of(60), lesson_of(60)
    ten = Lesson(target=ten.target, weight=ten.weight * 10, groups=ten.groups)
    a, b = (Linear().fit(sight_of(), lesson).predict_proba(sight_of()) for lesson in (one, ten))
    np.testing.assert_allclose(a, b, atol=1e-9)


def test_the_same_seed_gives_the_same_policy() -> None:
    a, b = (Linear(seed=4).fit(sight_of(), lesson_of(60)).predict_proba(sight_of()) for _ in range(2))
    assert a.tolist() == b.tolist()


def test_kept_views_change_nothing() -> None:
    views, sight = Views(), sight_of()
    first = Linear(views=views).fit(sight, lesson_of(60)).predict_proba(sight)
    second = Linear(views=views).fit(sight, lesson_of(60)).predict_proba(sight)
    fresh = Linear().fit(sight, lesson_of(60)).predict_proba(sight)
    assert first.tolist() == second.tolist() == fresh.tolist()


def test_it_decides_items_it_never_saw() -> None:
    policy = Linear().fit(sight_of(), lesson_of(100))
    fresh = Sight(
        columns=pl.DataFrame({"signal": ["yes", "never seen", None], "noise": [0.0, None, 1.0]}),
        payoffs=np.eye(2)[None],
        voting=np.full((3, 2), 0.5),
    )
    assert policy.decide(fresh)[0] == 1
    np.testing.assert_allclose(policy.predict_proba(fresh).sum(axis=1), 1.0)


def test_texts_are_read() -> None:
    texts = np.array(["a song I love", "check out my channel"])[OUTCOMES].astype(object)
    numbered = [f"{text} {word}" for text, word in zip(texts, "abcdefghij" * 20, strict=True)]
    sight = sight_of(columns=pl.DataFrame({"text": [f"{t} {i}" for i, t in enumerate(numbered)]}))
    assert (Linear().fit(sight, lesson_of(40)).decide(sight) == OUTCOMES).mean() > 0.95


def test_it_survives_pickling_and_cloning() -> None:
    views = Views()
    policy = Linear(seed=2, views=views).fit(sight_of(), lesson_of(60))
    again = pickle.loads(pickle.dumps(policy))
    np.testing.assert_allclose(again.predict_proba(sight_of()), policy.predict_proba(sight_of()))
    assert clone(policy).views is views
