"""What a project remembers between commands: votes, requests, draws, looks, trials and advice, in words of the
store.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from payoff.advise import Advice
from payoff.judge import Estimate
from payoff.project.results import Trial, finite
from payoff.store import Store

# What an objective holds that changes no result: confirming an assumption must not cost the proof.
ONLY_ADVISE = ("assumed", "least_gain", "well_enough", "wait_per_month")


class Memory:
    """The store of one project, read once and kept up to date as rows are added."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._votes = store.votes()
        self._requests = store.requests()

    @property
    def votes(self) -> pl.DataFrame:
        """All votes in the order of telling; what other processes have added since is read first."""
        last = int(self._votes["seq"][-1]) if len(self._votes) else 0
        fresh = self.store.votes(after=last)
        if len(fresh):
            self._votes = pl.concat([self._votes, fresh])
        return self._votes

    @property
    def requests(self) -> pl.DataFrame:
        """All requests in the order of asking."""
        last = int(self._requests["seq"][-1]) if len(self._requests) else 0
        fresh = self.store.requests(after=last)
        if len(fresh):
            self._requests = pl.concat([self._requests, fresh])
        return self._requests

    def open_requests(self) -> pl.DataFrame:
        """The last request of each item and source that no vote has answered since, audit first, oldest first."""
        asked = self.requests.unique(["item", "source"], keep="last", maintain_order=True)
        answered = self.votes.group_by("item", "source").agg(pl.col("told").max().alias("answered"))
        waiting = asked.join(answered, on=["item", "source"], how="left").filter(
            pl.col("answered").is_null() | (pl.col("answered") < pl.col("asked"))
        )
        return waiting.sort("purpose", "seq", maintain_order=True)

    def objective_version(self, objective: Mapping[str, Any]) -> int:
        """Version of the objective: a new one each time it was edited; one that stood before has the number it had."""
        text = text_of_version(objective)
        known = self.store.records("objective")
        if known and known[-1]["text"] == text:
            return int(known[-1]["version"])
        alike = [int(record["version"]) for record in known if record["text"] == text]
        version = alike[-1] if alike else 1 + max((int(record["version"]) for record in known), default=0)
        self.store.add_record("objective", {"version": version, "text": text})
        return version

    def advice(self, version: int) -> list[Mapping[str, Any]]:
        """Every advice given under one version of the objective, oldest first."""
        return [record for record in self.store.records("advice") if record.get("version") == version]

    def draws(self) -> Sequence[Mapping[str, Any]]:
        """Every round of the audit, oldest first."""
        return self.store.records("draw")

    def ledger(self) -> Any:
        """The ledger of looks as `judge.compare` last returned it; None before the first look."""
        last = self.store.last("ledger")
        return None if last is None else last["ledger"]

    def trials(self, version: int) -> list[Trial]:
        """Trials under one version of the objective, oldest first."""
        return [trial_of(record) for record in self.store.records("trial") if record["version"] == version]

    def told_of_reserve(self) -> tuple[str, ...]:
        """Verdicts of looks at the outcomes kept aside, in order, under whatever version of the objective."""
        records = self.store.records("trial")
        return tuple(record["verdict"] for record in records if record.get("kept") and record["look"])

    def remember_trial(
        self, trial: Trial, version: int, ledger: Any, *, before: Any, proof: Mapping[str, Any] | None = None
    ) -> bool:
        """Record a trial, the ledger after it and what was proven by it: all or nothing.

        Nothing, and False, where another process looked at the audit since the ledger `before`: its look counts too.
        """
        with self.store.transaction():
            if self.ledger() != before:
                return False
            self.store.add_record("trial", {**trial.to_dict(), "version": version})
            if proof is not None:
                self.store.add_record("proof", dict(proof))
            self.store.add_record("ledger", {"ledger": ledger})
        return True

    def remember_advice(self, advice: Advice, state: Mapping[str, Any]) -> None:
        """Record an advice with its forecast, once for each state of the votes."""
        last = self.store.last("advice")
        alike = (state["version"], state["votes"], advice.reason)
        if last is not None and (last.get("version"), last["votes"], last["reason"]) == alike:
            return
        forecast = {"action": advice.action, "gain": finite(advice.gain), "cost": advice.cost, "reason": advice.reason}
        self.store.add_record("advice", {**forecast, **{key: finite(value) for key, value in state.items()}})


def text_of_version(objective: Mapping[str, Any]) -> str:
    """The tables of an objective as one text, two of which are the same version if they are alike.

    Left out is what no verdict rests on: which of it was assumed, and the gains at which one ships or stops. The order
    of the decisions stays, since ties go to the one listed first.

    >>> text_of_version({"unit": "EUR", "objective": {"months": 6, "assumed": ["months"], "well_enough": 9}})
    '{"unit": "EUR", "objective": {"months": 6}}'
    """
    terms = {key: value for key, value in objective["objective"].items() if key not in ONLY_ADVISE}
    return json.dumps({**objective, "objective": terms}, default=str)


def trial_of(record: Mapping[str, Any]) -> Trial:
    """A trial as it was recorded."""
    mean, low, high, unit = (record["estimate"][name] for name in ("mean", "low", "high", "unit"))
    estimate = Estimate(mean, -np.inf if low is None else low, np.inf if high is None else high, unit)
    names = set(Trial.__dataclass_fields__) - {"estimate"}
    estimate = replace(estimate, about=record["estimate"].get("about", ""))
    return Trial(estimate=estimate, **{name: record[name] for name in names if name in record})
