"""Saved segments: customers under a name, listed once, to be chosen on every page."""

from collections.abc import Sequence

import streamlit as st

from analytics.store.segments import delete_segment, list_segments, read_segment, save_segment
from pages.parts.errors import guard
from pages.parts.kept import keep, restore
from pages.parts.session import current_dataset
from pages.parts.words import literal

KEY = "segment"


def choose_segment() -> str:
    """One saved segment, bound to the address; gives the condition that chooses it, "" for none."""
    names = list_segments(current_dataset())
    if not names:
        return ""
    if st.session_state.get(KEY) not in (None, "", *names):  # somebody else has deleted it
        st.session_state[KEY] = ""
    restore(KEY, names)
    name = st.selectbox("Saved segment", ["", *names], format_func=say_segment, key=KEY, bind="query-params")
    keep(KEY, name, "")
    if name not in names:
        return ""
    segment = read_segment(current_dataset(), name)
    st.caption(literal(segment.said))
    st.button(
        "Delete this segment",
        key="delete-segment",
        on_click=forget_segment,
        args=(name,),
        type="tertiary",
        icon=":material/delete:",
    )
    return segment.condition


def offer_segment(customers: Sequence[str], said: str) -> None:
    """A name and a button: these customers, as listed now, become a segment. said: who they are, as a sentence."""
    with st.form("save_segment", border=False):
        name = st.text_input("Name of a segment of them", placeholder="for example: second-month leavers")
        is_pressed = st.form_submit_button("Save as segment", icon=":material/bookmark_add:", disabled=not customers)
    if is_pressed:
        with guard():
            kept = save_segment(current_dataset(), name, customers, said)
            st.toast(f"Saved: {kept.name}, {len(kept.customers):,} customers", icon=":material/bookmark_added:")
            st.rerun()


def forget_segment(name: str) -> None:
    """Removes a segment, and the choice of it."""
    delete_segment(current_dataset(), name)
    st.session_state[KEY] = ""


def say_segment(name: str) -> str:
    """A segment as a label; none of them is everybody."""
    return name or "None"
