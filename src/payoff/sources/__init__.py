"""Who votes: the six kinds of source and what each is."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from payoff.errors import SourceError, UnknownKind, listed
from payoff.sources.rules import Rule

__all__ = ["ALWAYS_ON", "KINDS", "ON_REQUEST", "Source"]

KINDS: dict[str, str] = {
    "rule": "Functions somebody wrote; they see every item, so staying silent is evidence.",
    "system": "What is in use today; it sees every item, so staying silent is evidence.",
    "proxy": "Something measured anyway that often goes with the outcome; it sees every item.",
    "model": "The probabilities of a model made into votes; it sees every item.",
    "crowd": "People who are given some items; silence on the others says nothing.",
    "expert": "People whose word is taken for the truth, unless they are seen to disagree.",
}
"""The six kinds of source, each in one sentence."""

ON_REQUEST = ("crowd", "expert")
"""The kinds that vote on what they are asked about."""

ALWAYS_ON = tuple(kind for kind in KINDS if kind not in ON_REQUEST)
"""The kinds that vote on every item, or stay silent."""


@dataclass(frozen=True)
class Source:
    """Who votes: a name, one of six kinds, the price of one vote, and for an always-on kind where its votes come from.

    Votes come from at most one of `module` (a file of rules), `column` (the voted outcome, null where it is silent) and
    `function` (item -> outcome or None); with none of them they are told. The price is in the unit of the objective.
    Raises `SourceError` on what cannot be, `UnknownKind` on an unknown kind.

    >>> Source("experts", kind="expert", price=0.60).on_request
    True
    >>> Source("blocklist", kind="system", column="old").always_on
    True
    """

    name: str
    kind: str
    price: float = 0.0
    module: str | None = None
    column: str | None = None
    function: Rule | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.kind not in KINDS:
            raise UnknownKind(self.name, self.kind, list(KINDS))
        _check_price(self)
        _check_origin(self)

    @property
    def always_on(self) -> bool:
        """Whether it sees every item, so that its silence is evidence.

        >>> Source("rules", kind="rule", module="rules.py").always_on
        True
        """
        return self.kind in ALWAYS_ON

    @property
    def on_request(self) -> bool:
        """Whether it votes on what it is asked about.

        >>> Source("workers", kind="crowd", price=0.05).on_request
        True
        """
        return self.kind in ON_REQUEST


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.strip():
        raise SourceError(f"a source with the name {name!r}", "a name to call it by", "Give it one, such as 'experts'.")


def _check_price(source: Source) -> None:
    price: object = source.price
    is_number = isinstance(price, int | float) and not isinstance(price, bool)
    if not is_number or not isfinite(source.price) or source.price < 0:
        raise SourceError(
            f"the source {source.name!r} has the price {price!r}",
            "what one of its votes costs, in the unit of the objective: a number, 0 or more",
            "Give the price of one vote; 0 if it is free.",
        )


def _check_origin(source: Source) -> None:
    origins = {"module": source.module, "column": source.column, "function": source.function}
    given = [name for name, value in origins.items() if value is not None]
    if source.on_request and given:
        raise SourceError(
            f"the source {source.name!r} of kind {source.kind!r} has a {given[0]}",
            f"a {given[0]} only where the kind is always on: {listed(ALWAYS_ON)}",
            f"Change its kind, or leave out the {given[0]} and tell its votes.",
        )
    if len(given) > 1:
        raise SourceError(
            f"the source {source.name!r} has {listed(given)}",
            "votes from one place only",
            "Make a source of each.",
        )
