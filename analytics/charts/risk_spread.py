"""How the risks of all customers are spread, by band."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, Theme, read_theme, start_figure
from analytics.charts.wording import say_name, say_percent

BANDS = ("low", "elevated", "high")
HEIGHT = 390


def risk_spread(bars: pl.DataFrame, mode: Mode, *, average: float, title: str = "", subtitle: str = "") -> go.Figure:
    """Customers per step of risk, coloured by band, with a line at the average.

    bars: one row per step and band: low and high (ends of the step, 0-1), band (low, elevated, high), customers.
    average: the mean risk, 0-1.
    """
    theme = read_theme(mode)
    figure = start_figure(mode, alt=word_spread(bars, average), title=title, subtitle=subtitle, height=HEIGHT)
    for band, colour in zip(BANDS, band_colours(theme), strict=True):
        figure.add_trace(draw_band(bars.filter(pl.col("band") == band), band, colour))
    figure.add_vline(x=average, line={"color": theme.text, "width": 1, "dash": "dot"})
    words = f"average {say_percent(average)}"
    font = {"color": theme.muted, "size": theme.font_size - 2}
    place = {"x": average, "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "top", "showarrow": False}
    figure.add_annotation(text=words, font=font, xshift=4, **place)
    legend = {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(barmode="stack", bargap=0.06, margin_t=30, showlegend=True, legend=legend)
    figure.update_xaxes(title_text="Risk of leaving", tickformat=".0%", rangemode="tozero")
    figure.update_yaxes(title_text="Customers", tickformat=",d")
    return figure


def draw_band(bars: pl.DataFrame, band: str, colour: str) -> go.Bar:
    """The bars of one band; each spans its own step."""
    rows = bars.select("low", "high", "customers").rows()
    return go.Bar(
        x=[low for low, _, _ in rows],
        y=[customers for _, _, customers in rows],
        width=[high - low for low, high, _ in rows],
        offset=0,
        name=f"{say_name(band)} risk",
        marker_color=colour,
        hovertext=[
            f"<b>{say_percent(low, 0)} to {say_percent(high, 0)}</b><br>{customers:,} customers at {band} risk"
            for low, high, customers in rows
        ],
        hoverinfo="text",
    )


def band_colours(theme: Theme) -> tuple[str, str, str]:
    """Quiet for low risk, a warning for elevated, the colour of losses for high."""
    return (theme.sequential[4], theme.warning, theme.bad)


def word_spread(bars: pl.DataFrame, average: float) -> str:
    """The distribution for people who do not see it."""
    counts = {band: bars.filter(pl.col("band") == band)["customers"].sum() for band in BANDS}
    said = ", ".join(f"{count:,} customers at {band} risk" for band, count in counts.items())
    return f"Distribution of the risk of leaving: {said}; the average is {say_percent(average)}."
