"""payoff.toml as people write it by hand, read and then changed by `payoff objective --edit`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import tomlkit

import payoff as po
from payoff.errors import PayoffError
from payoff.project.editing import edit
from payoff.project.interview.question import Question
from payoff.project.settings import write_whole
from small_projects import names_in, sites

PAYOFFS = {"keep": {"ham": 0.0, "spam": -1.0}, "remove": {"ham": -2.0, "spam": 1.0}}
CHANGED = {**PAYOFFS, "remove": {"ham": -3.0, "spam": 1.0}}
ITEMS = '[items]\ntable = "items.parquet"\nid = "item"\n'
KEEP = "[objective.payoff.keep]\nham = 0\nspam = -1\n"
REMOVE = "[objective.payoff.remove]\nham = -2\nspam = 1\n"
WAYS = {
    "tables": f'unit = "EUR"\n{ITEMS}{KEEP}{REMOVE}',
    "tables within": f'unit = "EUR"\n{ITEMS}[objective]\n[objective.payoff]\n{KEEP}{REMOVE}',
    "an inline table": f'unit = "EUR"\n{ITEMS}[objective]\n'
    "payoff = {keep = {ham = 0, spam = -1}, remove = {ham = -2, spam = 1}}\n",
    "a row inline": f'unit = "EUR"\n{ITEMS}[objective.payoff]\n'
    "keep = {ham = 0, spam = -1}\nremove = {ham = -2, spam = 1}\n",
    "dotted keys": 'unit = "EUR"\nitems.table = "items.parquet"\nitems.id = "item"\n'
    "objective.payoff.keep.ham = 0\nobjective.payoff.keep.spam = -1\n"
    "objective.payoff.remove.ham = -2\nobjective.payoff.remove.spam = 1\n",
    "quoted keys": f'unit = "EUR"\n{ITEMS}["objective"."payoff".\'keep\']\n"ham" = 0\n\'spam\' = -1\n{REMOVE}',
    "the objective first": f"{KEEP}{REMOVE}{ITEMS}".replace(KEEP, f'unit = "EUR"\n{KEEP}'),
    "windows line ends": f'unit = "EUR"\n{ITEMS}{KEEP}{REMOVE}'.replace("\n", "\r\n"),
    "numbers with signs and gaps": f'unit = "EUR"\n{ITEMS}{KEEP}{REMOVE}'.replace("ham = -2", "ham=-2_0e-1"),
}
ways = pytest.mark.parametrize("way", WAYS)


def written(folder: Path, text: str) -> Path:
    """A project's folder with this payoff.toml."""
    sites().write_parquet(folder / "items.parquet")
    (folder / "payoff.toml").write_bytes(text.encode())
    return folder


def asking(**answers: str) -> Callable[[Question, list[str]], str]:
    """Somebody who answers these questions, by key with __ for a dot, and presses Enter at all others."""
    told = {key.replace("__", "."): answer for key, answer in answers.items()}
    return lambda question, said: told.get(question.key, "")


def text_in(folder: Path) -> str:
    return (folder / "payoff.toml").read_text(encoding="utf-8")


@ways
def test_however_it_is_written_it_reads_as_the_same_objective(tmp_path: Path, way: str) -> None:
    objective = po.Project.open(written(tmp_path, WAYS[way])).objective
    assert (objective.payoffs, objective.unit) == (PAYOFFS, "EUR")


@ways
def test_however_it_is_written_one_answer_changes_one_cell(tmp_path: Path, way: str) -> None:
    folder = written(tmp_path, WAYS[way])
    said = edit(folder, asking(cost__remove__ham="3"))
    assert said[0] == "payoff.toml: the objective was rewritten."
    assert po.Project.open(folder).objective.payoffs == CHANGED


@ways
def test_however_it_is_written_enter_at_every_question_changes_not_a_byte(tmp_path: Path, way: str) -> None:
    folder = written(tmp_path, WAYS[way])
    assert edit(folder, asking())[0] == "nothing changed."
    assert (folder / "payoff.toml").read_bytes() == WAYS[way].encode()


NOTED = f"""# Written on Monday.
unit = "EUR" # money
{ITEMS}
# what it is worth
{KEEP}{REMOVE.replace("spam = 1", "spam = 1 # asked Ada")}
[[limit]] # the reader's day
decision = "remove"
at_most = 3 # letters
per = "day"

[[limit]]
decision = "keep"
share = 0.99

[[source]] # who votes
name = "experts"
kind = "expert"
price = 0.5
"""


def test_every_note_but_that_of_a_changed_value_stays(tmp_path: Path) -> None:
    folder = written(tmp_path, NOTED)
    edit(folder, asking(cost__remove__ham="3"))
    before, after = NOTED.splitlines(), text_in(folder).splitlines()
    assert [line for line in before if "#" in line and line not in after] == []
    assert len(set(after) - set(before)) == 1  # the one cell


