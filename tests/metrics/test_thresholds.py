"""Thresholds: the stages under those in force are the stored ones; what another moves is what a build with it gives."""

from dataclasses import replace

import polars as pl
import pytest

from analytics.contract.settings import Settings, Stages
from analytics.metrics.question import Question
from analytics.metrics.stages import DAYS_PER_MONTH, stages
from analytics.metrics.thresholds import stage_thresholds
from analytics.store.dataset import Chosen
from analytics.store.restage import bind_stages, stage_episodes_under, stage_shifts
from tests.metrics.factory import build, day
from tests.metrics.journeys import AS_OF, FIRST_ON, ONE, days_of_customers, wander

OTHERS = [
    {"onboarding_days": 30, "value_event": "", "cooldown_days": 0, "escalation_days": 10, "renewal_days": 90},
    {"onboarding_share": 0.2, "escalation_priorities": (), "renewal_min_term_months": 1, "failed_payment_days": 5}
    | {"dwell_days": 0},
]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return wander(tmp_path_factory.mktemp("thresholds"))


def test_the_thresholds_in_force_give_the_stored_stages(company):
    own = stage_episodes_under(company, company.info.settings.stages)
    stored = company.fact("stage_episodes").sort("customer_key", "started_on")
    assert own.equals(stored) and own.schema == stored.schema


def test_other_thresholds_give_the_stages_of_a_build_with_them(company, tmp_path):
    for number, changes in enumerate(OTHERS):
        other = wander(tmp_path / str(number), stages=Stages(**changes))
        stored = other.fact("stage_episodes").sort("customer_key", "started_on")
        assert not stored.equals(company.fact("stage_episodes").sort("customer_key", "started_on"))
        assert stage_episodes_under(company, Stages(**changes)).equals(stored), changes


def test_what_moves_is_counted_day_by_day(company):
    rows = {row["threshold"]: row for row in stage_thresholds(company, Question()).to_dicts()}
    assert len(rows) == 11
    before = days_of_customers(company.fact("stage_episodes"))
    for name, value in (("cooldown_days", 0), ("dwell_days", 0), ("renewal_days", 1)):
        after = days_of_customers(stage_episodes_under(company, replace(Stages(), **{name: value})))
        moves = [
            (stage, after[who][on])
            for who, own in before.items()
            for on, stage in own.items()
            if stage != after[who][on]
        ]
        row = rows[name]
        assert row["alternative"] == str(value) and row["customer_days_moved"] == len(moves) > 0
        assert row["largest_move"] == moves.count((row["from_stage"], row["to_stage"]))
        assert row["largest_move"] == max(map(moves.count, set(moves)))
    n_days = sum(stage != "churned" for own in before.values() for stage in own.values())
    assert {row["customer_days"] for row in rows.values()} == {n_days}
    assert rows["cooldown_days"]["share"] == rows["cooldown_days"]["customer_days_moved"] / n_days


def test_the_days_are_those_of_the_stages_chosen(company):
    question = Question(where="size = 'S'", start="2024-05-01", end="2024-09-30")
    exposure = stages(company, question)["customer_months"].sum() * DAYS_PER_MONTH
    rows = stage_thresholds(company, question)
    assert rows["customer_days"].to_list() == pytest.approx([exposure] * 11)


def test_of_many_customers_every_second_may_be_looked_at(company):
    window = {"from_on": FIRST_ON, "until_on": AS_OF + ONE}
    shifts = stage_shifts(company, Chosen(), Stages(cooldown_days=0), **window, step=2)
    before = days_of_customers(company.fact("stage_episodes"))
    after = days_of_customers(stage_episodes_under(company, Stages(cooldown_days=0)))
    expected = {}
    for who in (who for who in before if who % 2 == 0):
        for on, stage in before[who].items():
            if stage != "churned":
                move = (stage, after[who][on])
                expected[move] = expected.get(move, 0) + 1
    assert {row[:2]: row[2] for row in shifts.rows()} == expected


def test_a_cool_down_by_hand(tmp_path):
    # an urgent ticket from 10 to 20 May: with the cool-down escalation lasts to 3 June, 14 of its 24 days are the
    # cool-down's. Nothing else has a say: no event, no bill, no term, and onboarding (90 days) has no other end
    tables = {
        "subscriptions": [{"customer_id": "a", "started_at": day("2024-01-01"), "mrr": 10.0}],
        "tickets": [
            {"customer_id": "a", "opened_at": day("2024-05-10"), "resolved_at": day("2024-05-20"), "priority": "urgent"}
        ],
    }
    dataset = build(tmp_path, tables, Settings(as_of="2024-06-30"))
    moved = {row["threshold"]: row for row in stage_thresholds(dataset, Question()).to_dicts()}
    cool = moved["cooldown_days"]
    assert (cool["value"], cool["customer_days_moved"], cool["from_stage"], cool["to_stage"]) == (
        "14", 14, "escalation", "adoption",
    )  # fmt: skip
    assert moved["escalation_priorities"]["customer_days_moved"] == 24
    # without an end by time, all of adoption is onboarding: 31 March to 10 May, and 3 June to the end of the 30th
    assert moved["onboarding_days"]["customer_days_moved"] == 40 + 28
    quiet = {"value_event", "onboarding_event", "onboarding_share", "escalation_days", "failed_payment_days"}
    quiet |= {"renewal_days", "renewal_min_term_months", "dwell_days"}
    assert all(moved[name]["customer_days_moved"] == 0 and moved[name]["from_stage"] is None for name in quiet)


def test_steps_needed_are_a_share_rounded_up():
    needed = [
        bind_stages(Stages(onboarding_share=share, onboarding_steps=steps))["onboarding_needed"]
        for share, steps in ((0.8, 5), (0.05, 5), (0.81, 5), (1.0, 5), (0.07, 100))
    ]
    assert needed == [4, 1, 5, 5, 7]  # 0.07 × 100 is 7.000000000000001 in the computer


def test_without_tickets_bills_or_events_every_threshold_is_answered(five):
    rows = stage_thresholds(five, Question())
    assert rows.height == 11 and rows["customer_days_moved"].null_count() == 0
    assert rows.filter(pl.col("threshold") == "cooldown_days")["customer_days_moved"].item() == 0
