"""What the free votes teach about columns."""

from __future__ import annotations

import pickle

import numpy as np
import polars as pl
import pytest

from payoff.policies import Lesson, Linear, Sight, Views
from payoff.policies.prior import prior_of
from payoff.policies.taught import repeats_the_votes, taught_by_votes

N = 300
RANDOM = np.random.default_rng(3)
OUTCOMES = RANDOM.integers(0, 2, N)
FIRED = RANDOM.random(N) < 0.4


def sight_of(**known: object) -> Sight:
    """A rule that names the outcome of four items in ten; a column that tells it of all."""
    votes = pl.DataFrame({"rules/a": [str(o) if f else None for o, f in zip(OUTCOMES, FIRED, strict=True)]})
    sure = np.where(OUTCOMES[:, None] == np.arange(2), 0.9, 0.1)
    defaults = {
        "columns": pl.DataFrame({"site": np.array(["a", "b"])[OUTCOMES], "noise": RANDOM.normal(size=N)}),
        "votes": votes,
        "payoffs": np.eye(2)[None],
        "voting": np.where(FIRED[:, None], sure, 0.5),
    }
    return Sight(**(defaults | known))  # type: ignore[arg-type]


def lesson_of(n: int) -> Lesson:
    return Lesson(target=np.eye(2)[OUTCOMES], weight=(np.arange(N) < n) * 1.0, groups=np.arange(N))


def test_where_the_voters_are_silent_the_columns_speak() -> None:
    sight = sight_of()
    taught = taught_by_votes(sight, Views())
    assert taught is not None
    assert (taught.logits(sight).argmax(axis=1) == OUTCOMES)[~FIRED].all()


def test_the_linear_rung_knows_so_before_the_first_label() -> None:
    sight = sight_of()
    assert (Linear().fit(sight, lesson_of(0)).decide(sight) == OUTCOMES).all()


@pytest.mark.parametrize("part", ["columns", "votes"])
def test_without_columns_or_without_votes_nothing_is_taught(part: str) -> None:
    assert taught_by_votes(sight_of(**{part: pl.DataFrame()}), Views()) is None


def test_labels_play_no_part_in_what_votes_teach() -> None:
    sight, views = sight_of(), Views()
    one, other = (taught_by_votes(sight, views) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.slopes.tolist() == other.slopes.tolist()


def test_voters_that_mislead_are_unlearnt() -> None:
    sight = sight_of(voting=np.where(OUTCOMES[:, None] == np.arange(2), 0.1, 0.9))
    assert (Linear().fit(sight, lesson_of(150)).decide(sight) == OUTCOMES).mean() > 0.95


def test_a_lesson_that_repeats_the_votes_is_told_from_labels() -> None:
    sight = sight_of()
    echo = Lesson(target=sight.voting, weight=np.ones(N), groups=np.arange(N))
    assert repeats_the_votes(sight, echo)
    assert not repeats_the_votes(sight, lesson_of(10))
    assert not repeats_the_votes(sight, lesson_of(0))


def test_a_lesson_that_repeats_the_votes_still_speaks_where_they_are_silent() -> None:
    sight = sight_of()
    echo = Lesson(target=sight.voting, weight=np.ones(N), groups=np.arange(N))
    assert (Linear().fit(sight, echo).decide(sight) == OUTCOMES).all()


def test_on_many_items_some_of_them_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payoff.policies.taught.MOST_ROWS", 100)
    sight = sight_of()
    taught = taught_by_votes(sight, Views(), seed=1)
    assert taught is not None
    assert (taught.logits(sight).argmax(axis=1) == OUTCOMES).mean() > 0.95


def test_new_items_get_what_was_taught() -> None:
    taught = taught_by_votes(sight_of(), Views())
    fresh = Sight(
        columns=pl.DataFrame({"site": ["b", "a"], "noise": [0.0, 0.0]}),
        payoffs=np.eye(2)[None],
        voting=np.full((2, 2), 0.5),
    )
    assert taught is not None
    assert taught.logits(fresh).argmax(axis=1).tolist() == [1, 0]


def test_the_prior_without_votes_is_the_base_rate() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((N, 2), 0.5))
    prior = prior_of(sight, lesson_of(4))
    np.testing.assert_allclose(np.exp(prior.logits(sight))[0], prior.base)


def test_one_label_at_the_base_rates_smooths_what_is_predicted() -> None:
    sight = Sight(payoffs=np.eye(2)[None], voting=np.full((N, 2), 0.5))
    prior = prior_of(sight, lesson_of(9))
    smooth = prior.smooth(np.array([[1.0, 0.0]]))
    np.testing.assert_allclose(smooth[0, 1], prior.base[1] / (9 + 1), atol=1e-5)


def test_it_survives_pickling() -> None:
    sight = sight_of()
    taught = taught_by_votes(sight, Views())
    assert taught is not None
    said = taught.logits(sight)
    np.testing.assert_allclose(pickle.loads(pickle.dumps(taught)).logits(sight), said)
