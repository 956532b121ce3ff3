"""The checklist as data: sixty questions, each asked once, each answered in one place."""

from __future__ import annotations

from collections import Counter

from payoff.project.answers import FROM_VOTES, GIVEN
from payoff.project.questions import CHECKLIST, HINTS, Entry
from payoff.report.page import STAGES

IDS = [entry.id for entry in CHECKLIST]


def test_there_are_sixty_questions_each_with_an_id_of_its_own() -> None:
    assert len(IDS) == len(set(IDS)) == 60


def test_every_stage_has_its_questions() -> None:
    asked = {
        "Frame": 9,
        "Data": 7,
        "Labels": 8,
        "Baseline": 4,
        "Iterate": 10,
        "Decide": 5,
        "Present": 5,
        "Launch": 6,
        "Watch": 6,
    }
    assert Counter(entry.stage for entry in CHECKLIST) == asked


def test_stages_follow_each_other_as_in_the_report() -> None:
    assert list(dict.fromkeys(entry.stage for entry in CHECKLIST)) == list(STAGES.values())


def test_questions_of_a_stage_are_numbered_from_one() -> None:
    for letter in STAGES:
        numbers = [int(id[1:]) for id in IDS if id[0] == letter]
        assert numbers == list(range(1, len(numbers) + 1))


def test_every_question_is_a_question_that_fits_in_a_line() -> None:
    assert [entry.id for entry in CHECKLIST if not entry.text.endswith("?") or len(entry.text) > 100] == []


def test_who_answers_is_the_tool_a_person_or_both() -> None:
    assert {letter for entry in CHECKLIST for letter in entry.how} == set("CRB")
    assert all(set(entry.how) & set("CR") for entry in CHECKLIST)


def test_hints_and_answers_are_those_of_questions_that_exist() -> None:
    assert (HINTS.keys() | GIVEN.keys() | FROM_VOTES.keys()) <= set(IDS)


def test_no_question_is_answered_in_two_places() -> None:
    assert not GIVEN.keys() & FROM_VOTES.keys()


def test_a_question_without_a_hint_has_an_empty_one() -> None:
    assert Entry("N6", "Who owns it?", "RB").hint == ""
