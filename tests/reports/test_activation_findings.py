"""What the activation finder says: the mark it has confirmed, or that there is none."""

import polars as pl

from analytics.metrics.activation import SCHEMA
from analytics.reports.activation_findings import say_activation, say_basis

ROW = {
    "event": "dashboard_shared", "times": 3, "by_day": 14, "ratio": 0.5, "low": 0.31, "high": 0.8, "confirmed": True,
    "customers": 1234, "churn_with": 0.1, "churn_without": 0.2, "precision": 0.9, "recall": 0.4, "adjusted_p": 0.01,
    "found_p": 0.002,
}  # fmt: skip


def rows_of(**changes):
    return pl.DataFrame([ROW | changes], schema=SCHEMA)


def test_a_confirmed_mark_is_the_title_with_both_rates():
    assert say_activation(rows_of()) == (
        "Customers who did dashboard shared 3 times by day 14 leave 0.50 times (95 %: 0.31 to 0.80) as often: "
        "10.0% against 20.0%"
    )


def test_a_mark_that_is_not_confirmed_is_not_told():
    assert say_activation(rows_of(confirmed=False)) == "Nothing customers do early on marks those who stay"


def test_too_few_customers_are_said_to_be_too_few():
    assert say_activation(rows_of().clear()).startswith("Too few customers") and say_basis(rows_of().clear()) == ""


def test_the_basis_calls_it_a_marker():
    assert say_basis(rows_of()).startswith("1,234 customers who were still there on day 14")
    assert "A marker, not a cause" in say_basis(rows_of())
