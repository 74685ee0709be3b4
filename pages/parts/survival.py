"""How long customers stay: the curve, how many it rests on, medians, and whether groups differ."""

import polars as pl
import streamlit as st

from analytics.charts.points import points_by_time
from analytics.charts.survival import choose_ticks, survival_curves
from analytics.contract.errors import UserError
from analytics.metrics.question import Question
from analytics.metrics.survival import numbers_at_risk, say_duration, survival
from analytics.reports.survival_findings import list_medians, say_means, say_survival, say_test
from pages.parts.answers import queries_behind, read
from pages.parts.figures import Heading, draw, explain_numbers, theme_mode, wide
from pages.parts.session import current_dataset
from pages.parts.words import define, literal

MEANINGS = ("survival", "median_lifetime", "restricted_mean_lifetime")


def show_survival(heading: Heading, question: Question, unit: str) -> None:
    """In a card: the finding as its heading, the curve with its row at risk, and the numbers behind it."""
    rows, summary = read(survival, question, unit=unit), read(survival, question, unit=unit, summary=True)
    test = read_test(question, unit)
    named = name_unit(unit)
    heading.say(literal(say_survival(summary, test, named)), define("survival"))
    draw_survival(rows, question, unit)
    if question.by:
        show_medians(summary, test, named)
    else:
        st.markdown(say_means(summary, named))
    st.caption(
        f"{say_duration(current_dataset(), unit)} Who is still here counts for as long as they were watched. "
        "The band is the 95 % interval; below the axis, how many customers are still watched at each time."
    )
    definitions = [define(key, with_source=True) for key in MEANINGS]
    queries = queries_behind(survival, question, unit=unit)
    explain_numbers(rows, "survival", definitions=definitions, queries=queries)


def draw_survival(rows: pl.DataFrame, question: Question, unit: str) -> None:
    """The curves, at least as wide as their numbers at risk need."""
    ticks = choose_ticks(float(rows["time"].max()))
    at_risk = read(numbers_at_risk, question, times=ticks, unit=unit)
    figure = survival_curves(points_by_time(rows), at_risk, theme_mode(), unit=name_unit(unit))
    with wide("wide-survival", 520):
        draw(figure, key="survival")


def show_medians(summary: pl.DataFrame, test: pl.DataFrame | None, unit: str) -> None:
    """One row per group, and the test between them."""
    if test is not None:
        st.markdown(say_test(test))
    st.dataframe(
        list_medians(summary),
        hide_index=True,
        alt="Median times by group",
        column_config={
            "customers": st.column_config.NumberColumn(format="localized"),
            "left": st.column_config.NumberColumn(format="localized"),
            "mean": st.column_config.NumberColumn(f"Mean within {summary['horizon'][0]:,.0f} {unit}", format="%.1f"),
            "median": st.column_config.TextColumn(f"Median, {unit}"),
        },
    )


def read_test(question: Question, unit: str) -> pl.DataFrame | None:
    """The log-rank test; None where there are no two groups, or nobody has left."""
    try:
        return read(survival, question, unit=unit, test=True) if question.by else None
    except UserError:
        return None


def name_unit(unit: str) -> str:
    """The unit of time on the axis: a snapshot's tenure stays in its own."""
    info = current_dataset().info
    return info.tenure_unit if info.is_snapshot else unit
