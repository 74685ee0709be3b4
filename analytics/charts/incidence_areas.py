"""Cumulative incidence: how many have left for each cause by each time, stacked to all who have left."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.curves import space_ticks
from analytics.charts.points import MOST_POINTS
from analytics.charts.theme import Mode, fade, read_theme, start_figure
from analytics.charts.wording import say_name, say_percent

LEAST_SHARE = 0.045  # of the height: a thinner area has no room for its name


def incidence_areas(rows: pl.DataFrame, mode: Mode, *, x_title: str = "", height: int = 340) -> go.Figure:
    """One stepped area per reason, the first row's at the bottom, named at its end.

    rows: reason, time, incidence (0-1), every reason at the same times.
    """
    theme = read_theme(mode)
    shown = thin_times(rows)
    reasons = shown["reason"].unique(maintain_order=True).to_list()
    figure = start_figure(mode, alt=word_areas(shown, reasons), title="", subtitle="", height=height)
    for nth, reason in enumerate(reasons):
        own = shown.filter(reason=reason)
        colour = theme.categorical[nth] if nth < len(theme.categorical) else theme.muted
        figure.add_trace(
            go.Scatter(
                x=own["time"],
                y=own["incidence"],
                name=say_name(reason),
                mode="lines",
                stackgroup="left",
                line={"shape": "hv", "width": 1, "color": colour},
                fillcolor=fade(colour, 0.55),
                hovertemplate="%{y:.1%}",
            )
        )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(title_text=x_title, **space_ticks(shown["time"]))
    figure.update_layout(hovermode="x unified")
    name_areas(figure, shown, theme.text, theme.font_size - 1)
    return figure


def thin_times(rows: pl.DataFrame, most: int = MOST_POINTS) -> pl.DataFrame:
    """At most so many times, the same for every reason; of those that lie closer than a pixel, the last."""
    times = rows["time"].unique().sort()
    if times.len() <= most:
        return rows
    place = (pl.col("time") / pl.col("time").max() * (most - 2)).floor()
    kept = times.to_frame().filter((place != place.shift(-1)).fill_null(True) | (pl.col("time") == 0))
    return rows.join(kept, on="time", how="semi")


def name_areas(figure: go.Figure, rows: pl.DataFrame, colour: str, size: int) -> None:
    """Each reason beside the end of its area, in the middle of its height; thin ones are named by hovering."""
    ends = rows.filter(pl.col("time") == pl.col("time").max())
    ends = ends.with_columns(middle=pl.col("incidence").cum_sum() - pl.col("incidence") / 2)
    total = max(float(ends["incidence"].sum()), 1e-9)
    for reason, share, middle, time in ends.select("reason", "incidence", "middle", "time").iter_rows():
        if share / total < LEAST_SHARE:
            continue
        figure.add_annotation(
            x=time,
            y=middle,
            text=f"{say_name(reason)} <b>{say_percent(share)}</b>",
            xanchor="left",
            xshift=8,
            showarrow=False,
            font={"size": size, "color": colour},
        )
    longest = max((len(reason) for reason in ends["reason"]), default=0)
    figure.update_layout(margin_r=56 + 7 * longest)


def word_areas(rows: pl.DataFrame, reasons: list[str]) -> str:
    """The areas for people who do not see them."""
    ends = [(reason, rows.filter(reason=reason).sort("time")["incidence"][-1]) for reason in reasons]
    return (
        "Stacked areas of those who have left, by the end: "
        + "; ".join(f"{say_name(reason)} {say_percent(share)}" for reason, share in ends)
        + "."
    )
