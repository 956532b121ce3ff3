"""The last screen of a terminal, and what a notebook shows: the same figures in the same words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

import stories
from pages import read
from payoff.report.notebook import html_table, summary
from payoff.report.record import Figure, Story
from payoff.report.screen import doubts_of, last_line, screen, text_table

LAST = (
    "you earn -0.31 EUR an item today; with 'linear' +0.47 EUR an item (0.34 to 0.60) "
    "after 230 votes that cost 230 EUR; "
    "next: stop, since 100 more votes cost 100 EUR and would bring 38 EUR over 6 months"
)
LADDER = """\
Phishing triage
policy                            promised  realised  verdict
best constant        -0.12 (-0.25 to 0.01)     -0.14  -
today               -0.31 (-0.58 to -0.04)     -0.27  in use
base rate            -0.12 (-0.25 to 0.01)     -0.14  -
best one-line rule   +0.06 (-0.13 to 0.25)     +0.09  -
voting               +0.14 (-0.05 to 0.33)     +0.12  cannot tell
linear                +0.47 (0.28 to 0.66)     +0.51  adopt, in force
trees                 +0.42 (0.19 to 0.65)     +0.28  keep
"""


def shown(what: RenderableType, width: int) -> str:
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(what)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


@pytest.mark.parametrize("width", [80, 100])
def test_the_table_of_trials_reads_the_same_at_80_and_at_100_columns(width: int) -> None:
    assert shown(screen(stories.FULL), width).startswith(LADDER)


def test_before_anything_was_realised_each_policy_has_one_interval() -> None:
    row = replace(stories.LADDER[-1], realised=None)
    assert row.worth != row.promised  # the promise holds the scatter of the items too
    screened = shown(screen(replace(stories.EMPTY, ladder=(row,))), 80)
    assert screened.splitlines()[1].split() == ["policy", "worth", "verdict"]
    assert "promised" not in screened


def test_the_last_line_says_today_tomorrow_spend_and_next_step() -> None:
    assert last_line(stories.FULL) == LAST
    assert " ".join(shown(screen(stories.FULL), 80).split()).endswith(LAST)


@pytest.mark.parametrize("width", [80, 100])
def test_the_usual_metric_and_the_sensitivity_stand_before_the_last_line(width: int) -> None:
    parts = [" ".join(part.split()) for part in shown(screen(stories.FULL), width).split("\n\n")]
    usual = stories.USUAL_LINE.replace("choosing", "Choosing")
    assert parts[-2] == f"{usual}. {stories.SENSITIVITY.replace('the', 'The', 1)}."
    assert parts[-1] == LAST


def test_a_screen_without_them_has_no_gap() -> None:
    bare = replace(stories.FULL, usual=(), usual_line=None, sensitivity=None)
    assert "\n\n\n" not in shown(screen(bare), 80)
    assert doubts_of(bare) == []


def test_what_is_provisional_is_said_to_be() -> None:
    assert "+0.47 EUR an item (interval not known yet), provisional, after 230 votes" in last_line(stories.NO_AUDIT)


def test_a_promise_that_was_not_kept_has_a_mark_that_is_explained() -> None:
    broken = replace(stories.EMPTY, ladder=(replace(stories.LADDER[-1], realised=0.1),))
    screened = shown(screen(broken), 100)
    assert "+0.10 !" in screened
    assert "! not as promised" in " ".join(screened.split())


@pytest.mark.parametrize("story", [stories.FULL, stories.NO_AUDIT, stories.LONG_NAMES, stories.SPOILT, stories.EMPTY])
@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_wider_than_the_terminal(story: Story, width: int) -> None:
    assert max(len(line) for line in shown(screen(story), width).splitlines()) <= width


def test_names_in_square_brackets_are_names_and_not_markup() -> None:
    assert "[red]rule[/red]" in shown(text_table("[b]votes[/b]", ["voter"], [["[red]rule[/red]"]]), 80)


def test_a_notebook_shows_the_same_words() -> None:
    text = read(summary(stories.FULL)).text
    assert "would earn +0.47 EUR an item (0.34 to 0.60) linear" in text
    assert "spent 230 EUR on 230 votes" in text


def test_a_notebook_has_a_dash_for_what_is_not_known() -> None:
    assert "earned today - would earn - gain - spent 0 points" in read(summary(stories.EMPTY)).text


def test_a_notebook_table_escapes_what_it_shows() -> None:
    table = html_table(stories.HOSTILE, [stories.HOSTILE], [[stories.HOSTILE]], note=stories.HOSTILE)
    assert "<script" not in table
    assert read(table).text.count(stories.HOSTILE) == 4


def test_a_notebook_table_without_rows_is_a_table() -> None:
    assert read(html_table("votes", ["voter"], [])).left_open == []


def test_an_estimate_of_any_make_is_said_alike() -> None:
    class Estimate:
        mean, low, high = 0.43, 0.31, 0.55

    story = replace(stories.EMPTY, unit="EUR", would_earn=Estimate())
    assert last_line(story) == last_line(replace(story, would_earn=Figure(0.43, 0.31, 0.55)))
