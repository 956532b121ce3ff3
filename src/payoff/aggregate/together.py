"""Whether people err together: told by how much more items differ in agreement than independent errors explain."""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.stats import norm, t

from payoff.aggregate.coding import Coded
from payoff.aggregate.hearing import PEOPLE, Ints
from payoff.aggregate.kernels import Codes, Floats, Starts
from payoff.aggregate.learning import Learnt

LEAST = 3  # votes on an item: two always agree or not
WORK = 5e7  # steps spent; beyond, every so manyeth item is looked at
LIKE_ALL = 8.0  # votes by which a voter's confusion is drawn towards everybody's
ODDS = 4.0  # before the votes are looked at, that people err together
SPREAD = 0.08  # where they do, agreement spreads by so much more for each vote from the fourth on
APART = 0.95, 0.06  # where they do not: confusions learnt from the same votes explain a little too much
ENOUGH = 3.0  # votes on an item beyond three, from which the spread is believed; with three nothing can be told
TAIL = 3.0  # degrees of freedom: what erring together looks like is known roughly


def erring_together(coded: Coded, learnt: Learnt) -> float:
    """How likely people share their errors, by the spread of agreement between items; 1 where too little can be told.

    Where everybody errs independently, agreement on an item varies as their confusions say; where items differ in how
    hard they are, it varies more, the more votes an item has. A test of overdispersion with the truth unknown, as a
    posterior predictive check. It is about people: where others vote too, it counts for the share of votes people cast.
    Sources: Gelman, Meng and Stern, "Posterior predictive assessment of model fitness" (1996); Williams,
    "Extra-binomial variation in logistic linear models" (1982).

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1, 1, 2], "source": ["ann", "bob", "ann"], "label": ["x", "x", "y"]})
    >>> erring_together(model._coded, model._learnt)  # no item has three votes
    1.0
    """
    person = np.isin(learnt.hearing.kind, PEOPLE)[coded.voter]
    cast_by_people = float(coded.fired[person].sum() / max(coded.fired.sum(), 1))
    people = coded if person.all() else coded.only(person)
    looked = items_looked_at(people)
    if not len(looked):
        return 1.0
    window = people.at(looked)
    voters, place = np.unique(window.voter[window.codes], return_inverse=True)
    spread = agreement(window.starts, place, window.tally, confusions(window, learnt, voters), rates(learnt))
    return 1 - cast_by_people * (1 - chance_together(spread, float(window.sizes.mean())))


def items_looked_at(coded: Coded) -> Ints:
    """Numbers of the items with LEAST votes, as many as WORK affords.

    >>> from payoff.aggregate.coding import code_votes
    >>> votes = {"item": [1, 1, 2, 2, 2], "source": list("ababc"), "label": ["x"] * 5}
    >>> items_looked_at(code_votes(votes)).tolist()
    [1]
    """
    sizes = coded.sizes.astype(np.float64)
    steps = (np.where(sizes >= LEAST, sizes, 0) ** 2).sum() * len(coded.outcomes) ** 2
    return np.flatnonzero(coded.sizes >= LEAST)[:: int(np.ceil(steps / WORK)) or 1]


def rates(learnt: Learnt) -> Floats:
    """The share of each outcome in what was learnt, (outcomes,).

    >>> from payoff.aggregate import LabelModel
    >>> votes = {"item": [1, 1, 2, 2], "source": ["ann", "bob"] * 2, "label": list("xxyy")}
    >>> rates(LabelModel().fit(votes)._learnt).tolist()
    [0.5, 0.5]
    """
    assert learnt.kept is not None
    mass = learnt.kept.mass.reshape(len(learnt.prior), learnt.subtypes).sum(axis=1)
    return np.asarray(mass / mass.sum())


