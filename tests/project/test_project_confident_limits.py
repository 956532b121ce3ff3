"""Limits with confidence hold for items to come, or the project says what it would take to show that they do."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import payoff as po
from payoff.judge.bars import Tally
from payoff.project.deciding import policy_for
from payoff.project.holding import Held, holding_line, limits_held
from payoff.project.limiting import Bar, Batch
from payoff.project.raising import Search, not_shown, stands_for, with_confidence
from small_projects import CELLS, bought, experts, project_of

REMOVE_OR_KEEP = {"keep": {"ham": 0.0, "spam": -1.0}, "remove": {"ham": -1.0, "spam": 1.0}}


def sites(n: int, *, wrong: int, **columns: Any) -> pl.DataFrame:
    """Every second item has links and is spam, but for each `wrong`-th of these, which is ham."""
    links = [3 * (i % 2) for i in range(n)]
    spam = [each > 0 and (i // 2) % wrong != wrong - 1 for i, each in enumerate(links)]
    table = {"item": range(n), "links": links, "lang": [("de", "en")[i // 4 % 2] for i in range(n)]}
    return pl.DataFrame(table | {"y": ["spam" if each else "ham" for each in spam]}).with_columns(**columns)


def project(folder: Path, items: pl.DataFrame, *limits: po.Limit, **given: Any) -> po.Project:
    objective = po.Objective(REMOVE_OR_KEEP, unit="EUR", limits=limits)
    return project_of(folder, items, objective=objective, **({"outcome": "y"} | given))


def removed(made: po.Project) -> int:
    return made.decide(provisional=True)["decision"].to_list().count("remove")


def search(limit: po.Limit, said: Any, spam: Any, known: Any = None, **columns: Any) -> Search:
    """A search over items whose probabilities of spam are `said`, whatever fitted them."""
    objective = po.Objective(REMOVE_OR_KEEP, limits=[limit])
    n = len(said)
    proba = np.column_stack([1 - np.asarray(said), said])
    told = np.ones(n, dtype=bool) if known is None else known
    truth = np.column_stack([~np.asarray(spam), spam]) * told[:, None]
    batch = Batch(objective, objective.table(), proba, pl.DataFrame(columns or {"row": range(n)}), None)
    return Search(batch, truth.astype(np.float64), told, np.ones(n), np.arange(n))


def test_a_precision_that_labels_show_changes_nothing(tmp_path: Path) -> None:
    items = sites(600, wrong=10**9)
    bound = project(tmp_path, items, po.Limit("remove", precision=0.95, confidence=0.95))
    assert removed(bound) == 300, "some 200 labelled items so decided, all right: 0.95^200 is below 0.05"


def test_a_precision_that_few_labels_cannot_show_closes_the_decision_and_says_what_it_takes(tmp_path: Path) -> None:
    made = project(tmp_path, sites(60, wrong=10**9), po.Limit("remove", precision=0.95, confidence=0.95))
    with pytest.warns(
        UserWarning, match="it takes 59 labelled items so decided, there are 2.; so 'remove' is not taken"
    ):
        assert removed(made) == 0


def test_a_precision_that_holds_only_on_average_closes_the_decision(tmp_path: Path) -> None:
    items = sites(900, wrong=10)
    assert removed(project(tmp_path / "a", items, po.Limit("remove", precision=0.88))) == 450
    bound = project(tmp_path / "b", items, po.Limit("remove", precision=0.88, confidence=0.95))
    with pytest.warns(UserWarning, match="of 297 labelled items so decided 89% are right"):
        assert removed(bound) == 0, "265 of 297 are right, which shows no more than 86%"


def test_each_group_is_shown_for_itself(tmp_path: Path) -> None:
    """Both languages are right in 9 of 10, but the wrong ones are all in one."""
    items = sites(1200, wrong=10**9).with_columns(
        y=pl.when((pl.col("lang") == "en") & (pl.col("item") % 5 == 0)).then(pl.lit("ham")).otherwise(pl.col("y"))
    )
    made = project(tmp_path, items, po.Limit("remove", precision=0.9, confidence=0.95, by="lang"))
    with pytest.warns(UserWarning, match="where lang is 'en'.*not taken there"):
        decided = made.decide(provisional=True).with_columns(items["lang"])
    assert decided.filter(pl.col("decision") == "remove")["lang"].unique().to_list() == ["de"]


def test_a_group_never_seen_gets_no_decision_whose_precision_must_hold(tmp_path: Path) -> None:
    made = project(tmp_path, sites(1200, wrong=10**9), po.Limit("remove", precision=0.9, confidence=0.95, by="lang"))
    new = [{"item": 1, "links": 3, "lang": "fr"}, {"item": 2, "links": 3, "lang": "de"}]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 'fr' is a value never seen, which is said too
        assert made.decide(new, provisional=True)["decision"].to_list() == ["keep", "remove"]


def test_a_recall_that_few_labels_cannot_show_takes_every_item(tmp_path: Path) -> None:
    made = project(tmp_path, sites(60, wrong=10**9), po.Limit("remove", recall=0.95, confidence=0.95))
    with pytest.warns(UserWarning, match="that should be so decided, there are 2.; so 'remove' is taken wherever"):
        assert removed(made) == 60


def test_a_recall_that_a_capacity_forbids_is_named(tmp_path: Path) -> None:
    limits = [po.Limit("remove", recall=0.9, confidence=0.95), po.Limit("remove", share=0.25)]
    made = project(tmp_path, sites(600, wrong=10**9), *limits)
    with pytest.warns(
        UserWarning, match="that should be so decided 5.% are; so 'remove' is taken wherever other limits allow"
    ):
        assert removed(made) == 150


def test_before_there_are_labels_nothing_is_shown(tmp_path: Path) -> None:
    made = project(
        tmp_path, sites(60, wrong=9).drop("y"), po.Limit("remove", precision=0.6, confidence=0.9), outcome=None
    )
    with pytest.warns(UserWarning, match="it takes 5 labelled items so decided, there are 0"):
        assert removed(made) == 0


def test_what_experts_told_of_the_learning_part_counts_and_what_the_audit_says_does_not(tmp_path: Path) -> None:
    items = sites(120, wrong=10**9)
    made = experts(project(tmp_path, items.drop("y"), po.Limit("remove", precision=0.5, confidence=0.9), outcome=None))
    truth = dict(zip(items["item"].cast(pl.String), items["y"], strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bought(made, truth, *[20.0] * 5)
    standing = made._at.standing()
    told = standing.bench.evidence.gold["item"]
    search_over = standing.bench.bars(standing.rung("linear"))
    assert set(told) <= {str(row) for row in made._at.ground.learning}
    assert search_over[0].tally.many <= len(told)


def test_limits_without_confidence_are_as_they_were(tmp_path: Path) -> None:
    made = project(tmp_path, sites(60, wrong=5), po.Limit("remove", precision=0.7))
    standing = made._at.standing()
    assert standing.bench.bars(standing.rung("linear")) == ()


def test_what_is_in_use_today_is_not_held_to_a_bar(tmp_path: Path) -> None:
    items = sites(60, wrong=5, now=pl.lit("remove"))
    made = project(tmp_path, items, po.Limit("remove", precision=0.99, confidence=0.95), today="now")
    assert made.decide()["decision"].unique().to_list() == ["remove"]


def test_precision_is_raised_before_recall() -> None:
    both = po.Limit("remove", precision=0.9, recall=0.5, confidence=0.95)
    more = po.Limit("keep", precision=0.8, confidence=0.9)
    assert with_confidence([both, more]) == [(both, "precision"), (more, "precision"), (both, "recall")]


def test_the_bar_is_set_where_labels_are_right_whatever_the_probabilities_say() -> None:
    """All of 400 are said to be spam for sure; only the 200 that are said so loudest are."""
    limit = po.Limit("remove", precision=0.9, confidence=0.95)
    said = np.linspace(0.9999, 0.99, 400)
    (bar,) = search(limit, said, np.arange(400) < 200).raised(limit, "precision", ())
    assert bar.shown and said[int(0.9 * 200)] > bar.least > said[int(200 / 0.9)]


def test_a_recall_is_raised_until_it_is_shown() -> None:
    """Spam is said to be rare below 0.5, but half of it is there: the bar goes down to where it ends."""
    limit = po.Limit("remove", recall=0.9, confidence=0.95)
    said = np.linspace(0.99, 0.001, 800)
    (bar,) = search(limit, said, np.arange(800) < 600).raised(limit, "recall", ())
    assert bar.shown and bar.least < said[int(0.9 * 600)]


def test_a_bar_that_later_ones_undo_closes_the_decision() -> None:
    """Of 100 that would be removed 50 are right: whatever was shown before, it is not any more."""
    limit = po.Limit("remove", precision=0.9, confidence=0.95)
    over = search(limit, np.full(100, 0.95), np.arange(100) < 50)
    (bar,) = over.counted_again((Bar(limit, "precision", None, 0.0, Tally(100, 100), 29, shown=True),))
    assert (bar.least, bar.tally, bar.shown) == (np.inf, Tally(100, 50), False)


def test_precision_and_recall_hold_together_where_both_can() -> None:
    limit = po.Limit("remove", precision=0.9, recall=0.9, confidence=0.95)
    over = search(limit, np.r_[np.full(200, 0.99), np.full(200, 0.01)], np.arange(400) < 200)
    bars: tuple[Bar, ...] = ()
    for _, kind in with_confidence([limit]):
        bars += over.raised(limit, kind, bars)
    assert [(bar.kind, bar.shown) for bar in over.counted_again(bars)] == [("precision", True), ("recall", True)]
    assert over.batch.decided(bars).sum() == 200


def test_each_group_of_the_learning_part_has_its_own_bar(tmp_path: Path) -> None:
    made = project(tmp_path, sites(600, wrong=10**9), po.Limit("remove", precision=0.9, confidence=0.95, by="lang"))
    standing = made._at.standing()
    assert [bar.group for bar in standing.bench.bars(standing.rung("linear"))] == ["de", "en"]


def test_a_stricter_confidence_never_takes_more_items() -> None:
    rng = np.random.default_rng(0)
    said = rng.random(1500)
    spam = rng.random(1500) < said
    least = []
    for confidence in (0.6, 0.8, 0.9, 0.95, 0.99, 0.9999):
        limit = po.Limit("remove", precision=0.85, confidence=confidence)
        least.append(search(limit, said, spam).raised(limit, "precision", ())[0].least)
    assert least == sorted(least) and least[0] < least[-1]


def test_with_very_many_labels_calibrated_probabilities_lose_hardly_a_decision() -> None:
    rng = np.random.default_rng(0)
    said = rng.random(30_000)
    limit = po.Limit("remove", precision=0.85, confidence=0.95)
    over = search(limit, said, rng.random(30_000) < said)
    plain, bars = over.batch.decided(()), over.raised(limit, "precision", ())
    kept = over.batch.decided(bars).sum() / plain.sum()
    assert kept >= (1 / 32) ** (2 / 39), "within two of 40 steps, each of which leaves 1 / 32^(1 / 39) = 91%"


@pytest.mark.parametrize("sharpness", [1.0, 2.0])
def test_of_many_worlds_few_fall_below_the_limit(sharpness: float) -> None:
    """Overconfident probabilities break a plain limit nearly always; with confidence it breaks in at most 5%."""
    rng = np.random.default_rng(1)
    limit, broken = po.Limit("remove", precision=0.85, confidence=0.95), 0
    for _ in range(60):
        true = 1 / (1 + np.exp(-2 * rng.normal(size=(2, 500))))
        said = true**sharpness / (true**sharpness + (1 - true) ** sharpness)
        over = search(limit, said[0], rng.random(500) < true[0])
        fresh = search(limit, said[1], np.zeros(500, dtype=bool)).batch
        decided = fresh.decided(over.raised(limit, "precision", ())) == 1
        broken += bool(decided.any() and true[1][decided].mean() < 0.85)
    assert broken <= 60 * 0.05 + 3 * (60 * 0.05 * 0.95) ** 0.5


def test_labels_bought_in_doubt_stand_for_all_items_of_their_kind() -> None:
    chance = np.repeat([0.2, 0.9], 100)
    known = np.zeros(200, dtype=bool)
    known[:40] = known[100:110] = True
    weight = stands_for(chance, known, np.ones(200))
    assert weight[0] == 100 / 40 and weight[100] == 100 / 10 and weight[~known].sum() == 0


def test_a_census_stands_for_itself() -> None:
    assert stands_for(np.random.default_rng(0).random(50), np.ones(50, dtype=bool), np.ones(50)).tolist() == [1.0] * 50


def test_a_bar_that_nothing_can_show_says_so() -> None:
    bar = Bar(po.Limit("remove", precision=1.0, confidence=0.95), "precision", None, np.inf, Tally(90, 90), None)
    assert not_shown([bar]) == [
        "precision 100% of 'remove' is not shown to hold with confidence 95%: no number of labels shows 100%; "
        "so 'remove' is not taken"
    ]


def test_the_audit_says_whether_a_limit_holds(tmp_path: Path) -> None:
    made = project(tmp_path, sites(600, wrong=10**9), po.Limit("remove", precision=0.9, confidence=0.95))
    standing = made._at.standing()
    (held,) = limits_held(standing, standing.rung("linear"))
    assert held.tally.share == 1.0 and held.verdict == "holds"
    assert held.low == pytest.approx(0.05 ** (1 / held.tally.many)), "n of n right: the share p with p^n = 0.05"


def test_a_limit_on_average_is_looked_at_with_the_usual_confidence(tmp_path: Path) -> None:
    made = project(tmp_path, sites(300, wrong=3), po.Limit("remove", precision=0.66))
    standing = made._at.standing()
    line = holding_line(standing, standing.rung("linear"))
    assert line is not None and "at least 66%: not shown to hold yet" in line


def test_a_limit_that_what_is_in_use_breaks_is_said_to_be_broken(tmp_path: Path) -> None:
    items = sites(300, wrong=10**9, now=pl.lit("remove"))
    made = project(tmp_path, items, po.Limit("remove", precision=0.9), today="now")
    standing = made._at.standing()
    (held,) = limits_held(standing, policy_for(standing, False)[0])
    assert held.verdict == "broken" and "does not hold" in held.words()


def test_before_the_audit_has_answers_nothing_is_known(tmp_path: Path) -> None:
    made = project(tmp_path, sites(60, wrong=9).drop("y"), po.Limit("remove", precision=0.6), outcome=None)
    standing = made._at.standing()
    line = holding_line(standing, standing.rung("constant"))
    assert line == "precision of 'remove' is not known yet, at least 60%: not shown to hold yet"


def test_a_limit_on_numbers_alone_has_no_interval(tmp_path: Path) -> None:
    made = project_of(tmp_path, objective=po.Objective(CELLS, limits=[po.Limit("remove", share=0.5)]))
    standing = made._at.standing()
    assert holding_line(standing, standing.rung("constant")) is None


def test_shares_near_one_are_not_rounded_over_the_limit() -> None:
    held = Held(po.Limit("act", precision=0.95), "precision", None, Tally(100.0, 97.0), 0.946, 0.99)
    assert "97% (94.6% to 99% on 100 audit items), at least 95%: not shown to hold yet" in held.words()
