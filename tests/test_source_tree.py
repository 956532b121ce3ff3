"""The reader behind `test_architecture.py` counts what a person would count."""

from __future__ import annotations

import ast
from pathlib import Path

from source_tree import SOURCE, Module

WORLD = '''"""One sentence."""

# a comment


def sum_of(
    first: int,  # lines of the signature count
    second: int,
) -> int:
    """Three lines of documentation

    that do not count.
    """
    # nor does a comment

    text = """two
    lines"""

    def inner() -> int:
        """Neither does this."""
        return first + second + len(text)

    return inner()


class Thing:
    """A thing."""
'''


def module(text: str = WORLD, path: str = "payoff/judge/sampling.py") -> Module:
    return Module(SOURCE / path, text)


def test_code_lines_leave_out_docstrings_comments_and_blanks() -> None:
    outer, inner = module().functions()
    assert module().length(inner) == 2
    assert module().length(outer) == 4 + 2 + module().length(inner) + 1


def test_a_module_is_named_as_it_is_imported() -> None:
    assert module().name == "payoff.judge.sampling"
    assert module(path="payoff/judge/__init__.py").name == "payoff.judge"


def test_the_part_is_the_first_step_below_the_package() -> None:
    assert (
        module().part == module(path="payoff/judge/__init__.py").part == module(path="payoff/judge.py").part == "judge"
    )
    assert module(path="payoff/__init__.py").part == "payoff"


def test_public_definitions_are_those_at_the_top_without_an_underscore() -> None:
    assert [node.name for node in module().public()] == ["sum_of", "Thing"]
    assert module("def _sum_of(): ...").public() == []
    assert module(path="payoff/_private.py").public() == []


def test_an_offender_is_shown_with_file_and_line() -> None:
    thing = next(node for node in module().tree.body if isinstance(node, ast.ClassDef))
    assert module().at(thing, thing.name) == f"{Path('src/payoff/judge/sampling.py')}:26 Thing"
