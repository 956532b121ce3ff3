"""What a vote costs: nanoseconds a vote and pass beside peers, memory above the votes, a hundred votes more.

Each measurement is a process of its own, so that memory is its own. A pass is measured as the difference of two fits,
few passes and many, over the passes between. One core; the last column has all cores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # a measurement, started below
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import polars as pl
from numba import njit
from scipy import sparse
from scipy.special import softmax

from aggregating.peers import PROGRAM, PYTHON
from aggregating.swapping import swapped
from payoff.aggregate import LabelModel

PER_ITEM, WORKERS = 5, 1000
FEW, MANY = 3, 13  # passes
SIZES = ((10**5, 2), (10**5, 10), (10**6, 2), (10**6, 10), (10**7, 2), (10**7, 10))
PEER_SIZE = 10**6

COLUMNS = {
    "ours": 1,
    "1 subtype": 1,
    "both cores": 1,
    "plain": 1,
    "scipy": 1,
    "crowd-kit": 0,
    "MB": 0,
    "fit s": 2,
    "passes": 0,
}

Measured = dict[str, float]


def drawn(votes: int, outcomes: int) -> tuple[Any, Any, Any]:
    """Items, voters and labels: five votes an item by a thousand workers, right seven times of ten."""
    rng = np.random.default_rng(0)
    item = np.repeat(np.arange(votes // PER_ITEM, dtype=np.int32), PER_ITEM)
    voter = (rng.integers(WORKERS // PER_ITEM, size=votes) * PER_ITEM + np.arange(votes) % PER_ITEM).astype(np.int32)
    truth = rng.integers(outcomes, size=votes // PER_ITEM)[item]
    label = np.where(rng.random(votes) < 0.7, truth, rng.integers(outcomes, size=votes)).astype(np.int32)
    return item, voter, label


def table_of(votes: int, outcomes: int) -> pl.DataFrame:
    item, voter, label = drawn(votes, outcomes)
    return pl.DataFrame({"item": item, "voter": voter, "label": label}).with_columns(source=pl.lit("workers"))


def speed(check: bool) -> dict[str, Measured]:
    """Print the table; what was measured by row, `votes, outcomes`."""
    found: dict[str, Measured] = {}
    print("\nNanoseconds of CPU a vote and pass, one core (both cores: of the clock); a whole fit with two subtypes:")
    print("MB above the votes, seconds of CPU, passes")
    print(f"{'votes, outcomes':18}" + "".join(f"{head:>11}" for head in (*COLUMNS, "x plain", "x ours")))
    for votes, outcomes in SIZES:
        if check and votes != PEER_SIZE:
            continue
        row = measured("ours", votes, outcomes) | measured("plain", votes, outcomes)
        row |= measured("scipy", votes, outcomes) | measured("whole", votes, outcomes)
        row |= {} if check else measured("both", votes, outcomes, threads=0)
        row |= crowd_kit(votes, outcomes) if votes == PEER_SIZE and not (check and outcomes > 2) else {}
        found[f"{votes:.0e}, {outcomes}"] = row
        show(f"{votes:.0e}, {outcomes}", row)
    votes = PEER_SIZE if check else SIZES[-1][0]
    found["update"] = measured("update", votes, 2)
    said = found["update"]
    print(f"a hundred votes more on {votes:.0e}: {1000 * said['update']:.1f} ms; the whole fit {said['fit']:.2f} s")
    return found


def show(name: str, row: Measured) -> None:
    cells = [f"{row[key]:11.{digits}f}" if key in row else f"{'-':>11}" for key, digits in COLUMNS.items()]
    ratios = f"{row['ours'] / row['plain']:11.2f}"
    ratios += f"{row['crowd-kit'] / row['ours']:11.0f}" if "crowd-kit" in row else f"{'-':>11}"
    print(f"{name:18}" + "".join(cells) + ratios, flush=True)


def measured(what: str, votes: int, outcomes: int, threads: int = 1) -> Measured:
    """Run one measurement in a process of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"} if threads else {}
    command = [sys.executable, __file__, what, str(votes), str(outcomes)]
    done = subprocess.run(command, env=environment | one, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"measuring {what} failed: {done.stderr[-500:]}")
    return dict(json.loads(done.stdout))


