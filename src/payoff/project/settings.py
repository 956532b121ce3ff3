"""payoff.toml: what a person writes and reads; comments survive every change the tool makes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import tomlkit

from payoff.errors import BadKnown, BrokenToml, NoProject, UnknownKey
from payoff.items import Roles
from payoff.objective import Objective
from payoff.sources import Source

Record = TypeVar("Record")
NAME = "payoff.toml"
KNOWN = ("all", "at random", "selected")


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

    def roles(self, source_columns: tuple[str, ...] = ()) -> Roles:
        """The roles of the columns, those that sources vote with included."""
        return Roles(
            id=self.id,
            outcome=self.outcome,
            today=self.today,
            proba=self.proba,
            time=self.time,
            group=self.group,
            weight=self.weight,
            known_after=tuple(self.known_after),
            source_columns=source_columns,
        )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """payoff.toml as read: items, the raw objective tables, sources."""

    items: ItemSettings
    objective: Mapping[str, Any]
    sources: tuple[Source, ...] = ()
    stated: frozenset[str] = field(default_factory=frozenset)

    def made_objective(self) -> Objective:
        """The objective, checked: a cell that is open or missing is refused by name."""
        return Objective.from_dict(dict(self.objective))

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Columns that sources vote with: they are inputs as votes, never as raw features."""
        return tuple(source.column for source in self.sources if source.column)


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
    known = {"unit", "items", "objective", "limit", "source"}
    for key in set(raw) - known:
        raise UnknownKey(key, "payoff.toml", known)
    items = _record(ItemSettings, raw.get("items", {}), "[items]", needs=("table",))
    sources = tuple(
        _record(Source, _source(table), "[[source]]", needs=("name", "kind")) for table in raw.get("source", [])
    )
    objective = {key: raw[key] for key in ("unit", "objective", "limit") if key in raw}
    return Settings(items=items, objective=objective, sources=sources, stated=frozenset(raw.get("items", {})))


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
    passing = path.with_name(path.name + ".new")
    passing.write_text(text, encoding="utf-8")
    passing.replace(path)
