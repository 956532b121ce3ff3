"""The loops over votes: a pass does what a plain loop does, in blocks and threads too, and few passes settle it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from payoff.aggregate import LabelModel, learning, passes
from payoff.aggregate.coding import Coded, code_votes
from payoff.aggregate.kernels import count, em_pass
from payoff.aggregate.learning import ahead, base_of, mass_of, weighed
from payoff.aggregate.passes import block_edges, pass_over, threads_allowed
from payoff.aggregate.scoring import log_posterior

Floats = NDArray[np.float64]


def coded_world(seed: int, items: int, outcomes: int, voters: int = 7) -> Coded:
    """Votes at random, three an item, of outcomes that need not all occur."""
    draw = np.random.default_rng(seed)
    label = draw.integers(0, outcomes, 3 * items).astype(str)
    table = {"item": np.repeat(np.arange(items), 3), "voter": draw.integers(0, voters, 3 * items), "label": label}
    names = [str(k) for k in range(outcomes)]
    return code_votes(pl.DataFrame(table).with_columns(source=pl.lit("crowd")), outcomes=names)


def plainly(
    coded: Coded, evidence: Floats, base: Floats, states: Floats, clamped: NDArray[np.bool_], *, vouch: bool
) -> tuple[Floats, Floats]:
    """The same pass item by item: the new states, and the counts, without a vote's own share unless votes `vouch`."""
    counts, renewed = np.zeros_like(evidence), np.empty_like(states)
    for i, (first, last) in enumerate(zip(coded.starts[:-1], coded.starts[1:], strict=True)):
        codes = coded.codes[first:last]
        scores = base + evidence[codes].sum(axis=0)
        if clamped[i]:
            scores = np.where(states[i] == 0, -np.inf, scores)
        renewed[i] = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
        others = 1 if vouch or clamped[i] else (len(codes) - 1) / len(codes)
        np.add.at(counts, codes, others * renewed[i])
    return renewed, counts


def drawn(coded: Coded, width: int, seed: int) -> tuple[Floats, Floats, NDArray[np.float32]]:
    """Evidence, base and states at random."""
    draw = np.random.default_rng(seed)
    states = draw.dirichlet(np.ones(width), len(coded.items)).astype(np.float32, order="F")
    return draw.normal(0, 2, (len(coded.voter), width)), draw.normal(0, 1, width), np.asfortranarray(states)


# --- one pass ----------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.integers(1, 7), st.sampled_from([1, 2]), st.booleans(), st.integers(0, 99))
def test_a_pass_does_what_a_plain_loop_does(items: int, outcomes: int, subtypes: int, vouch: bool, seed: int) -> None:
    coded = coded_world(seed, items, outcomes)
    evidence, base, states = drawn(coded, outcomes * subtypes, seed)
    clamped = np.random.default_rng(seed).random(items) < 0.3
    states[clamped, :1] = 0
    if outcomes * subtypes == 1:
        clamped[:] = False
    expected, counted = plainly(coded, evidence, base, states.astype(np.float64), clamped, vouch=vouch)
    before = states.reshape(items, outcomes, subtypes).sum(axis=2, dtype=np.float64)
    counts, change = pass_over(coded, evidence, base, clamped, states, subtypes, vouch=vouch)
    assert states == pytest.approx(expected, abs=1e-6)
    assert counts == pytest.approx(counted, rel=1e-9, abs=1e-12)
    assert change == pytest.approx(np.abs(expected.reshape((*before.shape, -1)).sum(axis=2) - before).sum(), abs=1e-3)


def one_pass(votes: int, evidence: list[float], *, vouch: bool) -> tuple[Floats, NDArray[np.float32]]:
    """The counts and the states after a pass over one item with equal votes of so many voters."""
    voters = [f"v{number}" for number in range(votes)]
    coded = code_votes({"item": [1] * votes, "source": ["crowd"] * votes, "voter": voters, "label": ["x"] * votes})
    states = np.full((1, 2), 0.5, dtype=np.float32, order="F")
    table, free = np.array([evidence] * votes), np.zeros(1, dtype=np.bool_)
    return pass_over(coded, table, np.zeros(2), free, states, 1, vouch=vouch)[0], states


def test_evidence_as_strong_as_it_gets_is_certainty_not_a_number_that_is_none() -> None:
    counts, states = one_pass(1, [0.0, -5000.0], vouch=True)
    assert (counts.tolist(), states.tolist()) == ([[1.0, 0.0]], [[1.0, 0.0]])


