"""CSV files: what is read, and what is refused with its line."""

from __future__ import annotations

import datetime as dt
import gzip

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import UnreadableFile
from payoff.items import as_table


@pytest.fixture
def read(tmp_path):
    def written(text, name="items.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return as_table(path)

    return written


def test_types_come_from_the_whole_column(read):
    table = read("item,seen\n" + "1,2\n" * 3000 + "1,many\n")
    assert table["seen"][-1] == "many"
    assert table["seen"][0] == "2"


def test_dates_and_times_are_read_as_such(read):
    table = read("day,at\n2026-01-02,2026-01-02T10:00:00\n")
    assert table.rows() == [(dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 10))]


def test_times_with_a_zone_are_read_in_utc(read):
    assert read("at\n2026-01-02T10:00:00+02:00\n")["at"].to_list() == [dt.datetime(2026, 1, 2, 8)]


def test_european_dates_are_read(read):
    assert read("day\n2.1.2026\n31.1.2026\n")["day"].to_list() == [dt.date(2026, 1, 2), dt.date(2026, 1, 31)]


@pytest.mark.parametrize("truth", ["true", "True", "TRUE"])
def test_truth_values_are_read(read, truth):
    assert read(f"seen\n{truth}\nfalse\n")["seen"].to_list() == [True, False]


def test_leading_zeros_stay(read):
    assert read("zip,n\n01234,0\n99999,10\n").rows() == [("01234", 0), ("99999", 10)]


def test_a_fraction_below_one_is_a_number(read):
    assert read("share\n0.5\n-0.25\n")["share"].to_list() == [0.5, -0.25]


def test_an_empty_value_is_missing_quoted_or_not(read):
    assert read('a,b\n1,\n2,""\n3,x\n')["b"].to_list() == [None, None, "x"]


def test_numbers_with_spaces_and_gaps_written_as_words_are_numbers(read):
    table = read("charge,count\n 29.85, 1\n ,NA\nNaN,3\n")
    assert table.rows() == [(29.85, 1), (None, None), (None, 3)]


def test_a_word_for_nothing_among_words_stays_a_word(read):
    assert read("country\nNA\nDE\n")["country"].to_list() == ["NA", "DE"]


def test_a_column_of_nothing_but_words_for_nothing_stays_text(read):
    assert read("a,b\n1,none\n2,none\n")["b"].to_list() == ["none", "none"]


def test_blank_lines_are_skipped(read):
    assert read("a,b\n1,2\n\n3,4\n\n").rows() == [(1, 2), (3, 4)]


def test_a_blank_line_of_a_one_column_file_is_a_missing_value(read):
    assert read("a\n1\n\n3\n")["a"].to_list() == [1, None, 3]


def test_quoted_values_may_hold_separators_quotes_and_line_breaks(read):
    assert read('a,b\n"x, ""y""\nz",1\n').rows() == [('x, "y"\nz', 1)]


def test_a_stray_quote_inside_a_value_is_kept(read):
    assert read('size,n\n5" pipe,1\n6 inch,2\n').rows() == [('5" pipe', 1), ("6 inch", 2)]


def test_windows_line_ends_and_a_byte_order_mark_leave_no_trace(read):
    assert read(b"\xef\xbb\xbfa,b\r\n1,2\r\n\r\n3,4\r\n").to_dict(as_series=False) == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_from_the_header(read, separator):
    assert read("a,b\n1,2\n".replace(",", separator)).rows() == [(1, 2)]


def test_a_comma_in_the_header_of_a_tsv_is_part_of_the_name(read):
    assert read("a, too\tb\n1\t2\n", "items.tsv").columns == ["a, too", "b"]


def test_a_gzipped_file_reads_as_the_plain_one(read):
    assert read(gzip.compress(b"a,b\n1,2\n"), "items.csv.gz").rows() == [(1, 2)]


def test_spaces_around_names_are_dropped_and_a_nameless_column_gets_its_position(read):
    assert read("item, y,\n1,2,3\n").columns == ["item", "y", "column_3"]


def test_numbers_too_large_for_64_bits_are_kept(read):
    assert read("id\n99999999999999999999\n1\n")["id"].cast(pl.String)[0] == "99999999999999999999"


def test_text_that_is_not_utf8_is_refused_with_its_line_and_byte(read):
    with pytest.raises(UnreadableFile, match=r"line 3 is not UTF-8 \(byte 0xe9 at position 9\)") as refusal:
        read("a\nx\ncaf\u00e9s\n".replace("caf", "1234" + "c").encode("latin-1"))
    assert "Save it as CSV UTF-8" in str(refusal.value)


@pytest.mark.parametrize("nothing", ["", "\n", "  \n\n"])
def test_an_empty_file_is_refused(read, nothing):
    with pytest.raises(UnreadableFile, match="the file is empty"):
        read(nothing)


def test_a_header_alone_is_refused(read):
    with pytest.raises(UnreadableFile, match="a header and no rows"):
        read("item,text\n")


def test_a_name_twice_in_the_header_is_refused(read):
    with pytest.raises(UnreadableFile, match="'a' occurs 2 times in the header"):
        read("a,b,a\n1,2,3\n")


def test_numbers_where_names_should_be_are_refused(read):
    with pytest.raises(UnreadableFile, match=r"holds only numbers: '1', '2\.5'"):
        read("1,2.5\n3,4\n")


@pytest.mark.parametrize(("row", "values"), [("3", 1), ("3,4,5", 3)])
def test_an_uneven_row_is_refused_with_its_line_and_values(read, row, values):
    with pytest.raises(UnreadableFile, match=f"line 3 has {values} values: '3'") as refusal:
        read(f"a,b\n1,2\n{row}\n6,7\n")
    assert "2 values, as many as the header has names" in str(refusal.value)


def test_an_uneven_row_after_a_line_break_in_quotes_is_counted_in_lines_of_the_file(read):
    with pytest.raises(UnreadableFile, match="line 4 has 1 values"):
        read('a,b\n"x\ny",2\n3\n')


def test_what_only_looks_gzipped_is_refused(read):
    with pytest.raises(UnreadableFile, match="not readable as gzip"):
        read("a,b\n1,2\n", "items.csv.gz")


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_text_comes_back_as_it_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "items.csv"
    words = pl.DataFrame([("x" + left, "x" + right) for left, right in rows], schema=["a", "b"], orient="row")
    words.write_csv(path)
    assert as_table(path).rows() == words.rows()
