"""How to count retention: every option of the engine, each in the page's address."""

from typing import Any

import streamlit as st

from analytics.charts.wording import say_name
from analytics.metrics.rule import RetentionRule
from analytics.metrics.rule_options import RULE_OPTIONS, find_option, list_events, read_brackets
from pages.parts.answers import read
from pages.parts.kept import keep, restore
from pages.parts.session import current_dataset

USUAL_BRACKETS = "1,3,7"
MOST = 1_000


def choose_rule() -> dict[str, Any]:
    """A popover with the options the data set can answer; gives them as they stand, unchecked: `read_rule`."""
    info = current_dataset().info
    with st.popover("How to count", icon=":material/rule:", key="counting"):
        chosen: dict[str, Any] = {}
        with st.grid(2, min_column_width=200):
            for name in ("mode", "window", "cohorts", "measure", "average"):
                chosen[name] = choose_value(name)
            if info.has("events"):
                for name in ("start_event", "return_event"):
                    chosen[name] = choose_event(name)
                chosen["min_occurrences"] = choose_number("min_occurrences", least=1)
            if info.has("events", "subscriptions"):
                chosen["basis"] = choose_value("basis")
            chosen["ages"] = choose_number("ages", least=0)
            if chosen["mode"] == "bracket":
                chosen["brackets"] = write_brackets()
        st.button("The usual way", key="count-as-usual", on_click=count_as_usual, icon=":material/undo:")
    return chosen


def read_rule(chosen: dict[str, Any]) -> tuple[RetentionRule, str]:
    """The rule and the average; UserError in the engine's own words for options that do not go together."""
    fields = {name: value for name, value in chosen.items() if name not in ("average", "brackets")}
    return RetentionRule(**fields, brackets=read_brackets(chosen.get("brackets", ""))), chosen["average"]


def choose_value(name: str) -> str:
    """One of an option's declared values."""
    option = find_option(name)
    values = [*([] if option.default else [""]), *option.values]
    restore(name, values, say_value)
    chosen = st.selectbox(
        option.label, values, format_func=say_value, key=name, bind="query-params", help=option.help.capitalize()
    )
    keep(name, chosen, values[0])
    return chosen if chosen in values else values[0]


def choose_event(name: str) -> str:
    """The name of an event in the data, "" for any."""
    option, names = find_option(name), ["", *read(list_events)]
    restore(name, names, say_event)
    chosen = st.selectbox(
        option.label, names, format_func=say_event, key=name, bind="query-params", help=option.words.capitalize()
    )
    keep(name, chosen, "")
    return chosen if chosen in names else ""


def choose_number(name: str, least: int) -> int:
    """A whole number; what comes from a widget is not checked on the server."""
    option = find_option(name)
    restore(name)
    chosen = st.number_input(
        option.label,
        least,
        MOST,
        max(least, int(option.default)),
        key=name,
        bind="query-params",
        help=option.words.capitalize(),
    )
    keep(name, chosen, option.default)
    return min(max(int(chosen), least), MOST)


def write_brackets() -> str:
    """The last age of each bracket."""
    option = find_option("brackets")
    restore("brackets")
    written = st.text_input(
        option.label, USUAL_BRACKETS, key="brackets", bind="query-params", help=option.words.capitalize()
    )
    keep("brackets", written, USUAL_BRACKETS)
    return written


def count_as_usual() -> None:
    """Take every option back."""
    for option in RULE_OPTIONS:
        if option.name in st.session_state:
            st.session_state[option.name] = USUAL_BRACKETS if option.name == "brackets" else option.default


def say_value(value: str) -> str:
    """A value as a label; none is left to the data."""
    return say_name(value) or "By the data"


def say_event(name: str) -> str:
    """An event as a label; none of them is any."""
    return name or "Any"
