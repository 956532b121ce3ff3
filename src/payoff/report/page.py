"""The report: one self-contained HTML page, page one in money."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from payoff import words
from payoff.report import charts
from payoff.report.record import PAIRED, Question, Story
from payoff.report.rendering import environment
from payoff.report.screen import NOTHING, doubts_of

STAGES = {
    "F": "Frame",
    "D": "Data",
    "L": "Labels",
    "B": "Baseline",
    "I": "Iterate",
    "X": "Decide",
    "P": "Present",
    "N": "Launch",
    "W": "Watch",
}


def page(story: Story) -> str:
    """The whole report as one HTML page that loads nothing: no script, no address outside the page.

    Page one says the objective, what is earned today, what would be earned, the gain with its interval, what was spent
    and the next step. Then: every trial, what failed beside what worked; money against spend; sources; what was
    assumed; what the 5% covers; the checklist.

    >>> from payoff.report.record import Worth
    >>> story = Story(title="Phishing triage", unit="EUR", today=Worth(-0.12, -0.2, -0.04), today_words="inspect all")
    >>> page(story).count("95% interval: -0.20 to -0.04")
    1
    """
    return (
        environment()
        .get_template("page.html")
        .render(
            story=story,
            voter_name=charts.voter_name,
            drawings={
                "curve": charts.curve_chart(story),
                "ladder": charts.ladder_chart(story),
                "sources": charts.source_chart(story),
            },
            grid=payoff_grid(story),
            stages=by_stage(story.questions),
            states=state_counts(story.questions),
            doubts=page_one_doubts(story),
            paired=PAIRED,
            nothing=NOTHING,
        )
    )


def page_one_doubts(story: Story) -> list[str]:
    """What page one says of the choice: the usual metric where it is shown to cost something, and the sensitivity.

    >>> page_one_doubts(Story(title="spam", unit="EUR", usual_line="choosing by F1 would have picked the same"))
    []
    """
    priced = story if any(row.lost for row in story.usual) else replace(story, usual_line=None)
    return doubts_of(priced)


def payoff_grid(story: Story) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The payoffs as a grid: outcomes, then each decision with its cells; decisions and outcomes in the order given.

    >>> from payoff.report.record import Cell
    >>> cells = (Cell(decision="keep", outcome="ham", text="0"), Cell(decision="keep", outcome="spam", text="-0.5"))
    >>> payoff_grid(Story(title="spam", unit="EUR", payoffs=cells))
    (['ham', 'spam'], [('keep', ['0', '-0.5'])])
    """
    outcomes = list(dict.fromkeys(cell.outcome for cell in story.payoffs))
    decisions = list(dict.fromkeys(cell.decision for cell in story.payoffs))
    text = {(cell.decision, cell.outcome): cell.text for cell in story.payoffs}
    return outcomes, [(decision, [text.get((decision, o), words.ABSENT) for o in outcomes]) for decision in decisions]


def by_stage(questions: tuple[Question, ...]) -> list[tuple[str, list[Question]]]:
    """Questions under the stage that the first letter of their id names, in the order given.

    >>> by_stage((Question(id="F1", text="Which decision changes?", state="answered"),))[0][0]
    'Frame'
    """
    grouped = groupby(questions, key=lambda question: STAGES.get(question.id[:1], "Other"))
    return [(stage, list(some)) for stage, some in grouped]


def state_counts(questions: tuple[Question, ...]) -> dict[str, int]:
    """How many questions are in each state, in the order in which the states first come up.

    >>> state_counts((Question(id="F1", text="?", state="open"), Question(id="F2", text="?", state="open")))
    {'open': 2}
    """
    states = [question.state for question in questions]
    return {state: states.count(state) for state in dict.fromkeys(states)}
