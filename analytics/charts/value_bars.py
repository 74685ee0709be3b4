"""What customers are worth, group by group, with intervals."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.bars import BAR_PIXELS, draw_whiskers, lay_out_rows
from analytics.charts.theme import Mode, Theme, read_theme, start_figure
from analytics.charts.wording import say_amount

NO_VALUE = "too few left to tell"


def value_bars(values: pl.DataFrame, mode: Mode, *, unit: str = "") -> go.Figure:
    """One horizontal bar per group, the greatest value on top, its interval as a whisker and its value in words.

    values: group, customers, lifetime_value, low, high (currency; null: no bar), as `value` gives them by group.
    unit: the currency sign.
    """
    theme = read_theme(mode)
    bars = values.sort("lifetime_value", "group", descending=[True, False], nulls_last=True).select(
        label="group",
        rate="lifetime_value",
        low="low",
        high="high",
        note=pl.col("customers").map_elements(lambda n: f"{n:,.0f} customer{'' if n == 1 else 's'}", pl.String),
    )
    rows = bars.select("rate", "low", "high").iter_rows()
    words = [say_value(worth, low, high, unit) for worth, low, high in rows]
    alt = "Customer value: " + "; ".join(f"{name} {told}" for name, told in zip(bars["label"], words, strict=True))
    figure = start_figure(mode, alt=alt + ".", title="", subtitle="", height=BAR_PIXELS * bars.height + 40)
    slots = list(range(bars.height))
    figure.add_bar(
        x=bars["rate"], y=slots, orientation="h", marker_color=theme.sequential[4], hovertext=words, hoverinfo="text"
    )
    figure.add_trace(draw_whiskers(bars, theme))
    figure.add_trace(draw_amounts(bars, slots, theme, unit))
    lay_out_rows(figure, bars, theme)
    return figure


def draw_amounts(bars: pl.DataFrame, slots: list[int], theme: Theme, unit: str) -> go.Scatter:
    """The values behind the end of bar and whisker, whichever reaches further."""
    return go.Scatter(
        x=bars.select(pl.max_horizontal("rate", "high").fill_null(0)).to_series(),
        y=slots,
        mode="text",
        text=[f"  {NO_VALUE if rate is None else say_amount(rate, unit)}" for rate in bars["rate"]],
        textposition="middle right",
        textfont={"color": [theme.muted if rate is None else theme.text for rate in bars["rate"]]},
        cliponaxis=False,
        hoverinfo="skip",
    )


def say_value(worth: float | None, low: float | None, high: float | None, unit: str) -> str:
    """A value with its interval in words."""
    if worth is None:
        return NO_VALUE
    interval = "" if low is None else f" ({say_amount(low, unit)} to {say_amount(high, unit)})"
    return say_amount(worth, unit) + interval
