"""Choices that follow a person from page to page: Streamlit drops those of a page on leaving it."""

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

_KEPT, _SHOWN, _ARRIVED = "choices_kept", "page_shown", "has_just_arrived"


def arrive(name: str) -> None:
    """Tells in which page this run is; only the first run of a page after another restores choices."""
    st.session_state[_ARRIVED] = st.session_state.get(_SHOWN) != name
    st.session_state[_SHOWN] = name


def restore(key: str, allowed: Collection[Any] | None = None, say: Callable[[Any], str] = str) -> str:
    """Before a widget: gives it the value it had on the page before, unless the address names one.

    allowed: what the widget offers; a kept value that is not among it, as after a change of data set, is dropped.
    say: the widget's `format_func`, as addresses hold what people see. Returns the key.
    """
    kept = st.session_state.get(_KEPT, {})
    if key in kept and st.session_state.get(_ARRIVED) and key not in st.query_params:
        value = kept[key]
        values = value if isinstance(value, list) else [value]
        if allowed is None or all(one in allowed for one in values):
            st.session_state[key] = value
            st.query_params[key] = [say(one) for one in values]  # the widget writes only later changes
    return key


def keep(key: str, value: Any, default: Any) -> None:
    """After a widget: remembers what was chosen; a page's own default is no choice."""
    kept = st.session_state.setdefault(_KEPT, {})
    if value == default:
        kept.pop(key, None)
    else:
        kept[key] = value
