"""An objective that stands already, asked about again: Enter keeps it, whatever it says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.project.interview import Facts, conduct, kept_answers, tables_from

NUMBER = st.integers(-20, 5).map(float)
RANGE = st.tuples(st.integers(-20, -11), st.integers(-10, 5)).map(lambda ends: [float(end) for end in ends])
CELL = st.one_of(NUMBER, RANGE, st.just("?"), st.just("-2 * amount"))
LIMITS = st.lists(
    st.sampled_from(
        [
            {"decision": "remove", "precision": 0.95},
            {"decision": "remove", "at_most": 40, "per": "week"},
            {"decision": "remove", "precision": 0.9, "by": "language"},
            {"decision": "keep", "recall": 0.5},
        ]
    ),
    unique_by=str,
)


def objectives(decisions: list[str], outcomes: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    payoff = st.fixed_dictionaries({d: st.fixed_dictionaries(dict.fromkeys(outcomes, CELL)) for d in decisions})
    rest = {
        "per_month": st.just(1000),
        "months": st.just(6),
        "well_enough": st.just(20),
        "wait_per_month": st.just(3),
        "reveals": st.just(["remove"]),
    }
    objective = st.builds(
        lambda payoff, rest: {**rest, "payoff": payoff}, payoff, st.fixed_dictionaries({}, optional=rest)
    )
    return st.fixed_dictionaries({"unit": st.sampled_from(["EUR", "points"]), "objective": objective, "limit": LIMITS})


def facts_on(present: dict[str, Any]) -> Facts:
    payoff = present["objective"]["payoff"]
    outcomes = sorted({outcome for row in payoff.values() for outcome in row})
    return Facts(decisions=list(payoff), outcomes=outcomes, columns={"amount": 3.0}, present=present)


def after(present: dict[str, Any], *typed: str) -> dict[str, Any]:
    """The tables after these answers, and Enter for the rest."""
    facts, kept = kept_answers(facts_on(present))
    waiting = iter(typed)
    return conduct(facts, lambda question, said: next(waiting, ""), kept=kept).tables


@given(
    st.one_of(
        objectives(["keep", "remove"], ["ham", "spam"]),
        objectives(["keep", "remove", "review"], ["ham", "spam"]),
        objectives(["keep", "remove"], ["eggs", "ham", "spam"]),
        objectives(["ham", "spam", "remove"], ["ham", "spam"]),
    )
)
def test_the_answers_kept_make_the_objective_that_stands(present: dict[str, Any]) -> None:
    facts, kept = kept_answers(facts_on(present))
    made = tables_from(facts, kept)
    assert made["objective"]["payoff"] == present["objective"]["payoff"]
    assert made["unit"] == present["unit"]
    assert sorted(map(str, made.get("limit", []))) == sorted(map(str, present["limit"]))
    for key in ("wait_per_month", "well_enough", "reveals"):
        assert made["objective"].get(key) == present["objective"].get(key)


MAIL = {"keep": {"ham": 0.0, "spam": -0.5}, "remove": {"ham": -2.0, "spam": 0.0}}


def test_one_answer_changes_one_cell() -> None:
    # unit, right.remove, cost.remove.spam, cost.remove.ham
    made = after({"unit": "EUR", "objective": {"payoff": MAIL}}, "", "", "", "3")
    assert made["objective"]["payoff"] == {**MAIL, "remove": {"ham": -3, "spam": 0}}


def test_gains_written_by_hand_are_offered_as_they_stand() -> None:
    gains = {**MAIL, "remove": {"ham": -2.0, "spam": 0.3}}
    facts, kept = kept_answers(facts_on({"unit": "EUR", "objective": {"payoff": gains}}))
    assert (facts.cellwise, kept["cost.remove.spam"]) == (False, "+0.3")


def test_a_look_is_recognised_by_its_name_and_its_cells() -> None:
    looked = {
        "allow": {"bad": -10.0, "good": 0.0},
        "block": {"bad": 2.0, "good": -4.0},
        "inspect": {"bad": 1.0, "good": -1.0},
    }
    facts, kept = kept_answers(facts_on({"unit": "EUR", "objective": {"payoff": looked}}))
    assert (facts.cellwise, kept["looks"], kept["look.inspect"]) == (False, "inspect", "1")


def test_what_no_answers_make_is_changed_cell_by_cell() -> None:
    odd = {"keep": {"ham": 7.0, "spam": -0.5}, "remove": {"ham": -2.0, "spam": 1.0}}
    present = {"unit": "EUR", "objective": {"payoff": odd}}
    assert kept_answers(facts_on(present))[0].cellwise
    made = after(present, "", "spam -> keep: -1 to -0.5", "ham -> remove: -amount")
    assert made["objective"]["payoff"] == {
        "keep": {"ham": 7, "spam": [-1, -0.5]},
        "remove": {"ham": "-amount", "spam": 1},
    }


def test_open_cells_are_asked_for_first() -> None:
    half = {"keep": {"ham": 0.0, "spam": "?"}, "remove": {"ham": -2.0, "spam": 0.0}}
    made = after({"unit": "EUR", "objective": {"payoff": half}}, "", "-0.5")
    assert made["objective"]["payoff"] == MAIL


def test_what_was_assumed_is_assumed_until_it_changes() -> None:
    present = {"unit": "EUR", "objective": {"per_month": 100, "months": 12, "assumed": ["months"], "payoff": MAIL}}
    assert after(present)["objective"]["assumed"] == ["months"]
    changed = after(present, "", "", "", "", "", "", "6")  # per_month is kept, months is not
    assert (changed["objective"]["months"], "assumed" in changed["objective"]) == (6, False)


@pytest.mark.parametrize("typed", ["none", "no"])
def test_a_limit_is_taken_away_by_none(typed: str) -> None:
    present = {
        "unit": "EUR",
        "objective": {"payoff": MAIL},
        "limit": [{"decision": "remove", "at_most": 9, "per": "day"}],
    }
    # unit, right, three costs, per_month, capacity
    assert "limit" not in after(present, "", "", "", "", "", "", typed)


def test_limits_that_no_question_asks_about_stay() -> None:
    limit = {"decision": "remove", "precision": 0.9, "by": "language"}
    present = {"unit": "EUR", "objective": {"payoff": MAIL}, "limit": [limit]}
    made = after(present, "", "", "", "", "", "", "5 a day")
    assert made["limit"] == [{"decision": "remove", "at_most": 5, "per": "day"}, limit]
