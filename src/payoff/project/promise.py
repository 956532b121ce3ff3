"""What was promised, held against what comes: whether new items are like those of the audit, and what they brought."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl

from payoff.decide import Floats, Ints
from payoff.errors import PayoffError
from payoff.items import Items
from payoff.judge import Estimate
from payoff.judge.moved import FEWEST, moved
from payoff.policies import Rung
from payoff.project.alike import in_words, inputs_moved, plain_sample
from payoff.project.deciding import Decided
from payoff.project.ground import Ground
from payoff.project.hindsight import outcomes_in
from payoff.project.results import finite
from payoff.project.revealing import CHANCE
from payoff.project.rows import promised
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.words import count, number

MOST_NAMED = 3
WIDER = 2.576 / 1.960  # from a 95% interval to a 99% one: an alarm is to be false for one table in a hundred


@dataclass(frozen=True, kw_only=True)
class Check:
    """One table decided on, held against the audit part the promise rests on.

    `items` were compared (0: too few to tell), `moved` says which inputs moved, in words; `known` outcomes there were,
    all of them or not (`whole`); `base` says how their shares moved. `promised` and `realised` are per item; `expected`
    is what the policy's own probabilities foretell there, `foretold` what they foretold on the audit part.
    """

    table: str
    mark: str
    version: int
    rung: str
    since: str
    items: int = 0
    moved: tuple[str, ...] = ()
    known: int = 0
    whole: bool = False
    base: str = ""
    promised: tuple[float, float, float] | None = None
    realised: float | None = None
    expected: float | None = None
    foretold: float | None = None
    unit: str = "points"
    time: bool = False

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """A check as the store kept it."""
        values = {name: record[name] for name in cls.__dataclass_fields__ if name in record}
        values["moved"] = tuple(values.get("moved", ()))
        values["promised"] = tuple(values["promised"]) if values.get("promised") else None
        return cls(**values)

    @property
    def held(self) -> bool | None:
        """Whether what was realised lies in what was promised; None while either is not known."""
        if self.promised is None or self.realised is None or not self.whole:
            return None
        return self.promised[1] <= self.realised <= self.promised[2]

    @property
    def broken(self) -> bool:
        """Whether what was realised lies so far out that luck does it to one table in a hundred."""
        if self.held is not False or self.known < FEWEST or self.promised is None or self.realised is None:
            return False
        mean, low, high = self.promised
        return not mean - WIDER * (mean - low) <= self.realised <= mean + WIDER * (high - mean)

    @property
    def void(self) -> bool:
        """Whether the promise does not hold for such items: inputs or outcomes moved, or it was broken."""
        return bool(self.moved or self.base) or self.broken

    @property
    def seen(self) -> str:
        """What shows that the promise is void, in words."""
        return "; ".join([*self._inputs(), *([self.base] if self.base else []), *self._broken()])

    @property
    def said(self) -> str:
        """The promise is void, why, and what to do."""
        promised = self.promised is not None and self.promised[1] < self.promised[2]
        what = "the promise made" if promised else "what was judged"
        return f"{what} on {self.since} is void for such items: {self.seen}. Do: {self.step}"

    @property
    def step(self) -> str:
        """What makes a promise that holds for such items."""
        time = "" if self.time else " and its time column named, so that the latest judge"
        return f"audit anew, in a new project with items like these in it{time}"

    def _inputs(self) -> list[str]:
        if not self.moved:
            return []
        more = len(self.moved) - MOST_NAMED
        rest = f" and {more} more" if more > 0 else ""
        return [f"inputs moved ({'; '.join(self.moved[:MOST_NAMED])}{rest})"]

    def _broken(self) -> list[str]:
        if not self.broken or self.promised is None or self.realised is None:
            return []
        came = f"'{self.rung}' realised {number(self.realised, signed=True)} {self.unit} an item"
        ends = " to ".join(number(end) for end in self.promised[1:])
        return [f"{came} on {count(self.known, 'item')}, promised were {ends}"]


def hold_to_promise(at: Workplace, standing: Standing, decided: Decided, table: Any) -> None:
    """Compare the items of a table just decided on with those the promise rests on; remember it, and warn if void."""
    check = check_of(at, standing, decided, table)
    if not check.items and not check.known:
        return
    last = checks_of(at)
    if not last or last[-1] != check:
        at.store.add_record("check", {name: finite(value) for name, value in asdict(check).items()})
    if check.void:
        warnings.warn(check.said, stacklevel=4)


def checks_of(at: Workplace) -> list[Check]:
    """Every table checked under the present version of the objective, oldest first."""
    return [Check.from_dict(each) for each in at.store.records("check") if each["version"] == at.version]


def void_promise(at: Workplace, rung: str) -> Check | None:
    """The check by which the promise of a rung is void now.

    A later table of at least as many items that held lifts it: one table in a hundred looks moved by chance. Inputs
    that moved have moved under every version of the objective; what was promised and realised counts under its own.
    """
    found: Check | None = None
    for each in at.store.records("check"):
        check = Check.from_dict(each)
        check = check if check.version == at.version else replace(check, promised=None, realised=None)
        of_inputs = bool(check.moved or check.base)
        if check.void and (of_inputs or check.rung == rung):
            found = check
        elif found is not None and not check.void and _size(check) >= _size(found):
            found = None
    return found


def promise_for(at: Workplace, items: int, rung: Rung) -> Estimate | None:
    """What a rung promises for so many items, an item; None before there is an audit, and where the promise is void."""
    if void_promise(at, rung.name) is not None:
        return None
    found = promised(at.standing(), rung, items)
    if found is None or found.low is None or found.high is None:
        return None
    return Estimate(found.mean, found.low, found.high, at.ground.objective.unit)


def _size(check: Check) -> int:
    return max(check.items, check.known)


def check_of(at: Workplace, standing: Standing, decided: Decided, table: Any) -> Check:
    """The items just decided on, those the project does not have, beside its audit part."""
    ground, new = at.ground, _new_rows(at.ground, decided.items)
    there = plain_sample(ground, decided.items, new)
    here = plain_sample(ground, ground.items, ground.sealed)
    shifts, foretold = inputs_moved(standing, decided, here, there)
    came = _came(at, decided, new)
    expected = decided.table["expected"].to_numpy()[new]
    return Check(
        table=f"'{Path(table).name}'" if isinstance(table, str | Path) else f"a table of {len(decided.items):,} items",
        mark=hashlib.blake2b("\n".join(decided.items.ids.to_list()).encode(), digest_size=8).hexdigest(),
        version=at.version,
        rung=decided.rung.name,
        since=_since(at, standing),
        items=len(there) if min(len(there), len(here)) >= FEWEST else 0,
        moved=shifts,
        known=0 if came is None else came.known,
        whole=came is not None and came.whole,
        base=_base(ground, came, here, there),
        promised=_promise(standing, decided.rung, len(new) if came is None else came.size),
        realised=None if came is None else came.mean,
        expected=float(expected.mean()) if len(expected) else None,
        foretold=foretold,
        unit=standing.unit,
        time=ground.items.roles.time is not None,
    )


def _since(at: Workplace, standing: Standing) -> str:
    """The day the promise was made: that of the proof, else of the split into parts."""
    parts = at.store.last("parts")
    return standing.proof.on if standing.proof is not None else str((parts or {"at": ""})["at"])[:10]


def _new_rows(ground: Ground, items: Items) -> Ints:
    """Rows of items that the project does not have; without an id, of a table that is not the project's own."""
    if ground.items.roles.id is not None:
        return np.flatnonzero(~items.ids.is_in(ground.items.ids.implode()).to_numpy())
    own = ground.columns_of(items).equals(ground.columns_of(ground.items))
    return np.arange(0 if own else len(items))


