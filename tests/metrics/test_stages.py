"""The journey by stage, on two customers whose days can be counted."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.settings import Settings
from analytics.metrics.question import Question
from analytics.metrics.stages import DAYS_PER_MONTH, stages
from tests.metrics.factory import build, day


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    """As of 31 December 2024. Onboarding takes 90 days here, as nobody reports first value.

    gone: 30 a month from 1 January, 45 from 1 May, leaves on 1 July; an urgent ticket from 10 to 20 May, and
    14 days after it. stays: 10 a month from 1 February.
    """
    subscriptions = [
        {
            "customer_id": "gone",
            "size": "S",
            "started_at": day("2024-01-01"),
            "ended_at": day("2024-05-01"),
            "mrr": 30.0,
        },
        {
            "customer_id": "gone",
            "size": "S",
            "started_at": day("2024-05-01"),
            "ended_at": day("2024-07-01"),
            "mrr": 45.0,
        },
        {"customer_id": "stays", "size": "L", "started_at": day("2024-02-01"), "ended_at": None, "mrr": 10.0},
    ]
    tickets = [
        {"customer_id": "gone", "opened_at": day("2024-05-10"), "resolved_at": day("2024-05-20"), "priority": "urgent"}
    ]
    tables = {
        "subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None).drop("size"),
        "tickets": tickets,
        "customers": [{"customer_id": "gone", "size": "S"}, {"customer_id": "stays", "size": "L"}],
    }
    return build(tmp_path_factory.mktemp("journey"), tables, Settings(as_of="2024-12-31"))


def days_between(first, last):
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


def test_each_stage_counts_its_stays_and_their_time(journey):
    rows = {row["stage"]: row for row in stages(journey, Question()).iter_rows(named=True)}
    assert list(rows) == ["onboarding", "adoption", "escalation", "renewal"]
    # gone: onboarding to 31 March, adoption to 10 May, escalation to 3 June (20 May + 14), adoption to 1 July
    # stays: onboarding to 1 May (90 days), adoption since, to the end of 31 December
    adoption = rows["adoption"]
    assert [adoption[name] for name in ("entered", "still_in", "moved_on", "churned")] == [3, 1, 1, 1]
    time = (
        days_between("2024-03-31", "2024-05-10")
        + days_between("2024-06-03", "2024-07-01")
        + days_between("2024-05-01", "2025-01-01")
    )
    assert adoption["customer_months"] == pytest.approx(time / DAYS_PER_MONTH)
    assert adoption["churn_rate"] == pytest.approx(DAYS_PER_MONTH / time)
    # Garwood for one departure: .0253 and 5.572 over the exposure
    assert adoption["low"] == pytest.approx(0.0253178 / adoption["customer_months"], rel=1e-4)
    assert adoption["high"] == pytest.approx(5.571643 / adoption["customer_months"], rel=1e-4)
    escalation = rows["escalation"]
    assert escalation["customer_months"] == pytest.approx(24 / DAYS_PER_MONTH) and escalation["median_days"] == 24
    assert escalation["churn_rate"] == 0.0 and rows["renewal"]["churn_rate"] is None


def test_what_is_lost_is_what_was_paid_on_the_eve_of_leaving(journey):
    # in adoption since 3 June, at 45 a month since May
    assert stages(journey, Question())["mrr_lost"].to_list() == [0, 45, 0, 0]


def test_excess_departures_sum_to_nothing(journey):
    rows = stages(journey, Question())
    assert rows["excess_churned"].sum() == pytest.approx(0, abs=1e-12)
    whole = rows["customer_months"].sum()
    adoption = rows.row(1, named=True)
    assert adoption["excess_churned"] == pytest.approx(1 - adoption["customer_months"] / whole)


def test_groups_sum_to_the_total(journey):
    columns = ["entered", "still_in", "moved_on", "churned", "customer_months", "mrr_lost"]
    parts = stages(journey, Question(by="size")).group_by("stage", maintain_order=True).agg(pl.col(columns).sum())
    total = stages(journey, Question()).select("stage", *columns)
    assert parts.select("stage", *columns[:4]).equals(total.select("stage", *columns[:4]))
    assert parts["customer_months"].to_list() == pytest.approx(total["customer_months"].to_list())


def test_a_window_counts_the_time_and_the_departures_inside_it(journey):
    rows = stages(journey, Question(start="2024-06-01", end="2024-07-31"))
    escalation, adoption = rows.row(2, named=True), rows.row(1, named=True)
    # escalation: 1 to 3 June, begun before. adoption: gone 3 June to 1 July, stays 61 days
    assert (escalation["entered"], escalation["moved_on"]) == (0, 1)
    assert escalation["customer_months"] == pytest.approx(2 / DAYS_PER_MONTH)
    assert (adoption["entered"], adoption["still_in"], adoption["churned"]) == (1, 1, 1)
    assert adoption["customer_months"] == pytest.approx((28 + 61) / DAYS_PER_MONTH)
