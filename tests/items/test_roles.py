"""What each column is for: inferred where it is plain, refused where it cannot be."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from payoff.errors import NoSuchColumn, TableError, UnusableColumn
from payoff.items import Roles, infer_roles, items_from, new_items


def table(**columns):
    return pl.DataFrame(columns, strict=False)


SITES = table(item=[7, 8, 9], links=[0, 3, 1], y=["ham", "spam", None], cost=[1, None, 2])


@pytest.mark.parametrize(
    "name", ["id", "item", "ID", "Item", "claim_id", "claim id", "claim-ID", "customerID", "caseId"]
)
def test_a_unique_column_called_id_is_the_id(name):
    roles, notes = infer_roles(pl.DataFrame({"x": [1, 1], name: ["a", "b"]}))
    assert roles.id == name
    assert notes == [f'id: the column "{name}" (unique, no missing values)']


@pytest.mark.parametrize("name", ["valid", "paid", "number", "ID2", "VOID"])
def test_a_column_that_merely_ends_so_is_not(name):
    assert infer_roles(pl.DataFrame({name: ["a", "b"]}))[0].id is None


def test_item_comes_before_id_and_id_before_something_id():
    assert infer_roles(table(user_id=[1, 2], id=[1, 2], item=[1, 2]))[0].id == "item"
    assert infer_roles(table(user_id=[1, 2], id=[1, 2]))[0].id == "id"


@pytest.mark.parametrize(
    ("values", "flaw"),
    [(["a", "a"], "repeats values"), (["a", None], "has missing values"), (["a", ""], "has missing")],
)
def test_an_id_that_repeats_or_is_missing_is_passed_over_and_the_note_says_so(values, flaw):
    roles, notes = infer_roles(table(id=values))
    assert roles.id is None
    assert notes[0].startswith(f'id: the row number ("id" {flaw}')


def test_the_only_column_of_dates_is_the_time():
    roles, notes = infer_roles(table(day=[dt.date(2026, 1, 1)]))
    assert roles.time == "day"
    assert notes[-1] == 'time: the column "day" (the only column of dates)'


def test_a_column_of_dates_with_gaps_is_named_but_not_taken_for_the_time():
    roles, notes = infer_roles(table(day=[dt.date(2026, 1, 1), None]))
    assert roles.time is None
    assert notes[-1] == 'time: none ("day" has 1 missing values: name it to use it)'


def test_of_two_columns_of_dates_neither_is_the_time():
    roles, notes = infer_roles(table(opened=[dt.date(2026, 1, 1)], closed=[dt.date(2026, 1, 2)]))
    assert roles.time is None
    assert "name one" in notes[-1]


def test_a_date_known_only_afterwards_is_not_the_time():
    assert infer_roles(table(closed=[dt.date(2026, 1, 2)]), known_after="closed")[0].time is None


def test_what_is_given_is_kept_and_said():
    roles, notes = infer_roles(SITES, outcome="y", known_after=["cost"])
    assert roles == Roles(id="item", outcome="y", known_after=("cost",))
    assert notes[1:] == ['outcome: the column "y" (given)', 'known_after: the column "cost" (given)']


def test_no_outcome_is_ever_guessed():
    assert infer_roles(table(item=[1, 2], outcome=["a", "b"], label=[0, 1]))[0].outcome is None


def test_columns_that_play_a_role_are_no_features():
    roles = Roles(id="item", outcome="y", known_after=("cost",))
    assert items_from(SITES, roles).features == ["links"]


def test_every_role_bars_its_column_from_the_features():
    names = {"id": "a", "outcome": "b", "today": "c", "proba": "d", "time": "e", "group": "f", "weight": "g"}
    one = {name: [0.1, 0.2, 0.3] for name in "abcdefghijk"}
    items = items_from(pl.DataFrame(one), Roles(**names, known_after=("h", "i"), source_columns=("j",)))
    assert items.features == ["k"]


def test_columns_of_no_use_are_left_out_and_named():
    items = items_from(table(x=[1, 2], void=[None, None], same=["a", "a"]), Roles())
    assert items.features == ["x"]
    assert items.notes == [
        'features: "void" is left out (no value at all)',
        'features: "same" is left out (the same value everywhere)',
    ]


def test_names_of_result_columns_may_be_features():
    assert items_from(table(decision=[1, 2], expected=[3, 4]), Roles()).features == ["decision", "expected"]


def test_without_an_id_the_row_numbers_are():
    items = items_from(table(x=[5, 6]), Roles())
    assert items.ids.to_list() == ["1", "2"]
    assert items.id_values.to_list() == [1, 2]


def test_the_id_keeps_its_type_and_is_called_item():
    values = items_from(SITES.rename({"item": "site"}), Roles(id="site")).id_values
    assert (values.name, values.dtype) == ("item", pl.Int64)


def test_outcomes_are_names_and_unknown_where_empty():
    items = items_from(table(y=[1.0, 0.0, None]), Roles(outcome="y"))
    assert items.outcomes.to_list() == ["1", "0", None]
    assert items_from(table(y=["a", "b", ""]), Roles(outcome="y")).outcomes.to_list() == ["a", "b", None]


def test_without_an_outcome_column_there_are_none():
    assert items_from(SITES, Roles(id="item")).outcomes is None


def test_the_raw_features_keep_a_row_for_every_item_even_without_columns():
    assert items_from(SITES, Roles(id="item")).raw.columns == ["links", "y", "cost"]


def test_what_a_payoff_may_use_when_deciding_bars_what_is_known_after():
    items = items_from(SITES, Roles(id="item", outcome="y", known_after=("cost",)))
    assert items.columns_at_decision() == ["item", "links"]


def test_no_rows_are_refused():
    with pytest.raises(TableError, match="no rows"):
        items_from(SITES.clear(), Roles(id="item"))


@pytest.mark.parametrize("role", ["id", "outcome", "today", "proba", "time", "group", "weight"])
def test_a_column_that_is_not_there_is_refused_with_the_one_meant(role):
    with pytest.raises(NoSuchColumn, match=f"'lnks' \\(named as {role}\\); did you mean 'links'"):
        items_from(SITES, Roles(**{role: "lnks"}))


def test_a_known_after_column_that_is_not_there_is_refused():
    with pytest.raises(NoSuchColumn, match="'price' \\(named as known_after\\)"):
        items_from(SITES, Roles(known_after=("price",)))


def test_a_repeated_id_is_quoted_and_counted():
    with pytest.raises(UnusableColumn, match=r"'b' 3 times \(2 ids are repeated\)"):
        items_from(table(id=["a", "b", "b", "c", "b", "c"]), Roles(id="id"))


def test_ids_that_are_one_name_in_two_types_repeat():
    with pytest.raises(UnusableColumn, match="'1' 2 times"):
        items_from(pl.DataFrame({"id": ["1", 1, "x"]}, strict=False), Roles(id="id"))


@pytest.mark.parametrize("missing", [None, ""])
def test_a_missing_id_is_counted_with_its_first_row(missing):
    with pytest.raises(UnusableColumn, match="missing in 2 of 3 rows, first in row 2"):
        items_from(table(id=["a", missing, missing]), Roles(id="id"))


@pytest.mark.parametrize("role", ["outcome", "today", "proba", "time", "group", "weight"])
def test_a_role_without_any_value_is_refused(role):
    with pytest.raises(UnusableColumn, match=rf"'void' \({role}\) has no value at all"):
        items_from(table(void=[None, None]), Roles(**{role: "void"}))


def test_one_outcome_only_is_refused():
    with pytest.raises(UnusableColumn, match="one outcome only, 'spam', in 2 rows"):
        items_from(table(y=["spam", None, "spam"]), Roles(outcome="y"))


@pytest.mark.parametrize("other", ["id", "today", "proba", "weight", "time"])
def test_the_outcome_cannot_be_another_role_as_well(other):
    with pytest.raises(UnusableColumn, match=f"also named as {other}"):
        items_from(table(y=[0.1, 0.2]), Roles(outcome="y", **{other: "y"}))


def test_the_outcome_cannot_be_a_source():
    with pytest.raises(UnusableColumn, match="also named as source_columns"):
        items_from(table(y=["a", "b"]), Roles(outcome="y", source_columns=("y",)))


@pytest.mark.parametrize("wrong", [0, -1, None, "heavy", float("inf")])
def test_a_weight_that_is_no_positive_number_is_quoted_with_its_row(wrong):
    with pytest.raises(UnusableColumn, match=r"\(weight\) holds .* in row 2"):
        items_from(table(w=["1", wrong] if wrong == "heavy" else [1.0, wrong]), Roles(weight="w"))


@pytest.mark.parametrize("wrong", [1.5, -0.1])
def test_a_probability_outside_0_to_1_is_quoted_with_its_row(wrong):
    with pytest.raises(UnusableColumn, match=f"holds {wrong} in row 2"):
        items_from(table(p=[0.5, wrong]), Roles(proba="p"))


def test_a_probability_may_be_missing_for_some_items():
    assert len(items_from(table(p=[0.5, None]), Roles(proba="p"))) == 2


@pytest.mark.parametrize(
    "text",
    ["2026-01-02T10:00:00", "2026-01-02 10:00:00", "2026-01-02T10:00", "2026-01-02 10:00", "2026-01-02T10:00:00Z"],
)
def test_a_time_written_as_text_is_read(text):
    items = items_from(table(at=[text, None]), Roles(time="at"))
    assert items.table["at"].to_list() == [dt.datetime(2026, 1, 2, 10), None]


def test_dates_among_times_are_read():
    items = items_from(table(at=["2026-01-02", "2026-01-02T10:00:00"]), Roles(time="at"))
    assert items.table["at"].to_list() == [dt.datetime(2026, 1, 2), dt.datetime(2026, 1, 2, 10)]


def test_a_time_may_be_a_number():
    assert items_from(table(year=[2024, 2025]), Roles(time="year")).table["year"].to_list() == [2024, 2025]


def test_a_time_that_cannot_be_read_is_quoted_with_its_row():
    with pytest.raises(UnusableColumn, match="holds 'last week' in row 2"):
        items_from(table(at=["2026-01-02", "last week"]), Roles(time="at"))


def test_times_in_two_ways_of_writing_are_refused():
    with pytest.raises(UnusableColumn, match="all in one way"):
        items_from(table(at=["2026-01-02", "31.1.2026"]), Roles(time="at"))


KNOWN = items_from(SITES, Roles(id="item", outcome="y", known_after=("cost",)))


def test_new_items_need_neither_outcome_nor_what_is_known_after():
    later = new_items(table(item=[10], links=[2]), KNOWN)
    assert (later.roles, later.features, later.outcomes) == (Roles(id="item"), ["links"], None)


def test_new_items_keep_the_features_though_one_row_never_varies():
    assert new_items(table(item=[10], links=[2], odd=[1]), KNOWN).raw.to_dict(as_series=False) == {"links": [2]}


def test_an_absent_feature_is_missing_and_named():
    later = new_items(table(item=[10]), KNOWN)
    assert later.raw["links"].to_list() == [None]
    assert later.notes == ['features: "links" is absent and counts as missing']


def test_new_items_without_their_id_are_refused():
    with pytest.raises(NoSuchColumn, match="'item'"):
        new_items(table(links=[2]), KNOWN)


def test_a_repeated_new_id_is_refused():
    with pytest.raises(UnusableColumn, match="'10' 2 times"):
        new_items(table(item=[10, 10]), KNOWN)


def test_new_items_may_be_none():
    assert len(new_items(table(item=[]), KNOWN)) == 0
