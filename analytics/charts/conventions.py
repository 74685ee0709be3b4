"""Conventions of one rate: side by side as dots, and the walk from one to another."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.bars import BAR_PIXELS, draw_values, draw_whiskers, lay_out_rows, say_range, word_bars
from analytics.charts.theme import Mode, read_theme, start_figure
from analytics.charts.wording import say_percent, say_points


def rate_dots(rows: pl.DataFrame, mode: Mode) -> go.Figure:
    """One dot per row, top down as they come, with its interval as a line and its value behind it.

    rows: label, rate (0-1, null: no dot), low, high (null: no line), note (grey, below the label; may be null).
    """
    theme = read_theme(mode)
    figure = start_figure(
        mode,
        alt=word_bars(rows).replace("Bars:", "Rates:", 1),
        title="",
        subtitle="",
        height=BAR_PIXELS * rows.height + 40,
    )
    figure.add_trace(draw_whiskers(rows, theme))
    figure.add_trace(
        go.Scatter(
            x=rows["rate"],
            y=list(range(rows.height)),
            mode="markers",
            marker={"size": 11, "color": theme.primary, "line": {"width": 2, "color": theme.page}},
            hovertext=[
                f"<b>{label}</b><br>{say_range(rate, low, high)}"
                for label, rate, low, high in rows.select("label", "rate", "low", "high").iter_rows()
            ],
            hoverinfo="text",
        )
    )
    figure.add_trace(draw_values(rows, theme, None))
    lay_out_rows(figure, rows, theme)
    figure.update_yaxes(showgrid=True)
    return figure


def walk_bars(steps: pl.DataFrame, mode: Mode) -> go.Figure:
    """A walk from one rate to another, top down: both ends as whole bars, each step as the piece it adds or takes.

    steps: label, rate (0-1, where the row ends), before (where it begins: null for both ends, which begin at
    0), change (of a step; null for both ends), note.
    """
    theme = read_theme(mode)
    figure = start_figure(mode, alt=word_walk(steps), title="", subtitle="", height=BAR_PIXELS * steps.height + 40)
    ends = steps["change"].is_null().to_list()
    # A definition is neither better nor worse for giving more: no green, no red.
    colours = [theme.sequential[4] if is_end else theme.categorical[1] for is_end in ends]
    labels = [
        say_percent(rate) if is_end else say_points(change)
        for is_end, rate, change in zip(ends, steps["rate"], steps["change"], strict=True)
    ]
    y = list(range(steps.height))
    figure.add_trace(
        go.Bar(
            x=steps.select(pl.coalesce("change", "rate")).to_series(),
            base=steps["before"].fill_null(0),
            y=y,
            orientation="h",
            marker_color=colours,
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=steps.select(pl.max_horizontal("rate", "before")).to_series(),
            y=y,
            mode="text",
            text=[f"  {label}" for label in labels],
            textposition="middle right",
            textfont={"color": theme.text},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    lay_out_rows(figure, steps, theme)
    return figure


def word_walk(steps: pl.DataFrame) -> str:
    """The walk for people who do not see it."""
    rows = steps.select("label", "rate", "change").iter_rows()
    told = [f"{label} {say_percent(rate) if change is None else say_points(change)}" for label, rate, change in rows]
    return "Walk: " + "; ".join(told) + "."
