"""The learning part and the sealed audit part."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import TableError
from payoff.items import Roles, group_numbers, items_from, split


def items(**columns):
    roles = {role: role for role in ("id", "time", "group") if role in columns}
    return items_from(pl.DataFrame(columns, strict=False), Roles(**roles))


def sides(groups, audited):
    return {group: set(audited[np.array(groups) == group].tolist()) for group in set(groups)}


def test_a_third_is_drawn_at_random():
    assert split(items(x=list(range(9)))).sum() == 9 / 3


@pytest.mark.parametrize(("share", "audited"), [(0.5, 5), (0.1, 1), (0.001, 1), (0.999, 9)])
def test_the_share_is_kept_and_neither_part_is_empty(share, audited):
    assert split(items(x=list(range(10))), audit=share).sum() == audited


def test_equal_seeds_draw_equally_and_others_differently():
    world = items(x=list(range(100)))
    assert np.array_equal(split(world, seed=1), split(world, seed=1))
    assert not np.array_equal(split(world, seed=1), split(world, seed=2))


@given(st.permutations(range(30)), st.booleans(), st.booleans())
def test_the_order_of_the_rows_changes_nothing(order, timed, grouped):
    texts = [f"{'my' if number % 3 else 'your'} song is {'great' if number % 4 else 'loud'}" for number in range(30)]
    columns = {"id": [f"i{number:02}" for number in range(30)], "text": texts}
    columns |= {"time": [number * 7 % 11 for number in range(30)]} if timed else {}
    columns |= {"group": [number % 5 for number in range(30)]} if grouped else {}
    table = pl.DataFrame(columns)
    roles = Roles(id="id", time="time" if timed else None, group="group" if grouped else None)
    audited = split(items_from(table, roles), seed=3)
    assert np.array_equal(split(items_from(table[list(order)], roles), seed=3), audited[list(order)])


@given(st.permutations(range(30)), st.booleans(), st.booleans())
def test_without_an_id_the_same_rows_in_another_order_are_the_same_items(order, timed, grouped):
    table = pl.DataFrame({"a": [number * 7 % 13 for number in range(30)], "b": [f"x{number}" for number in range(30)]})
    table = table.with_columns(time=pl.col("a") // 4, group=pl.col("a"))
    roles = Roles(time="time" if timed else None, group="group" if grouped else None)
    audited = split(items_from(table, roles), seed=3)
    turned = table[list(order)].select(sorted(table.columns, reverse=True))
    assert np.array_equal(split(items_from(turned, roles), seed=3), audited[list(order)])


@given(st.permutations(range(30)))
def test_of_rows_that_say_the_same_as_many_are_drawn_in_any_order(order):
    table = pl.DataFrame({"a": [number // 10 for number in range(30)]})
    turned = table[list(order)]
    counts = [
        frame.filter(split(items_from(frame, Roles()))).group_by("a").len().sort("a") for frame in (table, turned)
    ]
    assert counts[0].equals(counts[1])
    assert counts[0]["len"].sum() == 30 / 3


def test_without_an_id_the_order_of_rows_does_not_part_near_duplicates():
    texts = [
        f"{word} {'check out my channel' if number % 2 else 'what a great song'}"
        for number, word in enumerate(["please", "really", "now", "today", "again", "friends"])
    ]
    roles, table = Roles(), pl.DataFrame({"text": texts})
    groups = group_numbers(items_from(table, roles))
    turned = group_numbers(items_from(table.reverse(), roles))[::-1]
    together = [a == b for a in groups for b in groups]
    assert together == [a == b for a in turned for b in turned]


def test_the_latest_are_the_audit_part():
    assert split(items(time=[3, 1, 6, 2, 5, 4])).tolist() == [False, False, True, False, True, False]


def test_items_without_a_time_are_learnt_from():
    assert split(items(time=[1, None, None])).tolist() == [True, False, False]


def test_equal_times_are_drawn_by_the_seed():
    same = items(time=[1] * 40, x=list(range(40)))
    assert split(same, audit=0.5, seed=1).sum() == 20
    assert not np.array_equal(split(same, audit=0.5, seed=1), split(same, audit=0.5, seed=2))


def test_a_group_is_never_parted():
    groups = [number % 7 for number in range(70)]
    assert all(len(side) == 1 for side in sides(groups, split(items(group=groups))).values())


def test_the_latest_groups_by_median_time_are_the_audit_part():
    groups = ["a", "a", "b", "b", "c", "c"]
    audited = split(items(group=groups, time=[1, 9, 3, 3, 7, 8]))
    assert sides(groups, audited) == {"a": {False}, "b": {False}, "c": {True}}


def test_an_item_without_a_time_goes_with_its_group():
    audited = split(items(group=["a", "b", "b"], time=[1, 2, None]), audit=0.5)
    assert audited.tolist() == [False, True, True]


def test_of_five_videos_as_many_of_the_latest_are_taken_as_come_nearest():
    groups = ["a"] * 20 + ["b"] * 20 + ["c"] * 20 + ["d"] * 20 + ["e"] * 20
    audited = split(items(group=groups, time=list(range(100))))
    assert audited.sum() == 40  # 40 of 100 is nearer to a third than 20
    assert sides(groups, audited)["c"] == {False}


def test_few_groups_of_unequal_size_are_chosen_to_come_nearest():
    groups = ["a"] * 60 + ["b"] * 25 + ["c"] * 15
    assert split(items(group=groups), audit=0.4).sum() == 25 + 15


def test_a_group_larger_than_the_share_may_stay_with_learning():
    groups = ["a"] * 90 + ["b"] * 10
    assert split(items(group=groups)).sum() == 10


@given(st.lists(st.integers(1, 9), min_size=2, max_size=100), st.floats(0.05, 0.95), st.integers(0, 5))
def test_with_groups_both_parts_are_filled_and_the_share_is_missed_by_less_than_a_group(sizes, share, seed):
    groups = np.repeat(np.arange(len(sizes)), sizes).tolist()
    audited = split(items(group=groups), audit=share, seed=seed)
    assert 0 < audited.sum() < len(groups)
    assert abs(audited.sum() - share * len(groups)) <= max(sizes)
    assert all(len(side) == 1 for side in sides(groups, audited).values())


def test_one_group_cannot_be_split():
    with pytest.raises(TableError, match="all 3 items are one group"):
        split(items(group=["a", "a", "a"]))


def test_one_item_cannot_be_split():
    with pytest.raises(TableError, match="at least two groups"):
        split(items(x=[1]))


@pytest.mark.parametrize("share", [0, 1, -0.5, 2])
def test_a_share_that_leaves_a_part_empty_is_refused(share):
    with pytest.raises(TableError, match=f"the audit share is {share}"):
        split(items(x=[1, 2]), audit=share)


def test_near_duplicates_in_the_text_are_one_group():
    texts = ["check out my channel http://a.b", "CHECK OUT my channel!!!", "what a great song", "I love this video"]
    assert group_numbers(items(text=texts)).tolist() == [0, 0, 1, 2]


def test_items_without_group_or_text_stand_alone():
    assert group_numbers(items(x=[1, 1, 2])).tolist() == [0, 1, 2]


def test_equal_values_of_a_few_columns_are_no_near_duplicates():
    assert group_numbers(items(x=[1, 1, 2], colour=["red", "red", "blue"])).tolist() == [0, 1, 2]


def test_items_without_a_group_are_groups_of_their_own():
    assert group_numbers(items(group=["a", None, "a", None, ""])).tolist() == [0, 1, 0, 2, 3]


SONGS = ["my first song was this", "your voice is very fine", "nobody expected that end", "where can one buy it"]
CHANNEL = ["please check my channel", "please check my channel!"]


def test_near_duplicates_join_the_groups_they_are_in():
    world = items(group=["a", "b", "c", "d", "e", "f"], text=[*CHANNEL, *SONGS])
    assert group_numbers(world).tolist() == [0, 0, 1, 2, 3, 4]


def test_groups_win_where_near_duplicates_would_glue_most_items_together():
    world = items(group=["a", "b", "a", "a", "b", "b"], text=[*CHANNEL, *SONGS])
    assert group_numbers(world).tolist() == [0, 1, 0, 0, 1, 1]


def test_texts_made_from_one_template_are_not_copies_of_one_another():
    texts = [f"order {number} was shipped on time" for number in range(40)]
    assert group_numbers(items(text=texts)).tolist() == list(range(40))
