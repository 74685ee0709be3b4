"""Titles about how long customers stay."""

import polars as pl
import pytest

from analytics.reports.survival_findings import (
    fold_causes,
    list_medians,
    say_causes,
    say_means,
    say_survival,
    say_test,
)


def summary(*rows: tuple) -> pl.DataFrame:
    """group, events, median, its ends, restricted mean; of 100 customers within 72 months."""
    names = ("group", "events", "median", "median_low", "median_high", "restricted_mean")
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    return frame.with_columns(customers=pl.lit(100.0), horizon=pl.lit(72.0))


def test_the_median_is_told_where_it_is_reached():
    half = summary(("all", 60.0, 35.0, 30.5, None, 40.0))
    assert say_survival(half, None, "months") == "Half of the customers have left within 35 months"
    assert say_means(half, "months") == (
        "Median time as a customer: **35 months** (95 % interval 30.5 to not reached). Mean within the first "
        "72 months: **40 months**. 60 of 100 have left."
    )


def test_a_median_that_is_not_reached_says_so():
    few = summary(("all", 20.0, None, None, None, 60.25))
    assert say_survival(few, None, "months") == "Fewer than half have left within 72 months: the median is not reached"
    assert "**not reached**. Mean" in say_means(few, "months")
    assert say_survival(summary(("all", 0.0, None, None, None, 72.0)), None, "months") == "Nobody has left yet"


def test_groups_are_called_different_only_beyond_chance():
    rows = summary(("monthly", 60.0, 35.0, 30.0, 40.0, 38.0), ("yearly", 5.0, None, None, None, 70.0))
    test = pl.DataFrame({"statistic": [25.4], "degrees_of_freedom": [1], "p_value": [1e-6]})
    told = say_survival(rows, test, "months")
    assert told == "yearly stays longest, monthly leaves soonest: median not reached against 35 months"
    assert say_test(test) == (
        "Log-rank test of equal curves: they differ beyond chance (χ² 25.40, 1 degree of freedom, p < 0.001)."
    )
    chance = test.with_columns(p_value=pl.lit(0.31))
    assert "do not differ beyond chance in how long they stay (p = 0.310)" in say_survival(rows, chance, "months")
    assert "do not differ" in say_test(chance)


def test_without_medians_the_means_are_compared():
    rows = summary(("a", 20.0, None, None, None, 60.0), ("b", 5.0, None, None, None, 70.0))
    test = pl.DataFrame({"statistic": [9.0], "degrees_of_freedom": [1], "p_value": [0.003]})
    assert say_survival(rows, test, "months") == (
        "b stays longest, a leaves soonest: on average 70 against 60 of the first 72 months"
    )


def test_medians_are_listed_with_what_is_not_reached():
    rows = summary(("a", 60.0, 35.0, 30.0, 40.0, 38.0), ("b", 5.0, None, 70.5, None, 70.0))
    listed = list_medians(rows)
    assert listed["median"].to_list() == ["35", "not reached"]
    assert listed["95 % interval"].to_list() == ["30 to 40", "70.5 to not reached"]


@pytest.fixture
def causes() -> pl.DataFrame:
    """Eight reasons at two times; at the end 0.08, 0.07 … 0.01."""
    rows = [(f"r{nth}", time, (8 - nth) / 100 * time) for nth in range(8) for time in (0.0, 1.0)]
    return pl.DataFrame(rows, schema=["reason", "time", "incidence"], orient="row")


def test_small_causes_are_put_together_and_the_sum_stays(causes):
    folded = fold_causes(causes, most=5)
    ends = folded.filter(pl.col("time") == 1)
    assert ends["reason"].to_list() == ["r0", "r1", "r2", "r3", "r4", "others"]
    # .03 + .02 + .01
    assert ends["incidence"].to_list() == pytest.approx([0.08, 0.07, 0.06, 0.05, 0.04, 0.06])
    assert fold_causes(causes.filter(pl.col("reason") <= "r5"), most=5)["reason"].n_unique() == 6  # no fold of one


def test_the_cause_that_takes_most_is_named(causes):
    assert say_causes(causes, "months") == "R0 takes most: 8.0% within 1 month"
    assert say_causes(causes.with_columns(incidence=pl.lit(0.0)), "months") == "Nobody has left yet"
