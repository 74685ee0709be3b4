"""The bridge from opening to closing revenue of one period."""

from itertools import accumulate, pairwise
from typing import Any

import plotly.graph_objects as go
import polars as pl

from analytics.charts.movements import MOVEMENTS, NOT_OVER, fill_bars, list_open, movement_colours, word_bar
from analytics.charts.theme import Mode, Theme, read_theme, start_figure
from analytics.charts.wording import say_amount, say_name, say_period

BAR_WIDTH = 0.6


def bridge(
    movements: pl.DataFrame, mode: Mode, *, period: str = "month", unit: str = "", title: str = "", subtitle: str = ""
) -> go.Figure:
    """Steps from the opening to the closing line; lengths are what compares, so the axis need not start at 0.

    movements: exactly one row, the columns of `show movements` for one period: period (start), opening, new,
    reactivation, expansion, contraction and churn (the last two negative), closing, in money per month, and state
    (hatched where it is not final). ValueError for any other number of rows. unit: the currency sign. A selected
    bar's `customdata` is the first day of the period (ISO) and its kind.
    """
    if movements.height != 1:
        raise ValueError(f"a bridge shows one period, not {movements.height}")
    total, (is_open,) = movements.row(0, named=True), list_open(movements)
    theme, name = read_theme(mode), say_period(total["period"], period)
    levels = list_levels(total)
    alt = word_bridge(total, name, unit, is_open=is_open)
    figure = start_figure(mode, alt=alt, title=title, subtitle=subtitle, height=320)
    figure.add_trace(join_steps(levels, theme))
    figure.add_trace(draw_steps(total, levels, theme, name, unit, is_open=is_open))
    for level, slot in (("opening", -1), ("closing", len(MOVEMENTS))):
        mark_level(figure, total[level], f"{say_name(level)}<br><b>{say_amount(total[level], unit)}</b>", theme, slot)
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(visible=False, range=frame_levels(levels))
    names = [say_name(kind) for kind in MOVEMENTS]
    figure.update_xaxes(showline=False, ticks="", range=[-1.6, len(MOVEMENTS) + 0.6], fixedrange=True)
    figure.update_xaxes(tickvals=list(range(len(names))), ticktext=names, tickangle=0)
    return figure


def list_levels(total: dict[str, Any]) -> list[float]:
    """The opening, and the level after each movement."""
    return list(accumulate((total[kind] for kind in MOVEMENTS), initial=total["opening"]))


def draw_steps(
    total: dict[str, Any], levels: list[float], theme: Theme, name: str, unit: str, *, is_open: bool
) -> go.Bar:
    """The five movements, each from where the one before ended."""
    amounts = [total[kind] for kind in MOVEMENTS]
    return go.Bar(
        x=list(range(len(MOVEMENTS))),
        y=amounts,
        base=levels[:-1],
        width=BAR_WIDTH,
        marker=fill_bars(list(movement_colours(theme)), [is_open] * len(MOVEMENTS)),
        unselected={"marker": {"opacity": 1}},
        customdata=[[total["period"].isoformat(), kind] for kind in MOVEMENTS],
        text=[f"{'+' if amount > 0 else ''}{say_amount(amount, unit)}" for amount in amounts],
        textposition="outside",
        cliponaxis=False,
        hovertext=[
            word_bar(kind, amount, name, unit, is_open=is_open) for kind, amount in zip(MOVEMENTS, amounts, strict=True)
        ],
        hoverinfo="text",
    )


def join_steps(levels: list[float], theme: Theme) -> go.Scatter:
    """Thin lines from the end of each step to the beginning of the next."""
    x: list[float | None] = []
    y: list[float | None] = []
    for slot, (left, right) in enumerate(pairwise(range(len(levels) - 1))):
        x += [left + BAR_WIDTH / 2, right - BAR_WIDTH / 2, None]
        y += [levels[slot + 1]] * 2 + [None]
    line = {"color": theme.muted, "width": 1}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def mark_level(figure: go.Figure, level: float, words: str, theme: Theme, slot: int) -> None:
    """A dotted line at one level, its words above it in a slot that holds no bar."""
    figure.add_hline(y=level, line={"color": theme.muted, "width": 1, "dash": "dot"}, layer="below")
    font = {"color": theme.muted, "size": theme.font_size - 2}
    figure.add_annotation(x=slot, y=level, yanchor="bottom", text=words, font=font, showarrow=False)


def frame_levels(levels: list[float]) -> list[float]:
    """The span of the vertical axis: every level on the way, and room for the labels."""
    lowest, highest = min(levels), max(levels)
    room = (highest - lowest) * 0.18 or 1.0
    return [lowest - room, highest + room]


def word_bridge(total: dict[str, Any], name: str, unit: str, *, is_open: bool) -> str:
    """The bridge for people who do not see it."""
    steps = ", ".join(f"{say_name(kind).lower()} {say_amount(total[kind], unit)}" for kind in MOVEMENTS)
    opening, closing = say_amount(total["opening"], unit), say_amount(total["closing"], unit)
    remark = f" ({NOT_OVER})" if is_open else ""
    return f"{name}{remark}: revenue from {opening} at the opening to {closing} at the closing: {steps}."
