"""How each voter is heard: the kind of its source decides what its votes and its silence say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import betaincinv

from payoff.aggregate.coding import Coded
from payoff.aggregate.kernels import Bools, Floats
from payoff.errors import UnknownKind, UnusableAggregateOption
from payoff.names import name_of

Ints = NDArray[np.int64]

ALWAYS_ON = ("rule", "system", "proxy", "model")
PEOPLE = ("crowd", "expert")
KINDS = (*ALWAYS_ON, *PEOPLE)

ALIKE = 0.9  # always-on voters with this share of common votes are copies of one another
SAME, LESS = 0.97, 0.25  # people who surely agree on such a share, and differ so much less than each from the others
LEAST, TAIL = 50, 0.05  # fewer votes in common, all alike, do not show it
PAIRS, PAIRS_OF_PEOPLE = 20_000_000, 5_000_000  # compared to find copies; beyond, every so manyeth item is looked at


@dataclass(frozen=True)
class Hearing:
    """One row per voter, (voters,): what it is taken for."""

    kind: NDArray[np.object_]  # of its source
    confused: Bools  # heard through a confusion matrix; else as a rule, by how much oftener it fires
    pool: Ints  # voters of one pool share a prior
    copies: Floats  # size of its cluster of near-copies, itself included

    @property
    def any_confused(self) -> bool:
        """Whether anybody is heard through a confusion matrix."""
        return bool(self.confused.any())

    def joined_by(self, like: Ints) -> Hearing:
        """The same voters and further ones, each heard as the voter with that number.

        >>> one = Hearing(np.array(["crowd"], dtype=object), np.array([True]), np.array([0]), np.array([1.0]))
        >>> one.joined_by(np.array([0, 0])).pool.tolist()
        [0, 0, 0]
        """
        order = np.concatenate([np.arange(len(self.kind)), like])
        return Hearing(self.kind[order], self.confused[order], self.pool[order], self.copies[order])


def hear(coded: Coded, kinds: Mapping[str, str] | None, items: int | None = None) -> Hearing:
    """Decide how the voters are heard; `kinds` maps sources to kinds, a source missing from it is a crowd.

    People are heard through a confusion matrix, pooled by source; crowds and experts that are one person each are
    pooled by kind. Rules are heard by how much oftener they fire under an outcome; so is a system, proxy or model that
    votes on less than half of the `items` it saw, by default those with a vote, or only ever gives one label.
    Always-on voters are pooled, and near-copies found, by kind, so that one source with many voters and many sources
    with one voter are the same. Raises UnknownKind.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1, 2], "source": ["ann", "r", "r"], "label": ["x", "y", "x"]})
    >>> hear(coded, {"r": "rule"}).confused.tolist()
    [True, False]
    """
    kind = kinds_of(coded.voters, kinds or {})
    votes = np.bincount(coded.voter, weights=coded.fired, minlength=len(kind))
    often = 2 * votes >= (len(coded.items) if items is None else items)
    several = np.bincount(coded.voter, weights=coded.fired > 0, minlength=len(kind)) > 1
    confused = np.isin(kind, PEOPLE) | (often & several & (kind != "rule"))
    return Hearing(kind, confused, pools(coded.voters, kind), copies(coded, kind))


def kinds_of(voters: pl.DataFrame, kinds: Mapping[str, str]) -> NDArray[np.object_]:
    """The kind of each voter's source, (voters,).

    >>> kinds_of(pl.DataFrame({"source": ["a", "b"], "voter": ["a", "b"]}), {"b": "rule"}).tolist()
    ['crowd', 'rule']
    """
    if not isinstance(kinds, Mapping):
        raise UnusableAggregateOption("kinds", kinds, "a mapping of sources to kinds")
    for source, kind in kinds.items():
        if kind not in KINDS:
            raise UnknownKind(source, kind, KINDS)
    named = {name_of(source): kind for source, kind in kinds.items()}
    return np.array([named.get(source, "crowd") for source in voters["source"]], dtype=object)


def pools(voters: pl.DataFrame, kind: NDArray[np.object_]) -> Ints:
    """The number of the pool of each voter, (voters,).

    >>> voters = pl.DataFrame({"source": ["a", "b", "c", "c"], "voter": ["a", "b", "x", "y"]})
    >>> pools(voters, np.array(["crowd"] * 4, dtype=object)).tolist()
    [0, 0, 1, 1]
    """
    alone = voters.select(pl.len().over("source") == 1).to_series()
    person = pl.Series(np.isin(kind, PEOPLE)) & ~alone
    keys = voters.select(kind=pl.Series(kind.tolist()), source=pl.when(person).then("source").otherwise(pl.lit("")))
    return (keys.select(pl.struct("kind", "source").rank("dense")).to_series().to_numpy() - 1).astype(np.int64)


def copies(coded: Coded, kind: NDArray[np.object_]) -> Floats:
    """The size of each voter's cluster of near-copies, (voters,).

    Two always-on voters of one kind are near-copies when the votes they have in common, over those of either, are at
    least 90 %. People are when they surely agree on 97 % of the items they share, and differ from the others on those
    far oftener: two people who are right are alike, but not as much as one person with two accounts.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1, 2], "source": ["r", "s", "t"], "label": ["x", "x", "x"]})
    >>> copies(coded, np.array(["rule"] * 3, dtype=object)).tolist()
    [2.0, 2.0, 1.0]
    """
    sizes = np.ones(len(kind))
    votes = np.bincount(coded.voter, weights=coded.fired, minlength=len(kind))
    people, listed = np.flatnonzero(np.isin(kind, PEOPLE) & (votes >= LEAST)), np.flatnonzero(np.isin(kind, ALWAYS_ON))
    if len(people) > 2:
        sizes[people] = copies_among_people(coded, people)
    if len(listed) < 2:
        return sizes
    cast = votes_of(coded, listed)
    common = (cast @ cast.T).tocoo()
    own = cast.sum(axis=1)
    either = own[common.row] + own[common.col] - common.data
    same = (common.data >= ALIKE * either) & (kind[listed[common.row]] == kind[listed[common.col]])
    graph = sparse.coo_array((same[same], (common.row[same], common.col[same])), shape=common.shape)
    _, cluster = connected_components(graph, directed=False)
    sizes[listed] = np.bincount(cluster)[cluster]
    return sizes


def copies_among_people(coded: Coded, people: Ints) -> Floats:
    """The size of the cluster of near-copies of each of these voters, (people,): see `copies`.

    >>> from payoff.aggregate.coding import code_votes
    >>> said = {"a": list("xy" * 60), "b": list("xy" * 60), "c": list("xxyy" * 30)}  # b says what a says
    >>> votes = {"item": list(range(120)) * 3, "source": np.repeat(list("abc"), 120), "label": sum(said.values(), [])}
    >>> copies_among_people(code_votes(votes), np.arange(3)).tolist()
    [2.0, 2.0, 1.0]
    """
    votes = votes_of(coded, people, PAIRS_OF_PEOPLE)
    item = votes.indices // len(coded.outcomes)
    seen = sparse.csr_array((votes.data, item, votes.indptr), shape=(len(people), len(coded.items)))
    shared, alike = (seen @ seen.T).tocsr(), (votes @ votes.T).tocsr()
    own = seen.sum(axis=1)
    apart = 1 - (alike.sum(axis=1) - own) / np.maximum(shared.sum(axis=1) - own, 1)
    pairs = sparse.triu(alike, k=1).tocoo()
    one, other, agreed = pairs.row, pairs.col, pairs.data
    often = agreed >= LEAST
    one, other, agreed = one[often], other[often], agreed[often]
    differed = np.asarray(shared[one, other], dtype=np.float64).ravel() - agreed if len(one) else agreed
    surely = betaincinv(agreed + 0.5, differed + 0.5, TAIL)
    same = (surely >= SAME) & (1 - surely <= LESS * np.minimum(apart[one], apart[other]))
    graph = sparse.coo_array((same[same], (one[same], other[same])), shape=alike.shape)
    _, cluster = connected_components(graph, directed=False)
    sizes: Floats = np.bincount(cluster)[cluster].astype(np.float64)
    return sizes


def votes_of(coded: Coded, listed: Ints, pairs: int = PAIRS) -> sparse.csr_array:
    """Which of the listed voters cast which vote, (listed, items * outcomes), on as many items as `pairs` affords.

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 2], "source": ["r", "r"], "label": ["x", "x"]})
    >>> votes_of(coded, np.array([0])).toarray().tolist()
    [[1.0, 1.0]]
    """
    sizes = coded.sizes
    step = int(np.ceil((sizes.astype(np.float64) ** 2).sum() / pairs))
    looked = np.flatnonzero(np.arange(len(sizes)) % step == 0)
    rows = np.concatenate([np.arange(coded.starts[i], coded.starts[i + 1]) for i in looked])
    code = coded.codes[rows]
    place = np.full(len(coded.voters), -1)
    place[listed] = np.arange(len(listed))
    voter = place[coded.voter[code]]
    vote = np.repeat(looked, sizes[looked]) * len(coded.outcomes) + coded.label[code]
    on = voter >= 0
    shape = (len(listed), len(sizes) * len(coded.outcomes))
    return sparse.csr_array((np.ones(on.sum()), (voter[on], vote[on])), shape=shape)
