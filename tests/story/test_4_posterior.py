"""4. The posterior: from votes that disagree to the probability of each outcome.

Nobody is right always. The label model finds out how reliable each voter is by how voters agree with each other, and
weighs them by it. The majority stands beside it as a baseline.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import payoff as po
from payoff.testing import comments

VOTES = pl.DataFrame(
    {
        "item": ["a", "a", "a", "b", "b", "c"],
        "source": ["ann", "bob", "eve", "ann", "bob", "eve"],
        "label": ["spam", "spam", "ham", "ham", "ham", "spam"],
    }
)


def test_the_majority_gives_each_vote_the_same_weight() -> None:
    posterior = po.MajorityVote().fit(VOTES).posterior_
    assert posterior.filter(item="a")["spam"].item() > 0.5


def test_every_item_gets_a_probability_for_each_outcome() -> None:
    model = po.LabelModel(kinds={"ann": "crowd", "bob": "crowd", "eve": "crowd"}).fit(VOTES)
    assert model.posterior_.columns == ["item", "ham", "spam"]
    assert (model.posterior_["ham"] + model.posterior_["spam"]).to_list() == pytest.approx([1, 1, 1])


def test_who_agrees_with_the_others_is_believed_more() -> None:
    truth = ["ham", "spam"] * 30
    items = [f"c{i}" for i in range(60)]
    wrong = ["spam", "ham"] * 30
    careless = [wrong[i] if i % 3 == 0 else truth[i] for i in range(60)]
    said = {"ann": truth, "bob": truth, "eve": careless}
    votes = pl.concat(
        [pl.DataFrame({"item": items, "source": "crowd", "voter": who, "label": label}) for who, label in said.items()]
    )
    voters = po.LabelModel(kinds={"crowd": "crowd"}).fit(votes).voters_
    accuracy = dict(voters.select("voter", "accuracy").iter_rows())
    assert accuracy["eve"] < accuracy["ann"]
    assert accuracy["eve"] == pytest.approx(2 / 3, abs=0.1)


def test_in_a_project_what_an_expert_said_is_certain_and_the_rest_is_not(tmp_path: Path) -> None:
    world = comments(120)
    project = po.Project.create(tmp_path / "spam", items=world.items, objective=world.objective)
    project.add_source("experts", kind="expert", price=0.60)
    known = project.ask(0.60)
    project.tell(known.with_columns(label=pl.lit("spam")))
    spam = dict(project.posterior().select("item", "spam").iter_rows())
    assert spam.pop(known["item"][0]) == 1.0
    assert all(0 < probability < 1 for probability in spam.values())
