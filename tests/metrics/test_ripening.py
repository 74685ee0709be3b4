"""The day on which an unfinished cell completes: the last day that still counts for it."""

import datetime as dt

import polars as pl
import pytest

from analytics.metrics.question import Question
from analytics.metrics.retention import retention
from analytics.metrics.ripening import ripening_cells
from tests.metrics.factory import build, day


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """a comes on 3 January and again in March; b on 20 February at noon; as of 10 March 2024."""
    rows = [("a", "2024-01-03"), ("a", "2024-03-02"), ("b", "2024-02-20T12:00"), ("b", "2024-03-10")]
    events = [{"customer_id": who, "occurred_at": day(at)} for who, at in rows]
    return build(tmp_path_factory.mktemp("two"), {"events": events})


def dates(rows: pl.DataFrame, state: str) -> dict:
    known = rows.filter(pl.col("state") == state)
    return {(cohort, age): day for cohort, age, day in known.select("cohort", "age", "completes_on").iter_rows()}


def test_a_calendar_cell_completes_on_the_last_day_of_its_period(two):
    rows = ripening_cells(two, Question())
    assert rows.drop("completes_on").equals(retention(two, Question()))
    january, february, march = (dt.date(2024, month, 1) for month in (1, 2, 3))
    assert set(dates(rows, "final").values()) == {None}
    assert dates(rows, "unfinished") == dict.fromkeys([(january, 2), (february, 1), (march, 0)], dt.date(2024, 3, 31))
    assert dates(rows, "unobserved")[(february, 2)] == dt.date(2024, 4, 30)


def test_a_week_completes_on_its_seventh_day(two):
    rows = dates(ripening_cells(two, Question(period="week")), "unfinished")
    assert set(rows.values()) <= {dt.date(2024, 3, 10)}  # 10 March 2024 is a Sunday: all weeks are over


def test_a_bracket_completes_with_its_last_age(two):
    rows = dates(ripening_cells(two, Question(), mode="bracket", brackets=(1, 3)), "unfinished")
    # January's months 2 and 3 are March and April; March's own month is not over
    assert rows[(dt.date(2024, 1, 1), 3)] == dt.date(2024, 4, 30)
    assert rows[(dt.date(2024, 3, 1), 0)] == dt.date(2024, 3, 31)


def test_a_rolling_cell_completes_when_the_last_of_its_cohort_can_have_reached_it(two):
    rows = ripening_cells(two, Question(period="week"), window="rolling")
    # b's week begins on Monday 19 February; whoever enters by Sunday the 25th has seen age 2, three weeks of 24-hour
    # days, by the end of 17 March
    third = rows.filter((pl.col("cohort") == dt.date(2024, 2, 19)) & (pl.col("age") == 2)).row(0, named=True)
    assert third["state"] != "final" and third["completes_on"] == dt.date(2024, 3, 17)
