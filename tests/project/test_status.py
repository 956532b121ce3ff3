"""The sixty answers: what is known with its figures, what is open and what would settle it, what blocks."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from payoff import Limit, Objective, Project
from payoff.judge import looks_left
from payoff.project.results import Status
from payoff.project.status import questions_of
from payoff.report.page import by_stage
from payoff.words import number, per_item
from status_worlds import (
    ITEMS,
    WORLDS,
    answer,
    bare,
    bought,
    buy,
    census,
    edit,
    goal,
    limited,
    make,
    said,
    spam_table,
    tried,
)


def sealed(project: Project) -> pl.DataFrame:
    ground = project._at.ground
    return ground.items.table.filter(pl.Series(ground.audit))


def figure_in(words: str) -> float:
    """The first figure of worth in an answer."""
    found = re.search(r"([+-]?[\d,.]+) EUR an item", words)
    assert found is not None, words
    return float(found[1])


# --- in every world --------------------------------------------------------------------------------------------------


@pytest.fixture(params=WORLDS, scope="module")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Made once: asking for the status changes nothing."""
    return WORLDS[request.param](tmp_path_factory.mktemp("world"))


def test_every_world_has_sixty_answers_in_one_of_four_states(world: Project) -> None:
    answers = world.status().answers
    assert len(answers) == 60
    assert {each.state for each in answers} <= {"answered", "computed", "blocked", "open"}


def test_whatever_is_settled_says_so_in_words(world: Project) -> None:
    assert [each.id for each in world.status().answers if each.state != "open" and not each.answer] == []


def test_no_worth_is_said_without_its_interval(world: Project) -> None:
    advice = {"L8", "I8"}  # in the words of the advice
    words = {each.id: each.answer for each in world.status().answers if each.id not in advice}
    assert [id for id, text in words.items() if re.search(r"[+-][\d.,]+ EUR an item(?! \()", text)] == []


def test_no_worth_without_an_interval_settles_a_question(world: Project) -> None:
    settled = [each for each in world.status().answers if each.state in ("answered", "computed")]
    assert [each.id for each in settled if "not known yet" in each.answer] == []


def test_asking_for_the_status_changes_nothing(world: Project) -> None:
    store = world._at.store
    kinds = ("ledger", "advice", "trial", "draw", "run", "objective")
    before = [store.records(kind) for kind in kinds]
    world.status()
    assert [store.records(kind) for kind in kinds] == before
    assert len(store.requests()) == len(world._at.memory.requests)


def test_asked_twice_the_answers_are_the_same(world: Project) -> None:
    assert world.status() == world.status()


def test_the_grade_is_that_of_the_weakest_stage(tmp_path: Path) -> None:
    # Nothing of Launch and Watch is kept yet.
    assert tried(tmp_path).status().grade == ("Launch", 0 / 6)


# --- frame -----------------------------------------------------------------------------------------------------------


def test_f1_names_the_decisions_and_how_often_they_are_taken(tmp_path: Path) -> None:
    assert said(bare(tmp_path), "F1") == (
        "answered",
        "'remove' or 'keep' for each item, 1,000 items a month for 6 months",
    )


def test_f1_asks_for_a_volume_that_was_not_given(tmp_path: Path) -> None:
    project = make(tmp_path, objective=goal(per_month=None, months=None))
    assert "give per_month and months in [objective]" in answer(project, "F1").answer


def test_f2_counts_the_payoffs_and_says_where_each_decision_is_best(tmp_path: Path) -> None:
    # remove earns -2 (1 - p) + p, keep earns -p: alike where -2 + 3 p = -p, so at p = 2 / 4
    state, words = said(bare(tmp_path), "F2")
    assert state == "answered"
    assert words.startswith(
        "4 payoffs in EUR, the same for every item; best by P(spam): 'keep' from 0% to 50%, 'remove' from 50% to 100%"
    )


