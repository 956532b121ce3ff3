"""Sets of votes made from real items with a truth: rules people could have written, crowds, models, and mixes of them.

Eight crowds and two sets of rules are few sets to choose constants on. Here the items, their outcomes and what is known
of them are real, and so is which items are hard and what they are mistaken for; who votes on them is drawn. Same seed,
same worlds.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from aggregating import crowds, machines, rules
from aggregating.cast import Cast
from aggregating.pools import Pool, pool

Rng = np.random.Generator


@dataclass(frozen=True)
class World:
    """Votes (item, source, voter, label), what kind each source is, and the truth (item, label)."""

    family: str
    name: str
    votes: pl.DataFrame
    kinds: dict[str, str]
    truth: pl.DataFrame
    seed: int = 0

    @property
    def title(self) -> str:
        return f"{self.family}, {self.name}, {self.seed}"

    @property
    def items(self) -> str:
        """The set its items are from."""
        return self.name.split(", ")[0]


@dataclass(frozen=True)
class Plan:
    """One named world: on which items, and who votes."""

    family: str
    set: str
    shape: str
    make: Callable[[Pool, Rng], list[Cast]]


def worlds(family: str | None = None, seed: int = 0, only: str | None = None) -> Iterator[World]:
    """The worlds of a family (rules, crowd, models, mix; None: all) whose name holds `only`, in a fixed order."""
    for plan in plans():
        name = f"{plan.set}, {plan.shape}"
        if family in (None, plan.family) and (only is None or only in name):
            items = pool(plan.set)
            if items is not None:
                yield world(plan, name, items, seed)


def world(plan: Plan, name: str, items: Pool, seed: int) -> World:
    rng = np.random.default_rng([seed, zlib.crc32(f"{plan.family}, {name}".encode())])
    casts = plan.make(items, rng)
    names = np.array(items.names)
    rows = [
        pl.DataFrame(
            {
                "item": cast.item,
                "source": [cast.source] * len(cast.item),
                "voter": [f"{cast.source[0]}{v:03d}" for v in cast.voter],
                "label": names[cast.label],
            }
        )
        for cast in casts
    ]
    votes = pl.concat(rows).unique(["item", "source", "voter"], keep="first", maintain_order=True)
    truth = pl.DataFrame({"item": np.arange(items.size), "label": names[items.outcome]})
    return World(plan.family, name, votes, {cast.source: cast.kind for cast in casts}, truth, seed)


def plans() -> Iterator[Plan]:
    """Every world there is."""
    for number, name in enumerate(RULED):
        for shape in (number % len(RULE_SHAPES), (number + 3) % len(RULE_SHAPES), (number + 5) % len(RULE_SHAPES)):
            yield Plan("rules", name, list(RULE_SHAPES)[shape], RULE_SHAPES[list(RULE_SHAPES)[shape]])
    for number, name in enumerate(CROWDED):
        for shape in (number % len(CROWD_SHAPES), (number + 2) % len(CROWD_SHAPES), (number + 5) % len(CROWD_SHAPES)):
            yield Plan("crowd", name, list(CROWD_SHAPES)[shape], CROWD_SHAPES[list(CROWD_SHAPES)[shape]])
    for number, name in enumerate(MODELLED):
        for shape in (number % len(MODEL_SHAPES), (number + 2) % len(MODEL_SHAPES)):
            yield Plan("models", name, list(MODEL_SHAPES)[shape], MODEL_SHAPES[list(MODEL_SHAPES)[shape]])
    for number, name in enumerate(MIXED):
        for shape in (number % len(MIX_SHAPES), (number + 2) % len(MIX_SHAPES), (number + 3) % len(MIX_SHAPES)):
            yield Plan("mix", name, list(MIX_SHAPES)[shape], MIX_SHAPES[list(MIX_SHAPES)[shape]])


RULED = (
    "youtube-spam",
    "hausa-news",
    "product-matching",
    "german_credit",
    "bank_marketing",
    "telco_churn",
    "tayko_catalog",
    "charles_book_club",
    "recidivism",
    "music-genre",
    "phishing",
    "digits",
    "breast_cancer",
    "wine",
)
CROWDED = (
    "hausa-news",
    "youtube-spam",
    "digits",
    "telco_churn",
    "product-matching",
    "music-genre",
    "phishing",
    "bank_marketing",
    "breast_cancer",
    "german_credit",
)
MODELLED = (
    "youtube-spam",
    "hausa-news",
    "telco_churn",
    "phishing",
    "product-matching",
    "digits",
    "german_credit",
    "tayko_catalog",
)
MIXED = (
    "youtube-spam",
    "hausa-news",
    "telco_churn",
    "product-matching",
    "phishing",
    "german_credit",
    "digits",
    "bank_marketing",
    "tayko_catalog",
)

RULE_SHAPES: dict[str, Callable[[Pool, Rng], list[Cast]]] = {
    "10 rules": lambda p, g: [rules.written(p, g, 10)],
    "5 rules": lambda p, g: [rules.written(p, g, 5, seen=200)],
    "20 rules": lambda p, g: [rules.written(p, g, 20, alike=0.3)],
    "40 rules, alike": lambda p, g: [rules.written(p, g, 40, alike=0.6)],
    "12 rules, default": lambda p, g: [rules.written(p, g, 12, default=True)],
    "15 rules, rash": lambda p, g: [rules.written(p, g, 15, seen=30, wild=0.3, demand=0.0)],
    "10 rules, two-sided": lambda p, g: [rules.written(p, g, 10, two_sided=0.5)],
    "25 rules, careful": lambda p, g: [rules.written(p, g, 25, seen=400, wild=0.0, alike=0.2)],
}
CROWD_SHAPES: dict[str, Callable[[Pool, Rng], list[Cast]]] = {
    "5 votes an item": lambda p, g: [crowds.people(p, g, each=5, voters=40, skill=1.4)],
    "3 votes, many workers": lambda p, g: [crowds.people(p, g, each=3, voters=300)],
    "8 votes, hard items shared": lambda p, g: [crowds.people(p, g, each=8, voters=60, shared=1.2)],
    "5 votes, spammers": lambda p, g: [crowds.people(p, g, each=5, voters=60, spam=0.35)],
    "6 votes, copiers": lambda p, g: [crowds.people(p, g, each=6, voters=40, skill=1.3, copiers=0.4)],
    "20 votes, hard items shared": lambda p, g: [crowds.people(p, g, each=20, voters=60, shared=1.2, skill=0.6)],
    "4 votes, biased": lambda p, g: [crowds.people(p, g, each=4, voters=50, bias=1.2)],
    "all vote on all": lambda p, g: [crowds.people(p, g, each=12, voters=12, shared=0.7)],
}
MODEL_SHAPES: dict[str, Callable[[Pool, Rng], list[Cast]]] = {
    "five models": lambda p, g: machines.classifiers(p, g, 5),
    "near-copies": lambda p, g: [*machines.classifiers(p, g, 3), *machines.twins(p, g, 3)],
    "sure and wrong on a slice": lambda p, g: [*machines.classifiers(p, g, 2), *machines.language_models(p, g, 2)],
    "slice against rules": lambda p, g: [rules.written(p, g, 10), *machines.language_models(p, g, 2)],
}
MIX_SHAPES: dict[str, Callable[[Pool, Rng], list[Cast]]] = {
    "system, crowd, experts": lambda p, g: [
        machines.system(p, g),
        crowds.people(p, g, each=4, voters=50, shared=0.7),
        crowds.experts(p, g, share=0.05),
    ],
    "rules, crowd": lambda p, g: [rules.written(p, g, 12), crowds.people(p, g, each=3, voters=40, covers=0.4)],
    "rules, system, experts": lambda p, g: [
        rules.written(p, g, 12),
        machines.system(p, g),
        crowds.experts(p, g, share=0.05),
    ],
    "system, two crowds": lambda p, g: [
        machines.system(p, g),
        crowds.people(p, g, each=3, voters=80, skill=0.3, shared=0.7),
        crowds.people(p, g, each=1, voters=8, skill=2.2, source="paid", covers=0.5),
    ],
    "model, rules, crowd, experts": lambda p, g: [
        *machines.language_models(p, g, 1),
        rules.written(p, g, 10),
        crowds.people(p, g, each=3, voters=40, shared=0.7, covers=0.6),
        crowds.experts(p, g, share=0.03),
    ],
}
