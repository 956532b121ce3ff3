"""A language model is a function with a price: asked once an item, counted, kept, and heard like any voter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import payoff as po
from payoff.errors import SourceError
from payoff.project.paying import Purchase
from payoff.sources import Source
from small_projects import bought, experts, project_of, sites, truth_of

ITEMS = sites(60)
TRUTH = truth_of(ITEMS)
PRICE = 0.002
NEW = ITEMS.head(4).with_columns(pl.col("item") + 1000)


class Recorded:
    """A language model as its recorded votes: knows links, silent on every fifth item; it notes what it is asked."""

    def __init__(self, *, stop_at: int | None = None, broken: tuple[int, ...] = ()) -> None:
        self.asked: list[int] = []
        self.stop_at = stop_at
        self.broken = broken

    def __call__(self, item: Mapping[str, Any]) -> str | None:
        number = int(item["item"])
        if number == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append(number)
        if number in self.broken:
            raise TimeoutError("no answer in 30 seconds")
        return None if number % 5 == 0 else TRUTH[str(number % 60)]


def with_model(folder: Path, function: Recorded | None = None) -> tuple[po.Project, Recorded]:
    model = function or Recorded()
    project = project_of(folder, ITEMS)
    project.add_source("llm", kind="model", price=PRICE, function=model)
    return project, model


def test_a_priced_function_is_asked_about_every_item_once(tmp_path: Path) -> None:
    project, model = with_model(tmp_path)
    project.next()
    assert model.asked == list(range(60))


def test_what_it_said_is_spent_and_its_silence_costs_nothing(tmp_path: Path) -> None:
    project, _ = with_model(tmp_path)
    assert project.spent == pytest.approx((60 - 12) * PRICE)


def test_handed_over_again_it_is_asked_about_nothing_it_answered_or_was_silent_on(tmp_path: Path) -> None:
    project, _ = with_model(tmp_path)
    again, model = po.Project.open(project.folder), Recorded()
    again.add_source("llm", kind="model", price=PRICE, function=model)
    assert model.asked == []
    assert again.spent == project.spent


def test_after_ctrl_c_what_was_paid_is_kept_and_the_rest_is_asked_later(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    with pytest.raises(KeyboardInterrupt):
        project.add_source("llm", kind="model", price=PRICE, function=Recorded(stop_at=20))
    assert project.spent == pytest.approx((20 - 4) * PRICE)
    again, model = po.Project.open(project.folder), Recorded()
    again.add_source("llm", kind="model", price=PRICE, function=model)
    assert model.asked == list(range(20, 60))


def test_a_time_out_is_silence_on_that_item_and_is_told(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    with pytest.warns(UserWarning, match=r"'llm' failed on 2 item\(s\), first on item '7': TimeoutError: no answer"):
        project.add_source("llm", kind="model", price=PRICE, function=Recorded(broken=(7, 11)))
    assert project.spent == pytest.approx((60 - 12 - 2) * PRICE)


def test_what_failed_is_asked_again_when_the_function_is_handed_over_again(tmp_path: Path) -> None:
    project = project_of(tmp_path, ITEMS)
    with pytest.warns(UserWarning, match="failed on 1 item"):
        project.add_source("llm", kind="model", price=PRICE, function=Recorded(broken=(7,)))
    model = Recorded()
    project.add_source("llm", kind="model", price=PRICE, function=model)
    assert model.asked == [7]


def test_a_function_that_always_fails_is_asked_ten_times_and_refused(tmp_path: Path) -> None:
    project, model = project_of(tmp_path, ITEMS), Recorded(broken=tuple(range(60)))
    with pytest.raises(SourceError, match="'llm' failed on each of the first 10 items, on item '0' with TimeoutError"):
        project.add_source("llm", kind="model", price=PRICE, function=model)
    assert len(model.asked) == 10
    assert project.spent == 0


def test_before_it_is_asked_about_new_items_it_is_said_what_that_costs(tmp_path: Path) -> None:
    project, model = with_model(tmp_path)
    bought(experts(project), TRUTH, 20.0)
    with pytest.warns(UserWarning, match="'llm' is asked about 4 items: 0.0080 EUR at most"):
        project.decide(NEW, provisional=True)
    assert model.asked[60:] == [1000, 1001, 1002, 1003]


def test_its_answers_on_new_items_are_paid_once(tmp_path: Path) -> None:
    project, model = with_model(tmp_path)
    bought(experts(project), TRUTH, 20.0)
    spent = project.spent
    with pytest.warns(UserWarning, match="is asked about 4 items"):
        first = project.decide(NEW, provisional=True)
    again = project.decide(NEW, provisional=True)
    assert first.equals(again)
    assert len(model.asked) == 64
    assert project.spent == pytest.approx(spent + 3 * PRICE), "silent on item 1000"


def test_what_it_said_of_new_items_teaches_nothing_about_the_project(tmp_path: Path) -> None:
    project, _ = with_model(tmp_path)
    bought(experts(project), TRUTH, 20.0)
    before = project.posterior()
    with pytest.warns(UserWarning, match="is asked about"):
        project.decide(NEW, provisional=True)
    assert project.posterior().equals(before)


def test_a_policy_that_hears_no_votes_pays_for_none(tmp_path: Path) -> None:
    project, model = with_model(tmp_path)
    project.decide(NEW, provisional=False)
    assert len(model.asked) == 60


def test_without_its_function_an_opened_project_knows_what_it_said(tmp_path: Path) -> None:
    project, _ = with_model(tmp_path)
    again = po.Project.open(project.folder)
    assert again.posterior().equals(project.posterior())
    assert again.spent == project.spent


def test_its_recorded_votes_may_be_told_in_place_of_asking(tmp_path: Path) -> None:
    project, _ = with_model(tmp_path / "asked")
    told = project_of(tmp_path / "told", ITEMS)
    told.add_source("llm", kind="model", price=PRICE)
    told.tell([{"item": i, "source": "llm", "label": TRUTH[str(i)]} for i in range(60) if i % 5])
    assert told.posterior().equals(project.posterior())
    assert told.spent == project.spent


def test_a_second_model_that_repeats_the_first_adds_nothing(tmp_path: Path) -> None:
    project, _ = with_model(tmp_path)
    before = project._at.bench().evidence.posterior
    project.add_source("its copy", kind="model", price=PRICE, function=Recorded())
    assert project._at.bench().evidence.posterior == pytest.approx(before, abs=0.05)


def test_progress_is_shown_after_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, said = project_of(tmp_path, ITEMS), list[str]()
    monkeypatch.setattr("payoff.project.paying.time.monotonic", iter(range(1000)).__next__)
    project.add_source("llm", kind="model", price=PRICE)
    source = Source("llm", kind="model", price=PRICE, function=Recorded())
    Purchase(project._at.ground, project._at.memory, source, say=said.append).buy(project._at.ground.items)
    assert said[0] == "'llm': 1 of 60 items asked about, 0 EUR\n"
    assert said[1] == "'llm': 2 of 60 items asked about, 0.0020 EUR\n"


def test_a_free_function_is_heard_anew_each_time_as_before(tmp_path: Path) -> None:
    project, model = project_of(tmp_path, ITEMS), Recorded()
    project.add_source("own", kind="model", function=model)
    assert project.spent == 0
    assert set(model.asked) == set(range(60))
