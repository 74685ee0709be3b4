"""Which customers, in which periods, broken down by what: every choice lives in the page's address."""

from collections.abc import Iterable

import streamlit as st

from analytics.charts.wording import say_name
from analytics.contract.errors import UserError
from analytics.store.choices import attribute_choices
from pages.parts.answers import read
from pages.parts.errors import show_error
from pages.parts.session import current_dataset

SPANS = {"12M": 1, "24M": 2, "All": 0}
PERIODS = ("week", "month", "quarter", "year")


def choose_customers() -> str:
    """A popover of filters; gives the condition they make (`Question(where=…)`), "" for all customers.

    One list per attribute of few values and one line for any other condition; each is bound to the address.
    A condition that cannot be read is shown as an error and left out.
    """
    options = read(attribute_choices)
    chosen: dict[str, list[str]] = {}
    with st.popover("Customers", icon=":material/filter_alt:"):
        for name, values in options.items():
            chosen[name] = st.multiselect(
                say_name(name), values, key=f"only_{name}", bind="query-params", placeholder="All"
            )
        written = st.text_input(
            "Condition",
            key="where",
            bind="query-params",
            placeholder="for example: plan = 'pro' and seats > 20",
            help="Over the customer attributes: " + ", ".join(current_dataset().info.attributes),
        )
    parts = [say_one_of(name, values) for name, values in chosen.items() if values]
    if written and is_readable(written):
        parts.append(f"({written})")
    return " and ".join(parts)


def choose_breakdown(label: str = "Compare by") -> str:
    """One attribute to break the numbers down by, "" for none; bound to the address."""
    names = list(read(attribute_choices))
    if not names:
        return ""
    return st.selectbox(
        label,
        ["", *names],
        format_func=lambda name: say_name(name) or "Nothing",
        key="by",
        bind="query-params",
        width=220,
    )


def choose_period(default: str = "month", periods: Iterable[str] = PERIODS) -> str:
    """The length of a period; bound to the address."""
    options = list(periods)
    chosen = st.segmented_control(
        "Period", options, default=default, required=True, format_func=str.capitalize, key="period",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    # What comes from a widget is not checked on the server.
    return chosen if chosen in options else default


def choose_span(default: str = "24M") -> str:
    """How far back to look: the first day as ISO text for `Question(start=…)`, "" for all history."""
    as_of = current_dataset().info.as_of
    if as_of is None:
        return ""
    chosen = st.segmented_control(
        "Time",
        list(SPANS),
        default=default,
        required=True,
        key="span",
        bind="query-params",
        label_visibility="collapsed",
    )
    years = SPANS.get(chosen or default)
    # The first of a month: the 29th of February has no twin every year.
    return as_of.replace(year=as_of.year - years, day=1).isoformat() if years else ""


def say_customers(condition: str) -> str:
    """Which customers a condition chooses, in English."""
    return f"Customers whose {current_dataset().condition(condition).sentence}." if condition else "All customers."


def is_readable(condition: str) -> bool:
    """Whether a condition can be checked against the attributes; shows why not."""
    try:
        current_dataset().condition(condition)
    except UserError as error:
        show_error(error)
        return False
    return True


def say_one_of(name: str, values: list[str]) -> str:
    """`plan in ('pro', 'team')` in the grammar of conditions."""
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{name} in ({quoted})"