def confusions(coded: Coded, learnt: Learnt, voters: Codes) -> Floats:
    """P(label | outcome) of these `voters`, numbers, whatever the subtype, (voters, outcomes, labels), as learnt.

    Each is drawn towards that of all of them by LIKE_ALL votes.

    >>> from payoff.aggregate import LabelModel
    >>> votes = {"item": [1, 1, 2, 2], "source": ["ann", "bob"] * 2, "label": list("xxyy")}
    >>> model = LabelModel().fit(votes)
    >>> confusions(model._coded, model._learnt, np.array([0])).shape
    (1, 2, 2)
    """
    outcomes = len(coded.outcomes)
    each = learnt.counts.reshape(len(learnt.counts), outcomes, learnt.subtypes).sum(axis=2)
    number = np.full(len(coded.voters), -1)
    number[voters] = np.arange(len(voters))
    mine = number[coded.voter] >= 0
    table = np.zeros((len(voters), outcomes, outcomes))
    table[number[coded.voter[mine]], :, coded.label[mine]] = each[mine]
    usual = table.sum(axis=0) + 0.5
    table += LIKE_ALL * usual / usual.sum(axis=1, keepdims=True)
    table /= table.sum(axis=2, keepdims=True)
    return table


@njit(cache=True, nogil=True)
def agreement(starts: Starts, voter: Ints, tally: Codes, confusion: Floats, rates: Floats) -> Floats:
    """Of each item the share of pairs of votes that agree: found, expected, and its variance where errors are
    independent given the outcome, (items, 3). Votes of an item stand together, `voter` (votes,) is who cast each.

    >>> right = np.array([[[0.5, 0.5], [0.5, 0.5]]])  # three votes at chance agree all with 1/4, else one pair does
    >>> votes = np.array([0, 3]), np.zeros(3, dtype=np.int64), np.array([[2, 1]], dtype=np.int32)
    >>> agreement(*votes, right, np.array([0.5, 0.5])).round(6).tolist()  # (1/4 * 1 + 3/4 / 9) - 1/4
    [[0.333333, 0.5, 0.083333]]
    """
    outcomes = rates.size
    result = np.empty((starts.size - 1, 3))
    sums = np.empty((3, outcomes))
    for i in range(starts.size - 1):
        first, last = starts[i], starts[i + 1]
        mean, square = 0.0, 0.0
        for k in range(outcomes):
            sums[:] = 0.0
            for vote in range(first, last):
                for label in range(outcomes):
                    share = confusion[voter[vote], k, label]
                    sums[0, label] += share
                    sums[1, label] += share**2
                    sums[2, label] += share**3
            expected = ((sums[0] ** 2 - sums[1]) / 2).sum()
            threes = (sums[0] ** 3 - 3 * sums[0] * sums[1] + 2 * sums[2]).sum()
            twos, alike = 0.0, 0.0
            for vote in range(first, last):
                own = 0.0
                for other in range(first, last):
                    if other != vote:
                        pair = (confusion[voter[vote], k] * confusion[voter[other], k]).sum()
                        own += pair
                        twos += pair**2 / 2
                alike += own**2
            mean += rates[k] * expected
            square += rates[k] * (expected + twos + threes - alike + expected**2)
        pairs = (last - first) * (last - first - 1) / 2
        found = (tally[i] * (tally[i] - 1.0) / 2).sum()
        result[i] = np.array([found / pairs, mean / pairs, (square - mean**2) / pairs**2])
    return result


def chance_together(spread: Floats, votes: float) -> float:
    """How likely people err together when agreement is as in `spread`, (items, 3), with so many `votes` on the mean.

    >>> even = np.tile([[0.5, 0.6, 0.01], [0.7, 0.6, 0.01]], (200, 1))  # as independent errors would have it
    >>> round(chance_together(even, 12.0), 2), round(chance_together(even * [1, 1, 0.3], 12.0), 2)
    (0.2, 1.0)
    """
    off, variance = (spread[:, 0] - spread[:, 1]) ** 2, spread[:, 2]
    ratio = off.sum() / max(variance.sum(), 1e-12)
    error = np.sqrt(((off - ratio * variance) ** 2).sum()) / max(variance.sum(), 1e-12)
    wider = SPREAD * max(votes - LEAST - 1, 0.0)
    apart, together = np.hypot(error, APART[1]), np.hypot(error, APART[1] + 0.6 * wider)
    for_it = ODDS * t.pdf((ratio - 1 - wider) / together, TAIL) / together
    against = norm.pdf((ratio - APART[0]) / apart) / apart
    told = min(max((votes - LEAST) / ENOUGH, 0.0), 1.0)
    return float(1 - told * against / (for_it + against))
