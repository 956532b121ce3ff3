"""`payoff votes`, as it is read: at 80 columns, in a minute."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from payoff.cli.votes_screen import lines_of
from payoff.project.scrutiny import Scrutiny
from typed import payoff, unlabelled, world


def told(folder: Path, votes: pl.DataFrame, project: Path, *words: object) -> None:
    path = folder / "votes.csv"
    votes.write_csv(path)
    assert payoff(project, "tell", path, *words).code == 0


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty workers on sixty comments, the last of whom always says ham, and experts with one slip."""
    folder = tmp_path_factory.mktemp("votes")
    place = unlabelled(folder)
    truth = sorted(world().truth.items())
    rows = [
        (
            item,
            f"w{w:02}",
            "ham" if w == 19 else label if (n * 7 + w * 3) % 10 else "ham" if label == "spam" else "spam",
        )
        for w in range(20)
        for n, (item, label) in enumerate(truth)
    ]
    votes = pl.DataFrame(rows, schema=["item", "voter", "label"], orient="row").with_columns(source=pl.lit("workers"))
    told(folder, votes, place, "--source", "workers", "--kind", "crowd", "--price", 0.1)
    return place


def test_many_voters_are_shown_by_source(project: Path) -> None:
    said = payoff(project, "votes")
    assert said.out.startswith("votes by source")
    assert said.out.splitlines()[2].split()[:4] == ["workers", "crowd", "20", "1,200"]


def test_every_voter_has_a_row_where_that_is_asked(project: Path) -> None:
    assert payoff(project, "votes", "--all").out.count("workers/w") >= 20


def test_no_line_is_wider_than_a_screen(project: Path) -> None:
    assert max(len(line.rstrip()) for line in payoff(project, "votes", "--all").out.splitlines()) <= 80


def test_who_says_nothing_is_named_with_what_to_do(project: Path) -> None:
    assert "  workers/w19: 60 votes say nothing: do not ask again\n" in payoff(project, "votes").out


def test_agreement_is_explained(project: Path) -> None:
    assert "Krippendorff's alpha: 0 is chance, 1 always" in payoff(project, "votes").out


def test_disputes_show_the_text_of_the_item(project: Path) -> None:
    out = payoff(project, "votes").out
    assert " items in dispute, the dearest doubt first:\n" in out
    assert '      "what a lovely song number' in out or '      "visit my channel number' in out


def test_a_program_gets_everything(project: Path) -> None:
    found = payoff(project, "votes", "--json").json
    assert len(found["voters"]) == 20
    assert set(found) >= {"voters", "sources", "alpha", "disputes", "suspicious", "idle", "copies", "drift", "unit"}


def test_it_ends_with_the_next_step(project: Path) -> None:
    assert payoff(project, "votes").out.splitlines()[-1] == "next: payoff next"


def test_a_review_says_how_right_experts_are_taken_to_be() -> None:
    none = pl.DataFrame()
    slip = {
        "item": "7",
        "source": "ann",
        "voter": "ann",
        "label": "spam",
        "likely": "ham",
        "at_stake": 2.0,
        "text": None,
    }
    voters = pl.DataFrame({"source": ["ann"], "price": [1.0]})
    said = list(lines_of(Scrutiny(voters, none, None, none, pl.DataFrame([slip]), none, none, none, "EUR")))
    title = "1 expert vote that all else contradicts (experts taken to be right 97 times in 100):"
    assert said[said.index(title) + 1] == "  7: ann said spam, all else ham; a review earns 2.00 EUR"
