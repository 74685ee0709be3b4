"""Curves with their uncertainty: retention, survival, churn over time; named at their ends, no legend."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, Theme, fade, read_theme, start_figure
from analytics.charts.wording import say_percent

LABEL_PIXELS = 18
TICK_STEPS = (1, 2, 3, 6, 12, 24, 30, 60, 90, 180, 365, 730)


def curves(
    points: pl.DataFrame,
    mode: Mode,
    *,
    title: str = "",
    subtitle: str = "",
    x_title: str = "",
    is_stepped: bool = False,
    from_zero: bool = True,
    height: int = 320,
) -> go.Figure:
    """One line per group with its interval as a band; a null rate is a gap, an unfinished stretch is dotted.

    points: one row per group and x, at most about 1,000 in all: x (number or date), y (0-1), low, high
    (null: no band there), group (null: only one curve), state (final or unfinished). is_stepped: survival
    curves, which hold their level until the next event. from_zero: false starts the axis near the lowest
    value.
    """
    theme = read_theme(mode)
    shown = points.filter(pl.col("state") != "unobserved").sort("x")
    groups = shown["group"].unique(maintain_order=True).sort().to_list()
    figure = start_figure(mode, alt=word_curves(shown, groups), title=title, subtitle=subtitle, height=height)
    for index, group in enumerate(groups):
        curve = shown.filter(pl.col("group").eq_missing(group))
        colour = theme.categorical[index] if index < len(theme.categorical) else theme.muted
        add_curve(figure, curve, colour, "hv" if is_stepped else "linear")
    lay_out(figure, shown, x_title, from_zero=from_zero)
    name_ends(figure, shown, groups, theme)
    return figure


def add_curve(figure: go.Figure, curve: pl.DataFrame, colour: str, shape: str) -> None:
    """Band, finished line and dotted remainder of one group."""
    name = curve["group"][0] or ""
    is_final = pl.col("state") == "final"
    figure.add_traces(draw_band(curve.filter(is_final & pl.col("low").is_not_null()), colour, shape))
    style = {"color": colour, "width": 2.5, "shape": shape}
    final = curve.filter(is_final)
    figure.add_trace(draw_line(final, name, style))
    unfinished = curve.filter(~is_final)
    if unfinished.height:
        tail = pl.concat([final.tail(1), unfinished])
        figure.add_trace(draw_line(tail, name, {**style, "dash": "dot", "width": 1.5}))


def draw_line(curve: pl.DataFrame, name: str, style: dict[str, object]) -> go.Scatter:
    """One line whose hover states rate and interval."""
    rows = curve.select("y", "low", "high", "state").iter_rows()
    return go.Scatter(
        x=curve["x"],
        y=curve["y"],
        mode="lines+markers" if curve.height == 1 else "lines",
        line=style,
        name=name,
        connectgaps=False,
        hovertext=[hover_words(name, *row) for row in rows],
        hoverinfo="text",
    )


def draw_band(curve: pl.DataFrame, colour: str, shape: str) -> list[go.Scatter]:
    """The interval: an unseen lower edge, and the fill from it to the upper edge."""
    edge = {"width": 0, "shape": shape}
    silent = {"x": curve["x"], "mode": "lines", "line": edge, "hoverinfo": "skip"}
    lower = go.Scatter(y=curve["low"], **silent)
    upper = go.Scatter(y=curve["high"], fill="tonexty", fillcolor=fade(colour, 0.14), **silent)
    return [lower, upper]


def hover_words(name: str, rate: float | None, low: float | None, high: float | None, state: str) -> str:
    """One point in words."""
    interval = "" if low is None else f" ({say_percent(low)} to {say_percent(high)})"
    remark = " · not over yet" if state == "unfinished" else ""
    return f"{f'<b>{name}</b> ' if name else ''}{say_percent(rate)}{interval}{remark}"


def name_ends(figure: go.Figure, points: pl.DataFrame, groups: Sequence[str | None], theme: Theme) -> None:
    """Each group's name and last final value beside its end, moved apart where two ends are close."""
    last_final = pl.col("y").filter(pl.col("state") == "final").last()
    known = points.filter(pl.col("y").is_not_null()).group_by("group", maintain_order=True)
    # Beside the last final height: what is not over has no value yet that a name could carry.
    ends = known.agg(pl.col("x").last(), y=last_final, value=last_final).drop_nulls("y").sort("y", descending=True)
    bottom, top = figure.layout.yaxis.range
    digits = 0 if top - bottom > 0.3 else 1  # small rates differ in their tenths
    for end, shift in zip(ends.iter_rows(named=True), spread_labels(ends["y"].to_list(), figure), strict=True):
        index = groups.index(end["group"])
        colour = theme.categorical[index] if index < len(theme.categorical) else theme.muted
        name = f"<b>{end['group']}</b> " if end["group"] else ""
        figure.add_annotation(
            x=end["x"],
            y=end["y"],
            text=f"{name}{say_percent(end['value'], digits)}",
            font={"color": colour, "size": theme.font_size - 1},
            showarrow=False,
            xanchor="left",
            xshift=8,
            yshift=shift,
        )
    longest = max((len(str(group or "")) for group in groups), default=0)
    figure.update_layout(margin_r=60 + 7 * longest)


