"""What is kept and won of revenue, through what it is lost, and what customers are worth."""

import polars as pl
import streamlit as st

from analytics.charts import course, curves, value_bars
from analytics.charts.course import has_course, kept_points
from analytics.charts.departures import departure_bars, departure_points
from analytics.metrics.departures import can_tell_departures, departure_shares, departures
from analytics.metrics.movements import revenue
from analytics.metrics.question import Question
from analytics.metrics.value import is_contractual, say_convention, value
from analytics.reports.revenue_findings import (
    say_arpa,
    say_departures,
    say_departures_basis,
    say_kept,
    say_price,
    say_quick_ratio,
    say_ratio,
    say_worth_of_customers,
)
from analytics.store.info import BuildInfo
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_breakdown
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.words import currency_sign, define, literal, say_open_period, say_what_is_missing

PERCENT = {"gross_retention": "percent", "net_retention": "percent"}


def show_rates(question: Question, info: BuildInfo) -> None:
    """Gross and net retention, then the quick ratio and the revenue per account."""
    rows, low_n, sign = read(revenue, question), info.settings.low_n, currency_sign(info)
    with card(say_kept(rows, question.period, low_n), define("gross_retention")):
        if has_course(rows, ("gross_retention", "net_retention"), low_n):
            draw(curves(kept_points(rows, low_n), theme_mode(), from_zero=False), key="kept")
        st.caption(f"{say_open_period(question.period)} No share is drawn where fewer than {low_n} customers pay.")
        explain_rates(rows, question, "revenue kept", ("gross_retention", "net_retention"))
    left, right = st.columns(2)
    with left, card(say_quick_ratio(rows, question.period, low_n), define("quick_ratio")):
        if has_course(rows, ("quick_ratio",), low_n):
            draw(course(rows, "quick_ratio", theme_mode(), say=say_ratio, low_n=low_n, level=1), key="quick-ratio")
            st.caption("Above the dashed line at 1, more is won than lost. What leaves the frame is in the table.")
        explain_rates(rows, question, "quick ratio", ("quick_ratio",))
    with right, card(literal(say_arpa(rows, question.period, sign, low_n)), define("arpa")):
        if has_course(rows, ("arpa",), low_n):
            figure = course(rows, "arpa", theme_mode(), say=lambda amount: say_price(amount, sign), low_n=low_n)
            draw(figure, key="arpa")
        st.caption(say_open_period(question.period))
        explain_rates(rows, question, "revenue per account", ("arpa",))


def explain_rates(rows: pl.DataFrame, question: Question, name: str, metrics: tuple[str, ...]) -> None:
    """The table behind one of these figures, with its definitions and its query."""
    explain_numbers(
        rows.select("period", "mrr", "customers", *metrics, "state"),
        name,
        definitions=[define(key, with_source=True) for key in metrics],
        columns={key: st.column_config.NumberColumn(format=PERCENT[key]) for key in metrics if key in PERCENT},
        queries=queries_behind(revenue, question),
    )


def show_departures(question: Question, info: BuildInfo) -> None:
    """Who left by choice and who through a payment that failed: shares of all, and rates over time."""
    if not read(can_tell_departures):
        columns = "due_at, paid_at and failed_attempts, or churn_events with a reason"
        missing = say_what_is_missing("Leaving by choice against payment failure", "invoices", columns)
        st.info(missing, title="Not seen in this data")
        return
    rows, shares = read(departures, question), read(departure_shares, question)
    sign = currency_sign(info)
    with card(say_departures(shares), literal(say_departures_basis(shares, sign))):
        left, right = st.columns(2)
        with left:
            st.caption(define("payment_share"))
            draw(departure_bars(shares, theme_mode()), key="departure-shares")
        with right:
            st.caption(f"Of the customers active at the start of the {question.period}, the share who left")
            draw(curves(departure_points(rows, info.settings.low_n), theme_mode()), key="departures")
        st.caption(say_open_period(question.period))
        explain_numbers(
            shares,
            "departures by kind",
            definitions=[define("payment_share", with_source=True)],
            queries=queries_behind(departure_shares, question),
            label="Shares and definition",
        )
        explain_numbers(
            rows,
            "departures",
            definitions=[define(key, with_source=True) for key in ("churn_voluntary", "churn_payment")],
            queries=queries_behind(departures, question),
            label=f"Rates by {question.period} and definitions",
        )


def show_value(question: Question, info: BuildInfo) -> None:
    """What customers are worth, all or by an attribute, under the convention it is computed by."""
    key = "lifetime_value" if read(is_contractual) else "order_value"
    with card() as heading:
        asked = Question(where=question.where, by=choose_breakdown())
        values, sign = read(value, asked, summary=True), currency_sign(info)
        heading.say(literal(say_worth_of_customers(values, sign)), define(key))
        draw(value_bars(values, theme_mode(), unit=sign), key="value")
        st.caption(literal(read(say_convention)))
        explain_numbers(
            values,
            "customer value",
            definitions=[define(key, with_source=True), literal(read(say_convention))],
            columns={name: st.column_config.NumberColumn(format="%.2f") for name in ("lifetime_value", "low", "high")},
            queries=queries_behind(value, asked, summary=True),
        )
