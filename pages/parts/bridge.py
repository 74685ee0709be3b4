"""The bridge of recurring revenue, its course over time, and the customers behind each of their bars."""

import datetime as dt
from typing import Any

import polars as pl
import streamlit as st

from analytics.charts import bridge, movement_bars
from analytics.charts.wording import say_name, say_period
from analytics.metrics.movements import BASES, bar_customers, movements
from analytics.metrics.periods import FINAL
from analytics.metrics.question import Question
from analytics.reports.revenue_findings import (
    say_bar,
    say_biggest_part,
    say_check,
    say_course,
)
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_one
from pages.parts.figures import card, download, draw, explain_numbers, theme_mode, wide
from pages.parts.kept import keep, restore
from pages.parts.words import define, literal, say_open_period

MEANINGS = {
    "event": "Event: each change counts in the period of the day it happened.",
    "snapshot": "Snapshot: what is in force on a period's first day, against the first day of the period before.",
}
MONEY = ("before", "after", "change")
BAR_PIXELS = 26


def show_bridge(question: Question, sign: str) -> dict[str, Any]:
    """The bridge of one period and the course of all, on the basis chosen; gives the row of the period shown."""
    with card() as heading:
        with st.container(horizontal=True, vertical_alignment="center"):
            basis = choose_one("basis", list(BASES), BASES[0], str.capitalize)
            rows = read(movements, question, basis=basis)
            shown = choose_shown(rows, question.period)
        heading.say(literal(say_biggest_part(shown, sign)), define("mrr"))
        row = rows.filter(pl.col("period") == shown["period"])
        figure = bridge(row, theme_mode(), period=question.period, unit=sign)
        with wide("wide-bridge", 560):
            picked = draw(figure, key="bridge", selects=True)
        st.caption(literal(say_check(rows, shown, sign)))
        st.caption(f"{MEANINGS[basis]} Click a bar for its customers. {say_state(shown, question.period)}")
        queries = queries_behind(movements, question, basis=basis)
        told = [define("mrr", with_source=True), MEANINGS[basis]]
        name = say_period(shown["period"], question.period)
        explain_numbers(row, f"bridge {name}", definitions=told, queries=queries)
    picked = picked or show_course(rows, question, basis, sign)
    if picked and picked[0].get("customdata"):
        show_customers(picked[0]["customdata"], question, basis, sign)
    return shown


def show_course(rows: pl.DataFrame, question: Question, basis: str, sign: str) -> list[dict[str, Any]]:
    """What came and what went, period by period; gives the bar clicked."""
    with card(literal(say_course(rows, question.period, sign)), MEANINGS[basis]):
        figure = movement_bars(rows, theme_mode(), period=question.period, unit=sign)
        with wide("wide-movements", 80 + BAR_PIXELS * rows.height):
            picked = draw(figure, key="movements", selects=True)
        st.caption(f"{say_open_period(question.period)} Click a bar for its customers.")
        explain_numbers(
            rows,
            "movements",
            definitions=[define("mrr", with_source=True), MEANINGS[basis]],
            queries=queries_behind(movements, question, basis=basis),
        )
    return picked


@st.dialog("Customers behind a bar", position="right")
def show_customers(bar: list[str], question: Question, basis: str, sign: str) -> None:
    """Exactly the customers whose changes make up one bar, to look at and to take away."""
    start, kind = dt.date.fromisoformat(bar[0]), bar[1]
    people = read(bar_customers, question, start, kind, basis)
    st.markdown(literal(say_bar(people, question.period, start, kind, sign)))
    st.caption(MEANINGS[basis])
    formats = {
        "customer_id": "Customer",
        "at": st.column_config.DateColumn("On", format="D MMM YYYY"),
        **{name: st.column_config.NumberColumn(f"{say_name(name)} ({sign.strip()})", format="%.2f") for name in MONEY},
    }
    st.dataframe(people, hide_index=True, column_config=formats, alt="Customers behind the bar")
    download(people, f"{say_name(kind)} {say_period(start, question.period)} {basis}")


def choose_shown(rows: pl.DataFrame, grain: str) -> dict[str, Any]:
    """The period whose bridge is drawn, the last finished one at first; bound to the address under its grain."""
    starts = {row["period"].isoformat(): row for row in reversed(rows.rows(named=True))}
    finished = [start for start, row in starts.items() if row["state"] == FINAL]
    default = (finished or list(starts))[0]

    def say(start: str) -> str:
        return say_period(dt.date.fromisoformat(start), grain)

    key = restore(grain, starts, say)
    chosen = st.selectbox(
        f"{grain.capitalize()} shown",
        list(starts),
        index=list(starts).index(default),
        format_func=say,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
        width=150,
    )
    chosen = chosen if chosen in starts else default
    keep(key, chosen, default)
    return starts[chosen]


def say_state(shown: dict[str, Any], grain: str) -> str:
    """Whether the period shown is over; if not, the day on which it is complete."""
    name = say_period(shown["period"], grain)
    return f"{name} is over: its numbers are final." if shown["state"] == FINAL else say_open_period(grain)
