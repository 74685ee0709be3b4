"""Sliders for what a company can move, and what the model makes of the moves."""

from typing import Any

import streamlit as st

from analytics.charts.outcome_bars import outcome_bars
from analytics.charts.wording import say_amount, say_percent
from analytics.contract.levers import Lever
from analytics.levers.changes import Scale, make_move, scale_lever
from analytics.levers.moves import Move
from analytics.levers.whatif import LeverColumn
from analytics.reports.whatif_findings import PAYBACK_MONTHS, bars_of, break_even_share, say_money
from analytics.store.info import BuildInfo
from pages.parts.evidence import show_evidence
from pages.parts.figures import card, draw, theme_mode
from pages.parts.words import currency_sign

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


def move_levers(levers: list[LeverColumn]) -> dict[str, float]:
    """One slider per lever; gives the change of each lever's average, without those left where they are."""
    changes = {entry.lever.name: move_lever(entry) for entry in levers}
    return {name: change for name, change in changes.items() if change}


def move_lever(entry: LeverColumn) -> float:
    """A slider for what is added to the average; 0, where it starts, is today. Bound to the address."""
    scale = scale_lever(entry)
    if scale is None:
        return 0.0
    key = KEY.format(entry.lever.name)
    if key in st.session_state:  # from a scenario or a link made on other data
        st.session_state[key] = scale.hold(st.session_state[key])
    place = st.empty()
    chosen = st.slider(
        f"Change of {entry.lever.label.lower()}",
        scale.low,
        scale.high,
        0.0,
        scale.step,
        format=f"%+.{scale.decimals}f",
        help=f"{entry.lever.meaning[:1].upper()}{entry.lever.meaning[1:]}. {LESS}",
        key=key,
        bind="query-params",
    )
    change = scale.hold(chosen)
    place.markdown(say_change(entry, change, scale))
    return change


def say_change(entry: LeverColumn, change: float, scale: Scale) -> str:
    """`**First response time** · 9.8 → 6.0 hours`."""
    today = say_level(entry.mean, entry.lever, scale)
    if not change:
        return f"**{entry.lever.label}** · {today} today"
    return f"**{entry.lever.label}** · {today} → **{say_level(entry.mean + change, entry.lever, scale)}**"


def say_level(level: float, lever: Lever, scale: Scale) -> str:
    """A lever's average in its unit."""
    if lever.unit == "share":
        return say_percent(level, 0)
    return f"{level:,.{max(scale.decimals, 1)}f} {lever.unit}".strip()


def make_moves(levers: list[LeverColumn], changes: dict[str, float]) -> tuple[Move, ...]:
    """The moves that changes of averages stand for; levers unknown here are left out."""
    moves = [make_move(entry, changes.get(entry.lever.name, 0.0)) for entry in levers]
    return tuple(move for move in moves if move is not None)


def show_outcome(outcome: dict[str, Any], levers: list[LeverColumn], info: BuildInfo) -> None:
    """What the model makes of the moves: departures, money, cost, and how it is known, on every number."""
    with card("Customers expected to leave", say_basis(outcome)):
        draw(outcome_bars(bars_of({"With these moves": outcome}), theme_mode()), key="outcome")
        with st.grid(3, min_column_width=178):
            for label, value, detail, meaning in outcome_figures(outcome, info):
                with st.container(border=True, height="stretch", gap="xsmall"):
                    st.metric(label, value, help=meaning)
                    st.caption(detail)
                    show_evidence()
        show_warnings(outcome, levers)


def outcome_figures(outcome: dict[str, Any], info: BuildInfo) -> list[tuple[str, str, str, str]]:
    """(label, value, range or basis, meaning) of each figure; money only where there is revenue."""
    sign = currency_sign(info)
    change = outcome["churners_after"] - outcome["churners_before"]
    fewer = (outcome["churners_before"] - outcome["high"], outcome["churners_before"] - outcome["low"])
    figures = [
        (
            "Fewer departures",
            f"{-change:,.1f}" if change else "0",
            f"{fewer[0]:,.1f} to {fewer[1]:,.1f} (eight in ten refits)",
            "Sum of the risks as things stand minus the sum with the moves, all of them together.",
        )
    ]
    if info.is_snapshot:
        return figures
    meaning = "Risk taken away × monthly revenue, if the association were causal. It is not called saved until a test."
    figures.append(
        ("MRR it would save if causal", say_amount(outcome["mrr_saved"], sign), say_money(outcome, sign), meaning)
    )
    share = break_even_share(outcome, info.settings.gross_margin)
    pays = "no cost yet" if not outcome["cost"] else "never, on these numbers"
    if share is not None:
        pays = f"pays back in {PAYBACK_MONTHS} months if {say_percent(share, 0)} of the association is causal"
    basis = f"{outcome['eligible']:,} customers moved · {pays}"
    meaning = f"Cost per customer from the settings. Payback: cost ÷ (MRR × gross margin × {PAYBACK_MONTHS})."
    figures.append(("Cost", say_amount(outcome["cost"], sign), basis, meaning))
    return figures


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
        st.caption(f":material/warning: {warning[:1].upper()}{warning[1:]}")
