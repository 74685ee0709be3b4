"""Where in the journey do customers leave?"""

import polars as pl
import streamlit as st

from analytics.contract.stages import STAGES
from analytics.metrics.question import Question
from analytics.metrics.stages import stages
from analytics.reports.findings import say_journey, say_leak
from pages.parts.answers import read
from pages.parts.choices import choose_customers, choose_span, say_customers
from pages.parts.figures import card, explain_numbers
from pages.parts.frame import Screen, page
from pages.parts.stages import draw_stages, show_stage_cards, stage_columns
from pages.parts.words import currency_sign, define, say_what_is_missing


def show_rates(rows: pl.DataFrame, screen: Screen) -> None:
    """Departures per customer-month, with their intervals."""
    with card("Departures per month spent in each stage", define("stage_churn_rate")):
        draw_stages(rows)
        explain_numbers(
            rows,
            "stages",
            definitions=[define("stage_churn_rate", with_source=True), define("excess_churned", with_source=True)],
            columns=stage_columns(currency_sign(screen.dataset.info)),
        )


def show_unseen(screen: Screen) -> None:
    """Stages that the tables at hand cannot show, or only in part."""
    info = screen.dataset.info
    lines = []
    for stage in STAGES:
        missing = [table for table in stage.needs if not info.has(table)]
        told = f"**{stage.label}** ({stage.meaning})"
        if missing and missing == list(stage.needs):
            lines.append(f"- {told} cannot be shown: this data set has no {' and no '.join(missing)}.")
        elif missing:
            lines.append(f"- {told} is seen only in part: this data set has no {' and no '.join(missing)}.")
    if lines:
        st.info("\n".join(lines), title="Not seen in this data")


def show_journey(screen: Screen) -> None:
    """The stages, worst first in the title, in the order of the journey below."""
    with screen.choices:
        question = Question(where=choose_customers(), start=choose_span("All"))
    rows = read(stages, question)
    seen = rows.filter(pl.col("entered") > 0)
    screen.say(say_journey(rows), say_leak(rows))
    show_stage_cards(seen, screen.dataset.info)
    show_rates(seen, screen)
    show_unseen(screen)
    stays, left = rows["entered"].sum(), rows["churned"].sum()
    screen.note(f"{say_customers(question.where)} {stays:,} stays in a stage, {left:,} of them ended by leaving.")


with page("Where in the journey do customers leave?") as screen:
    if screen.dataset.info.is_snapshot:
        screen.say(
            "This file cannot show a journey", say_what_is_missing("The journey", "dates", "events or subscriptions")
        )
        st.page_link("pages/marketers/retention.py", label="See who has left by tenure", icon=":material/grid_view:")
    else:
        show_journey(screen)