def crowd_kit(votes: int, outcomes: int) -> Measured:
    """Nanoseconds a vote and pass of crowd-kit's DawidSkene in the peers' environment."""
    if not PYTHON.exists():
        print("crowd-kit not measured: no .venv-peers, run make bench-peers")
        return {}
    item, voter, label = drawn(votes, outcomes)
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"speed{os.getpid()}.npz"
    np.savez(path, item=item, voter=voter, label=label)
    try:
        command = [str(PYTHON), str(PROGRAM), "--speed", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    finally:
        path.unlink()
    return {"crowd-kit": float(done.stdout) / votes * 1e9}


# --- the measurements, each in its own process --------------------------------------------------------------------


def per_pass(fit: Callable[[int], Any], votes: int, clock: Callable[[], float] = time.process_time) -> float:
    """Nanoseconds a vote and pass."""
    fit(1)  # compile
    best = [np.inf, np.inf]
    for _ in range(2 if votes < 10**7 else 1):
        for at, passes in enumerate((FEW, MANY)):
            started = clock()
            fit(passes)
            best[at] = min(best[at], clock() - started)
    return (best[1] - best[0]) / (MANY - FEW) / votes * 1e9


def ours(votes: int, outcomes: int) -> Measured:
    """With two subtypes, as people are heard, and with one, as Dawid and Skene have it."""
    table = table_of(votes, outcomes)

    def fit(passes: int) -> None:
        LabelModel(max_iter=passes, tol=0).fit(table)

    easy_and_hard = per_pass(fit, votes)
    with swapped({"learning.SUBTYPES": 1}):
        return {"ours": easy_and_hard, "1 subtype": per_pass(fit, votes)}


def both(votes: int, outcomes: int) -> Measured:
    table = table_of(votes, outcomes)
    fit = lambda passes: LabelModel(max_iter=passes, tol=0).fit(table)  # noqa: E731
    return {"both cores": per_pass(fit, votes, time.perf_counter)}


def whole(votes: int, outcomes: int) -> Measured:
    """A whole fit: seconds of CPU, passes, and the most memory above that with the votes in it."""
    LabelModel().fit(table_of(1000, outcomes))  # compile
    table = table_of(votes, outcomes)
    Path("/proc/self/clear_refs").write_text("5")  # the most memory ever held counts anew from here
    held = memory("VmRSS")
    started = time.process_time()
    model = LabelModel().fit(table)
    seconds = time.process_time() - started
    return {"fit s": seconds, "passes": float(model.n_iter_), "MB": memory("VmHWM") - held}


def memory(what: str) -> float:
    """MB held now (VmRSS) or at most (VmHWM), as Linux counts them."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return float(line.split()[1]) / 1024


def plain(votes: int, outcomes: int) -> Measured:
    """The practical limit: one fused loop of Dawid-Skene, no subtypes, evidence fixed."""
    _, voter, label = drawn(votes, outcomes)
    starts = np.arange(0, votes + 1, PER_ITEM)
    codes = voter * outcomes + label
    evidence = np.log(np.random.default_rng(0).dirichlet(np.ones(outcomes), WORKERS * outcomes))
    counts, proba = np.zeros_like(evidence), np.zeros((len(starts) - 1, outcomes), dtype=np.float32)

    def fit(passes: int) -> None:
        for _ in range(passes):
            fused(starts, codes, evidence, proba, counts)

    return {"plain": per_pass(fit, votes)}


@njit
def fused(starts: Any, codes: Any, evidence: Any, proba: Any, counts: Any) -> None:
    width = evidence.shape[1]
    now = np.empty(width)
    for i in range(starts.size - 1):
        now[:] = 0.0
        for vote in range(starts[i], starts[i + 1]):
            row = codes[vote]
            for k in range(width):
                now[k] += evidence[row, k]
        top = now[0]
        for k in range(1, width):
            top = max(top, now[k])
        total = 0.0
        for k in range(width):
            now[k] = np.exp(now[k] - top)
            total += now[k]
        for k in range(width):
            now[k] /= total
            proba[i, k] = now[k]
        for vote in range(starts[i], starts[i + 1]):
            row = codes[vote]
            for k in range(width):
                counts[row, k] += now[k]


def scipy_pass(votes: int, outcomes: int) -> Measured:
    item, voter, label = drawn(votes, outcomes)
    shape = (votes // PER_ITEM, WORKERS * outcomes)
    A = sparse.csr_array((np.ones(votes), (item, voter * outcomes + label)), shape=shape)
    back = A.T.tocsr()
    evidence = np.log(np.random.default_rng(0).dirichlet(np.ones(outcomes), WORKERS * outcomes))

    def fit(passes: int) -> None:
        for _ in range(passes):
            back @ softmax(A @ evidence, axis=1)

    return {"scipy": per_pass(fit, votes)}


def update(votes: int, outcomes: int) -> Measured:
    """A hundred votes on old items more: seconds of CPU."""
    table = table_of(votes, outcomes)
    more = table.sample(100, seed=0).with_columns(voter=pl.lit(WORKERS + 1, dtype=pl.Int32))
    LabelModel().fit(table[:1000]).update(more[:1].with_columns(item=pl.lit(0, dtype=pl.Int32)))  # compile
    started = time.process_time()
    model = LabelModel().fit(table)
    fitted = time.process_time()
    model.update(more)
    return {"fit": fitted - started, "update": time.process_time() - fitted}


MEASUREMENTS = {"ours": ours, "both": both, "whole": whole, "plain": plain, "scipy": scipy_pass, "update": update}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=MEASUREMENTS)
    parser.add_argument("votes", type=int)
    parser.add_argument("outcomes", type=int)
    wanted = parser.parse_args()
    print(json.dumps(MEASUREMENTS[wanted.what](wanted.votes, wanted.outcomes)))
