"""Bars: rates with their intervals, and the loss by stage of the journey."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, Theme, read_theme, start_figure
from analytics.charts.wording import say_percent
from analytics.contract.stages import STAGES

BAR_PIXELS = 44
STAGE_LABELS = {stage.name: stage.label for stage in STAGES}


def rate_bars(
    bars: pl.DataFrame, mode: Mode, *, title: str = "", subtitle: str = "", highlight: str | None = None
) -> go.Figure:
    """One horizontal bar per row, top down as they come, with its interval as a whisker and its value.

    bars: label, rate (0-1, null: no bar), low, high (null: no whisker), note (grey, behind the label; may be
    null). highlight: the label of the bar to look at first; the others step back.
    """
    theme = read_theme(mode)
    height = BAR_PIXELS * bars.height + 40 + (54 if title else 0)
    figure = start_figure(mode, alt=word_bars(bars), title=title, subtitle=subtitle, height=height)
    colours = [theme.bad if label == highlight else theme.sequential[4] for label in bars["label"]]
    figure.add_trace(draw_bars(bars, colours))
    figure.add_trace(draw_whiskers(bars, theme))
    figure.add_trace(draw_values(bars, theme, highlight))
    lay_out_rows(figure, bars, theme)
    return figure


def stage_bars(stages: pl.DataFrame, mode: Mode, *, title: str = "", subtitle: str = "") -> go.Figure:
    """Monthly churn by stage of the journey, in the order given; the stage that loses too many stands out.

    stages: one row per stage; of the columns of `show stages`: stage, still_in, churn_rate (per
    customer-month), low, high, excess_churned. The greatest positive excess stands out, if there is one.
    """
    losing = stages.filter(pl.col("excess_churned") > 0).sort("excess_churned", descending=True)
    bars = stages.select(
        label=pl.col("stage").replace(STAGE_LABELS),
        rate="churn_rate",
        low="low",
        high="high",
        note=pl.col("still_in").map_elements(lambda n: f"{n:,.0f} now", pl.String),
    )
    worst = STAGE_LABELS.get(losing["stage"][0], losing["stage"][0]) if losing.height else None
    return rate_bars(bars, mode, title=title, subtitle=subtitle, highlight=worst)


def draw_bars(bars: pl.DataFrame, colours: list[str]) -> go.Bar:
    """The bars themselves; their numbers stand apart, behind the whiskers."""
    rows = bars.select("label", "rate", "low", "high").iter_rows()
    words = [f"<b>{label}</b><br>{say_range(rate, low, high)}" for label, rate, low, high in rows]
    return go.Bar(
        x=bars["rate"],
        y=list(range(bars.height)),
        orientation="h",
        marker_color=colours,
        hovertext=words,
        hoverinfo="text",
    )


def draw_whiskers(bars: pl.DataFrame, theme: Theme) -> go.Scatter:
    """One thin line per interval; absolute ends, so that nothing is subtracted here."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, (low, high) in enumerate(bars.select("low", "high").iter_rows()):
        x += [low, high, None]
        y += [row, row, None]
    line = {"color": theme.text, "width": 1.5}
    return go.Scatter(x=x, y=y, mode="lines", line=line, opacity=0.7, hoverinfo="skip")


def draw_values(bars: pl.DataFrame, theme: Theme, highlight: str | None) -> go.Scatter:
    """The values behind the end of bar and whisker, whichever reaches further."""
    rows = bars.select("label", "rate").rows()
    return go.Scatter(
        x=bars.select(pl.max_horizontal("rate", "high").fill_null(0)).to_series(),
        y=list(range(bars.height)),
        mode="text",
        text=[
            f"  <b>{say_percent(rate)}</b>" if label == highlight else f"  {say_percent(rate)}" for label, rate in rows
        ],
        textposition="middle right",
        textfont={"color": [theme.bad if label == highlight else theme.text for label, _ in rows]},
        cliponaxis=False,
        hoverinfo="skip",
    )


def lay_out_rows(figure: go.Figure, bars: pl.DataFrame, theme: Theme) -> None:
    """Labels down with their notes in grey; room on the right for the values."""
    named = bars.select("label", "note").iter_rows()
    labels = [
        f"{label}<br><span style='color:{theme.muted};font-size:11px'>{note}</span>" if note else label
        for label, note in named
    ]
    figure.update_yaxes(
        tickvals=list(range(bars.height)),
        ticktext=labels,
        autorange="reversed",
        showgrid=False,
        tickfont={"color": theme.text},
        ticklabelstandoff=6,
    )
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_layout(margin_r=64, hovermode="closest", bargap=0.5)


def say_range(rate: float | None, low: float | None, high: float | None) -> str:
    """A rate with its interval in words."""
    interval = "" if low is None else f" ({say_percent(low)} to {say_percent(high)})"
    return f"{say_percent(rate)}{interval}"


def word_bars(bars: pl.DataFrame) -> str:
    """The bars for people who do not see them."""
    rows = bars.select("label", "rate", "low", "high").iter_rows()
    return "Bars: " + "; ".join(f"{label} {say_range(rate, low, high)}" for label, rate, low, high in rows) + "."
