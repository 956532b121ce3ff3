"""Who copies whom: voters who make the same mistakes on the same items, oftener than their mistakes explain."""

from __future__ import annotations

import numpy as np
import polars as pl
from numba import njit
from scipy.special import betainc

from payoff.aggregate.coding import Coded
from payoff.aggregate.hearing import Ints
from payoff.aggregate.kernels import Codes, Floats, Starts
from payoff.aggregate.left_out import rows_on
from payoff.aggregate.named import adjusted

PAIRS = 50_000_000  # pairs of votes compared; beyond, every so manyeth item is looked at
AS_PRONE = 2.0  # mistakes: a voter is taken for as prone to them as the others with this weight
SURELY = 0.95  # no mistake in common is expected oftener on one item
LEAST = 3.0  # mistakes in common; pairs with fewer are not shown
FAR = 2.5  # deviations: no single pair tells more about pairs that do not copy
ALIKE = 1e-6  # the least that pairs differ among each other


def copying(coded: Coded, proba: Floats) -> pl.DataFrame:
    """Pairs of voters with mistakes in common: source, voter, other_source, other_voter, items, common, expected, p.

    `proba` is P(outcome), (items, outcomes). `items` both voted on; on `common` of them both gave one wrong label,
    where `expected` would be usual for two people who are as prone to mistakes as these, on items as hard as these: how
    hard an item is, is what the others got wrong. Agreement on what is right proves nothing. `p` is the tail of a
    negative binomial, as wide as all pairs together are from what is expected of them, so that opinions people share
    are not taken for copying; it holds for all pairs together (Holm 1979): naming pairs at most .05 names anybody
    wrongly with a chance of 5%. The rarest come first. Who of a pair copies is not told, and where copies are most of
    the votes on their items, they pass for the truth. Sources: Dong, Berti-Equille and Srivastava, "Integrating
    conflicting data: the role of source dependence" (2009); van der Linden and Sotaridona, "Detecting answer copying
    when the regular response process follows a known response model" (2006).

    >>> from payoff.aggregate.coding import code_votes
    >>> wrong = {"a": 0, "b": 0, "c": 1, "d": 2}  # every tenth item, from this one on
    >>> said = [i % 10 == first for first in wrong.values() for i in range(120)]
    >>> votes = {"item": list(range(120)) * 4, "source": np.repeat(list(wrong), 120), "label": said}
    >>> found = copying(code_votes(votes), np.array([[1.0, 0.0]] * 120))
    >>> found.select("voter", "other_voter", "items", "common").rows()
    [('a', 'b', 120, 12.0)]
    """
    looked = items_looked_at(coded)
    wrong, hard = 1 - proba, hardness(coded, proba)
    wrong[np.arange(len(proba)), proba.argmax(axis=1)] = 0.0  # what is likeliest is no mistake
    alike = likeness(coded, wrong, hard)
    item, rows = rows_on(coded, looked)
    code = coded.codes[rows]
    voter = coded.voter[code]
    prone = proneness(coded, item, code, wrong, hard, alike)
    order = np.argsort(voter, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(voter, minlength=len(coded.voters)))])
    votes = (coded.starts, coded.codes, coded.voter, coded.label, coded.tally)
    pairs, totals = compare(starts, item[order], code[order], *votes, wrong, hard, prone, alike)
    return named_pairs(coded.voters, pairs, totals)


def items_looked_at(coded: Coded) -> Ints:
    """Numbers of the items whose pairs of votes are compared: those with two votes, as many as PAIRS affords.

    >>> from payoff.aggregate.coding import code_votes
    >>> items_looked_at(code_votes({"item": [1, 1, 2], "source": ["a", "b", "a"], "label": ["x"] * 3})).tolist()
    [0]
    """
    sizes = coded.sizes.astype(np.float64)
    step = int(np.ceil((sizes * (sizes - 1) / 2).sum() / PAIRS)) or 1
    return np.flatnonzero(coded.sizes > 1)[::step]


def hardness(coded: Coded, proba: Floats) -> Floats:
    """How often anybody votes each label on items of such outcomes, (items, outcomes): what is usual before the votes.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 2], "source": ["a", "a"], "label": ["x", "y"]})
    >>> hardness(coded, np.array([[1.0, 0.0], [1.0, 0.0]])).tolist()  # of two votes on outcome x one is y
    [[0.5, 0.5], [0.5, 0.5]]
    """
    votes = proba.T @ coded.tally
    spread: Floats = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1e-9)
    return proba @ spread


