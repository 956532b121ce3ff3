"""Texts that say the same: equal but for case, links, numbers and punctuation, or alike in their letters."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Signatures = NDArray[np.uint32]

SHINGLE = 5  # letters a shingle is long
ALIKE = 0.8  # share of shingles two near-duplicates have in common
# 21 bands of 6 hashes find a pair of similarity 0.8 with probability 1 - (1 - 0.8^6)^21 = 0.998, one of 0.5 with 0.28.
BANDS, ROWS = 21, 6
SKETCH = 256  # shingles kept of a long text: those of lowest hash, the same in every text
MOST_LETTERS = 10_000_000  # beyond this, sketching takes longer than a minute
ROUNDS = 20
# Numbers that stand alone are dropped (prices, times, counters), those inside a word are part of its name.
NOISE = r"https?://\S+|www\.\S+|\b\p{N}+\b|[^\p{L}\p{N}]+"


def near_duplicates(texts: pl.Series) -> Ints:
    """The group of each text, (n,) integers from 0 in order of appearance: near-duplicates share one.

    Two texts are near-duplicates when their letters are equal (lower case; links, numbers, punctuation and spaces
    dropped) or their 5-letter shingles have an estimated Jaccard similarity of 0.8 or more (MinHash: Broder 1997, "On
    the resemblance and containment of documents"). Every text of a group is alike to its first, so that chains of small
    changes do not glue everything together. A text without letters stays alone. Beyond 10 million letters in distinct
    texts only equality counts.

    >>> near_duplicates(pl.Series(["Check my channel: http://a.b/1", "check MY channel!!", "nice song", None])).tolist()
    [0, 0, 1, 2]
    """
    letters = texts.cast(pl.String).fill_null("").str.to_lowercase().str.replace_all(NOISE, "")
    wordless = (letters == "").to_numpy()
    distinct = letters.filter(letters != "").unique(maintain_order=True)
    groups = np.empty(len(texts), dtype=np.int64)
    if len(distinct):
        number = letters.replace_strict(distinct, np.arange(len(distinct)), default=-1, return_dtype=pl.Int64)
        groups[:] = _alike(distinct)[number.to_numpy()]
    groups[wordless] = len(distinct) + np.arange(wordless.sum())
    return numbered(groups)


def numbered(groups: Ints) -> Ints:
    """The same groups, (n,) integers, numbered from 0 in the order in which they first appear.

    >>> numbered(np.array([7, 3, 7])).tolist()
    [0, 1, 0]
    """
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return np.asarray(place[inverse], dtype=np.int64)


def _alike(letters: pl.Series) -> Ints:
    """The leader of each distinct text: the place of the first text it is alike to, often its own."""
    leaders = np.arange(len(letters))
    if len(letters) < 2 or int(letters.str.len_chars().sum()) > MOST_LETTERS:
        return leaders
    signatures = _signatures(letters)
    edges = _candidates(signatures)
    open_ = np.ones(len(letters), dtype=np.bool_)
    for _ in range(ROUNDS):
        edges = edges[open_[edges].all(axis=1)]
        if len(edges) == 0:
            break
        pairs = (np.ones(len(edges)), (edges[:, 0], edges[:, 1]))
        parts = connected_components(sparse.coo_array(pairs, shape=(len(letters),) * 2), directed=False)[1]
        joined = np.flatnonzero(open_)
        first = np.full(parts.max() + 1, len(letters))
        np.minimum.at(first, parts[joined], joined)
        leader = first[parts[joined]]
        close = _similarity(signatures, joined, leader) >= ALIKE
        leaders[joined[close]] = leader[close]
        open_[joined[close]] = False
    return leaders


def _signatures(letters: pl.Series) -> Signatures:
    """(n, bands * rows) least hash of each text's shingles under as many hash functions."""
    shingles, starts = _shingles(letters)
    rng = np.random.default_rng(0)
    factors = rng.integers(0, 2**64, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
    shifts = rng.integers(0, 2**64, size=BANDS * ROWS, dtype=np.uint64)
    signatures = np.empty((len(letters), BANDS * ROWS), dtype=np.uint32)
    for column, (factor, shift) in enumerate(zip(factors, shifts, strict=True)):
        hashed = ((shingles * factor + shift) >> np.uint64(32)).astype(np.uint32)
        signatures[:, column] = np.minimum.reduceat(hashed, starts)
    return signatures


def _shingles(letters: pl.Series) -> tuple[Hashes, Ints]:
    """Hashes of every text's shingles, one text after the other, and where each text starts."""
    padded = letters.str.pad_end(SHINGLE, "\0")
    lengths = padded.str.len_chars().to_numpy().astype(np.int64)
    codes = np.frombuffer("".join(padded.to_list()).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    hashes = np.zeros(len(codes) - SHINGLE + 1, dtype=np.uint64)
    for place in range(SHINGLE):
        hashes = hashes * np.uint64(1_000_003) + codes[place : len(codes) - SHINGLE + 1 + place]
    owner = np.repeat(np.arange(len(letters)), lengths)[: len(hashes)]
    inside = np.arange(len(hashes)) <= (np.cumsum(lengths) - SHINGLE)[owner]
    hashes, owner = _mixed(hashes[inside]), owner[inside]
    if lengths.max() > SKETCH + SHINGLE:
        hashes, owner = _lowest(hashes, owner)
    return hashes, np.searchsorted(owner, np.arange(len(letters))).astype(np.int64)


def _mixed(hashes: Hashes) -> Hashes:
    """Every bit of the input in every bit of the output (the finaliser of SplitMix64, Steele et al. 2014)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def _lowest(hashes: Hashes, owner: Ints) -> tuple[Hashes, Ints]:
    order = np.lexsort((hashes, owner))
    hashes, owner = hashes[order], owner[order]
    kept = np.arange(len(owner)) - np.searchsorted(owner, owner) < SKETCH
    return hashes[kept], owner[kept]


def _candidates(signatures: Signatures) -> Ints:
    """(pairs, 2) places of texts that agree on a whole band and are alike to the first one there."""
    found = []
    for band in range(BANDS):
        rows = np.ascontiguousarray(signatures[:, band * ROWS : (band + 1) * ROWS])
        keys = rows.view([("", rows.dtype)] * ROWS).ravel()
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        leader = first[inverse]
        later = np.flatnonzero(leader != np.arange(len(leader)))
        close = _similarity(signatures, later, leader[later]) >= ALIKE
        found.append(np.stack([leader[later][close], later[close]], axis=1))
    return np.unique(np.concatenate(found), axis=0)


def _similarity(signatures: Signatures, left: Ints, right: Ints) -> NDArray[np.float64]:
    """Estimated Jaccard similarity of each pair: the share of hash functions whose least hash agrees."""
    blocks = [slice(start, start + 20_000) for start in range(0, len(left), 20_000)]
    shares = [(signatures[left[block]] == signatures[right[block]]).mean(axis=1) for block in blocks]
    return np.concatenate(shares) if shares else np.zeros(0)
