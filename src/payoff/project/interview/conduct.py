"""The interview as it goes: asks until all is asked or nobody answers, takes back, refuses what it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from payoff.errors import BadAnswer
from payoff.project.interview.facts import Facts
from payoff.project.interview.question import Answers, Question, check
from payoff.project.interview.statement import folded, open_cells, problem_of, statement
from payoff.project.interview.walk import Tables, next_question, tables_from

CONFIRM, BACK, SAME = "confirm", "back", "same"
AMOUNTS = ("cost", "ratio", "minutes", "price", "worth")
Ask = Callable[[Question, Sequence[str]], "str | None"]
"""Shows lines, then a question, and returns what is typed; None when nobody answers any more."""


@dataclass(frozen=True)
class Conducted:
    """Every answer given, with those kept behind them, the tables they make, and whether the end was reached."""

    answers: Answers
    tables: Tables
    finished: bool


def conduct(
    facts: Facts,
    ask: Ask,
    *,
    kept: Answers | None = None,
    items: pl.DataFrame | None = None,
    said: Sequence[str] = (),
) -> Conducted:
    """Ask every question; what is kept is offered as the answer that Enter takes.

    `back` takes the last answer back, `same` gives the last amount again. When `ask` returns None the answers so far
    stand, those kept fill the rest, and what is open stays open. `said` is shown before the first question.

    >>> facts = Facts(decisions=["lend", "refuse"], outcomes=["bad", "good"])
    >>> typed = iter(["", "bad", "5"])
    >>> conduct(facts, lambda question, said: next(typed, None)).tables["objective"]["payoff"]["lend"]["bad"]
    -5.0
    """
    kept = kept or {}
    answers: dict[str, str] = {}
    while True:
        question = next_question(facts, answers)
        if question is None:
            said = ["", "Your objective", *statement(facts, tables_from(facts, answers), items), "", *said]
        shown = _confirm(facts, answers) if question is None else _with_kept(question, kept)
        text = ask(shown, said)
        if text is None:
            whole = {**kept, **answers}
            return Conducted(whole, tables_from(facts, whole), finished=False)
        if text.strip().lower() == BACK or (question is None and text.strip().lower() in ("n", "no")):
            said = () if answers else ["  This is the first question."]
            answers.pop(next(reversed(answers), ""), None)
        elif question is None and problem_of(tables_from(facts, answers), items):
            said = ["  It cannot be written like that: `back` leads to what to mend."]
        elif question is None:
            return Conducted(answers, tables_from(facts, answers), finished=True)
        else:
            said = _enter(answers, question, text.strip(), facts, kept)


def _enter(answers: dict[str, str], question: Question, text: str, facts: Facts, kept: Answers) -> list[str]:
    """Enter an answer; the lines that refuse it where it cannot be read."""
    if text.lower() == SAME and question.form in AMOUNTS:
        family = question.key.partition(".")[0]
        last = [value for key, value in answers.items() if key.partition(".")[0] == family and value]
        text = last[-1] if last else text
    if text == "":
        text = kept.get(question.key, "")
    try:
        answers[question.key] = check(question, text, facts)
    except BadAnswer as error:
        stop = "" if error.expected.endswith("?") else "."
        return folded(f"{error.found}: expected {error.expected}{stop} {error.next_step}", "  ! ")
    return []


def _with_kept(question: Question, kept: Answers) -> Question:
    value = kept.get(question.key)
    return question if not value else Question(**{**vars(question), "default": value})


def _confirm(facts: Facts, answers: Answers) -> Question:
    left = open_cells(tables_from(facts, answers))
    words = "Write it with what is open?" if left else "Is this what you mean?"
    return Question(
        key=CONFIRM, part="", words=words, form="yes", hint="Enter writes it, back goes back", default="yes"
    )
