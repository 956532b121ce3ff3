"""Which vote to buy next: a typical and diverse start, then the items whose decision is most in doubt, in money."""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans

from payoff.decide import Bools, Floats, Ints, expected

START = 20  # votes before regret means anything: typical items first (Hacohen et al. 2022)
AUDIT_SHARE = 0.2  # of the experts' votes; measured as nearly free, and no claim can be made without it
LEVEL_SHARE = 0.3  # of the audit: drawn for how much is earned, the rest for what tells two policies apart
POOL = 8  # candidates looked at for each vote bought, so that a batch is not many times the same item


def expected_regret(payoffs: Floats, posterior: Floats) -> Floats:
    """What knowing the outcome of an item would be worth for the decision on it (Howard 1966: value of perfect
    information).

    `payoffs` is (n or 1, decisions, outcomes) in the objective's unit, `posterior` (n, outcomes); returns (n,) in
    that unit.

    >>> payoffs = np.array([[[1.0, -1.0], [0.0, 0.0]]])          # act or not, on two outcomes
    >>> expected_regret(payoffs, np.array([[0.5, 0.5], [1.0, 0.0]])).tolist()
    [0.5, 0.0]
    """
    known = np.einsum("nk,nk->n", posterior, np.broadcast_to(payoffs.max(axis=1), posterior.shape))
    return np.asarray(np.maximum(known - expected(payoffs, posterior).max(axis=1), 0.0))


def learning_batch(regret: Floats, places: Floats, labelled: Bools, count: int, *, seed: int = 0) -> Ints:
    """Positions of the items to learn from next, best first.

    `regret` (n,) in the unit, `places` (n, dims) numbers in which alike items are near, `labelled` (n,) those that
    have a vote.
    The first `START` are typical: centres of as many clusters. Later ones are the top of the regret, near copies apart:
    clusters of the top weighted by regret (Zhdanov 2019, Diverse mini-batch active learning).

    >>> places = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
    >>> sorted(learning_batch(np.ones(6), places, np.zeros(6, bool), 2).tolist())    # the middle of each half
    [1, 4]
    """
    free = np.flatnonzero(~labelled)
    count = min(count, len(free))
    if count == 0:
        return np.empty(0, dtype=np.int64)
    if int(labelled.sum()) < START or not regret[free].any():
        return _typical(places, free, labelled, count, seed)
    shared = _shared(regret, places, labelled)
    top = free[np.argsort(-shared[free], kind="stable")[: POOL * count]]
    return _spread_out(places, top, shared, count, seed)


def _typical(places: Floats, free: Ints, labelled: Bools, count: int, seed: int) -> Ints:
    """One item near the middle of each of as many clusters as there will be votes, clusters without a vote first."""
    clusters = min(count + int(labelled.sum()), len(np.unique(places, axis=0)))
    if clusters <= 1:
        return free[:count]
    model = KMeans(clusters, n_init=1, random_state=seed).fit(places)
    distance = np.linalg.norm(places - model.cluster_centers_[model.labels_], axis=1)
    covered = np.bincount(model.labels_[labelled], minlength=clusters)
    size = np.bincount(model.labels_, minlength=clusters)
    order = np.lexsort((distance[free], -size[model.labels_[free]], covered[model.labels_[free]]))
    turn = _turns(model.labels_[free][order])
    return free[order[np.argsort(turn, kind="stable")]][:count]


def _turns(clusters: Ints) -> Ints:
    """For each item in order, how many of its cluster came before: sorting by it takes one of each cluster in turn."""
    seen: dict[int, int] = {}
    turns = np.empty(len(clusters), dtype=np.int64)
    for position, cluster in enumerate(clusters.tolist()):
        turns[position] = seen.get(cluster, 0)
        seen[cluster] = turns[position] + 1
    return turns


def _shared(regret: Floats, places: Floats, labelled: Bools) -> Floats:
    """Regret divided by one more than the votes on equal items, those that come before it in this batch included: a
    second vote on the same columns teaches less.
    """
    _, group = np.unique(places, axis=0, return_inverse=True)
    votes = np.bincount(group[labelled], minlength=int(group.max()) + 1)
    free = np.flatnonzero(~labelled)
    order = free[np.argsort(-regret[free], kind="stable")]
    before = np.zeros(len(regret))
    before[order] = _turns(group[order])
    return np.asarray(regret / (1.0 + votes[group] + before))


def _spread_out(places: Floats, top: Ints, regret: Floats, count: int, seed: int) -> Ints:
    distinct = len(np.unique(places[top], axis=0))
    if len(top) <= count or distinct <= count:
        return _one_of_each(places, top, count)
    model = KMeans(count, n_init=1, random_state=seed).fit(
        places[top], sample_weight=regret[top] + 1e-12 * regret[top].max()
    )
    distance = np.linalg.norm(places[top] - model.cluster_centers_[model.labels_], axis=1)
    order = np.lexsort((distance, model.labels_))
    first = order[np.flatnonzero(np.r_[True, np.diff(model.labels_[order]) > 0])]
    return top[np.sort(first)][:count]


def _one_of_each(places: Floats, top: Ints, count: int) -> Ints:
    """The best of each kind of equal items in turn."""
    _, group = np.unique(places[top], axis=0, return_inverse=True)
    return top[np.argsort(_turns(group.ravel()), kind="stable")][:count]


def audit_votes(bought: int, audited: int, batch: int, *, wanted: int = 0, experts: int | None = None) -> int:
    """How many of a batch of expert votes go to the audit: its share of all, or more where a trial waits for them.

    `bought` counts votes so far (open requests included), `experts` those of them from experts (all, if left out),
    `audited` those for the audit, `wanted` what the advice asks for.

    >>> audit_votes(bought=80, audited=10, batch=20)     # a fifth of 100 is 20, 10 are there
    10
    >>> audit_votes(bought=0, audited=0, batch=20)       # nothing to judge yet
    0
    """
    if bought < START:
        return 0
    paid = bought if experts is None else experts
    due = max(round(AUDIT_SHARE * (paid + batch)) - audited, wanted)
    return int(min(max(due, 0), batch))
