"""The runner of console blocks notices what a reader would stumble over."""

from __future__ import annotations

from pathlib import Path

import pytest

from shell_examples import difference, shown


def test_a_block_is_read_as_commands_with_the_output_below_them() -> None:
    assert shown("$ echo one\none\n$ true\n") == [("echo one", "one\n"), ("true", "")]


def test_a_backslash_continues_a_command() -> None:
    assert shown("$ echo one \\\n    two\none two\n") == [("echo one  two", "one two\n")]


def test_a_command_that_works_is_no_difference() -> None:
    assert difference("true", "") is None


def test_a_command_that_fails_is_said_with_what_it_printed() -> None:
    assert "exited with 3, not 0:\nlost" in str(difference("echo lost; exit 3", ""))


def test_a_failure_that_the_page_announces_is_expected() -> None:
    assert difference("exit 2  # exit 2", "") is None
    assert "exited with 0, not 2" in str(difference("true  # exit 2", ""))


def test_output_is_compared_only_where_the_page_says_so() -> None:
    assert difference("echo 7", "8\n") is None
    assert "printed:\n7" in str(difference("echo 7  # as shown", "8\n"))
    assert difference("echo 7 EUR in 3 s  # as shown", "7 EUR in ... s\n") is None


def test_the_payoff_command_is_the_one_of_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.chdir(tmp_path)
    assert difference("command -v payoff", "") is None
