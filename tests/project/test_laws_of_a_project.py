"""What holds for any project, whatever its unit and names: the whole walk, asked, told, tried, decided and reported."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po

PAYOFFS = {"remove": {"ham": -2, "spam": 1}, "keep": {"ham": 0, "spam": -1}, "review": {"ham": -0.6, "spam": 0.1}}
BY_AMOUNT = {"remove": {"ham": "-amount", "spam": "amount"}, "keep": {"ham": 0, "spam": "-amount"}}
RANGES = {**PAYOFFS, "review": {"ham": [-0.8, -0.4], "spam": [-0.1, 0.3]}}
LIMITS = (
    po.Limit("review", share=0.2),
    po.Limit("remove", precision=0.8),
    po.Limit("review", budget=500, cost="amount", per="week"),
)
DIGITS = 6  # figures in their unit are compared so far: sums in another order differ in the last places
STEPS = 2  # what is advised and done before linear is tried and decides: a third one would be the trees


@dataclass
class Walk:
    """What a project said and decided, money in units of `scale`."""

    scale: float
    actions: list[tuple[Any, ...]] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    trials: list[tuple[Any, ...]] = field(default_factory=list)
    money: list[float | None] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    picks: list[str] = field(default_factory=list)

    def note(self, *amounts: float | None) -> None:
        known = [None if amount is None or not np.isfinite(amount) else amount / self.scale for amount in amounts]
        self.money += [None if amount is None else round(amount, DIGITS) + 0.0 for amount in known]


def mails(n: int, *, seed: int = 0, first: int = 0) -> pl.DataFrame:
    """Mails of which half are spam, most of them with links."""
    rng = np.random.default_rng(seed)
    spam = rng.random(n) < 0.5
    links = np.where(np.where(rng.random(n) < 0.9, spam, ~spam), 3, 0) + rng.integers(0, 2, n)
    amount = rng.lognormal(2, 1, n).round(2)
    names = [f"m{first + i}" for i in range(n)]
    return pl.DataFrame({"item": names, "links": links, "amount": amount, "y": np.where(spam, "spam", "ham")})


def times(payoffs: Mapping[str, Mapping[str, Any]], factor: float) -> dict[str, dict[str, Any]]:
    """Every cell so many times as much."""

    def cell(given: Any) -> Any:
        if isinstance(given, str):
            return f"{factor!r} * ({given})"
        return [factor * end for end in given] if isinstance(given, list) else factor * given

    return {decision: {outcome: cell(given) for outcome, given in row.items()} for decision, row in payoffs.items()}


def renamed(payoffs: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    return {decision: {names[outcome]: cell for outcome, cell in row.items()} for decision, row in payoffs.items()}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """That a promise is void by chance on a few items is not what these tests are about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def walk(
    payoffs: Mapping[str, Mapping[str, Any]],
    *,
    census: bool,
    scale: float = 1.0,
    names: Mapping[str, str] | None = None,
    limits: tuple[po.Limit, ...] = (),
) -> Walk:
    """A project from its creation to its decisions; with `names` the outcomes are called otherwise."""
    items = mails(120).with_columns(y=pl.col("y").replace(dict(names or {})))
    truth = dict(items.select("item", "y").rows())
    objective = po.Objective(payoffs, unit="EUR", per_month=1_000, months=6, limits=limits)
    with tempfile.TemporaryDirectory() as folder:
        given: dict[str, Any] = {"items": items, "outcome": "y"} if census else {"items": items.drop("y")}
        project = po.Project.create(Path(folder) / "p", objective=objective, **given)
        if not census:
            project.add_source("experts", kind="expert", price=scale)
        found = Walk(scale)
        for _ in range(STEPS):
            _step(project, truth, found)
        trial = project.trial("linear")
        assert trial is not None
        found.trials.append((trial.name, trial.verdict, trial.votes_needed))
        _noted(project, found)
        return found


def _step(project: po.Project, truth: Mapping[str, str], found: Walk) -> None:
    """Whatever is advised."""
    advice = project.next()
    found.actions.append((advice.action, advice.votes, advice.purpose))
    found.note(advice.gain, advice.cost)
    if advice.action == "trial":
        trial = project.trial()
        assert trial is not None
        found.trials.append((trial.name, trial.verdict, trial.votes_needed))
        found.note(trial.estimate.mean, trial.estimate.low, trial.estimate.high)
    if advice.action == "ask":
        batch = project.ask(30 * found.scale)
        found.asked.append(tuple(batch["item"]))
        project.tell(batch.with_columns(label=batch["item"].replace_strict(dict(truth))))


