"""What one source said: the votes it cast, as numbers."""

from __future__ import annotations

from typing import NamedTuple

from aggregating.pools import Ints


class Cast(NamedTuple):
    """Votes of one source, (votes,) each: row of the item, number of the voter, number of the outcome."""

    source: str
    kind: str
    item: Ints
    voter: Ints
    label: Ints
