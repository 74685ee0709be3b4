"""The timeline chart: one axis, a place for every lane, never more points than a browser draws at once."""

import datetime as dt

import polars as pl
import pytest

from analytics.charts.theme import describe, read_theme
from analytics.charts.timeline import MOST_POINTS, timeline_chart

AS_OF = dt.datetime(2024, 4, 1)


def rows_of(*things):
    """(day of March, day until or None, lane, kind, label, value) as rows of a timeline."""
    return pl.DataFrame(
        [
            (dt.datetime(2024, 3, on), None if until is None else dt.datetime(2024, 3, until), *rest)
            for on, until, *rest in things
        ],
        schema={"at": pl.Datetime("us"), "until": pl.Datetime("us"), "lane": pl.String, "kind": pl.String}
        | {"label": pl.String, "value": pl.Float64},
        orient="row",
    )


STORY = rows_of(
    (1, 11, "stage", "onboarding", "Onboarding for 10 days", None),
    (4, 11, "use", "week", "4 actions in the week", 4.0),
    (11, None, "stage", "adoption", "Adoption, until now", None),
    (11, 18, "use", "week", "2 actions in the week", 2.0),
    (12, None, "invoices", "failed", "Due and not paid: <b>5</b>", 5.0),
)
DAY = 86_400_000


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_lane_has_its_row_on_one_axis(mode):
    figure = timeline_chart(STORY, AS_OF, mode)
    assert list(figure.layout.yaxis.ticktext) == ["Stage", "Use", "Invoices"]
    assert {trace.xaxis for trace in figure.data} == {None} and figure.layout.xaxis.type == "date"
    assert figure.layout.shapes[0].x0 == AS_OF


def test_stages_are_bars_of_their_length_and_the_last_runs_to_the_as_of_day():
    bars = {
        trace.text[0].strip(): trace for trace in timeline_chart(STORY, AS_OF, "light").data if trace.orientation == "h"
    }
    assert bars["Onboarding"].x == (10 * DAY,) and bars["Onboarding"].base == (dt.datetime(2024, 3, 1),)
    assert bars["Adoption"].x == (21 * DAY,)
    assert bars["Onboarding"].marker.color != bars["Adoption"].marker.color


def test_the_fullest_week_fills_its_lane_and_the_others_are_in_proportion():
    columns = next(
        trace for trace in timeline_chart(STORY, AS_OF, "light").data if trace.type == "bar" and not trace.orientation
    )
    assert columns.y[1] / columns.y[0] == pytest.approx(0.5)


def test_trouble_is_red_and_marks_of_html_stay_texts():
    points = next(
        trace
        for trace in timeline_chart(STORY, AS_OF, "dark").data
        if trace.type == "scatter" and trace.mode == "markers" and "&lt;b&gt;5" in trace.customdata[0]
    )
    assert points.marker.color == (read_theme("dark").bad,)


def test_the_description_counts_each_lane_and_names_its_latest():
    said = describe(timeline_chart(STORY, AS_OF, "light"))
    assert said.startswith("Timeline of 5 things. Stage 2, last on 11 Mar 2024: Adoption, until now; Use 2")


def test_of_a_long_story_the_latest_thousand_are_drawn_and_the_description_says_so():
    rows = pl.concat([STORY[-1:]] * (MOST_POINTS + 500))
    figure = timeline_chart(rows, AS_OF, "light")
    assert (
        sum(len(trace.x) for trace in figure.data if trace.type == "scatter" and trace.mode == "markers") == MOST_POINTS
    )
    assert "The latest 1,000 of 1,500 are drawn." in describe(figure)


def test_an_empty_story_is_a_figure_all_the_same():
    assert describe(timeline_chart(STORY.clear(), AS_OF, "light")) == "A timeline without anything on it."


def test_a_term_that_ends_far_ahead_leaves_the_past_its_room():
    far = rows_of((1, None, "subscription", "term_end", "Term ends", None)).with_columns(at=dt.datetime(2026, 3, 1))
    left, right = timeline_chart(pl.concat([STORY, far.select(STORY.columns)]), AS_OF, "light").layout.xaxis.range
    # 31 days of story: a sixth of them ahead, and two days of room at both ends
    assert left == dt.datetime(2024, 2, 28) and right == AS_OF + dt.timedelta(days=31 / 6 + 2)
