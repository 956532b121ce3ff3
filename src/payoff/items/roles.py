"""What each column is for: roles given or inferred, checked, and the items they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.errors import NoSuchColumn, TableError, listed
from payoff.items.checks import check_roles, parsed_time
from payoff.items.kinds import text_of, why_no_feature


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The column that plays each role; None where no column does.

    `known_after` are the columns known only after the decision, `source_columns` those that hold a source's votes.

    >>> Roles(id="item", outcome="y", known_after=("cost",)).named()
    {'id': ['item'], 'outcome': ['y'], 'known_after': ['cost']}
    """

    id: str | None = None
    outcome: str | None = None
    today: str | None = None
    proba: str | None = None
    time: str | None = None
    group: str | None = None
    weight: str | None = None
    known_after: tuple[str, ...] = ()
    source_columns: tuple[str, ...] = ()

    def named(self) -> dict[str, list[str]]:
        """The columns of each role that is played, in the order of the fields.

        >>> Roles(id="item").named()
        {'id': ['item']}
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        columns = {role: [value] if isinstance(value, str) else list(value or ()) for role, value in values.items()}
        return {role: names for role, names in columns.items() if names}

    @property
    def columns(self) -> set[str]:
        """Every column that plays a role, and so is no feature.

        >>> sorted(Roles(id="item", outcome="y").columns)
        ['item', 'y']
        """
        return {name for names in self.named().values() for name in names}


@dataclass(frozen=True, eq=False)
class Items:
    """The items to decide on: their table, the role of its columns and which are features.

    `features` are the raw columns a model may use: no role, neither all missing nor constant, no identifier;
    `notes` say in a sentence each what was left out. Made by `items_from` and `new_items`.

    >>> table = pl.DataFrame({"item": [7, 8, 9], "words": [3, 5, 4], "y": ["spam", None, "ham"]})
    >>> items = items_from(table, Roles(id="item", outcome="y"))
    >>> len(items), items.features, items.ids.to_list(), items.outcomes.to_list()
    (3, ['words'], ['7', '8', '9'], ['spam', None, 'ham'])
    """

    table: pl.DataFrame
    roles: Roles
    features: list[str]
    notes: list[str]

    def __len__(self) -> int:
        return self.table.height

    @cached_property
    def ids(self) -> pl.Series:
        """(n,) unique names of the items; row numbers from "1" where no column is the id."""
        return text_of(self.id_values)

    @cached_property
    def id_values(self) -> pl.Series:
        """(n,) the ids as the table holds them, named `item`."""
        if self.roles.id is None:
            return pl.int_range(1, len(self) + 1, eager=True).alias("item")
        return self.table[self.roles.id].alias("item")

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """(n,) positions of the items in an order that no order of rows or columns changes: what is drawn of items is
        drawn in it.

        By id; without one by all that a row holds, so that the same rows in another order are the same items.
        """
        if self.roles.id is not None:
            return np.argsort(self.ids.to_numpy().astype(str), kind="stable")
        held = pl.DataFrame([text_of(self.table[name]).alias(name) for name in sorted(self.table.columns)])
        order = held.select(pl.arg_sort_by(held.columns, nulls_last=True, maintain_order=True)).to_series()
        return order.cast(pl.Int64).to_numpy()

    @cached_property
    def outcomes(self) -> pl.Series | None:
        """(n,) names of the known outcomes, null where unknown; None where no column is the outcome."""
        if self.roles.outcome is None:
            return None
        names = text_of(self.table[self.roles.outcome])
        return names.to_frame("outcome").select(pl.col("outcome").replace("", None))["outcome"]

    @cached_property
    def raw(self) -> pl.DataFrame:
        """(n, features) the columns a model may use, as the table holds them; zero columns where there are none."""
        return self.table.select(self.features)

    def columns_at_decision(self) -> list[str]:
        """Every column but the outcome and those known only afterwards: what a payoff may use when deciding.

        >>> items_from(pl.DataFrame({"a": [1, 2], "cost": [3, 4]}), Roles(known_after=("cost",))).columns_at_decision()
        ['a']
        """
        later = {self.roles.outcome, *self.roles.known_after}
        return [name for name in self.table.columns if name not in later]


def items_from(table: pl.DataFrame, roles: Roles) -> Items:
    """A table and its roles as items, or an error that names the column that cannot play its role.

    Refused: no rows, a role column that is not there or has no value, missing or repeated ids, one outcome only, a
    weight that is not a positive number, a probability outside 0 to 1, a time that cannot be read as one.

    >>> items_from(pl.DataFrame({"item": [7, 7]}), Roles(id="item"))
    Traceback (most recent call last):
    payoff.errors.UnusableColumn: the column 'item' (id) holds '7' 2 times (1 id is repeated)
      expected: a different id in every row
      next: Drop the repeated rows or name another id column.
    """
    if table.is_empty():
        found = f"the table has no rows, and the columns {listed(table.columns) or 'none'}"
        raise TableError(found, "at least one item", "Check the export.")
    check_roles(table, roles.named())
    if roles.time is not None:
        table = table.with_columns(parsed_time(table[roles.time]))
    features, notes = [], []
    for name in (name for name in table.columns if name not in roles.columns):
        reason = why_no_feature(table[name])
        if reason is None:
            features.append(name)
        else:
            notes.append(f'features: "{name}" is left out ({reason})')
    return Items(table, roles, features, notes)


def new_items(table: pl.DataFrame, known: Items) -> Items:
    """A table of new items, perhaps none, with the roles and features of the known ones.

    Columns known only afterwards may be absent, and so may all but the id; an absent feature is missing
    everywhere, and the notes name it.

    >>> table = pl.DataFrame({"item": [1, 2], "words": [3, 5], "y": ["a", "b"]})
    >>> known = items_from(table, Roles(id="item", outcome="y"))
    >>> later = new_items(pl.DataFrame({"item": [3]}), known)
    >>> later.features, later.roles.outcome, later.notes
    (['words'], None, ['features: "words" is absent and counts as missing'])
    """
    here = set(table.columns)
    if known.roles.id is not None and known.roles.id not in here:
        raise NoSuchColumn(known.roles.id, columns=table.columns, role="id")
    played = {role: [name for name in names if name in here] for role, names in known.roles.named().items()}
    tuples = {role: tuple(played.get(role, ())) for role in ("known_after", "source_columns")}
    single = {role: (names[0] if names else None) for role, names in played.items() if role not in tuples}
    roles = replace(known.roles, **single, **tuples)  # type: ignore[arg-type]
    check_roles(table, {"id": [roles.id]} if roles.id else {})
    absent = [name for name in known.features if name not in here]
    nulls = [pl.lit(None, dtype=known.table.schema[name]).alias(name) for name in absent]
    notes = [f'features: "{name}" is absent and counts as missing' for name in absent]
    return Items(table.with_columns(nulls), roles, list(known.features), notes)


def infer_roles(
    table: pl.DataFrame,
    *,
    id: str | None = None,
    outcome: str | None = None,
    today: str | None = None,
    proba: str | None = None,
    time: str | None = None,
    group: str | None = None,
    weight: str | None = None,
    known_after: Iterable[str] | str = (),
    source_columns: Iterable[str] | str = (),
) -> tuple[Roles, list[str]]:
    """The roles given, with the id and the time inferred where they are plain, and a note on each in a sentence.

    The id is a column called id, item or something_id whose values are unique and never missing, else the row
    number. The time is the only column of dates, if none is missing. Nothing else is guessed.

    >>> roles, notes = infer_roles(pl.DataFrame({"item": [7, 8], "y": ["spam", "ham"]}), outcome="y")
    >>> roles.id, notes
    ('item', ['id: the column "item" (unique, no missing values)', 'outcome: the column "y" (given)'])
    """
    roles = Roles(
        id=id, outcome=outcome, today=today, proba=proba, time=time, group=group, weight=weight,
        known_after=_names(known_after), source_columns=_names(source_columns),
    )  # fmt: skip
    given = {role: f"{role}: {_columns(names)} (given)" for role, names in roles.named().items()}
    notes = dict(given)
    if id is None:
        found, notes["id"] = _inferred_id(table, roles.columns)
        roles = replace(roles, id=found)
    if time is None:
        found, note = _inferred_time(table, roles.columns)
        roles = replace(roles, time=found)
        notes |= {"time": note} if note else {}
    return roles, [notes[field.name] for field in fields(roles) if field.name in notes]


def _names(names: Iterable[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _columns(names: list[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"the column {quoted}" if len(names) == 1 else f"the columns {quoted}"


def _inferred_id(table: pl.DataFrame, taken: set[str]) -> tuple[str | None, str]:
    named = [name for name in table.columns if name not in taken and _is_called_id(name)]
    named.sort(key=lambda name: (name.lower() != "item", name.lower() != "id"))
    flaws = []
    for name in named:
        values = text_of(table[name])
        if values.null_count() or (values == "").any():
            flaws.append(f'"{name}" has missing values')
        elif values.n_unique() < len(values):
            flaws.append(f'"{name}" repeats values')
        else:
            return name, f'id: the column "{name}" (unique, no missing values)'
    return None, "id: the row number (" + ("; ".join(flaws) or "no column is called id, item or something_id") + ")"


def _is_called_id(name: str) -> bool:
    return name.lower() in ("id", "item") or name.lower().endswith(("_id", " id", "-id")) or _camel_id(name)


def _camel_id(name: str) -> bool:
    return name.endswith(("ID", "Id")) and len(name) > 2 and name[-3].islower()


def _inferred_time(table: pl.DataFrame, taken: set[str]) -> tuple[str | None, str | None]:
    dates = [name for name, dtype in table.schema.items() if dtype == pl.Date or isinstance(dtype, pl.Datetime)]
    dates = [name for name in dates if name not in taken and table[name].null_count() < table.height]
    if len(dates) == 1 and table[dates[0]].null_count():
        # Items without a time would all be learnt from, and what is missing is seldom missing by chance.
        return None, f'time: none ("{dates[0]}" has {table[dates[0]].null_count():,} missing values: name it to use it)'
    if len(dates) == 1:
        return dates[0], f'time: the column "{dates[0]}" (the only column of dates)'
    if dates:
        return None, f"time: none ({_columns(dates)} hold dates: name one)"
    return None, None
