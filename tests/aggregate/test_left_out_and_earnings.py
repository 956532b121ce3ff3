from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import payoff.aggregate.left_out as left_out
from payoff.aggregate import LabelModel, MajorityVote
from payoff.aggregate.coding import code_votes
from payoff.aggregate.earnings import earnings
from payoff.aggregate.left_out import LeftOut, leave_out, leave_out_apart, looked_at, rows_on
from planted import crowd

PAYOFFS = np.array([[[0.0, -1.0], [-2.0, 1.0]]])  # keep, remove by ham, spam


def two_of_three() -> dict[str, list[object]]:
    return {"item": [1, 1, 1, 2], "source": ["r", "s", "s", "r"], "voter": list("aabb"), "label": list("xxyx")}


def test_a_source_is_left_out_with_all_its_voters() -> None:
    coded, model = code_votes(two_of_three()), MajorityVote().fit(two_of_three())
    left = leave_out(coded, np.array([0, 0, 1, 1]), model.predict_proba, np.array([0.25, 0.75]))
    assert list(zip(left.item, left.unit, left.votes, strict=True)) == [(0, 0, 1), (0, 1, 2), (1, 0, 1)]
    assert left.without.tolist() == [[0.5, 0.5], [1.0, 0.0], [0.25, 0.75]]  # nobody else voted on item 2


def test_with_its_votes_an_item_is_as_the_model_has_it() -> None:
    world = crowd(0, items=50)
    model = LabelModel().fit(world.votes)
    left = world.left_out(model)
    assert np.allclose(left.within, model.predict_proba(world.votes).select(model.outcomes_).to_numpy()[left.item])


def test_apart_each_item_is_read_by_what_was_learnt_from_the_others() -> None:
    world, asked = crowd(0, items=12, voters=6), []
    model, fold = MajorityVote().fit(world.votes), np.arange(12) % 3

    def learnt_from(items: pl.Series) -> left_out.Predict:
        asked.append(items.to_list())
        return model.predict_proba

    apart = leave_out_apart(world.coded, np.arange(6), fold, learnt_from, model.prior_)
    assert asked == [[item for item in range(12) if item % 3 != number] for number in range(3)]
    whole = leave_out(world.coded, np.arange(6), model.predict_proba, model.prior_)
    assert all(
        np.array_equal(one, other) for one, other in zip(vars(apart).values(), vars(whole).values(), strict=True)
    )


def test_only_as_many_items_are_looked_at_as_there_is_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_out, "WORK", 2 * 25)  # five votes on each of 50 items, read again five times: every 25th
    assert looked_at(crowd(0, items=50).coded).tolist() == [0, 25]


def test_votes_come_item_after_item() -> None:
    item, row = rows_on(code_votes(two_of_three()), np.array([1, 0]))
    assert item.tolist() == [1, 0, 0, 0]
    assert row.tolist() == [3, 0, 1, 2]


def left(within: list[list[float]], without: list[list[float]], votes: int = 1) -> LeftOut:
    rows = len(within)
    return LeftOut(np.arange(rows), np.zeros(rows, int), np.full(rows, votes), np.array(within), np.array(without))


def test_votes_that_change_no_decision_earn_nothing_and_the_interval_says_what_few_items_cannot_rule_out() -> None:
    same = [[0.9, 0.1]] * 10
    found = earnings(left(same, same), 1, PAYOFFS, np.array(same)).row(0, named=True)
    apart = 0.9 * 2 - 0.1 * 2  # what the worse decision would lose
    assert found["earns"] == 0
    assert found["high"] == pytest.approx(apart * (1 - 0.025 ** (1 / 10)))


def test_what_votes_earn_is_paired_and_judged_by_what_is_believed() -> None:
    found = earnings(
        left([[1.0, 0.0]] * 4, [[0.0, 1.0]] * 2 + [[1.0, 0.0]] * 2), 1, PAYOFFS, np.array([[1.0, 0.0]] * 4)
    )
    assert found["earns"].item() == (2 + 2 + 0 + 0) / 4


def test_votes_that_mislead_cost() -> None:
    found = earnings(left([[0.0, 1.0]] * 2, [[1.0, 0.0]] * 2), 1, PAYOFFS, np.array([[1.0, 0.0]] * 2))
    assert found["earns"].item() == -2


def test_several_votes_on_an_item_share_what_they_earn() -> None:
    found = earnings(left([[1.0, 0.0]], [[0.0, 1.0]], votes=4), 1, PAYOFFS, np.array([[1.0, 0.0]]))
    assert found["earns"].item() == 2 / 4


def test_payoffs_may_differ_by_item() -> None:
    each = np.concatenate([PAYOFFS, 10 * PAYOFFS])
    found = earnings(left([[1.0, 0.0]] * 2, [[0.0, 1.0]] * 2), 1, each, np.array([[1.0, 0.0]] * 2))
    assert found["earns"].item() == (2 + 20) / 2


def test_a_unit_without_votes_has_no_figure() -> None:
    found = earnings(left([[1.0, 0.0]], [[0.0, 1.0]]), 2, PAYOFFS, np.array([[1.0, 0.0]]))
    assert found["earns"].to_list() == [2.0, None]


def test_a_better_voter_earns_more() -> None:
    world = crowd(3, items=600, each=3, spammers=1)
    model = LabelModel().fit(world.votes)
    found = earnings(world.left_out(model), 25, PAYOFFS, world.known)
    best = world.confusion[:, [0, 1], [0, 1]].mean(axis=1).argmax()
    assert found["earns"][int(best)] > found["earns"][0]
    assert isinstance(found, pl.DataFrame)
