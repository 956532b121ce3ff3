"""payoff.toml: what a person writes and reads; comments survive every change the tool makes."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import tomlkit

from payoff.errors import BadKnown, BrokenToml, DecisionsDiffer, NoProject, NoProxyColumn, SourceExists, UnknownKey
from payoff.items import Roles
from payoff.objective import Objective
from payoff.sources import Source

Record = TypeVar("Record")
NAME = "payoff.toml"
KNOWN = ("all", "at random", "selected", "proxy")


@dataclass(frozen=True, kw_only=True)
class ItemSettings:
    """The [items] table: where the items are, what their columns are for, how they are split."""

    table: str
    id: str | None = None
    outcome: str | None = None
    known: str = "selected"
    today: str | None = None
    proba: str | None = None
    time: str | None = None
    group: str | None = None
    weight: str | None = None
    known_after: tuple[str, ...] = ()
    future: str | None = None
    audit: float = 1 / 3
    seed: int = 0

    def __post_init__(self) -> None:
        if self.known not in KNOWN:
            raise BadKnown(self.known, KNOWN)
        if self.known == "proxy" and self.outcome is None:
            raise NoProxyColumn(self.known)

    @property
    def proxy(self) -> str | None:
        """The column that stands for the outcome and is not it; None where the outcome is what it says, or unknown."""
        return self.outcome if self.known == "proxy" else None

    def roles(self, source_columns: tuple[str, ...] = ()) -> Roles:
        """The roles of the columns, those that sources vote with included.

        A proxy of the outcome is seen after the decision, as the outcome would be: no policy may read it.
        """
        later = self.known_after if self.proxy in (None, *self.known_after) else (*self.known_after, self.proxy)
        return Roles(
            id=self.id,
            outcome=None if self.proxy else self.outcome,
            today=self.today,
            proba=self.proba,
            time=self.time,
            group=self.group,
            weight=self.weight,
            known_after=tuple(name for name in later if name),
            source_columns=source_columns,
        )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """payoff.toml as read: items, the raw objective tables, sources, and the decisions as they were first named."""

    items: ItemSettings
    objective: Mapping[str, Any]
    decisions: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    stated: frozenset[str] = field(default_factory=frozenset)

    def made_objective(self) -> Objective:
        """The objective, checked: a cell that is open or missing is refused by name, and so is a misspelt decision."""
        self._check_decisions()
        return Objective.from_dict(dict(self.objective))

    def _check_decisions(self) -> None:
        """A misspelt decision would be a further one that nobody takes, and the one that was meant would be gone."""
        payoff = self.objective.get("objective", {}).get("payoff", {})
        if not self.decisions or not isinstance(payoff, Mapping):
            return
        for name in payoff:
            if name not in self.decisions:
                raise DecisionsDiffer(str(name), "the objective has payoffs for", known=self.decisions)
        for name in self.decisions:
            if name not in payoff:
                raise DecisionsDiffer(name, "the objective has no payoffs for", known=self.decisions)

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Columns that sources vote with: they are inputs as votes, never as raw features."""
        return tuple(source.column for source in self.sources if source.column)

    @property
    def voters(self) -> tuple[Source, ...]:
        """Who votes: the sources, and a proxy of the outcome under the name of its column."""
        proxy = self.items.proxy
        if proxy is None:
            return self.sources
        if proxy in {source.name for source in self.sources}:
            raise SourceExists(proxy, "it is the proxy of the outcome in [items]")
        return (*self.sources, Source(proxy, kind="proxy", column=proxy))


def read_settings(folder: Path) -> Settings:
    """Read payoff.toml of a folder.

    Raises `NoProject` where there is none, `BrokenToml` with the line where it cannot be parsed, `UnknownKey` for a
    misspelt key.
    """
    path = folder / NAME
    if not path.exists():
        raise NoProject(str(folder))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenToml(str(path), str(error)) from None
    return parse_settings(raw)


def parse_settings(raw: Mapping[str, Any]) -> Settings:
    """Settings of a parsed payoff.toml."""
    known = {"unit", "decisions", "items", "objective", "limit", "source"}
    for key in set(raw) - known:
        raise UnknownKey(key, "payoff.toml", known)
    items = _record(ItemSettings, raw.get("items", {}), "[items]", needs=("table",))
    sources = tuple(
        _record(Source, _source(table), "[[source]]", needs=("name", "kind")) for table in raw.get("source", [])
    )
    objective = {key: raw[key] for key in ("unit", "objective", "limit") if key in raw}
    decisions = tuple(str(name) for name in raw.get("decisions", ()))
    stated = frozenset(raw.get("items", {}))
    return Settings(items=items, objective=objective, decisions=decisions, sources=sources, stated=stated)


def _source(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != "function"}


def _record(kind: type[Record], table: Mapping[str, Any], where: str, needs: tuple[str, ...]) -> Record:
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    for key in set(table) - known:
        raise UnknownKey(key, where, known)
    for key in needs:
        if key not in table:
            raise UnknownKey("nothing", where, known, wanted=key)
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    if isinstance(values.get("known_after"), str):
        values["known_after"] = (values["known_after"],)
    return kind(**values)


def write_settings(folder: Path, items: ItemSettings, objective: Mapping[str, Any], *, header: str = "") -> None:
    """Write a new payoff.toml; what equals its default is left out."""
    document = tomlkit.document()
    for line in header.splitlines():
        document.add(tomlkit.comment(line))
    document["unit"] = objective.get("unit", "points")
    document["items"] = _items_table(items)
    document["objective"] = objective.get("objective", {})
    if objective.get("limit"):
        document["limit"] = objective["limit"]
    write_whole(folder / NAME, tomlkit.dumps(document))


def _items_table(items: ItemSettings) -> dict[str, Any]:
    table = {each.name: getattr(items, each.name) for each in fields(items)}
    kept = {"table", "id"}
    defaults = {each.name: each.default for each in fields(items)}
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in table.items()
        if value is not None and (key in kept or value != defaults[key])
    }


def add_source_table(folder: Path, source: Source) -> None:
    """Append a [[source]] to payoff.toml, leaving every other line as it is."""
    path = folder / NAME
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    table = tomlkit.table()
    table["name"], table["kind"] = source.name, source.kind
    if source.price:
        table["price"] = source.price
    for key in ("module", "column"):
        if getattr(source, key) is not None:
            table[key] = getattr(source, key)
    if source.function is not None:
        table["function"] = getattr(source.function, "__name__", "a function")
    sources = document.get("source") or tomlkit.aot()
    sources.append(table)
    document["source"] = sources
    write_whole(path, tomlkit.dumps(document))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new text, never half of it."""
    # A name of its own for each process: two that write at once must not write into one file.
    passing = path.with_name(f"{path.name}.{os.getpid()}.new")
    passing.write_text(text, encoding="utf-8")
    passing.replace(path)