@pytest.mark.parametrize("log_odds", [0.0, -1e-9, -0.3, -1.0, -36.7, -690.0])
def test_the_exponential_is_exact_to_the_last_digits(log_odds: float) -> None:
    counts, _ = one_pass(1, [0.0, log_odds], vouch=True)
    assert counts[0, 1] / counts[0, 0] == pytest.approx(np.exp(log_odds), rel=1e-14)


@pytest.mark.parametrize("votes", [2, 3, 10])
def test_a_vote_is_judged_by_the_others_on_its_item(votes: int) -> None:
    counts, _ = one_pass(votes, [0.0, 0.0], vouch=False)
    assert counts == pytest.approx(np.full((votes, 2), 0.5 * (votes - 1) / votes))


def test_a_vote_that_is_alone_on_its_item_is_judged_by_nobody() -> None:
    counts, states = one_pass(1, np.log([0.75, 0.25]).tolist(), vouch=False)
    assert counts.tolist() == [[0, 0]]
    assert states[0] == pytest.approx([0.75, 0.25])


def test_a_vote_on_an_item_that_is_known_is_judged_in_full() -> None:
    coded, known = code_votes({"item": [1], "source": ["ann"], "label": ["x"]}), np.ones(1, dtype=np.bool_)
    states = np.array([[0, 1]], dtype=np.float32, order="F")
    counts, _ = pass_over(coded, np.zeros((1, 2)), np.zeros(2), known, states, 1)
    assert counts.tolist() == [[0, 1]]


def test_an_item_without_a_vote_has_the_base_rates() -> None:
    counts, states = np.zeros(4), np.zeros((2, 1), dtype=np.float32)
    base = np.array([np.log(0.25), np.log(0.75), 0, 0])
    votes = np.array([0, 0]), np.zeros(0, dtype=np.int32)
    em_pass(*votes, np.zeros(4), base, np.zeros(1, dtype=np.bool_), states, counts, 1, 0, 1, False)
    assert states[:, 0] == pytest.approx([0.25, 0.75])
    assert counts.tolist() == [0, 0, 0, 0]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), st.integers(0, 99))
def test_what_items_count_as_is_what_a_pass_counts(sizes: list[int], seed: int) -> None:
    rows = [(item, f"v{voter}") for item, size in enumerate(sizes) for voter in range(size)]
    table = pl.DataFrame(rows, schema=["item", "voter"], orient="row")
    coded = code_votes(table.with_columns(source=pl.lit("crowd"), label=pl.lit("x")), outcomes=["x", "y"])
    evidence, base, states = drawn(coded, 2, seed)
    clamped = np.random.default_rng(seed).random(len(sizes)) < 0.3
    counts, _ = pass_over(coded, evidence, base, clamped, states, 1)
    again = np.zeros_like(counts)
    count(coded.starts, coded.codes, weighed(states, coded.sizes, clamped), again)
    assert again == pytest.approx(counts, abs=1e-5)


def test_the_last_scores_are_those_of_a_pass() -> None:
    coded = coded_world(3, 50, 3)
    evidence, base, states = drawn(coded, 6, 3)
    pass_over(coded, evidence, base, np.zeros(50, dtype=np.bool_), states, 2)
    scores = log_posterior(coded.starts, coded.codes, evidence, base, 3)
    assert np.exp(scores) == pytest.approx(states.reshape(50, 3, 2).sum(axis=2), abs=1e-6)


# --- blocks and threads ------------------------------------------------------------------------------------------


def test_few_votes_are_one_block() -> None:
    assert block_edges(np.arange(1001), codes=10).tolist() == [0, 1000]


def test_many_codes_make_fewer_blocks_since_each_has_a_table_of_them() -> None:
    starts = np.arange(1_000_001)
    assert (len(block_edges(starts, 10)), len(block_edges(starts, 15_000)), len(block_edges(starts, 90_000))) == (
        5,
        3,
        2,
    )