def test_f2_counts_the_payoffs_that_vary_by_item(tmp_path: Path) -> None:
    payoffs = {"remove": {"ham": "-words", "spam": 1}, "keep": {"ham": 0, "spam": "-links"}}
    project = make(tmp_path, objective=Objective(payoffs))
    assert "4 payoffs in points, 2 of them by item" in answer(project, "F2").answer


def test_f2_says_what_looks_like_a_mistake(tmp_path: Path) -> None:
    payoffs = {"remove": {"ham": 2, "spam": 1}, "keep": {"ham": 0, "spam": -1}}
    project = make(tmp_path, objective=Objective(payoffs))
    assert "'remove' is worth most whatever the outcome: there is nothing to decide" in answer(project, "F2").answer


def test_f3_lists_the_limits_in_words(tmp_path: Path) -> None:
    state, words = said(limited(tmp_path), "F3")
    assert state == "answered"
    assert words == (
        "'remove': precision at least 90%; 'remove': at most 50% of the items; 'keep': recall of 'ham' at least 10%"
    )


def test_f3_says_capacity_and_groups(tmp_path: Path) -> None:
    limits = [
        Limit("remove", at_most=7, per="week"),
        Limit("remove", at_most=1),
        Limit("remove", share=0.9, by="words"),
    ]
    assert answer(make(tmp_path, objective=goal(limits=limits)), "F3").answer == (
        "'remove': at most 7 items a week; 'remove': at most 1 item at once; "
        "'remove': at most 90% of the items in each group of 'words'"
    )


def test_f3_is_open_where_no_limit_is_stated(tmp_path: Path) -> None:
    state, words = said(bare(tmp_path), "F3")
    assert state == "open"
    assert words.startswith("none is stated")


def test_f5_says_what_todays_system_earns_on_the_audit_part(tmp_path: Path) -> None:
    project = census(tmp_path)
    rows = sealed(project)
    earned = goal().value(rows["today"], rows["y"]).mean()
    state, words = said(project, "F5")
    assert state == "computed"
    assert words.startswith("in use: 'system'")
    assert words.endswith(f"on {len(rows)} items of the audit part whose outcome is known")
    assert figure_in(words) == pytest.approx(earned, abs=0.0051)


def test_f5_takes_the_best_constant_where_nothing_is_in_use(tmp_path: Path) -> None:
    project = make(tmp_path, outcome="y")
    spam = (sealed(project)["y"] == "spam").mean()
    words = answer(project, "F5").answer
    assert words.startswith("nothing is in use, so the best constant stands for today: 'constant'")
    assert figure_in(words) == pytest.approx(-1 * spam, abs=0.0051)  # keep everything: each spam costs 1


def test_f5_is_open_while_nobody_has_voted(tmp_path: Path) -> None:
    assert said(bare(tmp_path), "F5") == ("open", "")


def test_f5_is_open_while_the_worth_has_no_interval(tmp_path: Path) -> None:
    state, words = said(WORLDS["rules_only"](tmp_path), "F5")
    assert state == "open"
    assert "(interval not known yet), expected from the learning part" in words


def test_f6_says_what_perfect_knowledge_would_earn(tmp_path: Path) -> None:
    project = census(tmp_path)
    rows = project._at.ground.items.table.filter(pl.Series(project._at.ground.audit))
    perfect = (rows["y"] == "spam").mean()  # on the items that judge: 1 for each spam removed, 0 for each ham kept
    today = goal().value(rows["today"], rows["y"]).mean()
    state, words = said(project, "F6")
    assert state == "computed"
    assert figure_in(words) == pytest.approx(perfect, abs=0.0051)
    assert f"{number(perfect - today, signed=True)} EUR an item" in words
    assert words.endswith(f" over today, on {len(rows)} items of the audit part whose outcome is known")


def test_f6_says_when_the_limits_are_left_out_of_the_ceiling(tmp_path: Path) -> None:
    assert "perfect knowledge and no limits would earn" in answer(limited(tmp_path), "F6").answer


def test_f8_gives_the_sizes_of_a_split_at_random(tmp_path: Path) -> None:
    state, words = said(bare(tmp_path), "F8")
    assert state == "computed"
    assert words.startswith(
        f"split at random with seed 0: {ITEMS * 2 // 3} items to learn from, {ITEMS // 3} to judge on"
    )


