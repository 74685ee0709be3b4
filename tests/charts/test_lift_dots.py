"""Lifts: filled where they tell something, at their place on a scale of doublings, with their interval."""

import math

import polars as pl
import pytest

from analytics.charts import describe, read_theme
from analytics.charts.lift_dots import lift_dots, say_lift

ROWS = pl.DataFrame(
    {
        "label": ["Failed payment", "Onboarding step", "Campaign", "Refund"],
        "lift": [3.0, 0.5, 1.1, 0.0],
        "low": [2.0, 0.4, 0.9, 0.0],
        "high": [4.5, 0.7, 1.3, 0.9],
        "note": ["10 alarms"] * 4,
        "tells": [True, True, False, True],
    }
)


@pytest.fixture
def figure():
    return lift_dots(ROWS, "light")


def test_more_is_red_less_is_green_and_chance_is_hollow(figure):
    theme, dots = read_theme("light"), figure.data[1].marker
    assert list(dots.color) == [theme.bad, theme.good, theme.page, theme.good]
    assert list(dots.line.color) == [theme.bad, theme.good, theme.muted, theme.good]


def test_a_lift_of_zero_stands_at_the_edge_but_is_told_as_zero(figure):
    assert list(figure.data[1].x) == [3.0, 0.5, 1.1, 1 / 64]
    assert [words.strip() for words in figure.data[2].text] == ["3.0×", "0.5×", "1.1×", "0.0×"]


def test_the_scale_holds_every_end_with_one_inside(figure):
    low, high = figure.layout.xaxis.range
    assert figure.layout.xaxis.type == "log"
    assert low < math.log10(1 / 64) and high > math.log10(4.5)
    # nothing below one: the scale still begins below it
    assert lift_dots(ROWS.head(1), "light").layout.xaxis.range[0] < 0


def test_rows_fill_the_height_top_down(figure):
    assert figure.layout.yaxis.range == (3.5, -0.5)


def test_a_lift_is_told_with_its_interval():
    assert say_lift({"lift": 3.0, "low": 2.0, "high": 4.5}) == "3.0 times as often (2.0 to 4.5)"
    assert say_lift({"lift": 3.0, "low": None, "high": None}) == "3.0 times as often"
    assert say_lift({"lift": None, "low": None, "high": None}) == "not known"


def test_the_dots_are_described_in_words(figure):
    assert describe(figure).startswith("Lifts: Failed payment 3.0 times as often (2.0 to 4.5); Onboarding step 0.5")
