"""What choosing by accuracy, F1, AUC, log-loss or lift would have picked: the usual practice, to be judged in money."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student
from sklearn.metrics import accuracy_score, f1_score, log_loss, roc_auc_score

from payoff.judge.records import Estimate, Judged

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOP = 0.1  # lift is read off the tenth that a model ranks highest
BY_DECISIONS = ("accuracy", "F1")  # the others rank probabilities and are followed by the usual cut


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """A policy as a metric sees it: decisions (n,), and probabilities (n, K) where it has any; `cut`: decided by the
    most probable outcome, as in practice, instead of by the payoffs.

    >>> Candidate(name="linear", decisions=np.array([0, 1]), proba=np.array([[0.9, 0.1], [0.4, 0.6]])).cut
    False
    """

    name: str
    decisions: Ints
    proba: Floats | None = None
    cut: bool = False


def right_decisions(payoffs: Floats) -> Ints:
    """The decision (K,) worth most under each outcome, by payoffs (n or 1, D, K) in the mean over items: what a
    decision stands for when it is read as a class. Ties go to the decision listed first.

    >>> right_decisions(np.array([[[0.0, -10.0], [-4.0, 2.0], [-1.0, 1.0]]])).tolist()  # allow, block; never inspect
    [0, 1]
    """
    return np.asarray(payoffs.mean(axis=0).argmax(axis=0))


def usual_cut(proba: Floats, right: Ints) -> Ints:
    """Decisions (n,) as in practice: the right one for the most probable outcome; for two outcomes the cut at 0.5.

    >>> usual_cut(np.array([[0.6, 0.4], [0.1, 0.9]]), np.array([0, 1])).tolist()
    [0, 1]
    """
    return np.asarray(right[proba.argmax(axis=1)])


def usual_picks(
    candidates: Sequence[Candidate], outcome: Ints, right: Ints, *, weight: Floats | None = None
) -> dict[str, Candidate]:
    """Which candidate each usual metric would have picked: metric -> candidate; ties go to the one listed first.

    `candidates` decide as they do here, the simplest first; one with probabilities also stands as what people ship who
    use these metrics, decided by `usual_cut`. `outcome` (n,) is what is true, `right` (K,) as in `right_decisions`,
    `weight` (n,). The class of an item is the right decision for its outcome.

    - accuracy: share of items whose decision is the right one.
    - F1: of the rarer class, in the mean over classes where there are more than two.
    - AUC: area under the ROC curve, one outcome against the rest, in the mean over outcomes.
    - log-loss: mean of -log P(outcome), least is best.
    - lift: share of the rarest outcome in the tenth ranked highest for it, over its share in all; in the mean over
      outcomes that are equally rare.

    AUC, log-loss and lift rank candidates with probabilities and are followed by the usual cut. A metric that is not
    defined, such as AUC where only one outcome is seen, is left out.

    >>> sharp = Candidate(name="sharp", decisions=np.array([1, 1, 1, 1]), proba=np.eye(2)[[0, 0, 1, 1]])
    >>> blunt = Candidate(name="blunt", decisions=np.array([0, 0, 0, 0]))
    >>> found = usual_picks([blunt, sharp], np.array([0, 0, 1, 1]), np.array([0, 1]))
    >>> {metric: (pick.name, pick.cut) for metric, pick in found.items()}["accuracy"]
    ('sharp', True)
    """
    if not len(outcome):
        return {}
    weight = np.ones(len(outcome)) if weight is None else weight
    models = [with_cut(each, right) for each in candidates if each.proba is not None]
    every = [each for one in candidates for each in (one, *(m for m in models if m.name == one.name))]
    picks = {metric: _highest(METRICS[metric], every, outcome, right, weight) for metric in BY_DECISIONS}
    picks |= {m: _highest(METRICS[m], models, outcome, right, weight) for m in METRICS if m not in BY_DECISIONS}
    return {metric: pick for metric, pick in picks.items() if pick is not None}


def with_cut(candidate: Candidate, right: Ints) -> Candidate:
    """The candidate with the usual cut in the place of its own decisions.

    >>> with_cut(Candidate(name="one", decisions=np.array([1]), proba=np.array([[0.8, 0.2]])), np.arange(2)).decisions
    array([0])
    """
    assert candidate.proba is not None  # without probabilities there is nothing to cut
    return replace(candidate, decisions=usual_cut(candidate.proba, right), cut=True)


def plain_interval(gain: Floats, weight: Floats | None = None) -> Judged:
    """Mean of paired differences (n,) with the plain 95% t interval, weights (n,) as sampling weights.

    For what was not drawn for the audit: it covers the scatter of these items and nothing else.

    >>> found = plain_interval(np.array([0.0, 2.0]))
    >>> found.estimate.mean, found.items, plain_interval(np.array([1.0])).estimate.high
    (1.0, 2, inf)
    """
    shares = np.ones(len(gain)) if weight is None else weight
    shares = shares / shares.sum()
    mean = float(shares @ gain)
    if len(gain) < 2:
        return _judged(Estimate(mean, -np.inf, np.inf), 0.0, 1)
    many = len(gain)
    error = float(np.sqrt(many / (many - 1) * (shares**2 @ (gain - mean) ** 2)))
    half = float(student.ppf(0.975, many - 1)) * error
    return _judged(Estimate(mean, mean - half, mean + half), error**2, round(1 / float(shares @ shares)))


def _judged(estimate: Estimate, scatter: float, items: int) -> Judged:
    """An estimate whose whole error is the scatter of so many items."""
    return Judged(estimate=estimate, votes_variance=0.0, items_variance=scatter, votes=items, items=items)


Metric = Callable[[Candidate, Ints, Ints, Floats], float | None]


def _highest(
    metric: Metric, candidates: Sequence[Candidate], outcome: Ints, right: Ints, weight: Floats
) -> Candidate | None:
    scores = [metric(each, outcome, right, weight) for each in candidates]
    known = [(score, each) for score, each in zip(scores, candidates, strict=True) if score is not None]
    # Rounded, so that a tie stays a tie whatever the order of summation.
    return max(known, key=lambda pair: round(pair[0], 12))[1] if known else None


def _accuracy(candidate: Candidate, outcome: Ints, right: Ints, weight: Floats) -> float | None:
    return float(accuracy_score(right[outcome], candidate.decisions, sample_weight=weight))


def _f1(candidate: Candidate, outcome: Ints, right: Ints, weight: Floats) -> float | None:
    classes, place = np.unique(right[outcome], return_inverse=True)
    if len(classes) < 2:
        return None
    rarer = classes[[np.bincount(place, weight).argmin()]] if len(classes) == 2 else classes
    score = f1_score(
        right[outcome], candidate.decisions, labels=rarer, average="macro", sample_weight=weight, zero_division=0.0
    )
    return float(score)


def _auc(candidate: Candidate, outcome: Ints, right: Ints, weight: Floats) -> float | None:
    proba = _proba(candidate)
    seen = [outcome == each for each in np.unique(outcome)]
    if len(seen) < 2:
        return None
    columns = proba[:, np.unique(outcome)].T
    areas = [roc_auc_score(is_it, p, sample_weight=weight) for is_it, p in zip(seen, columns, strict=True)]
    return float(np.mean(areas))


def _log_loss(candidate: Candidate, outcome: Ints, right: Ints, weight: Floats) -> float | None:
    proba = _proba(candidate)
    if proba.shape[1] < 2:
        return None
    return -float(log_loss(outcome, proba, labels=np.arange(proba.shape[1]), sample_weight=weight))


def _lift(candidate: Candidate, outcome: Ints, right: Ints, weight: Floats) -> float | None:
    many = np.bincount(outcome, weight)
    seen = np.flatnonzero(many)
    if len(seen) < 2:
        return None
    rarest = seen[many[seen] <= many[seen].min() * (1 + 1e-9)]
    return float(np.mean([_lift_of(_proba(candidate)[:, each], outcome == each, weight) for each in rarest]))


def _lift_of(score: Floats, is_it: NDArray[np.bool_], weight: Floats) -> float:
    """Items of one score are taken in equal parts, so a model that ranks nothing has a lift of 1."""
    ranks, level = np.unique(-score, return_inverse=True)
    total = np.bincount(level, weight, len(ranks))
    hits = np.bincount(level, weight * is_it, len(ranks))
    room = TOP * total.sum()
    taken = np.clip(room - (np.cumsum(total) - total), 0.0, total)
    share = np.divide(hits, total, out=np.zeros_like(hits), where=total > 0)
    return float((taken @ share / room) / (hits.sum() / total.sum()))


def _proba(candidate: Candidate) -> Floats:
    assert candidate.proba is not None  # only candidates with probabilities are ranked by them
    return candidate.proba


METRICS: Mapping[str, Metric] = {
    "accuracy": _accuracy,
    "F1": _f1,
    "AUC": _auc,
    "log-loss": _log_loss,
    "lift": _lift,
}
