"""Where in the journey do customers leave, what goes wrong there, and what do they say?"""

import polars as pl
import streamlit as st

from analytics.charts import rate_bars
from analytics.charts.stage_map import stage_map
from analytics.contract.stages import STAGES
from analytics.metrics.flows import flows
from analytics.metrics.question import Question
from analytics.metrics.reasons import coverage, reasons
from analytics.metrics.stages import stages
from analytics.reports.findings import find_leak, say_journey, say_leak
from analytics.reports.friction_findings import reason_rows, say_coverage, say_reasons
from analytics.reports.stage_findings import say_moves, say_rates
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_customers, choose_period, choose_span, say_customers
from pages.parts.errors import guard
from pages.parts.figures import card, draw, explain_numbers, theme_mode, wide
from pages.parts.frame import Screen, page
from pages.parts.stage_changes import show_stage_changes
from pages.parts.stage_panel import show_stage, show_thresholds
from pages.parts.stages import draw_stages, show_stage_cards, stage_columns
from pages.parts.words import currency_sign, define, say_what_is_missing

GRAINS = ("month", "quarter", "year")


def show_map(rows: pl.DataFrame, question: Question, screen: Screen) -> None:
    """The stages, the moves between them and what falls out."""
    info = screen.dataset.info
    moves = read(flows, question)
    with card(say_moves(moves), "Arcs: moves in the chosen time, forward above, back below; red: who left."):
        unit = currency_sign(info) if info.has("subscriptions") else ""
        with wide("wide-map", 640):
            draw(stage_map(moves, rows, theme_mode(), unit=unit), key="map")
        explain_numbers(moves, "moves between stages", queries=queries_behind(flows, question))


def show_rates(rows: pl.DataFrame, question: Question, screen: Screen) -> None:
    """Departures per customer-month, with their intervals."""
    with card(say_rates(rows), define("stage_churn_rate")):
        draw_stages(rows)
        explain_numbers(
            rows,
            "stages",
            definitions=[define("stage_churn_rate", with_source=True), define("excess_churned", with_source=True)],
            columns=stage_columns(currency_sign(screen.dataset.info)),
            queries=queries_behind(stages, question),
        )


def show_reasons(question: Question, screen: Screen) -> None:
    """Stated and inferred reasons with their money; unknown is one of them."""
    rows, known = read(reasons, question), read(coverage, question)
    sign = currency_sign(screen.dataset.info)
    with card(say_reasons(rows, sign), say_coverage(known)):
        shown = reason_rows(rows, sign)
        if shown.height:
            draw(rate_bars(shown, theme_mode()), key="reasons")
        explain_numbers(
            rows,
            "reasons for leaving",
            definitions=[define("reason_share", with_source=True)],
            queries=queries_behind(reasons, question),
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
        where, period = choose_customers(), choose_period("quarter", GRAINS)
        question = Question(where=where, start=choose_span("All"))
    rows = read(stages, question)
    seen = rows.filter(pl.col("entered") > 0)
    screen.say(say_journey(rows), say_leak(rows))
    show_stage_cards(seen, screen.dataset.info)
    show_map(rows, question, screen)
    left, right = st.columns(2)
    with left:
        show_rates(seen, question, screen)
        with guard():
            asked = Question(where=where, period=period, start=question.start)
            show_stage_changes(asked, screen.dataset.info.settings.low_n)
    with right, guard():
        show_reasons(question, screen)
    if seen.height:
        leak = find_leak(rows)
        show_stage(seen["stage"].to_list(), leak["stage"] if leak else seen["stage"][0], question)
    with guard():
        show_thresholds(question)
    show_unseen(screen)
    stays, gone = rows["entered"].sum(), rows["churned"].sum()
    screen.note(f"{say_customers(question.where)} {stays:,} stays in a stage, {gone:,} of them ended by leaving.")


with page("Where in the journey do customers leave?") as screen:
    if screen.dataset.info.is_snapshot:
        screen.say(
            "This file cannot show a journey", say_what_is_missing("The journey", "dates", "events or subscriptions")
        )
        st.page_link("pages/marketers/retention.py", label="See who has left by tenure", icon=":material/grid_view:")
    else:
        show_journey(screen)
