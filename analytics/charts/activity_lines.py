"""Counts (or quotients) over time, one line per series, with the unusual stretches shaded."""

import datetime as dt
from typing import Any

import plotly.graph_objects as go
import polars as pl

from analytics.charts.curves import space_ticks
from analytics.charts.theme import Mode, Theme, fade, read_theme, start_figure
from analytics.charts.wording import say_amount

MOST_LINES = 8  # more cannot be told apart; the table has them all
MOST_POINTS = 1_000


def activity_lines(rows: pl.DataFrame, incidents: pl.DataFrame, mode: Mode, *, height: int = 340) -> go.Figure:
    """One line per series, the largest first, named at its end; unfinished periods dotted, incidents shaded.

    rows: period, series (null: only one), y (null: a gap), state. incidents: series, from, to, ratio (above 1: more
    than expected).
    """
    theme = read_theme(mode)
    names = choose_lines(rows)
    figure = start_figure(mode, alt=word_lines(rows, incidents), title="", subtitle="", height=height)
    colours = {name: theme.categorical[nth % len(theme.categorical)] for nth, name in enumerate(names)}
    for row in incidents.iter_rows(named=True):
        shade(figure, row, theme)
    for name in names:
        draw_line(figure, rows.filter(pl.col("series").eq_missing(pl.lit(name))), colours[name])
    if len(names) > 1:
        name_ends(figure, rows, colours, theme)
    figure.update_layout(hovermode="x unified", margin_r=16 if len(names) < 2 else 120)
    figure.update_xaxes(**space_ticks(rows["period"]))
    figure.update_yaxes(rangemode="tozero", tickformat=",.3~f")
    return figure


def choose_lines(rows: pl.DataFrame) -> list[str | None]:
    """The series with most in them, at most eight, and no more points than a browser draws at once."""
    sizes = rows.group_by("series").agg(total=pl.col("y").sum()).sort("total", "series", descending=[True, False])
    n_periods = max(1, rows["period"].n_unique())
    return sizes["series"].head(max(1, min(MOST_LINES, MOST_POINTS // n_periods))).to_list()


def draw_line(figure: go.Figure, line: pl.DataFrame, colour: str) -> None:
    """One series: solid while periods are over, dotted where the last is not."""
    name = line["series"][0] or ""
    final, rest = line.filter(pl.col("state") == "final"), line.filter(pl.col("state") != "final")
    parts: list[tuple[pl.DataFrame, dict[str, Any]]] = [(final, {"color": colour, "width": 2})]
    if rest.height:
        parts.append((pl.concat([final.tail(1), rest]), {"color": colour, "width": 1.5, "dash": "dot"}))
    for part, style in parts:
        figure.add_trace(
            go.Scatter(
                x=part["period"],
                y=part["y"],
                mode="lines",
                line=style,
                name=name,
                connectgaps=False,
                hovertext=[f"{name} {say_value(value)}" for value in part["y"]],
                hoverinfo="text",
            )
        )


def shade(figure: go.Figure, row: dict[str, Any], theme: Theme) -> None:
    """An incident: a band over its days, with how much more or less there was."""
    colour = theme.warning if row["ratio"] is None or row["ratio"] >= 1 else theme.bad
    until = row["to"] + dt.timedelta(days=1)
    figure.add_vrect(x0=row["from"], x1=until, fillcolor=fade(colour, 0.16), line_width=0, layer="below")


def name_ends(figure: go.Figure, rows: pl.DataFrame, colours: dict[str | None, str], theme: Theme) -> None:
    """The name of each line at its right end, in its colour, moved apart where they would meet."""
    last = (
        rows.filter(pl.col("state") == "final")
        .drop_nulls("y")
        .group_by("series")
        .agg(pl.all().sort_by("period").last())
    )
    shown = last.filter(pl.col("series").is_in(list(colours))).sort("y", descending=True)
    for nth, row in enumerate(shown.iter_rows(named=True)):
        figure.add_annotation(
            x=1,
            xref="paper",
            y=1 - nth * 0.08,
            yref="paper",
            text=row["series"],
            font={"color": colours[row["series"]], "size": theme.font_size - 2},
            showarrow=False,
            xanchor="left",
            xshift=8,
        )


def say_value(value: float | None) -> str:
    """A count as a whole number, a quotient with three digits."""
    if value is None:
        return "–"
    return say_amount(value) if value >= 100 or value == int(value) else f"{value:.3g}"


def word_lines(rows: pl.DataFrame, incidents: pl.DataFrame) -> str:
    """The lines for people who do not see them."""
    if rows.is_empty():
        return "No period with any event."
    periods = rows["period"].sort()
    span = f"from {periods[0]} to {periods[-1]}"
    unusual = "; ".join(incidents["said"].to_list()) if incidents.height else "none"
    return f"{rows['series'].n_unique()} lines {span}. Unusual stretches: {unusual}."
