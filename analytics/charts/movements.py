"""Revenue movements: what came and what went, period by period."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, Theme, read_theme, start_figure
from analytics.charts.wording import say_amount, say_name, say_period

MOVEMENTS = ("new", "reactivation", "expansion", "contraction", "churn")


def movement_bars(
    movements: pl.DataFrame,
    mode: Mode,
    *,
    period: str = "month",
    unit: str = "",
    title: str = "",
    subtitle: str = "",
) -> go.Figure:
    """Recurring revenue gained above the line and lost below it, one stack per period.

    movements: one row per period; of the columns of `show movements`: period (start), new, reactivation,
    expansion, contraction and churn (the last two negative), in money per month. unit: the currency sign.
    """
    theme = read_theme(mode)
    figure = start_figure(mode, alt=word_movements(movements, period, unit), title=title, subtitle=subtitle, height=320)
    for kind, colour in zip(MOVEMENTS, movement_colours(theme), strict=True):
        amounts = movements[kind]
        figure.add_bar(
            x=movements["period"],
            y=amounts,
            name=say_name(kind),
            marker_color=colour,
            hovertext=[f"{say_name(kind)} {say_amount(amount, unit)}" for amount in amounts],
            hoverinfo="text",
        )
    figure.update_layout(barmode="relative", hovermode="x unified", showlegend=True, bargap=0.3)
    legend = {"orientation": "h", "y": -0.14, "yanchor": "top", "x": 0, "traceorder": "normal"}
    figure.update_layout(legend=legend)
    figure.update_xaxes(tickformat="%b %Y" if period in ("month", "quarter") else None, nticks=8)
    figure.update_yaxes(tickformat="~s", zeroline=True, zerolinecolor=theme.muted)
    return figure


def movement_colours(theme: Theme) -> tuple[str, str, str, str, str]:
    """Gains in the cool colours, losses in the warm ones, in the order of MOVEMENTS."""
    return (theme.categorical[0], theme.categorical[3], theme.categorical[1], theme.warning, theme.bad)


def word_movements(movements: pl.DataFrame, period: str, unit: str) -> str:
    """The last period in words."""
    if movements.is_empty():
        return "Revenue movements: no period."
    last = movements.row(-1, named=True)
    said = ", ".join(f"{kind} {say_amount(last[kind], unit)}" for kind in MOVEMENTS)
    return f"Revenue movements over {movements.height} periods; {say_period(last['period'], period)}: {said}."
