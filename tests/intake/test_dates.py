"""Dates: the whole column decides how they are written; where it cannot, the reader asks."""

import datetime as dt

import polars as pl
import pytest

from analytics.intake.dates import (
    AmbiguousDatesError,
    date_text,
    find_reading,
    local_day,
    read_instant,
    stated_reading,
)


def instants(values: list[str], timezone: str = "UTC", pattern: str = "") -> list[str | None]:
    rows = pl.LazyFrame({"d": values})
    reading = stated_reading(pattern) if pattern else find_reading(rows, "d")
    text = date_text(pl.col("d"), reading, is_stated=bool(pattern))
    read = rows.select(read_instant(text, reading, timezone).dt.to_string("%Y-%m-%d %H:%M:%S")).collect()
    return read["d"].to_list()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["2024-03-05", "2024-3-6"], ["2024-03-05 00:00:00", "2024-03-06 00:00:00"]),
        (["2024-03-05T10:20:30Z", "2024-03-05 10:20:30+02:00"], ["2024-03-05 10:20:30", "2024-03-05 08:20:30"]),
        (["2024-03-05 10:20:30.5", "2024-03-05 10:20"], ["2024-03-05 10:20:30", "2024-03-05 10:20:00"]),
        (["13/01/2024", "02/01/2024"], ["2024-01-13 00:00:00", "2024-01-02 00:00:00"]),
        (["01/13/2024", "01/02/2024 1:05 PM"], ["2024-01-13 00:00:00", "2024-01-02 13:05:00"]),
        (["31.12.24", "1.2.24"], ["2024-12-31 00:00:00", "2024-02-01 00:00:00"]),
        (["5 March 2024", "05-Mar-24", "Mar 5, 2024"], ["2024-03-05 00:00:00"] * 3),
        (["19970101", "20240229"], ["1997-01-01 00:00:00", "2024-02-29 00:00:00"]),
        (["20240305101112", "20240305T101112"], ["2024-03-05 10:11:12"] * 2),
        # 45352 days after 1899-12-30 is 2024-03-01; the half is noon
        (["45352", "45352.5"], ["2024-03-01 00:00:00", "2024-03-01 12:00:00"]),
        # `date -u -d @1709251200` prints Fri Mar 1 00:00:00 UTC 2024
        (["1709251200", "1709251201.0"], ["2024-03-01 00:00:00", "2024-03-01 00:00:01"]),
        (["1709251200000"], ["2024-03-01 00:00:00"]),
        (["2024-03-05", "", "n/a", "9999-12-31", "0000-00-00"], ["2024-03-05 00:00:00", None, None, None, None]),
        (["2024-02-30", "soon", "2024-03-05"], [None, None, "2024-03-05 00:00:00"]),
    ],
)
def test_dates_are_read_as_written(written, read):
    assert instants(written) == read


@pytest.mark.parametrize("values", [["01/02/2024", "03/04/2024"], ["1.2.24", "12.11.24"], ["05-06-2024 10:00"]])
def test_day_and_month_that_could_be_swapped_are_asked_about(values):
    with pytest.raises(AmbiguousDatesError) as doubt:
        instants(values)
    assert doubt.value.example in values


def test_one_value_far_down_the_column_decides_day_or_month():
    values = ["01/02/2024"] * 6_000 + ["31/01/2024"]
    assert instants(values)[0] == "2024-02-01 00:00:00"


def test_equal_day_and_month_need_no_question():
    assert instants(["01/01/2024", "02/02/2024"]) == ["2024-01-01 00:00:00", "2024-02-02 00:00:00"]


def test_one_slip_does_not_turn_a_column_round():
    # 25 values show that the day comes first; the one that would need month 13 is not a date
    read = instants([f"{day}/02/2024" for day in range(13, 25)] * 3 + ["05/13/2024"])
    assert read[0] == "2024-02-13 00:00:00" and read[-1] is None


def test_the_map_can_state_the_format_and_times_are_still_read():
    read = instants(["03/04/2024", "03/04/2024 10:30"], pattern="%d/%m/%Y")
    assert read == ["2024-04-03 00:00:00", "2024-04-03 10:30:00"]


def test_a_date_alone_is_local_midnight_and_a_time_without_offset_is_utc():
    # New York is five hours behind UTC in March before the 10th
    assert instants(["2024-03-01", "2024-03-01 12:00:00"], "America/New_York") == [
        "2024-03-01 05:00:00",
        "2024-03-01 12:00:00",
    ]


def test_a_day_whose_midnight_the_clock_skips_begins_at_one():
    # São Paulo went from 2018-11-03 24:00 (UTC-3) to 2018-11-04 01:00 (UTC-2): the day begins at 03:00 UTC
    assert instants(["2018-11-04"], "America/Sao_Paulo") == ["2018-11-04 03:00:00"]


def test_the_local_day_is_that_of_the_zone():
    at = pl.DataFrame({"at": [dt.datetime(2024, 3, 1, 3, 0)]})
    assert at.select(local_day(pl.col("at"), "America/New_York")).item() == dt.date(2024, 2, 29)
