"""Worlds in which a label model can go badly wrong: nobody to check a voter, constants, poor crowds, few flags."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from payoff.aggregate import LabelModel, MajorityVote

Floats = NDArray[np.float64]
Truth = NDArray[np.int64]
Model = LabelModel | MajorityVote

OUTCOMES = np.array(["x", "y", "z"])
ALWAYS_X = np.array([[1.0, 0.0], [1.0, 0.0]])


def confusion(right: float, outcomes: int = 2) -> Floats:
    """P(label | outcome) of somebody who is right so often and else evenly wrong."""
    table = np.full((outcomes, outcomes), (1 - right) / (outcomes - 1))
    np.fill_diagonal(table, right)
    return table


def truths(seed: int, items: int = 800, rates: Sequence[float] = (0.5, 0.5)) -> Truth:
    return np.random.default_rng(1000 + seed).choice(len(rates), items, p=rates)


def people(
    truth: Truth, confusions: Sequence[Floats], *, each: int | None = None, seed: int = 0, source: str = "crowd"
) -> pl.DataFrame:
    """Votes by these confusions, on all items or of `each` so many voters."""
    draw = np.random.default_rng(seed)
    voters = [draw.choice(len(confusions), each or len(confusions), replace=False) for _ in truth]
    item, voter = np.repeat(np.arange(len(truth)), [len(those) for those in voters]), np.concatenate(voters)
    chances = np.array(confusions)[voter, truth[item]].cumsum(axis=1)
    label = (draw.random(len(item))[:, np.newaxis] > chances).sum(axis=1).clip(0, chances.shape[1] - 1)
    names = [f"{source}{number:03d}" for number in voter]
    return pl.DataFrame({"item": item, "source": source, "voter": names, "label": OUTCOMES[label]})


def rule(truth: Truth, label: str, rates: Sequence[float], seed: int, source: str = "rules") -> pl.DataFrame:
    """Votes of one rule that fires on these shares of the items of each outcome."""
    fires = np.random.default_rng(seed).random(len(truth)) < np.array(rates)[truth]
    return pl.DataFrame({"item": np.flatnonzero(fires), "source": source, "voter": f"rule{seed}", "label": label})


def right(model: Model, truth: Truth) -> float:
    return float((model.proba_.argmax(axis=1) == truth[model.items_.to_numpy()]).mean())


def worth(model: Model, truth: Truth) -> float:
    """The mean log-likelihood of the truth."""
    proba = model.proba_[np.arange(len(model.items_)), truth[model.items_.to_numpy()]]
    return float(np.log(np.maximum(proba, 1e-6)).mean())


def mean(of: Callable[[int], float]) -> float:
    return float(np.mean([of(seed) for seed in range(4)]))


# --- nobody to check a voter -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["crowd", "system", "model", "proxy"])
def test_a_voter_nobody_checks_is_not_believed_beyond_what_is_usual(kind: str) -> None:
    votes = people(truths(0), [confusion(0.8)])
    assert LabelModel(kinds={"crowd": kind}).fit(votes).proba_.max() < 0.92


def test_one_vote_an_item_of_many_people_is_no_certainty() -> None:
    def gained(seed: int) -> float:
        truth = truths(seed)
        votes = people(truth, [confusion(0.7)] * 30, each=1, seed=seed)
        return worth(LabelModel().fit(votes), truth) - worth(MajorityVote(added=1).fit(votes), truth)

    assert mean(gained) > -0.05


def test_experts_on_a_few_items_tell_how_good_the_system_is_on_all() -> None:
    truth = truths(0, 1000, (1 / 3, 1 / 3, 1 / 3))
    system = people(truth, [confusion(0.8, 3)], source="old", seed=1)
    experts = people(truth[:50], [confusion(0.97, 3)], source="experts", seed=2)
    model = LabelModel(kinds={"old": "system", "experts": "expert"}).fit(pl.concat([system, experts]))
    sure_and_wrong = (model.proba_.max(axis=1) > 0.95) & (model.proba_.argmax(axis=1) != truth)
    assert sure_and_wrong.mean() < 0.08


# --- people who always say the same ------------------------------------------------------------------------------


@pytest.mark.parametrize("constant", [1, 2, 3, 4])
def test_people_who_always_say_the_same_do_not_win(constant: int) -> None:
    def found(seed: int) -> float:
        truth = truths(seed)
        return right(LabelModel().fit(people(truth, [confusion(0.9)] * 3 + [ALWAYS_X] * constant, seed=seed)), truth)

    assert mean(found) > 0.95  # the three alone: .9 ** 3 + 3 * .9 ** 2 * .1 = .972


def test_a_crowd_of_which_a_third_always_say_the_same_is_heard() -> None:
    def found(seed: int) -> float:
        truth = truths(seed)
        crowd = [ALWAYS_X] * 30 + [confusion(0.85)] * 70
        return right(LabelModel().fit(people(truth, crowd, each=5, seed=seed)), truth)

    assert mean(found) > 0.8


# --- experts, rules, systems -------------------------------------------------------------------------------------


def test_an_expert_is_not_outvoted_by_a_poor_crowd() -> None:
    truth = truths(0, 1000)
    crowd = people(truth, [confusion(0.45)] * 20, seed=11)
    expert = people(truth[:200], [confusion(0.97)], source="expert", seed=9)
    model = LabelModel(kinds={"expert": "expert"}).fit(pl.concat([crowd, expert]))
    assert (model.proba_.argmax(axis=1) == truth)[:200].mean() > 0.9


def test_many_weak_rules_are_no_certainty() -> None:
    truth = truths(0, 2000)
    weak = [rule(truth, "x", (0.3, 0.1), 100 + number) for number in range(9)]
    votes = pl.concat([*weak, rule(truth, "y", (0.05, 0.5), 200)])
    ours, plain = LabelModel(kinds={"rules": "rule"}).fit(votes), MajorityVote(added=1).fit(votes)
    assert worth(ours, truth) > worth(plain, truth) - 0.02


def flags(truth: Truth, first: str) -> pl.DataFrame:
    """Two rules, and a source that flags a few items too."""
    few = [rule(truth, "y", (0.01, 0.4), 1), rule(truth, "y", (0.02, 0.3), 2)]
    return pl.concat([rule(truth, "y", (0.02, 0.6), 3, source=first), *few])


def test_a_system_that_flags_few_of_all_items_sets_no_base_rate() -> None:
    truth = truths(4, 2000, (0.95, 0.05))
    model = LabelModel(kinds={"old": "system", "rules": "rule"}, outcomes=["x", "y"])
    assert model.fit(flags(truth, "old"), items=2000).prior_[1] <= 0.5


def test_gold_outweighs_a_base_rate_nobody_knows() -> None:
    truth = truths(4, 2000, (0.95, 0.05))
    gold = {"item": list(range(200)), "label": OUTCOMES[truth[:200]].tolist()}
    model = LabelModel(kinds={"rules": "rule"}).fit(flags(truth, "rules"), gold, items=2000)
    assert model.prior_[1] < 0.12


# --- voters at chance --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chance", [1, 4, 16])
def test_voters_at_chance_change_probabilities_little(chance: int) -> None:
    # Each vote has log-odds of deviation sqrt(2 / 400), and the slope of a probability in them is at most 1 / 4; twice
    # that for what is learnt of the others.
    def moved(seed: int) -> float:
        truth = truths(seed)
        good = people(truth, [confusion(0.9)] * 3, seed=seed)
        noise = people(truth, [confusion(0.5)] * chance, seed=80 + seed).with_columns(voter="noise" + pl.col("voter"))
        both = LabelModel().fit(pl.concat([good, noise])).proba_
        return float(np.abs(LabelModel().fit(good).proba_ - both).mean())

    assert mean(moved) < 2 * 0.25 * np.sqrt(chance * 2 / 400)


# --- small and poor crowds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("items", "rights"), [(100, [0.6] * 3), (100, [0.8, 0.7, 0.6]), (300, [0.55] * 5)])
def test_a_small_crowd_is_a_bet_hardly_worse_than_shares(items: int, rights: list[float]) -> None:
    def gained(seed: int) -> float:
        truth = truths(seed, items)
        votes = people(truth, [confusion(right) for right in rights], seed=seed)
        return worth(LabelModel().fit(votes), truth) - worth(MajorityVote(added=1).fit(votes), truth)

    assert mean(gained) > -0.1
