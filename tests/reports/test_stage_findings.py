"""Titles of the journey's figures: the commonest move, the rates, what stood out, what thresholds decide."""

from datetime import date

import polars as pl

from analytics.reports import stage_findings as findings

MOVES = pl.DataFrame(
    {
        "from_stage": ["onboarding", "adoption", "adoption", "renewal", "churned"],
        "to_stage": ["adoption", "renewal", "churned", "churned", "adoption"],
        "customers": [1_118, 828, 225, 256, 5_000],
    }
)
STAGES = pl.DataFrame({"stage": ["onboarding", "adoption", "renewal"], "churn_rate": [0.026, 0.017, None]})


def test_the_commonest_move_and_the_commonest_end_are_named():
    # 225 + 256 = 481 left; those who came back (from churned) are no move of the journey
    said = "Most moves: 1,118 went from onboarding to adoption; 256 of 481 left from renewal"
    assert findings.say_moves(MOVES) == said
    assert findings.say_moves(MOVES.head(0)) == "Nobody moved between stages"


def test_the_highest_and_the_lowest_rate_are_named():
    assert findings.say_rates(STAGES) == "2.6% leave per month in onboarding, 1.7% in adoption"
    assert findings.say_rates(STAGES.head(1)) == "2.6% leave per month in onboarding"
    assert findings.say_rates(STAGES.tail(1)) == "No time has been spent in any stage"


def test_the_latest_period_that_stands_out_is_named():
    history = pl.DataFrame(
        {
            "period": [date(2024, 1, 1), date(2024, 10, 1), date(2024, 10, 1)],
            "stage": ["renewal", "adoption", "renewal"],
            "verdict": ["fell", "rose", "usual"],
            "adjusted_p": [0.001, 0.01, 0.9],
        }
    )
    said = findings.say_standout(history, "quarter")
    assert said == "Adoption lost more than usual in Q4 2024, and 1 more stands out"
    assert findings.say_standout(history.head(1), "quarter") == "Renewal lost fewer than usual in Q1 2024"
    assert findings.say_standout(history.tail(1), "quarter") == "No quarter stands out against the others"
    assert findings.say_standout(history.head(0), "quarter") == "No quarter is over yet"


def test_the_threshold_that_decides_most_is_named():
    rows = pl.DataFrame(
        {"threshold": ["dwell_days", "renewal_days"], "customer_days_moved": [5, 20], "share": [0.05, 0.2]}
    )
    said = "The setting renewal_days decides most: the stage of 20.0% of customer-days"
    assert findings.say_thresholds(rows) == said
    nothing = rows.with_columns(customer_days_moved=pl.lit(0))
    assert findings.say_thresholds(nothing) == "No threshold decides in which stage a customer is"
