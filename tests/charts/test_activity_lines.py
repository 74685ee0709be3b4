"""Activity over time: the lines that matter, their stretches, and names that never cover one another."""

import datetime as dt

import numpy as np
import polars as pl

from analytics.charts import describe, read_theme
from analytics.charts.activity_lines import activity_lines, choose_lines, say_value, spread_labels
from analytics.charts.curves import LABEL_PIXELS

NO_STRETCHES = pl.DataFrame(
    schema={"series": pl.String, "from": pl.Date, "to": pl.Date, "ratio": pl.Float64, "said": pl.String}
)


def line(name: str | None, values: list[float], states: list[str] | None = None) -> pl.DataFrame:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=nth) for nth in range(len(values))]
    state = states or ["final"] * len(values)
    rows = {"period": days, "series": [name] * len(values), "y": values, "size": values, "state": state}
    return pl.DataFrame(rows, schema_overrides={"series": pl.String, "y": pl.Float64, "size": pl.Float64})


def stretch(name: str | None, ratio: float | None) -> pl.DataFrame:
    row = (name, dt.date(2024, 1, 2), dt.date(2024, 1, 3), ratio, "a stretch.")
    return pl.DataFrame([row], schema=NO_STRETCHES.schema, orient="row")


def test_the_largest_lines_are_drawn_after_those_with_a_stretch():
    # seven lines of 10, 20, … 70 events in all: the smallest has a stretch, so 20 is the one left out
    rows = pl.concat([line(f"s{n}", [5.0 * n, 5.0 * n]) for n in range(1, 8)])
    assert choose_lines(rows, stretch("s1", 2.0)) == ["s1", "s7", "s6", "s5", "s4", "s3"]
    assert choose_lines(rows, NO_STRETCHES) == ["s7", "s6", "s5", "s4", "s3", "s2"]


def test_what_is_not_over_is_dotted_from_the_last_finished_period_on():
    solid, dotted = activity_lines(line(None, [1, 2, 3], ["final", "final", "unfinished"]), NO_STRETCHES, "light").data
    assert list(solid.y) == [1, 2] and solid.line.dash is None
    assert list(dotted.y) == [2, 3] and dotted.line.dash == "dot" and list(dotted.hovertext) == ["", "3"]


def test_a_single_line_has_a_band_in_the_colour_of_its_direction_over_whole_days():
    theme = read_theme("light")
    for ratio, colour in ((2.0, theme.warning), (None, theme.warning), (0.5, theme.bad)):
        figure = activity_lines(line(None, [1, 2, 3, 4]), stretch(None, ratio), "light")
        (band,) = figure.layout.shapes
        assert (band.x0, band.x1) == (dt.date(2024, 1, 2), dt.date(2024, 1, 4))
        assert band.fillcolor.startswith(f"rgba({int(colour[1:3], 16)},")
        assert list(figure.data[1].y) == [2, 3] and figure.data[1].line.width > figure.data[0].line.width


def test_among_several_lines_only_the_stroke_says_whose_stretch_it_is():
    figure = activity_lines(pl.concat([line("a", [9, 9, 9]), line("b", [1, 1, 1])]), stretch("b", 2.0), "dark")
    assert not figure.layout.shapes
    assert [list(trace.y) for trace in figure.data] == [[1, 1, 1], [1, 1], [9, 9, 9]]


def test_names_stand_at_the_height_of_their_last_finished_value():
    figure = activity_lines(pl.concat([line("a", [0, 100]), line("b", [0, 50])]), NO_STRETCHES, "light", height=448)
    heights = {name.text: name.yshift for name in figure.layout.annotations}
    # 448 pixels less 8 above and 40 below are 400, for 0 to 106
    assert heights == {"a": round(400 / 1.06, 1), "b": round(200 / 1.06, 1)}


def test_labels_that_would_meet_are_moved_apart_and_never_below_the_axis():
    assert spread_labels([100.0, 50.0]) == [100.0, 50.0]
    assert spread_labels([100.0, 99.0, 98.0]) == [100.0, 100.0 - LABEL_PIXELS, 100.0 - 2 * LABEL_PIXELS]
    assert spread_labels([5.0, 3.0, 0.0]) == [2.0 * LABEL_PIXELS, 1.0 * LABEL_PIXELS, 0.0]


def test_a_gap_stays_a_gap_and_nothing_at_all_is_still_a_figure():
    gap = line(None, [1, 2, 3]).with_columns(y=pl.when(pl.col("size") != 2).then("y"))
    (drawn,) = activity_lines(gap, NO_STRETCHES, "light").data
    assert drawn.y[0] == 1 and np.isnan(drawn.y[1]) and not drawn.connectgaps
    assert activity_lines(line(None, [0, 0]), NO_STRETCHES, "light").layout.yaxis.range == (0, 1)


def test_one_period_is_a_dot():
    assert activity_lines(line(None, [7]), NO_STRETCHES, "light").data[0].mode == "markers"


def test_the_lines_are_told_in_words():
    told = describe(activity_lines(line(None, [1, 2]), stretch(None, 2.0), "light"))
    assert told == "1 line from 2024-01-01 to 2024-01-02. Unusual stretches: a stretch."


def test_counts_are_whole_and_quotients_have_three_digits():
    assert [say_value(value) for value in (None, 12.0, 0.12345, 12_345.0)] == ["–", "12", "0.123", "12.3k"]
