"""The cohort triangle on customers small enough to follow by eye."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.question import Question
from analytics.metrics.retention import cell_customers, choose_basis, retention, retention_average
from tests.metrics.factory import build, day

JANUARY = dt.date(2024, 1, 1)


def counts(rows, cohort):
    return rows.filter(rows["cohort"] == cohort)["retained"].to_list()


def test_a_customer_is_retained_in_every_period_in_which_they_are_active_at_all(five):
    rows = retention(five, Question())
    # January: all but late. February: open, mid (to the 15th), up; back left on 1 February. March: open, up.
    # April: and back
    assert counts(rows, JANUARY) == [4, 3, 2, 3]
    assert rows.columns == ["cohort", "size", "age", "retained", "eligible", "rate", "low", "high", "state"]


def test_every_cohort_has_every_age_and_each_cell_says_how_ripe_it_is(five):
    rows = retention(five, Question())
    assert rows.height == 4 * 4  # February has no new customer and is there all the same
    states = {cohort: rows.filter(rows["cohort"] == cohort)["state"].to_list() for cohort in rows["cohort"].unique()}
    assert states[JANUARY] == ["final", "final", "final", "unfinished"]  # the data end on 20 April
    assert states[dt.date(2024, 3, 1)] == ["final", "unfinished", "unobserved", "unobserved"]
    assert states[dt.date(2024, 4, 1)] == ["unfinished", "unobserved", "unobserved", "unobserved"]


def test_zero_is_not_blank(five):
    rows = retention(five, Question())
    february = rows.filter(rows["cohort"] == dt.date(2024, 2, 1))
    assert february["size"].to_list() == [0] * 4
    assert february["retained"].to_list() == [0, 0, 0, None]
    assert february["rate"].to_list() == [None] * 4


def test_groups_sum_to_the_total(five):
    total = retention(five, Question())
    parts = retention(five, Question(by="size"))
    assert set(parts["group"]) == {"S", "L", "M"} and parts.columns[-1] == "group"
    sums = parts.group_by("cohort", "age").agg(pl.col("size", "retained").sum()).sort("cohort", "age")
    assert sums["size"].to_list() == total["size"].to_list()
    assert sums["retained"].to_list() == [n or 0 for n in total["retained"].to_list()]


def test_from_and_to_choose_cohorts_but_keep_history(five):
    rows = retention(five, Question(start="2024-03-01", end="2024-03-31"))
    # back returns in April and is still of January's cohort
    assert set(rows["cohort"]) == {dt.date(2024, 3, 1)} and rows["size"][0] == 1


def test_a_recurring_customer_enters_every_period_of_theirs(five):
    rows = retention(five, Question(), cohorts="recurring")
    # March: open, up, late; in April all three are there
    assert counts(rows, dt.date(2024, 3, 1)) == [3, 3, None, None]
    assert counts(rows, dt.date(2024, 2, 1)) == [3, 2, 2, None]


def test_the_average_pools_final_cells_only(five):
    rows = retention_average(five, Question())
    # age 0: January 4, March 1. Age 1: January 3 of 4; March's second month is not over. Age 2: 2 of 4
    assert rows["age"].to_list() == [0, 1, 2]
    assert rows["cohorts"].to_list() == [2, 1, 1]
    assert rows["eligible"].to_list() == [5, 4, 4] and rows["retained"].to_list() == [5, 3, 2]


def test_the_simple_average_is_the_mean_of_rates_without_an_interval(five):
    rows = retention_average(five, Question(by="size"), average="simple")
    large = rows.filter(rows["group"] == "L")
    # back and up: January 2 of 2, February 1, March 1
    assert large["rate"].to_list() == [1.0, 0.5, 0.5] and large["low"].to_list() == [None] * 3


@pytest.mark.parametrize("cohorts", ["first_time", "recurring"])
def test_a_cell_lists_exactly_the_customers_it_counts(five, cohorts):
    rows = retention(five, Question(), cohorts=cohorts)
    for cell in rows.filter(rows["state"] != "unobserved").iter_rows(named=True):
        kept = cell_customers(five, Question(), cell["cohort"], cell["age"], cohorts=cohorts)
        lost = cell_customers(five, Question(), cell["cohort"], cell["age"], cohorts=cohorts, lost=True)
        assert (kept.height, kept.height + lost.height) == (cell["retained"], cell["size"])
    april = cell_customers(five, Question(), JANUARY, 3)
    assert dict(april.iter_rows()) == {"open": 50.0, "up": 60.0, "back": 20.0}


def test_a_cell_of_a_group_lists_that_group_alone(five):
    assert cell_customers(five, Question(by="size"), JANUARY, 0, group="L")["customer_id"].to_list() == ["back", "up"]


def test_events_make_activity_where_there_are_no_subscriptions(tmp_path):
    rows = [("a", "2024-01-31"), ("a", "2024-02-01"), ("b", "2024-02-29"), ("b", "2024-02-29"), ("a", "2024-04-30")]
    dataset = build(tmp_path, {"events": [{"customer_id": who, "occurred_at": day(when)} for who, when in rows]})
    assert choose_basis(dataset) == "event"
    cells = retention(dataset, Question())
    assert counts(cells, JANUARY) == [1, 1, 0, 1]
    assert counts(cells, dt.date(2024, 2, 1)) == [1, 0, 0, None]
    assert cells["state"].to_list()[3] == "final"  # 30 April is April's last day


def test_weeks_begin_on_the_weekday_of_the_settings(tmp_path):
    # Sunday 7 January 2024 and the Monday after
    rows = [
        {"customer_id": "a", "occurred_at": day("2024-01-07")},
        {"customer_id": "a", "occurred_at": day("2024-01-08")},
    ]
    monday = retention(build(tmp_path / "m", {"events": rows}), Question(period="week"))
    sunday = retention(
        build(tmp_path / "s", {"events": rows}, Settings(first_weekday="sunday")), Question(period="week")
    )
    assert monday["cohort"][0] == JANUARY and monday.height == 4
    assert sunday["cohort"][0] == dt.date(2024, 1, 7) and sunday.height == 1


def test_a_snapshot_has_no_retention_and_says_what_to_bring(tmp_path):
    dataset = build(tmp_path, {"snapshot": [{"customer_id": "a", "churned": True, "tenure": 3.0}]})
    with pytest.raises(UserError, match="occurred_at"):
        retention(dataset, Question())


def test_a_filter_that_matches_nobody_says_so(five):
    with pytest.raises(UserError, match="no customer meets"):
        retention(five, Question(where="size = 'XXL'"))


def test_an_unknown_period_or_day_is_refused_with_the_nearest():
    with pytest.raises(UserError, match="month"):
        Question(period="moth")
    with pytest.raises(UserError, match="YYYY-MM-DD"):
        Question(start="1.2.2024")