def spread_labels(heights: list[float], figure: go.Figure) -> list[float]:
    """Pixels by which labels, from the top down, give way so that none covers the one above it."""
    span = figure.layout.yaxis.range
    pixels = (figure.layout.height - figure.layout.margin.t - 40) / (span[1] - span[0])
    shifts: list[float] = []
    floor = float("inf")
    for height in heights:
        wanted = height * pixels
        floor = min(wanted, floor - LABEL_PIXELS)
        shifts.append(round(floor - wanted, 1))
    return shifts


def lay_out(figure: go.Figure, points: pl.DataFrame, x_title: str, *, from_zero: bool) -> None:
    """Percentages up, one shared hover; the axis holds every line and band."""
    ends = points.select(low=pl.min_horizontal("y", "low").min(), high=pl.max_horizontal("y", "high").max())
    lowest, highest = ends.fill_null(1.0).row(0)
    room = (highest - lowest) * 0.08 or 0.02
    bottom = 0.0 if from_zero else max(0.0, lowest - room)
    figure.update_yaxes(tickformat=".0%" if highest - bottom > 0.08 else ".1%", range=[bottom, highest + room])
    figure.update_xaxes(title_text=x_title, **space_ticks(points["x"]))
    figure.update_layout(hovermode="x unified")


def space_ticks(places: pl.Series) -> dict[str, object]:
    """Whole steps people count ages in, and no empty room at the ends; the steps of dates are left to Plotly."""
    if places.dtype.is_temporal() or places.is_empty():
        # Left to itself, Plotly makes room on the axis for the names at the ends, which have the margin.
        ends = {"range": [places.min(), places.max()]} if places.n_unique() > 1 else {}
        return {"tickformat": "%b %Y", "nticks": 7, **ends}
    numbers = sorted(places.cast(pl.Float64).to_list())
    first, last = numbers[0], numbers[-1]
    step = next((step for step in TICK_STEPS if (last - first) / step <= 9), TICK_STEPS[-1])
    return {"dtick": step, "range": [first, last]}


def word_curves(points: pl.DataFrame, groups: Sequence[str | None]) -> str:
    """The curves for people who do not see them."""
    known = points.filter(pl.col("y").is_not_null())
    if known.is_empty():
        return "Curves without any observed point."
    said = []
    for group in groups:
        curve = known.filter(pl.col("group").eq_missing(group))
        if curve.height:
            first, last = curve.row(0, named=True), curve.row(-1, named=True)
            ends = " to ".join(f"{say_percent(end['y'])} at {say_x(end['x'])}" for end in (first, last))
            said.append(f"{group}: {ends}" if group else ends)
    return f"{'Curve' if len(said) == 1 else 'Curves'}, {'; '.join(said)}."


def say_x(x: float | date) -> str:
    """A place on the axis in words."""
    return x.isoformat() if isinstance(x, date) else f"{x:g}"
