"""Hours of the local clock: across a change by half an hour, and with the money of their events."""

import datetime as dt

import polars as pl

from analytics.contract.settings import Settings
from analytics.metrics.question import Question
from analytics.metrics.retention import retention
from tests.metrics.factory import build

HOURLY = Question(period="hour")


def event(customer, at, amount=1.0):
    return {"customer_id": customer, "occurred_at": dt.datetime.fromisoformat(at), "amount": amount}


def test_an_hour_begins_where_the_local_clock_shows_a_full_one(tmp_path):
    # Lord Howe went from +11:00 to +10:30 on 7 April 2024 at 02:00, 15:00 UTC on the 6th: the hour from 01:00 lasts 90
    # minutes. 14:10 UTC is 01:10, 15:10 is 01:40 for the second time, 15:30 is 02:00 and 16:29 is 02:59.
    rows = [
        event("a", "2024-04-06T14:10"),
        event("b", "2024-04-06T15:10"),
        event("c", "2024-04-06T15:30"),
        event("d", "2024-04-06T16:29"),
    ]
    dataset = build(tmp_path, {"events": rows}, Settings(timezone="Australia/Lord_Howe", as_of="2024-04-08"))
    cells = retention(dataset, HOURLY, cohorts="recurring")
    joined = cells.filter((pl.col("age") == 0) & (pl.col("size") > 0)).select("cohort", "size").rows()
    assert joined == [(dt.datetime(2024, 4, 7, 1), 2), (dt.datetime(2024, 4, 7, 2), 2)]


def test_an_hour_that_a_clock_change_repeats_occurs_twice(tmp_path):
    # New York, 3 November 2024: 05:30 UTC is 01:30 summer time, 06:30 UTC is 01:30 winter time
    rows = [event("a", "2024-11-03T05:30"), event("a", "2024-11-03T06:30"), event("b", "2024-11-03T06:45")]
    dataset = build(tmp_path, {"events": rows}, Settings(timezone="America/New_York", as_of="2024-11-04"))
    cells = retention(dataset, HOURLY)
    joined = cells.filter((pl.col("age") == 0) & (pl.col("size") > 0)).select("cohort", "size").rows()
    assert joined == [(dt.datetime(2024, 11, 3, 1), 1), (dt.datetime(2024, 11, 3, 1), 1)]
    first = cells.filter(pl.col("size") > 0).head(2)
    assert first["retained"].to_list() == [1, 1]  # a is back one hour later, though the clock shows the same


def test_revenue_by_the_hour_is_the_money_of_the_hour(tmp_path):
    # the cohort of 10:00 spends 10 + 5 in its own hour and 7 in the next
    rows = [
        event("a", "2024-03-01T10:05", 10.0),
        event("a", "2024-03-01T10:50", 5.0),
        event("a", "2024-03-01T11:10", 7.0),
    ]
    dataset = build(tmp_path, {"events": rows}, Settings(as_of="2024-03-02"))
    cells = retention(dataset, HOURLY, measure="revenue", basis="event").filter(pl.col("size") > 0).head(3)
    assert cells["retained"].to_list() == [15.0, 7.0, 0.0]
    assert cells["rate"].to_list() == [1.0, 7 / 15, 0.0]
