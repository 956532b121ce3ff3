"""`scripts/docs.py` writes what people read, alike on every machine, and notices when it is stale."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import click
import pytest

from source_tree import load_script


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    return load_script("docs")


@click.group()
def shop() -> None:
    """Sells things."""


@shop.command()
@click.argument("thing")
@click.option("--price", default=3, show_default=True, help="In EUR.")
def sell(thing: str, price: int) -> None:
    """Sell one THING."""


@shop.command(hidden=True)
def rob() -> None:
    """Not for sale."""


def test_the_page_has_the_help_of_the_program_and_of_each_command(docs: ModuleType) -> None:
    page = docs.help_pages(shop, "shop")
    assert [line for line in page.splitlines() if line.startswith("## ")] == ["## `shop`", "## `shop sell`"]
    assert "Usage: shop sell [OPTIONS] THING" in page
    assert "[default: 3]" in page


def test_run_times_are_left_out_and_other_figures_kept(docs: ModuleType) -> None:
    assert docs.everywhere("trial took 2.41 s, 300 sites, 0.52 EUR, 6 months", Path("f")) == (
        "trial took … s, 300 sites, 0.52 EUR, 6 months"
    )


def test_paths_are_relative_and_colours_gone(docs: ModuleType, tmp_path: Path) -> None:
    screen = f"\x1b[1mwrote\x1b[0m {tmp_path}/demo-project/report.html   \n"
    assert docs.everywhere(screen, tmp_path) == "wrote demo-project/report.html"


def test_the_last_digit_may_differ_between_machines(docs: ModuleType) -> None:
    assert docs.same("earns 0.52 EUR of 3,119", "earns 0.53 EUR of 3,120")


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ("earns 0.54 EUR", "two in the last place"),
        ("earns 0.5 EUR", "fewer places"),
        ("brings 0.52 EUR", "another word"),
        ("earns 0.52 EUR 1", "another figure"),
        ("earns -0.52 EUR", "the other sign"),
    ],
)
def test_anything_else_is_stale(docs: ModuleType, found: str, why: str) -> None:
    assert not docs.same(found, "earns 0.52 EUR"), why


def test_layout_alone_is_not_stale(docs: ModuleType) -> None:
    assert docs.same("earns   9 EUR\n", "earns 10 EUR")


@pytest.fixture
def book(docs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one generated page, which should say 'earns 7 EUR'."""
    page = tmp_path / "reference" / "page.md"
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    monkeypatch.setattr(docs, "generated", lambda: [(page, "earns 7 EUR")])
    return page


def test_check_names_what_is_stale_and_writes_nothing(
    docs: ModuleType, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert docs.main(["--check"]) == 1
    assert capsys.readouterr().out == f"{Path('reference/page.md')}: stale, run `make fix`\n"
    assert not book.exists()


def test_without_check_the_page_is_written_and_then_fresh(docs: ModuleType, book: Path) -> None:
    assert docs.main([]) == 0
    assert book.read_text() == "earns 7 EUR"
    assert docs.main(["--check"]) == 0


def test_only_the_block_between_the_marks_is_replaced(
    docs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = "# payoff\n<!-- demo:begin -->\nold\n<!-- demo:end -->\nthe end\n"
    assert docs.DEMO_BLOCK.sub(lambda _: "new\n", readme) == readme.replace("old", "new")
