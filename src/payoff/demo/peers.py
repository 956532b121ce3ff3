"""What others would do with the same votes: logistic regression with the usual cut, and with two cuts tuned on the
payoffs.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from payoff.objective import Objective

CUTS = np.linspace(0.02, 0.98, 49)


def decisions_of_peers(
    labelled: pl.DataFrame, new: pl.DataFrame, objective: Objective, *, seed: int
) -> dict[str, NDArray[np.str_]]:
    """Decisions on new sites by name of the peer; `labelled` has the facts and the column `outcome`.

    Two cuts: below the first allow, above the second block, between them inspect; the pair that earns most on
    cross-validated probabilities of the same votes. The usual cut: block above one half.
    """
    facts = [name for name in labelled.columns if name != "outcome"]
    seen, truth = labelled.select(facts).to_numpy(), labelled["outcome"].to_numpy()
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression(max_iter=1_000))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    held_out = cross_val_predict(model, seen, truth, cv=folds, method="predict_proba")[:, 1]
    proba = model.fit(seen, truth).predict_proba(new.select(facts).to_numpy())[:, 1]
    low, high = _best_cuts(held_out, truth, objective)
    return {"two tuned cuts": _cut(proba, low, high), "0.5 cut": _cut(proba, 0.5, 0.5)}


def _best_cuts(proba: NDArray[np.float64], truth: NDArray[np.str_], objective: Objective) -> tuple[float, float]:
    allow, block, inspect = (
        objective.value(np.full(len(truth), decision), truth) for decision in ("allow", "block", "inspect")
    )
    pairs = [(low, high) for low, high in product(CUTS, CUTS) if low <= high]
    earned = [np.where(proba < low, allow, np.where(proba >= high, block, inspect)).mean() for low, high in pairs]
    return pairs[int(np.argmax(earned))]


def _cut(proba: NDArray[np.float64], low: float, high: float) -> NDArray[np.str_]:
    return np.where(proba < low, "allow", np.where(proba >= high, "block", "inspect"))
