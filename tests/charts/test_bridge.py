"""The bridge, the course of its movements, and the figures that follow from them."""

from datetime import date

import polars as pl
import pytest

from analytics.charts import bridge, course, describe, movement_bars, read_theme, value_bars
from analytics.charts.course import has_course, kept_points
from analytics.charts.departures import departure_bars, departure_points
from analytics.charts.wording import say_percent

AMOUNTS = {"new": 2295, "reactivation": 150, "expansion": 660, "contraction": -555, "churn": -2550}
KINDS = list(AMOUNTS)


@pytest.fixture
def total() -> pl.DataFrame:
    # 44,100 + 2,295 + 150 + 660 - 555 - 2,550 = 44,100
    return pl.DataFrame([{"period": date(2024, 3, 1), "opening": 44100, **AMOUNTS, "closing": 44100, "state": "final"}])


@pytest.fixture
def two(total) -> pl.DataFrame:
    later = total.with_columns(period=pl.lit(date(2024, 4, 1)), state=pl.lit("unfinished"))
    return pl.concat([total, later])


def steps(figure):
    return next(trace for trace in figure.data if trace.type == "bar")


def test_every_step_begins_where_the_one_before_ended(total):
    bars = steps(bridge(total, "light", unit="$"))
    assert list(bars.base) == [44100, 46395, 46545, 47205, 46650]
    assert [base + amount for base, amount in zip(bars.base, bars.y, strict=True)][-1] == 44100
    assert list(bars.text) == ["+$2,295", "+$150", "+$660", "−$555", "−$2,550"]


def test_a_bridge_holds_every_level_and_its_labels(total):
    bottom, top = bridge(total, "light").layout.yaxis.range
    # The highest level is 44,100 + 2,295 + 150 + 660 = 47,205, the lowest 44,100; labels need room beyond.
    assert bottom < 44100 < 47205 < top


def test_thin_lines_join_the_steps_at_their_levels(total):
    figure = bridge(total, "light")
    line = next(trace for trace in figure.data if trace.type == "scatter")
    assert list(line.y) == [46395, 46395, None, 46545, 46545, None, 47205, 47205, None, 46650, 46650, None]
    assert list(line.x)[:3] == [pytest.approx(0.3), pytest.approx(0.7), None]


def test_a_bridge_names_opening_and_closing(total):
    words = [note.text for note in bridge(total, "light", unit="$").layout.annotations]
    assert words == ["Opening<br><b>$44.1k</b>", "Closing<br><b>$44.1k</b>"]


def test_a_bridge_over_several_periods_is_refused(two):
    with pytest.raises(ValueError, match="one period, not 2"):
        bridge(two, "light")


def test_a_step_knows_its_period_and_its_kind(total):
    assert [list(one) for one in steps(bridge(total, "light")).customdata] == [["2024-03-01", kind] for kind in KINDS]


def test_the_bridge_of_a_period_that_is_not_over_is_hatched_and_says_so(two):
    over, open_yet = (bridge(two[n], "light", unit="$") for n in (0, 1))
    assert set(steps(over).marker.pattern.shape) == {""}
    assert set(steps(open_yet).marker.pattern.shape) == {"/"}
    assert describe(open_yet).startswith("Apr 2024 (not over yet): revenue from $44.1k at the opening")
    assert steps(open_yet).hovertext[0] == "<b>New $2,295</b><br>Apr 2024, not over yet"


def test_movements_stack_gains_up_and_losses_down(total):
    figure = movement_bars(total.drop("state"), "light", unit="$")
    assert [trace.name for trace in figure.data] == ["New", "Reactivation", "Expansion", "Contraction", "Churn"]
    assert figure.layout.barmode == "relative"
    assert describe(figure).startswith("Revenue movements over 1 period; Mar 2024: new $2,295,")


def test_each_bar_knows_its_period_and_kind_and_only_the_open_period_is_hatched(two):
    figure = movement_bars(two, "light")
    churn = figure.data[KINDS.index("churn")]
    assert [list(one) for one in churn.customdata] == [["2024-03-01", "churn"], ["2024-04-01", "churn"]]
    assert list(churn.marker.pattern.shape) == ["", "/"]
    assert list(churn.x) == ["Mar 2024", "Apr 2024"]
    # a shared hover would tell a click on any bar as one on the first of the stack
    assert figure.layout.hovermode == "closest"


