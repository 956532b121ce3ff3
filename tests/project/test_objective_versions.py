"""Results of two versions of an objective never meet: an edit makes a version, undone it brings the old one back."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff import judge
from payoff.project.memory import text_of_version
from payoff.project.promise import checks_of, void_promise
from payoff.project.realised import last_realised
from payoff.testing import answer, comments
from small_projects import experts, known_sites, project_of

PAYOFFS = {"remove": {"ham": -2, "spam": 1}, "keep": {"ham": 0, "spam": -1}}
OBJECTIVE = po.Objective(PAYOFFS, unit="EUR", per_month=1_000, months=6)
Edit = Callable[[str], str]


def mails(n: int, *, seed: int, first: int = 0, size: float = 0.0) -> pl.DataFrame:
    """Mails of which half are spam; nine in ten show it by their links."""
    rng = np.random.default_rng(seed)
    spam = rng.random(n) < 0.5
    links = np.where(np.where(rng.random(n) < 0.9, spam, ~spam), 3, 0)
    names = [f"m{first + i}" for i in range(n)]
    far = rng.normal(size, 1, n).round(3)
    return pl.DataFrame({"item": names, "links": links, "size": far, "y": np.where(spam, "spam", "ham")})


@pytest.fixture(scope="module")
def first_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mails whose outcome is known; linear is proven by the first of thirty looks."""
    place = tmp_path_factory.mktemp("proven") / "mails"
    made = po.Project.create(place, items=mails(240, seed=1), objective=OBJECTIVE, outcome="y")
    trial = made.trial("linear")
    assert trial is not None and trial.adopted
    return place


@pytest.fixture
def proven(first_made: Path, tmp_path: Path) -> po.Project:
    """A copy of that project, for each test its own."""
    return po.Project.open(shutil.copytree(first_made, tmp_path / "mails"))


def edited(project: po.Project, edit: Edit) -> po.Project:
    """The project opened again after its payoff.toml was edited by hand."""
    path = project.folder / "payoff.toml"
    before = path.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    return po.Project.open(project.folder)


def other(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new)


def decisions_turned(text: str) -> str:
    """The same payoffs, `keep` written before `remove`."""
    start, second = text.index("[objective.payoff.remove]"), text.index("[objective.payoff.keep]")
    return f"{text[:start]}{text[second:].rstrip()}\n\n{text[start:second]}"


DEARER = other("ham = -2.0", "ham = -3.0")


# --- what makes a version --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        DEARER,
        other("spam = 1.0", "spam = [0.5, 1.5]"),
        other("ham = -2.0", 'ham = "-2 * links"'),
        other('unit = "EUR"', 'unit = "points"'),
        other("per_month = 1000.0", "per_month = 2000.0"),
        other("months = 6.0", 'months = 6.0\nreveals = ["remove"]'),
        lambda text: text + '\n[[limit]]\ndecision = "remove"\nshare = 0.4\n',
        decisions_turned,
    ],
    ids=["a cell", "a range", "an expression", "the unit", "the volume", "what reveals", "a limit", "the order"],
)
def test_an_edit_that_results_rest_on_makes_a_version_without_trials(proven: po.Project, edit: Edit) -> None:
    again = edited(proven, edit)
    assert (again._at.version, again.trials) == (2, [])
    assert not again._at.standing().proven


@pytest.mark.parametrize(
    "edit",
    [
        other("months = 6.0", 'months = 6.0\nassumed = ["per_month"]'),
        other("months = 6.0", "months = 6.0\nwell_enough = 900"),
        other("months = 6.0", "months = 6.0\nleast_gain = 10\nwait_per_month = 5"),
        other("ham = -2.0", "ham = -2 # what a reader who writes in costs"),
        other("# What each", "# Said by the team of June: what each"),
        lambda text: text + '\n[[source]]\nname = "experts"\nkind = "expert"\nprice = 0.5\n',
    ],
    ids=["an assumption", "well enough", "least gain", "a note", "the header", "a source"],
)
def test_an_edit_that_no_result_rests_on_keeps_the_proof(proven: po.Project, edit: Edit) -> None:
    again = edited(proven, edit)
    assert again._at.version == 1
    assert [trial.name for trial in again.trials] == ["linear"]
    assert again._at.standing().proven


