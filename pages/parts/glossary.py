"""The glossary: every metric as declared, to search, with its value on this data set."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.charts.wording import say_percent
from analytics.contract.errors import UserError
from analytics.contract.metrics import AREAS, find_area, find_metric
from analytics.metrics.definitions import definitions
from analytics.metrics.question import Question
from analytics.metrics.scorecard import scorecard
from analytics.store.dataset import Dataset
from pages.parts.answers import read
from pages.parts.cards import say_value
from pages.parts.choices import choose_one
from pages.parts.figures import card, explain_numbers
from pages.parts.kept import keep, restore

ALL = "All"
ENTRY_PIXELS = 320
BETTER = {"up": "more is better", "down": "less is better", "neither": "neither is better"}


def show_glossary(dataset: Dataset | None, where: str = "") -> None:
    """Every metric that meets the words looked for, or those of one area; without a data set, no values."""
    rows = definitions().with_columns(area=pl.col("key").map_elements(find_area, pl.String))
    with card() as heading:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            words = look_for()
            area = choose_one("area", [ALL, *AREAS], next(iter(AREAS)), str)
        found = find_metrics(rows, words) if words else rows.filter((pl.col("area") == area) | pl.lit(area == ALL))
        heading.say(say_found(found, rows, words, area), "Every number in Holdfast is one of these, declared once.")
        now = read_values(dataset, where)
        with st.grid(2, min_column_width=ENTRY_PIXELS):
            for row in found.iter_rows(named=True):
                st.markdown(describe_metric(row, now.get(row["key"])))
        explain_numbers(rows, "definitions", label="All definitions as a table")


def look_for() -> str:
    """The words looked for; bound to the address."""
    words = st.text_input(
        "Look for", key=restore("find"), bind="query-params", placeholder="for example: retention", width=320
    )
    keep("find", words, "")
    return words.strip()


def find_metrics(rows: pl.DataFrame, words: str) -> pl.DataFrame:
    """The metrics that have every word somewhere in their declaration."""
    text = pl.concat_str(rows.columns, separator=" ").str.to_lowercase()
    return rows.filter(pl.all_horizontal(text.str.contains(word, literal=True) for word in words.lower().split()))


def say_found(found: pl.DataFrame, rows: pl.DataFrame, words: str, area: str) -> str:
    """How many metrics there are, and which are shown."""
    if words:
        return (
            f"{found.height} of {rows.height} metrics speak of “{words}”"
            if found.height
            else f"No metric speaks of “{words}”"
        )
    return (
        f"{rows.height} metrics" if area == ALL else f"{found.height} of {rows.height} metrics are about {area.lower()}"
    )


def read_values(dataset: Dataset | None, where: str) -> dict[str, str]:
    """The latest value of every metric of the scorecard; none without data, or when nobody meets the condition."""
    if dataset is None:
        return {}
    try:
        scores = read(scorecard, Question(where=where))
    except UserError:  # the page has said so where the condition is
        return {}
    values = dict(scores.select("metric", "value").iter_rows())
    return {key: say_value(value, find_metric(key).unit, dataset.info) for key, value in values.items()}


def describe_metric(row: dict[str, Any], now: str | None) -> str:
    """One metric: what it means, how it is computed, an example, and what it is here."""
    value = f" **Now {now}.**" if now else ""
    return (
        f"**{row['name']}** · {row['unit']}, {BETTER[row['direction']]} · `{row['key']}`{value}  \n"
        f"{row['definition']}  \n"
        f"*Formula:* {row['formula']}. *Example:* {row['example']}: {work_out(row['key'])}. *From:* {row['source']}."
    )


def work_out(key: str) -> str:
    """The arithmetic of a metric's worked example, and what it gives."""
    metric = find_metric(key)
    answer = say_percent(metric.answer) if metric.unit == "share" else f"{metric.answer:,.6g}"
    return f"`{metric.working}` = {answer}"
