"""The journey in sentences: parts that add up to the change, periods that stand out, and a hundred customers ahead."""

from datetime import date

import polars as pl

from analytics.reports.journey_findings import find_unusual, say_ahead, say_stage_change, say_unusual

CHANGES = pl.DataFrame(
    {
        "period_before": [date(2024, 1, 1)] * 2,
        "period": [date(2024, 4, 1)] * 2,
        "stage": ["adoption", "renewal"],
        "contribution": [0.012, -0.002],
        "mix": [0.001, 0.0005],
        "within": [0.011, -0.0025],
        "low": [0.004, -0.01],
        "high": [0.02, 0.005],
    }
)
HISTORY = pl.DataFrame(
    {
        "period": [date(2024, 1, 1), date(2024, 4, 1), date(2024, 4, 1)],
        "stage": ["adoption", "adoption", "renewal"],
        "churn_rate": [0.016, 0.034, 0.05],
        "low": [0.012, 0.028, 0.03],
        "high": [0.02, 0.041, 0.08],
        "usual_rate": [0.017, 0.016, 0.05],
        "adjusted_p": [0.9, 0.001, 0.8],
        "verdict": ["usual", "rose", "usual"],
    }
)


def test_the_parts_named_add_up_to_the_change_named():
    # contribution 1.2 − 0.2 = 1.0 points; mix 0.1 + 0.05 = 0.15; the rates within make up the remaining 0.85
    said = say_stage_change(CHANGES, "quarter")
    assert "rose by 1.00 pp from Q1 2024 to Q2 2024" in said
    assert "+0.15 pp from where customers spend their time, +0.85 pp from the rates within the stages" in said
    assert "Adoption contributes most (+1.20 pp, beyond chance)" in said


def test_a_contribution_whose_interval_holds_zero_can_be_chance():
    fell = CHANGES.with_columns(contribution=-pl.col("contribution"), low=-pl.col("high"), high=pl.lit(0.001))
    assert "which can be chance" in say_stage_change(fell, "quarter")
    assert "fell by 1.00 pp" in say_stage_change(fell, "quarter")


def test_without_two_finished_periods_nothing_is_said():
    assert say_stage_change(CHANGES.head(0), "quarter") == ""


def test_a_change_that_rounds_to_nothing_is_told_as_none():
    still = CHANGES.with_columns(contribution=pl.lit(0.0), mix=pl.lit(0.0))
    assert say_stage_change(still, "quarter") == (
        "Departures per month of customer time did not move from Q1 2024 to Q2 2024."
    )


def test_only_periods_that_stand_out_are_named():
    assert find_unusual(HISTORY)["stage"].to_list() == ["adoption"]
    assert say_unusual(HISTORY, "quarter") == [
        "**Adoption** lost more customers than usual in Q2 2024: 3.4% a month (2.8% to 4.1%) against 1.6% in the "
        "other quarters."
    ]


def test_the_rest_of_many_unusual_periods_is_counted():
    many = pl.concat([HISTORY.filter(pl.col("verdict") == "rose")] * 6)
    assert say_unusual(many, "quarter")[-1] == "2 more in the table."


def test_a_hundred_customers_stay_a_hundred_whatever_the_rounding():
    # thirds round to 33.3 each: one of them is rounded up, so that 100 remain 100
    rows = pl.DataFrame(
        {
            "from_stage": ["onboarding"] * 4,
            "to_stage": ["onboarding", "adoption", "renewal", "churned"],
            "probability": [1 / 3, 1 / 3, 0.0, 1 / 3],
        }
    )
    said = say_ahead(rows, "onboarding", 90)
    assert said.startswith("Of 100 in onboarding today, in 90 days: ")
    assert sorted(int(word) for word in said.replace(",", "").split() if word.isdecimal())[:3] == [33, 33, 34]
    assert "still in onboarding" in said and "have left" in said and "renewal" not in said


def test_a_stage_nobody_was_seen_in_has_no_outlook():
    rows = pl.DataFrame({"from_stage": ["renewal"], "to_stage": ["churned"], "probability": [None]})
    assert say_ahead(rows.cast({"probability": pl.Float64}), "renewal", 30).startswith("Too little has been seen")
