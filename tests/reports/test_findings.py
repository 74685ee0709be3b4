"""Titles say what the rows say, and no more than the rows can bear."""

import datetime as dt

import polars as pl

from analytics.metrics.intervals import with_wilson
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


def averages(rows: list[tuple[int, int, int, int]], group: str | None = None) -> pl.DataFrame:
    """age, cohorts, eligible, retained."""
    frame = pl.DataFrame(rows, schema=["age", "cohorts", "eligible", "retained"], orient="row")
    frame = with_wilson(frame, "retained", "eligible")
    return frame if group is None else frame.with_columns(group=pl.lit(group))


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


def test_retention_is_told_a_year_on_where_three_cohorts_have_finished_it():
    rows = averages([(0, 15, 900, 900), (6, 9, 600, 420), (12, 3, 200, 120), (13, 2, 100, 90)])
    assert findings.say_retention(rows, "month", 10) == "Of 100 customers who join, 60 are active 12 months later"
    assert "120 of 200 customers, from the 3 cohorts that have finished month 12" in findings.say_basis(
        rows, "month", 10
    )


def test_retention_stops_at_the_last_age_that_rests_on_enough():
    rows = averages([(0, 4, 90, 90), (1, 3, 60, 30), (2, 2, 30, 10), (3, 1, 5, 1)])
    assert findings.say_retention(rows, "month", 10) == "Of 100 customers who join, 50 are active 1 month later"


def test_retention_of_too_few_says_so():
    assert findings.say_retention(averages([(0, 1, 5, 5), (1, 1, 5, 2)]), "month", 10).startswith("No month after")


def test_the_steepest_loss_is_the_greatest_drop_between_two_ages():
    rows = averages([(0, 9, 100, 100), (1, 8, 100, 90), (2, 7, 100, 60), (3, 6, 100, 55)])
    assert findings.say_steepest(rows, "month", 10) == "The steepest loss is by month 2: −30.0 pp"


def cohorts(rates: list[float], size: int) -> pl.DataFrame:
    rows = [
        {
            "cohort": dt.date(2024, nth + 1, 1),
            "age": 1,
            "eligible": size,
            "retained": round(size * rate),
            "state": "final",
        }
        for nth, rate in enumerate(rates)
    ]
    return pl.DataFrame(rows)


def test_newer_cohorts_are_called_different_only_beyond_chance():
    # 500 of 1,000 against 300 of 1,000: the intervals lie far apart; with 10 each they meet.
    assert findings.say_newer(cohorts([0.5, 0.5, 0.3, 0.3], 500), "month", 10).startswith(
        "Newer customers leave sooner"
    )
    assert findings.say_newer(cohorts([0.3, 0.3, 0.5, 0.5], 500), "month", 10).startswith("Newer customers stay longer")
    assert "about as long" in findings.say_newer(cohorts([0.5, 0.5, 0.3, 0.3], 10), "month", 10)
    assert "Too few" in findings.say_newer(cohorts([0.5, 0.3], 500), "month", 10)


def test_groups_are_compared_a_year_on_and_only_beyond_chance():
    pro = averages([(0, 9, 500, 500), (12, 5, 400, 320), (20, 3, 100, 20)], "pro")
    basic = averages([(0, 9, 500, 500), (12, 5, 400, 200), (20, 3, 100, 20)], "basic")
    told = findings.say_groups(pl.concat([pro, basic]), "month", 10)
    assert told == "pro stays longest, basic leaves soonest: 80% against 50% after 12 months"
    same = pl.concat([pro, pro.with_columns(group=pl.lit("twin"))])
    assert findings.say_groups(same, "month", 10) == "The groups do not differ beyond chance after 12 months"
    assert findings.say_groups(pro, "month", 10) == "No two groups have enough customers to be compared"


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
