"""Titles say what the rows say, and no more than the rows can bear."""

import datetime as dt

import polars as pl

from analytics.reports import findings

DECEMBER = dt.date(2024, 12, 1)


def judged(verdict: str = "usual", state: str = "final", change: float | None = 0.01) -> pl.DataFrame:
    rows = [
        {"metric": "churn_start_existing", "value": 0.05, "previous": 0.04 if change else None, "change": change},
        {"metric": "customers", "value": 1234.0, "previous": 1200.0, "change": 34.0},
        {"metric": "new_customers", "value": 40.0, "previous": 41.0, "change": -1.0},
        {"metric": "mrr", "value": 56_700.0, "previous": 56_000.0, "change": 700.0},
    ]
    return pl.DataFrame([{**row, "period": DECEMBER, "state": state, "verdict": verdict} for row in rows])


def test_the_standing_says_whether_the_change_is_news():
    assert findings.say_standing(judged(), "month") == (
        "5.0% of customers left in Dec 2024, up 1.0 pp: within its usual range"
    )
    assert findings.say_standing(judged("worse"), "month").endswith("up 1.0 pp: more than usual")
    assert findings.say_standing(judged("unknown"), "month").endswith("too early to judge")


def test_the_standing_of_an_unfinished_period_says_so():
    assert "so far in Dec 2024, which is not over" in findings.say_standing(judged(state="unfinished"), "month")


def test_the_standing_without_a_period_before_compares_nothing():
    assert findings.say_standing(judged(change=None), "month") == "5.0% of customers left in Dec 2024"


def test_the_base_names_customers_money_and_newcomers():
    expected = "**1,234 customers** pay **€56.7k** a month at the end of Dec 2024; 40 came new."
    assert findings.say_base(judged(), "month", "€") == expected


def stages(escalation_low: float) -> pl.DataFrame:
    rows = [
        # stage, churned, customer_months, churn_rate, low, high, excess
        ("adoption", 20, 1000.0, 0.02, 0.01, 0.03, -10.0),
        ("escalation", 30, 500.0, 0.06, escalation_low, 0.08, 13.3),
    ]
    names = ["stage", "churned", "customer_months", "churn_rate", "low", "high", "excess_churned"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_a_stage_is_named_only_where_its_whole_interval_lies_above_the_average():
    # 50 departures in 1,500 customer-months: 3.33 % a month over all.
    assert findings.say_journey(stages(0.04)) == "Escalation is where customers leave: 13 more than at the average rate"
    assert "over the whole journey 3.3%" in findings.say_leak(stages(0.04))
    assert findings.say_journey(stages(0.033)) == "No stage loses more customers than chance explains"
    assert findings.say_leak(stages(0.033)) == ""


def test_a_journey_without_departures_says_so():
    nobody = stages(0.04).with_columns(churned=pl.lit(0))
    assert findings.say_journey(nobody) == "Nobody has left in the chosen time"


def test_the_revenue_of_the_last_finished_period_is_told():
    row = {"new": 200.0, "reactivation": 50.0, "expansion": 80.0, "contraction": -30.0, "churn": -100.0}
    rows = [
        {"period": DECEMBER, "state": "final", **row},
        {"period": dt.date(2025, 1, 1), "state": "unfinished", **row},
    ]
    assert findings.say_revenue(pl.DataFrame(rows), "month", "€") == "€330 won and €130 lost in Dec 2024"


def test_tenure_compares_the_band_that_lost_most_with_the_one_that_lost_least():
    bands = pl.DataFrame({"band": ["0–11", "12–23", "unknown"], "share": [0.5, 0.1, 0.9]})
    assert findings.say_tenure(bands, "months") == "50% of those with 0–11 months have left, 10% of those with 12–23"
