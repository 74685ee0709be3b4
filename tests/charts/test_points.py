"""Rows of metrics under the names of `curves`: too few customers are a gap or left out."""

import datetime as dt

import polars as pl

from analytics.charts.points import points_by_age, points_over_time

RATES = {"rate": [0.1, 0.2], "low": [0.05, 0.1], "high": [0.2, 0.4]}


def test_a_rate_over_few_customers_is_a_gap_in_time():
    rows = pl.DataFrame(
        {"period": [dt.date(2024, 1, 1), dt.date(2024, 2, 1)], "base": [50, 9], "state": "final", **RATES}
    )
    points = points_over_time(rows, 10)
    assert points["y"].to_list() == [0.1, None]
    assert points["low"].to_list() == [0.05, None]
    assert points.columns == ["x", "y", "low", "high", "group", "state"]


def test_an_age_with_few_customers_ends_the_curve():
    rows = pl.DataFrame({"age": [0, 1], "eligible": [50, 9], "group": ["pro", "pro"], **RATES})
    points = points_by_age(rows, 10)
    assert points.select("x", "y", "group", "state").rows() == [(0, 0.1, "pro", "final")]
