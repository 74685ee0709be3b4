"""The sentences of the revenue page, on rows made by hand."""

import datetime as dt

import polars as pl
import pytest

from analytics.reports.revenue_findings import (
    say_arpa,
    say_bar,
    say_biggest_part,
    say_check,
    say_course,
    say_departures,
    say_departures_basis,
    say_kept,
    say_net_change,
    say_quick_ratio,
    say_ratio,
    say_won_and_lost,
    say_worth_of_customers,
)

MARCH = {
    "period": dt.date(2024, 3, 1),
    "opening": 1000.0,
    "new": 200.1,
    "reactivation": 50.0,
    "expansion": 0.2,
    "contraction": -30.0,
    "churn": -300.0,
    "closing": 920.3,
    "state": "final",
}
APRIL = {
    **MARCH,
    "period": dt.date(2024, 4, 1),
    "opening": 920.3,
    "churn": 0.0,
    "closing": 1140.6,
    "state": "unfinished",
}
NOTHING = {**MARCH, "new": 0.0, "reactivation": 0.0, "expansion": 0.0, "contraction": 0.0, "churn": 0.0}


def test_the_net_change_is_closing_less_opening():
    assert say_net_change(MARCH, "month", "€") == "Monthly revenue fell by €80 to €920 in Mar 2024"
    told = "Monthly revenue rose by €220 to €1,141 so far in Apr 2024, which is not over"
    assert say_net_change(APRIL, "month", "€") == told
    still = {**NOTHING, "closing": 1000.0}
    assert say_net_change(still, "quarter", "€") == "Monthly revenue stayed at €1,000 in Q1 2024"


def test_the_part_that_moved_most_is_named_with_its_sign():
    assert say_biggest_part(MARCH, "€") == "Customers who left moved most: −€300"
    assert say_biggest_part(APRIL, "€") == "New customers moved most: +€200"
    assert say_biggest_part(NOTHING, "€") == "Nothing moved"


def test_won_and_lost_are_the_sums_of_the_gains_and_the_losses():
    assert say_won_and_lost(MARCH, 1200, "€") == "**€250** won and **€330** lost; 1,200 customers pay."
    assert say_won_and_lost(MARCH, 1, "€").endswith("; 1 customer pays.")


def test_the_check_adds_up_the_bridge_and_counts_the_periods_that_close():
    rows = pl.DataFrame([MARCH, APRIL])
    assert say_check(rows, MARCH, "€") == (
        "Opening + movements = closing: €1,000.00 + €200.10 + €50.00 + €0.20 − €30.00 − €300.00 = €920.30. "
        "The bridge closes to the cent, in 2 of 2 periods."
    )


def test_a_bridge_that_is_off_by_a_cent_is_said_not_to_close():
    rows = pl.DataFrame([MARCH, {**APRIL, "closing": 1140.61}])
    assert say_check(rows, MARCH, "€").endswith("The bridge does not close everywhere, in 1 of 2 periods.")


def test_the_course_counts_the_finished_periods_that_grew_and_names_the_greatest_loss():
    told = say_course(pl.DataFrame([MARCH, MARCH, APRIL]), "month", "€")
    assert told == "Revenue grew in 0 of 2 finished months; customers who left cost most, €600 in all"
    assert say_course(pl.DataFrame([APRIL]), "month", "€") == "No month is over yet"
    grown = {**NOTHING, "new": 5.0, "closing": 1005.0}
    told = say_course(pl.DataFrame([grown]), "month", "€")
    assert told == "Revenue grew in 1 of 1 finished month; nothing was lost"


def test_a_bar_is_said_with_its_customers_and_its_sum_to_the_cent():
    people = pl.DataFrame({"customer_id": ["a", "b", "a"], "change": [-0.1, -0.2, -1000.0]})
    told = say_bar(people, "month", dt.date(2024, 3, 1), "churn", "€")
    assert told == "**2 customers**, churn of **−€1,000.30** a month in Mar 2024, in 3 changes."
    one = pl.DataFrame({"customer_id": ["a"], "change": [0.3]})
    told = say_bar(one, "month", dt.date(2024, 3, 1), "new", "€")
    assert told == "**1 customer**, new of **+€0.30** a month in Mar 2024."


