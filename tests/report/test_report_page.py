"""The page says every figure with its unit and interval, loads nothing, and has words for what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

import stories
from pages import read
from payoff.report.page import page
from payoff.report.record import Figure, LadderRow, Question, Story, UsualRow, Worth

WORLDS = {
    "full": stories.FULL,
    "empty": stories.EMPTY,
    "no volume": stories.NO_VOLUME,
    "no audit": stories.NO_AUDIT,
    "long names": stories.LONG_NAMES,
    "spoilt": stories.SPOILT,
}
PAGE_ONE = (
    "What it earns · 28 July 2026 Phishing triage For each web site reported by staff, decide whether to allow it, "
    "block it or let an analyst inspect it. "
    "Earned today -0.31 EUR an item 95% interval: -0.52 to -0.10 -310 EUR a month (-620 to 0) "
    "-1,860 EUR over 6 months (-3,420 to -300) block without a valid certificate "
    "Would earn +0.47 EUR an item 95% interval: 0.34 to 0.60 +470 EUR a month (240 to 700) "
    "+2,820 EUR over 6 months (1,740 to 3,900) linear: logistic regression on nine facts and the votes "
    "Gain +0.78 EUR an item 95% interval: 0.52 to 1.04 +780 EUR a month (420 to 1,140) "
    "+4,680 EUR over 6 months (2,820 to 6,540) against block without a valid certificate; "
    "judged item by item, not one level less the other "
    "Judged on 80 audit votes drawn from 292 sealed items. "
    "Promised for the next 375 items: +0.47 EUR an item (0.28 to 0.66). "
    "Choosing by accuracy, AUC or log-loss would have picked 'linear' at the 0.5 cut: it costs 0.31 EUR an item "
    "(0.12 to 0.50), 1,860 EUR over 6 months (720 to 3,000), on the 375 items kept aside. "
    "The choice 'linear' holds while a wrong 'allow' (phishing) costs between 4.1 and 31 EUR (now 10). "
    "Next step Stop 100 more votes cost 100 EUR and would bring 38 EUR over 6 months. "
    "Spent on votes 230 EUR Votes asked for 230, 80 for the audit Items 875, 292 sealed Looks at the audit 3 of 30 "
    "The objective What each decision on one item is worth, in EUR, given what is true of it "
    "decision legitimate phishing allow 0 -10 block -4 2 inspect -1 1 "
    "1,000 items a month for 6 months: 6,000 items. "
    "Limit: at most 200 sites inspected a month. Limit: precision of block at least 0.90. "
    "On the 80 audit votes over 292 items: the best constant decision of those learnt from, 'inspect', earns "
    "-0.12 EUR an item (-0.19 to -0.05); perfect knowledge and no limits +0.88 EUR an item (0.74 to 1.02). "
    "Left to win over today: 1.19 EUR an item (0.98 to 1.40)."
)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: page(story) for name, story in WORLDS.items()}


def test_page_one_says_objective_pay_today_pay_tomorrow_interval_spend_and_next_step(pages: dict[str, str]) -> None:
    text = read(pages["full"]).text
    assert text[text.index("What it earns ·") : text.index(" What was tried")] == PAGE_ONE


@pytest.mark.parametrize("world", WORLDS)
def test_every_page_is_whole(pages: dict[str, str], world: str) -> None:
    assert read(pages[world]).left_open == []


@pytest.mark.parametrize("world", WORLDS)
def test_no_page_loads_anything(pages: dict[str, str], world: str) -> None:
    assert {tag.name for tag in read(pages[world]).tags} & {"script", "link", "img", "iframe", "use", "image"} == set()
    assert [word for word in ("http://", "https://", "url(", "@import", "src=", "href=") if word in pages[world]] == []


def test_text_from_items_and_names_stays_text(pages: dict[str, str]) -> None:
    assert "<script" not in pages["spoilt"]
    assert stories.HOSTILE in read(pages["spoilt"]).text


@pytest.mark.parametrize("world", WORLDS)
def test_every_chart_says_what_it_shows(pages: dict[str, str], world: str) -> None:
    charts = [tag.attributes for tag in read(pages[world]).tags if tag.name == "svg"]
    assert [
        chart for chart in charts if not (chart["role"] == "img" and chart["aria-label"] and chart["viewbox"])
    ] == []


@pytest.mark.parametrize("world", WORLDS)
def test_every_table_head_says_whether_it_heads_a_row_or_a_column(pages: dict[str, str], world: str) -> None:
    heads = [tag.attributes for tag in read(pages[world]).tags if tag.name == "th"]
    assert {head.get("scope") for head in heads} <= {"row", "col"}


@pytest.mark.parametrize("world", WORLDS)
def test_every_page_has_one_title_and_no_heading_skips_a_level(pages: dict[str, str], world: str) -> None:
    levels = [tag.name for tag in read(pages[world]).tags if tag.name in {"h1", "h2", "h3", "h4"}]
    assert levels == ["h1"] + ["h2"] * (len(levels) - 1)


def test_what_failed_stands_beside_what_worked(pages: dict[str, str]) -> None:
    text = read(pages["full"]).text
    assert "trees gradient boosting on facts and votes +0.42 0.25 to 0.59 -0.05 -0.14 to 0.04 against linear" in text
    assert "linear logistic regression on facts and votes +0.47 0.34 to 0.60 +0.78 0.52 to 1.04 against today" in text


def test_the_ladder_says_unit_interval_and_items_of_its_figures(pages: dict[str, str]) -> None:
    basis = (
        "EUR an item, 95% intervals; promised for 375 items; realised on 375 items kept aside; "
        "a gain is judged item by item, not one level less the other"
    )
    assert basis in read(pages["full"]).text


def test_what_has_no_interval_is_said_to_be_expected_on_other_items_than_the_rest() -> None:
    bare = replace(stories.LADDER[-1], worth=Figure(0.42))
    text = read(page(replace(stories.EMPTY, ladder=(stories.LADDER[-2], bare)))).text
    assert "without interval: expected on the items learnt from, not audited yet" in text
    assert "without interval" not in read(page(stories.FULL)).text


def test_stakes_that_the_audit_cannot_tell_are_said_to_be_expected() -> None:
    stakes = replace(stories.STAKES, on="583 items learnt from", expected=True)
    text = read(page(replace(stories.FULL, stakes=stakes))).text
    assert "Expected on the 583 items learnt from: the best constant decision" in text
    assert "dotted line: perfect knowledge, as expected on the items learnt from" in text
    assert "dotted line: perfect knowledge." in read(page(stories.FULL)).text


def test_a_decision_taken_everywhere_that_earns_more_is_said_on_page_one() -> None:
    said = "'block' everywhere earns 0.07 EUR an item (0.01 to 0.12) more than 'linear' on 80 audit votes"
    assert f"{said}." in page_one(replace(stories.FULL, outdone=said))


def test_the_seconds_of_a_trial_are_not_on_the_page(pages: dict[str, str]) -> None:
    assert "seconds" not in read(pages["full"]).text


def test_a_promise_that_was_not_kept_is_said() -> None:
    broken = replace(stories.LADDER[-1], realised=0.1)
    text = read(page(replace(stories.EMPTY, ladder=(broken,)))).text
    assert "+0.10 not as promised" in text


# --- the usual metric -------------------------------------------------------------------------------------------------


def page_one(story: Story) -> str:
    return read(page(story)).text.split("What was tried")[0]


def test_a_promise_that_is_void_is_said_beside_the_figures() -> None:
    figures = [page_one(replace(stories.FULL, void=void)).split("Next step")[0] for void in (True, False)]
    assert ["Void for items like those decided on last" in each for each in figures] == [True, False]


def test_a_metric_that_is_not_shown_to_cost_anything_stays_off_page_one() -> None:
    doubtful = tuple(row for row in stories.USUAL if not row.lost)
    story = replace(stories.FULL, usual=doubtful)
    assert "Choosing by accuracy" not in page_one(story)
    assert "The choice 'linear' holds" in page_one(story)


def test_without_metric_and_sensitivity_page_one_has_no_empty_list() -> None:
    assert 'class="doubts"' not in page(replace(stories.FULL, usual=(), usual_line=None, sensitivity=None))


def test_the_appendix_has_what_each_metric_would_have_picked_and_on_what_it_was_judged(pages: dict[str, str]) -> None:
    text = read(pages["full"]).text.split("What the usual metric would have cost")[1]
    assert "accuracy 'linear' at the 0.5 cut on the 375 items kept aside 0.31 0.12 to 0.50 0.00 0.00 to 0.00" in text
    assert "F1 'linear' decides the same 0.00 -" in text
    assert "lift 'trees' at the 0.5 cut out of fold with a plain interval: not audited yet 0.20 -0.10 to 0.50" in text


def test_a_project_without_metrics_has_no_table_of_them(pages: dict[str, str]) -> None:
    assert "usual metric" not in read(pages["empty"]).text


@pytest.mark.parametrize(
    ("costs", "alike", "lost"),
    [
        (Worth(0.3, 0.1, 0.5), False, True),
        (Worth(0.3, -0.1, 0.7), False, False),
        (Worth(0.3), False, False),
        (Worth(0.3, 0.1, 0.5), True, False),
    ],
)
def test_a_pick_loses_where_its_whole_interval_does(costs: Worth, alike: bool, lost: bool) -> None:
    assert UsualRow(metric="F1", name="linear", picks="'linear'", costs=costs, alike=alike).lost is lost


def test_only_the_policy_in_force_is_marked(pages: dict[str, str]) -> None:
    assert pages["full"].count('<tr role="row" class="force">') == 1 + 1  # the ladder's, and the suggested action


def test_today_is_in_force_until_something_is_adopted() -> None:
    rows = (LadderRow(name="today", kind="in use"), LadderRow(name="linear", kind="trial", verdict="cannot tell"))
    assert stories.EMPTY.in_force is None
    assert replace(stories.EMPTY, ladder=rows).in_force is rows[0]


def test_a_missing_volume_is_said_and_no_sum_is_made_up(pages: dict[str, str]) -> None:
    text = read(pages["no volume"]).text
    assert "The volume is missing, so worth is given per item only." in text
    assert "Say how many items there are a month (per_month) under [objective]." in text
    assert "EUR a month (" not in text
    assert "EUR over" not in text.split("Next step")[0]


def test_an_interval_that_is_not_known_is_said_and_what_is_provisional_is_stamped(pages: dict[str, str]) -> None:
    text = read(pages["no audit"]).text
    assert "Would earn, provisional +0.47 EUR an item 95% interval: not known yet" in text
    assert "No audit votes yet: nothing here is proven. Provisional: better in expectation, not proven yet." in text
    assert "inf" not in text.replace("inferred", "").split()


def test_a_new_project_has_words_for_everything_it_lacks(pages: dict[str, str]) -> None:
    text = read(pages["empty"]).text
    said = [
        "not known yet",
        "No advice yet.",
        "No payoffs yet.",
        "Nothing has been tried yet.",
        "No source has voted yet.",
    ]
    assert [line for line in [*said, "Nothing was spent yet, so there is no curve."] if line not in text] == []
    assert "None" not in text


def test_what_was_assumed_what_the_five_per_cent_covers_and_the_looks_are_on_the_page(pages: dict[str, str]) -> None:
    text = read(pages["full"]).text
    assert [
        line
        for line in (*stories.FULL.assumed, stories.FULL.covers, "3 looks at the audit used, 27 left")
        if line not in text
    ] == []


def test_the_checklist_counts_its_states_and_stands_under_its_stages(pages: dict[str, str]) -> None:
    text = read(pages["full"]).text
    assert "The checklist 2 answered, 3 computed, 2 open. Frame id question state answer F1" in text


def test_a_report_with_a_blocked_question_is_a_draft() -> None:
    blocked = Question(id="P3", text="Are uses and non-uses in it?", state="blocked")
    assert "draft: 1 question of the checklist blocked" in read(page(replace(stories.EMPTY, questions=(blocked,)))).text


def test_a_cell_that_nobody_filled_is_a_dash() -> None:
    some = replace(stories.EMPTY, payoffs=stories.FULL.payoffs[:3])
    assert "allow 0 -10 block -4 -" in read(page(some)).text


def test_the_same_story_makes_the_same_page(pages: dict[str, str]) -> None:
    again: Story = replace(stories.FULL)
    assert page(again) == pages["full"]