@dataclass(frozen=True)
class Came:
    """What came of the items decided on: `outcomes` (null where not known), the mean payoff of those known, how many
    plain items say as much as they do (`size`), and whether they stand for all (`whole`).
    """

    outcomes: pl.Series
    known: int
    size: int
    mean: float
    whole: bool


def _came(at: Workplace, decided: Decided, new: Ints) -> Came | None:
    """What is known of the outcomes of new items; None where nothing is, or their payoffs cannot be told yet.

    Where only some are known, as those that the decision reveals, they stand for all if the table says in a column
    `probability` how probable it was that each became known: each then counts for 1 / probability items (Horvitz &
    Thompson 1952).
    """
    outcomes = outcomes_in(at, decided.items)
    if outcomes is None:
        return None
    rows = new[outcomes.is_not_null().to_numpy()[new]]
    table, chosen = decided.items.table[rows], decided.table["decision"].to_numpy()[rows]
    try:
        worth = at.ground.objective.value(chosen, outcomes[rows], table, missing="nan")
    except PayoffError:
        return None  # the columns known only afterwards are not there yet
    seen = np.isfinite(worth)
    weights = _stands_for(table)
    share = np.ones(len(rows)) if weights is None else weights
    if not seen.any():
        return None
    share, worth = share[seen], worth[seen]
    size = share.sum() ** 2 / (share**2).sum()
    whole = bool(seen.all()) and (len(rows) == len(new) or weights is not None)
    return Came(outcomes, int(seen.sum()), max(round(size), 1), float(share @ worth / share.sum()), whole)


def _stands_for(table: pl.DataFrame) -> Floats | None:
    """How many items each stands for, (n,); None without a column of probabilities."""
    if CHANCE not in table.columns or not table[CHANCE].dtype.is_numeric():
        return None
    chance = table[CHANCE].cast(pl.Float64).fill_null(0.0).to_numpy()
    return 1 / chance if ((chance > 0) & (chance <= 1)).all() else None


def _promise(standing: Standing, rung: Rung, items: int) -> tuple[float, float, float] | None:
    """Mean and ends of what was promised for so many items; None before there is an audit."""
    found = promised(standing, rung, max(items, 1))
    return None if found is None or found.low is None or found.high is None else (found.mean, found.low, found.high)


def _base(ground: Ground, came: Came | None, here: Ints, there: Ints) -> str:
    """How the shares of outcomes moved since the audit part; nothing where they did not, or where they cannot say."""
    if came is None or not came.whole or not ground.judged_by_census or came.outcomes[there].null_count():
        return ""
    answered = here[ground.census[here].any(axis=1)]
    before = np.array(ground.objective.outcomes)[ground.census[answered].argmax(axis=1)]
    now = came.outcomes[there].to_numpy().astype(str)
    if not moved({"outcomes": before}, {"outcomes": now}):
        return ""
    before, now = (np.array([ground.named(name) for name in names]) for names in (before, now))
    return in_words("outcomes moved:", before, now, quoted=ground.named(before[0]) in ground.objective.outcomes)
