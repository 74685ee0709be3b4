"""Why this customer: from the average risk to this one's, reason by reason."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, read_theme, start_figure
from analytics.charts.wording import say_percent, say_points

ROW_PIXELS = 34


def reason_bars(
    contributions: pl.DataFrame,
    base: float,
    prediction: float,
    mode: Mode,
    *,
    title: str = "",
    subtitle: str = "",
    base_label: str = "Average customer",
    prediction_label: str = "This customer",
) -> go.Figure:
    """A waterfall in percentage points from `base` to `prediction`, one step per row, top down as they come.

    contributions: one row per reason: label, points (signed fractions; base + sum(points) = prediction, as
    `explain` gives them). base, prediction: probabilities 0-1. Red raises the risk, green lowers it.
    """
    theme = read_theme(mode)
    labels, points = contributions["label"].to_list(), contributions["points"].to_list()
    height = ROW_PIXELS * (len(labels) + 2) + 24 + (54 if title else 0)
    alt = word_reasons(labels, points, base, prediction)
    figure = start_figure(mode, alt=alt, title=title, subtitle=subtitle, height=height)
    values = [say_percent(base), *map(say_points, points), f"<b>{say_percent(prediction)}</b>"]
    figure.add_trace(
        go.Waterfall(
            orientation="h",
            # Positions, not names: two reasons may carry the same words.
            y=list(range(len(labels) + 2)),
            x=[base, *points, 0],
            measure=["absolute", *["relative"] * len(points), "total"],
            text=[f" {words} " for words in values],
            textposition="outside",
            cliponaxis=False,
            connector={"line": {"color": theme.muted, "width": 1}},
            increasing={"marker": {"color": theme.bad}},
            decreasing={"marker": {"color": theme.good}},
            totals={"marker": {"color": theme.sequential[5]}},
            hoverinfo="skip",
        )
    )
    names = [base_label, *labels, f"<b>{prediction_label}</b>"]
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=names,
        autorange="reversed",
        showgrid=False,
        tickfont={"color": theme.text},
        ticklabelstandoff=6,
    )
    figure.update_xaxes(tickformat=".0%", showgrid=True, showline=False, ticks="", rangemode="tozero")
    figure.update_layout(margin_r=72, bargap=0.3)
    return figure


def word_reasons(labels: list[str], points: list[float], base: float, prediction: float) -> str:
    """The waterfall for people who do not see it."""
    steps = "; ".join(f"{label} {say_points(change)}" for label, change in zip(labels, points, strict=True))
    return f"From an average risk of {say_percent(base)} to {say_percent(prediction)}: {steps}."
