"""The demo's data and its peers: what ships with a package, and what others would do with the same votes."""

from __future__ import annotations

import importlib.util

import numpy as np
import polars as pl
import pytest

from payoff.demo.data import GRADES, kept_aside, web_sites
from payoff.demo.peers import decisions_of_peers
from payoff.demo.phishing import PAYOFFS
from payoff.errors import DemoDataMissing
from payoff.objective import Objective

OBJECTIVE = Objective(PAYOFFS, unit="EUR")


@pytest.fixture(scope="module")
def sites() -> pl.DataFrame:
    pytest.importorskip("river", reason="the demo's data come with the package river")
    return web_sites()


def test_there_are_1250_sites_with_nine_facts_each(sites: pl.DataFrame) -> None:
    assert sites.shape == (1_250, 1 + 9 + 1)
    assert sites["site"].to_list() == list(range(1, 1_251))


def test_facts_are_words(sites: pl.DataFrame) -> None:
    facts = sites.drop("site", "outcome", "age_of_domain", "ip_in_url")
    assert {word for name in facts.columns for word in facts[name]} == set(GRADES.values())
    assert set(sites["age_of_domain"]) == {"young", "old"}


def test_outcomes_are_legitimate_and_phishing(sites: pl.DataFrame) -> None:
    assert dict(sites["outcome"].value_counts().rows()) == {"legitimate": 702, "phishing": 548}


def test_three_tenths_are_kept_aside_and_nothing_is_lost(sites: pl.DataFrame) -> None:
    seen, aside = kept_aside(sites, seed=0)
    assert len(aside) == 0.3 * 1_250
    assert sorted([*seen["site"], *aside["site"]]) == sites["site"].to_list()


def test_the_seed_says_which_are_kept_aside(sites: pl.DataFrame) -> None:
    assert kept_aside(sites, seed=0)[1].equals(kept_aside(sites, seed=0)[1])
    assert not kept_aside(sites, seed=0)[1].equals(kept_aside(sites, seed=1)[1])


def test_without_the_package_the_next_step_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DemoDataMissing) as missing:
        web_sites()
    assert str(missing.value) == (
        "the package 'river', which ships the demo's data, is not here\n"
        "  expected: 'river' installed\n"
        "  next: Run: pip install 'payoff[demo]'"
    )


# --- peers on a world one can count -----------------------------------------------------------------------------------


def labelled(n: int = 60) -> pl.DataFrame:
    """Sites whose only fact tells all: bad ones are phishing."""
    return pl.DataFrame({"https": ["bad", "good"] * (n // 2), "outcome": ["phishing", "legitimate"] * (n // 2)})


def test_where_a_fact_tells_all_both_peers_are_right() -> None:
    new = pl.DataFrame({"https": ["bad", "good"]})
    found = decisions_of_peers(labelled(), new, OBJECTIVE, seed=0)
    assert {name: decisions.tolist() for name, decisions in found.items()} == {
        "two tuned cuts": ["block", "allow"],
        "0.5 cut": ["block", "allow"],
    }


def test_where_no_fact_tells_anything_tuned_cuts_inspect_and_the_usual_cut_does_not() -> None:
    guess = pl.DataFrame({"https": ["bad", "bad", "good", "good"] * 15, "outcome": ["phishing", "legitimate"] * 30})
    found = decisions_of_peers(guess, pl.DataFrame({"https": ["bad", "good"]}), OBJECTIVE, seed=0)
    assert found["two tuned cuts"].tolist() == ["inspect", "inspect"]  # 0 an item; block -1, allow -5
    assert set(found["0.5 cut"]) <= {"allow", "block"}


def test_a_fact_never_seen_before_is_no_error() -> None:
    found = decisions_of_peers(labelled(), pl.DataFrame({"https": ["unclear"]}), OBJECTIVE, seed=0)
    assert len(found["0.5 cut"]) == 1


def test_peers_decide_the_same_way_again() -> None:
    new = pl.DataFrame({"https": ["bad", "good"] * 3})
    one, again = (decisions_of_peers(labelled(), new, OBJECTIVE, seed=3) for _ in range(2))
    assert all(np.array_equal(one[name], again[name]) for name in one)
