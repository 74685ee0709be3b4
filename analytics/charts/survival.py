"""Survival curves with their bands and, below the axis, how many customers each time still rests on."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.curves import LABEL_PIXELS, TICK_STEPS, curves
from analytics.charts.theme import Mode, read_theme

MOST_TICKS = 9
PLOT_PIXELS = 340
AXIS_PIXELS = 44  # ticks and title, below which the numbers at risk begin


def choose_ticks(last: float) -> tuple[float, ...]:
    """The times at which a curve up to `last` is marked: whole steps people count in, ten at most."""
    step = next((step for step in TICK_STEPS if last / step <= MOST_TICKS), TICK_STEPS[-1])
    while last / step > MOST_TICKS:
        step *= 2
    return tuple(float(nth * step) for nth in range(int(last // step) + 1))


def survival_curves(points: pl.DataFrame, at_risk: pl.DataFrame, mode: Mode, *, unit: str = "") -> go.Figure:
    """One stepped line per group with its band and its numbers at risk.

    points: as `points_by_time` gives them. at_risk: group, time (a tick of `choose_ticks`), at_risk.
    """
    theme = read_theme(mode)
    groups = at_risk["group"].unique().sort().to_list()
    figure = curves(points, mode, x_title=unit, is_stepped=True, height=PLOT_PIXELS)
    ticks = at_risk["time"].unique().sort().to_list()
    figure.update_xaxes(tickmode="array", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])
    figure.update_yaxes(range=[0, 1.04])
    bottom = AXIS_PIXELS + LABEL_PIXELS * (len(groups) + 1)
    figure.update_layout(height=PLOT_PIXELS + bottom, margin_b=bottom)
    figure.update_xaxes(automargin=False)
    _write(figure, "At risk", 0, -AXIS_PIXELS, theme.muted)
    for nth, group in enumerate(groups):
        colour = theme.categorical[nth] if nth < len(theme.categorical) else theme.muted
        shift = -AXIS_PIXELS - LABEL_PIXELS * (nth + 1)
        if len(groups) > 1:
            _write(figure, group, ticks[-1], shift, colour, xanchor="left", xshift=18)
        for time, number in at_risk.filter(pl.col("group") == group).select("time", "at_risk").iter_rows():
            _write(figure, f"{number:,.0f}", time, shift, colour if len(groups) > 1 else theme.text)
    return figure


def _write(figure: go.Figure, text: str, time: float, shift: float, colour: str, **placed: object) -> None:
    """A word in line with a time, so many pixels from the axis."""
    place = {"x": time, "y": 0, "yref": "paper", "yanchor": "top", "yshift": shift, **placed}
    figure.add_annotation(text=text, showarrow=False, font={"size": 11, "color": colour}, **place)
