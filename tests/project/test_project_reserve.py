"""A third of a large census is kept aside, so that a model thought of after a look can still be proven."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.tree import DecisionTreeClassifier

import payoff as po
from payoff.items import Roles, items_from
from payoff.judge import bits_told
from payoff.project.memory import trial_of
from payoff.project.reserve import LEAST, keep_aside, only_verdict, why_shown
from payoff.project.results import Trial
from payoff.store import pack
from payoff.testing import World, comments
from small_projects import known_sites, project_of


class Coin(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Throws a coin for every item."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, X: Any, y: Any) -> Coin:
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Any) -> Any:
        spam = np.random.default_rng([self.seed, X.shape[0]]).random(X.shape[0])
        return np.column_stack([1 - spam, spam])

    def predict(self, X: Any) -> Any:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def tree() -> DecisionTreeClassifier:
    """A model that is truly better: it sees that spam is sent in odd hours, which no line and no single cut does."""
    return DecisionTreeClassifier(max_depth=8, min_samples_leaf=10, random_state=0)


@cache
def world_of(n: int) -> tuple[World, pl.DataFrame]:
    """Comments of whose links half mean nothing, sent in hours that tell nearly everything."""
    world, rng = comments(n, blur=0.4), np.random.default_rng(1)
    odd = np.where(rng.random(n) < 0.1, rng.integers(0, 2, n), np.arange(n) % 2)
    hours = 2 * rng.integers(0, 3, n) + odd + rng.random(n)
    return world, world.with_outcomes().drop("text").with_columns(hour=pl.Series(hours))


def climbed(folder: Path, n: int = 1_800, **given: Any) -> po.Project:
    """A project on a census, the first rungs of whose ladder were tried."""
    world, items = world_of(n)
    project = po.Project.create(folder / "project", items=items, objective=world.objective, outcome="outcome", **given)
    for rung in ("one rule", "linear"):
        project.trial(rung)
    return project


def tried(project: po.Project, model: Any) -> Trial:
    trial = project.trial(model)
    assert trial is not None
    return trial


def looks(project: po.Project) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project._at.memory.ledger()["looks"]
    return found


# --- what is kept aside ----------------------------------------------------------------------------------------------


def test_a_third_of_the_audit_part_of_a_large_census_is_kept_aside(tmp_path: Path) -> None:
    ground = project_of(tmp_path, known_sites(1_800), outcome="y")._at.ground
    assert (len(ground.learning), len(ground.sealed), len(ground.reserve)) == (1_200, 400, 200)


def test_every_item_is_in_one_part(tmp_path: Path) -> None:
    ground = project_of(tmp_path, known_sites(1_800), outcome="y")._at.ground
    parts = np.concatenate([ground.learning, ground.sealed, ground.reserve])
    assert sorted(parts.tolist()) == list(range(1_800))


@pytest.mark.parametrize(
    ("n", "given"),
    [(1_740, {"outcome": "y"}), (1_800, {}), (1_800, {"outcome": "y", "known": "selected"})],
    ids=["a small census", "no census", "outcomes that may not judge"],
)
def test_nothing_is_kept_aside_of(n: int, given: dict[str, Any], tmp_path: Path) -> None:
    ground = project_of(tmp_path, known_sites(n), **given)._at.ground
    assert len(ground.reserve) == 0 and len(ground.sealed) == n / 3


def test_outcomes_known_of_some_items_at_random_are_counted_without_the_unknown_ones(tmp_path: Path) -> None:
    items = known_sites(1_800).with_columns(y=pl.when(pl.col("item") % 10 > 0).then("y"))
    assert len(project_of(tmp_path, items, outcome="y", known="at random")._at.ground.reserve) == 0
    made = items_from(items, Roles(id="item", outcome="y"))
    everything = np.ones(1_800, dtype=np.bool_)
    assert keep_aside(made, everything, seed=0).sum() == 1_800 / 3


def test_items_of_one_group_are_kept_aside_together() -> None:
    items = known_sites(2_400, g=pl.Series([i // 3 for i in range(2_400)]))
    made = items_from(items, Roles(id="item", outcome="y", group="g"))
    aside = keep_aside(made, np.ones(2_400, dtype=np.bool_), seed=0)
    assert abs(aside.sum() - 2_400 / 3) <= 3
    assert set(aside.reshape(800, 3).sum(axis=1).tolist()) == {0, 3}


def test_items_in_fewer_groups_than_it_takes_are_all_left_in_the_open() -> None:
    items = known_sites(2_400, g=pl.Series([i // 6 for i in range(2_400)]))
    made = items_from(items, Roles(id="item", outcome="y", group="g"))
    # 2,400 / 6 groups, and one group counts as one draw
    assert not keep_aside(made, np.ones(2_400, dtype=np.bool_), seed=0).any()


def test_the_seed_says_which_and_the_order_of_rows_does_not() -> None:
    items = known_sites(LEAST)
    every = np.ones(LEAST, dtype=np.bool_)

    def kept(frame: pl.DataFrame, seed: int) -> set[int]:
        aside = keep_aside(items_from(frame, Roles(id="item", outcome="y")), every, seed=seed)
        return set(frame["item"].filter(pl.Series(aside)).to_list())

    assert kept(items, 0) == kept(items.reverse(), 0) == kept(items.sample(fraction=1, shuffle=True, seed=3), 0)
    assert kept(items, 0) != kept(items, 1)


def test_opened_again_the_same_items_are_kept_aside(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(1_800), outcome="y")
    assert po.Project.open(project.folder)._at.ground.reserve.tolist() == project._at.ground.reserve.tolist()


def test_a_project_made_before_anything_was_kept_aside_has_nothing_aside(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(1_800), outcome="y")
    store, ground = project._at.store, project._at.ground
    old = store.last("parts")
    assert old is not None
    parts = {"items": old["items"], "mark": old["mark"], "audit": pack(ground.audit.astype(np.float64))}
    store.add_record("parts", parts)
    again = po.Project.open(project.folder)._at.ground
    assert len(again.reserve) == 0 and len(again.sealed) == 600


def test_a_split_by_time_keeps_aside_some_of_the_latest(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(1_800), outcome="y", time="year")
    ground = project._at.ground
    assert ground.reserve.min() >= 1_200 and ground.sealed.min() >= 1_200
    said = next(each for each in project.status().answers if each.id == "F8")
    assert said.state == "answered" and "600 to judge on" in said.answer


# --- who sees what ---------------------------------------------------------------------------------------------------


def flipped_aside(folder: Path) -> tuple[po.Project, po.Project]:
    """Two projects that differ only in the outcomes that are kept aside."""
    items = known_sites(1_800, size=pl.Series([(7 * i) % 11 for i in range(1_800)]))
    first = project_of(folder / "a", items, outcome="y")
    aside = pl.Series(first._at.ground.aside)
    turned = items.with_columns(
        y=pl.when(aside).then(pl.col("y").replace({"ham": "spam", "spam": "ham"})).otherwise("y")
    )
    return first, project_of(folder / "b", turned, outcome="y")


def test_the_ladder_the_level_and_every_screen_see_only_what_lies_open(tmp_path: Path) -> None:
    one, other = flipped_aside(tmp_path)
    for rung in ("one rule", "linear"):
        said = [(trial.estimate, trial.verdict, trial.said) for trial in (tried(one, rung), tried(other, rung))]
        assert said[0] == said[1]
    assert one.value() == other.value()
    assert one.posterior().equals(other.posterior())
    assert one.decide().equals(other.decide())
    assert one.usual().equals(other.usual())
    assert [str(each) for each in (one.next(), one.status())] == [str(each) for each in (other.next(), other.status())]
    assert one.summary() == other.summary()


def test_the_posterior_of_what_is_kept_aside_knows_no_outcome(tmp_path: Path) -> None:
    project = project_of(
        tmp_path, known_sites(1_800).select("item", "y", noise=pl.col("item") * 7919 % 13), outcome="y"
    )
    found = project.posterior()["spam"].gather(project._at.ground.reserve)
    assert found.is_between(0.05, 0.95).all()


def test_an_experts_vote_on_an_item_kept_aside_teaches_nothing(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(1_800), outcome="y")
    project.add_source("experts", kind="expert", price=1.0)
    before = project.posterior()
    ids = project._at.ground.items.ids.gather(project._at.ground.reserve)
    project.tell([{"item": item, "source": "experts", "label": "ham"} for item in ids])
    assert project.posterior().equals(before)


def test_the_screens_count_what_judges_in_the_open_and_what_is_kept_aside(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(1_800), outcome="y")
    assert tried(project, "linear").audit_votes == 400
    answers = {each.id: each.answer for each in project.status().answers}
    assert "600 of 1,800 items were sealed" in answers["D4"] and "outcomes known of 400 so far" in answers["D4"]
    assert "200 more are kept aside for models of your own" in answers["D4"]
    story = project.story()
    assert story.judged_on.startswith("400 items of the audit part")
    assert "200 more are kept aside" in story.judged_on
    assert (story.audit_items, story.audit_votes) == (600, 400)


# --- a model thought of after a look ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> tuple[po.Project, Trial]:
    project = climbed(tmp_path_factory.mktemp("proven"), n=2_100)
    return project, tried(project, tree())


def test_a_model_that_is_truly_better_is_adopted_after_the_ladder(proven: tuple[po.Project, Trial]) -> None:
    project, trial = proven
    world = world_of(2_100)[0]
    assert trial.adopted and trial.verdict == "adopt" and trial.look
    assert world.worth(project.decide()) > 0.3, "what the ladder proved earns about 0.2 of the half there is to win"


def test_the_words_say_by_which_outcomes_it_was_proven_and_that_its_figures_may_flatter(
    proven: tuple[po.Project, Trial],
) -> None:
    trial = proven[1]
    # 2,100 / 3 are audited, a third of them is kept aside
    assert trial.kept == 233 and trial.audit_votes == 467
    assert trial.said == (
        "Adopted: proven on 233 known outcomes kept aside for models of your own. "
        "Its figures are from the others, which you have seen: they may flatter."
    )
    assert str(trial).endswith("may flatter") and not trial.protected


def test_what_it_earns_is_stamped_as_flattering(proven: tuple[po.Project, Trial]) -> None:
    assert "by 467 audit outcomes, which may flatter" in proven[0].summary()[0]
    assert "seen before the policy in force was thought of: they may flatter" in proven[0].story().judged_on
    said = next(each.answer for each in proven[0].status().answers if each.id == "I2")
    assert said.endswith("adopt; the figures are of outcomes seen before and may flatter")


def test_ten_coins_are_thrown_and_none_is_adopted(tmp_path: Path) -> None:
    project = climbed(tmp_path)
    thrown = [tried(project, Coin(seed)) for seed in range(10)]
    assert not any(trial.adopted for trial in thrown)
    assert {trial.verdict for trial in thrown} == {"cannot tell"}
    assert {trial.said.split(". ")[0] for trial in thrown} == {
        "Not proven on the 200 known outcomes kept aside",
    }


def test_each_answer_costs_the_next_model_the_bits_it_told(tmp_path: Path) -> None:
    project = climbed(tmp_path)
    start = len(looks(project))
    for seed in range(3):
        tried(project, Coin(seed))
    levels = [look["level"] * look["look"] for look in looks(project)[start:]]
    assert levels[1] / levels[0] == pytest.approx(3 / 4)
    assert levels[2] / levels[0] == pytest.approx(2 ** -bits_told(["cannot tell", "cannot tell"]))


def test_the_ladder_pays_nothing_for_what_models_of_ones_own_were_told(tmp_path: Path) -> None:
    project = climbed(tmp_path)
    tried(project, Coin())
    trees = tried(project, "trees")
    assert trees.kept == 0 and trees.protected
    last = looks(project)[-1]
    assert last["name"] == "trees" and last["level"] * last["look"] == pytest.approx(looks(project)[0]["level"])


def test_a_model_that_is_worse_reads_as_one_that_cannot_be_told(tmp_path: Path) -> None:
    project = climbed(tmp_path)
    worse = tried(project, DummyClassifier())
    assert (worse.verdict, worse.votes_needed) == ("cannot tell", None)
    assert looks(project)[-1]["verdict"] == "cannot tell"
    assert '"keep"' not in json.dumps(looks(project)[-1])


def test_nothing_shown_of_a_refusal_depends_on_the_outcomes_kept_aside(tmp_path: Path) -> None:
    shown = []
    for project in flipped_aside(tmp_path):
        tried(project, "one rule")
        trial = tried(project, DummyClassifier(strategy="constant", constant=0))
        told = {name: value for name, value in trial.to_dict().items() if name not in ("seconds", "verdict", "adopted")}
        shown.append(told | {"said": told["said"].split(". ")[1:]})
    # on one of the two it loses on every item kept aside that differs, on the other it gains
    assert shown[0] | {"said": ""} == shown[1] | {"said": ""}


def test_the_same_model_again_costs_nothing_and_tells_nothing(tmp_path: Path) -> None:
    project = climbed(tmp_path)
    tried(project, Coin())
    before = looks(project)
    again = tried(project, Coin())
    assert looks(project) == before
    assert not again.look and not again.adopted and again.kept == 0
    assert again.said == (
        "Only shown: it was judged before on the 200 known outcomes kept aside, and not proven. "
        "Its figures are from outcomes you have seen: they may flatter."
    )


def test_a_retry_takes_nothing_off_the_level_of_the_next_model(tmp_path: Path) -> None:
    project = climbed(tmp_path)
    for _ in range(3):
        tried(project, Coin())
    tried(project, Coin(1))
    first, second = looks(project)[-2:]
    assert second["level"] * second["look"] / (first["level"] * first["look"]) == pytest.approx(3 / 4)


def test_a_model_that_hardly_decides_otherwise_is_no_look(tmp_path: Path) -> None:
    project = project_of(tmp_path, known_sites(1_800), outcome="y")
    tried(project, "one rule")
    before = looks(project)
    alike = tried(project, DecisionTreeClassifier())
    assert not alike.look and not alike.adopted and looks(project) == before
    assert alike.said.startswith(
        "Not judged on the 200 known outcomes kept aside: fewer than 20 of them are decided differently."
    )


def test_a_model_tried_before_any_look_is_judged_in_the_open(tmp_path: Path) -> None:
    world, items = world_of(1_800)
    project = po.Project.create(tmp_path / "project", items=items, objective=world.objective, outcome="outcome")
    first = tried(project, tree())
    assert first.adopted and first.kept == 0 and first.protected
    assert first.said.startswith("Adopt: ")


def test_a_rung_of_the_ladder_against_a_model_proven_aside_is_judged_aside(tmp_path: Path) -> None:
    project = climbed(tmp_path)
    assert tried(project, tree()).adopted
    rung = tried(project, "linear")
    assert not rung.look, "it was tried before, and nothing is new"
    trees = tried(project, "trees")
    assert trees.kept == 200 and not trees.protected


def test_what_was_told_is_remembered_under_another_objective(tmp_path: Path) -> None:
    project = climbed(tmp_path)
    tried(project, Coin())
    place = project.folder / "payoff.toml"
    place.write_text(place.read_text().replace("-2.0", "-2.5"))
    again = po.Project.open(project.folder)
    assert again.trials == []
    assert again._at.standing().told == ("cannot tell",)
    tried(again, "one rule")
    tried(again, Coin())
    last = looks(again)[-1]
    assert last["level"] * last["look"] == pytest.approx(looks(again)[0]["level"] * 3 / 4)


def test_an_adoption_is_remembered_and_the_model_asked_for_again(proven: tuple[po.Project, Trial]) -> None:
    again = po.Project.open(proven[0].folder)
    with pytest.warns(UserWarning, match="an estimator of your own"):
        back = tried(again, tree())
    assert back.said.startswith("Only shown: it was judged before on the 233 known outcomes kept aside, and adopted.")
    assert again._at.standing().incumbent.name == back.name
    assert again._at.standing().proven_aside


def test_the_audit_of_an_adopted_model_is_kept_as_it_was_proven(proven: tuple[po.Project, Trial]) -> None:
    at = proven[0]._at.standing()
    assert at.proof is not None and len(at.proof.decisions) == 467
    assert at.refit is not None and at.refit.moved == 0


# --- where nothing was kept aside ------------------------------------------------------------------------------------


def test_in_a_small_census_a_model_thought_of_later_is_only_shown_and_says_why(tmp_path: Path) -> None:
    project = climbed(tmp_path, n=900)
    later = tried(project, tree())
    assert not later.adopted and not later.look and later.kept == 0
    assert later.said == (
        "Only shown: known outcomes that were looked at cannot prove a model thought of later, and none were kept "
        "aside (that takes an audit part of 600). Its figures are from outcomes you have seen: they may flatter."
    )


# --- when an interval may flatter ------------------------------------------------------------------------------------


def test_a_rung_of_the_ladder_shown_again_does_not_flatter(tmp_path: Path) -> None:
    project = climbed(tmp_path, n=240)
    again = tried(project, "linear")
    assert not again.look and again.protected
    assert "flatter" not in again.said and "flatter" not in str(again)


def test_where_votes_are_bought_a_model_judged_by_votes_seen_before_says_so(tmp_path: Path) -> None:
    world = comments(400, per_month=1_000)
    items = world.items.drop("text").with_columns(now=pl.lit("keep"))
    project = po.Project.create(tmp_path / "project", items=items, objective=world.objective, today="now")
    project.add_source("experts", kind="expert", price=0.1)
    for _ in range(4):
        batch = project.ask(5.0)
        labels = batch["item"].replace_strict(dict(world.truth))
        project.tell(batch.with_columns(label=labels))
    assert tried(project, "linear").protected
    own = tried(project, Coin())
    assert not own.protected and not own.adopted
    assert own.said.split(". ")[-1] == "The interval may flatter: votes in it were seen before."
    assert own.to_dict()["protected"] is False


def test_a_trial_recorded_before_this_was_kept_reads_as_protected() -> None:
    old = {"name": "linear", "verdict": "keep", "adopted": False}
    assert trial_of(old | {"estimate": {"mean": 0.0, "low": None, "high": None, "unit": "EUR"}}).protected


# --- the words -------------------------------------------------------------------------------------------------------


def test_when_all_levels_are_spent_it_says_so(tmp_path: Path) -> None:
    project = climbed(tmp_path, n=240)
    shown = project._at.standing().shown()
    look = {"look": 1, "name": "linear", "level": 0.01, "votes": 20, "verdict": "keep"}
    spent = {"risk": 0.05, "most": 30, "looks": [look] * 30}
    told = only_verdict(shown, replace(shown, ledger=spent, look=False, verdict="cannot tell"), 240)
    assert told.said.startswith("Not judged on the 240 known outcomes kept aside: all levels are spent.")


def test_one_that_was_adopted_before_says_so() -> None:
    assert "240 known outcomes kept aside, and adopted." in why_shown(240, before=True, adopted=True)


def test_one_judged_in_the_open_before_says_that_nothing_is_new() -> None:
    assert why_shown(240, before=False, adopted=False).startswith("Only shown: nothing is new since its last trial.")
