"""How many of those who join stay, and do newer customers stay longer?"""

import datetime as dt
from dataclasses import replace

import polars as pl
import streamlit as st

from analytics.metrics.question import Question
from analytics.metrics.retention import choose_basis, retention
from analytics.metrics.tenure import tenure_bands
from analytics.reports.findings import say_tenure
from analytics.reports.retention_findings import say_basis, say_retention
from analytics.reports.rule_words import say_rule
from pages.parts.answers import read
from pages.parts.choices import PERIODS, choose_customers, choose_period, choose_span, say_customers
from pages.parts.cohorts import Counting, show_cohorts, show_curve
from pages.parts.errors import guard
from pages.parts.figures import card
from pages.parts.frame import Screen, page
from pages.parts.rule import choose_rule, read_rule
from pages.parts.survival import show_survival
from pages.parts.tenure import show_tenure

FINE = {"hour": 2, "day": 53}  # short periods: how many days back their cohorts begin
FINE_AGES = 53


def show_snapshot(screen: Screen) -> None:
    """Without dates there is no curve: share churned by tenure instead."""
    with screen.choices:
        question = Question(where=choose_customers())
    rows = read(tenure_bands, question)
    unit = screen.dataset.info.tenure_unit
    screen.say(
        say_tenure(rows, unit),
        "**No retention curve is drawn from this file.** It holds one row per customer and no dates: it says who has "
        "left, not when they joined or left. What it can show is the share who have left by tenure.",
    )
    show_tenure(question, unit)
    screen.note(say_customers(question.where))


def choose_counting(screen: Screen) -> Counting:
    """Whose cohorts, of what length, and how they are counted; UserError for choices that do not go together."""
    info = screen.dataset.info
    with screen.choices:
        where, chosen = choose_customers(), choose_rule()
        period = choose_period(periods=(*(("hour",) if info.has("events") else ()), "day", *PERIODS))
        start = choose_start(period, info.as_of)
    rule, average = read_rule(chosen)
    if period in FINE and not rule.ages and not rule.brackets:
        rule = replace(rule, ages=FINE_AGES)
    question = Question(where=where, period=period, start=start)
    basis = read(choose_basis, rule=rule, period=period)
    low_n = info.settings.low_n
    return Counting(question=question, rule=rule, average=average, basis=basis, low_n=low_n)


def choose_start(period: str, as_of: dt.date) -> str:
    """The first day of the cohorts to show, as ISO text; short periods have too many cohorts for years of them."""
    if period not in FINE:
        return choose_span()
    st.caption(f"Cohorts of the last {FINE[period]} days", width="content")
    return (as_of - dt.timedelta(days=FINE[period] - 1)).isoformat()


def show_over_time(screen: Screen) -> None:
    """Cohorts, their average, and survival."""
    counting = choose_counting(screen)
    period, rule = counting.question.period, counting.rule
    averages = counting.averages()
    told = say_rule(rule, period, counting.basis, counting.average)
    basis = say_basis(averages, period, counting.guard, rule, counting.average)
    screen.say(say_retention(averages, period, counting.guard, rule), f"{basis}\n\n{told}")
    show_cohorts(counting)
    by = show_curve(counting)
    with guard(), card() as heading:
        start = "" if period in FINE else counting.question.start
        show_survival(heading, Question(where=counting.question.where, by=by, start=start), "months")
    joined = read(retention, counting.question, **counting.options).filter(pl.col("age") == 0)
    entered = "customers" if rule.cohorts != "recurring" else "entries"
    screen.note(
        f"{say_customers(counting.question.where)} {joined['size'].sum():,} {entered} in {joined.height} cohorts."
    )


with page("How many of those who join stay, and do newer customers stay longer?") as screen:
    if screen.dataset.info.is_snapshot:
        show_snapshot(screen)
    else:
        show_over_time(screen)