def likeness(coded: Coded, wrong: Floats, hard: Floats) -> float:
    """How alike in hardness items are, in votes: an item is taken for as hard as any other with this weight.

    By the pairs of votes that share a mistake: the more there are, the more items differ (moments of a Beta-binomial).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1, 2, 2], "source": ["a", "b"] * 2, "label": list("xxyy")})
    >>> likeness(coded, np.array([[0.0, 1.0]] * 2), np.full((2, 2), 0.5)) == 1 / 0.9 - 1  # as unlike as items may be
    True
    """
    pairs = (coded.sizes * (coded.sizes - 1.0))[:, np.newaxis]
    shared = (wrong * (coded.tally * (coded.tally - 1.0) - pairs * hard**2)).sum()
    most = (wrong * pairs * hard * (1 - hard)).sum()
    unlike = np.clip(shared / most if most > 0 else 0.0, 0.01, 0.9)
    return float(1 / unlike - 1)


def proneness(coded: Coded, item: Ints, code: Codes, wrong: Floats, hard: Floats, alike: float) -> Floats:
    """Mistakes of each voter over those expected of anybody on the same items, (voters,); a row of arrays is a vote.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1], "source": ["a", "b"], "label": ["x", "y"]})
    >>> wrong, hard = np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])
    >>> found = proneness(coded, np.array([0, 0]), np.array([0, 1]), wrong, hard, 2.0)
    >>> found.round(6).tolist() == [round((0 + 2) / (2 / 3 + 2), 6), round((1 + 2) / (1 / 3 + 2), 6)]
    True
    """
    label, voter = coded.label[code], coded.voter[code]
    others = coded.sizes[item] - 1 + alike
    expected = (wrong * (coded.tally + alike * hard)).sum(axis=1)[item] - wrong[item, label]
    made = np.bincount(voter, weights=wrong[item, label], minlength=len(coded.voters))
    usual = np.bincount(voter, weights=expected / others, minlength=len(coded.voters))
    prone: Floats = (made + AS_PRONE) / (usual + AS_PRONE)
    return prone


