"""`payoff ask -o` writes what a person fills in; `payoff tell` takes it back, whatever a spreadsheet did to it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from typed import answered, csv_of, left_alone, payoff, unlabelled, world


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return unlabelled(tmp_path)


@pytest.fixture
def batch(tmp_path: Path, project: Path) -> Path:
    """Ten votes' worth of requests, not filled in yet."""
    path = tmp_path / "batch.csv"
    assert payoff(project, "ask", "--budget", 5, "-o", path).code == 0
    return path


def test_a_batch_costs_no_more_than_the_budget(project: Path) -> None:
    batch = payoff(project, "ask", "--budget", 5.2, "--json").json
    assert [row["price"] for row in batch] == [0.5] * 10


def test_a_batch_shows_the_item_beside_the_label_to_fill_in(batch: Path) -> None:
    rows = pl.read_csv(batch)
    assert rows.columns == ["item", "label", "source", "price", "worth", "purpose", "links", "caps", "text"]
    assert rows["label"].null_count() == len(rows) == 10


def test_ask_says_what_it_costs_and_what_to_do_with_the_file(tmp_path: Path, project: Path) -> None:
    path = tmp_path / "batch.csv"
    assert payoff(project, "ask", "--budget", 5, "-o", path).out == (
        f"10 votes for 5 EUR, 0 of them for the audit.\nnext: fill in its column `label`, then: payoff tell {path}\n"
    )


def test_a_budget_that_buys_nothing_says_so(project: Path) -> None:
    assert payoff(project, "ask", "--budget", 0.1).out.endswith(
        "Nothing to ask: the budget buys no vote, or every item was asked.\nnext: payoff next\n"
    )


def test_a_filled_in_batch_comes_back_as_votes(project: Path, batch: Path) -> None:
    said = payoff(project, "tell", answered(batch))
    assert said.out == "10 new votes; spent so far 5 EUR.\nnext: payoff next\n"


def test_rows_without_a_label_are_left_out_and_can_be_told_later(project: Path, batch: Path) -> None:
    assert payoff(project, "tell", answered(batch, most=4)).out.startswith("4 new votes; spent so far 2 EUR.")
    assert payoff(project, "tell", answered(batch)).out.startswith("6 new votes (4 told before); spent so far 5 EUR.")


def test_a_label_of_blanks_is_no_label(project: Path, batch: Path) -> None:
    pl.read_csv(batch).with_columns(label=pl.lit("  ")).write_csv(batch)
    assert payoff(project, "tell", batch).out.startswith("0 new votes; spent so far 0 EUR.")


def test_telling_a_file_twice_changes_nothing(project: Path, batch: Path) -> None:
    payoff(project, "tell", answered(batch))
    assert payoff(project, "tell", batch).out.startswith("0 new votes (10 told before); spent so far 5 EUR.")


def test_a_batch_saved_on_windows_comes_back(project: Path, batch: Path) -> None:
    text = answered(batch).read_text(encoding="utf-8")
    batch.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert payoff(project, "tell", batch).out.startswith("10 new votes;")


def test_a_batch_saved_with_semicolons_comes_back(project: Path, batch: Path) -> None:
    answered(batch)
    pl.read_csv(batch).write_csv(batch, separator=";")
    assert payoff(project, "tell", batch).out.startswith("10 new votes;")


def test_a_batch_sorted_and_cut_in_a_spreadsheet_comes_back(project: Path, batch: Path) -> None:
    answered(batch)
    pl.read_csv(batch).sort("text").select("text", "label", "item", "source").write_csv(batch)
    assert payoff(project, "tell", batch).out.startswith("10 new votes;")


@pytest.mark.parametrize("name", ["label", "voter", "at", "id", "price"])
def test_a_column_of_the_items_named_like_one_of_the_votes_is_not_taken_for_it(tmp_path: Path, name: str) -> None:
    table = tmp_path / "named.csv"
    world().items.rename({"caps": name}).write_csv(table)
    folder = tmp_path / "named"
    payoff(folder, "init", table, "--outcomes", "ham,spam", "--decisions", "keep,remove", "--id", "item")
    text = (folder / "payoff.toml").read_text()
    (folder / "payoff.toml").write_text(text.replace('"?"', "1") + '\n[[source]]\nname = "us"\nkind = "expert"\n')
    batch = tmp_path / "batch.csv"
    assert payoff(folder, "ask", "--budget", 1, "-o", batch).code == 0
    rows = pl.read_csv(batch)
    assert f"its {name}" in rows.columns
    assert rows["label"].null_count() == len(rows)
    rows.with_columns(label=pl.lit("spam")).write_csv(batch)
    assert payoff(folder, "tell", batch).out.startswith(f"{len(rows)} new votes")
    assert {row["voter"] for row in payoff(folder, "votes", "--json").json["voters"]} == {"us"}


