"""Revenue movements: what came and what went, period by period."""

from typing import Any

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, Theme, fade, read_theme, start_figure
from analytics.charts.wording import say_amount, say_name, say_period

MOVEMENTS = ("new", "reactivation", "expansion", "contraction", "churn")
FEWEST_SLOTS = 6
NOT_OVER = "not over yet"


def movement_bars(
    movements: pl.DataFrame,
    mode: Mode,
    *,
    period: str = "month",
    unit: str = "",
    title: str = "",
    subtitle: str = "",
) -> go.Figure:
    """Recurring revenue gained above the line and lost below it, one stack per period; hatched where it is not over.

    movements: one row per period; of the columns of `show movements`: period (start), new, reactivation,
    expansion, contraction and churn (the last two negative), in money per month, and state (without it, every period
    is over). unit: the currency sign. A selected bar's `customdata` is the first day of its period (ISO) and its kind.
    """
    theme = read_theme(mode)
    figure = start_figure(mode, alt=word_movements(movements, period, unit), title=title, subtitle=subtitle, height=320)
    names = [say_period(start, period) for start in movements["period"]]
    is_open = list_open(movements)
    for kind, colour in zip(MOVEMENTS, movement_colours(theme), strict=True):
        figure.add_bar(
            x=names,
            y=movements[kind],
            name=say_name(kind),
            marker=fill_bars([colour] * len(names), is_open),
            unselected={"marker": {"opacity": 1}},
            customdata=[[start.isoformat(), kind] for start in movements["period"]],
            hovertext=[
                word_bar(kind, amount, name, unit, is_open=unfinished)
                for amount, name, unfinished in zip(movements[kind], names, is_open, strict=True)
            ],
            hoverinfo="text",
        )
    # One bar at a time: under a shared hover, a click would be told as one on the first bar of the stack.
    figure.update_layout(barmode="relative", hovermode="closest", showlegend=True, bargap=0.3)
    legend = {"orientation": "h", "y": -0.14, "yanchor": "top", "x": 0, "traceorder": "normal"}
    figure.update_layout(legend=legend)
    # A handful of bars keeps its width instead of filling the figure.
    ends = [-0.5, max(movements.height, FEWEST_SLOTS) - 0.5]
    figure.update_xaxes(type="category", nticks=9, tickangle=0, range=ends)
    figure.update_yaxes(tickformat="~s", zeroline=True, zerolinecolor=theme.muted)
    return figure


def list_open(movements: pl.DataFrame) -> list[bool]:
    """For each row, whether its period is not over."""
    if "state" not in movements.columns:
        return [False] * movements.height
    return [state != "final" for state in movements["state"]]


def fill_bars(colours: list[str], is_open: list[bool]) -> dict[str, Any]:
    """The fill of bars: solid, or hatched over a paler ground where the period is not over."""
    return {
        "color": colours,
        "pattern": {
            "shape": ["/" if unfinished else "" for unfinished in is_open],
            "fillmode": "replace",
            "bgcolor": [fade(colour, 0.2) for colour in colours],
            "size": 7,
            "solidity": 0.35,
        },
    }


def word_bar(kind: str, amount: float, name: str, unit: str, *, is_open: bool) -> str:
    """One bar in words."""
    return f"<b>{say_name(kind)} {say_amount(amount, unit)}</b><br>{name}{f', {NOT_OVER}' if is_open else ''}"


def movement_colours(theme: Theme) -> tuple[str, str, str, str, str]:
    """Gains in the cool colours, losses in the warm ones, in the order of MOVEMENTS."""
    return (theme.categorical[0], theme.categorical[3], theme.categorical[1], theme.warning, theme.bad)


def word_movements(movements: pl.DataFrame, period: str, unit: str) -> str:
    """The last period in words."""
    if movements.is_empty():
        return "Revenue movements: no period."
    last = movements.row(-1, named=True)
    said = ", ".join(f"{kind} {say_amount(last[kind], unit)}" for kind in MOVEMENTS)
    periods = f"{movements.height} period{'' if movements.height == 1 else 's'}"
    name = say_period(last["period"], period) + (f" ({NOT_OVER})" if list_open(movements)[-1] else "")
    return f"Revenue movements over {periods}; {name}: {said}."
