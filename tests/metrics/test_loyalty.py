"""Repeat purchase and the time between orders, by hand and by a loop."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.loyalty import loyalty
from analytics.metrics.question import Question
from tests.metrics.factory import build, day


def order(customer, on, amount=10.0, event_id=None):
    return {"customer_id": customer, "occurred_at": day(on), "amount": amount, "event_id": event_id}


def values(dataset, metric, question=None):
    rows = loyalty(dataset, question or Question()).filter(pl.col("metric") == metric)
    return {row["period"]: row for row in rows.iter_rows(named=True)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """a buys on 1 January, 11 January and 1 March 2023; b twice on one day; c once; d pays nothing."""
    rows = [
        order("a", "2023-01-01"),
        order("a", "2023-01-11"),
        order("a", "2023-03-01"),
        order("b", "2023-02-01T10:00", event_id="B1"),
        order("b", "2023-02-01T10:05", event_id="B1"),  # a second line of the same order
        order("c", "2023-02-10"),
        order("c", "2023-02-20", amount=-10.0),  # money back is no order
        order("d", "2023-02-10", amount=None),
    ]
    return build(tmp_path_factory.mktemp("shop"), {"events": rows}, Settings(as_of="2024-02-29"))


def test_repeat_customers_are_those_with_two_orders_in_a_year(shop):
    rate = values(shop, "repeat_purchase_rate")
    # February 2023: a (two orders) of a, b and c
    assert (rate[dt.date(2023, 2, 1)]["value"], rate[dt.date(2023, 2, 1)]["n"]) == (pytest.approx(1 / 3), 3)
    # January 2024: the year up to the 31st begins on 1 February 2023: a once (1 March), b once, c once
    assert (rate[dt.date(2024, 1, 1)]["value"], rate[dt.date(2024, 1, 1)]["n"]) == (0.0, 3)
    # February 2024: the year up to the 29th begins on 2 March 2023, for it holds a leap day: nobody
    assert (rate[dt.date(2024, 2, 1)]["value"], rate[dt.date(2024, 2, 1)]["n"]) == (None, 0)


def test_a_rate_is_final_once_its_year_lies_in_the_data(shop):
    states = {period: row["state"] for period, row in values(shop, "repeat_purchase_rate").items()}
    # 365 days up to 31 December 2023 begin on 1 January 2023, the first day of the data
    assert states[dt.date(2023, 11, 1)] == "unfinished" and states[dt.date(2023, 12, 1)] == "final"


def test_the_time_between_purchases_counts_where_the_later_order_falls(shop):
    gaps = values(shop, "purchase_gap_days")
    assert (gaps[dt.date(2023, 1, 1)]["value"], gaps[dt.date(2023, 3, 1)]["value"]) == (10.0, 49.0)
    assert (gaps[dt.date(2023, 2, 1)]["value"], gaps[dt.date(2023, 2, 1)]["n"]) == (None, 0)


def test_a_plain_loop_counts_the_same(tmp_path):
    draws = np.random.default_rng(3)
    first_on = dt.date(2022, 1, 1)
    bought = {(f"c{draws.integers(12)}", first_on + dt.timedelta(days=int(draws.integers(900)))) for _ in range(60)}
    rows = [order(who, on.isoformat()) for who, on in bought]
    dataset = build(tmp_path, {"events": rows}, Settings(as_of="2024-07-15"))
    for period, row in values(dataset, "repeat_purchase_rate").items():
        last = min((period + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1), dt.date(2024, 7, 15))
        inside = [who for who, on in bought if last - dt.timedelta(days=365) < on <= last]
        buyers = {who: inside.count(who) for who in inside}
        assert row["n"] == len(buyers)
        assert row["value"] == (pytest.approx(sum(n > 1 for n in buyers.values()) / len(buyers)) if buyers else None)


def test_events_without_amounts_are_no_orders(tmp_path):
    dataset = build(tmp_path, {"events": [order("a", "2024-01-01", amount=None)]})
    with pytest.raises(UserError, match="amount"):
        loyalty(dataset, Question())
