"""One pass over all votes: blocks of items, each counted by itself, on as many threads as the environment allows."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from payoff.aggregate.coding import Coded
from payoff.aggregate.kernels import Bools, Floats, Starts, States, em_pass

BLOCKS, BLOCK = 8, 250_000  # at most so many blocks, of at least so many votes
PER_CODE = 32  # least votes of a block per code: its table of counts is small beside its votes


def pass_over(
    coded: Coded,
    evidence: Floats,
    base: Floats,
    clamped: Bools,
    states: States,
    subtypes: int,
    *,
    vouch: bool = False,
) -> tuple[Floats, float]:
    """Renew the `states` (items, states), in place; the counts (codes, states), and the change of the posterior.

    `evidence` is (codes, states), `base` (states,); `clamped` (items,) items keep the states that are zero. An item's
    posterior is counted by (votes - 1) / votes, since a vote cannot vouch for itself, or in full where votes `vouch`.
    The blocks and the order in which they are added depend on the votes alone, so the threads change nothing.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded, states = code_votes({"item": [1], "source": ["a"], "label": ["x"]}), np.zeros((1, 2), dtype=np.float32)
    >>> rest = np.log([[0.25, 0.75]]), np.zeros(2), np.zeros(1, dtype=np.bool_), states, 1
    >>> counts, change = pass_over(coded, *rest, vouch=True)
    >>> counts.round(6).tolist(), round(change, 6)
    ([[0.25, 0.75]], 1.0)
    """
    codes, width = evidence.shape
    padded = width + -width % 4
    table, start = np.zeros((codes, padded)), np.zeros(padded)
    table[:, :width], start[:width] = evidence, base
    edges = block_edges(coded.starts, codes)

    def one(block: int) -> tuple[Floats, float]:
        counts = np.zeros(codes * padded)
        within = int(edges[block]), int(edges[block + 1])
        votes = coded.starts, coded.codes
        change = em_pass(*votes, table.ravel(), start, clamped, states.T, counts, subtypes, *within, vouch)
        return counts, change

    blocks, threads = len(edges) - 1, threads_allowed()
    if min(blocks, threads) == 1:
        counted = [one(block) for block in range(blocks)]
    else:
        with ThreadPoolExecutor(threads) as pool:
            counted = list(pool.map(one, range(blocks)))
    counts = counted[0][0]
    for others, _ in counted[1:]:
        counts += others
    return counts.reshape(codes, padded)[:, :width], sum(change for _, change in counted)


def block_edges(starts: Starts, codes: int) -> Starts:
    """Where blocks of items begin and the last ends, (blocks + 1,), blocks of about equal numbers of votes.

    >>> block_edges(np.arange(1_000_001), codes=10).tolist()
    [0, 250000, 500000, 750000, 1000000]
    """
    votes = int(starts[-1])
    blocks = int(np.clip(votes // max(BLOCK, PER_CODE * codes), 1, BLOCKS))
    edges = np.searchsorted(starts, np.arange(blocks + 1) * votes // blocks)
    edges[-1] = len(starts) - 1
    return edges.astype(np.int64)


def threads_allowed() -> int:
    """How many threads the environment allows: NUMBA_NUM_THREADS, else OMP_NUM_THREADS, else all cores.

    >>> threads_allowed() >= 1
    True
    """
    named = os.environ.get("NUMBA_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    return max(1, int(named) if named.isdigit() else os.cpu_count() or 1)
