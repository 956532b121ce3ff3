"""Columns known only after the decision: in payoffs by their expected value when deciding, in features never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import payoff as po
from payoff.errors import PayoffError
from small_projects import bought, experts, project_of, sites

OBJECTIVE = po.Objective({"pay": {"bad": "-loss", "good": 2.0}, "check": {"bad": 0.0, "good": 1.0}}, unit="EUR")


def claims(n: int = 90, **columns: Any) -> pl.DataFrame:
    """Every third claim is bad, shown by 3 links; a bad one loses 6, and its loss is known only afterwards."""
    bad = [i % 3 == 2 for i in range(n)]
    return pl.DataFrame(
        {
            "item": range(n),
            "links": [3 if each else 0 for each in bad],
            "y": ["bad" if each else "good" for each in bad],
            "loss": [6.0 if each else 0.0 for each in bad],
        }
    ).with_columns(**columns)


def project(folder: Path, items: pl.DataFrame, objective: po.Objective = OBJECTIVE, **given: Any) -> po.Project:
    return project_of(folder, items, objective=objective, outcome="y", known_after=["loss"], **given)


def test_what_is_known_afterwards_is_no_feature(tmp_path: Path) -> None:
    assert project(tmp_path, claims())._at.ground.items.features == ["links"]


def test_the_table_to_decide_on_may_lack_it(tmp_path: Path) -> None:
    new = claims(6).drop("loss", "y")
    assert project(tmp_path, claims()).decide(new)["decision"].to_list() == ["pay", "pay", "check"] * 2


def test_its_values_in_the_table_to_decide_on_are_not_looked_at(tmp_path: Path) -> None:
    made = project(tmp_path, claims())
    new = claims(6).drop("y")
    assert made.decide(new.with_columns(loss=pl.lit(-1e6))).equals(made.decide(new))


def test_the_payoff_when_deciding_is_the_mean_observed_at_that_outcome(tmp_path: Path) -> None:
    made = project(tmp_path, claims(loss=pl.Series([5.0, 5.0, 4.0, 5.0, 5.0, 8.0] * 15)))
    bad = made._at.ground.items.table[made._at.ground.learning].filter(pl.col("y") == "bad")["loss"]
    assert made._at.bench().evidence.given == {("pay", "bad"): pytest.approx(-bad.mean())}


def test_null_is_not_observed_and_nought_is_a_value(tmp_path: Path) -> None:
    values = pl.Series([0.0, 0.0, None, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0] * 10)
    made = project(tmp_path, claims(loss=values))
    seen = made._at.ground.items.table[made._at.ground.learning].filter(pl.col("y") == "bad")["loss"].drop_nulls()
    assert set(seen) == {0.0, 8.0}
    assert made._at.bench().evidence.given == {("pay", "bad"): pytest.approx(-seen.mean())}


def test_what_was_observed_on_audit_items_does_not_reach_decisions(tmp_path: Path) -> None:
    first = project(tmp_path / "a", claims())
    sealed = pl.Series(first._at.ground.audit)
    second = project(tmp_path / "b", claims().with_columns(loss=pl.when(sealed).then(1000.0).otherwise("loss")))
    assert first.decide(provisional=True).equals(second.decide(provisional=True))


def test_judging_uses_the_observed_value(tmp_path: Path) -> None:
    first = project(tmp_path / "a", claims())
    sealed = pl.Series(first._at.ground.audit)
    second = project(tmp_path / "b", claims().with_columns(loss=pl.when(sealed).then(1000.0).otherwise("loss")))
    trials = [each.trial("linear") for each in (first, second)]
    assert all(trial is not None for trial in trials)
    # Checking a bad claim saves its loss: 6 by expectation, 1000 as observed. The constant is to check.
    levels = [
        each._at.standing().court.level(each._at.standing().sealed(each._at.standing().rung("constant")))
        for each in (first, second)
    ]
    assert levels[0].estimate.mean == pytest.approx(levels[1].estimate.mean)
    pays = [each._at.standing() for each in (first, second)]
    all_pay = [here.court.level(here.sealed(here.rung("constant")) * 0).estimate.mean for here in pays]
    assert all_pay[1] < all_pay[0] - 100


def test_an_expression_over_both_kinds_of_column_has_its_mean(tmp_path: Path) -> None:
    objective = po.Objective({"pay": {"bad": "-loss * links", "good": 2.0}, "check": {"bad": 0.0, "good": 1.0}})
    made = project(tmp_path, claims(), objective)
    assert made._at.bench().evidence.given == {("pay", "bad"): pytest.approx(-18.0)}
    assert made.decide(claims(3).drop("y", "loss"))["decision"].to_list() == ["pay", "pay", "check"]


def test_a_payoff_never_observed_at_its_outcome_says_so(tmp_path: Path) -> None:
    nowhere = pl.when(pl.col("y") == "good").then("loss")
    made = project(tmp_path, claims().with_columns(loss=nowhere))
    with pytest.raises(PayoffError, match="'pay' if 'bad'") as caught:
        made.decide()
    assert caught.value.next_step


def test_it_works_where_outcomes_are_bought(tmp_path: Path) -> None:
    made = experts(project_of(tmp_path, claims().drop("y"), objective=OBJECTIVE, known_after=["loss"]))
    truth = dict(zip([str(i) for i in range(90)], claims()["y"], strict=True))
    assert made.decide()["decision"].len() == 90
    bought(made, truth, 30.0, 15.0)
    assert made.decide(claims(6).drop("y", "loss"))["decision"].to_list() == ["pay", "pay", "check"] * 2
    assert made._at.bench().evidence.given == {("pay", "bad"): pytest.approx(-6.0)}


def test_a_rule_over_it_fails_on_every_item_and_is_named(tmp_path: Path) -> None:
    made = project(tmp_path, claims())
    with pytest.warns(UserWarning, match="'costly' failed on 90"):
        made.add_source("costly", kind="rule", function=lambda item: "bad" if item["loss"] else None)


def test_a_role_needed_when_deciding_cannot_be_known_only_afterwards(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="known_after"):
        project_of(tmp_path, sites(now=pl.Series(["keep", "remove"] * 20)), today="now", known_after=["now"])


def test_one_column_may_be_named_as_text(tmp_path: Path) -> None:
    made = project_of(tmp_path, claims(), objective=OBJECTIVE, outcome="y", known_after="loss")
    assert made._at.ground.items.roles.known_after == ("loss",)
