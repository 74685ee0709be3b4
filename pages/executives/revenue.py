"""What comes in each month, what is lost, and who is behind it?"""

import polars as pl
import streamlit as st

from analytics.metrics.movements import revenue
from analytics.metrics.question import Question
from analytics.reports.revenue_findings import say_net_change, say_won_and_lost
from pages.parts.answers import read
from pages.parts.bridge import show_bridge
from pages.parts.choices import choose_customers, choose_period, choose_span, say_customers
from pages.parts.errors import guard
from pages.parts.frame import Screen, page
from pages.parts.money import show_departures, show_rates, show_value
from pages.parts.words import currency_sign, say_what_is_missing

QUESTION = "What comes in each month, what is lost, and who is behind it?"
PERIODS = ("month", "quarter", "year")


def show_recurring(question: Question, screen: Screen) -> None:
    """The bridge, the customers behind it, and the rates that follow from it."""
    info = screen.dataset.info
    paying = read(revenue, question)  # before anything is drawn: a choice of nobody is said once
    sign = currency_sign(info)
    shown = show_bridge(question, sign)
    now = paying.row(by_predicate=pl.col("period") == shown["period"], named=True)
    screen.say(say_net_change(shown, question.period, sign), say_won_and_lost(shown, now["customers"], sign))
    with guard():
        show_rates(question, info)


def show_snapshot(screen: Screen) -> None:
    """A file without dates has no month in which anything came or went; what works is one click away."""
    columns = "started_at, ended_at and mrr"
    screen.say("This file cannot show revenue over time", say_what_is_missing("Revenue", "subscriptions", columns))
    st.info("It holds one row per customer and no dates: it says who has left, not when, and not what they paid then.")
    st.page_link("pages/marketers/retention.py", label="See who has left by tenure", icon=":material/grid_view:")
    st.page_link("pages/analysts/risk.py", label="See who is likely to leave next", icon=":material/person_alert:")


def show_revenue(screen: Screen) -> None:
    """The whole page on a data set with dates."""
    info = screen.dataset.info
    with screen.choices:
        question = Question(where=choose_customers(), period=choose_period(periods=PERIODS), start=choose_span())
    if info.has("subscriptions"):
        show_recurring(question, screen)
    else:
        missing = say_what_is_missing("Recurring revenue", "subscriptions", "started_at, ended_at and mrr")
        screen.say("This data set has no recurring revenue", f"{missing} What customers are worth is below.")
    with guard():
        show_departures(question, info)
    with guard():
        show_value(question, info)
    screen.note(say_customers(question.where))


with page(QUESTION) as screen:
    if screen.dataset.info.is_snapshot:
        show_snapshot(screen)
    else:
        show_revenue(screen)