def test_limits_written_as_one_array_are_read_and_kept(tmp_path: Path) -> None:
    limits = 'limit = [{decision = "remove", share = 0.3}, {decision = "keep", share = 0.9}]\n'
    folder = written(tmp_path, f"{limits}{WAYS['tables']}")
    edit(folder, asking(cost__remove__ham="3"))
    objective = po.Project.open(folder).objective
    assert objective.limits == [po.Limit("remove", share=0.3), po.Limit("keep", share=0.9)]
    assert objective.payoffs == CHANGED


def test_sources_and_items_are_none_of_an_edit(tmp_path: Path) -> None:
    folder = written(tmp_path, NOTED)
    before = tomlkit.parse(NOTED)
    edit(folder, asking(unit="points"))
    after = tomlkit.parse(text_in(folder))
    assert (after["items"], after["source"]) == (before["items"], before["source"])
    assert after["unit"] == "points"


def test_an_objective_changed_while_somebody_answers_is_not_written_over(tmp_path: Path) -> None:
    folder = written(tmp_path, WAYS["tables"])
    theirs = WAYS["tables"].replace("spam = -1", "spam = -7")

    def slow(question: Question, said: list[str]) -> str:
        (folder / "payoff.toml").write_text(theirs, encoding="utf-8")
        return "3" if question.key == "cost.remove.ham" else ""

    with pytest.raises(PayoffError, match=r"was changed while you answered(.|\n)*Your answers were not written"):
        edit(folder, slow)
    assert text_in(folder) == theirs


def test_a_source_added_while_somebody_answers_stays(tmp_path: Path) -> None:
    folder = written(tmp_path, WAYS["tables"])
    source = '\n[[source]]\nname = "experts"\nkind = "expert"\nprice = 0.5\n'

    def slow(question: Question, said: list[str]) -> str:
        (folder / "payoff.toml").write_text(WAYS["tables"] + source, encoding="utf-8")
        return "3" if question.key == "cost.remove.ham" else ""

    edit(folder, slow)
    project = po.Project.open(folder)
    assert list(project.sources) == ["experts"]
    assert project.objective.payoffs == CHANGED


def test_the_way_of_writing_a_file_whole_leaves_no_other_file_behind(tmp_path: Path) -> None:
    for text in ("first", "second"):
        write_whole(tmp_path / "payoff.toml", text)
    assert names_in(tmp_path) == ["payoff.toml"]
    assert text_in(tmp_path) == "second"


def test_two_that_write_at_once_do_not_write_into_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process begins and ends its write between the two halves of ours."""
    path, written_to = tmp_path / "payoff.toml", []
    replace = Path.replace

    def interrupted(here: Path, there: Path) -> Path:
        written_to.append(here.name)
        if len(written_to) == 1:
            monkeypatch.setattr("os.getpid", lambda: -1)
            write_whole(path, "theirs")
        return replace(here, there)

    monkeypatch.setattr(Path, "replace", interrupted)
    write_whole(path, "ours")
    assert len(set(written_to)) == 2
    assert text_in(tmp_path) == "ours"


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (WAYS["tables"].replace("spam = 1", "spam = "), "cannot be read"),
        (WAYS["tables"].replace("spam = 1", 'spam = "[0.5, 1]"'), "a range stands without quotes"),
        (WAYS["tables"].replace("spam = 1", "spam = [1, 0.5]"), "its low end 1 is not below its high end 0.5"),
        (WAYS["tables"].replace("spam = 1", "spam = true"), "it is a bool"),
        (WAYS["tables"].replace("spam = 1", "spam = nan"), "not finite"),
        (WAYS["tables"].replace("spam = 1", "spam = 2025-01-31"), "it is a date"),
        (WAYS["tables"].replace("spam = 1", "spam = {low = 1, high = 2}"), "remove.spam"),
        (WAYS["tables"].replace("spam = 1", "spma = 1"), "spma"),
        (WAYS["tables"].replace("[objective.payoff.remove]", "[objective.payof.remove]"), "payof"),
        (WAYS["tables"].replace("unit", "unti"), "unti"),
        (f"months = 3\n{WAYS['tables']}", "'months'"),
    ],
)
def test_a_slip_of_the_pen_is_named_and_nothing_is_made(tmp_path: Path, broken: str, words: str) -> None:
    folder = written(tmp_path, broken)
    with pytest.raises(PayoffError, match=words.replace("[", r"\[")):
        po.Project.open(folder)
    assert names_in(folder) == ["items.parquet", "payoff.toml"]


def test_an_outcome_taken_out_of_the_objective_is_refused_while_votes_name_it(tmp_path: Path) -> None:
    text = NOTED.replace('per = "day"', "")
    folder = written(tmp_path, text)
    project = po.Project.open(folder)
    batch = project.ask(5)
    project.tell(batch.with_columns(label=pl.Series((["ham", "spam"] * batch.height)[: batch.height])))
    (folder / "payoff.toml").write_text(text.replace("spam =", "junk ="), encoding="utf-8")
    with pytest.raises(PayoffError, match=r"'spam'(.|\n)*'ham', 'junk'"):
        po.Project.open(folder).next()
    (folder / "payoff.toml").write_text(text, encoding="utf-8")
    assert po.Project.open(folder).next().reason  # put back, the votes are as they were
