"""Sliders for what a company can move, and what the model makes of the moves."""

from typing import Any

import streamlit as st

from analytics.charts.outcome_bars import outcome_bars
from analytics.charts.wording import say_percent
from analytics.contract.levers import Lever
from analytics.levers.changes import make_move, scale_lever
from analytics.levers.moves import Move
from analytics.levers.whatif import LeverColumn
from analytics.reports.whatif_findings import bars_of, list_figures
from analytics.store.info import BuildInfo
from pages.parts.evidence import show_evidence
from pages.parts.figures import card, draw, theme_mode
from pages.parts.words import currency_sign, literal

MOST_SHOWN = 6  # sliders at first; the others can be asked for
KEY = "lever_{}"
LESS = "Less: everybody by the same share. More: everybody by the same amount. Nobody is moved beyond what is observed."


def choose_levers(levers: list[LeverColumn]) -> list[LeverColumn]:
    """All levers where they are few; otherwise a choice among them, bound to the address."""
    if len(levers) <= MOST_SHOWN:
        return levers
    labels = {entry.lever.name: entry.lever.label for entry in levers}
    chosen = st.multiselect(
        "Levers",
        list(labels),
        default=list(labels)[:MOST_SHOWN],
        format_func=lambda name: labels.get(name, name),
        key="levers",
        bind="query-params",
    )
    return [entry for entry in levers if entry.lever.name in chosen]


def move_levers(levers: list[LeverColumn], places: dict[str, Any]) -> dict[str, float]:
    """One slider per lever, and in `places` room above it for its level; gives what is added to each average.

    Levers left where they are are left out.
    """
    changes = {}
    for entry in levers:
        places[entry.lever.name] = st.empty()
        changes[entry.lever.name] = move_lever(entry)
    return {name: change for name, change in changes.items() if change}


def move_lever(entry: LeverColumn) -> float:
    """A slider for what is added to the average; 0, where it starts, is today. Bound to the address."""
    scale = scale_lever(entry)
    if scale is None:
        return 0.0
    key = KEY.format(entry.lever.name)
    if key in st.session_state:  # from a scenario made on other data
        st.session_state[key] = scale.hold(st.session_state[key])
    chosen = st.slider(
        f"Change of {entry.lever.label.lower()}",
        scale.low,
        scale.high,
        0.0,
        scale.step,
        format="percent" if entry.lever.unit == "share" else f"%+.{scale.decimals}f",
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return scale.hold(chosen)


def show_levels(levers: list[LeverColumn], places: dict[str, Any], outcome: dict[str, Any]) -> None:
    """Above each slider: where its average stands, and where the moves bring it, edges included."""
    reached = {move["lever"]: move["mean_after"] for move in outcome["levers"]}
    for entry in levers:
        name = entry.lever.name
        says = f"{entry.lever.meaning[:1].upper()}{entry.lever.meaning[1:]}. {LESS}"
        places[name].markdown(say_change(entry, reached.get(name)), help=says)


def say_change(entry: LeverColumn, reached: float | None) -> str:
    """`**First response time** · 9.8 → 6.0 hours`."""
    today, unit = say_level(entry.mean, entry.lever), f" {entry.lever.unit}" if entry.lever.unit != "share" else ""
    if reached is None:
        return f"**{entry.lever.label}** · {today}{unit}"
    return f"**{entry.lever.label}** · {today} → **{say_level(reached, entry.lever)}**{unit}"


def say_level(level: float, lever: Lever) -> str:
    """A lever's average, shares in percent."""
    if lever.unit == "share":
        return say_percent(level, 0)
    return f"{level:,.2f}" if abs(level) < 1 else f"{level:,.1f}"


def make_moves(levers: list[LeverColumn], changes: dict[str, float]) -> tuple[Move, ...]:
    """The moves that changes of averages stand for; levers unknown here are left out."""
    moves = [make_move(entry, changes.get(entry.lever.name, 0.0)) for entry in levers]
    return tuple(move for move in moves if move is not None)


def show_outcome(outcome: dict[str, Any], levers: list[LeverColumn], info: BuildInfo) -> None:
    """What the model makes of the moves: departures, money, cost, and how it is known, on every number."""
    sign, margin = currency_sign(info), info.settings.gross_margin
    with card("Customers expected to leave", say_basis(outcome)):
        draw(outcome_bars(bars_of({"With these moves": outcome}), theme_mode()), key="outcome")
        with st.grid(2, min_column_width=200):
            for figure in list_figures(outcome, sign, margin, has_money=not info.is_snapshot):
                with st.container(border=True, height="stretch", gap="xsmall"):
                    st.metric(figure.label, literal(figure.value), help=figure.meaning)
                    st.caption(literal(figure.detail))
                    show_evidence()
        show_warnings(outcome, levers)


def say_basis(outcome: dict[str, Any]) -> str:
    """Whom the numbers are about."""
    return f"Sum of the calibrated risks of {outcome['customers']:,} customers; the line is the band over refits."


def show_warnings(outcome: dict[str, Any], levers: list[LeverColumn]) -> None:
    """What the engine warns of, and the causes a lever's declaration says nobody measures."""
    moved = {move["lever"] for move in outcome["levers"]}
    hidden = [
        f"{entry.lever.label}: {'; '.join(entry.lever.unmeasured_causes)}: the association may point the wrong way."
        for entry in levers
        if entry.lever.name in moved and entry.lever.unmeasured_causes
    ]
    for warning in [*outcome["warnings"], *hidden]:
        st.caption(literal(f":material/warning: {warning[:1].upper()}{warning[1:]}"))
