"""Intervals of the posterior: wide where voters are hardly known, narrow where they are, honest on planted worlds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import digamma, expit, polygamma, softmax

from counted import EVEN
from payoff.aggregate import LabelModel
from payoff.aggregate.calibration import (
    MAJORITY,
    OFFSET,
    SHARED,
    SHARED_BY_RULES,
    SPREAD,
    Doubt,
    calibrated,
    tempered,
)
from payoff.aggregate.certainty import (
    chunks,
    ends_of,
    firm_counts,
    heard_with_doubt,
    inverse_digamma,
    shared_ends,
)
from payoff.aggregate.evidence import LEARNT, LIKE_ITS_POOL
from payoff.errors import NotFitted

Floats = NDArray[np.float64]


def planted(seed: int, *, items: int, voters: int, per: int) -> tuple[pl.DataFrame, Floats, Floats]:
    """Votes of two outcomes; log P(outcome | votes) by whoever knows how each voter errs, (items, 2), and how many
    votes like the most telling one those of an item are worth, (items,).
    """
    rng = np.random.default_rng(seed)
    truth, right = rng.integers(0, 2, items), rng.uniform(0.55, 0.9, (voters, 2))
    voter = np.concatenate([rng.choice(voters, per, replace=False) for _ in range(items)])
    item = np.repeat(np.arange(items), per)
    label = np.where(rng.random(len(item)) < right[voter, truth[item]], truth[item], 1 - truth[item])
    said = [np.log(np.where(label == k, right[voter, k], 1 - right[voter, k])).reshape(items, per) for k in (0, 1)]
    telling = np.abs(said[0] - said[1])
    scores = np.log(softmax(np.column_stack([each.sum(axis=1) for each in said]), axis=1))
    votes = pl.DataFrame({"item": item, "source": ["crowd"] * len(item), "voter": voter, "label": label.astype(str)})
    return votes, scores, telling.sum(axis=1) / telling.max(axis=1)


def width(model: LabelModel, item: object = None) -> float:
    found = model.intervals_.filter(pl.lit(item is None) | (pl.col("item") == (0 if item is None else item)))
    return float((found["high"] - found["low"]).mean())  # type: ignore[arg-type]


def crowd(**votes: str) -> dict[str, list[object]]:
    """Votes of each voter, one letter an item."""
    rows = [(item, voter, label) for voter, said in votes.items() for item, label in enumerate(said) if label != "."]
    item, voter, label = (list(column) for column in zip(*rows, strict=True))
    return {"item": item, "source": ["crowd"] * len(rows), "voter": voter, "label": label}


# --- the table --------------------------------------------------------------------------------------------------------


def test_there_is_a_row_for_each_item_and_outcome() -> None:
    found = LabelModel().fit(crowd(ann="xy", bob="xx")).intervals_
    assert found.columns == ["item", "outcome", "proba", "low", "high"]
    assert found.select("item", "outcome").rows() == [(0, "x"), (0, "y"), (1, "x"), (1, "y")]


def test_its_probabilities_are_the_posterior() -> None:
    model = LabelModel().fit(crowd(ann="xyx", bob="xxy"))
    assert model.intervals_["proba"].to_list() == model.proba_.ravel().tolist()


def test_an_interval_holds_its_probability() -> None:
    found = LabelModel().fit(planted(0, items=200, voters=10, per=4)[0]).intervals_
    assert ((found["low"] < found["proba"]) & (found["proba"] < found["high"])).all()
    assert found["low"].min() > 0 and found["high"].max() < 1  # type: ignore[operator]


def test_of_two_outcomes_one_interval_is_the_other_turned_over() -> None:
    found = LabelModel().fit(planted(0, items=50, voters=5, per=3)[0]).intervals_
    zero, one = (found.filter(pl.col("outcome") == outcome) for outcome in ("0", "1"))
    assert np.allclose(zero["low"], 1 - one["high"])
    assert np.allclose(zero["high"], 1 - one["low"])


def test_gold_leaves_no_doubt() -> None:
    model = LabelModel().fit(crowd(ann="xyx", bob="xxy"), gold={"item": [1], "label": ["y"]})
    rows = model.intervals_.filter(pl.col("item") == 1).drop("item").rows()
    assert rows == [("x", 0.0, 0.0, 0.0), ("y", 1.0, 1.0, 1.0)]


def test_one_outcome_is_certain() -> None:
    assert LabelModel().fit(crowd(ann="xx")).intervals_.row(0)[2:] == pytest.approx((1, 1, 1))


def test_before_fit_there_are_none() -> None:
    with pytest.raises(NotFitted):
        _ = LabelModel().intervals_


def test_the_names_and_types_of_items_are_kept() -> None:
    found = LabelModel().fit({"item": ["b", "a"], "source": ["r", "r"], "label": ["x", "y"]}).intervals_
    assert found["item"].to_list() == ["a", "a", "b", "b"]


# --- what makes them wide ---------------------------------------------------------------------------------------------


def test_voters_known_from_more_votes_leave_less_doubt() -> None:
    few, many = (LabelModel().fit(crowd(ann="xy" * n, bob="xy" * n, cid="xy" * n)) for n in (3, 300))
    assert width(many) < width(few)


def test_the_variance_of_a_rate_is_that_of_a_dirichlet_posterior() -> None:
    votes = {"item": list(range(80)), "source": ["ann"] * 80, "label": ["x"] * 40 + ["y"] * 40}
    learnt = LabelModel().fit(votes, gold={"item": votes["item"], "label": votes["label"]})._learnt
    seen = learnt.counts[0, 0]  # of 40 votes on items that are x, those on easy ones
    own, total = inverse_digamma(learnt.evidence[0, 0] + digamma(seen + LIKE_ITS_POOL)), seen + LIKE_ITS_POOL
    _, doubt = heard_with_doubt(learnt, learnt.counts)
    assert seen + 0.8 * LIKE_ITS_POOL < own < total
    assert doubt[0, 0] == pytest.approx(polygamma(1, own) - polygamma(1, total))


def test_a_system_leaves_the_doubt_of_no_more_votes_than_are_learnt_from() -> None:
    votes = {"item": list(range(800)), "source": ["m"] * 800, "label": ["x"] * 400 + ["y"] * 400}
    gold = {"item": votes["item"], "label": votes["label"]}
    system, person = (LabelModel(kinds={"m": kind}).fit(votes, gold=gold)._learnt for kind in ("system", "crowd"))
    doubts = [heard_with_doubt(learnt, learnt.counts)[1][0, 0] for learnt in (system, person)]
    assert doubts[0] > doubts[1]
    seen = system.counts[0, 0] * LEARNT / 800
    own = inverse_digamma(system.evidence[0, 0] + digamma(seen + LIKE_ITS_POOL))
    assert doubts[0] == pytest.approx(polygamma(1, own) - polygamma(1, seen + LIKE_ITS_POOL))


def test_votes_on_items_in_doubt_tell_less_of_their_voters() -> None:
    model = LabelModel().fit(crowd(ann="xyxy", bob="xxyy"))
    firm = firm_counts(model._coded, model._learnt, model._truth)
    assert (firm <= model._learnt.counts + 1e-2).all()
    assert firm.sum() < model._learnt.counts.sum()


def test_copies_of_a_rule_say_together_what_one_says_and_leave_as_much_doubt() -> None:
    votes = {"item": list(range(20)), "source": ["r"] * 20, "label": list("xy" * 10)}
    twice = {**votes, "item": votes["item"] * 2, "source": ["r"] * 20 + ["s"] * 20, "label": votes["label"] * 2}
    one = LabelModel(kinds={"r": "rule"}).fit(votes)._learnt
    two = LabelModel(kinds={"r": "rule", "s": "rule"}).fit(twice)._learnt
    for alone, together in zip(heard_with_doubt(one, one.counts), heard_with_doubt(two, two.counts), strict=True):
        assert together[:2] + together[2:] == pytest.approx(alone)  # each of two codes


def test_gold_says_how_much_a_rule_is_worth() -> None:
    votes = {"item": list(range(60)), "source": ["r"] * 60, "label": ["x"] * 30 + ["y"] * 30}
    gold = {"item": [*range(20), *range(30, 50)], "label": ["x"] * 20 + ["y"] * 20}
    before, after = (LabelModel(kinds={"r": "rule"}).fit(votes, gold=known) for known in (None, gold))
    assert width(after, 59) < width(before, 59)


@pytest.mark.parametrize(("kind", "usual"), [("crowd", SHARED), ("rule", SHARED_BY_RULES)])
def test_how_much_voters_share_their_errors_is_not_known(kind: str, usual: float) -> None:
    model = LabelModel(kinds={"crowd": kind}).fit(crowd(ann="xyxx", bob="xyxy"))
    low, high = shared_ends(model._coded, model._learnt, model._truth, Doubt(usual, MAJORITY, usual))
    assert low == pytest.approx((usual + OFFSET) * np.exp(-1.96 * SPREAD) - OFFSET, abs=0.01)
    assert high == pytest.approx((usual + OFFSET) * np.exp(1.96 * SPREAD) - OFFSET, abs=0.1)


def test_gold_says_how_much_people_share_their_errors() -> None:
    votes, _, _ = planted(1, items=300, voters=10, per=5)
    truth = votes.group_by("item").agg(label=pl.col("label").mode().sort().first()).sort("item")
    model = LabelModel().fit(votes, gold=truth.head(200))
    usual = Doubt(SHARED, MAJORITY, SHARED)
    _, high = shared_ends(model._coded, model._learnt, model._truth, replace(usual, shared=model._doubt.shared))
    _, prior = shared_ends(model._coded, model._learnt, LabelModel().fit(votes)._truth, usual)
    assert high < prior / 2  # the majority was always right


def test_one_vote_shares_nothing() -> None:
    scores, sure = np.log([[0.8, 0.2]]), np.zeros((1, 2))
    low, high = ends_of(scores, sure, EVEN, np.array([1]), 0.5, (0.1, 2.0))
    assert low[0].tolist() == pytest.approx([0.8, 0.2]) == high[0].tolist()


def test_both_doubts_are_added_as_squares() -> None:
    scores, votes = np.log([[0.8, 0.2]]), np.array([3])
    logit = np.log(4)
    alone = ends_of(scores, np.zeros((1, 2)), EVEN, votes, 0.5, (0.0, 2.0))
    assert alone[0][0, 0] == pytest.approx(expit(logit / 5)) and alone[1][0, 0] == pytest.approx(expit(logit))
    voters = 1.959964 * np.sqrt(0.3 + 0.3) / 2
    both = ends_of(scores, np.full((1, 2), 0.3), EVEN, votes, 0.5, (0.0, 2.0))
    assert both[1][0, 0] == pytest.approx(expit(logit / 2 + np.hypot(voters, logit / 2)))
    assert both[0][0, 0] == pytest.approx(expit(logit / 2 - np.hypot(voters, logit / 2 - logit / 5)))


# --- on planted worlds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("items", "voters", "per"), [(500, 20, 5), (2_000, 20, 5), (1_000, 10, 10)])
def test_the_posterior_of_whoever_knows_the_voters_is_inside(items: int, voters: int, per: int) -> None:
    inside = []
    for seed in range(3):
        votes, scores, worth = planted(seed, items=items, voters=voters, per=per)
        model = LabelModel(outcomes=["0", "1"]).fit(votes)
        known = calibrated(scores, model._coded, EVEN, worth, model._doubt).ravel()
        found = model.intervals_
        inside.append(((found["low"].to_numpy() <= known) & (known <= found["high"].to_numpy())).mean())
    assert np.mean(inside) >= 0.95


def test_voters_who_always_agree_leave_as_little_doubt_as_the_shares_of_their_votes() -> None:
    said = "xy" * 300
    found = LabelModel().fit(crowd(ann=said, bob=said, cid=said)).intervals_.filter(pl.col("proba") > 0.5)
    most = 1 - MAJORITY * 0.5 / 4  # three votes and half a one of the base rates, of four
    assert found["high"].max() < most
    assert found["low"].min() > most - 0.1  # type: ignore[operator]


# --- laws -------------------------------------------------------------------------------------------------------------


@given(value=st.floats(0.001, 1e6))
def test_inverse_digamma_undoes_digamma(value: float) -> None:
    assert inverse_digamma(digamma(value)) == pytest.approx(value, rel=1e-6)


@given(items=st.integers(1, 300_000))
def test_chunks_cover_all_items_once(items: int) -> None:
    parts = list(chunks(items))
    assert parts[0].start == 0 and parts[-1].stop == items
    assert all(one.stop == other.start for one, other in pairwise(parts))


simplex = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(lambda parts: np.array(parts) / sum(parts))


@given(
    scores=st.lists(st.lists(st.floats(-30, 0), min_size=3, max_size=3), min_size=1, max_size=5),
    prior=simplex,
    unsure=st.floats(0, 5),
    worth=st.floats(0, 50),
)
def test_ends_are_on_their_side_and_within_bounds(
    scores: list[list[float]], prior: Floats, unsure: float, worth: float
) -> None:
    table = np.array(scores)
    votes = np.full(len(table), worth)
    low, high = ends_of(table, np.full(table.shape, unsure), prior, votes, 0.5, (0.1, 2.0))
    proba = np.exp(tempered(table, prior, votes, 0.5))
    assert (low >= 0).all() and (high <= 1).all()
    assert (low <= proba + 1e-9).all() and (proba <= high + 1e-9).all()
