"""Curves: bands for intervals, gaps for what is unknown, dots for what is not over."""

import math
from datetime import date

import polars as pl
import pytest

from analytics.charts import curves, describe, read_theme


def points(group: str | None, rates: list[float | None], unfinished: int = 0) -> pl.DataFrame:
    """One curve at x = 0, 1, 2, …; the last `unfinished` points are not over."""
    n = len(rates)
    return pl.DataFrame(
        {
            "x": list(range(n)),
            "y": rates,
            "low": [None if rate is None else rate - 0.05 for rate in rates],
            "high": [None if rate is None else rate + 0.05 for rate in rates],
            "group": [group] * n,
            "state": ["final"] * (n - unfinished) + ["unfinished"] * unfinished,
        },
        schema_overrides={"y": pl.Float64, "low": pl.Float64, "high": pl.Float64, "group": pl.String},
    )


def lines(figure) -> list:
    return [trace for trace in figure.data if trace.hoverinfo == "text"]


def test_every_group_has_a_band_and_a_line():
    figure = curves(pl.concat([points("Basic", [1, 0.5]), points("Pro", [1, 0.8])]), "light")
    assert len(lines(figure)) == 2
    assert [trace.fill for trace in figure.data if trace.fill] == ["tonexty", "tonexty"]


def test_the_end_of_a_curve_bears_its_name_and_value():
    figure = curves(points("Pro", [1, 0.8]), "light")
    assert [note.text for note in figure.layout.annotations] == ["<b>Pro</b> 80%"]
    assert figure.layout.annotations[0].font.color == read_theme("light").categorical[0]


def test_the_value_at_the_end_is_the_last_final_one():
    figure = curves(points("Pro", [1, 0.8, 0.3], unfinished=1), "light")
    assert figure.layout.annotations[0].text == "<b>Pro</b> 80%"


def test_what_is_not_over_is_dotted_and_joined_to_the_rest():
    dotted = lines(curves(points("Pro", [1, 0.8, 0.3], unfinished=1), "light"))[1]
    assert dotted.line.dash == "dot"
    assert list(dotted.y) == [0.8, 0.3]
    assert dotted.hovertext[-1].endswith("not over yet")


def test_an_unknown_rate_is_a_gap():
    line = lines(curves(points(None, [0.5, None, 0.4]), "light"))[0]
    assert list(line.y) == pytest.approx([0.5, math.nan, 0.4], nan_ok=True)
    assert line.connectgaps is False


def test_close_ends_do_not_cover_each_other():
    figure = curves(pl.concat([points("Basic", [1, 0.50]), points("Pro", [1, 0.51])]), "light")
    upper, lower = figure.layout.annotations
    assert upper.text.startswith("<b>Pro")
    assert upper.yshift == 0
    # Labels need 18 pixels; one hundredth of this axis (0 to 1.13, 272 pixels high) gives about 2.4.
    assert lower.yshift == pytest.approx(-15.6, abs=0.3)


def test_survival_curves_hold_their_level():
    assert lines(curves(points(None, [1, 0.9]), "light", is_stepped=True))[0].line.shape == "hv"


def test_a_curve_over_dates_is_labelled_by_month():
    over_time = points(None, [0.03, 0.031]).with_columns(x=pl.Series([date(2024, 1, 1), date(2024, 2, 1)]))
    figure = curves(over_time, "light", from_zero=False)
    assert figure.layout.xaxis.tickformat == "%b %Y"
    assert describe(figure) == "Curve, 3.0% at 2024-01-01 to 3.1% at 2024-02-01."


def test_ages_are_counted_in_whole_steps():
    figure = curves(points(None, [1 - 0.01 * age for age in range(25)]), "light")
    assert (figure.layout.xaxis.dtick, list(figure.layout.xaxis.range)) == (3, [0, 24])


def test_curves_beyond_the_palette_are_drawn_muted():
    many = pl.concat([points(f"group {index}", [1, 0.9 - index / 10]) for index in range(8)])
    figure = curves(many, "light")
    assert lines(figure)[-1].line.color == read_theme("light").muted


def test_nothing_observed_is_said_not_raised():
    assert describe(curves(points("Pro", [None, None]), "light")) == "Curves without any observed point."
    assert describe(curves(points("Pro", [0.5]).clear(), "light")) == "Curves without any observed point."
