"""The tables of payoff.toml that are the objective's, read with every key checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from payoff.decide import Limit
from payoff.errors import ObjectiveError, listed, meant
from payoff.written.terms import TERMS

# The tables of payoff.toml that are the objective's. Others belong to the project and are passed over.
OURS = ("unit", "objective", "limit")


def read_tables(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `Objective` from the tables of payoff.toml.

    Raises ObjectiveError for an unknown key in [objective] or [[limit]] and for a top key that looks like a misspelt
    one of ours.

    >>> read_tables({"unit": "EUR", "objective": {"months": 12, "payoff": {}}, "items": {}})
    {'payoffs': {}, 'unit': 'EUR', 'months': 12}
    """
    for key in mapping:
        if key not in OURS and get_close_matches(str(key), OURS, n=1, cutoff=0.8):
            raise _unknown(key, "at the top of payoff.toml", OURS)
    objective = mapping.get("objective")
    if not isinstance(objective, Mapping) or not isinstance(objective.get("payoff"), Mapping):
        raise ObjectiveError(
            f"payoff.toml has no [objective.payoff.<decision>]; it has {listed(mapping) or 'nothing'}",
            "a table of payoffs for each decision",
            "Add [objective.payoff.keep] with a line like spam = -0.5 for every outcome, and so on for each decision.",
        )
    _check_keys(objective, "in [objective]", ("payoff", *TERMS))
    arguments: dict[str, Any] = {"payoffs": objective["payoff"]}
    if "unit" in mapping:
        arguments["unit"] = mapping["unit"]
    arguments |= {key: value for key, value in objective.items() if key != "payoff"}
    if mapping.get("limit"):
        arguments["limits"] = [_limit(table) for table in mapping["limit"]]
    return arguments


def _limit(table: Any) -> Limit:
    if isinstance(table, Limit):
        return table
    if not isinstance(table, Mapping) or "decision" not in table:
        raise ObjectiveError(
            f"a [[limit]] reads {table!r}", "a table that names its decision", "Write [[limit]] and decision = '...'."
        )
    _check_keys(table, "in [[limit]]", [field.name for field in fields(Limit) if field.init])
    return Limit(**table)


def _check_keys(table: Mapping[str, Any], place: str, known: Iterable[str]) -> None:
    known = list(known)
    for key in table:
        if key not in known:
            raise _unknown(key, place, known)


def _unknown(key: object, place: str, known: Iterable[str]) -> ObjectiveError:
    known = list(known)
    return ObjectiveError(
        f"the key {str(key)!r} {place} is not known",
        f"only {listed(known)}",
        f"Correct or remove it.{meant(key, known)}",
    )
