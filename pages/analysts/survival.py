"""How long do customers stay, and what takes them?"""

from dataclasses import replace

import streamlit as st

from analytics.charts.incidence_areas import incidence_areas
from analytics.metrics.incidence import CAUSES, incidence
from analytics.metrics.question import Question
from analytics.metrics.survival import UNIT_DAYS, say_duration, survival
from analytics.reports.survival_findings import fold_causes, say_causes, say_means, say_survival
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_breakdown, choose_customers, choose_one, choose_span, say_customers
from pages.parts.errors import guard
from pages.parts.figures import card, draw, explain_numbers, theme_mode, wide
from pages.parts.frame import Screen, page
from pages.parts.survival import name_unit, show_survival
from pages.parts.words import define


def choose_question(screen: Screen) -> tuple[Question, str]:
    """Which customers, who began when, in which unit of time; a snapshot has its own unit and no dates."""
    with screen.choices:
        where = choose_customers()
        if screen.dataset.info.is_snapshot:
            return Question(where=where), "days"
        start = choose_span("All")
        return Question(where=where, start=start), choose_one("unit", list(UNIT_DAYS), "months", str.capitalize)


def show_causes(question: Question, unit: str) -> None:
    """Why customers leave, over time: the causes compete for the same customers."""
    with card() as heading:
        causes = choose_one("causes", list(CAUSES), CAUSES[0], str.capitalize)
        rows = read(incidence, question, unit=unit, causes=causes)
        heading.say(say_causes(rows, unit), define("incidence"))
        with wide("wide-causes", 520):
            draw(incidence_areas(fold_causes(rows), theme_mode(), x_title=unit), key="causes-chart")
        st.caption("Stacked to all who have left by then; the rest are still here. The table holds the intervals.")
        explain_numbers(
            rows,
            "incidence",
            definitions=[define("incidence", with_source=True)],
            queries=queries_behind(incidence, question, unit=unit, causes=causes),
        )


with page("How long do customers stay, and what takes them?") as screen:
    question, unit = choose_question(screen)
    summary = read(survival, question, unit=unit, summary=True)
    lead = say_means(summary, name_unit(unit))
    if screen.dataset.info.is_snapshot:
        lead = f"**{say_duration(screen.dataset)}**\n\n{lead}"
    screen.say(say_survival(summary, None, name_unit(unit)), lead)
    with card() as heading:
        show_survival(heading, replace(question, by=choose_breakdown()), unit)
    if not screen.dataset.info.is_snapshot:
        with guard():
            show_causes(question, unit)
    screen.note(say_customers(question.where))