@njit(cache=True, nogil=True)
def compare(
    first: Starts, item: Ints, code: Codes,
    starts: Starts, codes: Codes, voter: Codes, label: Codes, tally: Codes,
    wrong: Floats, hard: Floats, prone: Floats, alike: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Compare all pairs of voters: a row for each that has LEAST mistakes in common, and totals.

    Votes by voter: those of voter v are `item` and `code` from `first[v]` up to `first[v + 1]`; by item: `starts`,
    `codes`. A row is the two voters, items both voted on, mistakes in common found and expected. Totals: how many pairs
    could have so many, and the sums by which `named_pairs` finds how far pairs are from what is expected.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 2, 3] * 2, "source": list("aaabbb"), "label": list("yyyyyy")}, ["x", "y"])
    >>> votes = (coded.starts, coded.codes, coded.voter, coded.label, coded.tally)
    >>> wrong, hard, item = np.array([[0.0, 1.0]] * 3), np.full((3, 2), 0.5), np.tile(np.arange(3), 2)
    >>> code = np.repeat([0, 1], 3)
    >>> pairs, totals = compare(np.array([0, 3, 6]), item, code, *votes, wrong, hard, np.ones(2), 2.0)
    >>> pairs[0].round(6).tolist()  # three mistakes in common, each with a chance of .5 ** 2 + .5 * .5 / 3
    [0.0, 1.0, 3.0, 3.0, 1.0]
    """
    voters = first.size - 1
    common, expected, both = np.zeros(voters), np.zeros(voters), np.zeros(voters)
    mates = np.empty(voters, dtype=np.int64)
    pairs, kept, totals = np.empty((64, 5)), 0, np.zeros(6)
    for a in range(voters):
        met = 0
        for vote in range(first[a], first[a + 1]):
            i, mine = item[vote], label[code[vote]]
            n, whole = starts[i + 1] - starts[i], 0.0
            for k in range(wrong.shape[1]):
                whole += twice(wrong[i, k], tally[i, k], hard[i, k], n, alike)
            for other in range(starts[i], starts[i + 1]):
                b, theirs = voter[codes[other]], label[codes[other]]
                if b > a:
                    if both[b] == 0:
                        mates[met] = b
                        met += 1
                    both[b] += 1
                    common[b] += wrong[i, mine] if theirs == mine else 0.0
                    chance = whole + change(wrong[i], tally[i], hard[i], n, mine, theirs, alike)
                    expected[b] += min(SURELY, prone[a] * prone[b] * chance)
        for b in mates[:met]:
            if both[b] >= LEAST:
                usual = min(common[b], expected[b] + FAR * np.sqrt(expected[b]) + 1)
                totals += np.array([1.0, usual, expected[b], usual**2, usual * expected[b], expected[b] ** 2])
            if common[b] >= LEAST:
                if kept == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[kept] = np.array([a, b, both[b], common[b], expected[b]])
                kept += 1
            common[b], expected[b], both[b] = 0.0, 0.0, 0.0
    return pairs[:kept], totals


@njit(cache=True, nogil=True)
def change(wrong: Floats, tally: Codes, hard: Floats, n: int, mine: int, theirs: int, alike: float) -> float:
    """What `twice`, summed over the labels of an item, changes by when the votes of the pair are taken out of `tally`.

    >>> wrong, hard, tally = np.array([0.0, 1.0]), np.array([0.5, 0.5]), np.array([0, 3])
    >>> before, after = twice(1.0, 3, 0.5, 3, 2.0), twice(1.0, 1, 0.5, 3, 2.0)
    >>> change(wrong, tally, hard, 3, 1, 1, 2.0) == after - before
    True
    """
    if mine == theirs:
        return twice(wrong[mine], tally[mine] - 2, hard[mine], n, alike) - twice(
            wrong[mine], tally[mine], hard[mine], n, alike
        )
    found = 0.0
    for k in (mine, theirs):
        found += twice(wrong[k], tally[k] - 1, hard[k], n, alike) - twice(wrong[k], tally[k], hard[k], n, alike)
    return found


@njit(cache=True, nogil=True)
def twice(wrong: float, votes: float, hard: float, n: int, alike: float) -> float:
    """The chance that two more people both give a label that is `wrong`, where `votes` of the other n - 2 gave it.

    How often it is given has a Beta distribution with these votes and `alike` more, of which a share is `hard`.

    >>> round(twice(1.0, 1, 0.5, 4, 2.0), 6)  # half of 2 + 2: .5 ** 2 + .5 * .5 / 5
    0.3
    """
    size = n - 2 + alike
    rate = (votes + alike * hard) / size
    return wrong * (rate * rate + rate * (1 - rate) / (size + 1))


def named_pairs(voters: pl.DataFrame, pairs: Floats, totals: Floats) -> pl.DataFrame:
    """The pairs by name with their p-values, the rarest first; those no oftener in common than expected are left out.

    >>> voters = pl.DataFrame({"source": ["a", "b"], "voter": ["a", "b"]})
    >>> found = named_pairs(voters, np.array([[0, 1, 9, 9.0, 1.0]]), np.array([10, 10.0, 10.0, 20.0, 10.0, 10.0]))
    >>> found["p"].round(6).to_list()  # ten times the tail of a Poisson: as many pairs, and no wider than one
    [1.1e-05]
    """
    tests, found, usual, squared, both, size = totals
    level = found / usual if usual > 0 else 1.0
    beyond = squared - 2 * level * both + level**2 * size - level * usual  # variance beyond a Poisson's
    apart = max(beyond / (level**2 * size) if size > 0 and level > 0 else 0.0, ALIKE)
    pairs = pairs[pairs[:, 3] > level * pairs[:, 4]]
    common, expected = pairs[:, 3], np.maximum(level * pairs[:, 4], 1e-12)
    p = betainc(common, 1 / apart, expected * apart / (1 + expected * apart))
    one, other = (voters[pairs[:, side].astype(np.int64)] for side in (0, 1))
    table = one.hstack(other.rename({"source": "other_source", "voter": "other_voter"}))
    return table.with_columns(
        items=pl.Series(pairs[:, 2].astype(np.int64)),
        common=pl.Series(common),
        expected=pl.Series(expected),
        p=pl.Series(adjusted(p, int(tests))),
    ).sort("p", "source", "voter", "other_source", "other_voter")
