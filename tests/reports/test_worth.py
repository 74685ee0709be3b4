"""What a point of retention is worth, in words: with money, without it, and where nothing can be said."""

import polars as pl

from analytics.reports.worth import say_worth, say_worth_basis

WORKING = pl.DataFrame({"churn": [0.03]})
KEPT = ("point_customers", 59.1, 56.4, 61.6, "")
MONEY = [("point_value", 375_596.0, 364_174.0, 385_769.0, ""), ("point_break_even", 54.8, 54.4, 55.2, "")]
NO_MONEY = [(name, None, None, None, "subscriptions with mrr") for name in ("point_value", "point_break_even")]


def numbers(*rows):
    return pl.DataFrame(rows, schema=["metric", "value", "low", "high", "missing"], orient="row")


def test_a_point_is_told_in_money_with_its_interval_and_what_it_may_cost():
    rows = numbers(KEPT, *MONEY)
    assert say_worth(rows, "€") == "One point of monthly retention is worth €376k in a year"
    assert say_worth_basis(rows, WORKING, "€") == (
        "At 3.0% churn a month, 59 customers more after twelve months, and €364k to €386k of margin (95 % interval of "
        "the churn rate). It pays for itself up to €55 a customer and month."
    )


def test_without_revenue_it_is_told_in_customers_and_what_is_missing_is_named():
    rows = numbers(KEPT, *NO_MONEY)
    assert say_worth(rows, "€") == "One point of monthly retention keeps 59 customers in a year"
    assert say_worth_basis(rows, WORKING, "€").endswith("Its money takes subscriptions with mrr.")


def test_nobody_leaving_and_nothing_known_are_two_things():
    nobody = numbers(("point_customers", 0.0, 0.0, 3.0, ""), *MONEY)
    unknown = numbers(("point_customers", None, None, None, "a finished month"), *NO_MONEY)
    assert say_worth(nobody, "€").startswith("Nobody has left")
    assert say_worth(unknown, "€").endswith("is not known yet")
    assert say_worth_basis(unknown, WORKING, "€") == "It takes a finished month."
