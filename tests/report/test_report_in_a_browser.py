"""The page in a real browser: it fits a phone, and page one fits a sheet of paper."""

from __future__ import annotations

import os
import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest

import stories
from payoff.report.page import page
from payoff.report.record import Story

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The narrowest window of a headless browser is wider than a phone, so the page is put into a frame.
FRAME = """<!doctype html><iframe width="{width}" height="900" style="border:0" srcdoc="{page}" onload="
  const root = this.contentDocument.documentElement;
  document.body.setAttribute('data-beyond', root.scrollWidth - root.clientWidth);"></iframe>"""


@pytest.fixture
def browser() -> str:
    if BROWSER is None:
        reason = "no chromium on the path: whether the report fits a phone and a page was NOT checked"
        (pytest.fail if os.environ.get("PAYOFF_REQUIRE_ALL") == "1" else pytest.skip)(reason)
    return BROWSER


def opened(browser: str, folder: Path, text: str, *options: str) -> str:
    (folder / "page.html").write_text(text, encoding="utf-8")
    command = [browser, *QUIET, f"--user-data-dir={folder / 'profile'}", *options, str(folder / "page.html")]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=90).stdout


def beyond_the_edge(browser: str, folder: Path, text: str, width: int) -> int:
    """How many pixels the page is wider than its window."""
    dom = opened(browser, folder, FRAME.format(width=width, page=escape(text)), "--dump-dom", "--window-size=1400,900")
    return int(dom.split('data-beyond="')[1].split('"')[0])


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("story", [stories.FULL, stories.LONG_NAMES], ids=["full", "long names"])
def test_no_page_scrolls_sideways(browser: str, tmp_path: Path, story: Story, width: int) -> None:
    assert beyond_the_edge(browser, tmp_path, page(story), width) == 0


def test_a_page_that_does_scroll_sideways_would_be_noticed(browser: str, tmp_path: Path) -> None:
    wide = "<!doctype html><body style='margin:0'><div style='width:400px'>wide</div>"
    assert beyond_the_edge(browser, tmp_path, wide, 390) == 400 - 390


def test_page_one_fits_a_sheet_of_paper(browser: str, tmp_path: Path) -> None:
    one = page(stories.FULL).split("<section>\n<h2>What was tried")[0] + "</main></body></html>"
    opened(browser, tmp_path, one, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'one.pdf'}")
    assert (tmp_path / "one.pdf").read_bytes().count(b"/Type /Page\n") == 1
