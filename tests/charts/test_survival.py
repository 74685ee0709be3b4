"""Survival curves: steps that stay where they are, and the numbers at risk in line with the axis."""

import polars as pl
import pytest

from analytics.charts import describe
from analytics.charts.incidence_areas import incidence_areas, thin_times
from analytics.charts.points import points_by_time
from analytics.charts.survival import choose_ticks, survival_curves


def falling(n: int, group: str = "all") -> pl.DataFrame:
    """n departures, one a day, of a group of n + 1; every second day somebody is censored instead."""
    days = list(range(n + 1))
    return pl.DataFrame(
        {
            "group": group,
            "time": [float(day) for day in days],
            "events": [day % 2 for day in days],
            "survival": [1 - (day + 1) // 2 / (n + 1) for day in days],
        }
    ).with_columns(low=pl.col("survival") * 0.9, high=pl.col("survival") ** 0.9)


AT_RISK = pl.DataFrame({"group": ["a", "a", "b", "b"], "time": [0.0, 2.0, 0.0, 2.0], "at_risk": [1200, 7, 30, 0]})


def test_only_times_at_which_the_curve_steps_are_drawn():
    points = points_by_time(falling(6))
    assert points["x"].to_list() == [0, 1, 3, 5, 6]  # 2 and 4 change nothing, 6 is the end
    assert points["group"].to_list() == [None] * 5


def test_a_long_curve_is_thinned_without_moving_a_step_visibly():
    rows = falling(5000)
    points = points_by_time(rows, most=400)
    assert points.height <= 400
    # at every time the thinned curve lies at most one 400th of the width, so of the fall, from the full one
    full = rows.select(x="time", full="survival").join_asof(points.select("x", "y"), on="x")
    assert (full["full"] - full["y"]).abs().to_numpy().max() <= 1 / 390 * 0.5 + 1e-9
    assert points["x"][-1] == 5000 and points["y"][-1] == rows["survival"][-1]


def test_short_groups_keep_every_step_beside_a_long_one():
    points = points_by_time(pl.concat([falling(5000, "long"), falling(6, "short")]), most=400)
    assert points.filter(group="short")["x"].to_list() == [0, 1, 3, 5, 6]


@pytest.mark.parametrize(
    ("last", "ticks"),
    [(0.5, (0,)), (4, (0, 1, 2, 3, 4)), (18, (0, 2, 4, 6, 8, 10, 12, 14, 16, 18)), (72, range(0, 73, 12))],
)
def test_ticks_are_whole_steps_people_count_in(last, ticks):
    assert choose_ticks(last) == tuple(map(float, ticks))


def test_even_decades_have_at_most_ten_ticks():
    assert len(choose_ticks(20_000)) <= 10


def test_the_numbers_at_risk_stand_below_their_ticks():
    points = points_by_time(pl.concat([falling(2, "a"), falling(2, "b")]))
    figure = survival_curves(points, AT_RISK, "light", unit="months")
    below = [note for note in figure.layout.annotations if note.yref == "paper"]
    placed = {(note.x, note.text): note.yshift for note in below}
    assert {(0, "1,200"), (2, "7"), (0, "30"), (2, "0"), (2, "a"), (2, "b")} <= set(placed)
    assert placed[(0, "1,200")] == placed[(2, "7")] > placed[(0, "30")] == placed[(2, "0")]
    assert list(figure.layout.xaxis.tickvals) == [0, 2]
    assert figure.layout.margin.b > -placed[(0, "30")]  # the lowest row lies inside the figure


def test_curves_hold_their_level_until_the_next_step():
    figure = survival_curves(points_by_time(falling(4)), AT_RISK.filter(group="a"), "dark")
    assert {trace.line.shape for trace in figure.data} == {"hv"}
    assert "Curve, 100.0% at 0" in describe(figure)


def causes(n: int = 2) -> pl.DataFrame:
    times = [float(time) for time in range(n + 1)]
    parts = [
        pl.DataFrame({"reason": reason, "time": times, "incidence": [rate * time / n for time in times]})
        for reason, rate in (("price_value", 0.3), ("service", 0.1), ("rare", 0.001))
    ]
    return pl.concat(parts)


def test_causes_are_stacked_steps_named_at_the_middle_of_their_ends():
    figure = incidence_areas(causes(), "light", x_title="months")
    assert {(trace.stackgroup, trace.line.shape) for trace in figure.data} == {("left", "hv")}
    named = {note.text: note.y for note in figure.layout.annotations}
    assert named == pytest.approx({"Price value <b>30.0%</b>": 0.15, "Service <b>10.0%</b>": 0.35})  # rare is too thin
    assert "Price value 30.0%; Service 10.0%; Rare 0.1%" in describe(figure)


def test_long_causes_are_thinned_at_the_same_times():
    thinned = thin_times(causes(3000))
    counts = thinned.group_by("reason").len()["len"].unique().to_list()
    assert len(counts) == 1 and counts[0] <= 400
    assert thinned["time"].max() == 3000