def test_bridge_and_movements_give_a_kind_one_colour(total):
    bars = movement_bars(total, "dark").data
    assert [trace.marker.color[0] for trace in bars] == list(steps(bridge(total, "dark")).marker.color)


@pytest.fixture
def rates() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "period": [date(2024, month, 1) for month in (1, 2, 3, 4)],
            "customers": [4, 40, 41, 42],
            "gross_retention": [None, 0.9, 0.8, 0.95],
            "net_retention": [None, 1.1, 0.9, 0.97],
            "quick_ratio": [900.0, 2.0, 1.0, 1.5],
            "state": ["final", "final", "final", "unfinished"],
        }
    )


def test_kept_shares_are_points_with_a_gap_where_few_pay(rates):
    points = kept_points(rates, 41)
    assert points["group"].unique(maintain_order=True).to_list() == ["Gross", "Net"]
    assert points["y"].to_list() == [None, None, 0.8, 0.95, None, None, 0.9, 0.97]
    assert points["low"].null_count() == points.height


def test_a_course_is_dotted_from_the_last_finished_value_on(rates):
    figure = course(rates, "quick_ratio", "light", say=lambda ratio: f"{ratio}", low_n=10, level=1)
    finished, rest = figure.data
    assert list(finished.y)[1:] == [2.0, 1.0] and list(rest.y) == [1.0, 1.5]
    assert finished.y[0] != finished.y[0]  # a gap: fewer than ten paid
    assert (finished.line.dash, rest.line.dash) == ("solid", "dot")
    assert [note.text for note in figure.layout.annotations] == ["<b>1.0</b>"]
    assert describe(figure) == "From 2.0 on 2024-02-01 to 1.5 on 2024-04-01."


def test_one_wild_ratio_does_not_press_the_others_to_the_ground(rates):
    figure = course(rates, "quick_ratio", "light", say=lambda ratio: f"{ratio}", low_n=1, level=1)
    # of 1, 1.5, 2, 900 the middle one is 2: the axis ends at 4 × 2 and a tenth more
    assert list(figure.layout.yaxis.range) == [0, pytest.approx(8.8)]


def test_there_is_a_course_only_where_enough_pay_in_a_period_with_a_value(rates):
    assert has_course(rates, ("quick_ratio",), 42)
    assert not has_course(rates, ("quick_ratio", "gross_retention"), 43)
    assert not has_course(rates[:1], ("gross_retention",), 1)


def test_a_course_without_any_value_says_so(rates):
    figure = course(rates, "quick_ratio", "light", say=lambda ratio: f"{ratio}", low_n=100)
    assert describe(figure) == "No period with a value."


def test_the_greatest_value_is_on_top_and_one_unknown_says_why():
    values = pl.DataFrame(
        {
            "group": ["basic", "few", "pro"],
            "customers": [300, 1, 40],
            "lifetime_value": [120.0, None, 9000.0],
            "low": [100.0, None, 8000.0],
            "high": [150.0, None, 9900.0],
        }
    )
    figure = value_bars(values, "light", unit="€")
    assert [label.split("<br>")[0] for label in figure.layout.yaxis.ticktext] == ["pro", "basic", "few"]
    assert "1 customer<" in figure.layout.yaxis.ticktext[2]
    told = "pro €9,000 (€8,000 to €9,900); basic €120 (€100 to €150); few too few left to tell."
    assert describe(figure) == f"Customer value: {told}"


def test_departures_are_named_and_kinds_nobody_left_by_have_no_curve():
    shares = pl.DataFrame(
        {
            "kind": ["voluntary", "payment_failure"],
            "churned": [30, 10],
            "share": [0.75, 0.25],
            "low": [0.6, 0.14],
            "high": [0.86, 0.4],
        }
    )
    figure = departure_bars(shares, "light")
    assert describe(figure) == "Bars: By choice 75.0% (60.0% to 86.0%); Payment failed 25.0% (14.0% to 40.0%)."
    assert list(figure.data[0].marker.color)[1] == read_theme("light").bad
    rows = pl.DataFrame(
        {
            "period": [date(2024, 1, 1)] * 2,
            "kind": ["voluntary", "unknown"],
            "churned": [3, 0],
            "base": [60, 60],
            "rate": [0.05, 0.0],
            "low": [0.01, 0.0],
            "high": [0.1, 0.02],
            "state": ["final"] * 2,
        }
    )
    points = departure_points(rows, 10)
    assert [(group, say_percent(y)) for group, y in points.select("group", "y").iter_rows()] == [("By choice", "5.0%")]
