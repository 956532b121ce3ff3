"""Rules: read from a file, asked about every item; one that fails costs its own vote only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.errors import RulesError, SourceError
from payoff.sources.rules import Rule, RuleRun, load_rules, run_rules

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(code: str) -> Path:
        path = tmp_path / "rules.py"
        path.write_text(dedent(code), encoding="utf-8")
        return path

    return written


# --- the file --------------------------------------------------------------------------------------------------------


def test_every_public_function_is_a_rule_in_the_order_written(write: Write) -> None:
    path = write("""
        def shouts(item):
            return "spam" if item["text"].isupper() else None

        def asks_to_click(item):
            return "spam" if "click" in item["text"] else None
    """)
    assert list(load_rules(path)) == ["shouts", "asks_to_click"]


def test_a_function_that_begins_with_an_underscore_is_a_helper(write: Write) -> None:
    path = write("""
        def _words(item):
            return item["text"].split()

        def is_long(item):
            return "ham" if len(_words(item)) > 2 else None
    """)
    rules = load_rules(path)
    assert list(rules) == ["is_long"]
    assert rules["is_long"]({"text": "see you soon"}) == "ham"


def test_what_is_imported_is_no_rule(write: Write) -> None:
    assert list(load_rules(write("from os.path import basename\ndef rule(item): return None"))) == ["rule"]


@pytest.mark.parametrize(
    "other", ["LIMIT = 3", "class Word: pass", "words = {'win'}", "import re\nfind = re.compile('x')"]
)
def test_what_is_no_function_is_no_rule(write: Write, other: str) -> None:
    assert list(load_rules(write(other + "\ndef rule(item): return None"))) == ["rule"]


def test_a_decorated_function_is_a_rule(write: Write) -> None:
    path = write("""
        from functools import cache, wraps

        def _shouted(rule):
            @wraps(rule)
            def louder(item):
                return rule({"text": item["text"].upper()})
            return louder

        @_shouted
        def wins(item):
            return "spam" if "WIN" in item["text"] else None
    """)
    assert load_rules(path)["wins"]({"text": "you win"}) == "spam"


def test_a_second_name_of_a_rule_is_not_a_second_rule(write: Write) -> None:
    assert list(load_rules(write("def rule(item): return None\nalias = rule"))) == ["rule"]


def test_a_rule_that_is_a_lambda_goes_by_the_name_it_is_given(write: Write) -> None:
    assert list(load_rules(write("short = lambda item: None"))) == ["short"]


def test_the_file_is_read_afresh_each_time(write: Write) -> None:
    load_rules(write("def first(item): return None"))
    assert list(load_rules(write("def second(item): return None"))) == ["second"]


def test_reading_rules_leaves_nothing_behind(write: Write) -> None:
    path = write("def rule(item): return None")
    before = set(sys.modules)
    load_rules(path)
    assert set(sys.modules) == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_makes_a_dataclass_can_be_read(write: Write) -> None:
    path = write("""
        from __future__ import annotations
        from dataclasses import dataclass

        @dataclass
        class Word:
            text: str

        def wins(item):
            return "spam" if Word("win").text in item["text"] else None
    """)
    assert load_rules(path)["wins"]({"text": "you win"}) == "spam"


def test_the_file_may_be_named_by_text(write: Write) -> None:
    assert list(load_rules(str(write("def rule(item): return None")))) == ["rule"]


def test_a_file_in_another_encoding_says_so_at_its_top(tmp_path: Path) -> None:
    path = tmp_path / "rules.py"
    path.write_bytes("# coding: latin-1\ndef rule(item): return 'été'".encode("latin-1"))
    assert load_rules(path)["rule"]({}) == "été"


# --- files refused ---------------------------------------------------------------------------------------------------


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"rules\.py' cannot be read: No such file"):
        load_rules(tmp_path / "rules.py")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="cannot be read: Is a directory"):
        load_rules(tmp_path)


def test_a_slip_in_the_syntax_is_refused_with_its_line(write: Write) -> None:
    with pytest.raises(RulesError, match=r"rules\.py', line 2: expected ':'"):
        load_rules(write("LIMIT = 3\ndef rule(item) return None"))


def test_a_file_that_raises_is_refused_with_its_line(write: Write) -> None:
    with pytest.raises(RulesError, match=r"rules\.py', line 3: ZeroDivisionError: division by zero"):
        load_rules(write("def _half(n):\n\n    return 1 / n\n_half(0)\ndef rule(item): return None"))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.py"
    path.write_bytes(b"rule = '\xff\xfe'")
    with pytest.raises(RulesError, match=r"rules\.py'.*utf-8"):
        load_rules(path)


def test_a_file_with_a_null_byte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.py"
    path.write_bytes(b"x = 1\0")
    with pytest.raises(RulesError, match="null byte"):
        load_rules(path)


@pytest.mark.parametrize("code", ["", "LIMIT = 3", "def _helper(item): return None", "from os.path import basename"])
def test_a_file_without_a_rule_is_refused(write: Write, code: str) -> None:
    with pytest.raises(RulesError, match="has no rule"):
        load_rules(write(code))


@pytest.mark.parametrize("arguments", ["", "text, words", "*, item"])
def test_a_public_function_that_cannot_take_one_item_is_refused(write: Write, arguments: str) -> None:
    with pytest.raises(RulesError, match=r"the rule 'count' of(.|\n)*If it is a helper, call it '_count'"):
        load_rules(write(f"def count({arguments}): return None"))


def test_a_rule_may_have_options_with_defaults(write: Write) -> None:
    assert list(load_rules(write("def rule(item, limit=3): return None"))) == ["rule"]


# --- asking ----------------------------------------------------------------------------------------------------------

TEXTS = ["click here", "hello", "CLICK"]


def ask(known: list[str] | None = None, **rules: Rule) -> RuleRun:
    """Rules asked about three items, a, b and c."""
    table = pl.DataFrame({"text": TEXTS, "length": [10, 5, 5]})
    ids = pl.Series(["a", "b", "c"])
    return run_rules(rules, table, ids, ["ham", "spam"], known=table.columns if known is None else known)


def test_a_rule_votes_where_it_says_something() -> None:
    run = ask(clicks=lambda item: "spam" if "click" in item["text"] else None)
    assert run.votes.columns == ["item", "source", "voter", "label"]
    assert run.votes.rows() == [("a", "rules", "clicks", "spam")]
    assert run.failures.is_empty()


def test_each_rule_is_a_voter() -> None:
    run = ask(short=lambda item: "ham" if item["length"] == 5 else None, hello=lambda item: "ham")
    assert run.votes.group_by("voter", maintain_order=True).len().rows() == [("short", 2), ("hello", 3)]


def test_a_source_that_is_a_function_is_its_own_voter() -> None:
    table = pl.DataFrame({"n": [1]})
    run = run_rules({"guess": lambda item: "ham"}, table, pl.Series(["a"]), ["ham"], known=["n"], source="guess")
    assert run.votes.rows() == [("a", "guess", "guess", "ham")]


def test_a_rule_sees_the_known_columns_only() -> None:
    seen: list[dict[str, Any]] = []
    ask(["length"], look=lambda item: seen.append(dict(item)))
    assert seen == [{"length": 10}, {"length": 5}, {"length": 5}]


def test_a_rule_that_needs_no_column_is_asked_about_every_item() -> None:
    assert ask([], always=lambda item: "ham").votes["item"].to_list() == ["a", "b", "c"]


def test_no_rules_give_no_votes() -> None:
    run = ask()
    assert (run.votes.height, run.failures.columns) == (0, ["voter", "item", "message"])


def test_no_items_give_no_votes() -> None:
    table = pl.DataFrame({"text": []}, schema={"text": pl.String})
    run = run_rules({"any": lambda item: "ham"}, table, pl.Series([], dtype=pl.String), ["ham"], known=["text"])
    assert run.votes.is_empty()


def test_more_items_than_one_batch_keep_their_names() -> None:
    n = 10_001
    table = pl.DataFrame({"n": range(n)})
    rules: dict[str, Rule] = {"last": lambda item: "ham" if item["n"] % 10_000 == 0 else None}
    run = run_rules(rules, table, table["n"], ["ham"], known=["n"])
    assert run.votes["item"].to_list() == ["0", "10000"]


@pytest.mark.parametrize(("said", "label"), [(1, "1"), (1.0, "1"), (np.int64(1), "1"), (True, "True"), ("1", "1")])
def test_what_is_said_names_an_outcome(said: object, label: str) -> None:
    run = run_rules({"r": lambda item: said}, pl.DataFrame({"n": [0]}), pl.Series(["a"]), ["1", "True"], known=["n"])
    assert run.votes["label"].to_list() == [label]


@pytest.mark.parametrize("silence", [None, float("nan"), np.float64("nan"), np.float32("nan")])
def test_nothing_and_not_a_number_are_silence(silence: object) -> None:
    run = ask(silent=lambda item: silence)
    assert (run.votes.height, run.failures.height) == (0, 0)


@given(st.lists(st.lists(st.sampled_from(["ham", "spam", None, "no outcome"]), min_size=3, max_size=3), max_size=4))
def test_every_answer_is_a_vote_a_failure_or_silence(answers: list[list[str | None]]) -> None:
    table = pl.DataFrame({"n": [0, 1, 2]})
    rules: dict[str, Rule] = {
        str(number): lambda item, said=said: said[item["n"]]  # type: ignore[misc]
        for number, said in enumerate(answers)
    }
    run = run_rules(rules, table, pl.Series(["0", "1", "2"]), ["ham", "spam"], known=["n"])
    told = [said for answer in answers for said in answer]
    assert run.votes["label"].to_list() == [said for said in told if said in ("ham", "spam")]
    assert run.failures.height == told.count("no outcome")


# --- failing ---------------------------------------------------------------------------------------------------------


def test_a_rule_that_raises_on_an_item_costs_that_vote_only() -> None:
    def before_a_space(item: Mapping[str, Any]) -> str:
        return "ham" if item["text"].index(" ") else "spam"

    run = ask(before_a_space=before_a_space, always=lambda item: "ham")
    assert run.votes.group_by("voter", maintain_order=True).len().rows() == [("before_a_space", 1), ("always", 3)]
    assert run.failures.rows() == [
        ("before_a_space", "b", "ValueError: substring not found"),
        ("before_a_space", "c", "ValueError: substring not found"),
    ]


@pytest.mark.parametrize(
    ("said", "shown"), [("hma", "hma"), ("", ""), (3, "3"), (["ham"], "['ham']"), (np.zeros(2), "[0. 0.]")]
)
def test_what_is_no_outcome_is_a_failure_that_names_the_outcomes(said: object, shown: str) -> None:
    run = ask(strange=lambda item: said)
    assert run.votes.is_empty()
    message = f"returned {shown!r}, which is no outcome; the outcomes are 'ham', 'spam'"
    assert run.failures.row(0) == ("strange", "a", message)


def test_a_column_misspelt_is_a_failure_that_names_the_nearest() -> None:
    run = ask(misspelt=lambda item: item["txt"])
    assert run.failures["message"][0] == "KeyError: there is no column 'txt' to see; did you mean 'text'?"


def test_a_column_not_to_be_seen_is_a_failure_that_names_those_that_are() -> None:
    run = ask(["length"], peeks=lambda item: item["zzz"])
    assert run.failures["message"][0] == "KeyError: there is no column 'zzz' to see; a rule sees 'length'"


def test_a_key_missing_elsewhere_is_told_as_it_is() -> None:
    prices = {"hello": 1}
    run = ask(["text"], looks_up=lambda item: "ham" if prices["text"] else None)
    assert run.failures["message"][0] == "KeyError: 'text'"


def test_a_rule_cannot_change_an_item_for_the_next_rule() -> None:
    def shortens(item: Mapping[str, Any]) -> None:
        item["text"] = ""  # type: ignore[index]

    run = ask(shortens=shortens, clicks=lambda item: "spam" if "click" in item["text"] else None)
    assert run.votes["item"].to_list() == ["a"]
    assert run.failures["message"].str.starts_with("TypeError").all()


def test_a_person_can_break_off_a_run() -> None:
    def interrupted(item: Mapping[str, Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(interrupted=interrupted)


def test_a_known_column_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(SourceError, match="are to see the column 'date'"):
        ask(["text", "date"])
