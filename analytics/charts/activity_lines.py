"""Counts (or quotients) over time, one line per series, with the unusual stretches marked."""

import datetime as dt
from typing import Any

import plotly.graph_objects as go
import polars as pl

from analytics.charts.curves import LABEL_PIXELS, space_ticks
from analytics.charts.theme import Mode, Theme, fade, read_theme, start_figure
from analytics.charts.wording import say_amount

MOST_LINES = 6  # as many as there are colours to tell apart; the table has them all
MOST_POINTS = 6_000  # lines are cheap to draw, but not without end
_AXIS_PIXELS = 40  # below the lines
_LETTER_PIXELS = 7


def activity_lines(
    rows: pl.DataFrame, stretches: pl.DataFrame, mode: Mode, *, y_title: str = "", height: int = 340
) -> go.Figure:
    """One line per series, named at its end; unfinished periods dotted, unusual stretches thick.

    rows: period, series (null: only one), y (null: a gap), size (events; the largest are drawn), state. stretches:
    series, from, to, ratio (above 1 or null: more than expected). A single line has a band behind its stretches,
    orange for more and red for less.
    """
    theme = read_theme(mode)
    names = choose_lines(rows, stretches)
    figure = start_figure(mode, alt=word_lines(rows, stretches), title="", subtitle="", height=height)
    for nth, name in enumerate(names):
        line = rows.filter(pl.col("series").eq_missing(pl.lit(name)))
        own = stretches.filter(pl.col("series").eq_missing(pl.lit(name)))
        draw_line(figure, line, theme.categorical[nth])
        draw_stretches(figure, line, own, theme.categorical[nth])
        if len(names) == 1:
            shade(figure, own, theme)
    drawn = rows.filter(pl.col("series").is_in(names, nulls_equal=True))["y"].drop_nulls().to_list()
    figure.update_yaxes(range=[0, 1.06 * max(drawn, default=0) or 1], tickformat=",.3~f", title_text=y_title)
    figure.update_layout(hovermode="x unified", margin_r=16)
    figure.update_xaxes(**space_ticks(rows["period"]))
    if len(names) > 1:
        name_ends(figure, rows, names, theme)
    return figure


def choose_lines(rows: pl.DataFrame, stretches: pl.DataFrame) -> list[str | None]:
    """The series to draw, those with an unusual stretch first, then the largest; at most six."""
    unusual = pl.col("series").is_in(stretches["series"].unique().implode(), nulls_equal=True)
    sizes = rows.group_by("series").agg(size=pl.col("size").sum()).with_columns(is_unusual=unusual)
    ordered = sizes.sort("is_unusual", "size", "series", descending=[True, True, False])
    most = MOST_POINTS // max(1, rows["period"].n_unique())
    return ordered["series"].head(max(1, min(MOST_LINES, most))).to_list()


def draw_line(figure: go.Figure, line: pl.DataFrame, colour: str) -> None:
    """One series: solid while periods are over, dotted where the last is not."""
    name = line["series"][0] or ""
    final, rest = line.filter(pl.col("state") == "final"), line.filter(pl.col("state") != "final")
    parts: list[tuple[pl.DataFrame, dict[str, Any]]] = [(final, {"color": colour, "width": 2})]
    if rest.height:
        parts.append((rest, {"color": colour, "width": 1.5, "dash": "dot"}))
    for part, style in parts:
        # the dotted piece begins where the solid one ends, and must not be read twice there
        joined = pl.concat([final.tail(1), part]) if part is rest else part
        said = [f"{name} {say_value(value)}".strip() for value in part["y"]]
        figure.add_trace(
            go.Scatter(
                x=joined["period"],
                y=joined["y"],
                mode="lines" if joined.height > 1 else "markers",
                line=style,
                marker={"color": colour},
                name=name,
                connectgaps=False,
                hovertext=[""] * (joined.height - part.height) + said,
                hoverinfo="text",
            )
        )


def draw_stretches(figure: go.Figure, line: pl.DataFrame, stretches: pl.DataFrame, colour: str) -> None:
    """The unusual stretches of one line, as a broad stroke over it."""
    for first, last in stretches.select("from", "to").iter_rows():
        part = line.filter(pl.col("period").is_between(first, last))
        figure.add_trace(
            go.Scatter(
                x=part["period"],
                y=part["y"],
                mode="lines" if part.height > 1 else "markers",
                line={"color": fade(colour, 0.35), "width": 9},
                marker={"color": fade(colour, 0.35), "size": 13},
                hoverinfo="skip",
            )
        )


def shade(figure: go.Figure, stretches: pl.DataFrame, theme: Theme) -> None:
    """A band over the days of each stretch."""
    for first, last, ratio in stretches.select("from", "to", "ratio").iter_rows():
        colour = theme.warning if ratio is None or ratio >= 1 else theme.bad
        until = last + dt.timedelta(days=1)
        figure.add_vrect(x0=first, x1=until, fillcolor=fade(colour, 0.16), line_width=0, layer="below")


def name_ends(figure: go.Figure, rows: pl.DataFrame, names: list[str | None], theme: Theme) -> None:
    """The name of each line beside its last finished value, in its colour, moved apart where two would meet."""
    known = rows.filter((pl.col("state") == "final") & pl.col("y").is_not_null() & pl.col("series").is_in(names))
    ends = known.group_by("series").agg(pl.col("y").sort_by("period").last()).sort("y", "series", descending=True)
    pixels = figure.layout.height - figure.layout.margin.t - _AXIS_PIXELS
    heights = [y / figure.layout.yaxis.range[1] * pixels for y in ends["y"]]
    for series, height in zip(ends["series"], spread_labels(heights), strict=True):
        figure.add_annotation(
            x=1,
            xref="paper",
            y=0,
            yref="paper",
            text=series,
            font={"color": theme.categorical[names.index(series)], "size": theme.font_size - 2},
            showarrow=False,
            xanchor="left",
            yanchor="middle",
            xshift=8,
            yshift=height,
        )
    longest = max((len(series) for series in ends["series"]), default=0)
    figure.update_layout(margin_r=24 + _LETTER_PIXELS * longest)


def spread_labels(heights: list[float]) -> list[float]:
    """Heights in pixels, from the top down, moved so that labels neither meet nor sink below the axis."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - LABEL_PIXELS) if placed else height)
    floor = 0.0
    for nth in reversed(range(len(placed))):
        placed[nth] = max(placed[nth], floor)
        floor = placed[nth] + LABEL_PIXELS
    return [round(height, 1) for height in placed]


def say_value(value: float | None) -> str:
    """A count as a whole number, a quotient with three digits."""
    if value is None:
        return "–"
    return say_amount(value) if value >= 100 or value == int(value) else f"{value:.3g}"


def word_lines(rows: pl.DataFrame, stretches: pl.DataFrame) -> str:
    """The lines for people who do not see them."""
    if rows.is_empty():
        return "No period with any event."
    n_lines, periods = rows["series"].n_unique(), rows["period"].sort()
    unusual = "; ".join(stretches["said"].to_list()) if stretches.height else "none."
    lines = "1 line" if n_lines == 1 else f"{n_lines} lines"
    return f"{lines} from {periods[0]} to {periods[-1]}. Unusual stretches: {unusual}"
