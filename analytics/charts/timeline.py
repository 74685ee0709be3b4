"""One customer's story: all lanes on one axis of time, intervals as bars, use as columns, moments as points."""

from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, Theme, fade, read_theme, start_figure
from analytics.charts.wording import say_name, say_period

LANE_PIXELS, MOST_POINTS = 46, 1000
AHEAD = 6  # the future gets at most a sixth of the past
LANE_LABELS: Final = {
    "stage": "Stage",
    "subscription": "Subscription",
    "use": "Use",
    "tickets": "Tickets",
    "surveys": "Surveys",
    "invoices": "Invoices",
    "touches": "Our contacts",
    "people": "People",
    "risk": "Risk",
}
_BAD: Final = {"escalated", "failed", "unpaid", "left", "cancel_requested", "contraction", "champion_left", "high"}
_WARNING: Final = {"late", "elevated", "departure_recorded"}
_GOOD: Final = {"first_value", "expansion", "reactivation", "returned", "joined", "solved", "paid"}
_STAGES: Final = ("onboarding", "adoption", "escalation", "renewal")
_HALF: Final = 0.3  # of a lane: half the height of its bars


def timeline_chart(rows: pl.DataFrame, as_of: datetime, mode: Mode) -> go.Figure:
    """One row per lane that has anything, on one shared axis of time with a line at the as-of day.

    rows: those of `timeline` (at, until, lane, kind, label, value), oldest first; of more than 1,000 the latest are
    drawn. A bar without an end runs to the as-of day.
    """
    shown, theme = rows.tail(MOST_POINTS), read_theme(mode)
    lanes = [lane for lane in LANE_LABELS if lane in shown["lane"]]
    height = LANE_PIXELS * max(len(lanes), 1) + 48
    figure = start_figure(mode, alt=word_timeline(rows, lanes), title="", subtitle="", height=height)
    for place, lane in enumerate(lanes):
        _draw_lane(figure, shown.filter(pl.col("lane") == lane), lane, place, as_of, theme)
    figure.add_vline(x=as_of, line={"color": theme.muted, "width": 1, "dash": "dot"})
    figure.update_yaxes(
        tickvals=list(range(len(lanes))),
        ticktext=[LANE_LABELS[lane] for lane in lanes],
        range=[len(lanes) - 0.5, -0.5],
        showgrid=False,
        tickfont={"color": theme.text},
        ticklabelstandoff=6,
    )
    figure.update_xaxes(type="date", showgrid=True, nticks=8, tickformat="%b %Y", range=_find_range(shown, as_of))
    figure.update_layout(hovermode="closest", barmode="overlay", bargap=0, barcornerradius=3, margin_r=16)
    # a name that would have to shrink to fit is left out; the hover has it
    figure.update_layout(uniformtext={"minsize": theme.font_size - 2, "mode": "hide"})
    return figure


def _find_range(rows: pl.DataFrame, as_of: datetime) -> list[datetime]:
    """From a little before the first thing to the last day; a term's end far ahead would leave the past no room."""
    first = min(rows["at"].to_list(), default=as_of)
    room = max((as_of - first) / 40, timedelta(days=2))
    ahead = min(max([as_of, *rows["at"].to_list()]), as_of + (as_of - first) / AHEAD)
    return [first - room, ahead + room]


def word_timeline(rows: pl.DataFrame, lanes: list[str]) -> str:
    """The timeline for people who do not see it: how much there is in which lane, and the last thing of each."""
    if rows.is_empty():
        return "A timeline without anything on it."
    said = []
    for lane in lanes:
        own = rows.filter(pl.col("lane") == lane)
        last = own.row(-1, named=True)
        said.append(
            f"{LANE_LABELS[lane]} {own.height}, last on {say_period(last['at'].date(), 'day')}: {last['label']}"
        )
    hidden = f" The latest {MOST_POINTS:,} of {rows.height:,} are drawn." if rows.height > MOST_POINTS else ""
    return f"Timeline of {rows.height:,} things. {'; '.join(said)}.{hidden}"


def _draw_lane(figure: go.Figure, rows: pl.DataFrame, lane: str, place: int, as_of: datetime, theme: Theme) -> None:
    """One lane: columns for use, bars for stages and subscriptions, thin lines and points for what happens in it."""
    if lane == "use":
        _draw_columns(figure, rows.filter(pl.col("kind") == "week"), place, theme)
        return
    if lane == "risk":
        _draw_risk(figure, rows, place, theme)
        return
    is_bar = (
        pl.col("kind").is_in([*_STAGES, "churned"])
        if lane == "stage"
        else pl.col("kind").is_in(["active", "trial", "paused", "free"])
    )
    bars = rows.filter(is_bar) if lane in ("stage", "subscription") else rows.clear()
    for kind, own in bars.partition_by("kind", as_dict=True, maintain_order=True).items():
        _draw_bars(figure, own, place, as_of, _bar_colour(str(kind[0]), theme))
    points = rows.join(bars, on=rows.columns, how="anti", nulls_equal=True, maintain_order="left")
    _draw_waits(figure, points.filter(pl.col("until").is_not_null()), place, theme)
    _draw_points(figure, points, place, theme)


