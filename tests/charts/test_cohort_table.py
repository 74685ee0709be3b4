"""The retention table: colours only where a number is final and rests on enough customers."""

from datetime import date

import polars as pl
import pytest

from analytics.charts import cohort_table, describe, read_theme
from analytics.charts.cohort_table import fit_cells


def cell(cohort: date, age: int, rate: float | None, state: str = "final", eligible: int = 100) -> dict:
    """One row of `show retention`; the interval is four points either way."""
    interval = (None, None) if rate is None else (max(rate - 0.04, 0.0), min(rate + 0.04, 1.0))
    return {
        "cohort": cohort,
        "size": eligible,
        "age": age,
        "retained": None if rate is None else round(rate * eligible),
        "eligible": eligible,
        "rate": rate,
        "low": interval[0],
        "high": interval[1],
        "state": state,
    }


@pytest.fixture
def cells() -> pl.DataFrame:
    january, february, march = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
    return pl.DataFrame(
        [
            cell(january, 0, 1.0),
            cell(january, 1, 0.4),
            cell(january, 2, 0.3, "unfinished"),
            cell(february, 0, 1.0, eligible=6),
            cell(february, 1, 0.5, eligible=6),
            cell(february, 2, None, "unobserved", eligible=6),
            cell(march, 0, 1.0),
            cell(march, 1, 0.6),
            cell(march, 2, None, "unobserved"),
        ],
        infer_schema_length=None,
    )


def fills(figure) -> list:
    return [trace for trace in figure.data if trace.type == "heatmap"]


def shown(trace) -> set[tuple[int, float]]:
    """Age and row of the cells a layer fills."""
    return {(x, y) for x, y, z in zip(trace.x, trace.y, trace.z, strict=True) if z is not None}


def test_only_final_cells_with_enough_customers_are_coloured(cells):
    coloured, *_ = fills(cohort_table(cells, "light"))
    assert shown(coloured) == {(0, 0), (1, 0), (0, 2), (1, 2)}  # January and March, ages 0 and 1


def test_cells_on_few_customers_are_grey_with_their_number(cells):
    grey = fills(cohort_table(cells, "light"))[1]
    assert shown(grey) == {(0, 1), (1, 1)}  # February: six customers
    assert {colour for _, colour in grey.colorscale} == {read_theme("light").panel}
    assert "50%" in grey.text


def test_the_guard_is_the_one_given(cells):
    assert len(fills(cohort_table(cells, "light", low_n=6))) == 2  # nothing is below six: no grey layer


def test_an_unfinished_cell_is_hatched_and_never_coloured(cells):
    figure = cohort_table(cells, "light")
    hatched = next(trace for trace in figure.data if trace.type == "scatter" and trace.fill)
    # One outline of five corners and the gap behind it: January, age 2.
    assert [x for x in hatched.x if x is not None] == pytest.approx([1.53, 2.47, 2.47, 1.53, 1.53])
    assert (2, 0) not in shown(fills(figure)[0])


def test_an_unobserved_cell_is_nowhere(cells):
    squares = cohort_table(cells, "light").data[-1]
    assert (2, 1) not in set(zip(squares.x, squares.y, strict=True))


def test_a_click_gives_cohort_age_and_state(cells):
    squares = cohort_table(cells, "light").data[-1]
    assert list(squares.customdata[1]) == ["2024-01-01", 1, "final"]


def test_hovering_says_counts_interval_and_doubts(cells):
    words = list(cohort_table(cells, "light").data[-1].hovertext)
    assert words[1] == "<b>Jan 2024, month 1</b><br>40.0% (36.0% to 44.0%)<br>40 of 100"
    assert words[2].endswith("this month is not over: the number will still change")
    assert words[4].endswith("too few customers to judge")


def test_the_colours_span_the_rates_after_the_first_age(cells):
    coloured, *_ = fills(cohort_table(cells, "light"))
    assert (coloured.zmin, coloured.zmax) == (0.4, 0.6)


def test_averages_stand_above_the_cohorts(cells):
    averages = pl.DataFrame(
        {"age": [0, 1], "eligible": [206, 206], "retained": [206, 103], "rate": [1.0, 0.5], "low": [0.9, 0.4]}
    ).with_columns(high=pl.lit(1.0))
    figure = cohort_table(cells, "light", averages=averages)
    assert figure.layout.yaxis.ticktext[0] == "<b>All cohorts</b>"
    assert (1, -1) in shown(fills(figure)[0])


def test_many_columns_leave_out_the_percent_signs():
    wide = pl.DataFrame([cell(date(2024, 1, 1), age, 1.0 if age == 0 else 0.5) for age in range(17)])
    assert set(fills(cohort_table(wide, "light"))[0].text) == {"100", "50"}


def test_cohort_names_carry_their_sizes(cells):
    assert cohort_table(cells, "light").layout.yaxis.ticktext[0].startswith("Jan 2024")
    assert ">100<" in cohort_table(cells, "light").layout.yaxis.ticktext[0]


def test_the_table_is_described_in_words(cells):
    assert describe(cohort_table(cells, "light")) == (
        "Retention table: 3 cohorts from Jan 2024 to Mar 2024; rates after the first month lie between 40.0% and 60.0%."
    )


def test_without_an_observed_cell_the_table_is_empty_and_says_so(cells):
    figure = cohort_table(cells.filter(state="unobserved"), "dark")
    assert describe(figure) == "Retention table without any observed cell."


def test_revenue_without_intervals_is_drawn(cells):
    bare = cells.with_columns(low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64))
    assert "(" not in cohort_table(bare, "light").data[-1].hovertext[1]


def test_an_unfinished_cell_says_when_it_completes(cells):
    dated = cells.with_columns(
        completes_on=pl.when(pl.col("state") != "final").then(pl.lit(date(2024, 3, 31), pl.Date))
    )
    words = list(cohort_table(dated, "light").data[-1].hovertext)
    assert words[2].endswith("this month is not over: completes on 31 Mar 2024")
    assert "completes" not in words[1]


def test_brackets_stand_side_by_side_under_their_names(cells):
    bracketed = cells.with_columns(age=pl.col("age").replace({1: 3, 2: 12}))
    figure = cohort_table(bracketed, "light", age_names={0: "0", 3: "1–3", 12: "4–12"})
    assert list(figure.layout.xaxis.ticktext) == ["0", "1–3", "4–12"]
    assert list(figure.layout.xaxis.tickvals) == [0, 1, 2]
    assert (2, 0) in set(zip(figure.data[-1].x, figure.data[-1].y, strict=True))
    assert list(figure.data[-1].customdata[2]) == ["2024-01-01", 12, "unfinished"]


def test_money_is_greyed_by_the_customers_behind_it(cells):
    # a base of 6.00 from 100 customers is no small cohort; one of 600.00 from 6 is
    money = cells.with_columns(
        low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64), eligible=pl.lit(6.0), size=pl.lit(100)
    )
    assert len(fills(cohort_table(money, "light"))) == 2
    assert len(fills(cohort_table(money.with_columns(eligible=pl.lit(600.0), size=pl.lit(6)), "light"))) == 2
    assert shown(fills(cohort_table(money.with_columns(size=pl.lit(6)), "light"))[0]) >= {(0, 0), (1, 1)}


def test_the_newest_cohorts_and_first_ages_fit_a_figure(cells):
    fitted = fit_cells(cells, most=2)
    assert fitted["cohort"].unique().sort().to_list() == [date(2024, 2, 1), date(2024, 3, 1)]
    assert fitted["age"].unique().sort().to_list() == [0, 1]
