"""What decisions realised once outcomes came back, remembered so that the report can say it beside the promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from payoff.decide import Floats, Ints
from payoff.items import Items
from payoff.project.deciding import decide_on
from payoff.project.hindsight import outcomes_in
from payoff.project.results import finite
from payoff.project.standing import Standing
from payoff.project.usual import Pick, Priced, cut_of, ours, rows_of, usual_rows
from payoff.project.workplace import Workplace
from payoff.project.worth import worth_of
from payoff.report.record import UsualRow, Worth
from payoff.usual import plain_interval
from payoff.words import count


class Realised(NamedTuple):
    """Mean payoff an item realised by each policy, and on how many items that were new to the project.

    >>> Realised({"linear": 0.4}, 375).items
    375
    """

    worth: dict[str, float]
    items: int


def remember_realised(at: Workplace, table: Any, found: pl.DataFrame) -> None:
    """Record what policies realised (policy, realised, items) on a table with outcomes, and the picks of the usual
    metrics beside them; nothing where the project learnt or judged on these items.
    """
    items = at.ground.read(table)
    if not _new(at, items):
        return
    aside = _Aside(at, table, items)
    worth = dict(found.select("policy", "realised").rows())
    body = {"version": at.version, "worth": worth, "items": int(found["items"][0]), "usual": aside.usual()}
    last = at.store.last("realised")
    if last is None or any(last[key] != value for key, value in body.items()):
        at.store.add_record("realised", body)


def last_realised(at: Workplace) -> Realised | None:
    """What was realised on the last such table under the present objective; None where none was seen."""
    last = _last(at)
    return None if last is None else Realised(last["worth"], last["items"])


def usual_rows_known(at: Workplace) -> tuple[UsualRow, ...]:
    """The picks of the usual metrics, priced on the last items kept aside where the same was picked then, else on the
    audit: what a pick decides on items nobody used is judged by all of them.
    """
    last, standing = _last(at), at.standing()
    kept = {each["metric"]: each for each in (last["usual"] if last else [])}
    return tuple(
        _row_of(then) if (then := kept.get(row.metric)) and _same(then, row, standing) else row
        for row in usual_rows(standing)
    )


def _last(at: Workplace) -> dict[str, Any] | None:
    kept = [record for record in at.store.records("realised") if record["version"] == at.version]
    return kept[-1] if kept else None


@dataclass(frozen=True)
class _Aside:
    """Items kept aside whose outcome is known, and what the picks of the usual metrics earn there."""

    at: Workplace
    table: Any
    items: Items

    @cached_property
    def outcomes(self) -> pl.Series:
        """The outcome of each item, null where it is not known."""
        found = outcomes_in(self.at, self.items)
        assert found is not None  # remembered only where there are outcomes
        return found

    def usual(self) -> list[dict[str, Any]]:
        """The picks of the usual metrics priced here, as the store keeps them."""
        standing = self.at.standing()
        return [{**_body_of(row), "ours": ours(standing).name} for row in rows_of(standing, self._price)]

    def _price(self, pick: Pick) -> Priced:
        decisions = self._decided(pick)
        choice = self._decided(Pick(ours(self.at.standing()).name, False))
        gain = plain_interval(self._worth(choice) - self._worth(decisions))
        judged = f"on the {count(len(decisions), 'item')} kept aside"
        return Priced(decisions, worth_of(gain, self.at.ground.objective), judged)

    def _decided(self, pick: Pick) -> Ints:
        """What a pick decides on the items with a known outcome."""
        standing, objective = self.at.standing(), self.at.ground.objective
        table = decide_on(standing, standing.rung(pick.name), True, self.table, self.at.votes).table
        table = table.filter(self.outcomes.is_not_null())
        if pick.cut:
            return cut_of(standing, table.select(objective.outcomes).to_numpy())
        return np.array([objective.decisions.index(name) for name in table["decision"]], dtype=np.int64)

    def _worth(self, decisions: Ints) -> Floats:
        names = np.array(self.at.ground.objective.decisions)[decisions]
        known = self.outcomes.is_not_null()
        return self.at.ground.objective.value(names, self.outcomes.filter(known), self.items.table.filter(known))


def _same(then: Mapping[str, Any], row: UsualRow, standing: Standing) -> bool:
    """Whether the metric picked the same then, and the same rung decided."""
    return (then["name"], then["cut"], then["ours"]) == (row.name, row.cut, ours(standing).name)


def _body_of(row: UsualRow) -> dict[str, Any]:
    return {name: _kept(value) for name, value in asdict(row).items()}


def _kept(value: Any) -> Any:
    """A value as the store keeps it: an end that is not known is None."""
    return {name: _kept(each) for name, each in value.items()} if isinstance(value, dict) else finite(value)


def _row_of(body: dict[str, Any]) -> UsualRow:
    figures = {name: None if body[name] is None else Worth.from_dict(body[name]) for name in ("costs", "by_payoffs")}
    return UsualRow(**{**{key: value for key, value in body.items() if key != "ours"}, **figures})


def _new(at: Workplace, items: Items) -> bool:
    """Whether none of these items is the project's own; without an id, whether the table is another one."""
    if at.ground.items.roles.id is not None:
        return not items.ids.is_in(at.ground.items.ids.implode()).any()
    features = list(at.ground.items.features)
    return not at.ground.columns_of(items).equals(at.ground.items.table.select(features))
