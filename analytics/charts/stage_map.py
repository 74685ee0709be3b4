"""The map of the journey: stages in a row, arcs for moves between them, and what falls out below."""

from typing import Any

import plotly.graph_objects as go
import polars as pl

from analytics.charts.bars import STAGE_LABELS
from analytics.charts.theme import Mode, Theme, fade, read_theme, start_figure
from analytics.charts.wording import say_amount
from analytics.contract.stages import CHURNED, JOURNEY

HEIGHT = 310
_HALF_WIDTH, _HALF_HEIGHT = 0.34, 0.30  # of a stage's box
_FALL = -1.42  # where the arrows of those who left end
_WIDEST, _THINNEST = 15.0, 1.5  # pixels
_APART = 0.12  # moves there and back leave a box at different places
_BELOW = 0.55  # arcs back are flatter, so that they stay above the fall


def stage_map(moves: pl.DataFrame, stages: pl.DataFrame, mode: Mode, *, unit: str = "") -> go.Figure:
    """Stages left to right; an arc's width is how many moved so (forward above, back below), a red fall who left.

    moves: from_stage, to_stage (`churned`: left), customers, mrr (currency a month). stages: stage, still_in. unit:
    the currency sign; empty where nobody pays.
    """
    theme = read_theme(mode)
    figure = start_figure(mode, alt=word_map(moves, stages), title="", subtitle="", height=HEIGHT)
    shown = moves.filter(pl.col("from_stage").is_in(JOURNEY) & (pl.col("customers") > 0))
    greatest = max(shown["customers"].to_list(), default=1)
    for row in shown.iter_rows(named=True):
        width = max(_THINNEST, _WIDEST * row["customers"] / greatest)
        if row["to_stage"] == CHURNED:
            draw_fall(figure, row, width, theme, unit)
        else:
            draw_arc(figure, row, width, theme)
    for row in stages.iter_rows(named=True):
        draw_stage(figure, row, theme)
    figure.update_xaxes(visible=False, range=[-0.5, len(JOURNEY) - 0.5], fixedrange=True)
    figure.update_yaxes(visible=False, range=[_FALL - 0.3, 1.32], fixedrange=True)
    return figure


def draw_arc(figure: go.Figure, row: dict[str, Any], width: float, theme: Theme) -> None:
    """Customers who moved from one stage to another; the number stands at the top of the arc."""
    start, end = JOURNEY.index(row["from_stage"]), JOURNEY.index(row["to_stage"])
    step = 1 if end > start else -1
    x0, x1, y0 = start + _APART * step, end - _APART * step, _HALF_HEIGHT * step
    top = step * (0.45 + 0.62 * abs(end - start)) * (1 if step > 0 else _BELOW)
    # the middle of a quadratic curve lies halfway between its ends and its handle
    middle, height = (x0 + x1) / 2, y0 / 2 + top / 2
    figure.add_shape(
        type="path",
        path=f"M {x0},{y0} Q {middle},{top} {x1},{y0}",
        line={"color": fade(theme.primary if step > 0 else theme.muted, 0.45), "width": width},
        layer="below",
    )
    said = f"{row['customers']:,} moves from {_label(row['from_stage'])} to {_label(row['to_stage'])}"
    label(figure, middle, height, f"{row['customers']:,}", said, theme.text)


def draw_fall(figure: go.Figure, row: dict[str, Any], width: float, theme: Theme, unit: str) -> None:
    """Customers who left from a stage, and what they paid on the eve."""
    x = JOURNEY.index(row["from_stage"])
    figure.add_shape(
        type="path",
        path=f"M {x},{-_HALF_HEIGHT} L {x},{_FALL + 0.2}",
        line={"color": fade(theme.bad, 0.55), "width": width},
        layer="below",
    )
    money = f"<br>{say_amount(float(str(row['mrr'])), unit)} a month" if unit else ""
    said = f"{row['customers']:,} left from {_label(row['from_stage'])}{money}"
    label(figure, x, _FALL, f"<b>{row['customers']:,} left</b>{money}", said, theme.bad)


def draw_stage(figure: go.Figure, row: dict[str, Any], theme: Theme) -> None:
    """One stage's box with its name and who is in it now."""
    x = JOURNEY.index(str(row["stage"]))
    figure.add_shape(
        type="rect",
        x0=x - _HALF_WIDTH,
        x1=x + _HALF_WIDTH,
        y0=-_HALF_HEIGHT,
        y1=_HALF_HEIGHT,
        line={"color": theme.border, "width": 1},
        fillcolor=theme.panel,
        layer="below",
    )
    words = f"<b>{_label(row['stage'])}</b><br>{row['still_in']:,} now"
    label(figure, x, 0, words, f"{row['still_in']:,} customers are in {_label(row['stage'])} now", theme.text)


def label(figure: go.Figure, x: float, y: float, words: str, said: str, colour: str) -> None:
    """Words at a place of the map, with what they mean on hover."""
    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="text",
            text=[words],
            textfont={"color": colour},
            hovertext=[said],
            hoverinfo="text",
            cliponaxis=False,
        )
    )


def word_map(moves: pl.DataFrame, stages: pl.DataFrame) -> str:
    """The map for people who do not see it."""
    now = "; ".join(f"{row['still_in']:,} in {_label(row['stage'])}" for row in stages.iter_rows(named=True))
    rows = moves.filter(pl.col("from_stage").is_in(JOURNEY) & (pl.col("customers") > 0)).iter_rows(named=True)
    moved = "; ".join(
        f"{row['customers']:,} from {_label(row['from_stage'])} to {_label(row['to_stage'])}" for row in rows
    )
    return f"Stage map. Now: {now}. Moves: {moved or 'none'}."


def _label(stage: str) -> str:
    return "left" if stage == CHURNED else STAGE_LABELS.get(stage, stage)
