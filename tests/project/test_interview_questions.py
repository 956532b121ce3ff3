"""The interview as plain data: which question follows, how an answer is read, and what the answers make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import BadAnswer
from payoff.items import Roles, items_from
from payoff.objective import Objective
from payoff.project.interview import Facts, Question, conduct, facts_of, next_question, tables_from
from payoff.project.interview.amounts import as_cost, read_amount, read_cost
from payoff.project.interview.figures import read_gain, read_months, read_price, read_rate, read_volume
from payoff.project.interview.question import check, read_case

MAIL = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"], columns={"amount": 40.0, "words": 7.0})
EUR = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"], unit="EUR", columns={"amount": 40.0})
LOOK = Facts(decisions=["keep", "remove", "review"], outcomes=["ham", "spam"], unit="EUR")
REVIEWED = {"looks": "review", "right.remove": "spam", "cost.remove.spam": "", "cost.remove.ham": "2"}


def keys(facts: Facts, answers: dict[str, str]) -> list[str]:
    """Every question asked when each one but those answered is left open."""
    asked, given_ = [], {}
    while (question := next_question(facts, given_)) is not None:
        asked.append(question.key)
        given_[question.key] = answers.get(question.key, "?")
    return asked


def cells(facts: Facts, **answers: str) -> Any:
    return tables_from(facts, {key.replace("__", "."): value for key, value in answers.items()})["objective"]["payoff"]


def typed(facts: Facts, *answers: str, items: pl.DataFrame | None = None) -> tuple[dict[str, Any], list[str]]:
    """The tables that typed answers make, and all that was said meanwhile."""
    waiting, shown = iter(answers), []

    def ask(question: Question, said: Any) -> str | None:
        shown.extend([*said, question.words])
        return next(waiting, None)

    return conduct(facts, ask, items=items).tables, shown


# --- amounts as people type them -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.5", 0.5),
        (".5", 0.5),
        ("1,000", 1000.0),
        ("20%", 0.2),
        ("1/5", 0.2),
        ("0.2 to 0.5", (0.2, 0.5)),
        ("0.5 to 0.2", (0.2, 0.5)),
        ("[0.2, 0.5]", (0.2, 0.5)),
        ("500-3,000", (500.0, 3000.0)),
        ("between 500 and 3,000", (500.0, 3000.0)),
        ("10% to 20%", (0.1, 0.2)),
        ("2 EUR", 2.0),
        ("5 to 20 €", (5.0, 20.0)),
        ("3 to 3", 3.0),
        ("amount * 0.2", "amount * 0.2"),
        ("20% of amount", "0.2 * amount"),
        ("10k", 10_000.0),
        ("1.5 million", 1_500_000.0),
        ("about 40", 40.0),
        ("~ 5 to 20", (5.0, 20.0)),
        ("$2.50", 2.5),
        ("2h", 2.0),
        ("5k-20k", (5_000.0, 20_000.0)),
        ("3 - 7", (3.0, 7.0)),
        ("60 - 5", 55.0),
        ("(2 + 3) * 4", 20.0),
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, amount: object) -> None:
    assert read_amount(text, ["amount"]) == amount


@pytest.mark.parametrize("text", ["a lot", "0,5", "2kk", "[1, 2, 3]", "5 apples", "1/0", "--", "amount AS cost"])
def test_what_is_no_amount_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(BadAnswer, match="a number") as error:
        read_amount(text, ["amount"])
    assert error.value.found == f"the answer {text!r} cannot be used"


def test_a_column_whose_name_has_spaces_needs_no_quotes() -> None:
    assert read_amount("0.2 * Amount claimed", ["Amount claimed", "age"]) == '0.2 * "Amount claimed"'
    assert read_amount("Amount claimed", ["Amount claimed"]) == '"Amount claimed"'
    assert read_amount('"Amount claimed" + age', ["Amount claimed", "age"]) == '"Amount claimed" + age'


def test_the_example_of_an_expression_can_be_typed() -> None:
    with pytest.raises(BadAnswer, match=r'\("Amount claimed" \* 0.2\)'):
        read_amount("a lot", ["Amount claimed"])


def test_a_misspelt_column_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadAnswer, match="Did you mean 'amount'"):
        read_amount("amuont * 0.2", ["amount", "words"])


@pytest.mark.parametrize("text", ["2", "-2", "2 EUR"])
def test_a_cost_counts_below_nought_with_a_sign_or_without(text: str) -> None:
    assert read_cost(text) == -2


def test_a_plus_says_that_it_earns() -> None:
    assert read_cost("+0.3") == 0.3


def test_a_cost_over_columns_is_turned_as_a_whole() -> None:
    assert read_cost("amount + 5", ["amount"]) == "-(amount + 5)"


@given(st.floats(-1e6, 1e6).map(lambda value: round(value, 6)))
def test_a_cost_is_read_back_as_it_was_written(worth: float) -> None:
    assert read_cost(as_cost(worth)) == pytest.approx(worth, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("40", (40, "week")),
        ("40 a week", (40, "week")),
        ("at most 10/day", (10, "day")),
        ("1,200 per month", (1200, "month")),
    ],
)
def test_a_room_is_read_with_its_period(text: str, rate: tuple[int, str]) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["forty", "40 a year", "2.5 a week", "-3"])
def test_a_room_that_is_no_whole_number_a_period_is_refused(text: str) -> None:
    with pytest.raises(BadAnswer, match="40 a week"):
        read_rate(text)


@pytest.mark.parametrize(
    ("text", "a_month"),
    [("12,000", 12_000), ("about 12k", 12_000), ("24000 a year", 2_000), ("7 a week", round(7 * 365.25 / 84))],
)
def test_items_of_any_period_are_so_many_a_month(text: str, a_month: int) -> None:
    assert read_volume(text) == a_month


@pytest.mark.parametrize(("text", "months"), [("6", 6), ("6 months", 6), ("1 year", 12), ("a year", 12), ("0.5", 0.5)])
def test_months_may_be_years(text: str, months: float) -> None:
    assert read_months(text) == months


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_volume, "0"),
        (read_volume, "many"),
        (read_volume, "5 a fortnight"),
        (read_volume, "30 to 50"),
        (read_months, "20 min"),
        (read_months, "-1"),
        (read_volume, "40 hours"),
        (read_gain, "2000 calls"),
        (read_gain, "six"),
        (read_gain, "6 months"),
    ],
)
def test_a_figure_that_is_none_of_the_kind_is_refused_as_it_was_typed(read: Callable[[str], float], text: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        read(text)
    assert refusal.value.found == f"the answer {text!r} cannot be used"
    assert refusal.value.expected.startswith("one number")


@pytest.mark.parametrize("text", ["10k", "10,000", "about 10000 EUR", "€10k"])
def test_a_gain_is_not_a_thousandth_of_what_was_meant(text: str) -> None:
    assert read_gain(text) == 10_000


def test_the_price_of_an_hour_is_sixty_times_that_of_a_minute() -> None:
    assert read_price("36 an hour") == 36 / 60


@pytest.mark.parametrize("text", ["ham -> remove", "ham decided 'remove'", "'ham'->rem"])
def test_a_case_is_an_outcome_an_arrow_and_a_decision(text: str) -> None:
    assert read_case(text, MAIL) == [("remove", "ham")]


def test_names_are_kept_as_they_are_spelt() -> None:
    question = Question(key="k", part="", words="", form="names", choices=("ham", "spam"))
    assert [check(question, text, MAIL) for text in ("SPAM", "s", "both", "none", "ham and spam")] == [
        "spam", "spam", "ham, spam", "none", "ham, spam"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"), [("human", "ask a human"), ("A HUMAN", "ask a human"), ("ask", "ask a human")]
)
def test_a_word_of_a_name_is_enough(text: str, name: str) -> None:
    question = Question(key="k", part="", words="", form="names", choices=("keep", "hide", "ask a human"))
    assert check(question, text, MAIL) == name


@pytest.mark.parametrize("text", ["no", "n", "-", "nobody", "None"])
def test_none_has_many_words(text: str) -> None:
    question = Question(key="k", part="", words="", form="names", choices=("ham", "spam"))
    assert check(question, text, MAIL) == "none"


@pytest.mark.parametrize("text", ["don't know", "No idea", "I don't know.", "not sure", "?"])
@pytest.mark.parametrize("form", ["cost", "ratio", "volume", "rate", "unit"])
def test_not_knowing_leaves_it_open_in_any_words(text: str, form: str) -> None:
    assert check(Question(key="k", part="", words="", form=form), text, MAIL) == "?"


def test_so_many_of_a_mistake_are_no_amount_of_money() -> None:
    with pytest.raises(BadAnswer, match="how many, not how much money"):
        check(Question(key="k", part="", words="", form="ratio"), "25 euros", MAIL)


def test_a_comparison_that_cannot_be_read_shows_how_to_write_one() -> None:
    with pytest.raises(BadAnswer, match="as bad as 2 spam -> keep"):
        check(Question(key="k", part="", words="", form="cost"), "twice as bad", EUR)


@pytest.mark.parametrize(
    "text", ["as bad as 3 to 7 ham -> remove", "3-7 ham -> remove", "between 3 and 7 ham -> remove"]
)
def test_as_bad_as_a_range_of_another_mistake(text: str) -> None:
    made = cells(EUR, right__remove="spam", cost__remove__ham="2", cost__keep__spam=text)
    assert made["keep"]["spam"] == [-14.0, -6.0]


def test_a_column_that_numbers_the_rows_is_no_amount() -> None:
    table = pl.DataFrame({"post": range(5), "age": [30, 31, 32, 34, 35], "loan": [5, 6, 5, 6, 5]})
    assert list(facts_of(items_from(table, Roles()), ["a", "b"], ["x", "y"]).columns) == ["loan", "age"]


def test_a_bare_outcome_may_be_typed_with_its_column() -> None:
    facts = Facts(decisions=["accept", "refuse"], outcomes=["0", "1"], outcome_column="bad")
    tables, shown = typed(facts, "EUR", "bad=1", "")
    assert any("For which of bad=0 and bad=1 is 'refuse'" in line for line in shown)
    assert tables["objective"]["payoff"]["refuse"]["1"] == 0.0


def test_a_name_that_is_none_of_them_is_refused() -> None:
    question = Question(key="k", part="", words="", form="names", choices=("ham", "spam"))
    with pytest.raises(BadAnswer, match="one of 'ham', 'spam'"):
        check(question, "eggs", MAIL)


# --- which question follows ------------------------------------------------------------------------------------------


def test_ratios_take_one_question_for_two_mistakes() -> None:
    asked = keys(MAIL, {"unit": "", "right.remove": "spam"})
    assert asked[:4] == ["unit", "right.remove", "ratio.keep.spam", "per_month"]


def test_a_unit_that_was_given_is_not_asked() -> None:
    assert "unit" not in keys(EUR, {})


def test_money_is_asked_mistake_by_mistake() -> None:
    asked = keys(EUR, {"right.remove": "spam"})
    assert [key for key in asked if key.startswith("cost")] == ["cost.remove.spam", "cost.remove.ham", "cost.keep.spam"]


def test_a_decision_called_review_is_asked_about_as_a_look() -> None:
    asked = keys(LOOK, {"looks": "", "right.remove": "spam", "minutes.review": "4"})
    assert [key for key in asked if key in ("looks", "minutes.review", "minute", "look.review")] == [
        "looks", "minutes.review", "minute"
    ]  # fmt: skip


def test_without_minutes_the_cost_of_a_look_is_asked() -> None:
    asked = keys(LOOK, {"looks": "", "right.remove": "spam"})
    assert "look.review" in asked
    assert "minute" not in asked


def test_what_is_right_is_not_asked_where_the_names_agree() -> None:
    teams = Facts(decisions=["billing", "login", "legal"], outcomes=["billing", "legal", "login"], unit="EUR")
    assert not [key for key in keys(teams, {}) if key.startswith(("right.", "baseline"))]


def test_a_decision_that_leaves_things_as_they_are_is_known_by_its_name_or_by_today() -> None:
    names = {"decisions": ["red", "blue"], "outcomes": ["ham", "spam"]}
    assert "baseline" in keys(Facts(**names), {})
    assert "baseline" not in keys(Facts(**names, today="blue"), {})
    assert "baseline" not in keys(MAIL, {})


@pytest.mark.parametrize("kinds", [4, 10, 30])
def test_many_mistakes_take_few_questions(kinds: int) -> None:
    names = [f"team {number}" for number in range(kinds)]
    asked = keys(Facts(decisions=names, outcomes=names, unit="EUR"), {"looks": "none", "right": "0", "wrong": "5"})
    assert asked[: asked.index("per_month")] == ["looks", "right", "wrong", "worse.1"]


def test_months_are_asked_only_with_a_volume() -> None:
    assert "months" not in keys(MAIL, {})
    assert "months" in keys(MAIL, {"per_month": "1,000"})


# --- what the answers make -------------------------------------------------------------------------------------------


def test_nothing_answered_leaves_every_cell_open() -> None:
    assert cells(MAIL) == {"keep": {"ham": "?", "spam": "?"}, "remove": {"ham": "?", "spam": "?"}}


def test_money_is_never_invented_for_what_was_left_open() -> None:
    found = cells(EUR, right__remove="spam", cost__remove__ham="2", cost__keep__spam="?")
    assert found == {"keep": {"ham": 0, "spam": "?"}, "remove": {"ham": -2, "spam": "?"}}


def test_a_ratio_counts_in_the_first_mistake() -> None:
    found = cells(MAIL, right__remove="spam", ratio__keep__spam="1/4")
    assert found == {"keep": {"ham": 0, "spam": -0.25}, "remove": {"ham": -1, "spam": 0}}


def test_a_ratio_may_be_a_range() -> None:
    assert cells(MAIL, right__remove="spam", ratio__keep__spam="2 to 5")["keep"]["spam"] == [-5, -2]


def test_a_mistake_may_be_as_bad_as_three_of_another() -> None:
    answers = {"right__remove": "spam", "cost__remove__ham": "as bad as 3 spam -> keep", "cost__keep__spam": "0.5 to 1"}
    assert cells(EUR, **answers)["remove"]["ham"] == [-3, -1.5]


def test_a_look_costs_its_minutes_below_what_is_right() -> None:
    answers = {**REVIEWED, "cost.remove.spam": "+0.3", "cost.keep.spam": "1", "minutes.review": "2", "minute": "0.5"}
    made = tables_from(LOOK, answers)["objective"]
    assert made["payoff"]["review"] == {"ham": 0 - 2 * 0.5, "spam": pytest.approx(0.3 - 2 * 0.5)}
    assert made["assumed"] == ["payoff.review.ham", "payoff.review.spam"]


def test_a_look_without_a_price_stays_open() -> None:
    answers = {**REVIEWED, "cost.keep.spam": "1", "minutes.review": "2", "minute": "?"}
    assert tables_from(LOOK, answers)["objective"]["payoff"]["review"] == {"ham": "?", "spam": "?"}


def test_where_minutes_are_the_unit_a_minute_costs_one() -> None:
    facts = Facts(decisions=["keep", "remove", "review"], outcomes=["ham", "spam"], unit="minutes")
    answers = {**REVIEWED, "cost.keep.spam": "1", "minutes.review": "2 to 4"}
    assert tables_from(facts, answers)["objective"]["payoff"]["review"]["ham"] == [-4, -2]


def test_what_is_worse_is_said_by_outcome_and_decision() -> None:
    names = ["billing", "legal", "login"]
    facts = Facts(decisions=[*names, "sales"], outcomes=names, unit="EUR")
    found = cells(facts, right="", wrong="5", worse__1="legal -> any: 50", worse__2="legal -> sales: 60", worse__3="")
    assert found["billing"] == {"billing": 0, "legal": -50, "login": -5}
    assert found["legal"] == {"billing": -5, "legal": 0, "login": -5}
    assert found["sales"]["legal"] == -60


def test_a_year_is_assumed_visibly() -> None:
    made = tables_from(MAIL, {"per_month": "1,000", "months": "?"})["objective"]
    assert (made["per_month"], made["months"], made["assumed"]) == (1000, 12, ["months"])


def test_the_dates_of_the_table_say_how_many_a_month_and_that_is_assumed() -> None:
    facts = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"], a_month=300)
    made = tables_from(facts, {"per_month": "", "months": "6"})["objective"]
    assert (made["per_month"], made["months"], made["assumed"]) == (300, 6, ["per_month"])


def test_five_wrong_of_a_hundred_is_a_precision_of_ninety_five() -> None:
    made = tables_from(EUR, {"right.remove": "spam", "wrong.remove": "5", "capacity.remove": "10 a day"})
    assert made["limit"] == [
        {"decision": "remove", "at_most": 10, "per": "day"},
        {"decision": "remove", "precision": 0.95},
    ]


@given(harm=st.floats(0.01, 1e4), kept=st.floats(0.01, 1e4))
def test_the_decision_turns_where_both_mistakes_weigh_the_same(harm: float, kept: float) -> None:
    answers = {
        "right.remove": "spam",
        "cost.remove.spam": "",
        "cost.remove.ham": f"{harm}",
        "cost.keep.spam": f"{kept}",
    }
    objective = Objective.from_dict(tables_from(EUR, answers))
    turn = harm / (harm + kept)
    assert objective.break_even()["high"][0] == pytest.approx(turn, rel=1e-6)


# --- the facts of a table --------------------------------------------------------------------------------------------


def test_columns_that_hold_money_are_proposed_and_ids_are_not() -> None:
    table = pl.DataFrame(
        {
            "id": range(30),
            "MonthlyCharges": [20.5 + i for i in range(30)],
            "clicks": [i % 7 for i in range(30)],
            "y": ["a", "b"] * 15,
        }
    )
    facts = facts_of(items_from(table, Roles(id="id", outcome="y")), ["x", "z"], ["a", "b"])
    assert (set(facts.columns), facts.money) == ({"MonthlyCharges", "clicks"}, ["MonthlyCharges"])


def test_a_column_with_gaps_is_refused_until_it_is_said_what_counts_there() -> None:
    facts = Facts(decisions=["keep", "remove"], outcomes=["ham", "spam"], columns={"fee": 2.0}, gaps={"fee": 3})
    question = Question(key="cost.keep.spam", part="", words="", form="cost")
    with pytest.raises(BadAnswer, match="fee has none for 3"):
        check(question, "fee * 2", facts)
    assert check(question, "COALESCE(fee, 0) * 2", facts) == "COALESCE(fee, 0) * 2"


def test_items_a_month_come_from_the_dates() -> None:
    days = pl.date_range(pl.date(2026, 1, 1), pl.date(2026, 3, 31), eager=True)  # 90 days, one item each
    items = items_from(pl.DataFrame({"day": days, "y": ["a", "b"] * 45}), Roles(outcome="y", time="day"))
    assert facts_of(items, ["x", "z"], ["a", "b"]).a_month == round(365.25 / 12)


# --- as it goes ------------------------------------------------------------------------------------------------------


def test_what_was_answered_stands_when_the_answers_end() -> None:
    tables, _ = typed(EUR, "spam", "0", "2")
    assert tables["objective"]["payoff"] == {"keep": {"ham": 0, "spam": "?"}, "remove": {"ham": -2, "spam": 0}}


def test_back_takes_the_last_answer_back() -> None:
    tables, shown = typed(EUR, "spam", "0", "200", "back", "2", "0.5")
    assert tables["objective"]["payoff"]["remove"]["ham"] == -2
    assert sum("'ham' wrongly decided 'remove'" in line for line in shown) == 2


def test_back_at_the_first_question_says_so() -> None:
    _, shown = typed(EUR, "back", "spam")
    assert "  This is the first question." in shown


def test_same_gives_the_last_amount_again() -> None:
    tables, _ = typed(EUR, "spam", "0.2 * amount", "same", "amount")
    assert tables["objective"]["payoff"]["remove"] == {"ham": "-0.2 * amount", "spam": "-0.2 * amount"}


def test_what_cannot_be_read_is_refused_and_asked_again() -> None:
    tables, shown = typed(EUR, "eggs", "spam")
    assert any("the answer 'eggs' cannot be used" in line for line in shown)
    assert tables["objective"]["payoff"]["keep"] == {"ham": 0, "spam": "?"}


def test_no_at_the_end_goes_back() -> None:
    answers = ["spam", "0", "2", "1", "", "", "", "", "", "", "no"]
    _, shown = typed(EUR, *answers)
    assert shown[-1] == next(line for line in shown if "stop improving" in line)


def test_a_mistake_in_the_objective_is_said_before_it_is_written() -> None:
    answers = ["spam", "50", "2", "1", "", "", "", "", "", ""]
    _, shown = typed(EUR, *answers)
    assert any("'keep' is worth most whatever the outcome" in line for line in shown)


def test_what_makes_no_objective_is_not_written() -> None:
    answers = ["spam", "0", "2", "1", "", "", "", "", "500", "100", "yes"]
    _, shown = typed(EUR, *answers)
    assert "  It cannot be written like that: `back` leads to what to mend." in shown
