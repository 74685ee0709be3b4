"""Where in the journey do customers leave?"""

import polars as pl
import streamlit as st

from analytics.charts import stage_bars
from analytics.contract.stages import STAGES
from analytics.metrics.question import Question
from analytics.metrics.stages import stages
from analytics.reports.findings import say_journey
from pages.parts.answers import read
from pages.parts.choices import choose_customers, choose_span, say_customers
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.frame import Screen, page
from pages.parts.stages import show_stage_cards, stage_columns
from pages.parts.words import currency_sign, define, say_what_is_missing


def show_rates(rows: pl.DataFrame, screen: Screen) -> None:
    """Departures per customer-month, with their intervals."""
    with card("Departures per month spent in each stage", define("stage_churn_rate")):
        draw(stage_bars(rows, theme_mode()), key="stages")
        explain_numbers(
            rows,
            "stages",
            definitions=[define("stage_churn_rate", with_source=True), define("excess_churned", with_source=True)],
            columns=stage_columns(currency_sign(screen.dataset.info)),
        )


def show_unseen(screen: Screen) -> None:
    """Stages that the tables at hand cannot show, or only in part."""
    info = screen.dataset.info
    for stage in STAGES:
        missing = [table for table in stage.needs if not info.has(table)]
        if missing:
            st.info(say_what_is_missing(f"{stage.label} ({stage.meaning})", " and ".join(missing), "their dates"))


with page("Where in the journey do customers leave?") as screen:
    with screen.choices:
        question = Question(where=choose_customers(), start=choose_span("All"))
    rows = read(stages, question)
    seen = rows.filter(pl.col("entered") > 0)
    screen.say(say_journey(rows))
    show_stage_cards(seen, screen.dataset.info)
    show_rates(seen, screen)
    show_unseen(screen)
    screen.note(f"{say_customers(question.where)} {rows['entered'].sum():,} stays in a stage, {rows['churned'].sum():,} of them ended by leaving.")