def _draw_bars(figure: go.Figure, rows: pl.DataFrame, place: int, as_of: datetime, colour: str) -> None:
    """Intervals of one kind."""
    ends = rows["until"].fill_null(as_of)
    lasts = (ends - rows["at"]).dt.total_milliseconds().clip(1)
    figure.add_bar(
        base=rows["at"].to_list(),
        x=lasts.to_list(),
        y=[place] * rows.height,
        width=2 * _HALF,
        orientation="h",
        marker={"color": colour, "line": {"width": 0}},
        text=[f" {escape(_name_bar(row))} " for row in rows.iter_rows(named=True)],
        textposition="inside",
        insidetextanchor="start",
        textangle=0,
        customdata=_hover_words(rows),
        hovertemplate="%{customdata}<extra></extra>",
    )


def _name_bar(row: dict[str, Any]) -> str:
    """What stands in a bar: the stage, or the plan with its price."""
    return say_name(row["kind"]) if row["lane"] == "stage" else str(row["label"]).split(" a month")[0]


def _draw_columns(figure: go.Figure, rows: pl.DataFrame, place: int, theme: Theme) -> None:
    """Actions of each week as small columns that stand on the floor of the lane; the fullest week fills it."""
    if rows.is_empty():
        return
    fullest = rows["value"].max() or 1.0
    figure.add_bar(
        x=(rows["at"] + (rows["until"] - rows["at"]) / 2).to_list(),
        y=(rows["value"] * (-2 * _HALF) / fullest).to_list(),
        base=[place + _HALF] * rows.height,
        width=((rows["until"] - rows["at"]).dt.total_milliseconds() * 0.8).to_list(),
        marker={"color": theme.sequential[5], "line": {"width": 0}},
        customdata=_hover_words(rows),
        hovertemplate="%{customdata}<extra></extra>",
    )


def _draw_risk(figure: go.Figure, rows: pl.DataFrame, place: int, theme: Theme) -> None:
    """Scores as a line from the floor of the lane (no risk) to its top (the highest score of this customer)."""
    highest = rows["value"].max() or 1.0
    colours = [
        fade(theme.primary, 0.0) if kind == "past_score" else _point_colour(kind, theme) for kind in rows["kind"]
    ]
    figure.add_scatter(
        x=rows["at"].to_list(),
        y=(place + _HALF - rows["value"] * 2 * _HALF / highest).to_list(),
        mode="lines+markers",
        line={"color": theme.primary, "width": 2},
        marker={"color": colours, "size": 9},
        customdata=_hover_words(rows),
        hovertemplate="%{customdata}<extra></extra>",
    )


def _draw_waits(figure: go.Figure, rows: pl.DataFrame, place: int, theme: Theme) -> None:
    """Thin lines from an opening to its end: open tickets, bills paid late."""
    xs = [moment for row in rows.iter_rows(named=True) for moment in (row["at"], row["until"], None)]
    if xs:
        line = {"color": fade(theme.muted, 0.45), "width": 3}
        figure.add_scatter(x=xs, y=[place] * len(xs), mode="lines", line=line, hoverinfo="skip")


def _draw_points(figure: go.Figure, rows: pl.DataFrame, place: int, theme: Theme) -> None:
    """Moments; the colour says whether a kind is trouble."""
    if rows.is_empty():
        return
    figure.add_scatter(
        x=rows["at"].to_list(),
        y=[place] * rows.height,
        mode="markers",
        marker={
            "color": [_point_colour(kind, theme) for kind in rows["kind"]],
            "size": 9,
            "line": {"color": theme.page, "width": 1},
        },
        customdata=_hover_words(rows),
        hovertemplate="%{customdata}<extra></extra>",
    )


def _hover_words(rows: pl.DataFrame) -> list[str]:
    return [
        f"<b>{say_period(row['at'].date(), 'day')}</b><br>{escape(row['label'])}" for row in rows.iter_rows(named=True)
    ]


def _bar_colour(kind: str, theme: Theme) -> str:
    colours = dict(zip(_STAGES, (theme.categorical[1], theme.sequential[4], theme.bad, theme.warning), strict=True))
    colours |= {"churned": theme.panel, "active": theme.sequential[3], "trial": theme.sequential[1]}
    return colours.get(kind, theme.border)


def _point_colour(kind: str, theme: Theme) -> str:
    if kind in _BAD:
        return theme.bad
    if kind in _WARNING:
        return theme.warning
    return theme.good if kind in _GOOD else theme.primary


def name_lane(lane: str) -> str:
    """A lane as people read it."""
    return LANE_LABELS.get(lane, say_name(lane))
