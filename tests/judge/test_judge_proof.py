"""The interval's ends, the tests of a verdict, and that the votes advised are those the tests ask for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.judge import Comparison, compare, draw
from payoff.judge.ledger import level_of
from payoff.judge.null import Tilted, limits, quantile, trusted
from payoff.judge.powered import Point, Sample, point
from payoff.judge.proof import LEVEL_TO_KEEP, Demand, to_adopt, to_keep


def seen_in(votes: int, wins: int, *, gain: float = 1.0, loss: float = -1.0, doubt: float = 0.5) -> Sample:
    """Votes drawn evenly from 1,000 items that gain or lose; the posterior gives a loss the probability `doubt`."""
    return Sample(
        total=1000,
        gain=np.tile([gain, loss], (1000, 1)),
        posterior=np.tile([1 - doubt, doubt], (1000, 1)),
        drawn=np.full(1000, votes / 1000),
        row=np.arange(votes),
        seen=np.where(np.arange(votes) < wins, gain, loss),
    )


def judged(sample: Sample) -> tuple[Point, Tilted]:
    at = point(sample)
    return at, Tilted(sample, at)


def reaches(sample: Sample) -> tuple[float, float]:
    """How far the interval reaches below and above the mean, in units of Student's."""
    at, tilted = judged(sample)
    low, high = limits(at, tilted)
    student = quantile(at.freedom + 2, 0.025) * math.sqrt(at.votes_variance + at.items_variance)
    return (at.mean - low) / student, (high - at.mean) / student


# --- how far the foretold variance is believed -----------------------------------------------------------------------


def test_at_a_hundred_votes_a_larger_variance_foretold_counts_as_much_as_the_one_seen() -> None:
    assert trusted(1.0, 2.0, draws=100) == 100 / (100 + 100)


def test_a_smaller_one_counts_less_since_a_posterior_may_be_too_sure() -> None:
    assert trusted(2.0, 1.0, draws=100) == 40 / (40 + 100)


@given(st.floats(0, 10), st.floats(0, 10), st.integers(10, 10_000))
def test_more_votes_bring_the_variance_nearer_to_the_one_seen(seen: float, foretold: float, votes: int) -> None:
    assert 0 < trusted(seen, foretold, votes + 1) < trusted(seen, foretold, votes) < 1


# --- the ends of the interval ----------------------------------------------------------------------------------------


def test_even_stakes_and_an_even_count_reach_as_far_down_as_up() -> None:
    below, above = reaches(seen_in(votes=100, wins=50))

    assert below == pytest.approx(above)


def test_rare_dear_losses_let_the_interval_reach_further_down_than_up() -> None:
    # 95 gains of 1 and 5 losses of 10: a sample that happens to have few losses looks both good and sure
    below, above = reaches(seen_in(votes=100, wins=95, loss=-10.0, doubt=0.05))

    assert below > 1 > above


def test_what_reaches_down_for_one_policy_reaches_up_for_the_other() -> None:
    below, above = reaches(seen_in(votes=100, wins=95, loss=-10.0, doubt=0.05))
    turned_below, turned_above = reaches(seen_in(votes=100, wins=95, gain=-1.0, loss=10.0, doubt=0.05))

    assert (turned_below, turned_above) == pytest.approx((above, below))


