"""What each usual metric picks, on worlds small enough to count, and that it is what scikit-learn would pick."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from payoff.usual import METRICS, Candidate, plain_interval, right_decisions, usual_cut, usual_picks, with_cut

TRIAGE = np.array([[[0.0, -10.0], [-4.0, 2.0], [-1.0, 1.0]]])  # allow, block, inspect under good, bad
RIGHT = np.array([0, 1])  # allow what is good, block what is bad
BAD = np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1])  # eight good, two bad


def model(name: str, bad: list[float], decisions: list[int] | None = None) -> Candidate:
    """A candidate by its P(bad); it inspects everything unless told otherwise."""
    proba = np.column_stack([1 - np.array(bad), bad])
    return Candidate(name=name, decisions=np.array(decisions or [2] * len(bad)), proba=proba)


def score(metric: str, candidate: Candidate, outcome: Any = BAD, weight: Any = None, right: Any = RIGHT) -> float:
    found = METRICS[metric](candidate, outcome, right, np.ones(len(outcome)) if weight is None else weight)
    assert found is not None
    return found


def picked(candidates: list[Candidate], outcome: Any = BAD, **given: Any) -> dict[str, tuple[str, bool]]:
    found = usual_picks(candidates, outcome, RIGHT, **given)
    return {metric: (pick.name, pick.cut) for metric, pick in found.items()}


SHARP = model("sharp", [0.1] * 8 + [0.9, 0.4])
BLUNT = model("blunt", [0.2] * 10)


# --- what a decision stands for ---------------------------------------------------------------------------------------


def test_a_decision_stands_for_the_outcome_under_which_it_is_worth_most() -> None:
    assert right_decisions(TRIAGE).tolist() == [0, 1]


def test_payoffs_that_differ_between_items_count_in_the_mean() -> None:
    payoffs = np.array([[[0.0, -1.0], [-1.0, 0.0]], [[0.0, 5.0], [-1.0, 0.0]]])  # under bad: -1 or 5, 0 or 0
    assert right_decisions(payoffs).tolist() == [0, 0]


def test_the_usual_cut_never_inspects() -> None:
    assert usual_cut(np.array([[0.49, 0.51], [0.51, 0.49]]), RIGHT).tolist() == [1, 0]


def test_the_cut_takes_the_place_of_the_decisions_and_leaves_the_candidate_as_it_was() -> None:
    assert with_cut(SHARP, RIGHT).decisions.tolist() == [0] * 8 + [1, 0]
    assert with_cut(SHARP, RIGHT).cut
    assert SHARP.decisions.tolist() == [2] * 10
    assert not SHARP.cut


# --- the metrics, counted ---------------------------------------------------------------------------------------------


def test_accuracy_is_the_share_of_right_decisions() -> None:
    assert score("accuracy", with_cut(SHARP, RIGHT)) == 9 / 10


def test_inspecting_everything_is_never_right() -> None:
    assert score("accuracy", SHARP) == 0.0


def test_items_count_by_their_weight() -> None:
    assert score("accuracy", with_cut(SHARP, RIGHT), weight=np.array([1.0] * 9 + [11.0])) == 9 / 20


def test_f1_is_of_the_rarer_class() -> None:
    assert score("F1", with_cut(SHARP, RIGHT)) == pytest.approx(2 * 1 * 0.5 / (1 + 0.5))  # precision 1, recall 1 / 2


def test_f1_of_who_never_says_the_rarer_class_is_nought() -> None:
    assert score("F1", with_cut(BLUNT, RIGHT)) == 0.0


def test_f1_over_three_outcomes_is_the_mean_over_classes() -> None:
    outcome, decisions = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 1, 0, 2, 1])
    each = (2 * 2 / (3 + 2), 2 * 1 / (2 + 2), 2 * 1 / (1 + 2))  # 2 hits / (said + there are)
    found = score("F1", Candidate(name="topics", decisions=decisions), outcome, right=np.arange(3))
    assert found == pytest.approx(sum(each) / 3)


def test_auc_counts_pairs_in_the_right_order() -> None:
    mixed = model("mixed", [0.1] * 7 + [0.5] + [0.9, 0.4])  # of 16 pairs one stands the wrong way round
    assert score("AUC", mixed) == 15 / 16


def test_auc_of_one_score_for_all_is_a_half() -> None:
    assert score("AUC", BLUNT) == 0.5


def test_log_loss_is_the_mean_of_minus_log_p_and_less_is_better() -> None:
    assert score("log-loss", BLUNT) == pytest.approx((8 * np.log(0.8) + 2 * np.log(0.2)) / 10)


def test_lift_compares_the_top_tenth_with_all() -> None:
    assert score("lift", SHARP) == pytest.approx(1.0 / 0.2)  # the one on top is bad, a fifth of all are


def test_a_model_that_ranks_nothing_has_a_lift_of_one() -> None:
    assert score("lift", BLUNT) == pytest.approx(1.0)


def test_a_tie_at_the_edge_of_the_top_tenth_is_shared() -> None:
    tied = model("tied", [0.1] * 7 + [0.6, 0.6, 0.1])  # the top one of ten is one good or one bad
    assert score("lift", tied) == pytest.approx(0.5 / 0.2)


def test_lift_of_equally_rare_outcomes_is_the_mean_over_them() -> None:
    """Twenty items, half of them bad: the two on top for bad are bad, of the two on top for good one is good."""
    bad = [0.9, 0.9, *[0.5] * 16, 0.1, 0.1]
    half = model("half", bad)
    truth = np.array([1, 1, *[1] * 7, *[0] * 9, 1, 0])
    assert score("lift", half, truth) == pytest.approx((1.0 / 0.5 + 0.5 / 0.5) / 2)


def test_an_outcome_without_weight_is_not_the_rarest() -> None:
    truth, weight = np.array([0, 1, 1, 2]), np.array([0.0, 1.0, 1.0, 1.0])
    knowing = Candidate(name="knowing", decisions=truth, proba=np.eye(3)[truth])
    assert score("lift", knowing, truth, weight, np.arange(3)) == pytest.approx(1.0 / (1 / 3))


# --- the picks --------------------------------------------------------------------------------------------------------


def test_accuracy_prefers_the_cut_and_rankings_are_followed_by_it() -> None:
    assert set(picked([BLUNT, SHARP]).values()) == {("sharp", True)}


def test_a_tie_goes_to_the_candidate_listed_first() -> None:
    twin = model("twin", [0.1] * 8 + [0.9, 0.4])
    assert picked([SHARP, twin]) == picked([SHARP])


def test_a_candidate_without_probabilities_is_picked_by_its_decisions_alone() -> None:
    oracle = Candidate(name="oracle", decisions=BAD)
    found = picked([BLUNT, oracle])
    assert (found["accuracy"], found["F1"]) == (("oracle", False), ("oracle", False))
    assert {found[metric] for metric in ("AUC", "log-loss", "lift")} == {("blunt", True)}


def test_without_any_probabilities_only_decisions_are_ranked() -> None:
    assert set(picked([Candidate(name="oracle", decisions=BAD)])) == {"accuracy", "F1"}


def test_where_one_outcome_is_seen_there_is_nothing_to_rank() -> None:
    assert set(picked([SHARP], outcome=np.zeros(10, dtype=np.int64))) == {"accuracy", "log-loss"}


def test_an_outcome_nobody_saw_is_no_error_for_the_others() -> None:
    proba = np.full((10, 3), 0.1)
    proba[np.arange(10), BAD] = 0.8
    three = Candidate(name="three", decisions=BAD, proba=proba)
    found = usual_picks([three], BAD, np.array([0, 1, 2]))
    assert set(found) == set(METRICS)


def test_outcomes_that_call_for_the_same_decision_are_one_class() -> None:
    right = np.array([0, 1, 1])  # two kinds of bad, both blocked
    outcome = np.array([0, 0, 0, 1, 2])
    blocked = Candidate(name="block", decisions=np.array([0, 0, 0, 1, 1]))
    assert score("accuracy", blocked, outcome, right=right) == 1.0
    assert score("F1", blocked, outcome, right=right) == 1.0


# --- laws -------------------------------------------------------------------------------------------------------------

SCORES = st.lists(st.sampled_from([0.05, 0.2, 0.35, 0.6, 0.8, 0.95]), min_size=10, max_size=10)


@given(SCORES, SCORES)
def test_scaling_weights_changes_no_pick(first: list[float], second: list[float]) -> None:
    candidates = [model("first", first), model("second", second)]
    assert picked(candidates) == picked(candidates, weight=np.full(10, 7.0))


@given(SCORES)
def test_an_item_of_weight_two_is_that_item_twice(scores: list[float]) -> None:
    weight = np.array([2.0] + [1.0] * 9)
    twice = model("twice", [scores[0], *scores])
    for metric in METRICS:
        once = score(metric, with_cut(model("once", scores), RIGHT), weight=weight)
        assert once == pytest.approx(score(metric, with_cut(twice, RIGHT), np.append(BAD[:1], BAD)))


@given(SCORES)
def test_scikit_learn_says_the_same(scores: list[float]) -> None:
    cut = with_cut(model("model", scores), RIGHT)
    assert score("AUC", cut) == pytest.approx(roc_auc_score(BAD, scores))
    assert score("F1", cut) == pytest.approx(f1_score(BAD, np.array(scores) > 0.5, zero_division=0.0))


# --- the plain interval -----------------------------------------------------------------------------------------------


def test_the_plain_interval_is_that_of_student() -> None:
    found = plain_interval(np.array([0.0, 1.0, 2.0])).estimate
    half = 4.302653 * 1.0 / 3**0.5  # t for two degrees of freedom, standard deviation 1
    assert (found.mean, found.low, found.high) == pytest.approx((1.0, 1 - half, 1 + half), rel=1e-6)


def test_the_plain_interval_does_not_mind_the_scale_of_the_weights() -> None:
    gain = np.array([0.0, 1.0, 5.0])
    weight = np.array([1.0, 2.0, 3.0])
    one, ten = plain_interval(gain, weight).estimate, plain_interval(gain, 10 * weight).estimate
    assert one.mean == pytest.approx((0 + 2 + 15) / 6)
    assert (one.low, one.high) == pytest.approx((ten.low, ten.high))


def test_one_item_has_no_interval() -> None:
    assert plain_interval(np.array([3.0])).estimate.low == -np.inf
