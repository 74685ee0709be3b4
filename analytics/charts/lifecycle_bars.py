"""Who is active in each period, above the line by where they come from, and below it who fell silent."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.movements import fill_bars, list_open
from analytics.charts.theme import Mode, read_theme, start_figure
from analytics.charts.wording import say_name, say_within

KINDS = ("returning", "resurrecting", "new", "dormant")


def lifecycle_bars(rows: pl.DataFrame, mode: Mode, *, period: str) -> go.Figure:
    """One stack per period; hatched where it is not over.

    rows: of the columns of `show lifecycle`: period, new, returning, resurrecting, dormant (negative), state.
    """
    theme = read_theme(mode)
    figure = start_figure(mode, alt=word_lifecycle(rows, period), title="", subtitle="", height=300)
    colours = dict(zip(KINDS, (theme.sequential[3], theme.primary, theme.good, theme.bad), strict=True))
    is_open = list_open(rows)
    names = [say_within(start, period) for start in rows["period"]]
    for kind in KINDS:
        figure.add_bar(
            x=rows["period"],
            y=rows[kind],
            name=say_name(kind),
            marker=fill_bars([colours[kind]] * rows.height, is_open),
            hovertext=[f"{name}: {abs(count):,} {kind}" for name, count in zip(names, rows[kind], strict=True)],
            hoverinfo="text",
        )
    figure.update_layout(barmode="relative", showlegend=True, bargap=0.2)
    figure.update_layout(legend={"orientation": "h", "y": -0.14, "yanchor": "top", "x": 0, "traceorder": "normal"})
    figure.update_yaxes(tickformat="~s", zeroline=True, zerolinecolor=theme.muted, title_text="customers")
    return figure


def word_lifecycle(rows: pl.DataFrame, period: str) -> str:
    """The last finished period for people who do not see the bars."""
    final = rows.filter(pl.col("state") == "final")
    if final.is_empty():
        return f"No {period} is over yet."
    last = final.row(-1, named=True)
    parts = ", ".join(f"{abs(last[kind]):,} {kind}" for kind in KINDS)
    return f"Customers in {say_within(last['period'], period)}: {parts}."
