"""Runs in the peers' own environment: other people's models on votes left in a folder, posteriors back beside them.

`python peer_program.py FOLDER METHOD...` reads every `*.npz` there (item, voter, label, sizes: items, voters, outcomes;
gold_item, gold_label) and writes `NAME.METHOD.out.npz` (proba or error, seconds of CPU). Each method runs with its
published defaults. Where it gives labels only, its probabilities are ones and noughts and `hard` says so.
"""

from __future__ import annotations

import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


class NotForThis(Exception):
    """Why a method cannot be asked about these votes."""


class Asked:
    """The votes of one set, as each peer wants them."""

    def __init__(self, path: Path) -> None:
        told = np.load(path)
        self.item, self.voter, self.label = told["item"], told["voter"], told["label"]
        self.items, self.voters, self.outcomes = (int(size) for size in told["sizes"])
        self.gold_item, self.gold_label = told["gold_item"], told["gold_label"]

    def table(self) -> Any:
        import pandas as pd

        return pd.DataFrame({"task": self.item, "worker": self.voter, "label": self.label})

    def matrix(self) -> Any:
        """Items by voters, -1 where a voter said nothing."""
        votes = np.full((self.items, self.voters), -1, dtype=np.int64)
        votes[self.item, self.voter] = self.label
        return votes

    def filled(self, proba: Any) -> Any:
        """A table of probabilities by task and label as (items, outcomes)."""
        result = np.zeros((self.items, self.outcomes))
        result[np.ix_(proba.index.to_numpy(), proba.columns.to_numpy())] = proba.fillna(0).to_numpy()
        return result

    def ones(self, labels: Any) -> Any:
        """Labels by task as (items, outcomes); a tie that the method left open is shared."""
        result = np.full((self.items, self.outcomes), 1 / self.outcomes)
        known = labels.dropna()
        result[known.index.to_numpy()] = np.eye(self.outcomes)[known.to_numpy().astype(int)]
        return result


def crowd_kit(name: str) -> Callable[[Asked], tuple[Any, bool]]:
    def run(asked: Asked) -> tuple[Any, bool]:
        from crowdkit import aggregation

        model = getattr(aggregation, name)()
        if name in ("KOS", "MMSR"):
            return asked.ones(model.fit_predict(asked.table())), True
        return asked.filled(model.fit_predict_proba(asked.table())), False

    return run


def snorkel(asked: Asked) -> tuple[Any, bool]:
    from snorkel.labeling.model import LabelModel

    if asked.voters < 3:
        raise NotForThis(f"it wants three voters, here are {asked.voters}")
    model = LabelModel(cardinality=asked.outcomes, verbose=False)
    votes = asked.matrix()
    model.fit(votes, seed=0, progress_bar=False)
    return model.predict_proba(votes), False


def hyper_label_model(asked: Asked) -> tuple[Any, bool]:
    from hyperlm import HyperLabelModel

    known = {} if not len(asked.gold_item) else {"y_indices": asked.gold_item, "y_vals": asked.gold_label}
    return HyperLabelModel(device="cpu").infer(asked.matrix(), return_probs=True, **known), False


CROWD_KIT = ("DawidSkene", "OneCoinDawidSkene", "GLAD", "MACE", "MMSR", "Wawa", "ZeroBasedSkill", "KOS")
METHODS = {f"crowd-kit {name}": crowd_kit(name) for name in CROWD_KIT} | {
    "snorkel": snorkel,
    "hyper label model": hyper_label_model,
}


def main(folder: Path, methods: list[str]) -> None:
    warnings.simplefilter("ignore")
    for path in sorted(folder.glob("*.votes.npz"), key=lambda path: path.stat().st_size):  # who is slow, late
        asked = Asked(path)
        for method in methods:
            answer = path.with_name(f"{path.name.removesuffix('.votes.npz')}.{method}.out.npz")
            np.savez(answer, **answered(METHODS[method], asked))


def answered(run: Callable[[Asked], tuple[Any, bool]], asked: Asked) -> dict[str, Any]:
    started = time.process_time()
    try:
        proba, hard = run(asked)
    except Exception as error:  # whatever a peer dies of is what the table says
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"[:200], "seconds": time.process_time() - started}
    return {"proba": proba, "hard": hard, "seconds": time.process_time() - started}


def speed(path: Path) -> float:
    """Seconds of CPU of one pass of crowd-kit's DawidSkene: the difference of two fits, over the passes between."""
    from crowdkit.aggregation import DawidSkene

    told = np.load(path)
    asked = Asked.__new__(Asked)
    asked.item, asked.voter, asked.label = told["item"], told["voter"], told["label"]
    spent = {2: np.inf, 12: np.inf}
    for passes in (2, 12, 2, 12):
        table, started = asked.table(), time.process_time()
        DawidSkene(n_iter=passes, tol=-np.inf).fit(table)
        spent[passes] = min(spent[passes], time.process_time() - started)
    return float(spent[12] - spent[2]) / 10


if __name__ == "__main__":
    if sys.argv[1] == "--speed":
        print(speed(Path(sys.argv[2])))
    else:
        main(Path(sys.argv[1]), sys.argv[2:])