def votes_file(folder: Path, **columns: object) -> Path:
    path = folder / "votes.csv"
    pl.DataFrame({"item": ["c1", "c2"], "label": ["spam", "ham"], **columns}).write_csv(path)
    return path


def test_a_new_source_is_registered_with_its_votes(tmp_path: Path, project: Path) -> None:
    file = votes_file(tmp_path)
    said = payoff(project, "tell", file, "--source", "workers", "--kind", "crowd", "--price", 0.1)
    assert said.out.startswith("2 new votes; spent so far 0.2 EUR.")
    assert '[[source]]\nname = "workers"\nkind = "crowd"\nprice = 0.1' in (project / "payoff.toml").read_text()


def test_a_source_without_a_price_is_free(tmp_path: Path, project: Path) -> None:
    payoff(project, "tell", votes_file(tmp_path), "--source", "filter", "--kind", "rule")
    assert payoff(project, "votes", "--json").json["voters"][-1]["price"] == 0


def test_a_known_source_keeps_its_price(tmp_path: Path, project: Path) -> None:
    said = payoff(project, "tell", votes_file(tmp_path), "--source", "experts", "--kind", "expert")
    assert said.out.startswith("2 new votes; spent so far 1 EUR.")


def test_a_known_source_needs_no_kind(tmp_path: Path, project: Path) -> None:
    assert payoff(project, "tell", votes_file(tmp_path), "--source", "experts").code == 0


def test_the_column_source_becomes_the_voter_where_a_source_is_named(tmp_path: Path, project: Path) -> None:
    file = votes_file(tmp_path, source=["anna", "ben"])
    payoff(project, "tell", file, "--source", "workers", "--kind", "crowd")
    voters = payoff(project, "votes", "--json").json["voters"]
    assert [row["voter"] for row in voters if row["source"] == "workers"] == ["anna", "ben"]


@pytest.mark.parametrize(
    ("columns", "words", "found"),
    [
        ({"source": "experts", "item": ["c1", "c99"]}, [], "1 vote(s) on items that the project does not have"),
        ({"source": "experts", "label": ["spam", "spma"]}, [], "votes for 'spma'"),
        ({"source": "expert"}, [], "the source 'expert' is not in the project"),
        ({}, ["--source", "new"], "the source 'new' is not in the project"),
        ({}, ["--source", "new", "--kind", "robot"], "the source 'new' has the kind 'robot'"),
        ({"label": ["spam", "spma"]}, ["--source", "new", "--kind", "crowd"], "votes for 'spma'"),
        ({"item": ["c1", "c99"]}, ["--source", "new", "--kind", "rule"], "1 vote(s) on items"),
        ({}, ["--source", "experts", "--kind", "crowd"], "a source 'experts' is there already"),
        ({}, [], "the table of votes has no column 'source'"),
    ],
    ids=[
        "unknown item", "unknown label", "unknown source", "new source without a kind", "kind that is none",
        "new source, unknown label", "new source, unknown item", "known source, other kind", "no source",
    ],
)  # fmt: skip
def test_votes_that_cannot_be_told_leave_everything_as_it_was(
    tmp_path: Path, project: Path, columns: dict[str, object], words: list[str], found: str
) -> None:
    payoff(project, "votes")
    before = left_alone(project)
    said = payoff(project, "tell", votes_file(tmp_path, **columns), *words)
    assert (said.code, said.out) == (2, "")
    assert said.found.startswith(found)
    assert "\n  expected: " in said.err
    assert "\n  next: " in said.err
    assert left_alone(project) == before


def test_nobody_to_ask_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "alone"
    payoff(folder, "init", csv_of(tmp_path, outcomes=False), "--outcomes", "ham,spam")
    path = folder / "payoff.toml"
    path.write_text(path.read_text().replace('"?"', "1"))
    said = payoff(folder, "ask", "--budget", 5)
    assert (said.code, said.found) == (2, "no source answers on request; the sources are: none")


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_drawn(tmp_path: Path, project: Path) -> None:
    payoff(project, "votes")
    before = left_alone(project)
    said = payoff(project, "ask", "--budget", 5, "-o", tmp_path / "nowhere" / "batch.csv")
    assert (said.code, said.out) == (2, "")
    assert said.found == f"nothing can be written to '{tmp_path / 'nowhere' / 'batch.csv'}'"
    assert left_alone(project) == before


def test_votes_are_worth_buying_again_after_an_answer(project: Path, tmp_path: Path, batch: Path) -> None:
    payoff(project, "tell", answered(batch))
    first = set(pl.read_csv(batch)["item"])
    assert payoff(project, "ask", "--budget", 5, "-o", batch).code == 0
    assert first.isdisjoint(pl.read_csv(batch)["item"])
