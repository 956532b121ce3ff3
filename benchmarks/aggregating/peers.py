"""Other people's models on the same votes, in an environment of their own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-peers/bin/python"
PROGRAM = Path(__file__).with_name("peer_program.py")
CROWD_KIT = ("DawidSkene", "OneCoinDawidSkene", "GLAD", "MACE", "MMSR", "Wawa", "ZeroBasedSkill", "KOS")
OUTSIDE = (*(f"crowd-kit {name}" for name in CROWD_KIT), "snorkel", "hyper label model")


@dataclass(frozen=True)
class Tuples:
    """Votes as numbers, (votes,) each, and what the numbers stand for."""

    items: pl.Series
    outcomes: list[str]
    item: Ints
    voter: Ints
    label: Ints
    voters: int
    gold_item: Ints
    gold_label: Ints

    @property
    def sizes(self) -> tuple[int, int, int]:
        return len(self.items), self.voters, len(self.outcomes)


@dataclass(frozen=True)
class Answer:
    """What a peer said of one set: P(outcome) (items, outcomes), or why it said nothing."""

    proba: Floats | None
    seconds: float
    hard: bool = False  # it gives labels, no probabilities
    error: str | None = None


def tuples(votes: pl.DataFrame, gold: pl.DataFrame | None = None) -> Tuples:
    """The first vote of each voter on each item, numbered; outcomes are those voted."""
    first = votes.unique(["item", "source", "voter"], keep="first", maintain_order=True)
    items, outcomes = first["item"].unique().sort(), first["label"].unique().sort().to_list()
    place = pl.DataFrame({"item": items, "row": np.arange(len(items))})
    numbered = first.join(place, on="item", maintain_order="left").with_columns(
        number=pl.struct("source", "voter").rank("dense") - 1,
        outcome=pl.col("label").replace_strict(outcomes, list(range(len(outcomes)))),
    )
    known = pl.DataFrame({"item": items.clear(), "label": []}, schema_overrides={"label": pl.String})
    known = (known if gold is None else gold).join(place, on="item", how="inner", maintain_order="left")
    known = known.filter(pl.col("label").is_in(outcomes))
    item, voter, label = (numbered[name].cast(pl.Int64).to_numpy() for name in ("row", "number", "outcome"))
    told = known["label"].replace_strict(outcomes, list(range(len(outcomes))), return_dtype=pl.Int64).to_numpy()
    gold_item = known["row"].cast(pl.Int64).to_numpy()
    return Tuples(items, outcomes, item, voter, label, int(voter.max()) + 1, gold_item, told)


def outside(
    every: Iterable[Tuples], methods: Iterable[str] = OUTSIDE, *, limit: float = 3600
) -> Iterator[dict[str, Answer]]:
    """The answers of the peers of the other environment, set by set; one that cannot run says why.

    One process a method, one core each, as many at a time as there are cores; after `limit` seconds in all it is
    stopped, and that is its error.
    """
    every, methods = list(every), list(methods)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, each in enumerate(every):
            np.savez(
                folder / f"{number:04d}.votes.npz",
                item=each.item,
                voter=each.voter,
                label=each.label,
                sizes=each.sizes,
                gold_item=each.gold_item,
                gold_label=each.gold_label,
            )
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            said = dict(zip(methods, pool.map(lambda method: started(folder, method, limit), methods), strict=True))
        for number in range(len(every)):
            yield {method: answer(folder / f"{number:04d}.{method}.out.npz", said[method]) for method in methods}


def started(folder: Path, method: str, limit: float) -> str:
    """Run one method over the folder; what it died of, or nothing."""
    if not PYTHON.exists():
        return f"no environment {PYTHON.parents[1].name}: run make bench-peers"
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    one |= {"TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1"}  # the checkpoint inside hyperlm is older than that safeguard
    try:
        command = [str(PYTHON), str(PROGRAM), str(folder), method]
        done = subprocess.run(command, env=os.environ | one, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"stopped after {limit:.0f} s"
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["died"])[-1][:200]


def answer(path: Path, died: str) -> Answer:
    if not path.exists():
        return Answer(None, float("nan"), error=died or "no answer")
    told = np.load(path)
    if "error" in told:
        return Answer(None, float(told["seconds"]), error=str(told["error"]))
    return Answer(told["proba"], float(told["seconds"]), bool(told["hard"]))
