"""Quotients with their intervals on a scale on which twice and half lie equally far from one."""

import math

import plotly.graph_objects as go
import polars as pl

from analytics.charts.bars import draw_whiskers, lay_out_rows
from analytics.charts.theme import Mode, Theme, read_theme, start_figure

ROW_PIXELS = 36
_LEAST = 1 / 64  # a quotient of zero has no place on this scale: its dot stands at the edge


def lift_dots(rows: pl.DataFrame, mode: Mode) -> go.Figure:
    """One dot per row, top down as they come; filled where it tells something, hollow where it does not.

    rows: label, lift (null: no dot), low, high (null: no line), note (grey, below the label), tells (true: its
    interval leaves 1 out after all corrections).
    """
    theme = read_theme(mode)
    figure = start_figure(
        mode, alt=word_lifts(rows), title="", subtitle="", height=ROW_PIXELS * max(rows.height, 1) + 44
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
    figure.add_trace(name_values(placed, rows, theme))
    lay_out_rows(figure, rows, theme)
    # on a logarithmic axis Plotly leaves a quarter of the height empty, unless it is told the ends
    figure.update_yaxes(autorange=False, range=[max(rows.height, 1) - 0.5, -0.5])
    known = placed.select(pl.min_horizontal("low", "lift"), pl.max_horizontal("high", "lift")).drop_nulls()
    ends = [*known.to_series(0).to_list(), *known.to_series(1).to_list(), 0.8, 2.0]
    figure.update_xaxes(
        visible=True,
        type="log",
        range=[math.log10(min(ends)) - 0.05, math.log10(max(ends)) + 0.02],
        tickvals=[1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32],
        ticktext=["⅛×", "¼×", "½×", "as often", "2×", "4×", "8×", "16×", "32×"],
        rangemode="normal",
    )
    return figure


def name_values(placed: pl.DataFrame, rows: pl.DataFrame, theme: Theme) -> go.Scatter:
    """The quotients behind their lines. placed: rows with what has no place on the scale moved to its edge."""
    return go.Scatter(
        x=placed.select(pl.max_horizontal("lift", "high")).to_series(),
        y=list(range(rows.height)),
        mode="text",
        text=["" if lift is None else f"  {lift:.1f}×" for lift in rows["lift"]],
        textposition="middle right",
        textfont={"color": [theme.text if tells else theme.muted for tells in rows["tells"]]},
        cliponaxis=False,
        hoverinfo="skip",
    )


def say_lift(row: dict[str, float | None]) -> str:
    """`2.4 times as often (1.9 to 3.1)`."""
    if row["lift"] is None:
        return "not known"
    sure = "" if row["low"] is None else f" ({row['low']:.1f} to {row['high']:.1f})"
    return f"{row['lift']:.1f} times as often{sure}"


def word_lifts(rows: pl.DataFrame) -> str:
    """The dots for people who do not see them."""
    return "Lifts: " + "; ".join(f"{row['label']} {say_lift(row)}" for row in rows.iter_rows(named=True)) + "."
