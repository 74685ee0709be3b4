"""The bridge from opening to closing revenue of one period."""

from itertools import accumulate

import plotly.graph_objects as go
import polars as pl

from analytics.charts.movements import MOVEMENTS
from analytics.charts.theme import Mode, Theme, read_theme, start_figure
from analytics.charts.wording import say_amount, say_name


def bridge(movements: pl.DataFrame, mode: Mode, *, unit: str = "", title: str = "", subtitle: str = "") -> go.Figure:
    """Steps from the opening to the closing line; lengths are what compares, so the axis need not start at 0.

    movements: exactly one row, the columns of `show movements` for one period or their total: opening, new,
    reactivation, expansion, contraction and churn (the last two negative), closing, in money per month.
    ValueError for any other number of rows. unit: the currency sign.
    """
    if movements.height != 1:
        raise ValueError(f"a bridge shows one period, not {movements.height}")
    total = movements.row(0, named=True)
    theme = read_theme(mode)
    figure = start_figure(mode, alt=word_bridge(total, unit), title=title, subtitle=subtitle, height=320)
    figure.add_trace(draw_steps(total, theme, unit))
    for name, slot in (("opening", -1), ("closing", len(MOVEMENTS))):
        words = f"{say_name(name)}<br><b>{say_amount(total[name], unit)}</b>"
        mark_level(figure, total[name], words, theme, slot=slot)
    figure.update_yaxes(visible=False, range=frame_levels(total))
    figure.update_xaxes(showline=False, ticks="", range=[-1.5, len(MOVEMENTS) + 0.5], fixedrange=True)
    return figure


def draw_steps(total: dict[str, float], theme: Theme, unit: str) -> go.Waterfall:
    """The five movements, each from where the one before ended."""
    amounts = [total[kind] for kind in MOVEMENTS]
    labels = [f"{'+' if amount > 0 else ''}{say_amount(amount, unit)}" for amount in amounts]
    return go.Waterfall(
        x=[say_name(kind) for kind in MOVEMENTS],
        y=amounts,
        measure=["relative"] * len(MOVEMENTS),
        base=total["opening"],
        text=labels,
        textposition="outside",
        cliponaxis=False,
        connector={"line": {"color": theme.muted, "width": 1}},
        increasing={"marker": {"color": theme.good}},
        decreasing={"marker": {"color": theme.bad}},
        hoverinfo="skip",
    )


def mark_level(figure: go.Figure, level: float, words: str, theme: Theme, *, slot: int) -> None:
    """A dotted line at one level, its words above it in a slot that holds no bar."""
    figure.add_hline(y=level, line={"color": theme.muted, "width": 1, "dash": "dot"}, layer="below")
    font = {"color": theme.muted, "size": theme.font_size - 2}
    figure.add_annotation(x=slot, y=level, yanchor="bottom", text=words, font=font, showarrow=False)


def frame_levels(total: dict[str, float]) -> list[float]:
    """The span of the vertical axis: every level on the way, and room for the labels."""
    levels = list(accumulate((total[kind] for kind in MOVEMENTS), initial=total["opening"]))
    lowest, highest = min(levels), max(levels)
    room = (highest - lowest) * 0.18 or 1.0
    return [lowest - room, highest + room]


def word_bridge(total: dict[str, float], unit: str) -> str:
    """The bridge for people who do not see it."""
    steps = ", ".join(f"{say_name(kind).lower()} {say_amount(total[kind], unit)}" for kind in MOVEMENTS)
    opening, closing = say_amount(total["opening"], unit), say_amount(total["closing"], unit)
    return f"Revenue from {opening} at the opening to {closing} at the closing: {steps}."
