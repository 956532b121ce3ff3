from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from payoff.aggregate import LabelModel
from payoff.aggregate.coding import code_votes
from payoff.aggregate.voters import confusion_counts, confusions
from payoff.votes import share_interval
from planted import crowd


def one_voter(labels: str) -> dict[str, list[object]]:
    return {"item": list(range(len(labels))), "source": ["ann"] * len(labels), "label": list(labels)}


def row(table: pl.DataFrame, outcome: str, label: str) -> dict[str, object]:
    return table.filter((pl.col("outcome") == outcome) & (pl.col("label") == label)).row(0, named=True)


def test_shares_are_votes_for_a_label_over_votes_on_items_of_the_outcome() -> None:
    table = confusions(code_votes(one_voter("xxxyyy")), np.array([[1.0, 0.0]] * 4 + [[0.0, 1.0]] * 2))
    assert row(table, "x", "y")["share"] == 1 / 4
    assert row(table, "y", "y")["share"] == 2 / 2


def test_the_interval_is_that_of_a_share_where_outcomes_are_known() -> None:
    table = confusions(code_votes(one_voter("xxxy")), np.array([[1.0, 0.0]] * 4))
    low, high = share_interval(np.array([3.0]), np.array([4.0]))
    found = row(table, "x", "x")
    assert (found["low"], found["high"]) == (pytest.approx(low[0]), pytest.approx(high[0]))


def test_outcomes_not_known_widen_the_interval() -> None:
    coded = code_votes(one_voter("xxxxxxyy"))
    sure = confusions(coded, np.array([[1.0, 0.0]] * 8))
    doubted = confusions(coded, np.array([[1.0, 0.0]] * 4 + [[0.5, 0.5]] * 4))
    width = [row(table, "x", "x")["high"] - row(table, "x", "x")["low"] for table in (sure, doubted)]  # type: ignore[operator]
    assert width[1] > width[0]


def test_a_voter_who_met_no_item_of_an_outcome_has_no_share_of_it() -> None:
    table = confusions(code_votes(one_voter("xx"), outcomes=["x", "y"]), np.array([[1.0, 0.0]] * 2))
    assert row(table, "y", "x")["share"] is None
    assert row(table, "y", "x")["votes"] == 0


def test_one_outcome_is_confused_with_nothing() -> None:
    assert confusions(code_votes(one_voter("xx")), np.ones((2, 1)))["share"].to_list() == [1.0]


def test_shares_of_a_row_sum_to_one() -> None:
    world = crowd(0, items=60, outcomes=3)
    table = confusions(world.coded, LabelModel().fit(world.votes).proba_)
    sums = table.group_by("voter", "outcome").agg(pl.col("share").sum())["share"]
    assert np.allclose(sums, 1)


def test_counts_are_expected_votes() -> None:
    world = crowd(1, items=40)
    counts = confusion_counts(world.coded, world.known)
    assert counts.sum() == pytest.approx(40 * 5)


@pytest.mark.parametrize("outcomes", [2, 3])
def test_where_gold_shows_that_voters_err_apart_planted_confusions_are_inside_as_often_as_intervals_say(
    outcomes: int,
) -> None:
    inside = []
    for seed in range(8):
        world = crowd(seed, outcomes=outcomes)
        gold = pl.DataFrame({"item": range(200), "label": world.truth[:200].astype(str)})  # of half of the items
        table = confusions(world.coded, LabelModel().fit(world.votes, gold).proba_).filter(pl.col("votes") >= 5)
        voter, outcome, label = (table[name].cast(pl.Int64).to_numpy() for name in ("voter", "outcome", "label"))
        planted = world.confusion[voter, outcome, label]
        inside += ((table["low"].to_numpy() <= planted) & (planted <= table["high"].to_numpy())).tolist()
    assert 0.91 <= np.mean(inside) <= 0.99  # 95% wanted, of some hundred shares that hang together


def test_a_fitted_model_shows_the_confusions_of_its_voters() -> None:
    model = LabelModel().fit({"item": [1, 2, 3] * 2, "source": ["ann"] * 3 + ["bob"] * 3, "label": list("xxyxxy")})
    shares = model.confusions_.group_by("voter", "outcome").agg(pl.col("share").sum())["share"]
    assert len(shares) == 2 * 2
    assert shares.to_list() == pytest.approx([1.0] * 4)