def _noted(project: po.Project, found: Walk) -> None:
    decided = project.decide(mails(40, seed=1, first=1_000).drop("y"), provisional=True)
    found.decisions = decided["decision"].to_list()
    found.note(*decided["expected"], *decided["low"], *decided["high"])
    value, usual = project.value(), project.usual()
    found.note(value.mean, value.low, value.high, project.spent, *usual["costs"], *usual["low"])
    found.picks = usual["picks"].to_list()


@cache
def plain(name: str, *, census: bool) -> Walk:
    """The walk that others are held against; made once."""
    payoffs = {"cells": PAYOFFS, "amounts": BY_AMOUNT, "ranges": RANGES, "limits": PAYOFFS}[name]
    return walk(payoffs, census=census, limits=LIMITS if name == "limits" else ())


WORLDS = [
    ("cells", PAYOFFS, (), 1e-9),
    ("amounts", BY_AMOUNT, (), 100),
    ("ranges", RANGES, (), 1e9),
    ("limits", PAYOFFS, LIMITS, 100),
]
KINDS = pytest.mark.parametrize("census", [True, False], ids=["outcomes known", "votes bought"])


@KINDS
def test_the_walk_says_something(census: bool) -> None:
    """What the laws below compare is not nothing."""
    found = plain("cells", census=census)
    assert len(found.actions) == STEPS
    assert found.trials
    assert {"keep", "remove"} <= set(found.decisions)
    assert bool(found.asked) != census
    assert found.picks


@KINDS
def test_the_same_seed_gives_the_same_project_twice(census: bool) -> None:
    assert walk(PAYOFFS, census=census) == plain("cells", census=census)


@KINDS
@pytest.mark.parametrize(("name", "payoffs", "limits", "factor"), WORLDS, ids=[world[0] for world in WORLDS])
def test_in_another_unit_every_decision_verdict_and_relative_figure_is_the_same(
    name: str, payoffs: Any, limits: tuple[po.Limit, ...], factor: float, census: bool
) -> None:
    """All payoffs and prices so many times as much: in cents, in a unit that is tiny or huge."""
    found = walk(times(payoffs, factor), census=census, scale=factor, limits=limits)
    found.scale = 1.0
    assert found == plain(name, census=census)


@KINDS
def test_what_outcomes_are_called_changes_nothing(census: bool) -> None:
    """Outcomes are sorted by name, so another order of names is another order of every column inside."""
    names = {"ham": 'it\'s "é"', "spam": "0"}
    found, before = walk(renamed(PAYOFFS, names), census=census, names=names), plain("cells", census=census)
    assert (found.actions, found.trials, found.asked) == (before.actions, before.trials, before.asked)
    assert (found.decisions, found.picks) == (before.decisions, before.picks)
    assert found.money == [None if each is None else pytest.approx(each, abs=1e-5) for each in before.money]


def test_what_outcomes_are_called_changes_nothing_under_limits() -> None:
    names = {"ham": "zeta", "spam": "alpha"}
    found = walk(renamed(PAYOFFS, names), census=True, names=names, limits=LIMITS)
    before = plain("limits", census=True)
    assert (found.actions, found.trials, found.decisions) == (before.actions, before.trials, before.decisions)


@pytest.mark.parametrize("extra", [8, -0.25])
def test_what_an_outcome_brings_whatever_is_decided_changes_no_decision_and_no_verdict(extra: float) -> None:
    """The same added to all payoffs of an outcome, as a fee every spam costs anyhow."""
    raised = {d: {o: cell + (extra if o == "spam" else 0) for o, cell in row.items()} for d, row in PAYOFFS.items()}
    found, before = walk(raised, census=True), plain("cells", census=True)
    assert (found.actions, found.trials) == (before.actions, before.trials)
    assert (found.decisions, found.picks) == (before.decisions, before.picks)


def test_what_an_outcome_brings_whatever_is_decided_changes_nothing_that_is_asked_first() -> None:
    raised = {d: {o: cell + 8 * (o == "spam") for o, cell in row.items()} for d, row in PAYOFFS.items()}
    found, before = walk(raised, census=False), plain("cells", census=False)
    assert (found.actions[0], found.asked[0]) == (before.actions[0], before.asked[0])


@pytest.mark.parametrize("name", ["cells", "amounts"])
def test_what_is_spent_is_votes_times_price(name: str) -> None:
    found = plain(name, census=False)
    votes = sum(map(len, found.asked))
    assert votes > 0
    assert float(votes) in found.money  # at a price of 1
