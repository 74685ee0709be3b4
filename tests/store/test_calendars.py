"""Calendars are dense, local, and say how far each period was seen."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.settings import Settings
from analytics.store.calendars import ALL_GRAINS, BITS, Horizon, build_calendars

FIRST, LAST = dt.date(2023, 12, 30), dt.date(2024, 3, 1)  # a Saturday; a Friday, the day after a leap day


@pytest.fixture(scope="module")
def calendars():
    return build_calendars(Horizon(FIRST, LAST), Settings())


@pytest.mark.parametrize("grain", ALL_GRAINS)
def test_periods_follow_each_other_from_the_first_day_to_the_last(calendars, grain):
    rows = calendars["periods"].filter(pl.col("grain") == grain).sort("period_index")
    assert rows["period_index"].to_list() == list(range(rows.height))
    assert rows["starts_on"].to_list()[1:] == rows["ends_on"].to_list()[:-1]
    assert rows["starts_on"][0] <= FIRST < rows["ends_on"][0]
    assert rows["starts_on"][-1] <= LAST < rows["ends_on"][-1]


def test_a_period_is_final_once_its_last_day_is_over(calendars):
    rows = calendars["periods"].sort("grain", "period_index")
    final = {
        grain: rows.filter((pl.col("grain") == grain) & (pl.col("is_final") == 1))["starts_on"].to_list()
        for grain in ALL_GRAINS
    }
    assert final["month"] == [dt.date(2023, 12, 1), dt.date(2024, 1, 1), dt.date(2024, 2, 1)]
    assert final["quarter"] == [dt.date(2023, 10, 1)] and final["year"] == [dt.date(2023, 1, 1)]
    assert (
        len(final["day"]) == 63 and final["day"][-1] == LAST
    )  # 2 + 31 + 29 + 1 days, the as-of day is seen to its end
    assert final["week"][-1] == dt.date(2024, 2, 19)


@pytest.mark.parametrize("weekday, start", [("monday", dt.date(2023, 12, 25)), ("sunday", dt.date(2023, 12, 24))])
def test_the_first_week_holds_the_first_day(weekday, start):
    periods = build_calendars(Horizon(FIRST, LAST), Settings(first_weekday=weekday))["periods"]
    assert periods.filter((pl.col("grain") == "week") & (pl.col("period_index") == 0))["starts_on"].to_list() == [start]


def test_every_day_lies_in_the_period_that_covers_it(calendars):
    placed = calendars["day_periods"].join(calendars["periods"], on=["grain", "period_index"])
    assert (placed["day"] >= placed["starts_on"]).all() and (placed["day"] < placed["ends_on"]).all()
    assert placed.filter(pl.col("grain") == "day").height == 63


def test_the_bits_of_one_word_are_all_different(calendars):
    rows = (
        calendars["periods"]
        .filter(pl.col("grain") == "day")
        .group_by("word")
        .agg(pl.col("bit_value").sum(), n=pl.len())
    )
    first = rows.filter(pl.col("word") == 0).row(0, named=True)
    assert first["n"] == BITS and first["bit_value"] == 2**BITS - 1
