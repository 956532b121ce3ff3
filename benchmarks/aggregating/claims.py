"""What is said of the label model, and whether this run found it so; an aim may be missed, a claim may not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aggregating.measures import Score
from aggregating.methods import OURS, Results
from aggregating.tables import below_majority, mean, score_of

SPAM = "youtube-spam"
ALLOWED = 0.5  # points below majority, and one standard error


class Claim(NamedTuple):
    """What is said, and whether it was found."""

    words: str
    holds: bool
    aim: bool = False

    def __str__(self) -> str:
        return f"{'holds' if self.holds else 'SHORT' if self.aim else 'FAILS'}: {self.words}"


def best_on(
    found: Results, names: Iterable[str], peers: Iterable[str], where: str, aim: bool = False
) -> Iterator[Claim]:
    """Ours against the best peer on the mean of sets, by accuracy and by log-loss; peers that said nothing are out."""
    names, peers = tuple(names), [peer for peer in peers if peer != OURS]
    for part, words, sign in (("accuracy", "accuracy", 1), ("loss", "log-loss", -1)):
        mine = mean(found, names, OURS, part)
        there = {peer: mean(found, names, peer, part) for peer in peers}
        peer, best = max(((k, v) for k, v in there.items() if v is not None), key=lambda kv: sign * kv[1])
        digits = 2 if part == "accuracy" else 3
        assert mine is not None
        text = f"{words} {where} {mine:.{digits}f}, best peer {best:.{digits}f} ({peer})"
        yield Claim(text, sign * mine >= sign * best, aim)


def about_sets(found: Results, crowds: Iterable[str], peers: Iterable[str]) -> Iterator[Claim]:
    peers = list(peers)
    yield from best_on(found, crowds, peers, "on the mean of the ten crowds")
    yield from best_on(found, found, peers, "on the mean of all sets")
    for name, row in found.items():
        gap, error = below_majority(row)
        if gap < 0:
            words = (
                f"{name}: {gap:+.2f} points against majority, at least -{ALLOWED} less one standard error ({error:.2f})"
            )
            yield Claim(words, gap >= -ALLOWED - error)
    spam = round(score_of(found[SPAM], OURS).accuracy, 1)
    yield Claim(f"{SPAM} without gold {spam}, at least 87.0", spam >= 87.0)
    yield Claim(f"{SPAM} without gold {spam}, the hyper label model's 91.6", spam >= 91.6, aim=True)


def about_gold(golds: Mapping[int, Mapping[str, Score]]) -> Iterator[Claim]:
    for count, row in golds.items():
        accuracy = row[OURS].accuracy
        if count == 25:
            yield Claim(f"{SPAM} with 25 gold labels {accuracy:.1f}, at least 92", round(accuracy, 1) >= 92.0)
        peer, best = max(
            ((k, v.accuracy) for k, v in row.items() if k != OURS and not math.isnan(v.accuracy)), key=lambda kv: kv[1]
        )
        yield Claim(f"{SPAM} with {count} gold labels {accuracy:.1f}, best peer {best:.1f} ({peer})", accuracy >= best)


def about_mixes(found: Results, peers: Iterable[str]) -> Iterator[Claim]:
    yield from best_on(found, found, peers, "on the mean of the mixes of kinds")


def about_beyond(found: Results, families: Mapping[str, Iterable[str]], peers: Iterable[str]) -> Iterator[Claim]:
    """On the worlds that are made: on all a claim, by family an aim."""
    peers = list(peers)
    yield from best_on(found, found, peers, "on the mean of the made worlds")
    for family, names in families.items():
        yield from best_on(found, names, peers, f"on the made worlds, {family}", aim=True)


def about_speed(rows: Mapping[str, Mapping[str, float]]) -> Iterator[Claim]:
    for name, row in rows.items():
        if name == "update":
            yield Claim(f"a hundred votes more in {1000 * row['update']:.0f} ms, under 100", row["update"] < 0.1)
            continue
        ratio = row["ours"] / row["plain"]
        yield Claim(f"{name}: a pass in {ratio:.2f} of a plain fused pass, at most 2", ratio <= 2)
        if "crowd-kit" in row:
            ratio = row["crowd-kit"] / row["ours"]
            few = name.endswith(", 2")  # with many outcomes the two subtypes weigh more
            yield Claim(f"{name}: crowd-kit {ratio:.0f} times slower a pass, at least 50", ratio >= 50, aim=not few)
        if name.startswith("1e+07, 2"):
            yield Claim(f"{name}: a whole fit in {row['fit s']:.1f} s of CPU, at most 40", row["fit s"] <= 40)
            yield Claim(f"{name}: {row['MB']:.0f} MB above the input, at most 400", row["MB"] <= 400)
