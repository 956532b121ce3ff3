from __future__ import annotations

import numpy as np
import pytest

from payoff.aggregate.agreement import alpha_interval, disputed, pairwise
from payoff.aggregate.coding import Coded, code_votes
from payoff.votes import alpha
from planted import crowd

PAYOFFS = np.array([[[0.0, -1.0], [-2.0, 1.0]]])

# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011): sections A, B and C; '*' is no value.
PUBLISHED = {
    0.095: ("0100000010", "1110010000"),
    0.692: ("aabbdcccedda", "babbbccceddd"),
    0.743: ("123321412***", "1233224125*3", "*3332342251*", "12332441251*"),
}


def coded(*voters: str) -> Coded:
    cells = [(i, name, label) for name, said in enumerate(voters) for i, label in enumerate(said) if label != "*"]
    item, voter, label = zip(*cells, strict=True)
    return code_votes({"item": list(item), "source": [f"v{name}" for name in voter], "label": list(label)})


@pytest.mark.parametrize("published", PUBLISHED)
def test_alpha_is_as_published(published: float) -> None:
    assert alpha(coded(*PUBLISHED[published]).tally) == pytest.approx(published, abs=5e-4)


def test_the_interval_holds_the_estimate() -> None:
    found = alpha_interval(crowd(0, items=100).coded)
    assert found is not None
    assert found[1] < found[0] < found[2]


def test_more_items_make_the_interval_narrower() -> None:
    few, many = (alpha_interval(crowd(0, items=items).coded) for items in (50, 800))
    assert few is not None
    assert many is not None
    assert many[2] - many[1] < few[2] - few[1]


def test_the_interval_holds_the_alpha_of_all_items_in_most_samples_of_them() -> None:
    world = crowd(0, items=8_000)
    whole, rng = alpha(world.coded.tally), np.random.default_rng(0)
    held = []
    for _ in range(60):
        few = world.votes.filter(np.isin(world.item, rng.choice(8_000, 100, replace=False)))
        found = alpha_interval(code_votes(few))
        assert found is not None
        held.append(found[1] <= whole <= found[2])  # type: ignore[operator]
    assert np.mean(held) >= 0.85  # 95% wanted; 60 samples miss more than nine with a chance of one in a thousand


def test_items_voted_on_once_have_no_agreement() -> None:
    assert alpha_interval(coded("ab**", "**ab")) is None


def test_pairs_agree_beyond_what_their_labels_give_by_chance() -> None:
    found = pairwise(coded("aabb", "aaba")).row(0, named=True)
    assert found["alike"] == 3 / 4
    assert found["kappa"] == pytest.approx((3 / 4 - (1 / 2 * 3 / 4 + 1 / 2 * 1 / 4)) / (1 - 1 / 2))


def test_two_who_always_say_the_same_word_agree_by_chance() -> None:
    assert pairwise(coded("aaa", "aaa"))["kappa"].to_list() == [None]


def test_those_who_met_on_no_item_are_no_pair() -> None:
    assert pairwise(coded("a*", "*a")).is_empty()


def test_an_item_on_which_all_agree_is_not_disputed() -> None:
    assert disputed(coded("ab", "ab"), np.array([[0.5, 0.5]] * 2), PAYOFFS).is_empty()


def test_the_dispute_that_may_cost_most_comes_first() -> None:
    votes = coded("aaab", "bbbb")
    proba = np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.9], [0.0, 1.0]])
    found = disputed(votes, proba, PAYOFFS)
    assert found["item"].to_list() == [1, 2, 0]
    assert found["at_stake"].to_list() == pytest.approx([0.5 * 2, 0.1 * 2, 0.1 * 2])


def test_payoffs_of_its_own_make_an_item_dear() -> None:
    each = np.concatenate([PAYOFFS, 100 * PAYOFFS])
    found = disputed(coded("aa", "bb"), np.array([[0.5, 0.5]] * 2), each)
    assert found["item"].to_list() == [1, 0]
