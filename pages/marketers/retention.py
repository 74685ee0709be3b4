"""How many of those who join stay, and do newer customers stay longer?"""

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from analytics.charts import cohort_table, curves
from analytics.charts.points import points_by_age
from analytics.charts.wording import say_period
from analytics.metrics.question import Question
from analytics.metrics.retention import cell_customers, retention, retention_average
from analytics.metrics.tenure import tenure_bands
from analytics.reports.findings import (
    find_solid,
    say_basis,
    say_groups,
    say_newer,
    say_retention,
    say_steepest,
    say_tenure,
)
from pages.parts.answers import read
from pages.parts.choices import choose_breakdown, choose_customers, choose_period, choose_span, say_customers
from pages.parts.figures import card, download, draw, explain_numbers, theme_mode, wide
from pages.parts.frame import Screen, page
from pages.parts.tenure import show_tenure
from pages.parts.words import define, say_open_period


def show_cohorts(cells: pl.DataFrame, averages: pl.DataFrame, question: Question, low_n: int) -> None:
    """The table of cohorts; a click on a cell lists its customers."""
    with card(say_newer(cells, question.period, low_n), define("retention")):
        figure = cohort_table(cells, theme_mode(), period=question.period, low_n=low_n, averages=averages)
        with wide("wide-cohorts", 110 + 34 * cells["age"].n_unique()):
            picked = draw(figure, key="cohorts", selects=True)
        st.caption(
            f"{say_open_period(question.period)} Grey: fewer than {low_n} customers. Click a cell for its customers."
        )
        if picked and picked[0]["customdata"][0]:
            show_people(picked[0]["customdata"], question)
        explain_numbers(cells, "retention", definitions=[define("retention", with_source=True)])


@st.dialog("Customers of a cell", position="right")
def show_people(cell: list[Any], question: Question) -> None:
    """The customers behind one cell, to look at and to take away."""
    cohort, age = dt.date.fromisoformat(cell[0]), int(cell[1])
    people = read(cell_customers, question, cohort, age)
    name = say_period(cohort, question.period)
    st.markdown(
        f"**{people.height:,} customers** joined in {name} and were active in {question.period} {age} after it."
    )
    st.dataframe(people, hide_index=True, alt="Customers of the cell")
    download(people, f"customers {name} {question.period} {age}")


def show_curve(averages: pl.DataFrame, question: Question, low_n: int) -> None:
    """The average over finished cohorts, for all or by one attribute."""
    with card() as heading:
        by = choose_breakdown()
        rows, title = averages, say_steepest(averages, question.period, low_n)
        if by:
            rows = read(retention_average, replace(question, by=by))
            title = say_groups(rows, question.period, low_n)
        heading.say(title, define("retention_average"))
        points = points_by_age(find_solid(rows, low_n), low_n)
        draw(curves(points, theme_mode(), x_title=f"{question.period}s since the first"), key="curve")
        st.caption(f"Ages that rest on {low_n} customers or more and on several cohorts; the table holds all.")
        explain_numbers(rows, "retention average", definitions=[define("retention_average", with_source=True)])


def show_snapshot(screen: Screen) -> None:
    """Without dates there is no curve: share churned by tenure instead."""
    with screen.choices:
        question = Question(where=choose_customers())
    rows = read(tenure_bands, question)
    unit = screen.dataset.info.tenure_unit
    screen.say(
        say_tenure(rows, unit),
        "**No retention curve is drawn from this file.** It holds one row per customer and no dates: it says who has "
        "left, not when they joined or left. What it can show is the share who have left by tenure.",
    )
    show_tenure(rows, unit)
    screen.note(say_customers(question.where))


def show_over_time(screen: Screen) -> None:
    """Cohorts and their average."""
    low_n = screen.dataset.info.settings.low_n
    with screen.choices:
        question = Question(where=choose_customers(), period=choose_period(), start=choose_span())
    cells, averages = read(retention, question), read(retention_average, question)
    joined = cells.filter(pl.col("age") == 0)
    screen.say(say_retention(averages, question.period, low_n), say_basis(averages, question.period, low_n))
    show_cohorts(cells, averages, question, low_n)
    show_curve(averages, question, low_n)
    screen.note(f"{say_customers(question.where)} {joined['size'].sum():,} customers in {joined.height} cohorts.")


with page("How many of those who join stay, and do newer customers stay longer?") as screen:
    if screen.dataset.info.is_snapshot:
        show_snapshot(screen)
    else:
        show_over_time(screen)
