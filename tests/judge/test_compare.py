"""What the candidate earns over the incumbent, on worlds small enough to count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from payoff.judge import Comparison, compare, draw, level, looks_left

HALF = [0.5, 0.5]


def census(gains: list[float], alike: int = 0, **options: Any) -> Comparison:
    """Every item audited for certain; the candidate gains or loses 1 on the items where it differs."""
    items = len(gains) + alike
    candidate = [[1.0, -1.0]] * len(gains) + [[0.0, 0.0]] * alike
    audit = {"item": np.arange(items), "incumbent": np.zeros(items), "candidate": [*gains, *[0.0] * alike]}
    return compare(np.zeros((items, 2)), candidate, [HALF] * items, audit, drawn=np.ones(items), **options)


def audited(votes: int, wins: int, items: int = 1000, **options: Any) -> Comparison:
    """Votes drawn evenly over items that all differ by +1 or -1; on `wins` of the votes the candidate gained."""
    gains = np.where(np.arange(votes) < wins, 1.0, -1.0)
    audit = {"item": np.arange(votes), "incumbent": np.zeros(votes), "candidate": gains}
    candidate = np.tile([1.0, -1.0], (items, 1))
    return compare(np.zeros((items, 2)), candidate, [HALF] * items, audit, drawn=[votes / items] * items, **options)


# --- estimate --------------------------------------------------------------------------------------------------------


def test_the_mean_of_a_census_is_the_plain_mean() -> None:
    assert census([1.0] * 15 + [-1.0] * 5, alike=20).estimate.mean == (15 - 5) / 40


def test_a_census_has_no_error_that_votes_could_reduce() -> None:
    assert census([1.0] * 15 + [-1.0] * 5).votes_variance == 0.0


def test_the_error_of_a_census_is_the_scatter_of_its_items() -> None:
    # squares 20 / 40, mean 10 / 40, over 40 items
    assert census([1.0] * 15 + [-1.0] * 5, alike=20).items_variance == pytest.approx((20 / 40 - (10 / 40) ** 2) / 40)


def test_votes_drawn_evenly_are_weighted_up_to_the_items() -> None:
    found = audited(votes=100, wins=80)

    # the prediction b1 * doubt is fitted with a ridge of 0.02; sum f + sum w (d - f) weighs 100 votes by 10
    assert found.estimate.mean == pytest.approx((80 - 20) / 100)


def test_the_variance_of_even_draws_is_that_of_a_sample_without_replacement() -> None:
    found = audited(votes=100, wins=80)

    textbook = (1 - 0.6**2) * (1 - 100 / 1000) / 100
    assert found.votes_variance == pytest.approx(textbook, rel=0.03)


def test_an_item_that_never_differs_and_was_never_drawn_is_exact() -> None:
    gains = np.ones(20)
    audit = {"item": np.arange(20), "incumbent": np.zeros(20), "candidate": gains}
    candidate = np.vstack([np.tile([1.0, -1.0], (20, 1)), np.zeros((20, 2))])

    found = compare(np.zeros((40, 2)), candidate, [HALF] * 40, audit, drawn=[1.0] * 20 + [0.0] * 20)

    assert found.estimate.mean == 20 / 40 and found.votes_variance == 0.0


def test_a_difference_the_same_under_every_outcome_counts_without_a_vote() -> None:
    gains = np.ones(20)
    audit = {"item": np.arange(20), "incumbent": np.zeros(20), "candidate": gains}
    candidate = np.vstack([np.tile([1.0, -1.0], (20, 1)), np.tile([-0.5, -0.5], (20, 1))])

    found = compare(np.zeros((40, 2)), candidate, [HALF] * 40, audit, drawn=[1.0] * 20 + [0.0] * 20)

    assert found.estimate.mean == pytest.approx((20 - 10) / 40) and found.uncovered == 0


def test_items_that_could_not_be_drawn_widen_the_interval_by_all_they_could_be() -> None:
    audit = {"item": np.arange(30), "incumbent": np.zeros(30), "candidate": np.ones(30)}
    candidate = np.tile([1.0, -1.0], (40, 1))
    drawn = np.array([1.0] * 30 + [0.0] * 10)

    found = compare(np.zeros((40, 2)), candidate, [HALF] * 40, audit, drawn=drawn)

    assert (found.uncovered, found.estimate.mean) == (10, 30 / 40)
    assert found.estimate.low <= (30 - 10) / 40 and found.estimate.high >= (30 + 10) / 40


def test_payoffs_seen_may_differ_from_the_tables() -> None:
    audit = {"item": range(20), "incumbent": [0.0] * 20, "candidate": [7.0] * 20}

    found = compare(np.zeros((20, 2)), [[5.0, -5.0]] * 20, [HALF] * 20, audit, drawn=[1.0] * 20)

    assert found.estimate.mean == 7.0


def test_a_difference_seen_where_the_tables_have_none_counts() -> None:
    audit = {"item": range(20), "incumbent": [0.0] * 20, "candidate": [1.0] * 20}

    assert compare(np.zeros((20, 2)), np.zeros((20, 2)), [HALF] * 20, audit, drawn=[1] * 20).estimate.mean == 1.0


def test_payoffs_that_differ_by_rounding_only_are_equal() -> None:
    found = compare([[0.3, 0.0]], [[0.1 + 0.2, 0.0]], [HALF], {"item": [], "incumbent": [], "candidate": []}, drawn=[0])

    assert found.verdict == "keep"


# --- interval --------------------------------------------------------------------------------------------------------


def test_below_ten_votes_there_is_no_interval() -> None:
    found = audited(votes=9, wins=9)

    assert (found.estimate.low, found.estimate.high) == (-np.inf, np.inf)


def test_from_ten_votes_there_is_one() -> None:
    found = audited(votes=10, wins=7)

    assert -np.inf < found.estimate.low < found.estimate.mean < found.estimate.high < np.inf


def test_a_loss_not_yet_seen_stretches_the_interval_downwards() -> None:
    found = audited(votes=30, wins=30)

    below, above = found.estimate.mean - found.estimate.low, found.estimate.high - found.estimate.mean
    assert below > 2 * above


def test_more_votes_narrow_the_interval() -> None:
    few, many = audited(votes=50, wins=30).estimate, audited(votes=200, wins=120).estimate

    assert many.high - many.low < few.high - few.low


def test_the_interval_of_a_census_is_near_that_of_the_textbook() -> None:
    found = census([1.0] * 600 + [-1.0] * 400)

    half = 1.962 * np.sqrt((1 - 0.2**2) / 1000)
    assert found.estimate.low == pytest.approx(0.2 - half, abs=0.003)
    assert found.estimate.high == pytest.approx(0.2 + half, abs=0.003)


# --- verdict ---------------------------------------------------------------------------------------------------------


def test_a_clear_gain_is_adopted() -> None:
    assert audited(votes=100, wins=90).verdict == "adopt"


def test_a_clear_loss_keeps_the_incumbent() -> None:
    assert audited(votes=100, wins=10).verdict == "keep"


def test_as_many_wins_as_losses_cannot_be_told() -> None:
    assert audited(votes=100, wins=50).verdict == "cannot tell"


def test_policies_that_decide_alike_keep_the_incumbent() -> None:
    same = [[1.0, 0.0], [0.0, 2.0]]

    found = compare(same, same, [HALF] * 2, {"item": [0], "incumbent": [1], "candidate": [1]}, drawn=[0.5, 0.5])

    assert (found.verdict, found.estimate.mean, found.look) == ("keep", 0.0, False)


def test_nineteen_fresh_votes_never_adopt_and_cost_no_level() -> None:
    found = audited(votes=19, wins=19)

    assert (found.verdict, found.look, looks_left(found.ledger)) == ("cannot tell", False, 30)


def test_nineteen_fresh_votes_do_not_keep_either() -> None:
    assert audited(votes=19, wins=0).verdict == "cannot tell"


def test_votes_on_items_decided_alike_do_not_count_as_fresh() -> None:
    found = census([1.0] * 19, alike=100)

    assert (found.differing, found.verdict, found.look) == (19, "cannot tell", False)


def test_twenty_fresh_votes_are_a_look() -> None:
    found = audited(votes=20, wins=20)

    assert (found.look, found.level, looks_left(found.ledger)) == (True, pytest.approx(0.0125, abs=1e-4), 29)


@pytest.mark.parametrize("wins", [10, 50, 90])
def test_a_look_costs_a_level_whatever_its_verdict(wins: int) -> None:
    assert looks_left(audited(votes=100, wins=wins).ledger) == 29


def test_a_later_look_is_held_to_a_stricter_level() -> None:
    first = audited(votes=100, wins=50)

    assert audited(votes=100, wins=50, ledger=first.ledger).level == pytest.approx(first.level / 2)


def test_when_all_levels_are_spent_nothing_is_adopted_and_the_words_say_so() -> None:
    ledger = None
    for _ in range(30):
        ledger = audited(votes=20, wins=10, ledger=ledger).ledger

    found = audited(votes=100, wins=95, ledger=ledger)

    assert (found.verdict, found.look, found.votes_needed) == ("cannot tell", False, None)
    assert "All levels are spent: open a new audit." in found.said


def test_the_ledger_names_the_candidates_looked_at() -> None:
    first = audited(votes=30, wins=15, name="linear")
    second = audited(votes=30, wins=15, name="trees", ledger=first.ledger)

    assert [look["name"] for look in second.ledger["looks"]] == ["linear", "trees"]


# --- fresh votes -----------------------------------------------------------------------------------------------------


def later(old: int, new: int, old_gain: float, new_gain: float) -> Comparison:
    """A candidate fixed after `old` votes of 1,000 items; then `new` more were drawn."""
    votes, items = old + new, 1000
    first = old / items
    audit = {
        "item": np.arange(votes),
        "incumbent": np.zeros(votes),
        "candidate": np.where(np.arange(votes) < old, old_gain, new_gain),
        "fresh": np.arange(votes) >= old,
    }
    drawn = 1 - (1 - first) * (1 - new / (items - old))
    candidate = np.tile([1.0, -1.0], (items, 1))
    return compare(
        np.zeros((items, 2)), candidate, [HALF] * items, audit, drawn=[drawn] * items, before=[first] * items
    )


def test_old_votes_alone_never_adopt() -> None:
    found = later(old=200, new=0, old_gain=1.0, new_gain=0.0)

    assert (found.verdict, found.look, found.differing) == ("cannot tell", False, 0)


def test_old_votes_stay_in_the_estimate_shown() -> None:
    assert later(old=100, new=100, old_gain=1.0, new_gain=-1.0).estimate.mean == pytest.approx(0.0, abs=0.02)


def test_old_votes_that_flatter_do_not_reach_the_verdict() -> None:
    assert later(old=200, new=40, old_gain=1.0, new_gain=-1.0).verdict != "adopt"


def test_fresh_votes_adopt_where_old_ones_were_against() -> None:
    assert later(old=30, new=100, old_gain=-1.0, new_gain=1.0).verdict == "adopt"


def test_a_census_opened_before_the_candidate_was_thought_of_has_nothing_fresh() -> None:
    items = 60
    audit = {"item": range(items), "incumbent": np.zeros(items), "candidate": np.ones(items), "fresh": [False] * items}

    found = compare(
        np.zeros((items, 2)), [[1, -1]] * items, [HALF] * items, audit, drawn=[1] * items, before=[1] * items
    )

    assert (found.verdict, found.look, found.estimate.mean) == ("cannot tell", False, 1.0)


def test_items_opened_for_certain_before_count_as_unknown_to_the_fresh_votes() -> None:
    items, old = 60, 30
    fresh = np.arange(items) >= old
    audit = {"item": range(items), "incumbent": np.zeros(items), "candidate": np.ones(items), "fresh": fresh}
    before = np.where(fresh, 0.0, 1.0)

    found = compare(np.zeros((items, 2)), [[1, -1]] * items, [HALF] * items, audit, drawn=[1] * items, before=before)

    # 30 fresh gains of 1 against 30 items that could each be -1: not proven
    assert found.verdict == "cannot tell"


# --- votes needed and words ------------------------------------------------------------------------------------------


def test_when_it_cannot_tell_it_says_how_many_votes_would_settle_it() -> None:
    found = audited(votes=50, wins=32)

    assert found.verdict == "cannot tell" and found.votes_needed is not None
    assert f"{found.votes_needed} more audit votes would settle it" in found.said


def test_the_words_carry_the_unit_and_the_cost() -> None:
    found = audited(votes=50, wins=32)

    words = found.words("EUR", price=0.5)

    assert "EUR an item" in words and f"({found.votes_needed * 0.5:.2f} EUR)" in words


def test_a_census_that_cannot_tell_asks_for_items_not_votes() -> None:
    found = census([1.0, -1.0] * 20)

    assert found.votes_needed is None
    assert "All that these 40 items can tell is known, only more items would settle it" in found.said


def test_where_fewer_than_twenty_items_differ_no_number_of_votes_settles_it() -> None:
    candidate = [[1.0, -1.0]] * 19 + [[0.0, 0.0]] * 100
    audit = {"item": range(12), "incumbent": [0.0] * 12, "candidate": [1.0] * 12}

    found = compare(np.zeros((119, 2)), candidate, [HALF] * 119, audit, drawn=[0.6] * 19 + [0.0] * 100)

    assert (found.verdict, found.votes_needed) == ("cannot tell", None)


def test_before_any_vote_the_first_audit_is_fifty() -> None:
    assert audited_nothing(items=1000).votes_needed == 50


def test_never_more_votes_are_asked_for_than_items_are_left() -> None:
    assert audited_nothing(items=30).votes_needed == 30


def audited_nothing(items: int) -> Comparison:
    audit: dict[str, list[float]] = {"item": [], "incumbent": [], "candidate": []}
    return compare(np.zeros((items, 2)), [[1, -1]] * items, [[0.6, 0.4]] * items, audit, drawn=[0] * items)


def test_before_any_vote_the_estimate_is_what_the_posterior_expects() -> None:
    found = audited_nothing(items=1000)

    assert found.estimate.mean == pytest.approx(0.6 - 0.4) and found.votes_variance > 0


# --- edges -----------------------------------------------------------------------------------------------------------


def test_no_items_keep_the_incumbent_without_an_interval() -> None:
    nothing = np.zeros((0, 2))

    found = compare(nothing, nothing, nothing, {"item": [], "incumbent": [], "candidate": []}, drawn=[])

    assert (found.verdict, found.estimate.low, found.estimate.high) == ("keep", -np.inf, np.inf)


@pytest.mark.parametrize("items", [1, 2])
def test_one_or_two_items_cannot_be_told(items: int) -> None:
    found = census([1.0] * items)

    assert (found.verdict, found.estimate.mean, found.votes_needed) == ("cannot tell", 1.0, None)


def test_with_one_outcome_the_mean_is_known_and_nothing_is_left_to_ask() -> None:
    audit: dict[str, list[float]] = {"item": [], "incumbent": [], "candidate": []}

    found = compare([[0.0]] * 4, [[1.0]] * 4, [[1.0]] * 4, audit, drawn=[0] * 4)

    assert (found.estimate.mean, found.votes_needed, found.verdict) == (1.0, None, "cannot tell")


def test_arguments_are_left_as_they_were() -> None:
    rng = np.random.default_rng(0)
    incumbent, candidate = np.zeros((200, 2)), rng.normal(size=(200, 2))
    posterior, drawn = rng.dirichlet([1, 1], 200), np.full(200, 0.5)
    item = np.arange(100)
    before, groups = np.full(200, 0.1), np.repeat(np.arange(50), 4)
    fresh = np.arange(100) % 5 > 0
    audit = {"item": item, "incumbent": np.zeros(100), "candidate": candidate[item, 0], "fresh": fresh}
    given = [incumbent, candidate, posterior, drawn, before, groups, *audit.values()]
    for array in given:
        array.setflags(write=False)
    ledger = audited(votes=20, wins=10).ledger
    kept = repr(ledger)

    draw(incumbent, candidate, posterior, 20, drawn=drawn, audited=item)
    compare(incumbent, candidate, posterior, audit, drawn=drawn, before=before, groups=groups, ledger=ledger)

    assert repr(ledger) == kept  # the arrays would have raised


# --- groups ----------------------------------------------------------------------------------------------------------


def test_items_of_one_group_count_as_one_draw() -> None:
    assert audited(votes=100, wins=60, groups=np.arange(1000) // 10).votes == 10


def test_groups_that_agree_within_widen_the_interval() -> None:
    alone = audited(votes=100, wins=60).estimate
    together = audited(votes=100, wins=60, groups=np.arange(1000) // 10).estimate

    assert together.high - together.low > alone.high - alone.low
    assert together.mean == alone.mean


def test_every_item_its_own_group_changes_little() -> None:
    alone, single = audited(votes=100, wins=60), audited(votes=100, wins=60, groups=np.arange(1000))

    assert single.estimate.mean == alone.estimate.mean
    assert single.estimate.high - single.estimate.low == pytest.approx(
        alone.estimate.high - alone.estimate.low, rel=0.05
    )


def test_two_groups_show_no_interval_and_adopt_nothing() -> None:
    found = audited(votes=100, wins=100, groups=np.arange(1000) % 2)

    assert (found.verdict, found.estimate.high) == ("cannot tell", np.inf)


def test_groups_may_have_names() -> None:
    names = ["video a", "video b", "video c", "video d"] * 250

    assert audited(votes=100, wins=60, groups=names).votes == 4


# --- one policy ------------------------------------------------------------------------------------------------------


def test_the_level_of_a_policy_in_a_census_is_its_mean_payoff() -> None:
    judged = level(
        [[2.0, -1.0]] * 30, [HALF] * 30, {"item": range(30), "payoff": [2.0] * 20 + [-1.0] * 10}, drawn=[1] * 30
    )

    assert judged.estimate.mean == (20 * 2 - 10 * 1) / 30


def test_a_policy_that_earns_nothing_anywhere_earns_nothing() -> None:
    judged = level(np.zeros((5, 2)), [HALF] * 5, {"item": [], "payoff": []}, drawn=[0] * 5)

    assert (judged.estimate.mean, judged.estimate.low, judged.estimate.high) == (0.0, 0.0, 0.0)


def test_a_payoff_that_does_not_depend_on_the_outcome_is_known_without_votes() -> None:
    judged = level([[-1.0, -1.0]] * 50, [HALF] * 50, {"item": [], "payoff": []}, drawn=[0] * 50)

    assert judged.estimate.mean == -1.0 and judged.votes_variance == 0.0