def test_an_edit_undone_brings_the_version_back_with_its_proof(proven: po.Project) -> None:
    text = (proven.folder / "payoff.toml").read_text(encoding="utf-8")
    assert edited(proven, DEARER)._at.version == 2
    again = edited(proven, lambda _: text)
    assert (again._at.version, again._at.standing().incumbent.name) == (1, "linear")
    assert edited(again, DEARER)._at.version == 2
    assert edited(again, other("ham = -3.0", "ham = -4.0"))._at.version == 3


def test_the_order_of_decisions_is_part_of_a_version_since_ties_go_to_the_first() -> None:
    turned = po.Objective(dict(reversed(PAYOFFS.items())), unit="EUR", per_month=1_000, months=6)
    assert text_of_version(turned.to_dict()) != text_of_version(OBJECTIVE.to_dict())


def test_the_order_of_outcomes_is_no_part_of_it_since_they_are_sorted() -> None:
    turned = {decision: dict(reversed(row.items())) for decision, row in PAYOFFS.items()}
    same = po.Objective(turned, unit="EUR", per_month=1_000, months=6)
    assert text_of_version(same.to_dict()) == text_of_version(OBJECTIVE.to_dict())


# --- what each version keeps to itself -------------------------------------------------------------------------------


def test_a_proof_with_its_decisions_in_another_order_is_not_read_under_the_new_one(proven: po.Project) -> None:
    """A proof keeps positions of decisions: read in another order it would say the opposite of what was proven."""
    standing = edited(proven, decisions_turned)._at.standing()
    assert (standing.proof, standing.refit, standing.incumbent.name) == (None, None, "constant")


def test_a_refit_is_compared_with_the_proof_of_its_own_version(proven: po.Project) -> None:
    first = proven._at.standing().proof
    again = edited(proven, DEARER)
    again.trial("linear")
    standing = again._at.standing()
    assert standing.proof is not None and first is not None
    assert standing.refit is not None and standing.refit.moved == 0
    back = edited(again, other("ham = -3.0", "ham = -2.0"))._at.standing()
    assert back.proof is not None
    assert back.proof.decisions.tolist() == first.decisions.tolist()


def test_looks_stay_spent_under_every_version(proven: po.Project) -> None:
    assert judge.looks_left(proven._at.memory.ledger()) == 29
    again = edited(proven, DEARER)
    assert judge.looks_left(again._at.memory.ledger()) == 29
    again.trial("linear")
    assert judge.looks_left(again._at.memory.ledger()) == 28
    assert any("2 of 30 looks used" in line for line in again.summary())


def test_what_was_realised_is_told_under_its_own_version(proven: po.Project) -> None:
    proven.realised(mails(200, seed=2, first=1_000))
    assert last_realised(proven._at) is not None
    again = edited(proven, DEARER)
    assert last_realised(again._at) is None
    assert {row.realised for row in again.story().ladder} == {None}


def test_advice_of_another_version_is_no_advice_of_this_one(proven: po.Project) -> None:
    advised = proven.next()
    again = edited(proven, DEARER)
    assert [record["reason"] for record in proven._at.memory.advice(1)] == [advised.reason]
    assert again._at.memory.advice(2) == []
    said = {each.id: each.state for each in again.status().answers}
    assert said["I8"] == "open"  # nobody has asked what is next under this one


def test_the_curve_of_what_was_earned_holds_no_worth_in_another_unit(tmp_path: Path) -> None:
    world = comments(120)
    made = experts(po.Project.create(tmp_path / "p", items=world.items, objective=world.objective))
    for _ in range(2):
        made.next()
        made.tell(answer(made.ask(15), world.truth))
    made.next()
    assert len(made.story().curve) == 3
    again = edited(made, other('unit = "EUR"', 'unit = "cent"'))
    again.next()
    assert len(again.story().curve) == 1


