"""Scenarios: moves under a name, kept with the data set, compared side by side on today's numbers."""

from typing import Any

import streamlit as st

from analytics.charts.outcome_bars import outcome_bars
from analytics.charts.wording import say_amount
from analytics.contract.errors import UserError
from analytics.levers.whatif import list_levers, whatif_customers
from analytics.reports.whatif_findings import bars_of, compare_scenarios, say_count, say_fewer
from analytics.store.info import BuildInfo
from analytics.store.notebook import Notebook
from pages.parts.answers import read
from pages.parts.choices import say_customers
from pages.parts.evidence import show_evidence
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.levers import KEY, make_moves, say_change
from pages.parts.session import current_dataset
from pages.parts.words import currency_sign, literal

KIND = "scenario"
MOST_COMPARED = 4


def save_scenario(changes: dict[str, float], where: str) -> None:
    """A name and a button; what is saved is what was moved and for whom, never a result that could grow stale."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of this scenario", key="scenario_name", placeholder="for example: answer in 4 hours")
        is_pressed = st.button("Save", icon=":material/bookmark_add:", key="save_scenario", disabled=not changes)
    if is_pressed:
        Notebook(current_dataset()).save(KIND, name, {"changes": changes, "where": where})
        st.toast(f"Saved: {name.strip()}", icon=":material/bookmark_added:")
        st.rerun()


def compare_saved(info: BuildInfo) -> None:
    """The saved scenarios chosen for comparison, each worked out anew on the data in force."""
    saved = Notebook(current_dataset()).entries(KIND)
    if not saved:
        return
    with card("Scenarios side by side", "Worked out anew on the data in force; up to four at a time."):
        chosen = st.multiselect(
            "Scenarios",
            list(saved),
            default=list(saved)[:MOST_COMPARED],
            max_selections=MOST_COMPARED,
            key="compare",
            bind="query-params",
            label_visibility="collapsed",
        )
        outcomes = {name: found for name in chosen if (found := work_out(name, saved[name]))}
        if not outcomes:
            return
        with st.grid(len(outcomes), min_column_width=220):
            for name, outcome in outcomes.items():
                with st.container(border=True, height="stretch", gap="xsmall"):
                    show_scenario(name, saved[name], outcome, info)
        if len({outcome["churners_before"] for outcome in outcomes.values()}) == 1:
            draw(outcome_bars(bars_of(outcomes), theme_mode()), key="scenarios")
        explain_numbers(compare_scenarios(outcomes), "scenarios", columns=plain_numbers(), label="Table")


def work_out(name: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """A saved scenario's outcome on the data in force; what cannot be worked out any more says why."""
    try:
        levers = read(list_levers, body["where"])
        return read(whatif_customers, make_moves(levers, body["changes"]), body["where"])
    except UserError as error:
        st.caption(f":material/error: {name}: {error.sentence}")
        return None


def show_scenario(name: str, body: dict[str, Any], outcome: dict[str, Any], info: BuildInfo) -> None:
    """One scenario: what it moves, for whom, what the model makes of it, and what can be done with it."""
    st.metric(name, say_fewer(outcome))
    st.caption(
        f"{say_count(outcome['low'])} to {say_count(outcome['high'])} of {say_count(outcome['churners_before'])} remain"
    )
    reached = {move["lever"]: move["mean_after"] for move in outcome["levers"]}
    for entry in read(list_levers, body["where"]):
        if entry.lever.name in reached:
            st.markdown(say_change(entry, reached[entry.lever.name]))
    if not info.is_snapshot:
        sign = currency_sign(info)
        saved, cost = say_amount(outcome["mrr_saved"], sign), say_amount(outcome["cost"], sign)
        st.markdown(literal(f"{saved} MRR if causal, for {cost}"))
    st.caption(say_customers(body["where"]))
    show_evidence()
    with st.container(horizontal=True):
        st.button("Open", key=f"open_{name}", on_click=open_scenario, args=(body,), icon=":material/tune:")
        st.button("Delete", key=f"delete_{name}", on_click=forget, args=(name,), type="tertiary")


def open_scenario(body: dict[str, Any]) -> None:
    """The sliders and the choice of customers as they were saved."""
    for key in st.session_state:
        if str(key).startswith((KEY.format(""), "only_")):
            del st.session_state[key]
    st.session_state["segment"] = ""  # a segment stands in the condition by its name
    st.session_state["where"] = body["where"]
    for name, change in body["changes"].items():
        st.session_state[KEY.format(name)] = change


def forget(name: str) -> None:
    """Removes a saved scenario."""
    Notebook(current_dataset()).delete(KIND, name)


def plain_numbers() -> dict[str, Any]:
    """Departures and money are no percentages, whatever their columns are called."""
    names = ("churners_before", "churners_after", "low", "high", "mrr_saved", "mrr_saved_low", "mrr_saved_high", "cost")
    return {name: st.column_config.NumberColumn(format="%.1f") for name in names}
