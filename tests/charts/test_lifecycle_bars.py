"""The lifecycle: who is active above the line, who fell silent below it, hatched while it is not over."""

import datetime as dt

import polars as pl

from analytics.charts import describe
from analytics.charts.lifecycle_bars import lifecycle_bars

ROWS = pl.DataFrame(
    {
        "period": [dt.date(2024, 1, 1), dt.date(2024, 1, 8)],
        "new": [5, 1],
        "returning": [0, 3],
        "resurrecting": [0, 0],
        "dormant": [0, -2],
        "state": ["final", "unfinished"],
    }
)


def test_the_silent_stand_below_the_line_and_an_open_period_is_hatched():
    figure = lifecycle_bars(ROWS, "light", period="week")
    bars = {bar.name: bar for bar in figure.data}
    assert list(bars) == ["Returning", "Resurrecting", "New", "Dormant"]
    assert list(bars["Dormant"].y) == [0, -2] and figure.layout.barmode == "relative"
    assert bars["New"].marker.pattern.shape[0] == "" and bars["New"].marker.pattern.shape[1] != ""


def test_a_bar_says_its_week_and_how_many():
    bars = {bar.name: bar for bar in lifecycle_bars(ROWS, "light", period="week").data}
    assert bars["Dormant"].hovertext[1] == "the week of 8 Jan 2024: 2 dormant"


def test_the_last_finished_period_is_told_in_words():
    told = describe(lifecycle_bars(ROWS, "dark", period="week"))
    assert told == "Customers in the week of 1 Jan 2024: 0 returning, 0 resurrecting, 5 new, 0 dormant."
    assert describe(lifecycle_bars(ROWS.tail(1), "dark", period="week")) == "No week is over yet."
