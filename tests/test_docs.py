"""Every example in a page runs, and every example in a docstring is one that pytest collects."""

from __future__ import annotations

import ast
import contextlib
import doctest
import importlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import SkipTest

import pytest
from sybil import Document, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from shell_examples import run_block
from source_tree import ROOT, SOURCE, Definition, modules

PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if page.is_file()]
MUST_SHOW = {"README.md": "python", "docs/tutorial.md": "console"}  # pages that are not worth much without examples

LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PARSERS = {
    "python": PythonCodeBlockParser(doctest_optionflags=LOOSELY),
    "console": CodeBlockParser(language="console", evaluator=run_block),
}


class Finder(doctest.DocTestFinder):
    """Finds what pytest does: examples of cached properties too, which doctest takes for foreign before Python 3.12."""

    def _from_module(self, module: ModuleType | None, object: Any) -> bool:
        found = object.func if isinstance(object, cached_property) else object
        return bool(super()._from_module(module, found))  # type: ignore[misc]


def read(page: Path, *languages: str) -> Document:
    return Sybil(parsers=[*(PARSERS[language] for language in languages), SkipParser()]).parse(page)


def has_examples(page: Path) -> bool:
    return any(f"```{language}\n" in page.read_text(encoding="utf-8") for language in PARSERS)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", list(filter(has_examples, PAGES)), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run_in_order_in_an_empty_folder(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for example in read(page, *PARSERS).examples():
        with contextlib.suppress(SkipTest):  # <!-- skip: next "reason" --> leaves out one example, not the page
            example.evaluate()


@pytest.mark.parametrize("page", MUST_SHOW)
def test_the_pages_that_people_read_first_have_examples(page: str, need: Callable[[object, str], None]) -> None:
    need((ROOT / page).is_file() and (ROOT / page).stat().st_size, f"{page} is not written yet")
    assert list(read(ROOT / page, MUST_SHOW[page]).examples()), (
        f"no {MUST_SHOW[page]} example was collected from {page}"
    )


def test_every_example_in_a_docstring_is_collected() -> None:
    collected = written = 0
    for module in (module for module in modules(SOURCE / "payoff") if module.path.stem != "__main__"):
        found = Finder(exclude_empty=True).find(importlib.import_module(module.name))
        collected += sum(bool(test.examples) for test in found)
        shown = [n for n in ast.walk(module.tree) if isinstance(n, ast.Module | Definition)]
        written += sum(">>>" in (ast.get_docstring(node) or "") for node in shown)
    # The sum, since an error is written in one module of payoff.errors and collected in the package.
    assert collected == written
