"""Rates side by side, and the walk between two of them."""

import math

import polars as pl

from analytics.charts import describe, read_theme
from analytics.charts.conventions import rate_dots, walk_bars

ROWS = pl.DataFrame(
    {
        "label": ["Start", "Daily"],
        "note": ["12 ÷ 100", None],
        "rate": [0.12, None],
        "low": [0.07, None],
        "high": [0.2, None],
    }
)
WALK = pl.DataFrame(
    {
        "label": ["Start", "Do not count the 2", "Start existing"],
        "note": ["12 ÷ 100", "10 ÷ 100", "10 ÷ 100"],
        "rate": [0.12, 0.10, 0.10],
        "before": [None, 0.12, None],
        "change": [None, -0.02, None],
    }
)


def test_a_rate_is_a_dot_on_its_interval_and_an_undefined_one_is_none():
    figure = rate_dots(ROWS, "dark")
    lines, dots = figure.data[0], figure.data[1]
    assert list(lines.x)[:2] == [0.07, 0.2]
    assert dots.x[0] == 0.12 and math.isnan(dots.x[1])
    assert describe(figure) == "Rates: Start 12.0% (7.0% to 20.0%); Daily –."


def test_a_walk_has_two_whole_bars_and_the_piece_between_them():
    figure = walk_bars(WALK, "light")
    bars, labels = figure.data
    assert list(bars.x) == [0.12, -0.02, 0.1] and list(bars.base) == [0, 0.12, 0]
    assert list(labels.text) == ["  12.0%", "  −2.0 pp", "  10.0%"]
    theme = read_theme("light")
    assert theme.good not in bars.marker.color and theme.bad not in bars.marker.color
    assert describe(figure) == "Walk: Start 12.0%; Do not count the 2 −2.0 pp; Start existing 10.0%."
