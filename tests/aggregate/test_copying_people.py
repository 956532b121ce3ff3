"""One person with two accounts counts once; two people who are right are two."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from payoff.aggregate import LabelModel
from payoff.aggregate.coding import code_votes
from payoff.aggregate.hearing import hear

ITEMS = 400
TRUTH = np.random.default_rng(0).integers(0, 2, ITEMS)


def person(name: str, right: float, seed: int, source: str = "crowd") -> pl.DataFrame:
    """A person who votes on every item and is right so often."""
    said = np.where(np.random.default_rng(seed).random(ITEMS) < right, TRUTH, 1 - TRUTH)
    return pl.DataFrame({"item": np.arange(ITEMS), "source": source, "voter": name, "label": said})


def named(votes: pl.DataFrame, name: str, source: str = "crowd") -> pl.DataFrame:
    return votes.with_columns(voter=pl.lit(name), source=pl.lit(source))


GOOD = pl.concat([person(f"good{i}", 0.8, i) for i in range(1, 4)])
POOR = person("poor", 0.7, 9)


def copies(votes: pl.DataFrame) -> dict[str, float]:
    coded = code_votes(votes)
    return dict(zip(coded.voters["voter"], hear(coded, None).copies.tolist(), strict=True))


def accuracy(votes: pl.DataFrame) -> float:
    return float((LabelModel().fit(votes).proba_.argmax(axis=1) == TRUTH).mean())


def test_a_second_account_is_found() -> None:
    found = copies(pl.concat([GOOD, POOR, named(POOR, "poor again")]))
    assert found == {"good1": 1, "good2": 1, "good3": 1, "poor": 2, "poor again": 2}


def test_a_second_account_in_another_source_is_found() -> None:
    found = copies(pl.concat([GOOD, POOR, named(POOR, "poor", "elsewhere")]))
    assert sorted(found.values()) == [1, 1, 1, 2]  # by name, and both are called poor


def test_two_people_who_are_right_nineteen_times_of_twenty_are_two() -> None:
    found = copies(pl.concat([GOOD, person("one", 0.95, 21), person("other", 0.95, 22)]))
    assert set(found.values()) == {1}


def test_forty_votes_alike_prove_nothing() -> None:
    few = POOR.head(40)
    assert set(copies(pl.concat([GOOD, few, named(few, "poor again")])).values()) == {1}


def test_people_of_whom_all_say_the_same_are_not_told_apart() -> None:
    assert set(copies(pl.concat([POOR, named(POOR, "a"), named(POOR, "b")])).values()) == {1}


@pytest.mark.parametrize("accounts", [1, 3, 6])
def test_more_accounts_do_not_win(accounts: int) -> None:
    more = [named(POOR, f"poor{i}") for i in range(accounts)]
    assert accuracy(pl.concat([GOOD, POOR, *more])) > accuracy(pl.concat([GOOD, POOR])) - 0.02


def test_two_accounts_count_less_than_two_people() -> None:
    other = person("other", 0.7, 10)
    alike = (POOR["label"] == other["label"]).to_numpy()
    rows: tuple[NDArray[np.int64], NDArray[np.int64]] = (np.flatnonzero(alike), POOR["label"].to_numpy()[alike])
    people = LabelModel().fit(pl.concat([GOOD, POOR, other])).proba_[rows].mean()
    accounts = LabelModel().fit(pl.concat([GOOD, POOR, named(POOR, "poor again")])).proba_[rows].mean()
    assert accounts < people
