"""The course of one figure of revenue, in its own unit, and the kept shares as points of curves."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import polars as pl

from analytics.charts.curves import space_ticks
from analytics.charts.theme import Mode, Theme, read_theme, start_figure

MOST_MEDIANS = 4  # a ratio over next to nothing would press every other one to the ground
KEPT = {"gross_retention": "Gross", "net_retention": "Net"}


def kept_points(rows: pl.DataFrame, low_n: int) -> pl.DataFrame:
    """Gross and net retention as points of `curves`: x (date), y, low, high (null: shares of money have no interval
    of counts), group, state. rows: those of `revenue`. A share kept by fewer than `low_n` who pay is a gap.
    """
    long = rows.unpivot(list(KEPT), index=["period", "customers", "state"], variable_name="group", value_name="rate")
    nothing = pl.lit(None, dtype=pl.Float64)
    shown = pl.when(pl.col("customers") >= low_n).then(pl.col("rate"))
    group = pl.col("group").replace(KEPT)
    return long.select(x="period", y=shown, low=nothing, high=nothing, group=group, state="state")


def course(
    rows: pl.DataFrame,
    column: str,
    mode: Mode,
    *,
    say: Callable[[float | None], str],
    low_n: int,
    level: float | None = None,
    height: int = 240,
) -> go.Figure:
    """One line of a figure over time with its last finished value beside it; dotted where a period is not over.

    rows: period, `column`, customers, state. say: the value in words. A value over fewer than `low_n` customers is a
    gap. level: a value to be held against, drawn across; values far above it leave the frame.
    """
    theme = read_theme(mode)
    shown = rows.with_columns(pl.when(pl.col("customers") >= low_n).then(pl.col(column)).alias(column))
    final = shown.filter(pl.col("state") == "final")
    figure = start_figure(mode, alt=word_course(shown, column, say), title="", subtitle="", height=height)
    figure.add_trace(draw_stretch(final, column, theme, say))
    rest = shown.filter(pl.col("state") != "final")
    if rest.height:
        figure.add_trace(draw_stretch(pl.concat([final.tail(1), rest]), column, theme, say, is_open=True))
    if level is not None:
        figure.add_hline(y=level, line={"color": theme.muted, "width": 1, "dash": "dash"}, layer="below")
    name_end(figure, final.drop_nulls(column), column, theme, say)
    figure.update_layout(hovermode="x unified", margin_r=72)
    figure.update_xaxes(**{**space_ticks(rows["period"]), "nticks": 5})
    figure.update_yaxes(tickformat=",.2~f", nticks=5, range=[0, find_top(shown[column], level)])
    return figure


def find_top(values: pl.Series, level: float | None) -> float:
    """Where the axis ends: above the highest value; with a level to hold against, no further than nearly all need."""
    known = values.drop_nulls().sort()
    if known.is_empty():
        return 1.0
    highest = float(known[-1])
    if level is not None:
        highest = max(min(highest, MOST_MEDIANS * float(known[known.len() // 2])), 2 * level)
    return highest * 1.1 or 1.0


def has_course(rows: pl.DataFrame, columns: Sequence[str], low_n: int) -> bool:
    """Whether any of these columns has a value over `low_n` customers or more to draw."""
    enough = rows.filter(pl.col("customers") >= low_n)
    return any(enough[column].count() for column in columns)


def draw_stretch(
    rows: pl.DataFrame, column: str, theme: Theme, say: Callable[[float | None], str], *, is_open: bool = False
) -> go.Scatter:
    """A stretch of the line; a single point is a marker."""
    remark = " · not over yet" if is_open else ""
    return go.Scatter(
        x=rows["period"],
        y=rows[column],
        mode="lines+markers" if rows.height == 1 else "lines",
        line={"color": theme.primary, "width": 1.5 if is_open else 2.5, "dash": "dot" if is_open else "solid"},
        connectgaps=False,
        hovertext=[f"{say(value)}{remark}" for value in rows[column]],
        hoverinfo="text",
    )


def name_end(
    figure: go.Figure, known: pl.DataFrame, column: str, theme: Theme, say: Callable[[float | None], str]
) -> None:
    """The last finished value beside the end of its line."""
    if known.is_empty():
        return
    last = known.row(-1, named=True)
    figure.add_annotation(
        x=last["period"],
        y=last[column],
        text=f"<b>{say(last[column])}</b>",
        font={"color": theme.primary, "size": theme.font_size - 1},
        showarrow=False,
        xanchor="left",
        xshift=8,
        yshift=12,
    )


def word_course(rows: pl.DataFrame, column: str, say: Callable[[float | None], str]) -> str:
    """The line for people who do not see it."""
    known = rows.drop_nulls(column)
    if known.is_empty():
        return "No period with a value."
    first, last = known.row(0, named=True), known.row(-1, named=True)
    return f"From {say(first[column])} on {first['period']} to {say(last[column])} on {last['period']}."
