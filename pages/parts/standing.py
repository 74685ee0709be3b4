"""How things stand: cards by area, what changed and why, and what a point of retention is worth."""

import polars as pl
import streamlit as st

from analytics.contract.metrics import AREAS, find_area
from analytics.metrics.changes import change_of_churn, change_of_mrr
from analytics.metrics.economics import economics, project_point
from analytics.metrics.question import Question
from analytics.reports.changes import say_changes
from analytics.reports.worth import say_worth, say_worth_basis
from analytics.store.choices import attribute_choices
from analytics.store.info import BuildInfo
from pages.parts.answers import queries_behind, read
from pages.parts.cards import show_cards
from pages.parts.choices import say_attribute
from pages.parts.figures import card, explain_numbers
from pages.parts.kept import keep, restore
from pages.parts.words import currency_sign, define, literal

FIRST_SPLIT = "plan"


def show_areas(judged: pl.DataFrame, history: pl.DataFrame, info: BuildInfo, period: str) -> None:
    """The cards under their areas; the heading of a single area is left out."""
    areas = judged["metric"].map_elements(find_area, return_dtype=pl.String)
    shown = [area for area in AREAS if area in areas]
    for area in shown:
        if len(shown) > 1:
            st.subheader(area, anchor=False)
        show_cards(judged.filter(areas == area), history, info, period)


def show_what_changed(question: Question, info: BuildInfo) -> None:
    """The last change of churn and revenue in sentences, split by an attribute of choice, and the parts."""
    place = st.container()
    by = choose_split()
    asked = Question(where=question.where, by=by, period=question.period)
    parts = read(change_of_churn, asked)
    plain = Question(where=question.where, period=question.period)
    revenue = read(change_of_mrr, plain) if info.has("subscriptions") else pl.DataFrame()
    with place:
        for sentence in say_changes(parts, revenue, by, question.period, currency_sign(info)):
            st.markdown(f"- {literal(sentence)}")
    if parts.height:
        queries = queries_behind(change_of_churn, asked)
        explain_numbers(parts, "what changed", queries=queries, label="Parts of the change of churn")


def choose_split() -> str:
    """The attribute the change is split by; "" where there is none."""
    names = list(read(attribute_choices))
    if not names:
        return ""
    first = FIRST_SPLIT if FIRST_SPLIT in names else names[0]
    key = restore("split", names, say_attribute)
    chosen = st.selectbox(
        "Split the change by",
        names,
        index=names.index(first),
        format_func=say_attribute,
        key=key,
        bind="query-params",
        width=220,
    )
    keep(key, chosen, first)
    return chosen


def show_worth(question: Question, info: BuildInfo) -> None:
    """What one point of monthly retention is worth over twelve months, with the working."""
    asked = Question(where=question.where)
    numbers, working = read(economics, asked), read(project_point, asked)
    sign = currency_sign(info)
    with card(literal(say_worth(numbers, sign)), literal(say_worth_basis(numbers, working, sign))):
        told = [define(metric, with_source=True) for metric in numbers["metric"]]
        queries = queries_behind(economics, asked)
        explain_numbers(numbers, "retention economics", definitions=told, queries=queries)
        queries = queries_behind(project_point, asked)
        explain_numbers(
            working,
            "retention economics month by month",
            queries=queries,
            label="The working, month by month",
        )
