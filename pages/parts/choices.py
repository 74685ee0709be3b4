"""Which customers, in which periods, broken down by what: every choice lives in the page's address."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from analytics.charts.wording import say_name
from analytics.contract.errors import UserError
from analytics.store.choices import attribute_choices
from pages.parts.answers import read
from pages.parts.errors import show_error
from pages.parts.kept import keep, restore
from pages.parts.segments import KEY as SEGMENT
from pages.parts.segments import choose_segment
from pages.parts.session import current_dataset

SPANS = {"12M": 1, "24M": 2, "All": 0}
PERIODS = ("week", "month", "quarter", "year")


def choose_customers() -> str:
    """A popover of filters; gives the condition they make (`Question(where=…)`), "" for all customers.

    A saved segment, one list per attribute of few values and one line for any other condition; each is bound to the
    address.
    What is chosen stands beside it in English. A condition that cannot be read is shown and left out.
    """
    options = read(attribute_choices)
    with st.popover("Customers", icon=":material/filter_alt:", key="customers"):
        segment = choose_segment()
        chosen = {name: choose_values(name, values) for name, values in options.items()}
        written = write_condition(options)
        st.button("All customers", on_click=choose_all, args=(tuple(options),), icon=":material/filter_alt_off:")
    parts = [segment] if segment else []
    parts += [say_one_of(name, values) for name, values in chosen.items() if values]
    if written and is_readable(written):
        parts.append(f"({written})")
    condition = " and ".join(parts)
    if condition:
        st.badge(current_dataset().condition(condition).sentence, icon=":material/filter_alt:", color="primary")
    return condition


def choose_values(name: str, values: tuple[str, ...]) -> list[str]:
    """Some values of one attribute; none means all."""
    key = restore(f"only_{name}", values)
    chosen = st.multiselect(say_name(name), values, key=key, bind="query-params", placeholder="All")
    keep(key, chosen, [])
    return chosen


def write_condition(options: dict[str, tuple[str, ...]]) -> str:
    """A line for a condition that no list offers, with an example from this very data set."""
    name, values = next(iter(options.items()), ("customer_id", ("C1",)))
    written = st.text_input(
        "Condition",
        key=restore("where"),
        bind="query-params",
        placeholder=f"for example: {name} = '{values[0]}'",
        help="Over " + ", ".join(current_dataset().info.attributes),
    )
    keep("where", written, "")
    return written


def choose_all(names: tuple[str, ...]) -> None:
    """Take every filter back."""
    st.session_state[SEGMENT] = ""
    for name in names:
        st.session_state[f"only_{name}"] = []
    st.session_state["where"] = ""


def choose_breakdown(label: str = "Compare by") -> str:
    """One attribute to break the numbers down by, "" for none; bound to the address."""
    names = ["", *read(attribute_choices)]
    if len(names) == 1:
        return ""
    key = restore("by", names, say_attribute)
    chosen = st.selectbox(label, names, format_func=say_attribute, key=key, bind="query-params", width=220)
    keep(key, chosen, "")
    return chosen


def say_attribute(name: str) -> str:
    """An attribute as a label; none of them is nothing."""
    return say_name(name) or "Nothing"


def choose_period(default: str = "month", periods: Iterable[str] = PERIODS) -> str:
    """The length of a period; bound to the address."""
    return choose_one("period", list(periods), default, str.capitalize)


def choose_span(default: str = "24M") -> str:
    """How far back to look: the first day as ISO text for `Question(start=…)`, "" for all history."""
    as_of = current_dataset().info.as_of
    if as_of is None:
        return ""
    years = SPANS[choose_one("span", list(SPANS), default, str)]
    return find_first_day(as_of, years).isoformat() if years else ""


def find_first_day(as_of: dt.date, years: int) -> dt.date:
    """The first day of the span of whole months that ends with the as-of month: twelve of them a year."""
    year, month = divmod((as_of.year - years) * 12 + as_of.month, 12)
    return dt.date(year, month + 1, 1)


def choose_from(key: str, options: Sequence[str], label: str, say: Callable[[str], str]) -> str:
    """One of a list of names; the first is the default. Bound to the address."""
    restore(key, options, say)
    chosen = st.selectbox(label, options, format_func=say, key=key, bind="query-params", width=220)
    # What comes from a widget is not checked on the server.
    chosen = chosen if chosen in options else options[0]
    keep(key, chosen, options[0])
    return chosen


def choose_one(key: str, options: list[str], default: str, say: Callable[[str], str]) -> str:
    """One of a few options side by side; bound to the address."""
    restore(key, options, say)
    chosen = st.segmented_control(
        say_name(key),
        options,
        default=default,
        required=True,
        format_func=say,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    # What comes from a widget is not checked on the server.
    chosen = chosen if chosen in options else default
    keep(key, chosen, default)
    return chosen


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
    """`"plan" in ('pro', 'team')` in the grammar of conditions; quoted, so that no name is taken for a keyword."""
    column = '"' + name.replace('"', '""') + '"'
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{column} in ({quoted})"