@pytest.fixture
def rates() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "period": [dt.date(2024, month, 1) for month in (1, 2, 3)],
            "customers": [50, 52, 53],
            "arpa": [20.0, 22.5, 23.0],
            "gross_retention": [None, 0.91, 0.99],
            "net_retention": [None, 0.97, 1.2],
            "quick_ratio": [None, 1.25, 3.0],
            "state": ["final", "final", "unfinished"],
        }
    )


def test_rates_are_said_of_the_last_finished_period(rates):
    assert (
        say_kept(rates, "month", 10)
        == "91.0% of the revenue was kept in Feb 2024, 97.0% with growth of the same customers"
    )
    assert say_quick_ratio(rates, "month", 10) == "1.2 won for each 1 lost in Feb 2024"
    assert say_arpa(rates, "month", "€", 10) == "A customer pays €22.50 a month, €20.00 in Jan 2024"


def test_growth_that_makes_up_for_every_loss_is_said_so(rates):
    over = rates.with_columns(state=pl.lit("final"))
    assert say_kept(over, "month", 10).startswith("Customers of Mar 2024 bring 120.0% of what they brought before")


def test_a_period_that_lost_nothing_is_said_so(rates):
    whole = rates.with_columns(pl.lit(1.0).alias("gross_retention"), pl.lit(1.0).alias("net_retention"))
    told = "All of the revenue was kept in Feb 2024, and none was added by the same customers"
    assert say_kept(whole, "month", 10) == told
    none = rates.with_columns(quick_ratio=pl.lit(None, dtype=pl.Float64))
    assert say_quick_ratio(none, "month", 10) == "No finished month lost any revenue"


def test_too_few_payers_are_said_instead_of_a_rate(rates):
    assert say_kept(rates, "month", 100) == "No month is over yet for 100 paying customers"
    assert say_arpa(rates, "month", "€", 100) == "No month is over yet for 100 paying customers"
    assert say_quick_ratio(rates, "month", 100) == "No month is over yet for 100 paying customers"
    assert say_ratio(None) == "–"


@pytest.fixture
def shares() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "kind": ["voluntary", "payment_failure", "unknown"],
            "churned": [28, 10, 2],
            "departures": [40] * 3,
            "share": [0.7, 0.25, 0.05],
            "low": [0.55, 0.14, 0.01],
            "high": [0.82, 0.4, 0.17],
            "mrr_lost": [900.0, 250.0, 10.0],
        }
    )


def test_payment_failures_are_said_as_a_share_with_n_and_interval(shares):
    assert say_departures(shares) == "25% of departures are payments that failed: 10 of 40"
    told = "95 % interval 14% to 40%; €250 a month went with them. Of 2 neither a reason nor a bill is known."
    assert say_departures_basis(shares, "€") == told


def test_departures_without_failures_or_without_anybody_are_said(shares):
    none = shares.with_columns(churned=pl.Series([38, 0, 2]))
    assert say_departures(none) == "None of the 40 departures is known to be a payment that failed"
    assert say_departures(shares.clear()) == "Nobody has left in a period that is over"
    assert say_departures_basis(shares.clear(), "€") == ""


def test_value_is_said_of_all_or_of_the_groups_that_differ_beyond_chance():
    groups = pl.DataFrame(
        {
            "group": ["basic", "pro", "few"],
            "lifetime_value": [100.0, 900.0, None],
            "low": [80.0, 800.0, None],
            "high": [120.0, 990.0, None],
            "horizon_months": [24] * 3,
        }
    )
    told = "pro is worth most, basic least: €900 against €100 in the next 24 months"
    assert say_worth_of_customers(groups, "€") == told
    assert say_worth_of_customers(groups[:1], "€") == "A customer is worth €100 in the next 24 months"
    near = groups.with_columns(low=pl.Series([80.0, 110.0, None]))
    assert say_worth_of_customers(near, "€") == "The groups' values do not differ beyond chance in the next 24 months"
    assert say_worth_of_customers(groups[2:], "€") == "Too few have left to say what a customer is worth"
