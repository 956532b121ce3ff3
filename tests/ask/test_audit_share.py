"""A share of the experts' votes judges: never more than the batch, nothing before there is something to judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.ask import AUDIT_SHARE, START, audit_votes

few = st.integers(0, 2_000)


def test_a_fifth_of_all_votes_judge() -> None:
    assert audit_votes(bought=100, audited=0, batch=25) == (100 + 25) / 5


def test_before_the_start_nothing_is_there_to_judge() -> None:
    assert audit_votes(bought=START - 1, audited=0, batch=50, wanted=50) == 0


def test_the_share_that_is_there_needs_no_more() -> None:
    assert audit_votes(bought=80, audited=20, batch=20) == (80 + 20) / 5 - 20 == 0


def test_a_trial_that_waits_may_take_the_whole_batch() -> None:
    assert audit_votes(bought=80, audited=20, batch=20, wanted=50) == 20


def test_only_votes_of_experts_owe_a_share_where_a_crowd_votes_too() -> None:
    assert audit_votes(bought=1_000, audited=0, batch=20, experts=30) == (30 + 20) / 5


@given(bought=few, audited=few, batch=few, wanted=few)
def test_the_audit_never_takes_more_than_the_batch(bought: int, audited: int, batch: int, wanted: int) -> None:
    assert 0 <= audit_votes(bought, audited, batch, wanted=wanted) <= batch


@given(bought=few, audited=few, batch=few, wanted=few, more=few)
def test_wanting_more_never_gives_fewer(bought: int, audited: int, batch: int, wanted: int, more: int) -> None:
    assert audit_votes(bought, audited, batch, wanted=wanted + more) >= audit_votes(
        bought, audited, batch, wanted=wanted
    )


@given(bought=st.integers(START, 2_000), audited=few, batch=few, more=few)
def test_audit_votes_that_are_there_are_not_asked_for_again(bought: int, audited: int, batch: int, more: int) -> None:
    assert audit_votes(bought, audited + more, batch) <= audit_votes(bought, audited, batch)


@pytest.mark.parametrize("batch", [1, 10, 25, 100])
def test_batch_after_batch_a_fifth_of_the_votes_has_judged(batch: int) -> None:
    bought = START
    audited = 0
    while bought < 1_000:
        due = audit_votes(bought, audited, batch)
        audited, bought = audited + due, bought + batch
    assert audited == pytest.approx(AUDIT_SHARE * bought, abs=1)
