"""The judge of the label model: measures count right, peers are what their papers say, made worlds are as planned."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import sparse

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from aggregating import ablation, crowds, machines, peers, rules, swapping, tables
from aggregating.claims import Claim, about_speed, best_on
from aggregating.measures import Right, Score, calibration_error, compared
from aggregating.methods import OURS, PLAIN, Answer, Asked, Result, scored
from aggregating.pools import Pool
from aggregating.published import bwa, ebcc, ibcc
from aggregating.swapping import Gone, swapped

from payoff.aggregate import calibration, certainty

TRUTH = pl.DataFrame({"item": ["a", "b", "c"], "label": ["x", "y", "x"]})


def votes(*rows: tuple[str, str, str], source: str = "crowd") -> pl.DataFrame:
    """Rows of item, voter, label."""
    table = pl.DataFrame(rows, schema=["item", "voter", "label"], orient="row")
    return table.with_columns(source=pl.lit(source))


def five_agree() -> pl.DataFrame:
    """Twelve items, in turn x and y, on which five voters are right and a sixth always says x."""
    rows = [(f"i{n:02d}", f"v{v}", "xy"[n % 2]) for n in range(12) for v in range(5)]
    return votes(*rows, *[(f"i{n:02d}", "v5", "x") for n in range(12)])


def pool(items: int = 60) -> Pool:
    """Outcomes in turn; the first condition tells them, the second holds of the first half, the third everywhere."""
    outcome = np.arange(items) % 2
    held = np.column_stack([outcome, np.arange(items) < items // 2, np.ones(items)]).astype(float)
    return Pool("turns", outcome, ["no", "yes"], sparse.csc_array(held))


def measured(proba: list[list[float]], truth: pl.DataFrame = TRUTH) -> Score:
    return compared(pl.Series(["a", "b", "c"]), ["x", "y"], np.array(proba), truth).score()


# --- measures ---


def test_accuracy_is_the_share_of_items_whose_likeliest_outcome_is_true() -> None:
    assert measured([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]]).accuracy == pytest.approx(100 * 2 / 3)


def test_a_tie_is_half_right() -> None:
    assert measured([[0.5, 0.5], [0.1, 0.9], [0.9, 0.1]]).accuracy == pytest.approx(100 * 2.5 / 3)


def test_log_loss_is_floored_at_a_millionth() -> None:
    assert measured([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]).loss == pytest.approx(-np.log(1e-6) / 3)


def test_items_without_a_truth_are_not_scored() -> None:
    assert measured([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], TRUTH[:1]).accuracy == 100


def test_an_outcome_that_was_never_voted_is_missed() -> None:
    truth = pl.DataFrame({"item": ["a"], "label": ["z"]})
    assert measured([[1.0, 0.0]] * 3, truth) == pytest.approx((0, -np.log(1e-6), 100, np.nan), nan_ok=True)


def test_who_is_right_as_often_as_it_says_has_no_calibration_error() -> None:
    assert calibration_error(np.full(20, 0.75), np.array([1, 1, 1, 0] * 5)) == 0


def test_items_equally_sure_are_not_parted_by_their_order() -> None:
    assert calibration_error(np.full(20, 0.5), np.repeat([0.0, 1.0], 10)) == 0


# --- peers ---


def test_the_first_vote_of_a_voter_on_an_item_counts() -> None:
    numbered = peers.tuples(votes(("a", "ann", "x"), ("a", "ann", "y"), ("b", "ann", "y")))
    assert numbered.label.tolist() == [0, 1]


def test_equal_names_in_two_sources_are_two_voters() -> None:
    both = pl.concat([votes(("a", "1", "x")), votes(("a", "1", "y"), source="other")])
    assert peers.tuples(both).voters == 2


def test_gold_is_told_by_the_number_of_the_item() -> None:
    gold = pl.DataFrame({"item": ["b"], "label": ["y"]})
    numbered = peers.tuples(votes(("a", "ann", "x"), ("b", "ann", "y")), gold)
    assert (numbered.gold_item.tolist(), numbered.gold_label.tolist()) == ([1], [1])


def test_a_missing_environment_is_the_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peers, "PYTHON", tmp_path / ".venv-peers/bin/python")
    (said,) = peers.outside([peers.tuples(five_agree())], ["snorkel"])
    assert said["snorkel"].error == "no environment .venv-peers: run make bench-peers"


@pytest.mark.parametrize("method", [ibcc, ebcc, bwa])
def test_a_published_method_finds_what_five_voters_agree_on(method: object) -> None:
    numbered = peers.tuples(five_agree())
    assert method(numbered).argmax(axis=1).tolist() == [0, 1] * 6  # type: ignore[operator]


@pytest.mark.parametrize("method", [ibcc, ebcc, bwa])
def test_a_published_method_gives_probabilities(method: object) -> None:
    proba = method(peers.tuples(five_agree()))  # type: ignore[operator]
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert (proba >= 0).all()


def test_ibcc_learns_that_a_voter_says_one_thing_always() -> None:
    alone = pl.concat([five_agree(), votes(("alone", "v5", "x"))])
    told = ibcc(peers.tuples(alone))
    assert abs(told[0][0] - 0.5) < 0.15  # item "alone" comes first


# --- tables and claims ---


def result(accuracy: float, loss: float, *, hard: bool = False) -> Result:
    return Result(Score(accuracy, loss, 0.0), None, hard=hard)


FOUND = {
    "one": {OURS: result(80, 0.4), PLAIN: result(70, 0.5), "peer": result(90, 0.3, hard=True)},
    "two": {OURS: result(60, 0.6), PLAIN: result(66, 0.5), "peer": Result(None, None, "RankError: no")},
}


def test_a_mean_over_sets_is_withheld_where_a_method_said_nothing_of_one() -> None:
    assert tables.mean(FOUND, FOUND, "peer", "accuracy") is None
    assert tables.mean(FOUND, FOUND, OURS, "accuracy") == (80 + 60) / 2


def test_labels_alone_have_no_log_loss() -> None:
    assert tables.mean(FOUND, ["one"], "peer", "loss") is None


def test_whoever_could_not_run_is_named_with_its_error() -> None:
    assert tables.missing(FOUND, ["peer"])[0] == "  peer not on two: RankError: no"


def test_a_claim_names_the_best_peer() -> None:
    accuracy, loss = best_on(FOUND, FOUND, FOUND["one"], "here")
    assert accuracy == Claim("accuracy here 70.00, best peer 68.00 (majority)", holds=True)
    assert loss == Claim("log-loss here 0.500, best peer 0.500 (majority)", holds=True)


def test_how_far_below_majority_is_paired() -> None:
    def of(*hits: float) -> Result:
        return Result(None, Right(np.array(hits), np.zeros(4), np.zeros(4)))

    gap, error = tables.below_majority({OURS: of(1, 0, 1, 0), PLAIN: of(1, 1, 1, 0)})  # apart on one item of four
    assert gap == 100 * -1 / 4
    assert error == pytest.approx(100 * np.sqrt((3 * 0.25**2 + 0.75**2) / 3 / 4))


def test_a_pass_is_claimed_against_a_plain_one() -> None:
    claims = list(about_speed({"1e+06, 2": {"ours": 9.0, "plain": 6.0, "crowd-kit": 360.0}}))
    assert [claim.holds for claim in claims] == [9 / 6 <= 2, 360 / 9 >= 50]


def test_an_answer_is_scored_on_the_items_asked_about() -> None:
    table = votes(("a", "ann", "x"), ("b", "ann", "y"))
    asked = Asked("two", table, {}, TRUTH[:1])
    answer = Answer(np.array([[0.2, 0.8], [0.0, 1.0]]), seconds=1.0)
    assert scored(answer, peers.tuples(table), asked).score == pytest.approx((0, -np.log(0.2), 80, 1.0))


# --- ingredients ---


def test_a_constant_is_exchanged_wherever_it_was_imported_and_put_back() -> None:
    before = calibration.SPREAD
    with swapped({"calibration.SPREAD": 0.25}):
        assert {calibration.SPREAD, certainty.SPREAD} == {0.25}
    assert {calibration.SPREAD, certainty.SPREAD} == {before}


def test_a_name_that_is_gone_stops_the_run() -> None:
    with pytest.raises(Gone, match=r"calibration\.NOBODY is gone"), swapped({"calibration.NOBODY": 1}):
        pass


@pytest.mark.parametrize("name", ablation.ABLATIONS)
def test_every_ingredient_that_is_switched_off_is_there(name: str) -> None:
    for gone in ablation.ABLATIONS[name]():
        swapping.value_of(gone)


@pytest.mark.parametrize("name", ablation.CONSTANTS)
def test_every_constant_that_is_varied_is_there(name: str) -> None:
    swapping.value_of(name)


def test_a_constant_left_to_one_set_is_chosen_on_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    loss = np.array(
        [[0.1, 0.9], [0.4, 0.3]]
    )  # on all: the second; for the first set: the second, for the other: the first
    table = np.stack([100 * (1 - loss), loss], axis=2)
    ablation.show_choice("a", 1.0, [1.0, 2.0], table)
    cost = ((0.4 - 0.4) + (0.9 - 0.3)) / 2
    assert f"{cost:.4f}" in capsys.readouterr().out


# --- made worlds ---


def test_rules_of_a_seed_are_always_the_same() -> None:
    first, again = (rules.written(pool(), np.random.default_rng(7), 6) for _ in range(2))
    assert all((one == other).all() for one, other in zip(first[2:], again[2:], strict=True))


def test_a_rule_says_one_outcome_only() -> None:
    cast = rules.written(pool(), np.random.default_rng(0), 8)
    assert {np.unique(cast.label[cast.voter == v]).size for v in np.unique(cast.voter)} == {1}


def test_the_default_rule_votes_on_every_item() -> None:
    cast = rules.written(pool(), np.random.default_rng(0), 4, default=True)
    assert (cast.voter == cast.voter.max()).sum() == 60


def test_the_best_condition_is_the_one_that_tells_the_outcome() -> None:
    items = pool()
    hits, said = rules.promise(items, np.arange(60))
    assert rules.best(hits[:, 1], said, items, 1, demand=0.6).tolist() == [0]


def test_nobody_votes_twice_on_an_item() -> None:
    item, voter = crowds.assigned(pool(), np.random.default_rng(0), each=5, voters=9, covers=1.0)
    assert len(np.unique(item * 9 + voter)) == len(item)


def test_skilled_workers_are_right_oftener() -> None:
    items, right = pool(400), []
    for skill in (-1.0, 2.0):
        cast = crowds.people(items, np.random.default_rng(0), each=4, voters=20, skill=skill, spam=0.0)
        right.append((cast.label == items.outcome[cast.item]).mean())
    assert right[0] < 0.5 < right[1]


def test_copiers_mostly_say_what_a_leader_said() -> None:
    item, voter = np.repeat(np.arange(100), 4), np.tile(np.arange(4), 100)
    label = np.where(voter < 2, 1, 0)  # the leaders are the first two
    copier, spammer = np.arange(4) == 2, np.arange(4) == 3
    told = crowds.copied(label, item, voter, copier, spammer, np.random.default_rng(0))
    assert 0.8 < told[voter == 2].mean() <= 1


def test_language_models_share_their_mistakes() -> None:
    items = pool(400)
    first, second = machines.language_models(items, np.random.default_rng(0), 2)
    wrong = [cast.label != items.outcome for cast in (first, second)]
    assert (wrong[0] & wrong[1]).mean() > 2 * wrong[0].mean() * wrong[1].mean()


def test_an_always_on_source_votes_on_every_item() -> None:
    assert machines.system(pool(), np.random.default_rng(0)).item.tolist() == list(range(60))