@pytest.mark.parametrize("doubt", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_no_posterior_makes_the_interval_much_narrower_than_student(doubt: float) -> None:
    # at worst the foretold variance is 0 and 40 / (40 + 100) of the way to it is gone
    below, above = reaches(seen_in(votes=100, wins=70, doubt=doubt))

    assert min(below, above) >= math.sqrt(1 - 40 / 140)


def audits(doubt: float, repeats: int = 300) -> float:
    """Share of audits of 60 votes whose interval holds the truth: a tenth of the items lose 6, the others gain 1."""
    rng, held = np.random.default_rng(4), 0
    truth = 0.9 * 1 - 0.1 * 6
    table, nothing = np.tile([1.0, -6.0], (1000, 1)), np.zeros((1000, 2))
    believed = np.tile([1 - doubt, doubt], (1000, 1))
    drawn = draw(nothing, table, believed, 60)
    for _ in range(repeats):
        item = np.flatnonzero(rng.random(1000) < drawn)
        seen = np.where(rng.random(len(item)) < 0.1, -6.0, 1.0)
        audit = {"item": item, "incumbent": np.zeros(len(item)), "candidate": seen}
        found = compare(nothing, table, believed, audit, drawn=drawn).estimate
        held += found.low <= truth <= found.high
    return held / repeats


@pytest.mark.parametrize("doubt", [0.01, 0.1, 0.5])
def test_skewed_amounts_are_held_whether_the_posterior_is_right_too_sure_or_knows_nothing(doubt: float) -> None:
    assert audits(doubt) >= 0.95 - 2.5 * math.sqrt(0.95 * 0.05 / 300)


# --- the tests of a verdict ------------------------------------------------------------------------------------------


def test_a_mean_is_proof_when_it_is_more_standard_errors_above_nought_than_the_bar() -> None:
    assert Demand(2.0, 3.0, 1.0).passed(4.01) and not Demand(2.0, 3.0, 1.0).passed(4.0)


def test_draws_shrink_the_part_of_votes_only() -> None:
    # (mean / (bar + 0.84))^2 = 4, less the 3 of the items leaves 1 for the votes: a fifth of 5, so five times the draws
    assert Demand(1.16, 5.0, 3.0).draws(4.0, have=30) == pytest.approx(5 * 30)


@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_no_draws_prove_what_is_not_there(mean: float) -> None:
    assert Demand(1.16, 5.0, 3.0).draws(mean, have=30) == math.inf


def test_the_test_foretold_asks_more_than_the_one_seen_where_no_dear_loss_was_seen() -> None:
    at, tilted = judged(seen_in(votes=100, wins=100, loss=-10.0, doubt=0.05))

    seen, foretold = to_adopt(at, tilted, level_of(1))

    assert seen.passed(at.mean) and not foretold.passed(0.4)
    assert foretold.votes_variance > seen.votes_variance


def test_to_keep_is_to_have_an_upper_limit_at_nought() -> None:
    # the limit is found in three rounds, the test takes the error at nought itself: they agree where the limit is there
    for wins in range(30, 50):
        at, tilted = judged(seen_in(votes=100, wins=wins))
        bar = quantile(at.freedom + 2, LEVEL_TO_KEEP)
        kept = to_keep(at, tilted)._replace(bar=bar).passed(-at.mean)

        assert kept == (limits(at, tilted)[1] <= 0)


# --- votes needed ----------------------------------------------------------------------------------------------------


def audit_of(votes: int, wins: int, ledger: dict[str, object] | None = None, loss: float = -1.0) -> Comparison:
    sample = seen_in(votes, wins, loss=loss)
    audit = {"item": sample.row, "incumbent": np.zeros(votes), "candidate": sample.seen}
    return compare(
        np.zeros((1000, 2)), sample.gain, sample.posterior, audit, drawn=sample.drawn, ledger=ledger
    )  # fmt: skip


@pytest.mark.parametrize(("share", "verdict"), [(0.64, "adopt"), (0.38, "keep")])
def test_the_votes_advised_settle_it_four_times_in_five(share: float, verdict: str) -> None:
    first = audit_of(50, round(50 * share))
    assert first.verdict == "cannot tell" and first.votes_needed is not None
    votes = 50 + first.votes_needed
    rng = np.random.default_rng(0)

    # items are drawn to have exactly that share of wins, as the advice supposes, plus their own scatter
    settled = [
        audit_of(votes, wins, first.ledger).verdict == verdict for wins in rng.binomial(votes, share, 200).tolist()
    ]

    assert 0.7 <= np.mean(settled) <= 0.9


def test_the_votes_needed_are_those_of_the_test_that_asks_for_more() -> None:
    at, tilted = judged(seen_in(votes=50, wins=32))
    asked = [test.draws(at.mean, 50) for test in to_adopt(at, tilted, level_of(2), freedom=math.inf)]

    assert audit_of(50, 32).votes_needed == math.ceil(max(asked) - 50)


def test_mistakes_of_experts_are_not_mended_by_votes() -> None:
    sample = seen_in(votes=50, wins=32)
    audit = {"item": sample.row, "incumbent": np.zeros(50), "candidate": sample.seen}

    def needed(expert_error: float | None) -> int | None:
        return compare(
            np.zeros((1000, 2)), sample.gain, sample.posterior, audit, drawn=sample.drawn, expert_error=expert_error
        ).votes_needed

    sure, erring, useless = needed(None), needed(0.05), needed(0.5)
    assert sure is not None and erring is not None and sure < erring
    assert useless is None