@given(st.lists(st.integers(0, 400_000), min_size=1, max_size=30))
def test_blocks_hold_every_item_once(sizes: list[int]) -> None:
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    edges = block_edges(starts, 1)
    assert (edges[0], edges[-1]) == (0, len(sizes))
    assert (np.diff(edges) >= 0).all()


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_the_number_of_threads_changes_nothing(threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "BLOCK", 100)
    coded = coded_world(5, 400, 3)
    evidence, base, states = drawn(coded, 3, 5)
    free, other = np.zeros(400, dtype=np.bool_), states.copy(order="F")
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    alone, change = pass_over(coded, evidence, base, free, states, 1)
    monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
    shared, moved = pass_over(coded, evidence, base, free, other, 1)
    assert (shared.tolist(), moved, other.tolist()) == (alone.tolist(), change, states.tolist())


def test_blocks_add_up_to_what_one_block_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    coded = coded_world(6, 400, 2)
    evidence, base, states = drawn(coded, 2, 6)
    free, other = np.zeros(400, dtype=np.bool_), states.copy(order="F")
    whole, _ = pass_over(coded, evidence, base, free, states, 1)
    monkeypatch.setattr(passes, "BLOCK", 1)
    monkeypatch.setattr(passes, "PER_CODE", 1)
    parts, _ = pass_over(coded, evidence, base, free, other, 1)
    assert parts == pytest.approx(whole, rel=1e-12)
    assert other.tolist() == states.tolist()


@pytest.mark.parametrize(
    ("numba", "openmp", "allowed"), [("3", "1", 3), (None, "2", 2), ("", "4", 4), ("0", None, 1), (None, "0", 1)]
)
def test_the_environment_says_how_many_threads(
    numba: str | None, openmp: str | None, allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"NUMBA_NUM_THREADS": numba, "OMP_NUM_THREADS": openmp}.items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    assert threads_allowed() == allowed


# --- fewer passes ------------------------------------------------------------------------------------------------


def test_counts_that_halve_their_way_are_sent_to_the_end() -> None:
    steps = [np.array([[16 - way, way]]) for way in (0.0, 4.0, 6.0)]
    assert ahead(*steps).tolist() == [[16 - 8, 8]]


def test_counts_that_hardly_turn_run_at_most_three_times_as_far() -> None:
    steps = [np.array([[100 - way, way]]) for way in (10.0, 11.0, 12.0)]
    assert ahead(*steps).tolist() == [[100 - 16, 10 + 2 * 3]]


def test_counts_that_swing_stay_where_the_last_pass_left_them() -> None:
    steps = [np.array([[8.0 - way, way]]) for way in (0.0, 4.0, 1.0)]
    assert ahead(*steps).tolist() == steps[2].tolist()


@given(st.lists(st.lists(st.floats(0.01, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_counts_run_ahead_stay_counts_of_as_many_votes(tables: list[list[float]]) -> None:
    steps = [10 * np.array([table]) / sum(table) for table in tables]
    there = ahead(*steps)
    assert there.min() >= 0
    assert there.sum() == pytest.approx(10)


def test_no_count_at_all_stays_none() -> None:
    none = np.zeros((1, 2))
    assert ahead(none, none, none).tolist() == [[0, 0]]


def settled(monkeypatch: pytest.MonkeyPatch, steady: int, votes: pl.DataFrame) -> LabelModel:
    monkeypatch.setattr(learning, "STEADY", steady)
    return LabelModel(tol=1e-8, max_iter=3000).fit(votes)


@pytest.mark.parametrize("seed", range(4))
def test_running_ahead_ends_where_plain_passes_end_with_fewer_of_them(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 2, 200)
    right = draw.random((200, 6)) < [0.9, 0.85, 0.8, 0.75, 0.7, 0.6]
    label = np.where(right, truth[:, np.newaxis], 1 - truth[:, np.newaxis])
    table = {"item": np.repeat(np.arange(200), 6), "voter": np.tile(np.arange(6), 200), "label": label.ravel()}
    votes = pl.DataFrame(table).with_columns(source=pl.lit("crowd"))
    plain, fast = settled(monkeypatch, 10**9, votes), settled(monkeypatch, 4, votes)
    assert np.abs(plain.proba_ - fast.proba_).max() < 0.01
    assert fast.n_iter_ < 0.8 * plain.n_iter_


def test_the_base_rates_of_states_spread_those_of_outcomes() -> None:
    base = np.exp(base_of(mass_of(np.full((1000, 4), 0.25, dtype=np.float32)), np.array([0.25, 0.75]), 2))
    assert base == pytest.approx([0.25 / 2, 0.25 / 2, 0.75 / 2, 0.75 / 2], rel=0.01)