def test_f8_names_the_time_and_the_group_a_person_gave(tmp_path: Path) -> None:
    table = spam_table().with_columns(day=pl.col("item"), video=pl.col("item") // 4)
    state, words = said(make(tmp_path, table=table, time="day", group="video"), "F8")
    assert state == "answered"
    assert words.startswith("the latest by 'day' judge and groups of 'video' stay together: 80 items to learn from")


def test_f8_blocks_when_the_time_was_named_after_the_split(tmp_path: Path) -> None:
    project = make(tmp_path, table=spam_table().with_columns(day=pl.col("item")))
    state, words = said(edit(project, "[items]", '[items]\ntime = "day"'), "F8")
    assert state == "blocked"
    assert words.startswith("'day' is the time, but the items were split before it was named")


def test_f9_counts_the_trials_that_a_changed_objective_makes_void(tmp_path: Path) -> None:
    project = tried(tmp_path)
    trials = len(project.trials)
    assert said(project, "F9") == ("computed", "version 1 of the objective; no trial is void")
    changed = edit(project, "ham = -2.0", "ham = -3.0")
    assert said(changed, "F9") == (
        "computed",
        f"version 2 of the objective; {trials} trials under other versions are void",
    )


# --- data ------------------------------------------------------------------------------------------------------------


def test_d3_names_the_columns_kept_out_of_the_features(tmp_path: Path) -> None:
    project = make(tmp_path, known_after=["words"])
    assert said(project, "D3") == ("answered", "'words' known only after the decision and kept out; 1 feature: 'links'")


def test_d3_is_open_until_somebody_says_what_is_known_only_later(tmp_path: Path) -> None:
    project = bare(tmp_path)
    assert answer(project, "D3").state == "open"
    assert answer(edit(project, "[items]", "[items]\nknown_after = []"), "D3").state == "answered"


def test_d3_has_nothing_to_ask_where_no_column_is_a_feature(tmp_path: Path) -> None:
    assert said(WORLDS["without_features"](tmp_path), "D3") == ("computed", "no column is a feature")


def test_d4_counts_the_sealed_items_and_their_known_outcomes(tmp_path: Path) -> None:
    project = bare(tmp_path)
    assert answer(project, "D4").answer.startswith("40 of 120 items were sealed when the project was made")
    assert answer(project, "D4").answer.endswith("outcomes known of 0 so far")
    assert answer(census(tmp_path / "known"), "D4").answer.endswith("outcomes known of 40 so far")


def test_d4_says_how_many_drawn_items_wait_for_an_answer(tmp_path: Path) -> None:
    project = bought(tmp_path)
    waiting = project.ask(10.0).filter(pl.col("purpose") == "audit")
    assert len(waiting) > 0
    assert f"{len(waiting)} drawn and not answered yet" in answer(project, "D4").answer


def test_d5_says_that_groups_stay_together(tmp_path: Path) -> None:
    project = make(tmp_path, table=spam_table().with_columns(video=pl.col("item") // 3), group="video")
    state, words = said(project, "D5")
    assert state == "computed"
    assert words.startswith("40 groups by 'video' and near-duplicate texts, none on both sides")


def test_d5_blocks_when_groups_were_named_after_the_split(tmp_path: Path) -> None:
    project = make(tmp_path, table=spam_table().with_columns(video=pl.col("item") % 4))
    state, words = said(edit(project, "[items]", '[items]\ngroup = "video"'), "D5")
    assert state == "blocked"
    assert words.startswith("4 of 4 groups lie on both sides of the split")


def test_d6_is_half_the_interval_of_candidate_over_incumbent(tmp_path: Path) -> None:
    project = census(tmp_path)
    shown = project._at.standing().shown().estimate
    state, words = said(project, "D6")
    assert state == "computed"
    assert f"a difference below {number((shown.high - shown.low) / 2)} EUR an item" in words
    assert per_item(shown, "EUR") in words


def test_d6_is_open_while_there_is_no_audit(tmp_path: Path) -> None:
    assert said(bare(tmp_path), "D6") == ("open", "answer audit votes, then payoff trial")


def test_d7_names_the_columns_in_whose_groups_a_limit_holds(tmp_path: Path) -> None:
    table = spam_table().with_columns(language=pl.col("item") % 5)
    project = make(tmp_path, table=table, objective=goal(limits=[Limit("remove", precision=0.9, by="language")]))
    assert said(project, "D7") == ("answered", "limits must hold in each group of 'language' (5 groups)")


# --- labels and baselines --------------------------------------------------------------------------------------------


def test_l1_asks_for_somebody_whose_word_is_the_truth(tmp_path: Path) -> None:
    assert answer(bare(tmp_path), "L1").state == "open"


def test_l1_says_how_far_off_a_proxy_is(tmp_path: Path) -> None:
    table = spam_table().with_columns(flag=pl.col("y"))
    project = make(tmp_path, table=table, outcome="y")
    project.add_source("flag", kind="proxy", column="flag")
    state, words = said(project, "L1")
    assert state == "answered"
    assert words.startswith("the column 'y' is taken for the outcome itself; 'flag' is right on ")
    assert "audited items; deciding as if it were the outcome costs " in words


def test_l2_says_what_each_source_costs(tmp_path: Path) -> None:
    project = bought(tmp_path)
    votes = len(project._at.votes.filter(pl.col("source") == "people"))
    assert said(project, "L2") == ("answered", f"'people' (expert): {votes} votes at 0.50 EUR; 2 sources always on")


def test_l2_blocks_while_a_source_on_request_has_no_price(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.add_source("people", kind="expert")
    assert answer(project, "L2").state == "blocked"


def test_l2_takes_a_price_of_nought_that_was_written_down(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.add_source("people", kind="expert")
    free = edit(project, 'kind = "expert"', 'kind = "expert"\nprice = 0')
    assert said(free, "L2") == ("answered", "'people' (expert): 0 votes at 0 EUR")


def test_l2_is_open_while_payoff_toml_cannot_be_read(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.add_source("people", kind="expert")
    (project.folder / "payoff.toml").write_text("unit = ", encoding="utf-8")
    assert answer(project, "L2").state == "open"


def test_l2_needs_no_price_where_outcomes_are_a_column(tmp_path: Path) -> None:
    assert said(census(tmp_path), "L2") == ("answered", "outcomes come from the column 'y', free; nobody votes")


def test_l3_names_the_best_and_the_worst_voter(tmp_path: Path) -> None:
    project = make(tmp_path, table=spam_table().with_columns(right=pl.col("y"), wrong=pl.lit("spam")), outcome="y")
    project.add_source("right", kind="rule", column="right")
    project.add_source("wrong", kind="rule", column="wrong")
    state, words = said(project, "L3")
    assert state == "computed"
    assert re.match(r"right by the label model: best 'right' 9\d% .*, worst 'wrong' \d\d% .* of 2 voters; ", words)


def test_l3_says_how_far_people_agree(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.add_source("crowd", kind="crowd", price=0.1)
    votes = [(item, voter, "spam" if item % 3 == 0 else "ham") for item in range(20) for voter in ("ann", "bob")]
    told = pl.DataFrame(votes, schema=["item", "voter", "label"], orient="row")
    project.tell(told.with_columns(source=pl.lit("crowd")))
    assert "; people agree to 1.00 (Krippendorff's alpha); " in answer(project, "L3").answer


def test_l5_gives_the_share_without_outcome_after_each_decision(tmp_path: Path) -> None:
    # Known where the number is even; kept where 4 divides it, so that 2 of 3 items removed have an odd number.
    state, words = said(WORLDS["partly_known"](tmp_path), "L5")
    assert state == "computed"
    assert words == (
        "not known of 60 of 120 items (0% after 'keep', 67% after 'remove'); "
        "those known were not chosen at random, so they only teach"
    )


def test_l5_says_when_every_outcome_is_known(tmp_path: Path) -> None:
    assert said(census(tmp_path), "L5") == ("computed", "none: the outcome of each of the 120 items is known")


def test_l7_counts_corrections_as_new_votes(tmp_path: Path) -> None:
    project = bought(tmp_path)
    audit = project._at.votes.filter(pl.col("purpose") == "audit")
    first = audit.head(1).select("item", "source", label=pl.lit("spam"), at=pl.lit("later"), purpose=pl.lit("audit"))
    project.tell(first)
    assert answer(project, "L7").answer.startswith(f"{len(audit) + 1} audit votes, 1 of them corrections by the voter")


def test_l8_is_what_the_advice_said_until_more_is_told(tmp_path: Path) -> None:
    project = bought(tmp_path)
    while (advice := project.next()).action == "trial":
        project.trial()
    assert said(project, "L8") == ("computed", advice.reason)
    buy(project, 5.0)
    assert said(project, "L8") == ("open", "10 votes since the last advice: payoff next weighs it anew")


def test_l8_has_nothing_to_buy_where_nobody_answers_on_request(tmp_path: Path) -> None:
    assert said(census(tmp_path), "L8") == ("computed", "no source answers on request, so there is no vote to buy")


def test_b1_gives_the_baselines_beside_each_other(tmp_path: Path) -> None:
    state, words = said(census(tmp_path), "B1")
    assert state == "computed"
    assert [name for name in ("constant", "system", "one rule") if f"'{name}' " in words] == [
        "constant",
        "system",
        "one rule",
    ]


def test_b1_is_open_on_an_empty_project(tmp_path: Path) -> None:
    assert said(bare(tmp_path), "B1") == ("open", "tell votes, or name a column of known outcomes")


def test_b2_is_what_linear_earns_on_the_audit(tmp_path: Path) -> None:
    project = census(tmp_path)
    standing = project._at.standing()
    state, words = said(project, "B2")
    assert state == "computed"
    assert f"'linear' {per_item(standing.level(standing.rung('linear')), 'EUR')}" in words


def test_b2_says_when_there_are_too_few_labels(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.add_source("people", kind="expert", price=1.0)
    buy(project, 2.0)
    assert answer(project, "B2").state == "open"


# --- iterate, decide, present ----------------------------------------------------------------------------------------


def test_questions_about_trials_are_open_before_the_first(tmp_path: Path) -> None:
    project = census(tmp_path)
    assert {id: said(project, id) for id in ("I2", "I3", "B4", "P2")} == dict.fromkeys(
        ("I2", "I3", "B4", "P2"), ("open", "payoff trial")
    )


def test_i2_is_the_last_trial_that_was_adopted(tmp_path: Path) -> None:
    project = tried(tmp_path)
    adopted = [trial for trial in project.trials if trial.adopted][-1]
    words = f"{per_item(adopted.estimate, 'EUR')} for '{adopted.name}' over '{adopted.against}': adopt"
    assert said(project, "I2") == ("computed", words)


def test_i3_counts_trials_and_rungs(tmp_path: Path) -> None:
    project = tried(tmp_path)
    rungs = {trial.name for trial in project.trials}
    assert answer(project, "I3").answer.startswith(f"{len(project.trials)} trials of {len(rungs)} rungs")


def test_i4_counts_the_looks_used_and_left(tmp_path: Path) -> None:
    assert answer(bare(tmp_path), "I4").answer.startswith("0 of 30 looks used; the next is held to 1.25%")
    project = tried(tmp_path / "tried")
    left = looks_left(project._at.memory.ledger())
    assert left < 30
    assert answer(project, "I4").answer.startswith(f"{30 - left} of 30 looks used; the next is held to ")
    assert "the 5% covers" in answer(project, "I4").answer.lower()


def test_i8_is_the_last_advice_until_something_is_tried(tmp_path: Path) -> None:
    project = census(tmp_path)
    advice = project.next()
    assert said(project, "I8") == ("computed", f"{advice.action}: {advice.reason}")
    project.trial()
    assert said(project, "I8") == ("open", "1 trial since the last advice: payoff next weighs it anew")


def test_i9_counts_the_forecasts_that_held(tmp_path: Path) -> None:
    project = tried(tmp_path)
    judged = [each for each in project.trials if each.estimate.high < float("inf")]
    held = sum(each.estimate.low <= (each.expected or 0.0) <= each.estimate.high for each in judged)
    assert f"in {held} of {len(judged)} trial" in answer(project, "I9").answer


def test_i10_gives_the_seed_and_what_would_not_come_again(tmp_path: Path) -> None:
    project = make(tmp_path, seed=7)
    assert answer(project, "I10").answer.startswith("seed 7 fixes split, folds and draws")
    project.add_source("links", kind="rule", function=lambda item: "spam")
    assert answer(project, "I10").answer.endswith("of 1 source the votes are kept, the function is not")


def test_x2_holds_by_construction(tmp_path: Path) -> None:
    assert "under 3 limits; no cut is fixed" in answer(limited(tmp_path), "X2").answer


def test_x3_is_open_without_limits(tmp_path: Path) -> None:
    assert said(bare(tmp_path), "X3") == ("open", "no limit is stated")


def test_x3_says_what_the_audit_shows_of_each_limit(tmp_path: Path) -> None:
    state, words = said(limited(tmp_path), "X3")
    assert state == "computed"
    assert "hold" in words


def test_x5_is_provisional_before_and_the_incumbent_after_proof(tmp_path: Path) -> None:
    assert answer(census(tmp_path), "X5").answer.startswith("provisional: ")
    project = tried(tmp_path / "tried")
    standing = project._at.standing()
    assert standing.proven
    state, words = said(project, "X5")
    assert state == "computed"
    assert words.startswith(f"'{standing.incumbent.name}' {per_item(project.value(), 'EUR')}")


def test_p2_counts_what_was_not_adopted_too(tmp_path: Path) -> None:
    project = tried(tmp_path)
    adopted = sum(trial.adopted for trial in project.trials)
    assert answer(project, "P2").answer.endswith(f"{adopted} of {len(project.trials)} trials adopted")


# --- where figures cannot be made, and in the report -----------------------------------------------------------------


def test_a_refusal_leaves_a_question_open_and_says_why(tmp_path: Path) -> None:
    project = WORLDS["nothing_observed"](tmp_path)
    state, words = said(project, "F5")
    assert state == "open"
    assert "remove" in words
    assert "ham" in words


def test_what_needs_no_votes_is_answered_where_figures_cannot_be_made(tmp_path: Path) -> None:
    project = WORLDS["nothing_observed"](tmp_path)
    assert {answer(project, id).state for id in ("F1", "D3", "L2")} == {"answered"}


def test_the_report_shows_the_same_answers_as_the_status(tmp_path: Path) -> None:
    project = bought(tmp_path)
    shown = questions_of(project._at, project._at.standing())
    assert [(each.id, each.text, each.state, each.answer) for each in shown] == [
        (each.id, each.question, each.state, each.answer) for each in project.status().answers
    ]


def test_the_report_groups_the_answers_by_the_nine_stages(tmp_path: Path) -> None:
    project = bare(tmp_path)
    grouped = by_stage(tuple(questions_of(project._at, project._at.standing())))
    assert [(stage, len(some)) for stage, some in grouped][:3] == [("Frame", 9), ("Data", 7), ("Labels", 8)]
    assert len(grouped) == 9


def test_a_blocked_question_stamps_the_report_a_draft(tmp_path: Path) -> None:
    project = census(tmp_path)
    assert "draft:" not in project.report().read_text(encoding="utf-8")
    project.add_source("people", kind="expert")
    assert "draft: 1 question of the checklist blocked" in project.report().read_text(encoding="utf-8")


def test_a_status_reads_as_lines_and_renders_as_a_table(tmp_path: Path) -> None:
    status = bare(tmp_path).status()
    assert isinstance(status, Status)
    assert len(str(status).splitlines()) == 60
    assert status._repr_html_().count("<tr>") == 1 + 60