def test_the_report_counts_void_trials_and_shows_none_of_them(proven: po.Project) -> None:
    story = edited(proven, DEARER).story()
    assert [row.name for row in story.ladder if row.verdict] == []
    said = next(row for row in story.questions if row.id == "F9")
    assert "1 trial under other versions is void" in said.answer


# --- promises --------------------------------------------------------------------------------------------------------


def decided(project: po.Project, table: pl.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        project.decide(table)


def test_inputs_that_moved_are_not_moved_back_by_an_edit(proven: po.Project) -> None:
    decided(proven, mails(200, seed=2, first=1_000, size=2.0).drop("y"))
    assert void_promise(proven._at, "linear") is not None
    again = edited(proven, DEARER)
    found = void_promise(again._at, "constant")
    assert found is not None
    assert found.moved[0].startswith("'size' median")
    assert again.next().action == "stop"


def test_a_promise_broken_under_another_version_is_none_of_this_one(proven: po.Project) -> None:
    turned = mails(200, seed=2, first=1_000).with_columns(y=pl.col("y").replace({"ham": "spam", "spam": "ham"}))
    decided(proven, turned)
    found = void_promise(proven._at, "linear")
    assert found is not None and found.broken and not found.moved
    if not found.base:
        assert void_promise(edited(proven, DEARER)._at, "linear") is None


def test_money_of_another_version_is_never_quoted_with_what_moved(proven: po.Project) -> None:
    decided(proven, mails(200, seed=2, first=1_000, size=2.0))
    found = void_promise(edited(proven, other('unit = "EUR"', 'unit = "cent"'))._at, "linear")
    assert found is not None
    assert (found.promised, found.realised) == (None, None)
    assert "EUR" not in found.said


def test_the_checks_shown_are_those_of_this_version(proven: po.Project) -> None:
    decided(proven, mails(200, seed=2, first=1_000))
    assert len(checks_of(proven._at)) == 1
    again = edited(proven, DEARER)
    assert checks_of(again._at) == []
    decided(again, mails(200, seed=3, first=2_000))
    assert [check.version for check in checks_of(again._at)] == [2]


# --- several processes -----------------------------------------------------------------------------------------------


def test_a_look_by_another_process_under_another_version_counts_for_both(tmp_path: Path) -> None:
    first = project_of(tmp_path, known_sites(120), outcome="y")
    second = edited(first, other("spam = 1.0", "spam = 2.0"))
    second.next()  # it has read where it stands, before the other looks
    first.trial("linear")
    second.trial("linear")
    assert judge.looks_left(second._at.memory.ledger()) == 28


def test_a_trial_judged_while_another_process_looked_is_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = project_of(tmp_path, known_sites(120), outcome="y")
    second = po.Project.open(first.folder)
    remember, waiting = second._at.memory.remember_trial, iter([lambda: first.trial("one rule")])

    def after_the_other(*given: object, **more: object) -> bool:
        for look in waiting:
            look()
        return remember(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(second._at.memory, "remember_trial", after_the_other)
    assert second.trial("linear") is not None
    found = [(trial.name, trial.against) for trial in second.trials]
    assert found == [("one rule", "constant"), ("linear", "one rule")]  # which the other process had adopted meanwhile
    assert judge.looks_left(second._at.memory.ledger()) == 29  # the two decide alike, so the second look cost nothing


def test_a_round_drawn_while_another_process_drew_is_drawn_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = comments(150)
    first = experts(po.Project.create(tmp_path / "p", items=world.items, objective=world.objective))
    first.tell(answer(first.ask(30), world.truth))
    second = po.Project.open(first.folder)
    read, waiting = second._at.memory.open_requests, iter([lambda: first.ask(40)])

    def after_the_other() -> pl.DataFrame:
        found = read()
        for ask in waiting:
            ask()
        return found

    monkeypatch.setattr(second._at.memory, "open_requests", after_the_other)
    second.ask(40)
    draws = [set(record["drawn"]) for record in second._at.memory.draws()]
    assert sum(map(len, draws)) == len(set.union(*draws))  # no item is drawn twice
