"""Titles about retention: told a year on, beyond chance only, and in the words of the rule in force."""

import datetime as dt

import polars as pl
import pytest

from analytics.metrics.intervals import with_wilson
from analytics.metrics.rule import RetentionRule
from analytics.reports import retention_findings
from analytics.reports.rule_words import say_cell, say_rule


def averages(rows: list[tuple[int, int, int, int]], group: str | None = None) -> pl.DataFrame:
    """age, cohorts, eligible, retained."""
    frame = pl.DataFrame(rows, schema=["age", "cohorts", "eligible", "retained"], orient="row")
    frame = with_wilson(frame, "retained", "eligible")
    return frame if group is None else frame.with_columns(group=pl.lit(group))


def test_retention_is_told_a_year_on_where_three_cohorts_have_finished_it():
    rows = averages([(0, 15, 900, 900), (6, 9, 600, 420), (12, 3, 200, 120), (13, 2, 100, 90)])
    assert (
        retention_findings.say_retention(rows, "month", 10)
        == "Of 100 customers who join, 60 are active 12 months later"
    )
    assert "120 of 200 customers, from the 3 cohorts that have finished month 12" in retention_findings.say_basis(
        rows, "month", 10
    )


def test_retention_stops_at_the_last_age_that_rests_on_enough():
    rows = averages([(0, 4, 90, 90), (1, 3, 60, 30), (2, 2, 30, 10), (3, 1, 5, 1)])
    assert (
        retention_findings.say_retention(rows, "month", 10) == "Of 100 customers who join, 50 are active 1 month later"
    )


def test_retention_of_too_few_says_so():
    assert retention_findings.say_retention(averages([(0, 1, 5, 5), (1, 1, 5, 2)]), "month", 10).startswith(
        "No month after"
    )


def test_the_steepest_loss_is_the_greatest_drop_between_two_ages():
    rows = averages([(0, 9, 100, 100), (1, 8, 100, 90), (2, 7, 100, 60), (3, 6, 100, 55)])
    assert retention_findings.say_steepest(rows, "month", 10) == "The steepest loss is by month 2: −30.0 pp"


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
    return with_wilson(pl.DataFrame(rows), "retained", "eligible")


def test_newer_cohorts_are_called_different_only_beyond_chance():
    # 500 of 1,000 against 300 of 1,000: the intervals lie far apart; with 10 each they meet.
    assert retention_findings.say_newer(cohorts([0.5, 0.5, 0.3, 0.3], 500), "month", 10).startswith(
        "Newer customers leave sooner"
    )
    assert retention_findings.say_newer(cohorts([0.3, 0.3, 0.5, 0.5], 500), "month", 10).startswith(
        "Newer customers stay longer"
    )
    assert "about as long" in retention_findings.say_newer(cohorts([0.5, 0.5, 0.3, 0.3], 10), "month", 10)
    assert "Too few" in retention_findings.say_newer(cohorts([0.5, 0.3], 500), "month", 10)


def test_groups_are_compared_a_year_on_and_only_beyond_chance():
    pro = averages([(0, 9, 500, 500), (12, 5, 400, 320), (20, 3, 100, 20)], "pro")
    basic = averages([(0, 9, 500, 500), (12, 5, 400, 200), (20, 3, 100, 20)], "basic")
    told = retention_findings.say_groups(pl.concat([pro, basic]), "month", 10)
    assert told == "pro stays longest, basic leaves soonest: 80% against 50% after 12 months"
    same = pl.concat([pro, pro.with_columns(group=pl.lit("twin"))])
    assert retention_findings.say_groups(same, "month", 10) == "The groups do not differ beyond chance after 12 months"
    assert retention_findings.say_groups(pro, "month", 10) == "No two groups have enough customers to be compared"


BUYERS = {"start_event": "sign_up", "return_event": "buy"}


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({}, "Of 100 customers who join, 60 are active 12 months later"),
        (BUYERS, "Of 100 customers who have a first sign_up, 60 have buy 12 months later"),
        ({"cohorts": "recurring"}, "Of 100 customers who are active in a month, 60 are active 12 months later"),
        ({"mode": "on_or_after"}, "Of 100 customers who join, 60 are active 12 months later or after that"),
        ({"mode": "on_or_before"}, "Of 100 customers who join, 60 are active again within 12 months"),
        ({"mode": "streak"}, "Of 100 customers who join, 60 are active in every month for 12 months"),
        (
            {"mode": "bracket", "brackets": (3, 12)},
            "Of 100 customers who join, 60 are active 4–12 months later",
        ),
        ({"measure": "revenue"}, "Of 100 of revenue at the start, 60 is there 12 months later"),
    ],
)
def test_the_title_follows_the_rule(options, title):
    rows = averages([(0, 15, 900, 900), (12, 3, 200, 120)])
    assert retention_findings.say_retention(rows, "month", 10, RetentionRule(**options)) == title


def test_revenue_has_no_interval_to_tell():
    rows = averages([(0, 15, 900, 900), (12, 3, 200, 120)]).with_columns(low=None, high=None)
    told = retention_findings.say_basis(rows, "month", 10, RetentionRule(measure="revenue"))
    assert told == "60.0%: 120 of 200 of revenue, from the 3 cohorts that have finished month 12."


@pytest.mark.parametrize(
    ("options", "period", "basis", "sentence"),
    [
        (
            {},
            "month",
            "subscribed",
            "Customers join a cohort in the month in which they first were customers and count at an age if they were "
            "customers in the month of that age; averages take the customers of all final cohorts together.",
        ),
        (
            {**BUYERS, "window": "rolling", "mode": "on_or_before", "min_occurrences": 2},
            "week",
            "event",
            "Customers join a cohort in the week in which they first had the event sign_up, whose own weeks of 7 × 24 "
            "hours run from that instant, and count at an age if they had the event buy twice or more in any week up "
            "to that age; averages take the customers of all final cohorts together.",
        ),
        (
            {"cohorts": "recurring", "mode": "bracket", "brackets": (1, 3, 7), "min_occurrences": 3},
            "day",
            "event",
            "Customers enter a cohort in every day in which they were active and count at an age if they were active "
            "3 times or more in any day of the bracket (0, 1, 2–3, 4–7); averages take the customers of all final "
            "cohorts together.",
        ),
    ],
)
def test_the_rule_is_told_in_one_sentence(options, period, basis, sentence):
    assert say_rule(RetentionRule(**options), period, basis) == sentence


def test_a_cell_is_told_by_who_came_and_what_they_did():
    rule = RetentionRule(mode="streak", **BUYERS)
    told = say_cell(rule, "month", "event", "Jan 2024", 3)
    assert told == "first had the event sign_up in Jan 2024 and had the event buy in every month up to month 3 after it"
