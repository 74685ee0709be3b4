"""Quotients with their intervals on a scale on which twice and half lie equally far from one."""

import math

import plotly.graph_objects as go
import polars as pl

from analytics.charts.bars import BAR_PIXELS, draw_whiskers, lay_out_rows
from analytics.charts.theme import Mode, read_theme, start_figure

_LEAST = 1 / 64  # a quotient of zero has no place on this scale: its dot stands at the edge


def lift_dots(rows: pl.DataFrame, mode: Mode) -> go.Figure:
    """One dot per row, top down as they come; filled where it tells something, hollow where it does not.

    rows: label, lift (null: no dot), low, high (null: no line), note (grey, below the label), tells (true: its
    interval leaves 1 out after all corrections).
    """
    theme = read_theme(mode)
    figure = start_figure(
        mode, alt=word_lifts(rows), title="", subtitle="", height=BAR_PIXELS * max(rows.height, 1) + 64
    )
    placed = rows.with_columns(pl.col("lift", "low", "high").clip(lower_bound=_LEAST))
    figure.add_vline(x=1, line={"color": theme.muted, "width": 1, "dash": "dash"}, layer="below")
    figure.add_trace(draw_whiskers(placed, theme))
    colours = [
        theme.bad if tells and lift > 1 else theme.good
        for tells, lift in rows.select("tells", pl.col("lift").fill_null(1)).rows()
    ]
    fills = [colour if tells else theme.page for colour, tells in zip(colours, rows["tells"], strict=True)]
    edges = [colour if tells else theme.muted for colour, tells in zip(colours, rows["tells"], strict=True)]
    figure.add_trace(
        go.Scatter(
            x=placed["lift"],
            y=list(range(rows.height)),
            mode="markers",
            marker={"size": 11, "color": fills, "line": {"width": 2, "color": edges}},
            hovertext=[f"<b>{row['label']}</b><br>{say_lift(row)}" for row in rows.iter_rows(named=True)],
            hoverinfo="text",
        )
    )
    lay_out_rows(figure, rows, theme)
    known = placed.select(pl.min_horizontal("low", "lift"), pl.max_horizontal("high", "lift")).drop_nulls()
    ends = [*known.to_series(0).to_list(), *known.to_series(1).to_list(), 0.5, 2.0]
    figure.update_xaxes(
        visible=True,
        type="log",
        range=[math.log10(min(ends)) - 0.05, math.log10(max(ends)) + 0.05],
        tickvals=[1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32],
        ticktext=["⅛×", "¼×", "½×", "as often", "2×", "4×", "8×", "16×", "32×"],
        rangemode="normal",
    )
    figure.update_layout(margin_r=16)
    return figure


def say_lift(row: dict[str, float | None]) -> str:
    """`2.4 times as often (1.9 to 3.1)`."""
    if row["lift"] is None:
        return "not known"
    sure = "" if row["low"] is None else f" ({row['low']:.1f} to {row['high']:.1f})"
    return f"{row['lift']:.1f} times as often{sure}"


def word_lifts(rows: pl.DataFrame) -> str:
    """The dots for people who do not see them."""
    return "Lifts: " + "; ".join(f"{row['label']} {say_lift(row)}" for row in rows.iter_rows(named=True)) + "."
