"""Metric cards: value, change against the period before, interval, target and recent course."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.charts.sparkline import sparkline
from analytics.charts.wording import say_amount, say_percent, say_period, say_points
from analytics.contract.metrics import find_metric
from analytics.store.info import BuildInfo
from pages.parts.words import currency_sign

CARD_PIXELS = 158  # two cards beside each other on a phone, five on a desk
COLOURS = {"better": "green", "worse": "red"}
MOST_BESIDE = 5
POINTS = 24
DIGITS = {"customers": 0, "hours": 1, "days": 0, "score": 1, "actions": 1}
SUFFIXES = {"hours": " h", "days": " d"}


def show_cards(judged: pl.DataFrame, history: pl.DataFrame, info: BuildInfo, period: str = "month") -> None:
    """One card per metric. judged: the rows of `judge_changes`; history: those of `scorecard_history`.

    A change is coloured only where it is news; what is not over says so.
    """
    # Rows with as few holes as can be: eight cards stand in two rows of four, six in two of three.
    columns = min(range(MOST_BESIDE, 2, -1), key=lambda beside: -judged.height % beside)
    columns = judged.height if judged.height <= MOST_BESIDE else columns
    with st.grid(max(columns, 2), min_column_width=CARD_PIXELS):
        for row in judged.iter_rows(named=True):
            with st.container(border=True, height="stretch", gap="xsmall"):
                show_card(row, history.filter(pl.col("metric") == row["metric"]), info, period)


def show_card(row: dict[str, Any], course: pl.DataFrame, info: BuildInfo, period: str) -> None:
    """One metric: its help is its definition."""
    metric = find_metric(row["metric"])
    points = sparkline(course, last=POINTS)
    is_known = row["change"] is not None
    st.metric(
        metric.name,
        say_value(row["value"], metric.unit, info),
        say_change(row["change"], metric.unit, info) if is_known else None,
        delta_color=COLOURS.get(row["verdict"], "off"),
        delta_description=say_before(course, period) if is_known else None,
        help=f"{metric.definition} {metric.formula}.",
        chart_data=points if len(points) > 1 else None,
        chart_type="area",
    )
    st.caption(say_certainty(row, metric.unit, info, period))


def say_before(course: pl.DataFrame, period: str) -> str | None:
    """Which period the change is measured against."""
    final = course.filter((pl.col("state") == "final") & pl.col("period").is_not_null())
    return f"vs {say_period(final['period'][-2], period)}" if final.height > 1 else None


def say_certainty(row: dict[str, Any], unit: str, info: BuildInfo, period: str) -> str:
    """Which period, how sure, and how far from the target."""
    parts = [say_period(row["period"], period)] if row["period"] else []
    if row["state"] != "final":
        parts.append("not over")
    if row["low"] is not None:
        parts.append(f"{say_value(row['low'], unit, info)} to {say_value(row['high'], unit, info)} (95 %)")
    if row["target"] is not None:
        parts.append(f"target {say_value(row['target'], unit, info)}")
    return " · ".join(parts)


def say_value(value: float | None, unit: str, info: BuildInfo) -> str:
    """A metric's value in its unit."""
    if value is None:
        return "–"
    if unit == "share":
        return say_percent(value)
    if unit == "currency":
        return say_amount(value, currency_sign(info))
    if unit in DIGITS:
        return f"{value:,.{DIGITS[unit]}f}{SUFFIXES.get(unit, '')}"
    return f"{value:,.2f}"


def say_change(change: float, unit: str, info: BuildInfo) -> str | float:
    """A difference in the metric's unit, signed; 0 where nothing changed."""
    if change == 0:
        return 0
    sign = "+" if change > 0 else ""
    told = say_points(change) if unit == "share" else sign + say_value(change, unit, info)
    return told.replace("−", "-")  # Streamlit takes its arrow from a plain minus
