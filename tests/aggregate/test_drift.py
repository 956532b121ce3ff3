from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from payoff.aggregate.drift import drift, less_shared
from payoff.decide import Floats

WRONGLY = 0.05


def votes(seed: int, accuracy: Floats, *, each: int = 150, pool: str | None = "crowd") -> pl.DataFrame:
    """Voters with an accuracy for each of `each` moments, (voters, moments) or (voters, 1)."""
    rng = np.random.default_rng(seed)
    voters = len(accuracy)
    right = rng.random((voters, each)) < accuracy
    rows = {
        "source": "crowd",
        "voter": np.repeat([f"{voter:02d}" for voter in range(voters)], each),
        "when": np.tile(np.arange(each), voters),
        "right": right.ravel().astype(float),
    }
    return pl.DataFrame(rows).with_columns(sure=1.0, pool=pl.lit(pool, dtype=pl.String))


def named(table: pl.DataFrame) -> list[str]:
    return drift(table, 2).filter(pl.col("p") <= WRONGLY)["voter"].to_list()


def steady(voters: int) -> Floats:
    return np.linspace(0.7, 0.98, voters)[:, None]


def test_a_voter_who_got_worse_is_named_with_the_time() -> None:
    accuracy = np.broadcast_to(steady(10), (10, 150)).copy()
    accuracy[4, 75:] -= 0.5
    found = drift(votes(0, accuracy), 2).row(0, named=True)
    assert found["voter"] == "04"
    assert found["p"] <= WRONGLY
    assert 60 <= found["since"] <= 90
    assert found["before"] - found["after"] == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize("pool", ["crowd", None])
def test_where_nothing_changed_hardly_ever_anybody_is_named(pool: str | None) -> None:
    assert sum(bool(named(votes(seed, steady(12), pool=pool))) for seed in range(30)) <= 5  # 5% of 30 are 1.5


def test_items_that_became_harder_are_nobodys_drift() -> None:
    odds = np.log(steady(12) / (1 - steady(12))) - np.where(np.arange(150) >= 75, 1.5, 0.0)
    harder = 1 / (1 + np.exp(-odds))
    assert sum(bool(named(votes(seed, harder))) for seed in range(30)) <= 5
    assert sum(bool(named(votes(seed, harder, pool=None))) for seed in range(30)) > 5  # each alone cannot be told apart


def test_a_few_who_changed_do_not_change_the_others() -> None:
    accuracy = np.broadcast_to(steady(12), (12, 400)).copy()
    accuracy[:2, 200:] -= 0.4
    others = [name for seed in range(15) for name in named(votes(seed, accuracy, each=400)) if name not in ("00", "01")]
    assert len(others) <= 2


def test_a_voter_with_few_votes_is_left_out() -> None:
    assert drift(votes(0, steady(3), each=19), 2).is_empty()


def test_votes_without_a_time_are_left_out() -> None:
    assert drift(votes(0, steady(3)).with_columns(when=pl.lit(None, dtype=pl.Int64)), 2).is_empty()


def test_the_order_of_rows_changes_nothing() -> None:
    table = votes(1, steady(6))
    assert drift(table, 2).equals(drift(table.sample(fraction=1, shuffle=True, seed=3), 2))


def test_a_voter_always_right_has_no_drift() -> None:
    assert named(votes(0, np.ones((6, 1)))) == []


def test_less_sure_items_are_no_drift() -> None:
    chance = np.where(np.arange(150) < 75, 0.95, 0.75)  # of the likeliest outcome, by all else; the voter knows better
    names, fell = 0, 0.0
    for seed in range(20):
        table = votes(seed, chance[None, :], pool=None)
        right = pl.when(pl.col("right") == 1).then(pl.lit(chance)).otherwise(1 - pl.lit(chance))
        found = drift(table.with_columns(right=right, sure=pl.Series(chance**2 + (1 - chance) ** 2)), 2)
        names += found["p"].item() <= WRONGLY
        fell += found["before"].item() - found["after"].item()
    assert names <= 4
    assert fell / 20 > 0.1


def test_four_voters_are_too_few_to_tell_what_changed_for_all() -> None:
    rows = {"source": "s", "voter": list("abcd"), "spell": 1, "pool": "s", "off": [1.0] * 4}
    assert less_shared(pl.DataFrame(rows))["off"].to_list() == [1.0] * 4
