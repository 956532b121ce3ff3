"""Every method on the same votes, with its seconds of CPU: ours, the baselines, published formulas, peers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from aggregating.measures import Right, Score, compared
from aggregating.peers import OUTSIDE, Answer, Tuples, outside, tuples
from aggregating.published import PUBLISHED
from payoff.aggregate import DawidSkene, LabelModel, MajorityVote

OURS, PLAIN = "label model", "majority"
BASELINES: dict[str, Callable[[Mapping[str, str]], Any]] = {
    PLAIN: lambda kinds: MajorityVote(),
    "majority + 1": lambda kinds: MajorityVote(added=1),
    "Dawid-Skene": lambda kinds: DawidSkene(),
    OURS: lambda kinds: LabelModel(kinds=kinds),
}
HERE = (*BASELINES, *PUBLISHED)
PEERS = (*(name for name in HERE if name != OURS), *OUTSIDE)


class Asked(NamedTuple):
    """One set of votes to be asked about: what is known of the sources, what is true, what of it is told."""

    name: str
    votes: pl.DataFrame
    kinds: Mapping[str, str]
    truth: pl.DataFrame  # of the items to score
    gold: pl.DataFrame | None = None


class Result(NamedTuple):
    """What a method got on one set, or why it said nothing; with `hard` its probabilities are ones and noughts."""

    score: Score | None
    right: Right | None
    error: str | None = None
    hard: bool = False


Results = dict[str, dict[str, Result]]  # by set and method


def results(every: Iterable[Asked], peers: Iterable[str] = OUTSIDE, *, limit: float = 3600) -> Results:
    """Score every method on every set."""
    every = list(every)
    coded = [tuples(asked.votes, asked.gold) for asked in every]
    found: Results = {}
    for asked, votes, said in zip(every, coded, answers(coded, peers, limit), strict=True):
        found[asked.name] = {name: ours(make, asked) for name, make in BASELINES.items()}
        found[asked.name] |= {name: scored(published(name, votes), votes, asked) for name in PUBLISHED}
        found[asked.name] |= {name: scored(answer, votes, asked) for name, answer in said.items()}
    return found


def answers(coded: list[Tuples], peers: Iterable[str], limit: float) -> Iterator[dict[str, Answer]]:
    """What the peers of the other environment say; nothing is started where none is asked."""
    peers = list(peers)
    return outside(coded, peers, limit=limit) if peers else iter([{} for _ in coded])


def ours(make: Callable[[Mapping[str, str]], Any], asked: Asked) -> Result:
    model, started = make(asked.kinds), time.process_time()
    model.fit(asked.votes, asked.gold) if isinstance(model, LabelModel) else model.fit(asked.votes)
    seconds = time.process_time() - started
    right = compared(model.items_, model.outcomes_, model.proba_, asked.truth)
    return Result(right.score(seconds), right)


def published(name: str, votes: Tuples) -> Answer:
    started = time.process_time()
    return Answer(PUBLISHED[name](votes), time.process_time() - started)


def scored(answer: Answer, votes: Tuples, asked: Asked) -> Result:
    if answer.proba is None:
        return Result(None, None, answer.error)
    right = compared(votes.items, votes.outcomes, answer.proba, asked.truth)
    return Result(right.score(answer.seconds), right, hard=answer.hard)
