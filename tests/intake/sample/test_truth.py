"""What the sample company says is true of it agrees with what happened in it."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.contract.settings import Stages
from analytics.intake.sample.customers import draw_customers
from analytics.intake.sample.draws import Draws
from analytics.intake.sample.futures import Scene
from analytics.intake.sample.moves import MOVES, MoveEffects, leave_alone
from analytics.intake.sample.process import History, write_history
from analytics.intake.sample.stages import keep_long_runs, stages_of_days, sum_stages
from analytics.intake.sample.timeline import Timeline
from analytics.intake.sample.trials import TRIALS, measure_trial
from analytics.intake.sample.truth import kept_steps, scene_of, scene_steps

N = 2500


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    return Timeline(24)


@pytest.fixture(scope="module")
def history(timeline: Timeline) -> History:
    numbers = np.arange(N)
    draws = Draws.of(5, numbers)
    return write_history(timeline, draws, draw_customers(draws, numbers, N, timeline), kept_steps(timeline))


@pytest.fixture(scope="module")
def scene(timeline: Timeline, history: History) -> Scene:
    return scene_of(timeline, history, scene_steps(timeline)[0])


@pytest.fixture(scope="module")
def effects(scene: Scene) -> MoveEffects:
    return MoveEffects([scene], 1)


def test_truth_names_every_lever_test_stage_and_sign(truth: dict[str, Any]) -> None:
    asked = (
        "first_response_hours onboarding_completion training check_ins renewal_discount payment_retries success_manager"
    )
    assert set(asked.split()) <= {entry["lever"] for entry in truth["levers"]}
    assert all({"lever", "move", "horizon_days", "effect"} <= set(entry) for entry in truth["levers"])
    assert [entry["experiment"] for entry in truth["experiments"]] == ["welcome_training", "payment_retries"]
    assert set(truth["stage_rates"]) == {"onboarding", "adoption", "escalation", "renewal"}
    assert set(truth["incident"]) == {"from", "to", "stage"}
    assert truth["signals"]["planted"] and truth["signals"]["noise"]


def test_every_lever_moved_for_the_better_lowers_churn(effects: MoveEffects) -> None:
    for move in MOVES:
        assert effects.measure(move)["effect"] < 0, move.lever


def test_moving_nothing_changes_nothing(effects: MoveEffects) -> None:
    nothing = effects.measure(replace(MOVES[0], change=leave_alone))
    assert nothing["effect"] == 0.0
    again = effects.measure(replace(MOVES[0], change=leave_alone, instead=lambda scene: None))
    assert again["effect"] == 0.0


def test_help_looks_harmful_although_it_protects(history: History, scene: Scene, effects: MoveEffects) -> None:
    """Customers who got a check-in have the higher true probability, although one more check-in lowers it."""
    is_checked = scene.state.check_ins.sum(axis=0) > 0
    probability = scene.copy(1).probability()
    assert probability[is_checked].mean() > probability[~is_checked].mean() + 0.005
    check_ins = next(move for move in MOVES if move.lever == "check_ins")
    assert effects.measure(check_ins)["effect"] < -0.001


def test_true_hazards_add_up_to_the_departures_that_happened(timeline: Timeline, history: History) -> None:
    """Departures are as many as the hazards expect, within 3 standard errors of a Poisson count; also in each stage."""
    departures = history.log.columns("departures")
    is_inside = departures["ended_on"] <= timeline.n_days
    stages = stages_of_days(timeline, history, Stages())
    seen = np.bincount(stages[departures["row"][is_inside], departures["ended_on"][is_inside] - 1], minlength=4)
    expected = sum_stages(timeline, history, Stages()).expected
    assert abs(seen.sum() - expected.sum()) < 3 * np.sqrt(expected.sum())
    assert (np.abs(seen - expected) < 3.5 * np.sqrt(expected)).all()


def test_tests_find_their_own_effect_within_four_standard_errors(timeline: Timeline, history: History) -> None:
    departures = history.log.columns("departures")
    for trial in TRIALS:
        joined_on = getattr(history.states[timeline.n_steps], trial.joined_on)
        rows = np.flatnonzero(joined_on >= 0)
        first = np.full(N, 10**6)
        np.minimum.at(first, departures["row"], departures["ended_on"])
        has_left = first[rows] <= joined_on[rows] + 90
        is_treated = getattr(history.customers, f"is_{'trained' if trial.arm == 'training' else 'retry'}_arm")[rows]
        arms = has_left[is_treated], has_left[~is_treated]
        error = np.sqrt(sum(arm.var() / len(arm) for arm in arms))
        truth = measure_trial(trial, timeline, history)
        assert truth["effect"] < 0
        assert abs(arms[0].mean() - arms[1].mean() - truth["effect"]) < 4 * error


def test_monthly_churn_lies_between_two_and_four_per_cent(
    tables: dict[str, pl.DataFrame], truth: dict[str, Any]
) -> None:
    months = truth["stage_customer_months"]
    rate = sum(truth["stage_rates"][stage] * months[stage] for stage in months) / sum(months.values())
    assert 0.02 < rate < 0.04
    seen = tables["churn_events"].height / sum(months.values())
    assert abs(seen - rate) < 3 * np.sqrt(rate / sum(months.values()))
    reasons = tables["churn_events"].drop_nulls("reason")
    assert 0.1 < (reasons["reason"] == "payment").mean() < 0.4


def test_true_probabilities_lie_between_zero_and_one(tables: dict[str, pl.DataFrame]) -> None:
    hazards = tables["truth_hazards"]
    assert hazards.filter((pl.col("probability") <= 0) | (pl.col("probability") >= 1)).is_empty()
    assert hazards.select("customer_id", "as_of").is_duplicated().sum() == 0
    assert set(hazards["horizon_days"]) == {90}


def test_true_probabilities_are_as_large_as_the_share_that_left(timeline: Timeline, history: History) -> None:
    """A year before the end: of those still there after 14 days, so many left in the next 90."""
    step = scene_steps(timeline)[2]
    scene = scene_of(timeline, history, step)
    rows = np.flatnonzero(np.isin(history.customers.numbers, scene.customers.numbers))
    departures = history.log.columns("departures")
    first = np.full(N, 10**6)
    is_later = departures["ended_on"] > scene.first_day
    np.minimum.at(first, departures["row"][is_later], departures["ended_on"][is_later])
    stays = first[rows] > scene.first_day + 14
    has_left = first[rows][stays] <= scene.first_day + 104
    probability = scene.copy(1).probability()[stays]
    assert abs(has_left.mean() - probability.mean()) < 3.5 * np.sqrt(probability.mean() / stays.sum())


def test_a_short_stay_takes_the_stage_before_it_unless_absence_is_beside_it() -> None:
    days = np.array([[1, 1, 1, 3, 1, 1, 1, 1, 3, -1, -1, 0, 1, 1, 1]], dtype=np.int8)
    kept = keep_long_runs(days, 3)
    assert kept.tolist() == [[1, 1, 1, 1, 1, 1, 1, 1, 3, -1, -1, 0, 1, 1, 1]]
