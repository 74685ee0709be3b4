"""Expected departures as things stand and with levers moved."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, read_theme, start_figure

ROW_PIXELS = 46


def outcome_bars(bars: pl.DataFrame, mode: Mode, *, title: str = "", subtitle: str = "") -> go.Figure:
    """One horizontal bar per row from 0, the first one quiet, with its band as a whisker.

    bars: label, value (customers), low and high (null: no whisker), the row to compare with first.
    """
    theme = read_theme(mode)
    height = ROW_PIXELS * bars.height + 40 + (54 if title else 0)
    figure = start_figure(mode, alt=word_outcomes(bars), title=title, subtitle=subtitle, height=height)
    rows = bars.select("label", "value", "low", "high").rows()
    places = list(range(bars.height))
    colours = [theme.sequential[2], *[theme.sequential[5]] * (bars.height - 1)]
    figure.add_bar(x=bars["value"], y=places, orientation="h", marker_color=colours, hoverinfo="skip")
    for place, (_, _, low, high) in enumerate(rows):
        if low is not None and high is not None:
            line = {"color": theme.text, "width": 2}
            figure.add_scatter(x=[low, high], y=[place, place], mode="lines", line=line, hoverinfo="skip")
    reach = bars.select(pl.max_horizontal("value", pl.col("high").fill_null(0))).to_series()
    text = [f"  <b>{value:,.1f}</b>" for _, value, _, _ in rows]
    figure.add_scatter(
        x=reach, y=places, mode="text", text=text, textposition="middle right", cliponaxis=False, hoverinfo="skip"
    )
    figure.update_xaxes(rangemode="tozero", tickformat=",d", showgrid=True, showline=False, ticks="")
    figure.update_yaxes(
        tickvals=places,
        ticktext=[label for label, _, _, _ in rows],
        autorange="reversed",
        showgrid=False,
        tickfont={"color": theme.text},
        ticklabelstandoff=6,
    )
    figure.update_layout(margin_r=64, bargap=0.38)
    return figure


def word_outcomes(bars: pl.DataFrame) -> str:
    """The bars for people who do not see them."""
    said = [
        f"{label} {value:,.1f}" + (f" ({low:,.1f} to {high:,.1f})" if low is not None else "")
        for label, value, low, high in bars.select("label", "value", "low", "high").iter_rows()
    ]
    return f"Customers expected to leave: {'; '.join(said)}."
