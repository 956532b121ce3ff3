"""3. Sources vote: rules, systems and people say what they think of an item, each at its price.

There are six kinds. Rules, systems, proxies and models see every item, so that their silence is evidence too. A crowd
sees what it is given. An expert's word is taken for the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import payoff as po
from payoff.errors import PayoffError
from payoff.testing import comments

WORLD = comments(120)


@pytest.fixture
def project(tmp_path: Path) -> po.Project:
    return po.Project.create(tmp_path / "spam", items=WORLD.items, objective=WORLD.objective)


def has_links(item: Mapping[str, Any]) -> str | None:
    """A rule: it looks at one item, and says an outcome or nothing."""
    return "spam" if item["links"] else None


def test_a_rule_votes_on_every_item_it_has_an_opinion_on(project: po.Project) -> None:
    project.add_source("has_links", kind="rule", function=has_links)
    voters = project.voters()
    assert voters.select("source", "votes").rows() == [("has_links", 60)]


def test_a_file_of_rules_is_a_source_with_one_voter_for_each_function(project: po.Project) -> None:
    (project.folder / "rules.py").write_text(
        "def has_links(item):\n    return 'spam' if item['links'] else None\n\n"
        "def says_lovely(item):\n    return 'ham' if 'lovely' in item['text'] else None\n"
    )
    project.add_source("rules", kind="rule", module="rules.py")
    assert project.voters()["voter"].sort().to_list() == ["has_links", "says_lovely"]


def test_people_are_told_about_and_told_twice_is_told_once(project: po.Project) -> None:
    project.add_source("experts", kind="expert", price=0.60)
    votes = [{"item": "c0", "source": "experts", "label": "ham"}, {"item": "c1", "source": "experts", "label": "spam"}]
    assert project.tell(votes) == 2
    assert project.tell(votes) == 0
    assert project.spent == 2 * 0.60


def test_votes_are_one_long_table_and_saying_nothing_is_no_row(project: po.Project) -> None:
    project.add_source("experts", kind="expert", price=0.60)
    project.tell(pl.DataFrame({"item": ["c1"], "source": ["experts"], "label": ["spam"]}))
    assert project.labels().rows() == [("c1", "spam")]


def test_who_changes_their_mind_adds_a_row_and_the_last_word_counts(project: po.Project) -> None:
    project.add_source("experts", kind="expert", price=0.60)
    for label in ("ham", "spam"):
        project.tell([{"item": "c1", "source": "experts", "label": label}])
    assert project.labels().rows() == [("c1", "spam")]
    assert project.spent == 2 * 0.60  # both votes were paid for


def test_a_vote_for_what_is_no_outcome_is_refused_by_name(project: po.Project) -> None:
    project.add_source("experts", kind="expert", price=0.60)
    with pytest.raises(PayoffError, match="'span'"):
        project.tell([{"item": "c1", "source": "experts", "label": "span"}])
    assert project.spent == 0
