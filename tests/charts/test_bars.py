"""Bars, reasons, sparklines and the words on them."""

from datetime import date, datetime

import polars as pl
import pytest

from analytics.charts import (
    describe,
    rate_bars,
    read_theme,
    reason_bars,
    sparkline,
    stage_bars,
)
from analytics.charts.wording import say_amount, say_name, say_percent, say_period, say_points


@pytest.fixture
def stages() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "stage": ["onboarding", "adoption", "escalation"],
            "still_in": [412, 3480, 188],
            "churn_rate": [0.061, 0.017, None],
            "low": [0.05, 0.015, None],
            "high": [0.07, 0.019, None],
            "excess_churned": [22.0, -40.0, None],
        }
    )


def test_the_stage_that_loses_too_many_stands_out(stages):
    bars = stage_bars(stages, "light").data[0]
    theme = read_theme("light")
    assert list(bars.marker.color) == [theme.bad, theme.sequential[4], theme.sequential[4]]


def test_no_stage_stands_out_when_none_loses_too_many(stages):
    bars = stage_bars(stages.with_columns(excess_churned=pl.lit(-1.0)), "light").data[0]
    assert read_theme("light").bad not in bars.marker.color


def test_stages_carry_their_labels_and_who_is_in_them_now(stages):
    labels = stage_bars(stages, "light").layout.yaxis.ticktext
    assert labels[1].startswith("Adoption<br>")
    assert "3,480 now" in labels[1]


def test_a_whisker_runs_from_low_to_high_and_an_unknown_rate_has_none(stages):
    whiskers = stage_bars(stages, "light").data[1]
    assert list(whiskers.x)[:2] == [0.05, 0.07]
    assert list(whiskers.x)[6:8] == [None, None]


def test_bars_are_described_in_words():
    rows = pl.DataFrame({"label": ["0-6"], "rate": [0.53], "low": [0.5], "high": [0.56], "note": ["n = 1,481"]})
    assert describe(rate_bars(rows, "dark")) == "Bars: 0-6 53.0% (50.0% to 56.0%)."


def test_reasons_run_from_the_average_to_the_prediction():
    reasons = pl.DataFrame({"label": ["Ticket open", "Annual plan"], "points": [0.142, -0.062]})
    figure = reason_bars(reasons, 0.083, 0.163, "light")
    steps = figure.data[0]
    assert list(steps.measure) == ["absolute", "relative", "relative", "total"]
    assert list(steps.x)[:3] == [0.083, 0.142, -0.062]  # 0.083 + 0.142 - 0.062 = 0.163
    assert [words.strip() for words in steps.text] == ["8.3%", "+14.2 pp", "−6.2 pp", "<b>16.3%</b>"]
    assert describe(figure) == ("From an average risk of 8.3% to 16.3%: Ticket open +14.2 pp; Annual plan −6.2 pp.")


def test_a_sparkline_leaves_out_what_is_unknown_or_not_over():
    rows = pl.DataFrame({"value": [1, 2, None, 4, 0], "state": ["final"] * 4 + ["unfinished"]})
    assert sparkline(rows) == [1.0, 2.0, 4.0]
    assert sparkline(rows, last=2) == [2.0, 4.0]
    assert sparkline(rows.drop("state")) == [1.0, 2.0, 4.0, 0.0]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (None, "–"),
        (0, "€0"),
        (999.6, "€1,000"),
        (9_999, "€9,999"),
        (44_100, "€44.1k"),
        (-2_550, "−€2,550"),
        (4_512_345, "€4.51M"),
        (999_900, "€1M"),
        (2.5e9, "€2.5B"),
    ],
)
def test_an_amount_is_short_enough_for_a_label(amount, words):
    assert say_amount(amount, "€") == words


def test_rates_and_differences_are_said_in_percent_and_points():
    assert say_percent(0.3456) == "34.6%"
    assert say_percent(None) == "–"
    assert say_points(0.0123) == "+1.2 pp"
    assert say_points(-0.0123) == "−1.2 pp"


@pytest.mark.parametrize(
    ("start", "period", "name"),
    [
        (date(2024, 1, 1), "year", "2024"),
        (date(2024, 4, 1), "quarter", "Q2 2024"),
        (date(2024, 4, 1), "month", "Apr 2024"),
        (date(2024, 4, 8), "week", "8 Apr 2024"),
        (datetime(2024, 4, 8, 13), "hour", "8 Apr 2024 13:00"),
    ],
)
def test_a_period_has_the_name_people_use(start, period, name):
    assert say_period(start, period) == name


def test_a_key_becomes_a_label():
    assert say_name("at_risk") == "At risk"
